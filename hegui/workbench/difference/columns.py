"""A table of units run through the rulebooks between old and new in columns; what they cannot say, the engine decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

from engine.columns.build import Shape, column_plan
from engine.columns.finals import final_columns, outcome_columns
from engine.difference import Edit, difference
from engine.hybrids import Lever, hybrid, levers
from engine.impact import Bounds, CaseRuns, Edited, Ends, Impact, Move, Outcome, asks, edited_indicators, impact_of
from engine.lower import lower
from engine.model import Indicator, Rulebook, Section
from facts.columns.intake import Intake
from facts.columns.rebuilding import cases
from facts.documents.model import Progress
from facts.model import Case, Period, Subject
from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.workbench.difference.relations import Relations

# So many units are run at a time.
_AT_ONCE = 100_000
_ENDS = ("lower_num", "lower_den", "upper_num", "upper_den", "grades")
# What an edited indicator gives by itself, before and after.
_OWN = ("lo_num", "lo_den", "hi_num", "hi_den", "na")


def impact_in_columns(
    old: Rulebook, new: Rulebook, intake: Intake, period: Period, progress: Progress
) -> tuple[tuple[Edit, ...], Impact, tuple[Problem, ...]]:
    """The edits, what they do to each unit of the table, and a note where the engine had to decide."""
    edits = difference(old, new)
    moving = levers(edits)
    runs = ColumnRuns(old, new, edits, moving, intake, period, progress)
    return edits, impact_of(old, new, moving, runs), runs.notes()


class ColumnRuns:
    """The units of a table under the rulebooks between old and new, each rulebook a table of the database."""

    def __init__(
        self,
        old: Rulebook,
        new: Rulebook,
        edits: tuple[Edit, ...],
        moving: tuple[Lever, ...],
        intake: Intake,
        period: Period,
        progress: Progress,
    ) -> None:
        self._old, self._new, self._edits, self._moving = old, new, edits, moving
        self._intake, self._store, self._period, self._progress = intake, intake.store, period, progress
        self._relations = Relations(intake, edits)
        self._rows: list[int] = []
        self._edited = edited_indicators(old, new, moving)
        self._runs = 0
        self._by_engine: set[int] = set()
        self._refused: list[Text] = []

    def notes(self) -> tuple[Problem, ...]:
        """What the engine had to decide, and why."""
        if not self._by_engine:
            return ()
        count, why = len(self._by_engine), Text("", "")
        if self._refused:
            why = Text(f":{self._refused[0].zh}", f": {self._refused[0].en}")
        message = Text(
            f"{count} 个单位由引擎逐个评(慢得多){why.zh}", f"{count} units were scored one by one by the engine{why.en}"
        )
        return (Problem("by-engine", Position(self._intake.source.file), message, severity="note"),)

    # --- runs ---

    def ends(self) -> Sequence[Ends]:
        """Every unit under both rulebooks."""
        everything = tuple(range(len(self._moving)))
        before, after = self._scored((), final_columns), self._scored(everything, final_columns)
        self._rows = [row for (row,) in self._store.all("SELECT row FROM population ORDER BY row")]
        found: dict[int, Ends] = {}
        self._store.run("CREATE TABLE moved_rows (row BIGINT)")
        if before is not None and after is not None:
            self._store.run(f"CREATE TABLE both_ends AS {self._both(before, after)}")
            self._store.run("INSERT INTO moved_rows SELECT row FROM both_ends WHERE moved")
            moves = _moves(self._edited)
            found = {row[0]: _ends(row, moves) for row in self._store.each("SELECT * FROM both_ends ORDER BY row")}
        left = [row for row in self._rows if row not in found]
        if left:
            found |= zip(left, self._cases(left).ends(), strict=True)
        return [found[row] for row in self._rows]

    def bounds(self, made: tuple[int, ...], places: Sequence[int]) -> Sequence[Bounds]:
        """The bounds of some units with these levers pulled."""
        rows = [self._rows[place] for place in places]
        table = self._scored(made, outcome_columns, "row IN (SELECT row FROM moved_rows)")
        found: dict[int, Bounds] = {}
        if table is not None:
            query = f"SELECT row, {', '.join(_ENDS[:4])} FROM {table}"
            found = {row: (_ratio(*ends[:2]), _ratio(*ends[2:])) for row, *ends in self._store.each(query)}
            self._store.run(f"DROP TABLE {table}")
        left = [row for row in rows if row not in found]
        if left:
            runs = self._cases(left)
            found |= zip(left, runs.bounds(made, range(len(left))), strict=True)
        return [found[row] for row in rows]

    def _cases(self, rows: Sequence[int]) -> CaseRuns:
        self._by_engine.update(rows)
        rebuilt: list[Case] = [case for _, case in cases(self._intake, rows, self._period)]
        return CaseRuns(self._old, self._new, self._edits, self._moving, self._progress, rebuilt)

    def _hybrid(self, made: tuple[int, ...]) -> Rulebook:
        applied = [edit for n in made for edit in self._moving[n].edits]
        return hybrid(self._old, self._new, self._edits, applied)

    def _scored(self, made: tuple[int, ...], shape: Shape, only: str = "true") -> str | None:
        """The table of a rulebook's answers, without the units left to the engine; None where columns cannot say it."""
        rulebook = self._hybrid(made)
        profile, why = self._relations.profile(rulebook.vocabulary)
        plan, problems = (None, ()) if profile is None else column_plan(lower(rulebook)[0], profile, shape)
        if plan is None:
            self._refused.append(why or problems[0].message)
            return None
        queries, top = plan.queries("duckdb"), self._relations.top
        table, self._runs = f"run_{self._runs}", self._runs + 1
        for low in range(0, top, _AT_ONCE):
            self._progress(low, top, "score")
            self._relations.bind(rulebook.vocabulary, f"row >= {low} AND row < {low + _AT_ONCE} AND {only}")
            self._store.run(f"CREATE OR REPLACE TEMP TABLE results AS {queries.results}")
            into = f"INSERT INTO {table}" if low else f"CREATE TABLE {table} AS"
            self._store.run(f"{into} {queries.scores}")
        return table

    # --- both ends in SQL ---

    def _both(self, before: str, after: str) -> str:
        """Both outcomes of each unit; whether anything moved, and whether the edits leave alone what is open."""
        sides = [self._hybrid(()), self._hybrid(tuple(range(len(self._moving))))]
        picked = ", ".join(f"{side}.{name} AS {side}_{name}" for side in ("b", "a") for name in _ENDS)
        moved = " OR ".join(self._moved(*sides))
        settled = " AND ".join(self._settled(*sides)) or "true"
        own = "".join(f", {one}" for one in self._own(*sides))
        return (
            f"SELECT row, b.unit, b.name, {picked}, {moved} AS moved, {settled} AS settled{own} "
            f"FROM {before} b JOIN {after} a USING (row) ORDER BY row"
        )

    def _own(self, old: Rulebook, new: Rulebook) -> Iterator[str]:
        """The columns of each edited indicator: what it gives before, what after."""
        before, after = _places(old.indicators), _places(new.indicators)
        for n, edited in enumerate(self._edited):
            edit = edited.edit
            for side, place in (("b", before[edit.old_id or edit.id]), ("a", after[edit.id])):
                yield from (f"{side}.final_{place}_{name} AS {side}_own_{n}_{name}" for name in _OWN)

    def _moved(self, old: Rulebook, new: Rulebook) -> Iterator[str]:
        yield from (_differs("lower", "lower"), _differs("upper", "upper"), "b.grades IS DISTINCT FROM a.grades")
        for name, one, other in (
            ("final", _places(old.indicators), _places(new.indicators)),
            ("total", _places(old.sections), _places(new.sections)),
        ):
            if one.keys() != other.keys():
                # There are other things to look at: everything moved.
                yield "true"
            for key in one.keys() & other.keys():
                mine, its = f"{name}_{one[key]}", f"{name}_{other[key]}"
                yield f"b.{mine}_na IS DISTINCT FROM a.{its}_na"
                yield from (_differs(f"{mine}_{end}", f"{its}_{end}") for end in ("lo", "hi"))

    def _settled(self, old: Rulebook, new: Rulebook) -> Iterator[str]:
        places = (("b", _places(old.indicators)), ("a", _places(new.indicators)))
        for edit in self._edits:
            asked = asks(edit)
            if asked is None:
                yield "false"
            for key, (side, known) in zip(asked or (), places, strict=False):
                if key in known:
                    yield f"{side}.final_{known[key]}_sure = 1"


