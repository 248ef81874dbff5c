"""Takes a table of units, and tables of their items, into a database: units as columns of integers, everything odd as rejects.

Nothing is decided here twice: what a header, a cell, a total or a footnote is, is decided by `facts.gathering`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from facts.columns.cells import ColumnReader
from facts.columns.loading import Loaded, load, without_unit
from facts.columns.model import ColumnFacts, TableFacts, Wanted
from facts.columns.nothing import label_of
from facts.columns.opening import Opened, damage_in, open_table
from facts.columns.rejecting import ROW, UNITS, VALUE, reject_units, start_rejects
from facts.columns.relations import Below, relation
from facts.columns.resolving import resolve
from facts.columns.scales import column_facts
from facts.columns.store import Store, database_error, literal
from facts.columns.totals import reject_totals, units_of_totals, without_totals
from facts.documents.model import Progress, no_progress
from facts.gathering.folding import key_of
from facts.gathering.headings import Heading, find_heading
from facts.gathering.totals import leading_columns
from facts.gathering.views import Grid
from facts.problem import Problem, Text, has_errors
from facts.provenance import Position, Source
from facts.vocabulary import Vocabulary

# So many names of columns are told; the others are counted.
_TOLD = 10


@dataclass(frozen=True, slots=True)
class Items:
    """The rows of one table concept in the database, by its place in the vocabulary."""

    place: int
    concept: str
    loaded: Loaded
    facts: TableFacts
    source: Source
    # The title of the column where units state that they have nothing to list; "" where there is none.
    nothing: str = ""


@dataclass(frozen=True, slots=True)
class Intake:
    """A population in a database: how many rows came, how many units are left, what is known of their columns."""

    store: Store
    vocabulary: Vocabulary
    opened: Opened
    grid: Grid
    heading: Heading
    units: Loaded
    rows: int
    kept: int
    facts: Mapping[str, ColumnFacts]
    items: tuple[Items, ...] = ()
    problems: tuple[Problem, ...] = field(default=(), repr=False)

    @property
    def source(self) -> Source:
        """The file of the table of units."""
        return self.opened.source

    def column(self, concept: str) -> Wanted | None:
        """The column of a concept."""
        return next((column for column in self.units.columns if column.concept.id == concept), None)

    @property
    def concepts(self) -> dict[str, ColumnFacts | TableFacts]:
        """What is known of every concept the tables have."""
        found: dict[str, ColumnFacts | TableFacts] = {c.concept.id: self.facts[c.key] for c in self.units.columns}
        return found | {one.concept: one.facts for one in self.items}


Taken = tuple[Intake | None, tuple[Problem, ...]]


def take_in(
    path: Path,
    vocabulary: Vocabulary,
    store: Store,
    progress: Progress = no_progress,
    lost: str = ROW,
    others: Collection[str] = (),
) -> Taken:
    """The units of a table; Problems where it is none, or where nothing of it can be used.

    `lost`: what a cell that cannot be read costs, its row or (VALUE) only its value, which then is missing. `others`: keys of
    columns that are read by somebody else.

    Problems: those of reading the file; no-population, no-units-left, too-many-digits, nested-column; notes unknown-column,
    rows-rejected.
    """
    try:
        return _taken_in(path, vocabulary, store, progress, lost, others)
    except database_error():
        damaged = damage_in((path,))
        if not damaged:
            raise
        return None, damaged


def _taken_in(
    path: Path, vocabulary: Vocabulary, store: Store, progress: Progress, lost: str, others: Collection[str]
) -> Taken:
    opened, problems = open_table(path, store, progress)
    if opened is None or has_errors(problems):
        return None, problems
    found = next(((g, h) for g in opened.grids if (h := find_heading(g, vocabulary)) and h.concepts), None)
    at = Position(str(path))
    if found is None:
        return None, (*problems, no_population(at))
    grid, heading = found
    places = {concept: place for place, concept in enumerate(vocabulary.concepts)}
    columns = tuple(
        Wanted(str(places[concept.id]), concept, index, grid.table.rows[heading.row][index].text.strip())
        for index, concept in sorted(heading.concepts.items(), key=lambda pair: places[pair[1].id])
    )
    readers = {column.key: ColumnReader(opened.view, grid, heading.row, column) for column in columns}
    labels = {"unit_id": heading.id, "unit_name": heading.name}
    labels |= {label_of(places[concept.id]): index for index, concept in heading.tables.items()}
    named = {label: index for label, index in labels.items() if index is not None}
    unit = tuple(index for index in (heading.id, heading.name) if index is not None)
    leading = leading_columns(unit)
    wanted = sorted({*named.values(), *leading, *(column.index for column in columns)})
    rows, more = relation(opened, Below(grid, heading.row), wanted, "units", store, progress)
    unknown = [name for name in heading.unknown if key_of(name) not in others]
    problems = (*problems, *more, *_not_taken(unknown, columns, vocabulary, at))
    if rows is None:
        return None, problems
    rows = without_totals(store, rows, UNITS, unit, leading, wanted)
    lacking = without_unit(store, rows, columns, readers)
    if lacking and lost == ROW:
        return None, (*problems, *(unit_missing(column, at) for column in lacking))
    loaded = load(store, "units_all", rows, columns, readers, named | rows.labels)
    return _settled(store, vocabulary, opened, grid, heading, loaded, problems, progress, lost)


def _settled(
    store: Store,
    vocabulary: Vocabulary,
    opened: Opened,
    grid: Grid,
    heading: Heading,
    loaded: Loaded,
    problems: Sequence[Problem],
    progress: Progress,
    lost: str,
) -> Taken:
    """The units that are left once every text is read and every row that cannot be used is a reject."""
    at = Position(opened.source.file)
    (rows,) = store.one(f"SELECT count(*) FROM {loaded.name}")
    if not rows:
        return None, (*problems, _no_rows(at))
    resolve(store, loaded, progress)
    start_rejects(store)
    rows += reject_totals(store, UNITS, UNITS, [cell.text.strip() for cell in grid.table.rows[heading.row]])
    reject_units(store, loaded, heading, lost)
    store.run(f"INSERT INTO left_out {units_of_totals(UNITS)}")
    (kept,) = store.one(f"SELECT count(*) FROM {loaded.name}")
    if not kept:
        return None, (*problems, _none_left(store, rows, at))
    facts, wrong = column_facts(store, loaded, at)
    problems = (*problems, *wrong, *_rejected(rows - kept, at), *_values_left_out(store, at))
    intake = Intake(store, vocabulary, opened, grid, heading, loaded, rows, kept, facts, (), tuple(problems))
    return (None if wrong else intake), tuple(problems)


# --- problems ---------------------------------------------------------------------------------------------------------


def no_population(at: Position) -> Problem:
    """The Problem of a file without a table of units."""
    message = Text(
        "没有一行一个单位的表:表头里应有“单位名称”或“单位编号”,以及数据项的名称",
        "no table with a row for each unit: its header needs 单位名称 or 单位编号 (unit_id, name) and names of concepts",
    )
    hint = Text("数据项可写编号、名称或别名;单位写在括号里,如“部门预算数(万元)”", "name concepts by id, label or alias")
    return Problem("no-population", at, message, hint)


def unit_missing(column: Wanted, at: Position) -> Problem:
    """The Problem of a column of bare numbers that could be 元 or 万元, 98 or 0.98."""
    unit = column.concept.unit.name if column.concept.unit is not None else ""
    message = Text(
        f"“{column.title}”一列只有数,没有写计量单位",
        f"the column {column.title!r} holds bare numbers and names no unit",
    )
    hint = Text(
        f"请在表头写上单位,例如“{column.title}({unit})”。",
        f"Name the unit in the header, such as “{column.title}({unit})”.",
    )
    return Problem("unit-missing", at, message, hint)


def _not_taken(
    names: Sequence[str], columns: Sequence[Wanted], vocabulary: Vocabulary, at: Position
) -> tuple[Problem, ...]:
    """Columns that are no concept, and those of a concept that another column has been taken for."""
    keys = {key_of(name): concept for name, concept in vocabulary.names.items()}
    taken = {column.concept.id: column.title for column in columns}
    twice = [name for name in names if keys.get(key_of(name)) in taken]
    pairs = [(name, taken[keys[key_of(name)]]) for name in twice]
    return (*_unknown([name for name in names if name not in twice], at), *repeated_columns(pairs, at))


def repeated_columns(pairs: Sequence[tuple[str, str]], at: Position) -> tuple[Problem, ...]:
    """The warning of columns that are left out because another one is the same: title, and title of the one that is taken."""
    if not pairs:
        return ()
    told = [(name[:40], first[:40]) for name, first in pairs[:_TOLD]]
    message = Text(
        "同一数据项有两列,只采用前一列:" + "、".join(f"“{name}”(已采用“{first}”)" for name, first in told),
        "a concept has two columns, of which only the first was taken: "
        + ", ".join(f"{name!r} (taken: {first!r})" for name, first in told),
    )
    hint = Text("请删去或改名多余的一列。", "Remove or rename the one that is not meant.")
    return (Problem("repeated-column", at, message, hint, "warning"),)


def _unknown(found: Sequence[str], at: Position) -> tuple[Problem, ...]:
    if not found:
        return ()
    count, names = len(found), [name[:40] for name in found[:_TOLD]]
    rest = Text(f" 等 {count} 列", f" and others, {count} in all") if count > _TOLD else Text("", "")
    message = Text(
        f"这些列不是数据项,没有采用:{'、'.join(names)}{rest.zh}",
        f"these columns are no concepts and were not taken: {', '.join(names)}{rest.en}",
    )
    return (Problem("unknown-column", at, message, severity="note"),)


def _no_rows(at: Position) -> Problem:
    message = Text("表头下面没有一行数据", "there is not one row of data below the header")
    return Problem("no-rows", at, message, Text("请核对导出的内容。", "Look at what was exported."))


def _rejected(count: int, at: Position) -> tuple[Problem, ...]:
    if not count:
        return ()
    rows = "1 row" if count == 1 else f"{count} rows"
    message = Text(f"{count} 行不能采用,原因见 rejects", f"{rows} cannot be used; rejects say why")
    return (Problem("rows-rejected", at, message, severity="warning"),)


def _values_left_out(store: Store, at: Position) -> tuple[Problem, ...]:
    (count,) = store.one(f"SELECT count(*) FROM rejects WHERE lost = {literal(VALUE)}")
    if not count:
        return ()
    message = Text(
        f"{count} 个值超出允许范围,按缺少处理,见 rejects",
        "1 value is out of range and counts as missing; see rejects"
        if count == 1
        else f"{count} values are out of range and count as missing; see rejects",
    )
    return (Problem("values-rejected", at, message, severity="warning"),)


def _none_left(store: Store, rows: int, at: Position) -> Problem:
    code, zh, en, count, row = store.one(
        "SELECT code, min(zh), min(en), count(*), min(input_row) FROM rejects GROUP BY code ORDER BY count(*) DESC, code LIMIT 1"
    )
    message = Text(
        f"{rows} 行没有一行可用;最多的原因({code},{count} 处,如第 {row} 行):{zh}",
        f"not one of {rows} rows can be used; most often ({code}, {count} times, as in row {row}): {en}",
    )
    hint = Text(
        "请核对表头(数据项的单位写在括号里,如“执行率(%)”)和数据。",
        "Look at the header (units of concepts in brackets: 执行率(%)) and at the data.",
    )
    return Problem("no-units-left", at, message, hint)
