"""Differences between columns and engine that were found by chance, each with the least that shows it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import duckdb

from engine.model import Rulebook
from engine.testing.randombooks import one_indicator
from facts.model import Case, Fact, Period, Scalar, Subject
from tests.columns.test_equal import differences

YEAR = Period(date(2017, 1, 1), date(2017, 12, 31))


def case(**facts: Scalar) -> Case:
    """What is None does not apply."""
    found = {name: Fact(name, value, "not_applicable" if value is None else "known") for name, value in facts.items()}
    return Case(Subject("u", "某局"), YEAR, found, {})


def same(rulebook: Rulebook, *cases: Case) -> None:
    with duckdb.connect(config={"threads": 1}) as connection:
        assert differences(connection, rulebook, list(cases)) == []


def test_a_line_between_points_takes_the_rounded_measure() -> None:
    knots = [{"at": "5%", "points": 1.5}, {"at": "33.3%", "points": 3}, {"at": "50%", "points": 4}]
    part = {
        "measure": "(甲金额 - 乙金额) / 乙金额",
        "unit": "%",
        "round_measure": {"places": 2, "mode": "half_up"},
        "score": {"interpolate": knots},
    }
    rates = (Fraction("33.299994"), Fraction("33.3"), Fraction("33.304999"), Fraction("33.305"), Fraction("7.125"))
    cases = [case(money_a=16_400_000 * (1 + rate / 100), money_b=Fraction(16_400_000)) for rate in rates]
    same(one_indicator(Fraction(4), part), *cases)


def test_what_does_not_apply_has_no_points_while_a_veto_on_it_is_open() -> None:
    part = {"applies": "甲旗 is 是", "not_applicable": "exclude", "floor": 0.5, "score": {"fixed": 2}}
    veto = {
        "id": "v",
        "title": "否决",
        "when": "乙旗 is 是",
        "scope": "indicator:i11",
        "effect": {"score": 1.5},
        "precedence": 1,
        "reason": "情形成立",
    }
    for model in ("sum", "declared_less_deductions"):
        rulebook = one_indicator(Fraction(4), part, vetoes=[veto], model=model)
        flags = ("是", "否")
        same(rulebook, *(case(flag_a=a, **more) for a in flags for more in ({}, {"flag_b": "是"}, {"flag_b": "否"})))
