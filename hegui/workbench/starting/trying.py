"""Drafts that load: a rule the loader does not take goes back to the assessor."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from engine.load import load_rulebook
from engine.model import Rulebook
from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.workbench.starting.drafting import Answers, Draft, draft, template
from hegui.workbench.starting.tablereading import IndicatorTable
from hegui.workbench.starting.words import Wordings

_ROUNDS = 4


def drafted(
    table: IndicatorTable | None, answers: Answers, known: Wordings
) -> tuple[Draft, Rulebook | None, tuple[Problem, ...]]:
    """Files that load; without a table, those to start from. A rule the loader refuses (bands with a gap) is none."""
    refused: dict[str, Text] = {}
    for _ in range(_ROUNDS):
        made = Draft(template(answers)) if table is None else draft(table, answers, known, refused)
        rulebook, problems = _tried(made)
        if rulebook is not None:
            return made, rulebook, ()
        guilty = {key: problem.message for problem in problems for key in _indicators_at(made, problem.at)}
        if not set(guilty) - set(refused):
            break
        refused |= guilty
    return made, None, problems


def _tried(made: Draft) -> tuple[Rulebook | None, tuple[Problem, ...]]:
    with tempfile.TemporaryDirectory() as name:
        for file, text in made.files.items():
            (Path(name) / file).write_text(text, encoding="utf-8")
        return load_rulebook(Path(name))


def _indicators_at(made: Draft, at: Position) -> Iterator[str]:
    """The indicator whose lines a place is in."""
    text = made.files.get(Path(at.file).name, "")
    head = text.split("\n")[: at.line]
    ids = [line.removeprefix("  - id: ").strip() for line in head if line.startswith("  - id: ")]
    if ids and ids[-1] in made.rows:
        yield ids[-1]
