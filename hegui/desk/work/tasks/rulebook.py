"""Tasks about one rulebook."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from engine.lint.book import Edit
from engine.lint.run import Linted, lint_folder
from facts.problem import Language, Problem
from hegui.desk.work.requests import Folder, read_request
from hegui.desk.work.wire import Data
from hegui.desk.work.worker import Result, Say
from hegui.problemdata import problem_data


@dataclass(frozen=True, slots=True)
class Lint:
    """A rulebook folder; acceptances are held to the day `as_of`."""

    rules: Folder
    as_of: date | None = None
    language: Language = "zh"


def lint(request: Data, say: Say) -> Result:
    """Everything the loader and the linter find.

    Answer: `format` hegui/problems/v1, `problems` as `hegui lint --format json` gives them, each with `fix` {line, column, old,
    new} where an edit mends it; `loads`, whether the rulebook can be used; `errors`, `warnings`, `notes`, how many there are.
    """
    asked, problems = read_request(Lint, request)
    if asked is None:
        return None, problems
    with contextlib.chdir(asked.rules):
        linted = lint_folder(Path(), asked.as_of)
    return linted_data(linted, asked.language), ()


def linted_data(linted: Linted, language: Language) -> Data:
    """What was found, as an answer has it."""
    fixes = dict(linted.edits)
    severities = [one.severity for one in linted.problems]
    return {
        "format": "hegui/problems/v1",
        "problems": [_with_fix(one, fixes.get(one), language) for one in linted.problems],
        "loads": linted.rulebook is not None and "error" not in severities,
        "errors": severities.count("error"),
        "warnings": severities.count("warning"),
        "notes": severities.count("note"),
    }


def _with_fix(problem: Problem, edit: Edit | None, language: Language) -> dict[str, Any]:
    data = problem_data(problem, language)
    if edit is not None:
        data["fix"] = {"line": edit.at.line, "column": edit.at.column, "old": edit.old, "new": edit.new}
    return data
