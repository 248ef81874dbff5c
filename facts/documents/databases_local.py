"""Queries to SQLite and DuckDB files, opened so that nothing can be written and nothing else be read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from facts.documents.databases_errors import Batch, DatabaseError, DriverMissingError, Trouble, Watch, within_time
from facts.documents.databases_url import Target
from facts.documents.duckdb_rows import CLOSED, column
from facts.documents.stored_values import Column, Rows, Stored, Typed

_BATCH = 5_000
_MAX_VALUE = 50_000_000
_READING = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE})


def _existing(target: Target) -> Path:
    path = Path(target.path)
    try:
        if path.is_file():
            return path.resolve()
    except OSError as error:
        raise DatabaseError("database-unreachable", error.strerror or "") from None
    raise DatabaseError("database-unreachable", f"没有这个文件 (no such file): {target.path}")


# --- SQLite -----------------------------------------------------------------------------------------------------------


@contextmanager
def sqlite_rows(target: Target, query: str) -> Iterator[Rows]:
    """The rows of a query to a SQLite file. Raises DatabaseError."""
    path = _existing(target)
    try:
        with closing(_sqlite(path)) as connection, within_time(connection.interrupt) as watch:
            yield _sqlite_result(connection, query, watch)
    except OSError as error:
        raise DatabaseError("database-unreachable", error.strerror or "") from None
    except UnicodeError as error:
        # A name of a column, or what SQLite says about the damage, that is no text.
        raise DatabaseError("damaged-file", error) from None
    except sqlite3.Error as error:
        raise DatabaseError(_sqlite_trouble(error), error) from None


def _sqlite(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?mode=ro{_still(path)}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=10,
    )
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_VALUE)
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    # SQLite opens anything and looks at it only when asked.
    connection.execute("SELECT count(*) FROM sqlite_master")
    # From here on only what a query that reads asks for is allowed: no ATTACH, no PRAGMA, no extension.
    connection.set_authorizer(_authorize)
    return connection


def _still(path: Path) -> str:
    """Keeps SQLite from making its two files beside a database with a write-ahead log that nobody is writing to."""
    with path.open("rb") as stream:
        logged = stream.read(20)[18:20] == b"\x02\x02"
    return "&immutable=1" if logged and not path.with_name(path.name + "-wal").exists() else ""


def _authorize(action: int, _one: str | None, function: str | None, _database: str | None, _trigger: str | None) -> int:
    if action == sqlite3.SQLITE_FUNCTION and (function or "").lower() in ("load_extension", "fts3_tokenizer"):
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY


def _sqlite_result(connection: sqlite3.Connection, query: str, watch: Watch) -> Rows:
    cursor = connection.execute(query)
    columns = [Column(name, "text") for name, *_ in cursor.description or ()]
    return Rows(columns, watch.over(_sqlite_batches(cursor)))


def _sqlite_batches(cursor: sqlite3.Cursor) -> Iterator[Batch]:
    while batch := cursor.fetchmany(_BATCH):
        yield [[_sqlite_value(value) for value in row] for row in batch]


def _sqlite_value(value: object) -> Stored:
    """A value by its own kind: a SQLite column holds anything."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float):
        # The shortest decimal that means this binary fraction, and from here on a decimal.
        return Typed(repr(value), "float")
    return Typed(str(value), "exact") if isinstance(value, int) else hexadecimal(value)


def hexadecimal(value: object) -> str:
    """Bytes as hexadecimal digits, the way databases write them."""
    return "\\x" + bytes(value).hex() if isinstance(value, bytes | bytearray | memoryview) else str(value)


def _sqlite_trouble(error: sqlite3.Error) -> Trouble:
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT", "SQLITE_FORMAT")):
        return "damaged-file"
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_BUSY", "SQLITE_LOCKED")):
        return "database-unreachable"
    return "query-timeout" if name.startswith("SQLITE_INTERRUPT") else "bad-query"


# --- DuckDB -----------------------------------------------------------------------------------------------------------


@contextmanager
def duckdb_rows(target: Target, query: str) -> Iterator[Rows]:
    """The rows of a query to a DuckDB file. Raises DatabaseError and DriverMissingError."""
    try:
        import duckdb
    except ImportError:
        raise DriverMissingError("duckdb", "data") from None
    path = _existing(target)
    try:
        with path.open("rb") as stream:
            # It would look for an extension to open other files with.
            if stream.read(12)[8:] != b"DUCK":
                raise DatabaseError("damaged-file", "no DuckDB database")
        connection = duckdb.connect(str(path), read_only=True, config=CLOSED)
    except OSError as error:
        raise DatabaseError("database-unreachable", error.strerror or "") from None
    except duckdb.Error as error:
        raise DatabaseError(_opening_trouble(error), error) from None
    try:
        with closing(connection), within_time(connection.interrupt) as watch:
            yield _duckdb_result(connection, query, watch)
    except duckdb.Error as error:
        raise DatabaseError(_running_trouble(error), error) from None


def _duckdb_result(connection: Any, query: str, watch: Watch) -> Rows:
    import duckdb

    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    statements = connection.extract_statements(query)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise DatabaseError("bad-query")
    described = connection.execute(f"DESCRIBE {query}").fetchall()
    columns = [column(name, kind) for name, kind, *_ in described]
    # Every value as the text the database writes: a float's is its shortest decimal.
    names = ", ".join(f"c{i}" for i in range(len(columns)))
    texts = ", ".join(f"CAST(c{i} AS VARCHAR)" for i in range(len(columns)))
    result = connection.execute(f"SELECT {texts} FROM (\n{query}\n) AS t({names})")  # noqa: S608 - it is a user's query
    return Rows(columns, watch.over(_duckdb_batches(result)))


def _duckdb_batches(result: Any) -> Iterator[Batch]:
    while batch := result.fetchmany(_BATCH):
        yield batch


def _opening_trouble(error: Exception) -> Trouble:
    locked = "lock" in str(error).lower()
    return "database-unreachable" if locked else "damaged-file"


def _running_trouble(error: Exception) -> Trouble:
    name = type(error).__name__
    if name == "InterruptException":
        return "query-timeout"
    return "damaged-file" if name in ("IOException", "SerializationException", "FatalException") else "bad-query"
