"""What a number made of a table's rows can be, from what is asked of each row: a sum of parts none of which is negative is not.

It proves what it can by comparing formulas as they are written, and takes everything else for possible.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from engine.expr import Aggregate, Arithmetic, Call, Comparison, Expr, Logic, Name, Number
from engine.typecheck import Scope
from facts.values import EVERYTHING, ONE, ZERO, Interval

NOT_NEGATIVE = Interval(ZERO, None)
NOTHING = Interval(ZERO, ZERO)


def rows_span(tree: Expr, scope: Scope) -> Interval:
    """An interval that holds whatever a sum or count over rows can be."""
    if not isinstance(tree, Aggregate) or tree.function not in ("sum", "count"):
        return EVERYTHING
    row = _Row.of(tree, scope)
    if row.impossible:
        return NOTHING
    if tree.function == "count":
        return NOT_NEGATIVE
    each = tree.value if tree.value is not None else Name(tree.column)
    return NOT_NEGATIVE if row.never_negative(each) else EVERYTHING


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that counts: what its names can be, and what of it is known to be less than what (`strict`: not the same)."""

    spans: dict[str, Interval]
    below: frozenset[tuple[Expr, Expr]]
    strictly: frozenset[tuple[Expr, Expr]]

    @classmethod
    def of(cls, tree: Aggregate, scope: Scope) -> _Row:
        known = list(_conjuncts(tree.where))
        strictly = frozenset(pair for one in known for pair in _less(one, ("<",)))
        below = frozenset(pair for one in known for pair in _less(one, ("<", "<=", "=")))
        spans = {c.id: c.range for c in scope.vocabulary.concepts.values() if c.type in ("quantity", "score")}
        spans |= {name: _hull([value for _, value in one.values]) for name, one in scope.parameters.items()}
        table = scope.vocabulary.concepts[tree.table]
        spans |= {column.name: column.range for column in table.columns if column.type in ("quantity", "score")}
        return cls(spans, below, strictly)

    @property
    def impossible(self) -> bool:
        """Whether what is asked contradicts itself: less than something that is never more."""
        for less, more in self.strictly:
            low, high = self._lowest(less), self._highest(more)
            if low is not None and high is not None and high <= low:
                return True
        return False

    def _lowest(self, tree: Expr) -> Fraction | None:
        ends = [one.value for one, other in self.below if other == tree and isinstance(one, Number)]
        span = self._span(tree)
        return max((*ends, *([] if span.lo is None else [span.lo])), default=None)

    def _highest(self, tree: Expr) -> Fraction | None:
        ends = [other.value for one, other in self.below if one == tree and isinstance(other, Number)]
        span = self._span(tree)
        return min((*ends, *([] if span.hi is None else [span.hi])), default=None)

    def _span(self, tree: Expr) -> Interval:
        match tree:
            case Number(value):
                return Interval(value, value)
            case Name(name):
                return self.spans.get(name, EVERYTHING)
            case _:
                return EVERYTHING

    def never_negative(self, tree: Expr) -> bool:
        """Whether a formula is shown to be zero or more in such a row, where it is anything at all."""
        match tree:
            case Number() | Name():
                low = self._lowest(tree)
                return low is not None and low >= 0
            case Arithmetic("-", left, right):
                return self.at_most(right, left)
            case Arithmetic(_, left, right):
                return self.never_negative(left) and self.never_negative(right)
            case Call("least", arguments):
                return all(self.never_negative(one) for one in arguments)
            case Call("greatest", arguments):
                return any(self.never_negative(one) for one in arguments)
            case Call("abs"):
                return True
            case _:
                return False

    def at_most(self, one: Expr, other: Expr) -> bool:
        """Whether a formula is shown to be no more than another."""
        if one == other or (one, other) in self.below:
            return True
        match one, other:
            case Call("least", arguments), _:
                return any(self.at_most(each, other) for each in arguments)
            case Call("greatest", arguments), _:
                return all(self.at_most(each, other) for each in arguments)
            case Arithmetic("*", left, right), _ if other in (left, right):
                share = right if left == other else left
                return self.never_negative(other) and self._within_one(share)
            case Arithmetic("/", left, right), Number(value) if value == ONE:
                return self.never_negative(right) and self.at_most(left, right)
            case _:
                high, low = self._highest(one), self._lowest(other)
                return high is not None and low is not None and high <= low

    def _within_one(self, tree: Expr) -> bool:
        high = self._highest(tree)
        return high is not None and high <= 1


def _conjuncts(tree: Expr | None) -> Iterator[Expr]:
    if isinstance(tree, Logic) and tree.op == "and":
        for operand in tree.operands:
            yield from _conjuncts(operand)
    elif tree is not None:
        yield tree


def _less(tree: Expr, ops: tuple[str, ...]) -> Iterator[tuple[Expr, Expr]]:
    """What is less than what where a comparison with one of these operators, or the same turned, holds."""
    if isinstance(tree, Comparison):
        if tree.op in ops:
            yield tree.left, tree.right
        if {">": "<", ">=": "<=", "=": "="}.get(tree.op) in ops:
            yield tree.right, tree.left


def _hull(values: list[Fraction]) -> Interval:
    return Interval(min(values), max(values)) if values else EVERYTHING
