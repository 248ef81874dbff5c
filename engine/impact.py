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
from typing import Literal

from engine.combine import Score
from engine.difference import Edit, difference
from engine.evaluate import Evaluator
from engine.hybrids import Lever, hybrid, levers
from engine.lower import lower
from engine.model import Rulebook
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


@dataclass(frozen=True, slots=True)
class UnitImpact:
    """One subject: before, after, and the share of each lever that moves anything. Shares add up to after - before.

    `change`: points gained (negative: lost); None where what is not known about the subject leaves it open.
    """

    subject: Subject
    before: Outcome
    after: Outcome
    shares: Mapping[str, Share]
    change: Fraction | None


@dataclass(frozen=True, slots=True)
class Impact:
    """Every unit of a population, the levers of the edit, and how shares were found."""

    levers: tuple[Lever, ...]
    units: tuple[UnitImpact, ...]
    method: Method


def find_impact(
    old: Rulebook, new: Rulebook, cases: Sequence[Case], progress: Progress
) -> tuple[tuple[Edit, ...], Impact]:
    """The edits, and what they do to each case."""
    edits = difference(old, new)
    moving = levers(edits)
    runs = _Runs(old, new, edits, moving, progress)
    cases = [_with_renamed(case, edits) for case in cases]
    everything = tuple(range(len(moving)))
    before, after = runs.outcomes((), cases), runs.outcomes(everything, cases)
    moved = [n for n, (one, other) in enumerate(zip(before, after, strict=True)) if one.prints != other.prints]
    shares = _shares(runs, [cases[n] for n in moved], [(before[n].outcome, after[n].outcome) for n in moved])
    by_case = dict(zip(moved, shares, strict=True))
    units = tuple(
        UnitImpact(
            case.subject, one.outcome, other.outcome, _named(by_case.get(n, {}), moving), _change(edits, one, other)
        )
        for n, (case, one, other) in enumerate(zip(cases, before, after, strict=True))
    )
    return edits, Impact(moving, units, "every_order" if len(moving) <= MOST_EXACT else "two_orders")


def unusable(old: Rulebook, new: Rulebook) -> tuple[Problem, ...]:
    """Problems that keep either rulebook from being run."""
    return (*lower(old)[1], *lower(new)[1])


def _with_renamed(case: Case, edits: Sequence[Edit]) -> Case:
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
class _Runs:
    """Runs cases through the rulebooks between old and new, one rulebook at a time."""

    old: Rulebook
    new: Rulebook
    edits: tuple[Edit, ...]
    moving: tuple[Lever, ...]
    progress: Progress

    def outcomes(self, made: tuple[int, ...], cases: Sequence[Case]) -> list[_Run]:
        """Every case with these levers pulled."""
        applied = [edit for n in made for edit in self.moving[n].edits]
        found = []
        with Evaluator(hybrid(self.old, self.new, self.edits, applied)) as evaluator:
            for n, case in enumerate(cases):
                self.progress(n, len(cases), "score")
                found.append(_run(evaluator, case))
        return found


def _run(evaluator: Evaluator, case: Case) -> _Run:
    decided = evaluator.decide(case)
    end = decided.outcome
    outcome = Outcome(end.lo, end.hi, end.grades)
    finals = sorted(decided.rollup.finals.items())
    prints = (outcome, tuple(finals), tuple(sorted(decided.rollup.sections.items())))
    return _Run(outcome, dict(finals), prints)


def _change(edits: Sequence[Edit], before: _Run, after: _Run) -> Fraction | None:
    """The points gained, where they are known: also of a score that is open only by what no edit is about.

    Two ranges that moved alike prove nothing if the edited clause is itself open: the facts may turn either way.
    """
    one, other = before.outcome, after.outcome
    moved = other.lower - one.lower
    if one.determined and other.determined:
        return moved
    if moved != other.upper - one.upper or not all(_settled(edit, before, after) for edit in edits if not edit.silent):
        return None
    return moved


def _settled(edit: Edit, before: _Run, after: _Run) -> bool:
    """Whether the edit leaves alone whatever is open about a subject."""
    if edit.clause == "indicator":
        found = (before.finals.get(edit.old_id or edit.id), after.finals.get(edit.id))
        return all(score is None or score.determined for score in found)
    if edit.clause == "section":
        return edit.kind == "changed" and all(change.silent or change.path == ("points",) for change in edit.changes)
    # A concept that is new or gone is used by clauses that are edited too; a scale of grades moves no score.
    return edit.clause == "grades" or (edit.clause == "concept" and edit.kind != "changed")


# --- shares -----------------------------------------------------------------------------------------------------------

Bounds = tuple[Fraction, Fraction]


def _shares(runs: _Runs, cases: Sequence[Case], ends: Sequence[tuple[Outcome, Outcome]]) -> list[dict[int, Share]]:
    """Each case's shares by the place of the lever."""
    count = len(runs.moving)
    if not cases or not count:
        return [{} for _ in cases]
    bounds: dict[frozenset[int], list[Bounds]] = {
        frozenset(): [(one.lower, one.upper) for one, _ in ends],
        frozenset(range(count)): [(other.lower, other.upper) for _, other in ends],
    }
    weighted = list(_every_order(count) if count <= MOST_EXACT else _two_orders(count))
    for made in dict.fromkeys(side for _, _, small, large in weighted for side in (small, large)):
        if made not in bounds:
            found = runs.outcomes(tuple(sorted(made)), cases)
            bounds[made] = [(run.outcome.lower, run.outcome.upper) for run in found]
    sums = [dict.fromkeys(range(count), (ZERO, ZERO)) for _ in cases]
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
