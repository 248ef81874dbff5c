"""Integers as columns, each with the least and the greatest value it can take, so that none can overflow unnoticed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from engine.columns.dialects import flag_integer, wide_quotient
from engine.columns.flags import FALSE, TRUE, Flag, Node, cast, negation, wrapped

NARROW = 2**63 - 1
# What 38 decimal digits hold: the widest exact integer of all three engines.
WIDE = 10**38 - 1


class TooWide(Exception):
    """A number may grow beyond what an exact column holds."""


@dataclass(frozen=True, slots=True)
class Int:
    """An integer for each unit, from `low` to `high`; `node` None: the constant `low`. `wide`: held in more than 64 bits."""

    node: Node | None
    low: int
    high: int
    wide: bool = False

    @property
    def constant(self) -> int | None:
        """The value where it is the same for all units."""
        return self.low if self.node is None else None

    def sql(self) -> Node:
        """Its expression, with a type of its own."""
        if self.node is None:
            kind = "INT128" if abs(self.low) > NARROW else "BIGINT"
            return cast(_literal(self.low), kind)
        return wrapped(self.node)

    def operand(self) -> Node:
        """Its expression where the other operand has the type."""
        return _literal(self.low) if self.node is None else wrapped(self.node)


ZERO, ONE = Int(None, 0, 0), Int(None, 1, 1)


def _literal(value: int) -> Node:
    literal = exp.Literal.number(abs(value))
    return exp.Paren(this=exp.Neg(this=literal)) if value < 0 else literal


def constant(value: int) -> Int:
    """The same integer for every unit."""
    return Int(None, value, value)


def made(node: Node, low: int, high: int, wide: bool) -> Int:
    """An integer by expression, as narrow as its bounds allow."""
    if max(abs(low), abs(high)) > WIDE:
        raise TooWide
    if wide and max(abs(low), abs(high)) <= NARROW:
        return Int(cast(node, "BIGINT"), low, high)
    return Int(node, low, high, wide)


def _operated(kind: type[exp.Binary], a: Int, b: Int, low: int, high: int) -> Int:
    top = max(abs(low), abs(high))
    if top > WIDE:
        raise TooWide
    wide = a.wide or b.wide
    left, right = a.operand(), b.operand()
    if not wide and top > NARROW:
        # The operands fit and the result may not: it is worked out in the wider type.
        if a.node is not None:
            left = cast(left, "INT128")
        else:
            right = cast(right, "INT128")
        wide = True
    return made(kind(this=left, expression=right), low, high, wide)


def add(a: Int, b: Int) -> Int:
    """a + b."""
    if a.constant is not None and b.constant is not None:
        return constant(a.constant + b.constant)
    if a.constant == 0 or b.constant == 0:
        return b if a.constant == 0 else a
    return _operated(exp.Add, a, b, a.low + b.low, a.high + b.high)


def total(values: Sequence[Int]) -> Int:
    """The sum, halves added to halves: hundreds of terms in one chain are too deep for whoever reads the text."""
    if len(values) < 2:
        return values[0] if values else ZERO
    middle = len(values) // 2
    return add(total(values[:middle]), total(values[middle:]))


def subtract(a: Int, b: Int) -> Int:
    """a - b."""
    if a.constant is not None and b.constant is not None:
        return constant(a.constant - b.constant)
    if b.constant == 0:
        return a
    return _operated(exp.Sub, a, b, a.low - b.high, a.high - b.low)


def multiply(a: Int, b: Int) -> Int:
    """a * b."""
    if a.constant is not None and b.constant is not None:
        return constant(a.constant * b.constant)
    for one, other in ((a, b), (b, a)):
        if one.constant == 1:
            return other
        if one.constant == 0:
            return ZERO
        if one.constant == -1:
            return negative(other)
    ends = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    return _operated(exp.Mul, a, b, min(ends), max(ends))


def negative(a: Int) -> Int:
    """-a."""
    if a.constant is not None:
        return constant(-a.constant)
    return Int(exp.Neg(this=a.sql()), -a.high, -a.low, a.wide)


def absolute(a: Int) -> Int:
    """|a|."""
    if a.low >= 0:
        return a
    if a.high <= 0:
        return negative(a)
    return Int(exp.Abs(this=a.sql()), 0, max(-a.low, a.high), a.wide)


def quotient(a: Int, b: Int) -> Int:
    """The whole part of a / b for a >= 0 and b > 0; no value where b is zero."""
    if a.constant is not None and b.constant:
        return constant(a.constant // b.constant)
    if b.constant == 1:
        return a
    low, high = max(0, a.low) // max(1, b.high), max(0, a.high) // max(1, b.low)
    wide = a.wide or b.wide
    divisor = b.sql() if b.constant else exp.Nullif(this=b.sql(), expression=_literal(0))
    if wide:
        return made(wide_quotient(a.sql(), divisor), low, high, True)
    return made(exp.IntDiv(this=a.sql(), expression=divisor), low, high, False)


def remainder(a: Int, b: Int) -> Int:
    """What a / b leaves for a >= 0 and b > 0; no value where b is zero."""
    if a.constant is not None and b.constant:
        return constant(a.constant % b.constant)
    divisor = b.sql() if b.constant else exp.Nullif(this=b.sql(), expression=_literal(0))
    return made(exp.Mod(this=a.sql(), expression=divisor), 0, max(0, min(a.high, b.high - 1)), a.wide or b.wide)


def compared(a: Int, op: str, b: Int) -> Flag:
    """a op b; without a value where either has none."""
    if decided := _decided(a, op, b):
        return decided
    if a.node is None:
        a, op, b = b, _MIRRORED[op], a
    if b.node is None and (at_end := _at_end(a, op, b)):
        return at_end
    if op in _DENIALS:
        return negation(Flag(_COMPARISONS[_DENIALS[op]](this=a.operand(), expression=b.operand())))
    return Flag(_COMPARISONS[op](this=a.operand(), expression=b.operand()))


def _decided(a: Int, op: str, b: Int) -> Flag | None:
    """What the bounds alone decide."""
    if op in (">", ">="):
        return _decided(b, "<" if op == ">" else "<=", a)
    if op == "<":
        return TRUE if a.high < b.low else FALSE if a.low >= b.high else None
    if op == "<=":
        return TRUE if a.high <= b.low else FALSE if a.low > b.high else None
    same = a.constant is not None and a.constant == b.constant
    apart = a.high < b.low or b.high < a.low
    if not same and not apart:
        return None
    return TRUE if same == (op == "=") else FALSE


def _at_end(a: Int, op: str, b: Int) -> Flag | None:
    """A comparison with the least or the greatest value there is, as whether it is that value."""
    end = b.constant
    if op == "!=":
        return negation(compared(a, "=", b))
    if (op, end) in (("<=", a.low), (">=", a.high)):
        return compared(a, "=", b)
    if (op, end) in ((">", a.low), ("<", a.high)):
        return negation(compared(a, "=", b))
    return None


_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_COMPARISONS: dict[str, type[exp.Binary]] = {"<=": exp.LTE, ">=": exp.GTE, "=": exp.EQ}
# The others are said as denials of these, so that opposites are known for such.
_DENIALS = {">": "<=", "<": ">=", "!=": "="}


def cases(branches: Sequence[tuple[Flag, Int]], otherwise: Int | None) -> Int:
    """The integer behind the first condition that holds; without `otherwise`, no value where none does."""
    kept: list[tuple[Flag, Int]] = []
    for when, value in branches:
        if when.node is None and not when.constant:
            continue
        if when.always:
            otherwise = value
            break
        kept.append((when, value))
    values = [value for _, value in kept] + ([] if otherwise is None else [otherwise])
    if not values:
        return Int(cast(exp.null(), "BIGINT"), 0, 0)
    if otherwise is not None and all(value == otherwise for value in values):
        return otherwise
    if len(kept) == 1 and otherwise == ZERO and kept[0][1].constant is not None and not kept[0][0].nullable:
        # A truth value counts as 1 or 0, which is quicker than to choose.
        return multiply(Int(flag_integer(kept[0][0].sql()), 0, 1), kept[0][1])
    wide = any(value.wide or abs(value.low) > NARROW or abs(value.high) > NARROW for value in values)
    ifs = [exp.If(this=when.sql(), true=_typed(value, wide)) for when, value in kept]
    node = exp.Case(ifs=ifs, default=None if otherwise is None else _typed(otherwise, wide))
    return Int(node, min(v.low for v in values), max(v.high for v in values), wide)


def _typed(value: Int, wide: bool) -> Node:
    return cast(value.sql(), "INT128") if wide and not value.wide else value.sql()


def least(values: Sequence[Int]) -> Int:
    """The smallest; every one must have a value."""
    return _extreme(values, exp.Least, min)


def greatest(values: Sequence[Int]) -> Int:
    """The largest; every one must have a value."""
    return _extreme(values, exp.Greatest, max)


def _extreme(values: Sequence[Int], kind: type[exp.Least] | type[exp.Greatest], pick: type | object) -> Int:
    choose = min if pick is min else max
    kept = list(dict.fromkeys(values))
    # A constant beyond the bounds of all others never counts, or always does.
    for one in list(kept):
        if len(kept) > 1 and any(_beaten(one, other, choose is min) for other in kept if other is not one):
            kept.remove(one)
    if len(kept) == 1:
        return kept[0]
    wide = any(value.wide for value in kept)
    nodes = [_typed(value, wide) for value in kept]
    low, high = choose(v.low for v in kept), choose(v.high for v in kept)
    # All have values: no engine need look for those that have none.
    return made(kind(this=nodes[0], expressions=nodes[1:], ignore_nulls=True), low, high, wide)


def _beaten(one: Int, other: Int, smallest: bool) -> bool:
    return one.low >= other.high if smallest else one.high <= other.low
