"""Whether two rules that differ in their text can differ in what they give: exactly, by going through every region.

A part whose decisions compare measures with constants is a function of where each measure lies among those constants, of the
labels tested, and of what is stated not to apply. Where measures are taken as free of one another that is a finite table,
with more rows than any facts can make; if both rules agree in all of them, no case can tell them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise, product
from math import prod
from operator import eq, ge, gt, le, lt, ne
from typing import Literal

from engine.bands import domain_of
from engine.combine import PART_RULES, YES, Member, Score, combined
from engine.expr import Expr, Number
from engine.model import Part, PerUnit, Proportional, Rulebook
from engine.parts import Frame, bounded, make_frame
from engine.plan import (
    OPEN,
    TRUE,
    AnyPoints,
    ByFormula,
    ByItems,
    ByJudgement,
    ByMeasure,
    ByParts,
    Decision,
    Effect,
    FixedPoints,
    FloorPoints,
    FullPoints,
    InapplicableInput,
    LabelInput,
    Measure,
    NotApplicable,
    OnePart,
    PlanPart,
    RangeInput,
    SharePoints,
    TruthInput,
    code,
)
from engine.trials.grain import never_rounded
from engine.trials.partmutants import inner_parts
from engine.trials.plain import plain
from engine.trials.values import concept_labels
from engine.trials.watching import bounds_of, is_whole
from engine.typecheck import Scope
from engine.walk import rollups_in, with_subject
from facts.values import EVERYTHING, ONE, ZERO, Interval

MAX_ROWS = 5_000
# A measure by its formula and rounding; a label by what it is asked of; what does not apply by its concepts.
Variable = tuple[str, Hashable]
World = Mapping[Variable, object]
Given = tuple[Hashable, ...]


def same_part(book: Rulebook, one: PlanPart, other: PlanPart, section: str) -> bool | None:
    """Whether two parts are shown to give the same in every case of known facts; None: there are too many to go through."""
    if not _alike_when_missing(one.part, other.part):
        return False
    table = _Table(book, section)
    for plan in (one, other):
        table.of_part(plan)
    worlds = table.worlds()
    return None if worlds is None else all(table.given(one, world) == table.given(other, world) for world in worlds)


def same_decision(book: Rulebook, one: Decision, other: Decision) -> bool | None:
    """The same for two conditions."""
    table = _Table(book, "")
    for decision in (one, other):
        table.of_decision(decision)
    worlds = table.worlds()
    return None if worlds is None else all(table.outcome(one, world) == table.outcome(other, world) for world in worlds)


def _alike_when_missing(one: Part, other: Part) -> bool:
    """Whether missing facts are treated alike: the table is of known facts."""
    policies = [[part.policies.missing for part in inner_parts(some)] for some in (one, other)]
    return policies[0] == policies[1]


@dataclass(slots=True)
class _Measured:
    measure: Measure
    tree: Expr
    bounds: set[Fraction]


class _Table:
    """Every input of the decisions, with the values that tell regions apart, and what is given in each row."""

    def __init__(self, book: Rulebook, section: str) -> None:
        self.book, self.section = book, section
        self.measured: dict[Variable, _Measured] = {}
        self.labels: dict[Variable, dict[str, None]] = {}
        self.others: dict[Variable, None] = {}
        # What each input of each decision stands for.
        self.named: dict[tuple[str, str, int], Variable] = {}

    # --- what it ranges over ---

    def of_part(self, plan: PlanPart) -> None:
        """Take in the decisions of a part and of those inside it."""
        for selection in plan.selections:
            self.of_decision(selection)
        for branch in plan.branches:
            match branch.effect:
                case ByItems(items):
                    for item in items:
                        self.of_decision(item.decision)
                case OnePart(part):
                    self.of_part(part)
                case ByParts(_, parts):
                    for part in parts:
                        self.of_part(part)
                case ByMeasure(form=Proportional() as form):
                    self._of_proportion(plan, form)

    def _of_proportion(self, plan: PlanPart, form: Proportional) -> None:
        """Beyond the value that gives all a part can give, how far makes no difference."""
        enough = _enough(plan, form)
        one = self.measured.get(self._key(plan.measure)) if plan.measure is not None else None
        if one is not None and enough is not None:
            one.bounds.add(enough)

    def of_decision(self, decision: Decision) -> None:
        """Take in what a decision compares."""
        for one in decision.inputs:
            match one:
                case TruthInput(_, inner):
                    self.of_decision(inner)
                case RangeInput(_, measure):
                    tree = self._plain(with_subject(measure.tree, decision.subject.tree if decision.subject else None))
                    key = self._name(decision, one.name, ("measure", (tree, measure.rounding)))
                    self.measured.setdefault(key, _Measured(measure, tree, set())).bounds.update(
                        bounds_of(decision, one)
                    )
                case LabelInput():
                    key = self._name(decision, one.name, ("label", one.concepts))
                    self.labels.setdefault(key, {}).update(dict.fromkeys(one.labels))
                case InapplicableInput():
                    self.others[self._name(decision, one.name, ("inapplicable", frozenset(one.concepts)))] = None

    def _name(self, decision: Decision, name: str, variable: Variable) -> Variable:
        self.named[decision.kind, name, id(decision)] = variable
        return variable

    def _plain(self, tree: Expr) -> Expr:
        return plain(tree, self._scope())

    def _key(self, measure: Measure) -> Variable:
        return ("measure", (self._plain(measure.tree), measure.rounding))

    def _scope(self) -> Scope:
        return Scope(self.book.vocabulary, self.book.parameters_in(self.section))

    def worlds(self) -> Iterator[World] | None:
        """Every combination; None where there are too many."""
        axes: list[tuple[Variable, list[object]]] = [
            (key, list(self._values(one))) for key, one in self.measured.items()
        ]
        axes += [(key, [*labels, *self._more(key, labels)]) for key, labels in self.labels.items()]
        axes += [(key, [False, True]) for key in self.others]
        if prod(len(values) for _, values in axes) > MAX_ROWS:
            return None
        keys = [key for key, _ in axes]
        return (dict(zip(keys, row, strict=True)) for row in product(*(values for _, values in axes)))

    def _values(self, one: _Measured) -> Iterator[Fraction]:
        """Each bound, and a value between each two and beyond them, as far as the measure can have it."""
        domain = self._domain(one)
        cuts = sorted({*one.bounds, *(end for end in (domain.lo, domain.hi) if end is not None)}) or [ZERO]
        if one.measure.rounding is None and is_whole(self.book, one.tree, self.section):
            found = {Fraction(cut.numerator // cut.denominator + more) for cut in cuts for more in (-1, 0, 1, 2)}
        else:
            between = ((low + high) / 2 for low, high in pairwise(cuts))
            found = {cuts[0] - 1, cuts[-1] + 1, *cuts, *between}
        yield from sorted(value for value in found if domain.contains(value))

    def _domain(self, one: _Measured) -> Interval:
        """What the measure can be; a rounded one, and one that looks at scores, is taken for free."""
        if one.measure.rounding is not None or any(rollups_in(one.tree)):
            return EVERYTHING
        return domain_of(one.tree, self._scope())

    def _more(self, key: Variable, labels: Mapping[str, None]) -> list[str]:
        """One label for all that are not tested, where there are any."""
        names: tuple[str, ...] = key[1]  # type: ignore[assignment]  # of_decision put the concepts there
        concepts = [self.book.vocabulary.concepts[name] for name in names]
        known = [label for concept in concepts for label in concept_labels(concept)]
        if any(concept.type == "text" for concept in concepts):
            known.append("\0")
        return [label for label in known if label not in labels][:1]

    # --- what is given in one row ---

    def outcome(self, decision: Decision, world: World) -> int:
        """Which case fires: the guards themselves, on codes."""
        codes: dict[str, int] = {}
        for one in decision.inputs:
            if isinstance(one, TruthInput):
                codes[one.name] = self.outcome(one.decision, world)
                continue
            value = world[self.named[decision.kind, one.name, id(decision)]]
            if isinstance(one, RangeInput):
                assert isinstance(value, Fraction)
                codes[f"a{one.name}"] = codes[f"b{one.name}"] = code(value, one.scale)
            elif isinstance(one, LabelInput):
                codes[one.name] = one.labels.index(value) if value in one.labels else len(one.labels)
            else:
                codes[one.name] = 2 if value else 0
        return next(
            c.outcome for c in decision.cases if all(_holds(codes[t.property], t.op, t.constant) for t in c.guard)
        )

    def given(self, plan: PlanPart, world: World) -> Given:
        """The score where it is one number, else everything that makes it; and the rule's own sentence."""
        offset = place = 0
        for selection in plan.selections:
            outcome = self.outcome(selection, world)
            assert outcome < OPEN
            size = len(selection.truths) + bool(selection.inapplicable)
            place = offset + outcome
            if outcome < size:
                break
            offset += size
        branch = plan.branches[min(place, len(plan.branches) - 1)]
        frame = make_frame(plan, plan.points) if isinstance(plan.points, Fraction) else None
        return (*self._effect(branch.effect, frame, plan, world), branch.reason)

    def _effect(self, effect: Effect, frame: Frame | None, plan: PlanPart, world: World) -> Given:
        """Low, high and full points; "na" and what becomes of it; or what it is made of."""
        if isinstance(effect, NotApplicable):
            policy = plan.part.policies.not_applicable
            return ("na", policy, None if frame is None else frame.points)
        raw = None if frame is None else self._constant(effect, frame, plan, world)
        if raw is not None and frame is not None and raw.na != YES:
            found = bounded(raw, frame, plan.part)
            return (found.lo, found.hi, frame.full, *self._said(effect, world))
        points: Hashable = frame
        if not isinstance(plan.points, Fraction):
            points = (plan.points.tree, plan.part.floor, plan.part.cap)
        policies = plan.part.policies
        rounding = policies.round_score
        if frame is not None and rounding is not None and never_rounded(effect, frame, rounding):
            rounding = None
        return (*self._makings(effect, frame, plan, world), points, rounding, policies.round_measure)

    def _said(self, effect: Effect, world: World) -> Given:
        """The sentences of the items that apply."""
        items = effect.items if isinstance(effect, ByItems) else ()
        return tuple(item.reason for item in items if self.outcome(item.decision, world) == TRUE)

    def _allowed(self, measure: Measure, low: Fraction, high: Fraction, frame: Frame | None) -> Given:
        """The marks allowed, as far as they can be given and can count."""
        marks = domain_of(measure.tree, self._scope())
        if frame is not None and marks.lo is not None:
            low = max(low, min(marks.lo, frame.floor))
        if frame is not None and marks.hi is not None:
            high = min(high, max(marks.hi, frame.cap))
        return (low, high)

    def _beyond(self, plan: PlanPart, form: PerUnit, world: World, excess: Measure) -> Given:
        """How far beyond the base: on one side of it, `around` is no different from the side that is meant."""
        measure = plan.measure
        if measure is not None and isinstance(form.base, Number):
            value = self._value(plan, world)
            if value is not None and value != form.base.value:
                side: Literal["over", "under"] = "over" if value > form.base.value else "under"
                meant = replace(form, side=side) if form.side in (side, "around") else form
                return (self._plain(measure.tree), measure.rounding, meant)
        return (self._plain(excess.tree), excess.rounding, form)

    def _value(self, plan: PlanPart, world: World) -> Fraction | None:
        """The part's measure in one row, where any decision compares it."""
        value = world.get(self._key(plan.measure)) if plan.measure is not None else None
        return value if isinstance(value, Fraction) else None

    def _constant(self, effect: Effect, frame: Frame, plan: PlanPart, world: World) -> Score | None:
        """The points of an effect that no measure enters, or not any more."""
        match effect:
            case ByMeasure(form=Proportional() as form):
                return self._all_there_is(plan, form, frame, world)
            case AnyPoints():
                return Score(frame.floor, frame.cap)
            case FullPoints():
                return _points(frame.full)
            case FloorPoints():
                return _points(frame.floor)
            case FixedPoints(points):
                return _points(points)
            case SharePoints(share):
                return _points(frame.full * share)
            case ByItems(items, from_full) if all(item.count is None for item in items):
                fired = [item for item in items if self.outcome(item.decision, world) == TRUE]
                moved = sum((item.sign * _limited(item.points, item.limit) for item in fired), ZERO)
                return _points((frame.full if from_full else ZERO) + moved)
            case ByParts(how, parts, weights):
                return self._together(how, parts, weights, frame, world)
            case OnePart(part):
                return _score(self.given(part, world))
            case _:
                return None

    def _all_there_is(self, plan: PlanPart, form: Proportional, frame: Frame, world: World) -> Score | None:
        """All a part can give, where its measure lies beyond what is enough for that."""
        enough = _enough(plan, form)
        value = self._value(plan, world)
        if enough is None or value is None:
            return None
        reached = value >= enough if form.direction == "at_least" else ZERO < value <= enough
        return _points(frame.cap) if reached else None

    def _together(
        self, how: str, parts: tuple[PlanPart, ...], weights: tuple[Fraction, ...], frame: Frame, world: World
    ) -> Score | None:
        members = []
        for place, part in enumerate(parts):
            inner = self.given(part, world)
            score = _score(inner)
            if score is None:
                return None
            full: Fraction = inner[2]  # type: ignore[assignment]  # beside a score stands what is full
            weight = weights[place] if weights else Fraction(1)
            members.append(Member(score, full, weight, part.part.policies.not_applicable))
        return combined(members, PART_RULES[how], frame.floor, frame.cap)

    def _makings(self, effect: Effect, frame: Frame | None, plan: PlanPart, world: World) -> Given:
        """What an effect is made of, where a measure enters: the same makings give the same points."""
        match effect:
            case ByMeasure(measure, _, PerUnit() as form):
                return ("measure", *self._beyond(plan, form, world, measure))
            case ByMeasure(measure, _, form):
                if (
                    isinstance(form, Proportional)
                    and _enough(plan, form) is not None
                    and self._value(plan, world) is not None
                ):
                    # Not enough for all there is, so that a limit of the share beyond that does not matter.
                    form = replace(form, up_to=ONE)
                return ("measure", self._plain(measure.tree), measure.rounding, form)
            case ByFormula(measure):
                return ("formula", self._plain(measure.tree))
            case ByJudgement(measure, low, high):
                return ("judged", measure.tree, low == high, *self._allowed(measure, low, high, frame))
            case ByItems(items, from_full):
                fired = [item for item in items if self.outcome(item.decision, world) == TRUE]
                each = tuple((i.sign, i.points, i.limit, i.reason, i.count and i.count.tree) for i in fired)
                return ("items", from_full, each)
            case OnePart(part):
                return ("part", self.given(part, world))
            case ByParts(how, parts, weights):
                return ("parts", how, weights, tuple(self.given(part, world) for part in parts))
            case _:
                return ("constant", effect)


def _enough(plan: PlanPart, form: Proportional) -> Fraction | None:
    """The measure from which on (`at_most`: up to which) its share gives all a part can give."""
    if plan.measure is None or plan.measure.rounding is not None or not isinstance(plan.points, Fraction):
        return None
    frame = make_frame(plan, plan.points)
    if not isinstance(form.to, Number) or form.to.value <= 0 or not ZERO < frame.cap <= frame.full * form.up_to:
        return None
    share = frame.cap / frame.full
    return form.to.value * share if form.direction == "at_least" else form.to.value / share


def _score(given: Given) -> Score | None:
    """The score of a part that has one."""
    low, high = given[0], given[1]
    return Score(low, high) if isinstance(low, Fraction) and isinstance(high, Fraction) else None


def _holds(value: int, op: str, constant: int) -> bool:
    return _OPERATORS[op](value, constant)


_OPERATORS: dict[str, Callable[[int, int], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge, "!=": ne, "==": eq}


def _points(value: Fraction) -> Score:
    return Score(value, value)


def _limited(points: Fraction, limit: Fraction | None) -> Fraction:
    return points if limit is None else min(points, limit)
