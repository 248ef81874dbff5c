"""The form in which texts are compared: cleaned, without white space beside Chinese, one kind of each bracket and quote."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from facts.cleaning.characters import clean
from facts.cleaning.model import Cleaned, Repair, Spam
from facts.cleaning.traditional import simplified
from facts.units import Unit, parse_unit

# One character each, so that places are not moved.
_ALIKE = str.maketrans(
    "“”„‟〝〞＂「」『』‘’﹙﹚（）〔〕﹝﹞［］【】〈〉＜＞：；，．？！％",
    '"""""""""""\'\'()()[][][][]《》<>:;,.?!%',
)
_NUMBERING = re.compile(
    r"\s*(?:第[一二三四五六七八九十百]+[部分章节篇]+|[((]?[一二三四五六七八九十]+[))、..]+|[((]?[0-9]{1,2}(?:[))、]|[..](?![0-9]))+|[①-⑳])\s*"
)
_SPACE = re.compile(r"\s+")
_PART = re.compile(r"^(?:其中|减|加):(?=.)")
# Nothing to put right in these, and most cells are such.
_SIMPLE = re.compile(r"[\u4e00-\u9fffA-Za-z0-9.,:;%()/+-]*")
_OPEN_NUMBER = re.compile(r"[0-9][.,]$")
# Marks of footnotes are no part of a name.
_FOOTNOTE_MARK = re.compile("[①-⑳❶-❿]+")
_NO_LETTER = re.compile(r"[\W_]+")
_UNIT_AT_END = re.compile(r"[(\[](?:(?:计量|金额|货币)?单位:)?([^()\[\]:]{1,6})[)\]]:?$")


# What no YAML file can hold, however it is escaped.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def writable(text: str) -> str:
    """The text without characters that a case file cannot hold."""
    return _UNWRITABLE.sub("", text)


def quotable(text: str) -> str:
    """The text as a quote; none where it could only be quoted wrongly."""
    return "" if _UNWRITABLE.search(text) else text


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as it is compared, and where each of its characters (and its end) stood in the original."""

    text: str
    origins: tuple[int, ...]
    original: str
    repairs: tuple[Repair, ...] = ()

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The part of the original that text[start:end] stands for, without white space at its ends."""
        first, last = self.origins[start], self.origins[end]
        words = self.original[first:last]
        return first + len(words) - len(words.lstrip()), last - (len(words) - len(words.rstrip()))

    def repairs_in(self, first: int, last: int) -> tuple[Repair, ...]:
        """What was put right in that part of the original."""
        return tuple(repair for repair in self.repairs if first <= repair.at < last)


def fold(original: str, spam: Sequence[Spam] = ()) -> Folded:
    """A text in the form in which texts are compared."""
    cleaned = clean(original, spam)
    simple = simplified(cleaned.text)
    text = simple.translate(_ALIKE)
    padding = {index for run in _SPACE.finditer(text) if _is_padding(text, run) for index in range(*run.span())}
    kept = [index for index in range(len(text)) if index not in padding] if padding else range(len(text))
    origins = (*(cleaned.origins[index] for index in kept), cleaned.origins[len(text)])
    repairs = (*cleaned.repairs, *_traditional(cleaned, simple))
    return Folded("".join(text[index] for index in kept), origins, original, repairs)


def _traditional(cleaned: Cleaned, simple: str) -> Iterator[Repair]:
    if simple != cleaned.text:
        for index, (before, after) in enumerate(zip(cleaned.text, simple, strict=True)):
            if before != after:
                yield Repair("traditional", before, after, cleaned.origins[index])


def _is_padding(text: str, run: re.Match[str]) -> bool:
    """White space that keeps no two numbers or words apart; “3. 15万元” is item 3, not 3.15万元."""
    before, after = text[max(0, run.start() - 1) : run.start()], text[run.end() : run.end() + 1]
    if after.isdecimal() and _OPEN_NUMBER.search(text[max(0, run.start() - 2) : run.start()]):
        return False
    return not (before.isascii() and before.isalnum() and after.isascii() and after.isalnum())


@lru_cache(maxsize=1 << 16)
def fold_words(words: str) -> str:
    """Words of a pattern or a label in that form."""
    return simplified(words) if _SIMPLE.fullmatch(words) else fold(words).text


@lru_cache(maxsize=1 << 16)
def key_of(words: str) -> str:
    """A name without numbering, a unit at its end, marks and case: equal keys are the same name.

    >>> key_of("一、“三公”经费决算数(万元):")
    '三公经费决算数'
    """
    folded = fold_words(words)
    numbering = _NUMBERING.match(folded)
    plain = folded[numbering.end() :] if numbering and numbering.end() < len(folded) else folded
    plain = _PART.sub("", _FOOTNOTE_MARK.sub("", plain))
    if unit_at_end(plain) is not None:
        plain = _UNIT_AT_END.sub("", plain)
    return _NO_LETTER.sub("", plain).casefold()


def unit_at_end(words: str) -> Unit | None:
    """The unit a header carries in brackets: 决算数(万元)."""
    found = _UNIT_AT_END.search(fold_words(words))
    return parse_unit(found[1]) if found and found[1].strip() else None
