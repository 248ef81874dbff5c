"""The backend that needs nothing else: the database the table was taken into scores its partitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.evaluate import Evaluator
from facts.columns.intake import Intake
from facts.columns.normal import items_sql, units_sql
from facts.columns.rebuilding import cases
from facts.columns.store import Store, literal
from facts.model import Period
from hegui.batch.model import Compiled, Counted, Part, Record

# Rows of a row group: the same number always, so that the same rows are the same bytes.
ROW_GROUP = 122_880


class LocalBackend:
    """Scores partitions in the database; what columns cannot decide of a unit, the engine does."""

    name = "local"

    def __init__(self, intake: Intake, compiled: Compiled, evaluator: Evaluator, period: Period) -> None:
        self._intake, self._compiled, self._evaluator, self._period = intake, compiled, evaluator, period

    @property
    def versions(self) -> Mapping[str, str]:
        """Of the database: its Parquet is the result."""
        import duckdb

        return {"duckdb": str(duckdb.__version__)}

    def run(self, part: Part, scores: Path, reasons: Path) -> Counted:
        """Score a partition."""
        store = self._intake.store
        store.run(f"CREATE OR REPLACE TEMP TABLE units AS {units_sql(self._intake, part.low, part.high)}")
        for one in self._intake.items:
            rows = items_sql(self._intake, one, part.low, part.high)
            store.run(f"CREATE OR REPLACE TEMP TABLE items_{one.place} AS {rows}")
        store.run(f"CREATE OR REPLACE TEMP TABLE results AS {self._compiled.results}")
        beyond = [row for (row,) in store.all("SELECT row FROM results WHERE beyond ORDER BY row")]
        wide, long = self._by_engine(beyond)
        units = _write(store, self._compiled.scores, wide, scores, "row")
        lines = _write(store, self._compiled.reasons, long, reasons, self._compiled.order)
        for name in ("results", "units", *(f"items_{one.place}" for one in self._intake.items)):
            store.run(f"DROP TABLE {name}")
        return Counted(units, lines, len(beyond))

    def _by_engine(self, rows: Sequence[int]) -> tuple[list[Record], list[Record]]:
        wide, long = list[Record](), list[Record]()
        for row, case in cases(self._intake, rows, self._period) if rows else ():
            scored, reasons = self._compiled.rowwise(self._evaluator.decide(case), row)
            wide.append(scored)
            long += reasons
        return wide, long

    def close(self) -> None:
        """Nothing is held beyond the store, which is its opener's."""


def _write(store: Store, query: str, more: Sequence[Record], path: Path, order: str) -> int:
    """The rows of a query and some more, in order, as Parquet; how many they are."""
    store.run(f"CREATE OR REPLACE TEMP TABLE written AS SELECT * FROM ({query})")
    if more:
        names = [name for name, *_ in store.all("DESCRIBE written")]
        slots = ", ".join("?" for _ in names)
        for record in more:
            store.run(f"INSERT INTO written VALUES ({slots})", [record[name] for name in names])
    (count,) = store.one("SELECT count(*) FROM written")
    copy_sorted(store, "written", order, path)
    store.run("DROP TABLE written")
    return int(count)


def copy_sorted(store: Store, table: str, order: str, path: Path) -> None:
    """A table as a Parquet file, in order; the same rows give the same bytes."""
    place = literal(str(path.resolve()))
    store.run(
        f"COPY (SELECT * FROM {table} ORDER BY {order}) TO {place} "
        f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
    )
