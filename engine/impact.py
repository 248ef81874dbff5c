"""What an edit of the rules does to a population: scores before and after, and which clause moved them by how much.

The share of a clause is its Shapley value: what it adds, averaged over every order in which the edits could have been made.
Shares add up exactly to the difference. With many edits, two orders stand for all: that of the rulebook, and its reverse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise
from math import factorial
from typing import Literal, Protocol

from engine.combine import NO, Score
from engine.difference import Edit, difference
from engine.evaluate import Evaluator
from engine.hybrids import Lever, hybrid, levers
from engine.lower import lower
from engine.model import Rulebook, Section
from facts.model import Case, Subject
from facts.problem import Problem
from facts.values import ZERO

# 2 to this many rulebooks are tried in full.
MOST_EXACT = 4
Progress = Callable[[int, int, str], None]
Method = Literal["every_order", "two_orders"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Bounds of a score (equal where it is determined), and the grades that are possible."""

    lower: Fraction
    upper: Fraction
    grades: tuple[str, ...]

    @property
    def determined(self) -> bool:
        """Whether there is one score."""
        return self.lower == self.upper

    @property
    def grade(self) -> str | None:
        """The grade, where there is one."""
        return self.grades[0] if len(self.grades) == 1 else None


@dataclass(frozen=True, slots=True)
class Share:
    """What one lever moves the two bounds by."""

    lower: Fraction
    upper: Fraction


# The bounds of a score.
Bounds = tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class Move:
    """What an edited indicator brings to its section before and after; None where it does not, or may not, apply.

    Its score; where a section is its points less deductions, what it takes off (nothing, or less than nothing).
    """

    before: Bounds | None
    after: Bounds | None

    @property
    def change(self) -> Fraction | None:
        """The points it gains (negative: loses), where both are determined: certain, however open the total is."""
        if self.before is None or self.after is None:
            return None
        certain = self.before[0] == self.before[1] and self.after[0] == self.after[1]
        return self.after[0] - self.before[0] if certain else None


@dataclass(frozen=True, slots=True)
class Edited:
    """An indicator that was edited, and what is taken from its score before and after to make what it brings."""

    edit: Edit
    before: Fraction
    after: Fraction

    def move(self, before: Bounds | None, after: Bounds | None) -> Move:
        """What it does, by its scores."""
        return Move(_less(before, self.before), _less(after, self.after))


def _less(bounds: Bounds | None, points: Fraction) -> Bounds | None:
    return None if bounds is None else (bounds[0] - points, bounds[1] - points)


@dataclass(frozen=True, slots=True)
class UnitImpact:
    """One subject: before, after, and the share of each lever that moves anything. Shares add up to after - before.

    `change`: points gained (negative: lost); None where what is not known about the subject leaves it open.
    `moves`: what each of the edited indicators does by itself, in the order of `Impact.edited`.
    """

    subject: Subject
    before: Outcome
    after: Outcome
    shares: Mapping[str, Share]
    change: Fraction | None
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True)
class Impact:
    """Every unit of a population, the levers of the edit, the edited indicators, and how shares were found."""

    levers: tuple[Lever, ...]
    units: tuple[UnitImpact, ...]
    method: Method
    edited: tuple[Edited, ...] = ()


@dataclass(frozen=True, slots=True)
class Ends:
    """A subject under the old and the new rulebook.

    `moved`: the score of some indicator or section, or the outcome, differs. `settled`: no edit is about what is open.
    `moves`: one for each of `edited_indicators`.
    """

    subject: Subject
    before: Outcome
    after: Outcome
    moved: bool
    settled: bool
    moves: tuple[Move, ...] = ()


class Runs(Protocol):
    """A population run through the rulebooks between old and new."""

    def ends(self) -> Sequence[Ends]:
        """Every subject under both, in the order of the population."""

    def bounds(self, made: tuple[int, ...], places: Sequence[int]) -> Sequence[Bounds]:
        """The bounds of the subjects at these places with these levers pulled."""


