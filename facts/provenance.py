"""Where something was read: a place in one of our files, or in a source document.

The same nouns locate a line of YAML and a cell of a workbook.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a text file; lines and columns count from 1, 0 means the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}"

    def shifted(self, columns: int) -> Position:
        """The place `columns` characters further on the same line."""
        return Position(self.file, self.line, self.column + columns)


@dataclass(frozen=True, slots=True)
class TextSpan:
    """A place in a plain text: line and column of its first character, from 1."""

    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class CellRef:
    """A cell of a workbook."""

    sheet: str
    cell: str

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}"


@dataclass(frozen=True, slots=True)
class PageRef:
    """A page of a document, from 1, and a box on it: left, top, right, bottom in points from the upper left corner."""

    page: int
    box: tuple[int, int, int, int] | None = None

    def __str__(self) -> str:
        return f"p.{self.page}" + (f"[{','.join(map(str, self.box))}]" if self.box else "")


@dataclass(frozen=True, slots=True)
class ParagraphRef:
    """A paragraph of a document without lines or pages (docx), from 1, and a column in it, from 1."""

    paragraph: int
    column: int = 1

    def __str__(self) -> str:
        return f"¶{self.paragraph}:{self.column}"


@dataclass(frozen=True, slots=True)
class TableRef:
    """A cell of a table in a document or a database: table name or number, row from 1, column name."""

    table: str
    row: int
    column: str = ""

    def __str__(self) -> str:
        return f"{self.table}[{self.row}]" + (f".{self.column}" if self.column else "")


Locator = TextSpan | ParagraphRef | CellRef | PageRef | TableRef


@dataclass(frozen=True, slots=True)
class Source:
    """A document facts are read from; `sha256` pins its bytes."""

    id: str
    title: str
    file: str = ""
    sha256: str = ""
    url: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Source, place in it and the words that stand there."""

    source: str
    locator: Locator | None = None
    quote: str = ""
    note: str = ""

    def __str__(self) -> str:
        return self.source + (f"@{self.locator}" if self.locator else "")
