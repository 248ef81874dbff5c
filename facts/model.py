"""The nouns of what is known: Fact, Subject, Period, Case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal

from facts.provenance import Position, Provenance, Source
from facts.values import Interval

Basis = Literal["figure", "stated", "judged"]
BASES: tuple[Basis, ...] = ("figure", "stated", "judged")

Status = Literal["known", "absent", "not_applicable", "conflict"]

Row = Mapping[str, "Scalar"]
# What a cell of a table may hold: a quantity in base units, a label (booleans are 是/否), a date; None is missing.
Scalar = Fraction | str | date | None
# A quantity may also be known as a range ("not above 680"); a table is its rows.
Value = Fraction | Interval | str | date | tuple[Row, ...] | None


@dataclass(frozen=True, slots=True)
class Fact:
    """A concept's value for one subject and period, and where it was read.

    `value` is in base units (元, a rate as a fraction of 1); None unless `status` is "known". `shown` is how the file
    wrote it. `reason` says why it is absent, not applicable or in conflict. `by_default` is true where nobody said the
    basis of this fact in particular.
    """

    concept: str
    value: Value
    status: Status = "known"
    basis: Basis = "stated"
    provenance: tuple[Provenance, ...] = ()
    shown: str = ""
    reason: str = ""
    by_default: bool = field(default=False, compare=False)
    at: Position = field(default=Position(""), compare=False)


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is evaluated."""

    id: str
    name: str
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """The days evaluated, both included."""

    start: date
    end: date

    def __str__(self) -> str:
        year = self.start.year
        if (self.start, self.end) == (date(year, 1, 1), date(year, 12, 31)):
            return str(year)
        return f"{self.start}/{self.end}"


@dataclass(frozen=True, slots=True)
class Case:
    """One subject, one period, its facts by concept id."""

    subject: Subject
    period: Period
    facts: Mapping[str, Fact]
    sources: Mapping[str, Source]
    at: Position = field(default=Position(""), compare=False)


@dataclass(frozen=True, slots=True)
class Population:
    """评价总体: the cases of many subjects for one period. `rejected` rows could not be used; why is told in Problems."""

    cases: tuple[Case, ...]
    rejected: int = 0
