"""A rulebook folder -> everything the loader and the linter find, also where it cannot be loaded."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from engine.checks import stale_acceptance
from engine.drafts import TodoComment, todo_comments
from engine.lint.book import Book, Edit, Family, Found
from engine.lint.degrees import find_degrees
from engine.lint.denominators import find_denominators
from engine.lint.direction import find_direction
from engine.lint.drafts import find_drafts
from engine.lint.earning import find_earning
from engine.lint.grades import find_grades
from engine.lint.quotients import find_quotients
from engine.lint.reached import find_reached
from engine.lint.scales import find_scales
from engine.lint.silent import find_silent
from engine.lint.sourcing import find_sourcing
from engine.lint.textual import find_textual
from engine.lint.totals import find_totals
from engine.lint.twins import find_twins
from engine.lint.vetoes import find_vetoes
from engine.load import read_rulebook
from engine.lower import lower
from engine.model import Rulebook
from facts.problem import Problem, has_errors, in_order
from facts.provenance import Position

FAMILIES: tuple[Family, ...] = (
    find_reached,
    find_earning,
    find_totals,
    find_grades,
    find_scales,
    find_degrees,
    find_direction,
    find_denominators,
    find_quotients,
    find_silent,
    find_textual,
    find_sourcing,
    find_drafts,
    find_twins,
    find_vetoes,
)


@dataclass(frozen=True, slots=True)
class Linted:
    """Every Problem of a folder in order, with the edits that mend some of them; `rulebook` where any could be read."""

    rulebook: Rulebook | None
    problems: tuple[Problem, ...]
    edits: tuple[tuple[Problem, Edit], ...] = ()


def lint_folder(folder: Path, as_of: date | None = None) -> Linted:
    """Everything about the rulebook in a folder."""
    rulebook, problems = read_rulebook(folder, as_of)
    if rulebook is None:
        return Linted(None, problems)
    complete = not has_errors(problems)
    if complete:
        problems = (*problems, *lower(rulebook)[1])
    found, stale = lint_rulebook(rulebook, problems, as_of, todo_comments(folder))
    edits = tuple((one.problem, one.edit) for one in found if one.edit is not None)
    return Linted(rulebook, in_order((*problems, *(one.problem for one in found), *stale)), edits)


def lint_rulebook(
    rulebook: Rulebook,
    problems: Sequence[Problem] = (),
    as_of: date | None = None,
    comments: tuple[TodoComment, ...] = (),
) -> tuple[tuple[Found, ...], tuple[Problem, ...]]:
    """Findings about a rulebook that are not accepted, and acceptances of what is not there.

    Of what has errors (`problems`) nothing more is said: it is not what its writer meant.
    """
    complete = not has_errors(problems)
    book = Book(rulebook, complete, comments)
    found = tuple(one for family in FAMILIES for one in family(book))
    found = tuple(_unexplained(found))
    found = tuple(_elsewhere(found, rulebook, [p.at for p in problems if p.severity == "error"]))
    accepted = {(a.problem, a.target) for a in rulebook.tolerated if not a.has_expired(as_of)}
    there = {(one.problem.code, one.target) for one in found}
    stale = [stale_acceptance(a) for a in rulebook.tolerated if (a.problem, a.target) not in there]
    kept = tuple(one for one in found if (one.problem.code, one.target) not in accepted)
    return kept, tuple(stale) if complete else ()


# What follows from another finding about the same thing, and is mended with it.
_EXPLAINED = {
    "constant-score": {"always-holds", "never-holds", "contradictory-condition", "idle-per-unit"},
    "points-not-earned": {"masked-case", "unreachable-case", "marks-out-of-range", "uneven-parts", "never-holds"},
    "grade-never-reached": {"cap-below-points"},
}


def _unexplained(found: Sequence[Found]) -> Iterator[Found]:
    """One fault, one finding."""
    told: dict[str, set[str]] = {}
    for one in found:
        told.setdefault(one.target, set()).add(one.problem.code)
    return (one for one in found if told[one.target].isdisjoint(_EXPLAINED.get(one.problem.code, ())))


def _elsewhere(found: Iterable[Found], rulebook: Rulebook, errors: Sequence[Position]) -> Iterator[Found]:
    """What does not stand in an entry (an indicator, a veto, a check) that has an error."""
    if not errors:
        yield from found
        return
    starts = sorted({(at.file, at.line) for at in _entries(rulebook)})
    broken = {bisect.bisect_right(starts, (at.file, at.line)) for at in errors}
    files = {at.file for at in errors if not at.line}
    for one in found:
        at = one.problem.at
        if at.file not in files and bisect.bisect_right(starts, (at.file, at.line)) not in broken:
            yield one


def _entries(rulebook: Rulebook) -> Iterator[Position]:
    for section in rulebook.sections:
        yield section.at
        yield from (indicator.at for indicator in section.indicators)
        yield from section.unread
    yield from (one.at for one in rulebook.vetoes)
    yield from (one.at for one in rulebook.checks)
    yield from (one.at for one in rulebook.vocabulary.concepts.values())
    yield rulebook.at
