"""A receipt with everything it speaks of in one archive, so that it can be verified anywhere: the same content, the same bytes.

    receipt.json    result.json    and every input and paper at its place

Members are stored as they are. Archives of others may be packed; they are read within limits of size, and nothing of them is
ever written outside a folder of ours.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.receipts.canonical import Data
from hegui.receipts.places import PAPERS, is_place

RECEIPT_NAME, RESULT_NAME = "receipt.json", "result.json"
MAX_TOTAL = 256 * 1024 * 1024
MAX_MEMBERS = 4000
_MAX_DIRECTORY = 4 * 1024 * 1024
_WHEN = (1980, 1, 1, 0, 0, 0)
_END, _END_SIZE, _ZIP64 = b"PK\x05\x06", 22, b"PK\x06\x07"
_CHUNK = 1 << 16
_BAD = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    EOFError,
    NotImplementedError,
    OSError,
    ValueError,
    RuntimeError,
    zlib.error,
)


@dataclass(frozen=True, slots=True)
class Bundle:
    """What an archive holds. `strays`: members that are neither receipt nor result and have no name of an input."""

    receipt: bytes
    result: bytes | None
    files: Mapping[str, Data]
    papers: Mapping[str, Data]
    strays: Mapping[str, bytes]
    repacked: bool


def write_bundle(
    receipt: bytes, result: bytes | None, files: Mapping[str, Data], papers: Mapping[str, Data], name: str
) -> tuple[bytes, Problem | None]:
    """The archive, or why it would be one that nobody reads. Without the result, less can be said of where another differs."""
    members: dict[str, Data] = {RECEIPT_NAME: receipt}
    if result is not None:
        members[RESULT_NAME] = result
    members |= dict(sorted({**files, **papers}.items()))
    total = sum(len(data) if isinstance(data, bytes) else data.stat().st_size for data in members.values())
    if total > MAX_TOTAL or len(members) > MAX_MEMBERS:
        return b"", _too_much(total, len(members), name)
    return _packed(members), None


def _packed(members: Mapping[str, Data]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, _WHEN)
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, data if isinstance(data, bytes) else data.read_bytes())
    return out.getvalue()


def read_bundle(data: bytes, name: str) -> tuple[Bundle | None, Problem | None]:
    """What is in an archive of anybody's, or why it is not read."""
    problem = _directory(data, name)
    if problem is not None:
        return None, problem
    members = dict[str, bytes]()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            problem = _entries(archive.infolist(), name)
            if problem is not None:
                return None, problem
            for entry in archive.infolist():
                members[entry.filename] = b"".join(_read(archive, entry))
    except _BAD:
        message = Text("压缩包不完整或已损坏", "the archive is incomplete or damaged")
        return None, Problem("damaged-file", Position(name), message, _AGAIN)
    return _sorted_out(members, data, name)


def _sorted_out(members: dict[str, bytes], data: bytes, name: str) -> tuple[Bundle | None, Problem | None]:
    if RECEIPT_NAME not in members:
        message = Text(f"压缩包里没有 {RECEIPT_NAME}", f"the archive holds no {RECEIPT_NAME}")
        return None, Problem("not-a-receipt", Position(name), message, _AGAIN)
    repacked = _packed(_ordered(members)) != data
    receipt, result = members.pop(RECEIPT_NAME), members.pop(RESULT_NAME, None)
    papers = {place: one for place, one in members.items() if is_place(place) and place.startswith(f"{PAPERS}/")}
    files = {place: one for place, one in members.items() if is_place(place) and place not in papers}
    strays = {place: one for place, one in members.items() if place not in files and place not in papers}
    return Bundle(receipt, result, files, papers, strays, repacked), None


def _ordered(members: Mapping[str, bytes]) -> dict[str, Data]:
    first = [name for name in (RECEIPT_NAME, RESULT_NAME) if name in members]
    return {name: members[name] for name in (*first, *sorted(set(members) - set(first)))}


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """A member a piece at a time: no more is unpacked than its entry says, which was held against the limit."""
    with archive.open(entry) as stream:
        while piece := stream.read(_CHUNK):
            yield piece


def _directory(data: bytes, name: str) -> Problem | None:
    """Why the list of members is not even read: a short file can list millions."""
    end = data[-_END_SIZE:]
    if len(data) > MAX_TOTAL + _MAX_DIRECTORY:
        return _too_much(len(data), 0, name)
    if not end.startswith(_END) or len(end) < _END_SIZE or data[-_END_SIZE - 20 :].startswith(_ZIP64):
        message = Text(
            "这不是 hegui 写出的压缩包,或文件不完整", "this is no archive as hegui writes it, or it is incomplete"
        )
        return Problem("damaged-file", Position(name), message, _AGAIN)
    count, size = int.from_bytes(end[10:12], "little"), int.from_bytes(end[12:16], "little")
    return _too_much(len(data), count, name) if count > MAX_MEMBERS or size > _MAX_DIRECTORY else None


def _entries(entries: list[zipfile.ZipInfo], name: str) -> Problem | None:
    names = [entry.orig_filename for entry in entries]
    odd = next((entry for entry in entries if not _is_plain(entry)), None)
    if odd is not None:
        message = Text(
            f"压缩包里的“{odd.orig_filename[:80]}”不能使用(路径越界、链接、文件夹或加密)",
            f"{odd.orig_filename[:80]!r} in the archive cannot be used (leads out, a link, a folder, or encrypted)",
        )
        return Problem("bad-file-name", Position(name), message, _TRUST)
    if len({one.casefold() for one in names}) < len(names):
        message = Text("压缩包里有两个同名文件", "two files of the archive have one name")
        return Problem("bad-file-name", Position(name), message, _TRUST)
    total = sum(entry.file_size for entry in entries)
    return _too_much(total, len(entries), name) if total > MAX_TOTAL or len(entries) > MAX_MEMBERS else None


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    kind = entry.external_attr >> 16 & 0o170000
    return (
        entry.filename == entry.orig_filename
        and (is_place(entry.filename) or is_place(f"{PAPERS}/{entry.filename}"))
        and kind in (0, 0o100000)
        and not entry.flag_bits & 1
        and entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    )


def _too_much(total: int, count: int, name: str) -> Problem:
    message = Text(
        f"压缩包太大:{total} 字节、{count} 个文件;最多 {MAX_TOTAL} 字节、{MAX_MEMBERS} 个",
        f"the archive is too large: {total} bytes, {count} files; at most {MAX_TOTAL} bytes, {MAX_MEMBERS} files",
    )
    hint = Text("请用 .json 回执,文件另行保存", "use a receipt in .json and keep the files beside it")
    return Problem("file-too-large", Position(name), message, hint)


_AGAIN = Text("请向出具回执的人重新索取", "ask whoever made the receipt for it again")
_TRUST = Text("不要核验来历不明的回执", "do not trust a receipt of unknown origin")


def read_archive(path: Path) -> bytes | None:
    """The bytes of an archive; None where it is larger than any of ours."""
    with path.open("rb") as stream:
        data = stream.read(MAX_TOTAL + _MAX_DIRECTORY + 1)
    return data if len(data) <= MAX_TOTAL + _MAX_DIRECTORY else None
