"""Gates, vetoes, caps and grades above the indicators, worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from engine.assessment import Assessment
from tests.engine.example import ROOT, assessed, indicator, section, sound

GRADES = """\
grades:
  of: score
  scale: [{grade: 优, from: 90}, {grade: 良, from: 80}, {grade: 中, from: 60}, {grade: 差, from: 0}]
"""
HUNDRED = section(
    indicator("formula: 满意度分 * 1 分", head="id: satisfaction\ntitle: 满意度\npoints: 100\n"),
    head="format: hegui/section/v1\nid: base\ntitle: 基本\npoints: 100\n",
)
FRAUD = "{id: fraud, title: 弄虚作假, when: 弄虚作假 is 是, "


def vetoes(*entries: str) -> str:
    """The vetoes of a rulebook, all of the result unless they say otherwise."""
    listed = "".join(f"  - {entry}\n" for entry in entries)
    return f"vetoes:\n{listed}"


def veto(name: str, when: str, effect: str, precedence: int, scope: str = "result") -> str:
    """One veto."""
    return f"{{id: {name}, title: {name}, when: {when}, scope: {scope}, effect: {effect}, precedence: {precedence}}}"


def result(facts: str, *above: str) -> Assessment:
    """A department with so many of 100 points."""
    return assessed(sound(HUNDRED, root=ROOT + GRADES + "".join(above)), facts)


def span(found: Assessment) -> tuple[object, ...]:
    """Bounds and grades."""
    return found.lower, found.upper, found.grades


def graded(found: Assessment) -> tuple[object, ...]:
    """Score and grade."""
    return found.score, found.grade


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        ("100", "优"),
        ("90", "优"),
        ("89.9999999999", "良"),
        ("80", "良"),
        ("79.99", "中"),
        ("60", "中"),
        ("59.99", "差"),
        ("0", "差"),
    ],
)
def test_a_grade_begins_exactly_at_its_score(score: str, grade: str) -> None:
    found = result(f"满意度分: {score}\n弄虚作假: 否")
    assert graded(found) == (Fraction(score), grade)


def test_a_grade_follows_from_the_rounded_total() -> None:
    root = ROOT.replace("round_score: none", "round_score: {places: 0, mode: half_up}") + GRADES
    assert assessed(sound(HUNDRED, root=root), "满意度分: 89.5").grade == "优"
    assert assessed(sound(HUNDRED, root=root), "满意度分: 89.49").grade == "良"


def test_a_grade_by_percent_is_of_the_declared_points() -> None:
    small = section(
        indicator("formula: 满意度分 * 1 分"), head="format: hegui/section/v1\nid: one\ntitle: 一\npoints: 10\n"
    )
    rulebook = sound(small, root=ROOT + GRADES.replace("of: score", "of: percent"))
    assert [assessed(rulebook, f"满意度分: {n}").grade for n in ("9", "8.9", "5.9")] == ["优", "良", "差"]


def test_an_open_score_leaves_every_grade_in_between() -> None:
    assert span(result("满意度分: {at_least: 85}")) == (85, 100, ("优", "良"))
    assert span(result("")) == (0, 100, ("优", "良", "中", "差"))


@pytest.mark.parametrize(
    ("effect", "score", "grade"),
    [
        ("zero", 0, "差"),
        ("failed", 95, "差"),
        ("{score: 59}", 59, "差"),
        ("{grade: 良}", 95, "良"),
        ("{grade_at_most: 中}", 95, "中"),
    ],
)
def test_a_veto_of_the_result_does_what_it_says(effect: str, score: int, grade: str) -> None:
    above = vetoes(veto("fraud", "弄虚作假 is 是", effect, 1))
    struck = result("满意度分: 95\n弄虚作假: 是", above)
    spared = result("满意度分: 95\n弄虚作假: 否", above)
    assert graded(struck) == (score, grade)
    assert graded(spared) == (95, "优")
    assert [f.code for f in struck.findings] == ["veto:fraud", "deduction"]
    assert not [f for f in spared.findings if f.code.startswith("veto")]


def test_grade_at_most_lowers_and_never_raises() -> None:
    above = vetoes(veto("fraud", "弄虚作假 is 是", "{grade_at_most: 良}", 1))
    found = [result(f"满意度分: {score}\n弄虚作假: 是", above).grade for score in (95, 85, 70, 10)]
    assert found == ["良", "良", "中", "差"]


@pytest.mark.parametrize(
    ("effect", "expected"),
    [
        ("zero", (0, 95, ("优", "差"))),
        ("failed", (95, 95, ("优", "差"))),
        ("{score: 59}", (59, 95, ("优", "差"))),
        ("{grade_at_most: 中}", (95, 95, ("优", "中"))),
    ],
)
def test_a_veto_that_is_not_decided_leaves_both_outcomes(effect: str, expected: object) -> None:
    found = result("满意度分: 95", vetoes(veto("fraud", "弄虚作假 is 是", effect, 1)))
    assert span(found) == expected
    assert found.grade is None


FRAUD_FACTS = "满意度分: 95\n弄虚作假: 是\n已公开: 否"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("{score: 59}", "{score: 70}", (70, "中")),
        ("zero", "{grade: 良}", (0, "良")),
        ("failed", "{grade: 良}", (95, "良")),
        ("{grade: 优}", "failed", (95, "差")),
        ("{grade: 优}", "{grade_at_most: 中}", (95, "中")),
        ("{grade_at_most: 中}", "{grade: 优}", (95, "优")),
        ("{grade_at_most: 中}", "{grade_at_most: 良}", (95, "中")),
        ("{grade_at_most: 良}", "{score: 30}", (30, "差")),
    ],
)
def test_of_two_vetoes_the_later_in_precedence_wins_over_what_it_touches(
    first: str, second: str, expected: tuple[int, str]
) -> None:
    one, other = veto("fraud", "弄虚作假 is 是", first, 1), veto("secret", "已公开 is 否", second, 2)
    for listed in ((one, other), (other, one)):
        found = result(FRAUD_FACTS, vetoes(*listed))
        assert graded(found) == expected


def test_a_veto_may_look_at_the_total_before_vetoes() -> None:
    above = vetoes(veto("low", "total() < 90 分 and 弄虚作假 is 是", "zero", 1))
    assert result("满意度分: 89\n弄虚作假: 是", above).score == 0
    assert result("满意度分: 90\n弄虚作假: 是", above).score == 90


@pytest.mark.parametrize("scope", ["section:base", "indicator:satisfaction"])
@pytest.mark.parametrize(("effect", "expected"), [("zero", 0), ("{score: 20}", 20)])
def test_a_veto_of_a_section_or_indicator_strikes_it_before_it_is_added(scope: str, effect: str, expected: int) -> None:
    above = vetoes(veto("fraud", "弄虚作假 is 是", effect, 1, scope))
    struck, spared, open_ = (result(f"满意度分: 95\n{fact}", above) for fact in ("弄虚作假: 是", "弄虚作假: 否", ""))
    assert struck.score == expected and spared.score == 95
    assert span(open_)[:2] == (expected, 95)
    if scope.startswith("indicator"):
        assert struck.indicators[0].score == expected
        assert [d.rule for d in struck.indicators[0].deductions] == ["satisfaction/veto"]


def test_a_total_is_kept_within_floor_and_cap() -> None:
    assert result("满意度分: 95", "total: {floor: 0, cap: 90}\n").score == 90
    assert result("满意度分: 5", "total: {floor: 10, cap: 90}\n").score == 10


# --- gates, bonus and malus ---

BONUS = section(
    indicator("add: [{points: 3, each: 发文数}]", head="id: extra\ntitle: 加分\npoints: 10\n"),
    head="format: hegui/section/v1\nid: bonus\ntitle: 加分项\npoints: 5\nkind: bonus\ncounts_if: score(base) > 80\n",
)
MALUS = section(
    indicator("deduct: [{points: 4, each: 通知数}]", head="id: minus\ntitle: 扣分\npoints: 10\n"),
    head="format: hegui/section/v1\nid: malus\ntitle: 扣分项\npoints: 6\nkind: malus\n",
)
BOTH = ROOT.replace("[one.yaml]", "[one.yaml, two.yaml, three.yaml]")


def blocks(facts: str) -> tuple[Fraction | None, ...]:
    """Scores of the three sections and the total."""
    found = assessed(
        sound(
            HUNDRED,
            BONUS,
            MALUS,
            root=BOTH + "accept: [{problem: listed-points, at: bonus, reason: 原文如此, authority: 局}]\n",
        ),
        facts,
    )
    return (*(one.score for one in found.sections), found.score)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ("满意度分: 85\n发文数: 1 份\n通知数: 0 份", (85, 3, 0, 88)),
        ("满意度分: 85\n发文数: 2 份\n通知数: 1 份", (85, 5, -4, 86)),
        ("满意度分: 80\n发文数: 2 份\n通知数: 2 份", (80, 0, -6, 74)),
        ("满意度分: 80.0001\n发文数: 2 份\n通知数: 9 份", (Fraction("80.0001"), 5, -6, Fraction("79.0001"))),
    ],
)
def test_bonus_and_malus_are_bounded_by_their_points_and_a_gate_shuts(facts: str, expected: object) -> None:
    assert blocks(facts) == expected


def test_a_gate_that_is_not_decided_leaves_the_range_down_to_nothing() -> None:
    root = BOTH + "accept: [{problem: listed-points, at: bonus, reason: 原文如此, authority: 局}]\n"
    found = assessed(sound(HUNDRED, BONUS, MALUS, root=root), "满意度分: {at_least: 75}\n发文数: 1 份\n通知数: 0 份")
    bonus = found.sections[1]
    assert bonus.lower == 0 and bonus.upper == 3 and bonus.score is None


def test_points_of_a_bonus_are_not_part_of_the_total_points() -> None:
    root = BOTH + "accept: [{problem: listed-points, at: bonus, reason: 原文如此, authority: 局}]\n"
    assert assessed(sound(HUNDRED, BONUS, MALUS, root=root), "满意度分: 85\n发文数: 1 份\n通知数: 0 份").points == 100


def test_a_rescaled_section_of_which_it_is_open_whether_anything_applies_may_be_nothing() -> None:
    only = "id: a\ntitle: 甲\npoints: 10\napplies: 弄虚作假 is 否\nnot_applicable: rescale\nexempt: [{when: 已公开 is 是, reason: 已公开}]\nscore: {full: 已公开 is 是, otherwise: 0}\n"
    head = "format: hegui/section/v1\nid: one\ntitle: 一\npoints: 10\nmodel: rescaled\n"
    rulebook = sound(section(only, head=head))
    assert span(assessed(rulebook, "已公开: 是"))[:2] == (0, 10)
    assert span(assessed(rulebook, "已公开: 是\n弄虚作假: 是"))[:2] == (0, 0)
    assert span(assessed(rulebook, "已公开: 是\n弄虚作假: 否"))[:2] == (10, 10)
