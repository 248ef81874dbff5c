"""The backend that needs nothing else: the database the table was taken into scores its partitions.

Another engine may work out the results in its stead; what is written of them is written here all the same, so that the files
are the same bytes whichever engine it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock

from engine.evaluate import Evaluator
from facts.columns.intake import Intake
from facts.columns.normal import items_sql, units_sql
from facts.columns.rebuilding import cases
from facts.columns.store import Store, literal
from facts.model import Period
from hegui.batch.model import Compiled, Counted, Elsewhere, Part
from hegui.batch.rows import Rows

# Rows of a row group: the same number always, so that the same rows are the same bytes.
ROW_GROUP = 122_880
# The lightest compression: on these tables the files are no larger for it.
WRITTEN = f"FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE {ROW_GROUP}"


class LocalBackend:
    """Scores partitions in the database; what columns cannot decide of a unit, the engine does."""

    def __init__(
        self,
        intake: Intake,
        compiled: Compiled,
        evaluator: Evaluator,
        period: Period,
        elsewhere: Elsewhere | None = None,
        alone: Lock | None = None,
    ) -> None:
        """`alone`: what is held while the engine decides, where several work side by side."""
        self._intake, self._compiled, self._evaluator, self._period = intake, compiled, evaluator, period
        self._alone = alone or Lock()
        self._elsewhere, self._given = elsewhere, list[tuple[str, str]]()
        self.name = "local" if elsewhere is None else elsewhere.name
        if elsewhere is not None:
            self._prepare(elsewhere)

    @property
    def versions(self) -> Mapping[str, str]:
        """Of the database: its Parquet is the result."""
        import duckdb

        return {"duckdb": str(duckdb.__version__)}

    def run(self, part: Part, scores: Path, reasons: Path) -> Counted:
        """Score a partition."""
        store = self._intake.store
        tables = self._tables(part.low, part.high)
        if self._elsewhere is None:
            # A join may hand rows over in any order; without one they stay in theirs.
            results, order = self._compiled.results, " ORDER BY row" if self._intake.items else ""
        else:
            described = {name: _described(store, f"SELECT * FROM {name}") for name in tables}
            results, order = self._elsewhere.results(store, described, self._given), " ORDER BY row"
        store.run(f"CREATE OR REPLACE TEMP TABLE results AS SELECT * FROM ({results}){order}")
        beyond = [row for (row,) in store.all("SELECT row FROM results WHERE beyond ORDER BY row")]
        if beyond:
            wide, long = self._by_engine(beyond)
            units = _write(store, self._compiled.scores, wide, scores, " ORDER BY row")
            lines = _write(store, self._compiled.reasons, long, reasons)
        else:
            units, lines = copy(store, self._compiled.scores, scores), copy(store, self._compiled.reasons, reasons)
        for name in ("results", *tables):
            store.run(f"DROP TABLE {name}")
        return Counted(units, lines, len(beyond))

    def _tables(self, low: int, high: int) -> list[str]:
        """Makes the tables the results are worked out of; their names."""
        queries = {"units": units_sql(self._intake, low, high)}
        queries |= {
            f"items_{one.place}": items_sql(self._intake, one, low, high, ordered=False) for one in self._intake.items
        }
        for name, query in queries.items():
            self._intake.store.run(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")
        return list(queries)

    def _prepare(self, elsewhere: Elsewhere) -> None:
        store = self._intake.store
        tables = {name: _described(store, f"SELECT * FROM {name}") for name in self._tables(0, 0)}
        self._given = _described(store, self._compiled.results)
        elsewhere.prepare(self._compiled.elsewhere, tables)

    def _by_engine(self, rows: Sequence[int]) -> tuple[Rows, Rows]:
        """Tables of what the engine decides of these units."""
        store = self._intake.store
        wide = Rows(store, "more_scores", self._compiled.scores)
        long = Rows(store, "more_reasons", self._compiled.reasons)
        for row, case in cases(self._intake, rows, self._period):
            with self._alone:
                decided = self._evaluator.decide(case)
            scored, reasons = self._compiled.rowwise(decided, row)
            wide.add([scored])
            long.add(reasons)
        wide.done()
        long.done()
        return wide, long

    def columns(self) -> int:
        """How many columns a unit has, in the input and in the results."""
        store = self._intake.store
        tables = self._tables(0, 0)
        found = len(_described(store, self._compiled.results)) + len(_described(store, "SELECT * FROM units"))
        for name in tables:
            store.run(f"DROP TABLE {name}")
        return found

    def stop(self) -> None:
        """End what another thread has it do."""
        self._intake.store.interrupt()

    def close(self) -> None:
        """Nothing is held beyond the store, which is its opener's."""


def _described(store: Store, query: str) -> list[tuple[str, str]]:
    """Names and types of the columns of a query."""
    return [(name, kind) for name, kind, *_ in store.all(f"DESCRIBE {query}")]


def _write(store: Store, query: str, more: Rows, path: Path, order: str = "") -> int:
    """The rows of a query in its own order, and after them (or among them, in order) some more, as Parquet; how many they are."""
    count = copy(store, f"SELECT * FROM ({query}) UNION ALL SELECT * FROM {more.name}{order}", path)
    more.drop()
    return count


def copy(store: Store, query: str, path: Path) -> int:
    """The rows of a query as a Parquet file, in its order; the same rows give the same bytes."""
    place = literal(str(path.resolve()))
    (count,) = store.one(f"COPY ({query}) TO {place} ({WRITTEN})")
    return int(count)
