"""Reads table concepts: the rows of a table by its headers, levels filled down, totals and footnotes left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from facts.factentry import Setting, read_fact
from facts.factvalue import MAX_ROWS
from facts.gathering.folding import fold_words, quotable, writable
from facts.gathering.mapping import RowsPlace, Rule
from facts.gathering.readings import Found, from_cell, is_blank
from facts.gathering.rulereading import basis_for
from facts.gathering.tables import Blocks, Spot, data_rows, filled, find_rows
from facts.gathering.views import Grid, View
from facts.model import Fact
from facts.problem import Problem, Text
from facts.provenance import Position, Provenance
from facts.units import Unit
from facts.values import Interval
from facts.vocabulary import Column, Concept
from facts.yamltree import Mapping as Tree
from facts.yamltree import Scalar, Sequence

# Of the repairs made in a table so many are told in words.
MAX_NOTES = 12
NOTHING_TO_LIST = frozenset(("无", "没有", "none"))
_SETTING = Setting("stated", "", {}, {})


def rows_from(
    concept: Concept, view: View, place: RowsPlace, rule: Rule, unit: Unit | None, blocks: Blocks
) -> Iterator[Found]:
    """The rows of every table with these headers, as one fact each; a broken cell is a Problem and left empty."""
    for grid, header, columns in find_rows(view, place, blocks):
        indexes = list(data_rows(grid, header, place.totals))
        if len(indexes) > MAX_ROWS:
            yield None, (_too_many(concept, len(indexes), view, grid),)
        elif indexes:
            yield rows_fact(concept, view, grid, indexes, columns, rule, unit)


def rows_fact(
    concept: Concept,
    view: View,
    grid: Grid,
    indexes: list[int],
    columns: Mapping[str, int],
    rule: Rule,
    unit: Unit | None,
) -> Found:
    """These rows of a table as the fact of a table concept; `columns` are the columns behind its columns' names."""
    levels = _levels(grid, indexes, columns, concept)
    header = indexes[0] - 1
    problems = list[Problem]()
    items = list[Tree]()
    notes = dict[str, None]()
    for index in indexes:
        entries = list[tuple[Scalar, Scalar]]()
        for column in concept.columns:
            if column.name not in columns:
                continue
            spot = Spot(grid, index, columns[column.name])
            text, note, found = _cell_text(column, view, spot, levels, header, unit)
            problems.extend(found)
            notes.update(dict.fromkeys(part for part in note.split(";") if part and not part.startswith("单位取自")))
            if text is not None:
                entries.append((_scalar(column.name), _scalar(text)))
        items.append(Tree(tuple(entries), Position("")))
    at = view.position(grid.table.rows[indexes[0]][0].locator)
    node = Tree(((_scalar("rows"), Sequence(tuple(items), at)),), at)
    fact, found = read_fact(Scalar(concept.label, False, at), node, concept, _SETTING)
    problems.extend(replace(problem, severity="warning") for problem in found)
    return (None if fact is None else _told(fact, concept, view, grid, indexes, rule, tuple(notes))), tuple(problems)


def from_nothing_column(concept: Concept, view: View, spot: Spot) -> Found:
    """The fact of a table concept in a table of units, where a unit can only say that it has nothing to list: 无."""
    at, text = view.position(spot.cell.locator), fold_words(spot.cell.text).strip()
    if text.casefold() not in NOTHING_TO_LIST:
        message = Text(
            f"“{concept.label}”是清单,单位表里只能写“无”(没有),实为“{text[:40]}”,没有采用",
            f"{concept.label} is a table; the table of units can only say 无 (none); {text[:40]!r} was not taken",
        )
        hint = Text("有的,另写一张表,一行一条。", "What there is goes into a table of its own, a row for each.")
        return None, (Problem("not-nothing", at, message, hint, "warning"),)
    node = Tree(((_scalar("rows"), Sequence((), at)),), at)
    fact, problems = read_fact(Scalar(concept.label, False, at), node, concept, _SETTING)
    if fact is not None:
        provenance = Provenance(view.id, spot.cell.locator, quotable(spot.cell.text.strip()))
        fact = replace(fact, basis=basis_for(None, concept, True), provenance=(provenance,), at=Position(""))
    return fact, tuple(replace(problem, severity="warning") for problem in problems)


def _told(
    fact: Fact, concept: Concept, view: View, grid: Grid, indexes: list[int], rule: Rule, notes: tuple[str, ...]
) -> Fact:
    first = grid.table.rows[indexes[0]][0].locator
    left_out = indexes[-1] - indexes[0] + 1 - len(indexes)
    told = [
        rule.note or f"表中 {len(indexes)} 行",
        *([f"其间 {left_out} 行是空行、合计或注释,没有计入"] if left_out else []),
    ]
    told += [*notes[:MAX_NOTES], *([f"另有 {len(notes) - MAX_NOTES} 处修复"] if len(notes) > MAX_NOTES else [])]
    provenance = Provenance(view.id, first, "", writable(";".join(told)))
    return replace(fact, basis=basis_for(rule.basis, concept, True), provenance=(provenance,), at=Position(""))


def _scalar(text: str) -> Scalar:
    return Scalar(text, False, Position(""))


def _levels(grid: Grid, indexes: list[int], columns: Mapping[str, int], concept: Concept) -> frozenset[int]:
    """Columns of levels, to be filled down: those of words left of the first column that has no blank.

    A number, a yes or a no is never filled down: a blank beside another row's figure is a figure nobody stated.
    """
    words = {column.name for column in concept.columns if column.type in ("text", "choice")}
    for column in sorted(columns.values()):
        if all(grid.table.rows[index][column].text.strip() for index in indexes):
            return frozenset(c for name, c in columns.items() if c < column and name in words)
    return frozenset()


def _cell_text(
    column: Column, view: View, spot: Spot, levels: frozenset[int], header: int, unit: Unit | None
) -> tuple[str | None, str, tuple[Problem, ...]]:
    """The value of a cell in words, and what was repaired to read it."""
    if is_blank(spot.cell):
        above = filled(spot.grid, spot.row, spot.column, header) if spot.column in levels else ""
        return writable(above.strip()) or None, f"“{column.name}”向下填充" if above.strip() else "", ()
    fact, problems = from_cell(as_concept(column), view, spot, Rule(column.name, None), unit)
    if fact is not None and isinstance(fact.value, Interval):
        return None, "", (*problems, _bound_in_table(column, fact.shown, view.position(spot.cell.locator)))
    return (fact.shown if fact else None), (fact.provenance[0].note if fact else ""), problems


def _bound_in_table(column: Column, shown: str, at: Position) -> Problem:
    message = Text(
        f"“{column.name}”:“{shown}”是界限,清单里只能写数,没有采用",
        f"“{column.name}”: “{shown}” is a bound; a table holds values only; it was not taken",
    )
    return Problem("bound-in-table", at, message, severity="warning")


def as_concept(column: Column) -> Concept:
    """A column of a table concept as a concept of its own."""
    ends = (column.minimum, column.maximum)
    return Concept(column.name, column.name, column.type, column.unit, *ends, column.whole, column.choices)


def _too_many(concept: Concept, rows: int, view: View, grid: Grid) -> Problem:
    message = Text(
        f"“{concept.label}”:表中有 {rows} 行,最多 {MAX_ROWS} 行", f"“{concept.label}”: {rows} rows, at most {MAX_ROWS}"
    )
    where = view.position(grid.table.rows[0][0].locator)
    return Problem("too-many-rows", where, message, severity="warning")
