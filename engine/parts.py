"""Parts decided and scored for one case. The engine decides; what an outcome is worth is arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from engine import ranges
from engine.combine import (
    NO,
    NOT_APPLICABLE,
    PART_RULES,
    YES,
    Member,
    Score,
    combined,
    hull,
)
from engine.compute import UNDEFINED, Env, Quantity
from engine.decide import Decider
from engine.model import Interpolate, Part, PerUnit
from engine.plan import (
    FALSE,
    OPEN,
    TRUE,
    AnyPoints,
    Branch,
    ByFormula,
    ByItems,
    ByJudgement,
    ByMeasure,
    ByParts,
    Effect,
    FixedPoints,
    FloorPoints,
    FullPoints,
    Measure,
    NotApplicable,
    OnePart,
    PlanItem,
    PlanPart,
    SharePoints,
)
from facts.values import ZERO, Interval


class Frame(NamedTuple):
    """The bounds a part's score lies in: points, what is full, floor and cap."""

    points: Fraction
    full: Fraction
    floor: Fraction
    cap: Fraction


class ItemResult(NamedTuple):
    """How often an item applied and what it moved, at least and at most."""

    item: PlanItem
    outcome: int
    low: Fraction
    high: Fraction


class PartResult(NamedTuple):
    """What a part came to.

    `branch` None: not decided among `possible`. `unrounded` only where that differs. `loose` is the frame of the lowest
    points, where the points themselves are not known.
    """

    plan: PlanPart
    frame: Frame
    score: Score
    branch: Branch | None
    place: int
    possible: tuple[Branch, ...]
    items: tuple[ItemResult, ...] = ()
    parts: tuple[PartResult, ...] = ()
    unrounded: Score | None = None
    by_missing_policy: bool = False
    loose: Frame | None = None
    out_of_range: tuple[Measure, Fraction, Fraction] | None = None

    def given(self, score: Score) -> Score:
        """A score as it counts: what does not apply gives full points under that policy, else nothing of its own."""
        if score.na == NO:
            return score
        low = high = ZERO
        if self.plan.part.policies.not_applicable == "full":
            low, high = (self.loose or self.frame).full, self.frame.full
        if score.na == YES:
            return Score(low, high)
        return Score(min(score.lo, low), max(score.hi, high))


