"""What an edit of the rules does to a population: scores before and after, and which clause moved them by how much.

What it does to one unit is an `Effect`, and many units of a large population have the same: `Units` gives each effect with the
number of its units, and the units one by one, and need hold none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, Protocol

from engine.adding import Adding, End, Needs, adding, fulfilled, weigh_alike
from engine.combine import NO, Score
from engine.difference import Edit, difference
from engine.evaluate import Evaluator
from engine.hybrids import Lever, hybrid, levers
from engine.lower import lower
from engine.model import Rulebook, Section
from engine.shares import MOST_EXACT, Bounds, Share, between, shares
from facts.model import Case, Subject
from facts.problem import Problem
from facts.values import ZERO

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
class Effect:
    """What the edits do to a unit: before, after, and the share of each lever that moves anything. Shares add up to after - before.

    `change`: points gained (negative: lost); None where what is not known about the unit leaves it open.
    `moves`: what each of the edited indicators does by itself, in the order of `Impact.edited`.
    """

    before: Outcome
    after: Outcome
    shares: Mapping[str, Share]
    change: Fraction | None
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitImpact:
    """One subject, and what the edits do to it."""

    subject: Subject
    effect: Effect


# An effect, how many units have it, and the first of them.
Alike = tuple[Effect, int, Sequence[Subject]]


class Units(Protocol):
    """The units of a population with what the edits do to each."""

    def __len__(self) -> int:
        """How many there are."""

    def __iter__(self) -> Iterator[UnitImpact]:
        """One by one, in the order of the population."""

    def effects(self, first: int) -> Iterable[Alike]:
        """Each effect with its units, of whom so many are named, those first whose id comes first.

        Units that have the same may come in parts, as if they had not.
        """


@dataclass(frozen=True, slots=True)
class Listed:
    """Units in memory."""

    units: tuple[UnitImpact, ...]

    def __len__(self) -> int:
        return len(self.units)

    def __iter__(self) -> Iterator[UnitImpact]:
        return iter(self.units)

    def effects(self, first: int) -> Iterator[Alike]:
        """Each unit by itself."""
        return ((unit.effect, 1, (unit.subject,)) for unit in self.units)


@dataclass(frozen=True, slots=True)
class Impact:
    """The units of a population, the levers of the edit, the edited indicators, and how shares were found."""

    levers: tuple[Lever, ...]
    units: Units
    method: Method
    edited: tuple[Edited, ...] = ()


@dataclass(frozen=True, slots=True)
class Ran:
    """What a unit came to under the old and the new rulebook, and under those between them.

    `moved`: the score of some indicator or section, or the outcome, differs. `settled`: no edit is about what is open.
    `adds`: what `Comparison.adding` needs holds of it.
    `own`: the score of each edited indicator before and after; None where it does not, or may not, apply.
    `between`: bounds with each of the sets of levers of `Comparison.between` pulled, if the unit moved.
    """

    before: Outcome
    after: Outcome
    moved: bool
    settled: bool
    adds: bool
    own: tuple[tuple[Bounds | None, Bounds | None], ...] = ()
    between: tuple[Bounds, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two rulebooks, the edits between them, and what follows from these for every unit alike."""

    old: Rulebook
    new: Rulebook
    edits: tuple[Edit, ...]
    levers: tuple[Lever, ...]
    edited: tuple[Edited, ...]
    # Whether a unit from which edited indicators take off what they took off before must stay.
    only_taken_off: bool
    # What has to hold of a unit for its total to gain what edited indicators gain; None where it may not, whatever holds.
    adding: Adding | None
    # Whether equal scores of all indicators make equal totals.
    weigh_alike: bool

    @property
    def everything(self) -> tuple[int, ...]:
        """All levers."""
        return tuple(range(len(self.levers)))

    @property
    def between(self) -> tuple[tuple[int, ...], ...]:
        """The sets of levers, besides none and all, that the shares need."""
        return between(len(self.levers))

    def hybrid(self, made: Sequence[int]) -> Rulebook:
        """The old rulebook with these levers pulled."""
        applied = [edit for n in made for edit in self.levers[n].edits]
        return hybrid(self.old, self.new, self.edits, applied)

    def effect(self, ran: Ran) -> Effect:
        """What the edits do to a unit that came to this."""
        moves = tuple(one.move(*pair) for one, pair in zip(self.edited, ran.own, strict=True))
        unfelt = self.only_taken_off and all(move.change == ZERO for move in moves)
        change = ZERO if unfelt else _change(ran, self)
        if change is None and ran.adds:
            change = self._added(moves)
        return Effect(ran.before, ran.after, self._shares(ran) if ran.moved else {}, change, moves)

    def _added(self, moves: Sequence[Move]) -> Fraction | None:
        """What edited indicators gain together, where that is what the total gains."""
        gained = [move.change for move in moves if move.change is not None]
        change = sum(gained, ZERO)
        known = self.adding is not None and len(gained) == len(moves) and self.adding.keeps(change)
        return change if known else None

    def impact(self, units: Units) -> Impact:
        """The impact on these units."""
        return Impact(
            self.levers, units, "every_order" if len(self.levers) <= MOST_EXACT else "two_orders", self.edited
        )

    def _shares(self, ran: Ran) -> dict[str, Share]:
        bounds = {frozenset(made): one for made, one in zip(self.between, ran.between, strict=True)}
        bounds[frozenset()] = (ran.before.lower, ran.before.upper)
        if self.levers:
            bounds[frozenset(self.everything)] = (ran.after.lower, ran.after.upper)
        return {self.levers[n].name: share for n, share in shares(len(self.levers), bounds).items()}


