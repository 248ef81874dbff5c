"""Tables -> the workbook people edit: a sheet per kind of record, and a hidden one that remembers what was exported."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from facts.templatebook.filling import Content, number_format
from facts.templatebook.styling import Styling
from facts.timeless import timeless
from facts.values import exact_places, parse_decimal
from hegui.workbench.spreadsheet import layout as lo
from hegui.workbench.spreadsheet.guide import guide
from hegui.workbench.spreadsheet.tables import Row, Tables

_MADE = datetime(2000, 1, 1)  # noqa: DTZ001  # the format has no zone, and no day of making may change the bytes
BLANK_ROWS = 40
# A cell holds 32,767 characters; what was exported is cut into pieces.
PIECE = 30_000
_DIGITS = 15


def write_workbook(
    tables: Tables, sentences: Mapping[str, str], label: Mapping[str, str], library: Sequence[Sequence[str]] = ()
) -> bytes:
    """The workbook's bytes. `sentences` are the criteria by the id of their indicator; `label` says which rulebook it is.

    `library` are the data items of shared libraries, a line each.
    """
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    writer = _Book(book, tables, sentences)
    writer.guide(label)
    for layout in lo.LAYOUTS:
        writer.head() if layout is lo.HEAD_LAYOUT else writer.sheet(layout)
        if layout is lo.ITEMS_LAYOUT and library:
            writer.library(library)
    writer.mark(label)
    book.active = 1
    book.properties.creator = "hegui"
    book.properties.created = book.properties.modified = _MADE
    stream = io.BytesIO()
    book.save(stream)
    return timeless(stream.getvalue())


class _Book:
    def __init__(self, book: Any, tables: Tables, sentences: Mapping[str, str]) -> None:
        self.book, self.tables, self.sentences = book, tables, sentences
        self.style = Styling(book)

    def put(self, cell: Any, text: str) -> Any:
        return self.style.put(cell, Content("text", text) if text else None)

    def guide(self, label: Mapping[str, str]) -> None:
        sheet = self.book.create_sheet(lo.GUIDE)
        for number, (line, heading) in enumerate(guide(label), 1):
            cell = self.put(sheet.cell(number, 1), line)
            self.style.heading(cell) if heading else self.style.words(cell)
        self.style.widths(sheet, (110,))
        self.style.protect(sheet)

    def sheet(self, layout: lo.SheetLayout) -> None:
        """One row per record; blank rows below for new ones."""
        from openpyxl.utils import get_column_letter

        sheet = self.book.create_sheet(layout.name)
        headings = self.headings(layout)
        for column, (heading, width) in enumerate(headings, 1):
            self.style.heading(self.put(sheet.cell(1, column), heading))
            sheet.column_dimensions[get_column_letter(column)].width = width
        sheet.column_dimensions[get_column_letter(len(headings))].hidden = True
        rows = self.tables.rows(layout.name)
        for number, row in enumerate(rows, 2):
            self.row(sheet, number, headings, layout, row)
        for number in range(len(rows) + 2, len(rows) + 2 + BLANK_ROWS):
            self.row(sheet, number, headings, layout, None)
        sheet.freeze_panes = "D2" if layout is lo.CRITERIA_LAYOUT else "B2"
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings) - 1)}{len(rows) + 1}"
        self.validations(sheet, headings, layout, len(rows) + 1 + BLANK_ROWS)

    def headings(self, layout: lo.SheetLayout) -> list[tuple[str, int]]:
        found = [(heading, 18) for heading in layout.own]
        for column in layout.columns:
            found.append((column.heading, column.width))
            if layout is lo.CRITERIA_LAYOUT and column.heading == "分值":
                found.append((lo.SENTENCE, 60))
        return [*found, (lo.KEY, 10)]

    def row(
        self, sheet: Any, number: int, headings: list[tuple[str, int]], layout: lo.SheetLayout, row: Row | None
    ) -> None:
        for column, (heading, _) in enumerate(headings, 1):
            cell = sheet.cell(number, column)
            if heading == lo.SENTENCE and row is not None:
                self.style.locked(self.put(cell, self.sentences.get(row.key[0], "")))
            elif heading == lo.KEY:
                self.put(cell, json.dumps(row.key, ensure_ascii=False) if row else "")
            else:
                text = row.cells.get(heading, "") if row else ""
                found = layout.column(heading)
                self.style.input(cell, _content(text, found is not None and found.kind == "number"))
                self.style.words(cell)

    def library(self, rows: Sequence[Sequence[str]]) -> None:
        """The data items that formulas may name besides those of the rulebook's own."""
        sheet = self.book.create_sheet(lo.LIBRARY)
        for column, (heading, _) in enumerate(lo.LIBRARY_HEADINGS, 1):
            self.style.heading(self.put(sheet.cell(1, column), heading))
        for number, row in enumerate(rows, 2):
            for column, text in enumerate(row, 1):
                self.style.locked(self.put(sheet.cell(number, column), text))
        self.style.widths(sheet, tuple(width for _, width in lo.LIBRARY_HEADINGS))
        sheet.freeze_panes = "B2"
        self.style.protect(sheet)

    def head(self) -> None:
        """The rulebook itself: one line per key."""
        sheet = self.book.create_sheet(lo.HEAD)
        for column, heading in enumerate(("项目", lo.VALUE), 1):
            self.style.heading(self.put(sheet.cell(1, column), heading))
        for number, (row, key) in enumerate(zip(self.tables.rows(lo.HEAD), lo.HEAD_LAYOUT.columns, strict=True), 2):
            self.style.locked(self.put(sheet.cell(number, 1), row.key[0]))
            cell = sheet.cell(number, 2)
            self.style.input(cell, _content(row.cells[lo.VALUE], key.kind == "number"))
            self.style.words(cell)
            if key.choices:
                _choose(sheet, cell.coordinate, f'"{",".join(key.choices)}"', "stop")
        self.style.widths(sheet, (24, 80))
        self.style.protect(sheet)

    def validations(self, sheet: Any, headings: list[tuple[str, int]], layout: lo.SheetLayout, last: int) -> None:
        from openpyxl.utils import get_column_letter

        for column, (heading, _) in enumerate(headings, 1):
            cells = f"{get_column_letter(column)}2:{get_column_letter(column)}{last}"
            found = layout.column(heading)
            if found is not None and found.choices:
                _choose(sheet, cells, f'"{",".join(found.choices)}"', "stop")
            if layout is lo.CRITERIA_LAYOUT and heading == lo.SECTION:
                # The titles of the sheet of sections, new ones included.
                _choose(
                    sheet,
                    cells,
                    f"'{lo.SECTIONS}'!$C$2:$C${len(self.tables.rows(lo.SECTIONS)) + BLANK_ROWS}",
                    "warning",
                )

    def mark(self, label: Mapping[str, str]) -> None:
        """What was exported, for telling an edit of the sheet from an edit of the files."""
        sheet = self.book.create_sheet(lo.MARK)
        sheet.sheet_state = "veryHidden"
        self.put(sheet.cell(1, 1), json.dumps({"format": lo.FORMAT, **label}, ensure_ascii=False))
        number = 1
        sentences = tuple(Row((key,), {lo.SENTENCE: text}) for key, text in self.sentences.items())
        for name, rows in {**self.tables.sheets, lo.SENTENCE: sentences}.items():
            for row in rows:
                number += 1
                said = {heading: text for heading, text in row.cells.items() if text}
                text = json.dumps([name, row.key, row.file, said], ensure_ascii=False)
                for column, start in enumerate(range(0, len(text), PIECE), 1):
                    self.put(sheet.cell(number, column), text[start : start + PIECE])


def _content(text: str, number: bool) -> Content | None:
    value = parse_decimal(text) if number else None
    places = None if value is None else exact_places(value)
    if places is not None and len(text) <= _DIGITS:
        return Content("number", text.replace(",", ""), number_format(places, whole=not places))
    return Content("text", text) if text else None


def _choose(sheet: Any, cells: str, formula: str, style: str) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    found = DataValidation("list", formula, allow_blank=True, errorStyle=style)
    found.error, found.errorTitle, found.showErrorMessage = "请从下拉框选择 / Choose from the list", "hegui", True
    found.add(cells)
    sheet.add_data_validation(found)
