"""Lines of a PDF page put together: characters to lines, lines to paragraphs, running heads left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from facts.documents.model import Paragraph
from facts.provenance import PageRef

# Coordinates are points from the upper left corner of the page; they place text and are never part of a value.
Box = tuple[float, float, float, float]

# A head or foot stands in the margin, on this many pages at least.
_REPEATS = 3
_HEAD_ZONE, _FOOT_ZONE = 0.10, 0.88
_ENDS = tuple("。;；:：!！?？")
# What may as well stand in the middle of a sentence: “其中:” at the end of a full line ends nothing.
_PAUSES = tuple(";；:：")
_FORBIDDEN_FIRST = frozenset("。,，、;；:：!！?？)）]】》〉”’%％")
_ITEM = re.compile(
    r"第[一二三四五六七八九十百零0-9]+(部分|章|节|条)"
    r"|[一二三四五六七八九十]+、"
    r"|[((][一二三四五六七八九十]{1,3}[))]"
    r"|[0-9]{1,2}(\.[0-9]{1,2}){0,3}[、.．](?![0-9])"
    r"|[((][0-9]{1,2}[))]"
    r"|[①-⑳]|[●■◆▪]"
    r"|附件[0-9一二三四五六七八九十]*[::]?"
)
_NUMBER = re.compile(r"[0-9]+")
_THOUSANDS = re.compile(r"[0-9]{3}(?![0-9])")
_RUN = re.compile(r"[0-9A-Za-z.,%/\-]+")


class Glyph(NamedTuple):
    """A character and its box."""

    text: str
    box: Box

    @property
    def size(self) -> float:
        """Its height."""
        return self.box[3] - self.box[1]

    @property
    def middle(self) -> float:
        """Half way down."""
        return (self.box[1] + self.box[3]) / 2


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text on a page; `size` is the height of its characters."""

    text: str
    page: int
    box: Box
    size: float

    @property
    def left(self) -> float:
        """Where its first character begins."""
        return self.box[0]

    @property
    def right(self) -> float:
        """Where its last character ends."""
        return self.box[2]


def rounded(box: Box) -> tuple[int, int, int, int]:
    """A box in whole points."""
    return (round(box[0]), round(box[1]), round(box[2]), round(box[3]))


def lines_of(glyphs: Iterable[Glyph], page: int) -> list[Line]:
    """Characters as lines, from the top; within a line from the left."""
    lines = list[list[Glyph]]()
    for glyph in sorted(glyphs, key=lambda g: (g.middle, g.box[0])):
        if lines and _on_line(glyph, lines[-1]):
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
    found = (_line(line, page) for line in lines)
    return [line for line in found if line is not None]


def _on_line(glyph: Glyph, line: Sequence[Glyph]) -> bool:
    """Whether a character, the next one down, still stands on the line; a raised or small one does."""
    last = line[-1]
    return glyph.middle - last.middle <= 0.3 * min(glyph.size, last.size) and (
        glyph.middle - line[0].middle <= 0.6 * max(glyph.size, line[0].size)
    )


