"""Cells that lie under merged ones, filled with what is seen there."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from facts.documents.model import Cell
from facts.documents.packing import MAX_CELLS, RowsBuilder, TooLargeError
from facts.documents.sheetparts import Span

# A title is often merged over all the columns there are; the table is made no wider than this for it.
_BEYOND = 50
# Where cells under a merged one are, by column: the merged cell, and the number of its last row.
_Under = dict[int, tuple[Cell, int]]


def cover(builder: RowsBuilder, merges: Sequence[Span]) -> int:
    """Fills the cells under merged ones; how wide the table is then. Raises TooLargeError."""
    numbers = builder.numbers
    if not numbers:
        return 0
    width = builder.width
    width = max((right for _, left, _, right in merges if left <= width and right <= width + _BEYOND), default=width)
    width = max(width, builder.width)
    starts: dict[int, list[Span]] = {}
    for span in merges:
        if span[0] <= numbers[-1] and span[1] <= width:
            starts.setdefault(span[0], []).append(span)
    work, under = 0, _Under()
    first = bisect_left(numbers, min(starts, default=numbers[-1] + 1))
    for index in range(first, len(numbers)):
        number = numbers[index]
        under = {column: one for column, one in under.items() if one[1] >= number}
        begins = starts.get(number, ())
        if under or begins:
            work += sum(min(right, width) - left + 1 for _, left, _, right in begins) + len(under)
            if work > MAX_CELLS:
                raise TooLargeError
            builder.change(index, partial(_fill, under, begins, width), width)
    return width


def _fill(under: _Under, begins: Sequence[Span], width: int, cells: list[Cell]) -> None:
    """Covers what lies under cells merged further up, then what cells that begin here reach over."""
    for column, (origin, _) in under.items():
        cells[column - 1] = replace(origin, locator=cells[column - 1].locator, covered=True)
    for _, left, bottom, right in begins:
        origin = cells[left - 1]
        for column in range(left, min(right, width) + 1):
            if column > left:
                cells[column - 1] = replace(origin, locator=cells[column - 1].locator, covered=True)
            under[column] = (origin, bottom)
