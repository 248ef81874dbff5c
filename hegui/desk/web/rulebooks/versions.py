"""The versions of a rulebook: what was saved by whom, what differs between two, an old one saved again, files to take away."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from starlette.responses import Response

from facts.problem import Problem
from hegui.desk.store.folders import Stale, Version
from hegui.desk.web.rulebooks.common import Opened, asked_path, numbered, opened, page, problem, rules_of, save, text_of
from hegui.desk.web.rulebooks.merging import Line, compared
from hegui.desk.web.sending import attachment
from hegui.desk.web.visit import Visit, shown
from hegui.desk.web.working import ask
from hegui.desk.work.queueing import Answer, Done

# The same files give the same bytes: no clock in the archive.
_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that differs between two versions; no lines where it is no text."""

    path: str
    kind: str  # added | removed | changed
    lines: tuple[Line, ...] | None


def history(visit: Visit) -> Response:
    """Every version, the last first."""
    book = opened(visit)
    if book is None:
        return visit.missing()
    return history_page(visit, book)


def history_page(visit: Visit, book: Opened, status: int = 200, problems: tuple[Problem, ...] = ()) -> Response:
    """The page of versions, with what could not be done."""
    published = {one.n: one for one in visit.desk.publications.of_folder(book.folder.id)}
    return page(
        visit,
        book,
        "versions.html",
        "versions",
        status,
        versions=visit.desk.folders.history(book.folder.id),
        published=published,
        problems=shown(problems, visit.language),
        done=visit.asked("done"),
    )


def compare(visit: Visit) -> Response:
    """What differs between two versions: what it means, and line by line."""
    book = opened(visit)
    if book is None:
        return visit.missing()
    old, new = (numbered(visit, book.folder.id, visit.asked(name)) for name in ("old", "new"))
    if old is None or new is None:
        told = problem("no-version", "请选两个版本来比较", "choose two versions to compare")
        return history_page(visit, book, 400, (told,))
    if old.n > new.n:
        old, new = new, old
    answer = meaning(visit, old, new)
    return page(
        visit,
        book,
        "compare.html",
        "versions",
        old=old,
        new=new,
        changes=changes(visit, old, new),
        meant=answer.data["edits"] if isinstance(answer, Done) else None,
        problems=shown(() if isinstance(answer, Done) else answer.problems, visit.language),
    )


def meaning(visit: Visit, old: Version, new: Version) -> Answer:
    """What differs in meaning; a refusal where one of the two cannot be read."""
    with visit.desk.scratch() as scratch:
        folders = {name: str(rules_of(visit, one, scratch / name)) for name, one in (("old", old), ("new", new))}
        return ask(visit, "diff", folders)


def changes(visit: Visit, old: Version, new: Version) -> list[FileChange]:
    """The files that differ."""
    found = []
    for path in sorted({*old.files, *new.files}):
        before, after = old.files.get(path), new.files.get(path)
        if before == after:
            continue
        kind = "added" if before is None else "removed" if after is None else "changed"
        texts = ["" if path not in one.files else text_of(visit, one, path) for one in (old, new)]
        lines = None if None in texts else tuple(compared(texts[0] or "", texts[1] or ""))
        found.append(FileChange(path, kind, lines))
    return found


def restore(visit: Visit) -> Response:
    """Save an old version again as the newest."""
    book = opened(visit)
    if book is None:
        return visit.missing()
    old = numbered(visit, book.folder.id, visit.field("n"))
    base = numbered(visit, book.folder.id, visit.field("base"))
    if old is None or base is None:
        told = problem("no-version", "没有这个版本", "there is no such version")
        return history_page(visit, book, 400, (told,))
    if base.n != book.latest.n:
        raise Stale(book.latest)
    note = visit.field("note") or visit.t(f"恢复第 {old.n} 版", f"version {old.n} restored")
    version = save(visit, base, old.files, note)
    return visit.redirect(f"{book.address}/versions?done={version.n}")


# --- taking away ------------------------------------------------------------------------------------------------------


def one_file(visit: Visit) -> Response:
    """A file of a version, to be saved."""
    book, path = opened(visit), asked_path(visit)
    if book is None or path is None or path not in book.version.files:
        return visit.missing()
    return attachment(visit.desk.folders.read(book.version, path), path.rpartition("/")[2])


def archive(visit: Visit) -> Response:
    """A version as a zip: the folder the command line takes."""
    book = opened(visit)
    if book is None:
        return visit.missing()
    name = str(book.version.about.get("id") or book.folder.id)
    data = zipped(visit, book.version, name)
    return attachment(data, f"{name}-{book.version.n}.zip")


def zipped(visit: Visit, version: Version, name: str) -> bytes:
    """The files of a version in a folder of that name; the same version gives the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for path in sorted(version.files):
            entry = zipfile.ZipInfo(f"{name}/{path}", _TIME)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            target.writestr(entry, visit.desk.folders.read(version, path))
    return stream.getvalue()
