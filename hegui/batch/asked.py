"""What the verbs that read tables of units have in common: the period asked for, and what must be installed."""

from __future__ import annotations

import importlib.util
import os
from datetime import date
from pathlib import Path

from facts.model import Period
from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.batch.model import DATABASE_VARIABLE
from hegui.command import Arguments


def period_of(arguments: Arguments) -> Period | None:
    """The year asked for."""
    year = arguments.year
    return None if year is None else Period(date(year, 1, 1), date(year, 12, 31))


def database_of(arguments: Arguments) -> str:
    """The URL of the PostgreSQL asked for, "" where none is named."""
    return arguments.database or os.environ.get(DATABASE_VARIABLE, "")


def items_of(arguments: Arguments) -> tuple[dict[str, Path], tuple[Problem, ...]]:
    """The files of items by the name of their concept; the Problem where one is named twice."""
    items = dict(arguments.items)
    if len(items) == len(arguments.items):
        return items, ()
    message = Text("同一个清单指明了两次", "one table of items is named twice")
    return items, (Problem("items-twice", Position("--items"), message),)


def missing_duckdb() -> tuple[Problem, ...]:
    """The Problem where the database is not installed."""
    if importlib.util.find_spec("duckdb") is not None and importlib.util.find_spec("sqlglot") is not None:
        return ()
    message = Text(
        "评总体需要 duckdb 和 sqlglot,尚未安装", "populations need duckdb and sqlglot, which are not installed"
    )
    hint = Text("请运行 pip install 'hegui[batch]'。", "Run pip install 'hegui[batch]'.")
    return (Problem("extra-missing", Position("duckdb"), message, hint),)
