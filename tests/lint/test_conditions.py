"""Where conditions can hold: exact at every limit, and impossible only where it is."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from engine import ranges
from engine.compute import Compiler, Env, Known, compare
from engine.expr import Expr, Name
from engine.lint.conditions import ANYTHING, MAX_BOXES, always, never, where
from engine.lint.values import Labels, World
from engine.typecheck import Scope, check
from facts.values import Interval
from tests.engine.example import WORDS, checked, parsed

WORLD = World(WORDS, {})
RATE = Name("rate")
OPERATORS = ("<", "<=", ">", ">=", "=", "!=")


def span_of(text: str) -> Interval | None:
    found = check(parsed(text), Scope(WORDS))
    assert not found.problems
    return WORLD.span(found.tree)


def possible(tree: Expr, key: Expr, value: Fraction, *, holds: bool) -> bool:
    """Whether some box leaves a value possible."""
    for box in where(ANYTHING, tree, WORLD, holds=holds):
        known = box.get(key)
        assert known is not None and not isinstance(known, Labels)
        if ranges.intersection(ranges.ranges(Interval.point(value)), known):
            return True
    return False


@pytest.mark.parametrize(("operator", "turned"), list(product(OPERATORS, (False, True))))
def test_a_comparison_is_possible_at_exactly_the_values_it_holds_of(operator: str, turned: bool) -> None:
    tree = checked(f"90% {operator} 执行率" if turned else f"执行率 {operator} 90%")
    for value in (Fraction("0.8999999999"), Fraction("0.9"), Fraction("0.9000000001")):
        left, right = (Fraction("0.9"), value) if turned else (value, Fraction("0.9"))
        truth = compare(left, operator, right)
        assert possible(tree, RATE, value, holds=True) == truth
        assert possible(tree, RATE, value, holds=False) != truth


NEVER = (
    "控制率 < 0%",
    "通知数 > 100 份",
    "通知数 > 2 份 and 通知数 < 3 份",
    "执行率 >= 90% and 执行率 < 90%",
    "执行率 > 控制率 and 控制率 >= 执行率",
    "预算数 < 决算数 and 决算数 < 预算数",
    "质量 is 优 and 质量 is 良",
    "质量 is not 优 and 质量 is not 良 and 质量 is not 中 and 质量 is not 差",
    "not (弄虚作假 is 是 or 弄虚作假 is 否)",
    "备注 is 甲 and 备注 is not 甲",
    "abs(收支差额) < 0 万元",
    "count(绩效目标) < 0",
    "share(绩效目标 where 是否量化 is 是) > 100%",
    "sum(绩效目标.金额) < 0 万元",
    "any 绩效目标 where (是否量化 is 是 and 是否量化 is 否)",
    "(none 绩效目标 where 是否量化 is 是) and (any 绩效目标 where 是否量化 is 是) and 弄虚作假 is 是 and 弄虚作假 is 否",
    "least(通知数, 5 份) > 5 份",
    "greatest(通知数, 5 份) < 5 份",
    "rank(预算数, 绩效目标.金额, desc) < 1",
    "预算数 + 决算数 < 0 万元",
    "通知数 >= 50 份 and 通知数 + 发文数 < 50 份",
    "控制率 >= 90% and 控制率 <= 80% or 质量 is 优 and 质量 is 差",
)
SOMETIMES = (
    "控制率 <= 0%",
    "通知数 >= 100 份",
    "通知数 > 2 份 and 通知数 <= 3 份",
    "执行率 > 89.9% and 执行率 < 90%",
    "执行率 >= 控制率 and 控制率 >= 执行率",
    "收支差额 < 0 万元",
    "质量 is 优 or 质量 is 良",
    "备注 is not 甲 and 备注 is not 乙",
    "count(绩效目标) = 0",
    "any 绩效目标 where 金额 >= 0 万元",
    "all 绩效目标 where 金额 < 0 万元",
    "any 绩效目标 where 是否量化 is 是",
    "none 绩效目标 where 是否量化 is 是",
    "预算数 / 决算数 >= 100%",
    "least(通知数, 5 份) >= 5 份",
    "执行率 < 0%",
    "days(印发日期, 截止日期) < 0 天",
)
ALWAYS = (
    "控制率 >= 0%",
    "通知数 <= 100 份",
    "通知数 != 2.5 份",
    "执行率 >= 90% or 执行率 < 90%",
    "质量 is not 优 or 质量 is not 良",
    "none 绩效目标 where 金额 < 0 万元",
    "all 绩效目标 where 金额 >= 0 万元",
    "预算数 + 决算数 >= 0 万元",
)


@pytest.mark.parametrize("text", NEVER)
def test_what_cannot_hold_is_known_not_to(text: str) -> None:
    assert never(checked(text), WORLD)
    assert always(checked(f"not ({text})"), WORLD)


@pytest.mark.parametrize("text", SOMETIMES)
def test_what_can_hold_and_fail_is_neither(text: str) -> None:
    tree = checked(text)
    assert not never(tree, WORLD) and not always(tree, WORLD)


@pytest.mark.parametrize("text", ALWAYS)
def test_what_cannot_fail_is_known_not_to(text: str) -> None:
    assert always(checked(text), WORLD) and not never(checked(text), WORLD)


def test_with_too_many_alternatives_nothing_is_claimed() -> None:
    text = " and ".join(f"(执行率 > {n}% or 控制率 > {n}%)" for n in range(9))
    few = where(ANYTHING, checked(text), WORLD)
    many = where(ANYTHING, checked(" or ".join(f"执行率 = {n}%" for n in range(MAX_BOXES + 1))), WORLD)

    assert 0 < len(few) <= MAX_BOXES
    assert many == ANYTHING


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("通知数", 0, 100),
        ("预算数 - 决算数", None, None),
        ("通知数 * 2", 0, 200),
        ("10 份 - 通知数", -90, 10),
        ("count(绩效目标)", 0, None),
        ("share(绩效目标 where 是否量化 is 是)", 0, 1),
        ("100 份 / 通知数", 1, 100),
        ("abs(0 份 - 通知数)", 0, 100),
        ("least(通知数, 发文数)", 0, 100),
    ],
)
def test_what_an_expression_can_be(text: str, low: int | None, high: int | None) -> None:
    span = span_of(text)
    assert span is not None
    assert (span.lo, span.hi) == (low, high)


def test_a_denominator_that_is_always_zero_leaves_no_value() -> None:
    assert span_of("预算数 / (通知数 * 0)") is None
    assert where(ANYTHING, checked("预算数 / (决算数 * 0) > 100%"), WORLD) == ()


def test_the_evaluator_agrees_on_the_examples() -> None:
    compiler = Compiler(WORDS, {})
    facts: dict[str, Known] = {
        "rate": Fraction(1, 2),
        "staff_rate": Fraction(1, 2),
        "notices": Fraction(3),
        "quality": "优",
    }
    env = Env(facts, {})
    assert [text for text in NEVER if compiler.truth(checked(text))(env, None) is True] == []
    assert [text for text in ALWAYS if compiler.truth(checked(text))(env, None) is False] == []
