"""Numbers as places in a picture: whole pixels out of decimal texts, without a float on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

WIDTH = 1000


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a bar: where it begins and how wide it is, in WIDTH pixels, and what it is about."""

    x: int
    width: int
    kind: str
    value: str


def number(text: object) -> Fraction:
    """A decimal text; nothing is zero."""
    return Fraction(str(text)) if text not in (None, "") else Fraction(0)


def pixels(value: object, most: object, width: int = WIDTH) -> int:
    """How far along a bar a number is.

    >>> pixels("96.00", "100.00"), pixels("-1", "5"), pixels("7", "0")
    (960, 0, 0)
    """
    whole = number(most)
    if whole <= 0:
        return 0
    share = min(max(number(value) / whole, Fraction(0)), Fraction(1))
    return round(share * width)


@dataclass(frozen=True, slots=True)
class Bar:
    """A score between its bounds: `sure` pixels are earned in any case, up to `open` may be."""

    sure: int
    open: int

    @property
    def wide(self) -> int:
        """How wide the part is that is not known."""
        return max(self.open - self.sure, 0)


def bar(one: Mapping[str, Any], width: int = WIDTH) -> Bar:
    """The bar of anything with lower, upper and points."""
    return Bar(pixels(one["lower"], one["points"], width), pixels(one["upper"], one["points"], width))


def pieces(parts: Sequence[tuple[str, str]], width: int = WIDTH) -> tuple[Piece, ...]:
    """Amounts side by side, to the width of the bar; what is nothing is left out.

    >>> [(one.x, one.width, one.kind) for one in pieces([("a", "1"), ("b", "0"), ("c", "3")], 100)]
    [(0, 25, 'a'), (25, 75, 'c')]
    """
    total = sum((number(amount) for _, amount in parts), Fraction(0))
    found, before = list[Piece](), Fraction(0)
    for kind, amount in parts:
        value = number(amount)
        if value > 0:
            start, end = round(before / total * width), round((before + value) / total * width)
            found.append(Piece(start, max(end - start, 2), kind, amount))
            before += value
    return tuple(found)


def difference(new: object, old: object) -> str:
    """How much a score moved, with its sign; nothing where either is not known or they are alike.

    >>> difference("95.50", "96.00"), difference("96.00", "96.00"), difference(None, "96.00")
    ('-0.50', '', '')
    """
    if new in (None, "") or old in (None, ""):
        return ""
    moved = number(new) - number(old)
    if not moved:
        return ""
    places = max(_places(str(new)), _places(str(old)))
    scaled = abs(moved) * 10**places
    digits = f"{round(scaled):0{places + 1}d}"
    shown = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"{'+' if moved > 0 else '-'}{shown}"


def _places(text: str) -> int:
    return len(text.partition(".")[2])


def points_shown(amount: Fraction) -> str:
    """Points with two places, as everywhere on these pages.

    >>> points_shown(Fraction(97)), points_shown(Fraction(1, 8)), points_shown(Fraction(-3, 2))
    ('97.00', '0.13', '-1.50')
    """
    hundredths = int(abs(amount) * 100 + Fraction(1, 2))
    return f"{'-' if amount < 0 and hundredths else ''}{hundredths // 100}.{hundredths % 100:02d}"