def find_impact(
    old: Rulebook, new: Rulebook, cases: Sequence[Case], progress: Progress
) -> tuple[tuple[Edit, ...], Impact]:
    """The edits, and what they do to each case, decided by the engine."""
    edits = difference(old, new)
    moving = levers(edits)
    return edits, impact_of(old, new, moving, CaseRuns(old, new, edits, moving, progress, cases))


def impact_of(old: Rulebook, new: Rulebook, moving: tuple[Lever, ...], runs: Runs) -> Impact:
    """What the levers do to a population, however it is run."""
    ends = runs.ends()
    moved = [place for place, one in enumerate(ends) if one.moved]
    shares = dict(zip(moved, _shares(runs, len(moving), ends, moved), strict=True))
    edited = edited_indicators(old, new, moving)
    alone = _only_taken_off(old, new, moving, edited)

    def unit(n: int, one: Ends) -> UnitImpact:
        unfelt = alone and all(move.change == ZERO for move in one.moves)
        change = ZERO if unfelt else _change(one, old, new, moving)
        return UnitImpact(one.subject, one.before, one.after, _named(shares.get(n, {}), moving), change, one.moves)

    units = tuple(unit(n, one) for n, one in enumerate(ends))
    return Impact(moving, units, "every_order" if len(moving) <= MOST_EXACT else "two_orders", edited)


def edited_indicators(old: Rulebook, new: Rulebook, moving: Sequence[Lever]) -> tuple[Edited, ...]:
    """The edits of indicators that are in both rulebooks with points: what each of them does by itself can be told."""
    edits = (edit for lever in moving for edit in lever.edits if edit.clause == "indicator" and edit.kind == "changed")
    found = ((edit, _taken_off(old, edit.old_id or edit.id), _taken_off(new, edit.id)) for edit in edits)
    return tuple(Edited(edit, one, other) for edit, one, other in found if one is not None and other is not None)


def _taken_off(rulebook: Rulebook, indicator: str) -> Fraction | None:
    """What a full score counts as less than itself: its points, where the section is its points less deductions.

    None where the points depend on facts.
    """
    place = ((section, one) for section in rulebook.sections for one in section.indicators if one.id == indicator)
    section, found = next(place)
    if not _is_less_deductions(section):
        return ZERO
    return found.part.points if isinstance(found.part.points, Fraction) else None


def _is_less_deductions(section: Section) -> bool:
    return section.model == "declared_less_deductions" and section.kind != "malus"


def unusable(old: Rulebook, new: Rulebook) -> tuple[Problem, ...]:
    """Problems that keep either rulebook from being run."""
    return (*lower(old)[1], *lower(new)[1])


def with_renamed(case: Case, edits: Sequence[Edit]) -> Case:
    """The case with facts under the new ids of concepts too."""
    facts = dict(case.facts)
    for edit in edits:
        if edit.clause == "concept" and edit.old_id and edit.old_id in facts:
            facts.setdefault(edit.id, facts[edit.old_id])
        elif edit.clause == "concept" and edit.old_id and edit.id in facts:
            facts.setdefault(edit.old_id, facts[edit.id])
    return Case(case.subject, case.period, facts, case.sources, case.at)


def _named(shares: Mapping[int, Share], moving: Sequence[Lever]) -> dict[str, Share]:
    return {moving[n].name: share for n, share in sorted(shares.items()) if share.lower or share.upper}


# --- running ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Run:
    """An outcome, and everything a clause could show in: the scores of all indicators and sections."""

    outcome: Outcome
    finals: Mapping[str, Score]
    prints: object


