"""What people work on: folders of files in versions. A version never changes; saving makes the next one.

A case is `case.yaml` and `sources/…`, a rulebook a rulebook folder, a population a table: the files the command line
takes. Whoever saves names the version they started from; where another was saved meanwhile, `Stale` says so.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from hegui.desk.store.blobs import Blob, Blobs
from hegui.desk.store.database import Database, folders, now, one_at_a_time, versions

Kind = Literal["case", "rulebook", "population"]
MAX_FILES = 2_000
MAX_PATH = 200


class Stale(Exception):
    """Somebody saved another version meanwhile; `latest` is that version."""

    def __init__(self, latest: Version) -> None:
        super().__init__(latest.n)
        self.latest = latest


class BadPath(Exception):
    """A name that cannot be a file's name in a folder."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as listed; `removed` folders are kept but no longer listed."""

    id: str
    kind: Kind
    title: str
    owner: str
    created: str
    removed: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One state of a folder: its files by path, who saved it and why. `about` is JSON known of the whole."""

    folder: str
    n: int
    files: Mapping[str, Blob]
    about: Mapping[str, Any] = field(compare=False)
    note: str
    by: str
    at: str


def checked_path(path: str) -> str:
    """The path in its one spelling. Raises BadPath where it leads elsewhere or no file system would take it."""
    parts = PurePosixPath(path.replace("\\", "/")).parts
    strange = any(part in ("..", "/", ".") or not part.isprintable() or part.strip() != part for part in parts)
    if not parts or strange or len(path) > MAX_PATH or any(len(part.encode()) > 200 for part in parts):
        raise BadPath(path[:MAX_PATH])
    return "/".join(parts)


class Folders:
    """Reading, saving and laying out folders."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database = database
        self._blobs = blobs

    def create(
        self,
        kind: Kind,
        title: str,
        files: Mapping[str, Blob],
        by: str,
        note: str = "",
        about: Mapping[str, Any] | None = None,
    ) -> Version:
        """A new folder with its first version."""
        folder = f"{kind[0]}{secrets.token_hex(6)}"
        with self._database.writing() as connection:
            values = {"id": folder, "kind": kind, "title": title, "owner": by, "created": now(), "removed": None}
            connection.execute(insert(folders).values(**values))
            return _add(connection, Version(folder, 1, _checked(files), about or {}, note, by, now()))

    def save(
        self,
        base: Version,
        files: Mapping[str, Blob],
        by: str,
        note: str = "",
        about: Mapping[str, Any] | None = None,
    ) -> Version:
        """The next version after `base`, with exactly these files. Raises Stale where `base` is not the latest."""
        try:
            with self._database.writing() as connection:
                one_at_a_time(connection, versions)
                latest = _latest(connection, base.folder)
                if latest.n != base.n:
                    raise Stale(latest)
                about = base.about if about is None else about
                return _add(connection, Version(base.folder, base.n + 1, _checked(files), about, note, by, now()))
        except IntegrityError:
            raise Stale(self.latest(base.folder)) from None

    def rename(self, folder: str, title: str) -> None:
        """Another title."""
        with self._database.writing() as connection:
            connection.execute(update(folders).where(folders.c.id == folder).values(title=title))

    def remove(self, folder: str) -> None:
        """List it no longer; nothing is deleted."""
        with self._database.writing() as connection:
            connection.execute(update(folders).where(folders.c.id == folder).values(removed=now()))

    def restore(self, folder: str) -> None:
        """List it again."""
        with self._database.writing() as connection:
            connection.execute(update(folders).where(folders.c.id == folder).values(removed=None))

    def get(self, folder: str) -> Folder | None:
        """A folder by id."""
        with self._database.reading() as connection:
            row = connection.execute(select(folders).where(folders.c.id == folder)).one_or_none()
        return None if row is None else Folder(**row._mapping)

    def listed(self, kind: Kind, removed: bool = False) -> tuple[tuple[Folder, Version], ...]:
        """All of a kind with their latest version, the last saved first."""
        newest = select(versions.c.folder, func.max(versions.c.n).label("n")).group_by(versions.c.folder).subquery()
        query = (
            select(folders, versions)
            .join(newest, newest.c.folder == folders.c.id)
            .join(versions, (versions.c.folder == newest.c.folder) & (versions.c.n == newest.c.n))
            .where(folders.c.kind == kind, folders.c.removed.is_not(None) if removed else folders.c.removed.is_(None))
            .order_by(versions.c.at.desc(), folders.c.id)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        width = len(folders.c)
        return tuple((Folder(*row[:width]), _version(row[width:])) for row in rows)

    def latest(self, folder: str) -> Version:
        """The last version. Raises KeyError for an unknown folder."""
        with self._database.reading() as connection:
            return _latest(connection, folder)

    def version(self, folder: str, n: int) -> Version | None:
        """One version."""
        query = select(versions).where(versions.c.folder == folder, versions.c.n == n)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _version(row)

    def history(self, folder: str) -> tuple[Version, ...]:
        """All versions, the last first."""
        query = select(versions).where(versions.c.folder == folder).order_by(versions.c.n.desc())
        with self._database.reading() as connection:
            return tuple(_version(row) for row in connection.execute(query))

    def read(self, version: Version, path: str) -> bytes:
        """A file's bytes. Raises KeyError where the version has no such file."""
        return self._blobs.read(version.files[path].sha256)

    def lay_out(self, version: Version, target: Path) -> Path:
        """The version as files in an empty folder, for a task to read."""
        for path, blob in version.files.items():
            place = target / path
            place.parent.mkdir(parents=True, exist_ok=True)
            # Copied, not linked: what a task does to its copy must not reach the store.
            shutil.copyfile(self._blobs.path(blob.sha256), place)
        return target

    def put_text(self, text: str) -> Blob:
        """Store a text as UTF-8."""
        return self._blobs.put([text.encode("utf-8", errors="surrogatepass")])


def _checked(files: Mapping[str, Blob]) -> dict[str, Blob]:
    if len(files) > MAX_FILES:
        raise BadPath(f"> {MAX_FILES}")
    found = {checked_path(path): blob for path, blob in sorted(files.items())}
    # A file cannot also be a folder: "a" and "a/b" cannot both be laid out.
    for path in found:
        if any(other.startswith(f"{path}/") for other in found):
            raise BadPath(path)
    return found


def _add(connection: Connection, version: Version) -> Version:
    tree = {path: {"sha256": blob.sha256, "size": blob.size} for path, blob in version.files.items()}
    connection.execute(
        insert(versions).values(
            folder=version.folder,
            n=version.n,
            tree=json.dumps(tree, ensure_ascii=False, sort_keys=True),
            about=json.dumps(version.about, ensure_ascii=False, sort_keys=True),
            note=version.note,
            by=version.by,
            at=version.at,
        )
    )
    return version


def _latest(connection: Connection, folder: str) -> Version:
    query = select(versions).where(versions.c.folder == folder).order_by(versions.c.n.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise KeyError(folder)
    return _version(row)


def _version(row: Any) -> Version:
    folder, n, tree, about, note, by, at = row
    files = {path: Blob(one["sha256"], one["size"]) for path, one in json.loads(tree).items()}
    return Version(folder, n, files, json.loads(about), note, by, at)
