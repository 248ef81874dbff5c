"""The oracle's reading of one part: what its criterion gives for one fully known case."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from engine import expr as ex
from engine import model as m
from engine.testing.oracleformulas import Formulas, Open, Plain, ZeroDenominator, concepts_read
from facts.model import Case

ZERO = Fraction(0)
NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class PartScore:
    """`score` None: undetermined. `points` None: the points themselves are not known. `full` is 0 under malus."""

    score: Fraction | None
    points: Fraction | None
    full: Fraction
    floor: Fraction
    cap: Fraction
    policy: str
    applies: bool = True


@dataclass(frozen=True)
class Parts:
    """Scores the parts of one section's indicators."""

    rulebook: m.Rulebook
    case: Case
    section: m.Section

    def parameters(self) -> dict[str, m.Parameter]:
        """The rulebook's parameters, the section's over them."""
        return {p.name: p for p in (*self.rulebook.parameters, *self.section.parameters)}

    def score(self, part: m.Part) -> PartScore:
        """What a part gives."""
        return _OnePart(self, part).score()


class _OnePart:
    """One part, decided in the order the language states."""

    def __init__(self, parts: Parts, part: m.Part) -> None:
        self.parts, self.part = parts, part
        self.rulebook, self.case = parts.rulebook, parts.case
        self.malus = parts.section.kind == "malus"
        self.outside = Formulas(self.rulebook, self.case, parts.parameters())
        self.inside = Formulas(self.rulebook, self.case, parts.parameters(), self.measure)
        points = self.points()
        self.known_points = points
        shown = ZERO if points is None else points
        self.full = ZERO if self.malus else shown
        self.floor = part.floor if part.floor is not None else (-shown if self.malus else ZERO)
        self.cap = part.cap if part.cap is not None else (ZERO if self.malus else shown)

    # --- what it is about ---

    def points(self) -> Fraction | None:
        if isinstance(self.part.points, Fraction):
            return self.part.points
        try:
            return self.outside.number(self.part.points)
        except Open:
            return None

    def measure(self) -> Plain:
        """The measure, rounded in the unit it is shown in."""
        assert self.part.measure is not None
        value = self.outside.value(self.part.measure)
        rounding = self.part.policies.round_measure
        if rounding is None or not isinstance(value, Fraction):
            return value
        factor = self.unit_factor()
        return rounding(value / factor) * factor

    def unit_factor(self) -> Fraction:
        if self.part.unit is not None:
            return self.part.unit.factor
        tree = self.part.measure
        concept = self.rulebook.vocabulary.concepts.get(tree.name) if isinstance(tree, ex.Name) else None
        return concept.unit.factor if concept is not None and concept.unit is not None else Fraction(1)

    def number(self) -> Fraction:
        """The measure as a number."""
        value = self.measure()
        assert isinstance(value, Fraction)
        return value

    def own_trees(self) -> list[ex.Expr]:
        """The measure and the formulas of the form itself."""
        found = [] if self.part.measure is None else [self.part.measure]
        return found + form_trees(self.part.form)

    def reads(self) -> set[str]:
        """The concepts this part itself reads."""
        guards = [guard.when for guard in (*self.part.voids, *self.part.exempts)]
        trees = [*self.own_trees(), *guards]
        if self.part.applies is not None:
            trees.append(self.part.applies)
        if not isinstance(self.part.points, Fraction):
            trees.append(self.part.points)
        parameters = self.parts.parameters()
        found = {name for tree in trees for name in concepts_read(tree, self.rulebook, parameters)}
        return found | judged_concepts(self.part.form)

    # --- deciding ---

    def score(self) -> PartScore:
        """The score, or that the part does not apply, or that nobody can say."""
        try:
            raw = self.decided()
        except ZeroDenominator:
            raw = None  # undetermined by what is known, not for want of a fact
        except Open:
            raw = self.by_missing_policy()
        if raw == NOT_APPLICABLE:
            return self._result(None, applies=False)
        if raw is None or self.known_points is None:
            return self._result(None)
        assert isinstance(raw, Fraction)
        kept = min(max(raw, self.floor), self.cap)
        rounding = self.part.policies.round_score
        return self._result(kept if rounding is None else rounding(kept))

    def _result(self, score: Fraction | None, applies: bool = True) -> PartScore:
        policy = self.part.policies.not_applicable
        return PartScore(score, self.known_points, self.full, self.floor, self.cap, policy, applies)

    def by_missing_policy(self) -> Fraction | None:
        known = [c for c in self.reads() if (f := self.case.facts.get(c)) is not None and f.status == "known"]
        policy = self.part.policies.missing
        if policy == "undetermined" or len(known) == len(self.reads()):
            return None
        return self.floor if policy == "zero" else self.full

    def decided(self) -> Fraction | str | None:
        """applies, void, exempt, zero denominator, then the form."""
        facts = self.case.facts
        if any(c in facts and facts[c].status == "not_applicable" for c in self.reads()):
            return NOT_APPLICABLE
        if self.part.applies is not None and not self.inside.sure(self.part.applies):
            return NOT_APPLICABLE
        if any(self.inside.sure(guard.when) for guard in self.part.voids):
            return self.floor
        if any(self.inside.sure(guard.when) for guard in self.part.exempts):
            return self.full
        policy = self.part.policies.zero_denominator
        divided = [self.inside.divides_by_zero(tree) for tree in self.own_trees()]
        if None in divided and True not in divided:
            raise Open
        if True in divided:
            if policy == "undetermined":
                raise ZeroDenominator
            if policy == "not_applicable":
                return NOT_APPLICABLE
            return self.floor if policy == "zero" else self.full
        return self.form(self.part.form)

    # --- forms ---

    def form(self, form: m.Form) -> Fraction | str | None:
        """The points a form gives, before floor and cap."""
        match form:
            case m.Threshold(full, otherwise):
                return self.full if self.inside.sure(full) else self.form(otherwise)
            case m.Bands(bands):
                return next(b.points for b in bands if b.when is None or self.inside.sure(b.when))
            case m.PerUnit():
                return self.per_unit(form)
            case m.Items():
                return self.items(form)
            case m.Proportional():
                return self.proportional(form)
            case m.Interpolate(knots):
                return interpolate(knots, self.number())
            case m.Judged():
                return self.judged(form)
            case m.PointsFormula(formula):
                return self.inside.number(formula)
            case m.Fixed(points):
                return points
            case m.Combine():
                return self.combine(form)
            case m.Choose(options):
                chosen = next(part for when, part in options if when is None or self.inside.sure(when))
                return self.inner(self.parts.score(chosen))
            case m.NotComputable():
                return None

    def inner(self, score: PartScore) -> Fraction | str | None:
        return score.score if score.applies else NOT_APPLICABLE

    def per_unit(self, form: m.PerUnit) -> Fraction:
        value, base = self.number(), self.inside.number(form.base)
        start = form.start if form.start is not None else (self.full if form.sign < 0 else ZERO)
        away = {"over": value - base, "under": base - value, "around": abs(value - base)}[form.side]
        if away <= 0:
            return start
        units = away / form.per
        whole = {"up": Fraction(ceil(units)), "down": Fraction(floor(units)), "linear": units}[form.partial_unit]
        moved = form.amount * whole
        return start + form.sign * (moved if form.limit is None else min(moved, form.limit))

    def items(self, form: m.Items) -> Fraction:
        total = self.full if form.sign < 0 else ZERO
        for item in form.items:
            times = self.times(item)
            moved = item.points * times
            total += form.sign * (moved if item.limit is None else min(moved, item.limit))
        return total

    def times(self, item: m.Item) -> Fraction:
        if item.when is not None:
            return Fraction(1 if self.inside.sure(item.when) else 0)
        assert item.each is not None
        return max(ZERO, self.inside.number(item.each))

    def proportional(self, form: m.Proportional) -> Fraction:
        value, to = self.number(), self.inside.number(form.to)
        at_least = form.direction == "at_least"
        if value >= to * form.up_to if at_least else value <= to / form.up_to:
            return self.full * form.up_to
        above, below = (value, to) if at_least else (to, value)
        if below == 0:
            raise ZeroDenominator
        return self.full * min(above / below, form.up_to)

    def judged(self, form: m.Judged) -> Fraction | None:
        allowed = next(r for r in form.ranges if r.when is None or self.inside.sure(r.when))
        given = self.inside.number(ex.Name(form.concept))
        return given if allowed.low <= given <= allowed.high else None

    def combine(self, form: m.Combine) -> Fraction | str | None:
        found = [self.parts.score(part) for part in form.parts]
        if any(one.applies and one.score is None for one in found):
            return None
        weights = dict(zip((part.id for part in form.parts), form.weights, strict=False))
        members = [
            Member(one, points=one.full, weight=weights.get(part.id, Fraction(1)))
            for one, part in zip(found, form.parts, strict=True)
        ]
        kept, dropped = sorted_out(members)
        if not kept:
            return NOT_APPLICABLE
        return combined(form.how, kept, dropped)


