"""Tasks about the units of a population that was scored: lists of them, one of them, what was rejected, two runs side by side."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from engine.plan import Plan
from facts.columns.store import database_error
from facts.gathering.casewriting import case_text
from facts.gathering.gathering import Gathered
from facts.model import Period
from facts.problem import Language, Problem, Text, has_errors
from facts.provenance import Position
from hegui.batch.output import MANIFEST
from hegui.batch.report.between import between
from hegui.batch.report.listing import Listed, ListedUnit, Order, Wanted, listed, one_unit, reasons_of, rejected
from hegui.batch.report.model import Basis, title_of
from hegui.batch.report.reasonwords import ReasonWords
from hegui.batch.report.write import files_of, opened, reading_of
from hegui.batch.unit import case_of_unit
from hegui.desk.work.requests import File, Folder, read_request
from hegui.desk.work.tasks.books import BOOKS
from hegui.desk.work.tasks.populations import chapter_data, damaged, manifest_of, plan_of
from hegui.desk.work.wire import Data
from hegui.desk.work.worker import Result, Say
from hegui.interchange import assessment_json, points_decimal

# More than this a page does not list.
MOST = 500


@dataclass(frozen=True, slots=True)
class Units:
    """Units of a run: those whose id or name holds `find`, with this `grade` ("?": not determined), `most` of them from number `start`.

    `order`: as in the table; by score, lowest or highest first; by points open; by how much their claim exceeds what is computed;
    by the score in `section`, lowest first.
    """

    results: Folder
    rules: Folder
    find: str = ""
    grade: str = ""
    section: str = ""
    order: Order = "table"
    start: int = 0
    most: int = 50
    language: Language = "zh"


def units(request: Data, say: Say) -> Result:
    """A page of the list.

    Answer: `count` of all that fit; `units` [{unit, name, score, lower, upper, grade, grades [], claimed, sections {id: score}}]; `sections`
    [{id, title, points}]; `grades`, every grade there may be; `claims`, whether there are any.
    """
    asked, problems = read_request(Units, request)
    if asked is None:
        return None, problems
    plan, problems = plan_of(asked.rules)
    if plan is None:
        return None, problems
    manifest, problem = manifest_of(asked.results / MANIFEST, plan)
    if manifest is None:
        return None, (problem,) if problem else ()
    try:
        with opened(asked.results, manifest) as reading:
            wanted = Wanted(asked.find, asked.grade, asked.section, asked.order, asked.start, min(asked.most, MOST))
            return _listed(listed(reading, plan, wanted), plan, asked.language), ()
    except (OSError, database_error()):
        return None, (damaged(),)


def _listed(found: Listed, plan: Plan, language: Language) -> Data:
    scale = plan.rulebook.grades
    return {
        "count": found.count,
        "units": [_unit(one) for one in found.units],
        "sections": [
            {
                "id": one.section.id,
                "title": Text(one.section.title.zh, one.section.title.en or one.section.title.zh).in_(language),
                "points": points_decimal(one.section.points),
            }
            for one in plan.sections
        ],
        "grades": [step.grade for step in scale.steps] if scale is not None else [],
        "claims": found.claims,
    }


def _unit(one: ListedUnit) -> Data:
    return {
        "unit": one.unit,
        "name": one.name,
        "score": _points(one.score),
        "lower": _points(one.lower),
        "upper": _points(one.upper),
        "grade": one.grade,
        "grades": list(one.grades),
        "claimed": _points(one.claimed),
        "sections": {key: _points(value) for key, value in one.sections.items()},
    }


def _points(value: Fraction | None) -> str | None:
    return None if value is None else points_decimal(value)


# --- one unit, as the run has it --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """One unit of a run by its id."""

    results: Folder
    rules: Folder
    unit: str
    language: Language = "zh"


def told_unit(request: Data, say: Say) -> Result:
    """What the run says of one unit, without asking the engine again.

    Answer: a unit as of the task units, and `indicators` [{id, title, verdict, points, score, lower, upper, reason}].
    """
    asked, problems = read_request(Told, request)
    if asked is None:
        return None, problems
    plan, problems = plan_of(asked.rules)
    if plan is None:
        return None, problems
    manifest, problem = manifest_of(asked.results / MANIFEST, plan)
    if manifest is None:
        return None, (problem,) if problem else ()
    try:
        with opened(asked.results, manifest) as reading:
            found = one_unit(reading, plan, asked.unit)
            rows = {row[0]: row[1:] for row in reasons_of(reading, asked.unit)}
    except (OSError, database_error()):
        return None, (damaged(),)
    if found is None:
        message = Text(f"没有单位“{asked.unit[:60]}”", f"there is no unit {asked.unit[:60]!r}")
        return None, (Problem("unknown-unit", Position(""), message),)
    words = ReasonWords(plan.rulebook)
    indicators = [
        {
            "id": one.indicator.id,
            "title": title_of(one).in_(asked.language),
            "verdict": verdict,
            "points": _points(points),
            "score": _points(score),
            "lower": _points(lower),
            "upper": _points(upper),
            "reason": words.told(one.part, one.indicator.section, code).in_(asked.language),
        }
        for section in plan.sections
        for one in section.indicators
        for verdict, code, points, score, lower, upper in (rows[one.indicator.id],)
    ]
    return {**_unit(found), "indicators": indicators}, ()


# --- one unit ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of a table, by its id or its name. `year` where the period is not the rulebook's first."""

    table: File
    rules: Folder
    unit: str
    items: dict[str, File] = field(default_factory=dict)
    year: int | None = None
    language: Language = "zh"


