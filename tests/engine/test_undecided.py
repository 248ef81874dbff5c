"""What a condition outside a form says where something in it is, or may be, divided by zero."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from engine.assessment import Assessment
from engine.evaluate import Evaluator
from engine.testing.oracle import evaluate
from engine.testing.randombooks import one_indicator
from facts.model import Case, Fact, Period, Subject

FULL = {"full": "甲旗 is 是", "otherwise": 0}
QUOTIENT = "甲金额 / 乙金额 > 95%"
GUARDED = "乙金额 > 0 万元 and 甲金额 / 乙金额 > 95%"
EMPTY: tuple[Any, ...] = ()


def assessed(part: dict[str, Any], facts: dict[str, Any], **root: Any) -> Assessment:
    """Four points for a flag that is set, with a guard; the oracle must not know better."""
    rulebook = one_indicator(Fraction(4), {"score": FULL, **part}, **root)
    given = {"flag_a": "是", **facts}
    period = Period(date(2017, 1, 1), date(2017, 12, 31))
    case = Case(Subject("x", "某单位"), period, {key: Fact(key, value) for key, value in given.items()}, {})
    with Evaluator(rulebook) as evaluator:
        found = evaluator.assess(case)
    expected = evaluate(rulebook, case).score
    assert expected is None or expected == found.score
    return found


def bounds(part: dict[str, Any], facts: dict[str, Any], **root: Any) -> tuple[object, object]:
    found = assessed(part, facts, **root)
    return found.lower, found.upper


GUARDS: dict[str, Callable[[str], dict[str, Any]]] = {
    "void": lambda when: {"void": [{"when": when, "reason": "超支"}]},
    "exempt": lambda when: {
        "exempt": [{"when": when, "reason": "超支"}],
        "score": {"full": "甲旗 is 否", "otherwise": 0},
    },
    "applies": lambda when: {"applies": f"not ({when})", "not_applicable": "exclude"},
}


@pytest.mark.parametrize("guard", GUARDS)
def test_a_guard_divided_by_zero_leaves_both_outcomes_and_so_it_does_before_that_is_known(guard: str) -> None:
    part, hundred = GUARDS[guard](QUOTIENT), Fraction(1_000_000)
    assert bounds(part, {"money_a": hundred, "money_b": Fraction(0)}) == (0, 4)
    assert bounds(part, {"money_a": hundred}) == (0, 4)
    # Nothing was spent: below 95% of every budget but none at all.
    assert bounds(part, {"money_a": Fraction(0)}) == (0, 4)
    assert assessed(part, {"money_a": Fraction(0), "money_b": hundred}).score is not None


@pytest.mark.parametrize("guard", GUARDS)
def test_a_guard_that_says_what_zero_means_is_decided(guard: str) -> None:
    facts = {"money_a": Fraction(1_000_000), "money_b": Fraction(0)}
    holds = GUARDS[guard](f"乙金额 = 0 万元 or {QUOTIENT}")
    fails = GUARDS[guard](GUARDED)
    assert {assessed(holds, facts).score, assessed(fails, facts).score} == {0, 4}


def test_a_veto_divided_by_zero_leaves_the_result_open() -> None:
    veto = {
        "id": "v",
        "title": "否决",
        "when": QUOTIENT,
        "scope": "result",
        "effect": "zero",
        "precedence": 1,
        "reason": "超支",
    }
    facts = {"money_a": Fraction(0), "money_b": Fraction(0)}
    assert bounds({}, facts, vetoes=[veto]) == (0, 4)
    assert bounds({}, facts, vetoes=[{**veto, "when": GUARDED}]) == (4, 4)


def test_a_check_divided_by_zero_accuses_nobody() -> None:
    check = {"id": "c", "title": "勾稽", "that": "甲金额 / 乙金额 <= 100%", "severity": "error", "message": "不符"}
    facts = {"money_a": Fraction(1), "money_b": Fraction(0)}
    assert [one.code for one in assessed({}, facts, checks=[check]).findings] == []


def test_a_row_that_may_be_divided_by_zero_counts_both_ways_and_so_it_does_before_that_is_known() -> None:
    part = {"score": {"deduct": [{"points": 1, "each": "count(明细 where 完成值 / 指标值 >= 0)", "reason": "未完成"}]}}
    for target in (None, Fraction(0)):
        row = {"完成": "是", "金额": None, "件数": None, "分值": None, "完成值": Fraction(3), "指标值": target}
        assert bounds(part, {"items": (row,)}) == (3, 4)


def test_points_that_may_be_divided_by_zero_are_anything_up_to_the_points_of_the_section() -> None:
    rulebook_points = {"points": "8 / count(明细)"}
    for facts in ({}, {"items": EMPTY}):
        found = assessed(rulebook_points, facts)
        assert (found.indicators[0].lower, found.indicators[0].upper)[0] == 0
        assert found.indicators[0].upper >= 4
