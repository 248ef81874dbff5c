"""What sums and counts over rows are shown never to be, and what is not taken for shown."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.compute import UNDEFINED, Env
from engine.trials.rows import NOT_NEGATIVE, NOTHING, rows_span
from engine.typecheck import Scope
from facts.values import EVERYTHING, Interval
from tests.engine.example import COMPILER, WORDS, checked

SHOWN: tuple[tuple[str, Interval], ...] = (
    ("sum(绩效目标.金额)", NOT_NEGATIVE),
    ("sum(绩效目标, 金额 * (1 - 件数 / 3 件) where 件数 < 3)", NOT_NEGATIVE),
    ("sum(绩效目标, 金额 * (1 - 3 件 / 件数) where 件数 > 3 件)", NOT_NEGATIVE),
    ("sum(绩效目标, 金额 - least(金额, 5 万元))", NOT_NEGATIVE),
    ("sum(绩效目标, 金额 - greatest(金额 * 80%, 金额 * 0.5))", NOT_NEGATIVE),
    ("sum(绩效目标, greatest(金额 - 5 万元, 0 万元))", NOT_NEGATIVE),
    ("sum(绩效目标, 金额 * (件数 - 3 件) / 3 件 where 件数 >= 3 件 and 是否量化 is 是)", NOT_NEGATIVE),
    ("count(绩效目标 where (件数 < 3 件 and 是否量化 is 是) and 件数 > 3 件)", NOTHING),
    ("count(绩效目标 where 件数 = 0 件 and 3 件 < 件数)", NOTHING),
    ("count(绩效目标 where 件数 < 0 件)", NOTHING),
    ("count(绩效目标 where 件数 > 3 件)", NOT_NEGATIVE),
)
NOT_SHOWN = (
    "sum(绩效目标, 金额 - 5 万元)",
    "sum(绩效目标, 金额 * (1 - 件数 / 3 件))",
    "sum(绩效目标, 金额 * (1 - 件数 / 3 件) where 件数 < 4 件)",
    "sum(绩效目标, 金额 * (1 - 件数 / 3 件) where 件数 < 3 件 or 是否量化 is 是)",
    "sum(绩效目标, 金额 * (1 - 件数 / 3 件) where 件数 > 3 件)",
    "sum(绩效目标, 金额 - greatest(金额, 5 万元))",
    "sum(绩效目标, 金额 - 金额 * 101%)",
    "sum(绩效目标, least(金额 - 5 万元, 0 万元))",
)
amounts = st.one_of(st.integers(0, 6), st.fractions(0, 10)).map(Fraction)
rows = st.lists(
    st.fixed_dictionaries(
        {
            "名称": st.just("甲"),
            "是否量化": st.sampled_from(("是", "否")),
            "金额": amounts.map(lambda value: value * 10000),
            "件数": st.integers(0, 5).map(Fraction),
        }
    ),
    max_size=4,
)


@pytest.mark.parametrize(("formula", "span"), SHOWN)
def test_what_is_asked_of_each_row_shows_what_their_sum_can_be(formula: str, span: Interval) -> None:
    assert rows_span(checked(formula), Scope(WORDS)) == span


@pytest.mark.parametrize("formula", NOT_SHOWN)
def test_what_can_be_negative_is_not_taken_for_anything_else(formula: str) -> None:
    assert rows_span(checked(formula), Scope(WORDS)) == EVERYTHING


@pytest.mark.parametrize("formula", [formula for formula, _ in SHOWN])
@given(rows)
def test_no_rows_make_what_was_shown_to_be_impossible(formula: str, table: list[dict[str, Fraction | str]]) -> None:
    tree = checked(formula)
    found = COMPILER.quantity(tree)(Env({"targets": tuple(table)}, {}), None)
    assert found is UNDEFINED or (isinstance(found, Fraction) and rows_span(tree, Scope(WORDS)).contains(found))