@dataclass(slots=True)
class CaseRuns:
    """Cases run through the rulebooks between old and new by the engine, one rulebook at a time."""

    old: Rulebook
    new: Rulebook
    edits: tuple[Edit, ...]
    moving: tuple[Lever, ...]
    progress: Progress
    cases: Sequence[Case]

    def ends(self) -> Sequence[Ends]:
        """Every case under both rulebooks."""
        everything = tuple(range(len(self.moving)))
        edited = edited_indicators(self.old, self.new, self.moving)
        sides = zip(self._outcomes((), self.cases), self._outcomes(everything, self.cases), strict=True)
        return [
            Ends(
                case.subject,
                one.outcome,
                other.outcome,
                one.prints != other.prints,
                _all_settled(self.edits, one, other),
                tuple(_move(changed, one, other) for changed in edited),
            )
            for case, (one, other) in zip(self.cases, sides, strict=True)
        ]

    def bounds(self, made: tuple[int, ...], places: Sequence[int]) -> Sequence[Bounds]:
        """The bounds of some cases with these levers pulled."""
        found = self._outcomes(made, [self.cases[place] for place in places])
        return [(run.outcome.lower, run.outcome.upper) for run in found]

    def _outcomes(self, made: tuple[int, ...], cases: Sequence[Case]) -> list[_Run]:
        applied = [edit for n in made for edit in self.moving[n].edits]
        found = []
        with Evaluator(hybrid(self.old, self.new, self.edits, applied)) as evaluator:
            for n, case in enumerate(cases):
                self.progress(n, len(cases), "score")
                found.append(_run(evaluator, with_renamed(case, self.edits)))
        return found


def _run(evaluator: Evaluator, case: Case) -> _Run:
    decided = evaluator.decide(case)
    end = decided.outcome
    outcome = Outcome(end.lo, end.hi, end.grades)
    finals = sorted(decided.rollup.finals.items())
    prints = (outcome, tuple(finals), tuple(sorted(decided.rollup.sections.items())))
    return _Run(outcome, dict(finals), prints)


def _move(edited: Edited, before: _Run, after: _Run) -> Move:
    edit = edited.edit
    return edited.move(_applying(before.finals[edit.old_id or edit.id]), _applying(after.finals[edit.id]))


def _applying(score: Score) -> Bounds | None:
    return (score.lo, score.hi) if score.na == NO else None


def _change(one: Ends, old: Rulebook, new: Rulebook, moving: Sequence[Lever]) -> Fraction | None:
    """The points gained, where they are known: also of a score that is open only by what no edit is about.

    Two ranges that moved alike prove nothing if the edited clause is itself open: the facts may turn either way. Nor do they
    where a total is more than a sum: what is cut off or rounded at both ends may not be in between.
    """
    moved = one.after.lower - one.before.lower
    if one.before.determined and one.after.determined:
        return moved
    if one.settled and not one.moved and all(edit.clause != "section" for lever in moving for edit in lever.edits):
        # Every indicator gives what it gave, open ones too.
        return ZERO
    alike = moved == one.after.upper - one.before.upper and one.settled
    return moved if alike and _adds_up(old, one.before) and _adds_up(new, one.after) else None


def _only_taken_off(old: Rulebook, new: Rulebook, moving: Sequence[Lever], edited: Sequence[Edited]) -> bool:
    """Whether every edit is of an indicator whose section is its points less deductions, and nothing else asks for its score.

    Where none of them takes off more or less than before, the sections come to the same, whatever else is open.
    """
    asking = any(book.vetoes or any(s.counts_if is not None for s in book.sections) for book in (old, new))
    if asking or len(edited) != sum(len(lever.edits) for lever in moving):
        return False
    before, after = (
        {one.id: section.id for section in book.sections if _is_less_deductions(section) for one in section.indicators}
        for book in (old, new)
    )
    places = ((before.get(one.edit.old_id or one.edit.id), after.get(one.edit.id)) for one in edited)
    return all(place is not None and place == other for place, other in places)


def _adds_up(rulebook: Rulebook, outcome: Outcome) -> bool:
    """Whether the total is the plain sum of what the indicators give, wherever in its range it lies."""
    inside = (rulebook.floor is None or rulebook.floor < outcome.lower) and (
        rulebook.cap is None or outcome.upper < rulebook.cap
    )
    # A veto that is open holds one end where it is, so that the two ends do not move alike.
    return inside and all(_is_sum(section, rulebook) for section in rulebook.sections)


