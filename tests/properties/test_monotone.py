"""Where a rule grows with its measure, more never gives less."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.testing.limits import limits_of
from engine.testing.oracle import evaluate
from engine.testing.randombooks import one_indicator
from engine.testing.randomcases import cases_for, numbers_of
from engine.testing.randomforms import Draw
from engine.testing.words import UNITS, Yaml, number, steps, thresholds
from facts.model import Fact
from tests.properties.running import assess

MEASURES = {
    "rate": ("甲率", "rate_a"),
    "money": ("甲金额", "money_a"),
    "count": ("甲件数", "count_a"),
    "days": ("用时", "days_a"),
}
POINTS = Fraction(4)


@st.composite
def growing_forms(draw: Draw, dimension: str, rising: bool) -> Yaml:
    """A form whose points rise (or fall) with the measure."""
    kinds = ("full", "bands", "per_unit", "proportional", "interpolate", "each")
    kind = draw(st.sampled_from(kinds))
    first = draw(thresholds(dimension, 1))[0]
    if kind == "full":
        return {"full": f"{'>=' if rising else '<='} {first}", "otherwise": 1}
    if kind == "per_unit":
        move, side = draw(st.sampled_from((("deduct", "under"), ("gain", "over"))))
        side = side if rising else {"under": "over", "over": "under"}[side]
        return {"per_unit": {move: 0.5, "per": draw(steps(dimension)), side: first, "limit": 3}}
    if kind == "proportional":
        return {"proportional": {"to": f"5{UNITS[dimension]}", "direction": "at_least" if rising else "at_most"}}
    if kind == "each":
        # Counts of their own kind only; elsewhere the same thing is said by a condition.
        each = "甲件数" if dimension == "count" else "用时"
        item: dict[str, Any] = (
            {"points": 0.3, "each": each}
            if dimension in ("count", "days")
            else {
                "points": 2,
                "when": f">= {first}",
            }
        )
        return {"add" if rising else "deduct": [item]}
    return _stepped(draw, kind, dimension, rising)


def _stepped(draw: Draw, kind: str, dimension: str, rising: bool) -> Yaml:
    ends = draw(thresholds(dimension, 3))
    points = sorted(draw(st.lists(st.integers(0, 16), min_size=4, max_size=4)), reverse=not rising)
    given_points = [number(Fraction(n, 4)) for n in points]
    if kind == "interpolate":
        return {"interpolate": [{"at": at, "points": given} for at, given in zip(ends, given_points, strict=False)]}
    conditions = [f"< {ends[0]}", f">= {ends[0]} and < {ends[1]}", f">= {ends[1]} and < {ends[2]}", f">= {ends[2]}"]
    return {"bands": [{"when": when, "points": given} for when, given in zip(conditions, given_points, strict=True)]}


@given(st.data(), st.sampled_from(sorted(MEASURES)), st.booleans())
def test_more_never_gives_less_where_the_rule_grows_with_its_measure(
    data: st.DataObject, dimension: str, rising: bool
) -> None:
    label, concept = MEASURES[dimension]
    form = data.draw(growing_forms(dimension, rising))
    rulebook = one_indicator(POINTS, {"measure": label, "score": form})
    case = data.draw(cases_for(rulebook))
    near = numbers_of(rulebook.vocabulary.concepts[concept], limits_of(rulebook))
    values = sorted(data.draw(st.lists(near, min_size=2, max_size=5, unique=True)))
    cases = [type(case)(case.subject, case.period, {concept: Fact(concept, value)}, {}) for value in values]
    scores = [found.score for found in assess(rulebook, *cases)]
    assert None not in scores
    assert scores == sorted(scores, reverse=not rising), list(zip(values, scores, strict=True))  # type: ignore[type-var]
    assert scores == [evaluate(rulebook, one).score for one in cases]
