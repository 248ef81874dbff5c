"""Parts as columns: which branch, which are still possible, what each is worth. The column form of `engine.parts`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from engine.columns import flags as fl
from engine.columns import integers as ints
from engine.columns import numbers as nb
from engine.columns import ratios as rt
from engine.columns import scores as sc
from engine.columns.effects import Frame, by_formula, by_judgement, by_measure
from engine.columns.flags import FALSE, TRUE, Flag
from engine.columns.formulas import Formulas
from engine.columns.integers import Int
from engine.columns.layers import Layers
from engine.columns.numbers import Number
from engine.columns.ratios import NOUGHT, Ratio
from engine.columns.scores import Member, Scored
from engine.expr import Comparison, Expr, Logic
from engine.plan import (
    AnyPoints,
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
from engine.walk import form_trees, zeros_of

# As engine.parts: bounded by floor and cap before anyone sees it.
_ENDLESS = rt.constant(Fraction(10**12))


@dataclass(frozen=True, slots=True)
class ItemColumn:
    """Whether an item applies."""

    item: PlanItem
    truth: Flag


@dataclass(frozen=True, slots=True)
class PartColumns:
    """A part for each unit. `place`: the branch, the first of `possible` that holds; where not `decided`, the first left open.

    `settled`: what stayed open is settled by the policy for missing facts. `parts` by the place of their branch.
    """

    plan: PlanPart
    frame: Frame
    score: Scored
    place: Int
    possible: tuple[Flag, ...]
    decided: Flag
    measure: Number | None
    settled: Flag = FALSE
    items: tuple[tuple[int, tuple[ItemColumn, ...]], ...] = ()
    parts: tuple[tuple[int, tuple[PartColumns, ...]], ...] = ()

    def given(self, score: Scored) -> Scored:
        """A score as it counts: what does not apply gives full points under that policy, else nothing of its own."""
        if score.apart.never and score.maybe.never:
            return score
        value = self.frame.full if self.plan.part.policies.not_applicable == "full" else NOUGHT
        lo = rt.cases(
            [(score.apart, value), (fl.both(score.maybe, rt.compared(value, "<", score.lo)), value)], score.lo
        )
        hi = rt.cases(
            [(score.apart, value), (fl.both(score.maybe, rt.compared(value, ">", score.hi)), value)], score.hi
        )
        return Scored(lo, lo if score.point and score.maybe.never else hi)


@dataclass(slots=True)
class PartBuilder:
    """Builds parts. `apart` tells where one of some concepts does not apply, `missing` where one is not known."""

    apart: Callable[[Sequence[str]], Flag]
    missing: Callable[[Sequence[str]], Flag]

    def part(self, plan: PlanPart, formulas: Formulas) -> PartColumns:
        """A part and those inside it."""
        outer = formulas
        measure = None if plan.measure is None else self.measure(plan.measure, formulas)
        formulas = formulas.with_subject(measure)
        layers = formulas.algebra.layers
        frame = self._frame(plan, outer)
        places = [self._of_part(plan, outer.careful()), formulas]
        if divisors := _tested(plan):
            # What follows is decided only of units in which none of these is zero.
            formulas = self._of_part(plan, outer.dividing(divisors))
            places.append(formulas)
        open_at, possible = self._branches(plan, places)
        items: list[tuple[int, tuple[ItemColumn, ...]]] = []
        parts: list[tuple[int, tuple[PartColumns, ...]]] = []
        found: list[tuple[Flag, Scored]] = []
        for place, (branch, when) in enumerate(zip(plan.branches, possible, strict=True)):
            if when.never:
                continue
            found.append((when, sc.named(layers, self._effect(branch.effect, frame, formulas, place, items, parts))))
        decided = layers.flag(fl.negation(fl.either(*open_at)))
        raw = found[0][1] if len(found) == 1 else self._picked(found, decided, layers)
        score = sc.named(layers, bounded(sc.named(layers, raw), frame, plan))
        place_column = layers.integer(self._place(plan, possible, open_at))
        chosen = place_column, tuple(possible), decided
        result = PartColumns(plan, frame, score, *chosen, measure, FALSE, tuple(items), tuple(parts))
        return self._by_policy(result, formulas)

    def _of_part(self, plan: PlanPart, formulas: Formulas) -> Formulas:
        """A place of formulas with the part's measure in it."""
        return formulas if plan.measure is None else formulas.with_subject(self.measure(plan.measure, formulas))

    def measure(self, measure: Measure, formulas: Formulas) -> Number:
        """A part's measure, rounded in the unit it is shown in."""
        number = formulas.number(measure.tree)
        if measure.rounding is None:
            return number
        factor = measure.unit.factor if measure.unit else Fraction(1)
        algebra = formulas.algebra
        shown = algebra.multiply(number, nb.constant(1 / factor))
        return algebra.multiply(algebra.rounded(shown, measure.rounding), nb.constant(factor))

    # --- which branch ---

    def _branches(self, plan: PlanPart, places: Sequence[Formulas]) -> tuple[list[Flag], list[Flag]]:
        """For each branch: whether the choice stops open at it, and whether it is possible.

        `places`: where the guards stand, where what comes next does, where the rest does.
        """
        guards = (plan.part.applies is not None) + len(plan.part.voids) + len(plan.part.exempts)
        layers = places[0].algebra.layers
        inapplicable = plan.selections[0].inapplicable
        passed, open_at, possible = TRUE, [], []
        if inapplicable:
            apart = layers.flag(self.apart(inapplicable))
            open_at.append(FALSE)
            possible.append(apart)
            passed = fl.negation(apart)
        still = passed
        trees = [tree for selection in plan.selections for tree in selection.conditions]
        standing = [places[0 if number < guards else 1 if number == guards else -1] for number in range(len(trees))]
        truths = [place.truth(tree) for place, tree in zip(standing, trees, strict=True)]
        if not any(truth.nullable for truth in truths):
            # Each is decided, and the first that holds is picked: what was before needs no saying.
            whens = [*possible, *_in_turn(trees, truths, standing), TRUE]
            return [FALSE] * len(whens), whens
        for truth in truths:
            possible.append(layers.flag(fl.both(still, fl.possibly(truth))))
            open_at.append(layers.flag(fl.both(passed, fl.undecided(truth))))
            passed = layers.flag(fl.both(passed, fl.negation(fl.possibly(truth))))
            still = layers.flag(fl.both(still, fl.negation(fl.surely(truth))))
        possible.append(still)
        open_at.append(FALSE)
        return open_at, possible

    def _place(self, plan: PlanPart, possible: Sequence[Flag], open_at: Sequence[Flag]) -> Int:
        """The first branch that is possible: the one that holds, or the first that is open."""
        last = len(possible) - 1
        return ints.cases([(when, ints.constant(n)) for n, when in enumerate(possible[:-1])], ints.constant(last))

    def _picked(self, found: Sequence[tuple[Flag, Scored]], decided: Flag, layers: Layers) -> Scored:
        plain = sc.cases(list(found[:-1]), found[-1][1])
        if decided.always:
            return plain
        return sc.cases([(decided, plain)], sc.hull(found, layers))

    # --- what it is worth ---

    def _frame(self, plan: PlanPart, formulas: Formulas) -> Frame:
        if isinstance(plan.points, Fraction):
            points = rt.constant(plan.points)
        else:
            number = self.measure(plan.points, formulas.careful())
            # Points that are not known bound the score in more than one way: the engine tells.
            formulas.algebra.leave(fl.negation(number.known))
            points = formulas.algebra.layers.ratio(number.value)
        part, malus = plan.part, plan.malus
        floor = rt.constant(part.floor) if part.floor is not None else rt.negative(points) if malus else NOUGHT
        cap = rt.constant(part.cap) if part.cap is not None else NOUGHT if malus else points
        return Frame(points, NOUGHT if malus else points, floor, cap)

    def _effect(
        self,
        effect: Effect,
        frame: Frame,
        formulas: Formulas,
        place: int,
        items: list[tuple[int, tuple[ItemColumn, ...]]],
        parts: list[tuple[int, tuple[PartColumns, ...]]],
    ) -> Scored:
        match effect:
            case NotApplicable():
                return sc.NOT_APPLICABLE
            case FullPoints():
                return sc.point(frame.full)
            case FloorPoints():
                return sc.point(frame.floor)
            case FixedPoints(points):
                return sc.fixed(points)
            case SharePoints(share):
                return sc.point(rt.multiply(frame.full, rt.constant(share)))
            case AnyPoints():
                return frame.anything
            case ByMeasure():
                return by_measure(effect, self.measure(effect.measure, formulas), frame, formulas)
            case ByFormula():
                return by_formula(effect, frame, formulas)
            case ByJudgement():
                return by_judgement(effect, frame, formulas)
            case ByItems(listed, from_full):
                score, columns = self._items(listed, frame.full if from_full else NOUGHT, formulas)
                items.append((place, columns))
                return score
            case OnePart(part):
                inner = self.part(part, formulas.dividing(frozenset()).with_subject(None))
                parts.append((place, (inner,)))
                return inner.score
            case ByParts(how, inner_parts, weights):
                inside = formulas.dividing(frozenset()).with_subject(None)
                made = tuple(self.part(part, inside) for part in inner_parts)
                parts.append((place, made))
                return self._by_parts(how, made, weights, formulas)

    def _items(
        self, listed: Sequence[PlanItem], start: Ratio, formulas: Formulas
    ) -> tuple[Scored, tuple[ItemColumn, ...]]:
        low: list[Ratio] = [start]
        high: list[Ratio] = [start]
        columns = []
        for item in listed:
            truth = formulas.truth(item.decision.conditions[0])
            columns.append(ItemColumn(item, truth))
            least, most = (formulas.algebra.layers.ratio(one) for one in self._moved(item, truth, formulas))
            gains = item.sign > 0
            low.append(least if gains else rt.negative(most))
            high.append(most if gains else rt.negative(least))
        lo, hi = rt.total(low), rt.total(high)
        return Scored(lo, lo if low == high else hi), tuple(columns)

    def _moved(self, item: PlanItem, truth: Flag, formulas: Formulas) -> tuple[Ratio, Ratio]:
        """What an item moves, at least and at most."""
        if item.count is None:
            amount = item.points if item.limit is None else min(item.points, item.limit)
            points = rt.constant(amount)
            low = rt.cases([(fl.surely(truth), points)], NOUGHT)
            return low, low if not truth.nullable else rt.cases([(fl.possibly(truth), points)], NOUGHT)
        number = self._count(item.count, formulas)
        each = rt.constant(item.points)
        plain = rt.multiply(each, rt.greatest([NOUGHT, number.value]))
        lo, hi = _limited(plain, item), _limited(plain, item)
        if not number.known.always:
            hi, lo = self._unknown_count(number, each, item, plain)
        low = rt.cases([(fl.surely(truth), lo)], NOUGHT)
        if not truth.nullable and number.known.always:
            return low, low
        return low, rt.cases([(fl.possibly(truth), hi)], NOUGHT)

    def _count(self, measure: Measure, formulas: Formulas) -> Number:
        return self.measure(measure, formulas)

    def _unknown_count(self, number: Number, each: Ratio, item: PlanItem, plain: Ratio) -> tuple[Ratio, Ratio]:
        """Most and least where the count is a range, or divides by zero: any number of times."""
        endless = _limited(_ENDLESS, item)
        known = _limited(plain, item)
        if number.span is None:
            return rt.cases([(number.known, known)], endless), rt.cases([(number.known, known)], NOUGHT)
        span = number.span
        top = rt.cases([(span.has_hi, _limited(rt.multiply(each, rt.greatest([NOUGHT, span.hi])), item))], endless)
        bottom = rt.cases([(span.has_lo, _limited(rt.multiply(each, rt.greatest([NOUGHT, span.lo])), item))], NOUGHT)
        most = rt.cases([(number.known, known), (number.undefined, endless)], top)
        return most, rt.cases([(number.known, known), (number.undefined, NOUGHT)], bottom)

    def _by_parts(
        self, how: str, made: Sequence[PartColumns], weights: Sequence[Fraction], formulas: Formulas
    ) -> Scored:
        layers = formulas.algebra.layers
        members = [
            Member(
                part.score,
                part.frame.full,
                weights[place] if weights else Fraction(1),
                part.plan.part.policies.not_applicable,
            )
            for place, part in enumerate(made)
        ]
        gone = [FALSE if part.plan.part.policies.not_applicable == "full" else part.score.apart for part in made]
        nothing = layers.flag(fl.both(*gone))
        found = sc.combined(members, sc.PART_RULES[how], formulas.algebra.leave, layers)
        return sc.cases([(nothing, sc.NOT_APPLICABLE)], found)

    # --- missing ---

    def _by_policy(self, result: PartColumns, formulas: Formulas) -> PartColumns:
        """`missing: zero` and `missing: full` settle what stays open for want of a fact."""
        policy = result.plan.part.policies.missing
        score = result.score
        if policy == "undetermined" or sc.determined(score).always:
            return result
        layers = formulas.algebra.layers
        inner = [
            fl.both(result.decided, ints.compared(result.place, "=", ints.constant(place)))
            for place, branch in enumerate(result.plan.branches)
            if isinstance(branch.effect, ByParts | OnePart | AnyPoints)
        ]
        settled = fl.both(
            fl.negation(sc.determined(score)),
            fl.negation(fl.either(*inner)) if inner else TRUE,
            self.missing(result.plan.concepts),
        )
        settled = layers.flag(settled)
        points = result.frame.floor if policy == "zero" else result.frame.full
        found = sc.named(layers, sc.cases([(settled, sc.point(points))], score))
        return replace(result, score=found, settled=settled)


