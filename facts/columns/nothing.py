"""Columns of the table of units that are called after a table of items: there a unit states that it has nothing to list."""

from __future__ import annotations

from collections.abc import Sequence

from facts.columns.loading import Loaded
from facts.columns.rejecting import UNITS, VALUE, shown
from facts.columns.relations import Relation
from facts.columns.store import Store, literal
from facts.documents.model import Cell
from facts.gathering.folding import fold_words
from facts.gathering.readings import is_blank
from facts.gathering.rowsreading import NOTHING_TO_LIST
from facts.provenance import TableRef

_NOT_NOTHING = (
    "not-nothing",
    "这一列是清单,单位表里只能写“无”(没有);有的,另写一张表,一行一条",
    "this column is a table, of which the table of units can only say 无 (none); what there is goes into a table of its own",
)
_BOTH = (
    "nothing-and-rows",
    "单位表里写了“无”,清单里却有行,都没有采用",
    "the table of units says that there is nothing, yet there are rows; neither was taken",
)
# Of texts that say something else so many are told; a column of notes would fill the rejects.
_MOST_TEXTS = 1_000


def label_of(place: int) -> str:
    """The column of a loaded table of units with what was written there."""
    return f"none_{place}"


def nothing_of(place: int) -> str:
    """The table of rows of units that state to have nothing."""
    return f"nothing_{place}"


def state_nothing(store: Store, units: str, place: int, title: str) -> int:
    """Table nothing_<place>: which units state that they have nothing to list; how many. What says something else is a reject."""
    column, none, other = label_of(place), list[str](), list[str]()
    for (text,) in store.each(f"SELECT DISTINCT {column} FROM {units} WHERE {column} IS NOT NULL ORDER BY 1"):
        cell = Cell(text, TableRef("", 0))
        if fold_words(text).strip().casefold() in NOTHING_TO_LIST:
            none.append(text)
        elif not is_blank(cell) and len(other) < _MOST_TEXTS:
            other.append(text)
    said = f"SELECT row FROM {units} WHERE {column} IN ({_listed(none)})"
    store.run(f"CREATE TABLE {nothing_of(place)} AS {said}")
    _reject(store, f"FROM {units} WHERE {column} IN ({_listed(other)})", column, title, _NOT_NOTHING)
    (count,) = store.one(f"SELECT count(*) FROM {nothing_of(place)}")
    return int(count)


def without_rows(store: Store, units: str, place: int, title: str, name: str) -> int:
    """Take both away where a unit states that it has nothing and has rows; how many are left that state it."""
    both = f"SELECT row FROM {nothing_of(place)} WHERE row IN (SELECT row FROM owned_{name})"
    owners = f"SELECT owner FROM owned_{name} WHERE row IN ({both})"
    _reject(store, f"FROM {units} WHERE row IN ({both})", label_of(place), title, _BOTH)
    store.run(f"DELETE FROM {name} WHERE unit IN ({owners})")
    store.run(f"CREATE TEMP TABLE contradicted AS {both}")
    for table in (f"owned_{name}", nothing_of(place)):
        store.run(f"DELETE FROM {table} WHERE row IN (FROM contradicted)")
    store.run("DROP TABLE contradicted")
    (count,) = store.one(f"SELECT count(*) FROM {nothing_of(place)}")
    return int(count)


def no_rows(store: Store, name: str, relation: Relation) -> Loaded:
    """The empty table of items of a table concept of which only statements are there."""
    store.run(f"CREATE TABLE {name} (n BIGINT, unit VARCHAR)")
    store.run(f"CREATE TABLE owned_{name} (owner VARCHAR, row BIGINT, times BIGINT, first BIGINT, last BIGINT)")
    return Loaded(name, (), {}, {}, (), relation)


def _reject(store: Store, rest: str, column: str, title: str, why: tuple[str, str, str]) -> None:
    reason = ", ".join(map(literal, why))
    store.run(
        f"INSERT INTO rejects SELECT {literal(UNITS)}, n, unit, {literal(title)}, {shown(column)}, {literal(VALUE)}, {reason} {rest}"
    )


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(map(literal, texts)) or "NULL"
