"""The normalised population as SQL: relation `units` and, for each table concept, relation `items_<place>`.

What the columns mean is said in docs/batch.md: v<n> values, s<n> states, l<n> and h<n> the ends of stated ranges.
"""

from __future__ import annotations

from collections.abc import Container

from facts.columns.intake import Intake, Items
from facts.columns.loading import Loaded
from facts.columns.model import ABSENT, KNOWN, NUMERIC, ColumnFacts, Wanted
from facts.columns.nothing import nothing_of
from facts.columns.scales import integer_sql, integer_type
from facts.columns.store import literal

# Of a concept in the relation of units.
_ENDS = ("v", "s", "l", "h", "lo", "ho")


def units_sql(intake: Intake, low: int, high: int, only: Container[str] | None = None) -> str:
    """The units whose row lies in low … high - 1, in order of row; `only`: of concepts of which one of these columns is asked for."""
    loaded, picked, joins = intake.units, ["c.row", "c.unit", "c.name"], list[str]()

    def asked(key: object) -> bool:
        return only is None or any(f"{end}{key}" in only for end in _ENDS)

    for column in loaded.columns:
        if not asked(column.key):
            continue
        picked += unit_columns(loaded, column, intake.facts[column.key])
        if column in loaded.left:
            joins.append(_join(loaded, column))
    for one in intake.items:
        if not one.facts.complete and asked(one.place):
            has = f"CASE WHEN i{one.place}.row IS NULL THEN {ABSENT} ELSE {KNOWN} END"
            picked.append(f"CAST({has} AS TINYINT) AS s{one.place}")
            stated = f"SELECT row FROM owned_{one.loaded.name}"
            if one.nothing:
                stated += f" UNION ALL SELECT row FROM {nothing_of(one.place)}"
            among = f"SELECT DISTINCT row FROM ({stated}) WHERE row >= {low} AND row < {high}"
            joins.append(f"LEFT JOIN ({among}) i{one.place} ON i{one.place}.row = c.row")
    rows = f"SELECT * FROM {loaded.name} WHERE row >= {low} AND row < {high}"
    return f"SELECT {', '.join(picked)} FROM ({rows}) c {' '.join(joins)} ORDER BY c.row"


def items_sql(intake: Intake, one: Items, low: int, high: int, ordered: bool = True) -> str:
    """The rows of a table of items for the units whose row lies in low … high - 1; `ordered`: by row and item.

    Every column of the concept is there, empty where the table has none.
    """
    loaded, name, picked, joins = one.loaded, one.loaded.name, ["o.row", "c.n AS item"], list[str]()
    for place, told in enumerate(intake.vocabulary.concepts[one.concept].columns):
        column = next((column for column in loaded.columns if column.concept.id == told.name), None)
        if column is None:
            kind = "BIGINT" if told.type in NUMERIC else "VARCHAR"
            picked.append(f"CAST(NULL AS {kind}) AS c{place}")
            continue
        picked.append(f"{_value(loaded, column, one.facts.columns[told.name])} AS c{place}")
        joins += [_join(loaded, column)] if column in loaded.left else []
    own = f"SELECT owner, row FROM owned_{name} WHERE row >= {low} AND row < {high}"
    first, last = intake.store.one(
        f"SELECT min(first), max(last) FROM owned_{name} WHERE row >= {low} AND row < {high}"
    )
    # Where rows come in the order of units, this leaves all others unread.
    rows = f"SELECT * FROM {name} WHERE n BETWEEN {first or 0} AND {last or 0}"
    order = " ORDER BY row, item" if ordered else ""
    return f"SELECT {', '.join(picked)} FROM ({rows}) c JOIN ({own}) o ON o.owner = c.unit {' '.join(joins)}{order}"


def unit_columns(loaded: Loaded, column: Wanted, facts: ColumnFacts) -> list[str]:
    """The columns of one concept."""
    key, left = column.key, column in loaded.left
    found = [f"{_value(loaded, column, facts)} AS v{key}"]
    if not facts.complete:
        otherwise = f"coalesce(r{key}.status, {ABSENT})" if left else str(ABSENT)
        found.append(f"CAST(CASE WHEN c.m{key} IS NOT NULL THEN {KNOWN} ELSE {otherwise} END AS TINYINT) AS s{key}")
    if facts.bounded:
        kind = integer_type(facts)
        for end in ("lo", "hi"):
            number = f"r{key}.{end}_num * ({facts.scale} // r{key}.{end}_den)"
            found.append(f"CAST({number} AS {kind}) AS {end[0]}{key}")
        found += [f"coalesce(r{key}.lo_open, false) AS lo{key}", f"coalesce(r{key}.hi_open, false) AS ho{key}"]
    return found


def _value(loaded: Loaded, column: Wanted, facts: ColumnFacts) -> str:
    key, m = column.key, f"c.m{column.key}"
    if not column.numeric:
        return f"coalesce({m}, r{key}.words)" if column in loaded.left else m
    number = integer_sql(loaded, column, facts, m)
    if column not in loaded.left:
        return number
    return f"coalesce({number}, CAST(r{key}.num * ({facts.scale} // r{key}.den) AS {integer_type(facts)}))"


def _join(loaded: Loaded, column: Wanted) -> str:
    key = column.key
    among = f"SELECT * FROM readings_{loaded.name} WHERE key = {literal(key)}"
    return f"LEFT JOIN ({among}) r{key} ON r{key}.t = c.t{key}"
