"""Cases as the relations that columns read, in a DuckDB of the test's own, and what the columns say of each case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Any

import duckdb

from engine.casefacts import CaseFacts
from engine.columns.profile import ColumnProfile, Profile, TableProfile
from engine.columns.queries import ColumnPlan
from engine.model import Rulebook
from facts.model import BASES, Case, Fact
from facts.values import Interval
from facts.vocabulary import Column, Concept

_STATUS = {"known": 1, "absent": 0, "not_applicable": 2, "conflict": 3}
_TEXT = ("boolean", "choice", "text")
Cell = int | str | bool | None
Answers = tuple[dict[int, dict[str, Any]], dict[tuple[int, str], dict[str, Any]]]
Answering = Callable[[duckdb.DuckDBPyConnection, ColumnPlan], Answers]


def status_of(fact: Fact | None) -> int:
    """The status column of a fact."""
    if fact is None:
        return 0
    return 4 if fact.status == "known" and isinstance(fact.value, Interval) else _STATUS[fact.status]


def number(value: object) -> Fraction:
    """A quantity or a day as a number."""
    if isinstance(value, date):
        return Fraction(value.toordinal())
    assert isinstance(value, Fraction)
    return value


def decimal_scale(values: Sequence[Fraction]) -> int:
    """The power of ten that makes all of them whole."""
    whole = lcm(*(value.denominator for value in values)) if values else 1
    scale = 1
    while scale % whole:
        scale *= 10
        assert scale < 10**18, "not decimals"
    return scale


def profile_of(rulebook: Rulebook, cases: Sequence[Case]) -> Profile:
    """What the intake would find out about these cases."""
    found: dict[str, ColumnProfile | TableProfile] = {}
    for concept in rulebook.vocabulary.concepts.values():
        facts = [case.facts.get(concept.id) for case in cases]
        states = [status_of(fact) for fact in facts]
        if not any(states):
            continue
        values = [fact.value for fact, state in zip(facts, states, strict=True) if fact is not None and state in (1, 4)]
        complete, applies = all(s == 1 for s in states), 2 not in states
        if concept.type == "table":
            rows = [row for value in values if isinstance(value, tuple) for row in value]
            columns = {c.name: _column(c, [row.get(c.name) for row in rows]) for c in concept.columns}
            most = max((len(value) for value in values if isinstance(value, tuple)), default=0)
            found[concept.id] = TableProfile(complete, applies, columns, most)
        else:
            found[concept.id] = _column(concept, [*values, *([None] if not complete else [])], applies, 4 in states)
    return Profile(found)


def _column(
    concept: Concept | Column, values: Sequence[object], applies: bool = True, bounded: bool = False
) -> ColumnProfile:
    known = [value for value in values if value is not None]
    complete = len(known) == len(values)
    if concept.type in _TEXT:
        return ColumnProfile(1, None, None, complete, applies, bounded)
    numbers = [number(value) for value in known if not isinstance(value, Interval)]
    for value in known:
        if isinstance(value, Interval):
            numbers += [end for end in (value.lo, value.hi) if end is not None]
    scale = decimal_scale(numbers)
    whole = [int(value * scale) for value in numbers]
    return ColumnProfile(scale, min(whole, default=None), max(whole, default=None), complete, applies, bounded)


def load(connection: duckdb.DuckDBPyConnection, rulebook: Rulebook, cases: Sequence[Case], profile: Profile) -> None:
    """Make the tables `units` and `items_<n>`."""
    concepts = list(rulebook.vocabulary.concepts.values())
    columns: dict[str, tuple[str, list[Any]]] = {
        "row": ("BIGINT", list(range(len(cases)))),
        "unit": ("VARCHAR", [f"u{n}" for n in range(len(cases))]),
        "name": ("VARCHAR", [case.subject.name for case in cases]),
    }
    for place, concept in enumerate(concepts):
        known = profile.concepts.get(concept.id)
        if known is None:
            continue
        facts = [case.facts.get(concept.id) for case in cases]
        columns[f"s{place}"] = ("TINYINT", [status_of(fact) for fact in facts])
        if isinstance(known, TableProfile):
            _items(connection, place, concept, known, facts)
        else:
            kind = "VARCHAR" if concept.type in _TEXT else "BIGINT"
            values = [_cell(_one_value(fact), known) for fact in facts]
            columns[f"v{place}"] = (kind, values)
            if known.bounded:
                _ranges(columns, place, known, facts)
    _table(connection, "units", columns)


def _ranges(
    columns: dict[str, tuple[str, list[Any]]], place: int, known: ColumnProfile, facts: Sequence[Fact | None]
) -> None:
    stated = [fact.value if fact is not None and isinstance(fact.value, Interval) else Interval() for fact in facts]
    columns[f"l{place}"] = ("BIGINT", [_cell(one.lo, known) for one in stated])
    columns[f"h{place}"] = ("BIGINT", [_cell(one.hi, known) for one in stated])
    columns[f"lo{place}"] = ("BOOLEAN", [one.lo_open for one in stated])
    columns[f"ho{place}"] = ("BOOLEAN", [one.hi_open for one in stated])


def _items(
    connection: duckdb.DuckDBPyConnection,
    place: int,
    concept: Concept,
    known: TableProfile,
    facts: Sequence[Fact | None],
) -> None:
    rows = [
        (unit, item, row)
        for unit, fact in enumerate(facts)
        if fact is not None and isinstance(fact.value, tuple) and status_of(fact) == 1
        for item, row in enumerate(fact.value)
    ]
    columns: dict[str, tuple[str, list[Any]]] = {
        "row": ("BIGINT", [unit for unit, _, _ in rows]),
        "item": ("BIGINT", [item for _, item, _ in rows]),
    }
    for number_, column in enumerate(concept.columns):
        kind = "VARCHAR" if column.type in _TEXT else "BIGINT"
        columns[f"c{number_}"] = (kind, [_cell(row.get(column.name), known.columns[column.name]) for *_, row in rows])
    _table(connection, f"items_{place}", columns)


def _one_value(fact: Fact | None) -> object:
    """The value of a known fact, or of a stated range that leaves only one."""
    if fact is None or fact.status != "known":
        return None
    value = fact.value
    return value if not isinstance(value, Interval) else value.lo if value.is_point else None


def _cell(value: object, known: ColumnProfile) -> Cell:
    if value is None or isinstance(value, str):
        return value
    return int(number(value) * known.scale)


def _table(connection: duckdb.DuckDBPyConnection, name: str, columns: dict[str, tuple[str, list[Any]]]) -> None:
    listed = ", ".join(f"{column} {kind}" for column, (kind, _) in columns.items())
    connection.execute(f"CREATE OR REPLACE TABLE {name} ({listed})")
    rows = list(zip(*(values for _, values in columns.values()), strict=True))
    if rows:
        marks = ", ".join("?" * len(columns))
        connection.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)  # names of the test's own


def answers(connection: duckdb.DuckDBPyConnection, plan: ColumnPlan) -> Answers:
    """Wide rows by row number and long rows by row number and indicator, numbers as fractions."""
    queries = plan.queries("duckdb")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE results AS {queries.results}")
    wide = {one["row"]: one for one in _rows(connection.execute(queries.scores))}
    long = {(one["row"], one["indicator"]): one for one in _rows(connection.execute(queries.reasons))}
    return wide, long


def answers_in_groups(size: int) -> Answering:
    """As `answers`, the indicators in groups of at most so many."""

    def found(connection: duckdb.DuckDBPyConnection, plan: ColumnPlan) -> Answers:
        grouped = plan.grouped("duckdb", 1, size)
        connection.execute("CREATE OR REPLACE TEMP TABLE everyone AS SELECT * FROM units ORDER BY row")
        for group in grouped.groups:
            # Of the population only what the group says that it reads.
            connection.execute(f"CREATE OR REPLACE TEMP VIEW units AS SELECT {', '.join(group.units)} FROM everyone")
            connection.execute(
                f"CREATE OR REPLACE TEMP TABLE {group.table} AS SELECT * FROM ({group.results}) ORDER BY row"
            )
            kept = [name for name, *_ in connection.execute(f"DESCRIBE {group.table}").fetchall()]
            assert kept == [*group.columns, "beyond"]
        try:
            wide = {one["row"]: one for one in _rows(connection.execute(grouped.scores))}
            long = {(one["row"], one["indicator"]): one for one in _rows(connection.execute(grouped.reasons))}
        finally:
            connection.execute("DROP VIEW temp.units")
        return wide, long

    return found


def _rows(result: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = [column[0] for column in result.description or ()]
    return [fractions(dict(zip(names, row, strict=True))) for row in result.fetchall()]


def fractions(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its numbers as fractions: columns by name, or as numerator and denominator."""
    found: dict[str, Any] = {}
    for name, value in row.items():
        if name.endswith("_num"):
            found[name[:-4]] = None if value is None else Fraction(int(value), int(row[f"{name[:-4]}_den"]))
        elif not name.endswith("_den"):
            found[name] = Fraction(value) if isinstance(value, Decimal) else value
    return found


def facts_of(rulebook: Rulebook, case: Case) -> CaseFacts:
    """The case as the rulebook sees it."""
    return CaseFacts(rulebook, case, BASES)
