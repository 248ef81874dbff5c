"""What is spread where nothing is left to take it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from engine.columns import ratios as rt
from engine.columns.dialects import text_of
from engine.columns.flags import FALSE, column
from engine.columns.integers import Int, TooWide
from engine.columns.output import decimal
from engine.columns.ratios import Ratio
from engine.columns.scores import Member, average_rule, fixed, redistributed, weighted_rule


@pytest.mark.parametrize("policy", ["spread", "rescale", "exclude"])
def test_where_no_member_ever_applies_its_points_go_nowhere(policy: str) -> None:
    members = [Member(fixed(Fraction(points)), rt.constant(Fraction(points)), policy=policy) for points in (1, 2)]
    scores = [member.score.lo for member in members]
    assert redistributed(scores, [FALSE, FALSE], members).constant == 0


def test_the_mean_of_nothing_is_no_score() -> None:
    members = [Member(fixed(Fraction(1)), rt.constant(Fraction(1)))]
    for rule in (average_rule, weighted_rule):
        value, some = rule([rt.constant(Fraction(1))], [FALSE], members)
        assert value.constant == 0
        assert some.never


def test_a_section_of_a_thousand_indicators_can_be_written_down() -> None:
    ones = [Ratio(Int(column(f"b{n}"), 0, 100)) for n in range(1000)]
    total = rt.total(ones)
    assert (total.num.low, total.num.high) == (0, 100_000)
    assert total.num.node is not None
    assert text_of(total.num.node, "duckdb").count("+") == 999


def test_a_decimal_takes_as_few_digits_as_it_needs_and_says_when_there_are_not_enough() -> None:
    assert text_of(decimal(Int(column("b"), 0, 100), 2, 100), "duckdb").endswith("AS DECIMAL(9, 2))")
    assert text_of(decimal(Int(column("b"), 0, 10**9), 2, 100), "duckdb").endswith("AS DECIMAL(18, 2))")
    with pytest.raises(TooWide):
        decimal(Int(column("b"), 0, 10**37, wide=True), 2, 100)
