"""Automatic numbers of Word paragraphs, written out: published reports number their items this way."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHINESE = ("chineseCounting", "chineseCountingThousand", "taiwaneseCounting", "japaneseCounting", "ideographDigital")
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class _Level:
    format: str
    text: str
    start: int


@dataclass(slots=True)
class Numbering:
    """The lists of a document, and how far each has counted."""

    levels: dict[tuple[str, int], _Level]
    styles: dict[str, tuple[str, int]]
    counters: dict[str, list[int]] = field(default_factory=dict)

    @staticmethod
    def of(root: Any, styles: Any) -> Numbering:
        """The lists a document defines, by the roots of its numbering and its styles; none if it has no numbering."""
        if root is None:
            return Numbering({}, {})
        abstract = {str(a.get(f"{W}abstractNumId")): _levels(a) for a in root.iterchildren(f"{W}abstractNum")}
        found: dict[tuple[str, int], _Level] = {}
        for num in root.iterchildren(f"{W}num"):
            link = num.find(f"{W}abstractNumId")
            levels = abstract.get(str(link.get(f"{W}val")) if link is not None else "", {})
            found.update({(str(num.get(f"{W}numId")), level): one for level, one in levels.items()})
        return Numbering(found, _styles(styles) if styles is not None else {})

    def label(self, paragraph: Any) -> str:
        """The number Word shows before the paragraph; "" where it shows none, or a bullet."""
        place = self._place(paragraph)
        level = self.levels.get(place) if place is not None else None
        if place is None or level is None or level.format in ("bullet", "none"):
            return ""
        counters = self.counters.setdefault(place[0], [])
        while len(counters) <= place[1]:
            above = self.levels.get((place[0], len(counters)))
            counters.append((above.start if above else 1) - 1)
        del counters[place[1] + 1 :]
        counters[place[1]] += 1
        return re.sub(r"%([1-9])", lambda m: self._number(place[0], int(m[1]) - 1, counters), level.text)

    def _number(self, list_: str, level: int, counters: list[int]) -> str:
        known = self.levels.get((list_, level))
        value = counters[level] if level < len(counters) else 1
        return _written(max(1, value), known.format if known else "decimal")

    def _place(self, paragraph: Any) -> tuple[str, int] | None:
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            return None
        numbers = properties.find(f"{W}numPr")
        if numbers is None:
            style = properties.find(f"{W}pStyle")
            return self.styles.get(str(style.get(f"{W}val"))) if style is not None else None
        return _pair(numbers)


def _pair(numbers: Any) -> tuple[str, int] | None:
    list_, level = numbers.find(f"{W}numId"), numbers.find(f"{W}ilvl")
    if list_ is None:
        return None
    depth = str(level.get(f"{W}val")) if level is not None else "0"
    return str(list_.get(f"{W}val")), int(depth) if depth.isdigit() and len(depth) == 1 else 0


def _levels(abstract: Any) -> dict[int, _Level]:
    found: dict[int, _Level] = {}
    for level in abstract.iterchildren(f"{W}lvl"):
        depth, start = str(level.get(f"{W}ilvl")), _value(level, "start") or "1"
        if depth.isdigit() and start.isdigit() and len(start) < 7:
            found[int(depth)] = _Level(_value(level, "numFmt") or "decimal", _value(level, "lvlText"), int(start))
    return found


def _value(element: Any, name: str) -> str:
    found = element.find(f"{W}{name}")
    return str(found.get(f"{W}val") or "") if found is not None else ""


def _styles(root: Any) -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for style in root.iterchildren(f"{W}style"):
        properties = style.find(f"{W}pPr")
        numbers = properties.find(f"{W}numPr") if properties is not None else None
        pair = _pair(numbers) if numbers is not None else None
        if pair is not None:
            found[str(style.get(f"{W}styleId"))] = pair
    return found


def _written(value: int, form: str) -> str:
    if form in _CHINESE and value < 1000:
        return _chinese(value)
    if form == "decimalEnclosedCircle" and value <= 20:
        return chr(0x2460 + value - 1)
    if form in ("lowerLetter", "upperLetter") and value <= 26:
        return chr((97 if form == "lowerLetter" else 65) + value - 1)
    return str(value)


def _chinese(value: int) -> str:
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    text = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += "十" if tens == 1 and not hundreds else f"{_DIGITS[tens]}十"
    elif hundreds and ones:
        text += "零"
    return text + (_DIGITS[ones] if ones else "")
