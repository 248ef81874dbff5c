"""Counters of exact numbers that never hold more, however many numbers are counted: sums, steps of a distribution, the foremost units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from engine.impact import Effect, UnitImpact
from facts.model import Subject
from facts.values import ZERO

# So many steps at most on either side of zero.
_STEPS = 10
_FINEST = Fraction(1, 10**6)


@dataclass(slots=True)
class Sum:
    """How many changes are up, down, none or not known; their sum, the least and the most."""

    gain: int = 0
    lose: int = 0
    stay: int = 0
    open: int = 0
    sum: Fraction = ZERO
    least: Fraction | None = None
    most: Fraction | None = None

    @property
    def known(self) -> int:
        """How many are known."""
        return self.gain + self.lose + self.stay

    def add(self, change: Fraction | None, times: int) -> None:
        """One change, so many times."""
        if change is None:
            self.open += times
            return
        if change > 0:
            self.gain += times
        elif change < 0:
            self.lose += times
        else:
            self.stay += times
        self.sum += change * times
        self.least = change if self.least is None else min(self.least, change)
        self.most = change if self.most is None else max(self.most, change)


class Steps:
    """Changes in steps of a round width (1, 2 or 5 times a power of ten), from the lowest to the highest, zero between two steps.

    They are counted in steps of the power of ten, ten of which become one once a change lies too far out for them.

    >>> found = Steps()
    >>> found.add(Fraction(1, 10), 3)
    >>> found.add(Fraction(-3), 1)
    >>> [(str(low), str(high), count) for low, high, count in found.bins() if count]
    [('-3', '-5/2', 1), ('0', '1/2', 3)]
    """

    def __init__(self) -> None:
        self._unit, self._times, self._widest = _FINEST, 1, ZERO
        self._counted: Counter[int] = Counter()

    def add(self, change: Fraction, times: int) -> None:
        """One change other than none, so many times."""
        if abs(change) > self._widest:
            self._widen(abs(change))
        self._counted[_step(change, self._unit)] += times

    def bins(self) -> tuple[tuple[Fraction, Fraction, int], ...]:
        """Each step: from, to, and how many changes."""
        if not self._counted:
            return ()
        width, counted = self._unit * self._times, _merged(self._counted, self._times)
        return tuple((width * n, width * (n + 1), counted[n]) for n in range(min(counted), max(counted) + 1))

    def _widen(self, widest: Fraction) -> None:
        self._widest = widest
        while (times := next((n for n in (1, 2, 5) if widest <= _STEPS * n * self._unit), 0)) == 0:
            self._unit, self._counted = self._unit * 10, _merged(self._counted, 10)
        self._times = times


class Foremost:
    """The units whose effect ranks highest, of equal rank those first whose id comes first; effects without a rank are passed over."""

    def __init__(self, rank: Callable[[Effect], Fraction | None], most: int) -> None:
        self._rank, self._most = rank, most
        self._found: list[tuple[Fraction, UnitImpact]] = []
        self._least: Fraction | None = None

    def offer(self, effect: Effect, subjects: Sequence[Subject]) -> None:
        """An effect, and the first of its units."""
        rank = self._rank(effect)
        if rank is None or (self._least is not None and rank < self._least):
            return
        self._found += [(rank, UnitImpact(subject, effect)) for subject in subjects]
        if len(self._found) >= 4 * self._most:
            self._cut()

    def found(self) -> tuple[UnitImpact, ...]:
        """They, in order."""
        self._cut()
        return tuple(unit for _, unit in self._found)

    def _cut(self) -> None:
        self._found.sort(key=lambda pair: (-pair[0], pair[1].subject.id))
        del self._found[self._most :]
        if len(self._found) == self._most:
            self._least = self._found[-1][0]


def _step(change: Fraction, width: Fraction) -> int:
    """The step a change lies in; losses belong to the step that ends with them, so that no step holds both signs."""
    if change > 0:
        return -((-change) // width) - 1
    return change // width


def _merged(counted: Counter[int], times: int) -> Counter[int]:
    """Steps so many times as wide."""
    found: Counter[int] = Counter()
    for step, count in counted.items():
        found[step // times] += count
    return found
