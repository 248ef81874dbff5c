"""What each command does: load, read, assess, write. Each returns the exit status."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

from engine.assessment import Assessment, IndicatorResult
from engine.evaluate import Evaluator, usable
from engine.load import load_rulebook
from engine.model import Rulebook
from engine.waivers import Waivers, assess_waived, check_waivers
from facts.casefile import read_case
from facts.model import Basis, Case
from facts.problem import Problem, Text, did_you_mean, has_errors, in_order
from facts.provenance import Position
from facts.waiverfile import read_waivers
from hegui.command import CLEAN, UNUSABLE, Arguments, today
from hegui.delivery import deliver, files_of, language_of, status_of, unusable, unwritable, warn
from hegui.interchange import assessment_json, indicator_json
from hegui.progress import progress_of
from hegui.report_text import explain_text, report_text
from hegui.writing import overwrites


def check(arguments: Arguments) -> int:
    """Score a case."""
    clash = overwrites(arguments.output, (*arguments.facts, *arguments.waivers, *files_of(arguments.rules)))
    if clash is not None:
        return unwritable(clash, arguments)
    assessment, problems = _assess(arguments)
    if assessment is None:
        return unusable(problems, arguments)
    language = language_of(arguments)
    warn(problems, arguments)
    text = assessment_json if arguments.format == "json" else report_text
    if not deliver(text(assessment, language), arguments):
        return UNUSABLE
    if has_errors(assessment.problems):
        return UNUSABLE
    return status_of((finding.severity for finding in assessment.findings if not finding.waived), arguments)


def explain(arguments: Arguments) -> int:
    """Say why one indicator has its score."""
    clash = overwrites(arguments.output, (*arguments.facts, *arguments.waivers, *files_of(arguments.rules)))
    if clash is not None:
        return unwritable(clash, arguments)
    assessment, problems = _assess(arguments)
    if assessment is None:
        return unusable(problems, arguments)
    indicator = _find(assessment, arguments.indicator)
    if indicator is None:
        return unusable((_no_such_indicator(assessment, arguments),), arguments)
    language = language_of(arguments)
    warn(problems, arguments)
    if arguments.format == "json":
        text = indicator_json(assessment, indicator, language)
    else:
        text = explain_text(assessment, indicator, language)
    return CLEAN if deliver(text, arguments) else UNUSABLE


# --- steps of the verbs -----------------------------------------------------------------------------------------------


def _assess(arguments: Arguments) -> tuple[Assessment | None, tuple[Problem, ...]]:
    """The assessment, or every Problem of rulebook and facts."""
    as_of = arguments.as_of or today()
    rulebook, problems = load_rulebook(arguments.rules, as_of)
    if rulebook is None:
        return None, problems
    waivers, more = read_waivers(arguments.waivers) if arguments.waivers else ((), ())
    problems = (*problems, *more, *check_waivers(rulebook, waivers))
    case, more = _read(rulebook, arguments)
    problems = (*problems, *more)
    if case is not None:
        problems = (*problems, *usable(rulebook, case))
    if case is None or has_errors(problems):
        return None, in_order(problems)
    if arguments.verbose:
        from hegui.logs import log

        log("assess", rulebook=rulebook.id, subject=case.subject.id, facts=len(case.facts))
    given = Waivers(waivers, as_of) if arguments.waivers else None
    return _run(rulebook, case, given, arguments), in_order(problems)


def _read(rulebook: Rulebook, arguments: Arguments) -> tuple[Case | None, tuple[Problem, ...]]:
    """The case of the files named, or of a unit of a table: TABLE#unit."""
    from hegui.batch.unit import case_of_unit, names_unit

    named = names_unit(arguments.facts)
    if named is None:
        return read_case(arguments.facts, rulebook.vocabulary)
    from hegui.batch.asked import missing_duckdb, period_of

    problems = missing_duckdb()
    if problems:
        return None, problems
    return case_of_unit(*named, dict(arguments.items), rulebook, period_of(arguments), progress_of(arguments))


def _run(rulebook: Rulebook, case: Case, waivers: Waivers | None, arguments: Arguments) -> Assessment:
    accept = cast(Sequence[Basis], arguments.accept)
    if arguments.isolated:
        from engine.isolated import assess_isolated

        return assess_isolated(rulebook, case, accept, arguments.timeout, waivers)
    with Evaluator(rulebook) as evaluator:
        return assess_waived(evaluator, case, accept, waivers)


def _find(assessment: Assessment, wanted: str) -> IndicatorResult | None:
    return next((i for i in assessment.indicators if wanted in (i.id, i.title.zh, i.title.en)), None)


def _no_such_indicator(assessment: Assessment, arguments: Arguments) -> Problem:
    wanted = arguments.indicator
    names = [name for i in assessment.indicators for name in (i.id, i.title.zh)]
    hint = did_you_mean(wanted, names)
    if not hint.zh:
        ids = "、".join(i.id for i in assessment.indicators[:8])
        hint = Text(f"编号如 {ids} ……;也可写指标名称", f"ids such as {ids} …; or the indicator's title")
    return Problem(
        "unknown-indicator",
        Position(str(Path(arguments.rules))),
        Text(f"没有名为“{wanted}”的指标", f"there is no indicator {wanted!r}"),
        hint,
    )
