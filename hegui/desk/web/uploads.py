"""Files people send: kept under names of their own making, made harmless; bytes go to the store as they come."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from hegui.desk.store.blobs import Blob
from hegui.desk.web.visit import Visit

_PIECE = 1 << 20
_LONGEST = 80
_LONGEST_SUFFIX = 12
# What file systems and spreadsheets take for something else than a name.
_STRANGE = '<>:"/\\|?*'


@dataclass(frozen=True, slots=True)
class Received:
    """A file somebody sent, stored already, and the name it goes by."""

    name: str
    blob: Blob

    @property
    def word(self) -> str:
        """As a form carries it where it must be sent once more: files are not typed in twice."""
        return json.dumps([self.name, self.blob.sha256, self.blob.size], ensure_ascii=False)


def received(visit: Visit, field: str, kept: str = "") -> tuple[Received, ...]:
    """The files of a field, and those an earlier try has brought here already. Raises TooLarge."""
    limit = visit.desk.settings.largest_upload
    found = list(_kept(visit, kept)) if kept else []
    for upload in visit.files(field):
        blob = visit.desk.blobs.put(_pieces(upload.file), limit)
        found.append(Received(clean_name(upload.filename or ""), blob))
    once = {(one.name, one.blob.sha256): one for one in found}
    return tuple(once.values())


def clean_name(sent: str) -> str:
    r"""The last part of a name without what is dangerous in one.

    >>> clean_name("C:\\报告\\..\\2017年 决算.xlsx"), clean_name("../../etc/passwd"), clean_name("..")
    ('2017年 决算.xlsx', 'passwd', 'file')
    """
    last = sent.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join("_" if one in _STRANGE else one for one in last if one.isprintable()).strip(" .")
    path = PurePosixPath(plain or "file")
    suffix = path.suffix if len(path.suffix) <= _LONGEST_SUFFIX else ""
    stem = path.name.removesuffix(suffix) if suffix else path.name
    return f"{_cut(stem, _LONGEST) or 'file'}{suffix}"


def placed(files: Iterable[Received], taken: Iterable[str], folder: str = "sources") -> dict[str, Blob]:
    """Paths for files in a folder where some are taken: the same name twice gets a number."""
    used = {path.casefold() for path in taken}
    found: dict[str, Blob] = {}
    for one in files:
        path = next(path for path in _names(f"{folder}/{one.name}") if path.casefold() not in used)
        used.add(path.casefold())
        found[path] = one.blob
    return found


def new_only(files: Iterable[Received], present: Mapping[str, Blob]) -> tuple[Received, ...]:
    """Without files whose very bytes are there already."""
    known = {blob.sha256 for blob in present.values()}
    return tuple(one for one in files if one.blob.sha256 not in known)


def _kept(visit: Visit, field: str) -> Iterator[Received]:
    for word in visit.fields(field):
        try:
            name, sha256, size = json.loads(word)
            held = visit.desk.blobs.holds(sha256, size)
        except (ValueError, TypeError):
            continue
        if isinstance(name, str) and held:
            yield Received(clean_name(name), Blob(sha256, size))


def _names(path: str) -> Iterator[str]:
    yield path
    pure = PurePosixPath(path)
    for n in range(2, 10_000):
        yield str(pure.with_name(f"{pure.stem}-{n}{pure.suffix}"))


def _cut(text: str, most: int) -> str:
    """As many characters as may stand in a name, of which a file system counts the bytes."""
    while len(text) > most or len(text.encode("utf-8", "replace")) > 160:
        text = text[:-1]
    return text.strip(" .").encode("utf-8", "ignore").decode()


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(_PIECE):
        yield piece
