"""Loads a relation into a table: for each wanted column what the database read (m<key>) and the texts it left (t<key>)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from facts.columns.cells import ColumnReader
from facts.columns.fast import Fast, fast, stripped
from facts.columns.model import Wanted
from facts.columns.relations import Relation
from facts.columns.store import Store, literal

# So many rows tell whether a column mostly has more digits after the point than the first way takes.
_TRIED = 5_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """A table in the database: its name, its columns, how each was read, and which have texts left to read."""

    name: str
    columns: tuple[Wanted, ...]
    readers: Mapping[str, ColumnReader]
    taken: Mapping[str, Fast]
    left: tuple[Wanted, ...]
    relation: Relation


def load(
    store: Store,
    name: str,
    relation: Relation,
    columns: Sequence[Wanted],
    readers: Mapping[str, ColumnReader],
    labels: Mapping[str, int | Sequence[int]],
) -> Loaded:
    """The table `name`: n, the columns of `labels` (texts stripped, by index), m<key> and t<key> of each column.

    Of a label of several columns it is the first that is not blank.
    """
    taken = {column.key: _fast(store, relation, column, readers[column.key]) for column in columns}
    inner = ["n"]
    for label, indexes in labels.items():
        texts = [plain(relation, index) for index in ((indexes,) if isinstance(indexes, int) else indexes)]
        inner.append(f"coalesce({', '.join(texts)}) AS {label}")
    outer = ["n", *labels]
    for column in columns:
        way, kind, key = taken[column.key], relation.types[column.index], column.key
        x = stripped(f"c{column.index}", kind) if kind in ("LINE", "VARCHAR") else f"c{column.index}"
        inner.append(f"{x} AS x{key}")
        outer.append(f"x{key}")
        outer.append(f"{_over(way.sql, key)} AS m{key}")
    last = ["n", *labels]
    for column in columns:
        way, kind, key = taken[column.key], relation.types[column.index], column.key
        test = _tested(way, key)
        text = f"x{key}" if kind in ("LINE", "VARCHAR") else stripped(f"x{key}", kind)
        last.append(f"{test} AS m{key}")
        last.append(f"CASE WHEN {test} IS NULL THEN {text} END AS t{key}")
    store.run(
        f"CREATE TABLE {name} AS SELECT {', '.join(last)} FROM "
        f"(SELECT {', '.join(outer)} FROM (SELECT {', '.join(inner)} FROM ({relation.sql})))"
    )
    counts = store.one(f"SELECT count(*), {', '.join([f'count(t{c.key})' for c in columns] or ['0'])} FROM {name}")[1:]
    left = tuple(column for column, count in zip(columns, counts, strict=False) if count)
    return Loaded(name, tuple(columns), readers, taken, left, relation)


def plain(relation: Relation, index: int) -> str:
    """A name or a number of a unit, as people wrote it."""
    text = stripped(f"c{index}", relation.types[index])
    if relation.types[index] != "LINE":
        return text
    shown = f"replace(split_part({text}, chr(1), 1), {literal(chr(92) * 2)}, chr(2))"
    for escape, character in (("\\t", "chr(9)"), ("\\n", "chr(10)"), ("\\r", "chr(13)")):
        shown = f"replace({shown}, {literal(escape)}, {character})"
    shown = f"replace({shown}, chr(2), chr(92))"
    return f"CASE WHEN contains({text}, chr(92)) OR contains({text}, chr(1)) THEN nullif({shown}, '') ELSE {text} END"


def _over(sql: str, key: str) -> str:
    """SQL over x, over the column of that key."""
    return _renamed(sql, "x", f"x{key}")


def _tested(way: Fast, key: str) -> str:
    return f"CASE WHEN {_renamed(way.test, 'm', f'm{key}')} THEN m{key} END" if way.test else f"m{key}"


def _renamed(sql: str, old: str, new: str) -> str:
    """SQL of `fast` with its variable renamed; a variable stands alone there, and nothing in quotes does."""
    parts = sql.split("'")
    for at in range(0, len(parts), 2):
        parts[at] = re.sub(rf"\b{old}\b", new, parts[at])
    return "'".join(parts)


def _fast(store: Store, relation: Relation, column: Wanted, reader: ColumnReader) -> Fast:
    kind, concept = relation.types[column.index], column.concept
    bare = reader.bare_factor()
    way = fast(concept, kind, bare)
    if concept.type not in ("quantity", "score") or kind not in ("LINE", "VARCHAR", "DOUBLE"):
        return way
    other = fast(concept, kind, bare, many_places=True)
    x = stripped(f"c{column.index}", kind) if kind != "DOUBLE" else f"c{column.index}"
    narrow, wide = store.one(
        f"SELECT count({way.sql}), count({other.sql}) FROM (SELECT {x} AS x FROM ({relation.sql}) LIMIT {_TRIED})"
    )
    # Nearly all must gain by it: integers of twice the width are slower in everything that follows.
    return other if wide > narrow and 20 * (wide - narrow) > wide else way


def without_unit(
    store: Store, relation: Relation, columns: Sequence[Wanted], readers: Mapping[str, ColumnReader]
) -> list[Wanted]:
    """Columns of numbers whose header names no unit where one is needed, with cells that name none either."""
    found = []
    for column in columns:
        kind = relation.types[column.index]
        if column.concept.type not in ("quantity", "score") or readers[column.key].bare_factor() is not None:
            continue
        x = stripped(f"c{column.index}", kind)
        cells = f"(SELECT {x} AS x FROM ({relation.sql}) WHERE {x} IS NOT NULL LIMIT {_TRIED})"
        some, bare = store.one(f"SELECT count(*), count_if(regexp_full_match(x, '[+-]?[0-9][0-9,.e+-]*')) FROM {cells}")
        if some and some == bare:
            found.append(column)
    return found
