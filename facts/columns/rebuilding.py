"""Units of a table as Cases again, every fact with the row and column it was read from: for the engine, and for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from facts.columns.intake import Intake, Items
from facts.columns.loading import Loaded
from facts.columns.nothing import label_of, nothing_of
from facts.columns.relations import Relation
from facts.columns.store import literal
from facts.gathering.folding import quotable
from facts.gathering.mapping import Rule
from facts.gathering.rulereading import basis_for
from facts.model import Case, Fact, Period, Row, Scalar, Subject
from facts.provenance import Position, Provenance
from facts.values import Interval
from facts.vocabulary import Concept

# So many units are rebuilt at a time.
_AT_ONCE = 500


def cases(intake: Intake, rows: Sequence[int], period: Period) -> Iterator[tuple[int, Case]]:
    """The units of these rows, in order of row, each cell read anew from the input by the reader of all tables."""
    for start in range(0, len(rows), _AT_ONCE):
        yield from _some(intake, sorted(rows)[start : start + _AT_ONCE], period)


def _some(intake: Intake, rows: Sequence[int], period: Period) -> Iterator[tuple[int, Case]]:
    store, listed = intake.store, ", ".join(map(str, rows))
    units = store.all(f"SELECT row, n, unit, name FROM {intake.units.name} WHERE row IN ({listed}) ORDER BY row")
    facts = _facts(intake.units, {n: row for row, n, *_ in units}, intake)
    tables = {one.concept: _tables(intake, one, listed) for one in intake.items}
    sources = {source.id: source for source in (intake.source, *(one.source for one in intake.items))}
    for row, n, unit, name in units:
        found = dict(facts.get(row, {}))
        for concept, by_row in tables.items():
            if row in by_row:
                found[concept] = by_row[row]
        at = Position(f"{intake.source.file}[{n}]")
        yield row, Case(Subject(unit, name), period, found, sources, at)


def _texts(intake: Intake, loaded: Loaded, numbers: Sequence[int]) -> Iterator[tuple[int, list[str | None]]]:
    """The cells of these rows of the input, as the relation has them, in the order of the columns."""
    relation: Relation = loaded.relation
    picked = ", ".join(f"CAST(c{column.index} AS VARCHAR)" for column in loaded.columns) or "NULL"
    listed = ", ".join(map(str, numbers))
    query = f"SELECT n, {picked} FROM ({relation.sql}) WHERE n IN ({listed}) ORDER BY n"
    for n, *texts in intake.store.all(query):
        yield n, texts


def _facts(loaded: Loaded, rows: dict[int, int], intake: Intake) -> dict[int, dict[str, Fact]]:
    found = dict[int, dict[str, Fact]]()
    for n, texts in _texts(intake, loaded, list(rows)) if rows else ():
        facts = found.setdefault(rows[n], {})
        for column, text in zip(loaded.columns, texts, strict=True):
            if text is not None:
                cell = loaded.relation.decode(text, n, column.index)
                fact, _ = loaded.readers[column.key].read(cell)
                if fact is not None:
                    facts[column.concept.id] = fact
    return found


def _tables(intake: Intake, one: Items, listed: str) -> dict[int, Fact]:
    """By row of the unit, its rows of a table of items as one fact."""
    loaded = one.loaded
    name = loaded.name
    owned = intake.store.all(
        f"SELECT c.n, o.row FROM {name} c JOIN owned_{name} o ON o.owner = c.unit WHERE o.row IN ({listed}) ORDER BY o.row, c.n"
    )
    cells = dict(_texts(intake, loaded, [n for n, _ in owned])) if owned else {}
    concept = intake.vocabulary.concepts[one.concept]
    by_row, first = dict[int, list[Row]](), dict[int, int]()
    for n, row in owned:
        by_row.setdefault(row, []).append(_item(loaded, concept, n, cells[n]))
        first.setdefault(row, n)
    found = {row: _table(one, concept, rows, first[row]) for row, rows in by_row.items()}
    return found | (_nothing(intake, one, concept, listed) if one.nothing else {})


def _nothing(intake: Intake, one: Items, concept: Concept, listed: str) -> dict[int, Fact]:
    """By row of the unit, the empty table of those that state to have nothing to list."""
    index = next(index for index, known in intake.heading.tables.items() if known.id == concept.id)
    found, basis = dict[int, Fact](), basis_for(Rule(concept.id, None).basis, concept, True)
    query = (
        f"SELECT u.row, u.n, u.{label_of(one.place)} FROM {intake.units.name} u JOIN {nothing_of(one.place)} s USING (row) "
        f"WHERE u.row IN ({listed}) ORDER BY u.row"
    )
    for row, n, text in intake.store.all(query):
        locator = intake.units.relation.decode(text, n, index).locator
        found[row] = Fact(concept.id, (), "known", basis, (Provenance(intake.source.id, locator, quotable(text)),))
    return found


def _item(loaded: Loaded, concept: Concept, n: int, texts: Sequence[str | None]) -> Row:
    values: dict[str, Scalar] = dict.fromkeys(column.name for column in concept.columns)
    for column, text in zip(loaded.columns, texts, strict=True):
        if text is None:
            continue
        fact, _ = loaded.readers[column.key].read(loaded.relation.decode(text, n, column.index))
        if fact is not None and not isinstance(fact.value, Interval | tuple):
            values[column.concept.id] = fact.value
    return values


def _table(one: Items, concept: Concept, rows: Sequence[Row], first: int) -> Fact:
    locator = one.loaded.relation.decode("", first, one.loaded.columns[0].index).locator
    provenance = Provenance(one.source.id, locator, "", f"表中 {len(rows)} 行")
    basis = basis_for(Rule(concept.id, None).basis, concept, True)
    return Fact(concept.id, tuple(rows), "known", basis, (provenance,), f"{len(rows)} 行")


def find_unit(intake: Intake, wanted: str) -> int | None:
    """The row of the unit of that id, else of the only one of that name."""
    name = intake.units.name
    found = intake.store.all(f"SELECT row FROM {name} WHERE unit = {literal(wanted)}")
    found = found or intake.store.all(f"SELECT row FROM {name} WHERE name = {literal(wanted)} ORDER BY row LIMIT 2")
    return int(found[0][0]) if len(found) == 1 else None
