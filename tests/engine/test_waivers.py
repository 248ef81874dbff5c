"""Waivers give points back beside the score by the rules, and only as long as they are about what was accepted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.assessment import Assessment, Waived
from engine.evaluate import Evaluator
from engine.model import Rulebook
from engine.waivers import Waivers, assess_waived, check_waivers
from facts.model import BASES
from facts.waiver import Waiver
from tests.engine.example import ROOT, case, indicator, section, sound

GRADES = "grades: {of: score, scale: [{grade: 优, from: 9}, {grade: 良, from: 0}]}\n"
VETO = "vetoes:\n  - {id: fraud, title: 弄虚作假, when: 弄虚作假 is 是, scope: result, effect: {score: 1}, precedence: 1}\n"
CHECK = "checks:\n  - {id: within, title: 不超, that: 决算数 <= 预算数, severity: error, message: 超了}\n"
BODY = section(
    indicator(
        "{per_unit: {deduct: 2, per: 1 份, over: 10 份}}",
        head="id: documents\ntitle: 发文\npoints: 6\nmeasure: 发文数\n",
    ),
    indicator("{full: 已公开 is 是, otherwise: 0}", head="id: published\ntitle: 公开\npoints: 4\n"),
)
FACTS = "发文数: 12 份\n已公开: 是\n弄虚作假: 否\n决算数: 3 万元\n预算数: 2 万元"
DAY = date(2018, 6, 1)
ACCEPTED = Waiver("deduction", "局长办公会", "因机构改革", date(2018, 12, 31), target="documents", points=Fraction(4))


def rulebook() -> Rulebook:
    return sound(BODY, root=ROOT + GRADES + VETO + CHECK)


def assess(*waivers: Waiver, facts: str = FACTS, day: date = DAY) -> Assessment:
    with Evaluator(rulebook()) as evaluator:
        return assess_waived(evaluator, case(facts), waivers=Waivers(waivers, day))


def waived(found: Assessment) -> Waived:
    assert found.waived is not None
    return found.waived


def states(found: Assessment) -> list[str]:
    return [result.state for result in waived(found).waivers]


def test_the_score_by_the_rules_stays_and_the_score_with_the_waiver_stands_beside_it() -> None:
    found = assess(ACCEPTED)
    assert (found.score, found.grade) == (Fraction(6), "良")
    assert (waived(found).score, waived(found).grade) == (Fraction(10), "优")
    assert [s.score for s in waived(found).sections] == [10]
    assert [(f.code, f.waived) for f in found.findings] == [("deduction", True), ("check:within", False)]


def test_without_waivers_nothing_is_said_of_them() -> None:
    with Evaluator(rulebook()) as evaluator:
        assert assess_waived(evaluator, case(FACTS)).waived is None


@pytest.mark.parametrize(
    ("waiver", "day", "state"),
    [
        (ACCEPTED, date(2018, 12, 31), "in_force"),
        (ACCEPTED, date(2019, 1, 1), "expired"),
        (replace(ACCEPTED, granted=date(2018, 7, 1)), date(2018, 6, 30), "not_yet"),
        (replace(ACCEPTED, granted=date(2018, 7, 1)), date(2018, 7, 1), "in_force"),
        (replace(ACCEPTED, points=Fraction(2)), DAY, "changed"),
        (replace(ACCEPTED, target="published"), DAY, "gone"),
    ],
)
def test_a_waiver_counts_only_for_the_finding_it_was_given_for(waiver: Waiver, day: date, state: str) -> None:
    found = assess(waiver, day=day)
    assert states(found) == [state]
    assert waived(found).score == (10 if state == "in_force" else 6)


def test_a_waiver_of_a_finding_nobody_can_see_yet_is_not_to_be_removed() -> None:
    found = assess(ACCEPTED, facts=FACTS.replace("发文数: 12 份", "发文数: {absent: 未报}"))
    (result,) = waived(found).waivers
    assert result.state == "gone" and "请勿删去" in result.message.zh and "keep it" in result.message.en


@pytest.mark.parametrize(("finding", "fact"), [("check:within", "决算数: 3 万元"), ("veto:fraud", "弄虚作假: 否")])
def test_a_waiver_of_a_check_or_veto_that_nobody_can_decide_is_not_to_be_removed(finding: str, fact: str) -> None:
    waiver = Waiver(finding, "审计处", "已更正", date(2030, 1, 1))
    found = assess(waiver, facts=FACTS.replace(fact, fact.partition(":")[0] + ": {absent: 未报}"))
    (result,) = waived(found).waivers
    assert result.state == "gone" and "请勿删去" in result.message.zh and "keep it" in result.message.en
    settled = assess(waiver, facts=FACTS.replace("决算数: 3 万元", "决算数: 1 万元"))
    assert "豁免可以删去" in waived(settled).waivers[0].message.zh


@pytest.mark.parametrize(("basis", "told"), [("stated", "请勿删去"), ("figure", "请勿据此删去")])
def test_by_some_bases_only_no_waiver_is_said_to_be_superfluous(basis: str, told: str) -> None:
    kept = replace(ACCEPTED, target="published")
    with Evaluator(rulebook()) as evaluator:
        some = assess_waived(evaluator, case(FACTS, basis=basis), BASES[:1], Waivers((kept,), DAY))
        every = assess_waived(evaluator, case(FACTS, basis=basis), waivers=Waivers((kept,), DAY))
    assert told in waived(some).waivers[0].message.zh and "可以删去" in waived(every).waivers[0].message.zh


@pytest.mark.parametrize(
    "other", [{"subject": "somebody-else"}, {"rulebook": "another"}, {"finding": "declared-count"}]
)
def test_a_waiver_for_something_else_is_not_mentioned(other: dict[str, str]) -> None:
    assert waived(assess(replace(ACCEPTED, **other))).waivers == ()  # type: ignore[arg-type]


def test_a_veto_can_be_waived_and_takes_its_deductions_with_it() -> None:
    lifted = Waiver("veto:fraud", "审计处", "查无实据", date(2030, 1, 1))
    found = assess(lifted, facts=FACTS.replace("弄虚作假: 否", "弄虚作假: 是"))
    assert (found.score, waived(found).score, states(found)) == (Fraction(1), Fraction(6), ["in_force"])


def test_a_waived_check_is_marked_and_one_that_fails_by_another_amount_is_not() -> None:
    waiver = Waiver("check:within", "审计处", "已更正", date(2030, 1, 1), actual="3 万元")
    assert [f.waived for f in assess(waiver).findings if f.code == "check:within"] == [True]
    changed = assess(waiver, facts=FACTS.replace("决算数: 3", "决算数: 5"))
    assert states(changed) == ["changed"]
    assert not any(f.waived for f in changed.findings)


@pytest.mark.parametrize(
    ("finding", "target", "title"), [("deduction", "documents", "发文"), ("check:within", "", "不超")]
)
def test_each_is_told_by_the_title_of_what_it_is_about(finding: str, target: str, title: str) -> None:
    one = Waiver(finding, "审计处", "已更正", date(2030, 1, 1), target=target, points=Fraction(4) if target else None)
    assert waived(assess(one)).waivers[0].title.zh == title


def test_ids_that_the_rulebook_does_not_have_are_told_with_what_may_be_meant() -> None:
    wrong = [replace(ACCEPTED, target="document"), Waiver("veto:frauds", "甲", "乙", DAY), ACCEPTED]
    problems = check_waivers(rulebook(), wrong)
    assert [p.code for p in problems] == ["unknown-id", "unknown-id"]
    assert "documents" in problems[0].hint.zh and "fraud" in problems[1].hint.zh


@given(documents=st.integers(0, 20), back=st.integers(0, 8))
def test_points_come_back_exactly_as_lost_and_never_above_full(documents: int, back: int) -> None:
    waiver = replace(ACCEPTED, points=Fraction(back))
    found = assess(waiver, facts=FACTS.replace("12 份", f"{documents} 份"))
    lost = sum(d.points for i in found.indicators for d in i.deductions)
    assert found.score is not None
    assert waived(found).score == (found.score + lost if back == lost and lost else found.score)
