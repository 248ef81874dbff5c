"""Exact rationals as columns: a numerator and a positive denominator, compared by cross-multiplication."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

from engine.columns import integers as ints
from engine.columns.flags import Flag, both
from engine.columns.integers import ONE, Int
from facts.values import Rounding


@dataclass(frozen=True, slots=True)
class Ratio:
    """num / den for each unit. `den` is above zero wherever the ratio means anything."""

    num: Int
    den: Int = ONE

    @property
    def constant(self) -> Fraction | None:
        """The value where it is the same for all units."""
        num, den = self.num.constant, self.den.constant
        return None if num is None or den is None else Fraction(num, den)


def constant(value: Fraction) -> Ratio:
    """The same rational for every unit."""
    return Ratio(ints.constant(value.numerator), ints.constant(value.denominator))


NOUGHT = constant(Fraction(0))


def alike(ratios: Sequence[Ratio]) -> tuple[list[Int], Int]:
    """Numerators over one denominator."""
    fixed = 1
    moving: list[Int] = []
    for one in ratios:
        if one.den.constant is not None:
            fixed = lcm(fixed, one.den.constant)
        elif one.den not in moving:
            moving.append(one.den)
    nums = []
    for one in ratios:
        num = one.num
        if one.den.constant is not None:
            num = ints.multiply(num, ints.constant(fixed // one.den.constant))
        else:
            num = ints.multiply(num, ints.constant(fixed))
        for den in moving:
            if den != one.den:
                num = ints.multiply(num, den)
        nums.append(num)
    den = ints.constant(fixed)
    for one_den in moving:
        den = ints.multiply(den, one_den)
    return nums, den


def add(a: Ratio, b: Ratio) -> Ratio:
    """a + b."""
    (x, y), den = alike([a, b])
    return Ratio(ints.add(x, y), den)


def total(ratios: Sequence[Ratio]) -> Ratio:
    """The sum."""
    if not ratios:
        return NOUGHT
    nums, den = alike(ratios)
    return Ratio(ints.total(nums), den)


def subtract(a: Ratio, b: Ratio) -> Ratio:
    """a - b."""
    (x, y), den = alike([a, b])
    return Ratio(ints.subtract(x, y), den)


def negative(a: Ratio) -> Ratio:
    """-a."""
    return Ratio(ints.negative(a.num), a.den)


def multiply(a: Ratio, b: Ratio) -> Ratio:
    """a * b, with what constants have in common left out."""
    nums, dens = [a.num, b.num], [a.den, b.den]
    for i in range(2):
        for j in range(2):
            num, den = nums[i], dens[j]
            if num.constant and den.constant:
                common = gcd(num.constant, den.constant)
                nums[i], dens[j] = ints.constant(num.constant // common), ints.constant(den.constant // common)
            elif num.constant is None and num == den:
                nums[i] = dens[j] = ONE
    if nums[0].constant == 0 or nums[1].constant == 0:
        return NOUGHT
    return Ratio(ints.multiply(nums[0], nums[1]), ints.multiply(dens[0], dens[1]))


def inverse(a: Ratio) -> Ratio:
    """1 / a where a is not zero."""
    if a.num.low == a.num.high == 0:
        # Divided by zero in every unit: nothing that is read.
        return NOUGHT
    if a.num.low >= 0:
        return Ratio(a.den, a.num)
    if a.num.constant is not None:
        return Ratio(ints.negative(a.den), ints.negative(a.num))
    sign = ints.cases([(ints.compared(a.num, "<", ints.ZERO), ints.constant(-1))], ONE)
    return Ratio(ints.multiply(a.den, sign), ints.absolute(a.num))


def divide(a: Ratio, b: Ratio) -> Ratio:
    """a / b where b is not zero."""
    if a.den == b.den:
        a, b = Ratio(a.num), Ratio(b.num)
    return multiply(a, inverse(b))


def compared(a: Ratio, op: str, b: Ratio) -> Flag:
    """a op b."""
    if a.den == b.den:
        return ints.compared(a.num, op, b.num)
    (x, y), _ = alike([a, b])
    common = gcd(x.constant or 0, y.constant or 0)
    if x.constant is not None and y.constant is not None and common:
        x, y = ints.constant(x.constant // common), ints.constant(y.constant // common)
    return ints.compared(x, op, y)


def same(a: Ratio, b: Ratio) -> Flag:
    """a = b."""
    return compared(a, "=", b)


def cases(branches: Sequence[tuple[Flag, Ratio]], otherwise: Ratio | None) -> Ratio:
    """The ratio behind the first condition that holds."""
    live = [(when, value) for when, value in branches if when.node is not None or when.constant]
    values = [value for _, value in live] + ([] if otherwise is None else [otherwise])
    if not values:
        return Ratio(ints.cases([], None))
    if all(value.den.constant is not None for value in values):
        nums, den = alike(values)
        whens = [when for when, _ in live]
        last = nums[len(live)] if otherwise is not None else None
        return Ratio(ints.cases(list(zip(whens, nums, strict=False)), last), den)
    num = ints.cases([(when, value.num) for when, value in live], otherwise.num if otherwise else None)
    return Ratio(num, ints.cases([(when, value.den) for when, value in live], otherwise.den if otherwise else None))


def least(ratios: Sequence[Ratio]) -> Ratio:
    """The smallest; every one must have a value."""
    return _extreme(ratios, "<=", ints.least)


def greatest(ratios: Sequence[Ratio]) -> Ratio:
    """The largest; every one must have a value."""
    return _extreme(ratios, ">=", ints.greatest)


def _extreme(ratios: Sequence[Ratio], op: str, pick: object) -> Ratio:
    kept = list(dict.fromkeys(ratios))
    if all(one.den == kept[0].den or one.den.constant is not None for one in kept) and kept[0].den.constant is not None:
        nums, den = alike(kept)
        return Ratio(ints.least(nums) if pick is ints.least else ints.greatest(nums), den)
    if NOUGHT in kept and len(kept) == 2:
        # Its denominator is above zero: the numerator alone tells on which side of zero it lies.
        one = kept[0] if kept[1] == NOUGHT else kept[1]
        ends = [one.num, ints.ZERO]
        return Ratio(ints.least(ends) if pick is ints.least else ints.greatest(ends), one.den)
    found = kept[0]
    for one in kept[1:]:
        found = cases([(compared(found, op, one), found)], one)
    return found


def rounded(a: Ratio, rounding: Rounding | None) -> Ratio:
    """a to a number of decimal places, ties and direction by mode, symmetric about zero."""
    if rounding is None:
        return a
    scale = 10**rounding.places
    den = a.den.constant
    if den is not None and scale % den == 0:
        return a
    if den is not None and (common := gcd(scale, den)) > 1:
        size = ints.multiply(ints.absolute(a.num), ints.constant(scale // common))
        whole = whole_part(size, ints.constant(den // common), rounding.mode)
    else:
        whole = whole_part(ints.multiply(ints.absolute(a.num), ints.constant(scale)), a.den, rounding.mode)
    if a.num.low >= 0:
        return Ratio(whole, ints.constant(scale))
    below = ints.compared(a.num, "<", ints.ZERO)
    return Ratio(ints.cases([(below, ints.negative(whole))], whole), ints.constant(scale))


def whole_part(num: Int, den: Int, mode: str) -> Int:
    """num / den (neither below zero) as a whole number, by mode of rounding."""
    if mode == "down":
        return ints.quotient(num, den)
    if mode == "up":
        return ints.quotient(ints.subtract(ints.add(num, den), ONE), den)
    twice = ints.multiply(den, ints.constant(2))
    half_up = ints.quotient(ints.add(ints.multiply(num, ints.constant(2)), den), twice)
    if mode == "half_up":
        return half_up
    # A tie rounded up to an odd number goes down to the even one.
    tie = ints.compared(ints.remainder(ints.add(ints.multiply(num, ints.constant(2)), den), twice), "=", ints.ZERO)
    odd = ints.compared(ints.remainder(half_up, ints.constant(2)), "=", ONE)
    return ints.cases([(both(tie, odd), ints.subtract(half_up, ONE))], half_up)
