"""Formulas as rule writers type them, and as they mistype them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.expr import Comparison, DateLiteral, Expr, Is, Label, Logic, Name, Negative, Not, Number, Rollup, Subject
from engine.lexer import KEYWORDS, MAX_LENGTH
from engine.parser import MAX_DEPTH, parse_formula
from engine.showing import formula_text
from facts.provenance import Position
from tests.engine.example import HERE, parsed
from tests.engine.formulas import conditions, name_of, quantities

SAME = [
    # what is written, the same with all its brackets
    ("甲 + 乙 * 丙", "甲 + (乙 * 丙)"),
    ("甲 - 乙 - 丙", "(甲 - 乙) - 丙"),
    ("甲 / 乙 * 丙", "(甲 / 乙) * 丙"),
    ("-甲 * 乙", "(-甲) * 乙"),
    ("甲 > 1 and 乙 > 1 or 丙 > 1", "(甲 > 1 and 乙 > 1) or 丙 > 1"),
    ("甲 > 1 or 乙 > 1 and 丙 > 1", "甲 > 1 or (乙 > 1 and 丙 > 1)"),
    ("not 甲 > 1 and 乙 > 1", "(not (甲 > 1)) and 乙 > 1"),
    ("甲 + 1 >= 乙 * 2", "(甲 + 1) >= (乙 * 2)"),
    ("any 目标 where 甲 is 是 and 乙 is 否", "any 目标 where (甲 is 是 and 乙 is 否)"),
    # the spellings of a Chinese keyboard
    ("(甲+乙)×2÷3", "(甲 + 乙) * 2 / 3"),
    ("甲≤100％", "甲 <= 100%"),
    ("甲≦１００％", "甲 <= 100%"),
    ("甲 ≥ 95％ 且 乙 ≠ 0", "甲 >= 95% and 乙 != 0"),
    ("甲 ＞ 1 或 乙 ＜ 2", "甲 > 1 or 乙 < 2"),
    ("甲 <> 1", "甲 != 1"),
    ("甲 == 1", "甲 = 1"),
    ("甲 => 1", "甲 >= 1"),
    ("甲＝1", "甲 = 1"),
    ("非 甲 是 是", "not 甲 is 是"),
    ("甲 不是 优", "甲 is not 优"),
    ("甲 为 优", "甲 is 优"),
    ("计数(目标 其中 是否量化 是 否)", "count(目标 where 是否量化 is 否)"),
    ("任一 目标 其中 甲 是 否", "any 目标 where 甲 is 否"),
    ("合计(目标,甲÷乙×3 其中 丙 是 否)", "sum(目标, (甲 / 乙) * 3 where 丙 is 否)"),
    ("舍入(甲,2,half_up)", "round(甲, 2, half_up)"),
    ("取小(甲, 乙)", "least(甲, 乙)"),
    ("排名(甲, 表.列, 升序)", "rank(甲, 表.列, asc)"),
    ("总分() >= 60 分", "total() >= 60 分"),
    ("测算值 > 1", "measure > 1"),
    ("> 1", "measure > 1"),
    ("is 优", "measure is 优"),
    (">= 80% and < 90%", "measure >= 80% and measure < 90%"),
    ("甲 is '优'", "甲 is “优”"),
    ("甲 is not not", "甲 is not “not”"),
    ("80% <= 甲 < 90%", "80% <= 甲 and 甲 < 90%"),
    ("`“12345”平台投诉率` < 5%", "`“12345”平台投诉率` < 5 %"),
    ("5,657.15 万元", "5657.15 万元"),
    ("５，６５７．１５万元", "5657.15 万元"),
]


@pytest.mark.parametrize(("written", "meant"), SAME, ids=[written for written, _ in SAME])
def test_a_formula_means_what_its_full_spelling_means(written: str, meant: str) -> None:
    assert parsed(written) == parsed(meant)


@pytest.mark.parametrize(
    ("written", "value", "unit"),
    [
        ("100%", Fraction(1), "%"),
        ("100％", Fraction(1), "%"),
        ("5‰", Fraction(1, 200), "‰"),
        ("1 个百分点", Fraction(1, 100), "百分点"),
        ("0.1百分点", Fraction(1, 1000), "百分点"),
        ("5,657.15 万元", Fraction(56571500), "万元"),
        ("680 份", Fraction(680), "份"),
        ("3 万人", Fraction(30000), "万人"),
        ("15 个工作日", Fraction(15), "工作日"),
        ("1.5 倍", Fraction(3, 2), "倍"),
        ("2 小时", Fraction(7200), "小时"),
        ("3 亩", Fraction(2000), "亩"),
        ("12", Fraction(12), ""),
    ],
)
def test_a_literal_is_read_in_base_units(written: str, value: Fraction, unit: str) -> None:
    tree = parsed(written)
    assert isinstance(tree, Number)
    assert (tree.value, tree.unit.name) == (value, unit)


@pytest.mark.parametrize("written", ["2017-12-31", "2017年12月31日", "２０１７年１２月３１日"])
def test_a_day_is_read_in_either_spelling(written: str) -> None:
    assert parsed(written) == DateLiteral(date(2017, 12, 31))


def test_quoted_text_is_a_label_and_a_backquoted_name_a_name() -> None:
    assert parsed("“达到 要求”") == Label("达到 要求")
    assert parsed("`达到 要求`") == Name("达到 要求")
    assert parsed("甲 is “达到 要求”") == Is(Name("甲"), "达到 要求")


def test_a_word_of_the_language_is_a_name_where_no_bracket_follows() -> None:
    assert parsed("天数 > 3 天") == parsed("`天数` > 3 天")
    assert parsed("score(three-public-control) >= 1 分") == Comparison(
        ">=", Rollup("score", "three-public-control"), parsed("1 分")
    )


def test_minus_and_not_repeat() -> None:
    assert parsed("--甲") == Negative(Negative(Name("甲")))
    assert parsed("not not 甲 > 1") == Not(Not(parsed("甲 > 1")))


def test_a_condition_that_begins_with_an_operator_is_about_the_measure() -> None:
    assert parsed("<= 5") == Comparison("<=", Subject(), parsed("5"))


@pytest.mark.parametrize(
    ("text", "column", "code"),
    [
        ("决算数 / ", 7, "formula-syntax"),
        ("(决算数", 5, "formula-syntax"),
        ("决算数 预算数", 5, "formula-syntax"),
        ("决算数 # 2", 5, "formula-syntax"),
        ("决算数 > 5 尺", 9, "unknown-unit"),
        ("决算数 > 1e400", 8, "unknown-unit"),
        ("决算数 is ", 8, "formula-syntax"),
        ("“没有结束", 1, "formula-syntax"),
        ("决算数 > `没有结束", 7, "formula-syntax"),
        ("印发日期 <= 2017-02-30", 9, "bad-date"),
        ("印发日期 <= 2017年13月1日", 9, "bad-date"),
        ("甲 > " + "9" * 61, 5, "not-a-number"),
        ("", 1, "formula-syntax"),
        ("  ", 3, "formula-syntax"),
        ("count(目标.金额)", 13, "formula-syntax"),
        ("count(目标, 金额)", 14, "formula-syntax"),
        ("sum(目标, 金额 > 3)", 12, "formula-syntax"),
        ("sum(目标)", 8, "formula-syntax"),
        ("least(甲)", 9, "formula-syntax"),
        ("least(1,200, 3)", 7, "formula-syntax"),
        ("total(甲)", 9, "formula-syntax"),
        ("any 目标 甲", 8, "formula-syntax"),
        ("甲 > 1 and", 10, "formula-syntax"),
        ("甲 >= <= 1", 6, "formula-syntax"),
    ],
)
def test_a_mistake_is_reported_at_its_column(text: str, column: int, code: str) -> None:
    tree, problems = parse_formula(text, Position("管理.yaml", 12, 1))
    assert tree is None
    assert [(p.code, p.at.line, p.at.column) for p in problems] == [(code, 12, column)]
    assert problems[0].message.zh and problems[0].message.en


def test_a_mistake_at_the_end_is_reported_just_behind_the_formula() -> None:
    _, (problem,) = parse_formula("甲 > 1 and", Position("管理.yaml", 12, 20))
    assert str(problem.at) == "管理.yaml:12:29"


def test_every_node_knows_its_column() -> None:
    tree = parsed("预算数 > 0 and not 决算数 is 是")
    assert isinstance(tree, Logic)
    comparison, negation = tree.operands
    assert isinstance(comparison, Comparison) and isinstance(negation, Not) and isinstance(negation.operand, Is)
    shifts = [node.at.column - HERE.column for node in (comparison, comparison.right, negation, negation.operand)]
    assert shifts == [0, 6, 12, 16]


@pytest.mark.parametrize(
    "shape", ["({})", "-{}", "not {}", "any 表 where {}", "abs({})", "least(1, {})", "round({}, 2)", "rank({}, 表.列)"]
)
def test_a_formula_nested_without_end_is_a_problem(shape: str) -> None:
    text = "甲"
    for _ in range(MAX_DEPTH * 3):
        text = shape.format(text)
    tree, problems = parse_formula(text, HERE)
    assert tree is None
    assert [p.code for p in problems] == ["formula-syntax"]


def test_a_label_that_is_the_word_not_is_written_in_quotes() -> None:
    tree = Is(Subject(), "not")
    assert parsed(formula_text(tree, name_of)) == tree


def test_a_formula_may_be_long_but_not_endless() -> None:
    longest = "甲+" * (MAX_LENGTH // 2 - 1) + "甲甲"
    assert parse_formula(longest, HERE)[0] is not None
    assert [p.code for p in parse_formula(longest + "甲", HERE)[1]] == ["formula-syntax"]


FRAGMENTS = st.sampled_from(
    (
        *KEYWORDS,
        "甲",
        "目标",
        "12",
        "1,234.5",
        "99%",
        "万元",
        "2017-12-31",
        "(",
        ")",
        "（",
        "）",
        ".",
        ",",
        "，",
        "`",
        "“",
        "”",
    )
)
OPERATORS = st.sampled_from(("+", "-", "*", "/", "<", "<=", "≥", "!=", " ", "\n", "\0", "𝟘", "①", "²", "\u3000"))


@given(st.one_of(st.text(max_size=60), st.lists(st.one_of(FRAGMENTS, OPERATORS), max_size=25).map(" ".join)))
def test_no_text_whatever_raises(text: str) -> None:
    tree, problems = parse_formula(text, HERE)
    assert (tree is None) == bool(problems)
    for problem in problems:
        assert problem.at.line == HERE.line
        assert HERE.column <= problem.at.column <= HERE.column + len(text)
        assert problem.show("zh") and problem.show("en")


@given(st.lists(st.one_of(FRAGMENTS, OPERATORS), max_size=25).map("".join))
def test_what_can_be_read_can_be_written_and_read_again(text: str) -> None:
    tree, _ = parse_formula(text, HERE)
    if tree is not None and "total" not in text:
        assert parsed(formula_text(tree, name_of)) == tree


@given(quantities)
def test_the_text_of_a_quantity_reads_back_as_the_same_quantity(tree: Expr) -> None:
    assert parsed(formula_text(tree, name_of)) == tree


@given(conditions)
def test_the_text_of_a_condition_reads_back_as_the_same_condition(tree: Expr) -> None:
    assert parsed(formula_text(tree, name_of)) == tree
