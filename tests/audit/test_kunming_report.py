"""The published report of the Kunming general office, as it stands: its contradictions, all of them real."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path

from facts.documents.reading import read_document
from facts.provenance import TextSpan
from hegui.audit.model import Audit, AuditFinding
from hegui.audit.run import audit_document

REPORT = Path(__file__).resolve().parents[2] / "rules" / "kunming-2017" / "sources" / "report.txt"


@cache
def kunming() -> Audit:
    document, problems = read_document(REPORT)
    assert document is not None, problems
    return audit_document(document)


def lines(finding: AuditFinding) -> list[int]:
    return [quote.locator.line for quote in finding.quotes if isinstance(quote.locator, TextSpan)]


def by_check(check: str) -> list[AuditFinding]:
    return [finding for finding in kunming().findings if finding.check == check]


def test_49_indicators_are_declared_and_71_listed() -> None:
    (finding,) = by_check("declared-count")
    assert (finding.actual, finding.expected, finding.difference) == ("49个", "71个", "-22个")
    assert lines(finding)[0] == 195 and "49个三级指标" in finding.quotes[0].quote


def test_the_sections_declare_other_points_and_scores_than_they_list() -> None:
    points = [(f.actual, f.expected, lines(f)[0]) for f in by_check("listed-points")]
    scores = [(f.actual, f.expected, lines(f)[0]) for f in by_check("listed-scores")]
    assert points == [("20 分", "23 分", 331), ("45 分", "44 分", 391)]
    assert scores == [("20 分", "23 分", 331), ("43 分", "42 分", 391)]


def test_two_places_count_the_same_tasks_differently() -> None:
    tasks = next(f for f in by_check("two-values") if f.actual == "42项")
    assert (tasks.expected, lines(tasks)) == ("45项", [569, 105])


def test_two_sections_are_introduced_under_the_name_of_another() -> None:
    assert [(f.actual, lines(f)) for f in by_check("section-name")] == [
        ("部门决策", [331, 329]),
        ("部门决策", [391, 389]),
    ]


def test_a_satisfaction_rate_is_described_as_a_complaint_rate() -> None:
    (finding,) = by_check("opposite-measure")
    assert lines(finding) == [551, 549] and "投诉率达到95%以上" in finding.quotes[0].quote


def test_text_stands_under_an_item_it_does_not_belong_to() -> None:
    assert [lines(f)[0] for f in by_check("other-item")] == [479]
    assert [lines(f)[0] for f in by_check("repeated-words")] == [479]
    assert [lines(f) for f in by_check("same-reason")] == [[291, 287]]


def test_another_body_stands_where_the_office_speaks_of_itself() -> None:
    assert {f.actual for f in by_check("other-body")} == {"市机关事务局"}
    assert [lines(f)[0] for f in by_check("other-body")] == [111, 135]


def test_numbers_skip_brackets_stay_open_and_a_document_number_is_not_its_issuers() -> None:
    assert [(lines(f), f.expected, f.actual) for f in by_check("numbering")] == [([207, 205], "2", "3")]
    assert [lines(f)[0] for f in by_check("brackets")] == [207]
    assert ["昆政绩〔2017〕32号" in f.quotes[0].quote for f in by_check("document-issuer")] == [True]


def test_full_marks_that_only_repeat_the_target_are_unproven() -> None:
    assert [lines(f)[0] for f in by_check("unproven-target")] == [343, 363, 395, 503, 535, 539, 543, 547, 551]


def test_nothing_else_is_found() -> None:
    known = {
        "declared-count", "listed-points", "listed-scores", "two-values", "section-name", "opposite-measure", "other-item",
        "repeated-words", "same-reason", "other-body", "numbering", "brackets", "document-issuer", "unproven-target",
    }  # fmt: skip
    assert {finding.check for finding in kunming().findings} == known
    assert len(by_check("two-values")) == 2  # the tasks; 19 offices that later are none


def test_offices_that_were_listed_are_later_none() -> None:
    offices = next(f for f in by_check("two-values") if f.actual != "42项")
    assert offices.quotes[0].quote.startswith("无内设科室") and lines(offices)[0] == 307


def test_the_slogan_is_taken_out_28_times_and_every_quote_still_stands_in_the_report() -> None:
    (problem,) = (p for p in kunming().problems if p.code == "injected-text")
    assert "28" in problem.message.zh
    text = REPORT.read_text(encoding="utf-8").split("\n")
    for finding in kunming().findings:
        for quote in finding.quotes:
            assert isinstance(quote.locator, TextSpan)
            line = text[quote.locator.line - 1]
            assert line[quote.locator.column - 1 :].startswith(quote.quote)


def test_the_points_claimed_stand_as_proven_unproven_and_contradicted() -> None:
    points = kunming().points
    assert points.claimed == 96
    assert points.contradicted == Fraction(3, 2)  # the hotline's satisfaction, described as complaints
    assert (points.proven or 0) + (points.unproven or 0) + (points.contradicted or 0) == 96


def test_every_indicator_is_a_claim() -> None:
    leaves = [claim.claim for claim in kunming().claims if claim.claim.kind == "indicator"]
    assert len(leaves) == 71 and sum(claim.points or 0 for claim in leaves) == 102
    assert [c.claim.name for c in kunming().claims if c.claim.kind == "section"] == [
        "部门决策过程分析", "部门管理情况分析", "部门绩效实现情况分析",
    ]  # fmt: skip
