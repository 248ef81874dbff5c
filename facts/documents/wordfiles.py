"""Word files (docx): paragraphs with their automatic numbers, tables unfolded; deleted and hidden text left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from facts.documents.archives import check_archive
from facts.documents.model import Block, Cell, Document, Paragraph, Progress, Table, no_progress
from facts.documents.spans import Spanning, unfolded
from facts.documents.wordnumbering import Numbering
from facts.problem import Problem, Text
from facts.provenance import ParagraphRef, Position, Source, TableRef

MAX_CELLS = 2_000_000
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

Read = tuple[Document | None, tuple[Problem, ...]]


def read(path: Path, source: Source, progress: Progress = no_progress) -> Read:
    """The body in order, then the footnotes; places are paragraphs, or table, row and column."""
    refused = check_archive(path)
    if refused is not None:
        return None, (refused,)
    import docx

    at = Position(str(path))
    document = docx.Document(str(path))
    reader = _Reader(document, str(path))
    try:
        blocks = tuple(reader.blocks(progress))
    except _TooLarge:
        message = Text(f"表格超过 {MAX_CELLS} 个单元格", f"a table has more than {MAX_CELLS} cells")
        return None, (Problem("file-too-large", at, message),)
    if not blocks:
        message = Text("文件里没有文字", "the file holds no text")
        return None, (Problem("empty-file", at, message, Text("也许只有图片。", "It may hold pictures only.")),)
    return Document(source, "docx", blocks), tuple(reader.problems())


class _TooLarge(Exception):
    """A table beyond all bounds."""


class _Reader:
    """Reads one file; counts paragraphs and tables, and notes what was left out."""

    def __init__(self, document: Any, file: str) -> None:
        self.document, self.file = document, file
        self.numbering = Numbering.of(document)
        self.levels = _heading_levels(document)
        self.paragraph = self.table = 0
        self.hidden = 0

    def blocks(self, progress: Progress) -> Iterator[Block]:
        """Everything, in reading order."""
        body = self.document.element.body
        for number, element in enumerate(body):
            if number % 1000 == 0:
                progress(number, len(body), "read")
            yield from self.block(element)
        yield from self.footnotes()

    def block(self, element: Any) -> Iterator[Block]:
        """A paragraph, a table, or what a content control holds."""
        if element.tag == f"{W}p":
            yield from self.paragraphs(element)
        elif element.tag == f"{W}tbl":
            self.table += 1
            yield self.grid(element)
        elif element.tag == f"{W}sdt":
            for child in element.iterchildren(f"{W}sdtContent"):
                for inner in child:
                    yield from self.block(inner)

    def paragraphs(self, element: Any) -> Iterator[Paragraph]:
        """A paragraph, and the text of boxes anchored in it."""
        self.paragraph += 1
        text = self.numbering.label(element) + "".join(self.text(element))
        level = self.levels.get(_style(element), 0)
        for piece in text.split("\n"):
            if piece.strip():
                yield Paragraph(piece.strip(), ParagraphRef(self.paragraph), level)
        for box in element.iter(f"{W}txbxContent"):
            if any(above.tag.endswith("}Fallback") for above in box.iterancestors()):
                continue  # the same box again, for programs that are older
            for inner in box.iterchildren(f"{W}p"):
                words = "".join(self.text(inner)).strip()
                if words:
                    yield Paragraph(words, ParagraphRef(self.paragraph))

    def text(self, element: Any) -> Iterator[str]:
        """The visible text of a paragraph, not of boxes in it."""
        for child in element.iterchildren():
            name = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
            if name == "r":
                yield from self.run(child)
            elif name in ("hyperlink", "ins", "smartTag", "sdt", "sdtContent", "fldSimple", "moveTo"):
                yield from self.text(child)

    def run(self, run: Any) -> Iterator[str]:
        """The text of a run; hidden text is counted and left out."""
        properties = run.find(f"{W}rPr")
        if properties is not None and _is_on(properties.find(f"{W}vanish")):
            self.hidden += 1
            return
        for child in run.iterchildren():
            name = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
            if name == "t":
                yield child.text or ""
            elif name == "tab":
                yield "\t"
            elif name in ("br", "cr"):
                yield "\n"
            elif name == "noBreakHyphen":
                yield "-"
            elif name == "sym":
                yield _symbol(child)

    # --- tables ---

    def grid(self, table: Any) -> Table:
        """A table, merged cells unfolded."""
        name = f"表{self.table}"
        rows: list[list[Spanning]] = []
        for r, row in enumerate(_rows(table), 1):
            rows.append(list(self.row(row, name, r)))
        grid = unfolded(_joined(rows), MAX_CELLS)
        if grid is None:
            raise _TooLarge
        return Table(grid, name)

    def row(self, row: Any, table: str, number: int) -> Iterator[Spanning]:
        """A row's cells; one that continues the cell above has no rows of its own."""
        column = 1
        for cell in _cells(row):
            properties = cell.find(f"{W}tcPr")
            span = _attribute(properties, "gridSpan")
            merge = properties.find(f"{W}vMerge") if properties is not None else None
            goes_on = merge is not None and merge.get(f"{W}val") != "restart"
            words = [t for p in cell.iter(f"{W}p") if (t := "".join(self.text(p)).strip())]
            width = int(span) if span and span.isdigit() and len(span) < 5 else 1
            text = " ".join(" ".join(words).split())
            yield Spanning(Cell(text, TableRef(table, number, str(column))), 0 if goes_on else 1, max(1, width))
            column += max(1, width)

    # --- the rest ---

    def footnotes(self) -> Iterator[Paragraph]:
        """Footnotes, after everything."""
        from lxml import etree

        for part in self.document.part.package.iter_parts():
            if str(part.partname).endswith(("footnotes.xml", "endnotes.xml")):
                parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
                root = etree.fromstring(part.blob, parser)
                for paragraph in root.iter(f"{W}p"):
                    words = "".join(self.text(paragraph)).strip()
                    if words:
                        self.paragraph += 1
                        yield Paragraph(words, ParagraphRef(self.paragraph))

    def problems(self) -> Iterator[Problem]:
        """What was left out."""
        at = Position(self.file)
        if self.hidden:
            message = Text(
                f"有 {self.hidden} 处隐藏文字,没有读取", f"{self.hidden} pieces of hidden text were not read"
            )
            yield Problem("hidden-text", at, message, severity="note")
        parts = (str(part.partname) for part in self.document.part.package.iter_parts())
        if any(name.endswith("vbaProject.bin") for name in parts):
            message = Text("文件带有宏,宏没有运行,也不读取", "the file carries macros; they are neither run nor read")
            yield Problem("macros-ignored", at, message, severity="note")


