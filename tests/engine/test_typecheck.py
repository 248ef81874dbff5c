"""Names are resolved, and what cannot be compared is said to be so."""

from __future__ import annotations

import pytest

from engine.expr import Comparison, Name, Number
from engine.model import Parameter
from engine.typecheck import Labels, Scope, check, type_text
from facts.units import COUNT, DATE, DAYS, MONEY, NUMBER, POINTS_OF_RATE, RATE, SCORE, parse_unit
from tests.engine.example import HERE, WORDS, checked, parsed

PLAIN_SCOPE = Scope(WORDS)
ROLLUPS = frozenset({"base", "three-public-control"})


def problems_of(text: str, scope: Scope = PLAIN_SCOPE) -> list[str]:
    """Codes of the problems of a formula."""
    return [problem.code for problem in check(parsed(text), scope).problems]


@pytest.mark.parametrize(
    ("formula", "kind"),
    [
        ("决算数 / 预算数", RATE),
        ("决算数 - 预算数", MONEY),
        ("执行率 - 控制率", POINTS_OF_RATE),
        ("执行率 + 5 个百分点", RATE),
        ("执行率 * 决算数", MONEY),
        ("1 - 执行率", RATE),
        ("决算数 / 决算数 - 预算数 / 预算数", POINTS_OF_RATE),
        ("(执行率 - 控制率) / 1 个百分点", NUMBER),
        ("发文数 + 1", COUNT),
        ("发文数 / 通知数", RATE),
        ("满意度分 / 2", NUMBER),
        ("评定分 * 执行率", SCORE),
        ("截止日期 - 印发日期", DAYS),
        ("days(印发日期, 截止日期)", DAYS),
        ("印发日期 + 15 天", DATE),
        ("count(绩效目标)", COUNT),
        ("share(绩效目标 where 是否量化 is 是)", RATE),
        ("sum(绩效目标.金额) / 预算数", RATE),
        ("sum(绩效目标, 评定分 * 金额 / 预算数)", SCORE),
        ("average(绩效目标, least(100%, 金额 / 预算数) where 是否量化 is 是)", RATE),
        ("max(绩效目标, 金额 / 件数 * 1 份)", MONEY),
        ("rank(预算数, 绩效目标.金额, desc)", NUMBER),
        ("质量", Labels(("优", "良", "中", "差"))),
        ("备注", Labels(())),
        ("发文数 > 3 and 已公开 is 是", "truth"),
    ],
)
def test_a_formula_has_the_dimension_its_quantities_give(formula: str, kind: object) -> None:
    found = check(parsed(formula), Scope(WORDS))
    assert not found.problems
    assert found.type == kind


@pytest.mark.parametrize(
    "condition",
    [
        "执行率 >= 95%",
        "执行率 > 0",
        "执行率 - 控制率 <= 5 个百分点",
        "发文数 <= 680 份",
        "发文数 <= 680",
        "发文数 >= 3 期",
        "评定分 >= 60",
        "满意度分 >= 90",
        "印发日期 <= 2017-12-31",
        "决算数 <= 1 亿元",
        "决算数 = 0",
        "用时 <= 15 日",
        "弄虚作假 is true",
        "any 绩效目标 where 是否量化 is 否 and 金额 > 预算数",
    ],
)
def test_like_is_compared_with_like(condition: str) -> None:
    assert problems_of(condition) == []


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("执行率 >= 95", "unit-mismatch"),
        ("执行率 >= 0.95", "unit-mismatch"),
        ("执行率 >= 5 个百分点", "unit-mismatch"),
        ("执行率 - 控制率 <= 5%", "unit-mismatch"),
        ("决算数 > 100", "unit-mismatch"),
        ("决算数 > 发文数", "unit-mismatch"),
        ("决算数 + 发文数 > 0", "unit-mismatch"),
        ("用时 <= 15 个工作日", "unit-mismatch"),
        ("用时 <= 1 个月", "unit-mismatch"),
        ("印发日期 * 2 > 0", "unit-mismatch"),
        ("印发日期 + 截止日期 > 2017-01-01", "unit-mismatch"),
        ("days(用时, 截止日期) > 3 天", "unit-mismatch"),
        ("least(决算数, 执行率) > 0", "unit-mismatch"),
        ("发文数 > 执行率", "unit-mismatch"),
        ("质量 > 3", "unit-mismatch"),
        ("决算数 is 优", "unit-mismatch"),
        ("-质量 > 3", "unit-mismatch"),
        ("绩效目标 > 3", "unit-mismatch"),
        ("rank(发文数, 绩效目标.金额) <= 3", "unit-mismatch"),
        ("质量 is 优秀", "unknown-choice"),
        ("弄虚作假 is 有", "unknown-choice"),
        ("决算 > 0", "unknown-concept"),
        ("count(目标) > 0", "unknown-table"),
        ("count(决算数) > 0", "unknown-table"),
        ("sum(绩效目标.数额) > 0", "unknown-column"),
        ("sum(绩效目标.名称) > 0", "unknown-column"),
        ("any 绩效目标 where count(绩效目标) > 0", "nested-table"),
        ("sum(绩效目标, 金额 / count(绩效目标)) > 0", "nested-table"),
        ("sum(绩效目标, 名称) > 0", "unit-mismatch"),
        ("sum(绩效目标, 金额 + 件数) > 0", "unit-mismatch"),
        ("sum(绩效目标, 金额 * measure) > 0", "no-measure"),
        ("sum(绩效目标, 没有的列) > 0", "unknown-concept"),
        ("not 决算数", "not-a-condition"),
        ("决算数 and 已公开 is 是", "not-a-condition"),
        ("any 绩效目标 where 金额", "not-a-condition"),
        (">= 5", "no-measure"),
        ("score(base) > 3", "rollup-here"),
        ("total() > 3", "rollup-here"),
    ],
)
def test_what_does_not_fit_together_is_a_problem(formula: str, code: str) -> None:
    assert problems_of(formula) == [code]


