"""What columns say in PostgreSQL and in Spark, over the relations a test has made in its DuckDB."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import duckdb

from engine.columns.dialects import Dialect
from engine.columns.queries import ColumnPlan
from tests.columns.relations import Answering, Answers, fractions

_POSTGRES = {
    "VARCHAR": "text",
    "TINYINT": "smallint",
    "BIGINT": "bigint",
    "HUGEINT": "numeric",
    "BOOLEAN": "boolean",
}
Rows = list[dict[str, Any]]


class Elsewhere(Protocol):
    """An engine: takes the tables of a DuckDB, makes `results`, answers queries."""

    dialect: Dialect

    def take(self, connection: duckdb.DuckDBPyConnection, tables: Sequence[str]) -> None: ...

    def make(self, query: str) -> None: ...

    def rows(self, query: str) -> Rows: ...


class Postgres:
    """A connection of psycopg."""

    dialect: Dialect = "postgres"

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def take(self, connection: duckdb.DuckDBPyConnection, tables: Sequence[str]) -> None:
        for table in tables:
            columns = connection.execute(f"DESCRIBE {table}").fetchall()
            listed = ", ".join(f"{name} {_POSTGRES[kind]}" for name, kind, *_ in columns)
            self.connection.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
            self.connection.execute(f"CREATE TEMP TABLE {table} ({listed})")
            rows = connection.execute(f"SELECT * FROM {table}").fetchall()
            if rows:
                marks = ", ".join(["%s"] * len(columns))
                self.connection.cursor().executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

    def make(self, query: str) -> None:
        self.connection.execute("DROP TABLE IF EXISTS pg_temp.results")
        self.connection.execute(f"CREATE TEMP TABLE results AS {query}")

    def rows(self, query: str) -> Rows:
        result = self.connection.execute(query)
        names = [column.name for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


class Spark:
    """A session of PySpark; tables go there as Parquet."""

    dialect: Dialect = "spark"

    def __init__(self, session: Any, folder: Path) -> None:
        self.session, self.folder, self.taken = session, folder, 0

    def take(self, connection: duckdb.DuckDBPyConnection, tables: Sequence[str]) -> None:
        for table in tables:
            self.taken += 1
            path = self.folder / f"{table}-{self.taken}.parquet"
            connection.execute(f"COPY {table} TO '{path}' (FORMAT parquet)")
            self.session.read.parquet(path.as_uri()).createOrReplaceTempView(table)

    def make(self, query: str) -> None:
        self.taken += 1
        path = (self.folder / f"results-{self.taken}.parquet").as_uri()
        self.session.sql(query).write.parquet(path)
        self.session.read.parquet(path).createOrReplaceTempView("results")

    def rows(self, query: str) -> Rows:
        return [row.asDict() for row in self.session.sql(query).collect()]


def answers_of(elsewhere: Elsewhere) -> Answering:
    """As `answers`, by another engine."""

    def answers(connection: duckdb.DuckDBPyConnection, plan: ColumnPlan) -> Answers:
        query = "SELECT table_name FROM duckdb_tables() WHERE NOT temporary"
        elsewhere.take(connection, [name for (name,) in connection.execute(query).fetchall()])
        queries = plan.queries(elsewhere.dialect)
        elsewhere.make(queries.results)
        wide = {one["row"]: fractions(one) for one in elsewhere.rows(queries.scores)}
        long = {(one["row"], one["indicator"]): fractions(one) for one in elsewhere.rows(queries.reasons)}
        return wide, long

    return answers
