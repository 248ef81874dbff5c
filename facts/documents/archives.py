"""A guard before zipped formats (docx, xlsx) are opened: bombs, odd names, declared entities."""

from __future__ import annotations

import lzma
import re
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from facts.problem import Problem, Text
from facts.provenance import Position

MAX_ENTRIES = 10_000
MAX_TOTAL = 1536 * 1024 * 1024
# XML packs well, but no honest part packs a thousandfold.
MAX_RATIO = 1000
_SMALL = 1024 * 1024
_CHUNK = 1 << 20


class _Limit(NamedTuple):
    """How large a part may be unpacked, and how many tags and entries it may have: those take the memory."""

    size: int
    tags: int


# Sheets and the body of a Word file are read piece by piece, the rest is held whole. 200,000 rows of 12 cells are 150 MB.
_STREAMED = _Limit(1024 * 1024 * 1024, 60_000_000)
_BODY = _Limit(256 * 1024 * 1024, 6_000_000)
_STRINGS = _Limit(160 * 1024 * 1024, 12_000_000)
_HELD = _Limit(32 * 1024 * 1024, 500_000)
_MEDIA = _Limit(1024 * 1024 * 1024, 0)
_LIMITS = {
    "xlsx": (
        (re.compile(r"xl/worksheets/[^/]*\.xml"), _STREAMED),
        (re.compile(r"(?i)xl/sharedStrings\.xml"), _STRINGS),
    ),
    "docx": ((re.compile(r"word/document\.xml"), _BODY),),
}
# What a package need not be read for: it may be of any size.
_UNREAD = re.compile(
    r"customXml/.*|xl/(?:pivot\w*|drawings|charts|externalLinks|tables|queryTables|threadedComments)/.*"
)
_STRINGS_PART = re.compile(rb'PartName="/?([^"<>]{1,200})"[^<>]{0,300}sharedStrings\+xml')
_BAD_ZIP = (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError, OSError, ValueError, RuntimeError)
_XML = (".xml", ".rels", ".vml")
_DECLARES = (b"<!DOCTYPE", b"<!ENTITY", b"<\x00!\x00D\x00O\x00C", b"\x00<\x00!\x00D\x00O\x00C")

_VERIFY = Text(
    "请另存后再试;若是从别处收到的,请先核实来源。",
    "Save it anew and try again; if it was sent to you, verify who sent it.",
)
_AGAIN = Text("请重新导出或下载。", "Export or download it again.")


def check_archive(path: Path, kind: Literal["docx", "xlsx"]) -> Problem | None:
    """Why a zipped file must not be opened; None where it may be."""
    at = Position(str(path))
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            problem = _sizes(entries, path.stat().st_size, kind, at) or _encrypted(entries, at)
            return problem or _parts(archive, entries, kind, at)
    except (*_BAD_ZIP, zlib.error, lzma.LZMAError):
        return Problem("damaged-file", at, Text("文件不完整或已损坏", "the file is incomplete or damaged"), _AGAIN)


def _limit(name: str, kind: str) -> _Limit:
    plain = name.replace("\\", "/").lstrip("/")
    if not plain.lower().endswith(_XML) or _UNREAD.fullmatch(plain):
        return _MEDIA
    return next((limit for pattern, limit in _LIMITS[kind] if pattern.fullmatch(plain)), _HELD)


def _sizes(entries: Sequence[zipfile.ZipInfo], size: int, kind: str, at: Position) -> Problem | None:
    if len(entries) > MAX_ENTRIES:
        message = Text(
            f"压缩包内有 {len(entries)} 个文件,最多 {MAX_ENTRIES}", f"{len(entries)} entries, at most {MAX_ENTRIES}"
        )
        return Problem("file-too-large", at, message, _VERIFY)
    if sum(entry.compress_size for entry in entries) > size:
        message = Text(
            "压缩包内的文件互相重叠,疑为压缩炸弹", "its entries overlap, which looks like a decompression bomb"
        )
        return Problem("file-too-large", at, message, _VERIFY)
    total = sum(entry.file_size for entry in entries)
    bombs = [e for e in entries if e.file_size > _SMALL and e.file_size > MAX_RATIO * max(1, e.compress_size)]
    if total > MAX_TOTAL or bombs:
        message = Text(
            f"展开后有 {total} 字节,疑为压缩炸弹",
            f"it would unfold to {total} bytes, which looks like a decompression bomb",
        )
        return Problem("file-too-large", at, message, _VERIFY)
    large = next((e for e in entries if e.file_size > _limit(e.filename, kind).size), None)
    return _too_large(large.filename, at) if large is not None else None


def _too_large(name: str, at: Position) -> Problem:
    message = Text(f"其中 {name[:80]} 过大,不予读取", f"{name[:80]} in it is too large; it is not read")
    return Problem("file-too-large", at, message, _VERIFY)


def _encrypted(entries: Sequence[zipfile.ZipInfo], at: Position) -> Problem | None:
    if any(entry.flag_bits & 1 for entry in entries):
        message = Text("文件设了密码", "the file is protected by a password")
        return Problem("password-protected", at, message, Text("请去掉密码后再读。", "Remove the password first."))
    return None


def _parts(archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], kind: str, at: Position) -> Problem | None:
    """A part that declares a document type (office programs never write one, attacks do) or has too many tags."""
    strings = _strings(archive, entries) if kind == "xlsx" else ""
    for entry in entries:
        limit = _STRINGS if entry.filename == strings else _limit(entry.filename, kind)
        if limit is not _MEDIA:
            problem = _part(archive, entry, limit, at)
            if problem is not None:
                return problem
    return None


def _strings(archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo]) -> str:
    """The part that holds a workbook's texts, whatever it is called."""
    types = next((entry for entry in entries if entry.filename == "[Content_Types].xml"), None)
    found = _STRINGS_PART.search(archive.read(types)) if types is not None else None
    return found[1].decode("utf-8", "replace") if found else ""


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: _Limit, at: Position) -> Problem | None:
    tags, before = 0, b""
    if entry.file_size > limit.size:
        return _too_large(entry.filename, at)
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            if any(mark in before + chunk for mark in _DECLARES):
                message = Text(
                    f"其中 {entry.filename[:80]} 含有实体声明,不予读取",
                    f"{entry.filename[:80]} declares XML entities; it is not read",
                )
                return Problem("hostile-xml", at, message, _VERIFY)
            before = chunk[-16:]
            tags += chunk.count(b"<")
            if tags > limit.tags:
                return _too_large(entry.filename, at)
    return None