def _tested(plan: PlanPart) -> frozenset[Expr]:
    """The divisors of which the branch for zero denominators says that they are not zero, once it is passed."""
    if not any(branch.name == "zero-denominator" for branch in plan.branches):
        return frozenset()
    zeros = [zero for root in (plan.part.measure, *form_trees(plan.part.form)) for zero in zeros_of(root)]
    return frozenset(zero.left for zero in zeros if isinstance(zero, Comparison))


def _in_turn(trees: Sequence[Expr], truths: Sequence[Flag], standing: Sequence[Formulas]) -> list[Flag]:
    """Conditions tried one after another, without what follows from those before not holding: of a band, its upper end."""
    tried: list[Flag] = []
    for tree, truth, place in zip(trees, truths, standing, strict=True):
        if any(before.always for before in tried):
            tried.append(FALSE)
        elif isinstance(tree, Logic) and tree.op == "and":
            operands = [place.truth(operand) for operand in tree.operands]
            tried.append(fl.both(*(one for one in operands if fl.negation(one) not in tried)))
        else:
            tried.append(truth)
    return tried


def _limited(value: Ratio, item: PlanItem) -> Ratio:
    return value if item.limit is None else rt.least([value, rt.constant(item.limit)])


def bounded(score: Scored, frame: Frame, plan: PlanPart) -> Scored:
    """A score kept within floor and cap, then rounded."""
    rounding = plan.part.policies.round_score

    def kept(value: Ratio) -> Ratio:
        inside = rt.least([rt.greatest([value, frame.floor]), frame.cap])
        return rt.rounded(inside, rounding)

    lo = kept(score.lo)
    hi = lo if score.point else kept(score.hi)
    return Scored(lo, hi, score.apart, score.maybe)
