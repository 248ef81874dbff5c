"""Two rulebooks compared, and what their difference does to a population: what `hegui diff` and the desk both do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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


@contextmanager
def compare(both: Both, population_files: Sequence[Path], progress: Progress) -> Iterator[Found]:
    """The edits, and what they do to the population, if there is one: a table in columns, cases by the engine.

    Units of a table stay in a database, which is open as long as this is entered.
    """
    if not population_files:
        yield (difference(*both), None), ()
        return
    year = both[1].effective_from.year
    period = Period(date(year, 1, 1), date(year, 12, 31))
    names = {**both[0].vocabulary.names, **both[1].vocabulary.names}
    vocabulary = Vocabulary({**both[0].vocabulary.concepts, **both[1].vocabulary.concepts}, names)
    table = only_table(population_files)
    notes: tuple[Problem, ...] = ()
    if table is not None:
        with impact_of_table(both, table, vocabulary, period, progress) as (found, notes):
            if found is not None or has_errors(notes):
                yield found, notes
                return
    population, problems = population_of(population_files, vocabulary, period, progress)
    problems = (*problems, *notes)
    if population is None or has_errors(problems):
        yield None, problems
    else:
        yield find_impact(*both, population.cases, progress), problems


def grades_of(both: Both) -> list[str]:
    """Grades of the new rulebook from the highest down, then those only the old one has."""
    scales = [[step.grade for step in one.grades.steps] if one.grades else [] for one in reversed(both)]
    return list(dict.fromkeys((*scales[0], *scales[1])))
