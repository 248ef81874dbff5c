"""Tables of items: a row for each item, with its unit; the rows of a unit are one fact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from facts.columns.cells import ColumnReader
from facts.columns.intake import Intake, Items, repeated_columns, unit_missing
from facts.columns.loading import load, without_unit
from facts.columns.model import ColumnFacts, TableFacts, Wanted
from facts.columns.nothing import no_rows, state_nothing, without_rows
from facts.columns.opening import Opened, damage_in, open_table
from facts.columns.rejecting import NO_UNIT, VALUE, reject_cells, shown
from facts.columns.relations import Below, relation
from facts.columns.resolving import resolve
from facts.columns.scales import column_facts
from facts.columns.store import Store, database_error, literal
from facts.columns.totals import reject_totals, without_totals
from facts.documents.model import Progress, no_progress
from facts.factvalue import MAX_ROWS
from facts.gathering.folding import key_of
from facts.gathering.headings import ItemsHeading, find_items_heading, is_called_after, no_items
from facts.gathering.rowsreading import as_concept
from facts.gathering.totals import leading_columns
from facts.gathering.views import Grid
from facts.problem import Problem, Text, did_you_mean, has_errors
from facts.provenance import Position
from facts.vocabulary import Concept

_UNKNOWN = ("unknown-unit", "这个单位不在单位表里", "the table of units has no such unit")
_REJECTED = ("rejected-unit", "这个单位在单位表里的那一行不能采用", "the unit's own row cannot be used")
_AMBIGUOUS = (
    "ambiguous-unit",
    "有不止一个单位叫这个名称,请写编号",
    "several units bear this name: write the unit's id",
)
_TOO_MANY = (
    "too-many-rows",
    f"这个单位的行数超过 {MAX_ROWS},都没有采用",
    f"the unit has more than {MAX_ROWS} rows; none was taken",
)
_SHIFTED = (
    "too-many-cells",
    "这个单位有一行的格比表头多,哪一格属于哪一列不能确定;这个单位的行都没有采用",
    "a row of the unit has more cells than the header, which belongs to which column is not certain; none of its rows was taken",
)


def take_in_items(
    intake: Intake, files: Mapping[str, Path], progress: Progress = no_progress
) -> tuple[Intake | None, tuple[Problem, ...]]:
    """The intake with tables of items: those in the file of units that bear a table concept's name, and `files` by name."""
    try:
        return _with_items(intake, files, progress)
    except database_error():
        damaged = damage_in(files.values())
        if not damaged:
            raise
        return None, (*intake.problems, *damaged)


def _with_items(
    intake: Intake, files: Mapping[str, Path], progress: Progress
) -> tuple[Intake | None, tuple[Problem, ...]]:
    problems, found = list[Problem](), list[Items]()
    vocabulary = intake.vocabulary
    tables = [concept for concept in vocabulary.concepts.values() if concept.type == "table"]
    sheets = _sheets(intake, tables)
    problems += _without_columns(intake, [one for one in tables if one.id not in sheets])
    for name, path in files.items():
        concept = vocabulary.find(name)
        if concept is None or concept.type != "table":
            problems.append(_no_table_concept(name, intake))
            continue
        opened, more = open_table(path, intake.store, progress)
        problems += more
        if opened is not None and not has_errors(more):
            sheets[concept.id] = (
                opened,
                next(((g, h) for g in opened.grids if (h := find_items_heading(g, concept))), None),
            )
    for place, concept in enumerate(vocabulary.concepts.values()):
        if concept.id in sheets:
            opened, headed = sheets[concept.id]
            if headed is None:
                problems.append(no_items(concept, Position(opened.source.file)))
                continue
            one, more = _take_in(intake, place, concept, opened, *headed, progress)
            problems += more
            found += [one] if one is not None else []
    found, told = _with_nothing(intake, found)
    problems += told
    if has_errors(problems):
        return None, (*intake.problems, *problems)
    return replace(intake, items=tuple(found), problems=(*intake.problems, *problems)), (*intake.problems, *problems)


