"""How unlikely it is that so many of n units lie on one side, if either side were as likely as the other.

P(X >= k) for X of Binomial(n, 1/2): an exact fraction while n is small, else worked out with more digits than are stated.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from math import comb

# Up to so many units the tail is summed in whole numbers.
EXACT = 2_000
_CONTEXT = Context(prec=60, rounding=ROUND_HALF_EVEN, Emin=-999_999, Emax=999_999)
_NEGLIGIBLE = Decimal(10) ** -120
# What is smaller is only said to be: no reader needs its digits. A first term below 10^-60 leaves no more for the tail.
LEAST = Fraction(1, 10**50)
_FIRST = Decimal(10) ** -60
_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Tail:
    """A probability; `below`: it is less than `value`. Not `exact`: right to far more digits than are stated."""

    value: Fraction
    exact: bool
    below: bool = False

    def told(self) -> str:
        """With three digits.

        >>> Tail(Fraction(7, 128), True).told(), Tail(LEAST, False, True).told()
        ('0.0547', '<1e-50')
        """
        if self.below or self.value < LEAST:
            return "<1e-50"
        number = _CONTEXT.divide(Decimal(self.value.numerator), Decimal(self.value.denominator))
        short = Context(prec=_DIGITS, rounding=ROUND_HALF_EVEN).plus(number)
        return f"{short:.2e}" if short < Decimal("0.001") else f"{short:f}"


def tail(k: int, n: int) -> Tail:
    """P(X >= k).

    >>> tail(6, 7).value, tail(0, 7).value
    (Fraction(1, 16), Fraction(1, 1))
    """
    if n <= EXACT:
        return Tail(Fraction(sum(comb(n, i) for i in range(k, n + 1)), 2**n), True)
    if 2 * k < n:
        # The side below is shorter: what is left of one.
        other = tail(n - k + 1, n)
        return Tail(1 - other.value, False)
    return _long(k, n)


def _long(k: int, n: int) -> Tail:
    """Terms beside the greatest one, from half of n upwards; those too small to matter end both sums."""
    half = (n + 1) // 2
    first, above = _terms(half, k, n)
    if first < _FIRST:
        return Tail(LEAST, False, True)
    # Below half lies the mirror image of what lies above it; a term in the very middle is its own.
    whole = _CONTEXT.multiply(_terms(half, half, n)[1], Decimal(2))
    if n % 2 == 0:
        whole = _CONTEXT.subtract(whole, Decimal(1))
    return Tail(Fraction(_CONTEXT.divide(above, whole)), False)


def _terms(start: int, k: int, n: int) -> tuple[Decimal, Decimal]:
    """With the term at `start` as 1: the term at k, and the sum of all terms from k on."""
    term, total = Decimal(1), Decimal(0)
    reached = term
    for i in range(start, n + 1):
        if i == k:
            reached = term
        if i >= k:
            total = _CONTEXT.add(total, term)
        if term < _NEGLIGIBLE:
            return (reached if i >= k else term), total
        term = _CONTEXT.divide(_CONTEXT.multiply(term, Decimal(n - i)), Decimal(i + 1))
    return reached, total
