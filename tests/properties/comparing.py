"""Holding an assessment of the engine against the oracle's answer."""

from __future__ import annotations

from collections.abc import Iterator

from engine.assessment import Assessment
from tests.oracle.evaluate import OracleResult


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
