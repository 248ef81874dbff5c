"""Contenders from Parquet to Parquet, wide and long: hegui on its default, the same rules by hand in SQL and in Polars.

Scores alone are one statement each. With the long table both that use DuckDB work as `hegui batch` does: in partitions, as many
side by side as there are cores. Polars streams the table in one piece, which is what it is best at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from benchmarks.populations import handpolars, handsql
from benchmarks.populations.data import profile_of
from benchmarks.populations.measuring import Laps
from benchmarks.populations.workload import Workload, write_rulebook
from engine.columns.build import column_plan
from engine.load import load_rulebook
from engine.lower import lower
from facts.columns.store import Store
from facts.documents.model import no_progress
from hegui.batch.local import copy
from hegui.batch.model import Part, partition_for
from hegui.batch.workers import Footprint, each, footprint, memory_mb, workers_for

THREADS = 2
MEMORY = "4GB"
LEVEL = 1
# What is to be written of the units of a partition: the folder "long" or "scores", and the query.
Outputs = Sequence[tuple[str, str]]


def _connect() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(
        config={
            "threads": THREADS,
            "memory_limit": MEMORY,
            "disabled_optimizers": "common_subplan,projection_placement",
        }
    )


def _copy(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL {LEVEL})")


def _units(units_file: Path, units: int) -> str:
    return f"(SELECT * FROM read_parquet('{units_file}') WHERE row < {units})"


@contextmanager
def _stores(units_file: Path, folder: Path, count: int) -> Iterator[list[Store]]:
    """A connection for each worker, as `hegui batch` has them: one core each, and its memory for all of them."""
    with TemporaryDirectory(dir=folder) as work:
        store = Store(Path(work), (units_file,), (folder,), memory_mb(count), threads=1)
        with store:
            yield [store.session() for _ in range(count)]


def _by_partitions(
    work: Workload,
    units_file: Path,
    units: int,
    folder: Path,
    prepared: Callable[[str], Sequence[tuple[str, str]]],
    outputs: Outputs,
    one: Footprint,
) -> None:
    """Partition after partition; `prepared`: tables to be made of a relation of units, by name. `one`: what a unit takes."""
    size = partition_for(len(work.indicators))
    parts = [Part(number, low, min(low + size, units)) for number, low in enumerate(range(0, units, size))]
    for name, _ in outputs:
        (folder / name).mkdir(exist_ok=True)

    def do(part: Part, store: Store) -> None:
        among = f"(SELECT * FROM read_parquet('{units_file}') WHERE row >= {part.low} AND row < {part.high})"
        for name, query in prepared(among):
            store.run(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")
        for name, query in outputs:
            copy(store, query, folder / name / part.name)
        for name in dict(prepared(among)):
            store.run(f"DROP TABLE {name}")

    with _stores(units_file, folder, workers_for(len(parts), size, one)) as stores:
        each(parts, stores, do, Store.interrupt, no_progress)


def _one(units_file: Path, prepared: Callable[[str], Sequence[tuple[str, str]]]) -> Footprint:
    """What a unit takes in the tables that are made of it."""
    with _connect() as connection:
        found = {}
        for name, query in prepared(f"(SELECT * FROM read_parquet('{units_file}') LIMIT 0)"):
            connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")
            found[name] = [(column, kind) for column, kind, *_ in connection.execute(f"DESCRIBE {name}").fetchall()]
    return footprint(found.values())


def hegui(work: Workload, units_file: Path, units: int, folder: Path, laps: Laps) -> None:
    """The rulebook through engine.columns."""
    write_rulebook(work, folder / "rules")
    rulebook, problems = load_rulebook(folder / "rules")
    assert rulebook is not None, problems
    plan, problems = lower(rulebook)
    assert plan is not None, problems
    profile = profile_of(work, units_file)
    with laps.lap("plan"):
        columns, problems = column_plan(plan, profile)
        assert columns is not None, problems
        grouped = columns.grouped("duckdb")

    def prepared(among: str) -> list[tuple[str, str]]:
        found = list[tuple[str, str]]()
        for group in grouped.groups:
            found += [("units", f"SELECT {', '.join(group.units)} FROM {among}"), (group.table, group.results)]
        return found

    one = _one(units_file, prepared)
    with laps.lap("long"):
        _by_partitions(work, units_file, units, folder, prepared, [("long", grouped.reasons)], one)
    with laps.lap("both"):
        both = [("parts", grouped.scores), ("long", grouped.reasons)]
        _by_partitions(work, units_file, units, folder, prepared, both, one)
    # Scores alone need no table of results; with the reasons, `hegui batch` makes some and reads both from them.
    queries, connection = columns.queries("duckdb"), _connect()
    connection.execute(f"CREATE VIEW units AS SELECT * FROM {_units(units_file, units)}")
    connection.execute(f"CREATE VIEW results AS {queries.results}")
    with laps.lap("scores"):
        _copy(connection, queries.scores, folder / "scores.parquet")


def hand_sql(work: Workload, units_file: Path, units: int, folder: Path, laps: Laps) -> None:
    """What someone who knows DuckDB would write."""
    scores, reasons = handsql.scores_sql(work, "units"), handsql.reasons_sql(work, "units")

    def prepared(among: str) -> list[tuple[str, str]]:
        return [("units", f"SELECT * FROM {among}")]

    one = _one(units_file, prepared)
    with laps.lap("long"):
        _by_partitions(work, units_file, units, folder, prepared, [("long", reasons)], one)
    with laps.lap("both"):
        _by_partitions(work, units_file, units, folder, prepared, [("parts", scores), ("long", reasons)], one)
    connection = _connect()
    with laps.lap("scores"):
        _copy(connection, handsql.scores_sql(work, _units(units_file, units)), folder / "scores.parquet")


def hand_polars(work: Workload, units_file: Path, units: int, folder: Path, laps: Laps) -> None:
    """What someone who knows Polars would write; decimals stay integers of hundredths."""
    import polars as pl

    frame: Any = pl.scan_parquet(units_file).filter(pl.col("row") < units)
    (folder / "long").mkdir(exist_ok=True)
    with laps.lap("long"):
        handpolars.reasons(work, frame).sink_parquet(folder / "long" / "part.parquet", compression_level=LEVEL)
    with laps.lap("scores"):
        handpolars.scores(work, frame).sink_parquet(folder / "scores.parquet", compression_level=LEVEL)
