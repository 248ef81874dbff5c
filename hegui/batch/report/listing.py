"""Units of a run one by one: a page of them that fit, in some order; and a page of what was rejected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from engine.plan import Plan
from facts.columns.store import literal, quoted
from facts.problem import Text
from hegui.batch.output import CLAIMS
from hegui.batch.report.reading import Reading

Order = Literal["table", "low", "high", "open", "excess", "section"]
# Units whose grade is not determined.
UNDETERMINED = "?"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which units: whose id or name holds `find`, with this `grade`; `most` of them from number `start`, in an order."""

    find: str = ""
    grade: str = ""
    section: str = ""
    order: Order = "table"
    start: int = 0
    most: int = 50


@dataclass(frozen=True, slots=True)
class ListedUnit:
    """One unit of the list; scores that are not determined are None."""

    unit: str
    name: str
    score: Fraction | None
    lower: Fraction
    upper: Fraction
    grade: str | None
    grades: Sequence[str]
    claimed: Fraction | None
    sections: Mapping[str, Fraction | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listed:
    """A page: how many fit in all, those that are on it, and whether units claim anything."""

    count: int
    units: tuple[ListedUnit, ...]
    claims: bool


def graded(grade: str, table: str = "") -> str:
    """A condition on units: those with a grade; "?" those whose grade is not determined."""
    column = f"{table}grade"
    return "" if not grade else f"{column} IS NULL" if grade == UNDETERMINED else f"{column} = {literal(grade)}"


def listed(reading: Reading, plan: Plan, wanted: Wanted) -> Listed:
    """A page of the units of a run."""
    sections = [one.section.id for one in plan.sections]
    claimed = CLAIMS in reading.tables
    source = f"scores s LEFT JOIN {CLAIMS} c USING (row)" if claimed else "scores s"
    where = " AND ".join(filter(None, ("true", _found(wanted.find), graded(wanted.grade, "s."))))
    (count,) = reading.one(f"SELECT count(*) FROM scores s WHERE {where}")
    columns = [
        "s.unit",
        "s.name",
        "s.score",
        "s.lower",
        "s.upper",
        "s.grade",
        "s.grades",
        "c.claimed" if claimed else "NULL",
    ]
    columns += [f"s.{quoted('section_' + one)}" for one in sections]
    rows = reading.rows(
        f"SELECT {', '.join(columns)} FROM {source} WHERE {where} ORDER BY {_order(wanted, sections, claimed)}, s.row "
        f"LIMIT {max(1, wanted.most)} OFFSET {max(0, wanted.start)}"
    )
    return Listed(count, tuple(_unit(row, sections) for row in rows), claimed)


def _unit(row: tuple[Any, ...], sections: Sequence[str]) -> ListedUnit:
    unit, name, score, lower, upper, grade, grades, claimed = row[:8]
    may_have = tuple(one for one in (grades or "").split(";") if one)
    by_section = dict(zip(sections, row[8:], strict=True))
    return ListedUnit(unit, name or "", score, lower, upper, grade, may_have, claimed, by_section)


def _found(find: str) -> str:
    words = find.strip().lower()
    held = " OR ".join(f"contains(lower(s.{column}), {literal(words)})" for column in ("unit", "name"))
    return f"({held})" if words else ""


def _order(wanted: Wanted, sections: Sequence[str], claimed: bool) -> str:
    if wanted.order == "section" and wanted.section in sections:
        return f"s.{quoted('section_' + wanted.section)} ASC NULLS LAST"
    orders: Mapping[str, str] = {
        "low": "s.score ASC NULLS LAST",
        "high": "s.score DESC NULLS LAST",
        "open": "s.upper - s.lower DESC",
        "excess": "c.claimed - s.upper DESC NULLS LAST" if claimed else "s.row",
    }
    return orders.get(wanted.order, "s.row")


def rejected(reading: Reading, start: int, most: int) -> tuple[int, list[dict[str, Any]]]:
    """How much was rejected, and a page of it: {table, row, unit, column, text, lost, code, reason}."""
    (count,) = reading.one("SELECT count(*) FROM rejects")
    rows = reading.rows(
        "SELECT input_table, input_row, unit, column_name, text, lost, code, zh, en FROM rejects "
        f"ORDER BY ALL LIMIT {most} OFFSET {start}"
    )
    keys = ("table", "row", "unit", "column", "text", "lost", "code")
    return count, [
        {**dict(zip(keys, row[:7], strict=True)), "reason": Text(row[7] or "", row[8] or "")} for row in rows
    ]


def reasons_of(reading: Reading, unit: str) -> list[tuple[Any, ...]]:
    """What a run says of one unit: (indicator, verdict, code, points, score, lower, upper)."""
    return reading.rows(
        f"SELECT indicator, verdict, code, points, score, lower, upper FROM reasons WHERE unit = {literal(unit)}"
    )


def one_unit(reading: Reading, plan: Plan, unit: str) -> ListedUnit | None:
    """The unit of that id."""
    found = listed(reading, plan, Wanted(find=unit, most=1_000))
    return next((one for one in found.units if one.unit == unit), None)
