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
from hegui.batch.model import Columns, Compiled, Counted, Elsewhere, Part
from hegui.batch.rows import Rows
from hegui.batch.workers import Footprint, footprint

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
        store, grouped = self._intake.store, self._compiled.grouped
        made = self._results(part)
        beyond = [row for (row,) in store.all(f"SELECT row FROM {grouped.groups[0].table} WHERE beyond ORDER BY row")]
        if beyond:
            wide, long = self._by_engine(beyond)
            units = _write(store, grouped.scores, wide, scores, " ORDER BY row")
            lines = _write(store, grouped.reasons, long, reasons)
        else:
            units, lines = copy(store, grouped.scores, scores), copy(store, grouped.reasons, reasons)
        for name in made:
            store.run(f"DROP TABLE {name}")
        return Counted(units, lines, len(beyond))

    def _results(self, part: Part) -> list[str]:
        """Makes the tables that scores and reasons are read from; the names of all that was made."""
        items = self._items(part.low, part.high)
        if self._elsewhere is not None:
            return [*items, *self._taken(part, self._elsewhere, items)]
        # A join may hand rows over in any order; without one they stay in theirs.
        order = " ORDER BY row" if items else ""
        for group in self._compiled.grouped.groups:
            self._units(part.low, part.high, group.units)
            self._make(group.table, f"SELECT * FROM ({group.results}){order}")
        return [*items, "units", *(group.table for group in self._compiled.grouped.groups)]

    def _taken(self, part: Part, elsewhere: Elsewhere, items: Sequence[str]) -> list[str]:
        """The same tables out of what the other engine works out in one."""
        store, grouped = self._intake.store, self._compiled.grouped
        self._units(part.low, part.high, self._read())
        described = {name: _described(store, f"SELECT * FROM {name}") for name in ("units", *items)}
        found = f"SELECT * FROM ({elsewhere.results(store, described, self._given)}) ORDER BY row"
        if len(grouped.groups) == 1:
            self._make("results", found)
            return ["units", "results"]
        self._make("everything", found)
        for group in grouped.groups:
            self._make(group.table, f"SELECT {', '.join(group.columns)}, beyond FROM everything")
        return ["units", "everything", *(group.table for group in grouped.groups)]

    def _make(self, name: str, query: str) -> None:
        self._intake.store.run(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")

    def _units(self, low: int, high: int, columns: Sequence[str]) -> None:
        query = units_sql(self._intake, low, high, frozenset(columns))
        self._make("units", query)

    def _read(self) -> list[str]:
        """The columns of the population that any group reads."""
        return list(dict.fromkeys(name for group in self._compiled.grouped.groups for name in group.units))

    def _items(self, low: int, high: int) -> list[str]:
        """Makes the tables of items; their names."""
        for one in self._intake.items:
            self._make(f"items_{one.place}", items_sql(self._intake, one, low, high, ordered=False))
        return [f"items_{one.place}" for one in self._intake.items]

    def _prepare(self, elsewhere: Elsewhere) -> None:
        store, (query, here) = self._intake.store, self._compiled.elsewhere
        names = self._items(0, 0)
        self._units(0, 0, self._read())
        self._given = _described(store, here)
        elsewhere.prepare(query, {name: _described(store, f"SELECT * FROM {name}") for name in ("units", *names)})

    def _by_engine(self, rows: Sequence[int]) -> tuple[Rows, Rows]:
        """Tables of what the engine decides of these units."""
        store = self._intake.store
        wide = Rows(store, "more_scores", self._compiled.grouped.scores)
        long = Rows(store, "more_reasons", self._compiled.grouped.reasons)
        for row, case in cases(self._intake, rows, self._period):
            with self._alone:
                decided = self._evaluator.decide(case)
            scored, reasons = self._compiled.rowwise(decided, row)
            wide.add([scored])
            long.add(reasons)
        wide.done()
        long.done()
        return wide, long

    def footprint(self) -> Footprint:
        """What a unit takes in the tables that are made of it."""
        store, groups = self._intake.store, self._compiled.grouped.groups
        self._items(0, 0)
        units, results = list[Columns](), list[Columns]()
        for group in groups:
            self._units(0, 0, group.units)
            units.append(_described(store, "SELECT * FROM units"))
            results.append(_described(store, group.results))
        # There is one table of units at a time.
        return footprint([max(units, key=len), *results])

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
