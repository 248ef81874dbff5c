"""Cases for a rulebook, close to its limits: at a threshold, one unit below and above, nothing to divide by."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import strategies as st

from engine import expr as ex
from engine import model as m
from facts.model import BASES, Basis, Case, Fact, Period, Row, Scalar, Status, Subject
from facts.provenance import Provenance, Source, TextSpan
from facts.units import POINTS_OF_RATE, RATE, SCORE, Dimension
from facts.values import Interval
from facts.vocabulary import Column, Concept
from tests.oracle.formulas import whole
from tests.oracle.parts import form_trees
from tests.strategies.forms import Draw

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
def cases_for(draw: Draw, rulebook: m.Rulebook, kind: Kind = KNOWN) -> Case:
    """An engine-ready case; concepts may be left out altogether where something may be unknown."""
    limits = limits_of(rulebook)
    facts: dict[str, Fact] = {}
    for concept in rulebook.vocabulary.concepts.values():
        if "absent" in kind.statuses and draw(st.integers(0, 7)) == 0:
            continue
        facts[concept.id] = draw(_facts(concept, limits, kind))
    _aim(draw, rulebook, facts, limits.get(RATE, ()))
    return Case(_SUBJECT, _PERIOD, facts, _SOURCES)


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

Limits = Mapping[Dimension, tuple[Fraction, ...]]


def values_of(
    concept: Concept, limits: Limits, holes: bool = False
) -> st.SearchStrategy[Fraction | str | date | tuple[Row, ...]]:
    """A value the concept allows; the rows of a table, with empty cells if there may be holes."""
    if concept.type == "table":
        rows = st.fixed_dictionaries({column.name: _cells(column, limits, holes) for column in concept.columns})
        return st.lists(rows, max_size=4).map(tuple)
    return _scalars(concept, limits)


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
    """A number within the concept's range, often at a limit of its kind or just beside one."""
    dimension = SCORE if concept.unit is None else concept.unit.dimension
    unit = Fraction(1) if concept.unit is None else concept.unit.factor
    whole_numbers = concept.whole
    beside = unit if whole_numbers else unit / 100
    near = {limit + step for limit in limits.get(dimension, ()) for step in (-beside, 0, beside)}
    near |= {unit * n for n in (0, 1, 2, 3, 10)}
    inside = sorted(value for value in near if within(concept, value) and (not whole_numbers or value.denominator == 1))
    wide = st.integers(-50, 1500).map(lambda n: unit * (n if whole_numbers else Fraction(n, 10)))
    return st.one_of(st.sampled_from(inside), st.sampled_from(inside), wide.map(lambda v: clamped(concept, v)))


def within(concept: Concept | Column, value: Fraction) -> bool:
    """Whether the concept allows the value."""
    return Interval(concept.minimum, concept.maximum).contains(value)


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


def _aim(draw: Draw, rulebook: m.Rulebook, facts: dict[str, Fact], rates: tuple[Fraction, ...]) -> None:
    """Half of the time, let a quotient hit a rate the rules compare with, or miss it by very little."""
    for above, below in (("money_a", "money_b"), ("count_a", "count_b")):
        one, other = facts.get(above), facts.get(below)
        if one is None or other is None or not rates or not draw(st.booleans()):
            continue
        if not isinstance(one.value, Fraction) or not isinstance(other.value, Fraction):
            continue
        concept = rulebook.vocabulary.concepts[above]
        beside = Fraction(draw(st.sampled_from((-1, 0, 1))), 1 if concept.whole else 100)
        aimed = draw(st.sampled_from(rates)) * other.value + beside
        aimed = Fraction(int(aimed)) if concept.whole else aimed
        facts[above] = replace(one, value=clamped(concept, aimed))


# --- the limits a rulebook compares with ---


def limits_of(rulebook: m.Rulebook) -> Limits:
    """Every literal in a rulebook's formulas and forms, by dimension, in base units."""
    found: dict[Dimension, set[Fraction]] = {}
    for tree in _trees(rulebook):
        for node in _deep(tree):
            if isinstance(node, ex.Number):
                found.setdefault(node.unit.dimension, set()).add(node.value)
    for part in parts_of(rulebook):
        for form in _simple_forms(part.form):
            if isinstance(form, m.Interpolate):
                found.setdefault(form.unit.dimension, set()).update(at for at, _ in form.knots)
            elif isinstance(form, m.PerUnit) and isinstance(form.base, ex.Number):
                steps = (form.base.value + n * form.per for n in (-2, -1, 1, 2))
                found.setdefault(form.base.unit.dimension, set()).update(steps)
    for parameter in rulebook.parameters:
        found.setdefault(parameter.unit.dimension, set()).update(value for _, value in parameter.values)
    found.setdefault(RATE, set()).update(found.get(POINTS_OF_RATE, ()))
    return {dimension: tuple(sorted(values)) for dimension, values in found.items()}


def parts_of(rulebook: m.Rulebook) -> Iterator[m.Part]:
    """Every part, however deep."""
    waiting = [indicator.part for indicator in rulebook.indicators]
    while waiting:
        part = waiting.pop()
        yield part
        for form in _simple_forms(part.form):
            if isinstance(form, m.Combine):
                waiting += form.parts
            elif isinstance(form, m.Choose):
                waiting += [one for _, one in form.options]


def _simple_forms(form: m.Form) -> Iterator[m.Form]:
    yield form
    if isinstance(form, m.Threshold):
        yield from _simple_forms(form.otherwise)


def _trees(rulebook: m.Rulebook) -> Iterator[ex.Expr]:
    for part in parts_of(rulebook):
        yield from form_trees(part.form)
        yield from (guard.when for guard in (*part.voids, *part.exempts))
        if part.applies is not None:
            yield part.applies
        if part.measure is not None:
            yield part.measure
    yield from (veto.when for veto in rulebook.vetoes)
    yield from (check.that for check in rulebook.checks)


def _deep(tree: ex.Expr) -> Iterator[ex.Expr]:
    """Every formula in a formula, what stands in `where` too."""
    for node in whole(tree):
        yield node
        inside = [node.where] if isinstance(node, ex.Aggregate | ex.Quantifier) else []
        if isinstance(node, ex.Aggregate):
            inside.append(node.value)
        for one in inside:
            if one is not None:
                yield from _deep(one)


# --- completions ---


@st.composite
def completions(draw: Draw, rulebook: m.Rulebook, case: Case, accept: Collection[Basis]) -> Case:
    """The case with everything unknown made known: some value its concept, and what was stated, allows."""
    limits, facts = limits_of(rulebook), {}
    for concept in rulebook.vocabulary.concepts.values():
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
