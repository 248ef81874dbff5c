"""`hegui lint`: what a reviewer would catch in rulebooks."""

from __future__ import annotations

from pathlib import Path

from engine.lint.run import Linted, lint_folder
from facts.problem import in_order
from hegui.command import UNUSABLE, Arguments
from hegui.delivery import deliver, files_of, language_of, status_of, unwritable
from hegui.problemdata import problems_json
from hegui.workbench.lint_output import lint_junit, lint_sarif, lint_text
from hegui.writing import overwrites


def lint(arguments: Arguments) -> int:
    """Lint rulebooks; list everything found at once."""
    clash = overwrites(arguments.output, files_of(*arguments.folders))
    if clash is not None:
        return unwritable(clash, arguments)
    linted = [(folder, lint_folder(folder, arguments.as_of)) for folder in arguments.folders]
    problems = in_order(problem for _, one in linted for problem in one.problems)
    language = language_of(arguments)
    match arguments.format:
        case "json":
            text = problems_json(problems, language)
        case "sarif":
            text = lint_sarif(problems, [edit for _, one in linted for edit in one.edits], language)
        case "junit":
            text = lint_junit([(str(folder), one.problems) for folder, one in linted], language)
        case _:
            text = lint_text(problems, language)
    if not deliver(text, arguments) or any(_unusable(one) for _, one in linted):
        return UNUSABLE
    return status_of((problem.severity for problem in problems), arguments)


def _unusable(one: Linted) -> bool:
    """Whether there is no rulebook to speak of."""
    lacking = (problem for problem in one.problems if problem.code in ("no-rulebook", "no-such-file"))
    return one.rulebook is None and any(Path(problem.at.file).name != "vocabulary.yaml" for problem in lacking)
