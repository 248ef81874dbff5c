"""Web pages: what a reader sees, as paragraphs and tables; nothing is fetched, nothing is run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from facts.documents.encodings import DAMAGED, decode, remarks
from facts.documents.model import Block, Document, Paragraph, Progress, Table, no_progress
from facts.documents.packing import TooLargeError, too_many_cells
from facts.documents.spans import Spanning, Unfolding
from facts.problem import Problem, Text
from facts.provenance import ParagraphRef, Position, Source

# Rows from here on are read as they come: such a table only arranges no page, and would not fit as a tree.
LONG_TABLE = 2_000

# What a page may make the parser do: tags in all, and attributes of one tag, which it compares with one another.
MAX_TAGS = 6_500_000
MAX_ATTRIBUTES = 2_000
_LONG_TAG = 8_000
_FED = 1 << 20
_CHARSET = re.compile(rb"""charset\s*=\s*["']?([A-Za-z0-9_-]{2,20})""", re.IGNORECASE)
# Beside UTF-8 and GB 18030 only these are written by anybody; other names are mostly lies.
_OTHERS = ("big5", "big5-hkscs")
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
_TAG = re.compile(r"<[A-Za-z][^>]*")
_VALUE = re.compile(r"\"[^\"]*\"|'[^']*'")
_BEFORE_NAME = re.compile(r"[\s/=]+")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

Read = tuple[Document | None, tuple[Problem, ...]]


def read(path: Path, source: Source, progress: Progress = no_progress) -> Read:
    """The page's text and tables in reading order; places are paragraphs, and cells of its tables."""
    at = Position(str(path))
    try:
        text, encoding = _text(path.read_bytes())
        refused = _refused(text, at)
        if refused is not None:
            return None, (refused,)
        root, long = _parsed(text, path.name, progress)
        del text
        walker = _Walker(long)
        blocks = tuple(walker.blocks(root)) if root is not None else ()
    except TooLargeError:
        return None, (too_many_cells(at),)
    except _CutOff as cut:
        return None, (_too_deep(str(path), cut.line),)
    if not blocks:
        hint = Text(
            "内容也许由脚本生成;请在浏览器中另存为纯文本。", "It may be made by scripts; save it as text in a browser."
        )
        return None, (Problem("empty-file", at, Text("网页里没有文字", "the page holds no text"), hint),)
    return Document(source, "html", blocks), tuple(remarks(encoding, at))


def _text(data: bytes) -> tuple[str, str]:
    """The text and its encoding. What a page says of itself is asked only where the bytes leave it open."""
    text, encoding = decode(data)
    found = _CHARSET.search(data[:4096])
    name = found[1].decode("ascii").lower() if found else ""
    if name in _OTHERS and encoding not in ("utf-8", "utf-16-le", "utf-16-be"):
        try:
            return data.decode(name), name
        except UnicodeDecodeError:
            pass
    if text is not None and encoding == "gb18030" and name in ("gb2312", "gbk"):
        return text, name  # nothing to remark on
    return (text, encoding) if text is not None else (data.decode("utf-8", "replace"), DAMAGED)


def _refused(text: str, at: Position) -> Problem | None:
    """Why a page must not be parsed."""
    if text.count("<") > MAX_TAGS:
        message = Text(f"网页的标签超过 {MAX_TAGS} 个", f"the page has more than {MAX_TAGS} tags")
        return Problem("file-too-large", at, message, Text("请拆分后再读。", "Split it and read the parts."))
    for tag in _TAG.finditer(text):
        if len(tag[0]) > _LONG_TAG and len(_BEFORE_NAME.findall(_VALUE.sub("", tag[0]))) > MAX_ATTRIBUTES:
            line = text.count("\n", 0, tag.start()) + 1
            message = Text(f"有标签带 {MAX_ATTRIBUTES} 个以上属性", f"a tag has more than {MAX_ATTRIBUTES} attributes")
            hint = Text("这不是正常的网页,请核实来源。", "That is no ordinary page; verify who sent it.")
            return Problem("hostile-html", Position(at.file, line, 1), message, hint)
    return None