@dataclass(slots=True)
class PartRunner:
    """Runs parts with one Decider; `ceiling` bounds points that depend on unknown facts."""

    decider: Decider
    env: Env
    missing: frozenset[str]
    ceiling: Fraction = ZERO
    _items: list[ItemResult] = field(default_factory=list)

    def run(self, plan: PlanPart) -> PartResult:
        """Decide a part and score it."""
        frame, loose = self._frame(plan)
        place, decided = self._select(plan)
        possible = (plan.branches[place],) if decided else self._possible(plan, place)
        outer, self._items = self._items, []
        parts: list[PartResult] = []
        scores = [self._effect(branch.effect, frame, parts) for branch in possible]
        items, self._items = tuple(self._items), outer
        raw = hull(scores)
        score = bounded(raw, frame, plan.part)
        if loose is not None and raw.na != YES:
            least = hull([self._effect(branch.effect, loose, []) for branch in possible])
            score = hull([score, bounded(least, loose, plan.part), bounded(raw, loose, plan.part)])
        result = PartResult(
            plan,
            frame,
            score,
            possible[0] if decided else None,
            place,
            possible,
            items,
            tuple(parts),
            raw if decided and raw.na == NO and raw.lo == raw.hi != score.lo else None,
            loose=loose,
            out_of_range=self._out_of_range(possible[0].effect) if decided else None,
        )
        return self._by_policy(result, decided)

    # --- which branch ---

    def _select(self, plan: PlanPart) -> tuple[int, bool]:
        """Place of the branch, and whether it is decided."""
        offset = 0
        for selection in plan.selections:
            outcome = self.decider.decide(selection)
            if outcome >= OPEN:
                return offset + outcome - OPEN, False
            size = len(selection.truths) + bool(selection.inapplicable)
            if outcome < size:
                return offset + outcome, True
            offset += size
        return offset, True

    def _possible(self, plan: PlanPart, place: int) -> tuple[Branch, ...]:
        """Branches that some completion of the missing facts may lead to, from the first that is not decided."""
        truths = [truth for selection in plan.selections for truth in selection.truths]
        shift = len(plan.branches) - 1 - len(truths)
        found = []
        for number in range(place, len(plan.branches)):
            last = number == len(plan.branches) - 1
            truth = True if last else truths[number - shift](self.env, None)
            if truth is not False:
                found.append(plan.branches[number])
            if truth is True:
                break
        return tuple(found)

    # --- what it is worth ---

    def _frame(self, plan: PlanPart) -> tuple[Frame, Frame | None]:
        """The frame, and a second one for the lowest points where the points themselves are not known."""
        if isinstance(plan.points, Fraction):
            return make_frame(plan, plan.points), None
        value = plan.points.compute(self.env, None)
        if isinstance(value, Fraction):
            return make_frame(plan, value), None
        span = self._unsettled(plan.points) if value is UNDEFINED else value
        high = self.ceiling if span.hi is None else span.hi
        low = ZERO if span.lo is None else max(ZERO, span.lo)
        return make_frame(plan, high), make_frame(plan, low)

    def _unsettled(self, points: Measure) -> Interval:
        """What points can be that may be divided by zero: whatever the section has, or what another denominator gives."""
        other = points.raw(self.env, None)
        most = self.ceiling if other is UNDEFINED else ranges.as_interval(other).hi
        return Interval(ZERO, None if most is None else max(self.ceiling, most))

    def _effect(self, effect: Effect, frame: Frame, parts: list[PartResult]) -> Score:
        match effect:
            case NotApplicable():
                return NOT_APPLICABLE
            case FullPoints():
                return Score(frame.full, frame.full)
            case FloorPoints():
                return Score(frame.floor, frame.floor)
            case FixedPoints(points):
                return Score(points, points)
            case SharePoints(share):
                return Score(frame.full * share, frame.full * share)
            case AnyPoints():
                return Score(frame.floor, frame.cap)
            case ByMeasure():
                return self._by_measure(effect, frame)
            case ByFormula(measure):
                return _span(measure.compute(self.env, None), frame)
            case ByJudgement():
                return self._by_judgement(effect, frame)
            case ByItems(items, from_full):
                return self._by_items(items, frame.full if from_full else ZERO)
            case OnePart(part):
                inner = self.run(part)
                parts.append(inner)
                return inner.score
            case ByParts(how, inner_parts, weights):
                return self._by_parts(how, inner_parts, weights, frame, parts)

    def _by_measure(self, effect: ByMeasure, frame: Frame) -> Score:
        value = effect.measure.compute(self.env, None)
        if value is UNDEFINED:
            return Score(frame.floor, frame.cap)
        if effect.around:
            value = ranges.absolute(value)
        if isinstance(value, Fraction):
            points = effect.function(value, frame.full, 0)
            assert points is not None
            return Score(points, points)
        found = [effect.function(value.lo, frame.full, -1), effect.function(value.hi, frame.full, 1)]
        if isinstance(effect.form, Interpolate):
            found += [points for at, points in effect.form.knots if value.contains(at)]
        # An infinite result is a deduction without end, or a gain without end.
        endless = frame.floor if isinstance(effect.form, PerUnit) and effect.form.sign < 0 else frame.cap
        if not isinstance(effect.form, PerUnit):
            endless = frame.floor
        known = [endless if points is None else points for points in found]
        return Score(min(known), max(known))

    def _by_judgement(self, effect: ByJudgement, frame: Frame) -> Score:
        value = effect.measure.compute(self.env, None)
        if effect.low == effect.high and self._out_of_range(effect) is not None:
            # One mark is allowed and another was given: it is not for us to put the right one in its place.
            return Score(frame.floor, frame.cap)
        if isinstance(value, Fraction) and effect.low <= value <= effect.high:
            return Score(value, value)
        # Not judged, or judged within bounds only: any mark the range allows.
        return Score(effect.low, effect.high)

    def _out_of_range(self, effect: Effect) -> tuple[Measure, Fraction, Fraction] | None:
        if not isinstance(effect, ByJudgement):
            return None
        value = effect.measure.compute(self.env, None)
        inside = not isinstance(value, Fraction) or effect.low <= value <= effect.high
        return None if inside else (effect.measure, effect.low, effect.high)

    def _by_items(self, items: Sequence[PlanItem], start: Fraction) -> Score:
        low = high = start
        for item in items:
            result = self._item(item)
            self._items.append(result)
            if item.sign > 0:
                low, high = low + result.low, high + result.high
            else:
                low, high = low - result.high, high - result.low
        return Score(low, high)

    def _item(self, item: PlanItem) -> ItemResult:
        outcome = self.decider.decide(item.decision)
        if outcome == FALSE:
            return ItemResult(item, outcome, ZERO, ZERO)
        count: Quantity = Fraction(1)
        if item.count is not None:
            count = item.count.compute(self.env, None)
        span = Interval(ZERO, None) if count is UNDEFINED else ranges.as_interval(count)
        low = item.points * max(ZERO, span.lo or ZERO) if outcome == TRUE else ZERO
        high = None if span.hi is None else item.points * max(ZERO, span.hi)
        if item.limit is not None:
            low, high = min(low, item.limit), item.limit if high is None else min(high, item.limit)
        # Without limit the part's own floor and cap bound it.
        return ItemResult(item, outcome, low, _ENDLESS if high is None else high)

    def _by_parts(
        self, how: str, inner: Sequence[PlanPart], weights: Sequence[Fraction], frame: Frame, parts: list[PartResult]
    ) -> Score:
        results = [self.run(part) for part in inner]
        parts += results
        if all(one.score.na == YES and one.plan.part.policies.not_applicable != "full" for one in results):
            # Nothing applies, whatever the points would have been.
            return NOT_APPLICABLE
        members = [
            Member(
                result.score,
                result.frame.full,
                weights[place] if weights else Fraction(1),
                result.plan.part.policies.not_applicable,
                result.loose.full if result.loose else None,
            )
            for place, result in enumerate(results)
        ]
        return combined(members, PART_RULES[how], frame.floor, frame.cap)

    # --- missing ---

    def _by_policy(self, result: PartResult, decided: bool) -> PartResult:
        """`missing: zero` and `missing: full` settle what stays open for want of a fact."""
        part, score = result.plan.part, result.score
        policy = part.policies.missing
        inner = decided and isinstance(result.possible[0].effect, ByParts | OnePart | AnyPoints)
        if policy == "undetermined" or score.determined or inner or self.missing.isdisjoint(result.plan.concepts):
            return result
        points = result.frame.floor if policy == "zero" else result.frame.full
        return PartResult(
            result.plan,
            result.frame,
            Score(points, points),
            result.branch,
            result.place,
            result.possible,
            result.items,
            result.parts,
            by_missing_policy=True,
        )


