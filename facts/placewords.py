"""Places in words for people. A box on a page is for marking it; who reads wants to know the page."""

from __future__ import annotations

import re

from facts.problem import Language, Text

_PAGE = re.compile(r"p\.(\d{1,9})(?:\[\d{1,9}(?:,\d{1,9}){3}\])?")
_BOXED = re.compile(r"p\.(\d{1,9})\[\d{1,9}(?:,\d{1,9}){3}\]")


def page_words(number: str) -> Text:
    """A page."""
    return Text(f"第{number}页", f"page {number}")


def place_words(place: str, language: Language) -> str:
    """A place as provenance states it, in words where it is a page.

    >>> place_words("p.8[57,311,535,350]", "zh"), place_words("p.8", "en"), place_words("收支!B7", "zh")
    ('第8页', 'page 8', '收支!B7')
    """
    page = _PAGE.fullmatch(place)
    return page_words(page[1]).in_(language) if page else place


def without_boxes(text: str, language: Language) -> str:
    """A sentence that names places, with pages instead of boxes.

    >>> without_boxes("另有“131 名”(report@p.8[57,311,535,350]),经核对取此值", "zh")
    '另有“131 名”(report@第8页),经核对取此值'
    """
    return _BOXED.sub(lambda page: page_words(page[1]).in_(language), text)
