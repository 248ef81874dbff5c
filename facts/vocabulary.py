"""What may be stated: concepts with their type, unit and range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from facts.provenance import Position
from facts.units import COUNT, NUMBER, Dimension, Unit
from facts.values import Interval

ConceptType = Literal["quantity", "boolean", "choice", "text", "date", "table", "score"]

YES, NO = "是", "否"
Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportingPlace:
    """Where departments report a concept: the form, its row and column, each by the names it may have.

    `item` is the line or item number printed there; `before` and `after` name rows the row stands above and below, where
    a form has its name more than once.
    """

    form: Names
    row: Names = ()
    column: Names = ()
    item: str = ""
    before: Names = ()
    after: Names = ()

    def __str__(self) -> str:
        place = "·".join("或".join(names) for names in (self.form, self.row, self.column) if names)
        return f"{place}({self.item})" if self.item else place


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table concept; the same types as concepts, but for table."""

    name: str
    type: ConceptType
    unit: Unit | None = None
    minimum: Fraction | None = None
    maximum: Fraction | None = None
    choices: tuple[str, ...] = ()
    definition: str = ""

    @property
    def range(self) -> Interval:
        """Every value a quantity in this column may have."""
        return Interval(self.minimum, self.maximum)

    @property
    def whole(self) -> bool:
        """Whether it holds counts, which are whole numbers."""
        return self.unit is not None and self.unit.dimension == COUNT


@dataclass(frozen=True, slots=True)
class Concept:
    """Definition of what can be reported. `minimum` and `maximum` are in base units.

    `reported_in` says in a few words where it is reported; `reported` names the places a program can look at.
    """

    id: str
    label: str
    type: ConceptType
    unit: Unit | None = None
    minimum: Fraction | None = None
    maximum: Fraction | None = None
    whole: bool = False
    choices: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    label_en: str = ""
    aliases: tuple[str, ...] = ()
    definition: str = ""
    reported_in: str = ""
    reported: tuple[ReportingPlace, ...] = ()
    at: Position = field(default=Position(""), compare=False)

    @property
    def dimension(self) -> Dimension:
        """What kind of quantity it is; meaningful for quantity and score."""
        return self.unit.dimension if self.unit else NUMBER

    @property
    def range(self) -> Interval:
        """Every value a quantity of this concept may take."""
        return Interval(self.minimum, self.maximum)

    def column(self, name: str) -> Column | None:
        """The column of that name."""
        return next((c for c in self.columns if c.name == name), None)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Concepts by id, and the id behind every name (id, label, alias)."""

    concepts: Mapping[str, Concept]
    names: Mapping[str, str]

    def find(self, name: str) -> Concept | None:
        """The concept with this id, label or alias."""
        key = self.names.get(name)
        return None if key is None else self.concepts[key]
