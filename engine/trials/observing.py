"""Which elements of a rulebook one decided case exercised."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from engine.combine import YES, Score
from engine.compute import UNDEFINED, Env, Quantity
from engine.evaluate import Decided
from engine.model import PerUnit
from engine.parts import ItemResult, PartResult
from engine.plan import (
    FALSE,
    TRUE,
    AnyPoints,
    Branch,
    ByItems,
    ByJudgement,
    ByMeasure,
    ByParts,
    LabelInput,
    OnePart,
    RangeInput,
)
from engine.ranges import absolute
from engine.trials.watching import Elements, Owner, Watched, boundary_key, label_source
from engine.verdicts import verdict_of
from facts.values import ZERO, Interval

Seen = tuple[Owner, str]
# At the end of a key: the measure is the smallest step beside the threshold.
JUST = "/just"


def observe(elements: Elements, decided: Decided) -> frozenset[Seen]:
    """The keys of what was exercised, with whose they are.

    Verdicts, and values just beside a threshold, are no elements of the rules, but each is worth a case.
    """
    return frozenset(_Observer(elements, decided).every())


class _Observer:
    def __init__(self, elements: Elements, decided: Decided) -> None:
        self.elements, self.decided = elements, decided
        self.env: Env = decided.env

    def every(self) -> Iterator[Seen]:
        """Firings, parts, findings, grades, bounds, parameters."""
        for _, firings in self.decided.log:
            for decision, outcome in firings:
                owner = self.elements.owners.get(decision.kind)
                kind, _, _ = decision.label.partition(":")
                if owner is not None and kind in ("veto", "check", "gate") and outcome in (TRUE, FALSE):
                    yield owner, f"{kind}:{owner.id}/{'true' if outcome == TRUE else 'false'}"
                for watched in self.elements.watched.get(decision.kind, ()):
                    yield from self._watched(watched)
        for section in self.decided.plan.sections:
            for plan in section.indicators:
                owner = Owner("indicator", plan.indicator.id)
                result = self.decided.rollup.indicators[owner.id]
                yield owner, f"{owner.id}/verdict:{verdict_of(self.decided.rollup.final(plan), result.frame)}"
                for key in self._part(result):
                    yield owner, key
        yield from self._above()

    # --- what was compared ---

    def _watched(self, watched: Watched) -> Iterator[Seen]:
        one = watched.input
        if isinstance(one, RangeInput):
            value = one.measure.compute(self.env, None)
            for bound in watched.bounds:
                side = _side(value, bound)
                if side:
                    key = f"{watched.path}/{boundary_key(one.measure, bound, side)}"
                    yield watched.owner, key
                    if isinstance(value, Fraction) and abs(value - bound) == watched.step:
                        yield watched.owner, f"{key}{JUST}"
        elif isinstance(one, LabelInput):
            label = one.compute(self.env, None)
            if label is not None:
                for tested in one.labels:
                    state = "is" if label == tested else "not"
                    yield watched.owner, f"{watched.path}/label:{label_source(one)}/{tested}/{state}"

    # --- parts ---

    def _part(self, result: PartResult) -> Iterator[str]:
        path = self.elements.paths[id(result.plan)]
        if result.branch is not None:
            yield f"{path}/branch:{result.place}:{result.branch.name}"
            yield from self._effect(path, result, result.branch)
        if self._misses(result):
            yield f"{path}/policy:missing"
        for key in self._rounded(result):
            yield f"{path}/{key}"
        for inner in result.parts:
            yield from self._part(inner)

    def _misses(self, result: PartResult) -> bool:
        """Whether the policy on missing facts settled the part, or left it open."""
        if result.by_missing_policy:
            return True
        open_ = result.branch is None or not result.score.determined
        inner = result.branch is not None and isinstance(result.branch.effect, ByParts | OnePart | AnyPoints)
        return open_ and not inner and not self.decided.runner.missing.isdisjoint(result.plan.concepts)

    def _rounded(self, result: PartResult) -> Iterator[str]:
        plan, frame, measure = result.plan, result.frame, result.plan.measure
        if plan.part.policies.round_measure is not None and measure is not None:
            value, raw = measure.compute(self.env, None), measure.raw(self.env, None)
            if isinstance(raw, Fraction) and value != raw:
                yield "policy:round_measure"
        if result.unrounded is None:
            return
        raw_score = result.unrounded.lo
        kept = min(max(raw_score, frame.floor), frame.cap)
        if kept != result.score.lo:
            yield "policy:round_score"
        if raw_score < frame.floor:
            yield "floor"
        if raw_score > frame.cap:
            yield "cap"

    def _effect(self, path: str, result: PartResult, branch: Branch) -> Iterator[str]:
        match branch.effect:
            case ByItems():
                for item in result.items:
                    yield from self._item(path, item)
                if _determined(result.score) and _reaches(result):
                    yield f"{path}/items/bound"
            case ByMeasure(measure, _, PerUnit() as form, around):
                yield from self._per_unit(path, result, measure.compute(self.env, None), form, around)
            case ByJudgement() if result.out_of_range is not None:
                yield f"{path}/judged:{result.place}/outside"

    def _item(self, path: str, one: ItemResult) -> Iterator[str]:
        base = f"{path}/item:{one.item.number}"
        if one.outcome == FALSE:
            yield f"{base}/not"
        elif one.outcome == TRUE and one.low == one.high:
            yield base
            if one.item.count is not None and one.low > one.item.points:
                yield f"{base}/many"
            if one.item.limit is not None and one.low == one.item.limit:
                yield f"{base}/limit"

    def _per_unit(self, path: str, result: PartResult, value: Quantity, form: PerUnit, around: bool) -> Iterator[str]:
        if value is UNDEFINED:
            return
        excess = absolute(value) if around else value
        if not isinstance(excess, Fraction) or excess <= 0:
            return
        if (excess / form.per).denominator != 1:
            yield f"{path}/policy:partial_unit"
        moved = form.amount * excess / form.per
        if form.limit is not None:
            if moved >= form.limit:
                yield f"{path}/per-unit/limit"
        elif form.sign < 0 and result.score.hi <= result.frame.floor:
            yield f"{path}/per-unit/floor"
        elif form.sign > 0 and result.score.lo >= result.frame.cap:
            yield f"{path}/per-unit/cap"

    # --- above the parts ---

    def _above(self) -> Iterator[Seen]:
        rollup, outcome, book = self.decided.rollup, self.decided.outcome, self.decided.plan.rulebook
        for plan in self.decided.plan.sections:
            raw, (floor, cap) = rollup.unbounded(plan), rollup.section_bounds(plan)
            owner = Owner("section", plan.section.id)
            if floor is not None and raw.hi < floor:
                yield owner, f"section:{owner.id}/floor"
            if cap is not None and raw.lo > cap:
                yield owner, f"section:{owner.id}/cap"
        result = Owner("result")
        scores = [rollup.section(plan) for plan in self.decided.plan.sections]
        if book.floor is not None and sum((s.hi for s in scores), ZERO) < book.floor:
            yield result, "total/floor"
        if book.cap is not None and sum((s.lo for s in scores), ZERO) > book.cap:
            yield result, "total/cap"
        if len(outcome.grades) == 1:
            yield result, f"grade:{outcome.grades[0]}"
            starts = {step.grade: step.start for step in (book.grades.steps if book.grades else ())}
            if outcome.lo == outcome.hi and rollup.graded(outcome.lo) == starts[outcome.grades[0]]:
                yield result, f"grade:{outcome.grades[0]}/at"
        for parameter in self.elements.parameters:
            label = self.env.facts.get(parameter.by)
            owner = Owner("section", parameter.section) if parameter.section else result
            if isinstance(label, str):
                yield owner, f"parameter:{parameter.section}/{parameter.name}/{label}"


def _side(value: Quantity, bound: Fraction) -> str:
    if value is UNDEFINED:
        return ""
    if isinstance(value, Interval):
        if value.hi is not None and (value.hi < bound or (value.hi == bound and value.hi_open)):
            return "below"
        above = value.lo is not None and (value.lo > bound or (value.lo == bound and value.lo_open))
        return "above" if above else ""
    return "at" if value == bound else "below" if value < bound else "above"


def _determined(score: Score) -> bool:
    return score.na != YES and score.lo == score.hi


def _reaches(result: PartResult) -> bool:
    """Whether the items went to the floor or the cap, or beyond."""
    moved = sum((one.low if one.item.sign > 0 else -one.low for one in result.items), ZERO)
    effect = result.possible[0].effect
    start = result.frame.full if isinstance(effect, ByItems) and effect.from_full else ZERO
    raw = start + moved
    down = any(one.item.sign < 0 for one in result.items)
    return raw < result.frame.floor if down else raw > result.frame.cap
