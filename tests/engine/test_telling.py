"""Conditions told as prose: no operator of the rule language in a Chinese sentence, bounds as people say them."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from engine.assessment import Assessment
from engine.telling import bounds_text, folded
from facts.units import DATE, PLAIN, Unit, parse_unit
from facts.values import Interval
from tests.engine.example import assessed, checked, indicator, section, sound

# What a formula is written with and a sentence is not.
OPERATORS = re.compile(r"<=|>=|!=|\b(is|and|or|not|in|round|count|sum|any|all|none|where|half_up)\b")


def of(condition: str, facts: str, measure: str = "") -> Assessment:
    """Assessed by one condition that gives full points."""
    score = f"full: '{condition}'\notherwise: 0"
    return assessed(sound(section(indicator(score, measure))), facts)


def deciding(found: Assessment) -> tuple[str, str, str]:
    """Why the points were given, in both languages, and the comparison as the machine executed it."""
    step = next(step for step in found.trail if step.rule.startswith("only/") and step.after is not None)
    return step.reason.zh, step.reason.en, step.compared


@pytest.mark.parametrize(
    ("condition", "facts", "zh", "en", "compared"),
    [
        ("已公开 is 是", "已公开: 是", "已公开为“是”", "“已公开” is “是”", "已公开(是) is “是”"),
        ("质量 is not 差", "质量: 优", "质量为“优”而不为“差”", "“质量” is “优”, not “差”", "质量(优) is not 差"),
        ("发文数 != 通知数", "发文数: 5 份\n通知数: 4 份", "5 份 ≠ 4 份", "5 份 ≠ 4 份", "5 份 != 4 份"),
        ("发文数 <= 680 份", "发文数: 5 份", "5 份 ≤ 680 份", "5 份 ≤ 680 份", "5 份 <= 680 份"),
        (
            "发文数 <= 680 份",
            "发文数: {at_most: 680 份}",
            "仅知不超过 680 份,故 ≤ 680 份",
            "known to be at most 680 份, so ≤ 680 份",
            "[0 份, 680 份] <= 680 份",
        ),
        (
            "已公开 is 是 and 发文数 >= 3 份",
            "已公开: 是\n发文数: {at_least: 5 份}",
            "已公开为“是” 且 不少于 5 份(≥ 3 份)",
            "“已公开” is “是” and at least 5 份 (≥ 3 份)",
            "已公开(是) is “是” and ≥5 份 >= 3 份",
        ),
        (
            "round(决算数 / 预算数, 2, half_up) >= 67%",
            "决算数: 2 万元\n预算数: 3 万元",
            "(2 万元 ÷ 3 万元)四舍五入保留 2 位小数 ≥ 67%",
            "(2 万元 ÷ 3 万元) rounded half up to 2 places ≥ 67%",
            "round(2 万元 / 3 万元, 2, half_up) >= 67%",
        ),
        (
            "count(绩效目标 where 是否量化 is 否) <= 1",
            "绩效目标: {rows: [{名称: 甲, 是否量化: 否}]}",
            "绩效目标中是否量化为“否”的个数(1) ≤ 1",
            "the number of the rows of “绩效目标” where “是否量化” does not hold (1) ≤ 1",
            "count(绩效目标 where 是否量化 is 否)(1) <= 1",
        ),
    ],
)
def test_a_condition_that_holds(condition: str, facts: str, zh: str, en: str, compared: str) -> None:
    told = deciding(of(condition, facts))
    assert told == (f"达到标准({zh}),得 10.00 分", f"the criterion is met ({en}): 10.00 points", compared)


@pytest.mark.parametrize(
    ("condition", "facts", "zh"),
    [
        ("已公开 is 是", "已公开: 否", "已公开为“否”"),
        ("质量 is 优", "质量: 差", "质量为“差”而不为“优”"),
        ("质量 is 优 or 已公开 is 是", "质量: 差\n已公开: 否", "质量为“差”而不为“优” 且 已公开为“否”"),
        ("质量 is 优 and 已公开 is 是", "质量: 优\n已公开: 否", "并非(质量为“优” 且 已公开(否)为“是”)"),
        ("质量 is not 优 and 已公开 is 是", "质量: 优\n已公开: 是", "并非(质量(优)不为“优” 且 已公开为“是”)"),
        ("发文数 <= 680 份", "发文数: 681 份", "681 份 > 680 份"),
        ("发文数 <= 680 份", "发文数: {at_least: 700 份}", "仅知不少于 700 份,故 > 680 份"),
        (
            "any 绩效目标 where 是否量化 is 否",
            "绩效目标: {rows: [{名称: 甲, 是否量化: 是}]}",
            "绩效目标中没有是否量化为“否”的",
        ),
        (
            "all 绩效目标 where 是否量化 is 是",
            "绩效目标: {rows: [{名称: 甲, 是否量化: 否}]}",
            "并非(绩效目标全部是否量化为“是”)",
        ),
    ],
)
def test_a_condition_that_does_not_hold_is_told_as_what_was_found(condition: str, facts: str, zh: str) -> None:
    found = of(condition, facts)
    ((lost,),) = [one.deductions for one in found.indicators]
    assert f"({zh})" in lost.reason.zh
    every = [step.reason.zh for step in found.trail]
    every += [unfired.because.zh for step in found.trail for unfired in step.unfired]
    assert every and not [text for text in every if OPERATORS.search(text)]


def test_a_measure_of_which_a_bound_is_known_is_told_as_the_bound() -> None:
    (one,) = of("<= 680 份", "发文数: {at_most: 680 份}", "measure: 发文数\n").indicators
    assert one.measure is not None
    assert (one.measure.shown, one.measure.told.zh, one.measure.told.en) == (
        "[0 份, 680 份]",
        "不超过 680 份",
        "at most 680 份",
    )


PERCENT = parse_unit("%") or PLAIN
COPIES = parse_unit("份") or PLAIN
YEAR = Unit("", DATE, Fraction(1))
ONE, TWO = Fraction(1), Fraction(2)


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (Interval(None, ONE), PERCENT, "不高于 100%", "at most 100%"),
        (Interval(ONE, None, True), PERCENT, "高于 100%", "above 100%"),
        (Interval(None, TWO, False, True), COPIES, "少于 2 份", "below 2 份"),
        (Interval(ONE, TWO), COPIES, "在 1 份至 2 份之间", "from 1 份 to 2 份"),
        (Interval(ONE, TWO, True, False), COPIES, "超过 1 份且不超过 2 份", "above 1 份 and at most 2 份"),
        (Interval(Fraction(736330), None), YEAR, "不早于 2017-01-01", "no earlier than 2017-01-01"),
        (Interval(), COPIES, "?", "?"),
    ],
)
def test_bounds(value: Interval, unit: Unit, zh: str, en: str) -> None:
    assert bounds_text(value, unit) == (zh, en)


def test_what_a_decision_asks_in_two_halves_is_told_as_one() -> None:
    assert folded(checked("发文数 <= 通知数 and 发文数 >= 通知数")) == checked("发文数 = 通知数")
    apart = checked("发文数 <= 通知数 and 发文数 >= 3")
    assert folded(apart) == apart
    assert folded(checked("not (发文数 <= 3 and 发文数 >= 3) or 已公开 is 是")) == checked(
        "not (发文数 = 3) or 已公开 is 是"
    )
