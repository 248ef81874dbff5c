"""The grade under the scale a rulebook gives, which counts before the report's own."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from engine.load import load_rulebook
from engine.model import GradeScale, GradeStep, Rulebook
from hegui.audit.model import AuditFinding
from hegui.audit.run import audit_document
from tests.audit.reports import document
from tests.repo.repository import ROOT

STATED = "评价等级:90(含)-100分为优,80(含)-90分为良,60(含)-80分为中,60分以下为差。\n"
REPORT = "某县水利局2017年度部门整体支出绩效自评报告\n本次绩效自评综合得分{}分,评价等级为“{}”。\n"


def rulebook() -> Rulebook:
    found, _ = load_rulebook(ROOT / "rules" / "kunming-2017")
    assert found is not None
    return found


def graded(text: str, rules: Rulebook | None) -> list[AuditFinding]:
    return [f for f in audit_document(document(text), rules).findings if f.check == "grade"]


def with_scale(of: str, *steps: tuple[str, int]) -> Rulebook:
    scale = GradeScale(of, tuple(GradeStep(g, Fraction(s)) for g, s in steps))  # type: ignore[arg-type]
    return replace(rulebook(), grades=scale)


def test_without_any_scale_no_grade_is_wrong() -> None:
    assert graded(REPORT.format(85, "优"), None) == []


@pytest.mark.parametrize(("score", "grade"), [(90, "优"), ("89.99", "良"), (60, "中"), (0, "差"), (95, "优秀")])
def test_a_grade_that_follows_from_the_given_scale_is_right(score: object, grade: str) -> None:
    assert graded(REPORT.format(score, grade), rulebook()) == []


def test_a_grade_that_does_not_is_found_with_the_rulebooks_citation() -> None:
    (finding,) = graded(REPORT.format(85, "优"), rulebook())
    assert (finding.actual, finding.expected) == ("优", "良")
    last = finding.quotes[-1]
    assert last.source == "kunming-2017" and "绩效自评报告》" in last.quote and "“优”:90 分起" in last.quote


def test_the_given_scale_counts_before_the_stated_one() -> None:
    text = REPORT.format(85, "良") + STATED
    assert graded(text, None) == [] and graded(text, rulebook()) == []
    stricter = with_scale("score", ("优", 95), ("良", 88), ("中", 60), ("差", 0))
    (finding,) = graded(text, stricter)
    assert finding.expected == "中"


def test_a_scale_in_percent_is_of_the_rulebooks_points() -> None:
    half = with_scale("percent", ("优", 90), ("良", 80), ("中", 60), ("差", 0))
    points = sum(section.points for section in half.sections if section.kind == "base")
    (finding,) = graded(REPORT.format(85, "优"), half)
    assert f"“优”:{points * 90 / 100} 分起" in finding.quotes[-1].quote


def test_a_rulebook_without_grades_leaves_the_stated_scale() -> None:
    text = REPORT.format(85, "优") + STATED
    (finding,) = graded(text, replace(rulebook(), grades=None))
    assert finding.expected == "良" and finding.quotes[-1].source == "report"


def test_a_word_that_is_no_grade_of_the_scale_is_not_judged() -> None:
    assert graded(REPORT.format(85, "合格"), rulebook()) == []


def test_a_rulebook_that_was_not_in_force_gives_no_scale() -> None:
    assert graded(REPORT.format(85, "优").replace("2017", "2021"), rulebook()) == []