# --- what forms read ---


def form_trees(form: m.Form) -> list[ex.Expr]:
    """The formulas of a form itself, not of the parts in it."""
    match form:
        case m.Threshold(full, otherwise):
            return [full, *form_trees(otherwise)]
        case m.Bands(bands):
            return [band.when for band in bands if band.when is not None]
        case m.PerUnit(base=base):
            return [base]
        case m.Items(items=items):
            return [tree for item in items for tree in (item.when, item.each) if tree is not None]
        case m.Proportional(to=to):
            return [to]
        case m.Judged(ranges=ranges):
            return [one.when for one in ranges if one.when is not None]
        case m.PointsFormula(formula):
            return [formula]
        case m.Choose(options):
            return [when for when, _ in options if when is not None]
        case _:
            return []


def judged_concepts(form: m.Form) -> set[str]:
    """The concept an assessor's points are stated under."""
    if isinstance(form, m.Threshold):
        return judged_concepts(form.otherwise)
    return {form.concept} if isinstance(form, m.Judged) else set()


def interpolate(knots: tuple[tuple[Fraction, Fraction], ...], value: Fraction) -> Fraction:
    """Straight lines between the points, flat outside."""
    if value <= knots[0][0]:
        return knots[0][1]
    if value >= knots[-1][0]:
        return knots[-1][1]
    left = max(knot for knot in knots if knot[0] <= value)
    right = min(knot for knot in knots if knot[0] > value)
    return left[1] + (right[1] - left[1]) * (value - left[0]) / (right[0] - left[0])


