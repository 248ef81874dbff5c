"""Points by a measure: exactly at the steps, one billionth below and above them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.effects import interpolated, per_unit, proportional, units
from engine.expr import Number
from engine.model import Interpolate, PartialUnitPolicy, PerUnit, Proportional
from facts.units import PERCENT, PLAIN, parse_unit
from tests.engine.example import assessed, bounds, indicator, section, sound

TINY = Fraction(1, 10**9)
POINT = Fraction(1, 100)
BASE = Number(Fraction(1), PERCENT)


def form(partial: PartialUnitPolicy, **other: object) -> PerUnit:
    """0.1 off for every percentage point over 100%."""
    unit = parse_unit("百分点")
    assert unit is not None
    said: dict[str, object] = {"sign": -1, "amount": Fraction(1, 10), "per": POINT, "per_unit": unit, "side": "over"}
    return PerUnit(**{**said, "base": BASE, "partial_unit": partial, **other})  # type: ignore[arg-type]  # PerUnit's own keys


@pytest.mark.parametrize(
    ("partial", "below", "at", "above"),
    [("up", 3, 3, 4), ("down", 2, 3, 3), ("linear", 3 - TINY / POINT, 3, 3 + TINY / POINT)],
)
def test_part_of_a_unit_counts_up_down_or_as_it_is(
    partial: PartialUnitPolicy, below: Fraction, at: Fraction, above: Fraction
) -> None:
    excess = 3 * POINT
    assert [units(v, form(partial)) for v in (excess - TINY, excess, excess + TINY)] == [below, at, above]


@pytest.mark.parametrize("partial", ["up", "down", "linear"])
def test_no_excess_is_no_unit(partial: PartialUnitPolicy) -> None:
    assert units(Fraction(0), form(partial)) == 0
    assert per_unit(form(partial))(Fraction(-5), Fraction(4), 0) == 4


def test_a_limit_bounds_what_is_moved_and_a_start_replaces_full_points() -> None:
    limited = per_unit(form("up", limit=Fraction(1, 4)))
    assert limited(5 * POINT, Fraction(4), 0) == Fraction(15, 4)
    assert limited(None, Fraction(4), 1) == Fraction(15, 4)
    assert per_unit(form("up"))(None, Fraction(4), 1) is None
    assert per_unit(form("up", start=Fraction(2)))(POINT, Fraction(4), 0) == Fraction(19, 10)
    gained = per_unit(form("up", sign=1, amount=Fraction(1, 2)))
    assert [gained(v, Fraction(4), 0) for v in (Fraction(0), POINT)] == [0, Fraction(1, 2)]


@given(st.fractions(0, 10), st.fractions(0, 10), st.sampled_from(("up", "down", "linear")))
def test_more_excess_never_gives_more_points(one: Fraction, other: Fraction, partial: PartialUnitPolicy) -> None:
    low, high = sorted((one, other))
    function = per_unit(form(partial))
    less, more = function(high, Fraction(4), 0), function(low, Fraction(4), 0)
    assert less is not None and more is not None and less <= more
    assert units(low, form("down")) <= units(low, form("linear")) <= units(low, form("up"))


def test_a_proportion_is_exact_and_ends_at_its_limit() -> None:
    function = proportional(Proportional(BASE, "at_least", Fraction(12, 10)))
    found = [function(Fraction(share), Fraction(10), 0) for share in ("0", "1/3", "1", "1.2", "1.200001", "9")]
    assert found == [0, Fraction(10, 3), 10, 12, 12, 12]
    assert function(None, Fraction(10), 1) == 12
    assert function(None, Fraction(10), -1) is None


def test_interpolation_runs_through_its_knots_and_is_flat_outside() -> None:
    knots = ((Fraction(15), Fraction(1, 2)), (Fraction(30), Fraction(0)), (Fraction(40), Fraction(1)))
    function = interpolated(Interpolate(knots, PLAIN))
    found = [function(Fraction(at), Fraction(9), 0) for at in (-1, 15, 18, 30, 35, 40, 99)]
    assert found == [Fraction(1, 2), Fraction(1, 2), Fraction(2, 5), 0, Fraction(1, 2), 1, 1]
    assert [function(None, Fraction(9), end) for end in (-1, 1)] == [Fraction(1, 2), 1]


# --- the same through a rulebook, as a user sees it ---


def total(score: str, facts: str, measure: str = "控制率", extra: str = "") -> object:
    """The score of a rulebook of one indicator of 10 points."""
    return assessed(sound(section(indicator(score, f"measure: {measure}\n{extra}"))), facts).score


@pytest.mark.parametrize(
    ("partial", "rate", "expected"),
    [
        ("up", "100%", "10"),
        ("up", "100.0000001%", "9"),
        ("up", "101%", "9"),
        ("up", "101.0000001%", "8"),
        ("up", "102%", "8"),
        ("down", "100.9999999%", "10"),
        ("down", "101%", "9"),
        ("down", "101.9999999%", "9"),
        ("linear", "100.5%", "9.5"),
        ("linear", "101.25%", "8.75"),
        ("up", "150%", "0"),
    ],
)
def test_a_deduction_for_every_percentage_point_over(partial: str, rate: str, expected: str) -> None:
    score = f"per_unit: {{deduct: 1, per: 1 个百分点, over: 100%, partial_unit: {partial}}}"
    assert total(score, f"控制率: {rate}") == Fraction(expected)


@pytest.mark.parametrize(("rate", "expected"), [("97%", 7), ("100%", 10), ("103%", 7), ("100.1%", 9), ("99.9%", 9)])
def test_a_deduction_on_both_sides_of_the_base(rate: str, expected: int) -> None:
    assert total("per_unit: {deduct: 1, per: 1 个百分点, around: 100%}", f"控制率: {rate}") == expected


@pytest.mark.parametrize(("rate", "expected"), [("0%", 0), ("40%", 4), ("100%", 10), ("120%", 12), ("130%", 12)])
def test_points_in_proportion_to_completion(rate: str, expected: int) -> None:
    score = "proportional: {to: 100%, direction: at_least, up_to: 120%}"
    assert total(score, f"控制率: {rate}", extra="cap: 12\n") == expected


@pytest.mark.parametrize(("days", "expected"), [("0 天", 10), ("15 天", 10), ("30 天", 5), ("60 天", "2.5")])
def test_points_in_proportion_to_the_reverse_measure(days: str, expected: object) -> None:
    score = "proportional: {to: 15 天, direction: at_most}"
    assert total(score, f"用时: {days}", "用时") == Fraction(str(expected))


@pytest.mark.parametrize(("days", "expected"), [("3 天", 10), ("15 天", 10), ("20 天", 5), ("25 天", 0), ("99 天", 0)])
def test_points_on_the_straight_line_between_two_days(days: str, expected: int) -> None:
    assert total("interpolate: [{at: 15 天, points: 10}, {at: 25 天, points: 0}]", f"用时: {days}", "用时") == expected


@pytest.mark.parametrize(
    ("score", "facts", "expected"),
    [
        ("per_unit: {deduct: 1, per: 1 个百分点, over: 100%}", "控制率: {at_most: 103%}", ("7", "10")),
        ("per_unit: {deduct: 1, per: 1 个百分点, over: 100%}", "控制率: {at_least: 103%}", ("0", "7")),
        ("per_unit: {deduct: 1, per: 1 个百分点, around: 100%}", "控制率: {at_most: 103%}", ("0", "10")),
        ("proportional: {to: 100%, direction: at_least}", "控制率: {at_least: 40%}", ("4", "10")),
        ("interpolate: [{at: 90%, points: 10}, {at: 100%, points: 2}]", "控制率: {at_least: 95%}", ("2", "6")),
        ("per_unit: {deduct: 1, per: 1 个百分点, over: 100%}", "", ("0", "10")),
    ],
)
def test_a_stated_bound_leaves_the_points_between_its_ends(score: str, facts: str, expected: tuple[str, str]) -> None:
    assert bounds(sound(section(indicator(score, "measure: 控制率\n"))), facts) == expected