# More than any score: bounded by floor and cap before anyone sees it.
_ENDLESS = Fraction(10**12)


def make_frame(plan: PlanPart, points: Fraction) -> Frame:
    """Floor and cap of a part: as stated, else 0 and its points (malus: minus its points and 0)."""
    part = plan.part
    floor = part.floor if part.floor is not None else (-points if plan.malus else ZERO)
    cap = part.cap if part.cap is not None else (ZERO if plan.malus else points)
    return Frame(points, ZERO if plan.malus else points, floor, cap)


def bounded(score: Score, frame: Frame, part: Part) -> Score:
    """A score kept within floor and cap, then rounded."""
    if score.na == YES:
        return score
    lo = hi = _bounded(score.lo, frame, part)
    if score.hi is not score.lo:
        hi = _bounded(score.hi, frame, part)
    return Score(lo, hi, score.na)


def _bounded(value: Fraction, frame: Frame, part: Part) -> Fraction:
    if value is not frame.cap:
        value = min(max(value, frame.floor), frame.cap)
    rounding = part.policies.round_score
    return value if rounding is None else rounding(value)


def _span(value: Quantity, frame: Frame) -> Score:
    if value is UNDEFINED:
        return Score(frame.floor, frame.cap)
    if isinstance(value, Fraction):
        return Score(value, value)
    lo = frame.floor if value.lo is None else value.lo
    hi = frame.cap if value.hi is None else value.hi
    return Score(min(lo, hi), max(lo, hi))
