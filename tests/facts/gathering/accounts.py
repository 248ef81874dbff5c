"""The nine published forms of one office (accounts.txt), as tables and as files of the formats they are handed in in."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, replace
from pathlib import Path

from facts.documents.model import Cell, Table
from facts.provenance import CellRef

SOURCE = Path(__file__).with_name("accounts.txt")
_AMOUNT = re.compile(r"[0-9,]+\.[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it is printed: a cell "<" is merged with the one on its left, "^" with the one above."""

    title: str
    rows: tuple[tuple[str, ...], ...]

    def anchor(self, row: int, column: int) -> tuple[int, int]:
        """The first cell of the merged ones a cell is among; itself where it is merged with none."""
        while self.rows[row][column] in ("<", "^"):
            row, column = (row, column - 1) if self.rows[row][column] == "<" else (row - 1, column)
        return row, column

    def text(self, row: int, column: int) -> str:
        """What a reader sees in a cell."""
        first, second = self.anchor(row, column)
        return self.rows[first][second]


def forms() -> tuple[Form, ...]:
    """All nine."""
    parts = SOURCE.read_text(encoding="utf-8").split("\n# ")[1:]
    return tuple(_form(*part.strip().split("\n", 1)) for part in parts)


def _form(title: str, text: str) -> Form:
    rows = [[cell.strip() for cell in line.split("|")] for line in text.splitlines()]
    width = max(map(len, rows))
    return Form(title, tuple((*row, *[""] * (width - len(row))) for row in rows))


def sheets() -> tuple[Table, ...]:
    """The forms as sheets of a workbook, merged cells as readers unfold them."""
    return tuple(map(as_sheet, forms()))


def as_sheet(form: Form) -> Table:
    """One form as a sheet."""
    return Table(tuple(_cells(form, row) for row in range(len(form.rows))), form.title)


def _cells(form: Form, row: int) -> tuple[Cell, ...]:
    places = [(row, column) for column in range(len(form.rows[row]))]
    return tuple(
        Cell(form.text(*at), CellRef(form.title, f"{chr(65 + at[1])}{row + 1}"), covered=form.anchor(*at) != at)
        for at in places
    )


def unmerged(table: Table) -> Table:
    """The same where a format knows no merged cells: the words stand in the first and the others are blank."""
    rows = tuple(tuple(replace(c, text="" if c.covered else c.text, covered=False) for c in row) for row in table.rows)
    return replace(table, rows=rows)


# --- files ------------------------------------------------------------------------------------------------------------


def workbook(path: Path) -> list[Path]:
    """One xlsx with nine sheets; amounts are numbers with two places shown."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for form in forms():
        sheet = book.create_sheet(form.title[:31])
        for r, row in enumerate(form.rows, 1):
            for c, text in enumerate(row, 1):
                if text not in ("", "<", "^"):
                    number = float(text.replace(",", "")) if _AMOUNT.fullmatch(text) else None
                    sheet.cell(r, c, text if number is None else number).number_format = "#,##0.00"
        for r1, c1, r2, c2 in _spans(form):
            sheet.merge_cells(start_row=r1 + 1, start_column=c1 + 1, end_row=r2 + 1, end_column=c2 + 1)
    book.save(path / "accounts.xlsx")
    return [path / "accounts.xlsx"]


def word_file(path: Path) -> list[Path]:
    """A Word file in which each form's title stands above its table."""
    from docx import Document

    made = Document()
    for form in forms():
        made.add_paragraph(form.rows[0][0])
        table = made.add_table(len(form.rows), len(form.rows[0]))
        for r in range(len(form.rows)):
            for c in range(len(form.rows[0])):
                table.cell(r, c).text = form.text(r, c) if form.anchor(r, c) == (r, c) else ""
        for r1, c1, r2, c2 in _spans(form):
            table.cell(r1, c1).merge(table.cell(r2, c2)).text = form.text(r1, c1)
    made.save(str(path / "accounts.docx"))
    return [path / "accounts.docx"]


def web_page(path: Path) -> list[Path]:
    """A web page with rowspan and colspan."""
    lines = ["<html><head><meta charset='utf-8'></head><body>"]
    for form in forms():
        spans = {(r1, c1): (r2 - r1 + 1, c2 - c1 + 1) for r1, c1, r2, c2 in _spans(form)}
        lines.append(f"<p>{form.title}</p><table>")
        for r, row in enumerate(form.rows):
            down = [(c, spans.get((r, c), (1, 1))) for c in range(len(row)) if form.anchor(r, c) == (r, c)]
            cells = (f"<td rowspan='{n}' colspan='{m}'>{form.text(r, c)}</td>" for c, (n, m) in down)
            lines.append(f"<tr>{''.join(cells)}</tr>")
        lines.append("</table>")
    (path / "accounts.html").write_text("\n".join(lines), encoding="utf-8")
    return [path / "accounts.html"]


def text_files(path: Path) -> list[Path]:
    """A CSV file per form, as a Chinese Excel writes it."""
    made = []
    for number, form in enumerate(forms(), 1):
        made.append(path / f"{number:02} {form.title}.csv")
        with made[-1].open("w", newline="", encoding="gb18030") as file:
            csv.writer(file).writerows([["" if t in ("<", "^") else t for t in row] for row in form.rows])
    return made


def _spans(form: Form) -> list[tuple[int, int, int, int]]:
    """First row and column, last row and column of merged cells."""
    ends: dict[tuple[int, int], tuple[int, int]] = {}
    for r, row in enumerate(form.rows):
        for c in range(len(row)):
            if form.anchor(r, c) != (r, c):
                ends[form.anchor(r, c)] = (r, c)
    return [(*first, *last) for first, last in sorted(ends.items())]
