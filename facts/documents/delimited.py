"""CSV and TSV: one table, rows made equally long."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from facts.documents.encodings import codec_of, remarks
from facts.documents.model import Cell, Document, Progress, Table, no_progress
from facts.documents.packing import RowsBuilder, TooLargeError, too_many_cells
from facts.problem import Problem, Text
from facts.provenance import Position, Source, TableRef

MAX_FIELD = 1_000_000
_HEAD = 100_000
_SIGNS = ",\t;|"
_UNCLOSED = Text(
    "请检查这一行附近的引号是否成对,或重新导出。", "Look for a quotation mark that does not close, or export it again."
)

Read = tuple[Document | None, tuple[Problem, ...]]


def read(path: Path, source: Source, progress: Progress = no_progress) -> Read:
    """The rows of a file; places are row and column, both from 1."""
    at = Position(str(path))
    found = codec_of(path)
    if found is None:
        return None, (Problem("not-text", at, Text("这不是文本文件", "this is no text file")),)
    encoding, codec = found
    name = path.stem
    rows = RowsBuilder(lambda row, column: TableRef(name, row, str(column + 1)))
    try:
        for number, row in enumerate(csv_rows(path, codec), 1):
            rows.add(number, tuple(Cell(text.strip(), rows.place(number, c)) for c, text in enumerate(row)))
            if number % 10_000 == 0:
                progress(number, 0, path.name)
        rows.drop_blank_end()
        table = Table(rows.rows(), name)
    except TooLargeError:
        return None, (too_many_cells(at),)
    except csv.Error as error:
        return None, (unreadable_row(path, len(rows) + 1, error),)
    return Document(source, "csv", (table,)), tuple(remarks(encoding, at))


def unreadable_row(path: Path, row: int, error: Exception) -> Problem:
    """The Problem of a row at which reading ends."""
    message = Text(f"这一行读不出来({error})", f"this row cannot be read ({error})")
    return Problem("damaged-file", Position(str(path), row, 1), message, _UNCLOSED)


def csv_rows(path: Path, codec: str) -> Iterator[list[str]]:
    """The rows as texts, one after another; csv.Error where that ends."""
    csv.field_size_limit(MAX_FIELD)
    with path.open(encoding=codec, errors="replace", newline="") as stream:
        sign = _sign(stream.read(_HEAD))
        stream.seek(0)
        lines, last, row = list[str](), list[str](), None
        for following in csv.reader(_kept(stream, lines), delimiter=sign):
            if row is not None:
                yield row
            row, last = following, lines[:]
            lines.clear()
        if row is not None:
            _check_closed(last, sign)
            yield row


def _kept(stream: Iterable[str], lines: list[str]) -> Iterator[str]:
    for line in stream:
        lines.append(line)
        yield line


def _check_closed(lines: list[str], sign: str) -> None:
    """csv.Error where the last row is a quotation mark that does not close, with all that was to be rows of their own."""
    try:
        for _ in csv.reader(lines, delimiter=sign, strict=True):
            pass
    except csv.Error as error:
        if "end of data" in str(error):
            raise


def _sign(text: str) -> str:
    """The separator that stands most often in the first lines, outside quotation marks."""
    head = "\n".join(text.splitlines()[:20])
    counts = {sign: sum(part.count(sign) for part in head.split('"')[::2]) for sign in _SIGNS}
    return max(_SIGNS, key=lambda sign: counts[sign])