def unit(request: Data, say: Say) -> Result:
    """One unit scored by the engine. Answer: `assessment` (hegui/assessment/v1); `case`, the text of a case file of it."""
    asked, problems = read_request(Unit, request)
    if asked is None:
        return None, problems
    book = BOOKS.open(asked.rules)
    if book.rulebook is None:
        return None, book.problems
    if asked.year is not None and not 1949 <= asked.year <= 9998:
        message = Text("年度应为 1949 至 9998", "a year is from 1949 to 9998")
        return None, (Problem("bad-request", Position("year"), message),)
    period = None if asked.year is None else Period(date(asked.year, 1, 1), date(asked.year, 12, 31))
    case, problems = case_of_unit(asked.table, asked.unit, asked.items, book.rulebook, period, say)
    if case is None or has_errors(problems):
        return None, problems
    assessment = book.evaluator.assess(case)
    told = Text(f"总体 {asked.table.name} 的一个单位", f"one unit of the population {asked.table.name}")
    gathered = Gathered(case.subject, case.period, case.facts, case.sources)
    text = case_text(gathered, book.rulebook.vocabulary, [told.in_(asked.language)])
    return {"assessment": json.loads(assessment_json(assessment, asked.language)), "case": text}, problems


# --- what was rejected ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rejects:
    """Rows and values of a run's tables that could not be used, `most` of them from number `start`."""

    results: Folder
    start: int = 0
    most: int = 100
    language: Language = "zh"


def rejects(request: Data, say: Say) -> Result:
    """A page of the list. Answer: `count`; `rejects` [{table, row, unit, column, text, lost, code, reason}]."""
    asked, problems = read_request(Rejects, request)
    if asked is None:
        return None, problems
    path = asked.results / "rejects" / "part-00000.parquet"
    try:
        with reading_of({"rejects": [path]}) as reading:
            count, rows = rejected(reading, max(0, asked.start), max(1, min(asked.most, MOST)))
    except (OSError, database_error()):
        return None, (damaged(),)
    return {"count": count, "rejects": [{**one, "reason": one["reason"].in_(asked.language)} for one in rows]}, ()


# --- two runs ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Between:
    """Two runs: their folders, and the rulebook of each."""

    old: Folder
    new: Folder
    old_rules: Folder
    new_rules: Folder
    language: Language = "zh"


def runs(request: Data, say: Say) -> Result:
    """Two runs side by side. Answer: `old` and `new`, their manifests; `chapters` as of the task glance."""
    asked, problems = read_request(Between, request)
    if asked is None:
        return None, problems
    plans, manifests = dict[str, Plan](), dict[str, Mapping[str, Any]]()
    for name, rules, results in (("old", asked.old_rules, asked.old), ("new", asked.new_rules, asked.new)):
        plan, problems = plan_of(rules)
        if plan is None:
            return None, problems
        manifest, problem = manifest_of(results / MANIFEST, plan)
        if manifest is None:
            return None, (problem,) if problem else ()
        plans[name], manifests[name] = plan, manifest
    files = {
        f"{name}_{table}": paths
        for name, results in (("old", asked.old), ("new", asked.new))
        for table, paths in files_of(results, manifests[name]).items()
        if table in ("scores", "reasons")
    }
    try:
        with reading_of(files) as reading:
            chapters = between(reading, Basis(plans["new"], manifests["new"]))
    except (OSError, database_error()):
        return None, (damaged(),)
    return {**manifests, "chapters": [chapter_data(one, asked.language) for one in chapters]}, ()
