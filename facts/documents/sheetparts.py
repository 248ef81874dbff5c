"""What reading a sheet as a stream leaves out: its merged cells, its hidden rows and columns, whether it has formulas."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

# Top, left, bottom, right, from 1.
Span = tuple[int, int, int, int]
MAX_MERGES = 500_000
_MAX_HIDDEN = 1_000
_CHUNK, _TAIL = 1 << 20, 1_000

# Tags end before the next begins, so that nothing is looked through twice. Some programs write a prefix (x:row).
_MERGE = re.compile(rb'<(?:\w{1,9}:)?mergeCell\s[^<>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_FORMULA = re.compile(rb"<(?:\w{1,9}:)?f[\s>/]")
_ROW = re.compile(rb"<(?:\w{1,9}:)?row\s([^<>]*)>")
_COLUMN = re.compile(rb"<(?:\w{1,9}:)?col\s([^<>]*)>")
_IS_HIDDEN = re.compile(rb'\shidden="(?:1|true)"')
_NUMBER = re.compile(rb'\s(?:r|min)="(\d{1,7})"')
_LAST = re.compile(rb'\smax="(\d{1,7})"')


@dataclass(frozen=True, slots=True)
class SheetPart:
    """What was found; hidden rows by their numbers, hidden columns from the first to the last."""

    merges: tuple[Span, ...] = ()
    rows: tuple[int, ...] = ()
    columns: tuple[tuple[int, int], ...] = ()
    formulas: bool = False

    def hidden(self, height: int, width: int) -> tuple[str, ...]:
        """The hidden rows and columns of a table that reaches so far, as spreadsheets name them: 5:5, C:D."""
        rows = (f"{row}:{row}" for row in self.rows if row <= height)
        columns = ((first, min(last, width)) for first, last in self.columns if first <= width)
        return (*rows, *(f"{letters_of(first)}:{letters_of(last)}" for first, last in columns))


def scan(path: Path, part: str) -> SheetPart:
    """Goes through the XML of a sheet once, a piece at a time."""
    merges, rows, columns, formulas = set[Span](), set[int](), set[tuple[int, int]](), False
    with zipfile.ZipFile(path) as archive:
        name = part.lstrip("/")
        if name not in archive.namelist():
            return SheetPart()
        with archive.open(name) as stream:
            tail = b""
            while chunk := stream.read(_CHUNK):
                data = tail + chunk
                if b"ergeCell" in data and len(merges) < MAX_MERGES:
                    merges.update(_merges(data))
                if b"hidden=" in data and len(rows) + len(columns) < _MAX_HIDDEN:
                    rows.update(first for first, _ in _hidden(data, _ROW))
                    columns.update(_hidden(data, _COLUMN))
                formulas = formulas or _FORMULA.search(data) is not None
                tail = data[-_TAIL:]
    return SheetPart(tuple(sorted(merges)), tuple(sorted(rows)), tuple(sorted(columns)), formulas)


def _merges(data: bytes) -> Iterator[Span]:
    for match in _MERGE.finditer(data):
        left, top, right, bottom = (group.decode() for group in match.groups())
        yield int(top), column_number(left), int(bottom), column_number(right)


def _hidden(data: bytes, kind: re.Pattern[bytes]) -> Iterator[tuple[int, int]]:
    for match in kind.finditer(data):
        words = b" " + match[1]
        first, last = _NUMBER.search(words), _LAST.search(words)
        if first is not None and _IS_HIDDEN.search(words):
            yield int(first[1]), int(last[1] if last is not None else first[1])


def column_number(letters: str) -> int:
    """The number of a column, from 1.

    >>> column_number("A"), column_number("AB")
    (1, 28)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


@cache
@lru_cache(maxsize=20_000)
def letters_of(column: int) -> str:
    """The letters of a column.

    >>> letters_of(1), letters_of(28)
    ('A', 'AB')
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
