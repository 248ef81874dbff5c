"""One syntax tree, three dialects: what the tree says in terms of its own is put in terms of each engine here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from sqlglot import exp

from engine.columns.flags import Node

Dialect = Literal["duckdb", "spark", "postgres"]

# What INT128 stands for in each: an exact integer of 38 digits.
_WIDE: dict[str, str] = {"duckdb": "INT128", "spark": "DECIMAL(38, 0)", "postgres": "DECIMAL"}


def text_of(tree: exp.Select | exp.Union, dialect: Dialect) -> str:
    """The query as SQL of one engine."""
    return _translated(tree.copy(), dialect).sql(dialect=dialect)


def _translated(tree: Node, dialect: Dialect) -> Node:
    if dialect != "duckdb":
        wide = exp.DataType.build(_WIDE[dialect])
        for kind in list(tree.find_all(exp.DataType)):
            if kind.this == exp.DataType.Type.INT128:
                kind.replace(wide.copy())
    for node in list(tree.find_all(exp.Anonymous)):
        if (change := _OWN[dialect].get(str(node.this))) is not None:
            node.replace(change(*node.expressions))
    if dialect == "postgres":
        for division in list(tree.find_all(exp.IntDiv)):
            # Between integers its `/` is the whole part; `DIV` would work in another type.
            division.replace(exp.Paren(this=exp.Div(this=division.this, expression=division.expression, typed=True)))
    return tree


def wide_quotient(a: Node, b: Node) -> Node:
    """The whole part of a quotient of two wide integers, neither below zero."""
    return exp.Anonymous(this="WIDE_QUOTIENT", expressions=[a, b])


def day_text(day: Node) -> Node:
    """A day number (1 is the first of January of the year 1) as 2017-12-31."""
    return exp.Anonymous(this="DAY_TEXT", expressions=[day])


def _duck_day(day: Node) -> Node:
    offset = exp.cast(exp.Sub(this=day, expression=exp.Literal.number(1)), "INT", copy=False)
    first = exp.cast(exp.Literal.string("0001-01-01"), "DATE", copy=False)
    return exp.cast(exp.Add(this=first, expression=offset), "TEXT", copy=False)


def _spark_day(day: Node) -> Node:
    offset = exp.cast(exp.Sub(this=day, expression=exp.Literal.number(1)), "INT", copy=False)
    first = exp.cast(exp.Literal.string("0001-01-01"), "DATE", copy=False)
    return exp.cast(exp.Anonymous(this="DATE_ADD", expressions=[first, offset]), "TEXT", copy=False)


def _spark_quotient(a: Node, b: Node) -> Node:
    # `div` gives a 64-bit integer; an exact multiple divides exactly.
    rest = exp.Paren(this=exp.Mod(this=a.copy(), expression=b.copy()))
    exact = exp.Paren(this=exp.Sub(this=a, expression=rest))
    return exp.cast(exp.Div(this=exact, expression=b), "DECIMAL(38, 0)", copy=False)


_OWN: dict[str, dict[str, Callable[..., Node]]] = {
    "duckdb": {
        "WIDE_QUOTIENT": lambda a, b: exp.Paren(this=exp.IntDiv(this=a, expression=b)),
        "DAY_TEXT": _duck_day,
    },
    "spark": {"WIDE_QUOTIENT": _spark_quotient, "DAY_TEXT": _spark_day},
    "postgres": {
        "WIDE_QUOTIENT": lambda a, b: exp.Anonymous(this="DIV", expressions=[a, b]),
        "DAY_TEXT": _duck_day,
    },
}
