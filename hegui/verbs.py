"""What each command does: load, read, assess, write. Each returns the exit status."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from engine.assessment import Assessment
from engine.evaluate import Evaluator
from engine.load import load_rulebook
from engine.model import Rulebook
from engine.waivers import Waivers, assess_waived
from facts.casefile import read_case
from facts.model import Basis, Case
from facts.problem import Problem, has_errors
from facts.provenance import Position
from hegui.command import CLEAN, UNUSABLE, Arguments, today
from hegui.delivery import deliver, files_of, language_of, status_of, unusable, unwritable, warn
from hegui.interchange import assessment_json, indicator_json
from hegui.progress import progress_of
from hegui.report_text import explain_text, report_text
from hegui.scoring import find_indicator, ready_to_score
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


def _assess(arguments: Arguments) -> tuple[Assessment | None, tuple[Problem, ...]]:
    """The assessment, or every Problem of rulebook and facts."""
    as_of = arguments.as_of or today()
    rulebook, problems = load_rulebook(arguments.rules, as_of)
    if rulebook is None:
        return None, problems
    ready, problems = ready_to_score(rulebook, _read(rulebook, arguments), arguments.waivers, as_of, problems)
    if ready is None:
        return None, problems
    if arguments.verbose:
        from hegui.logs import log

        log("assess", rulebook=rulebook.id, subject=ready.case.subject.id, facts=len(ready.case.facts))
    return _run(rulebook, ready.case, ready.waivers, arguments), problems


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