def comparison(old: Rulebook, new: Rulebook) -> Comparison:
    """Two rulebooks compared."""
    edits = difference(old, new)
    moving = levers(edits)
    edited = edited_indicators(old, new, moving)
    alone = all(e in (one.edit for one in edited) or e.clause == "grades" for lever in moving for e in lever.edits)
    pairs = [(one.edit.old_id or one.edit.id, one.edit.id) for one in edited]
    add = adding(old, new, pairs) if alone else None
    all_changed = [
        (e.old_id or e.id, e.id)
        for lever in moving
        for e in lever.edits
        if e.clause == "indicator" and e.kind == "changed"
    ]
    alike = weigh_alike(old, new, all_changed)
    return Comparison(old, new, edits, moving, edited, _only_taken_off(old, new, moving, edited), add, alike)


def find_impact(
    old: Rulebook, new: Rulebook, cases: Sequence[Case], progress: Progress
) -> tuple[tuple[Edit, ...], Impact]:
    """The edits, and what they do to each case, decided by the engine."""
    compared = comparison(old, new)
    units = zip(cases, run_cases(compared, cases, progress), strict=True)
    listed = Listed(tuple(UnitImpact(case.subject, compared.effect(ran)) for case, ran in units))
    return compared.edits, compared.impact(listed)


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


# --- running ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Run:
    """An outcome, and everything a clause could show in: the scores of all indicators and sections."""

    outcome: Outcome
    finals: Mapping[str, Score]
    sections: Mapping[str, Score]
    prints: object


def run_cases(compared: Comparison, cases: Sequence[Case], progress: Progress) -> list[Ran]:
    """Cases run through the rulebooks between old and new by the engine, one rulebook at a time."""
    before, after = _outcomes(compared, (), cases, progress), _outcomes(compared, compared.everything, cases, progress)
    moved = [n for n, (one, other) in enumerate(zip(before, after, strict=True)) if one.prints != other.prints]
    bounds: dict[int, list[Bounds]] = {n: [] for n in moved}
    for made in compared.between if moved else ():
        for n, run in zip(moved, _outcomes(compared, made, [cases[n] for n in moved], progress), strict=True):
            bounds[n].append((run.outcome.lower, run.outcome.upper))
    return [
        Ran(
            one.outcome,
            other.outcome,
            n in bounds,
            _all_settled(compared.edits, one, other),
            compared.adding is not None and _has(compared.adding.before, one) and _has(compared.adding.after, other),
            tuple(_own(edited.edit, one, other) for edited in compared.edited),
            tuple(bounds.get(n, ())),
        )
        for n, (one, other) in enumerate(zip(before, after, strict=True))
    ]


def _outcomes(compared: Comparison, made: Sequence[int], cases: Sequence[Case], progress: Progress) -> list[_Run]:
    found = []
    with Evaluator(compared.hybrid(made)) as evaluator:
        for n, case in enumerate(cases):
            progress(n, len(cases), "score")
            found.append(_run(evaluator, with_renamed(case, compared.edits)))
    return found


def _run(evaluator: Evaluator, case: Case) -> _Run:
    decided = evaluator.decide(case)
    end = decided.outcome
    outcome = Outcome(end.lo, end.hi, end.grades)
    finals = sorted(decided.rollup.finals.items())
    prints = (outcome, tuple(finals), tuple(sorted(decided.rollup.sections.items())))
    return _Run(outcome, dict(finals), decided.rollup.sections, prints)


def _has(needs: Needs, run: _Run) -> bool:
    def number(section: str, end: End) -> Fraction:
        bounds = run.sections[section] if section else Score(run.outcome.lower, run.outcome.upper)
        return bounds.lo if end == "lo" else bounds.hi

    return fulfilled(needs, number)


def _own(edit: Edit, before: _Run, after: _Run) -> tuple[Bounds | None, Bounds | None]:
    return _applying(before.finals[edit.old_id or edit.id]), _applying(after.finals[edit.id])


def _applying(score: Score) -> Bounds | None:
    return (score.lo, score.hi) if score.na == NO else None


def _change(ran: Ran, compared: Comparison) -> Fraction | None:
    """The points gained, where they are known: also of a score that is open only by what no edit is about.

    Two ranges that moved alike prove nothing if the edited clause is itself open: the facts may turn either way. Nor do they
    where a total is more than a sum: what is cut off or rounded at both ends may not be in between.
    """
    moved = ran.after.lower - ran.before.lower
    if ran.before.determined and ran.after.determined:
        return moved
    whole = all(e.clause != "section" for lever in compared.levers for e in lever.edits)
    if ran.settled and not ran.moved and whole and compared.weigh_alike:
        # Every indicator gives what it gave, open ones too.
        return ZERO
    alike = moved == ran.after.upper - ran.before.upper and ran.settled
    return moved if alike and _adds_up(compared.old, ran.before) and _adds_up(compared.new, ran.after) else None


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
