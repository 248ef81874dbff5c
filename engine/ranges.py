"""Arithmetic and set operations on intervals of rationals, exact, ends included or not."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from facts.values import EVERYTHING, ZERO, Interval

Number = Fraction | Interval

# A cut lies just below (side 0) or just above (side 1) a value; (-1,) and (1,) lie beyond everything.
Cut = tuple[int] | tuple[int, Fraction, int]
Span = tuple[Cut, Cut]
Ranges = tuple[Span, ...]
_LOW: Cut = (-1,)
_HIGH: Cut = (1,)


# --- sets -------------------------------------------------------------------------------------------------------------


def ranges(interval: Interval) -> Ranges:
    """The set that holds exactly an interval."""
    low: Cut = _LOW if interval.lo is None else (0, interval.lo, int(interval.lo_open))
    high: Cut = _HIGH if interval.hi is None else (0, interval.hi, int(not interval.hi_open))
    return ((low, high),) if low < high else ()


def union(sets: Iterable[Ranges]) -> Ranges:
    """Everything in any of the sets."""
    merged: list[Span] = []
    for low, high in sorted(span for one in sets for span in one):
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def complement(one: Ranges) -> Ranges:
    """Everything not in the set."""
    spans: list[Span] = []
    place = _LOW
    for low, high in one:
        if place < low:
            spans.append((place, low))
        place = high
    if place < _HIGH:
        spans.append((place, _HIGH))
    return tuple(spans)


def intersection(one: Ranges, other: Ranges) -> Ranges:
    """Everything in both sets."""
    return complement(union((complement(one), complement(other))))


def to_interval(span: Span) -> Interval:
    """A span as an interval."""
    low, high = span
    lo, lo_open = (low[1], low[2] == 1) if len(low) == 3 else (None, False)
    hi, hi_open = (high[1], high[2] == 0) if len(high) == 3 else (None, False)
    return Interval(lo, hi, lo_open, hi_open)


# --- arithmetic -------------------------------------------------------------------------------------------------------


def as_interval(value: Number) -> Interval:
    """A number as the interval that holds only it."""
    return value if isinstance(value, Interval) else Interval(value, value)


def simplest(interval: Interval) -> Number:
    """A one-value interval as that value."""
    return interval.lo if interval.lo is not None and interval.lo == interval.hi else interval


def negate(value: Number) -> Number:
    """-x."""
    if isinstance(value, Fraction):
        return -value
    lo = None if value.hi is None else -value.hi
    hi = None if value.lo is None else -value.lo
    return Interval(lo, hi, value.hi_open, value.lo_open)


def add(left: Number, right: Number) -> Number:
    """x + y."""
    if not isinstance(left, Interval) and not isinstance(right, Interval):
        return left + right
    a, b = as_interval(left), as_interval(right)
    lo = None if a.lo is None or b.lo is None else a.lo + b.lo
    hi = None if a.hi is None or b.hi is None else a.hi + b.hi
    return Interval(lo, hi, a.lo_open or b.lo_open, a.hi_open or b.hi_open)


def subtract(left: Number, right: Number) -> Number:
    """x - y."""
    if not isinstance(left, Interval) and not isinstance(right, Interval):
        return left - right
    return add(left, negate(right))


def multiply(left: Number, right: Number) -> Number:
    """x * y."""
    if not isinstance(left, Interval) and not isinstance(right, Interval):
        return left * right
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Fraction):
            return _times(as_interval(other), one)
    a, b = as_interval(left), as_interval(right)
    products = [_end_product(x, y) for x in _ends(a) for y in _ends(b)]
    return _from_ends(min(products), max(products))


def divide(left: Number, right: Number) -> Number | None:
    """x / y for y not zero; None where y can only be zero."""
    right = simplest(right) if isinstance(right, Interval) else right
    if not isinstance(right, Interval):
        if not right:
            return None
        return _times(left, 1 / right) if isinstance(left, Interval) else left / right
    return multiply(left, _reciprocal(right))


def absolute(value: Number) -> Number:
    """|x|."""
    if isinstance(value, Fraction):
        return abs(value)
    if value.lo is not None and value.lo >= 0:
        return value
    if value.hi is not None and value.hi <= 0:
        return negate(value)
    top = None if value.lo is None or value.hi is None else max(-value.lo, value.hi)
    return Interval(ZERO, top)


def least(values: list[Number]) -> Number:
    """The smallest."""
    plain = [v for v in values if isinstance(v, Fraction)]
    if len(plain) == len(values):
        return min(plain)
    spans = [as_interval(v) for v in values]
    lows, highs = [s.lo for s in spans], [s.hi for s in spans if s.hi is not None]
    low = None if None in lows else min(v for v in lows if v is not None)
    return simplest(Interval(low, min(highs) if highs else None))


def greatest(values: list[Number]) -> Number:
    """The largest."""
    return negate(least([negate(v) for v in values]))


def hull(values: Iterable[Number]) -> Number:
    """The smallest closed interval with all of them; EVERYTHING of nothing."""
    spans = [as_interval(v) for v in values]
    if not spans:
        return EVERYTHING
    if len(spans) == 1:
        return simplest(spans[0])
    lows, highs = [s.lo for s in spans], [s.hi for s in spans]
    low = None if None in lows else min(v for v in lows if v is not None)
    high = None if None in highs else max(v for v in highs if v is not None)
    return simplest(Interval(low, high))


# An end is (-1, 0), (1, 0) for the infinities or (0, value).
_End = tuple[int, Fraction]


def _ends(interval: Interval) -> tuple[_End, _End]:
    low = (-1, ZERO) if interval.lo is None else (0, interval.lo)
    high = (1, ZERO) if interval.hi is None else (0, interval.hi)
    return low, high


def _end_product(left: _End, right: _End) -> _End:
    if left[0] == right[0] == 0:
        return 0, left[1] * right[1]
    signs = [end[0] or (end[1] > 0) - (end[1] < 0) for end in (left, right)]
    sign = signs[0] * signs[1]
    return (sign, ZERO) if sign else (0, ZERO)


def _from_ends(low: _End, high: _End) -> Interval:
    return Interval(None if low[0] else low[1], None if high[0] else high[1])


def _times(value: Interval, factor: Fraction) -> Number:
    if factor == 0:
        return ZERO
    scaled = value.scaled(abs(factor))
    return scaled if factor > 0 else negate(scaled)


def _reciprocal(value: Interval) -> Interval:
    """1/y over the values other than zero."""
    if value.lo is not None and value.lo >= 0:
        return Interval(
            ZERO if value.hi is None else 1 / value.hi,
            1 / value.lo if value.lo > 0 else None,
            value.hi is not None and value.hi_open,
            value.lo > 0 and value.lo_open,
        )
    if value.hi is not None and value.hi <= 0:
        flipped = _reciprocal(as_interval(negate(value)))
        return as_interval(negate(flipped))
    return EVERYTHING
