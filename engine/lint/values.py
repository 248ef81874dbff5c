"""What an expression can be over every fact the vocabulary allows, and under what is known where it stands.

A bound may be wider than what is possible, never narrower: whatever lies outside it cannot happen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import NamedTuple

from engine import ranges
from engine.compute import UNDEFINED, of_any_rows, rounded
from engine.expr import (
    Aggregate,
    Arithmetic,
    Call,
    DateLiteral,
    Expr,
    Name,
    Negative,
    Number,
    Rank,
    Rollup,
    Subject,
)
from engine.model import Parameter
from engine.ranges import Ranges
from engine.walk import with_subject
from facts.units import Unit
from facts.values import EVERYTHING, ONE, Interval, Rounding
from facts.vocabulary import Column, Concept, Vocabulary


class Labels(NamedTuple):
    """These labels, or (negated) every label but these."""

    labels: frozenset[str]
    negated: bool = False


# What is known where a condition stands, by expression: where a quantity can lie, which label it can be.
Box = Mapping[Expr, Ranges | Labels]
NOTHING_KNOWN: Box = {}


@dataclass(frozen=True, slots=True)
class World:
    """What names mean: concepts, parameters, the measure of a part, the columns of a table.

    `rounding` and `unit` are how the measure is rounded before anything is compared with it.
    """

    vocabulary: Vocabulary
    parameters: Mapping[str, Parameter]
    measure: Expr | None = None
    rounding: Rounding | None = None
    unit: Unit | None = None
    table: Concept | None = None
    rollups: Mapping[tuple[str, str], Interval] = field(default_factory=dict)

    def rows_of(self, table: str) -> World:
        """What names mean in the condition on a table's rows."""
        return replace(self, measure=None, rounding=None, table=self.vocabulary.concepts.get(table))

    def column(self, name: str) -> Column | None:
        """The column a name means, inside a condition on rows."""
        return self.table.column(name) if self.table is not None else None

    def resolved(self, tree: Expr) -> Expr:
        """The tree with the measure in place of `measure`, unless rounding makes them different."""
        return tree if self.rounding is not None else with_subject(tree, self.measure)

    # --- constants ---

    def constant(self, tree: Expr) -> Fraction | None:
        """The one value of a tree without facts: literals, parameters that do not depend on a class."""
        match tree:
            case Number(value):
                return value
            case DateLiteral(value):
                return Fraction(value.toordinal())
            case Name(name) if self.column(name) is None and name in self.parameters:
                values = {value for _, value in self.parameters[name].values}
                return values.pop() if len(values) == 1 else None
            case Negative(operand):
                inner = self.constant(operand)
                return None if inner is None else -inner
            case Arithmetic(op, left, right):
                one, other = self.constant(left), self.constant(right)
                if one is None or other is None or (op == "/" and other == 0):
                    return None
                return _PLAIN[op](one, other)
            case _:
                return None

    # --- bounds ---

    def span(self, tree: Expr, box: Box = NOTHING_KNOWN) -> Interval | None:
        """The smallest interval we know to hold every value; None where there is none (a denominator always zero)."""
        bound = self._bound(tree, box)
        if bound is None:
            return None
        whole = ranges.as_interval(bound)
        known = box.get(tree)
        if not isinstance(known, tuple) or isinstance(known, Labels):
            return whole
        both = ranges.intersection(ranges.ranges(whole), known)
        # Nothing in common: the box is impossible, which whoever made it finds out by itself.
        return hull(both) if both else whole

    def _bound(self, tree: Expr, box: Box) -> ranges.Number | None:
        value = self.constant(tree)
        if value is not None:
            return value
        match tree:
            case Name(name):
                return self._named(name)
            case Subject():
                return self._rounded_measure(box)
            case Negative(operand):
                inner = self.span(operand, box)
                return None if inner is None else ranges.negate(inner)
            case Arithmetic(op, left, right):
                return self._arithmetic(op, self.span(left, box), self.span(right, box), right)
            case Aggregate():
                return self._aggregate(tree)
            case Rank():
                return Interval(ONE, None)
            case Call():
                return self._call(tree, box)
            case Rollup(function, ref):
                return self.rollups.get((function, ref), EVERYTHING)
            case _:
                return EVERYTHING

    def _named(self, name: str) -> ranges.Number:
        column = self.column(name)
        if column is not None:
            return Interval(column.minimum, column.maximum)
        if name in self.parameters:
            return ranges.hull([value for _, value in self.parameters[name].values])
        concept = self.vocabulary.concepts.get(name)
        return concept.range if concept is not None and concept.type in ("quantity", "score") else EVERYTHING

    def _rounded_measure(self, box: Box) -> ranges.Number | None:
        if self.measure is None:
            return EVERYTHING
        inner = self.span(self.measure, box)
        if inner is None or self.rounding is None:
            return inner
        factor = self.unit.factor if self.unit else ONE
        return ranges.multiply(rounded(ranges.multiply(inner, 1 / factor), self.rounding), factor)

    def _arithmetic(self, op: str, one: Interval | None, other: Interval | None, right: Expr) -> ranges.Number | None:
        if one is None or other is None:
            return None
        if op == "/" and other.lo == 0 and self.is_whole(right):
            # Zero is a case of its own; the next whole number is one.
            other = Interval(ONE, other.hi, False, other.hi_open) if other.hi is None or other.hi >= 1 else other
        return _OPERATIONS[op](ranges.simplest(one), ranges.simplest(other))

    def _aggregate(self, tree: Aggregate) -> ranges.Number | None:
        one: Interval | None = Interval(ONE, ONE)
        if tree.column or tree.value is not None:
            one = self.rows_of(tree.table).span(tree.value if tree.value is not None else Name(tree.column))
        possible = None if one is None else of_any_rows(tree.function, one)
        return None if possible is UNDEFINED else possible

    def _call(self, tree: Call, box: Box) -> ranges.Number | None:
        values = [self.span(argument, box) for argument in tree.arguments]
        known = [ranges.simplest(value) for value in values if value is not None]
        if len(known) < len(values):
            return None
        match tree.function:
            case "abs":
                return ranges.absolute(known[0])
            case "round":
                return rounded(known[0], Rounding(tree.places, tree.mode))  # type: ignore[arg-type]  # a mode
            case "least":
                return ranges.least(known)
            case "greatest":
                return ranges.greatest(known)
            case "days":
                return ranges.subtract(known[1], known[0])

    def is_whole(self, tree: Expr) -> bool:
        """Whether every value of a tree is a whole number."""
        match tree:
            case Name(name) if name not in self.parameters or self.column(name) is not None:
                owner = self.column(name) or self.vocabulary.concepts.get(name)
                return owner is not None and owner.whole
            case Aggregate(function):
                return function == "count"
            case Rank():
                return True
            case Number(value):
                return value.denominator == 1
            case Arithmetic(op, left, right):
                return op != "/" and self.is_whole(left) and self.is_whole(right)
            case _:
                return False

    def choices(self, tree: Expr) -> frozenset[str] | None:
        """The labels a tree can be; None for free text."""
        if not isinstance(tree, Name):
            return None
        owner = self.column(tree.name) or self.vocabulary.concepts.get(tree.name)
        if owner is None:
            return None
        return frozenset(("是", "否")) if owner.type == "boolean" else frozenset(owner.choices) or None


def hull(values: Ranges) -> Interval:
    """The smallest interval that holds a set."""
    first, last = ranges.to_interval(values[0]), ranges.to_interval(values[-1])
    return Interval(first.lo, last.hi, first.lo_open, last.hi_open)


_PLAIN: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}
_OPERATIONS = {"+": ranges.add, "-": ranges.subtract, "*": ranges.multiply, "/": ranges.divide}
