"""Quantities as columns: one value where the facts are known, a range where they are not, nothing where they divide by zero.

The column form of `engine.ranges`: each operation here gives for every unit what the function of that name there gives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from engine import ranges
from engine.columns import flags as fl
from engine.columns import integers as ints
from engine.columns import ratios as rt
from engine.columns.flags import FALSE, TRUE, Flag
from engine.columns.integers import TooWide
from engine.columns.layers import Layers
from engine.columns.ratios import NOUGHT, Ratio
from engine.columns.spans import Span, compared, contains, either_span, mirrored, products, reciprocal, span_of, times
from facts.values import Interval, Rounding


@dataclass(frozen=True, slots=True)
class Number:
    """A quantity for each unit: `value` where `known`, nothing where `undefined`, else `span`.

    `fixed`: the one range it has wherever it is neither. Without a `span`, such units are left to the engine.
    """

    known: Flag
    value: Ratio
    undefined: Flag = FALSE
    span: Span | None = None
    fixed: Interval | None = None

    @property
    def open(self) -> Flag:
        """Where it is a range."""
        return fl.negation(fl.either(self.known, self.undefined))


def constant(value: Fraction) -> Number:
    """The same value for every unit."""
    return Number(TRUE, rt.constant(value))


def fixed(value: ranges.Number | None) -> Number:
    """The same value or range for every unit; None: divided by zero."""
    if value is None:
        return Number(FALSE, NOUGHT, TRUE)
    if isinstance(value, Fraction):
        return constant(value)
    return Number(FALSE, NOUGHT, FALSE, span_of(value), value)


def partly(known: Flag, value: Ratio, possible: Interval) -> Number:
    """A value where it is known, one range elsewhere."""
    if known.never:
        return fixed(ranges.simplest(possible))
    if possible.is_point and possible.lo is not None:
        return Number(TRUE, rt.cases([(known, value)], rt.constant(possible.lo)))
    return Number(known, value, FALSE, span_of(possible), possible)


@dataclass(slots=True)
class Algebra:
    """Operations on quantities, naming what is used again. `leave` hears where only the engine can tell."""

    layers: Layers
    leave: Callable[[Flag], None]

    # --- helpers ---

    def number(self, known: Flag, value: Ratio, undefined: Flag, span: Callable[[], Span | None]) -> Number:
        """A quantity with its columns named; its range is only worked out where it is one."""
        known, undefined = self.layers.flag(known), self.layers.flag(undefined)
        value = self.layers.ratio(value)
        found = Number(known, value, undefined)
        if found.open.never:
            return found
        return Number(known, value, undefined, self._span(found.open, span))

    def _span(self, where: Flag, span: Callable[[], Span | None]) -> Span | None:
        try:
            made = span()
        except TooWide:
            made = None
        if made is None:
            self.leave(where)
            return None
        return self.named(made, where)

    def named(self, span: Span, where: Flag) -> Span:
        """A range by names, with values only where it is one."""
        lo, hi = (self._only(where, one) for one in (span.lo, span.hi))
        named = [self.layers.flag(one) for one in (span.has_lo, span.has_hi, span.lo_open, span.hi_open)]
        return Span(lo, hi, *named)

    def _only(self, where: Flag, value: Ratio) -> Ratio:
        if value.constant is not None or where.always:
            return self.layers.ratio(value)
        num = value.num if value.num.constant is not None else ints.cases([(where, value.num)], None)
        den = value.den if value.den.constant is not None else ints.cases([(where, value.den)], None)
        return self.layers.ratio(Ratio(num, den))

    def ends(self, a: Number) -> Span | None:
        """As a range everywhere: a known value is its own two ends."""
        if a.known.always:
            return Span(a.value, a.value)
        if a.span is None:
            return None
        if a.known.never:
            return a.span
        known, span = a.known, a.span
        return Span(
            rt.cases([(known, a.value)], span.lo),
            rt.cases([(known, a.value)], span.hi),
            fl.either(known, span.has_lo),
            fl.either(known, span.has_hi),
            fl.both(fl.negation(known), span.lo_open),
            fl.both(fl.negation(known), span.hi_open),
        )

    def _static(self, numbers: Sequence[Number]) -> list[ranges.Number] | None:
        """The operands, where each is the same constant or range for every unit."""
        found: list[ranges.Number] = []
        for one in numbers:
            value = one.value.constant if one.known.always else one.fixed if one.known.never else None
            if value is None or not one.undefined.never:
                return None
            found.append(value)
        return found

    def settled(self, a: Number) -> Number:
        """A range of one value is that value."""
        span = a.span
        if span is None:
            return a
        one = fl.both(a.open, span.has_lo, span.has_hi, rt.same(span.lo, span.hi))
        if one.never:
            return a
        one = self.layers.flag(fl.surely(Flag(one.node, one.constant, True)))
        known = self.layers.flag(fl.either(a.known, one))
        value = self.layers.ratio(rt.cases([(a.known, a.value)], span.lo))
        return Number(known, value, a.undefined, span)

    # --- operations ---

    def negative(self, a: Number) -> Number:
        """-a."""
        span = None if a.span is None else mirrored(a.span)
        possible = None if a.fixed is None else ranges.as_interval(ranges.negate(a.fixed))
        return Number(a.known, rt.negative(a.value), a.undefined, span, possible)

    def add(self, a: Number, b: Number) -> Number:
        """a + b."""
        if (static := self._static([a, b])) is not None:
            return fixed(ranges.add(*static))
        known, undefined = fl.both(a.known, b.known), fl.either(a.undefined, b.undefined)

        def span() -> Span | None:
            x, y = self.ends(a), self.ends(b)
            if x is None or y is None:
                return None
            return Span(
                rt.add(x.lo, y.lo),
                rt.add(x.hi, y.hi),
                fl.both(x.has_lo, y.has_lo),
                fl.both(x.has_hi, y.has_hi),
                fl.either(x.lo_open, y.lo_open),
                fl.either(x.hi_open, y.hi_open),
            )

        return self.number(known, rt.add(a.value, b.value), undefined, span)

    def subtract(self, a: Number, b: Number) -> Number:
        """a - b."""
        return self.add(a, self.negative(b))

    def multiply(self, a: Number, b: Number) -> Number:
        """a * b."""
        if (static := self._static([a, b])) is not None:
            return fixed(ranges.multiply(*static))
        undefined = fl.either(a.undefined, b.undefined)
        value = rt.multiply(a.value, b.value)
        return self._product(a, b, value, undefined)

    def divide(
        self, a: Number, b: Number, *, whole: bool = False, cautious: bool = False, divisible: bool = False
    ) -> Number:
        """a / b. `whole`: the divisor counts, so that what is above zero is one or more.

        `cautious`: what may be divided by zero is undefined. `divisible`: no unit that is divided by zero is looked at.
        """
        if cautious:
            b = self._never_zero(b)
        if whole and b.fixed is not None and b.fixed.lo == 0 and b.span is not None:
            possible = ranges.simplest(Interval(Fraction(1), b.fixed.hi, False, b.fixed.hi_open))
            narrowed = partly(b.known, b.value, ranges.as_interval(possible))
            b = Number(narrowed.known, narrowed.value, b.undefined, narrowed.span, narrowed.fixed)
        elif whole and b.span is not None:
            low = fl.both(b.span.has_lo, rt.compared(b.span.lo, "=", NOUGHT))
            lo = rt.cases([(low, rt.constant(Fraction(1)))], b.span.lo)
            opened = fl.both(b.span.lo_open, fl.negation(low))
            b = self.settled(
                Number(
                    b.known,
                    b.value,
                    b.undefined,
                    Span(lo, b.span.hi, b.span.has_lo, b.span.has_hi, opened, b.span.hi_open),
                )
            )
        if (static := self._static([a, b])) is not None:
            return fixed(ranges.divide(*static))
        zero = FALSE if divisible else fl.both(b.known, rt.same(b.value, NOUGHT))
        undefined = self.layers.flag(fl.either(a.undefined, b.undefined, zero))
        value = rt.divide(a.value, b.value)
        upside = self._inverse(b)
        if upside.span is not None and upside.fixed is None:
            upside = replace(upside, span=self.named(upside.span, b.open))
        return self._product(a, upside, value, undefined)

    def _never_zero(self, b: Number) -> Number:
        """A divisor that is undefined where it may be zero."""
        if b.span is None:
            return b
        zero = self.layers.flag(fl.both(b.open, contains(b.span, Fraction(0))))
        if zero.never:
            return b
        undefined = self.layers.flag(fl.either(b.undefined, zero))
        return Number(b.known, b.value, undefined, b.span, b.fixed)

    def _inverse(self, b: Number) -> Number:
        """1/b over the values other than zero."""
        value = rt.inverse(b.value)
        if b.known.always:
            return Number(b.known, value)
        if b.fixed is not None:
            found = ranges.divide(Fraction(1), b.fixed)
            assert found is not None
            interval = ranges.as_interval(found)
            return Number(b.known, value, FALSE, span_of(interval), interval)
        return Number(b.known, value, FALSE, None if b.span is None else reciprocal(b.span))

    def _product(self, a: Number, b: Number, value: Ratio, undefined: Flag) -> Number:
        """a times b: by a known factor where one is known; of two ranges only where both are always the same."""
        known = fl.both(a.known, b.known, fl.negation(undefined))
        found = Number(self.layers.flag(known), self.layers.ratio(value), undefined)
        if found.open.never:
            return found
        branches: list[tuple[Flag, Span]] = []
        for one, other in ((a, b), (b, a)):
            if not one.known.never and not other.known.always:
                if other.span is None:
                    self.leave(fl.both(found.open, one.known))
                    continue
                try:
                    span = self.named(times(other.span, one.value), fl.both(found.open, one.known))
                except TooWide:
                    self.leave(fl.both(found.open, one.known))
                    continue
                branches.append((one.known, span))
        neither = fl.both(fl.negation(a.known), fl.negation(b.known), fl.negation(undefined))
        if not neither.never:
            if a.fixed is not None and b.fixed is not None:
                branches.append((TRUE, span_of(ranges.as_interval(ranges.multiply(a.fixed, b.fixed)))))
            elif (spread := self._spread(a, b, neither)) is not None:
                branches.append((TRUE, spread))
        if not branches:
            return Number(found.known, found.value, undefined)
        made = self._span(found.open, lambda: either_span(branches))
        return self.settled(Number(found.known, found.value, undefined, made))

    def _spread(self, a: Number, b: Number, where: Flag) -> Span | None:
        """From the least to the greatest product of the ends of two ranges."""
        try:
            if a.span is None or b.span is None:
                raise TooWide
            return self.named(products(a.span, b.span, self.layers), where)
        except TooWide:
            self.leave(where)
            return None

    def absolute(self, a: Number) -> Number:
        """|a|."""
        if (static := self._static([a])) is not None:
            return fixed(ranges.absolute(static[0]))
        size = Ratio(ints.absolute(a.value.num), a.value.den)

        def span() -> Span | None:
            if a.span is None:
                return None
            x = a.span
            above = fl.both(x.has_lo, rt.compared(x.lo, ">=", NOUGHT))
            below = fl.both(x.has_hi, rt.compared(x.hi, "<=", NOUGHT))
            across = Span(NOUGHT, rt.greatest([rt.negative(x.lo), x.hi]), TRUE, fl.both(x.has_lo, x.has_hi))
            return either_span([(above, x), (below, mirrored(x)), (TRUE, across)])

        return self.number(a.known, size, a.undefined, span)

    def least(self, numbers: Sequence[Number]) -> Number:
        """The smallest."""
        if len(numbers) == 1:
            return numbers[0]
        if (static := self._static(numbers)) is not None:
            return fixed(ranges.least(static))
        known = fl.both(*(one.known for one in numbers))
        undefined = fl.either(*(one.undefined for one in numbers))

        def span() -> Span | None:
            ends = [self.ends(one) for one in numbers]
            found = [one for one in ends if one is not None]
            if len(found) < len(ends):
                return None
            hi, has_hi = found[0].hi, found[0].has_hi
            for one in found[1:]:
                lower = fl.either(fl.negation(has_hi), fl.both(one.has_hi, rt.compared(one.hi, "<", hi)))
                hi = rt.cases([(lower, one.hi)], hi)
                has_hi = fl.either(has_hi, one.has_hi)
            return Span(rt.least([one.lo for one in found]), hi, fl.both(*(one.has_lo for one in found)), has_hi)

        return self.settled(self.number(known, rt.least([one.value for one in numbers]), undefined, span))

    def greatest(self, numbers: Sequence[Number]) -> Number:
        """The largest."""
        return self.negative(self.least([self.negative(one) for one in numbers]))

    def rounded(self, a: Number, rounding: Rounding | None) -> Number:
        """To a number of places; a range by its ends."""
        if rounding is None:
            return a
        if (static := self._static([a])) is not None:
            value = static[0]
            if isinstance(value, Fraction):
                return constant(rounding(value))
            lo = None if value.lo is None else rounding(value.lo)
            hi = None if value.hi is None else rounding(value.hi)
            return fixed(ranges.simplest(Interval(lo, hi)))

        def span() -> Span | None:
            if a.span is None:
                return None
            return Span(rt.rounded(a.span.lo, rounding), rt.rounded(a.span.hi, rounding), a.span.has_lo, a.span.has_hi)

        return self.settled(self.number(a.known, rt.rounded(a.value, rounding), a.undefined, span))

    # --- comparison ---

    def compare(self, a: Number, op: str, b: Number) -> Flag:
        """a op b where that is decided."""
        plain = rt.compared(a.value, op, b.value)
        both_known = fl.both(a.known, b.known)
        if both_known.always:
            return plain
        undefined = fl.either(a.undefined, b.undefined)
        ranged = self._ranged(a, op, b, fl.negation(fl.either(both_known, undefined)))
        return fl.cases([(undefined, fl.UNDECIDED), (both_known, plain)], ranged)

    def _ranged(self, a: Number, op: str, b: Number, where: Flag) -> Flag:
        if where.never:
            return fl.UNDECIDED
        x, y = self.ends(a), self.ends(b)
        try:
            if x is None or y is None:
                raise TooWide
            return compared(x, op, y)
        except TooWide:
            self.leave(where)
            return fl.UNDECIDED
