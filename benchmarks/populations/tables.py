"""Contenders from Parquet to Parquet, wide and long: hegui on its default, the same rules by hand in SQL and in Polars."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from benchmarks.populations import handpolars, handsql
from benchmarks.populations.data import profile_of
from benchmarks.populations.measuring import Laps
from benchmarks.populations.workload import Workload, write_rulebook
from engine.columns.build import column_plan
from engine.load import load_rulebook
from engine.lower import lower

THREADS = 2
MEMORY = "4GB"


def _connect() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": THREADS, "memory_limit": MEMORY})


def _copy(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")


def _units(units_file: Path, units: int) -> str:
    return f"(SELECT * FROM read_parquet('{units_file}') WHERE row < {units})"


def hegui(work: Workload, units_file: Path, units: int, folder: Path, laps: Laps) -> None:
    """The rulebook through engine.columns."""
    write_rulebook(work, folder / "rules")
    rulebook, problems = load_rulebook(folder / "rules")
    assert rulebook is not None, problems
    plan, problems = lower(rulebook)
    assert plan is not None, problems
    profile = profile_of(work, units_file)
    connection = _connect()
    connection.execute(f"CREATE VIEW units AS SELECT * FROM {_units(units_file, units)}")
    with laps.lap("plan"):
        columns, problems = column_plan(plan, profile)
        assert columns is not None, problems
        queries = columns.queries("duckdb")
    # Scores alone need no table of results; with the reasons, `hegui batch` makes one and reads both from it.
    connection.execute(f"CREATE VIEW results AS {queries.results}")
    with laps.lap("scores"):
        _copy(connection, queries.scores, folder / "scores.parquet")
    connection.execute("DROP VIEW results")
    with laps.lap("results"):
        connection.execute(f"CREATE TEMP TABLE results AS {queries.results}")
    with laps.lap("wide"):
        _copy(connection, queries.scores, folder / "scores.parquet")
    with laps.lap("long"):
        _copy(connection, queries.reasons, folder / "long.parquet")


def hand_sql(work: Workload, units_file: Path, units: int, folder: Path, laps: Laps) -> None:
    """What someone who knows DuckDB would write."""
    connection = _connect()
    source = _units(units_file, units)
    with laps.lap("scores"):
        _copy(connection, handsql.scores_sql(work, source), folder / "scores.parquet")
    with laps.lap("long"):
        _copy(connection, handsql.reasons_sql(work, source), folder / "long.parquet")


def hand_polars(work: Workload, units_file: Path, units: int, folder: Path, laps: Laps) -> None:
    """What someone who knows Polars would write; decimals stay integers of hundredths."""
    import polars as pl

    frame: Any = pl.scan_parquet(units_file).filter(pl.col("row") < units)
    with laps.lap("scores"):
        handpolars.scores(work, frame).sink_parquet(folder / "scores.parquet")
    with laps.lap("long"):
        handpolars.reasons(work, frame).sink_parquet(folder / "long.parquet")
