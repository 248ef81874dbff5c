"""Queries to PostgreSQL and MySQL servers, in a transaction that only reads, row by row from the server's own cursor."""

from __future__ import annotations

import codecs
import configparser
import contextlib
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from facts.documents import databases_errors
from facts.documents.databases_errors import (
    CONNECT_TIMEOUT,
    Batch,
    DatabaseError,
    DriverMissingError,
    Trouble,
    Watch,
    within_time,
)
from facts.documents.databases_local import hexadecimal
from facts.documents.databases_url import Target
from facts.documents.stored_values import Column, ColumnKind, Rows

_BATCH = 2_000

# --- PostgreSQL -------------------------------------------------------------------------------------------------------

# By type number, which is fixed for these.
_PG_KINDS: dict[int, ColumnKind] = {
    **dict.fromkeys((20, 21, 23, 26, 1700), "exact"),
    **dict.fromkeys((700, 701), "float"),
    **dict.fromkeys((1114,), "time"),
    1082: "date",
    16: "truth",
}


@contextlib.contextmanager
def postgresql_rows(target: Target, query: str) -> Iterator[Rows]:
    """The rows of a query to PostgreSQL. Raises DatabaseError and DriverMissingError."""
    connection = postgresql_connection(target)
    with postgresql_errors(connection), contextlib.closing(connection), within_time(connection.cancel) as watch:
        connection.read_only = True
        _pg_settle(connection, databases_errors.QUERY_TIMEOUT)
        # A cursor on the server; declaring it takes the extended protocol, which takes one statement only.
        with connection.cursor("hegui") as cursor:
            cursor.execute(query)
            columns = [Column(c.name, _PG_KINDS.get(c.type_code, "text")) for c in cursor.description or ()]
            yield Rows(columns, watch.over(_batches(cursor)))


def postgresql_csv(target: Target, query: str, stream: TextIO, seconds: int) -> None:
    """Write the rows of a query as CSV under the names of its columns, in the server's own way to copy many of them.

    Truth values are 是 and 否, all else the text the server writes. Raises DatabaseError and DriverMissingError.
    """
    connection = postgresql_connection(target)
    with postgresql_errors(connection), contextlib.closing(connection):
        connection.read_only = True
        _pg_settle(connection, seconds)
        # Declaring a cursor takes one whole query only: nothing in it can end the brackets it is put in below.
        with connection.cursor("hegui") as cursor:
            cursor.execute(query)
            columns = [(c.name, _PG_KINDS.get(c.type_code, "text")) for c in cursor.description or ()]
        if not columns:
            raise DatabaseError("bad-query")
        names = ", ".join(f"c{n}" for n in range(len(columns)))
        texts = ", ".join(
            f"CASE WHEN c{n} THEN '是' WHEN NOT c{n} THEN '否' END" if kind == "truth" else f"c{n}"
            for n, (_, kind) in enumerate(columns)
        )
        csv.writer(stream, lineterminator="\n").writerow([name for name, _ in columns])
        command = f"COPY (SELECT {texts} FROM (\n{query}\n) AS t({names})) TO STDOUT (FORMAT csv)"  # noqa: S608 - see above
        with connection.cursor() as cursor, cursor.copy(command) as copy:
            decoder = codecs.getincrementaldecoder("utf-8")()
            for block in copy:
                stream.write(decoder.decode(bytes(block)))


def postgresql_connection(target: Target) -> Any:
    """A connection that gives every value as text. Raises DatabaseError and DriverMissingError."""
    try:
        import psycopg
    except ImportError:
        raise DriverMissingError("psycopg", "sql") from None
    try:
        return _pg_connection(target)
    except psycopg.Error as error:
        raise DatabaseError(_pg_connect_trouble(str(error)), error) from None
    except UnicodeError as error:
        raise DatabaseError("database-unreachable", error) from None


@contextlib.contextmanager
def postgresql_errors(connection: Any) -> Iterator[None]:
    """What the driver raises over a connection, as DatabaseError."""
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        raise DatabaseError(_pg_trouble(error, connection), _pg_words(error)) from None
    except UnicodeError as error:
        raise DatabaseError("bad-query", error) from None


