"""A guard before zipped formats (docx, xlsx) are opened: bombs, odd names, declared entities."""

from __future__ import annotations

import zipfile
from pathlib import Path

from facts.problem import Problem, Text
from facts.provenance import Position

MAX_ENTRIES = 10_000
MAX_TOTAL = 1536 * 1024 * 1024
MAX_ONE = 1024 * 1024 * 1024
# XML packs well, but no honest part packs a thousandfold.
MAX_RATIO = 1000
_SMALL = 1024 * 1024
_HEAD = 4096

_TOO_LARGE = Text(
    "请另存后再试;若是从别处收到的,请先核实来源。",
    "Save it anew and try again; if it was sent to you, verify who sent it.",
)


def check_archive(path: Path) -> Problem | None:
    """Why a zipped file must not be opened; None where it may be."""
    at = Position(str(path))
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            problem = _sizes(entries, at) or _encrypted(entries, at)
            return problem or _entities(archive, entries, at)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError):
        message = Text("文件不完整或已损坏", "the file is incomplete or damaged")
        return Problem("damaged-file", at, message, Text("请重新导出或下载。", "Export or download it again."))


def _sizes(entries: list[zipfile.ZipInfo], at: Position) -> Problem | None:
    if len(entries) > MAX_ENTRIES:
        message = Text(
            f"压缩包内有 {len(entries)} 个文件,最多 {MAX_ENTRIES}", f"{len(entries)} entries, at most {MAX_ENTRIES}"
        )
        return Problem("file-too-large", at, message, _TOO_LARGE)
    total = sum(entry.file_size for entry in entries)
    bombs = [e for e in entries if e.file_size > _SMALL and e.file_size > MAX_RATIO * max(1, e.compress_size)]
    if total > MAX_TOTAL or any(e.file_size > MAX_ONE for e in entries) or bombs:
        message = Text(
            f"展开后有 {total} 字节,疑为压缩炸弹",
            f"it would unfold to {total} bytes, which looks like a decompression bomb",
        )
        return Problem("file-too-large", at, message, _TOO_LARGE)
    return None


def _encrypted(entries: list[zipfile.ZipInfo], at: Position) -> Problem | None:
    if any(entry.flag_bits & 1 for entry in entries):
        message = Text("文件设了密码", "the file is protected by a password")
        return Problem("password-protected", at, message, Text("请去掉密码后再读。", "Remove the password first."))
    return None


def _entities(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], at: Position) -> Problem | None:
    """A part that declares a document type: office programs never write one, attacks do."""
    for entry in entries:
        if entry.filename.endswith((".xml", ".rels")):
            with archive.open(entry) as stream:
                head = stream.read(_HEAD)
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head or b"<\x00!\x00D\x00O\x00C" in head:
                message = Text(
                    f"其中 {entry.filename[:80]} 含有外部实体声明,不予读取",
                    f"{entry.filename[:80]} declares XML entities; it is not read",
                )
                return Problem("hostile-xml", at, message, _TOO_LARGE)
    return None
