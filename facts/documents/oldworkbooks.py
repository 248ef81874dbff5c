"""Old workbooks (xls): the same as `workbooks`, by xlrd."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from facts.documents.model import Cell, Document, Progress, Table, no_progress
from facts.documents.numberformats import is_date_format, serial_day, show_number
from facts.documents.packing import RowsBuilder, TooLargeError, too_many_cells
from facts.documents.sheetparts import letters_of
from facts.documents.sheetproblems import cells_problem, hidden_sheet, nothing_there
from facts.documents.sheetspans import cover
from facts.problem import Problem, Text
from facts.provenance import CellRef, Position, Source

_TEXT, _NUMBER, _DATE, _BOOLEAN, _ERROR = 1, 2, 3, 4, 5
_FILLED = frozenset((_TEXT, _NUMBER, _DATE, _BOOLEAN, _ERROR))
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}

Read = tuple[Document | None, tuple[Problem, ...]]


def read(path: Path, source: Source, progress: Progress = no_progress) -> Read:
    """Every visible sheet as a table titled with its name; places are sheet and cell. xls holds at most 65,536 rows."""
    import io

    import xlrd

    at = Position(str(path))
    progress(0, 0, path.name)
    try:
        book = xlrd.open_workbook(str(path), formatting_info=True, logfile=io.StringIO(), on_demand=True)
    except xlrd.XLRDError as error:
        if "encrypt" in str(error).lower() or "password" in str(error).lower():
            hint = Text("请去掉密码后再读。", "Remove the password first.")
            return None, (Problem("password-protected", at, Text("文件设了密码", "the file has a password"), hint),)
        hint = Text("请另存为 xlsx 后再读。", "Save it as xlsx.")
        return None, (Problem("damaged-file", at, Text("文件已损坏,读不出来", "the file is damaged"), hint),)
    tables, problems = list[Table](), list[Problem]()
    try:
        for number in range(book.nsheets):
            sheet = book.sheet_by_index(number)
            if sheet.visibility:
                problems.append(hidden_sheet(path, sheet.name))
            else:
                table, odd = _table(book, sheet, str(path), progress)
                tables.append(table)
                problems.extend(odd)
            book.unload_sheet(number)
    except TooLargeError:
        return None, (too_many_cells(at),)
    if not any(table.rows for table in tables):
        return None, (*problems, nothing_there(path, tables))
    return Document(source, "xls", tuple(tables)), tuple(problems)


def _name(cell: Cell) -> str:
    return cell.locator.cell if isinstance(cell.locator, CellRef) else ""


def _table(book: Any, sheet: Any, file: str, progress: Progress) -> tuple[Table, tuple[Problem, ...]]:
    name, errors = sheet.name, list[str]()
    builder = RowsBuilder(lambda row, column: CellRef(name, f"{letters_of(column + 1)}{row}"))
    for r in range(sheet.nrows):
        if r % 5000 == 0:
            progress(r, sheet.nrows, name)
        filled = [c for c, kind in enumerate(sheet.row_types(r)) if kind in _FILLED]
        cells = [_cell(book, sheet, r, c) for c in range(filled[-1] + 1 if filled else 0)]
        errors.extend(_name(cell) for cell in cells if cell.text in _ERRORS.values())
        while cells and not cells[-1].text:
            cells.pop()
        builder.add(r + 1, cells)
    builder.drop_blank_end()
    width = cover(builder, [(top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells])
    problems = [cells_problem("cell-error", errors, file, name)] if errors else []
    hidden = [f"{r + 1}:{r + 1}" for r, row in sorted(sheet.rowinfo_map.items()) if row.hidden and r < len(builder)]
    columns = sorted(c for c, column in sheet.colinfo_map.items() if column.hidden and c < width)
    hidden += [f"{letters_of(c + 1)}:{letters_of(c + 1)}" for c in columns]
    if hidden:
        problems.append(cells_problem("hidden-cells", hidden, file, name))
    return Table(builder.rows(width), name), tuple(problems)


def _cell(book: Any, sheet: Any, row: int, column: int) -> Cell:
    place = CellRef(sheet.name, f"{letters_of(column + 1)}{row + 1}")
    kind, value = sheet.cell_type(row, column), sheet.cell_value(row, column)
    if kind == _TEXT:
        return Cell(str(value).strip(), place)
    if kind in (_NUMBER, _DATE):
        return _number(book, sheet, row, column, place)
    if kind == _BOOLEAN:
        return Cell("TRUE" if value else "FALSE", place)
    return Cell(_ERRORS.get(value, "#VALUE!") if kind == _ERROR else "", place)


def _number(book: Any, sheet: Any, row: int, column: int, place: CellRef) -> Cell:
    stored = Decimal(repr(sheet.cell_value(row, column)))
    form = book.format_map.get(book.xf_list[sheet.cell_xf_index(row, column)].format_key)
    code = str(form.format_str) if form is not None else "General"
    if sheet.cell_type(row, column) == _DATE or is_date_format(code):
        day = serial_day(stored, bool(book.datemode))
        if day is not None:
            return Cell(_day_text(day, code), place, day)
    shown = show_number(stored, code)
    value: Fraction = shown.value
    return Cell(shown.text, place, value, notes=("float-by-format",) if shown.settled else ())


def _day_text(day: date, code: str) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if "年" in code else day.isoformat()
