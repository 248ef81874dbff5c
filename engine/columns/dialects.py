"""One syntax tree, three dialects: what the tree says in terms of its own is put in terms of each engine here."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

from sqlglot import Dialect as SqlDialect
from sqlglot import exp

from engine.columns.flags import Node

Dialect = Literal["duckdb", "spark", "postgres"]

# What INT128 stands for in each: an exact integer of 38 digits.
_WIDE = {"duckdb": "INT128", "spark": "DECIMAL(38, 0)", "postgres": "DECIMAL"}


def wide_quotient(a: Node, b: Node) -> Node:
    """The whole part of a quotient of two wide integers, neither below zero."""
    return exp.Anonymous(this="WIDE_QUOTIENT", expressions=[a, b])


def day_text(day: Node) -> Node:
    """A day number (1 is the first of January of the year 1) as 2017-12-31."""
    return exp.Anonymous(this="DAY_TEXT", expressions=[day])


def flag_integer(flag: Node) -> Node:
    """1 where a truth value holds, else 0; it must be decided."""
    return exp.Anonymous(this="FLAG_INTEGER", expressions=[flag])


def text_of(tree: Node, dialect: Dialect) -> str:
    """The query as SQL of one engine. The tree is shared by many queries and left as it is."""
    generator = _generator(dialect)(dialect=SqlDialect.get_or_raise(dialect))
    return str(generator.generate(tree, copy=False))


@cache
def _generator(dialect: Dialect) -> Any:
    """The dialect's generator with what these trees mean by wide integers, whole quotients and days."""
    base = SqlDialect.get_or_raise(dialect).generator_class
    patterns = {"WIDE_QUOTIENT": _QUOTIENTS[dialect], "DAY_TEXT": _DAYS[dialect], "FLAG_INTEGER": _FLAGS[dialect]}

    def anonymous(generator: Any, node: exp.Anonymous) -> str:
        pattern = patterns.get(str(node.this))
        if pattern is None:
            return str(generator.func(generator.sql(node, "this"), *node.expressions, normalize=False))
        return pattern.format(*(generator.sql(one) for one in node.expressions))

    def division(generator: Any, node: exp.IntDiv) -> str:
        # Between integers its `/` is the whole part; `DIV` would work in another type.
        return f"({generator.sql(node, 'this')} / {generator.sql(node, 'expression')})"

    types = {**base.TYPE_MAPPING, exp.DataType.Type.INT128: _WIDE[dialect]}
    changed: dict[Any, Any] = {exp.Anonymous: anonymous, **({exp.IntDiv: division} if dialect == "postgres" else {})}
    return type("Generator", (base,), {"TYPE_MAPPING": types, "TRANSFORMS": {**base.TRANSFORMS, **changed}})


_DAY = "CAST(CAST('0001-01-01' AS DATE) + CAST({0} - 1 AS INT) AS TEXT)"
_DAYS = {
    "duckdb": _DAY,
    "postgres": _DAY,
    "spark": "CAST(DATE_ADD(CAST('0001-01-01' AS DATE), CAST({0} - 1 AS INT)) AS STRING)",
}
_QUOTIENTS = {
    "duckdb": "({0} // {1})",
    "postgres": "DIV({0}, {1})",
    # Its `div` gives 64 bits; an exact multiple divides exactly.
    "spark": "CAST(({0} - ({0} % {1})) / {1} AS DECIMAL(38, 0))",
}
_FLAGS = {
    "duckdb": "CAST({0} AS BIGINT)",
    # It turns truth values into integers of 32 bits only.
    "postgres": "CAST(CAST({0} AS INT) AS BIGINT)",
    "spark": "CAST({0} AS BIGINT)",
}
