"""Pictures as SVG, drawn here so that a page needs nothing from outside: bars, and a table shaded by its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_LINE = 22
_LABEL = 260
_WIDTH = 760
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


def _wide(text: str) -> int:
    """Roughly how wide a text is drawn, up to half the room there is."""
    return min(sum(7 if ord(c) < 0x2E80 else 13 for c in text), (_WIDTH - _LABEL) // 2)


def _short(text: str) -> str:
    return text if len(text) <= 20 else text[:19] + "…"


def shade(count: int, most: int) -> str:
    """A colour for a cell of a shaded table: the more, the darker."""
    if not count or not most:
        return "transparent"
    return f"rgba(74,111,165,{0.15 + 0.6 * count / most:.2f})"