def _with_nothing(intake: Intake, found: Sequence[Items]) -> tuple[list[Items], list[Problem]]:
    """The tables of items with what units state in columns called after them, and those of which only that is there."""
    store, units, title_row = intake.store, intake.units.name, intake.grid.table.rows[intake.heading.row]
    columns = {concept.id: title_row[index].text.strip() for index, concept in intake.heading.tables.items()}
    made, problems = {one.concept: one for one in found}, list[Problem]()
    at = Position(intake.source.file)
    (before,) = store.one("SELECT count(*) FROM rejects")
    for place, concept in enumerate(intake.vocabulary.concepts.values()):
        if concept.id not in columns:
            continue
        title, one = columns[concept.id], made.get(concept.id)
        count = state_nothing(store, units, place, title)
        if one is None:
            loaded = no_rows(store, f"items_all_{place}", intake.units.relation)
            one = Items(place, concept.id, loaded, TableFacts(False, {}, 0), intake.source)
        else:
            count = without_rows(store, units, place, title, one.loaded.name)
        (listed,) = store.one(f"SELECT count(DISTINCT row) FROM owned_{one.loaded.name}")
        facts = replace(one.facts, complete=listed + count == intake.kept)
        made[concept.id] = replace(one, facts=facts, nothing=title)
    (after,) = store.one("SELECT count(*) FROM rejects")
    if after > before:
        message = Text(
            f"单位表里清单的列有 {after - before} 处没有采用,原因见 rejects",
            f"{after - before} cells of columns called after tables were left out; rejects say why",
        )
        problems.append(Problem("items-rejected", at, message, severity="warning"))
    return sorted(made.values(), key=lambda one: one.place), problems


_Sheet = tuple[Opened, tuple[Grid, ItemsHeading] | None]


def _sheets(intake: Intake, concepts: Sequence[Concept]) -> dict[str, _Sheet]:
    """Tables beside that of the units which are called after a table concept."""
    names = {key_of(name): concept for name, concept in intake.vocabulary.names.items()}
    tables = {concept.id: concept for concept in concepts}
    found = dict[str, _Sheet]()
    for grid in intake.opened.grids:
        called = next((names[key] for key in grid.names() if names.get(key) in tables), None)
        if grid is not intake.grid and called is not None and called not in found:
            heading = find_items_heading(grid, tables[called])
            if heading is not None:
                found[called] = (intake.opened, (grid, heading))
    return found


def _without_columns(intake: Intake, concepts: Sequence[Concept]) -> list[Problem]:
    """Sheets called after a table concept that have none of its columns: told, never passed over in silence."""
    beside = [grid for grid in intake.opened.grids if grid is not intake.grid]
    return [
        no_items(one, Position(f"{intake.opened.source.file}!{grid.table.title}"), "warning")
        for one in concepts
        for grid in beside
        if is_called_after(grid, one)
    ]


def _take_in(
    intake: Intake,
    place: int,
    concept: Concept,
    opened: Opened,
    grid: Grid,
    heading: ItemsHeading,
    progress: Progress,
) -> tuple[Items | None, tuple[Problem, ...]]:
    store, name = intake.store, f"items_all_{place}"
    columns = tuple(
        Wanted(f"{place}_{at}", as_concept(column), heading.columns[column.name], column.name)
        for at, column in enumerate(concept.columns)
        if column.name in heading.columns
    )
    readers = {column.key: ColumnReader(opened.view, grid, heading.row, column, items=True) for column in columns}
    # Where units have no ids, those of the items are others.
    owners = heading.owners if intake.heading.id is not None else heading.owners[::-1]
    leading = _leading(columns, owners)
    wanted = sorted({*owners, *leading, *(column.index for column in columns)})
    rows, problems = relation(opened, Below(grid, heading.row), wanted, name, store, progress)
    if rows is None:
        return None, problems
    rows = without_totals(store, rows, name, owners, leading, wanted)
    lacking = without_unit(store, rows, columns, readers)
    if lacking:
        return None, (*problems, *(unit_missing(column, Position(opened.source.file)) for column in lacking))
    by_id = {"unit_first": owners[0]} if len(owners) > 1 else {}
    loaded = load(store, name, rows, columns, readers, {"unit": owners, **by_id, **rows.labels})
    resolve(store, loaded, progress, items=True)
    (before,) = store.one("SELECT count(*) FROM rejects")
    titles = [cell.text.strip() for cell in grid.table.rows[heading.row]]
    reject_totals(store, name, concept.label, titles)
    _own(store, intake, name, concept.label, [titles[index] for index in owners])
    _reject_crowds(store, name, concept.label)
    if rows.surplus is not None:
        _reject_shifted(store, name, concept.label)
    for column in loaded.left:
        reject_cells(store, loaded, column.key, column.title, concept.label, VALUE)
    (after,) = store.one("SELECT count(*) FROM rejects")
    at = Position(opened.source.file)
    facts, wrong = column_facts(store, loaded, at)
    units, most = store.one(
        f"SELECT count(*), coalesce(max(times), 0) FROM (SELECT sum(times) AS times FROM owned_{name} GROUP BY row)"
    )
    by_name: dict[str, ColumnFacts] = {column.concept.id: facts[column.key] for column in columns}
    told = [*repeated_columns(_again(grid, heading), at)]
    if after > before:
        told.append(_told(after - before, concept, at))
    elif not most:
        told.append(_no_rows(concept, at))
    table = TableFacts(units == intake.kept, by_name, int(most))
    return Items(place, concept.id, loaded, table, opened.source), (*problems, *wrong, *told)