def _places(listed: Sequence[Indicator | Section]) -> dict[str, int]:
    """Where each of the indicators or sections stands."""
    return {one.id: place for place, one in enumerate(listed)}


def _differs(mine: str, its: str) -> str:
    """Whether two fractions differ; in lowest terms where their denominators do."""
    reduced = [
        f"CAST({side}_{half} AS HUGEINT) // gcd(CAST({side}_num AS HUGEINT), CAST({side}_den AS HUGEINT))"
        for side in (f"b.{mine}", f"a.{its}")
        for half in ("num", "den")
    ]
    return (
        f"CASE WHEN b.{mine}_den IS NOT DISTINCT FROM a.{its}_den THEN b.{mine}_num IS DISTINCT FROM a.{its}_num "
        f"ELSE {reduced[0]} IS DISTINCT FROM {reduced[2]} OR {reduced[1]} IS DISTINCT FROM {reduced[3]} END"
    )


# Of a million units few differ in their outcome: one record stands for all that have the same.
@lru_cache(maxsize=100_000)
def _ratio(num: Any, den: Any) -> Fraction:
    return Fraction(int(num), int(den))


@lru_cache(maxsize=100_000)
def _outcome(lower_num: Any, lower_den: Any, upper_num: Any, upper_den: Any, grades: str) -> Outcome:
    listed = tuple(grade for grade in grades.split(";") if grade)
    return Outcome(_ratio(lower_num, lower_den), _ratio(upper_num, upper_den), listed)


def _ends(row: Sequence[Any], moves: Callable[..., tuple[Move, ...]]) -> Ends:
    _, unit, name, *rest = row
    return Ends(
        Subject(unit, name),
        _outcome(*rest[:5]),
        _outcome(*rest[5:10]),
        bool(rest[10]),
        bool(rest[11]),
        moves(*rest[12:]),
    )


def _moves(edited: tuple[Edited, ...]) -> Callable[..., tuple[Move, ...]]:
    """What makes the moves of a unit of its columns, and remembers them: of a million units few differ."""

    @lru_cache(maxsize=100_000)
    def made(*found: Any) -> tuple[Move, ...]:
        sides = [_own(*found[n : n + len(_OWN)]) for n in range(0, len(found), len(_OWN))]
        pairs = zip(sides[::2], sides[1::2], strict=True)
        return tuple(one.move(*pair) for one, pair in zip(edited, pairs, strict=True))

    return made


def _own(lo_num: Any, lo_den: Any, hi_num: Any, hi_den: Any, apart: Any) -> Bounds | None:
    """Bounds; None where the indicator does not or may not apply."""
    return None if apart else (_ratio(lo_num, lo_den), _ratio(hi_num, hi_den))
