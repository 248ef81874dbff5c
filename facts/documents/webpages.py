"""Web pages: what a reader sees, as paragraphs and tables; nothing is fetched, nothing is run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from facts.documents.encodings import decode
from facts.documents.model import Block, Cell, Document, Paragraph, Progress, Table, no_progress
from facts.documents.spans import Spanning, unfolded
from facts.problem import Problem, Text
from facts.provenance import ParagraphRef, Position, Source, TableRef

MAX_CELLS = 2_000_000
MAX_DEPTH = 400
_CHARSET = re.compile(rb"""charset\s*=\s*["']?([A-Za-z0-9_-]{2,20})""", re.IGNORECASE)
_SKIPPED = {
    "script",
    "style",
    "noscript",
    "template",
    "nav",
    "head",
    "iframe",
    "object",
    "svg",
    "select",
    "textarea",
    "button",
}
_BLOCKS = {
    "p", "div", "li", "ul", "ol", "section", "article", "header", "footer", "main", "aside", "blockquote", "pre", "h1",
    "h2", "h3", "h4", "h5", "h6", "dl", "dt", "dd", "figure", "figcaption", "center", "form", "fieldset", "address", "hr",
    "body", "html", "tr", "tbody", "thead", "tfoot", "caption", "td", "th",
}  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

Read = tuple[Document | None, tuple[Problem, ...]]


def read(path: Path, source: Source, progress: Progress = no_progress) -> Read:
    """The page's text and tables in reading order; places are paragraphs, and cells of its tables."""
    from lxml import html

    at = Position(str(path))
    text = _text(path.read_bytes())
    parser = html.HTMLParser(huge_tree=False, no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser, ensure_head_body=True)
    walker = _Walker()
    try:
        blocks = tuple(walker.blocks(root.body if root.body is not None else root))
    except _TooLarge:
        message = Text(f"表格超过 {MAX_CELLS} 个单元格", f"a table has more than {MAX_CELLS} cells")
        return None, (Problem("file-too-large", at, message),)
    progress(1, 1, "read")
    if not blocks:
        hint = Text(
            "内容也许由脚本生成;请在浏览器中另存为纯文本。", "It may be made by scripts; save it as text in a browser."
        )
        return None, (Problem("empty-file", at, Text("网页里没有文字", "the page holds no text"), hint),)
    return Document(source, "html", blocks), ()


def _text(data: bytes) -> str:
    """By the page's own statement of its encoding, if it holds; else as any text."""
    found = _CHARSET.search(data[:4096])
    if found:
        name = found[1].decode("ascii").lower()
        try:
            return data.decode("gb18030" if name in ("gb2312", "gbk") else name)
        except (LookupError, UnicodeDecodeError):
            pass
    text, _ = decode(data)
    return text if text is not None else data.decode("utf-8", "replace")


class _TooLarge(Exception):
    """A table beyond all bounds."""


class _Walker:
    """Goes through the page once, gathering runs of text into paragraphs."""

    def __init__(self) -> None:
        self.run: list[str] = []
        self.number = 0
        self.level = 0
        self.tables = 0

    def blocks(self, node: Any, depth: int = 0) -> Iterator[Block]:
        """Paragraphs and tables under a node, in order."""
        if depth > MAX_DEPTH or _is_hidden(node):
            return
        tag = node.tag if isinstance(node.tag, str) else ""
        if tag == "table" and not _is_layout(node):
            yield from self.flush()
            self.tables += 1
            table = _table(node, f"表{self.tables}")
            if table.rows:
                yield table
            return
        if tag in _BLOCKS or tag in ("br", "table"):
            yield from self.flush()
            self.level = int(tag[1]) if re.fullmatch(r"h[1-6]", tag) else 0
        self.text(node.text)
        for child in node:
            yield from self.blocks(child, depth + 1)
            self.text(child.tail)
        if tag in _BLOCKS:
            yield from self.flush()
            self.level = 0

    def text(self, text: str | None) -> None:
        """Add to the run."""
        if text and text.strip():
            self.run.append(text)
        elif text and self.run:
            self.run.append(" ")

    def flush(self) -> Iterator[Block]:
        """End the run."""
        text = " ".join("".join(self.run).split())
        self.run = []
        if text:
            self.number += 1
            yield Paragraph(text, ParagraphRef(self.number), self.level)


def _is_hidden(node: Any) -> bool:
    if not isinstance(node.tag, str) or node.tag in _SKIPPED:
        return True
    return (
        node.get("hidden") is not None
        or node.get("aria-hidden") == "true"
        or bool(_HIDDEN.search(node.get("style") or ""))
    )


def _is_layout(table: Any) -> bool:
    """A table that only arranges the page: it holds tables, or long running text in very few cells."""
    if any(True for _ in table.iter("table") if _ is not table):
        return True
    cells = list(table.iter("td", "th"))
    return len(cells) <= 2 and any(len("".join(cell.itertext())) > 400 for cell in cells)


def _table(node: Any, name: str) -> Table:
    rows = [
        [_spanning(cell, TableRef(name, r, str(c))) for c, cell in enumerate(row.iterchildren("td", "th"), 1)]
        for r, row in enumerate(node.iter("tr"), 1)
    ]
    grid = unfolded(rows, MAX_CELLS)
    if grid is None:
        raise _TooLarge
    caption = node.find("caption")
    title = " ".join("".join(caption.itertext()).split()) if caption is not None else ""
    return Table(grid, title or name)


def _spanning(cell: Any, place: TableRef) -> Spanning:
    text = " ".join("".join(_visible(cell)).split())
    return Spanning(Cell(text, place), _span(cell, "rowspan"), _span(cell, "colspan"))


def _visible(node: Any, depth: int = 0) -> Iterator[str]:
    if depth > MAX_DEPTH:
        return
    if node.text:
        yield node.text
    for child in node:
        if isinstance(child.tag, str) and not _is_hidden(child):
            if child.tag in ("br", "p", "div"):
                yield " "
            yield from _visible(child, depth + 1)
        if child.tail:
            yield child.tail


def _span(cell: Any, name: str) -> int:
    text = (cell.get(name) or "1").strip()
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1
