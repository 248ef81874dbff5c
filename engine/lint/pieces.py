"""A criterion as a step function of its measure: on which values it gives which score."""

from __future__ import annotations

from typing import NamedTuple

from engine import ranges
from engine.expr import Expr, Subject
from engine.lint.conditions import ANYTHING, State, where
from engine.lint.reach import Explored, PartSeen, Scores, Seen
from engine.lint.values import Labels, World
from engine.model import Fixed, Threshold
from engine.ranges import Ranges
from facts.provenance import Position


class Piece(NamedTuple):
    """Values of the measure and the scores they lead to."""

    values: Ranges
    scores: Scores | None
    at: Position
    stated: bool
    when: Expr | None


def pieces_of(one: Explored, seen: PartSeen) -> list[Piece] | None:
    """The pieces of a part, in the order they are tried; None where a case asks for more than the measure."""
    if seen.world.measure is None or not seen.state:
        return None
    found = []
    for case in _cases(one, seen):
        values = measured(case.after, seen.world)
        if values is None:
            return None
        found.append(Piece(values, case.scores, case.at, case.when is not None, case.when))
    return found or None


def _cases(one: Explored, seen: PartSeen) -> list[Seen]:
    nested = isinstance(seen.part.form, Threshold) and not isinstance(seen.part.form.otherwise, Fixed)
    kinds = ("full", "band", "option", "range") if nested else ("full", "band", "option", "range", "otherwise")
    return [case for case in one.cases_of.get(id(seen.part), []) if case.kind in kinds]


def measured(state: State, world: World) -> Ranges | None:
    """Where the measure lies in a state; None where something else is asked too."""
    subject = world.resolved(Subject())
    found: list[Ranges] = []
    for box in state:
        known = box.get(subject)
        if set(box) - {subject} or isinstance(known, Labels):
            return None
        span = world.span(subject)
        whole = ranges.ranges(span) if span is not None else ()
        found.append(whole if known is None else ranges.intersection(whole, known))
    return ranges.union(found)


def stated_values(piece: Piece, world: World) -> Ranges | None:
    """Where a piece's own condition holds, whatever was tried before it."""
    return None if piece.when is None else measured(where(ANYTHING, piece.when, world), world)
