"""A document as the finders see it: passages of folded text with their headings, and grids with their units."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from facts.cleaning.model import Spam
from facts.cleaning.spam import find_spam
from facts.documents.model import Cell, Document, Kind, Paragraph, Table, shifted
from facts.gathering.folding import Folded, fold, fold_words, key_of, quotable, writable
from facts.provenance import Locator, ParagraphRef, Position, Provenance, TextSpan
from facts.units import MONEY, Unit, parse_unit

MAX_QUOTE = 400
# Tables beyond this are data, not prose in a frame.
MAX_PROSE_CELLS = 20_000
_MIN_PROSE = 6
_MAX_HEADING = 60
_CAPTION_LINES = 3
_TITLE_ROWS = 6
_CODE_COLUMNS = 3
_FIGURE = re.compile(r"[\s0-9０-９.,，．%％+-]+")
# A line this long may have been broken at a margin; shorter ones are titles and lists.
_MARGIN = 30
_LABELLED = re.compile(r"[^,。;:]{2,14}:")
_CLOSING = frozenset("。;;!!??::|")
# A paragraph that holds titles of documents is no longer; comparing longer ones takes too much of everything.
_LONGEST_FOR_SPAM = 10_000
_LONGEST_JOINED = 4_000
_LEVELS = (
    re.compile(r"第[一二三四五六七八九十百]+[部分章篇]"),
    re.compile(r"[一二三四五六七八九十]+、"),
    re.compile(r"\([一二三四五六七八九十]+\)"),
    re.compile(r"[0-9]{1,2}(?:、|\.(?![0-9]))"),
    re.compile(r"\([0-9]{1,3}\)"),
    re.compile(r"[①-⑳]"),
)
_UNIT = re.compile(r"单位[:为]?\(?([^\s:,;。()/]{1,4}?)(?:$|[\s,;。()/])")


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, or a cell with words in it. `block` is its place in the document, `rank` its rank as a heading (0: none).

    `lines`: of a paragraph a text broke into lines, where in the original each further line begins, and its place.
    """

    folded: Folded
    locator: Locator
    block: int
    rank: int = 0
    lines: tuple[tuple[int, Locator], ...] = ()

    def place(self, offset: int) -> Locator:
        """The place of a character of the original."""
        start, locator = max(((0, self.locator), *self.lines), key=lambda line: (line[0] <= offset, line[0]))
        return shifted(locator, offset - start)

    def provenance(self, source: str, start: int, end: int, note: str = "") -> Provenance:
        """Where folded text[start:end] stands, in the words of the original."""
        first, last = self.folded.original_span(start, end)
        quote = self.folded.original[first:last][:MAX_QUOTE]
        notes = [note, *(repair_note(r.kind, r.before, r.after) for r in self.folded.repairs_in(first, last))]
        told = ";".join(dict.fromkeys(n for n in notes if n))
        return Provenance(source, self.place(first), quotable(quote), writable(told))


Places = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with the words above it and the unit that holds for the whole of it (and who says so).

    `index`: where each name stands, row and column from 0, so that no name is searched for in 200,000 rows twice.
    """

    table: Table
    block: int
    caption: tuple[str, ...] = ()
    unit: Unit | None = None
    unit_words: str = ""
    index: Mapping[str, Places] = field(default_factory=dict, repr=False)

    def names(self) -> Iterator[str]:
        """Keys of what the table may be called: its title, its caption, its first rows."""
        yield key_of(self.table.title)
        yield from (key_of(words) for words in self.caption)
        for row in self.table.rows[:_TITLE_ROWS]:
            yield from (key_of(cell.text) for cell in row if not cell.covered)


@dataclass(frozen=True, slots=True)
class View:
    """A document made ready once, for all its rules."""

    document: Document
    passages: tuple[Passage, ...]
    grids: tuple[Grid, ...]
    spam: tuple[Spam, ...] = ()

    @property
    def id(self) -> str:
        """The source's id."""
        return self.document.source.id

    def position(self, locator: Locator | None) -> Position:
        """A place in the document, for a Problem."""
        file = self.document.source.file or self.document.source.title or self.id
        if isinstance(locator, TextSpan):
            return Position(file, locator.line, locator.column)
        return Position(f"{file}[{locator}]" if locator else file)

    def says(self, words: str) -> bool:
        """Whether these words stand in a paragraph or a cell."""
        folded = fold_words(words)
        return any(folded in passage.folded.text for passage in self.passages)

    def blocks_within(self, headings: Sequence[str]) -> frozenset[int] | None:
        """The blocks under a heading, under one under that, and so on; None for everywhere."""
        if not headings:
            return None
        found = frozenset(range(len(self.document.blocks)))
        for words in headings:
            found = frozenset(self._under(key_of(words), found))
        return found

    def _under(self, key: str, among: frozenset[int]) -> Iterator[int]:
        headings = {passage.block: passage for passage in self.passages if passage.rank}
        rank = 0
        for block in sorted(among):
            heading = headings.get(block)
            if heading is not None and (not rank or heading.rank <= rank):
                rank = heading.rank if key in key_of(heading.folded.original) else 0
            if rank:
                yield block