def _joined(rows: list[list[Spanning]]) -> list[list[Spanning]]:
    """Cells that continue the one above made part of it: it spans their rows, and they are gone."""
    open_: dict[int, tuple[int, int]] = {}
    out: list[list[Spanning]] = []
    for r, row in enumerate(rows):
        column, kept = 0, list[Spanning]()
        for one in row:
            if one.rows == 0 and column in open_:
                above, index = open_[column]
                first = out[above][index]
                out[above][index] = Spanning(first.cell, r - above + 1, first.columns)
            else:
                open_[column] = (r, len(kept))
                kept.append(Spanning(one.cell, 1, one.columns))
            column += one.columns
        out.append(kept)
    return out


def _rows(table: Any) -> Iterator[Any]:
    for child in table.iterchildren():
        if child.tag == f"{W}tr":
            yield child
        elif child.tag == f"{W}sdt":
            yield from (row for content in child.iterchildren(f"{W}sdtContent") for row in _rows(content))


def _cells(row: Any) -> Iterator[Any]:
    for child in row.iterchildren():
        if child.tag == f"{W}tc":
            yield child
        elif child.tag == f"{W}sdt":
            yield from (cell for content in child.iterchildren(f"{W}sdtContent") for cell in _cells(content))


def _attribute(properties: Any, name: str) -> str:
    found = properties.find(f"{W}{name}") if properties is not None else None
    return str(found.get(f"{W}val") or "") if found is not None else ""


def _is_on(element: Any) -> bool:
    return element is not None and element.get(f"{W}val") not in ("0", "false", "off")


def _style(element: Any) -> str:
    return _attribute(element.find(f"{W}pPr"), "pStyle")


def _symbol(element: Any) -> str:
    code = element.get(f"{W}char") or ""
    return "☑" if code.upper() in ("F052", "00FE", "F0FE") else ""


def _heading_levels(document: Any) -> dict[str, int]:
    levels: dict[str, int] = {}
    for style in document.styles.element.iterchildren(f"{W}style"):
        name = style.find(f"{W}name")
        words = str(name.get(f"{W}val") or "").lower() if name is not None else ""
        if words.startswith("heading ") and words[8:].isdigit():
            levels[str(style.get(f"{W}styleId"))] = int(words[8:])
        elif words == "title":
            levels[str(style.get(f"{W}styleId"))] = 1
    return levels
