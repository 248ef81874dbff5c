"""A table of units run through the rulebooks between old and new in columns; what they cannot say, the engine decides.

What the units come to stays in the database. Only what is asked for leaves it: each effect once, with the number of its units, and
units one by one where every one of them is to be listed.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import Any

from engine.columns.build import Shape, column_plan
from engine.columns.finals import final_columns, outcome_columns
from engine.columns.queries import ColumnPlan
from engine.impact import Alike, Comparison, Effect, Impact, Outcome, Ran, UnitImpact, comparison, run_cases
from engine.lower import lower
from engine.model import Rulebook
from engine.shares import Bounds
from facts.columns.intake import Intake
from facts.columns.rebuilding import cases
from facts.columns.store import Store, database_error, disk_or_memory
from facts.documents.model import Progress
from facts.model import Period, Subject
from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.workbench.difference.ends import BOUNDS, NONE, ends_sql, numbers_sql
from hegui.workbench.difference.relations import Relations

# So many units are run at a time in columns, and by the engine.
_AT_ONCE, _CASES_AT_ONCE = 50_000, 500
# What is known of a unit, without who it is.
_TOLD = "before_grades, after_grades, moved, settled, adds, numbers"
# Of so many effects a record is kept at hand.
_AT_HAND = 10_000


def impact_in_columns(
    old: Rulebook, new: Rulebook, intake: Intake, period: Period, progress: Progress
) -> tuple[Comparison, Impact, tuple[Problem, ...]]:
    """The two compared, what their edits do to each unit of the table, and a note where the engine had to decide."""
    compared = comparison(old, new)
    running = _Running(compared, intake, period, progress)
    units = running.units()
    return compared, compared.impact(units), running.notes()


class StoredUnits:
    """Units in a database, which has to stay open; see `engine.impact.Units`."""

    def __init__(self, store: Store, compared: Comparison) -> None:
        self._store, self._compared = store, compared
        (self._count,) = store.one("SELECT count(*) FROM units_ran")
        self._effect = lru_cache(_AT_HAND)(self._made)

    def __len__(self) -> int:
        return int(self._count)

    def __iter__(self) -> Iterator[UnitImpact]:
        for unit, name, *told in self._each(f"SELECT unit, name, {_TOLD} FROM units_ran ORDER BY row"):
            yield UnitImpact(Subject(unit, name), self._effect(*told))

    def effects(self, first: int) -> Iterator[Alike]:
        """Each effect once."""
        alike = f"PARTITION BY {_TOLD}"
        query = (
            f"SELECT {_TOLD}, unit, name, count(*) OVER ({alike}) AS units FROM units_ran "
            f"QUALIFY row_number() OVER ({alike} ORDER BY unit, row) <= {first} ORDER BY {_TOLD}, unit, row"
        )
        for told, rows in groupby(self._each(query), itemgetter(slice(6))):
            named = list(rows)
            yield self._made(*told), named[0][-1], [Subject(unit, name) for *_, unit, name, _ in named]

    def _each(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Rows; where the system fails the database, the error of a file that cannot be written."""
        try:
            yield from self._store.each(query)
        except database_error() as error:
            if not disk_or_memory(error):
                raise
            raise OSError(errno.ENOSPC, str(error).splitlines()[0][:200]) from error

    def _made(self, before: str, after: str, moved: bool, settled: bool, adds: bool, numbers: str) -> Effect:
        return self._compared.effect(_ran(len(self._compared.edited), before, after, (moved, settled, adds), numbers))


