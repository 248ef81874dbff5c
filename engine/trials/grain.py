"""What scores are multiples of: where every score is a multiple of half a point, rounding to two places changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import gcd, lcm

from engine.model import PerUnit
from engine.parts import Frame
from engine.plan import (
    AnyPoints,
    ByItems,
    ByMeasure,
    ByParts,
    Effect,
    FixedPoints,
    FloorPoints,
    FullPoints,
    NotApplicable,
    OnePart,
    PlanPart,
)
from facts.values import ZERO, Rounding, exact_places


def common_measure(values: list[Fraction]) -> Fraction | None:
    """The greatest number of which every value is a multiple; None where all are zero."""
    scale = lcm(*(value.denominator for value in values))
    whole = gcd(*(int(value * scale) for value in values))
    return Fraction(whole, scale) if whole else None


def leaves(rounding: Rounding, grain: Fraction) -> bool:
    """Whether rounding leaves every multiple of a number as it is."""
    places = exact_places(grain)
    return places is not None and places <= rounding.places


def never_rounded(effect: Effect, frame: Frame, rounding: Rounding) -> bool:
    """Whether rounding leaves every score of an effect as it is."""
    values = [*effect_values(effect), frame.full, frame.floor, frame.cap]
    known = [value for value in values if value is not None]
    grain = common_measure(known) if len(known) == len(values) else None
    return grain is not None and leaves(rounding, grain)


def part_values(plan: PlanPart) -> Iterator[Fraction | None]:
    """What a part's score is made of: it is a sum of multiples of these; None where it can be anything."""
    part = plan.part
    if not isinstance(plan.points, Fraction) or part.policies.not_applicable in ("rescale", "spread"):
        yield None
        return
    rounding = part.policies.round_score
    bounds = [bound for bound in (plan.points, part.floor, part.cap) if bound is not None]
    for value in (*bounds, *(value for branch in plan.branches for value in effect_values(branch.effect))):
        if rounding is not None and (value is None or rounding(value) != value):
            # Whatever it was, it is rounded to so many places.
            yield Fraction(1, 10**rounding.places)
        if rounding is None or value is not None:
            yield value


def effect_values(effect: Effect) -> Iterator[Fraction | None]:
    """The same for an effect, before floor, cap and rounding."""
    match effect:
        case NotApplicable() | FullPoints() | FloorPoints() | AnyPoints():
            return
        case FixedPoints(points):
            yield points
        case ByMeasure(form=PerUnit() as form) if form.partial_unit != "linear":
            yield from (form.amount, form.start or ZERO, form.limit or ZERO)
        case ByItems(items):
            for item in items:
                # What is counted in rows is whole; anything else may be part of one.
                whole = item.count is None or getattr(item.count.tree, "function", "") == "count"
                yield item.points if whole else None
                yield item.limit or ZERO
        case OnePart(part):
            yield from part_values(part)
        case ByParts("sum" | "best" | "worst", parts):
            for part in parts:
                yield from part_values(part)
        case _:
            yield None
