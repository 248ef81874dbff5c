"""Formulas as functions: values exact where facts are known, ranges where they are not.

A quantity is a Fraction, an Interval (every value still possible) or UNDEFINED (a zero denominator). A label is a
string or None (unknown). A condition is True, False or None (not decided). Each tree becomes a closure once per
rulebook.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Final, Literal

from engine import ranges
from engine.expr import (
    Aggregate,
    Arithmetic,
    Call,
    Comparison,
    DateLiteral,
    Expr,
    Is,
    Label,
    Logic,
    Name,
    Negative,
    Not,
    Number,
    Quantifier,
    Rank,
    Rollup,
    Subject,
)
from engine.model import Parameter
from facts.model import Row, Scalar
from facts.values import EVERYTHING, ONE, ZERO, Interval, Rounding
from facts.vocabulary import Column, Vocabulary


class _Undefined(Enum):
    UNDEFINED = "undefined"


UNDEFINED: Final = _Undefined.UNDEFINED
Undefined = Literal[_Undefined.UNDEFINED]
Quantity = Fraction | Interval | Undefined
Known = Fraction | Interval | str | tuple[Row, ...] | None


@dataclass(slots=True)
class Env:
    """What closures read: values by concept id and parameter key; rollups by (function, id) as they become known."""

    facts: Mapping[str, Known]
    parameters: Mapping[tuple[str, str], Quantity]
    rollups: dict[tuple[str, str], Quantity] = field(default_factory=dict)


QuantityFunction = Callable[[Env, Row | None], Quantity]
TruthFunction = Callable[[Env, Row | None], bool | None]
LabelFunction = Callable[[Env, Row | None], str | None]


@dataclass(frozen=True, slots=True)
class Compiler:
    """Turns trees of one part into closures. `subject` is the part's measure, already a closure.

    A zero denominator of a measure or form is a case of its own, so a quotient there is what it is for every other
    denominator. Where nothing is such a case (guards, gates, vetoes, checks, `where`) the compiler is `cautious`: what may
    be divided by zero is UNDEFINED, and decides nothing before or after that is known.
    """

    vocabulary: Vocabulary
    parameters: Mapping[str, Parameter]
    subject: QuantityFunction | None = None
    # Inside a table: its columns.
    columns: Mapping[str, Column] = field(default_factory=dict)
    cautious: bool = False

    def quantity(self, tree: Expr) -> QuantityFunction:
        """A closure for a tree whose type is a dimension."""
        match tree:
            case Number():
                return _constant(tree.value)
            case DateLiteral():
                return _constant(Fraction(tree.value.toordinal()))
            case Name():
                return self._name(tree.name)
            case Subject():
                assert self.subject is not None
                return self.subject
            case Negative():
                operand = self.quantity(tree.operand)
                return lambda env, row: _unary(ranges.negate, operand(env, row))
            case Arithmetic():
                return self._arithmetic(tree)
            case Aggregate():
                return self._aggregate(tree)
            case Rank():
                return self._rank(tree)
            case Call():
                return self._call(tree)
            case Rollup():
                key = (tree.function, tree.ref)
                return lambda env, row: env.rollups.get(key, EVERYTHING)
            case _:
                raise AssertionError(f"not a quantity: {tree}")

    def label(self, tree: Expr) -> LabelFunction:
        """A closure for a tree whose type is Labels."""
        if isinstance(tree, Label):
            value = tree.value
            return lambda env, row: value
        assert isinstance(tree, Name)
        name = tree.name
        if name in self.columns:
            return lambda env, row: _text(row[name] if row else None)
        return lambda env, row: _text(env.facts.get(name))

    def truth(self, tree: Expr) -> TruthFunction:
        """A closure for a condition."""
        match tree:
            case Comparison():
                return self._comparison(tree)
            case Is():
                return self._is(tree)
            case Logic():
                operands = [self.truth(operand) for operand in tree.operands]
                return _conjunction(operands) if tree.op == "and" else _disjunction(operands)
            case Not():
                operand = self.truth(tree.operand)
                return lambda env, row: _opposite(operand(env, row))
            case Quantifier():
                return self._quantifier(tree)
            case _:
                raise AssertionError(f"not a condition: {tree}")

    # --- leaves ---

    def _name(self, name: str) -> QuantityFunction:
        if name in self.columns:
            possible = ranges.simplest(self.columns[name].range)
            return lambda env, row: _cell(row[name] if row else None, possible)
        if name in self.parameters:
            key = self.parameters[name].key
            return lambda env, row: env.parameters[key]
        return lambda env, row: _fact(env.facts.get(name))

    def _arithmetic(self, tree: Arithmetic) -> QuantityFunction:
        left, right = self.quantity(tree.left), self.quantity(tree.right)
        operation = _OPERATIONS[tree.op]
        whole_divisor = tree.op == "/" and self.is_whole(tree.right)
        cautious = tree.op == "/" and self.cautious

        def compute(env: Env, row: Row | None) -> Quantity:
            a, b = left(env, row), right(env, row)
            if a is UNDEFINED or b is UNDEFINED:
                return UNDEFINED
            if cautious and isinstance(b, Interval) and b.contains(ZERO):
                return UNDEFINED
            if whole_divisor and isinstance(b, Interval) and b.lo == 0:
                # Zero is a case of its own; the next whole number is one.
                b = ranges.simplest(Interval(ONE, b.hi, False, b.hi_open))
            result = operation(a, b)
            return UNDEFINED if result is None else result

        return compute

    def is_whole(self, tree: Expr) -> bool:
        """Whether a tree counts: its values are whole numbers."""
        if isinstance(tree, Name):
            concept = self.columns.get(tree.name) or self.vocabulary.concepts.get(tree.name)
            return concept is not None and concept.whole
        return isinstance(tree, Rank) or (isinstance(tree, Aggregate) and tree.function == "count")

    def _comparison(self, tree: Comparison) -> TruthFunction:
        left, right, op = self.quantity(tree.left), self.quantity(tree.right), tree.op

        def compute(env: Env, row: Row | None) -> bool | None:
            a, b = left(env, row), right(env, row)
            if a is UNDEFINED or b is UNDEFINED:
                return None
            return compare(a, op, b)

        return compute

    def _is(self, tree: Is) -> TruthFunction:
        left, label, negated = self.label(tree.left), tree.label, tree.negated

        def compute(env: Env, row: Row | None) -> bool | None:
            value = left(env, row)
            return None if value is None else (value == label) != negated

        return compute

    # --- tables ---

    def inside(self, table: str) -> Compiler:
        """What formulas mean in a row of a table: names are columns first, and there is no measure."""
        columns = {column.name: column for column in self.vocabulary.concepts[table].columns}
        return Compiler(self.vocabulary, self.parameters, None, columns, self.cautious)

    def where(self, table: str, where: Expr | None) -> TruthFunction:
        """Whether a row of a table meets a condition."""
        if where is None:
            return lambda env, row: True
        return replace(self.inside(table), cautious=True).truth(where)

    def _quantifier(self, tree: Quantifier) -> TruthFunction:
        where, table, function = self.where(tree.table, tree.where), tree.table, tree.function

        def compute(env: Env, row: Row | None) -> bool | None:
            rows = _rows(env, table)
            if rows is None:
                return None
            truths = [where(env, one) for one in rows]
            if function == "all":
                return _all(truths)
            found = _opposite(_all([_opposite(truth) for truth in truths]))
            return found if function == "any" else _opposite(found)

        return compute

    def _aggregate(self, tree: Aggregate) -> QuantityFunction:
        where, table, function = self.where(tree.table, tree.where), tree.table, tree.function
        aggregate, of_row = _AGGREGATES[function], self._of_row(tree)
        cautious, needs_rows = self.cautious, function not in ("count", "sum")

        def compute(env: Env, row: Row | None) -> Quantity:
            rows = _rows(env, table)
            if rows is None:
                any_row = of_row(env, None)
                unknown = cautious and (needs_rows or any_row is UNDEFINED)
                return UNDEFINED if unknown else of_any_rows(function, any_row)
            sure: list[Quantity] = []
            unsure: list[Quantity] = []
            for one in rows:
                truth = where(env, one)
                if truth is not False:
                    (sure if truth else unsure).append(of_row(env, one))
            # A row that counts and divides by zero leaves no sum; one that may count leaves any.
            if UNDEFINED in sure or (cautious and (UNDEFINED in unsure or (needs_rows and unsure and not sure))):
                return UNDEFINED
            return aggregate(sure, unsure, len(rows))

        return compute

    def _of_row(self, tree: Aggregate) -> QuantityFunction:
        """What an aggregate takes of one row: a column, a formula over columns, or that it is there."""
        value = tree.value if tree.value is not None else Name(tree.column)
        return self.inside(tree.table).quantity(value) if tree.column or tree.value is not None else _constant(ONE)

    def _rank(self, tree: Rank) -> QuantityFunction:
        value, table = self.quantity(tree.value), tree.table
        cell = self.inside(table).quantity(Name(tree.column))
        op, cautious = ">" if tree.descending else "<", self.cautious

        def compute(env: Env, row: Row | None) -> Quantity:
            rows, own = _rows(env, table), value(env, row)
            if own is UNDEFINED and cautious:
                return UNDEFINED
            if rows is None or own is UNDEFINED:
                return Interval(ONE, None)
            truths = [compare(_known(cell(env, one)), op, own) for one in rows]
            sure = sum(truth is True for truth in truths)
            return ranges.simplest(Interval(ONE + sure, ONE + sure + sum(truth is None for truth in truths)))

        return compute

    def _call(self, tree: Call) -> QuantityFunction:
        arguments = [self.quantity(argument) for argument in tree.arguments]
        rounding = Rounding(tree.places, tree.mode)  # type: ignore[arg-type]  # the parser admits only modes
        function = tree.function

        def compute(env: Env, row: Row | None) -> Quantity:
            values = [argument(env, row) for argument in arguments]
            known = [value for value in values if value is not UNDEFINED]
            if len(known) < len(values):
                return UNDEFINED
            match function:
                case "abs":
                    return ranges.absolute(known[0])
                case "round":
                    return rounded(known[0], rounding)
                case "least":
                    return ranges.least(known)
                case "greatest":
                    return ranges.greatest(known)
                case "days":
                    return ranges.subtract(known[1], known[0])

        return compute


def rounded(value: Fraction | Interval, rounding: Rounding | None) -> Fraction | Interval:
    """The value rounded; a range by its ends, rounding being monotone."""
    if rounding is None:
        return value
    if isinstance(value, Fraction):
        return rounding(value)
    lo = None if value.lo is None else rounding(value.lo)
    hi = None if value.hi is None else rounding(value.hi)
    return ranges.simplest(Interval(lo, hi))


def compare(left: Fraction | Interval, op: str, right: Fraction | Interval) -> bool | None:
    """left op right where that is decided, None where it depends on what is not known."""
    if not isinstance(left, Interval) and not isinstance(right, Interval):
        return _PLAIN[op](left, right)
    a, b = ranges.as_interval(left), ranges.as_interval(right)
    if op in (">", ">="):
        return compare(b, "<" if op == ">" else "<=", a)
    if op in ("=", "!="):
        equal = _equal(a, b)
        return equal if op == "=" else _opposite(equal)
    if _surely(a, b, strict=op == "<"):
        return True
    if _surely(b, a, strict=op == "<="):
        return False
    return None


def _surely(a: Interval, b: Interval, *, strict: bool) -> bool:
    """Whether every a is below (or, not strict, at) every b."""
    if a.hi is None or b.lo is None:
        return False
    if a.hi == b.lo:
        return not strict or a.hi_open or b.lo_open
    return a.hi < b.lo


def _equal(a: Interval, b: Interval) -> bool | None:
    if a.is_point and b.is_point:
        return a.lo == b.lo
    return False if _surely(a, b, strict=True) or _surely(b, a, strict=True) else None


_PLAIN: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
_OPERATIONS: dict[str, Callable[[ranges.Number, ranges.Number], ranges.Number | None]] = {
    "+": ranges.add,
    "-": ranges.subtract,
    "*": ranges.multiply,
    "/": ranges.divide,
}


def _constant(value: Fraction) -> QuantityFunction:
    return lambda env, row: value


def _unary(function: Callable[[ranges.Number], ranges.Number], value: Quantity) -> Quantity:
    return UNDEFINED if value is UNDEFINED else function(value)


def _fact(value: Known) -> Quantity:
    # Exact types: isinstance on Fraction goes through its abstract base class, and this runs for every name.
    if type(value) is Fraction or type(value) is Interval:
        return value
    return EVERYTHING


def _cell(value: Scalar, possible: Quantity) -> Quantity:
    if isinstance(value, date):
        return Fraction(value.toordinal())
    return value if isinstance(value, Fraction) else possible


def _known(value: Quantity) -> Fraction | Interval:
    return EVERYTHING if value is UNDEFINED else value


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _rows(env: Env, table: str) -> tuple[Row, ...] | None:
    rows = env.facts.get(table)
    return rows if isinstance(rows, tuple) else None


# --- three-valued logic ---


def _opposite(truth: bool | None) -> bool | None:
    return None if truth is None else not truth


def _all(truths: list[bool | None]) -> bool | None:
    if False in truths:
        return False
    return None if None in truths else True


def _conjunction(operands: list[TruthFunction]) -> TruthFunction:
    return lambda env, row: _all([operand(env, row) for operand in operands])


def _disjunction(operands: list[TruthFunction]) -> TruthFunction:
    return lambda env, row: _opposite(_all([_opposite(operand(env, row)) for operand in operands]))


# --- aggregates over rows that count for sure and rows that may count ---

Aggregation = Callable[[list[Quantity], list[Quantity], int], Quantity]


def of_any_rows(function: str, one: Quantity) -> Quantity:
    """What an aggregate can be while the table itself is missing, where a row gives `one`."""
    if function in ("count", "share"):
        return Interval(ZERO, ONE if function == "share" else None)
    possible = ranges.as_interval(_known(one))
    if function != "sum":
        return ranges.hull([Interval(possible.lo, possible.hi)])
    # No rows, or any number of them: zero, and on from there in the direction a row can go.
    falls = possible.lo is None or possible.lo < 0
    rises = possible.hi is None or possible.hi > 0
    return ranges.simplest(Interval(None if falls else ZERO, None if rises else ZERO))


def _count(sure: list[Quantity], unsure: list[Quantity], rows: int) -> Quantity:
    return ranges.simplest(Interval(Fraction(len(sure)), Fraction(len(sure) + len(unsure))))


def _share(sure: list[Quantity], unsure: list[Quantity], rows: int) -> Quantity:
    if rows == 0:
        return UNDEFINED
    count = _known(_count(sure, unsure, rows))
    return ranges.multiply(count, Fraction(1, rows))


def _sum(sure: list[Quantity], unsure: list[Quantity], rows: int) -> Quantity:
    total: ranges.Number = ZERO
    for value in sure:
        total = ranges.add(total, _known(value))
    for value in unsure:
        total = ranges.add(total, ranges.hull([ZERO, _known(value)]))
    return total


def _average(sure: list[Quantity], unsure: list[Quantity], rows: int) -> Quantity:
    if not sure and not unsure:
        return UNDEFINED
    if unsure:
        return ranges.hull([_known(value) for value in (*sure, *unsure)])
    return ranges.multiply(_known(_sum(sure, [], rows)), Fraction(1, len(sure)))


def _greatest(sure: list[Quantity], unsure: list[Quantity], rows: int) -> Quantity:
    if not sure and not unsure:
        return UNDEFINED
    if not sure:
        return ranges.hull([_known(value) for value in unsure])
    top = ranges.greatest([_known(value) for value in sure])
    if not unsure:
        return top
    return ranges.hull([top, ranges.greatest([top, *(_known(value) for value in unsure)])])


def _least(sure: list[Quantity], unsure: list[Quantity], rows: int) -> Quantity:
    negated = [[_unary(ranges.negate, value) for value in values] for values in (sure, unsure)]
    return _unary(ranges.negate, _greatest(negated[0], negated[1], rows))


_AGGREGATES: dict[str, Aggregation] = {
    "count": _count,
    "share": _share,
    "sum": _sum,
    "average": _average,
    "max": _greatest,
    "min": _least,
}
