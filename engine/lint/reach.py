"""What a part can give: every case of it, under which circumstances it is reached, and the scores it leads to.

Like everything in this package a bound may be too wide, never too narrow. It is about facts that are known: what policies
do with missing facts, with facts that do not apply and with zero denominators is left aside.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Literal, NamedTuple

from engine import ranges
from engine.effects import interpolated, per_unit, proportional
from engine.expr import Arithmetic, Comparison, Expr, Name, Number, Subject
from engine.lint.conditions import State, where
from engine.lint.values import Box, World
from engine.lower import unit_shown
from engine.model import (
    Bands,
    Choose,
    Combine,
    Fixed,
    Form,
    Indicator,
    Interpolate,
    Item,
    Items,
    Judged,
    NotComputable,
    Part,
    PerUnit,
    PointsFormula,
    Proportional,
    Rulebook,
    Section,
    Threshold,
)
from engine.walk import nodes
from facts.provenance import Position
from facts.units import PLAIN
from facts.values import ZERO, Interval

Kind = Literal["applies", "void", "exempt", "full", "otherwise", "band", "option", "range", "item", "within", "beyond"]


class Scores(NamedTuple):
    """The lowest and the highest score."""

    lo: Fraction
    hi: Fraction


@dataclass(frozen=True, slots=True)
class Seen:
    """One case of a part: its condition (None: whatever is left), what led to it and what is then known.

    `start` is what was known where the form began, `before` where this case was tried; `after` () is a case never reached.
    """

    part: Part
    kind: Kind
    at: Position
    when: Expr | None
    start: State
    before: State
    after: State
    scores: Scores | None = None


@dataclass(frozen=True, slots=True)
class PartSeen:
    """A part: what is known where its form is tried, and the scores of the form, before floor and cap and after."""

    part: Part
    world: World
    state: State
    raw: Scores | None
    scores: Scores | None


@dataclass
class Explored:
    """An indicator with every case and part in it, outermost first."""

    section: Section
    indicator: Indicator
    malus: bool
    cases: list[Seen] = field(default_factory=list)
    parts: list[PartSeen] = field(default_factory=list)

    @cached_property
    def cases_of(self) -> dict[int, list[Seen]]:
        """The cases of each part, by its identity."""
        found: dict[int, list[Seen]] = {}
        for case in self.cases:
            found.setdefault(id(case.part), []).append(case)
        return found

    @property
    def whole(self) -> PartSeen:
        """The indicator itself."""
        return self.parts[0]


def explore(rulebook: Rulebook, section: Section, indicator: Indicator, state: State) -> Explored:
    """Everything about one indicator."""
    found = Explored(section, indicator, section.kind == "malus")
    _Explorer(rulebook, found).part(indicator.part, state)
    return found


def joined(scores: Sequence[Scores | None]) -> Scores | None:
    """Everything any of them allows; None where nothing is reached."""
    known = [one for one in scores if one is not None]
    return Scores(min(one.lo for one in known), max(one.hi for one in known)) if known else None


class _Explorer:
    def __init__(self, rulebook: Rulebook, found: Explored) -> None:
        self.rulebook, self.found = rulebook, found
        self.parameters = rulebook.parameters_in(found.section.id)

    def world(self, part: Part) -> World:
        """What names mean in a part."""
        unit = part.unit or (unit_shown(part.measure, self.rulebook) if part.measure is not None else None)
        concept = self.rulebook.vocabulary.concepts.get(part.measure.name) if isinstance(part.measure, Name) else None
        # Labels are not rounded: `measure` is the concept itself.
        rounding = None if concept is not None and concept.choices else part.policies.round_measure
        return World(self.rulebook.vocabulary, self.parameters, part.measure, rounding, unit)

    def part(self, part: Part, state: State, outer: World | None = None) -> PartSeen:
        """The part, with its cases noted."""
        place = len(self.found.parts)
        world = self.world(part)
        if outer != world:
            state = _without_measure(state)
        seen = PartSeen(part, world, state, None, None)
        self.found.parts.append(seen)
        one = _PartExplorer(self, part, world)
        scores, inside, raw = one.run(state)
        seen = PartSeen(part, world, inside, raw, scores)
        self.found.parts[place] = seen
        return seen


class _PartExplorer:
    def __init__(self, explorer: _Explorer, part: Part, world: World) -> None:
        self.explorer, self.source, self.world = explorer, part, world
        self.malus = explorer.found.malus
        self.low, self.high, self.full = _frame(part, world, self.malus)

    def run(self, state: State) -> tuple[Scores | None, State, Scores | None]:
        """Scores, what is known where the form is tried, the form's scores before floor and cap."""
        given: list[Scores | None] = []
        state = self._guards(state, given)
        raw = self.form(self.source.form, state) if state else None
        given.append(raw)
        if not isinstance(self.source.points, Fraction):
            return Scores(min(self.low, ZERO), self.high), state, None
        return self._kept(joined(given)), state, raw

    def _guards(self, state: State, given: list[Scores | None]) -> State:
        part = self.source
        if part.applies is not None:
            state = self.case("applies", part.at, part.applies, state, state, None)[0]
        begun = state
        for guards, kind, value in ((part.voids, "void", self.low), (part.exempts, "exempt", self.full)):
            for guard in guards:
                reached, state = self.case(kind, guard.at, guard.when, begun, state, Scores(value, value))  # type: ignore[arg-type]
                given.append(Scores(value, value) if reached else None)
        return state

    def case(
        self, kind: Kind, at: Position, when: Expr | None, start: State, before: State, scores: Scores | None
    ) -> tuple[State, State]:
        """Note a case; what is known where it holds, and where it does not."""
        after = before if when is None else where(before, when, self.world)
        self.explorer.found.cases.append(Seen(self.source, kind, at, when, start, before, after, scores))
        return after, () if when is None else where(before, when, self.world, holds=False)

    def _kept(self, scores: Scores | None) -> Scores | None:
        if scores is None:
            return None
        rounding = self.source.policies.round_score
        ends = [min(max(end, self.low), self.high) for end in scores]
        return Scores(*(ends if rounding is None else [rounding(end) for end in ends]))

    # --- forms ---

    def form(self, form: Form, state: State) -> Scores | None:
        """The scores of a form where it is tried."""
        match form:
            case Threshold():
                return self._threshold(form, state)
            case Bands(bands):
                return self._cases("band", [(b.at, b.when, Scores(b.points, b.points)) for b in bands], state)
            case Judged():
                return self._judged(form, state)
            case Choose(options):
                return self._choose(options, state)
            case Combine():
                return self._combine(form, state)
            case Items(sign, items):
                return self._items(sign, items, state)
            case Fixed(points):
                return Scores(points, points)
            case NotComputable():
                return Scores(self.low, self.high)
            case PerUnit() | Proportional() | Interpolate() | PointsFormula():
                return joined([self._measured(form, box) for box in state])

    def _threshold(self, form: Threshold, state: State) -> Scores | None:
        full = Scores(self.full, self.full)
        reached, left = self.case("full", self.source.at, form.full, state, state, full)
        at = getattr(form.full, "at", self.source.at)
        otherwise = self.form(form.otherwise, left) if left else None
        # The last case has no condition of its own, but a place in the list.
        self.explorer.found.cases.append(Seen(self.source, "otherwise", at, None, state, left, left, otherwise))
        return joined([full if reached else None, otherwise])

    def _cases(self, kind: Kind, cases: Sequence[tuple[Position, Expr | None, Scores]], state: State) -> Scores | None:
        found: list[Scores | None] = []
        left = state
        for at, when, scores in cases:
            reached, left = self.case(kind, at, when, state, left, scores)
            found.append(scores if reached else None)
        return joined(found)

    def _judged(self, form: Judged, state: State) -> Scores | None:
        allowed = self.world.span(Name(form.concept)) or Interval()
        cases = [(one.at, one.when, _within(Scores(one.low, one.high), allowed)) for one in form.ranges]
        return self._cases("range", cases, state)

    def _choose(self, options: Sequence[tuple[Expr | None, Part]], state: State) -> Scores | None:
        found: list[Scores | None] = []
        left = state
        for when, part in options:
            reached, left = self.case("option", part.at, when, state, left, None)
            found.append(self.explorer.part(part, reached, self.world).scores if reached else None)
        return joined(found)

    def _combine(self, form: Combine, state: State) -> Scores | None:
        inner = [self.explorer.part(part, state, self.world) for part in form.parts]
        scores = [self._member(seen) for seen in inner]
        known = [one for one in scores if one is not None]
        if len(known) < len(scores):
            return Scores(self.low, self.high)
        lows, highs = [one.lo for one in known], [one.hi for one in known]
        weights = form.weights or (Fraction(1, len(known)),) * len(known)
        match form.how:
            case "sum":
                return Scores(sum(lows, ZERO), sum(highs, ZERO))
            case "best":
                return Scores(max(lows), max(highs))
            case "worst":
                return Scores(min(lows), min(highs))
            case "average" | "weighted":
                return Scores(_mean(lows, weights), _mean(highs, weights))

    def _member(self, seen: PartSeen) -> Scores | None:
        """A part's share of a whole; None where what does not apply changes what the others count."""
        if seen.part.applies is None:
            return seen.scores
        if seen.part.policies.not_applicable != "full":
            return None
        full = _frame(seen.part, seen.world, self.malus)[2]
        return joined([seen.scores, Scores(full, full)])

    # --- items ---

    def _items(self, sign: int, items: Sequence[Item], state: State) -> Scores:
        low = high = self.full if sign < 0 else ZERO
        for item in items:
            moved = self._item(item, state)
            low, high = (low - moved.hi, high - moved.lo) if sign < 0 else (low + moved.lo, high + moved.hi)
        return Scores(low, high)

    def _item(self, item: Item, state: State) -> Scores:
        if item.when is not None:
            reached, left = self.case("item", item.at, item.when, state, state, None)
            amount = item.points if item.limit is None else min(item.points, item.limit)
            return Scores(ZERO if left else amount, amount if reached else ZERO)
        assert item.each is not None
        spans = [self.world.span(self.world.resolved(item.each), box) for box in state]
        ends = [_times(item, span) for span in spans if span is not None]
        return joined(ends) or Scores(ZERO, ZERO)

    # --- points by a measure ---

    def _measured(self, form: PerUnit | Proportional | Interpolate | PointsFormula, box: Box) -> Scores | None:
        match form:
            case PerUnit():
                return self._per_unit(form, box)
            case Proportional():
                return self._proportional(form, box)
            case Interpolate():
                return self._interpolate(form, box)
            case PointsFormula(formula):
                span = self._span(formula, box)
                return None if span is None else self._bounded(span.lo, span.hi)

    def _span(self, tree: Expr, box: Box) -> Interval | None:
        return self.world.span(self.world.resolved(tree), box)

    def _bounded(self, lo: Fraction | None, hi: Fraction | None) -> Scores:
        return Scores(self.low if lo is None else lo, self.high if hi is None else hi)

    def _per_unit(self, form: PerUnit, box: Box) -> Scores | None:
        excess = self.excess(form, box)
        if excess is None:
            return None
        function = per_unit(form)
        ends = (function(excess.lo, self.full, -1), function(excess.hi, self.full, 1))
        endless = min(self.low, ZERO) if form.sign < 0 else self.high
        known = [endless if end is None else end for end in ends]
        return Scores(min(known), max(known))

    def excess(self, form: PerUnit, box: Box) -> Interval | None:
        """How far the measure can lie beyond the base."""
        tree = Arithmetic("-", Subject(), form.base)
        if form.side == "under":
            tree = Arithmetic("-", form.base, Subject())
        span = self._span(tree, box)
        if span is None or form.side != "around":
            return span
        return ranges.as_interval(ranges.absolute(span))

    def _proportional(self, form: Proportional, box: Box) -> Scores | None:
        subject, to = self.world.resolved(Subject()), self.world.resolved(form.to)
        enough = Arithmetic("*" if form.direction == "at_least" else "/", to, Number(form.up_to, PLAIN))
        op = ">=" if form.direction == "at_least" else "<="
        reached = where((box,), Comparison(op, subject, enough), self.world)  # type: ignore[arg-type]  # an operator
        most = Scores(self.full * form.up_to, self.full * form.up_to)
        ratio = (subject, to) if form.direction == "at_least" else (to, subject)
        share = self.world.span(Arithmetic("/", *ratio), box)
        function = proportional(form)
        partly = None
        if share is not None:
            ends = (function(share.lo, self.full, -1), function(share.hi, self.full, 1))
            partly = self._bounded(*ends)
        return joined([most if reached else None, partly])

    def _interpolate(self, form: Interpolate, box: Box) -> Scores | None:
        span = self._span(Subject(), box)
        if span is None:
            return None
        function = interpolated(form)
        ends = [function(span.lo, self.full, -1), function(span.hi, self.full, 1)]
        ends += [points for at, points in form.knots if span.contains(at)]
        known = [end for end in ends if end is not None]
        return Scores(min(known), max(known))


