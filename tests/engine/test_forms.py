"""Every form and guard through a rulebook, worked out by hand, at its boundary, and with what is not known."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.engine.example import ROOT, assessed, bounds, codes, indicator, section, sound

ROWS = "绩效目标: {rows: [{名称: 申报表, 是否量化: 否, 件数: 2 份}, {名称: 自评表, 是否量化: 是, 件数: 4 份}]}"


def score(form: str, facts: str, extra: str = "") -> Fraction | None:
    """The score of one indicator of 10 points."""
    return assessed(sound(section(indicator(form, extra))), facts).score


def span(form: str, facts: str, extra: str = "") -> tuple[str, str]:
    """Its bounds."""
    return bounds(sound(section(indicator(form, extra))), facts)


DEDUCT = (
    "deduct:\n"
    "  - {points: 1, when: any 绩效目标 where 是否量化 is 否, reason: '“{名称}”未细化量化'}\n"
    "  - {points: 2, each: 发文数, limit: 5}\n"
)


@pytest.mark.parametrize(("documents", "expected"), [("0 份", 9), ("1 份", 7), ("2 份", 5), ("3 份", 4), ("900 份", 4)])
def test_items_are_deducted_once_or_for_each_within_their_limit(documents: str, expected: int) -> None:
    assert score(DEDUCT, f"{ROWS}\n发文数: {documents}") == expected


def test_a_reason_names_the_row_that_was_found() -> None:
    (one,) = assessed(sound(section(indicator(DEDUCT))), f"{ROWS}\n发文数: 0 份").indicators[0].deductions
    assert one.points == 1 and "“申报表”未细化量化" in one.reason.zh


def test_of_items_that_are_not_known_the_bounds_hold_all() -> None:
    assert span(DEDUCT, "发文数: 1 份") == ("7", "8")
    assert span(DEDUCT, ROWS) == ("4", "9")
    assert span(DEDUCT, ROWS + "\n发文数: {at_most: 1 份}") == ("7", "9")


ADD = "add:\n  - {title: 制度, points: 4, when: 已公开 is 是}\n  - {title: 通报, points: 3, each: 通知数, limit: 9}\n"


@pytest.mark.parametrize(
    ("published", "notices", "expected"), [("是", 0, 4), ("否", 2, 6), ("是", 2, 10), ("否", 5, 9)]
)
def test_items_are_added_and_capped_at_the_points(published: str, notices: int, expected: int) -> None:
    assert score(ADD, f"已公开: {published}\n通知数: {notices} 份") == expected


GUARDED = (
    "applies: 已公开 is 是\nvoid: [{when: 弄虚作假 is 是, reason: 造假}]\nexempt: [{when: 质量 is 优, reason: 免评}]\n"
)


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ("已公开: 否\n弄虚作假: 是\n质量: 优", "not_applicable"),
        ("已公开: 是\n弄虚作假: 是\n质量: 优", "not_met"),
        ("已公开: 是\n弄虚作假: 否\n质量: 优", "met"),
        ("已公开: 是\n弄虚作假: 否\n质量: 良\n发文数: 681 份", "not_met"),
        ("已公开: 是\n弄虚作假: 否\n质量: 良\n发文数: 680 份", "met"),
        ("弄虚作假: 否\n质量: 良\n发文数: 681 份", "undetermined"),
        ("已公开: 是\n质量: 优", "undetermined"),
        ("已公开: 是\n弄虚作假: 否", "undetermined"),
    ],
)
def test_a_part_is_decided_by_what_applies_then_void_then_exempt_then_its_form(facts: str, verdict: str) -> None:
    text = section(indicator('full: "<= 680 份"\notherwise: 0', "measure: 发文数\n" + GUARDED))
    assert assessed(sound(text), facts).indicators[0].verdict == verdict


JUDGED = "judged:\n  value: 评定分\n  ranges:\n    - {when: 质量 is 优, from: 8, to: 10}\n    - {otherwise: true, from: 0, to: 5}\n"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ("质量: 优\n评定分: 9 分", ("9", "9")),
        ("质量: 优\n评定分: 8 分", ("8", "8")),
        ("质量: 良\n评定分: 5 分", ("5", "5")),
        ("质量: 优", ("8", "10")),
        ("质量: 良", ("0", "5")),
        ("评定分: 4 分", ("4", "10")),
    ],
)
def test_an_assessor_marks_within_the_range_whose_condition_holds(facts: str, expected: tuple[str, str]) -> None:
    assert span(JUDGED, facts) == expected


@pytest.mark.parametrize(("marks", "quality"), [("7.99", "优"), ("10.01", "优"), ("5.01", "良")])
def test_marks_outside_the_range_are_a_problem_and_settle_nothing(marks: str, quality: str) -> None:
    found = assessed(sound(section(indicator(JUDGED))), f"质量: {quality}\n评定分: {marks} 分")
    assert [problem.code for problem in found.problems] == ["judgement-out-of-range"]
    assert found.score is None


CHOOSE = (
    "choose:\n"
    "  - {when: 质量 is 优, score: {fixed: 10}}\n"
    "  - {when: 发文数 > 3 份, score: {full: 已公开 is 是, otherwise: 2}}\n"
    "  - {otherwise: true, score: {fixed: 1}}\n"
)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ("质量: 优", ("10", "10")),
        ("质量: 良\n发文数: 4 份\n已公开: 是", ("10", "10")),
        ("质量: 良\n发文数: 4 份\n已公开: 否", ("2", "2")),
        ("质量: 良\n发文数: 3 份", ("1", "1")),
        ("质量: 良\n发文数: 4 份", ("2", "10")),
        ("质量: 良", ("1", "10")),
    ],
)
def test_of_alternatives_the_first_whose_condition_holds_counts(facts: str, expected: tuple[str, str]) -> None:
    assert span(CHOOSE, facts) == expected


COMBINED = (
    "{how}:\n"
    "  - {{points: {p}, measure: 发文数, score: {{full: '<= 3 份', otherwise: 0}}}}\n"
    "  - {{points: {p}, measure: 通知数, score: {{full: '<= 3 份', otherwise: 1}}}}\n"
)


@pytest.mark.parametrize(
    ("how", "points", "expected"), [("sum", 5, 6), ("best", 10, 10), ("worst", 10, 1), ("average", 10, "5.5")]
)
def test_parts_make_a_whole(how: str, points: int, expected: object) -> None:
    form = COMBINED.format(how=how, p=points)
    assert score(form, "发文数: 3 份\n通知数: 4 份") == Fraction(str(expected))


def test_parts_of_a_sum_add_up_to_the_whole_or_it_is_a_problem() -> None:
    assert codes(section(indicator(COMBINED.format(how="sum", p=4)))) != []


def test_a_measure_is_rounded_before_it_is_compared_where_the_rule_says_so() -> None:
    form, rule = 'full: ">= 99%"\notherwise: 0', "measure: 控制率\nunit: '%'\n"
    assert score(form, "控制率: 98.5%", rule) == 0
    assert score(form, "控制率: 98.5%", rule + "round_measure: {places: 0, mode: half_up}\n") == 10
    assert score(form, "控制率: 98.4999%", rule + "round_measure: {places: 0, mode: half_up}\n") == 0


@pytest.mark.parametrize(
    ("mode", "expected"), [("half_up", "3.13"), ("half_even", "3.12"), ("up", "3.13"), ("down", "3.12")]
)
def test_a_score_is_rounded_in_its_mode(mode: str, expected: str) -> None:
    extra = f"round_score: {{places: 2, mode: {mode}}}\n"
    assert score("formula: 满意度分 * 1 分", "满意度分: 3.125", extra) == Fraction(expected)


def test_a_formula_gives_points_within_floor_and_cap() -> None:
    form = "formula: 满意度分 * 1 分"
    assert [score(form, f"满意度分: {n}", "floor: 2\ncap: 8\n") for n in (0, 2, 5, 8, 9)] == [2, 2, 5, 8, 8]


def test_what_cannot_be_computed_is_undetermined_and_says_so() -> None:
    found = assessed(sound(section(indicator("not_computable: {reason: 由专家组另行评定}"))), "").indicators[0]
    assert found.verdict == "undetermined" and found.lower == 0 and found.upper == 10


def test_points_may_depend_on_facts() -> None:
    head = "id: only\ntitle: 唯一指标\npoints: 12 / count(绩效目标)\n"
    rulebook = sound(section(indicator("full: 已公开 is 是\notherwise: 0", head=head)))
    assert assessed(rulebook, f"{ROWS}\n已公开: 是").score == 6


def test_a_parameter_takes_its_value_by_class_and_every_value_while_the_class_is_unknown() -> None:
    root = ROOT + "parameters:\n  标准率: {by: 质量, values: {优: 95%, 良: 90%, 中: 85%, 差: 80%}}\n"
    rulebook = sound(section(indicator('full: ">= 标准率"\notherwise: 0', "measure: 控制率\n")), root=root)
    assert [assessed(rulebook, f"质量: {q}\n控制率: 92%").score for q in "优良中差"] == [0, 10, 10, 10]
    assert assessed(rulebook, "控制率: 92%").score is None
    assert [assessed(rulebook, f"控制率: {rate}").score for rate in ("95%", "79.99%")] == [10, 0]


MALUS = section(
    indicator("deduct: [{points: 3, each: 通知数}]", head="id: minus\ntitle: 扣分\npoints: 10\n"),
    head="format: hegui/section/v1\nid: malus\ntitle: 扣分项\npoints: 6\nkind: malus\n",
)


@pytest.mark.parametrize(("notices", "own", "block"), [(0, 0, 0), (1, -3, -3), (2, -6, -6), (3, -9, -6), (9, -10, -6)])
def test_a_malus_goes_down_from_nothing_to_minus_its_points(notices: int, own: int, block: int) -> None:
    found = assessed(sound(MALUS), f"通知数: {notices} 份")
    assert found.indicators[0].score == own and found.sections[0].score == block
