"""The same formula without what cannot matter in it, so that formulas that are the same look the same."""

from __future__ import annotations

from dataclasses import replace

from engine.bands import domain_of
from engine.expr import (
    Aggregate,
    Arithmetic,
    Call,
    Comparison,
    Expr,
    Is,
    Logic,
    Negative,
    Not,
    Quantifier,
    Rank,
)
from engine.typecheck import Scope
from engine.walk import rollups_in


def plain(tree: Expr, scope: Scope | None) -> Expr:
    """The absolute value of what is never negative is that; that of a difference is the same either way round.

    `scope` None: inside the rows of a table, where names are columns.
    """
    match tree:
        case Call("abs", (inner,)):
            return _absolute(tree, plain(inner, scope), scope)
        case Arithmetic(_, left, right) | Comparison(_, left, right):
            return replace(tree, left=plain(left, scope), right=plain(right, scope))
        case Negative(operand) | Not(operand):
            return replace(tree, operand=plain(operand, scope))
        case Is(left):
            return replace(tree, left=plain(left, scope))
        case Logic(_, operands):
            return replace(tree, operands=tuple(plain(operand, scope) for operand in operands))
        case Call(_, arguments):
            return replace(tree, arguments=tuple(plain(argument, scope) for argument in arguments))
        case Aggregate(where=where, value=value):
            rows = [None if one is None else plain(one, None) for one in (where, value)]
            return replace(tree, where=rows[0], value=rows[1])
        case Quantifier(where=where):
            return replace(tree, where=plain(where, None))
        case Rank(value):
            return replace(tree, value=plain(value, scope))
        case _:
            return tree


def _absolute(tree: Call, inner: Expr, scope: Scope | None) -> Expr:
    if scope is not None and not any(rollups_in(inner)):
        low = domain_of(inner, scope).lo
        if low is not None and low >= 0:
            return inner
    if isinstance(inner, Arithmetic) and inner.op == "-":
        first, second = sorted((inner.left, inner.right), key=repr)
        inner = replace(inner, left=first, right=second)
    return replace(tree, arguments=(inner,))
