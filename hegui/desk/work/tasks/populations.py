"""Tasks about a population: score a table of units, and look at what came of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from engine.lower import lower
from engine.plan import Plan
from facts.columns.store import database_error
from facts.model import Period
from facts.problem import Language, Problem, Text, has_errors, in_order
from facts.provenance import Position
from facts.values import decimal_text
from hegui.batch.asked import missing_duckdb
from hegui.batch.engines import compile_for
from hegui.batch.model import DEFAULT_PARTITION, DEFAULT_SAMPLE, Job
from hegui.batch.output import MANIFEST
from hegui.batch.report.listing import graded
from hegui.batch.report.model import Basis, Cell, Chapter, Grid, Picture
from hegui.batch.report.write import gathered, write_report
from hegui.batch.run import Ran, run_batch
from hegui.desk.work.requests import File, Folder, Output, read_request
from hegui.desk.work.tasks.books import BOOKS
from hegui.desk.work.wire import Data
from hegui.desk.work.worker import Result, Say


@dataclass(frozen=True, slots=True)
class Batch:
    """A table with a row for each unit, a rulebook, and the folder to write to.

    `items`: tables of lists by the name of the list; `year` where it is not the rulebook's first; `claims` the column of claimed
    scores.
    """

    table: File
    rules: Folder
    output: Output
    items: dict[str, File] = field(default_factory=dict)
    year: int | None = None
    claims: str = ""
    partition: int = DEFAULT_PARTITION
    sample: int = DEFAULT_SAMPLE
    language: Language = "zh"


def batch(request: Data, say: Say) -> Result:
    """Score a population into a folder of scores, reasons, rejects, manifest.json, report.html and report.xlsx.

    Answer: `manifest` (hegui/batch/v1), and `chapters` as of the task glance.
    """
    asked, problems = read_request(Batch, request)
    if asked is None:
        return None, problems
    problems = (*missing_duckdb(), *_unfit(asked))
    if problems:
        return None, problems
    plan, problems = plan_of(asked.rules)
    if plan is None:
        return None, problems
    period = None if asked.year is None else Period(date(asked.year, 1, 1), date(asked.year, 12, 31))
    job = Job(
        asked.table,
        asked.rules,
        asked.output,
        asked.items,
        period,
        asked.partition,
        asked.sample,
        claims=asked.claims,
    )
    ran, found = run_batch(job, compile_for(job), say)
    problems = in_order((*problems, *found))
    if ran is None:
        return None, problems
    if ran.differences:
        return None, (*problems, _disagreeing(ran))
    found = write_report(asked.output, plan, ran.manifest, asked.language)
    chapters = gathered(asked.output, Basis(plan, ran.manifest))
    data = {"manifest": ran.manifest, "chapters": [chapter_data(one, asked.language) for one in chapters]}
    return data, in_order((*problems, *found))


def _unfit(asked: Batch) -> tuple[Problem, ...]:
    """What the command line may be asked and the desk may not."""
    found = []
    if any(path.suffix.casefold() == ".sql" for path in (asked.table, *asked.items.values())):
        message = Text("工作台不连接数据库,不运行查询", "the desk connects to no database and runs no queries")
        hint = Text("请上传表格文件,或用 hegui batch。", "Upload a table, or use hegui batch.")
        found.append(Problem("database-not-here", Position(asked.table.name), message, hint))
    numbers = {"year": (asked.year or 2000, 1949, 9998), "partition": (asked.partition, 1, 10**9), "sample": (asked.sample, 1, 10**6)}  # fmt: skip
    for name, (value, low, high) in numbers.items():
        if not low <= value <= high:
            wanted = Text(f"{name} 应为 {low} 至 {high}", f"{name} is to be from {low} to {high}")
            found.append(Problem("bad-request", Position(name), wanted))
    return tuple(found)


def plan_of(rules: Path) -> tuple[Plan | None, tuple[Problem, ...]]:
    """The Plan of a rulebook."""
    book = BOOKS.open(rules)
    if book.rulebook is None:
        return None, book.problems
    plan, problems = lower(book.rulebook)
    return (None if has_errors(problems) else plan), in_order((*book.problems, *problems))


def _disagreeing(ran: Ran) -> Problem:
    first = ran.differences[0]
    where = " ".join(filter(None, (first["unit"], first["indicator"], first["field"])))
    message = Text(
        f"抽样复核未通过:列式计算与引擎不一致({where}),结果不可采用",
        f"the sample check failed: columns and engine disagree ({where}); the results must not be used",
    )
    hint = Text("请连同输入报告此问题。", "Please report it with the input.")
    return Problem("columns-disagree", Position(MANIFEST), message, hint)


# --- at a glance ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Glance:
    """A folder the task batch (or `hegui batch`) has written, and the rulebook that scored.

    `grade`: only units with this grade; "?" those whose grade is not determined.
    """

    results: Folder
    rules: Folder
    grade: str = ""
    language: Language = "zh"


def glance(request: Data, say: Say) -> Result:
    """A population at a glance.

    Answer: `manifest`; `chapters` [{key, name, title, notes [], pictures [{title, strokes [{label, length, told, colour}]}], grids [{title, heads
    [], rows [[]], shades [[]]}]}]: distribution, grades, deductions, sections, outliers, … in the order of the report. `length` is in any
    unit, below zero to the left; `shades` in thousandths or null; numbers are texts.
    """
    asked, problems = read_request(Glance, request)
    if asked is None:
        return None, problems
    plan, problems = plan_of(asked.rules)
    if plan is None:
        return None, problems
    manifest, problem = manifest_of(asked.results / MANIFEST, plan)
    if manifest is None:
        return None, (problem,) if problem else ()
    try:
        chapters = gathered(asked.results, Basis(plan, manifest), graded(asked.grade))
    except (OSError, KeyError, TypeError, database_error()):
        return None, (damaged(),)
    return {"manifest": manifest, "chapters": [chapter_data(one, asked.language) for one in chapters]}, problems


def damaged() -> Problem:
    """Files of a run are not what they were."""
    return _unreadable(Text("结果文件缺失或损坏", "files of the results are missing or damaged"))


def manifest_of(path: Path, plan: Plan) -> tuple[Mapping[str, Any] | None, Problem | None]:
    """The manifest of a run that was made with this rulebook, or why there is none."""
    try:
        manifest: Mapping[str, Any] = json.loads(path.read_bytes())
        known, own = manifest["identity"]["rulebook"]["digest"], plan.rulebook.digest
    except (OSError, ValueError, KeyError, TypeError):
        return None, _unreadable(Text("这里没有总体评价的结果", "there are no results of a population here"))
    if known == own:
        return manifest, None
    message = Text(
        "这些结果不是用这个版本的规则集评的", "these results were not made with this version of the rulebook"
    )
    hint = Text("请选当时所用的版本,或重新评一遍。", "Choose the version that was used, or score the population again.")
    return None, Problem("other-rulebook", Position(MANIFEST), message, hint)


def _unreadable(message: Text) -> Problem:
    return Problem("no-results", Position(MANIFEST), message, Text("请重新评一遍。", "Score the population again."))


def chapter_data(one: Chapter, language: Language) -> Data:
    """A chapter as plain data."""
    return {
        "key": one.name.en.lower(),
        "name": one.name.in_(language),
        "title": one.title.in_(language),
        "notes": [note.in_(language) for note in one.notes],
        "pictures": [_picture(picture, language) for picture in one.pictures],
        "grids": [_grid(grid, language) for grid in one.grids],
    }


def _picture(one: Picture, language: Language) -> Data:
    strokes = [
        {"label": s.label.in_(language), "length": s.length, "told": s.told.in_(language), "colour": s.colour}
        for s in one.strokes
    ]
    return {"title": one.title.in_(language), "strokes": strokes}


def _grid(one: Grid, language: Language) -> Data:
    return {
        "title": one.title.in_(language),
        "heads": [head.in_(language) for head in one.heads],
        "rows": [[_cell(cell, language) for cell in row] for row in one.rows],
        "shades": [list(row) for row in one.shades],
    }


def _cell(one: Cell, language: Language) -> str:
    if isinstance(one, Text):
        return one.in_(language)
    if isinstance(one, Fraction):
        return decimal_text(one)
    return "" if one is None else str(one)
