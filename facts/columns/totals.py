"""Rows of totals and notes in a relation: which they are is said in `facts.gathering`; totals that could be a unit are rejects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from facts.columns.loading import plain
from facts.columns.rejecting import ROW, UNITS, shown
from facts.columns.relations import Relation
from facts.columns.store import Store, literal
from facts.gathering.tables import is_footnote
from facts.gathering.totals import find_total

_OF_UNITS = (
    "total-row",
    "从名称看这一行是合计、小计或其中数,不是一个单位,没有采用;若确是单位,请改名称",
    "by its name this row is a total or a part of one, no unit, and was left out; if it is a unit, rename it",
)
_OF_ITEMS = (
    "total-row",
    "从名称看这一行是合计、小计或其中数,不是一项,没有采用;若确是一项,请改名称",
    "by its name this row is a total or a part of one, no item, and was left out; if it is an item, rename it",
)
# A text without any of these is no word of totals and no note, whatever stands between its characters.
_MAYBE = (
    "其\\P{Han}*中|[合小总總累]\\P{Han}*[计計]|[总總]\\P{Han}*分|(?i:t)\\W*(?i:o)\\W*(?i:t)\\W*(?i:a)\\W*(?i:l)|[ｔＴ]"
    "|^\\W*(?:[注备備说說附]|填|[资資]料来源|資料來源)"
)
_TEXTS = ("LINE", "VARCHAR")
_AT_ONCE = 200
_Row = tuple[int, str | None, str | None, str, int, bool]


def without_totals(
    store: Store, relation: Relation, table: str, names: Sequence[int], leading: Sequence[int], others: Sequence[int]
) -> Relation:
    """The relation without its rows of totals and notes; they stay in a table for `not_totals` and `reject_totals`.

    `names`: the columns that name the unit, the best first; `leading`: those that may say besides that the row is a total;
    `others`: whatever else is read of a row.
    """
    store.run(
        f"CREATE TABLE {_totals(table)} (n BIGINT, unit VARCHAR, name VARCHAR, text VARCHAR, place INTEGER, told BOOLEAN)"
    )
    columns = (*names, *leading)
    maybe = " OR ".join(
        f"regexp_matches(c{index}, {literal(_MAYBE)})" for index in columns if relation.types[index] in _TEXTS
    )
    if not maybe:
        return relation
    picked = ", ".join(f"{plain(relation, index)} AS c{index}" for index in columns)
    # Not a chain of additions, which for a thousand columns is too deep for the database.
    filled = ", ".join(
        ["0", *(f"CAST({plain(relation, index)} IS NOT NULL AS INTEGER)" for index in others if index not in columns)]
    )
    some, found = list[_Row](), False
    for n, more, *cells in store.each(
        f"SELECT n, list_sum([{filled}]) AS more, {picked} FROM (SELECT * FROM ({relation.sql}) WHERE {maybe})"
    ):
        row = _row(n, dict(zip(columns, (cell or "" for cell in cells), strict=True)), names, more)
        if row is not None:
            some.append(row)
            found = True
        if len(some) == _AT_ONCE:
            _keep(store, table, some)
            some = []
    _keep(store, table, some)
    return not_totals(relation, table) if found else relation


def _row(n: int, cells: Mapping[int, str], names: Sequence[int], more: int) -> _Row | None:
    """What is kept of a row that is a total or a note; `more`: how many other cells it has."""
    texts = [cells[index] for index in sorted(cells) if cells[index]]
    if is_footnote([*texts, *(["…"] * more)]):
        return n, None, None, texts[0], min(cells), False
    columns = list(cells)
    total = find_total([cells[index] for index in names], [cells[index] for index in columns[len(names) :]])
    if total is None:
        return None
    at, kind = total
    named = [cells[index] for index in names if cells[index]]
    unit, name = (named[0], named[-1]) if named else (None, None)
    return n, unit, name, cells[columns[at]], columns[at], kind == "named"


def _keep(store: Store, table: str, rows: Sequence[_Row]) -> None:
    if rows:
        places = ", ".join(["(?, ?, ?, ?, ?, ?)"] * len(rows))
        store.run(f"INSERT INTO {_totals(table)} VALUES {places}", [value for row in rows for value in row])


def not_totals(relation: Relation, table: str) -> Relation:
    """The relation without the rows that were found to be totals of that table."""
    return replace(relation, sql=f"SELECT * FROM ({relation.sql}) ANTI JOIN {_totals(table)} USING (n)")


def reject_totals(store: Store, table: str, label: str, titles: Sequence[str]) -> int:
    """Totals that could be a unit or an item become rejects of the table `label`; how many. `titles`: of all columns."""
    reason = ", ".join(map(literal, _OF_UNITS if label == UNITS else _OF_ITEMS))
    for (place,) in store.all(f"SELECT DISTINCT place FROM {_totals(table)} WHERE told ORDER BY place"):
        store.run(
            f"INSERT INTO rejects SELECT {literal(label)}, n, unit, {literal(titles[place])}, {shown('text')}, {literal(ROW)}, "
            f"{reason} FROM {_totals(table)} WHERE told AND place = {place}"
        )
    (count,) = store.one(f"SELECT count(*) FROM {_totals(table)} WHERE told")
    return int(count)


def units_of_totals(table: str) -> str:
    """SQL of unit and name of the totals that were told."""
    return f"SELECT DISTINCT unit, name FROM {_totals(table)} WHERE told AND unit IS NOT NULL"


def _totals(table: str) -> str:
    return f"totals_{table}"
