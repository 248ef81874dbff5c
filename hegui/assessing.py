"""Files -> Assessment: what `check` and `explain` do, and what is done again to verify a receipt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from engine.assessment import Assessment
from engine.evaluate import Evaluator
from engine.load import load_rulebook
from engine.model import Rulebook
from engine.waivers import Waivers, assess_waived
from facts.casefile import read_case
from facts.documents.model import Progress, no_progress
from facts.model import BASES, Basis, Case, Period
from facts.problem import Problem
from hegui.scoring import ready_to_score

DEFAULT_TIMEOUT = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be assessed with what. `unit`: of the table that is the one file of facts.

    `common` is the folder of concept libraries where it is not our own; `as_of` None looks at no day.
    """

    rules: Path
    facts: tuple[Path, ...]
    accept: tuple[Basis, ...] = BASES
    waivers: tuple[Path, ...] = ()
    as_of: date | None = None
    unit: str | None = None
    items: Mapping[str, Path] = field(default_factory=dict)
    period: Period | None = None
    # Where the rows of a table that is a query come from; it may hold a password.
    database: str = field(default="", repr=False)
    common: Path | None = None
    isolated: bool = False
    timeout: int = DEFAULT_TIMEOUT
    progress: Progress = no_progress


@dataclass(frozen=True, slots=True)
class Assessed:
    """The assessment, and the rulebook and case it was made of."""

    assessment: Assessment
    rulebook: Rulebook
    case: Case


def assess_files(asked: Asked) -> tuple[Assessed | None, tuple[Problem, ...]]:
    """The assessment, or every Problem of rulebook, waivers and facts. Raises engine.session.EngineFault."""
    rulebook, problems = load_rulebook(asked.rules, asked.as_of, asked.common)
    if rulebook is None:
        return None, problems
    # Waivers without a day are none: nobody could say whether they are in force.
    waivers = asked.waivers if asked.as_of else ()
    ready, problems = ready_to_score(rulebook, _read(rulebook, asked), waivers, asked.as_of or date.min, problems)
    if ready is None:
        return None, problems
    return Assessed(_run(rulebook, ready.case, ready.waivers, asked), rulebook, ready.case), problems


def _read(rulebook: Rulebook, asked: Asked) -> tuple[Case | None, tuple[Problem, ...]]:
    """The case of the files named, or of a unit of a table."""
    if asked.unit is None:
        return read_case(asked.facts, rulebook.vocabulary)
    from hegui.batch.asked import missing_duckdb
    from hegui.batch.unit import case_of_unit

    problems = missing_duckdb()
    if problems:
        return None, problems
    return case_of_unit(asked.facts[0], asked.unit, asked.items, rulebook, asked.period, asked.progress, asked.database)


def _run(rulebook: Rulebook, case: Case, waivers: Waivers | None, asked: Asked) -> Assessment:
    if asked.isolated:
        from engine.isolated import assess_isolated

        return assess_isolated(rulebook, case, asked.accept, asked.timeout, waivers)
    with Evaluator(rulebook) as evaluator:
        return assess_waived(evaluator, case, asked.accept, waivers)
