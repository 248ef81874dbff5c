"""The nouns of a mapping file: Rule, Place, SourceEntry, Settlement. What they mean is found out by other modules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from facts.model import Basis, Fact, Period
from facts.provenance import Position
from facts.units import Unit

BoundKey = Literal["at_most", "at_least", "above", "below"]


@dataclass(frozen=True, slots=True)
class TextPlace:
    """Words in prose. `needle` must stand in the text (a cheap first look); `group` holds the value, 0 for none."""

    written: str
    program: Any
    group: int = 0
    needle: str = ""


@dataclass(frozen=True, slots=True)
class CellPlace:
    """A cell of a sheet, "" for the only one."""

    cell: str
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class LookupPlace:
    """Where a row's name and a column's name meet; alternatives of each, none for "the only one".

    `before` and `after`: rows of these names stand below and above it, in the same column of names.
    """

    table: tuple[str, ...] = ()
    row: tuple[str, ...] = ()
    column: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelPlace:
    """Beside or below a label, in a table or in prose."""

    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowsPlace:
    """The rows of a table: for each column of the concept the headers it may have."""

    columns: Mapping[str, tuple[str, ...]]
    table: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportedPlace:
    """Where the vocabulary says a concept is reported; every form at hand counts."""

    forms: tuple[LookupPlace, ...]


Place = TextPlace | CellPlace | LookupPlace | LabelPlace | RowsPlace | ReportedPlace


@dataclass(frozen=True, slots=True)
class Rule:
    """Where a concept's value stands and how it is to be read.

    `meaning` is the value the place stands for, as a case file would write it; None where the place holds the value.
    Without a place the mapping itself states the value.
    """

    concept: str
    place: Place | None
    meaning: Fact | None = None
    unit: Unit | None = None
    bound: BoundKey | None = None
    basis: Basis | None = None
    within: tuple[str, ...] = ()
    note: str = ""
    at: Position = field(default=Position(""), compare=False)


Rules = Mapping[str, tuple[Rule, ...]]


@dataclass(frozen=True, slots=True)
class Database:
    """Where to connect and what to ask."""

    url: str
    query: str


@dataclass(frozen=True, slots=True)
class Naming:
    """Whom and when: fixed, or where that stands."""

    id: str = ""
    name: str = ""
    name_en: str = ""
    name_place: Place | None = None
    period: Period | None = None
    period_place: Place | None = None


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """How one document is recognised and where the facts stand in it. What is empty does not matter."""

    id: str
    title: str = ""
    date: str = ""
    url: str = ""
    files: tuple[str, ...] = ()
    kind: str = ""
    tables: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    unit: Unit | None = None
    labels: bool = True
    database: Database | None = None
    naming: Naming = Naming()
    rules: Rules = field(default_factory=dict)
    at: Position = field(default=Position(""), compare=False)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What may be done about unequal values of one concept. `absolute` is in base units."""

    absolute: Fraction | None = None
    relative: Fraction | None = None
    precedence: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MappingFile:
    """A whole mapping file; `rules` hold for every source."""

    name: str = ""
    naming: Naming = Naming()
    labels: bool = True
    sources: tuple[SourceEntry, ...] = ()
    rules: Rules = field(default_factory=dict)
    settlements: Mapping[str, Settlement] = field(default_factory=dict)


NO_MAPPING = MappingFile()
