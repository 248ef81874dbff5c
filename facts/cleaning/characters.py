"""Puts the characters of a text right: invisible ones, odd spaces, full-width numbers, comparison signs, known spam.

Nothing doubtful is repaired. Full-width punctuation of prose (，。；：（）) is left as it is; `plain_punctuation` gives
the form in which two texts are compared, and is no part of `clean`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from facts.cleaning.model import Cleaned, Repair, Spam

# One repair can make room for another (an invisible character between "<" and "="), never for many.
_MAX_ROUNDS = 8

_Replace = Callable[[re.Match[str]], str]

_FULL = str.maketrans(
    {chr(0xFF01 + n): chr(0x21 + n) for n in range(94)} | {"−": "-", "﹣": "-", "﹢": "+", "﹪": "%", "﹒": "."}
)
_SIGNS = {"＜": "<", "﹤": "<", "＞": ">", "﹥": ">", "≦": "≤", "⩽": "≤", "≧": "≥", "⩾": "≥"}
_BREAK = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_SPACES = "\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_INVISIBLE = (
    "\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
)
_GROUPED_NUMBER = r"(?<![\d.,，])[1-9]\d{0,2}(?: ?[,，] ?\d{3})+(?![\d,，])(?=\.\d| ?[万亿千]?元)"

_SPACED_NUMBER = r"(?<![\d.,\xa0])[1-9]\d{0,2}(?:[\xa0\u2009\u202f]\d{3})+(?=\.\d| ?[万亿千]?元|$)"


def _half(match: re.Match[str]) -> str:
    return match.group().translate(_FULL)


def _compare(match: re.Match[str]) -> str:
    sign = match.group()
    if len(sign) == 1:
        return _SIGNS[sign]
    return "≤" if sign[0] in "<＜﹤〈" else "≥"


def _join(match: re.Match[str]) -> str:
    return re.sub(" ?[,，] ?", ",", match.group())


def _unspaced(match: re.Match[str]) -> str:
    return match.group().replace(" ", "")


# In this order: what looks at digits comes after what makes them.
_RULES: tuple[tuple[str, re.Pattern[str], _Replace], ...] = (
    ("invisible", re.compile(f"[{_INVISIBLE}]+"), lambda _: ""),
    ("line-break", re.compile(f"[{_BREAK}]"), lambda _: "\n"),
    # The spaces that typesetters put between thousands; ordinary ones may part two numbers.
    ("split-number", re.compile(_SPACED_NUMBER), lambda m: re.sub("[\xa0\u2009\u202f]", "", m.group())),
    ("space", re.compile(f"[{_SPACES}]+"), lambda m: " " * len(m.group())),
    ("full-width", re.compile("[０-９]+|[％﹪]"), _half),
    ("full-width", re.compile(r"[Ａ-Ｚａ-ｚ]{2,}|(?<=[0-9A-Za-z])[Ａ-Ｚａ-ｚ]|[Ａ-Ｚａ-ｚ](?=[0-9A-Za-z])"), _half),
    (
        "full-width",
        re.compile(r"(?<=[0-9])[．﹒](?=[0-9])|[＋－−﹣﹢](?=[0-9])|(?<=[0-9)])[＋＊／＝](?=[0-9(])"),
        _half,
    ),
    ("comparison-sign", re.compile("[<＜﹤〈][=＝](?![=＝])|[>＞﹥〉][=＝](?![=＝])|[≦⩽≧⩾]"), _compare),
    # Elsewhere ＜ and ＞ are brackets of a title.
    ("comparison-sign", re.compile(r"[＜﹤＞﹥](?= ?[0-9])|(?<=[0-9%])[＜﹤＞﹥]"), _compare),
    ("split-number", re.compile(r"[0-9]+ +\.[0-9]+(?= ?(?:%|[万亿千]?元))"), _unspaced),
    # After so many digits it is no number of an item.
    ("split-number", re.compile(r"[0-9]{3,}\. +[0-9]{1,4}(?= ?(?:%|[万亿千]?元))"), _unspaced),
    ("grouping", re.compile(_GROUPED_NUMBER), _join),
)

# Nothing that any rule looks for: no space, comma or comparison sign, nothing full-width or invisible.
_NOTHING_TO_DO = re.compile(r"[0-9A-Za-z\u4e00-\u9fff.%()、。:;“”《》≥≤±~_/*+-]*")


def clean(text: str, spam: Sequence[Spam] = ()) -> Cleaned:
    """The text put right, with each repair and where every character stood.

    Spam is replaced by what belongs in its place; a line that is nothing but the phrase is emptied; spam whose
    replacement is the phrase itself (nobody knows what belongs there) is left.

    >>> clean("执行率＞=９８．７％").text
    '执行率≥98.7%'
    """
    if not spam and _NOTHING_TO_DO.fullmatch(text):
        return Cleaned(text, tuple(range(len(text) + 1)), ())
    work = _Work(text)
    rules = _spam_rules(spam) + _RULES
    for _ in range(_MAX_ROUNDS):
        changed = [work.apply(*rule) for rule in rules]
        if not any(changed):
            break
    repairs = tuple(sorted(work.repairs, key=lambda r: r.at))
    return Cleaned(work.text, tuple(work.origins), repairs)


class _Work:
    """A text under repair and the way back to the original."""

    def __init__(self, text: str) -> None:
        self.original = self.text = text
        self.origins = list(range(len(text) + 1))
        self.repairs: list[Repair] = []

    def apply(self, kind: str, pattern: re.Pattern[str], replace: _Replace) -> bool:
        """Replaces every match; whether anything changed."""
        pieces, origins, end = list[str](), list[int](), 0
        for match in pattern.finditer(self.text):
            after = replace(match)
            if after == match.group():
                continue
            start, stop = match.span()
            pieces += self.text[end:start], after
            origins += self.origins[end:start]
            origins += self._origins_within(start, stop, len(after))
            self.repairs.append(self._repair(kind, start, stop, after))
            end = stop
        if not pieces:
            return False
        self.text = "".join(pieces) + self.text[end:]
        self.origins = origins + self.origins[end:]
        return True

    def _origins_within(self, start: int, stop: int, length: int) -> list[int]:
        if length == stop - start:
            return self.origins[start:stop]
        return [self.origins[min(start + n, stop - 1)] for n in range(length)]

    def _repair(self, kind: str, start: int, stop: int, after: str) -> Repair:
        at = self.origins[start]
        if kind == "grouping":
            kind = "split-number" if " " in self.text[start:stop] else "full-width"
        return Repair(kind, self.original[at : self.origins[stop - 1] + 1], after, at)


def _spam_rules(spam: Sequence[Spam]) -> tuple[tuple[str, re.Pattern[str], _Replace], ...]:
    """Longest phrase first, so that a phrase within a phrase does not break it."""
    rules = list[tuple[str, re.Pattern[str], _Replace]]()
    for one in sorted(spam, key=lambda s: (-len(s.phrase), s.phrase)):
        if one.phrase.strip() and one.phrase not in one.replacement:
            phrase = re.escape(one.phrase)
            rules.append(("spam", re.compile(rf"^[ \t]*{phrase}[ \t]*$", re.MULTILINE), lambda _: ""))
            rules.append(("spam", re.compile(phrase), _constant(one.replacement)))
    return tuple(rules)


def _constant(text: str) -> _Replace:
    return lambda _: text


_PLAIN = str.maketrans(
    {
        **dict(zip("，；：！？（）【】﹝﹞［］＜＞〈〉％", ",;:!?()[]〔〕〔〕<><>%", strict=True)),
        "『": "“",
        "』": "”",
        "「": "“",
        "」": "”",
        "＂": '"',
        "．": ".",
    }
)


def plain_punctuation(text: str) -> str:
    """A form for comparing only, character for character as long as the text: brackets, commas and colons unified.

    （） become (), ﹝﹞ and ［］ become 〔〕 as in document numbers, 〈〉 become <>.

    >>> plain_punctuation("昆财绩﹝2018﹞60号（试行）")
    '昆财绩〔2018〕60号(试行)'
    """
    return text.translate(_PLAIN)
