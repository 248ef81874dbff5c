"""Reads the workbook back: rows by id, columns by heading, wherever they stand now; nothing is guessed and nothing lost."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from facts.casefile import Document, build_case
from facts.model import Case
from facts.problem import NO_TEXT, Problem, Severity, Text, did_you_mean, in_order
from facts.provenance import Position, Provenance, Source
from facts.templatebook import layout as lo
from facts.templatebook.cellvalues import read_value, scalar_of
from facts.templatebook.filling import column_concept
from facts.templatebook.grid import Seen, Sheet, is_template, read_grid
from facts.templatebook.rowtree import Reading, add_fact, place_entries
from facts.templatebook.sheets import (
    Headed,
    Record,
    TableSheet,
    headed,
    no_such_sheet,
    pairs,
    repeated_headings,
    table_sheet,
    unknown_headings,
    word,
)
from facts.vocabulary import Concept, Vocabulary
from facts.yamltree import Mapping as Tree
from facts.yamltree import Node, Scalar
from facts.yamltree import Sequence as Listed

__all__ = ["is_template", "read_template"]

Read = tuple[Case | None, tuple[Problem, ...]]
_DATA = frozenset({lo.ID, lo.VALUE})
_MORE = frozenset({lo.ID, lo.PLACE})
_SOURCES = frozenset({lo.SOURCE_ID, lo.SOURCE_TITLE})
# The way out in a workbook, where that of a case file speaks of its keys.
_NO_NUMBER = Text(
    "请填数字,单位写在后面;只知道上下限的在“状态”选 不低于、不高于 等,没有数据的清空此格,“状态”选 未提供。",
    "Type a number, with its unit after it; where only a bound is known choose 不低于, 不高于 … under 状态, where there is no "
    "data clear the cell and choose 未提供.",
)
_HINTS = {"not-a-number": _NO_NUMBER, "unknown-unit": _NO_NUMBER}
_NEEDED = ((lo.SUBJECT_ID, "id"), (lo.SUBJECT_NAME, "name"))


def read_template(path: Path, vocabulary: Vocabulary, digest: str = "", name: str | None = None) -> Read:
    """The case a filled workbook states, and everything wrong with it.

    `digest`: of the rulebook the case is for; where the workbook was written for another, that is a warning. `name` is
    what messages call the file. A fact without a source also carries its own cell, in a source that is the workbook.
    """
    file = name or str(path)
    sheets, problems = read_grid(path, file)
    if not sheets:
        return None, problems
    reading = Reading(file, list(problems))
    _check_mark(reading, sheets, vocabulary, digest)
    _read_sources(reading, sheets)
    _read_facts(reading, sheets, vocabulary)
    _read_more(reading, sheets, vocabulary)
    heading, complete = _heading(reading, sheets)
    case, found = build_case([Document(_case_tree(reading, heading), path.parent)], vocabulary)
    if not complete:
        # What is missing was said at its cell.
        found = tuple(problem for problem in found if problem.at.file != file)
    found = tuple(replace(problem, hint=_HINTS.get(problem.code, problem.hint)) for problem in found)
    if case is not None:
        case = _with_cells(case, reading, _workbook(path, case))
    return case, in_order((*reading.problems, *found))


# --- which workbook ---------------------------------------------------------------------------------------------------


def _check_mark(reading: Reading, sheets: Sequence[Sheet], vocabulary: Vocabulary, digest: str) -> None:
    mark = next((sheet for sheet in sheets if sheet.name == lo.MARK), None)
    said = {key: word(cell) for key, cell in pairs(mark).items()} if mark else {}
    if said.get("format") != lo.FORMAT:
        message = Text("没有填报表的标记,按表头读取", "the mark of a workbook of ours is missing; read by its headings")
        reading.problems.append(Problem("template-mark", Position(reading.file), message, NO_TEXT, "warning"))
        return
    other_words = said.get("vocabulary") != lo.fingerprint(vocabulary)
    if other_words or (digest and said.get("digest") != digest):
        about = f"{said.get('rulebook', '')} {said.get('version', '')}".strip()
        message = Text(
            f"填报表是按另一版规则集({about})生成的", f"the workbook was written for another rulebook ({about})"
        )
        hint = Text("请核对数据项;必要时重新生成填报表。", "Check the data items; write a fresh workbook if need be.")
        reading.problems.append(Problem("template-digest", Position(reading.file), message, hint, "warning"))


# --- whom and when ----------------------------------------------------------------------------------------------------


def _heading(reading: Reading, sheets: Sequence[Sheet]) -> tuple[list[tuple[str, Node]], bool]:
    """Subject and period as a case file says them, and whether both are there."""
    sheet = next((one for one in sheets if lo.SUBJECT_ID in pairs(one)), None)
    if sheet is None:
        reading.problems.append(no_such_sheet(reading.file, lo.BASICS))
        return [], False
    found = pairs(sheet)
    subject = _parts(reading, sheet, found, (*_NEEDED, (lo.SUBJECT_NAME_EN, "name_en")))
    period = _parts(reading, sheet, found, ((lo.PERIOD_FROM, "from"), (lo.PERIOD_TO, "to")))
    entries: list[tuple[str, Node]] = []
    for key, parts, needed in (("subject", subject, {"id", "name"}), ("period", period, {"from", "to"})):
        if needed <= {part for part, _ in parts}:
            entries.append((key, reading.tree(parts, parts[0][1].at)))
    return entries, len(entries) == 2


def _parts(
    reading: Reading, sheet: Sheet, found: Mapping[str, Seen | None], keys: Sequence[tuple[str, str]]
) -> list[tuple[str, Node]]:
    parts: list[tuple[str, Node]] = []
    for label, key in keys:
        cell = found.get(label)
        if word(cell) and cell is not None:
            parts.append((key, scalar_of(reading.file, cell, word(cell))))
        elif key != "name_en":
            reading.problems.append(_unfilled(reading.file, sheet, label))
    return parts


def _unfilled(file: str, sheet: Sheet, label: str) -> Problem:
    cell = next((cell for cell in sheet.cells() if word(cell) == label), None)
    place = f"{file}!{sheet.name}" + (f"!B{cell.row}" if cell else "")
    message = Text(f"没有填写“{label}”", f"“{label}” is not filled in")
    return Problem(
        "missing-cell", Position(place), message, Text("请填在它右边的格子里。", "Write it to the right of it.")
    )


# --- sources and facts ------------------------------------------------------------------------------------------------


def _read_sources(reading: Reading, sheets: Sequence[Sheet]) -> None:
    for sheet in sheets:
        found = headed(sheet, _SOURCES)
        for record in found.rows if found else ():
            cell = record.get(lo.SOURCE_ID) or record.get(lo.SOURCE_TITLE)
            key = word(cell)
            if cell is None or not key:
                continue
            if key in reading.sources:
                message = Text(f"资料编号“{key[:60]}”重复", f"source id “{key[:60]}” stands twice")
                reading.tell("duplicate-id", cell, message, Text("请换一个编号。", "Choose another id."))
                continue
            titled = record if lo.SOURCE_TITLE in record else {**record, lo.SOURCE_TITLE: cell}
            parts = [(name, titled[head]) for head, name in lo.SOURCE_KEYS.items() if name != "id" and head in titled]
            entries = [(name, scalar_of(reading.file, part)) for name, part in parts]
            reading.sources[key] = reading.tree(entries, reading.at(cell))
            reading.titles.setdefault(word(titled[lo.SOURCE_TITLE]), key)


def _read_facts(reading: Reading, sheets: Sequence[Sheet], vocabulary: Vocabulary) -> None:
    seen = False
    for sheet in sheets:
        if sheet.name in (lo.MARK, lo.GUIDE):
            continue
        table = table_sheet(sheet)
        data = None if table else headed(sheet, _DATA)
        if table is not None:
            _read_table(reading, table, vocabulary)
        elif data is not None:
            seen = True
            _read_data(reading, data, vocabulary)
    if not seen and any(concept.type != "table" for concept in vocabulary.concepts.values()):
        reading.problems.append(no_such_sheet(reading.file, lo.DATA))


def _read_data(reading: Reading, data: Headed, vocabulary: Vocabulary) -> None:
    names = frozenset(lo.DATA_HEADINGS)
    reading.problems += repeated_headings(data, reading.file, names)
    reading.problems += unknown_headings(data, reading.file, names)
    for record in data.rows:
        cell = record.get(lo.ID)
        if cell is None or not word(cell):
            _check_unnamed(reading, record)
            continue
        concept = _concept(reading, cell, vocabulary, bool(set(record) - {lo.ID, lo.LABEL, lo.UNIT}))
        if concept is not None and _is_first(reading, concept, cell):
            add_fact(reading, concept, cell, record)


def _check_unnamed(reading: Reading, record: Record) -> None:
    """A row without an id is a heading, unless something is filled in."""
    cell = record.get(lo.VALUE)
    if cell is not None:
        message = Text("此行填了值,却没有数据项编号", "this row has a value and no id")
        hint = Text("请补上数据项编号,或清空此行。", "Add the id of the data item, or clear the row.")
        reading.tell("missing-id", cell, message, hint)


def _concept(reading: Reading, cell: Seen, vocabulary: Vocabulary, filled: bool) -> Concept | None:
    concept = vocabulary.find(word(cell))
    if concept is None:
        name = word(cell)[:60]
        message = Text(f"词表中没有数据项“{name}”", f"the vocabulary has no concept “{name}”")
        hint = did_you_mean(name, vocabulary.names)
        severity: Severity = "error" if filled else "warning"
        reading.problems.append(Problem("unknown-concept", reading.at(cell), message, hint, severity))
    return concept


def _is_first(reading: Reading, concept: Concept, cell: Seen) -> bool:
    first = reading.first.setdefault(concept.id, cell)
    if first is not cell:
        place = f"{first.sheet}!{first.name}"
        message = Text(f"数据项“{concept.label}”已在 {place}", f"“{concept.label}” stands at {place} already")
        reading.tell("duplicate-id", cell, message, Text("请只保留一处。", "Keep one of the two."))
    return first is cell


# --- tables -----------------------------------------------------------------------------------------------------------


def _read_table(reading: Reading, sheet: TableSheet, vocabulary: Vocabulary) -> None:
    names = {name for record in sheet.rows.rows for name in record} - {sheet.number}
    concept = _concept(reading, sheet.id, vocabulary, bool(names or sheet.keys))
    if concept is None or not _is_first(reading, concept, sheet.id):
        return
    if concept.type != "table":
        message = Text(f"“{concept.label}”不是清单", f"“{concept.label}” is no table")
        reading.tell("wrong-type", sheet.id, message, Text("请填在“数据”工作表。", "State it on the sheet 数据."))
        return
    columns = {column.name: column_concept(column) for column in concept.columns}
    known = frozenset({sheet.number, *columns})
    reading.problems += repeated_headings(sheet.rows, reading.file, known)
    reading.problems += unknown_headings(sheet.rows, reading.file, known)
    before = len(reading.problems)
    rows = tuple(_rows(reading, sheet, columns))
    if not any(problem.severity == "error" for problem in reading.problems[before:]):
        at = reading.at(sheet.rows.head[sheet.number])
        add_fact(reading, concept, sheet.id, sheet.keys, Listed(rows, at))


def _rows(reading: Reading, sheet: TableSheet, columns: Mapping[str, Concept]) -> Iterator[Tree]:
    for record in sheet.rows.rows:
        cells = {name: cell for name, cell in record.items() if name in columns}
        number = record.get(sheet.number)
        if not cells and word(number) != lo.EMPTY_ROW:
            continue
        entries = list[tuple[str, Node]]()
        for name, cell in cells.items():
            found = read_value(reading.file, cell, columns[name], None)
            reading.problems += found.problems
            if found.value is not None:
                unit = f" {found.unit.text}" if found.unit is not None and found.unit.text else ""
                entries.append((name, Scalar(found.value.text + unit, False, found.value.at)))
        yield reading.tree(entries, reading.at(next(iter(record.values()))))


def _read_more(reading: Reading, sheets: Sequence[Sheet], vocabulary: Vocabulary) -> None:
    """Further places of facts."""
    places: dict[str, list[Node]] = {}
    for sheet in sheets:
        found = None if table_sheet(sheet) else headed(sheet, _MORE, frozenset({lo.VALUE}))
        for record in found.rows if found else ():
            cell = record.get(lo.ID)
            concept = _concept(reading, cell, vocabulary, True) if cell is not None else None
            if concept is not None and cell is not None:
                entries = place_entries(reading, {name: one for name, one in record.items() if name != lo.ID})
                places.setdefault(concept.id, []).append(reading.tree(entries, reading.at(cell)))
                if concept.id not in reading.facts:
                    _fact_missing(reading, concept, cell)
    for key, listed in places.items():
        if key in reading.facts:
            reading.facts[key][1].append(("also", Listed(tuple(listed), listed[0].at)))


def _fact_missing(reading: Reading, concept: Concept, cell: Seen) -> None:
    message = Text(
        f"“{concept.label}”没有填报,却写了其他出处", f"“{concept.label}” is not stated, yet has further places"
    )
    reading.tell("missing-value", cell, message, Text("请先填报数据。", "State the value first."))


# --- the case ---------------------------------------------------------------------------------------------------------


def _case_tree(reading: Reading, heading: list[tuple[str, Node]]) -> Tree:
    at = Position(reading.file)
    facts = tuple((key, reading.tree(entries, key.at)) for key, entries in reading.facts.values())
    sources = tuple((Scalar(key, False, tree.at), tree) for key, tree in reading.sources.items())
    entries: list[tuple[str, Node]] = [("format", Scalar("hegui/case/v1", True, at)), *heading]
    return reading.tree([*entries, ("sources", Tree(sources, at)), ("facts", Tree(facts, at))], at)


def _workbook(path: Path, case: Case) -> Source:
    """The workbook as a source, under an id no other source has."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    wanted = f"填报表 {path.stem}"[:150]
    key, number = wanted, 1
    while key in case.sources:
        number += 1
        key = f"{wanted} ({number})"
    return Source(key, f"填报表 {path.name}", path.name, digest)


def _with_cells(case: Case, reading: Reading, book: Source) -> Case:
    """The case with its cell as a further place of every fact that names no source."""
    facts = dict(case.facts)
    for key, fact in case.facts.items():
        if not any(place.source for place in fact.provenance):
            facts[key] = replace(fact, provenance=(*fact.provenance, Provenance(book.id, reading.cells[key])))
    used = any(fact is not case.facts[key] for key, fact in facts.items())
    sources = {**case.sources, book.id: book} if used else dict(case.sources)
    return replace(case, facts=facts, sources={key: sources[key] for key in sorted(sources)})