def _line(glyphs: Sequence[Glyph], page: int) -> Line | None:
    ordered = sorted(glyphs, key=lambda g: g.box[0])
    inked = [g for g in ordered if not g.text.isspace()]
    if not inked:
        return None
    box = (
        inked[0].box[0],
        min(g.box[1] for g in inked),
        max(g.box[2] for g in inked),
        max(g.box[3] for g in inked),
    )
    size = sorted(g.size for g in inked)[len(inked) // 2]
    return Line(_spaced(ordered).strip(), page, box, size)


def _spaced(glyphs: Sequence[Glyph]) -> str:
    """The characters, with a space where the page leaves one without saying so."""
    parts, before = list[str](), None
    for glyph in glyphs:
        if before is not None and _gap_is_space(before, glyph):
            parts.append(" ")
        parts.append(glyph.text)
        before = glyph
    return "".join(parts)


def _gap_is_space(before: Glyph, after: Glyph) -> bool:
    if before.text.isspace() or after.text.isspace():
        return False
    # Word processors leave a quarter of a character between Chinese and Latin; that is no space.
    wide = is_wide(before.text[-1]) or is_wide(after.text[0])
    return after.box[0] - before.box[2] > (0.6 if wide else 0.22) * max(before.size, after.size)


def is_wide(character: str) -> bool:
    """Whether a character is Chinese or full-width, so that no space belongs beside it."""
    return character >= "\u2e80" or character in "“”‘’…—·"


def starts_item(text: str) -> bool:
    """Whether a line begins like a numbered item: 一、 (一) 1. (1) 第一部分.

    >>> [starts_item(t) for t in ("一、概况", "(二)目标", "3.绩效", "3.5%", "第一部分", "一是")]
    [True, True, True, False, True, False]
    """
    return _ITEM.match(text) is not None


def glued(before: str, after: str) -> str:
    """Two lines of one paragraph; a space between them only where words without Chinese meet.

    >>> glued("合计5,657.", "15万元"), glued("rate of", "execution"), glued("达98.7", "%")
    ('合计5,657.15万元', 'rate of execution', '达98.7%')
    """
    end, begin = before[-1:], after[:1]
    tight = (
        not end or not begin or is_wide(end) or is_wide(begin) or begin in ",.;:!?)]}%‰" or _one_number(before, after)
    )
    if not tight and not _is_latin(end) and not _is_latin(begin):
        # Within Chinese also half-width punctuation stands without a space.
        tight = any(map(is_wide, before[-40:] + after[:40]))
    return before + ("" if tight else " ") + after


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _one_number(before: str, after: str) -> bool:
    """Whether a number was broken at the end of the line."""
    whole = before[-1:].isdigit() or (before[-1:] == "." and before[-2:-1].isdigit())
    return (whole and after[:1].isdigit()) or (_THOUSANDS.match(after) is not None and before[-1:] == ",")


def running_heads(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> frozenset[Line]:
    """Lines in the margins that stand at the same place, with the same words or counting the pages, on three pages."""
    keyed = [
        (key, line)
        for lines, height in zip(pages, heights, strict=True)
        for line in lines
        for key in _keys(line, height)
    ]
    pages_of = Counter(key for key, _ in {(key, line.page): line for key, line in keyed})
    return frozenset(line for key, line in keyed if pages_of[key] >= _REPEATS)


def _keys(line: Line, height: float) -> Iterator[tuple[object, ...]]:
    """What a line would share with the same head on another page."""
    if height * _HEAD_ZONE < line.box[3] and line.box[1] < height * _FOOT_ZONE:
        return
    place = round(line.box[1] / 3)
    yield ("words", place, line.text)
    for number in _NUMBER.finditer(line.text):
        if len(number[0]) <= 5:
            pattern = line.text[: number.start()] + "#" + line.text[number.end() :]
            yield ("number", place, pattern, int(number[0]) - line.page)


@dataclass(frozen=True, slots=True)
class Margins:
    """How far the lines of a document reach to the right and down; what lines themselves cannot say."""

    right: float
    bottom: float = 0.0

    @staticmethod
    def of(lines: Sequence[Line], width: float) -> Margins:
        """The margins of pages of one width: as far as lines reach, but for a few that stick out.

        Where too few lines reach that far to tell, as much is taken to be left free at the right as at the left.
        """
        ends = sorted((line.right for line in lines), reverse=True)
        if not ends:
            return Margins(width)
        right = ends[min(len(ends) - 1, max(1, len(ends) // 50))]
        if sum(1 for line in lines if line.right > right - 2 * line.size) < 3:
            right = max(right, width - min(line.left for line in lines))
        return Margins(right, max(line.box[3] for line in lines))

    def goes_over(self, line: Line, following: Line) -> bool:
        """Whether two lines stand at the foot of a page and on the next."""
        return following.page == line.page + 1 and line.box[3] > 0.8 * self.bottom

    def wraps(self, line: Line, following: Line, slack: float = 1.1) -> bool:
        """Whether the line ended because what follows had no room on it, give or take `slack` characters."""
        if following.text[0] in _FORBIDDEN_FIRST:
            return True
        head = _RUN.match(following.text)
        need = 0.5 * line.size * len(head[0]) if head and len(head[0]) <= 30 else line.size
        need += line.size * sum(1 for c in following.text[1:2] if c in _FORBIDDEN_FIRST)
        # Lines are not always justified, and none begins with a closing bracket.
        return self.right - line.right <= need + slack * line.size


def continues(first: Line, last: Line, following: Line, margins: Margins) -> bool:
    """Whether a line belongs to the paragraph that began with `first` and so far ends with `last`."""
    size = last.size
    if starts_item(following.text) or abs(following.size - size) > 1.5 or not margins.wraps(last, following):
        return False
    if following.left - last.left > 1.2 * size:
        return False
    near = following.page == last.page and following.box[1] - last.box[3] <= 1.8 * size
    if not near and not margins.goes_over(last, following):
        return False
    hangs = first.left - following.left > 1.2 * size
    return hangs or not last.text.endswith(_ENDS) or _pauses(last, following, margins)


def _pauses(last: Line, following: Line, margins: Margins) -> bool:
    """Whether a full line ends at a colon or semicolon only because the next words had no room on it.

    What a colon introduces begins a line of its own, as a rule, and is indented or numbered; so a line that goes on at the same left
    edge below one that has no room for a character is the same sentence.
    """
    if not last.text.endswith(_PAUSES) or abs(following.left - last.left) > 0.3 * last.size:
        return False
    return margins.right - last.right <= 1.1 * last.size


def margins_of(lines: Iterable[Line], widths: Mapping[int, float]) -> dict[int, Margins]:
    """The margins of every page; pages of one width share theirs."""
    by_width = dict[int, list[Line]]()
    for line in lines:
        by_width.setdefault(round(widths[line.page]), []).append(line)
    shared = {width: Margins.of(group, width) for width, group in by_width.items()}
    return {page: shared.get(round(width), Margins(width)) for page, width in widths.items()}


def paragraphs_of(lines: Sequence[Line], margins: Mapping[int, Margins]) -> list[Paragraph]:
    """Lines as paragraphs; each is placed by its first line's page and the box of its lines there."""
    groups = list[list[Line]]()
    for line in lines:
        if groups and continues(groups[-1][0], groups[-1][-1], line, margins[groups[-1][-1].page]):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [_paragraph(group) for group in groups]


def _paragraph(group: Sequence[Line]) -> Paragraph:
    text = group[0].text
    for line in group[1:]:
        text = glued(text, line.text)
    here = [line.box for line in group if line.page == group[0].page]
    return Paragraph(text, PageRef(group[0].page, rounded(around(here))))


def around(boxes: Sequence[Box]) -> Box:
    """The smallest box that holds all of them."""
    return (
        min(b[0] for b in boxes),
        min(b[1] for b in boxes),
        max(b[2] for b in boxes),
        max(b[3] for b in boxes),
    )


def cell_text(lines: Sequence[Line], right: float) -> str:
    """The text of a table's cell: lines that only wrapped are joined, values under one another stay apart."""
    if not lines:
        return ""
    margins, text = Margins(right), lines[0].text
    for last, line in pairwise(lines):
        text = glued(text, line.text) if _same_value(last, line, margins) else f"{text}\n{line.text}"
    return text


def _same_value(last: Line, line: Line, margins: Margins) -> bool:
    """Whether a line in a cell goes on with the one above it. Where two figures may be meant, they stay two."""
    end, begin = last.text[-1], line.text[0]
    if starts_item(line.text) or last.text.endswith(_ENDS):
        return False
    if is_wide(end) and is_wide(begin):
        return True
    if begin.isdigit():
        return end in ".," and last.text[-2:-1].isdigit()
    if end.isdigit() and begin in ".,%‰":
        return True
    return margins.wraps(last, replace(line, text=begin), slack=0.3)
