"""What formulas come to, with facts known, missing and bounded; tables by hand."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.compute import UNDEFINED, Compiler, Env, Known
from facts.model import Row
from facts.values import EVERYTHING, Interval
from tests.engine.example import COMPILER, WORDS, checked

WAN = 10_000
ROWS: tuple[Row, ...] = (
    {"名称": "申报表", "是否量化": "否", "金额": Fraction(30 * WAN), "件数": Fraction(3)},
    {"名称": "自评表", "是否量化": "是", "金额": Fraction(10 * WAN), "件数": Fraction(5)},
    {"名称": "年度计划", "是否量化": "是", "金额": Fraction(20 * WAN), "件数": Fraction(4)},
)
WITH_HOLES: tuple[Row, ...] = (
    {"名称": "申报表", "是否量化": None, "金额": Fraction(30 * WAN), "件数": None},
    {"名称": "自评表", "是否量化": "是", "金额": Fraction(10 * WAN), "件数": Fraction(5)},
)


def value(formula: str, facts: dict[str, Known] | None = None, compiler: Compiler = COMPILER) -> object:
    """What a formula comes to; missing facts are everything their concept allows."""
    given_ = {c.id: c.range for c in WORDS.concepts.values() if c.type in ("quantity", "score")} | (facts or {})
    return compiler.quantity(checked(formula))(Env(given_, {}), None)


def truth(condition: str, facts: dict[str, Known] | None = None) -> bool | None:
    """Whether a condition holds."""
    given_ = {c.id: c.range for c in WORDS.concepts.values() if c.type in ("quantity", "score")} | (facts or {})
    return COMPILER.truth(checked(condition))(Env(given_, {}), None)


def span(lo: object, hi: object) -> Interval:
    """A closed range."""
    return Interval(Fraction(str(lo)), Fraction(str(hi)))


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("count(绩效目标)", 3),
        ("count(绩效目标 where 是否量化 is 是)", 2),
        ("share(绩效目标 where 是否量化 is 是)", Fraction(2, 3)),
        ("sum(绩效目标.金额)", 60 * WAN),
        ("sum(绩效目标.金额 where 是否量化 is 否)", 30 * WAN),
        ("average(绩效目标.件数)", 4),
        ("max(绩效目标.件数 where 是否量化 is 是)", 5),
        ("min(绩效目标.金额)", 10 * WAN),
        ("sum(绩效目标.件数 where 名称 is 没有)", 0),
        ("sum(绩效目标, 金额 / 件数 * 1 份)", 17 * WAN),
        ("sum(绩效目标, 金额 / 件数 * 1 份 where 是否量化 is 是)", 7 * WAN),
        ("sum(绩效目标, 金额 - 金额)", 0),
        ("average(绩效目标, least(金额, 20 万元))", Fraction(50 * WAN, 3)),
        ("max(绩效目标, 金额 - 5 万元)", 25 * WAN),
        ("min(绩效目标, 件数 - 4 份 where 金额 > 10 万元)", -1),
        ("sum(绩效目标, 件数 where 名称 is 没有)", 0),
        ("rank(25 万元, 绩效目标.金额, desc)", 2),
        ("rank(20 万元, 绩效目标.金额, desc)", 2),
        ("rank(20 万元, 绩效目标.金额, asc)", 2),
        ("rank(5 万元, 绩效目标.金额, desc)", 4),
    ],
)
def test_a_table_is_counted_added_and_ranked(formula: str, expected: object) -> None:
    assert value(formula, {"targets": ROWS}) == expected


@pytest.mark.parametrize(
    "formula", ["share(绩效目标 where 金额 > 0)", "average(绩效目标.金额)", "max(绩效目标.金额)", "min(绩效目标.件数)"]
)
def test_of_an_empty_table_there_is_no_share_mean_or_extreme(formula: str) -> None:
    assert value(formula, {"targets": ()}) is UNDEFINED


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("count(绩效目标)", Interval(Fraction(0), None)),
        ("share(绩效目标 where 是否量化 is 是)", span(0, 1)),
        ("sum(绩效目标.金额)", Interval(Fraction(0), None)),
        ("max(绩效目标.金额)", Interval(Fraction(0), None)),
        ("sum(绩效目标, 金额 - 3 万元)", EVERYTHING),
        ("sum(绩效目标, 3 万元 - greatest(金额, 3 万元))", Interval(None, Fraction(0))),
    ],
)
def test_a_missing_table_can_be_anything(formula: str, expected: object) -> None:
    assert value(formula) == expected


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("count(绩效目标 where 是否量化 is 是)", span(1, 2)),
        ("share(绩效目标 where 是否量化 is 是)", span("0.5", 1)),
        ("sum(绩效目标.金额 where 是否量化 is 是)", span(10 * WAN, 40 * WAN)),
        ("max(绩效目标.金额 where 是否量化 is 是)", span(10 * WAN, 30 * WAN)),
        ("min(绩效目标.金额 where 是否量化 is 是)", Fraction(10 * WAN)),
        ("average(绩效目标.金额 where 是否量化 is 是)", span(10 * WAN, 30 * WAN)),
        ("rank(4 份, 绩效目标.件数, desc)", span(2, 3)),
        # No count is below zero, and what divides is one at least.
        ("sum(绩效目标, 金额 / 件数 * 1 份)", span(2 * WAN, 32 * WAN)),
        ("sum(绩效目标, 金额 / 件数 * 1 份 where 是否量化 is 是)", span(2 * WAN, 32 * WAN)),
        ("max(绩效目标, 件数 - 2 份)", Interval(Fraction(3), None)),
    ],
)
def test_a_hole_in_a_table_leaves_a_range(formula: str, expected: object) -> None:
    assert value(formula, {"targets": WITH_HOLES}) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("any 绩效目标 where 是否量化 is 是", True),
        ("any 绩效目标 where 是否量化 is 否", None),
        ("all 绩效目标 where 是否量化 is 是", None),
        ("all 绩效目标 where 金额 > 20 万元", False),
        ("none 绩效目标 where 是否量化 is 否", None),
        ("none 绩效目标 where 金额 > 50 万元", True),
    ],
)
def test_statements_about_rows_know_what_a_hole_leaves_open(condition: str, expected: bool | None) -> None:
    assert truth(condition, {"targets": WITH_HOLES}) is expected


def test_a_row_that_counts_and_divides_by_zero_leaves_no_sum_and_one_that_may_count_leaves_any() -> None:
    by_zero: Row = {"名称": "零", "是否量化": "是", "金额": Fraction(WAN), "件数": Fraction(0)}
    formula = "sum(绩效目标, 金额 / 件数 * 1 份 where 是否量化 is 是)"
    assert value(formula, {"targets": (*ROWS, by_zero)}) is UNDEFINED
    assert value(formula, {"targets": (*ROWS, {**by_zero, "是否量化": "否"})}) == 7 * WAN
    assert value(formula, {"targets": (*ROWS, {**by_zero, "是否量化": None})}) == EVERYTHING


@pytest.mark.parametrize(("word", "expected"), [("any", False), ("all", True), ("none", True)])
def test_of_no_rows_all_and_none_hold(word: str, expected: bool) -> None:
    assert truth(f"{word} 绩效目标 where 是否量化 is 是", {"targets": ()}) is expected


def test_a_zero_denominator_is_no_number_and_decides_nothing() -> None:
    facts: dict[str, Known] = {"actual": Fraction(5), "budget": Fraction(0)}
    assert value("决算数 / 预算数", facts) is UNDEFINED
    assert value("决算数 / 预算数 * 2 - 1", facts) is UNDEFINED
    assert value("abs(决算数 / 预算数)", facts) is UNDEFINED
    assert truth("决算数 / 预算数 <= 100%", facts) is None


def test_a_rate_is_exact_beyond_every_float() -> None:
    facts: dict[str, Known] = {"actual": Fraction(10**18 + 1), "budget": Fraction(10**18)}
    assert truth("决算数 / 预算数 <= 100%", facts) is False
    assert truth("决算数 / 预算数 > 100%", facts) is True


def test_false_and_unknown_is_false_and_true_or_unknown_is_true() -> None:
    facts: dict[str, Known] = {"documents": Fraction(700)}
    assert truth("发文数 <= 680 and 已公开 is 是", facts) is False
    assert truth("发文数 > 680 or 已公开 is 是", facts) is True
    assert truth("发文数 > 680 and 已公开 is 是", facts) is None
    assert truth("not (发文数 <= 680 and 已公开 is 是)", facts) is True


def test_a_stated_bound_decides_what_it_can() -> None:
    facts: dict[str, Known] = {"documents": Interval(Fraction(0), Fraction(680))}
    assert truth("发文数 <= 680 份", facts) is True
    assert truth("发文数 < 680 份", facts) is None
    assert truth("发文数 > 680 份", facts) is False
    assert truth("通知数 <= 100 份") is True


def test_days_are_counted_between_dates() -> None:
    facts: dict[str, Known] = {
        "issued": Fraction(date(2017, 12, 20).toordinal()),
        "due": Fraction(date(2018, 1, 4).toordinal()),
    }
    assert value("days(印发日期, 截止日期)", facts) == 15
    assert truth("截止日期 - 印发日期 <= 15 天", facts) is True
    assert truth("印发日期 + 15 天 >= 截止日期", facts) is True
    assert truth("印发日期 <= 2017年12月20日", facts) is True


OF_ROWS = (
    *(f"{function}(绩效目标.件数{{}})" for function in ("sum", "average", "max", "min")),
    *(f"{function}(绩效目标, 金额 / 件数 * 1 份{{}})" for function in ("sum", "average", "max", "min")),
    "sum(绩效目标, (3 份 - 件数) * 金额 / greatest(预算数, 1 元){})",
    "sum(绩效目标, 件数 * 金额 / 预算数{})",
)


@given(
    st.lists(
        st.tuples(st.one_of(st.none(), st.sampled_from(("是", "否"))), st.one_of(st.none(), st.integers(0, 5))),
        max_size=4,
    ),
    st.data(),
)
def test_every_completion_of_a_table_lies_in_the_range_of_the_table_with_holes(
    rows: list[tuple[str | None, int | None]], data: st.DataObject
) -> None:
    budget: dict[str, Known] = {"budget": Fraction(data.draw(st.integers(0, 2)))}
    holes: tuple[Row, ...] = tuple(
        {"是否量化": f, "件数": None if n is None else Fraction(n), "金额": Fraction(3)} for f, n in rows
    )
    full: tuple[Row, ...] = tuple(
        {
            "是否量化": row["是否量化"] or data.draw(st.sampled_from(("是", "否"))),
            "件数": row["件数"] if row["件数"] is not None else Fraction(data.draw(st.integers(0, 5))),
            "金额": Fraction(3),
        }
        for row in holes
    )
    where = " where 是否量化 is 是 or 件数 > 3 份"
    for function in ("count(绩效目标{})", "share(绩效目标{})", *OF_ROWS):
        for condition in ("", where):
            formula = function.format(condition)
            wide, exact = (value(formula, {**budget, "targets": table}) for table in (holes, full))
            if isinstance(exact, Fraction) and wide is not UNDEFINED:
                assert wide == exact or (isinstance(wide, Interval) and wide.contains(exact)), formula
