"""What the linter found, for people, editors and build servers."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from engine.lint.book import Edit
from engine.lint.loadercodes import ALL
from facts.problem import Language, Problem
from facts.provenance import Position
from facts.yamltree import read_bytes
from hegui.junit import TestCase, TestSuite, junit_xml
from hegui.sarif import Data, artifact, fingerprint, sarif_text

_SEVERITIES = ("error", "warning", "note")


# --- text -------------------------------------------------------------------------------------------------------------


def lint_text(problems: Sequence[Problem], language: Language = "zh") -> str:
    """Findings by file, then how many there are."""
    if not problems:
        return "没有发现问题。\n" if language == "zh" else "No problems found.\n"
    blocks = []
    for _, group in itertools.groupby(problems, key=lambda one: one.at.file):
        blocks.append("\n".join(problem.show(language) for problem in group))
    return "\n\n".join([*blocks, _tail(problems, language)]) + "\n"


def _tail(problems: Sequence[Problem], language: Language) -> str:
    errors, warnings, notes = (sum(one.severity == severity for one in problems) for severity in _SEVERITIES)
    if language == "zh":
        counted = f"共 {len(problems)} 个问题:错误 {errors},警告 {warnings},提示 {notes}。"
        return counted + "每种问题的说明见 docs/lint。"
    many = "problem" if len(problems) == 1 else "problems"
    counted = f"{len(problems)} {many}: errors {errors}, warnings {warnings}, notes {notes}."
    return counted + " docs/lint explains each kind."


# --- SARIF ------------------------------------------------------------------------------------------------------------


def lint_sarif(problems: Sequence[Problem], edits: Iterable[tuple[Problem, Edit]], language: Language = "zh") -> str:
    """One result for each finding, with the edit that mends it where that is exact."""
    codes = sorted({problem.code for problem in problems})
    places = {code: n for n, code in enumerate(codes)}
    mending = dict(edits)
    lines = _Lines()
    results = [_result(one, places[one.code], mending.get(one), lines, language) for one in problems]
    return "".join(sarif_text([_rule(code, language) for code in codes], results))


def _rule(code: str, language: Language) -> Data:
    known = ALL.get(code)
    if known is None:
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": known.title.in_(language)},
        "fullDescription": {"text": known.why.in_(language)},
        "help": {"text": known.mend.in_(language)},
        "defaultConfiguration": {"level": known.severity},
    }


def _result(problem: Problem, place: int, edit: Edit | None, lines: _Lines, language: Language) -> Data:
    message, hint = problem.message.in_(language), problem.hint.in_(language)
    physical: Data = {"artifactLocation": artifact(problem.at.file)}
    if problem.at.line:
        physical["region"] = {"startLine": problem.at.line, "startColumn": max(1, problem.at.column)}
    result: Data = {
        "ruleId": problem.code,
        "ruleIndex": place,
        "level": problem.severity,
        "message": {"text": f"{message}\n{hint}" if hint else message},
        "locations": [{"physicalLocation": physical}],
        "partialFingerprints": {"hegui/v1": fingerprint(problem.code, problem.at.file, problem.message.en)},
    }
    if edit is not None and lines.holds(edit.at, edit.old):
        result["fixes"] = [_fix(edit, hint)]
    return result


def _fix(edit: Edit, description: str) -> Data:
    deleted = {
        "startLine": edit.at.line,
        "startColumn": edit.at.column,
        "endLine": edit.at.line,
        "endColumn": edit.at.column + len(edit.old),
    }
    replacement = {"deletedRegion": deleted, "insertedContent": {"text": edit.new}}
    change = {"artifactLocation": artifact(edit.at.file), "replacements": [replacement]}
    return {"description": {"text": description}, "artifactChanges": [change]}


class _Lines:
    """The lines of files, read once, to see that an edit fits what stands there."""

    def __init__(self) -> None:
        self.files: dict[str, list[str]] = {}

    def holds(self, at: Position, text: str) -> bool:
        """Whether the text stands at a place."""
        if at.file not in self.files:
            data, problem = read_bytes(Path(at.file), at.file)
            self.files[at.file] = [] if problem else data.decode("utf-8", "replace").removeprefix("\ufeff").split("\n")
        lines = self.files[at.file]
        return 0 < at.line <= len(lines) and lines[at.line - 1].startswith(text, at.column - 1)


# --- JUnit ------------------------------------------------------------------------------------------------------------


def lint_junit(folders: Iterable[tuple[str, Sequence[Problem]]], language: Language = "zh") -> str:
    """A suite for each rulebook: one test that passes where nothing was found, else one for each finding."""
    return junit_xml(TestSuite(folder, tuple(_tests(folder, problems, language))) for folder, problems in folders)


def _tests(folder: str, problems: Sequence[Problem], language: Language) -> Iterator[TestCase]:
    if not problems:
        yield TestCase("lint", folder)
    for one in problems:
        yield TestCase(
            f"{one.code} {one.at}",
            folder,
            # A note is nobody's failure; it is shown all the same.
            "skipped" if one.severity == "note" else "failure",
            one.message.in_(language),
            one.show(language),
            one.code,
            one.at.file,
            one.at.line,
        )
