"""Old workbooks (xls): the same as `workbooks`, by xlrd."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from facts.documents.model import Cell, Document, Progress, Table, no_progress
from facts.documents.numberformats import is_date_format, serial_day, show_number
from facts.problem import Problem, Text
from facts.provenance import CellRef, Position, Source

_TEXT, _NUMBER, _DATE, _BOOLEAN, _ERROR = 1, 2, 3, 4, 5
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}

Read = tuple[Document | None, tuple[Problem, ...]]


def read(path: Path, source: Source, progress: Progress = no_progress) -> Read:
    """Every visible sheet as a table titled with its name; places are sheet and cell. xls holds at most 65,536 rows."""
    import io

    import xlrd

    at = Position(str(path))
    try:
        book = xlrd.open_workbook(str(path), formatting_info=True, logfile=io.StringIO(), on_demand=True)
    except xlrd.XLRDError as error:
        if "encrypt" in str(error).lower() or "password" in str(error).lower():
            hint = Text("请去掉密码后再读。", "Remove the password first.")
            return None, (Problem("password-protected", at, Text("文件设了密码", "the file has a password"), hint),)
        hint = Text("请另存为 xlsx 后再读。", "Save it as xlsx.")
        return None, (Problem("damaged-file", at, Text("文件已损坏,读不出来", "the file is damaged"), hint),)
    tables: list[Table] = []
    problems: list[Problem] = []
    for number in range(book.nsheets):
        sheet = book.sheet_by_index(number)
        progress(number, book.nsheets, sheet.name)
        if sheet.visibility:
            message = Text(f"工作表“{sheet.name}”是隐藏的,没有读取", f"sheet “{sheet.name}” is hidden and was not read")
            problems.append(Problem("hidden-sheet", Position(f"{path}!{sheet.name}"), message, severity="note"))
            continue
        table, errors = _table(book, sheet)
        tables.append(table)
        if errors:
            named = "、".join(errors[:10])
            message = Text(f"单元格是错误值:{named}", f"cells hold error values: {named}")
            problems.append(
                Problem("cell-error", Position(f"{path}!{sheet.name}!{errors[0]}"), message, severity="warning")
            )
        book.unload_sheet(number)
    return Document(source, "xls", tuple(tables)), tuple(problems)


def _table(book: Any, sheet: Any) -> tuple[Table, list[str]]:
    rows = [[_cell(book, sheet, r, c) for c in range(sheet.ncols)] for r in range(sheet.nrows)]
    errors = [_name(cell) for row in rows for cell in row if cell.text in _ERRORS.values()]
    for top, bottom, left, right in sheet.merged_cells:
        for r in range(top, min(bottom, len(rows))):
            for c in range(left, min(right, sheet.ncols)):
                if (r, c) != (top, left):
                    rows[r][c] = replace(rows[top][left], locator=rows[r][c].locator, covered=True)
    return Table(tuple(tuple(row) for row in _trimmed(rows)), sheet.name), errors


def _name(cell: Cell) -> str:
    return cell.locator.cell if isinstance(cell.locator, CellRef) else ""


def _trimmed(rows: list[list[Cell]]) -> list[list[Cell]]:
    while rows and not any(cell.text for cell in rows[-1]):
        rows.pop()
    width = max((n + 1 for row in rows for n, cell in enumerate(row) if cell.text), default=0)
    return [row[:width] for row in rows]


def _cell(book: Any, sheet: Any, row: int, column: int) -> Cell:
    import xlrd

    place = CellRef(sheet.name, xlrd.cellname(row, column))
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
