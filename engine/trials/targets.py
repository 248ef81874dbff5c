"""Where the measures of a part matter: at its thresholds, just beside them, at each step, limit, knot and end of a range."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from engine.expr import Subject
from engine.model import Interpolate, PerUnit, Proportional, Rulebook
from engine.plan import (
    ByFormula,
    ByItems,
    ByJudgement,
    ByMeasure,
    ByParts,
    Decision,
    Effect,
    Measure,
    OnePart,
    PlanItem,
    PlanPart,
    RangeInput,
    TruthInput,
)
from engine.trials.watching import bounds_of, smallest_step, unit_of
from facts.values import ONE, ZERO

# A share that no sensible rounding of points leaves as it is.
_ODD = Fraction(12345, 100_000)
_MAX_COUNT = 40


@dataclass(frozen=True, slots=True)
class Target:
    """A measure and the values worth giving it; `step` is the smallest difference people write."""

    measure: Measure
    values: tuple[Fraction, ...]
    step: Fraction


def targets_of(book: Rulebook, plan: PlanPart, section: str) -> tuple[Target, ...]:
    """Every target of a part and the parts inside it."""
    return tuple(_Targets(book, section).of_part(plan))


def condition_targets(book: Rulebook, decision: Decision) -> tuple[Target, ...]:
    """Every target of a veto, check or gate."""
    return tuple(_Targets(book, "").of_decision(decision))


def score_targets(book: Rulebook, plan: PlanPart, section: str, score: Fraction) -> tuple[Target, ...]:
    """Where measures would have to be for the part to give just this score."""
    made = _Targets(book, section)
    return tuple(made.for_score(plan, score))


@dataclass(frozen=True, slots=True)
class _Targets:
    book: Rulebook
    section: str

    def of_part(self, plan: PlanPart) -> Iterator[Target]:
        for selection in plan.selections:
            yield from self.of_decision(selection)
        if not isinstance(plan.points, Fraction):
            yield self._target(plan.points, (ZERO, ONE, Fraction(2)))
        for branch in plan.branches:
            yield from self._effect(branch.effect, plan)

    def of_decision(self, decision: Decision) -> Iterator[Target]:
        for one in decision.inputs:
            if isinstance(one, TruthInput):
                yield from self.of_decision(one.decision)
            elif isinstance(one, RangeInput):
                measure = one.measure
                if isinstance(measure.tree, Subject) and decision.subject is not None:
                    measure = decision.subject
                yield self._around(measure, bounds_of(decision, one))

    def _around(self, measure: Measure, bounds: Iterable[Fraction]) -> Target:
        """Each bound, and just beside it; nearer still where the measure is rounded before it is compared."""
        step = smallest_step(self.book, measure, self.section)
        offsets = [ZERO, step, -step]
        if measure.rounding is not None:
            place = unit_of(self.book, measure).factor / 10**measure.rounding.places
            offsets += [sign * place * part for part in (Fraction(2, 5), Fraction(1, 2), ONE) for sign in (1, -1)]
        return Target(measure, tuple(bound + offset for bound in bounds for offset in offsets), step)

    def _target(self, measure: Measure, values: Iterable[Fraction]) -> Target:
        return Target(measure, tuple(dict.fromkeys(values)), smallest_step(self.book, measure, self.section))

    def _effect(self, effect: Effect, plan: PlanPart) -> Iterator[Target]:
        match effect:
            case ByMeasure(measure, _, PerUnit() as form, around):
                values = _per_unit_values(form, plan)
                yield self._target(measure, (*values, *(-value for value in values if around)))
            case ByMeasure(measure, _, Proportional() as form):
                top = form.up_to
                yield self._target(measure, (ZERO, top / 2, ONE, top, top + Fraction(1, 100), _ODD))
            case ByMeasure(measure, _, Interpolate() as form):
                ends = [at for at, _ in form.knots]
                middles = [(one + other) / 2 for one, other in pairwise(ends)]
                odd = [one + (other - one) * _ODD for one, other in pairwise(ends)]
                yield self._around(measure, ends)
                yield self._target(measure, (*middles, *odd))
            case ByFormula(measure):
                full = plan.points if isinstance(plan.points, Fraction) else ONE
                low, high = plan.part.floor or ZERO, plan.part.cap or full
                yield self._target(measure, (low, high, low - 1, high + 1, (low + high) / 2, (high - low) * _ODD))
            case ByJudgement(measure, low, high):
                yield self._around(measure, (low, high))
                yield self._target(measure, ((low + high) / 2, low + (high - low) * _ODD))
            case ByItems(items):
                for item in items:
                    yield from self._item(item, plan)
            case OnePart(part):
                yield from self.of_part(part)
            case ByParts(_, parts):
                for part in parts:
                    yield from self.of_part(part)

    def for_score(self, plan: PlanPart, score: Fraction) -> Iterator[Target]:
        """The effects turned round: from points to the measure that gives them."""
        points = plan.points if isinstance(plan.points, Fraction) else ZERO
        for branch in plan.branches:
            match branch.effect:
                case ByMeasure(measure, _, PerUnit() as form, around) if form.amount:
                    start = form.start if form.start is not None else points if form.sign < 0 else ZERO
                    excess = form.per * form.sign * (score - start) / form.amount
                    # The last unit may be a part of one.
                    wanted = [excess, excess - form.per / 2, excess + form.per / 2]
                    yield self._target(measure, (*wanted, *(-value for value in wanted if around)))
                case ByMeasure(measure, _, Proportional()) if points:
                    yield self._target(measure, (score / points,))
                case ByMeasure(measure, _, Interpolate() as form):
                    yield self._target(measure, _between(form, score))
                case ByFormula(measure) | ByJudgement(measure):
                    yield self._target(measure, (score,))
                case ByItems(items, from_full):
                    moved = abs(score - (points if from_full else ZERO))
                    counted = [item for item in items if item.count is not None and item.points]
                    yield from (self._target(i.count, (moved / i.points,)) for i in counted if i.count is not None)
                case OnePart(part):
                    yield from self.for_score(part, score)
                case ByParts("best" | "worst" | "average" | "weighted", parts):
                    for part in parts:
                        yield from self.for_score(part, score)

    def _item(self, item: PlanItem, plan: PlanPart) -> Iterator[Target]:
        yield from self.of_decision(item.decision)
        if item.count is None:
            return
        counts = [ZERO, ONE, Fraction(2), Fraction(3)]
        full = plan.points if isinstance(plan.points, Fraction) else ZERO
        for most in (item.limit, full):
            if most is not None and item.points:
                reached = Fraction(-(-most // item.points))
                counts += [reached - 1, reached, reached + 1]
        yield self._target(item.count, (count for count in counts if 0 <= count <= _MAX_COUNT))


def _between(form: Interpolate, score: Fraction) -> Iterator[Fraction]:
    """The measures at which the lines through the knots give a score."""
    for (x0, y0), (x1, y1) in pairwise(form.knots):
        if min(y0, y1) <= score <= max(y0, y1) and y0 != y1:
            yield x0 + (x1 - x0) * (score - y0) / (y1 - y0)


def _per_unit_values(form: PerUnit, plan: PlanPart) -> tuple[Fraction, ...]:
    """How far beyond the base: part of a unit, whole units, and as many as the limit or the floor takes."""
    units = [Fraction(1, 2), ONE, Fraction(3, 2), Fraction(2)]
    full = plan.points if isinstance(plan.points, Fraction) else ZERO
    for most in (form.limit, full):
        if most is not None and form.amount:
            reached = Fraction(-(-most // form.amount))
            units += [reached - 1, reached, reached + Fraction(1, 2), reached + 1, reached + 2]
    return tuple(dict.fromkeys(form.per * number for number in units if number > 0))
