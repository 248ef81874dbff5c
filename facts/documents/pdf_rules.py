"""Rules a table leaves out: the sides of one that is open, the columns of one that has three lines and no more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from facts.documents.pdf_lines import Box, Glyph

_NEAR = 3.0
# So many rules of one length above one another are a table's.
_STACK = 3
# With more rules than this every row has its own.
_FEW = 4
# A page with more sets of rules than this is a drawing.
_MAX_STACKS = 40


@dataclass(frozen=True, slots=True)
class Stack:
    """Rules of one length above one another: from where to where they reach, and where they stand."""

    left: float
    right: float
    tops: tuple[float, ...]

    def holds(self, x: float, y: float) -> bool:
        """Whether a place is between its first and its last rule."""
        return self.left <= x <= self.right and self.tops[0] <= y <= self.tops[-1]


@dataclass(frozen=True, slots=True)
class Missing:
    """Rules to be thought of: boxes without width or without height."""

    vertical: tuple[Box, ...] = ()
    horizontal: tuple[Box, ...] = ()


def missing_rules(across: Sequence[Box], down: Sequence[Box], glyphs: Sequence[Glyph]) -> Missing:
    """What the rules drawn across and down a page leave out around the characters between them."""
    vertical, horizontal = list[Box](), list[Box]()
    for stack in _stacks(across)[:_MAX_STACKS]:
        crossing = [box for box in down if _crosses(stack, box)]
        if crossing:
            for part in _crossed(stack, crossing):
                vertical.extend(_sides(part, [box[0] for box in crossing if _crosses(part, box)], glyphs))
            continue
        for part in _tables(stack, glyphs):
            inside = _inside(part, glyphs)
            columns = _columns(inside)
            vertical.extend(_upright(part, (part.left, *_between(columns), part.right)))
            horizontal.extend(_rows(part, inside, columns))
    return Missing(tuple(vertical), tuple(horizontal))


def _crossed(stack: Stack, crossing: Sequence[Box]) -> list[Stack]:
    """The stack without what stands between two tables of one width: there no rule goes down."""
    parts: list[list[float]] = [[stack.tops[0]]]
    for above, below in pairwise(stack.tops):
        if any(box[1] <= above + _NEAR and box[3] >= below - _NEAR for box in crossing):
            parts[-1].append(below)
        else:
            parts.append([below])
    return [Stack(stack.left, stack.right, tuple(tops)) for tops in parts if len(tops) > 1]


def _tables(stack: Stack, glyphs: Sequence[Glyph]) -> list[Stack]:
    """The stack as one table of columns, or as tables of three lines below one another; none where it is neither."""
    thirds = [Stack(stack.left, stack.right, stack.tops[i : i + _STACK]) for i in range(0, len(stack.tops), _STACK)]
    for parts in ([stack], thirds if len(stack.tops) % _STACK == 0 else []):
        if all(_has_columns(_inside(part, glyphs)) for part in parts):
            return parts
    return []


def _has_columns(inside: Sequence[Glyph]) -> bool:
    tall = max((g.middle for g in inside), default=0.0) - min((g.middle for g in inside), default=0.0)
    return len(_columns(inside)) > 1 and tall > inside[0].size


def _inside(stack: Stack, glyphs: Sequence[Glyph]) -> list[Glyph]:
    return [g for g in glyphs if not g.text.isspace() and stack.holds(_center(g), g.middle)]


def _center(glyph: Glyph) -> float:
    return (glyph.box[0] + glyph.box[2]) / 2


def _stacks(across: Iterable[Box]) -> list[Stack]:
    """Rules of one length, by where they begin and end; a rule drawn in pieces is put together first."""
    reach = dict[int, tuple[float, float, float]]()
    for left, top, right, _ in sorted(across, key=lambda b: (b[1], b[0])):
        key = round(top / _NEAR)
        before = reach.get(key)
        if before is not None and left - before[1] <= _NEAR:
            reach[key] = (before[0], max(before[1], right), before[2])
        elif before is None or right - left > before[1] - before[0]:
            reach[key] = (left, right, top)
    groups = dict[tuple[int, int], list[float]]()
    for left, right, top in reach.values():
        groups.setdefault((round(left / 5), round(right / 5)), []).append(top)
    ends = {(round(left / 5), round(right / 5)): (left, right) for left, right, _ in reach.values()}
    stacks = (Stack(*ends[key], _distinct(tops)) for key, tops in groups.items())
    return [stack for stack in stacks if len(stack.tops) >= _STACK and stack.right - stack.left > 50]


def _distinct(tops: Iterable[float]) -> tuple[float, ...]:
    kept = list[float]()
    for top in sorted(tops):
        if not kept or top - kept[-1] > _NEAR:
            kept.append(top)
    return tuple(kept)


def _crosses(stack: Stack, box: Box) -> bool:
    """Whether a rule downwards stands between the ends of the stack, sides included."""
    across = stack.left - _NEAR <= box[0] <= stack.right + _NEAR
    return across and box[1] < stack.tops[-1] - _NEAR and box[3] > stack.tops[0] + _NEAR


def _sides(stack: Stack, within: Sequence[float], glyphs: Sequence[Glyph]) -> list[Box]:
    """The sides of a table that is open there, if something stands in the open."""
    inside, sides = _inside(stack, glyphs), list[float]()
    if within and any(_center(g) < min(within) - _NEAR for g in inside):
        sides.append(stack.left)
    if within and any(_center(g) > max(within) + _NEAR for g in inside):
        sides.append(stack.right)
    return _upright(stack, sides)


def _upright(stack: Stack, places: Iterable[float]) -> list[Box]:
    return [(x, stack.tops[0], x, stack.tops[-1]) for x in places]


def _columns(glyphs: Sequence[Glyph]) -> list[tuple[float, float]]:
    """Where text stands, across: runs with gaps between them that no line of text bridges."""
    runs = list[tuple[float, float]]()
    for glyph in sorted(glyphs, key=lambda g: g.box[0]):
        if runs and glyph.box[0] - runs[-1][1] < 0.9 * glyph.size:
            runs[-1] = (runs[-1][0], max(runs[-1][1], glyph.box[2]))
        else:
            runs.append((glyph.box[0], glyph.box[2]))
    return runs


def _between(columns: Sequence[tuple[float, float]]) -> list[float]:
    return [(left[1] + right[0]) / 2 for left, right in pairwise(columns)]


def _rows(stack: Stack, inside: Sequence[Glyph], columns: Sequence[tuple[float, float]]) -> list[Box]:
    """Rules between the rows below the header of a table of three lines; a line without a first column goes on."""
    if len(stack.tops) > _FEW:
        return []
    first = sorted(g.middle for g in inside if _center(g) <= columns[0][1] and g.middle > stack.tops[1])
    size = max((g.size for g in inside), default=0.0)
    breaks = [
        below - 0.6 * size
        for above, below in pairwise(first)
        if below - above > 0.6 * size and not _ruled(stack, above, below)
    ]
    return [(stack.left, y, stack.right, y) for y in breaks]


def _ruled(stack: Stack, above: float, below: float) -> bool:
    return any(above < top < below for top in stack.tops)
