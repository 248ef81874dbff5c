"""An Assessment as JUnit XML: a test case for each indicator and each check, the way a build server shows them."""

from __future__ import annotations

from collections.abc import Iterator

from engine.assessment import Assessment, IndicatorResult
from engine.model import Rulebook
from facts.problem import Language
from hegui.junit import Outcome, TestCase, TestSuite, junit_xml
from hegui.papers.matter import Matter
from hegui.papers.model import text_of
from hegui.wording import VERDICTS


def assessment_junit(assessment: Assessment, rulebook: Rulebook, language: Language = "zh") -> str:
    """A suite for each section, then one of checks and vetoes."""
    matter = Matter(assessment, rulebook, language)
    suites = [
        TestSuite(matter.title(section.title), tuple(_indicator(matter, one) for one in matter.indicators_of(section)))
        for section in assessment.sections
    ]
    above = tuple(_above(matter))
    return junit_xml([*suites, TestSuite(matter.word("findings"), above)] if above else suites)


def _indicator(matter: Matter, one: IndicatorResult) -> TestCase:
    """Passed without a deduction; skipped where it does not apply, is undetermined, or its deductions are waived."""
    at = matter.rules[one.id].at
    outcome: Outcome = "failure" if one.deductions else "passed"
    if one.verdict in ("not_applicable", "undetermined") or (one.deductions and _waived(matter, one)):
        outcome = "skipped"
    elif one.verdict in ("partly_met", "not_met"):
        outcome = "failure"
    verdict = matter.text(VERDICTS[one.verdict])
    waived = matter.both("(已豁免)", " (waived)") if one.deductions and _waived(matter, one) else ""
    message = f"{matter.span(one.lower, one.upper)} / {matter.points(one.points)} {verdict}{waived}"
    if one.verdict == "undetermined" and one.missing:
        labels = (matter.text(m.label) for m in matter.of.missing if m.concept in one.missing)
        message += matter.both(f";缺少 {matter.listed(*labels)}", f"; missing: {matter.listed(*labels)}")
    return TestCase(
        name=matter.title(one.title),
        group=one.id,
        outcome=outcome,
        message=message,
        detail="\n".join(_detail(matter, one)),
        kind=one.verdict,
        file=at.file,
        line=at.line,
    )


def _waived(matter: Matter, one: IndicatorResult) -> bool:
    found = [f for f in matter.of.findings if f.code == "deduction" and f.indicator == one.id]
    return bool(found) and all(finding.waived for finding in found)


def _detail(matter: Matter, one: IndicatorResult) -> Iterator[str]:
    """Reasons, clause, facts with the words they were read from."""
    yield from matter.reasons(one)
    yield f"{matter.word('clause')} {text_of(matter.clause_line(one.citation))}"
    for fact in matter.facts_of(one):
        if fact.known != "absent":
            yield text_of(matter.fact_line(fact))
    if one.nearest is not None:
        yield matter.text(one.nearest.sentence)


def _above(matter: Matter) -> Iterator[TestCase]:
    """Every check and veto of the rulebook: failed where there is a finding, skipped where it was not decided."""
    failed = {finding.code: finding for finding in matter.of.findings if finding.code != "deduction"}
    rules = [(f"veto:{one.id}", one.title, one.at) for one in matter.rulebook.vetoes]
    rules += [(f"check:{one.id}", one.title, one.at) for one in matter.rulebook.checks]
    for code, title, at in rules:
        finding = failed.get(code)
        name = matter.title(title)
        if finding is None:
            open_ = _undecided(matter, code)
            message = matter.both("因缺少数据未能判定", "not decided: facts are missing") if open_ else ""
            yield TestCase(name, code, "skipped" if open_ else "passed", message, file=at.file, line=at.line)
            continue
        detail = "\n".join(text_of(matter.fact_line(fact)) for fact in finding.facts)
        outcome: Outcome = "skipped" if finding.waived else "failure"
        message = matter.text(finding.message) + (matter.both("(已豁免)", " (waived)") if finding.waived else "")
        yield TestCase(name, code, outcome, message, detail, finding.severity, at.file, at.line)


def _undecided(matter: Matter, code: str) -> bool:
    """Whether its condition is told as not decided by the step of it, or was never looked at."""
    steps = [step for step in matter.of.trail if step.rule.startswith(f"{code}?")]
    return not steps or any(step.reason.en.endswith("is not decided") for step in steps)
