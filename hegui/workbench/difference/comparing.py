"""Two rulebooks compared, and what their difference does to a population: what `hegui diff` and the desk both do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from engine.difference import Edit, difference
from engine.impact import Impact, find_impact, unusable
from engine.load import load_rulebook
from engine.model import Rulebook
from facts.documents.model import Progress
from facts.model import Period
from facts.problem import Problem, has_errors, in_order
from facts.vocabulary import Vocabulary
from hegui.workbench.difference.population import population_of
from hegui.workbench.difference.tables import impact_of_table, only_table

Both = tuple[Rulebook, Rulebook]
Found = tuple[tuple[tuple[Edit, ...], Impact | None] | None, tuple[Problem, ...]]


def load_both(before: Path, after: Path) -> tuple[Both | None, tuple[Problem, ...]]:
    """Two rulebooks that can be compared."""
    old, problems = load_rulebook(before)
    new, more = load_rulebook(after)
    problems = in_order((*problems, *more))
    if old is None or new is None:
        return None, problems
    broken = unusable(old, new)
    return (None if broken else (old, new)), (*problems, *broken)


def compare(both: Both, population_files: Sequence[Path], progress: Progress) -> Found:
    """The edits, and what they do to the population, if there is one: a table in columns, cases by the engine."""
    if not population_files:
        return (difference(*both), None), ()
    year = both[1].effective_from.year
    period = Period(date(year, 1, 1), date(year, 12, 31))
    names = {**both[0].vocabulary.names, **both[1].vocabulary.names}
    vocabulary = Vocabulary({**both[0].vocabulary.concepts, **both[1].vocabulary.concepts}, names)
    table = only_table(population_files)
    notes: tuple[Problem, ...] = ()
    if table is not None:
        found, notes = impact_of_table(both, table, vocabulary, period, progress)
        if found is not None or has_errors(notes):
            return found, notes
    population, problems = population_of(population_files, vocabulary, period, progress)
    problems = (*problems, *notes)
    if population is None or has_errors(problems):
        return None, problems
    return find_impact(*both, population.cases, progress), problems


def grades_of(both: Both) -> list[str]:
    """Grades of the new rulebook from the highest down, then those only the old one has."""
    scales = [[step.grade for step in one.grades.steps] if one.grades else [] for one in reversed(both)]
    return list(dict.fromkeys((*scales[0], *scales[1])))
