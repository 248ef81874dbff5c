"""Tables with merged cells, written once and saved in every format a department hands in."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import docx
import openpyxl
import xlwt

from facts.values import parse_decimal


@dataclass(frozen=True)
class Span:
    """A cell over several rows and columns."""

    text: str
    rows: int = 1
    columns: int = 1


# A grid as HTML has it: rows of the cells that begin in them.
Grid = Sequence[Sequence["Span | str"]]


def placed(grid: Grid) -> Iterator[tuple[int, int, Span]]:
    """Each cell with its row and column from 0."""
    taken = set[tuple[int, int]]()
    for r, row in enumerate(grid):
        c = 0
        for one in row:
            cell = one if isinstance(one, Span) else Span(one)
            while (r, c) in taken:
                c += 1
            taken |= {(r + i, c + j) for i in range(cell.rows) for j in range(cell.columns)}
            yield r, c, cell
            c += cell.columns


def width(grid: Grid) -> int:
    return max(c + cell.columns for _, c, cell in placed(grid))


def _number(text: str) -> Fraction | None:
    return parse_decimal(text) if text and not text.startswith(("+", "-")) else None


def as_workbook(grid: Grid, path: Path) -> Path:
    """Numbers as numbers, with the format that shows them as written; merged cells merged; nothing in row 1."""
    book = openpyxl.Workbook()
    sheet = book.active
    for r, c, cell in placed(grid):
        target = sheet.cell(r + 2, c + 1)
        number = _number(cell.text)
        if number is not None:
            target.value = float(number)
            target.number_format = "0." + "0" * len(cell.text.partition(".")[2]) if "." in cell.text else "0"
        elif cell.text:
            target.value = cell.text
            target.data_type = "s"
        if cell.rows > 1 or cell.columns > 1:
            sheet.merge_cells(
                start_row=r + 2, start_column=c + 1, end_row=r + 1 + cell.rows, end_column=c + cell.columns
            )
    book.save(path)
    return path


def as_old_workbook(grid: Grid, path: Path) -> Path:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("自评表")
    for r, c, cell in placed(grid):
        sheet.write_merge(r, r + cell.rows - 1, c, c + cell.columns - 1, cell.text)
    book.save(str(path))
    return path


def as_word(grid: Grid, path: Path) -> Path:
    file = docx.Document()
    table = file.add_table(rows=len(grid), cols=width(grid))
    for r, c, cell in placed(grid):
        target = table.cell(r, c)
        if cell.rows > 1 or cell.columns > 1:
            target = target.merge(table.cell(r + cell.rows - 1, c + cell.columns - 1))
        target.text = cell.text
    file.save(str(path))
    return path


def as_page(grid: Grid, path: Path) -> Path:
    rows = []
    for row in grid:
        cells = (cell if isinstance(cell, Span) else Span(cell) for cell in row)
        rows.append(
            "".join(
                f"<td rowspan={cell.rows} colspan={cell.columns}><p>{html.escape(cell.text)}</p></td>" for cell in cells
            )
        )
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    path.write_text(f"<meta charset=utf-8><table>{body}</table>", encoding="utf-8")
    return path


def _drawn(grid: Grid) -> list[list[str]]:
    drawn = [[""] * width(grid) for _ in grid]
    for r, c, cell in placed(grid):
        drawn[r][c] = cell.text
    return drawn


def as_bars(grid: Grid, path: Path) -> Path:
    """Text with bars; what a merged cell covers is left empty."""
    path.write_text("".join(f"| {' | '.join(row)} |\n" for row in _drawn(grid)), encoding="utf-8")
    return path


def as_tabs(grid: Grid, path: Path) -> Path:
    path.write_text("".join("\t".join(row) + "\n" for row in _drawn(grid)), encoding="utf-8")
    return path


SAVERS: dict[str, tuple[str, Callable[[Grid, Path], Path]]] = {
    "xlsx": ("xlsx", as_workbook),
    "xls": ("xls", as_old_workbook),
    "docx": ("docx", as_word),
    "html": ("html", as_page),
    "bars": ("txt", as_bars),
    "tabs": ("txt", as_tabs),
}