# --- parts and indicators put together ---


@dataclass(frozen=True)
class Member:
    """A score on its way into a whole."""

    result: PartScore
    points: Fraction
    weight: Fraction = Fraction(1)

    @property
    def score(self) -> Fraction:
        """The score; full points where the part does not apply and that is the policy."""
        if not self.result.applies:
            return self.result.full
        assert self.result.score is not None
        return self.result.score


def sorted_out(members: list[Member]) -> tuple[list[Member], list[Member]]:
    """Those that count, and those that do not apply and are not given full points."""
    kept = [one for one in members if one.result.applies or one.result.policy == "full"]
    return kept, [one for one in members if one not in kept]


def combined(how: str, kept: list[Member], dropped: list[Member]) -> Fraction | str:
    """sum, best, worst, average, weighted of what applies."""
    scores = [one.score for one in kept]
    match how:
        case "best":
            return max(scores)
        case "worst":
            return min(scores)
        case "average":
            return sum(scores, ZERO) / len(scores)
        case "weighted":
            weight = sum((one.weight for one in kept), ZERO)
            if weight == 0:
                return NOT_APPLICABLE
            return sum((one.score * one.weight for one in kept), ZERO) / weight
        case _:
            return redistributed(kept, dropped)


def redistributed(kept: list[Member], dropped: list[Member]) -> Fraction:
    """The sum, with the points of what does not apply spread equally or in proportion where that is the policy."""
    spread = sum((one.points for one in dropped if one.result.policy == "spread"), ZERO)
    rescaled = sum((one.points for one in dropped if one.result.policy == "rescale"), ZERO)
    points = sum((one.points for one in kept), ZERO)
    total = ZERO
    for one in kept:
        total += one.score * (one.points + spread / len(kept)) / one.points if one.points else one.score
    return total * (points + rescaled) / points if points else total
