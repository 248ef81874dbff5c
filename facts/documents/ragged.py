"""Rows of a drawn table made equally long: where merged cells were simply left out, a row is laid under its header."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from facts.documents.model import Cell
from facts.provenance import TextSpan

_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?%?(?:分)?")
Row = tuple[Cell, ...]


def aligned(rows: Sequence[Sequence[Cell]]) -> tuple[Row, ...]:
    """Every row with the width of the widest that is full.

    A shorter row has lost cells at its left, which lie under merged ones, or empty ones at its right. How many at the
    left is seen by its numbers: they must lie where the full rows have theirs. The cells left out at the left are
    copies of the row above, covered; where nothing tells, the row is filled up at its right.
    """
    if not rows:
        return ()
    width = _width(rows)
    numeric = _numeric_columns([row for row in rows if len(_trimmed(row)) >= width - 1], width)
    out: list[Row] = []
    for row in rows:
        shift = _shift(row, width, numeric) if out else 0
        above = out[-1] if out else ()
        lost = tuple(replace(above[n], covered=True) for n in range(shift))
        full = (*lost, *row[: max(0, width - shift)])
        blank = TextSpan(_line(row), 1)
        out.append((*full, *(Cell("", blank) for _ in range(width - len(full)))))
    return tuple(out)


def _line(row: Sequence[Cell]) -> int:
    return row[0].locator.line if row and isinstance(row[0].locator, TextSpan) else 1


def _width(rows: Sequence[Sequence[Cell]]) -> int:
    """The header's width, counting no empty cells at its end; the longest row's where that is less."""
    longest = max(len(_trimmed(row)) for row in rows)
    return max(longest, 1)


def _trimmed(row: Sequence[Cell]) -> Sequence[Cell]:
    end = len(row)
    while end and not row[end - 1].text:
        end -= 1
    return row[:end]


def _numeric_columns(rows: Sequence[Sequence[Cell]], width: int) -> set[int]:
    """Columns in which the full rows mostly have numbers."""
    found = set[int]()
    for column in range(width):
        texts = [row[column].text for row in rows if column < len(row) and row[column].text]
        numbers = [text for text in texts if _NUMBER.fullmatch(text)]
        if numbers and len(numbers) * 2 >= len(texts):
            found.add(column)
    return found


def _shift(row: Sequence[Cell], width: int, numeric: set[int]) -> int:
    """How many cells are missing at the left: the shift that puts most numbers under numbers, and no text there."""
    cells = _trimmed(row)
    if not numeric or len(cells) >= width or (cells and not cells[0].text):
        return 0
    scores = {shift: _fit(cells, shift, numeric) for shift in range(width - len(cells) + 1)}
    best = max(scores.values())
    shifts = [shift for shift, score in scores.items() if score == best]
    return shifts[0] if best > scores[0] and len(shifts) == 1 else 0


def _fit(cells: Sequence[Cell], shift: int, numeric: set[int]) -> int:
    total = 0
    for n, cell in enumerate(cells):
        is_number = bool(_NUMBER.fullmatch(cell.text))
        if cell.text:
            total += 1 if is_number == (n + shift in numeric) else -1
    return total