def _is_sum(section: Section, rulebook: Rulebook) -> bool:
    """Whether a section adds its indicators up, with no more decimals than the total keeps."""
    total = rulebook.defaults.round_score
    policies = [indicator.part.policies for indicator in section.indicators]
    exact = total is None or all(p.round_score is not None and p.round_score.places <= total.places for p in policies)
    plain = all(p.not_applicable in ("full", "exclude") for p in policies)
    free = section.floor is None and section.cap is None and section.counts_if is None
    return section.kind == "base" and section.model == "sum" and free and exact and plain


def _all_settled(edits: Sequence[Edit], before: _Run, after: _Run) -> bool:
    """Whether no edit is about what is open of a subject."""
    for edit in edits:
        asked = asks(edit)
        if asked is None:
            return False
        found = (before.finals.get(asked[0]), after.finals.get(asked[1])) if asked else ()
        if not all(score is None or score.determined for score in found):
            return False
    return True


def asks(edit: Edit) -> tuple[str, str] | tuple[()] | None:
    """What must be determined for an edit to leave alone whatever is open: nothing, two indicators (before, after).

    None: it never does.
    """
    if edit.silent:
        return ()
    if edit.clause == "indicator":
        return (edit.old_id or edit.id, edit.id)
    if edit.clause == "section":
        alone = edit.kind == "changed" and all(change.silent or change.path == ("points",) for change in edit.changes)
        return () if alone else None
    # A concept that is new or gone is used by clauses that are edited too; a scale of grades moves no score.
    return () if edit.clause == "grades" or (edit.clause == "concept" and edit.kind != "changed") else None


# --- shares -----------------------------------------------------------------------------------------------------------


def _shares(runs: Runs, count: int, ends: Sequence[Ends], places: Sequence[int]) -> list[dict[int, Share]]:
    """The shares of the subjects at these places, by the place of the lever."""
    if not places or not count:
        return [{} for _ in places]
    bounds: dict[frozenset[int], Sequence[Bounds]] = {
        frozenset(): [(ends[n].before.lower, ends[n].before.upper) for n in places],
        frozenset(range(count)): [(ends[n].after.lower, ends[n].after.upper) for n in places],
    }
    weighted = list(_every_order(count) if count <= MOST_EXACT else _two_orders(count))
    for made in dict.fromkeys(side for _, _, small, large in weighted for side in (small, large)):
        if made not in bounds:
            bounds[made] = runs.bounds(tuple(sorted(made)), places)
    sums = [dict.fromkeys(range(count), (ZERO, ZERO)) for _ in places]
    for lever, weight, small, large in weighted:
        for place, (less, more) in enumerate(zip(bounds[small], bounds[large], strict=True)):
            low, high = sums[place][lever]
            sums[place][lever] = (low + weight * (more[0] - less[0]), high + weight * (more[1] - less[1]))
    return [{n: Share(*pair) for n, pair in one.items()} for one in sums]


Weighted = tuple[int, Fraction, frozenset[int], frozenset[int]]


def _every_order(count: int) -> Iterator[Weighted]:
    """For each lever and each set of the others: how often, of all orders, exactly those come before it."""
    everyone = range(count)
    for lever in everyone:
        others = [n for n in everyone if n != lever]
        for size in range(count):
            weight = Fraction(factorial(size) * factorial(count - size - 1), factorial(count))
            for chosen in combinations(others, size):
                small = frozenset(chosen)
                yield lever, weight, small, small | {lever}


def _two_orders(count: int) -> Iterator[Weighted]:
    """The order of the rulebook and its reverse, half each."""
    for order in (range(count), range(count - 1, -1, -1)):
        steps = [frozenset(order[:n]) for n in range(count + 1)]
        for lever, (small, large) in zip(order, pairwise(steps), strict=True):
            yield lever, Fraction(1, 2), small, large