def view_of(document: Document) -> View:
    """The document folded: injected phrases found by their repetition and taken out, units of tables found."""
    short = [paragraph.text for paragraph in document.paragraphs if len(paragraph.text) <= _LONGEST_FOR_SPAM]
    spam = tuple(find_spam(short))
    passages, grids = list[Passage](), list[Grid]()
    recent: list[str] = []
    number = 0
    for block, one in enumerate(document.blocks):
        if isinstance(one, Paragraph):
            number += 1
            passages.append(_passage(_placed(one, document.kind, number), block, spam))
            recent = [*recent[1 - _CAPTION_LINES :], one.text] if one.text.strip() else recent
        else:
            caption = tuple(text for text in recent if len(text) <= _MAX_HEADING)
            grids.append(_grid(one, block, caption))
            passages.extend(_cells(one, block, spam))
            recent = []
    read = _rejoined(passages, spam) if document.kind == "text" else passages
    return View(document, tuple(read), tuple(grids), spam)


def _rejoined(passages: Sequence[Passage], spam: Sequence[Spam]) -> list[Passage]:
    """Lines of a text that was broken at a margin, as paragraphs again."""
    joined = list[Passage]()
    for passage in passages:
        if joined and _goes_on(joined[-1], passage):
            last = joined[-1]
            start = len(last.folded.original) + 1
            folded = fold(f"{last.folded.original}\n{passage.folded.original}", spam)
            joined[-1] = replace(last, folded=folded, lines=(*last.lines, (start, passage.locator)))
        else:
            joined.append(passage)
    return joined


def _goes_on(before: Passage, after: Passage) -> bool:
    """Whether a line is the next one of the same sentence: adjacent, no heading, and the one before is long and open."""
    last = before.lines[-1] if before.lines else (0, before.locator)
    here, there = last[1], after.locator
    if before.rank or after.rank or not (isinstance(here, TextSpan) and isinstance(there, TextSpan)):
        return False
    line = before.folded.original[last[0] :].rstrip()
    open_end = len(line) >= _MARGIN and line[-1] not in _CLOSING
    numbered = any(form.match(after.folded.text) for form in (*_LEVELS, _LABELLED))
    return there.line == here.line + 1 and open_end and not numbered and last[0] < _LONGEST_JOINED


def _placed(paragraph: Paragraph, kind: Kind, number: int) -> Paragraph:
    """The paragraph at a place where its words can be found: a line of a page's markup does not hold what is read there."""
    marked_up = kind == "html" and isinstance(paragraph.locator, TextSpan)
    return replace(paragraph, locator=ParagraphRef(number)) if marked_up else paragraph


def _passage(paragraph: Paragraph, block: int, spam: Sequence[Spam]) -> Passage:
    folded = fold(paragraph.text, spam)
    return Passage(folded, paragraph.locator, block, _rank(folded.text, paragraph.level))


def _rank(text: str, level: int) -> int:
    """1 for the highest headings; 0 for what is none."""
    numbered = next((rank for rank, form in enumerate(_LEVELS, 1) if form.match(text)), 0)
    if level:
        return numbered or level
    return numbered if len(text) <= _MAX_HEADING and not text.endswith(("。", ";", ",")) else 0


def _cells(table: Table, block: int, spam: Sequence[Spam]) -> Iterator[Passage]:
    if sum(map(len, table.rows)) > MAX_PROSE_CELLS:
        return
    for row in table.rows:
        for cell in row:
            if not cell.covered and len(cell.text) >= _MIN_PROSE:
                yield Passage(fold(cell.text, spam), cell.locator, block)


def _grid(table: Table, block: int, caption: tuple[str, ...]) -> Grid:
    top = (cell.text for row in table.rows[:_TITLE_ROWS] for cell in row if not cell.covered)
    units = ((_whole_unit(words), words) for words in (*top, table.title, *caption))
    unit, words = next((found for found in units if found[0] is not None), (None, ""))
    return Grid(table, block, caption, unit, words.strip()[:_MAX_HEADING], _index(table))


def _index(table: Table) -> dict[str, Places]:
    """The names in a table: short texts, and codes in its first columns, but no numbers; a merged cell once."""
    places: dict[str, list[tuple[int, int]]] = {}
    for row, cells in enumerate(table.rows):
        for column, cell in enumerate(cells):
            if cell.text and not cell.covered and _may_be_name(cell, column):
                key = key_of(cell.text)
                if key:
                    places.setdefault(key, []).append((row, column))
    return {key: tuple(found) for key, found in places.items()}


def _may_be_name(cell: Cell, column: int) -> bool:
    if cell.value is not None or len(cell.text) > _MAX_HEADING:
        return False
    return not _FIGURE.fullmatch(cell.text) or (column < _CODE_COLUMNS and cell.text.isdecimal())


def _whole_unit(words: str) -> Unit | None:
    """The unit in “金额单位:万元”; a 单位 that is an office is none."""
    found = _UNIT.search(fold_words(words)) if "单位" in words or "單位" in words else None
    unit = parse_unit(found[1]) if found else None
    return unit if unit is not None and unit.dimension == MONEY else None


_REPAIRS = {
    "spam": "原文此处有插入的垃圾文字“{before}”,已按“{after}”读",
    "space": "特殊空格按空格读",
    "invisible": "去掉了看不见的字符",
    "full-width": "全角字符按半角读",
    "split-number": "数字中间断开的“{before}”读作“{after}”",
    "comparison-sign": "“{before}”读作“{after}”",
    "traditional": "繁体字按简体读",
    "float-by-format": "按单元格的数字格式取值",
    "float": "数据库里是浮点数,取其最短的十进制写法",
    "formula": "单元格是公式,取其保存的结果",
}


def repair_note(kind: str, before: str, after: str) -> str:
    """A repair in words."""
    if kind in _REPAIRS:
        return _REPAIRS[kind].format(before=before[:40], after=after[:40])
    return f"{kind}:“{before[:40]}”读作“{after[:40]}”" if before or after else kind
