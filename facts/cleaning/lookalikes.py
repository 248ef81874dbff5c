"""Letters that stand where a digit belongs, and separators that cannot be right: flagged for people, never repaired.

Only what is a number but for the doubtful sign is flagged: it has a unit, a percent sign or thousands groups. Model
numbers, grades, formulas, addresses and names (COVID-19, A4, 5S, B2B) are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from facts.cleaning.model import LookAlike

_DIGITS = str.maketrans({"O": "0", "o": "0", "〇": "0", "l": "1", "I": "1", "丨": "1", "S": "5", "B": "8", "Z": "2"})
_UNIT = "(?:个?百分点|人次|平方米|平方公里|公里|[万亿千]元|万人|元|分(?![类级部公])|%|％|‰|[项份期名人户件辆亩吨号](?![a-z]))"
_START = r"(?<![0-9A-Za-z.,_\-/〇〔])"
# Digits and letters mixed, then a unit; that there is a real digit is looked at afterwards.
_MIXED = re.compile(rf"{_START}[0-9OolI丨SBZ〇]+(?:[.,][0-9OolI丨SBZ〇]+)*(?= ?{_UNIT})")
_GROUPS = re.compile(
    rf"{_START}[0-9OolI丨SBZ]{{1,3}}(?:,[0-9OolI丨SBZ]{{3}})+(?:\.[0-9OolI丨SBZ]{{1,2}})?(?![0-9A-Za-z,.])"
)
# A cell that holds nothing else: with a point or groups, or two real digits beside O, l or I.
_ALONE = re.compile(r"(?<!\S)(?:[0-9OolISBZ]+[.,][0-9OolISBZ,.]*|[0-9Ool]*[0-9]{2}[0-9Ool]*)(?!\S)")
_SEPARATED = re.compile(r"(?<![0-9A-Za-z.,\-/〔])[0-9]+(?:[.,][0-9]+)+(?![0-9A-Za-z])")
_GOOD_NUMBER = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")
_MONEY = re.compile(" ?(?:[万亿千]?元|%|％)")
# A grade, a size or a kind of thing: 5S, 4S, 3B; nothing follows from one letter after one digit but by its unit.
_KNOWN = re.compile(r"[0-9][SBZOI]|[SBZOI][0-9]")


def find_lookalikes(text: str) -> tuple[LookAlike, ...]:
    """The doubtful numbers of a text, from the left; `reads_as` is "" where nobody can tell.

    >>> find_lookalikes("决算5,6S7.15万元")
    (LookAlike(at=2, text='5,6S7.15', reads_as='5,657.15'),)
    """
    found = dict[int, LookAlike]()
    for one in (*_alone(text), *_letters(text), *_separators(text)):
        found.setdefault(one.at, one)
    return tuple(found[at] for at in sorted(found))


def _alone(text: str) -> Iterator[LookAlike]:
    match = _ALONE.fullmatch(text.strip())
    shown = match.group() if match else ""
    reads_as = shown.translate(_DIGITS)
    if reads_as != shown and _is_doubtful(shown, reads_as, "%"):
        yield LookAlike(len(text) - len(text.lstrip()), shown, reads_as)


def _letters(text: str) -> Iterator[LookAlike]:
    for pattern in (_MIXED, _GROUPS):
        for match in pattern.finditer(text):
            shown = match.group()
            reads_as = shown.translate(_DIGITS)
            if reads_as != shown and _is_doubtful(shown, reads_as, text[match.end() : match.end() + 3]):
                yield LookAlike(match.start(), shown, reads_as)


def _is_doubtful(shown: str, reads_as: str, after: str) -> bool:
    """Whether it is a number but for its letters, and no name that happens to stand before a counter."""
    digits, letters = sum(c in "0123456789" for c in shown), sum(c.isalpha() or c == "〇" for c in shown)
    if digits == 0 or not _GOOD_NUMBER.fullmatch(reads_as):
        return False
    exact = _MONEY.match(after) is not None or "." in shown or "," in shown
    if _KNOWN.fullmatch(shown) and not exact:
        return False
    return digits >= letters if exact or set(shown) & set("OolI丨") else False


def _separators(text: str) -> Iterator[LookAlike]:
    """5.657.15万元 and 1,23.4: only with a money unit or percent, so that clause numbers and dates are left."""
    for match in _SEPARATED.finditer(text):
        shown = match.group()
        if _GOOD_NUMBER.fullmatch(shown) or not _MONEY.match(text[match.end() :]):
            continue
        if "," in shown and "." not in shown and all(len(part) > 3 for part in shown.split(",")):
            continue  # a list of numbers
        yield LookAlike(match.start(), shown, _regrouped(shown))


def _regrouped(shown: str) -> str:
    """The one reading in which the last separator is the point, if its groups then are whole; else ""."""
    whole, _, decimals = shown.replace(",", ".").rpartition(".")
    reads_as = f"{whole.replace('.', ',')}.{decimals}"
    return reads_as if len(decimals) != 3 and _GOOD_NUMBER.fullmatch(reads_as) else ""