def _leading(columns: Sequence[Wanted], owners: Sequence[int]) -> tuple[int, ...]:
    """The columns that may say that a row is a total: those before the unit's, and the first of words, which names the item."""
    words = sorted(column.index for column in columns if column.concept.type == "text")
    before = leading_columns(owners)
    return (*before, *(index for index in words[:1] if index not in before))


def _again(grid: Grid, heading: ItemsHeading) -> list[tuple[str, str]]:
    """Titles of further columns of the same name, with that of the one that is read."""
    cells = grid.table.rows[heading.row]
    first = {key_of(cells[index].text): index for index in heading.columns.values()}
    return [
        (cell.text.strip(), cells[first[key]].text.strip())
        for index, cell in enumerate(cells)
        if not cell.covered and (key := key_of(cell.text)) in first and first[key] != index
    ]


def _own(store: Store, intake: Intake, name: str, label: str, titles: Sequence[str]) -> None:
    """Table owned_<name>: whose the rows are (owner as written, row of the unit), how many and where; the others are rejects.

    The rows themselves stay as they came: to sort twenty million of them costs more than all else.
    """
    units = intake.units.name
    # A unit's rows name it by its id, else by its name, which must then be nobody else's, be that one usable or not.
    named = (
        f"SELECT unit, name, row FROM {units} UNION ALL "
        f"SELECT unit, name, NULL FROM left_out WHERE unit NOT IN (SELECT unit FROM {units})"
    )
    store.run(
        f"CREATE TABLE owners_{name} AS SELECT unit AS owner, min(row) AS row, 1 AS bearers FROM ({named}) GROUP BY unit "
        f"UNION ALL SELECT name, min(row), count(DISTINCT unit) FROM ({named}) "
        f"WHERE name NOT IN (SELECT unit FROM ({named})) GROUP BY name"
    )
    store.run(
        f"CREATE TABLE seen_{name} AS SELECT unit, count(*) AS times, min(n) AS first, max(n) AS last FROM {name} GROUP BY unit"
    )
    store.run(
        f"CREATE TABLE owned_{name} AS SELECT s.unit AS owner, o.row, s.times, s.first, s.last FROM seen_{name} s "
        f"JOIN owners_{name} o ON o.owner = s.unit WHERE o.bearers = 1 AND o.row IS NOT NULL"
    )
    _reject_strangers(store, name, label, titles)
    for kind in ("owners", "seen"):
        store.run(f"DROP TABLE {kind}_{name}")


