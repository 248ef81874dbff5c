"""One unit below, at and above every number the Kunming rulebook compares with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from engine import expr as ex
from engine.load import load_rulebook
from engine.model import Items, Part, Rulebook, Threshold
from engine.testing.comparing import differences
from engine.testing.oracle import evaluate
from engine.testing.oracleformulas import whole
from engine.testing.oracleparts import form_trees
from facts.casefile import read_case
from facts.model import Case, Fact, Row
from tests.properties.running import assess

FOLDER = Path(__file__).parents[2] / "rules" / "kunming-2017"


@dataclass(frozen=True)
class Limit:
    """A comparison of a measure with a number, in an indicator."""

    indicator: str
    measure: ex.Expr
    op: ex.ComparisonOp
    value: Fraction
    alone: bool

    def __str__(self) -> str:
        return f"{self.indicator}{self.op}{self.value}"

    def holds(self, value: Fraction) -> bool:
        """Whether a measure passes."""
        below, same = value < self.value, value == self.value
        return {
            "<": below,
            "<=": below or same,
            ">": not below and not same,
            ">=": not below,
            "=": same,
            "!=": not same,
        }[self.op]


@cache
def kunming() -> tuple[Rulebook, Case]:
    rulebook, problems = load_rulebook(FOLDER)
    assert rulebook is not None, problems
    case, _ = read_case([FOLDER / "cases" / "kunming-2017.yaml"], rulebook.vocabulary)
    assert case is not None
    return rulebook, case


def limits() -> Iterator[Limit]:
    """Every comparison with a number in the rulebook's indicators."""
    for indicator in kunming()[0].indicators:
        part = indicator.part
        guards = [guard.when for guard in (*part.voids, *part.exempts)]
        for tree in (*form_trees(part.form), *guards):
            for node in whole(tree):
                if isinstance(node, ex.Comparison) and isinstance(node.right, ex.Number):
                    yield Limit(indicator.id, _subject(part, node.left), node.op, node.right.value, node is tree)


def _subject(part: Part, tree: ex.Expr) -> ex.Expr:
    if not isinstance(tree, ex.Subject):
        return tree
    assert part.measure is not None
    return part.measure


LIMITS = tuple(limits())


def unit(limit: Limit) -> Fraction:
    """The smallest step worth testing: one of what is counted; a hundred-thousandth of a percent of a rate."""
    concepts = kunming()[0].vocabulary.concepts
    match limit.measure:
        case ex.Name(name) if concepts[name].whole:
            return Fraction(1)
        case ex.Aggregate():
            return Fraction(1)
        case _:
            return Fraction(1, 10**7)


def case_at(limit: Limit, value: Fraction) -> Case | None:
    """The Kunming case with the measure at that value; None where a concept cannot be that low or high."""
    case = kunming()[1]
    match limit.measure:
        case ex.Name(name):
            return _stated(case, name, value)
        case ex.Aggregate("count", table, where=None):
            rows = _rows(table, int(value))
            return None if value < 0 else replace(case, facts={**case.facts, table: Fact(table, rows)})
        case ex.Arithmetic("/", above, ex.Name(below)):
            base = _base(below)
            stated = _stated(case, below, base)
            return None if stated is None else _stated(stated, _name(above), value * base)
    raise AssertionError(f"how to reach {limit.measure} is not known to this test")


def _rows(table: str, size: int) -> tuple[Row, ...]:
    """Rows in which nothing is wrong."""
    columns = kunming()[0].vocabulary.concepts[table].columns
    return tuple({column.name: "是" if column.type == "boolean" else None for column in columns} for _ in range(size))


def _name(tree: ex.Expr) -> str:
    inner = tree.arguments[0] if isinstance(tree, ex.Call) else tree
    assert isinstance(inner, ex.Name)
    return inner.name


def _base(concept: str) -> Fraction:
    """A denominator that makes whole numerators of tiny steps."""
    return Fraction(10**7) if kunming()[0].vocabulary.concepts[concept].whole else Fraction(10**9)


def _stated(case: Case, concept: str, value: Fraction) -> Case | None:
    if not kunming()[0].vocabulary.concepts[concept].range.contains(value):
        return None
    return replace(case, facts={**case.facts, concept: Fact(concept, value, basis="figure")})


def test_the_thresholds_of_the_report_are_among_those_tested() -> None:
    reached = {(limit.op, limit.value) for limit in LIMITS}
    stated = (("<=", 680), (">=", 12), (">=", 4), (">=", 100), (">=", 80), (">=", 650), ("<=", Fraction(1)))
    rates = ((">=", Fraction(97, 100)), (">=", Fraction(95, 100)), (">=", Fraction(90, 100)), ("<=", Fraction(5, 100)))
    assert reached >= {(op, Fraction(value)) for op, value in (*stated, *rates)}


@pytest.mark.parametrize("limit", LIMITS, ids=str)
def test_one_unit_below_at_and_above_a_threshold(limit: Limit) -> None:
    rulebook = kunming()[0]
    values = [limit.value + step * unit(limit) for step in (-1, 0, 1)]
    found = {value: case for value in values if (case := case_at(limit, value)) is not None}
    assert limit.value in found and len(found) >= 2
    part = next(indicator.part for indicator in rulebook.indicators if indicator.id == limit.indicator)
    for (value, case), assessment in zip(found.items(), assess(rulebook, *found.values()), strict=True):
        assert differences(assessment, evaluate(rulebook, case)) == []
        result = next(one for one in assessment.indicators if one.id == limit.indicator)
        if limit.alone and isinstance(part.form, Threshold):
            assert (result.verdict == "met") == limit.holds(value), (value, result)
        elif isinstance(part.form, Items):
            assert (result.verdict == "met") != limit.holds(value), (value, result)
