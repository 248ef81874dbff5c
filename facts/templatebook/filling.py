"""A case's facts as what is written into the cells of their rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from facts.factvalue import unit_of
from facts.model import Fact
from facts.problem import Problem, Text
from facts.provenance import Position, Provenance
from facts.templatebook import layout as lo
from facts.templatebook.placetext import place_text
from facts.units import COUNT, RATE, Unit
from facts.values import Interval, decimal_text, exact_places, is_decimal
from facts.vocabulary import Column, Concept

# What a spreadsheet keeps of a number; with more digits it is written as text.
MAX_CELL_DIGITS = 15
# The first day every spreadsheet program agrees on.
_FIRST_DAY = date(1901, 1, 1)


@dataclass(frozen=True, slots=True)
class Content:
    """What goes into one cell: a numeral with its number format, a day, or a text."""

    kind: Literal["number", "date", "text"]
    text: str
    format: str = "@"


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact as the cells of its row; None for a cell that stays empty."""

    value: Content | None = None
    unit: str = ""
    status: str = ""
    basis: str = ""
    first: Provenance | None = None
    note: str = ""
    more: tuple[Provenance, ...] = ()
    problems: tuple[Problem, ...] = ()


EMPTY_ENTRY = Entry()


def entry_of(fact: Fact, concept: Concept) -> Entry:
    """The cells of a fact. A table's rows are written apart: `cell_of`."""
    basis = next(word for word, basis in lo.BASIS_WORDS.items() if basis == fact.basis)
    first = fact.provenance[0] if fact.provenance else None
    more = fact.provenance[1:]
    if fact.status != "known":
        status = next(word for word, key in lo.SILENT.items() if key == fact.status)
        # The column for notes holds the reason; a note of the place goes where further places go.
        if first is not None and first.note:
            first, more = None, fact.provenance
        return Entry(None, unit_of(concept).name, status, basis, first, fact.reason, more)
    shown = _value(fact.value, concept)
    note = first.note if first else ""
    return Entry(shown.value, shown.unit, shown.status, basis, first, note, more, shown.problems)


def place_cells(provenance: Provenance | None) -> Mapping[str, str]:
    """Source, place, words and note by heading."""
    if provenance is None:
        return {}
    place = place_text(provenance.locator) if provenance.locator else ""
    return {lo.SOURCE: provenance.source, lo.PLACE: place, lo.QUOTE: provenance.quote, lo.NOTE: provenance.note}


# --- values -----------------------------------------------------------------------------------------------------------


def _value(value: object, concept: Concept) -> Entry:
    if concept.type == "table":
        return Entry(status=lo.KNOWN)
    if isinstance(value, Interval):
        return _bound(value, concept)
    if isinstance(value, Fraction):
        return _number(value, concept, lo.KNOWN)
    assert isinstance(value, str | date)
    return Entry(_plain(value), "", lo.KNOWN)


def _number(value: Fraction, concept: Concept, status: str) -> Entry:
    unit = _exact_unit(value, concept)
    if unit is None:
        return Entry(status=status, unit=unit_of(concept).name, problems=(_not_decimal(concept),))
    return Entry(_numeral(value, unit, concept.whole), unit.name, status)


def _exact_unit(value: Fraction, concept: Concept) -> Unit | None:
    """The first unit the value is a decimal in; the concept's own if it can be."""
    return next((unit for unit in lo.units_for(concept) if is_decimal(value / unit.factor)), None)


def _numeral(value: Fraction, unit: Unit, whole: bool) -> Content:
    number = decimal_text(value / unit.factor)
    if len(number.lstrip("-").replace(".", "").strip("0")) > MAX_CELL_DIGITS:
        return Content("text", f"{number} {unit.name}".rstrip())
    if unit.dimension == RATE and unit.name == "%":
        # As people type it: a cell in percent, holding the rate itself.
        return Content("number", decimal_text(value), percent_format(exact_places(value / unit.factor) or 0))
    return Content("number", number, number_format(exact_places(value / unit.factor) or 0, whole))


def number_format(places: int = 0, whole: bool = False) -> str:
    """A number format that shows that many places at least, and every further one up to ten."""
    if whole and not places:
        return "#,##0"
    return "#,##0." + "0" * max(places, 2) + "#" * max(0, 10 - max(places, 2))


def percent_format(places: int = 0) -> str:
    """The same for percentages."""
    return "0." + "0" * max(places, 2) + "#" * max(0, 10 - max(places, 2)) + "%"


def _plain(value: str | date) -> Content:
    if isinstance(value, date):
        return Content("date" if value >= _FIRST_DAY else "text", value.isoformat(), "yyyy-mm-dd")
    return Content("text", value)


def _bound(found: Interval, concept: Concept) -> Entry:
    stated = _stated_ends(found, concept)
    if len(stated) == 1:
        key, end = stated[0]
        return _number(end, concept, next(word for word, known in lo.BOUNDS.items() if known == key))
    words = []
    for key, end in stated:
        unit = _exact_unit(end, concept)
        if unit is None:
            return Entry(status=lo.BETWEEN, problems=(_not_decimal(concept),))
        words.append(f"{lo.SIGNS[key]} {decimal_text(end / unit.factor)} {unit.name}".rstrip())
    if not words:
        return Entry(problems=(_not_decimal(concept),))
    return Entry(Content("text", " ".join(words)), unit_of(concept).name, lo.BETWEEN)


def _stated_ends(found: Interval, concept: Concept) -> list[tuple[str, Fraction]]:
    """The ends that were stated: those of the concept itself go without saying, unless there is no other."""
    low = None if found.lo is None else ("above" if found.lo_open else "at_least", found.lo)
    high = None if found.hi is None else ("below" if found.hi_open else "at_most", found.hi)
    ends = [end for end in (low, high) if end is not None]
    silent = (("at_least", concept.minimum), ("at_most", concept.maximum))
    return [end for end in ends if end not in silent] or ends[:1]


def _not_decimal(concept: Concept) -> Problem:
    message = Text(
        f"“{concept.label}”的值不能写成小数", f"the value of “{concept.label}” cannot be written as a decimal"
    )
    return Problem("not-decimal", Position(concept.id), message)


# --- cells of tables --------------------------------------------------------------------------------------------------


def column_concept(column: Column) -> Concept:
    """A column as the concept its cells are values of."""
    return Concept(
        column.name,
        column.name,
        column.type,
        column.unit,
        column.minimum,
        column.maximum,
        whole=column.unit is not None and column.unit.dimension == COUNT,
        choices=column.choices,
        definition=column.definition,
    )


def cell_of(value: Fraction | str | date, concept: Concept) -> tuple[Content | None, tuple[Problem, ...]]:
    """A cell of a table; a number that needs another unit than its column's says so in its text."""
    if not isinstance(value, Fraction):
        return _plain(value), ()
    unit = _exact_unit(value, concept)
    if unit is None:
        return None, (_not_decimal(concept),)
    if unit != unit_of(concept):
        return Content("text", f"{decimal_text(value / unit.factor)} {unit.name}"), ()
    return _numeral(value, unit, concept.whole), ()
