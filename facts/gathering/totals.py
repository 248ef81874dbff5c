"""Which rows of a table about many units are totals, by what stands where a unit is named: one rule for every format."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from facts.gathering.folding import fold_words, key_of
from facts.gathering.placereading import TOTALS

# `plain`: nothing but a word of totals, which is nobody's name; `named`: a name of a unit could look so, which must be told.
Total = Literal["plain", "named"]
_WORDS = frozenset(key_of(word) for word in TOTALS)
# 合计, 总合计, 全省合计, 本级小计
_PLAIN = re.compile(r"(?:全[国省市县区州盟旗乡镇]|本[省市县区州级年页]|总)?(?:合计|小计|总计|累计)数?")
# 云南省合计, but no 审计局 and no 统计局: the word stands at the end.
_AT_END = re.compile(r"(?:合计|小计|总计)数?$")
_PART_OF = re.compile(r"其中:")
# So many columns before the last one that names the unit are looked at.
_MOST_LEADING = 8
_BRACKET_AT_END = re.compile(r"\([^()]*\)$")


def total_named(text: str) -> Total | None:
    """Whether a text where a unit is named says that the row is a total, or a part of one; None where it does not.

    >>> [total_named(text) for text in ("合 计", "全省合计", "滇中小计(含本级)", "其中:市本级", "昆明市审计局", "合计划局")]
    ['plain', 'plain', 'named', 'named', None, None]
    """
    if is_word_of_totals(text):
        return "plain"
    folded = fold_words(text).strip()
    if _PART_OF.match(folded):
        return "named"
    keys = (key_of(folded), key_of(_BRACKET_AT_END.sub("", folded)))
    return "named" if any(_AT_END.search(key) for key in keys) else None


def is_word_of_totals(text: str) -> bool:
    """Whether a text is a word of totals and nothing else."""
    folded = fold_words(text).strip()
    if _PART_OF.match(folded):
        return False
    key = key_of(folded)
    return key in _WORDS or _PLAIN.fullmatch(key) is not None


def find_total(names: Sequence[str], leading: Sequence[str] = ()) -> tuple[int, Total] | None:
    """Which text makes a row a total: of those that name its unit, best first, and then of other columns before them.

    A row that names a unit by anything but a plain word of totals is told, for a unit might be lost.

    >>> find_total(["", "小计"]), find_total(["530099", "小计"]), find_total(["", "其中:市本级"]), find_total(["530101", "审计局"])
    ((1, 'plain'), (1, 'named'), (1, 'named'), None)
    """
    said = [total_named(text) if text.strip() else None for text in names]
    by_name = next((at for at, one in enumerate(said) if one), None)
    by_other = next((at for at, text in enumerate(leading, len(names)) if is_word_of_totals(text)), None)
    found = by_name if by_name is not None else by_other
    if found is None:
        return None
    is_plain = all(one == "plain" for one, text in zip(said, names, strict=True) if text.strip())
    return found, "plain" if is_plain else "named"


def leading_columns(names: Sequence[int]) -> tuple[int, ...]:
    """The columns in which a word of totals may stand instead of where the unit is named: those before it."""
    return tuple(index for index in range(max(names)) if index not in names)[:_MOST_LEADING]
