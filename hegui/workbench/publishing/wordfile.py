"""A Publication as a Word file: A4 landscape, tables with merged cells and headings that repeat."""

from __future__ import annotations

from typing import Any

from facts.values import decimal_text
from hegui.worddocs import clean, font, repeat, saved
from hegui.workbench.publishing.model import Cell, Chapter, Publication

_WIDTH = 26.5  # centimetres of A4 landscape between the margins


def wordfile(publication: Publication) -> bytes:
    """The file's bytes."""
    import docx

    document = docx.Document()
    _page(document)
    document.add_heading(clean(publication.title), 0)
    for word, text in publication.facts:
        document.add_paragraph(clean(f"{word}:{text}"))
    for chapter in publication.chapters:
        _chapter(document, chapter)
    return saved(document, publication.title)


def _page(document: Any) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm, Pt

    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = Cm(1.6)
    section.top_margin = section.bottom_margin = Cm(1.5)
    for name in ("Normal", "Title", "Heading 1"):
        font(document.styles[name], "Arial", "宋体")
    document.styles["Normal"].font.size = Pt(9)
    document.styles["Normal"].paragraph_format.space_after = Pt(2)


def _chapter(document: Any, chapter: Chapter) -> None:
    from docx.shared import Cm

    document.add_heading(clean(chapter.heading), 1)
    for note in chapter.notes:
        document.add_paragraph(clean(note))
    if not chapter.rows:
        return
    table = document.add_table(rows=len(chapter.rows) + 1, cols=len(chapter.columns), style="Table Grid")
    table.autofit = False
    whole = sum(chapter.widths)
    for column, width in zip(table.columns, chapter.widths, strict=True):
        column.width = Cm(_WIDTH * width / whole)
    # Every access to table.cell walks the whole table; the rows' own cells are read once.
    grid = [row.cells for row in table.rows]
    for cell, name in zip(grid[0], chapter.columns, strict=True):
        _write(cell, name, strong=True)
    repeat(table.rows[0])
    for place, row in enumerate(chapter.rows, 1):
        for column, cell in enumerate(row):
            _fill(grid, place, column, cell)
        for column, width in enumerate(chapter.widths):
            grid[place][column].width = Cm(_WIDTH * width / whole)


def _fill(grid: list[Any], place: int, column: int, cell: Cell) -> None:
    if not cell.rows:
        return
    target = grid[place][column]
    if cell.rows > 1:
        target = target.merge(grid[place + cell.rows - 1][column])
    text = cell.text if cell.points is None else decimal_text(cell.points)
    links = "、".join(name for name, _ in cell.links)
    _write(target, "\n".join(part for part in (text, links) if part), strong=cell.strong)


def _write(cell: Any, text: str, *, strong: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.add_run(clean(text)).bold = strong
