"""`hegui diff OLD NEW`: what an edit of the rules changes in meaning, and what it does to a population."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from engine.difference import Edit, difference
from engine.impact import Impact, find_impact, unusable
from engine.load import load_rulebook
from engine.model import Rulebook
from facts.model import Period
from facts.problem import Problem, Text, has_errors, in_order
from facts.provenance import Position
from facts.vocabulary import Vocabulary
from hegui.command import CLEAN, FINDINGS, Arguments
from hegui.delivery import language_of, refused, warn
from hegui.progress import progress_of
from hegui.workbench.difference.html import difference_html
from hegui.workbench.difference.interchange import difference_json
from hegui.workbench.difference.population import population_of
from hegui.workbench.difference.summary import Summary, summarised
from hegui.workbench.difference.tables import impact_of_table, only_table
from hegui.workbench.difference.text import difference_text
from hegui.writing import overwrites, write_result

_Both = tuple[Rulebook, Rulebook]
Found = tuple[tuple[tuple[Edit, ...], Impact | None] | None, tuple[Problem, ...]]


def diff(arguments: Arguments) -> int:
    """Compare two rulebooks; 1 with --exit-code where they differ."""
    clash = overwrites(arguments.output, _inputs(arguments)) or _no_file(arguments)
    both, problems = _rulebooks(arguments)
    if clash is not None or both is None:
        return refused((*problems, *([clash] if clash is not None else [])), arguments)
    compared, more = _compare(both, arguments)
    problems = (*problems, *more)
    if compared is None or has_errors(problems):
        return refused(problems, arguments)
    edits, impact = compared
    summary = None if impact is None else summarised(impact, _grades(both))
    if problems:
        warn(in_order(problems), arguments)
    problem = _deliver(both, edits, impact, summary, problems, arguments)
    if problem is not None:
        return refused((problem,), arguments)
    return FINDINGS if arguments.exit_code and edits else CLEAN


def _rulebooks(arguments: Arguments) -> tuple[_Both | None, tuple[Problem, ...]]:
    old, problems = load_rulebook(arguments.old)
    new, more = load_rulebook(arguments.new)
    problems = in_order((*problems, *more))
    if old is None or new is None:
        return None, problems
    broken = unusable(old, new)
    return (None if broken else (old, new)), (*problems, *broken)


def _compare(both: _Both, arguments: Arguments) -> Found:
    """The edits, and what they do to the population, if there is one: a table in columns, cases by the engine."""
    if not arguments.population:
        return (difference(*both), None), ()
    year = both[1].effective_from.year
    period = Period(date(year, 1, 1), date(year, 12, 31))
    names = {**both[0].vocabulary.names, **both[1].vocabulary.names}
    vocabulary = Vocabulary({**both[0].vocabulary.concepts, **both[1].vocabulary.concepts}, names)
    progress = progress_of(arguments)
    table = only_table(arguments.population)
    notes: tuple[Problem, ...] = ()
    if table is not None:
        found, notes = impact_of_table(both, table, vocabulary, period, progress)
        if found is not None or has_errors(notes):
            return found, notes
    population, problems = population_of(arguments.population, vocabulary, period, progress)
    problems = (*problems, *notes)
    if population is None or has_errors(problems):
        return None, problems
    return find_impact(*both, population.cases, progress), problems


def _grades(both: _Both) -> list[str]:
    """Grades of the new rulebook from the highest down, then those only the old one has."""
    scales = [[step.grade for step in one.grades.steps] if one.grades else [] for one in reversed(both)]
    return list(dict.fromkeys((*scales[0], *scales[1])))


def _deliver(
    both: _Both,
    edits: Sequence[Edit],
    impact: Impact | None,
    summary: Summary | None,
    problems: Sequence[Problem],
    arguments: Arguments,
) -> Problem | None:
    language = language_of(arguments)
    if arguments.format == "xlsx":
        from hegui.binary import write_bytes
        from hegui.workbench.difference.sheets import difference_sheets

        data, problem = difference_sheets(edits, impact, summary, language)
        return problem if data is None else write_bytes(data, arguments.output)
    match arguments.format:
        case "json":
            text = difference_json(both, edits, impact, summary, problems, language)
        case "html":
            text = difference_html(both, edits, impact, summary, language)
        case _:
            text = difference_text(edits, impact, summary, language)
    return write_result(text, arguments.output)


def _no_file(arguments: Arguments) -> Problem | None:
    if arguments.format != "xlsx" or arguments.output is not None:
        return None
    message = Text("工作簿须写入文件", "a workbook is written to a file")
    hint = Text("请加 -o 影响.xlsx", "Add -o impact.xlsx")
    return Problem("no-output", Position("--format"), message, hint)


def _inputs(arguments: Arguments) -> list[Path]:
    folders = [path for path in (arguments.old, arguments.new, *arguments.population) if path.is_dir()]
    return [*arguments.population, *(file for folder in folders for file in folder.rglob("*.yaml"))]