def _without_measure(state: State) -> State:
    """What is known of anything but a measure: inside another part the word means another thing."""
    return tuple({key: known for key, known in box.items() if Subject not in map(type, nodes(key))} for box in state)


def _times(item: Item, span: Interval) -> Scores:
    low = item.points * max(ZERO, span.lo or ZERO)
    # Without a limit the part's own floor and cap bound it.
    high = item.points * max(ZERO, span.hi) if span.hi is not None else ENDLESS
    if not item.points:
        high = ZERO
    return Scores(low, high) if item.limit is None else Scores(min(low, item.limit), min(high, item.limit))


# More than any score.
ENDLESS = Fraction(10**12)


def _mean(values: Sequence[Fraction], weights: Sequence[Fraction]) -> Fraction:
    total = sum(weights, ZERO)
    return sum((v * w for v, w in zip(values, weights, strict=True)), ZERO) / total if total else ZERO


def _within(scores: Scores, allowed: Interval) -> Scores:
    low = scores.lo if allowed.lo is None else max(scores.lo, allowed.lo)
    high = scores.hi if allowed.hi is None else min(scores.hi, allowed.hi)
    return Scores(low, high) if low <= high else scores


def _frame(part: Part, world: World, malus: bool) -> tuple[Fraction, Fraction, Fraction]:
    """The least and the most a part can give, and what full points are; the widest where points depend on facts."""
    points = part.points
    if not isinstance(points, Fraction):
        span = world.span(points) or Interval()
        points = span.hi if span.hi is not None else ENDLESS
    low = part.floor if part.floor is not None else (-points if malus else ZERO)
    high = part.cap if part.cap is not None else (ZERO if malus else points)
    return low, high, ZERO if malus else points


def stated_points(part: Part) -> Fraction | None:
    """The part's points where they do not depend on facts."""
    return part.points if isinstance(part.points, Fraction) else None


def forms_in(form: Form) -> Iterator[Form]:
    """A form and the forms under its `otherwise`, not those of parts inside it."""
    yield form
    if isinstance(form, Threshold):
        yield from forms_in(form.otherwise)
