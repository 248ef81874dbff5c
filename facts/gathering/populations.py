"""A population out of a table: a row for each unit, columns by concepts; tables of items, a row for each item, beside it.

A row that cannot be used is left out and told; it never stops or spoils the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from facts.documents.model import Document, Progress, no_progress
from facts.gathering.folding import key_of
from facts.gathering.headings import Heading, ItemsHeading, find_heading, find_items_heading, is_called_after, no_items
from facts.gathering.mapping import Rule
from facts.gathering.readings import from_column, is_blank
from facts.gathering.rowsreading import from_nothing_column, rows_fact
from facts.gathering.tables import Spot, data_rows
from facts.gathering.totals import find_total, leading_columns
from facts.gathering.views import Grid, View, view_of
from facts.model import Case, Fact, Period, Population, Subject
from facts.problem import Problem, Text, in_order
from facts.provenance import Position
from facts.vocabulary import Vocabulary

MAX_TOLD = 200


@dataclass(slots=True)
class _Draft:
    cases: dict[str, Case] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    rejected: int = 0
    untold: int = 0

    def tell(self, problem: Problem) -> None:
        """Note a Problem, up to a number a person can read."""
        if len(self.problems) < MAX_TOLD:
            self.problems.append(problem)
        else:
            self.untold += 1


def read_population(
    document: Document, vocabulary: Vocabulary, period: Period, progress: Progress = no_progress
) -> tuple[Population | None, tuple[Problem, ...]]:
    """The cases in a document's first table that has a column of units and columns of concepts, and in its tables of items."""
    view = view_of(document)
    found = next(((g, h) for g in view.grids if (h := find_heading(g, vocabulary)) and h.concepts), None)
    if found is None:
        return None, (_no_table(view),)
    grid, heading = found
    draft = _Draft()
    _tell_unknown(draft, heading.unknown, view.position(grid.table.rows[heading.row][0].locator))
    rows = list(data_rows(grid, heading.row, None))
    for number, index in enumerate(rows):
        progress(number, len(rows), "unit")
        _add_unit(draft, view, grid, index, heading, period)
    _add_items(draft, view, vocabulary, grid)
    if draft.untold:
        message = Text(f"还有 {draft.untold} 个问题没有列出", f"{draft.untold} more problems are not listed")
        draft.problems.append(Problem("more-problems", view.position(None), message, severity="warning"))
    return Population(tuple(draft.cases.values()), draft.rejected), in_order(draft.problems)


def _tell_unknown(draft: _Draft, names: Sequence[str], at: Position) -> None:
    for name in names:
        message = Text(
            f"“{name[:40]}”这一列不是数据项,没有采用", f"the column {name[:40]!r} is no concept and was not taken"
        )
        draft.tell(Problem("unknown-column", at, message, severity="note"))


def _no_table(view: View) -> Problem:
    message = Text(
        "没有一行一个单位的表:表头里应有“单位名称”或“单位编号”,以及数据项的名称",
        "no table with a row for each unit: its header needs 单位名称 or 单位编号 (unit_id, name) and names of concepts",
    )
    hint = Text("数据项可写编号、名称或别名;单位写在括号里,如“部门预算数(万元)”", "name concepts by id, label or alias")
    return Problem("no-population", view.position(None), message, hint)


def _subject(grid: Grid, index: int, heading: Heading) -> Subject | None:
    key, name = _named(grid, index, (heading.id, heading.name))
    return Subject(key or name, name or key) if key or name else None


def _named(grid: Grid, index: int, columns: Sequence[int | None]) -> list[str]:
    """What names the unit of a row, in these columns."""
    row = grid.table.rows[index]
    return [row[column].text.strip() if column is not None else "" for column in columns]


def _add_unit(draft: _Draft, view: View, grid: Grid, index: int, heading: Heading, period: Period) -> None:
    at = view.position(grid.table.rows[index][0].locator)
    if _is_total(draft, grid, index, [n for n in (heading.id, heading.name) if n is not None], at):
        return
    subject = _subject(grid, index, heading)
    if subject is None or subject.id in draft.cases:
        draft.rejected += 1
        draft.tell(_rejected(subject, at))
        return
    facts: dict[str, Fact] = {}
    for column, concept in heading.concepts.items():
        spot = Spot(grid, index, column)
        if is_blank(spot.cell):
            continue
        fact, problems = from_column(concept, view, spot)
        for problem in problems:
            draft.tell(problem)
        if fact is not None:
            facts[concept.id] = fact
    for column, concept in heading.tables.items():
        spot = Spot(grid, index, column)
        if not is_blank(spot.cell):
            fact, problems = from_nothing_column(concept, view, spot)
            for problem in problems:
                draft.tell(problem)
            if fact is not None:
                facts[concept.id] = fact
    draft.cases[subject.id] = Case(subject, period, facts, {view.id: view.document.source}, at)


