"""An Item: a claim together with the text around it, which is what the checks look at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from facts.documents.model import Cell, Row
from facts.documents.packing import cell_at
from facts.provenance import Provenance, Source
from facts.report.lines import Line, Reading, cell_line, packed
from facts.report.model import Claim
from facts.values import parse_decimal


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of a line."""

    line: Line
    start: int
    end: int

    @property
    def text(self) -> str:
        """The words."""
        return self.line.text[self.start : self.end]

    @property
    def place(self) -> Provenance:
        """Where they stand."""
        return self.line.place(self.start, self.end)


@dataclass(frozen=True, slots=True)
class RowOf:
    """A row of a table by its index; its cells are made as they are asked for."""

    rows: Sequence[Row] = field(compare=False)
    at: int
    source: Source


@dataclass(frozen=True, slots=True)
class CellStretch:
    """All of a cell. It keeps the words and looks its place up in the table: 200,000 rows of places take too much memory."""

    row: RowOf
    column: int
    read: Reading

    @property
    def line(self) -> Line:
        """The cell's text as a line."""
        return cell_line(cell_at(self.row.rows, self.row.at, self.column), self.row.source)

    @property
    def start(self) -> int:
        """It begins where the cell's text does."""
        return 0

    @property
    def end(self) -> int:
        """It ends where the cell's text does."""
        return len(self.read.text)

    @property
    def text(self) -> str:
        """The words."""
        return self.read.text

    @property
    def place(self) -> Provenance:
        """Where they stand."""
        return self.line.place()


Words = Stretch | CellStretch


@dataclass(frozen=True, slots=True)
class Item:
    """A claim and its surroundings.

    `parent` is the index of the claim it is part of; `complete` says that the items under it are surely all listed.
    `body` is what the report says of it beside the claim itself; `intro` the words that introduce a section's claim.
    """

    claim: Claim
    origin: Literal["prose", "table"]
    score: Words | None = None
    points: Words | None = None
    rate: Words | None = None
    title: Words | None = None
    target: Words | None = None
    actual: Words | None = None
    reason: Words | None = None
    executed: Words | None = None
    budget: Words | None = None
    body: tuple[Words, ...] = ()
    # A claim with a name in a sentence, rather than under a heading of its own.
    inline: bool = False
    parent: int | None = None
    complete: bool = False
    # Only in tables: whether the table has a column for reasons, for targets; which table and block it is in.
    columns: frozenset[str] = frozenset()
    # Whether the row names its indicator, rather than only the group it stands in.
    named: bool = True
    table: int = -1
    # The target with its sign and unit where they stand in columns of their own: ≥ | 95 | %.
    goal: str = ""
    # For a subtotal, the indices of the claims it sums up.
    rows: tuple[int, ...] = ()
    # Whether the score of a row of execution is said to be its points times its rate.
    by_rate: bool = False
    # Roles whose plain numbers are percents: 执行率(%).
    percents: frozenset[str] = frozenset()
    # Whether scores are out of 100 each and points are weights.
    weighted: bool = False
    # A total or a grade that stands beside the rows of a table, not in a row of totals.
    beside: bool = False
    grade: Words | None = None
    # The rows a row of money is made of (其中:财政拨款): figures without a claim.
    parts: tuple[Item, ...] = ()

    @property
    def place(self) -> tuple[Provenance, ...]:
        """The claim in its own words; in tables the cell of the score."""
        return self.claim.provenance[:1]

    @property
    def is_leaf(self) -> bool:
        """Whether points are claimed here rather than summed up."""
        return self.claim.kind == "indicator"

    def under(self, parent: int | None, section: str) -> Item:
        """The same as part of another claim."""
        return replace(self, parent=parent, claim=replace(self.claim, section=section))


_POINTS_IN_NAME = re.compile(r"^(.*?)[(]?(\d{1,4}(?:\.\d{1,4})?)分[)]?$")
_DECORATION = re.compile(r"^(?:[(]?[\d一二三四五六七八九十]{1,3}[.、)](?!\d)|指标\d{1,2}[:.、]?(?=[^\d:.、]))")


def number(text: str) -> Fraction | None:
    """Points or a score as written in a cell or a sentence: 5, 5分, 0.50."""
    return parse_decimal(text.removesuffix("分"))


def cell_figure(cell: Cell) -> Fraction | None:
    """The number in a cell: points, a score, an amount."""
    return cell.value if isinstance(cell.value, Fraction) else number(packed(cell.text))


def name_and_points(text: str) -> tuple[str, Fraction | None]:
    """A name, and the points that may be glued to it: `投入(15分)`.

    >>> name_and_points("投入(15分)"), name_and_points("三公经费控制率")
    (('投入', Fraction(15, 1)), ('三公经费控制率', None))
    """
    match = _POINTS_IN_NAME.match(text)
    if match is None:
        return bare(text), None
    return bare(match[1]), parse_decimal(match[2])


def bare(name: str) -> str:
    """A name without the number before it and points after it."""
    return _DECORATION.sub("", name).strip(":;。,、")
