"""A Publication as a workbook: a sheet for every chapter, merged cells, points as numbers, ready to print."""

from __future__ import annotations

import io
import re
from datetime import datetime
from typing import Any

from facts.templatebook.filling import Content, number_format
from facts.templatebook.styling import Styling
from facts.timeless import timeless
from facts.values import decimal_text, exact_places
from hegui.layout import width
from hegui.workbench.publishing.model import Cell, Chapter, Publication

# The format has no zone, and no day of making may change the bytes.
_MADE = datetime(2000, 1, 1)  # noqa: DTZ001
_SCALE = 1.4  # characters for each hundredth of the page
_LINE, _MOST_HIGH = 14.5, 400.0
_FORBIDDEN = re.compile(r"[][*?:/\\']")


def workbook(publication: Publication) -> bytes:
    """The workbook's bytes."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    style = Styling(book)
    for place, chapter in enumerate(publication.chapters):
        sheet = book.create_sheet(_FORBIDDEN.sub(" ", chapter.heading.split("、")[-1])[:31])
        row = _head(style, sheet, publication) if not place else 1
        _chapter(style, sheet, chapter, row)
    book.properties.creator = "hegui"
    book.properties.created = book.properties.modified = _MADE
    stream = io.BytesIO()
    book.save(stream)
    return timeless(stream.getvalue())


def _text(style: Styling, cell: Any, text: str) -> Any:
    return style.put(cell, Content("text", text) if text else None)


def _head(style: Styling, sheet: Any, publication: Publication) -> int:
    from openpyxl.styles import Font

    _text(style, sheet.cell(1, 1), publication.title).font = Font(bold=True, size=16)
    for row, (word, text) in enumerate(publication.facts, 2):
        _text(style, sheet.cell(row, 1), f"{word}:{text}")
    return len(publication.facts) + 3


def _chapter(style: Styling, sheet: Any, chapter: Chapter, row: int) -> None:
    for note in chapter.notes:
        _text(style, sheet.cell(row, 1), note)
        style.words(sheet.cell(row, 1))
        row += 1
    style.widths(sheet, tuple(round(share * _SCALE) for share in chapter.widths) or (120,))
    if chapter.rows:
        for column, name in enumerate(chapter.columns, 1):
            style.heading(_text(style, sheet.cell(row, column), name))
        sheet.print_title_rows = f"{row}:{row}"
        sheet.freeze_panes = sheet.cell(row + 1, 1)
        for offset, cells in enumerate(chapter.rows, 1):
            for column, cell in enumerate(cells, 1):
                _cell(style, sheet, row + offset, column, cell)
            # Spreadsheet programs do not fit the height of rows that merged cells run through.
            sheet.row_dimensions[row + offset].height = _height(cells, chapter.widths)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _height(cells: tuple[Cell, ...], widths: tuple[int, ...]) -> float:
    """The height, in points, that the longest text of a row needs."""
    lines = 1
    for cell, share in zip(cells, widths, strict=True):
        if cell.rows == 1:
            texts = [*cell.text.split("\n"), *(name for name, _ in cell.links)]
            lines = max(lines, sum(-(-width(text) // max(1, round(share * _SCALE) - 1)) for text in texts if text))
    return min(_MOST_HIGH, _LINE * lines + 4)


def _cell(style: Styling, sheet: Any, row: int, column: int, cell: Cell) -> None:
    from openpyxl.styles import Font

    target = sheet.cell(row, column)
    style.locked(target)
    if not cell.rows:
        return
    if cell.points is not None:
        places = exact_places(cell.points)
        exact = places is not None and places <= 10
        content = Content("number" if exact else "text", decimal_text(cell.points), number_format(places or 0))
        style.put(target, content)
    else:
        names = "\n".join(name for name, _ in cell.links)
        _text(style, target, "\n".join(part for part in (cell.text, names) if part))
    if cell.strong:
        target.font = Font(bold=True)
    if cell.rows > 1:
        sheet.merge_cells(start_row=row, end_row=row + cell.rows - 1, start_column=column, end_column=column)