class _CutOff(Exception):
    """The parser gave up on a line, and what follows would be missing."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def _too_deep(file: str, line: int) -> Problem:
    message = Text("网页从这里起嵌套过深,后面的内容无法读取", "the page is nested too deeply from here on to be read")
    hint = Text("请在浏览器中打开,另存为纯文本或 PDF。", "Open it in a browser and save it as plain text or PDF.")
    return Problem("damaged-file", Position(file, line, 1), message, hint)


# Tables read as they came, by their element.
_Long = dict[Any, Unfolding]


def _parsed(text: str, name: str, progress: Progress) -> tuple[Any, _Long]:
    """The body of the page, in which the rows of long tables have been read and emptied."""
    from lxml import etree

    parser = etree.HTMLPullParser(
        events=("end",),
        tag="tr",
        huge_tree=True,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    rows: dict[Any, list[Any]] = {}
    long: _Long = {}
    for start in range(0, len(text), _FED):
        progress(start, len(text), name)
        parser.feed(text[start : start + _FED].encode("utf-8", "replace"))
        for _, row in parser.read_events():
            _take(row, rows, long)
    root = parser.close()
    for _, row in parser.read_events():
        _take(row, rows, long)
    fatal = next((entry for entry in parser.feed_error_log if entry.level_name == "FATAL"), None)
    if fatal is not None:
        raise _CutOff(fatal.line)
    body = next(root.iter("body"), root) if root is not None else None
    return body, long


def _take(row: Any, rows: dict[Any, list[Any]], long: _Long) -> None:
    """A row that has ended; from the row on that makes its table a long one it is read at once."""
    table = next(row.iterancestors("table"), None)
    if table is None:
        return
    if table not in long:
        waiting = rows.setdefault(table, [])
        waiting.append(row)
        if len(waiting) <= LONG_TABLE:
            return
        long[table] = Unfolding(f"表{_number(table)}")
        for one in rows.pop(table):
            _read_row(one, long[table])
        return
    _read_row(row, long[table])


def _number(table: Any) -> int:
    """Which table of the page it is, as readers count: without hidden ones and those that only arrange the page."""
    number = 1
    for one in table.getroottree().getroot().iter("table"):
        if one is table:
            break
        number += not (_is_layout(one) or any(_is_hidden(above) for above in one.iterancestors()))
    return number


def _read_row(row: Any, grid: Unfolding) -> None:
    if not _is_hidden(row):
        grid.add([_spanning(cell) for cell in row.iterchildren("td", "th") if not _is_hidden(cell)])
    row.clear(keep_tail=True)


class _Walker:
    """Goes through the page once, gathering runs of text into paragraphs."""

    def __init__(self, long: _Long) -> None:
        self.long = long
        self.run: list[str] = []
        self.number = 0
        self.level = 0
        self.tables = 0

    def blocks(self, root: Any) -> Iterator[Block]:
        """Paragraphs and tables under an element, in order; nested as deeply as it likes."""
        open_ = [(root, iter(root))]
        yield from self.begin(root)
        while open_:
            node, children = open_[-1]
            child = next(children, None)
            if child is None:
                open_.pop()
                yield from self.end(node)
                self.text(node.tail if open_ else None)
            elif _is_hidden(child):
                self.text(child.tail)
            elif child.tag == "table" and (child in self.long or not _is_layout(child)):
                yield from self.table(child)
                self.text(child.tail)
            else:
                yield from self.begin(child)
                open_.append((child, iter(child)))

    def begin(self, node: Any) -> Iterator[Block]:
        """An element begins."""
        if node.tag in _BLOCKS or node.tag in ("br", "table"):
            yield from self.flush()
            self.level = int(node.tag[1]) if re.fullmatch(r"h[1-6]", node.tag) else 0
        self.text(node.text)

    def end(self, node: Any) -> Iterator[Block]:
        """An element ends."""
        if node.tag in _BLOCKS:
            yield from self.flush()
            self.level = 0

    def table(self, node: Any) -> Iterator[Block]:
        """A table of data."""
        yield from self.flush()
        self.tables += 1
        table = _table(node, f"表{self.tables}", self.long)
        if table.rows:
            yield table

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


def _table(node: Any, name: str, long: _Long) -> Table:
    caption = node.find("caption")
    title = " ".join("".join(caption.itertext()).split()) if caption is not None else ""
    grid = long.get(node)
    if grid is None:
        grid = Unfolding(name)
        for row in node.iter("tr"):
            _read_row(row, grid)
    return Table(grid.rows(), title or name)


def _spanning(cell: Any) -> Spanning:
    return Spanning(" ".join("".join(_visible(cell)).split()), _span(cell, "rowspan"), _span(cell, "colspan"))


def _visible(cell: Any) -> Iterator[str]:
    """The text a reader sees in a cell."""
    yield cell.text or ""
    open_ = [(cell, iter(cell))]
    while open_:
        node, children = open_[-1]
        child = next(children, None)
        if child is None:
            open_.pop()
            yield (node.tail or "") if open_ else ""
        elif _is_hidden(child):
            yield child.tail or ""
        else:
            yield (" " if child.tag in ("br", "p", "div") else "") + (child.text or "")
            open_.append((child, iter(child)))


def _span(cell: Any, name: str) -> int:
    text = (cell.get(name) or "1").strip()
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1
