"""Findings of an audit that somebody entitled to it accepts: marked, never taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from engine.assessment import WaiverResult
from engine.waivers import dated_state
from facts.problem import Problem, Text, did_you_mean
from facts.waiver import Waiver
from hegui.audit.belonging import is_named
from hegui.audit.model import Audit, AuditFinding


def waived(audit: Audit, waivers: Sequence[Waiver], as_of: date) -> Audit:
    """The audit with each finding marked that a waiver in force on that day accepts."""
    concerned = [one for one in waivers if _concerns(one, audit)]
    results = tuple(_result(one, audit.findings, as_of) for one in concerned)
    in_force = [result.waiver for result in results if result.state == "in_force"]
    findings = tuple(
        replace(finding, waiver=next((one for one in in_force if _accepts(one, finding)), None))
        for finding in audit.findings
    )
    return replace(audit, findings=findings, waivers=results)


def _concerns(one: Waiver, audit: Audit) -> bool:
    """Whether it is for a finding of an audit, and for this report; where the report does not say, it is not."""
    return (
        one.finding != "deduction"
        and ":" not in one.finding
        and one.rulebook in ("", audit.rulebook)
        and (not one.subject or is_named(one.subject, audit.names))
        and (one.period is None or one.period.start.year == audit.year)
    )


def unknown_checks(audit: Audit, waivers: Sequence[Waiver]) -> tuple[Problem, ...]:
    """Waivers that name a check there is none of."""
    known = [check for check, _ in audit.checks]
    return tuple(
        Problem(
            "unknown-id",
            one.at,
            Text(f"没有“{one.finding}”这项检查", f"there is no check {one.finding!r}"),
            did_you_mean(one.finding, known),
        )
        for one in waivers
        if one.finding != "deduction" and ":" not in one.finding and one.finding not in known
    )


def _about(one: Waiver, finding: AuditFinding) -> bool:
    """Whether it is the same check about the same words."""
    return one.finding == finding.check and any(_plain(one.quote) in _plain(place.quote) for place in finding.quotes)


def _accepts(one: Waiver, finding: AuditFinding) -> bool:
    return _about(one, finding) and one.actual in ("", finding.actual)


def _plain(words: str) -> str:
    return "".join(words.split())


def _result(one: Waiver, findings: Sequence[AuditFinding], as_of: date) -> WaiverResult:
    about = [finding for finding in findings if _about(one, finding)]
    if not about:
        return WaiverResult(one, "gone", Text("报告里没有这个问题", "the report has no such finding"))
    if len(about) > 1:
        message = Text(
            f"这段原文涉及 {len(about)} 个问题,请引得长一些",
            f"these words are in {len(about)} findings; quote more of them",
        )
        return WaiverResult(one, "changed", message)
    state, message = dated_state(one, as_of)
    if state == "in_force" and not any(_accepts(one, finding) for finding in about):
        found = about[0].actual
        message = Text(
            f"现为 {found},批准时为 {one.actual};问题重新打开",
            f"now {found}, {one.actual} when it was granted; the finding is open again",
        )
        return WaiverResult(one, "changed", message)
    return WaiverResult(one, state, message)
