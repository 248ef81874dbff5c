"""The share of each lever in a difference: its Shapley value, what it adds averaged over every order of pulling them.

Shares add up exactly to the difference. With many levers, two orders stand for all: that of the rulebook, and its reverse.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import combinations, pairwise
from math import factorial

from facts.values import ZERO

# 2 to this many rulebooks are tried in full.
MOST_EXACT = 4
# The bounds of a score.
Bounds = tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class Share:
    """What one lever moves the two bounds by."""

    lower: Fraction
    upper: Fraction


@lru_cache(maxsize=16)
def between(count: int) -> tuple[tuple[int, ...], ...]:
    """The sets of levers to be pulled besides none and all of them.

    >>> between(1), between(2)
    ((), ((0,), (1,)))
    """
    made = dict.fromkeys(side for _, _, small, large in _weighted(count) for side in (small, large))
    return tuple(tuple(sorted(one)) for one in made if 0 < len(one) < count)


def shares(count: int, bounds: Mapping[frozenset[int], Bounds]) -> dict[int, Share]:
    """The share of each lever that moves anything, by the bounds with each set of them pulled."""
    sums = dict.fromkeys(range(count), (ZERO, ZERO))
    for lever, weight, small, large in _weighted(count):
        (low, high), less, more = sums[lever], bounds[small], bounds[large]
        sums[lever] = (low + weight * (more[0] - less[0]), high + weight * (more[1] - less[1]))
    return {lever: Share(*pair) for lever, pair in sums.items() if pair != (ZERO, ZERO)}


@lru_cache(maxsize=16)
def _weighted(count: int) -> tuple[Weighted, ...]:
    return tuple(_every_order(count) if count <= MOST_EXACT else _two_orders(count))


Weighted = tuple[int, Fraction, frozenset[int], frozenset[int]]


def _every_order(count: int) -> Iterator[Weighted]:
    """For each lever and each set of the others: how often, of all orders, exactly those come before it."""
    everyone = range(count)
    for lever in everyone:
        others = [n for n in everyone if n != lever]
        for size in range(count):
            weight = Fraction(factorial(size) * factorial(count - size - 1), factorial(count))
            for chosen in combinations(others, size):
                small = frozenset(chosen)
                yield lever, weight, small, small | {lever}


def _two_orders(count: int) -> Iterator[Weighted]:
    """The order of the rulebook and its reverse, half each."""
    for order in (range(count), range(count - 1, -1, -1)):
        steps = [frozenset(order[:n]) for n in range(count + 1)]
        for lever, (small, large) in zip(order, pairwise(steps), strict=True):
            yield lever, Fraction(1, 2), small, large
