"""What each command does: load, read, assess, write. Each returns the exit status."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from facts.model import Basis
from facts.problem import Problem, has_errors
from facts.provenance import Position
from hegui.assessing import Asked, Assessed, assess_files
from hegui.binary import missing_writer, unseen, write_bytes
from hegui.command import CLEAN, UNUSABLE, Arguments, today
from hegui.delivery import deliver, files_of, language_of, refused, status_of, unusable, unwritable, warn
from hegui.interchange import indicator_json
from hegui.progress import progress_of
from hegui.receipts.leaving import leave, look, wanted_of
from hegui.report_text import explain_text, report_text
from hegui.scoring import find_indicator
from hegui.writing import overwrites


def check(arguments: Arguments) -> int:
    """Score a case."""
    asked = asked_of(arguments)
    inputs = (*asked.facts, *asked.items.values(), *asked.waivers, *files_of(asked.rules))
    clash = overwrites(arguments.output, inputs)
    clash = clash or missing_writer(arguments.format) or unseen(arguments.format, arguments.output)
    if clash is not None:
        return unwritable(clash, arguments)
    wanted, untold = wanted_of(arguments, inputs)
    if has_errors(untold):
        return refused(untold, arguments)
    before = None if wanted is None else look(wanted, asked)
    assessed, problems = _assess(asked, arguments)
    if assessed is None:
        return unusable(problems, arguments)
    warn(problems, arguments)
    if not _handed_over(assessed, arguments):
        return UNUSABLE
    left = () if before is None else leave(before, asked, assessed)
    warn(left, arguments)
    assessment = assessed.assessment
    if has_errors((*left, *assessment.problems)):
        return UNUSABLE
    return status_of((finding.severity for finding in assessment.findings if not finding.waived), arguments)


def _handed_over(assessed: Assessed, arguments: Arguments) -> bool:
    """Whether the report could be written, in whatever format was asked for."""
    language = language_of(arguments)
    if arguments.format == "text":
        return deliver(report_text(assessed.assessment, language), arguments)
    from hegui.papers.write import PaperFormat, write_paper

    kind = cast(PaperFormat, arguments.format)
    home = Path(assessed.case.at.file).parent.as_posix()
    data = write_paper(assessed.assessment, assessed.rulebook, kind, language, home)
    problem = write_bytes(data, arguments.output)
    if problem is not None:
        unwritable(problem, arguments)
    return problem is None


def explain(arguments: Arguments) -> int:
    """Say why one indicator has its score."""
    clash = overwrites(arguments.output, (*arguments.facts, *arguments.waivers, *files_of(arguments.rules)))
    if clash is not None:
        return unwritable(clash, arguments)
    assessed, problems = _assess(asked_of(arguments), arguments)
    if assessed is None:
        return unusable(problems, arguments)
    assessment = assessed.assessment
    indicator = find_indicator(assessment, arguments.indicator, Position(str(arguments.rules)))
    if isinstance(indicator, Problem):
        return unusable((indicator,), arguments)
    language = language_of(arguments)
    warn(problems, arguments)
    if arguments.format == "json":
        text = indicator_json(assessment, indicator, language)
    else:
        text = explain_text(assessment, indicator, language)
    return CLEAN if deliver(text, arguments) else UNUSABLE


# --- steps of the verbs -----------------------------------------------------------------------------------------------


def _assess(asked: Asked, arguments: Arguments) -> tuple[Assessed | None, tuple[Problem, ...]]:
    """The assessment, or every Problem of rulebook and facts."""
    assessed, problems = assess_files(asked)
    if assessed is not None and arguments.verbose:
        from hegui.logs import log

        case = assessed.case
        log("assess", rulebook=assessed.rulebook.id, subject=case.subject.id, facts=len(case.facts))
    return assessed, problems


def asked_of(arguments: Arguments) -> Asked:
    """What the command line asks to be assessed; TABLE#unit is a unit of a table."""
    from hegui.batch.asked import database_of, period_of
    from hegui.batch.unit import names_unit

    named = names_unit(arguments.facts)
    table, unit = named or (None, None)
    return Asked(
        rules=arguments.rules,
        facts=tuple(arguments.facts) if table is None else (table,),
        accept=cast("tuple[Basis, ...]", tuple(arguments.accept)),
        waivers=tuple(arguments.waivers),
        as_of=arguments.as_of or today(),
        unit=unit,
        items=dict(arguments.items),
        period=period_of(arguments),
        database=database_of(arguments),
        isolated=arguments.isolated,
        timeout=arguments.timeout,
        progress=progress_of(arguments),
    )