def _pg_connection(target: Target) -> Any:
    import psycopg
    from psycopg.adapt import AdaptersMap
    from psycopg.types.numeric import IntDumper
    from psycopg.types.string import TextLoader

    class Context:
        """Takes every value as the text the server writes."""

        adapters = AdaptersMap(types=psycopg.adapters.types)
        connection = None

    Context.adapters.register_loader(0, TextLoader)
    Context.adapters.register_dumper(int, IntDumper)  # for its own FETCH 2000
    given = {"user": target.user, "password": target.password, "sslmode": target.sslmode}
    return psycopg.connect(
        host=target.host,
        port=target.port,
        dbname=target.database,
        connect_timeout=CONNECT_TIMEOUT,
        application_name="hegui",
        client_encoding="UTF8",
        context=Context,
        **{key: value for key, value in given.items() if value},  # type: ignore[arg-type] # all are text
    )


def _pg_settle(connection: Any, seconds: float) -> None:
    """Makes the transaction end in time, and write values the same way on every server."""
    milliseconds = max(1, round(seconds * 1000))
    for setting in (
        f"statement_timeout = {milliseconds}",
        f"lock_timeout = {milliseconds}",
        "TimeZone = 'UTC'",
        "DateStyle = 'ISO'",
        "IntervalStyle = 'iso_8601'",
        "bytea_output = 'hex'",
        "extra_float_digits = 1",
        "standard_conforming_strings = on",
    ):
        connection.execute(f"SET LOCAL {setting}")


def _batches(cursor: Any) -> Iterator[Batch]:
    while batch := cursor.fetchmany(_BATCH):
        yield batch


def _pg_connect_trouble(words: str) -> Trouble:
    """A server that answers and says no names it FATAL."""
    answered = ("FATAL", "致命错误", "no password supplied", "authentication", "server does not support SSL")
    return "database-refused" if any(word in words for word in answered) else "database-unreachable"


def _pg_trouble(error: Any, connection: Any) -> Trouble:
    state = error.sqlstate or ""
    if state == "57014" or state == "55P03":
        return "query-timeout"
    if state == "42501":
        return "database-refused"
    lost = state[:2] in ("08", "57", "53") or (connection.broken and not state)
    return "database-unreachable" if lost else "bad-query"


def _pg_words(error: Any) -> str:
    return error.diag.message_primary or str(error)


# --- MySQL and MariaDB ------------------------------------------------------------------------------------------------

# Modes that leave quotes and backslashes alone. The rest do not, or only matter for writing.
_MODES = frozenset(
    {"ONLY_FULL_GROUP_BY", "PIPES_AS_CONCAT", "HIGH_NOT_PRECEDENCE", "NO_UNSIGNED_SUBTRACTION", "REAL_AS_FLOAT"}
    | {"STRICT_TRANS_TABLES", "STRICT_ALL_TABLES", "NO_ZERO_DATE", "NO_ZERO_IN_DATE", "ERROR_FOR_DIVISION_BY_ZERO"}
    | {"NO_ENGINE_SUBSTITUTION", "TIME_TRUNCATE_FRACTIONAL", "PAD_CHAR_TO_FULL_LENGTH"}
)
_UNREACHABLE = frozenset({1040, 1053, 2002, 2003, 2005, 2006, 2013, 2055})
_REFUSED = frozenset({1044, 1045, 1049, 1130, 1142, 1143, 1227, 1251, 1370, 1698, 1820, 2049, 2054, 2061, 3118, 3159})
_TIMED_OUT = frozenset({1205, 1317, 1969, 3024})


@contextlib.contextmanager
def mysql_rows(target: Target, query: str) -> Iterator[Rows]:
    """The rows of a query to MySQL or MariaDB. Raises DatabaseError and DriverMissingError."""
    try:
        import pymysql
    except ImportError:
        raise DriverMissingError("pymysql", "sql") from None
    try:
        connection = _mysql_connection(target)
    except RuntimeError:
        # The newer ways to log in need it, and pymysql says so only then.
        raise DriverMissingError("cryptography", "sql") from None
    except (pymysql.Error, OSError, UnicodeError, configparser.Error) as error:
        raise DatabaseError(_mysql_trouble(error, "database-unreachable"), _mysql_words(error)) from None
    watch = None
    try:
        with within_time(connection._force_close) as watch:
            yield _mysql_result(connection, query, watch)
    except AttributeError:
        # The socket it was reading from was taken away; anything else would be a fault of ours.
        if watch is None or not watch.expired:
            raise
        raise DatabaseError("query-timeout") from None
    except (pymysql.Error, OSError, UnicodeError) as error:
        trouble = "query-timeout" if watch and watch.expired else _mysql_trouble(error, "bad-query")
        raise DatabaseError(trouble, _mysql_words(error)) from None
    finally:
        _hang_up(connection)


