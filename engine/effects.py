"""Points as monotone functions of one value: deduction per unit, proportion, interpolation.

Each factory gives f(value, points, end): the points for a value; `value` None is an infinity, `end` -1 or 1 saying which.
None is an infinite result of that sign.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction

from engine.model import Interpolate, PerUnit, Proportional
from facts.values import ZERO

PointsFunction = Callable[[Fraction | None, Fraction, int], Fraction | None]


def per_unit(form: PerUnit) -> PointsFunction:
    """Points for how far the measure lies beyond the base."""

    def function(excess: Fraction | None, points: Fraction, end: int) -> Fraction | None:
        start = form.start if form.start is not None else (points if form.sign < 0 else ZERO)
        if excess is None:
            moved = ZERO if end < 0 else form.limit
        else:
            moved = form.amount * units(max(ZERO, excess), form)
            moved = moved if form.limit is None else min(moved, form.limit)
        return None if moved is None else start + form.sign * moved

    return function


def units(excess: Fraction, form: PerUnit) -> Fraction:
    """How many units an excess is, partial ones up, down or as they are.

    An excess of zero is no unit.
    """
    exact = excess / form.per
    if form.partial_unit == "linear":
        return exact
    whole, rest = divmod(exact.numerator, exact.denominator)
    return Fraction(whole + (rest > 0 if form.partial_unit == "up" else 0))


def proportional(form: Proportional) -> PointsFunction:
    """Points for a share of the target, up to `up_to`."""

    def function(share: Fraction | None, points: Fraction, end: int) -> Fraction | None:
        if share is None and end > 0:
            return points * form.up_to
        if share is None:
            return None
        return points * min(share, form.up_to)

    return function


def interpolated(form: Interpolate) -> PointsFunction:
    """Points on the straight lines through the knots, flat outside."""
    knots = form.knots

    def function(value: Fraction | None, points: Fraction, end: int) -> Fraction | None:
        if value is None:
            return knots[0][1] if end < 0 else knots[-1][1]
        if value <= knots[0][0]:
            return knots[0][1]
        for (x0, y0), (x1, y1) in itertools.pairwise(knots):
            if value <= x1:
                return y0 + (y1 - y0) * (value - x0) / (x1 - x0)
        return knots[-1][1]

    return function
