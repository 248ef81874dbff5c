"""Characters put right: full-width digits, spaces that are none, comparison signs in their many forms, spam."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from facts.cleaning.model import Cleaned, Repair, Spam

_SPACES = "\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u3000"
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_FULL_DIGITS = {chr(0xFF10 + n): str(n) for n in range(10)}
_HALF = {ord(full): half for full, half in _FULL_DIGITS.items()}
_FULL_LETTERS = {chr(0xFF21 + n): chr(0x41 + n) for n in range(26)} | {
    chr(0xFF41 + n): chr(0x61 + n) for n in range(26)
}
_FULL_SIGNS = {"％": "%", "＋": "+", "－": "-", "＝": "=", "．": "."}
_ONE_SIGN = {"≦": "≤", "≧": "≥", "﹤": "<", "﹥": ">", "＜": "<", "＞": ">", "⩽": "≤", "⩾": "≥"}
# Two signs for one: ﹤= or <= is ≤. A bare < stays, it may be a bracket of a title.
_TWO_SIGNS = re.compile(r"([<＜﹤〈]|[>＞﹥〉])[=＝]")
_SPLIT_SEPARATOR = re.compile(r"(?<=\d)([ \u00a0\u3000]*[,，][ \u00a0\u3000]*)(?=\d{3}(?!\d))")


def clean(text: str, spam: Sequence[Spam] = ()) -> Cleaned:
    """The text with what is certainly broken put right; every repair is kept, every character knows its origin.

    Chinese punctuation stays as it is; letters that look like digits are never touched. Cleaning a cleaned text
    changes nothing.

    >>> clean("执行率≦１００％").text
    '执行率≤100%'
    """
    out: list[str] = []
    origins: list[int] = []
    repairs: list[Repair] = []
    at = 0
    for repair in _repairs(text, spam):
        if repair.at < at:
            continue
        out.append(text[at : repair.at])
        origins.extend(range(at, repair.at))
        out.append(repair.after)
        origins.extend([repair.at] * len(repair.after))
        repairs.append(repair)
        at = repair.at + len(repair.before)
    out.append(text[at:])
    origins.extend(range(at, len(text) + 1))
    return Cleaned("".join(out), tuple(origins), tuple(repairs))


def _repairs(text: str, spam: Sequence[Spam]) -> list[Repair]:
    """What to put right, from the left; of two that overlap the one that begins first, then the longer."""
    found = [*_spam(text, spam), *_pairs(text), *_single(text)]
    return sorted(found, key=lambda repair: (repair.at, -len(repair.before)))


def _spam(text: str, spam: Sequence[Spam]) -> Iterator[Repair]:
    for one in spam:
        start = text.find(one.phrase)
        while one.phrase and one.phrase != one.replacement and start >= 0:
            yield Repair("spam", one.phrase, one.replacement, start)
            start = text.find(one.phrase, start + len(one.phrase))


def _pairs(text: str) -> Iterator[Repair]:
    for match in _TWO_SIGNS.finditer(text):
        yield Repair("comparison-sign", match[0], "≤" if match[1] in "<＜﹤〈" else "≥", match.start())
    half = text.translate(_HALF)
    for match in _SPLIT_SEPARATOR.finditer(half):
        if match[1] != ",":
            kind = "split-number" if len(match[1]) > 1 else "full-width"
            yield Repair(kind, text[match.start() : match.end()], ",", match.start())


def _single(text: str) -> Iterator[Repair]:
    for at, character in enumerate(text):
        if character.isascii() and (character >= " " or character in "\t\n"):
            continue
        repair = _one(character, at, text)
        if repair is not None:
            yield repair


def _one(character: str, at: int, text: str) -> Repair | None:
    if character in _SPACES:
        return Repair("space", character, " ", at)
    if character in _INVISIBLE or ord(character) < 32 or 127 <= ord(character) < 160:
        return Repair("invisible", character, "", at)
    if character in _ONE_SIGN and not _is_bracket(character, at, text):
        return Repair("comparison-sign", character, _ONE_SIGN[character], at)
    plain = _FULL_DIGITS.get(character) or _FULL_LETTERS.get(character)
    if plain or (character in _FULL_SIGNS and _beside_number(at, text)):
        return Repair("full-width", character, plain or _FULL_SIGNS[character], at)
    return None


def _beside_number(at: int, text: str) -> bool:
    near = text[max(0, at - 1) : at] + text[at + 1 : at + 2]
    return any(c.isdigit() for c in near)


def _is_bracket(character: str, at: int, text: str) -> bool:
    """＜ and ＞ around a title are brackets; beside a number they compare."""
    return character in "＜＞﹤﹥" and not _beside_number(at, text)
