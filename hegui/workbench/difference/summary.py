"""What an edit does to a population, summed up: who gains and loses, how grades move, what each clause does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from engine.difference import Edit
from engine.hybrids import Lever
from engine.impact import Impact, UnitImpact
from facts.values import ZERO


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
    """The population before and after. Units whose change is not known are `open`; the rest gain, lose or stay."""

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
    moves: tuple[MoveSummary, ...]


UNDECIDED = "?"
_MOST_MOVED = 20
_BINS = 20


def summarised(impact: Impact, grades: Sequence[str]) -> Summary:
    """Everything a report shows; `grades` from the highest down."""
    changes = [(unit, unit.change) for unit in impact.units]
    known = [change for _, change in changes if change is not None]
    moved = [(unit, change) for unit, change in changes if change]
    return Summary(
        units=len(impact.units),
        gain=sum(change > 0 for change in known),
        lose=sum(change < 0 for change in known),
        stay=sum(change == 0 for change in known),
        open=len(impact.units) - len(known),
        mean=sum(known, ZERO) / len(known) if known else None,
        grades=(*grades, UNDECIDED),
        migration=_migration(impact.units),
        bins=_binned([change for change in known if change]),
        levers=tuple(_lever(lever, impact.units) for lever in impact.levers),
        most_moved=tuple(unit for unit, _ in sorted(moved, key=lambda p: (-abs(p[1] or ZERO), p[0].subject.id))[:_MOST_MOVED]),
        moves=tuple(_move(n, one.edit, impact.units) for n, one in enumerate(impact.edited)),
    )  # fmt: skip


def known_movement(unit: UnitImpact) -> Fraction:
    """How far a unit is known to move: by its change; where that is open, by what edited indicators are sure to do."""
    if unit.change is not None:
        return abs(unit.change)
    return max((abs(move.change) for move in unit.moves if move.change is not None), default=ZERO)


def open_units(impact: Impact) -> list[UnitImpact]:
    """Units whose change is not known, those first that are known to be moved most by an edited indicator."""
    found = [unit for unit in impact.units if unit.change is None]
    return sorted(found, key=lambda unit: (-known_movement(unit), unit.subject.id))


def _migration(units: Sequence[UnitImpact]) -> dict[tuple[str, str], int]:
    pairs = Counter((unit.before.grade or UNDECIDED, unit.after.grade or UNDECIDED) for unit in units)
    return dict(sorted(pairs.items()))


def _lever(lever: Lever, units: Sequence[UnitImpact]) -> LeverSummary:
    shares = [unit.shares[lever.name] for unit in units if lever.name in unit.shares]
    ends = [end for share in shares for end in (share.lower, share.upper)]
    return LeverSummary(
        lever,
        len(shares),
        sum((share.lower for share in shares), ZERO),
        sum((share.upper for share in shares), ZERO),
        min(ends, default=ZERO),
        max(ends, default=ZERO),
    )


def _move(n: int, edit: Edit, units: Sequence[UnitImpact]) -> MoveSummary:
    changes = [unit.moves[n].change for unit in units]
    known = [change for change in changes if change is not None]
    return MoveSummary(
        edit,
        gain=sum(change > 0 for change in known),
        lose=sum(change < 0 for change in known),
        stay=sum(change == 0 for change in known),
        open=len(changes) - len(known),
        sum=sum(known, ZERO),
        least=min(known, default=None),
        most=max(known, default=None),
    )


def _binned(changes: Sequence[Fraction]) -> tuple[tuple[Fraction, Fraction, int], ...]:
    """Changes in steps of a round width, from the lowest to the highest, zero between two steps."""
    if not changes:
        return ()
    widest = max(abs(change) for change in changes)
    width = next(w for w in _widths() if widest / w <= _BINS // 2)
    counted = Counter(_bin(change, width) for change in changes)
    return tuple((width * n, width * (n + 1), counted.get(n, 0)) for n in range(min(counted), max(counted) + 1))


def _bin(change: Fraction, width: Fraction) -> int:
    """The step a change lies in; losses belong to the step that ends with them, so that no step holds both signs."""
    if change > 0:
        return -((-change) // width) - 1
    return change // width


def _widths() -> Sequence[Fraction]:
    return [Fraction(digit) * Fraction(10) ** power for power in range(-6, 10) for digit in (1, 2, 5)]
