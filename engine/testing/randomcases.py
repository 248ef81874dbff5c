"""Cases for a rulebook, close to its limits: at a threshold, one unit below and above, nothing to divide by."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import strategies as st

from engine import model as m
from engine.testing.limits import Limits, concepts_of, limits_of
from engine.testing.properties import Sample
from engine.testing.randomforms import Draw
from facts.model import BASES, Basis, Case, Fact, Period, Row, Scalar, Status, Subject
from facts.provenance import Provenance, Source, TextSpan
from facts.units import NUMBER, RATE, SCORE, Dimension
from facts.values import Interval
from facts.vocabulary import Column, Concept

FIRST_DAY = date(2017, 12, 1)
_SUBJECT, _PERIOD = Subject("generated", "某局"), Period(date(2017, 1, 1), date(2017, 12, 31))
_SOURCES = {"report": Source("report", "自评报告")}


@dataclass(frozen=True)
class Kind:
    """How much of a case may be unknown; nothing, unless asked for."""

    statuses: tuple[Status, ...] = ("known",)
    bounds: bool = False
    holes: bool = False
    bases: tuple[Basis, ...] = ("stated",)


KNOWN = Kind(("known",) * 12 + ("not_applicable",), bases=BASES)
PARTLY = Kind(("known",) * 5 + ("absent", "not_applicable", "conflict"), bounds=True, holes=True, bases=BASES)


@st.composite
def facts_for(draw: Draw, rulebook: m.Rulebook, kind: Kind = KNOWN) -> dict[str, Fact]:
    """Facts by concept id for what the rules of a rulebook read, close to the numbers they compare with.

    Where `kind` lets something be unknown, facts are also left out altogether.
    """
    limits = limits_of(rulebook)
    facts: dict[str, Fact] = {}
    for name in concepts_of(rulebook):
        if "absent" in kind.statuses and draw(st.integers(0, 7)) == 0:
            continue
        facts[name] = draw(_facts(rulebook.vocabulary.concepts[name], limits, kind))
    _aim(draw, rulebook, facts, limits)
    return facts


@st.composite
def cases_for(draw: Draw, rulebook: m.Rulebook, kind: Kind = KNOWN) -> Case:
    """A case of the facts `facts_for` gives, in a period the rulebook is in force."""
    start = max(_PERIOD.start, rulebook.effective_from)
    end = max(_PERIOD.end, start)
    end = end if rulebook.effective_to is None else min(end, rulebook.effective_to)
    return Case(_SUBJECT, Period(min(start, end), end), draw(facts_for(rulebook, kind)), _SOURCES)


@st.composite
def _facts(draw: Draw, concept: Concept, limits: Limits, kind: Kind) -> Fact:
    status = draw(st.sampled_from(kind.statuses))
    basis = draw(st.sampled_from(kind.bases))
    read_at = Provenance("report", TextSpan(draw(st.integers(1, 9)), 1), concept.label)
    fact = Fact(concept.id, None, status, basis, (read_at,), "", "" if status == "known" else "未提供")
    if status != "known":
        return fact
    if kind.bounds and concept.type in ("quantity", "score") and draw(st.integers(0, 3)) == 0:
        return replace(fact, value=draw(_bounds(concept, limits)))
    return replace(fact, value=draw(values_of(concept, limits, kind.holes)))


# --- values ---


def values_of(
    concept: Concept, limits: Limits, holes: bool = False
) -> st.SearchStrategy[Fraction | str | date | tuple[Row, ...]]:
    """A value the concept allows; the rows of a table, with empty cells if there may be holes."""
    if concept.type == "table":
        return st.lists(_rows(concept, limits, holes), max_size=4).map(tuple)
    return _scalars(concept, limits)


@st.composite
def _rows(draw: Draw, concept: Concept, limits: Limits, holes: bool) -> Row:
    """A row; half of the time one of its numbers is as large as another of its kind, or a stated share of it, or nearly so."""
    row: dict[str, Scalar] = {column.name: draw(_cells(column, limits, holes)) for column in concept.columns}
    alike = [
        (one, other)
        for one in concept.columns
        for other in concept.columns
        if one is not other and one.unit is not None and other.unit is not None
        if one.unit.dimension == other.unit.dimension and one.type == other.type
    ]
    if alike and draw(st.booleans()):
        one, other = draw(st.sampled_from(alike))
        value = row[other.name]
        if isinstance(value, Fraction) and row[one.name] is not None:
            shares = {Fraction(1), *limits.of(RATE), *limits.of(NUMBER), *(1 + n for n in limits.of(NUMBER))}
            row[one.name] = _moved(draw, one, value * draw(st.sampled_from(sorted(shares))))
    return row


def _cells(column: Column, limits: Limits, holes: bool) -> st.SearchStrategy[Scalar]:
    found: st.SearchStrategy[Scalar] = _scalars(column, limits)
    return st.one_of(found, found, found, st.none()) if holes else found


def _scalars(concept: Concept | Column, limits: Limits) -> st.SearchStrategy[Fraction | str | date]:
    match concept.type:
        case "boolean":
            return st.sampled_from(("是", "否"))
        case "choice":
            return st.sampled_from(concept.choices)
        case "date":
            return st.integers(0, 40).map(lambda days: FIRST_DAY + timedelta(days=days))
        case "text":
            return st.sampled_from(("甲", "乙"))
        case _:
            return numbers_of(concept, limits)


def numbers_of(concept: Concept | Column, limits: Limits) -> st.SearchStrategy[Fraction]:
    """A number within the concept's range, mostly one it is compared with, one of its kind, or one just beside."""
    own = limits.by_concept.get(concept.id, ()) if isinstance(concept, Concept) else ()
    usual = tuple(_unit(concept) * n for n in (0, 1, 2, 3, 10))
    near = _near(concept, (*limits.of(_dimension(concept)), *usual))
    wide = st.integers(-50, 1500).map(lambda n: _unit(concept) * (n if concept.whole else Fraction(n, 10)))
    found = [st.sampled_from(near), wide.map(lambda value: clamped(concept, value))]
    closest = _near(concept, own)
    return st.one_of(*([st.sampled_from(closest)] * 2 if closest else [found[0]]), *found)


