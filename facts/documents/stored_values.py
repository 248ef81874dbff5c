"""Rows of Parquet files and databases as one table of exact cells.

Every driver hands its values over as the text the database itself writes, with what kind of column they stand in; so no
binary fraction is ever made here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Literal, NamedTuple

from facts.documents.model import Cell, Progress, Table
from facts.documents.packing import MAX_CELLS, MAX_CHARACTERS, RowsBuilder, TooLargeError
from facts.problem import Problem, Text
from facts.provenance import Position, TableRef
from facts.values import decimal_text

_MAX_NUMERAL = 1_000
_NOT_FINITE_SHOWN = 10

ColumnKind = Literal["exact", "float", "date", "time", "truth", "text"]

_NUMERAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_NOT_FINITE = frozenset({"nan", "inf", "infinity", "-inf", "-infinity", "+inf", "+infinity", "-nan"})
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})([ T]00:00(:00(\.0+)?)?)?")
_TRUTH = {"true": "是", "t": "是", "false": "否", "f": "否"}


class Column(NamedTuple):
    """A column of a result: its name and what kind of values it holds."""

    name: str
    kind: ColumnKind


@dataclass(frozen=True, slots=True)
class Typed:
    """A value with its own kind, for databases whose columns hold anything."""

    text: str
    kind: ColumnKind


Stored = str | Typed | None


def cell(text: str, kind: ColumnKind, locator: TableRef) -> Cell:
    """A value as a cell: exact where it is a number, the shortest decimal for a binary fraction (noted as "float").

    >>> cell("1e-07", "float", TableRef("t", 1)).text, cell("1.10", "exact", TableRef("t", 1)).value
    ('0.0000001', Fraction(11, 10))
    """
    if kind in ("exact", "float"):
        notes = ("float",) if kind == "float" else ()
        value = number(text)
        if value is None:
            return Cell(text, locator, notes=notes)
        return Cell(decimal_text(value) if kind == "float" else text, locator, value, notes=notes)
    if kind in ("date", "time"):
        return Cell(text, locator, _day(text))
    return Cell(_TRUTH.get(text, text) if kind == "truth" else text, locator)


@lru_cache(maxsize=1 << 16)
def number(text: str) -> Fraction | None:
    """The exact value of a numeral as databases write it; None for NaN, infinities and what is none."""
    if len(text) > _MAX_NUMERAL or not _NUMERAL.fullmatch(text):
        return None
    return Fraction(text)


def _day(text: str) -> date | None:
    """The day, of a date or of a midnight; None where it is none of our calendar."""
    match = _DAY.fullmatch(text)
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Rows:
    """A result as a driver gives it: columns, batches of rows, and how many rows there will be (0: not known)."""

    columns: Sequence[Column]
    batches: Iterable[Sequence[Sequence[Stored]]]
    total: int = 0


def table_of(rows: Rows, name: str, at: Position, progress: Progress) -> tuple[Table, tuple[Problem, ...]]:
    """The rows as a table below a row of column names, which is row 0 of its locators.

    Problems: not-finite, no-rows. Raises TooLargeError.
    """
    names = [column.name for column in rows.columns]
    table = RowsBuilder(lambda row, column: TableRef(name, row, names[column]))
    table.add(0, tuple(Cell(c, table.place(0, n)) for n, c in enumerate(names)))
    odd, count = list[TableRef](), 0
    if rows.total * len(names) > MAX_CELLS:
        raise TooLargeError
    for nth, row in enumerate(_bounded(rows, at, progress), 1):
        places = [TableRef(name, nth, column) for column in names]
        table.add(nth, tuple(_stored(v, c, p) for v, c, p in zip(row, rows.columns, places, strict=True)))
        found = [p for v, c, p in zip(row, rows.columns, places, strict=True) if _not_finite(v, c)]
        odd.extend(found[: _NOT_FINITE_SHOWN - len(odd)])
        count += len(found)
    problems = [_odd_problem(odd, count, at)] if odd else []
    if len(table) == 1:
        problems.append(Problem("no-rows", at, Text("没有一行数据", "there is not one row"), severity="warning"))
    return Table(table.rows(), name), tuple(problems)


def _bounded(rows: Rows, at: Position, progress: Progress) -> Iterator[Sequence[Stored]]:
    done, characters, width = 0, 0, max(1, len(rows.columns))
    progress(0, rows.total, at.file)
    for batch in rows.batches:
        done += len(batch)
        characters += sum(len(v.text if isinstance(v, Typed) else v) for row in batch for v in row if v is not None)
        if done * width > MAX_CELLS or characters > MAX_CHARACTERS:
            raise TooLargeError
        yield from batch
        progress(done, rows.total, at.file)


def _stored(value: Stored, column: Column, locator: TableRef) -> Cell:
    if value is None:
        return Cell("", locator)
    if isinstance(value, Typed):
        return cell(value.text, value.kind, locator)
    return cell(value, column.kind, locator)


def _not_finite(value: Stored, column: Column) -> bool:
    """Whether it is a number that is none. Text that happens to read so is not."""
    text, kind = (value.text, value.kind) if isinstance(value, Typed) else (value, column.kind)
    return kind in ("exact", "float") and text is not None and text.lower() in _NOT_FINITE


def _odd_problem(first: Sequence[TableRef], count: int, at: Position) -> Problem:
    shown = ", ".join(map(str, first)) + ("…" if count > len(first) else "")
    message = Text(
        f"{count} 个单元格是 NaN 或无穷大,不是数值:{shown}",
        f"{count} cells are NaN or infinite, which is no figure: {shown}",
    )
    hint = Text("已按文字保留,请核对来源。", "They were kept as text; check where they come from.")
    return Problem("not-finite", at, message, hint, "warning")


def too_large(at: Position) -> Problem:
    """The Problem of a result that is not read."""
    message = Text(
        f"数据过多:最多 {MAX_CELLS} 个单元格、{MAX_CHARACTERS} 个字",
        f"too much data: at most {MAX_CELLS} cells and {MAX_CHARACTERS} characters are read",
    )
    hint = Text("请只选需要的行和列,或先汇总。", "Select only the rows and columns needed, or sum them up first.")
    return Problem("too-large", at, message, hint)
