"""Numerals as reports count with them: 三, 十二, 四十五, ①, 12."""

from __future__ import annotations

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_CIRCLED = {chr(0x2460 + n): n + 1 for n in range(20)}


def numeral(text: str) -> int | None:
    """The whole number a numeral says, up to 999; None if it is none.

    >>> numeral("十二"), numeral("四十五"), numeral("49"), numeral("③"), numeral("百")
    (12, 45, 49, 3, 100)
    """
    if text in _CIRCLED:
        return _CIRCLED[text]
    if text.isascii() and text.isdigit() and len(text) <= 9:
        return int(text)
    total, current = 0, None
    for character in text:
        if character in _DIGITS:
            current = _DIGITS[character]
        elif character in "十百":
            total += (1 if current is None else current) * (10 if character == "十" else 100)
            current = None
        else:
            return None
    return total + (current or 0) if text else None
