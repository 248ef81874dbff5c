"""Tasks that score a case: assess it, and say why an indicator has its score."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date

from engine.assessment import Assessment
from engine.waivers import assess_waived
from facts.casefile import read_case
from facts.model import BASES, Basis
from facts.problem import Language, Problem
from facts.provenance import Position
from facts.vocabulary import Vocabulary
from hegui.binary import missing_writer
from hegui.command import today
from hegui.desk.work.requests import File, Folder, Output, read_request
from hegui.desk.work.tasks.books import BOOKS
from hegui.desk.work.tasks.casefacts import CaseChange, FactChange, changed_case
from hegui.desk.work.tasks.files import write_all
from hegui.desk.work.wire import Data
from hegui.desk.work.worker import Result, Say
from hegui.interchange import assessment_json, indicator_json
from hegui.papers.write import PaperFormat, write_paper
from hegui.scoring import Read, find_indicator, ready_to_score

# What a format's files end with, where that is not its name.
_ENDINGS: dict[str, str] = {"text": "txt", "junit": "xml"}


@dataclass(frozen=True, slots=True)
class Assess:
    """A case and the rulebook to score it with.

    `accept`: bases of facts to rely on; `as_of`: the day waivers and acceptances must be in force, today where it is not named;
    `changes`: what if the facts were so? Nothing of it is saved.
    """

    rules: Folder
    case: File
    accept: tuple[Basis, ...] = BASES
    as_of: date | None = None
    waivers: tuple[File, ...] = ()
    changes: tuple[FactChange, ...] = ()
    language: Language = "zh"


@dataclass(frozen=True, slots=True)
class Explain(Assess):
    """As Assess, and the id or title of an indicator."""

    indicator: str = ""


def assess(request: Data, say: Say) -> Result:
    """Score a case. Answer: hegui/assessment/v1, as `hegui check --format json` gives it."""
    asked, problems = read_request(Assess, request)
    if asked is None:
        return None, problems
    assessment, problems = _assessed(asked)
    if assessment is None:
        return None, problems
    return json.loads(assessment_json(assessment, asked.language)), problems


def explain(request: Data, say: Say) -> Result:
    """One indicator with its steps. Answer: hegui/explanation/v1, as `hegui explain --format json` gives it."""
    asked, problems = read_request(Explain, request)
    if asked is None:
        return None, problems
    assessment, problems = _assessed(asked)
    if assessment is None:
        return None, problems
    indicator = find_indicator(assessment, asked.indicator, Position("rulebook.yaml"))
    if isinstance(indicator, Problem):
        return None, (indicator,)
    return json.loads(indicator_json(assessment, indicator, asked.language)), problems


@dataclass(frozen=True, slots=True)
class Papers(Assess):
    """As Assess, the formats wanted, and the folder to write them to."""

    kinds: tuple[PaperFormat, ...] = ("docx",)
    output: Output = field(kw_only=True)


def papers(request: Data, say: Say) -> Result:
    """Write the assessment as papers. Answer: `files` {format: name}; subject, period and score as in an assessment."""
    asked, problems = read_request(Papers, request)
    if asked is None:
        return None, problems
    missing = [one for kind in asked.kinds if (one := missing_writer(kind)) is not None]
    assessment, problems = _assessed(asked)
    if assessment is None or missing:
        return None, (*problems, *missing)
    rulebook = BOOKS.open(asked.rules, asked.as_of).rulebook
    assert rulebook is not None
    names = {kind: f"assessment.{_ENDINGS.get(kind, kind)}" for kind in dict.fromkeys(asked.kinds)}
    files: dict[str, bytes] = {}
    for n, (kind, name) in enumerate(names.items()):
        say(n, len(names), kind)
        files[name] = write_paper(assessment, rulebook, kind, asked.language)
    problem = write_all(asked.output, files)
    if problem is not None:
        return None, (*problems, problem)
    data = json.loads(assessment_json(assessment, asked.language))
    return {"files": dict(names), **{key: data[key] for key in ("subject", "period", "score")}}, problems


def _assessed(asked: Assess) -> tuple[Assessment | None, tuple[Problem, ...]]:
    book = BOOKS.open(asked.rules, asked.as_of)
    if book.rulebook is None:
        return None, book.problems
    read = _read(asked, book.rulebook.vocabulary)
    ready, problems = ready_to_score(book.rulebook, read, asked.waivers, asked.as_of or today(), book.problems)
    if ready is None:
        return None, problems
    return assess_waived(book.evaluator, ready.case, asked.accept, ready.waivers), problems


def _read(asked: Assess, vocabulary: Vocabulary) -> Read:
    if not asked.changes:
        return read_case((asked.case,), vocabulary)
    _, case, problems = changed_case(asked.case, CaseChange(asked.changes), vocabulary)
    return case, problems
