"""Exact values: rationals, ranges of them, rounding, and how they are written.

No float is made or accepted anywhere in this module.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NamedTuple

Mode = Literal["half_up", "half_even", "up", "down"]

ZERO = Fraction(0)
ONE = Fraction(1)

# Bounds what a hostile file can make us compute; real figures need 20 digits.
MAX_DIGITS = 60
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，＋－−％", "0123456789.,+--%")


def to_half_width(text: str) -> str:
    """Full-width digits, signs and separators as their ASCII twins."""
    return text.translate(_FULL_WIDTH)


def parse_decimal(text: str) -> Fraction | None:
    """A decimal numeral, thousands separators and full-width digits allowed; None if it is not one.

    Exponents, NaN and infinities are no numerals.

    >>> parse_decimal("5,657.15")
    Fraction(113143, 20)
    >>> parse_decimal("1e400") is None
    True
    """
    plain = to_half_width(text.strip())
    if len(plain) > MAX_DIGITS or not _NUMBER.fullmatch(plain):
        return None
    return Fraction(plain.replace(",", ""))


class Rounding(NamedTuple):
    """Rounding to a number of decimal places; ties and direction by mode, symmetric about zero."""

    places: int
    mode: Mode = "half_up"

    def __call__(self, value: Fraction) -> Fraction:
        """The rounded value.

        >>> Rounding(2)(Fraction("0.125"))
        Fraction(13, 100)
        """
        scale = 10**self.places
        numerator, denominator = value.numerator, value.denominator
        if scale % denominator == 0:
            return value
        whole, rest = divmod(abs(numerator) * scale, denominator)
        if self.mode == "up":
            whole += rest > 0
        elif self.mode != "down":
            twice = 2 * rest - denominator
            whole += twice > 0 or (twice == 0 and (self.mode == "half_up" or whole % 2 == 1))
        return Fraction(whole if numerator >= 0 else -whole, scale)


def exact_places(value: Fraction) -> int | None:
    """How many digits after the point the value has exactly; None if they never end.

    >>> exact_places(Fraction(1, 8)), exact_places(Fraction(1, 3))
    (3, None)
    """
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def odd_part(denominator: int) -> int:
    """What is left of a denominator without its twos and fives: more than one only for units such as 亩.

    >>> odd_part(40), odd_part(60)
    (1, 3)
    """
    for factor in (2, 5):
        while denominator % factor == 0:
            denominator //= factor
    return denominator


def is_decimal(value: Fraction) -> bool:
    """Whether the value has a finite decimal expansion."""
    return exact_places(value) is not None


def decimal_text(value: Fraction, places: int | None = None) -> str:
    """The value as a plain decimal numeral.

    With `places`, rounded half up and padded to them. Without, exact where the expansion ends, else rounded to 28
    digits after the point.

    >>> decimal_text(Fraction(96), 2), decimal_text(Fraction(1, 8)), decimal_text(Fraction(-1, 2))
    ('96.00', '0.125', '-0.5')
    """
    if places is not None:
        return _fixed(Rounding(places)(value), places)
    if value.denominator == 1:
        return str(value.numerator)
    exact = exact_places(value)
    if exact is not None:
        return _fixed(value, exact)
    return _fixed(Rounding(28)(value), 28).rstrip("0").rstrip(".")


def _fixed(value: Fraction, places: int) -> str:
    """Digits of a value that has no more than `places` of them after the point."""
    numerator = value.numerator
    digits = str(abs(numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    sign = "-" if numerator < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


@dataclass(frozen=True, slots=True)
class Interval:
    """Every rational between two ends; None is no end. `lo_open`/`hi_open`: the end itself is excluded."""

    lo: Fraction | None = None
    hi: Fraction | None = None
    lo_open: bool = False
    hi_open: bool = False

    @staticmethod
    def point(value: Fraction) -> Interval:
        """The interval that holds one value."""
        return Interval(value, value)

    @property
    def is_point(self) -> bool:
        """Whether exactly one value is possible."""
        return self.lo is not None and self.lo == self.hi

    def contains(self, value: Fraction) -> bool:
        """Whether the value is possible."""
        above = self.lo is None or value > self.lo or (value == self.lo and not self.lo_open)
        below = self.hi is None or value < self.hi or (value == self.hi and not self.hi_open)
        return above and below

    def scaled(self, factor: Fraction) -> Interval:
        """Every value times a positive factor."""
        lo = None if self.lo is None else self.lo * factor
        hi = None if self.hi is None else self.hi * factor
        return Interval(lo, hi, self.lo_open, self.hi_open)


EVERYTHING = Interval()