def _dimension(concept: Concept | Column) -> Dimension:
    return SCORE if concept.unit is None else concept.unit.dimension


def _unit(concept: Concept | Column) -> Fraction:
    return Fraction(1) if concept.unit is None else concept.unit.factor


def _near(concept: Concept | Column, limits: Iterable[Fraction]) -> list[Fraction]:
    """The limits and what lies just beside them, as far as the concept allows it."""
    beside = _unit(concept) if concept.whole else _unit(concept) / 100
    around = {limit + step for limit in limits for step in (-beside, 0, beside)}
    whole = concept.whole
    return sorted(value for value in around if within(concept, value) and (not whole or value.denominator == 1))


def within(concept: Concept | Column, value: Fraction) -> bool:
    """Whether the concept allows the value."""
    return concept.range.contains(value)


def clamped(concept: Concept | Column, value: Fraction) -> Fraction:
    """The value moved into the concept's range."""
    if concept.minimum is not None:
        value = max(value, concept.minimum)
    return value if concept.maximum is None else min(value, concept.maximum)


@st.composite
def _bounds(draw: Draw, concept: Concept, limits: Limits) -> Interval:
    """A stated bound: at most, at least, above, below, or two of them, cut to what the concept allows."""
    low, high = sorted((draw(numbers_of(concept, limits)), draw(numbers_of(concept, limits))))
    side = draw(st.sampled_from(("both", "low", "high")))
    lo = concept.minimum if side == "high" else low
    hi = concept.maximum if side == "low" else high
    open_ends = draw(st.booleans()) and lo != hi and not concept.whole
    return Interval(lo, hi, open_ends and side != "high", open_ends and side != "low")


