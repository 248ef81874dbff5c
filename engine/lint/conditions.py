"""Under which circumstances a condition can hold: each a box of what is then known of the expressions it names.

No box at all: it cannot hold. Where there would be too many, or where nothing is known of an expression, the answer is
the circumstances one came with: a bound that is too wide, never too narrow.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from engine import ranges
from engine.bands import FLIPPED, half_line, with_multiples
from engine.expr import Arithmetic, Comparison, Expr, Is, Logic, Name, Not, Quantifier
from engine.lint.values import NOTHING_KNOWN, Box, Labels, World
from engine.ranges import Ranges
from engine.showing import formula_text
from engine.walk import nodes
from facts.values import ONE, ZERO
from facts.vocabulary import NO, YES

MAX_BOXES = 24
MAX_STEPS = 2_000

# Ways in which things can stand; any of them may be the case, nothing else can.
State = tuple[Box, ...]
ANYTHING: State = (NOTHING_KNOWN,)


def where(state: State, tree: Expr, world: World, *, holds: bool = True) -> State:
    """The state with a condition known to hold, or to fail; () where that cannot be."""
    search, resolved = _Search(world), world.resolved(tree)
    boxes = [box for before in state for box in search.alternatives(before, resolved, holds)]
    return _unique(boxes) if len(boxes) <= MAX_BOXES else state


def never(tree: Expr, world: World, state: State = ANYTHING) -> bool:
    """Whether a condition holds of no facts at all."""
    return not where(state, tree, world)


def always(tree: Expr, world: World, state: State = ANYTHING) -> bool:
    """Whether a condition fails of no facts at all."""
    return not where(state, tree, world, holds=False)


def _unique(boxes: Iterable[Box]) -> State:
    found: list[Box] = []
    for box in boxes:
        if box not in found:
            found.append(box)
    return tuple(found)


class _Search:
    """One condition followed into its boxes; `steps` bounds what a hostile condition can cost."""

    def __init__(self, world: World) -> None:
        self.world, self.steps = world, MAX_STEPS
        self.possible: dict[tuple[int, bool], bool] = {}

    def alternatives(self, box: Box, tree: Expr, holds: bool) -> list[Box]:
        """The boxes within a box in which the condition holds, or fails."""
        self.steps -= 1
        if self.steps < 0:
            return [box]
        match tree:
            case Not(operand):
                return self.alternatives(box, operand, not holds)
            case Logic(op, operands):
                return self._all(box, operands, holds) if (op == "and") == holds else self._any(box, operands, holds)
            case Comparison():
                return _compared(box, tree, self.world, holds)
            case Is(left, label, negated):
                return _labelled(box, left, Labels(frozenset((label,)), negated == holds), self.world)
            case Quantifier():
                wanted = Labels(frozenset((YES if holds else NO,)))
                return _labelled(box, tree, wanted, self.world) if self._can(tree, holds) else []
            case _:
                return [box]

    def _any(self, box: Box, operands: Iterable[Expr], holds: bool) -> list[Box]:
        found = [one for operand in operands for one in self.alternatives(box, operand, holds)]
        return found if len(found) <= MAX_BOXES else [box]

    def _all(self, box: Box, operands: Iterable[Expr], holds: bool) -> list[Box]:
        boxes = [box]
        for operand in operands:
            found = [one for before in boxes for one in self.alternatives(before, operand, holds)]
            # Too many to follow: what this operand says is left out.
            boxes = found if len(found) <= MAX_BOXES else boxes
        return boxes

    def _can(self, tree: Quantifier, holds: bool) -> bool:
        """Whether a quantifier can hold (or fail): not against a condition that no row, or every row, meets."""
        key = (id(tree), holds)
        if key not in self.possible:
            self.possible[key] = _quantifier(tree.function, tree.where, self.world.rows_of(tree.table), holds)
        return self.possible[key]


def _quantifier(function: str, condition: Expr, rows: World, holds: bool) -> bool:
    if function == "all":
        return holds or not always(condition, rows)
    return holds == (function == "none") or not never(condition, rows)


# --- comparisons ------------------------------------------------------------------------------------------------------

_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}


def _compared(box: Box, tree: Comparison, world: World, holds: bool) -> list[Box]:
    op = tree.op if holds else _OPPOSITE[tree.op]
    subject, op, limit = _normal(tree, op, world)
    values = half_line(op, limit)
    before = box.get(subject)
    if isinstance(before, tuple) and not isinstance(before, Labels):
        values = ranges.intersection(values, before)
    span = world.span(subject, {key: known for key, known in box.items() if key != subject})
    if span is None:
        # Without a value nothing can be said of it, neither that it holds nor that it fails.
        return []
    values = ranges.intersection(values, ranges.ranges(span))
    if world.is_whole(subject):
        values = with_multiples(values, ONE)
    return [{**box, subject: values}] if values and _agrees(box, subject, values, world) else []


def _agrees(box: Box, subject: Expr, values: Ranges, world: World) -> bool:
    """Whether what was known of other expressions, made of this one, is still possible."""
    after: Box = {**box, subject: values}
    for key, known in box.items():
        if isinstance(known, Labels) or key == subject or isinstance(key, Name) or subject not in nodes(key):
            continue
        span = world.span(key, {one: value for one, value in after.items() if one != key})
        if span is None or not ranges.intersection(ranges.ranges(span), known):
            return False
    return True


def _normal(tree: Comparison, op: str, world: World) -> tuple[Expr, str, Fraction]:
    """A comparison as expression, operator, constant; two expressions are compared by their difference."""
    left, right = world.constant(tree.left), world.constant(tree.right)
    if right is not None:
        return tree.left, op, right
    if left is not None:
        return tree.right, FLIPPED[op], left
    if _shape(tree.left) <= _shape(tree.right):
        return Arithmetic("-", tree.left, tree.right), op, ZERO
    return Arithmetic("-", tree.right, tree.left), FLIPPED[op], ZERO


def _shape(tree: Expr) -> str:
    """What a tree says, wherever it stands."""
    return formula_text(tree, lambda one: one.name if isinstance(one, Name) else "measure")


# --- labels -----------------------------------------------------------------------------------------------------------


def _labelled(box: Box, key: Expr, wanted: Labels, world: World) -> list[Box]:
    choices = frozenset((YES, NO)) if isinstance(key, Quantifier) else world.choices(key)
    if choices is not None and wanted.negated:
        wanted = Labels(choices - wanted.labels)
    before = box.get(key)
    if isinstance(before, Labels):
        wanted = both_labels(before, wanted)
    return [] if not wanted.labels and not wanted.negated else [{**box, key: wanted}]


def both_labels(one: Labels, other: Labels) -> Labels:
    """The labels in both sets."""
    if one.negated and other.negated:
        return Labels(one.labels | other.labels, True)
    if one.negated:
        return Labels(other.labels - one.labels)
    return Labels(one.labels - other.labels) if other.negated else Labels(one.labels & other.labels)
