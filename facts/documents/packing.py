"""Rows of large tables kept as one string each: 200,000 rows of cells would take more memory than there is.

A row is made into cells when it is asked for. Small tables are plain tuples, which are faster.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import overload

from facts.documents.model import Cell, Row
from facts.problem import Problem, Text
from facts.provenance import Locator, Position, TableRef

# From this many cells on a table is packed.
PACKED_FROM = 100_000
# No table of any format is read beyond this: 200,000 rows of 14 columns.
MAX_CELLS = 3_000_000
MAX_CHARACTERS = 120_000_000
_KEPT = 2_048
_BETWEEN, _WITHIN = "\0", "\1"

# Where the cell in a row of that number, and the column counted from 0, stands.
Place = Callable[[int, int], Locator]


class TooLargeError(Exception):
    """More cells or characters than are read."""


def too_many_cells(at: Position, why: Text | None = None) -> Problem:
    """The Problem of a table that is not read."""
    message = why or Text(
        f"表格过大:最多 {MAX_CELLS} 个单元格、{MAX_CHARACTERS} 个字",
        f"the table is too large: at most {MAX_CELLS} cells and {MAX_CHARACTERS} characters are read",
    )
    hint = Text(
        "请拆分后再读,或只留下需要的行和列。", "Split it and read the parts, or keep only the rows and columns needed."
    )
    return Problem("file-too-large", at, message, hint)


class PackedRows(Sequence[Row]):
    """The rows of a large table; each has the same number of cells."""

    def __init__(self, rows: list[str | Row], numbers: array[int], width: int, place: Place) -> None:
        self._rows, self._numbers, self._width, self._place = rows, numbers, width, place
        self._made: dict[int, Row] = {}

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        if isinstance(index, slice):
            return tuple(self[at] for at in range(*index.indices(len(self))))
        at = index + len(self) if index < 0 else index
        if not 0 <= at < len(self):
            raise IndexError(index)
        made = self._made.get(at)
        if made is None:
            if len(self._made) >= _KEPT:
                self._made.clear()
            made = self._made[at] = self._make(at)
        return made

    def __iter__(self) -> Iterator[Row]:
        return (self._make(at) for at in range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str) or len(other) != len(self):
            return NotImplemented if not isinstance(other, Sequence) else False
        return all(mine == its for mine, its in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment] # as a list's

    def cell(self, index: int, column: int) -> Cell:
        """One cell of a row, without making the others."""
        row, made = self._rows[index], self._made.get(index)
        if made is None and isinstance(row, str):
            parts = row.split(_BETWEEN, column + 1)
            if row and column < len(parts):
                return _cell(parts[column], self._numbers[index], column, self._place)
        return self[index][column]

    def _make(self, at: int) -> Row:
        row, number = self._rows[at], self._numbers[at]
        cells = _unpacked(row, number, self._place) if isinstance(row, str) else row
        return _padded(cells, number, self._width, self._place)


def cell_at(rows: Sequence[Row], index: int, column: int) -> Cell:
    """One cell of a table; of a large one it alone is made."""
    return rows.cell(index, column) if isinstance(rows, PackedRows) else rows[index][column]


class RowsBuilder:
    """Takes the rows of a table one by one, in order, and counts what they hold."""

    def __init__(self, place: Place, max_cells: int = MAX_CELLS) -> None:
        self.place, self.max_cells = place, max_cells
        self._rows: list[str | Row] = []
        self._numbers = array("q")
        self._width = self._cells = self._characters = 0
        self._packs = False

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, number: int, cells: Sequence[Cell]) -> None:
        """The next row, of that number; empty cells at its end may be missing. Raises TooLargeError."""
        self._width = max(self._width, len(cells))
        self._cells += len(cells)
        self._characters += sum(len(cell.text) for cell in cells)
        if (len(self._rows) + 1) * self._width > self.max_cells or self._characters > MAX_CHARACTERS:
            raise TooLargeError
        if self._cells > PACKED_FROM and not self._packs:
            self._packs = True
            pairs = zip(self._numbers, self._rows, strict=True)
            self._rows = [_packed(row, n, self.place) if isinstance(row, tuple) else row for n, row in pairs]
        row = tuple(cells)
        self._rows.append(_packed(row, number, self.place) if self._packs else row)
        self._numbers.append(number)

    def change(self, index: int, change: Callable[[list[Cell]], None], width: int) -> None:
        """Gives one row, made `width` cells wide, to a function that changes its cells in place."""
        row, number = self._rows[index], self._numbers[index]
        cells = _unpacked(row, number, self.place) if isinstance(row, str) else row
        changed = list(_padded(cells, number, width, self.place))
        change(changed)
        self._rows[index] = _packed(tuple(changed), number, self.place) if self._packs else tuple(changed)
        self._width = max(self._width, width)

    @property
    def numbers(self) -> Sequence[int]:
        """The numbers of the rows, ascending."""
        return self._numbers

    @property
    def width(self) -> int:
        """The cells of the widest row."""
        return self._width

    def drop_blank_end(self) -> None:
        """Leaves out the last rows as long as nothing stands in them."""
        while self._rows and _is_blank(self._rows[-1]):
            self._rows.pop()
            self._numbers.pop()

    def rows(self, width: int = 0) -> Sequence[Row]:
        """Every row, as wide as the widest, or as `width` where that is more. Raises TooLargeError."""
        width = max(width, self._width)
        if len(self._rows) * width > self.max_cells:
            raise TooLargeError
        if self._packs:
            return PackedRows(self._rows, self._numbers, width, self.place)
        plain = (row for row in self._rows if isinstance(row, tuple))
        return tuple(_padded(row, n, width, self.place) for n, row in zip(self._numbers, plain, strict=True))


def _padded(cells: Row, number: int, width: int, place: Place) -> Row:
    if len(cells) >= width:
        return cells
    return (*cells, *(Cell("", place(number, column)) for column in range(len(cells), width)))


def _is_blank(row: str | Row) -> bool:
    return not row.strip(_BETWEEN) if isinstance(row, str) else not any(cell.text for cell in row)


def _packed(row: Row, number: int, place: Place) -> str | Row:
    """The row as one string; the row itself where a cell holds what the string could not tell apart."""
    parts = []
    for column, cell in enumerate(row):
        text = cell.text
        if _BETWEEN in text or _WITHIN in text:
            return row
        elsewhere = cell.locator != place(number, column)
        if elsewhere and not isinstance(cell.locator, TableRef):
            return row
        if elsewhere or cell.value is not None or cell.covered or cell.notes:
            text = _WITHIN.join((text, *_rest(cell, elsewhere)))
        parts.append(text)
    # A row of one empty cell is not a row without cells.
    return _BETWEEN.join(parts) if len(parts) != 1 or parts[0] else row


def _rest(cell: Cell, elsewhere: bool) -> Iterator[str]:
    """Value, notes, whether it is covered, and the place where that is not its own."""
    yield "" if cell.value is None else cell.value.isoformat() if isinstance(cell.value, date) else f"={cell.value}"
    yield ",".join(cell.notes)
    yield "covered" if cell.covered else ""
    if elsewhere and isinstance(cell.locator, TableRef):
        yield from (cell.locator.table, str(cell.locator.row), cell.locator.column)


def _unpacked(packed: str, number: int, place: Place) -> Row:
    parts = packed.split(_BETWEEN) if packed else ()
    return tuple([_cell(part, number, column, place) for column, part in enumerate(parts)])


def _cell(part: str, number: int, column: int, place: Place) -> Cell:
    if _WITHIN not in part:
        return Cell(part, place(number, column))
    text, value, notes, covered, *elsewhere = part.split(_WITHIN)
    table, row, name = elsewhere or ("", "", "")
    locator = TableRef(table, int(row), name) if elsewhere else place(number, column)
    exact = (Fraction(value[1:]) if value[0] == "=" else date.fromisoformat(value)) if value else None
    return Cell(text, locator, exact, bool(covered), tuple(notes.split(",")) if notes else ())
