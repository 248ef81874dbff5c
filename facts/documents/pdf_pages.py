"""One page of a PDF, through pdfplumber: its lines, its tables, and what cannot be read on it.

Import it only where pdfplumber is known to be there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pdfminer.pdfinterp import PDFPageInterpreter
from pdfplumber.page import Page, PDFPageAggregatorWithMarkedContent

from facts.documents.pdf_lines import Box, Glyph, Line, lines_of
from facts.documents.pdf_rules import missing_rules
from facts.documents.pdf_tables import Grid, grid_of

# What a page may make us do; the densest honest pages have a hundredth of it.
MAX_FIGURES = 20_000
MAX_GLYPHS = 200_000
MAX_EDGES = 8_000
MAX_CURVES_OF_TEXT = 60
_UNMAPPED = re.compile(r"\(cid:[0-9]+\)")
UNKNOWN = "\ufffd"
# Signs of which no font has this many on one page of text, but for one whose characters were numbered from them on.
_RARE = frozenset("!\"#$&'*+")
_MANY_RARE = 4
_LINES = {"vertical_strategy": "lines", "horizontal_strategy": "lines"}
# Fonts that lack a table of meanings name radicals where words are meant: ⽬标 for 目标.
_RADICALS = dict(
    zip(
        "⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳⺠⺟",
        "虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟民母",
        strict=True,
    )
)


class TooMuchError(Exception):
    """A page holds more than any page does."""


class _Counting(PDFPageAggregatorWithMarkedContent):
    """Stops a page whose parts call one another until nothing else is ever read."""

    figures = 0
    glyphs = 0

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        # Fonts that do not say what their characters mean.
        self.silent = set[str]()

    def begin_figure(self, *args: Any) -> None:
        self.figures += 1
        if self.figures > MAX_FIGURES:
            raise TooMuchError
        super().begin_figure(*args)

    def render_char(self, *args: Any, **named: Any) -> float:
        self.glyphs += 1
        if self.glyphs > MAX_GLYPHS:
            raise TooMuchError
        font = args[1] if len(args) > 1 else named.get("font")
        if getattr(font, "unicode_map", None) is None:
            self.silent.add(str(getattr(font, "fontname", "")))
        return float(super().render_char(*args, **named))


@dataclass(frozen=True, slots=True)
class PageContent:
    """What stands on a page, from the top; `scanned`: pictures and no text."""

    number: int
    width: float
    height: float
    parts: tuple[Line | Grid, ...] = ()
    scanned: bool = False
    turned: bool = False
    leaning: bool = False
    dense: bool = False
    unmapped: int = 0
    radicals: int = 0
    damaged: bool = False

    @property
    def legible(self) -> bool:
        """Whether anything on it can be read."""
        slots = (slot.text for part in self.parts if isinstance(part, Grid) for row in part.rows for slot in row)
        return any(c.isalnum() for text in (*(line.text for line in self.lines), *slots) for c in text)

    @property
    def lines(self) -> tuple[Line, ...]:
        """Its lines outside tables."""
        return tuple(part for part in self.parts if isinstance(part, Line))


def content_of(page: Page) -> PageContent:
    """The lines and tables of a page. Raises TooMuchError, and whatever the library does about a damaged page."""
    silent = _lay_out(page)
    turn = _turn(page.chars)
    if turn:
        page = _turned(page, turn)
        silent = _lay_out(page)
    number, width, height = page.page_number, float(page.width), float(page.height)
    chars = [char for char in page.chars if _on_page(char, page)]
    level = [char for char in chars if _is_level(char)]
    if not any(not char["text"].isspace() for char in chars):
        return PageContent(number, width, height, scanned=bool(page.images) or len(page.curves) > MAX_CURVES_OF_TEXT)
    counts = [0, 0]
    glyphs = list(_glyphs(level, counts, _renumbered(level, silent)))
    dense = len(page.edges) > MAX_EDGES
    parts = _parts(glyphs, [] if dense else _ruled(page, glyphs), number)
    aslant = len(chars) - len(level)
    turned = aslant * 5 > len(chars)
    leaning = aslant > 0 and not turned
    return PageContent(number, width, height, parts, False, turned, leaning, dense, counts[0], counts[1])


def _lay_out(page: Page) -> set[str]:
    """Puts the page together; the fonts on it that do not say what their characters mean."""
    device = _Counting(page.pdf.rsrcmgr, pageno=page.page_number, laparams=page.pdf.laparams)
    PDFPageInterpreter(page.pdf.rsrcmgr, device).process_page(page.page_obj)
    page._layout = device.get_result()
    return device.silent


def _renumbered(chars: Sequence[dict[str, Any]], silent: set[str]) -> set[str]:
    """Fonts among these whose characters were merely numbered, from ! on: read as letters they would be nonsense."""
    seen = dict[str, set[str]]()
    for char in chars:
        if char["fontname"] in silent:
            seen.setdefault(char["fontname"], set()).add(char["text"])
    return {font for font, texts in seen.items() if len(texts & _RARE) >= _MANY_RARE and " " not in texts}


def _turn(chars: Sequence[dict[str, Any]]) -> int:
    """By how much a page must be turned clockwise to be read, where nearly all of its text runs up or down."""
    up = down = 0
    for char in chars:
        a, b = char["matrix"][:2]
        if abs(a) < 0.05 * abs(b):
            up, down = (up + 1, down) if b > 0 else (up, down + 1)
    if max(up, down) * 10 <= len(chars) * 8:
        return 0
    return 90 if up > down else 270


def _turned(page: Page, degrees: int) -> Page:
    """The same page as it is read; boxes then count from the corner that is the upper left one to the reader."""
    form = page.page_obj
    form.rotate = (form.rotate + degrees) % 360
    form.attrs["Rotate"] = form.rotate
    return Page(page.pdf, form, page.page_number, page.initial_doctop)


def _on_page(char: dict[str, Any], page: Page) -> bool:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    left, top, right, bottom = page.bbox
    return bool(left <= x <= right and top <= y <= bottom)


def _is_level(char: dict[str, Any]) -> bool:
    """Whether it stands upright; watermarks lean."""
    a, b, c, d = char["matrix"][:4]
    # A slanted font leans by c alone.
    return bool(a * d > 0 and abs(b) < 0.05 * abs(a) and abs(c) < 0.5 * abs(d))


def _glyphs(chars: Sequence[dict[str, Any]], counts: list[int], renumbered: set[str]) -> Iterator[Glyph]:
    """The characters, each once: bold is often the same one printed twice, a hair apart."""
    seen = set[tuple[str, int, int]]()
    for char in chars:
        text = char["text"] or ""
        x, y = round(char["x0"]), round(char["top"])
        around = ((text, x + i, y + j) for i in (-1, 0, 1) for j in (-1, 0, 1))
        if not text.isspace() and any(key in seen for key in around):
            continue
        seen.add((text, x, y))
        readable = _readable("(cid:0)" if char["fontname"] in renumbered else text, counts)
        if readable:
            yield Glyph(readable, (char["x0"], char["top"], char["x1"], char["bottom"]))


def _readable(text: str, counts: list[int]) -> str:
    if _UNMAPPED.fullmatch(text) or any(unicodedata.category(c) in ("Co", "Cn") for c in text):
        counts[0] += 1
        return UNKNOWN
    plain = "".join(_plain(c) for c in text)
    counts[1] += plain != text
    return "".join(c if c.isprintable() else " " if c.isspace() else "" for c in plain)


def _plain(character: str) -> str:
    if "\u2f00" <= character <= "\u2fd5":
        return unicodedata.normalize("NFKC", character)
    return _RADICALS.get(character, character)


def _ruled(page: Page, glyphs: Sequence[Glyph]) -> list[tuple[Box, list[Box]]]:
    """Ruled tables, each with its cells, the smaller first; a lone box is a frame around text."""
    missing = missing_rules(_boxes(page.horizontal_edges), _boxes(page.vertical_edges), glyphs)
    settings = {
        **_LINES,
        "explicit_vertical_lines": [_edge(box, "v") for box in missing.vertical],
        "explicit_horizontal_lines": [_edge(box, "h") for box in missing.horizontal],
    }
    tables = [(table.bbox, list(table.cells)) for table in page.find_tables(settings)]
    kept = [(bbox, cells) for bbox, cells in tables if len(cells) > 1]
    return sorted(kept, key=lambda t: ((t[0][2] - t[0][0]) * (t[0][3] - t[0][1]), t[0]))


def _boxes(edges: Sequence[dict[str, Any]]) -> list[Box]:
    return [(edge["x0"], edge["top"], edge["x1"], edge["bottom"]) for edge in edges]


def _edge(box: Box, orientation: str) -> dict[str, Any]:
    """A rule as the library wants one that it did not find."""
    left, top, right, bottom = box
    size = {"width": right - left, "height": bottom - top, "orientation": orientation}
    return {"object_type": "line", "x0": left, "x1": right, "top": top, "bottom": bottom, **size}


def _parts(glyphs: Sequence[Glyph], tables: list[tuple[Box, list[Box]]], number: int) -> tuple[Line | Grid, ...]:
    """Lines and tables by where they begin on the page."""
    inside: list[list[Glyph]] = [[] for _ in tables]
    outside = list[Glyph]()
    for glyph in glyphs:
        home = next((i for i, (box, _) in enumerate(tables) if _holds(box, glyph)), None)
        (outside if home is None else inside[home]).append(glyph)
    parts: list[tuple[float, Line | Grid]] = [(line.box[1], line) for line in lines_of(outside, number)]
    for (box, cells), within in zip(tables, inside, strict=True):
        grid = grid_of(cells, within, number)
        if grid is not None and any(slot.text for row in grid.rows for slot in row):
            parts.append((box[1], grid))
    return tuple(part for _, part in sorted(parts, key=lambda p: p[0]))


def _holds(box: Box, glyph: Glyph) -> bool:
    x = (glyph.box[0] + glyph.box[2]) / 2
    return box[0] <= x <= box[2] and box[1] <= glyph.middle <= box[3]
