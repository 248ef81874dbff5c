"""Numbers and formulas as people read them: exact where they end, and never on the wrong side of a threshold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction

from engine.compute import UNDEFINED, Quantity
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
from engine.lexer import KEYWORDS
from facts.units import DATE, PERCENT, PLAIN, Dimension, Unit
from facts.values import Interval, decimal_text, exact_places

# Digits after the point for numbers that do not end.
PLACES = 4
Namer = Callable[[Expr], str]
_WRAPPED = (Arithmetic, Negative, Logic, Comparison, Is, Not)


def number_text(value: Fraction, unit: Unit, against: Fraction | None = None) -> str:
    """A value in base units, in a unit; `≈` where it is rounded, with as many digits as tell it from `against`."""
    scaled = value if unit.factor == 1 else value / unit.factor
    places = exact_places(scaled)
    if places is not None and places <= 10:
        glue = "" if unit.name in ("%", "‰", "") else " "
        return f"{decimal_text(scaled)}{glue}{unit.name}"
    places = PLACES
    target = None if against is None else against / unit.factor
    while target is not None and value != against and decimal_text(scaled, places) == decimal_text(target, places):
        places += 2
    return "≈" + unit.show(value, places)


def quantity_text(value: Quantity, unit: Unit, against: Fraction | None = None) -> str:
    """A quantity, a range of it, or what it is instead."""
    if value is UNDEFINED:
        return "(÷0)"
    if unit.dimension == DATE:
        return _date_text(value)
    if isinstance(value, Fraction):
        return number_text(value, unit, against)
    if value.lo is None and value.hi is None:
        return "?"
    return interval_text(value, unit)


def interval_text(value: Interval, unit: Unit) -> str:
    """A range: `≤680 份`, `[1, 2] 分`."""
    if value.lo is None and value.hi is not None:
        return ("<" if value.hi_open else "≤") + number_text(value.hi, unit)
    if value.hi is None and value.lo is not None:
        return (">" if value.lo_open else "≥") + number_text(value.lo, unit)
    if value.lo is None or value.hi is None:
        return "?"
    left, right = "(" if value.lo_open else "[", ")" if value.hi_open else "]"
    return f"{left}{number_text(value.lo, unit)}, {number_text(value.hi, unit)}{right}"


def _date_text(value: Fraction | Interval) -> str:
    if isinstance(value, Fraction):
        return date.fromordinal(int(value)).isoformat()
    ends = ["?" if end is None else date.fromordinal(int(end)).isoformat() for end in (value.lo, value.hi)]
    return "?" if ends == ["?", "?"] else " – ".join(ends)


def default_unit(dimension: Dimension) -> Unit:
    """The unit a computed quantity is shown in when nothing says otherwise."""
    return PERCENT if dimension.kind == "rate" else PLAIN


def formula_text(tree: Expr, name: Namer) -> str:
    """A tree in the language of formulas; `name` writes concepts, parameters and `measure` (a label, an id or a value)."""
    match tree:
        case Number(value, unit):
            return unit.show(value)
        case DateLiteral(value):
            return value.isoformat()
        case Label(value):
            return f"“{value}”"
        case Name() | Subject():
            return name(tree)
        case Negative(operand):
            return "-" + _inner(operand, name)
        case Arithmetic(op, left, right):
            return f"{_side(left, name, op, right=False)} {op} {_side(right, name, op, right=True)}"
        case Comparison(op, left, right):
            return f"{formula_text(left, name)} {op} {formula_text(right, name)}"
        case Is(left, label, negated):
            return f"{formula_text(left, name)} is {'not ' if negated else ''}{label_text(label)}"
        case Logic(op, operands):
            return f" {op} ".join(_operand(operand, name) for operand in operands)
        case Not(operand):
            return f"not {_inner(operand, name)}"
        case _:
            return _function_text(tree, name)


def _function_text(tree: Expr, name: Namer) -> str:
    match tree:
        case Aggregate(function, table, column, where, value):
            of = f".{bare_name(column)}" if column else ""
            if value is not None:
                of = f", {formula_text(value, name)}"
            condition = "" if where is None else f" where {formula_text(where, name)}"
            return f"{function}({name(Name(table))}{of}{condition})"
        case Quantifier(function, table, where):
            return f"{function} {name(Name(table))} where {_operand(where, name)}"
        case Rank(value, table, column, descending):
            order = "desc" if descending else "asc"
            return f"rank({formula_text(value, name)}, {name(Name(table))}.{bare_name(column)}, {order})"
        case Call("round", arguments, places, mode):
            return f"round({formula_text(arguments[0], name)}, {places}, {mode})"
        case Call(function, arguments):
            return f"{function}({', '.join(formula_text(argument, name) for argument in arguments)})"
        case Rollup(function, ref):
            return f"{function}({ref})"
        case _:
            raise AssertionError(f"no text for {tree}")


def _inner(tree: Expr, name: Namer) -> str:
    text = formula_text(tree, name)
    return f"({text})" if isinstance(tree, _WRAPPED) else text


def _operand(tree: Expr, name: Namer) -> str:
    text = formula_text(tree, name)
    return f"({text})" if isinstance(tree, Logic | Quantifier) else text


def _side(tree: Expr, name: Namer, op: str, *, right: bool) -> str:
    text = formula_text(tree, name)
    if not isinstance(tree, Arithmetic | Negative):
        return text
    if isinstance(tree, Negative):
        return f"({text})"
    looser = op in "*/" and tree.op in "+-"
    return f"({text})" if looser or right else text


def bare_name(text: str) -> str:
    """A name as formulas write it: between backquotes where it is not one word."""
    return text if text.isidentifier() and text not in KEYWORDS else f"`{text}`"


def label_text(label: str) -> str:
    """A label as formulas write it."""
    return label if label.isidentifier() and label not in KEYWORDS else f"“{label}”"
