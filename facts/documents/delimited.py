"""CSV and TSV: one table, rows made equally long."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from facts.documents.encodings import decode
from facts.documents.model import Cell, Document, Progress, Table, no_progress
from facts.problem import Problem, Text
from facts.provenance import Position, Source, TableRef

MAX_CELLS = 2_000_000
MAX_FIELD = 1_000_000
_SIGNS = ",\t;|"

Read = tuple[Document | None, tuple[Problem, ...]]


def read(path: Path, source: Source, progress: Progress = no_progress) -> Read:
    """The rows of a file; places are row and column, both from 1."""
    at = Position(str(path))
    text, encoding = decode(path.read_bytes())
    if text is None:
        return None, (Problem("not-text", at, Text("这不是文本文件", "this is no text file")),)
    csv.field_size_limit(MAX_FIELD)
    rows: list[list[str]] = []
    cells = 0
    try:
        for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=_sign(text)):
            rows.append(row)
            cells += len(row)
            if cells > MAX_CELLS:
                message = Text(f"超过 {MAX_CELLS} 个单元格", f"more than {MAX_CELLS} cells")
                return None, (Problem("file-too-large", at, message, Text("请拆分后再读。", "Split it.")),)
            if len(rows) % 10_000 == 0:
                progress(len(rows), 0, "read")
    except csv.Error as error:
        line = Position(str(path), len(rows) + 1, 1)
        message = Text(f"这一行读不出来:{error}", f"this row cannot be read: {error}")
        return None, (Problem("damaged-file", line, message),)
    problems: tuple[Problem, ...] = ()
    if encoding == "gb18030":
        problems = (
            Problem("encoding", at, Text("按 GB 18030 编码读取", "read in the encoding GB 18030"), severity="note"),
        )
    return Document(source, "csv", (_table(rows, path.stem),)), problems


def _sign(text: str) -> str:
    """The separator that stands most often in the first lines, outside quotation marks."""
    head = "\n".join(text.splitlines()[:20])
    counts = {sign: sum(part.count(sign) for part in head.split('"')[::2]) for sign in _SIGNS}
    return max(_SIGNS, key=lambda sign: counts[sign])


def _table(rows: list[list[str]], name: str) -> Table:
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    width = max((len(row) for row in rows), default=0)
    return Table(
        tuple(
            tuple(
                Cell(row[c].strip() if c < len(row) else "", TableRef(name, n, str(c + 1))) for c in range(width)
            )
            for n, row in enumerate(rows, 1)
        ),
        name,
    )  # fmt: skip