def _reject_strangers(store: Store, name: str, label: str, titles: Sequence[str]) -> None:
    """Rows that are nobody's, or of somebody who is not scored; `titles`: of the columns that name the unit, the best first."""
    strangers = f"SELECT s.unit FROM seen_{name} s LEFT JOIN owned_{name} o ON o.owner = s.unit WHERE o.owner IS NULL"
    (count,) = store.one(f"SELECT count(*) FROM ({strangers})")
    if not count:
        return
    reasons = [
        f"CASE WHEN c.unit IS NULL THEN {literal(NO_UNIT[at])} WHEN o.bearers > 1 THEN {literal(_AMBIGUOUS[at])} "
        f"WHEN o.owner IS NOT NULL THEN {literal(_REJECTED[at])} ELSE {literal(_UNKNOWN[at])} END"
        for at in range(3)
    ]
    first, last = literal(titles[0]), literal(titles[-1])
    told = first if len(titles) == 1 else f"CASE WHEN c.unit_first IS NULL THEN {last} ELSE {first} END"
    column = f"CASE WHEN c.unit IS NOT NULL THEN {told} END"
    store.run(
        f"INSERT INTO rejects SELECT {literal(label)}, c.n, c.unit, {column}, {shown('c.unit')}, 'row', {', '.join(reasons)} "
        f"FROM {name} c JOIN ({strangers}) s ON s.unit IS NOT DISTINCT FROM c.unit LEFT JOIN owners_{name} o ON o.owner = c.unit"
    )
    store.run(
        f"DELETE FROM {name} WHERE unit IS NULL OR unit IN (SELECT unit FROM ({strangers}) WHERE unit IS NOT NULL)"
    )


def _reject_crowds(store: Store, name: str, label: str) -> None:
    """The rows of units that have more than is read of one."""
    many = f"SELECT row FROM owned_{name} GROUP BY row HAVING sum(times) > {MAX_ROWS}"
    _reject_all_of(store, name, label, many, "NULL", _TOO_MANY)


def _reject_shifted(store: Store, name: str, label: str) -> None:
    """The rows of units of which one has more cells than the header: the others would tell only part of it."""
    odd = f"SELECT o.row FROM {name} c JOIN owned_{name} o ON o.owner = c.unit WHERE c.surplus IS NOT NULL"
    _reject_all_of(store, name, label, odd, shown("surplus"), _SHIFTED)


def _reject_all_of(store: Store, name: str, label: str, units: str, text: str, why: tuple[str, str, str]) -> None:
    """Every row of the units whose rows the query gives."""
    owners = f"SELECT owner FROM owned_{name} WHERE row IN ({units})"
    if not store.all(f"{owners} LIMIT 1"):
        return
    reason = ", ".join(map(literal, why))
    store.run(f"CREATE TEMP TABLE of_these AS {owners}")
    store.run(
        f"INSERT INTO rejects SELECT {literal(label)}, n, unit, NULL, {text}, 'row', {reason} FROM {name} "
        "WHERE unit IN (FROM of_these)"
    )
    store.run(f"DELETE FROM {name} WHERE unit IN (FROM of_these)")
    store.run(f"DELETE FROM owned_{name} WHERE owner IN (FROM of_these)")
    store.run("DROP TABLE of_these")


# --- problems ---------------------------------------------------------------------------------------------------------


def _no_table_concept(name: str, intake: Intake) -> Problem:
    tables = [c.label for c in intake.vocabulary.concepts.values() if c.type == "table"]
    message = Text(f"“{name[:40]}”不是清单类数据项", f"{name[:40]!r} is no table concept of the rulebook")
    hint = did_you_mean(name, tables)
    return Problem("no-table-concept", Position("--items"), message, hint if hint.zh else _NO_TABLES)


_NO_TABLES = Text("这个规则集没有清单类数据项。", "The rulebook has no table concepts.")


def _no_rows(concept: Concept, at: Position) -> Problem:
    message = Text(
        f"“{concept.label}”的表没有一行;每个单位都按没有填报处理",
        f"the table of {concept.label} has not one row; every unit lacks it",
    )
    return Problem("no-rows", at, message, Text("请核对导出的内容。", "Look at what was exported."), "warning")


def _told(count: int, concept: Concept, at: Position) -> Problem:
    message = Text(
        f"“{concept.label}”有 {count} 处没有采用,原因见 rejects",
        f"{concept.label}: {count} rows or values were left out; rejects say why",
    )
    return Problem("items-rejected", at, message, severity="warning")
