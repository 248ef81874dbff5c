"""What came of the cases of a rulebook, for people, scripts and build servers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from engine.judging import Failure
from facts.expectation import Expectable
from facts.problem import Language, Problem, Text
from facts.values import decimal_text
from hegui.junit import TestCase, TestSuite, junit_xml
from hegui.problemdata import problem_data
from hegui.workbench.running import Outcome, Suite


def suites_text(suites: Sequence[Suite], language: Language = "zh") -> str:
    """Every failed case in full, then one line for each rulebook."""
    lines = [line for suite in suites for one in suite.failed for line in _failed(one, language)]
    lines += [_count(suite).in_(language) for suite in suites if suite.rulebook is not None]
    return "".join(f"{line}\n" for line in lines)


def _failed(one: Outcome, language: Language) -> Iterator[str]:
    title = f"  {one.example.title}" if one.example.title else ""
    yield f"{Text('未通过', 'failed').in_(language)} {one.example.full_name}{title}"
    for failure in one.failures:
        yield from (f"  {line}" for line in failure_lines(failure, language))
    yield ""


def failure_lines(failure: Failure, language: Language) -> Iterator[str]:
    """Where it is expected, what, what came out, and why."""
    yield f"{failure.expected.at}: {failure.sentence.in_(language)}"
    if failure.why.zh:
        yield f"    {failure.why.in_(language)}"


def _count(suite: Suite) -> Text:
    assert suite.rulebook is not None
    total, failed = len(suite.outcomes), len(suite.failed)
    skipped = sum(one.skipped for one in suite.outcomes)
    proposed = sum(one.example.proposed for one in suite.outcomes)
    passed = total - failed - skipped
    zh = f"{suite.rulebook.id}:{total} 个个案,通过 {passed},未通过 {failed}"
    en = f"{suite.rulebook.id}: {total} cases, {passed} passed, {failed} failed"
    if skipped:
        zh, en = f"{zh},没写 expect {skipped}", f"{en}, {skipped} without expect"
    if proposed:
        zh, en = f"{zh};其中待人确认 {proposed}", f"{en}; {proposed} still to be confirmed by a person"
    return Text(zh, en)


def suites_json(suites: Sequence[Suite], problems: Sequence[Problem], language: Language = "zh") -> str:
    """`hegui/tests/v1`."""
    data = {
        "format": "hegui/tests/v1",
        "rulebooks": [
            {"id": suite.rulebook.id, "digest": suite.rulebook.digest, "cases": _cases(suite, language)}
            for suite in suites
            if suite.rulebook is not None
        ],
        "problems": [problem_data(problem, language) for problem in problems],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _cases(suite: Suite, language: Language) -> list[dict[str, object]]:
    return [
        {
            "name": one.example.full_name,
            "title": one.example.title,
            "at": str(one.example.at),
            "proposed": one.example.proposed,
            "outcome": "passed" if one.passed else "skipped" if one.skipped else "failed",
            "failures": [_failure(failure, language) for failure in one.failures],
        }
        for one in suite.outcomes
    ]


def _failure(failure: Failure, language: Language) -> dict[str, object]:
    expected = failure.expected
    return {
        "at": str(expected.at),
        "about": expected.about,
        "id": expected.id or None,
        "what": expected.what,
        "subject": failure.subject.in_(language),
        "expected": _plain(expected.value),
        "actual": failure.actual.in_(language),
        "message": failure.sentence.in_(language),
        "step": failure.step.n if failure.step else None,
        "because": failure.why.in_(language),
    }


def _plain(value: Expectable) -> object:
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return [{"text": reason.text, "exact": reason.exact} for reason in value]
    return decimal_text(value)


def suites_junit(suites: Sequence[Suite], language: Language = "zh") -> str:
    """JUnit XML."""
    return junit_xml(
        TestSuite(suite.rulebook.id, tuple(_junit(one, suite.rulebook.id, language) for one in suite.outcomes))
        for suite in suites
        if suite.rulebook is not None
    )


def _junit(one: Outcome, group: str, language: Language) -> TestCase:
    name, at = one.example.full_name, one.example.at
    where = {"file": at.file, "line": at.line or 0}
    if one.skipped:
        return TestCase(name, group, "skipped", Text("没写 expect", "no expect").in_(language), **where)  # type: ignore[arg-type]  # file and line
    if one.passed:
        return TestCase(name, group, **where)  # type: ignore[arg-type]  # likewise
    detail = "\n".join(line for failure in one.failures for line in failure_lines(failure, language))
    message = one.failures[0].sentence.in_(language)
    return TestCase(name, group, "failure", message, detail, one.failures[0].expected.what, **where)  # type: ignore[arg-type]  # likewise
