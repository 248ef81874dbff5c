"""Reads the rows of one query to a database as a table. Strictly to read: nothing is ever written, whatever the query says."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from facts.documents.databases_errors import DatabaseError, DriverMissingError, problem_of
from facts.documents.databases_local import duckdb_rows, sqlite_rows
from facts.documents.databases_servers import mysql_rows, postgresql_rows
from facts.documents.databases_sql import Dialect, only_query
from facts.documents.databases_url import Target, parse
from facts.documents.model import Document, Progress, Table, no_progress
from facts.documents.packing import TooLargeError
from facts.documents.stored_values import Rows, table_of, too_large
from facts.problem import Problem, Text, in_order
from facts.provenance import Position, Source

TABLE = "query"
_SHOWN_QUERY = 200

Read = tuple[Document | None, tuple[Problem, ...]]

_DRIVERS: dict[Dialect, Callable[[Target, str], AbstractContextManager[Rows]]] = {
    "sqlite": sqlite_rows,
    "duckdb": duckdb_rows,
    "postgresql": postgresql_rows,
    "mysql": mysql_rows,
}


def read_query(url: str, query: str, source_id: str, progress: Progress = no_progress) -> Read:
    """The rows of one query as a table: column names in row 0, then the rows from 1.

    The password never leaves this function: the source's URL, its title (the query) and every Problem are without it.
    Problems: bad-url, bad-query, database-unreachable, database-refused, query-timeout, damaged-file, too-large,
    not-finite, no-rows, extra-missing.
    """
    target, problems = parse(url)
    if target is None:
        return None, problems
    text, objection = only_query(query, target.dialect)
    if objection is not None:
        return None, (_bad_query(objection, target),)
    table, problems = _table(target, text, progress)
    if table is None:
        return None, problems
    source = Source(source_id, target.clean(" ".join(query.split()))[:_SHOWN_QUERY], url=target.shown)
    return Document(source, "sql", (table,)), in_order(problems)


def _table(target: Target, query: str, progress: Progress) -> tuple[Table | None, tuple[Problem, ...]]:
    at = Position(target.shown)
    try:
        with _DRIVERS[target.dialect](target, query) as rows:
            if not rows.columns:
                return None, (problem_of(DatabaseError("bad-query"), target),)
            return table_of(rows, TABLE, at, progress)
    except DatabaseError as error:
        return None, (problem_of(error, target),)
    except DriverMissingError as missing:
        return None, (missing.problem(at),)
    except TooLargeError:
        return None, (too_large(at),)


def _bad_query(why: Text, target: Target) -> Problem:
    message = Text(f"查询不能执行:{why.zh}", f"the query is not run: {why.en}")
    hint = Text("只运行一条读取数据的查询。", "Only one query that reads data is run.")
    return Problem("bad-query", Position(target.shown), message, hint)
