"""Ranges as columns: a low end, a high end, whether there is one, whether it is left out. The column form of `engine.ranges`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from engine.columns import flags as fl
from engine.columns import ratios as rt
from engine.columns.flags import FALSE, TRUE, Flag
from engine.columns.layers import Layers
from engine.columns.ratios import NOUGHT, Ratio
from facts.values import EVERYTHING, Interval


@dataclass(frozen=True, slots=True)
class Span:
    """A range for each unit: ends, whether there is an end, whether the end itself is left out."""

    lo: Ratio
    hi: Ratio
    has_lo: Flag = TRUE
    has_hi: Flag = TRUE
    lo_open: Flag = FALSE
    hi_open: Flag = FALSE


def span_of(interval: Interval) -> Span:
    """A range that is the same for every unit."""
    lo = NOUGHT if interval.lo is None else rt.constant(interval.lo)
    hi = NOUGHT if interval.hi is None else rt.constant(interval.hi)
    has_lo, has_hi = (Flag(None, end is not None) for end in (interval.lo, interval.hi))
    return Span(lo, hi, has_lo, has_hi, Flag(None, interval.lo_open), Flag(None, interval.hi_open))


def contains(span: Span, value: Fraction) -> Flag:
    """Whether a value is possible."""
    one = rt.constant(value)
    above = fl.either(
        fl.negation(span.has_lo),
        rt.compared(one, ">", span.lo),
        fl.both(rt.same(one, span.lo), fl.negation(span.lo_open)),
    )
    below = fl.either(
        fl.negation(span.has_hi),
        rt.compared(one, "<", span.hi),
        fl.both(rt.same(one, span.hi), fl.negation(span.hi_open)),
    )
    return fl.both(above, below)


def compared(x: Span, op: str, y: Span) -> Flag:
    """x op y where that is decided."""
    if op in (">", ">="):
        return compared(y, "<" if op == ">" else "<=", x)
    if op in ("=", "!="):
        one = fl.both(
            x.has_lo, x.has_hi, y.has_lo, y.has_hi, rt.same(x.lo, x.hi), rt.same(y.lo, y.hi), rt.same(x.lo, y.lo)
        )
        apart = fl.either(_below(x, y, strict=True), _below(y, x, strict=True))
        equal = fl.cases([(one, TRUE), (apart, FALSE)], fl.UNDECIDED)
        return equal if op == "=" else fl.negation(equal)
    yes, no = _below(x, y, strict=op == "<"), _below(y, x, strict=op == "<=")
    return fl.cases([(yes, TRUE), (no, FALSE)], fl.UNDECIDED)


def _below(x: Span, y: Span, *, strict: bool) -> Flag:
    """Whether every x is below (or, not strict, at) every y."""
    if not strict:
        return fl.both(x.has_hi, y.has_lo, rt.compared(x.hi, "<=", y.lo))
    less, touching = rt.compared(x.hi, "<", y.lo), fl.both(rt.same(x.hi, y.lo), fl.either(x.hi_open, y.lo_open))
    return fl.both(x.has_hi, y.has_lo, fl.either(less, touching))


def mirrored(span: Span) -> Span:
    """-x."""
    return Span(rt.negative(span.hi), rt.negative(span.lo), span.has_hi, span.has_lo, span.hi_open, span.lo_open)


def times(span: Span, factor: Ratio) -> Span:
    """A range times a value; by zero it is zero."""
    zero, below = rt.same(factor, NOUGHT), rt.compared(factor, "<", NOUGHT)
    lo, hi = rt.multiply(span.lo, factor), rt.multiply(span.hi, factor)
    straight = Span(lo, hi, span.has_lo, span.has_hi, span.lo_open, span.hi_open)
    turned = Span(hi, lo, span.has_hi, span.has_lo, span.hi_open, span.lo_open)
    return either_span([(zero, Span(NOUGHT, NOUGHT)), (below, turned), (TRUE, straight)])


def products(x: Span, y: Span, layers: Layers) -> Span:
    """Ends of a product; what is endless times zero is zero."""
    lower, upper = [], []
    finite: list[tuple[Flag, Ratio]] = []
    for a, has_a, above in ((x.lo, x.has_lo, False), (x.hi, x.has_hi, True)):
        for b, has_b, over in ((y.lo, y.has_lo, False), (y.hi, y.has_hi, True)):
            ended = fl.both(has_a, has_b)
            up_a, down_a = _signs(a, has_a, above)
            up_b, down_b = _signs(b, has_b, over)
            falls = fl.both(fl.negation(ended), fl.either(fl.both(up_a, down_b), fl.both(down_a, up_b)))
            rises = fl.both(fl.negation(ended), fl.either(fl.both(up_a, up_b), fl.both(down_a, down_b)))
            falls, rises = layers.flag(falls), layers.flag(rises)
            lower.append(falls)
            upper.append(rises)
            product = layers.ratio(rt.cases([(ended, rt.multiply(a, b))], NOUGHT))
            finite.append((fl.negation(fl.either(falls, rises)), product))
    lo, hi, some = finite[0][1], finite[0][1], finite[0][0]
    for when, value in finite[1:]:
        less = fl.both(when, fl.either(fl.negation(some), rt.compared(value, "<", lo)))
        more = fl.both(when, fl.either(fl.negation(some), rt.compared(value, ">", hi)))
        lo, hi = layers.ratio(rt.cases([(less, value)], lo)), layers.ratio(rt.cases([(more, value)], hi))
        some = layers.flag(fl.either(some, when))
    return Span(lo, hi, fl.negation(fl.either(*lower)), fl.negation(fl.either(*upper)))


def _signs(end: Ratio, ended: Flag, above: bool) -> tuple[Flag, Flag]:
    """Whether an end is above zero, and whether it is below; one that is not there lies endlessly far."""
    up = fl.cases([(ended, rt.compared(end, ">", NOUGHT))], Flag(None, above))
    return up, fl.cases([(ended, rt.compared(end, "<", NOUGHT))], Flag(None, not above))


def reciprocal(span: Span) -> Span:
    """1/y over the values other than zero."""
    above = fl.both(span.has_lo, rt.compared(span.lo, ">=", NOUGHT))
    below = fl.both(span.has_hi, rt.compared(span.hi, "<=", NOUGHT))
    everything = span_of(EVERYTHING)
    return either_span([(above, _upside(span)), (below, mirrored(_upside(mirrored(span)))), (TRUE, everything)])


def _upside(span: Span) -> Span:
    """1/y over values above zero."""
    positive = rt.compared(span.lo, ">", NOUGHT)
    return Span(
        rt.cases([(span.has_hi, rt.inverse(span.hi))], NOUGHT),
        rt.inverse(span.lo),
        TRUE,
        positive,
        fl.both(span.has_hi, span.hi_open),
        fl.both(positive, span.lo_open),
    )


def either_span(branches: Sequence[tuple[Flag, Span]]) -> Span:
    """The range behind the first condition that holds."""
    *first, (_, last) = branches

    def ratio(end: str) -> Ratio:
        return rt.cases([(when, getattr(span, end)) for when, span in first], getattr(last, end))

    def flag(name: str) -> Flag:
        return fl.cases([(when, getattr(span, name)) for when, span in first], getattr(last, name))

    return Span(ratio("lo"), ratio("hi"), flag("has_lo"), flag("has_hi"), flag("lo_open"), flag("hi_open"))
