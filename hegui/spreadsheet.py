"""Cells of the workbooks we write: text that stays text, numbers that stay exact, sheets that read and print well."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from facts.values import decimal_text, exact_places

# What a cell holds at most.
MAX_TEXT = 32_000
_PLACES = 2
_MOST_PLACES = 12


def put(cell: Any, value: str | Fraction | int | None, most: int = MAX_TEXT) -> None:
    """A value as what it is; None leaves the cell empty."""
    if isinstance(value, str):
        put_text(cell, value, most)
    elif isinstance(value, Fraction):
        put_number(cell, value)
    elif value is not None:
        cell.value = value


def put_text(cell: Any, text: str, most: int = MAX_TEXT) -> None:
    """Text as text: nothing that begins with = + - @ becomes a formula, no control character breaks the file."""
    clean = "".join(c for c in text[:most] if c.isprintable() or c == "\n")
    cell.value = clean
    cell.data_type = "s"
    if clean[:1] in ("=", "+", "-", "@"):
        cell.quotePrefix = True


def put_number(cell: Any, value: Fraction) -> None:
    """An exact number, with as many digits shown as it has; one that never ends as text."""
    places = exact_places(value)
    if places is None or places > _MOST_PLACES:
        put_text(cell, decimal_text(value))
        return
    cell.value = Decimal(decimal_text(value))
    cell.number_format = "0." + "0" * max(_PLACES, places)


def sheet_named(book: Any, title: str, columns: Sequence[tuple[str, int]], size: tuple[int, int] | None = None) -> Any:
    """A sheet with a heading and the widths of its columns, set up to be read and printed.

    In a book that only writes, the sheet is written row by row and never in memory as a whole; `size`, its rows and columns, then
    tells readers how large it is, which nobody could say otherwise.
    """
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = "landscape", 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    if size is not None:
        # What a sheet that is in memory finds out by itself.
        sheet.calculate_dimension = lambda: f"A1:{get_column_letter(size[1])}{size[0]}"
    heading = []
    for number, (name, width) in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
        cell = WriteOnlyCell(sheet) if book.write_only else sheet.cell(1, number)
        put_text(cell, name)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="D9E1F2")
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        heading.append(cell)
    if book.write_only:
        sheet.append(heading)
    return sheet
