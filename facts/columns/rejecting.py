"""The table of rejects: rows of the input that cannot be used, and values that were left out of rows that can."""

from __future__ import annotations

from facts.columns.loading import Loaded
from facts.columns.resolving import VALUE_ONLY
from facts.columns.store import Store, literal
from facts.gathering.headings import Heading

# What is lost by a reject: the whole row, or one value of it.
ROW, VALUE = "row", "value"
_COLUMNS = (
    "input_table VARCHAR, input_row BIGINT, unit VARCHAR, column_name VARCHAR, text VARCHAR, lost VARCHAR, code VARCHAR, "
    "zh VARCHAR, en VARCHAR"
)
UNITS = "units"
NO_UNIT = ("no-unit", "这一行没有写单位", "this row names no unit")
_TWICE = (
    "duplicate-unit",
    "这个单位出现了不止一次,后面的行没有采用",
    "the unit stands more than once; the later row was left out",
)
_SHIFTED = (
    "too-many-cells",
    "这一行的格比表头多,哪一格属于哪一列不能确定",
    "the row has more cells than the header, so that it is not certain which belongs to which column",
)
# So much of a cell is shown.
_SHOWN = 200


def start_rejects(store: Store) -> None:
    """The empty table of rejects."""
    store.run(f"CREATE TABLE rejects ({_COLUMNS})")


def reject_units(store: Store, loaded: Loaded, heading: Heading, lost: str = ROW) -> None:
    """Give every row its unit and name, and move those that cannot be used to the rejects; table left_out names their units."""
    name = loaded.name
    key = "unit_id" if heading.id is not None else "NULL"
    (first,) = store.one(f"SELECT min(n) FROM {name}")
    called = "unit_name" if heading.name is not None else "NULL"
    store.run(f"ALTER TABLE {name} ADD COLUMN unit VARCHAR")
    store.run(f"ALTER TABLE {name} ADD COLUMN name VARCHAR")
    store.run(f"ALTER TABLE {name} ADD COLUMN row BIGINT")
    store.run(
        f"UPDATE {name} SET unit = coalesce({key}, {called}), name = coalesce({called}, {key}), row = n - {first}"
    )
    store.run(_reject("n, NULL, NULL, NULL", ROW, NO_UNIT, f"FROM {name} WHERE unit IS NULL"))
    again = (
        f"FROM (SELECT n, unit, row_number() OVER (PARTITION BY unit ORDER BY n) AS time FROM {name} WHERE unit IS NOT NULL) "
        "WHERE time > 1"
    )
    store.run(_reject("n, unit, NULL, NULL", ROW, _TWICE, again))
    if loaded.relation.surplus is not None:
        shifted = f"FROM {name} WHERE surplus IS NOT NULL"
        store.run(_reject(f"n, unit, NULL, {shown('surplus')}", ROW, _SHIFTED, shifted))
    for column in loaded.left:
        reject_cells(store, loaded, column.key, column.title, UNITS, lost)
    store.run(
        f"CREATE TABLE left_out AS SELECT DISTINCT unit, name FROM {name} WHERE n IN "
        f"(SELECT input_row FROM rejects WHERE lost = {literal(ROW)}) AND unit IS NOT NULL"
    )
    store.run(f"DELETE FROM {name} WHERE n IN (SELECT input_row FROM rejects WHERE lost = {literal(ROW)})")


def reject_cells(store: Store, loaded: Loaded, key: str, title: str, table: str, lost: str) -> None:
    """The cells of one column that could not be read; `lost`: what the worst of them costs."""
    only = ", ".join(map(literal, sorted(VALUE_ONLY)))
    store.run(
        f"INSERT INTO rejects SELECT {literal(table)}, c.n, c.unit, {literal(title)}, {shown(f'c.t{key}')}, "
        f"CASE WHEN r.code IN ({only}) THEN {literal(VALUE)} ELSE {literal(lost)} END, r.code, r.zh, r.en "
        f"FROM {loaded.name} c JOIN readings_{loaded.name} r ON r.key = {literal(key)} AND r.t = c.t{key} "
        "WHERE r.code IS NOT NULL"
    )


def shown(text: str) -> str:
    """SQL of what is shown of a cell."""
    return f"left(split_part({text}, chr(1), 1), {_SHOWN})"


def _reject(columns: str, lost: str, why: tuple[str, str, str], rest: str) -> str:
    reason = ", ".join(map(literal, why))
    return f"INSERT INTO rejects SELECT {literal(UNITS)}, {columns}, {literal(lost)}, {reason} {rest}"