def _is_total(draft: _Draft, grid: Grid, index: int, owners: Sequence[int], at: Position) -> bool:
    """Whether a row is a total, which is told where it could be a unit."""
    leading = _named(grid, index, leading_columns(owners))
    total = find_total(names := _named(grid, index, owners), leading)
    if total is not None and total[1] == "named":
        draft.rejected += 1
        draft.tell(_total([*names, *leading][total[0]], at))
    return total is not None


def _total(text: str, at: Position) -> Problem:
    message = Text(
        f"“{text[:40]}”从名称看是合计、小计或其中数,不是一个单位,没有采用",
        f"by its name {text[:40]!r} is a total or a part of one, no unit, and was left out",
    )
    return Problem("total-row", at, message, Text("若确是单位,请改名称。", "If it is a unit, rename it."), "warning")


def _rejected(subject: Subject | None, at: Position) -> Problem:
    if subject is None:
        message = Text("这一行没有写单位,没有采用", "this row names no unit and was left out")
    else:
        name = subject.id[:40]
        message = Text(
            f"单位“{name}”出现了两次,后一行没有采用", f"the unit {name!r} stands twice; the later row was left out"
        )
    return Problem("rejected-row", at, message, Text("请改正后重新读入", "correct it and read again"), "warning")


# --- items ------------------------------------------------------------------------------------------------------------


def _add_items(draft: _Draft, view: View, vocabulary: Vocabulary, units: Grid) -> None:
    """Tables called after a table concept, with a column of units: the rows of each unit are its fact."""
    tables = {key_of(name): vocabulary.concepts[c] for name, c in vocabulary.names.items()}
    ids = {case.subject.name: key for key, case in draft.cases.items()}
    for grid in view.grids:
        concept = next((tables[key] for key in grid.names() if key in tables and tables[key].type == "table"), None)
        if grid is units or concept is None:
            continue
        heading = find_items_heading(grid, concept)
        if heading is None:
            if is_called_after(grid, concept):
                draft.tell(no_items(concept, view.position(grid.table.rows[0][0].locator), "warning"))
            continue
        _tell_unknown(draft, heading.unknown, view.position(grid.table.rows[heading.row][0].locator))
        for subject, indexes in _items(draft, view, grid, heading):
            case = draft.cases.get(subject) or draft.cases.get(ids.get(subject, ""))
            if case is None:
                draft.rejected += len(indexes)
                where = view.position(grid.table.rows[indexes[0]][0].locator)
                name = subject[:40]
                message = Text(
                    f"“{name}”不在单位表里,{len(indexes)} 行没有采用", f"{name!r} is no unit of the table of units"
                )
                draft.tell(Problem("rejected-row", where, message, severity="warning"))
                continue
            fact, problems = rows_fact(concept, view, grid, indexes, heading.columns, Rule(concept.id, None), None)
            for problem in problems:
                draft.tell(problem)
            if fact is not None:
                draft.cases[case.subject.id] = _with_rows(draft, case, fact)


def _with_rows(draft: _Draft, case: Case, fact: Fact) -> Case:
    """The case with its rows; where it said that there are none, nobody can tell which is right."""
    if fact.concept not in case.facts:
        return replace(case, facts={**case.facts, fact.concept: fact})
    name = case.subject.name[:40]
    message = Text(
        f"“{name}”在单位表里写了“无”,明细表里却有行,都没有采用",
        f"{name!r} says in the table of units that there is nothing, yet has rows; neither was taken",
    )
    draft.tell(Problem("nothing-and-rows", case.at, message, severity="warning"))
    return replace(case, facts={key: one for key, one in case.facts.items() if key != fact.concept})


def _items(draft: _Draft, view: View, grid: Grid, heading: ItemsHeading) -> Iterator[tuple[str, list[int]]]:
    """For each unit the rows that are its."""
    by_unit: dict[str, list[int]] = {}
    for index in data_rows(grid, heading.row, None):
        if not _is_total(draft, grid, index, heading.owners, view.position(grid.table.rows[index][0].locator)):
            named = next(filter(None, _named(grid, index, heading.owners)), "")
            by_unit.setdefault(named, []).append(index)
    yield from ((subject, indexes) for subject, indexes in by_unit.items() if subject)
