"""A publication: chapters of tables, the same for every format."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Cell:
    """A text, or points; `rows` is how many rows it spans, 0 where one above spans it.

    `anchor` names it for links; `links` are (text, anchor) of what it refers to, written after its text.
    """

    text: str = ""
    points: Fraction | None = None
    rows: int = 1
    anchor: str = ""
    links: tuple[tuple[str, str], ...] = ()
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading, sentences below it, and a table unless it has no rows. `widths` are shares of the page."""

    heading: str
    notes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    widths: tuple[int, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Publication:
    """A rulebook as it is published; `facts` are (word, text) below the title."""

    title: str
    language: str
    facts: tuple[tuple[str, str], ...]
    chapters: tuple[Chapter, ...]
