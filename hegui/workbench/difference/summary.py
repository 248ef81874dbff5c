"""What an edit does to a population, summed up: who gains and loses, how grades move, what each clause does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from engine.difference import Edit
from engine.hybrids import Lever
from engine.impact import Effect, Impact, UnitImpact, Units
from facts.values import ZERO
from hegui.workbench.difference.counting import Foremost, Steps, Sum


@dataclass(frozen=True, slots=True)
class LeverSummary:
    """One lever over the population: units it moves, and what it moves the sums of the two bounds by.

    `least` and `most` are the ends of the shares of the units it moves, whether their scores are determined or not.
    """

    lever: Lever
    units: int
    lower: Fraction
    upper: Fraction
    least: Fraction
    most: Fraction


@dataclass(frozen=True, slots=True)
class MoveSummary:
    """An edited indicator by itself over the population: certain also where totals are open.

    `sum`, `least` and `most` are of the units whose change of this indicator is known; `least` and `most` None without any.
    """

    edit: Edit
    gain: int
    lose: int
    stay: int
    open: int
    sum: Fraction
    least: Fraction | None
    most: Fraction | None


@dataclass(frozen=True, slots=True)
class Summary:
    """The population before and after. Units whose change is not known are `open`; the rest gain, lose or stay.

    `most_moved`: the units that change most. `most_open`: units whose change is not known, those first that are known to be moved most
    by an edited indicator.
    """

    units: int
    gain: int
    lose: int
    stay: int
    open: int
    mean: Fraction | None
    grades: tuple[str, ...]
    migration: dict[tuple[str, str], int]
    bins: tuple[tuple[Fraction, Fraction, int], ...]
    levers: tuple[LeverSummary, ...]
    most_moved: tuple[UnitImpact, ...]
    most_open: tuple[UnitImpact, ...]
    moves: tuple[MoveSummary, ...]


UNDECIDED = "?"
_MOST_MOVED = 20


def summarised(impact: Impact, grades: Sequence[str]) -> Summary:
    """Everything a report shows; `grades` from the highest down."""
    tally = _Tally(impact)
    for effect, units, first in impact.units.effects(_MOST_MOVED):
        tally.add(effect, units)
        for chosen in tally.chosen:
            chosen.offer(effect, first)
    change, most_moved, most_open = tally.change, *tally.chosen
    return Summary(
        units=len(impact.units),
        gain=change.gain,
        lose=change.lose,
        stay=change.stay,
        open=change.open,
        mean=change.sum / change.known if change.known else None,
        grades=(*grades, UNDECIDED),
        migration=dict(sorted(tally.grades.items())),
        bins=tally.steps.bins(),
        levers=tuple(_lever(*pair) for pair in zip(impact.levers, tally.levers, strict=True)),
        most_moved=most_moved.found(),
        most_open=most_open.found(),
        moves=tuple(_move(one.edit, found) for one, found in zip(impact.edited, tally.moves, strict=True)),
    )


def furthest(units: Units, most: int) -> tuple[UnitImpact, ...]:
    """The units that are known to move most, so many of them."""
    chosen = Foremost(known_movement, most)
    for effect, _, first in units.effects(most):
        chosen.offer(effect, first)
    return chosen.found()


def known_movement(effect: Effect) -> Fraction:
    """How far a unit is known to move: by its change; where that is open, by what edited indicators are sure to do."""
    if effect.change is not None:
        return abs(effect.change)
    return max((abs(move.change) for move in effect.moves if move.change is not None), default=ZERO)


class _Tally:
    """Effects counted one after another; how much it holds does not grow with them."""

    def __init__(self, impact: Impact) -> None:
        self.change, self.steps = Sum(), Steps()
        self.grades: Counter[tuple[str, str]] = Counter()
        self.levers = [(Sum(), Sum()) for _ in impact.levers]
        self.moves = [Sum() for _ in impact.edited]
        self.chosen = (Foremost(_movement, _MOST_MOVED), Foremost(_open_movement, _MOST_MOVED))
        self._places = {lever.name: n for n, lever in enumerate(impact.levers)}

    def add(self, effect: Effect, units: int) -> None:
        """An effect that so many units have."""
        self.change.add(effect.change, units)
        if effect.change:
            self.steps.add(effect.change, units)
        self.grades[effect.before.grade or UNDECIDED, effect.after.grade or UNDECIDED] += units
        for name, share in effect.shares.items():
            lower, upper = self.levers[self._places[name]]
            lower.add(share.lower, units)
            upper.add(share.upper, units)
        for found, move in zip(self.moves, effect.moves, strict=True):
            found.add(move.change, units)


def _movement(effect: Effect) -> Fraction | None:
    return abs(effect.change) if effect.change else None


def _open_movement(effect: Effect) -> Fraction | None:
    return known_movement(effect) if effect.change is None else None


def _lever(lever: Lever, bounds: tuple[Sum, Sum]) -> LeverSummary:
    lower, upper = bounds
    ends = [end for end in (lower.least, upper.least, lower.most, upper.most) if end is not None]
    least, most = min(ends, default=ZERO), max(ends, default=ZERO)
    return LeverSummary(lever, lower.known, lower.sum, upper.sum, least, most)


def _move(edit: Edit, found: Sum) -> MoveSummary:
    return MoveSummary(edit, found.gain, found.lose, found.stay, found.open, found.sum, found.least, found.most)
