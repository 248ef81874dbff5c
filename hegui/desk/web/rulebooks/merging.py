"""Lines of two texts that began as one: what differs, and both edits in one text where they do not touch each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

# More lines than a page is for.
MOST_LINES = 5_000
# Texts of more lines than any rule file has are not compared: that could be made to take for ever.
MOST_COMPARED = 20_000
_AROUND = 3
_MINE, _THEIRS = 0, 1


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a comparison: in both, only before, only after, or a gap of lines that are the same."""

    kind: Literal["same", "old", "new", "gap"]
    old: int
    new: int
    text: str


@dataclass(frozen=True, slots=True)
class Merged:
    """Both edits in one text. Where they touch the same lines both stand there between marks, and `conflicts` counts."""

    text: str
    conflicts: int


@dataclass(frozen=True, slots=True)
class _Edit:
    """Lines start..end of the base were replaced by others, on one side."""

    start: int
    end: int
    side: int
    lines: tuple[str, ...]


def compared(old: str, new: str) -> list[Line]:
    """The lines that differ, with a few around them."""
    before, after = old.split("\n"), new.split("\n")
    if max(len(before), len(after)) > MOST_COMPARED:
        return [Line("gap", 1, 1, "")]
    found: list[Line] = []
    matcher = SequenceMatcher(None, before, after)
    last = 0
    for group in matcher.get_grouped_opcodes(_AROUND):
        if group[0][1] > last:
            found.append(Line("gap", last + 1, group[0][3] + 1, ""))
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                found += [Line("same", i1 + n + 1, j1 + n + 1, before[i1 + n]) for n in range(i2 - i1)]
                continue
            found += [Line("old", n + 1, 0, before[n]) for n in range(i1, i2)]
            found += [Line("new", 0, n + 1, after[n]) for n in range(j1, j2)]
        last = group[-1][2]
    if found and last < len(before):
        found.append(Line("gap", last + 1, 0, ""))
    return found[:MOST_LINES]


def merged(base: str, mine: str, theirs: str, marks: tuple[str, str]) -> Merged:
    r"""Both edits of `base` in one text; `marks` name the two sides where they collide.

    >>> merged("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n", ("", "")).text
    'A\nb\nC\n'
    """
    lines = _lines(base)
    if mine != theirs and max(text.count("\n") for text in (base, mine, theirs)) > MOST_COMPARED:
        return Merged("".join(_between_marks(_lines(mine), _lines(theirs), marks)), 1)
    edits = sorted([*_edits(lines, mine, _MINE), *_edits(lines, theirs, _THEIRS)], key=lambda one: (one.start, one.end))
    found: list[str] = []
    place, conflicts = 0, 0
    for group in _touching(edits):
        start, end = min(one.start for one in group), max(one.end for one in group)
        found += lines[place:start]
        own, other = (_with(lines, start, end, [one for one in group if one.side == side]) for side in (_MINE, _THEIRS))
        sides = {one.side for one in group}
        if own == other or sides == {_MINE}:
            found += own
        elif sides == {_THEIRS}:
            found += other
        else:
            conflicts += 1
            found += _between_marks(own, other, marks)
        place = end
    return Merged("".join([*found, *lines[place:]]), conflicts)


def _edits(base: Sequence[str], text: str, side: int) -> Iterator[_Edit]:
    after = _lines(text)
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, base, after).get_opcodes():
        if tag != "equal":
            yield _Edit(i1, i2, side, tuple(after[j1:j2]))


def _touching(edits: Sequence[_Edit]) -> Iterator[list[_Edit]]:
    """Edits that overlap, or stand directly beside each other: whether those belong together nobody here can tell."""
    group: list[_Edit] = []
    for one in edits:
        if group and one.start > max(other.end for other in group):
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _with(lines: Sequence[str], start: int, end: int, edits: Sequence[_Edit]) -> list[str]:
    """Lines start..end with the edits of one side made."""
    found: list[str] = []
    for one in edits:
        found += [*lines[start : one.start], *one.lines]
        start = one.end
    return [*found, *lines[start:end]]


def _between_marks(own: Sequence[str], other: Sequence[str], marks: tuple[str, str]) -> list[str]:
    return [f"<<<<<<< {marks[0]}\n", *_ended(own), "=======\n", *_ended(other), f">>>>>>> {marks[1]}\n"]


def _lines(text: str) -> list[str]:
    """Lines with their ends. Only a line feed ends one: texts may hold every other separator there is."""
    *whole, last = text.split("\n")
    return [*(f"{line}\n" for line in whole), *([last] if last else [])]


def _ended(lines: Sequence[str]) -> list[str]:
    return [line if line.endswith("\n") else f"{line}\n" for line in lines]
