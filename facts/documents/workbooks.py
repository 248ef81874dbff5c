"""Workbooks (xlsx, xlsm): a table per visible sheet, numbers exact and as shown, merged cells unfolded."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from facts.documents.archives import check_archive
from facts.documents.model import Cell, Document, Progress, Table, no_progress
from facts.documents.numberformats import show_number
from facts.problem import Problem, Text
from facts.provenance import CellRef, Position, Source

MAX_CELLS = 2_000_000
NAMED = 10
_ERRORS = ("#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#N/A", "#NUM!", "#NULL!")
_MERGE = re.compile(rb'<mergeCell\s[^>]*?ref="([A-Z]{1,3}\d{1,7}):([A-Z]{1,3}\d{1,7})"')

Read = tuple[Document | None, tuple[Problem, ...]]
Span = tuple[int, int, int, int]


@dataclass(slots=True)
class _Sheet:
    """One sheet while it is read; what is odd about it is gathered and said once."""

    name: str
    file: str
    formulas: set[tuple[int, int]] = field(default_factory=set)
    empty_formulas: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def problems(self) -> Iterator[Problem]:
        if self.empty_formulas:
            yield self._cells(
                "formula-without-value",
                self.empty_formulas,
                "公式没有算出的值",
                "formulas without a computed value",
                Text(
                    "请在表格软件中打开并保存一次,再读。",
                    "Open and save it once in a spreadsheet program, then read it again.",
                ),
            )
        if self.errors:
            hint = Text("请改正公式。", "Correct the formulas.")
            yield self._cells("cell-error", self.errors, "单元格是错误值", "cells hold error values", hint)

    def _cells(self, code: str, cells: Sequence[str], zh: str, en: str, hint: Text) -> Problem:
        named = "、".join(cells[:NAMED]) + ("……" if len(cells) > NAMED else "")
        at = Position(f"{self.file}!{self.name}!{cells[0]}")
        return Problem(code, at, Text(f"{zh}:{named}", f"{en}: {named}"), hint, "warning")


def read(path: Path, source: Source, progress: Progress = no_progress) -> Read:
    """Every visible sheet as a table titled with its name; places are sheet and cell."""
    refused = check_archive(path)
    if refused is not None:
        return None, (refused,)
    import openpyxl

    problems = list(_macros(path))
    values = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    formulas = openpyxl.load_workbook(path, read_only=True, keep_links=False) if _has_formulas(path) else None
    tables: list[Table] = []
    try:
        for number, sheet in enumerate(values.worksheets):
            if sheet.sheet_state != "visible":
                problems.append(_hidden(path, sheet.title))
                continue
            twin = formulas[sheet.title] if formulas is not None else None
            table, found = _sheet(path, number, sheet, twin, progress)
            problems.extend(found)
            if table is None:
                return None, tuple(problems)
            tables.append(table)
    finally:
        values.close()
        if formulas is not None:
            formulas.close()
    return Document(source, "xlsx", tuple(tables)), tuple(problems)


def _macros(path: Path) -> Iterator[Problem]:
    with zipfile.ZipFile(path) as archive:
        if any(name.lower().endswith("vbaproject.bin") for name in archive.namelist()):
            message = Text(
                "工作簿带有宏,宏没有运行,也不读取", "the workbook carries macros; they are neither run nor read"
            )
            yield Problem("macros-ignored", Position(str(path)), message, severity="note")


def _has_formulas(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with archive.open(name) as stream:
                    while chunk := stream.read(1 << 20):
                        if b"<f>" in chunk or b"<f " in chunk:
                            return True
    return False


def _hidden(path: Path, name: str) -> Problem:
    message = Text(f"工作表“{name}”是隐藏的,没有读取", f"sheet “{name}” is hidden and was not read")
    hint = Text("需要时取消隐藏。", "Unhide it if it is needed.")
    return Problem("hidden-sheet", Position(f"{path}!{name}"), message, hint, "note")


def _sheet(
    path: Path, number: int, sheet: Any, twin: Any, progress: Progress
) -> tuple[Table | None, tuple[Problem, ...]]:
    work = _Sheet(sheet.title, str(path))
    if twin is not None:
        twin.reset_dimensions()
        work.formulas = {
            (cell.row, cell.column) for row in twin.iter_rows() for cell in row if getattr(cell, "data_type", "") == "f"
        }
    rows: list[list[Cell]] = []
    cells = 0
    sheet.reset_dimensions()  # what a file says of its own size is not to be relied on
    for at, row in enumerate(sheet.iter_rows(), 1):
        cells += len(row)
        if cells > MAX_CELLS:
            return None, (_too_many(path, sheet.title),)
        if at % 5000 == 0:
            progress(at, 0, sheet.title)
        kept = [_cell(cell, at, column, work) for column, cell in enumerate(row, 1)]
        while kept and not kept[-1].text:
            kept.pop()
        rows.append(kept)
    table = _table(rows, sheet.title, _merges(path, sheet))
    return table, tuple(work.problems())


def _too_many(path: Path, name: str) -> Problem:
    message = Text(f"工作表“{name}”超过 {MAX_CELLS} 个单元格", f"sheet “{name}” has more than {MAX_CELLS} cells")
    return Problem("file-too-large", Position(f"{path}!{name}"), message, Text("请拆分后再读。", "Split it."))


def _merges(path: Path, sheet: Any) -> list[Span]:
    """Merged ranges, from the sheet's own part: reading as a stream leaves them out."""
    from openpyxl.utils.cell import coordinate_to_tuple

    target = str(getattr(sheet, "_worksheet_path", "")).lstrip("/")
    found: list[Span] = []
    with zipfile.ZipFile(path) as archive:
        if target not in archive.namelist():
            return found
        with archive.open(target) as stream:
            tail = b""
            while chunk := stream.read(1 << 20):
                data = tail + chunk
                for match in _MERGE.finditer(data):
                    top, left = coordinate_to_tuple(match[1].decode())
                    bottom, right = coordinate_to_tuple(match[2].decode())
                    found.append((top, left, bottom, right))
                tail = data[-200:]
    return sorted(set(found))


