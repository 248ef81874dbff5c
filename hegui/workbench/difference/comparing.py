"""Two rulebooks compared, and what their difference does to a population: what `hegui diff` and the desk both do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from engine.difference import Edit, difference
from engine.impact import Impact, find_impact, unusable
from engine.load import load_rulebook
from engine.model import Rulebook
from facts.documents.model import Progress
from facts.model import Period
from facts.problem import Problem, Text, has_errors, in_order
from facts.provenance import Position
from facts.vocabulary import Vocabulary
from hegui.batch.asked import missing_duckdb
from hegui.workbench.difference.population import population_of
from hegui.workbench.difference.tables import NO_ITEMS, impact_of_table, is_table, only_table

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
def compare(
    both: Both, population_files: Sequence[Path], progress: Progress, items: Mapping[str, Path] = NO_ITEMS
) -> Iterator[Found]:
    """The edits, and what they do to the population, if there is one: a table in columns, cases by the engine.

    `items`: files of items by the name of their concept; only a single table has such.

    Units of a table stay in a database, which is open as long as this is entered.
    """
    table = only_table(population_files)
    unfit = _items_unfit(population_files, table) if items else ()
    if unfit:
        yield None, unfit
        return
    if not population_files:
        yield (difference(*both), None), ()
        return
    year = both[1].effective_from.year
    period = Period(date(year, 1, 1), date(year, 12, 31))
    names = {**both[0].vocabulary.names, **both[1].vocabulary.names}
    vocabulary = Vocabulary({**both[0].vocabulary.concepts, **both[1].vocabulary.concepts}, names)
    notes: tuple[Problem, ...] = ()
    if table is not None:
        with impact_of_table(both, table, vocabulary, period, progress, items) as (found, notes):
            if found is not None or items or has_errors(notes):
                yield found, notes
                return
    population, problems = population_of(population_files, vocabulary, period, progress)
    problems = (*problems, *notes)
    if population is None or has_errors(problems):
        yield None, problems
    else:
        yield find_impact(*both, population.cases, progress), problems


def _items_unfit(population: Sequence[Path], table: Path | None) -> tuple[Problem, ...]:
    """Why files of items cannot be read: the population is no single table, or there is no database to take them into."""
    if table is not None:
        return ()
    if is_table(population):
        return missing_duckdb()
    message = Text("--items 只能与一张单位表一起用", "--items goes with a single table of units")
    hint = Text("请用 --population 指明这张表。", "Name that table, and nothing else, after --population.")
    return (Problem("items-without-table", Position("--items"), message, hint),)


def grades_of(both: Both) -> list[str]:
    """Grades of the new rulebook from the highest down, then those only the old one has."""
    scales = [[step.grade for step in one.grades.steps] if one.grades else [] for one in reversed(both)]
    return list(dict.fromkeys((*scales[0], *scales[1])))
