"""Pictures as SVG, drawn here so that a page needs nothing from outside: bars, and a table shaded by its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape

_LINE = 22
_LABEL = 260
_WIDTH = 760
# Of upright bars: how high, the room at both sides, and how many edges may be told.
_HIGH, _EDGE, _TICKS = 220, 30, 14
GAIN, LOSS, CALM = "#2b7a4b", "#b5402f", "#4a6fa5"


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: `length` in any unit, negative to the left; `told` stands at its end."""

    label: str
    length: int
    told: str
    colour: str = CALM


def bars(title: str, found: Sequence[Bar]) -> str:
    """Horizontal bars around a common zero, with a text for those who cannot see them."""
    if not found:
        return ""
    left = max((-bar.length for bar in found if bar.length < 0), default=0)
    right = max((bar.length for bar in found if bar.length > 0), default=0)
    room = _WIDTH - _LABEL - max(90, *(20 + _wide(bar.told) for bar in found))
    scale = room / max(1, left + right)
    zero = _LABEL + 10 + left * scale
    height = _LINE * len(found) + 8
    rows = [
        (
            f'<svg class="chart" role="img" aria-label="{escape(title)}" viewBox="0 0 {_WIDTH} {height}" '
            f'xmlns="http://www.w3.org/2000/svg"><title>{escape(title)}</title>'
        )
    ]
    for n, bar in enumerate(found):
        top = 4 + n * _LINE
        length = abs(bar.length) * scale
        start = zero - length if bar.length < 0 else zero
        rows.append(f'<text x="{_LABEL}" y="{top + 15}" text-anchor="end">{escape(_short(bar.label))}</text>')
        rows.append(
            f'<rect x="{start:.1f}" y="{top + 3}" width="{max(length, 1):.1f}" height="{_LINE - 7}" fill="{bar.colour}"/>'
        )
        rows.append(f'<text x="{max(start + length, zero) + 5:.1f}" y="{top + 15}">{escape(bar.told)}</text>')
    rows.append(f'<line x1="{zero:.1f}" y1="0" x2="{zero:.1f}" y2="{height}" stroke="#888"/></svg>')
    return "".join(rows)


def columns(title: str, found: Sequence[Bar]) -> str:
    """Upright bars side by side, for a distribution: labels `[a, b)` are told at the edges between them."""
    if not found:
        return ""
    longest = max(bar.length for bar in found) or 1
    width = Fraction(_WIDTH - 2 * _EDGE, len(found))
    rows = [
        (
            f'<svg class="chart" role="img" aria-label="{escape(title)}" viewBox="0 0 {_WIDTH} {_HIGH + 44}" '
            f'xmlns="http://www.w3.org/2000/svg"><title>{escape(title)}</title>'
        )
    ]
    for n, bar in enumerate(found):
        left, high = _EDGE + n * width, Fraction(bar.length * (_HIGH - 20), longest)
        rows.append(
            f'<rect x="{float(left) + 1:.1f}" y="{float(_HIGH - high):.1f}" width="{max(float(width) - 2, 1):.1f}" '
            f'height="{float(high):.1f}" fill="{bar.colour}"><title>{escape(f"{bar.label}: {bar.told}")}</title></rect>'
        )
        if bar.length:
            middle = f'x="{float(left + width / 2):.1f}" text-anchor="middle"'
            rows.append(f'<text {middle} y="{float(_HIGH - high) - 5:.1f}">{escape(bar.told)}</text>')
    rows.append(f'<line x1="{_EDGE}" y1="{_HIGH}" x2="{_WIDTH - _EDGE}" y2="{_HIGH}" stroke="#888"/>')
    edges = [bar.label.strip("[)").partition(", ")[0] for bar in found] + [
        found[-1].label.strip("[)").rpartition(", ")[2]
    ]
    every = -(-len(edges) // _TICKS)
    for n, edge in enumerate(edges):
        if n % every == 0:
            rows.append(
                f'<text x="{float(_EDGE + n * width):.1f}" y="{_HIGH + 18}" text-anchor="middle">{escape(edge)}</text>'
            )
    return "".join([*rows, "</svg>"])


def _wide(text: str) -> int:
    """Roughly how wide a text is drawn, up to half the room there is."""
    return min(sum(map(_room, text)), (_WIDTH - _LABEL) // 2)


def _short(text: str) -> str:
    """As much of a label as there is room for; a Chinese character takes nearly twice the room."""
    if sum(map(_room, text)) <= _LABEL:
        return text
    left, kept = _LABEL - 13, ""
    for letter in text:
        left -= _room(letter)
        if left < 0:
            break
        kept += letter
    return kept.rstrip() + "…"


def _room(letter: str) -> int:
    return 7 if ord(letter) < 0x2E80 else 13


def shade(count: int, most: int) -> str:
    """A colour for a cell of a shaded table: the more, the darker."""
    if not count or not most:
        return "transparent"
    return f"rgba(74,111,165,{0.15 + 0.6 * count / most:.2f})"
