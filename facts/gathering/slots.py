"""What a {value} slot may hold: a number with its unit, and the words around it that make it a bound or a guess."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from facts.gathering.mapping import BoundKey
from facts.units import known_units, parse_unit
from facts.vocabulary import NO, YES, Concept

NUMBER = r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
DATE = r"[0-9]{4}(?:-[0-9]{1,2}-[0-9]{1,2}|年[0-9]{1,2}月[0-9]{1,2}日)"
# A run of text up to the next mark; RE2 and Python agree on it.
WORDS = r"[^,，。;；:：、\n]{1,200}?"

_SPELLINGS = ("个百分点", "个月", "个工作日", "个季度", "天数", "㎡", "km", "kg")
_MULTIPLES = "十百千万亿"
_BEFORE: dict[str, BoundKey] = {
    **dict.fromkeys(("不超过", "未超过", "不高于", "不大于", "不多于", "最多", "至多", "≤", "<="), "at_most"),
    **dict.fromkeys(("不低于", "未低于", "不少于", "不小于", "至少", "≥", ">="), "at_least"),
    **dict.fromkeys(("超过", "高于", "大于", "多于", "超出", "突破", ">"), "above"),
    **dict.fromkeys(("低于", "少于", "小于", "不足", "不到", "未达到", "未达", "<"), "below"),
}
_AFTER: dict[str, BoundKey] = {
    **dict.fromkeys(("及以上", "以上"), "at_least"),
    **dict.fromkeys(("及以下", "以下", "以内", "之内"), "at_most"),
}
BOUND_WORDS = tuple(sorted(_BEFORE, key=lambda word: (-len(word), word)))
_ROUGH_BEFORE = ("大约", "约", "近", "接近", "将近", "几乎", "大概")
_ROUGH_AFTER = ("左右", "上下", "余", "多")
_RANGE_AFTER = re.compile(r"\s*[-~～—–至到]\s*[0-9]")
_RANGE_BEFORE = re.compile(r"[0-9](?:%|‰|[\u4e00-\u9fff]{0,3})[-~～—–至到]$")
_NEIGHBOURS = 6
# “控制在680份以内” has six characters around its amount.
_LONGEST_BOUND = 6
_LONGEST_TITLE = 80


class Surroundings(NamedTuple):
    """What stands around a number: the bound it states, or why it is no exact value ("")."""

    bound: BoundKey | None
    refused: str = ""


@cache
def unit_pattern() -> str:
    """Every unit's name, the longest first, as a pattern."""
    counters = [name for name in known_units() if len(name) == 1]
    large = [multiple + name for multiple in _MULTIPLES for name in counters if parse_unit(multiple + name)]
    names = {*known_units(), *_SPELLINGS, *large, "％"}
    return "|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))


@cache
def slot_pattern(kind: str, choices: tuple[str, ...] = ()) -> str:
    """The pattern of what a concept of that type may be, as a group called value."""
    if kind in ("quantity", "score"):
        bounds = "|".join(re.escape(word) for word in (*BOUND_WORDS, *_ROUGH_BEFORE))
        return rf"(?:{bounds})?(?P<value>{NUMBER}\s?(?:{unit_pattern()})?)"
    if kind == "date":
        return f"(?P<value>{DATE})"
    words = (YES, NO) if kind == "boolean" else choices
    listed = "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
    return f"(?P<value>{listed or WORDS})"


def slot_of(concept: Concept) -> str:
    """The slot for a concept's values."""
    return slot_pattern(concept.type, concept.choices)


def surroundings(text: str, start: int, end: int) -> Surroundings:
    """What the words just before and after a number at text[start:end] make of it."""
    before, after = text[max(0, start - _NEIGHBOURS) : start].rstrip(), text[end : end + _NEIGHBOURS].lstrip()
    if _RANGE_AFTER.match(after) or _RANGE_BEFORE.search(before):
        return Surroundings(None, "range")
    # ① is a digit to Python and a footnote to people.
    if before[-1:].isdecimal() or before.endswith(".") or after[:1].isdecimal():
        # Another number follows at once: a table that lost its lines, in which the first may be a line's number.
        return Surroundings(None, "part-of-number")
    bound = next((_BEFORE[word] for word in BOUND_WORDS if before.endswith(word)), None)
    if bound == "above" and before.endswith(">") and "<" in text[max(0, start - _LONGEST_TITLE) : start]:
        bound = None  # it closes a title: <公报>12期
    if bound is None:
        bound = next((key for word, key in _AFTER.items() if after.startswith(word)), None)
    if bound is None and (before.endswith(_ROUGH_BEFORE) or after.startswith(_ROUGH_AFTER)):
        return Surroundings(None, "approximate")
    return Surroundings(bound)


def bound_in(text: str) -> tuple[str, BoundKey] | None:
    """The amount in a cell like “≥95%” or “680份以内”, and the bound it is; None for an amount alone and other words.

    >>> bound_in("不超过680份"), bound_in("95%以上"), bound_in("95%"), bound_in("95%-98%")
    (('680份', 'at_most'), ('95%', 'at_least'), None, None)
    """
    match = re.search(rf"{NUMBER}\s*(?:{unit_pattern()})?", text)
    if match is None or match[0].strip() == text:
        return None
    around = surroundings(text, *match.span())
    rest = text[: match.start()] + text[match.end() :]
    if around.bound is None or len(rest.strip()) > _LONGEST_BOUND:
        return None
    return match[0].strip(), around.bound