def _hang_up(connection: Any) -> None:
    """Closes without reading the rest of the rows first, which may be many."""
    if connection._result is not None:
        connection._result.unbuffered_active = False
    connection._force_close()


def _mysql_connection(target: Target) -> Any:
    import pymysql
    from pymysql.converters import conversions
    from pymysql.cursors import SSCursor

    connection = pymysql.connect(
        host=target.host,
        port=target.port,
        user=target.user or None,
        password=target.password or "",
        read_default_file=_own_file() if target.password is None else None,
        database=target.database,
        charset="utf8mb4",
        # Nothing turns a value into anything but the text the server sends.
        conv={kind: write for kind, write in conversions.items() if not isinstance(kind, int)},
        cursorclass=SSCursor,
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=CONNECT_TIMEOUT,
        write_timeout=CONNECT_TIMEOUT,
        local_infile=False,
        program_name="hegui",
    )
    # Logging in has the shorter time, the query its own.
    connection._read_timeout = databases_errors.QUERY_TIMEOUT + CONNECT_TIMEOUT
    return connection


def _own_file() -> str | None:
    """The user's own MySQL settings, where there are any."""
    try:
        path = Path("~/.my.cnf").expanduser()
        return str(path) if path.is_file() else None
    except (OSError, RuntimeError):
        return None


def _mysql_result(connection: Any, query: str, watch: Watch) -> Rows:
    from pymysql.constants import FIELD_TYPE

    cursor = connection.cursor()
    seconds = databases_errors.QUERY_TIMEOUT
    if "mariadb" in connection.get_server_info().lower():
        cursor.execute(f"SET SESSION max_statement_time = {seconds}")
    else:
        cursor.execute(f"SET SESSION max_execution_time = {max(1, round(seconds * 1000))}")
    cursor.execute("SELECT @@SESSION.sql_mode")
    cursor.execute(f"SET SESSION sql_mode = '{_usual(cursor.fetchall()[0][0])}', time_zone = '+00:00'")
    # The session's also, for some statements end the transaction before they begin.
    cursor.execute("SET SESSION TRANSACTION READ ONLY")
    cursor.execute("START TRANSACTION READ ONLY")
    cursor.execute(query)
    kinds: dict[int, ColumnKind] = {
        **dict.fromkeys((FIELD_TYPE.TINY, FIELD_TYPE.SHORT, FIELD_TYPE.INT24, FIELD_TYPE.LONG), "exact"),
        **dict.fromkeys((FIELD_TYPE.LONGLONG, FIELD_TYPE.DECIMAL, FIELD_TYPE.NEWDECIMAL, FIELD_TYPE.YEAR), "exact"),
        **dict.fromkeys((FIELD_TYPE.FLOAT, FIELD_TYPE.DOUBLE), "float"),
        **dict.fromkeys((FIELD_TYPE.DATE, FIELD_TYPE.NEWDATE), "date"),
        **dict.fromkeys((FIELD_TYPE.DATETIME, FIELD_TYPE.TIMESTAMP), "time"),
    }
    columns = [Column(name, kinds.get(kind, "text")) for name, kind, *_ in cursor.description or ()]
    return Rows(columns, watch.over(_mysql_batches(cursor)))


def _usual(modes: str) -> str:
    """A server's modes without those in which a quote or a backslash means what we did not take it for."""
    return ",".join(mode for mode in modes.split(",") if mode in _MODES)


def _mysql_batches(cursor: Any) -> Iterator[Batch]:
    while batch := cursor.fetchmany(_BATCH):
        yield [[v if v is None or isinstance(v, str) else hexadecimal(v) for v in row] for row in batch]


def _mysql_trouble(error: Exception, otherwise: Trouble) -> Trouble:
    number = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    if number in _REFUSED:
        return "database-refused"
    if number in _UNREACHABLE:
        return "database-unreachable"
    return "query-timeout" if number in _TIMED_OUT else otherwise


def _mysql_words(error: Exception) -> str:
    return str(error.args[1]) if len(error.args) > 1 else str(error)