def test_every_problem_of_a_formula_is_reported_at_once_and_in_place() -> None:
    found = check(parsed("决算 > 0 and 执行率 >= 95 and 质量 is 优秀"), Scope(WORDS)).problems
    assert [(p.code, p.at.column - HERE.column) for p in found] == [
        ("unknown-concept", 0),
        ("unit-mismatch", 11),
        ("unknown-choice", 25),
    ]


def test_a_misspelt_name_is_answered_with_the_right_one() -> None:
    (problem,) = check(parsed("预决算数 > 0"), Scope(WORDS)).problems
    assert "决算数" in problem.hint.zh


@pytest.mark.parametrize("formula", ["score(base) >= 80", "points(three-public-control) > 0", "total() < 60 分"])
def test_scores_may_be_named_where_they_are_settled(formula: str) -> None:
    assert problems_of(formula, Scope(WORDS, rollups=ROLLUPS)) == []


def test_a_score_of_nothing_is_a_problem() -> None:
    assert problems_of("score(bases) > 0", Scope(WORDS, rollups=ROLLUPS)) == ["unknown-id"]


def test_a_label_a_concept_alias_and_an_id_mean_the_same() -> None:
    assert checked("决算数 > 0") == checked("actual > 0")
    tree = checked("决算数 > 0")
    assert isinstance(tree, Comparison) and tree.left == Name("actual")


def test_a_column_comes_before_a_concept_inside_where_only() -> None:
    words = "any 绩效目标 where 件数 > 3 and 执行率 > 95%"
    assert problems_of(words) == []
    assert problems_of("件数 > 3") == ["unknown-concept"]


def test_a_parameter_has_the_dimension_of_its_unit() -> None:
    percent = parse_unit("%")
    assert percent is not None
    parameter = Parameter("标准率", "", (("", Number(percent.factor, percent).value),), percent)
    scope = Scope(WORDS, {"标准率": parameter})
    assert problems_of("执行率 >= 标准率", scope) == []
    assert problems_of("决算数 >= 标准率", scope) == ["unit-mismatch"]


def test_nothing_more_is_said_of_a_measure_that_is_broken_already() -> None:
    assert problems_of(">= 5", Scope(WORDS, subject_broken=True)) == []


@pytest.mark.parametrize("kind", [None, "truth", Labels(()), NUMBER, RATE, COUNT, MONEY, DAYS, SCORE])
def test_every_type_has_a_name_in_both_languages(kind: object) -> None:
    assert all(type_text(kind))  # type: ignore[arg-type]  # each of them is a type


def test_a_row_formula_that_is_only_a_column_is_that_column() -> None:
    assert checked("sum(绩效目标, 金额 where 是否量化 is 是)") == checked("sum(绩效目标.金额 where 是否量化 is 是)")
