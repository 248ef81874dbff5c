"""Texts whose lines were broken at a margin, put together again: only where all of a text shows that it was."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from facts.documents.model import Paragraph
from facts.provenance import TextSpan

# A margin nearer than this is no margin of prose.
MIN_WIDTH = 40
_SHARE = 0.25
_ENDS = ("。", ";", "；", ":", "：", "!", "！", "?", "？")
_BEGINS = re.compile(
    r"第[一二三四五六七八九十]+(?:部分|章)|[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.、．](?!\d)|[①-⑳]|附件|附表"
)


def unwrapped(paragraphs: Sequence[Paragraph]) -> list[list[Paragraph]]:
    """The paragraphs in runs that belong together; each alone where the text was not broken at a margin."""
    margin = _margin(paragraphs)
    runs: list[list[Paragraph]] = []
    for paragraph in paragraphs:
        if runs and margin and _goes_on(runs[-1][-1], paragraph, margin):
            runs[-1].append(paragraph)
        else:
            runs.append([paragraph])
    return runs


def _margin(paragraphs: Sequence[Paragraph]) -> int:
    """The width at which lines were broken: many lines are as long, and none is longer; 0 where there is none."""
    widths = Counter(_width(paragraph.text) for paragraph in paragraphs)
    if not widths or len(paragraphs) < 8:
        return 0
    longest = max(widths)
    full = sum(count for width, count in widths.items() if width >= longest - 3)
    return longest if longest >= MIN_WIDTH and full >= _SHARE * len(paragraphs) else 0


def _goes_on(above: Paragraph, below: Paragraph, margin: int) -> bool:
    if not isinstance(above.locator, TextSpan) or not isinstance(below.locator, TextSpan):
        return False
    next_line = below.locator.line == above.locator.line + 1
    # A line set in begins a paragraph.
    full = _width(above.text) + above.locator.column - 1 >= margin - 3 and below.locator.column == 1
    return next_line and full and not above.text.endswith(_ENDS) and not _BEGINS.match(below.text)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
