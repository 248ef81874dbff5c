"""What a table says beside its rows of claims: 自评总分:97 in a cell, 评价等级 | 优 in two, a scale of grades in a note."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from facts.documents.model import Cell, Document
from facts.provenance import Source
from facts.report.items import Item, Stretch, cell_figure, number
from facts.report.lines import Line, cell_line, packed
from facts.report.model import Claim
from facts.report.patterns import Patterns

# A total is said in few words; what is longer is a criterion or a sentence about something else.
_SHORT = 60
_NOTE = 15


def read_beside(document: Document, patterns: Patterns, items: Sequence[Item]) -> Iterator[Item]:
    """Totals and grades that stand beside the rows; `items` are the claims that were read from rows."""
    claimed = {item.score.line.locator for item in items if item.score is not None and item.origin == "table"}
    for n, table in enumerate(document.tables):
        if not any(item.table == n for item in items):
            continue
        for row in table.rows:
            own = [cell for cell in row if cell.text and not cell.covered]
            if any(cell.locator in claimed for cell in own):
                continue
            for at, cell in enumerate(own):
                after = own[at + 1] if at + 1 < len(own) else None
                found = _said(cell, after, document.source, patterns)
                if found is not None:
                    yield replace(found, table=n)


def _said(cell: Cell, after: Cell | None, source: Source, patterns: Patterns) -> Item | None:
    text = packed(cell.text)
    if len(text) > _SHORT:
        return None
    label = text.rstrip(":")
    if after is not None and label in patterns.words["total_rows"] and cell_figure(after) is not None:
        return _total(cell_line(after, source), patterns)
    if after is not None and label.endswith(("等级", "等次")) and packed(after.text) in patterns.words["grade_names"]:
        return _grade(cell_line(after, source), 0, len(packed(after.text)))
    line = cell_line(cell, source)
    for found in patterns.find("totals", line.text):
        start, end, _ = found.slots["total"]
        others = any(word in line.text[found.start : found.end + 1] for word in patterns.words["not_totals"])
        if found.end >= len(line.text) - 1 and not others and number(line.text[start:end]) != 100:
            return _total(line, patterns, start, end)
    for found in patterns.find("grades", line.text):
        start, end, _ = found.slots["grade"]
        if found.end >= len(line.text) - 1:
            return _grade(line, start, end)
    return None


def _total(line: Line, patterns: Patterns, start: int = 0, end: int | None = None) -> Item:
    stretch = Stretch(line, start, len(line.text) if end is None else end)
    claim = Claim("total", "总分", "", None, number(stretch.text), provenance=(stretch.place,))
    return Item(claim, "table", score=stretch, beside=True)


def _grade(line: Line, start: int, end: int) -> Item:
    stretch = Stretch(line, start, end)
    claim = Claim("total", "评价等级", "", None, None, grade=stretch.text, provenance=(stretch.place,))
    return Item(claim, "table", grade=stretch, beside=True)


def note_lines(document: Document) -> Iterator[Line]:
    """The cells of tables that are long enough to be notes."""
    for table in document.tables:
        for row in table.rows:
            for cell in row:
                if len(cell.text) > _NOTE and not cell.covered:
                    yield cell_line(cell, document.source)
