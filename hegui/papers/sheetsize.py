"""Rows high enough for what stands in them: not every program finds that out when it opens a file."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any

from hegui.layout import width

_LINE, _MOST_HIGH = 14.5, 400.0


A3, A4 = 8, 9
# More characters side by side than this are too small to read on A4.
_MOST_WIDE = 230


def sized(sheet: Any, widths: Sequence[int], first: int = 2) -> None:
    """Wrap every cell from a row on, make each row as high as its longest text needs, and set up the page."""
    from openpyxl.styles import Alignment, Border, Side

    sheet.page_setup.paperSize = A4 if sum(widths) <= _MOST_WIDE else A3
    margins = sheet.page_margins
    margins.left = margins.right = margins.top = margins.bottom = 0.5
    sheet.oddFooter.center.text = "&P / &N"
    side = Side(style="thin", color="FFBFBFBF")
    border = Border(left=side, right=side, top=side, bottom=side)
    text, number = Alignment(wrap_text=True, vertical="top"), Alignment(horizontal="right", vertical="top", indent=1)
    # Setting a look cell by cell compares it with every look there is: cells that begin alike end alike.
    looks: dict[tuple[bool, tuple[int, ...]], Any] = {}
    for row in sheet.iter_rows(min_row=first):
        most = 1
        for cell, wide in zip(row, widths, strict=False):
            is_text = cell.data_type == "s"
            key = (is_text, tuple(cell._style or ()))
            if key in looks:
                cell._style = copy(looks[key])
            else:
                cell.border, cell.alignment = border, text if is_text else number
                looks[key] = copy(cell._style)
            most = max(most, lines_of(str(cell.value), wide) if is_text and cell.value else 1)
        sheet.row_dimensions[row[0].row].height = min(_MOST_HIGH, _LINE * most + 4)


def lines_of(text: str, wide: int) -> int:
    """Lines a text takes in a column."""
    return sum(max(1, -(-width(line) // max(1, wide - 2))) for line in text.split("\n"))
