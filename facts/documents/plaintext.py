"""Plain text: a paragraph per line, and tables drawn with bars or tabs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from facts.documents.encodings import decode, remarks
from facts.documents.model import Block, Cell, Document, Paragraph, Progress, Table, no_progress
from facts.documents.ragged import aligned
from facts.problem import Problem, Text
from facts.provenance import Position, Source, TextSpan

MAX_TEXT = 32 * 1024 * 1024
_RULE = re.compile(r"^[\s|:+-]*-{2,}[\s|:+-]*$")
# Lines are counted at line feeds, as everything that checks quotes does; other breaks end a paragraph within a line.
_BREAK = re.compile(r"[\r\v\f\x1c-\x1e\x85\u2028\u2029]+")

Read = tuple[Document | None, tuple[Problem, ...]]
# A line with its number from 1.
_Numbered = tuple[int, str]


def read(path: Path, source: Source, progress: Progress = no_progress) -> Read:
    """The lines of a text file; places are lines and columns from 1."""
    at = Position(str(path))
    data = path.read_bytes()
    if len(data) > MAX_TEXT:
        message = Text(
            f"文本有 {len(data)} 字节,最多 {MAX_TEXT}", f"the text has {len(data)} bytes, at most {MAX_TEXT}"
        )
        return None, (Problem("file-too-large", at, message, Text("请拆分后再读。", "Split it.")),)
    text, encoding = decode(data)
    if text is None:
        return None, (Problem("not-text", at, Text("这不是文本文件", "this is no text file")),)
    progress(0, 0, path.name)
    return Document(source, "text", tuple(blocks_of(text))), tuple(remarks(encoding, at))


def blocks_of(text: str) -> Iterator[Block]:
    """Paragraphs and tables of a text."""
    lines = list(enumerate(text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n"), 1))
    at = 0
    while at < len(lines):
        end = _table_end(lines, at)
        if end > at:
            yield _table(lines[at:end])
            at = end
        else:
            yield from _paragraphs(*lines[at])
            at += 1


def _paragraphs(number: int, line: str) -> Iterator[Paragraph]:
    start = 0
    for match in (*_BREAK.finditer(line), None):
        piece = line[start : match.start() if match else len(line)]
        if piece.strip():
            yield Paragraph(piece.strip(), TextSpan(number, start + len(piece) - len(piece.lstrip()) + 1))
        start = match.end() if match else start


def _table_end(lines: Sequence[_Numbered], at: int) -> int:
    """Where the table that begins here ends: two lines or more with bars, or three with two tabs each."""
    for sign, least, per_line in (("|", 2, 1), ("\t", 3, 2)):
        end = at
        while end < len(lines) and lines[end][1].count(sign) >= per_line:
            end += 1
        if end - at >= least:
            return end
    return at


def _table(lines: Sequence[_Numbered]) -> Table:
    sign = "|" if "|" in lines[0][1] else "\t"
    rows = [list(_cells(number, line, sign)) for number, line in lines if not _RULE.match(line)]
    return Table(aligned(rows))


def _cells(number: int, line: str, sign: str) -> Iterator[Cell]:
    """The cells of a line; a bar at its very beginning or end is a border, blanks before one are an empty cell."""
    # A bar at the beginning is a border, a tab is an empty cell.
    bordered = sign == "|" and line.startswith(sign)
    start = 1 if bordered else 0
    stripped = line.rstrip()
    end = len(stripped) - 1 if bordered and stripped.endswith(sign) else len(line)
    at = start
    for piece in line[start:end].split(sign):
        column = at + len(piece) - len(piece.lstrip()) + 1
        yield Cell(piece.strip(), TextSpan(number, column))
        at += len(piece) + 1
