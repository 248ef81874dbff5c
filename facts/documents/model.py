"""The nouns of a read file: Document, Paragraph, Table, Cell. Every reader gives these and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Literal

from facts.provenance import CellRef, Locator, PageRef, ParagraphRef, Source, TableRef, TextSpan

# Called now and then while a long file is read: how much is done, of how much (0 where that is not known), of what.
Progress = Callable[[int, int, str], None]

Kind = Literal["text", "csv", "html", "docx", "xlsx", "xls", "pdf", "parquet", "sql"]


def no_progress(done: int, total: int, what: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `text` is what a reader sees there; a cell under a merged one repeats its text and is `covered`.

    `value` is exact, for formats that store numbers and dates as such (a workbook's by the cell's own number format).
    `notes` are repairs the reader of the format made, as stable kebab-case words ("float-by-format", "formula").
    """

    text: str
    locator: Locator
    value: Fraction | date | None = None
    covered: bool = False
    notes: tuple[str, ...] = ()


Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A grid: every row has the same number of cells; merged cells are unfolded. `title` is a sheet's name or a caption.

    The rows of a large table are made as they are asked for (`facts.documents.packing`).
    """

    rows: Sequence[Row]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A run of text without a line break. `locator` is the place of its first character.

    `level` is 1 and up for headings the format itself marks as such, else 0.
    """

    text: str
    locator: Locator
    level: int = 0

    def place(self, offset: int) -> Locator:
        """The place `offset` characters into the paragraph, as finely as the format knows places."""
        return shifted(self.locator, offset)


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Document:
    """A file as read: paragraphs and tables in reading order, with hidden parts left out and said so in Problems."""

    source: Source
    kind: Kind
    blocks: tuple[Block, ...] = field(repr=False)

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Table))

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """The paragraphs, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Paragraph))


def shifted(locator: Locator, offset: int) -> Locator:
    """The place some characters further on, where places are that fine; else the same place."""
    if isinstance(locator, TextSpan | ParagraphRef):
        return replace(locator, column=locator.column + offset)
    assert isinstance(locator, CellRef | PageRef | TableRef)
    return locator
