"""Plain text set by East Asian width: padding, wrapping, tables."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

WIDTH = 96
_NO_START = ",。、;:?!)》”’】〕%"


def width(text: str) -> int:
    """Columns a text takes on a terminal; full-width characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def padded(text: str, columns: int, *, right: bool = False) -> str:
    """The text with blanks up to a width."""
    blanks = " " * max(0, columns - width(text))
    return blanks + text if right else text + blanks


def wrapped(text: str, indent: str = "", first: str | None = None, columns: int = WIDTH) -> str:
    """The text broken at a width; Chinese breaks anywhere but before closing punctuation, words stay whole."""
    head = indent if first is None else first
    lines, line = [], head
    for piece in _pieces(text):
        if width(line) + width(piece.rstrip()) > columns and line.strip() and piece[0] not in _NO_START:
            lines.append(line.rstrip())
            line = indent + piece.lstrip()
        else:
            line += piece
    return "\n".join([*lines, line.rstrip()])


def _pieces(text: str) -> Iterator[str]:
    """The smallest pieces that stay together: a wide character, or a run of narrow ones with its blank."""
    word = ""
    for character in text.replace("\n", " "):
        if unicodedata.east_asian_width(character) in "WF":
            if word:
                yield word
            word = ""
            yield character
        elif character == " ":
            yield word + " "
            word = ""
        else:
            word += character
    if word:
        yield word


def table(rows: Sequence[Sequence[str]], numeric: Sequence[int] = (), indent: str = "  ") -> list[str]:
    """Rows (the first is the heading) as aligned lines; columns in `numeric` are set to the right."""
    columns = [max(width(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = []
    for number, row in enumerate(rows):
        cells = [padded(cell, columns[place], right=place in numeric) for place, cell in enumerate(row)]
        lines.append((indent + "  ".join(cells)).rstrip())
        if number == 0:
            lines.append(indent + "─" * (sum(columns) + 2 * (len(columns) - 1)))
    return lines
