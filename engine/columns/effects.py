"""Points by a measure as columns: deduction per unit, proportion, interpolation, formula, judgement."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from engine.columns import flags as fl
from engine.columns import ratios as rt
from engine.columns.flags import Flag
from engine.columns.formulas import Formulas
from engine.columns.numbers import Number
from engine.columns.ratios import NOUGHT, Ratio
from engine.columns.scores import Scored, cases, fixed
from engine.columns.spans import Span, contains
from engine.model import Interpolate, PerUnit, Proportional
from engine.plan import ByFormula, ByJudgement, ByMeasure
from facts.values import Rounding


@dataclass(frozen=True, slots=True)
class Frame:
    """The bounds a part's score lies in: points, what is full, floor and cap."""

    points: Ratio
    full: Ratio
    floor: Ratio
    cap: Ratio

    @property
    def anything(self) -> Scored:
        """From the floor to the cap."""
        return Scored(self.floor, self.cap)


def by_measure(effect: ByMeasure, number: Number, frame: Frame, formulas: Formulas) -> Scored:
    """Points for a value, that of the effect's measure; for a range, those of its ends."""
    if effect.around:
        number = formulas.algebra.absolute(number)
    layers = formulas.algebra.layers
    points = layers.ratio(_points(effect.form, number.value, frame.full))
    found = cases([(number.undefined, frame.anything)], Scored(points, points))
    if number.open.never:
        return found
    if number.span is None:
        return found
    lo, hi = _ranged(effect.form, number.span, frame)
    spread = Scored(rt.least([lo, hi]), rt.greatest([lo, hi]))
    if isinstance(effect.form, Interpolate):
        spread = _with_knots(effect.form, number.span, spread)
    return cases([(number.undefined, frame.anything), (number.known, Scored(points, points))], spread)


def _points(form: object, value: Ratio, full: Ratio) -> Ratio:
    match form:
        case PerUnit():
            moved = _moved(form, value)
            return rt.add(_start(form, full), moved if form.sign > 0 else rt.negative(moved))
        case Proportional():
            return rt.multiply(full, rt.least([value, rt.constant(form.up_to)]))
        case Interpolate():
            return _interpolated(form, value)
        case _:
            raise AssertionError(f"no points by a measure: {form}")


def _start(form: PerUnit, full: Ratio) -> Ratio:
    if form.start is not None:
        return rt.constant(form.start)
    return full if form.sign < 0 else NOUGHT


def _moved(form: PerUnit, excess: Ratio) -> Ratio:
    exact = rt.multiply(rt.greatest([NOUGHT, excess]), rt.constant(1 / form.per))
    if form.partial_unit != "linear":
        exact = rt.rounded(exact, Rounding(0, "up" if form.partial_unit == "up" else "down"))
    moved = rt.multiply(exact, rt.constant(form.amount))
    return moved if form.limit is None else rt.least([moved, rt.constant(form.limit)])


def _interpolated(form: Interpolate, value: Ratio) -> Ratio:
    branches = [(rt.compared(value, "<=", rt.constant(form.knots[0][0])), rt.constant(form.knots[0][1]))]
    for (x0, y0), (x1, y1) in itertools.pairwise(form.knots):
        slope = (y1 - y0) / (x1 - x0)
        line = rt.add(rt.constant(y0 - slope * x0), rt.multiply(value, rt.constant(slope)))
        branches.append((rt.compared(value, "<=", rt.constant(x1)), line))
    return rt.cases(branches, rt.constant(form.knots[-1][1]))


def _ranged(form: object, span: Span, frame: Frame) -> tuple[Ratio, Ratio]:
    """Points at the low and at the high end; an end that is not there gives what lies that far."""
    low, high = (_points(form, end, frame.full) for end in (span.lo, span.hi))
    if isinstance(form, PerUnit):
        start = _start(form, frame.full)
        endless = frame.floor if form.sign < 0 else frame.cap
        if form.limit is not None:
            limit = rt.constant(form.sign * form.limit)
            endless = rt.add(start, limit)
        no_low, no_high = start, endless
    elif isinstance(form, Proportional):
        no_low, no_high = frame.floor, rt.multiply(frame.full, rt.constant(form.up_to))
    else:
        assert isinstance(form, Interpolate)
        no_low, no_high = rt.constant(form.knots[0][1]), rt.constant(form.knots[-1][1])
    return rt.cases([(span.has_lo, low)], no_low), rt.cases([(span.has_hi, high)], no_high)


def _with_knots(form: Interpolate, span: Span, spread: Scored) -> Scored:
    """Knots within the range count as well: the lines need not rise or fall all along."""
    lo, hi = spread.lo, spread.hi
    for at, points in form.knots:
        inside = contains(span, at)
        value = rt.constant(points)
        lo = rt.cases([(fl.both(inside, rt.compared(value, "<", lo)), value)], lo)
        hi = rt.cases([(fl.both(inside, rt.compared(value, ">", hi)), value)], hi)
    return Scored(lo, hi)


def by_formula(effect: ByFormula, frame: Frame, formulas: Formulas) -> Scored:
    """Points are a quantity."""
    number = formulas.number(effect.measure.tree)
    known = Scored(number.value, number.value)
    if number.open.never:
        return cases([(number.undefined, frame.anything)], known)
    if number.span is None:
        return cases([(number.known, known)], frame.anything)
    lo = rt.cases([(number.span.has_lo, number.span.lo)], frame.floor)
    hi = rt.cases([(number.span.has_hi, number.span.hi)], frame.cap)
    turned = Scored(rt.least([lo, hi]), rt.greatest([lo, hi]))
    return cases([(number.undefined, frame.anything), (number.known, known)], turned)


def by_judgement(effect: ByJudgement, frame: Frame, formulas: Formulas) -> Scored:
    """Points are an assessor's, within the range the criterion allows."""
    number = formulas.number(effect.measure.tree)
    inside = fl.both(number.known, *within(number, effect.low, effect.high))
    out = fl.both(number.known, fl.negation(fl.both(*within(number, effect.low, effect.high))))
    allowed = Scored(rt.constant(effect.low), rt.constant(effect.high))
    if effect.low == effect.high:
        return cases([(out, frame.anything)], fixed(effect.low))
    return cases([(inside, Scored(number.value, number.value))], allowed)


def within(number: Number, low: Fraction, high: Fraction) -> Sequence[Flag]:
    """A value is from low to high."""
    return (
        rt.compared(number.value, ">=", rt.constant(low)),
        rt.compared(number.value, "<=", rt.constant(high)),
    )