def _cell(cell: Any, row: int, column: int, work: _Sheet) -> Cell:
    place = CellRef(work.name, f"{_letters(column)}{row}")
    value = getattr(cell, "value", None)
    formula = (row, column) in work.formulas
    notes = ("formula",) if formula else ()
    if value is None:
        if formula:
            work.empty_formulas.append(place.cell)
        return Cell("", place, notes=notes)
    if isinstance(value, str):
        text, exact, settled = value.strip(), None, False
    else:
        text, exact, settled = _shown(value, str(cell.number_format or "General"))
    if text in _ERRORS:
        work.errors.append(place.cell)
    return Cell(text, place, exact, notes=(*notes, "float-by-format") if settled else notes)


@cache
def _letters(column: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(column))


def _shown(value: Any, code: str) -> tuple[str, Any, bool]:
    """A cell's text, its exact value, and whether its format had to settle it."""
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), None, False
    if isinstance(value, int) and code == "General":
        return str(value), Fraction(value), False
    if isinstance(value, int | float):
        shown = show_number(Decimal(repr(value)), code)
        return shown.text, shown.value, shown.settled
    if isinstance(value, datetime):
        day = value.date()
        return _day_text(day, code), day, False
    if isinstance(value, date):
        return _day_text(value, code), value, False
    if isinstance(value, time):
        return value.isoformat(), None, False
    return str(value).strip(), None, False


def _day_text(day: date, code: str) -> str:
    if "年" in code:
        month = f"{day.year}年{day.month}月"
        return month if "d" not in code.lower() else f"{month}{day.day}日"
    return day.isoformat()


def _table(rows: list[list[Cell]], name: str, merges: Sequence[Span]) -> Table:
    """Rows of one width, cells under merged ones filled with what is seen there."""
    while rows and not rows[-1]:
        rows.pop()
    width = max((len(row) for row in rows), default=0)
    for top, left, _, right in merges:
        if top <= len(rows) and left <= max(width, 1):
            width = max(width, min(right, width + 50))
    for at, row in enumerate(rows, 1):
        row.extend(Cell("", CellRef(name, f"{_letters(c)}{at}")) for c in range(len(row) + 1, width + 1))
    for top, left, bottom, right in merges:
        if top > len(rows) or left > width:
            continue
        origin = rows[top - 1][left - 1]
        for at in range(top, min(bottom, len(rows)) + 1):
            for column in range(left, min(right, width) + 1):
                if (at, column) != (top, left):
                    under = rows[at - 1][column - 1]
                    rows[at - 1][column - 1] = replace(origin, locator=under.locator, covered=True)
    return Table(tuple(tuple(row) for row in rows), name)
