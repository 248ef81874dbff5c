"""The value of one fact at which a measure is exactly what is wanted.

A measure in one of its facts is nearly always (ax + b) / (cx + d); four evaluations find and check that. What is not of that
form is left out rather than guessed.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from engine.compute import Env
from engine.plan import Measure

Line = Callable[[Fraction], Fraction | None]


def measured_by(measure: Measure, concept: str, env: Env) -> Line:
    """A measure before rounding as a function of one fact, the others as they are; None where it is not one number."""

    def at(value: Fraction) -> Fraction | None:
        found = measure.raw(Env({**env.facts, concept: value}, env.parameters, env.rollups), None)
        return found if isinstance(found, Fraction) else None

    return at


def solve(at: Line, now: Fraction, wanted: Fraction) -> Fraction | None:
    """Where a function of that form, known around `now`, has the value wanted."""
    points = [now + 1, now + 2, now + 4, now + 7]
    values = [at(point) for point in points]
    known = [value for value in values if value is not None]
    if len(known) < 4:
        return None
    linear = _linear(points, known, wanted)
    return linear if linear is not None else _fractional(points, known, wanted)


def _linear(x: list[Fraction], y: list[Fraction], bound: Fraction) -> Fraction | None:
    slope = (y[1] - y[0]) / (x[1] - x[0])
    if slope == 0 or any(y[0] + slope * (x[n] - x[0]) != y[n] for n in (2, 3)):
        return None
    return x[0] + (bound - y[0]) / slope


def _fractional(x: list[Fraction], y: list[Fraction], bound: Fraction) -> Fraction | None:
    """y = p + q / (x + r), from three points; the fourth must agree."""
    if y[0] == y[1] or y[1] == y[2] or y[0] == y[2]:
        return None
    ratio = (y[0] - y[1]) / (y[1] - y[2]) * (x[2] - x[1]) / (x[1] - x[0])
    # (y0-y1)/(y1-y2) = (x1-x0)(x2+r) / ((x2-x1)(x0+r)), so ratio = (x2+r)/(x0+r).
    if ratio == 1:
        return None
    r = (x[2] - ratio * x[0]) / (ratio - 1)
    if any(point + r == 0 for point in x):
        return None
    q = (y[0] - y[1]) / (1 / (x[0] + r) - 1 / (x[1] + r))
    p = y[0] - q / (x[0] + r)
    if p + q / (x[3] + r) != y[3] or bound == p:
        return None
    return q / (bound - p) - r
