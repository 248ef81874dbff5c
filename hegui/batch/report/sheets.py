"""A population report as a workbook: a sheet for each chapter, exact numbers, text that stays text."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from facts.problem import Language, Problem, Text
from facts.provenance import Position
from facts.timeless import timeless
from hegui.batch.report.html import TITLE, about
from hegui.batch.report.model import Basis, Cell, Chapter, Grid
from hegui.spreadsheet import put, sheet_named

_WIDTHS = (24, 36, 18)


def report_sheets(
    basis: Basis, chapters: Sequence[Chapter], language: Language = "zh"
) -> tuple[bytes | None, Problem | None]:
    """The workbook's bytes; the Problem where the library that writes it is not installed."""
    try:
        import openpyxl
    except ModuleNotFoundError:
        message = Text("写 report.xlsx 需要 openpyxl,未写", "report.xlsx was not written: it needs openpyxl")
        hint = Text("请安装:pip install 'hegui[documents]'", "Install it: pip install 'hegui[documents]'")
        return None, Problem("extra-missing", Position("report.xlsx"), message, hint, "warning")
    book = openpyxl.Workbook()
    book.remove(book.active)
    first = sheet_named(book, TITLE.in_(language), ((TITLE.in_(language), 90),))
    for line in about(basis, language):
        _row(first, (line,), language)
    for chapter in chapters:
        _chapter(book, chapter, language)
    stream = io.BytesIO()
    book.save(stream)
    return timeless(stream.getvalue()), None


def _chapter(book: Any, chapter: Chapter, language: Language) -> None:
    width = max((len(grid.heads) for grid in chapter.grids), default=1)
    columns = [("", _WIDTHS[min(n, 2)]) for n in range(width)]
    columns[0] = (chapter.title.in_(language), _WIDTHS[0])
    sheet = sheet_named(book, chapter.name.in_(language), columns)
    for note in chapter.notes:
        _row(sheet, (note,), language)
    for grid in chapter.grids:
        _grid(sheet, grid, language)


def _grid(sheet: Any, grid: Grid, language: Language) -> None:
    from openpyxl.styles import Font, PatternFill

    sheet.append([])
    if grid.title.zh:
        _row(sheet, (grid.title,), language, Font(bold=True))
    _row(sheet, grid.heads, language, Font(bold=True))
    for number, row in enumerate(grid.rows):
        _row(sheet, row, language)
        for column, dark in enumerate(grid.shades[number] if grid.shades else (), 1):
            if dark:
                # From white to the blue of the page's heat maps.
                shade = "".join(f"{255 - (255 - full) * dark // 1000:02X}" for full in (0x4A, 0x6F, 0xA5))
                sheet.cell(sheet.max_row, column).fill = PatternFill("solid", fgColor=shade)


def _row(sheet: Any, cells: Sequence[Cell], language: Language, font: Any = None) -> None:
    """One row below what is there; a row of nothing still takes its place."""
    number = sheet.max_row + 1
    for column, value in enumerate(cells, 1):
        cell = sheet.cell(number, column)
        put(cell, value.in_(language) if isinstance(value, Text) else value)
        if font is not None:
            cell.font = font
