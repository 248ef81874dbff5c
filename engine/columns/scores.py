"""Scores as columns, and scores made of scores: the column form of `engine.combine`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from engine.columns import flags as fl
from engine.columns import integers as ints
from engine.columns import ratios as rt
from engine.columns.flags import FALSE, TRUE, Flag
from engine.columns.layers import Layers
from engine.columns.ratios import NOUGHT, Ratio


@dataclass(frozen=True, slots=True)
class Scored:
    """Every score from `lo` to `hi`; `apart`: it does not apply, `maybe`: it may not."""

    lo: Ratio
    hi: Ratio
    apart: Flag = FALSE
    maybe: Flag = FALSE

    @property
    def point(self) -> bool:
        """Whether it is one score for every unit."""
        return self.lo == self.hi


def point(value: Ratio) -> Scored:
    """One score."""
    return Scored(value, value)


def fixed(value: Fraction) -> Scored:
    """The same score for every unit."""
    return point(rt.constant(value))


NOT_APPLICABLE = Scored(NOUGHT, NOUGHT, TRUE)


def is_one(score: Scored) -> Flag:
    """Whether the two ends are the same."""
    return TRUE if score.point else rt.same(score.lo, score.hi)


def determined(score: Scored) -> Flag:
    """One score, or not applicable, is all that is possible."""
    return fl.either(score.apart, fl.both(fl.negation(score.maybe), is_one(score)))


def named(layers: Layers, score: Scored) -> Scored:
    """A score with its columns named."""
    lo = layers.ratio(score.lo)
    hi = lo if score.point else layers.ratio(score.hi)
    return Scored(lo, hi, layers.flag(score.apart), layers.flag(score.maybe))


def cases(branches: Sequence[tuple[Flag, Scored]], otherwise: Scored) -> Scored:
    """The score behind the first condition that holds."""
    lo = rt.cases([(when, one.lo) for when, one in branches], otherwise.lo)
    alike = otherwise.point and all(one.point for _, one in branches)
    hi = lo if alike else rt.cases([(when, one.hi) for when, one in branches], otherwise.hi)
    apart = fl.cases([(when, one.apart) for when, one in branches], otherwise.apart)
    return Scored(lo, hi, apart, fl.cases([(when, one.maybe) for when, one in branches], otherwise.maybe))


def hull(possible: Sequence[tuple[Flag, Scored]], layers: Layers) -> Scored:
    """Everything that any of the scores allows whose condition holds; at least one does."""
    applying = [(fl.both(when, fl.negation(one.apart)), one) for when, one in possible]
    kept = [(when, one) for when, one in applying if not when.never]
    apart = fl.negation(fl.either(*(when for when, _ in kept)))
    open_ = fl.either(*(fl.both(when, fl.either(one.apart, one.maybe)) for when, one in possible))
    maybe = fl.both(open_, fl.negation(apart))
    if not kept:
        return NOT_APPLICABLE
    lo, hi = kept[0][1].lo, kept[0][1].hi
    reached = kept[0][0]
    for when, one in kept[1:]:
        lower = fl.both(when, fl.either(fl.negation(reached), rt.compared(one.lo, "<", lo)))
        higher = fl.both(when, fl.either(fl.negation(reached), rt.compared(one.hi, ">", hi)))
        lo, hi = layers.ratio(rt.cases([(lower, one.lo)], lo)), layers.ratio(rt.cases([(higher, one.hi)], hi))
        reached = fl.either(reached, when)
    return Scored(lo, hi, apart, maybe)


# --- combining --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Member:
    """A score with its points, weight and what is done where it does not apply."""

    score: Scored
    points: Ratio
    weight: Fraction = Fraction(1)
    policy: str = "full"


# (scores, whether each applies, members) -> the result, and whether there is one
Rule = Callable[[list[Ratio], list[Flag], Sequence[Member]], tuple[Ratio, Flag]]


# More members than this that may or may not apply, and the engine tries them.
MAX_MAYBES = 4


def combined(members: Sequence[Member], rule: Rule, leave: Callable[[Flag], None], layers: Layers) -> Scored:
    """A monotone rule over members, each of which may or may not apply: every way that is open is tried."""
    members = [_full_where_apart(member) for member in members]
    open_ = [place for place, member in enumerate(members) if not member.score.maybe.never]
    if len(open_) > MAX_MAYBES:
        leave(fl.either(*(members[place].score.maybe for place in open_)))
        open_ = []
    ways: list[tuple[Flag, Scored]] = []
    for dropped in product((False, True), repeat=len(open_)):
        gone = {place for place, drop in zip(open_, dropped, strict=True) if drop}
        applies = [
            layers.flag(fl.negation(fl.either(member.score.apart, member.score.maybe if place in gone else FALSE)))
            for place, member in enumerate(members)
        ]
        ways.append(_one_way(members, applies, rule, layers))
    if len(ways) == 1:
        some, score = ways[0]
        return Scored(score.lo, score.hi, fl.negation(some))
    found = hull(ways, layers)
    nothing = fl.negation(fl.both(*(some for some, _ in ways)))
    return Scored(found.lo, found.hi, found.apart, layers.flag(fl.both(nothing, fl.negation(found.apart))))


def _one_way(members: Sequence[Member], applies: list[Flag], rule: Rule, layers: Layers) -> tuple[Flag, Scored]:
    """The result where just these members apply, and whether there is one."""
    lo, some = rule([member.score.lo for member in members], applies, members)
    lo = layers.ratio(lo)
    if all(member.score.point for member in members):
        return layers.flag(some), point(lo)
    hi, _ = rule([member.score.hi for member in members], applies, members)
    return layers.flag(some), Scored(lo, layers.ratio(hi))


def _full_where_apart(member: Member) -> Member:
    """Under the policy `full`, what does not apply gives full points, so that nothing is open about it."""
    score, full = member.score, member.points
    if member.policy != "full" or (score.apart.never and score.maybe.never):
        return member
    lo = rt.cases([(score.apart, full), (fl.both(score.maybe, rt.compared(full, "<", score.lo)), full)], score.lo)
    hi = rt.cases([(score.apart, full), (fl.both(score.maybe, rt.compared(full, ">", score.hi)), full)], score.hi)
    # Where it may not apply, the ends differ although they do not elsewhere.
    alike = score.point and score.maybe.never
    return Member(Scored(lo, lo if alike else hi), member.points, member.weight, member.policy)


def added(values: Sequence[tuple[Flag, Ratio]]) -> Ratio:
    """The sum of those whose condition holds."""
    return rt.total([rt.cases([(when, value)], NOUGHT) for when, value in values])


def sum_rule(scores: list[Ratio], applies: list[Flag], members: Sequence[Member]) -> tuple[Ratio, Flag]:
    """The scores added; what does not apply is spread or rescaled over the rest as its policy says."""
    return redistributed(scores, applies, members), fl.either(*applies)


def best_rule(scores: list[Ratio], applies: list[Flag], members: Sequence[Member]) -> tuple[Ratio, Flag]:
    """The highest."""
    return _pick(scores, applies, ">")


def worst_rule(scores: list[Ratio], applies: list[Flag], members: Sequence[Member]) -> tuple[Ratio, Flag]:
    """The lowest."""
    return _pick(scores, applies, "<")


def _pick(scores: list[Ratio], applies: list[Flag], op: str) -> tuple[Ratio, Flag]:
    found, some = scores[0], applies[0]
    for score, when in zip(scores[1:], applies[1:], strict=True):
        better = fl.both(when, fl.either(fl.negation(some), rt.compared(score, op, found)))
        found, some = rt.cases([(better, score)], found), fl.either(some, when)
    return found, some


def _number_of(applies: Sequence[Flag]) -> ints.Int:
    return ints.total([ints.cases([(when, ints.ONE)], ints.ZERO) for when in applies])


def average_rule(scores: list[Ratio], applies: list[Flag], members: Sequence[Member]) -> tuple[Ratio, Flag]:
    """The mean of those that apply."""
    total = added(list(zip(applies, scores, strict=True)))
    return rt.multiply(total, Ratio(ints.ONE, _number_of(applies))), fl.either(*applies)


def weighted_rule(scores: list[Ratio], applies: list[Flag], members: Sequence[Member]) -> tuple[Ratio, Flag]:
    """The weighted mean; the weights of those that apply are made to add up to one again."""
    pairs = list(zip(applies, scores, members, strict=True))
    total = added([(when, rt.multiply(score, rt.constant(m.weight))) for when, score, m in pairs])
    weight = added([(when, rt.constant(m.weight)) for when, _, m in pairs])
    return rt.divide(total, weight), fl.both(fl.either(*applies), rt.compared(weight, "!=", NOUGHT))


PART_RULES: dict[str, Rule] = {
    "sum": sum_rule,
    "best": best_rule,
    "worst": worst_rule,
    "average": average_rule,
    "weighted": weighted_rule,
}


def redistributed(scores: list[Ratio], applies: list[Flag], members: Sequence[Member]) -> Ratio:
    """Sum of scores with the points of what does not apply spread equally, or in proportion, over what does."""
    dropped = [fl.negation(when) for when in applies]
    spread = added([(gone, m.points) for gone, m in zip(dropped, members, strict=True) if m.policy == "spread"])
    rescale = added([(gone, m.points) for gone, m in zip(dropped, members, strict=True) if m.policy == "rescale"])
    sharing = _number_of(applies)
    if spread.constant != 0 and sharing.constant != 0:
        share = rt.multiply(spread, Ratio(ints.ONE, sharing))
        scores = [_spread(score, m.points, share) for score, m in zip(scores, members, strict=True)]
    total = added(list(zip(applies, scores, strict=True)))
    if rescale.constant == 0:
        return total
    points = added([(when, m.points) for when, m in zip(applies, members, strict=True)])
    scaled = rt.divide(rt.multiply(total, rt.add(points, rescale)), points)
    counts = fl.both(rt.compared(points, "!=", NOUGHT), rt.compared(rescale, "!=", NOUGHT))
    return rt.cases([(counts, scaled)], total)


def _spread(score: Ratio, points: Ratio, share: Ratio) -> Ratio:
    if points.constant == 0:
        return score
    grown = rt.divide(rt.multiply(score, rt.add(points, share)), points)
    return rt.cases([(rt.same(points, NOUGHT), score)], grown)


def section_rule(model: str, declared: Fraction, malus: bool) -> Rule:
    """How indicators make a section, by its scoring model."""

    def rule(scores: list[Ratio], applies: list[Flag], members: Sequence[Member]) -> tuple[Ratio, Flag]:
        pairs = list(zip(applies, scores, members, strict=True))
        if model == "declared_less_deductions" and not malus:
            lost = added([(when, rt.subtract(m.points, score)) for when, score, m in pairs])
            return rt.greatest([NOUGHT, rt.subtract(rt.constant(declared), lost)]), TRUE
        if model == "rescaled" and not malus:
            points = added([(when, m.points) for when, _, m in pairs])
            total = added([(when, score) for when, score, _ in pairs])
            counts = fl.both(fl.either(*applies), rt.compared(points, "!=", NOUGHT))
            return rt.divide(rt.multiply(total, rt.constant(declared)), points), counts
        return redistributed(scores, applies, members), TRUE

    return rule


def kept_within(value: Ratio, floor: Fraction | None, cap: Fraction | None) -> Ratio:
    """A value not below the floor, then not above the cap."""
    if floor is not None:
        value = rt.greatest([value, rt.constant(floor)])
    return value if cap is None else rt.least([value, rt.constant(cap)])
