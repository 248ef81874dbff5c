"""Word files (docx, docm): paragraphs with their automatic numbers, tables unfolded; deleted and hidden text left out."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from facts.documents.archives import check_archive
from facts.documents.model import Block, Document, Paragraph, Progress, Table, no_progress
from facts.documents.packing import TooLargeError, too_many_cells
from facts.documents.spans import Spanning, Unfolding
from facts.documents.wordnumbering import Numbering
from facts.problem import Problem, Text
from facts.provenance import ParagraphRef, Position, Source

if TYPE_CHECKING:
    from facts.documents.wordpackage import WordPackage

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SHOWN = 3

Read = tuple[Document | None, tuple[Problem, ...]]


def read(path: Path, source: Source, progress: Progress = no_progress) -> Read:
    """The body in order, then the footnotes; places are paragraphs, or table, row and column."""
    from facts.documents.wordpackage import StrictError, WordPackage

    refused = check_archive(path, "docx")
    if refused is not None:
        return None, (refused,)
    at = Position(str(path))
    try:
        with zipfile.ZipFile(path) as archive:
            reader = _Reader(WordPackage(archive), str(path))
            blocks = tuple(reader.blocks(progress))
    except TooLargeError:
        return None, (too_many_cells(at),)
    except StrictError:
        message = Text("不是通常的 Word 格式(严格版 OOXML)", "not the usual form of Word files (Strict Open XML)")
        return None, (Problem("unsupported-format", at, message, Text("请另存为 docx。", "Save it as docx.")),)
    if not blocks:
        message = Text("文件里没有文字", "the file holds no text")
        return None, (Problem("empty-file", at, message, Text("也许只有图片。", "It may hold pictures only.")),)
    return Document(source, "docx", blocks), tuple(reader.problems())


class _Reader:
    """Reads one file; counts paragraphs and tables, and notes what was left out."""

    def __init__(self, package: WordPackage, file: str) -> None:
        self.package, self.file = package, file
        styles = package.root("styles")
        self.numbering = Numbering.of(package.root("numbering"), styles)
        self.levels = _heading_levels(styles) if styles is not None else {}
        self.heads = tuple(dict.fromkeys(self.margins()))
        self.paragraph = self.table = 0
        self.hidden = self.deleted = 0

    def blocks(self, progress: Progress) -> Iterator[Block]:
        """Everything, in reading order."""
        for number, element in enumerate(self.package.body()):
            if number % 500 == 0:
                progress(number, 0, self.file)
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
        elif element.tag == f"{W}customXml":
            for inner in element:
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
            if _is_fallback(box):
                continue
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
            elif name == "del":
                self.deleted += 1
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
        grid = Unfolding(name)
        for row in _rows(table):
            grid.add(list(self.row(row)))
        return Table(grid.rows(), name)

    def row(self, row: Any) -> Iterator[Spanning]:
        """A row's cells; one that continues the cell above has no rows of its own."""
        for cell in _cells(row):
            properties = cell.find(f"{W}tcPr")
            span = _attribute(properties, "gridSpan")
            merge = properties.find(f"{W}vMerge") if properties is not None else None
            goes_on = merge is not None and merge.get(f"{W}val") != "restart"
            inside = (p for p in cell.iter(f"{W}p") if not _is_fallback(p))
            words = [t for p in inside if (t := "".join(self.text(p)).strip())]
            width = int(span) if span and span.isdecimal() and len(span) < 5 else 1
            yield Spanning(" ".join(" ".join(words).split()), 0 if goes_on else 1, max(1, width))

    # --- the rest ---

    def footnotes(self) -> Iterator[Paragraph]:
        """Footnotes, after everything."""
        for kind in ("footnotes", "endnotes"):
            for root in self.package.roots(kind):
                for paragraph in root.iter(f"{W}p"):
                    words = "".join(self.text(paragraph)).strip()
                    if words:
                        self.paragraph += 1
                        yield Paragraph(words, ParagraphRef(self.paragraph))

    def margins(self) -> Iterator[str]:
        """What stands in headers and footers."""
        for kind in ("header", "footer"):
            for root in self.package.roots(kind):
                words = " ".join("".join("".join(t.itertext()) for t in root.iter(f"{W}t")).split())
                if any(c.isalpha() for c in words):
                    yield words

    def problems(self) -> Iterator[Problem]:
        """What was left out."""
        at = Position(self.file)
        if self.hidden:
            message = Text(
                f"有 {self.hidden} 处隐藏文字,没有读取", f"{self.hidden} pieces of hidden text were not read"
            )
            yield Problem("hidden-text", at, message, severity="note")
        if self.deleted:
            message = Text(
                f"文件带有修订痕迹:{self.deleted} 处已删除的文字没有读取,插入的文字照读",
                f"the file tracks changes: {self.deleted} deletions were left out, insertions were read",
            )
            hint = Text(
                "请确认以接受全部修订后的文字为准。", "Make sure that the text with all changes accepted counts."
            )
            yield Problem("tracked-changes", at, message, hint, "note")
        if self.heads:
            named = "、".join(f"“{words[:40]}”" for words in self.heads[:_SHOWN])
            message = Text(f"已略去页眉页脚:{named}", f"headers and footers were left out: {named}")
            yield Problem("running-heads", at, message, severity="note")
        if self.package.parts["vbaProject"]:
            message = Text("文件带有宏,宏没有运行,也不读取", "the file carries macros; they are neither run nor read")
            yield Problem("macros-ignored", at, message, severity="note")


def _is_fallback(element: Any) -> bool:
    """Whether it is the same text box again, for programs that are older."""
    return any(above.tag.endswith("}Fallback") for above in element.iterancestors() if isinstance(above.tag, str))


def _rows(table: Any) -> Iterator[Any]:
    for child in table.iterchildren():
        if child.tag == f"{W}tr":
            if child.find(f"{W}trPr/{W}del") is None:
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


def _heading_levels(styles: Any) -> dict[str, int]:
    levels: dict[str, int] = {}
    for style in styles.iterchildren(f"{W}style"):
        name = style.find(f"{W}name")
        words = str(name.get(f"{W}val") or "").lower() if name is not None else ""
        if words.startswith("heading ") and words[8:].isdigit():
            levels[str(style.get(f"{W}styleId"))] = int(words[8:])
        elif words == "title":
            levels[str(style.get(f"{W}styleId"))] = 1
    return levels
