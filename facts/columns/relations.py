"""The rows of a table as a relation of the database, over the columns that are wanted."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from facts.columns.encoding import SEPARATOR, decoded, encoded_cell, encoded_text
from facts.columns.jsonlines import json_rows
from facts.columns.opening import Opened
from facts.columns.store import Store, literal, quoted
from facts.documents.delimited import csv_rows, unreadable_row
from facts.documents.duckdb_rows import column
from facts.documents.model import Cell, Progress, Table
from facts.documents.stored_values import cell as stored_cell
from facts.gathering.tables import data_rows
from facts.gathering.views import Grid
from facts.problem import Problem, Text
from facts.provenance import CellRef, Locator, Position, TableRef

_SHEET_ROW = re.compile(r"[0-9]+$")
_NESTED = re.compile(r"^(STRUCT|MAP|UNION)\(|\[[0-9]*\]$")
_COUNT = 10_000
Decode = Callable[[str, int, int], Cell]
Lines = Iterator[tuple[int, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Relation:
    """The rows below a header as SQL over columns n (the row's number as people count), c<index> of the wanted columns.

    `types` are the database's types by index; "LINE" for cells written out as text. `decode` makes a cell of what the
    database gives as text, with the row's number and the column's index.
    """

    sql: str
    types: tuple[str, ...]
    decode: Decode
    # Of CSV, the index of a column that is no column of the file: what a row has beyond its header.
    surplus: int | None = None

    @property
    def labels(self) -> dict[str, int]:
        """What is loaded besides the columns of the file."""
        return {} if self.surplus is None else {"surplus": self.surplus}


@dataclass(frozen=True, slots=True)
class Below:
    """Which rows of which table are meant: those below its header that are data, totals among them."""

    grid: Grid
    header: int


def relation(
    opened: Opened, below: Below, wanted: Sequence[int], name: str, store: Store, progress: Progress
) -> tuple[Relation | None, tuple[Problem, ...]]:
    """The rows below a header with these columns; what is not in a database's own format is written out for it first."""
    if opened.kind == "parquet":
        nested = _nested(opened, wanted)
        return (None if nested else _parquet_relation(opened, wanted)), nested
    path, surplus = Path(opened.source.file), _named(below) if opened.kind == "csv" else None
    lines = _grid_lines(below, wanted) if surplus is None else _csv_lines(opened, below, wanted, surplus)
    indexes = [*wanted, *(() if surplus is None else (surplus,))]
    target = store.work / f"{name}.tsv"
    try:
        _write_lines(lines, target, path.name, progress)
    except _BadRow as bad:
        return None, (unreadable_row(path, bad.row, bad.why),)
    columns = ", ".join(
        f"'{column}': '{kind}'" for column, kind in (("n", "BIGINT"), *((f"c{i}", "VARCHAR") for i in indexes))
    )
    sql = (
        f"SELECT * FROM read_csv({literal(str(target.resolve()))}, columns = {{{columns}}}, delim = '\\t', quote = '', "
        "escape = '', header = false, auto_detect = false, nullstr = '', max_line_size = 33554432, "
        "null_padding = false, strict_mode = true)"
    )
    types = ("LINE",) * (_width(below.grid) + 1)
    return Relation(sql, types, _line_decoder(opened, below.grid), surplus), ()


def _named(below: Below) -> int:
    """How many cells the header itself has; the grid is as wide as its widest row."""
    return sum(1 for cell in below.grid.table.rows[below.header] if str(getattr(cell.locator, "column", "")))


def _nested(opened: Opened, wanted: Sequence[int]) -> tuple[Problem, ...]:
    """Columns of lists and records, which are no values of anything."""
    names = [cell.text for cell in opened.grids[0].table.rows[0]]
    return tuple(
        _nested_column(names[index], opened.types[index], Position(opened.source.file))
        for index in wanted
        if _NESTED.search(opened.types[index])
    )


def _nested_column(name: str, kind: str, at: Position) -> Problem:
    shown = kind if len(kind) <= 40 else f"{kind[:40]}…"
    message = Text(
        f"“{name[:40]}”一列是嵌套的({shown}),一格里应只有一个数、词或日期",
        f"the column {name[:40]!r} is nested ({shown}); a cell must be one number, word or date",
    )
    hint = Text(
        "请导出时展开成普通的列;一个单位有多条的,另写一张表,用 --items 指明。",
        "Export it as plain columns; what a unit has several of belongs into a table of its own, named with --items.",
    )
    return Problem("nested-column", at, message, hint)


def _width(grid: Grid) -> int:
    return len(grid.table.rows[0])


def _parquet_relation(opened: Opened, wanted: Sequence[int]) -> Relation:
    names = [cell.text for cell in opened.grids[0].table.rows[0]]
    picked = ", ".join(f"{quoted(names[index])} AS c{index}" for index in wanted)
    place = literal(str(Path(opened.source.file).resolve()))
    sql = f"SELECT file_row_number + 1 AS n, {picked} FROM read_parquet({place}, file_row_number = true)"
    kinds = [column(name, kind).kind for name, kind in zip(names, opened.types, strict=True)]
    title = Path(opened.source.file).stem

    def decode(text: str, row: int, index: int) -> Cell:
        return stored_cell(text, kinds[index], TableRef(title, row, names[index]))

    return Relation(sql, opened.types, decode)


def _line_decoder(opened: Opened, grid: Grid) -> Decode:
    if opened.kind == "csv":
        title = Path(opened.source.file).stem
        return lambda text, row, index: decoded(text, TableRef(title, row, str(index + 1)))
    places = {_number(cells[0].locator, at): at for at, cells in enumerate(grid.table.rows)}

    def decode(text: str, row: int, index: int) -> Cell:
        at = places.get(row)
        return decoded(text, TableRef("", row) if at is None else grid.table.rows[at][index].locator)

    return decode


def _number(locator: Locator, index: int) -> int:
    """A row's number as people count: a sheet's own, else its place from 1."""
    if isinstance(locator, CellRef):
        found = _SHEET_ROW.search(locator.cell)
        return int(found[0]) if found else index + 1
    return locator.row if isinstance(locator, TableRef) else index + 1


class _BadRow(Exception):
    """A row that cannot be read: its number, and why."""

    def __init__(self, row: int, why: Exception) -> None:
        super().__init__(str(why))
        self.row, self.why = row, why


def _numbered(opened: Opened, header: int) -> Iterator[tuple[int, list[str]]]:
    """The rows below the header, with their numbers."""
    path = Path(opened.source.file)
    rows = (
        json_rows(path, opened.keys)
        if opened.keys
        else islice(enumerate(csv_rows(path, opened.codec), 1), header, None)
    )
    return iter(rows)


def _csv_lines(opened: Opened, below: Below, wanted: Sequence[int], named: int) -> Lines:
    """Every row of data of a CSV file; whether it is data is seen as everywhere, but asked only where it may not be."""
    number = below.header + 1
    try:
        for number, texts in _numbered(opened, below.header + 1):
            if _maybe_furniture(texts) and _is_furniture(texts):
                continue
            count = len(texts)
            found = [encoded_text(texts[index]) if index < count else "" for index in wanted]
            beyond = next(filter(None, map(str.strip, texts[named:])), "") if count > named else ""
            yield number, [*found, encoded_text(beyond)]
    except csv.Error as error:
        raise _BadRow(number + 1, error) from error


_MARKS = re.compile("[计計总總合累小栏欄列行注备備说說附填资資tTｔＴ]")


def _maybe_furniture(texts: Sequence[str]) -> bool:
    """A cheap first look at whether a row is blank, a note or a counting of columns."""
    first, second = (*(text for text in texts[:2]), "", "")[:2]
    if not first.strip() or not second.strip():
        return True
    return _MARKS.search(first) is not None or _MARKS.search(second) is not None or first.strip().isdigit()


def _is_furniture(texts: Sequence[str]) -> bool:
    blank = TableRef("", 0)
    row = tuple(Cell(text.strip(), blank) for text in texts)
    return not any(True for _ in data_rows(Grid(Table((row,)), 0), -1, None))


def _grid_lines(below: Below, wanted: Sequence[int]) -> Lines:
    grid = below.grid
    for index in data_rows(grid, below.header, None):
        cells = grid.table.rows[index]
        yield _number(cells[0].locator, index), [encoded_cell(cells[at]) for at in wanted]


def _write_lines(lines: Lines, target: Path, title: str, progress: Progress) -> None:
    with target.open("w", encoding="utf-8", errors="replace", newline="\n") as stream:
        for count, (number, texts) in enumerate(lines):
            stream.write(f"{number}{SEPARATOR}{SEPARATOR.join(texts)}\n")
            if count % _COUNT == 0:
                progress(count, 0, title)