def _aim(draw: Draw, rulebook: m.Rulebook, facts: dict[str, Fact], limits: Limits) -> None:
    """Half of the time, let a quotient hit what it is compared with, or one concept the other, or miss it by very little."""
    rates = limits.of(RATE)
    for above, below, shift, values in limits.quotients:
        targets = values or rates
        base = _known(facts, below)
        if targets and base is not None and draw(st.booleans()):
            _set(draw, rulebook, facts, above, (draw(st.sampled_from(targets)) + shift) * base)
    for one, other in limits.pairs:
        value = _known(facts, other)
        if value is not None and draw(st.booleans()):
            _set(draw, rulebook, facts, one, value)


def _known(facts: Mapping[str, Fact], name: str) -> Fraction | None:
    value = facts[name].value if name in facts else None
    return value if isinstance(value, Fraction) else None


def _set(draw: Draw, rulebook: m.Rulebook, facts: dict[str, Fact], name: str, value: Fraction) -> None:
    if _known(facts, name) is not None:
        facts[name] = replace(facts[name], value=_moved(draw, rulebook.vocabulary.concepts[name], value))


def _moved(draw: Draw, concept: Concept | Column, value: Fraction) -> Fraction:
    """The value or one just beside it, as the concept allows."""
    value += Fraction(draw(st.sampled_from((-1, 0, 1))), 1 if concept.whole else 100)
    return clamped(concept, Fraction(int(value)) if concept.whole else value)


# --- completions ---


@st.composite
def completions(draw: Draw, rulebook: m.Rulebook, case: Case, accept: Collection[Basis]) -> Case:
    """The case with everything unknown made known: some value its concept, and what was stated, allows."""
    limits, facts = limits_of(rulebook), dict(case.facts)
    for concept in (rulebook.vocabulary.concepts[name] for name in concepts_of(rulebook)):
        fact = case.facts.get(concept.id)
        if fact is None or fact.status in ("absent", "conflict") or fact.basis not in accept:
            facts[concept.id] = Fact(concept.id, draw(values_of(concept, limits)))
        elif isinstance(fact.value, Interval):
            facts[concept.id] = replace(fact, value=draw(_inside(concept, fact.value, limits)))
        elif isinstance(fact.value, tuple):
            rows = tuple(draw(_filled(row, concept, limits)) for row in fact.value)
            facts[concept.id] = replace(fact, value=rows)
        else:
            facts[concept.id] = fact
    return replace(case, facts=facts)


@st.composite
def samples_for(draw: Draw, rulebook: m.Rulebook) -> Sample:
    """A case, half of the time with something unknown, and one way what is unknown may turn out."""
    case = draw(cases_for(rulebook, draw(st.sampled_from((KNOWN, PARTLY)))))
    return Sample(case, draw(completions(rulebook, case, BASES)))


@st.composite
def _filled(draw: Draw, row: Row, concept: Concept, limits: Limits) -> Row:
    return {
        column.name: draw(_cells(column, limits, False)) if row[column.name] is None else row[column.name]
        for column in concept.columns
    }


@st.composite
def _inside(draw: Draw, concept: Concept, span: Interval, limits: Limits) -> Fraction:
    low = span.lo if span.lo is not None else (span.hi or Fraction(0)) - 1000
    high = span.hi if span.hi is not None else low + 10**6
    share = Fraction(draw(st.integers(0, 20)), 20)
    value = low + (high - low) * share
    found = [v for v in (draw(numbers_of(concept, limits)), value, low, high) if span.contains(v)]
    if concept.whole:
        found = [v for v in (*found, Fraction(-(-low.numerator // low.denominator))) if v.denominator == 1]
    return next((v for v in found if span.contains(v)), (low + high) / 2)
