"""Scores made of scores: parts into a part, indicators into a section. Bounds in, bounds out.

Every way of combining is monotone in each score, so the ends of the ranges give the ends of the result; what may or may
not apply is tried both ways.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product
from typing import NamedTuple

from facts.values import ONE, ZERO

NO, MAYBE, YES = 0, 1, 2
# More maybes than this and the result is bounded by floor and cap instead of by trying all of them.
MAX_MAYBES = 10


class Score(NamedTuple):
    """What a part gives: every score from `lo` to `hi`, and whether it does not apply (NO, MAYBE, YES)."""

    lo: Fraction
    hi: Fraction
    na: int = NO

    @property
    def determined(self) -> bool:
        """Whether one score, or not applicable, is all that is possible."""
        return self.na == YES or (self.na == NO and self.lo == self.hi)


NOT_APPLICABLE = Score(ZERO, ZERO, YES)


class Member(NamedTuple):
    """A score with its points, weight and what is done where it does not apply.

    `least_points` is set where the points are not known: they lie between it and `points`.
    """

    score: Score
    points: Fraction
    weight: Fraction = ONE
    policy: str = "full"
    least_points: Fraction | None = None


# (scores of those that apply, members that apply, members that do not) -> result; None: nothing applies
Rule = Callable[[list[Fraction], list[Member], list[Member]], Fraction | None]


def combined(members: Sequence[Member], rule: Rule, floor: Fraction, cap: Fraction) -> Score:
    """Bounds of a monotone rule over members, each of which may or may not apply."""
    if any(member.least_points == 0 for member in members):
        # Points that may be next to nothing can weigh anything: no bound but the outermost is safe.
        return Score(floor, cap)
    if any(member.least_points is not None for member in members):
        fewest = [m if m.least_points is None else m._replace(points=m.least_points) for m in members]
        ends = [combined([m._replace(least_points=None) for m in one], rule, floor, cap) for one in (members, fewest)]
        return hull(ends)
    members = [_full_where_not_applicable(member) for member in members]
    maybes = [place for place, member in enumerate(members) if member.score.na == MAYBE]
    if len(maybes) > MAX_MAYBES:
        return Score(floor, cap)
    found: list[Fraction] = []
    nothing = False
    for choice in product((True, False), repeat=len(maybes)):
        applies = dict(zip(maybes, choice, strict=True))
        kept = [m for place, m in enumerate(members) if m.score.na != YES and applies.get(place, True)]
        dropped = [m for place, m in enumerate(members) if m.score.na == YES or not applies.get(place, True)]
        lows, highs = [m.score.lo for m in kept], [m.score.hi for m in kept]
        for scores in (lows,) if lows == highs else (lows, highs):
            result = rule(scores, kept, dropped)
            if result is None:
                nothing = True
            else:
                found.append(result)
    if not found:
        return NOT_APPLICABLE
    return Score(min(found), max(found), MAYBE if nothing else NO)


def hull(scores: Sequence[Score]) -> Score:
    """Everything any of the scores allows."""
    if len(scores) == 1:
        return scores[0]
    applying = [score for score in scores if score.na != YES]
    if not applying:
        return NOT_APPLICABLE
    na = NO if all(score.na == NO for score in scores) else MAYBE
    return Score(min(s.lo for s in applying), max(s.hi for s in applying), na)


def _full_where_not_applicable(member: Member) -> Member:
    """Under the policy `full`, what does not apply gives full points, so that nothing is open about it."""
    score = member.score
    if member.policy != "full" or score.na == NO:
        return member
    if score.na == YES:
        return member._replace(score=Score(member.points, member.points))
    return member._replace(score=Score(min(score.lo, member.points), max(score.hi, member.points)))


# --- parts into a part ---


def sum_rule(scores: list[Fraction], kept: list[Member], dropped: list[Member]) -> Fraction | None:
    """The scores added; what does not apply is spread or rescaled over the rest as its policy says."""
    return None if not kept else redistributed(scores, kept, dropped)


def best_rule(scores: list[Fraction], kept: list[Member], dropped: list[Member]) -> Fraction | None:
    """The highest."""
    return max(scores, default=None)


def worst_rule(scores: list[Fraction], kept: list[Member], dropped: list[Member]) -> Fraction | None:
    """The lowest."""
    return min(scores, default=None)


def average_rule(scores: list[Fraction], kept: list[Member], dropped: list[Member]) -> Fraction | None:
    """The mean of those that apply."""
    return sum(scores, ZERO) / len(scores) if scores else None


def weighted_rule(scores: list[Fraction], kept: list[Member], dropped: list[Member]) -> Fraction | None:
    """The weighted mean; the weights of those that apply are made to add up to one again."""
    weight = sum((member.weight for member in kept), ZERO)
    if not kept or weight == 0:
        return None
    return sum((score * member.weight for score, member in zip(scores, kept, strict=True)), ZERO) / weight


PART_RULES: dict[str, Rule] = {
    "sum": sum_rule,
    "best": best_rule,
    "worst": worst_rule,
    "average": average_rule,
    "weighted": weighted_rule,
}


def redistributed(scores: list[Fraction], kept: list[Member], dropped: list[Member]) -> Fraction:
    """Sum of scores with the points of what does not apply spread equally, or in proportion, over what does."""
    spread = sum((m.points for m in dropped if m.policy == "spread"), ZERO)
    rescale = sum((m.points for m in dropped if m.policy == "rescale"), ZERO)
    share = spread / len(kept) if kept else ZERO
    total = ZERO
    for score, member in zip(scores, kept, strict=True):
        total += score * (member.points + share) / member.points if member.points else score
    points = sum((member.points for member in kept), ZERO)
    return total * (points + rescale) / points if points and rescale else total


# --- indicators into a section ---


def section_rule(model: str, declared: Fraction, malus: bool) -> Rule:
    """How indicators make a section, by its scoring model."""

    def rule(scores: list[Fraction], kept: list[Member], dropped: list[Member]) -> Fraction | None:
        if model == "declared_less_deductions" and not malus:
            lost = sum((m.points - s for s, m in zip(scores, kept, strict=True)), ZERO)
            return max(ZERO, declared - lost)
        if model == "rescaled" and not malus:
            points = sum((member.points for member in kept), ZERO)
            return sum(scores, ZERO) * declared / points if points else None
        return redistributed(scores, kept, dropped)

    return rule
