"""Grids of cells that span rows and columns (web pages, Word tables), unfolded row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from facts.documents.model import Cell, Row
from facts.documents.packing import RowsBuilder, TooLargeError
from facts.provenance import TableRef

MAX_SPAN = 1000
MAX_COLUMNS = 16_384


@dataclass(frozen=True, slots=True)
class Spanning:
    """A cell as written: what it shows, and how many rows and columns it takes; no rows: it goes on with the one above."""

    text: str
    rows: int = 1
    columns: int = 1


class Unfolding:
    """Takes the rows of a table as written and gives every row every column.

    Places are row and column of the grid, both from 1; what lies under a cell has that cell's place.
    """

    def __init__(self, name: str) -> None:
        self._builder = RowsBuilder(lambda row, column: TableRef(name, row, str(column + 1)))
        # Column -> how many rows below still lie under a cell, and that cell.
        self._above: dict[int, tuple[int, Cell]] = {}
        # The last cell that began in each column.
        self._begun: dict[int, Cell] = {}

    def __len__(self) -> int:
        return len(self._builder)

    def add(self, written: Sequence[Spanning]) -> None:
        """The next row. Raises TooLargeError."""
        number = len(self._builder) + 1
        cells = {column: replace(cell, covered=True) for column, (_, cell) in self._above.items()}
        below = {column: (left - 1, cell) for column, (left, cell) in self._above.items() if left > 1}
        column = 0
        for one in written:
            while column in cells:
                column += 1
            width = min(one.columns, MAX_SPAN)
            if column + width > MAX_COLUMNS:
                raise TooLargeError
            goes_on = self._begun.get(column) if one.rows == 0 else None
            cell = goes_on or Cell(one.text, self._builder.place(number, column))
            self._begun[column] = cell
            for right in range(column, column + width):
                if right not in cells:
                    first = right == column and goes_on is None
                    cells[right] = cell if first else replace(cell, covered=True)
                    if one.rows > 1:
                        below[right] = (min(one.rows, MAX_SPAN) - 1, cell)
            column += width
        self._above = below
        width = max(cells, default=-1) + 1
        self._builder.add(number, tuple(cells.get(c) or Cell("", self._builder.place(number, c)) for c in range(width)))

    def rows(self) -> Sequence[Row]:
        """Every row. Raises TooLargeError."""
        return self._builder.rows()