class _Running:
    """The units of a table under the rulebooks between old and new: what they come to, as the table `units_ran`."""

    def __init__(self, compared: Comparison, intake: Intake, period: Period, progress: Progress) -> None:
        self._compared, self._intake, self._store = compared, intake, intake.store
        self._period, self._progress = period, progress
        self._relations = Relations(intake, compared.edits)
        self._refused: list[Text] = []
        self._by_engine = 0

    def notes(self) -> tuple[Problem, ...]:
        """What the engine had to decide, and why."""
        if not self._by_engine:
            return ()
        why = Text("", "")
        if self._refused:
            why = Text(f":{self._refused[0].zh}", f": {self._refused[0].en}")
        message = Text(
            f"{self._by_engine} 个单位由引擎逐个评(慢得多){why.zh}",
            f"{self._by_engine} units were scored one by one by the engine{why.en}",
        )
        return (Problem("by-engine", Position(self._intake.source.file), message, severity="note"),)

    def units(self) -> StoredUnits:
        """Every unit under every rulebook that is needed."""
        self._ends()
        self._between()
        self._store.run(
            "CREATE TABLE units_ran AS SELECT e.* REPLACE (concat_ws(' ', e.numbers, b.bounds) AS numbers) "
            "FROM ends e LEFT JOIN bounds b USING (row) WHERE NOT e.moved OR b.row IS NOT NULL"
        )
        self._engine()
        return StoredUnits(self._store, self._compared)

    # --- in columns ---

    def _ends(self) -> None:
        """Table `ends`: the units that columns can say of both rulebooks."""
        self._store.run(
            "CREATE TABLE ends (row BIGINT, unit VARCHAR, name VARCHAR, before_grades VARCHAR, after_grades VARCHAR, "
            "moved BOOLEAN, settled BOOLEAN, adds BOOLEAN, numbers VARCHAR)"
        )
        books = [self._compared.hybrid(made) for made in ((), self._compared.everything)]
        plans = [self._plan(book, final_columns) for book in books]
        before, after = plans
        if before is None or after is None:
            return
        query = ends_sql(self._compared, (before, books[0]), (after, books[1]))
        results = [plan.queries("duckdb").results for plan in (before, after)]
        for condition in self._batches():
            for name, book, one in zip(("results_b", "results_a"), books, results, strict=True):
                self._results(name, book, one, condition)
            self._store.run(f"INSERT INTO ends {query}")

    def _between(self) -> None:
        """Table `bounds`: the bounds of the units that moved, under all of the rulebooks between."""
        self._store.run("CREATE TABLE bounds AS SELECT row, CAST(NULL AS VARCHAR) AS bounds FROM ends WHERE moved")
        for made in self._compared.between:
            (some,) = self._store.one("SELECT count(*) > 0 FROM bounds")
            if some:
                self._further(made)

    def _further(self, made: Sequence[int]) -> None:
        """One more rulebook; units it leaves to the engine are gone from `bounds`."""
        book = self._compared.hybrid(made)
        plan = self._plan(book, outcome_columns)
        self._store.run("CREATE TABLE more (row BIGINT, numbers VARCHAR)")
        if plan is not None:
            queries = plan.queries("duckdb")
            for condition in self._batches("row IN (SELECT row FROM bounds)"):
                self._results("results", book, queries.results, condition)
                self._store.run(f"INSERT INTO more SELECT row, {numbers_sql(BOUNDS)} FROM ({queries.scores})")
        self._store.run(
            "CREATE TABLE longer AS SELECT row, concat_ws(' ', bounds, numbers) AS bounds FROM bounds JOIN more USING (row)"
        )
        for statement in ("DROP TABLE bounds", "DROP TABLE more", "ALTER TABLE longer RENAME TO bounds"):
            self._store.run(statement)

    def _batches(self, only: str = "true") -> Iterator[str]:
        """Conditions on `row`, one for each batch."""
        top = self._relations.top
        for low in range(0, top, _AT_ONCE):
            self._progress(low, top, "score")
            yield f"row >= {low} AND row < {low + _AT_ONCE} AND {only}"

    def _plan(self, rulebook: Rulebook, shape: Shape) -> ColumnPlan | None:
        """The rulebook as columns; None where they cannot say it."""
        profile, why = self._relations.profile(rulebook.vocabulary)
        plan, problems = (None, ()) if profile is None else column_plan(lower(rulebook)[0], profile, shape)
        if plan is None:
            self._refused.append(why or problems[0].message)
        return plan

    def _results(self, name: str, rulebook: Rulebook, query: str, condition: str) -> None:
        self._relations.bind(rulebook.vocabulary, condition)
        self._store.run(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")

    # --- by the engine ---

    def _engine(self) -> None:
        """Add the units that are left to the engine."""
        self._store.run("CREATE TABLE left_rows AS SELECT row FROM population ANTI JOIN units_ran USING (row)")
        (self._by_engine,) = self._store.one("SELECT count(*) FROM left_rows")
        values = ", ".join("?" * 9)
        left = (row for (row,) in self._store.each("SELECT row FROM left_rows ORDER BY row"))
        while rows := list(islice(left, _CASES_AT_ONCE)):
            some = [case for _, case in cases(self._intake, rows, self._period)]
            ran = run_cases(self._compared, some, self._progress)
            told = [
                (row, case.subject.id, case.subject.name, *_written(one))
                for row, case, one in zip(rows, some, ran, strict=True)
            ]
            listed = ", ".join([f"({values})"] * len(told))
            self._store.run(f"INSERT INTO units_ran VALUES {listed}", list(chain.from_iterable(told)))


# --- texts of numbers -------------------------------------------------------------------------------------------------


def _written(ran: Ran) -> tuple[str, str, bool, bool, bool, str]:
    """What `ends_sql` says, of a unit that the engine decided."""
    sides = [(one.lower, one.upper) for one in (ran.before, ran.after)]
    numbers = [text for one in (*sides, *chain.from_iterable(ran.own), *ran.between) for text in _numbers(one)]
    before, after = ("".join(f"{grade};" for grade in one.grades) for one in (ran.before, ran.after))
    return before, after, ran.moved, ran.settled, ran.adds, " ".join(numbers)


def _numbers(bounds: Bounds | None) -> Iterator[str]:
    if bounds is None:
        yield from (NONE,) * 4
    for end in bounds or ():
        yield from (str(end.numerator), str(end.denominator))


def _ran(edited: int, before: str, after: str, flags: tuple[bool, bool, bool], numbers: str) -> Ran:
    """What a unit came to, of which `edited` indicators are edited."""
    each = iter(numbers.split(" "))
    one, other, *rest = (_bounds(*four) for four in zip(each, each, each, each, strict=True))
    assert one is not None and other is not None
    own, between = rest[: 2 * edited], rest[2 * edited :]
    return Ran(
        _outcome(one, before),
        _outcome(other, after),
        *flags,
        tuple(zip(own[::2], own[1::2], strict=True)),
        tuple(bounds for bounds in between if bounds is not None),
    )


def _bounds(low: str, low_den: str, high: str, high_den: str) -> Bounds | None:
    return None if low == NONE else (Fraction(int(low), int(low_den)), Fraction(int(high), int(high_den)))


def _outcome(bounds: Bounds, grades: str) -> Outcome:
    return Outcome(*bounds, tuple(grade for grade in grades.split(";") if grade))
