"""Reads a cell of a column by the reader of all tables, as if the column stood alone under its headers."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from facts.columns.model import Wanted
from facts.documents.model import Cell, Table
from facts.factvalue import unit_of
from facts.gathering.mapping import Rule
from facts.gathering.readings import Found, amount_text, from_cell, from_column, is_blank
from facts.gathering.tables import Spot
from facts.gathering.views import Grid, View
from facts.problem import Problem, Text
from facts.provenance import Position, TableRef
from facts.quantity import parse_quantity

_NOT_FINITE = frozenset(("nan", "inf", "infinity", "-inf", "-infinity"))


class ColumnReader:
    """The reader of one column. Units come from the cell, its header and the rows above that, never from other cells.

    `items`: the column belongs to a table of items, in which 不适用 states nothing about a unit.
    """

    def __init__(self, view: View, grid: Grid, header: int, wanted: Wanted, items: bool = False) -> None:
        self.wanted, self._view, self._items = wanted, view, items
        self._heads = tuple((row[wanted.index],) for row in grid.table.rows[: header + 1])
        self._grid = replace(grid, table=Table(self._heads, grid.table.title), index={})

    def read(self, cell: Cell) -> Found:
        """The fact in a cell of this column; None and no Problem for a blank one."""
        if is_blank(cell):
            return None, ()
        concept = self.wanted.concept
        if "float" in cell.notes and cell.value is None and cell.text.casefold() in _NOT_FINITE:
            return None, (_not_finite(concept.label, cell.text),)
        if self._items:
            return from_cell(concept, self._view, self._spot(cell), Rule(concept.id, None), None)
        return from_column(concept, self._view, self._spot(cell))

    def bare_factor(self) -> Fraction | None:
        """How many base units a numeral without a unit counts here; None where it needs one."""
        concept = self.wanted.concept
        if concept.type not in ("quantity", "score"):
            return None
        at, spot = Position(""), self._spot(Cell("1", TableRef("", 0)))
        text, _, _ = amount_text(concept, spot, "1", Rule(concept.id, None), None, at)
        value, _ = parse_quantity(text, at, unit_of(concept))
        return value

    def _spot(self, cell: Cell) -> Spot:
        return Spot(replace(self._grid, table=Table((*self._heads, (cell,)))), len(self._heads), 0)


def _not_finite(label: str, text: str) -> Problem:
    message = Text(f"“{label}”:{text} 不是数值", f"“{label}”: {text} is no figure")
    hint = Text("请核对这一数值的来源。", "Check where it comes from.")
    return Problem("not-finite", Position(""), message, hint, "warning")
