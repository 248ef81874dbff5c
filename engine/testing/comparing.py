"""Holding an assessment of the engine against the independent evaluator's answer."""

from __future__ import annotations

from collections.abc import Iterator

from engine.assessment import Assessment
from engine.testing.oracle import OracleResult


def differences(assessment: Assessment, expected: OracleResult) -> list[str]:
    """What the engine says otherwise than the oracle, in words.

    Where the oracle has no answer the engine may have one: its bounds may leave no other.
    """
    return [*_indicators(assessment, expected), *_sections(assessment, expected), *_top(assessment, expected)]


def _indicators(assessment: Assessment, expected: OracleResult) -> Iterator[str]:
    for found in assessment.indicators:
        one = expected.indicators[found.id]
        if one.score is None:
            if one.surely_open and found.verdict != "undetermined":
                yield f"{found.id}: engine {found.verdict} {found.score}, oracle undetermined"
        elif (found.score, found.verdict) != (one.score, one.verdict or found.verdict):
            span = f"[{found.lower}, {found.upper}]"
            yield f"{found.id}: engine {found.verdict} {found.score} {span}, oracle {one.verdict} {one.score}"


def _sections(assessment: Assessment, expected: OracleResult) -> Iterator[str]:
    for found in assessment.sections:
        one = expected.sections[found.id]
        if one is not None and found.score != one:
            yield f"section {found.id}: engine {found.score} [{found.lower}, {found.upper}], oracle {one}"


def _top(assessment: Assessment, expected: OracleResult) -> Iterator[str]:
    if expected.score is not None and assessment.score != expected.score:
        yield f"score: engine {assessment.score} [{assessment.lower}, {assessment.upper}], oracle {expected.score}"
    if expected.grade is not None and assessment.grade != expected.grade:
        yield f"grade: engine {assessment.grade} of {assessment.grades}, oracle {expected.grade}"
    failed = {code.removeprefix("check:") for f in assessment.findings if (code := f.code).startswith("check:")}
    for check in sorted(failed - expected.open_checks ^ expected.failed_checks):
        yield f"check {check}: engine {check in failed}, oracle {check in expected.failed_checks}"


def outside(found: Assessment, expected: OracleResult) -> list[str]:
    """What a completion gives beyond the bounds that were stated without it."""
    wrong = []
    for one in found.indicators:
        score = expected.indicators[one.id].score
        if score is not None and not one.lower <= score <= one.upper:
            wrong.append(f"{one.id}: {score} is not in [{one.lower}, {one.upper}]")
    for section in found.sections:
        score = expected.sections[section.id]
        if score is not None and not section.lower <= score <= section.upper:
            wrong.append(f"section {section.id}: {score} is not in [{section.lower}, {section.upper}]")
    if expected.score is not None and not found.lower <= expected.score <= found.upper:
        wrong.append(f"score {expected.score} is not in [{found.lower}, {found.upper}]")
    if expected.grade is not None and expected.grade not in found.grades:
        wrong.append(f"grade {expected.grade} is not among {found.grades}")
    return wrong
