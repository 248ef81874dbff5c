"""Where things stand: a cell's key in the files, and the cell that a line of a file came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from facts.problem import Problem, Text
from facts.provenance import Position
from facts.yamledit import Tree, split_records
from hegui.workbench.spreadsheet import layout as lo
from hegui.workbench.spreadsheet.reading import EditedRow, NewRows, Workbook
from hegui.workbench.spreadsheet.tables import Key, record_cells, record_key, section_files

Span = tuple[int, int, str, Key, str]
# What is told of a whole file or section, and the cell to change.
_DECLARED = {
    "declared-points": "规定总分值",
    "declared-sections": "规定一级指标数",
    "declared-indicators": "规定三级指标数",
}
_LISTED = {"listed-points": "分值"}


def key_place(texts: Mapping[str, str], folder: str, sheet: str, key: Key, heading: str) -> Position:
    """file:line:column of a cell's key in the files; of its record, or the file, where it is not written."""
    best: Span | None = None
    where = ""
    for file in _files(texts):
        for span in _spans(texts[file], file):
            if span[2] == sheet and span[3] == key and (best is None or span[4] == heading):
                best, where = span, file
    if best is None:
        return Position(f"{folder}/{lo.ROOT}")
    text = texts[where]
    line = text.count("\n", 0, best[0]) + 1
    return Position(f"{folder}/{where}", line, best[0] - (text.rfind("\n", 0, best[0]) + 1) + 1)


def at_cells(
    problems: tuple[Problem, ...], texts: Mapping[str, str], book: Workbook, folder: str, rows: NewRows
) -> tuple[Problem, ...]:
    """Problems of the new files, at the cells the lines came from; `folder` is where the files were tried.

    `rows` are those the new records came from.
    """
    if not problems:
        return ()
    spans = {file: _spans(texts[file], file) for file in _files(texts)}
    return tuple(_at_cell(problem, texts, spans, book, folder, rows) for problem in problems)


def _at_cell(
    problem: Problem,
    texts: Mapping[str, str],
    spans: Mapping[str, list[Span]],
    book: Workbook,
    folder: str,
    rows: NewRows,
) -> Problem:
    # Where the files were tried is nobody's business.
    message = Text(*(text.replace(f"{folder}/", "") for text in problem.message))
    problem = replace(problem, message=message)
    at = problem.at
    file = at.file.removeprefix(folder).lstrip("/\\")
    if file not in spans or not at.line:
        return problem
    lines = Tree(texts[file]).starts
    offset = lines[min(at.line, len(lines)) - 1] + max(at.column - 1, 0)
    within = [span for span in spans[file] if span[0] <= offset <= span[1]]
    if problem.code in _DECLARED:
        heading = _DECLARED[problem.code]
        return replace(problem, at=book.at(lo.HEAD, _row(book, lo.HEAD, (heading,)), lo.VALUE))
    if not within:
        return replace(problem, at=Position(file, at.line, at.column))
    # The smallest span is the cell itself, a larger one its record.
    _, _, sheet, key, heading = min(within, key=lambda span: span[1] - span[0])
    row = rows.get((sheet, key)) or _row(book, sheet, key)
    if row and heading in lo.SIMPLE and not row.cells.get(heading) and row.cells.get(lo.OTHER):
        # A rule of the simple form, but written in the other column.
        heading = lo.OTHER
    return (
        replace(problem, at=book.at(sheet, row, _LISTED.get(problem.code, heading)))
        if row
        else replace(problem, at=Position(file, at.line, at.column))
    )


def _row(book: Workbook, sheet: str, key: Key) -> EditedRow | None:
    found = book.sheets.get(sheet)
    layout = next(one for one in lo.LAYOUTS if one.name == sheet)
    for row in found.rows if found else ():
        own = row.key if sheet == lo.HEAD else record_key(layout, row.cells)
        if key in (row.key, own):
            return row
    return None


def _files(texts: Mapping[str, str]) -> list[str]:
    known = [lo.ROOT, lo.VOCABULARY, *section_files(texts)]
    return [file for file in known if file in texts]


def _spans(text: str, file: str) -> list[Span]:
    """(start, end, sheet, key, heading) of every record and cell of a file."""
    found: list[Span] = []
    if file == lo.ROOT:
        tree = Tree(text)
        for column in lo.HEAD_LAYOUT.columns:
            entry = tree.entry(column.path)
            if entry is not None:
                found.append((tree.start(entry[1]), tree.end(entry[2]), lo.HEAD, (column.heading,), lo.VALUE))
        layouts = [lo.GRADES_LAYOUT, lo.VETOES_LAYOUT, lo.CHECKS_LAYOUT, lo.ACCEPTED_LAYOUT]
    elif file == lo.VOCABULARY:
        layouts = [lo.ITEMS_LAYOUT]
    else:
        found += _of_record(text, 0, lo.SECTIONS_LAYOUT)
        layouts = [lo.CRITERIA_LAYOUT]
    for layout in layouts:
        records = split_records(text, layout.lists)
        offset = len(records.head) if records else 0
        for record in records.records if records else ():
            offset += len(record.gap)
            found += _of_record(record.text, offset, layout)
            offset += len(record.text)
    return found


def _of_record(text: str, offset: int, layout: lo.SheetLayout) -> list[Span]:
    tree = Tree(text)
    key = record_key(layout, record_cells(text, layout))
    found: list[Span] = [(offset, offset + len(text), layout.name, key, layout.columns[0].heading)]
    for column in layout.columns:
        entry = tree.entry(column.path)
        if entry is not None:
            found.append((offset + tree.start(entry[1]), offset + tree.end(entry[2]), layout.name, key, column.heading))
    return found
