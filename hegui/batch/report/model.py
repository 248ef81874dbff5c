"""The nouns of a population report: Chapter, Grid, Picture. They say what is told, not how it is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from engine.plan import Plan, PlanIndicator
from facts.problem import Text
from facts.values import Rounding, decimal_text

# What a cell says: words, a count, an exact number, or nothing.
Cell = Text | str | int | Fraction | None
# Figures that are quotients (means, shares) are stated with so many digits.
PLACES = 4
NOTHING = Text("(无)", "(none)")


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its heads, its rows; `shades`, per mille, for cells of a heat map (row by row, None: not shaded)."""

    heads: tuple[Text, ...]
    rows: tuple[tuple[Cell, ...], ...]
    shades: tuple[tuple[int | None, ...], ...] = ()
    title: Text = Text("", "")


@dataclass(frozen=True, slots=True)
class Stroke:
    """One bar of a picture; `length` in any unit, to the left below zero."""

    label: Text
    length: int
    told: Text
    colour: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Bars with a title."""

    title: Text
    strokes: tuple[Stroke, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One part of the report; `name` is short enough for a sheet's tab."""

    name: Text
    title: Text
    notes: tuple[Text, ...] = ()
    pictures: tuple[Picture, ...] = ()
    grids: tuple[Grid, ...] = ()


@dataclass(frozen=True, slots=True)
class Basis:
    """What the report is about: the Plan that scored, and the manifest of the run."""

    plan: Plan
    manifest: Mapping[str, Any]

    @property
    def indicators(self) -> tuple[PlanIndicator, ...]:
        """Every indicator, in order."""
        return tuple(one for section in self.plan.sections for one in section.indicators)


def quotient(over: Fraction | int, under: Fraction | int) -> Fraction | None:
    """A quotient rounded to the digits stated; None where there is nothing to divide by."""
    return Rounding(PLACES)(Fraction(over) / under) if under else None


def percent(over: Fraction | int, under: Fraction | int) -> str:
    """A share as a percentage with two digits."""
    return f"{decimal_text(Fraction(over) * 100 / under, 2)}%" if under else "–"


def title_of(indicator: PlanIndicator) -> Text:
    """An indicator by its title."""
    title = indicator.indicator.title
    return Text(title.zh, title.en or title.zh)


def heads(*pairs: tuple[str, str]) -> tuple[Text, ...]:
    """Heads of a table in both languages."""
    return tuple(Text(*pair) for pair in pairs)


def most(values: Sequence[Fraction]) -> Fraction:
    """The greatest absolute value; one where there is none."""
    return max((abs(value) for value in values), default=Fraction(1)) or Fraction(1)


def per_mille(value: Fraction | int, of: Fraction | int) -> int:
    """The length of a bar: pictures need no more than thousandths."""
    return int(Fraction(value) * 1000 / of) if of else 0
