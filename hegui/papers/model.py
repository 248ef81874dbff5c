"""A report as blocks in order: what Word files and pages both render, so that nothing is said twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from facts.problem import Language
from hegui.charts import Bar

Kind = Literal["body", "item", "note", "lead"]


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line; `to` is the anchor it leads to, where the format has one of that name."""

    text: str
    to: str = ""
    strong: bool = False


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 5. `wide`: what follows needs a page turned on its side."""

    level: int
    text: str
    anchor: str = ""
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: a sentence of the report (body), one entry of a list (item), what it rests on (note), or the name of what follows (lead)."""

    line: Line
    kind: Kind = "body"
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `width` is its share of the page. `head`: its cells name their rows."""

    name: str
    width: int
    numeric: bool = False
    head: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; `total`: a row that sums up the others."""

    cells: tuple[Line, ...]
    anchor: str = ""
    total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """Bars. Whatever they show stands in a table or a sentence too: formats without pictures leave them out."""

    title: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Unfold:
    """What is shown on demand where a format can do that, and left out elsewhere."""

    summary: str
    blocks: tuple[Block, ...]
    anchor: str = ""


Block = Heading | Paragraph | Table | Picture | Unfold


@dataclass(frozen=True, slots=True)
class Paper:
    """A report: its title, what is said below it (word, text), and its blocks."""

    title: str
    subtitle: str
    language: Language
    about: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]


def line(*pieces: str | Span) -> Line:
    """Pieces as a line; text alone leads nowhere."""
    return tuple(Span(piece) if isinstance(piece, str) else piece for piece in pieces if piece)


def text_of(found: Line) -> str:
    """A line as plain text."""
    return "".join(span.text for span in found)
