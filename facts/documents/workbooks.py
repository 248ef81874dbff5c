"""Workbooks (xlsx, xlsm): a table per visible sheet, numbers exact and as shown, merged cells unfolded."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from itertools import repeat
from pathlib import Path
from typing import Any

from facts.documents.archives import check_archive
from facts.documents.model import Cell, Document, Progress, Table, no_progress
from facts.documents.numberformats import show_number
from facts.documents.packing import RowsBuilder, TooLargeError, too_many_cells
from facts.documents.sheetparts import SheetPart, letters_of, scan
from facts.documents.sheetproblems import CellsCode, cells_problem, hidden_sheet, nothing_there
from facts.documents.sheetspans import cover
from facts.problem import Problem, Text
from facts.provenance import CellRef, Position, Source

# Of a long run of rows in which nothing stands these many are kept.
BLANK_ROWS = 20
# Cells looked at, most of them formatted and empty.
MAX_ROWS = 1_048_576
MAX_LOOKED_AT = 20_000_000
_ERRORS = ("#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#N/A", "#NUM!", "#NULL!")

Read = tuple[Document | None, tuple[Problem, ...]]


@dataclass(slots=True)
class _Sheet:
    """One sheet while it is read; what is odd about it is gathered and said once."""

    name: str
    file: str
    hidden: tuple[str, ...] = ()
    empty_formulas: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def problems(self) -> Iterator[Problem]:
        found: tuple[tuple[CellsCode, Sequence[str]], ...] = (
            ("formula-without-value", self.empty_formulas),
            ("cell-error", self.errors),
            ("hidden-cells", self.hidden),
        )
        yield from (cells_problem(code, cells, self.file, self.name) for code, cells in found if cells)


def read(path: Path, source: Source, progress: Progress = no_progress) -> Read:
    """Every visible sheet as a table titled with its name; places are sheet and cell."""
    refused = check_archive(path, "xlsx")
    if refused is not None:
        return None, (refused,)
    import openpyxl

    progress(0, 0, path.name)
    problems = list(_macros(path))
    # By its bytes: the library goes by names, and workbooks are often named .xls.
    with path.open("rb") as stream, path.open("rb") as again, ExitStack() as stack:
        values = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        stack.callback(values.close)
        parts = {sheet.title: scan(path, str(getattr(sheet, "_worksheet_path", ""))) for sheet in values.worksheets}
        formulas = None
        if any(part.formulas for part in parts.values()):
            formulas = openpyxl.load_workbook(again, read_only=True, keep_links=False)
            stack.callback(formulas.close)
        tables = list[Table]()
        for sheet in values.worksheets:
            if sheet.sheet_state != "visible":
                problems.append(hidden_sheet(path, sheet.title))
                continue
            part = parts[sheet.title]
            twin = formulas[sheet.title] if formulas is not None and part.formulas else None
            work = _Sheet(sheet.title, str(path))
            try:
                tables.append(_sheet(sheet, twin, part, work, progress))
            except TooLargeError:
                return None, (*problems, _too_large(path, sheet))
            problems.extend(work.problems())
    if not any(table.rows for table in tables):
        return None, (*problems, nothing_there(path, tables))
    return Document(source, "xlsx", tuple(tables)), tuple(problems)


def _macros(path: Path) -> Iterator[Problem]:
    with zipfile.ZipFile(path) as archive:
        if any(name.lower().endswith("vbaproject.bin") for name in archive.namelist()):
            message = Text(
                "工作簿带有宏,宏没有运行,也不读取", "the workbook carries macros; they are neither run nor read"
            )
            yield Problem("macros-ignored", Position(str(path)), message, severity="note")


def _too_large(path: Path, sheet: Any) -> Problem:
    return too_many_cells(
        Position(f"{path}!{sheet.title}"),
        Text(
            f"工作表“{sheet.title}”太大,或在很远的行、列还有内容",
            f"sheet “{sheet.title}” is too large, or something stands in it very far down or to the right",
        ),
    )


def _sheet(sheet: Any, twin: Any, part: SheetPart, work: _Sheet, progress: Progress) -> Table:
    """The table of a sheet, row by row. Raises TooLargeError."""
    name = sheet.title
    builder = RowsBuilder(lambda row, column: CellRef(name, f"{letters_of(column + 1)}{row}"))
    sheet.reset_dimensions()  # what a file says of its own size is not to be relied on
    if twin is not None:
        twin.reset_dimensions()
    looked_at = blank = 0
    for number, (row, formulas) in enumerate(zip(sheet.iter_rows(), _twins(twin), strict=False), 1):
        looked_at += len(row)
        if looked_at > MAX_LOOKED_AT or number > MAX_ROWS:
            raise TooLargeError
        if number % 5000 == 0:
            progress(number, 0, name)
        kept = _row(row, formulas, number, work)
        if not kept:
            blank += 1
            continue
        for above in range(number - min(blank, BLANK_ROWS), number):
            builder.add(above, ())
        blank = 0
        builder.add(number, kept)
    width = cover(builder, part.merges)
    work.hidden = part.hidden(builder.numbers[-1] if builder.numbers else 0, width)
    return Table(builder.rows(width), name)


def _twins(twin: Any) -> Iterator[Sequence[Any]]:
    return repeat(()) if twin is None else twin.iter_rows()


def _row(row: Sequence[Any], formulas: Sequence[Any], number: int, work: _Sheet) -> list[Cell]:
    """The cells of a row, without the empty ones at its end."""
    end = len(row)
    while end and getattr(row[end - 1], "value", None) is None and not _is_formula(formulas, end - 1):
        end -= 1
    kept = []
    for column in range(end):
        place = CellRef(work.name, f"{letters_of(column + 1)}{number}")
        kept.append(_cell(row[column], place, _is_formula(formulas, column), work))
    # An empty cell with a note is a formula without a value: what stands there is not nothing.
    while kept and not kept[-1].text and not kept[-1].notes:
        kept.pop()
    return kept


def _is_formula(formulas: Sequence[Any], column: int) -> bool:
    return column < len(formulas) and getattr(formulas[column], "data_type", "") == "f"


def _cell(cell: Any, place: CellRef, formula: bool, work: _Sheet) -> Cell:
    value = getattr(cell, "value", None)
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
