"""PostgreSQL works out the results of partitions, in temporary tables that nobody else sees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from facts.columns.store import Store, literal, quoted
from facts.documents.databases_errors import DatabaseError, DriverMissingError, problem_of
from facts.documents.databases_servers import postgresql_connection, postgresql_errors
from facts.documents.databases_url import Target, parse
from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.batch.model import DATABASE_VARIABLE, BackendError, Columns

_BLOCK = 1 << 20
_TYPES = {"VARCHAR": "text", "TINYINT": "smallint", "BIGINT": "bigint", "HUGEINT": "numeric", "BOOLEAN": "boolean"}
_SETTINGS = (
    # Compiling expressions of this size takes longer than running them.
    "jit = off",
    "work_mem = '256MB'",
    # A name means what the server made or what this session did, whatever schemas a user goes by.
    "search_path = pg_catalog, pg_temp",
    "DateStyle = 'ISO'",
    "standard_conforming_strings = on",
)
# How a value is written on either side: nothing between two commas is NULL, two quotes are a text without letters.
_OUT = "FORMAT csv, HEADER false, DELIMITER ',', QUOTE '\"', ESCAPE '\"', NULLSTR ''"
_IN = (
    "delim = ',', quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false, header = false, "
    "auto_detect = false, strict_mode = true, parallel = false, max_line_size = 33554432"
)


def open_postgres(url: str) -> Postgres:
    """The engine at this URL. Raises BackendError."""
    return Postgres(target_of(url, "--backend postgres"))


def target_of(url: str, wanted_by: str) -> Target:
    """The PostgreSQL a URL names, for whatever needs one. Raises BackendError."""
    if not url:
        raise BackendError(_no_database(wanted_by))
    target, problems = parse(url)
    if target is None:
        raise BackendError(problems[0])
    if target.dialect != "postgresql":
        raise BackendError(_no_database(wanted_by, target.shown))
    return target


class Postgres:
    """A session of a PostgreSQL server."""

    name = "postgres"

    def __init__(self, target: Target) -> None:
        self._target, self._query = target, ""
        self._connection: Any = None
        with _told(target):
            self._connection = postgresql_connection(target)
            with postgresql_errors(self._connection):
                self._connection.autocommit = True
                for setting in _SETTINGS:
                    self._connection.execute(f"SET {setting}")

    def prepare(self, query: str, tables: Mapping[str, Columns]) -> None:
        """Have the server plan the query over empty tables: what it cannot take, it says before anything is sent."""
        self._query = query
        with self._running():
            self._make(tables)
            self._connection.execute(f"EXPLAIN {query}")

    def results(self, store: Store, tables: Mapping[str, Columns], given: Columns) -> str:
        """Send the tables, have the results worked out, and take them back."""
        there, back = store.work / "postgres-in.csv", store.work / "postgres-out.csv"
        with self._running():
            self._make(tables)
            for name in tables:
                store.run(f"COPY {name} TO {literal(str(there.resolve()))} ({_OUT})")
                self._send(name, there)
                self._connection.execute(f"ANALYZE {name}")
            self._fetch(back)
        there.unlink()
        kinds = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in given)
        return f"SELECT * FROM read_csv({literal(str(back.resolve()))}, columns = {{{kinds}}}, {_IN})"

    def _make(self, tables: Mapping[str, Columns]) -> None:
        for name, columns in tables.items():
            listed = ", ".join(f"{quoted(column)} {_TYPES[kind]}" for column, kind in columns)
            self._connection.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
            self._connection.execute(f"CREATE TEMPORARY TABLE {name} ({listed})")

    def _send(self, name: str, file: Path) -> None:
        command = f"COPY {name} FROM STDIN (FORMAT csv)"
        with file.open("rb") as stream, self._connection.cursor() as cursor, cursor.copy(command) as copy:
            while block := stream.read(_BLOCK):
                copy.write(block)

    def _fetch(self, file: Path) -> None:
        command = f"COPY ({self._query}) TO STDOUT (FORMAT csv)"
        with file.open("wb") as stream, self._connection.cursor() as cursor, cursor.copy(command) as copy:
            for block in copy:
                stream.write(block)

    @contextmanager
    def _running(self) -> Iterator[None]:
        with _told(self._target), postgresql_errors(self._connection):
            yield

    def close(self) -> None:
        """End the session; its tables go with it."""
        self._connection.close()


@contextmanager
def _told(target: Target) -> Iterator[None]:
    """What goes wrong with the server as a BackendError, without the password."""
    try:
        yield
    except DriverMissingError as missing:
        raise BackendError(missing.problem(Position(target.shown))) from None
    except DatabaseError as error:
        raise BackendError(_with_way_on(problem_of(error, target))) from None


def _with_way_on(problem: Problem) -> Problem:
    before = problem.hint
    hint = Text(
        f"{before.zh}已完成的分区保留着,再次运行同一命令会接着做。".strip(),
        f"{before.en} Finished partitions are kept; the same command goes on where this one ended.".strip(),
    )
    return replace(problem, hint=hint)


def _no_database(wanted_by: str, found: str = "") -> Problem:
    message = Text(
        f"{wanted_by} 需要一个 PostgreSQL 的地址{f',却是 {found}' if found else ''}",
        f"{wanted_by} needs the URL of a PostgreSQL{f', found {found}' if found else ''}",
    )
    hint = Text(
        f"用 --database postgresql://用户@主机:5432/库 或环境变量 {DATABASE_VARIABLE} 指明;密码放在 HEGUI_DB_PASSWORD 里。",
        f"Name it with --database postgresql://user@host:5432/db or in {DATABASE_VARIABLE}; the password belongs in HEGUI_DB_PASSWORD.",
    )
    return Problem("no-database", Position("--database"), message, hint)
