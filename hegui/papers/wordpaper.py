"""A Paper as a Word file as offices write them: A4, true headings, page numbers, tables whose headings repeat, links."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hegui.papers.model import Block, Column, Heading, Line, Paper, Paragraph, Row, Table, line
from hegui.papers.wordparts import BODY, bookmark, contents, field, jump, keep_whole, own_styles, shaded, styled
from hegui.worddocs import clean, font, repeat, saved

# Which style each kind of paragraph has, by its id.
_KINDS = {"body": "PaperBody", "item": "ListBullet", "note": "PaperNote", "lead": "PaperLead"}
# The widths of A4 between the margins, upright and on its side, in centimetres.
_UPRIGHT, _WIDE = 15.6, 24.7
# Latin and Chinese fonts of each style, size, whether bold.
_HEADINGS = {
    "Heading 1": ("Arial", "黑体", 18),
    "Heading 2": ("Arial", "黑体", 16),
    "Heading 3": ("Arial", "楷体", 14),
    "Heading 4": ("Arial", "黑体", 12),
    "Heading 5": ("Arial", "宋体", 12),
}


def word_paper(paper: Paper) -> bytes:
    """The file's bytes."""
    return _Writer(paper).bytes()


class _Writer:
    def __init__(self, paper: Paper) -> None:
        import docx

        self.paper, self.zh = paper, paper.language == "zh"
        self.document: Any = docx.Document()
        self.width = _UPRIGHT
        self.marked = {anchor: number for number, anchor in enumerate(_anchors(paper.blocks), 1)}
        self.placed: set[str] = set()

    def bytes(self) -> bytes:
        self.styles()
        self.page(self.document.sections[0])
        self.cover()
        for block in self.paper.blocks:
            self.block(block)
        return saved(self.document, self.paper.title)

    # --- pages and styles ---

    def styles(self) -> None:
        from docx.shared import Pt, RGBColor

        normal = self.document.styles["Normal"]
        font(normal, "Times New Roman", "仿宋")
        normal.font.size = Pt(BODY)
        normal.paragraph_format.line_spacing = 1.4
        normal.paragraph_format.space_after = Pt(4)
        for name, (latin, chinese, size) in _HEADINGS.items():
            style = self.document.styles[name]
            font(style, latin, chinese)
            style.font.size, style.font.bold, style.font.italic = Pt(size), True, False
            style.font.color.rgb = RGBColor(0, 0, 0)
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(size * 0.75), Pt(4)
            style.paragraph_format.keep_with_next = True
        title = self.document.styles["Title"]
        font(title, "Arial", "黑体")
        title.font.size, title.font.color.rgb = Pt(24), RGBColor(0, 0, 0)
        for border in title.element.xpath("./w:pPr/w:pBdr"):
            border.getparent().remove(border)
        own_styles(self.document, indent=self.zh)

    def page(self, section: Any, *, wide: bool = False) -> None:
        from docx.enum.section import WD_ORIENT
        from docx.shared import Cm

        section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
        short, long = Cm(21), Cm(29.7)
        section.page_width, section.page_height = (long, short) if wide else (short, long)
        section.left_margin = section.right_margin = Cm(2.5 if wide else 2.7)
        section.top_margin, section.bottom_margin = Cm(2.4 if wide else 3.0), Cm(2.2 if wide else 2.8)
        self.width = _WIDE if wide else _UPRIGHT

    def cover(self) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt

        title = self.document.add_heading(clean(self.paper.title), 0)
        subtitle = self.document.add_paragraph(clean(self.paper.subtitle))
        for paragraph in (title, subtitle):
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        subtitle.paragraph_format.space_after = Pt(12)
        for word, text in self.paper.about:
            paragraph = self.document.add_paragraph()
            paragraph.add_run(clean(word) + (":" if self.zh else ": ")).bold = True
            paragraph.add_run(clean(text))
        listed = [block for block in self.paper.blocks if isinstance(block, Heading) and block.level <= 2]
        self.document.add_paragraph().add_run("目录" if self.zh else "Contents").bold = True
        contents(self.document, [(one.level, clean(one.text), self.name(one.anchor)) for one in listed])
        footer = self.document.sections[0].footer.paragraphs[0]
        footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
        footer.add_run("— ")
        field(footer, "PAGE", "1")
        footer.add_run(" —")

    # --- blocks ---

    def block(self, block: Block) -> None:
        match block:
            case Heading():
                self.heading(block)
            case Paragraph():
                self.paragraph(block)
            case Table():
                self.table(block)
            case _:
                # Pictures repeat what tables say, and nothing unfolds on paper.
                pass

    def heading(self, block: Heading) -> None:
        from docx.enum.section import WD_SECTION

        if block.wide:
            self.page(self.document.add_section(WD_SECTION.NEW_PAGE), wide=True)
        paragraph = self.document.add_heading(clean(block.text), block.level)
        paragraph.paragraph_format.page_break_before = block.level == 1 and not block.wide
        self.anchor(paragraph, block.anchor)

    def paragraph(self, block: Paragraph) -> None:
        paragraph = self.document.add_paragraph()
        styled(paragraph, _KINDS[block.kind])
        self.line(paragraph, block.line)
        self.anchor(paragraph, block.anchor)

    def line(self, paragraph: Any, found: Line, *, strong: bool = False) -> None:
        for span in found:
            target = self.name(span.to)
            run = jump(paragraph, target, clean(span.text)) if target else paragraph.add_run(clean(span.text))
            if span.strong or strong:
                run.bold = True

    def table(self, block: Table) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Cm

        caption = self.document.add_paragraph()
        caption.alignment = WD_ALIGN_PARAGRAPH.CENTER
        caption.paragraph_format.keep_with_next = True
        caption.add_run(clean(block.caption)).bold = True
        table = self.document.add_table(rows=len(block.rows) + 1, cols=len(block.columns), style="Table Grid")
        table.autofit = False
        whole = sum(column.width for column in block.columns)
        widths = [Cm(self.width * column.width / whole) for column in block.columns]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        # Every access to table.cell walks the whole table; the rows' own cells are read once.
        grid = [(row, row.cells) for row in table.rows]
        repeat(grid[0][0])
        for cell, column, width in zip(grid[0][1], block.columns, widths, strict=True):
            cell.width = width
            shaded(cell, "E4ECF6")
            self.cell(cell, line(column.name), column, strong=True)
        for (row, cells), found in zip(grid[1:], block.rows, strict=True):
            keep_whole(row)
            self.row(cells, found, block.columns, widths)
        after = self.document.add_paragraph()
        after.paragraph_format.space_after, after.paragraph_format.line_spacing = Cm(0), 0.6

    def row(self, cells: Any, found: Row, columns: tuple[Column, ...], widths: list[Any]) -> None:
        for number, (cell, text, column, width) in enumerate(zip(cells, found.cells, columns, widths, strict=True)):
            cell.width = width
            paragraph = self.cell(cell, text, column, strong=found.total)
            if not number:
                self.anchor(paragraph, found.anchor)

    def cell(self, cell: Any, text: Line, column: Column, *, strong: bool = False) -> Any:
        paragraph = cell.paragraphs[0]
        styled(paragraph, "PaperNumber" if column.numeric else "PaperCell")
        self.line(paragraph, text, strong=strong)
        return paragraph

    # --- links ---

    def name(self, anchor: str) -> str:
        """The bookmark of an anchor; "" for one that is not on paper."""
        return f"h{self.marked[anchor]}" if anchor in self.marked else ""

    def anchor(self, paragraph: Any, anchor: str) -> None:
        if anchor and anchor not in self.placed:
            self.placed.add(anchor)
            bookmark(paragraph, self.marked[anchor], self.name(anchor))


def _anchors(blocks: tuple[Block, ...]) -> Iterator[str]:
    """The anchors that are on paper, each once."""
    found: dict[str, None] = {}
    for block in blocks:
        if isinstance(block, Heading | Paragraph):
            found[block.anchor] = None
        elif isinstance(block, Table):
            found.update(dict.fromkeys(row.anchor for row in block.rows))
    return (anchor for anchor in found if anchor)
