"""Cells as lines of plain text a database reads fast, and back: nothing in a cell can be mistaken for a separator."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

from facts.documents.model import Cell
from facts.provenance import Locator
from facts.values import parse_decimal

SEPARATOR = "\t"
# Longer texts are no value of anything; what is kept of them is enough to be told that they are too long.
MAX_KEPT = 2_100
_WITHIN = "\1"
_SPECIAL = re.compile("[\\\\\t\n\r\1\0\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_NAMED = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_ESCAPED = re.compile(r"\\(u[0-9a-f]{4}|.)")
_BACK = {"\\": "\\", "t": "\t", "n": "\n", "r": "\r"}


def encoded_text(text: str) -> str:
    r"""A cell's text in one line.

    >>> encoded_text("a\tb")
    'a\\tb'
    """
    kept = text.strip()[:MAX_KEPT]
    return _SPECIAL.sub(_escape, kept) if _SPECIAL.search(kept) else kept


def _escape(match: re.Match[str]) -> str:
    return _NAMED.get(match[0]) or f"\\u{ord(match[0]):04x}"


def encoded_cell(cell: Cell) -> str:
    """A cell in one line, with its exact value where the text alone does not say it."""
    text = encoded_text(cell.text)
    if cell.value is None or (isinstance(cell.value, Fraction) and parse_decimal(cell.text) == cell.value):
        return text
    value = f"={cell.value}" if isinstance(cell.value, Fraction) else cell.value.isoformat()
    return _WITHIN.join((text, value, ",".join(cell.notes)))


def decoded(line: str, locator: Locator) -> Cell:
    """The cell again."""
    text, *rest = line.split(_WITHIN)
    if "\\" in text:
        text = _ESCAPED.sub(_unescape, text)
    if not rest:
        return Cell(text, locator)
    value, notes = rest
    exact = Fraction(value[1:]) if value.startswith("=") else date.fromisoformat(value)
    return Cell(text, locator, exact, notes=tuple(notes.split(",")) if notes else ())


def _unescape(match: re.Match[str]) -> str:
    word = match[1]
    return _BACK[word] if len(word) == 1 else chr(int(word[1:], 16))
