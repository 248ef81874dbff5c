"""Grids of cells that span rows and columns (web pages, Word tables), unfolded into rows of one width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from facts.documents.model import Cell
from facts.provenance import TextSpan

MAX_SPAN = 1000


@dataclass(frozen=True, slots=True)
class Spanning:
    """A cell as written: how many rows and columns it takes."""

    cell: Cell
    rows: int = 1
    columns: int = 1


def unfolded(rows: Sequence[Sequence[Spanning]], limit: int) -> tuple[tuple[Cell, ...], ...] | None:
    """Every row with every column; None beyond `limit` cells."""
    grid: list[dict[int, Cell]] = [{} for _ in rows]
    total = 0
    for r, row in enumerate(rows):
        column = 0
        for one in row:
            while column in grid[r]:
                column += 1
            for down in range(min(one.rows, MAX_SPAN, len(rows) - r)):
                for right in range(min(one.columns, MAX_SPAN)):
                    first = down == right == 0
                    grid[r + down].setdefault(column + right, one.cell if first else replace(one.cell, covered=True))
                    total += 1
            if total > limit:
                return None
            column += min(one.columns, MAX_SPAN)
    width = max((max(row, default=-1) + 1 for row in grid), default=0)
    if width * len(grid) > limit:
        return None
    return tuple(tuple(row.get(c) or _blank(row) for c in range(width)) for row in grid)


def _blank(row: dict[int, Cell]) -> Cell:
    near = next(iter(row.values()), None)
    return Cell("", near.locator if near is not None else TextSpan(1))
