"""Formulas and conditions as a tree. Every node knows where in the rule file it stands.

Numbers are in base units; dimensions are found by `engine.typecheck`, not stored here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal

from facts.provenance import Position
from facts.units import Unit

NOWHERE = Position("")

ArithmeticOp = Literal["+", "-", "*", "/"]
ComparisonOp = Literal["<", "<=", ">", ">=", "=", "!="]
LogicOp = Literal["and", "or"]
AggregateName = Literal["count", "sum", "average", "max", "min", "share"]
QuantifierName = Literal["any", "all", "none"]
FunctionName = Literal["abs", "round", "least", "greatest", "days"]
RollupName = Literal["score", "points", "total"]


@dataclass(frozen=True, slots=True)
class Number:
    """A literal: value in base units, and the unit as written (name "" for a bare number)."""

    value: Fraction
    unit: Unit
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class DateLiteral:
    """A literal day."""

    value: date
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Label:
    """A literal label: the right side of `is`, or quoted text."""

    value: str
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A concept (by id once resolved), a parameter, or inside `where` a column."""

    name: str
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Subject:
    """The measure of the part the formula stands in."""

    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Negative:
    """Minus the operand."""

    operand: Expr
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """left op right."""

    op: ArithmeticOp
    left: Expr
    right: Expr
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """left op right over quantities or dates; a truth value."""

    op: ComparisonOp
    left: Expr
    right: Expr
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Is:
    """`left is label` (or is not): equality of labels; booleans are 是 and 否."""

    left: Expr
    label: str
    negated: bool = False
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Logic:
    """Two or more conditions joined by and, or by or."""

    op: LogicOp
    operands: tuple[Expr, ...]
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold."""

    operand: Expr
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A number made of a table's rows; `where` picks rows.

    sum, average, max and min take each row's `column`, or a formula over its columns (`value`): exactly one of the two.
    """

    function: AggregateName
    table: str
    column: str = ""
    where: Expr | None = None
    value: Expr | None = None
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Quantifier:
    """A truth value over a table's rows."""

    function: QuantifierName
    table: str
    where: Expr
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Rank:
    """1 + the number of rows whose column is greater (descending) or smaller (ascending) than the value."""

    value: Expr
    table: str
    column: str
    descending: bool
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of quantities. `round` has `places` and `mode` in place of further arguments."""

    function: FunctionName
    arguments: tuple[Expr, ...]
    places: int = 0
    mode: str = "half_up"
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Rollup:
    """Score or points of an indicator or section by id, or the total (no id)."""

    function: RollupName
    ref: str = ""
    at: Position = field(default=NOWHERE, compare=False)


Expr = (
    Number
    | DateLiteral
    | Label
    | Name
    | Subject
    | Negative
    | Arithmetic
    | Comparison
    | Is
    | Logic
    | Not
    | Aggregate
    | Quantifier
    | Rank
    | Call
    | Rollup
)
