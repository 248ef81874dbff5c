"""A document with marks in it, for a template: texts cut where marks begin and end, cells with what is marked in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Mark:
    """Something marked: `id` to lead to it, `kind` for its colour, `to` what it leads back to, `told` what it is about."""

    place: Data
    id: str
    kind: str = ""
    to: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a text, with the mark it lies in and the ids of all that begin here."""

    text: str
    mark: Mark | None = None
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph as segments, or a table whose cells are such."""

    data: Data
    segments: tuple[Segment, ...] = ()
    rows: tuple[tuple[Segment, ...], ...] = field(default=(), repr=False)


def marked(blocks: Sequence[Data], marks: Iterable[Mark]) -> list[Block]:
    """The blocks with these marks in them."""
    by_block: dict[int, list[Mark]] = {}
    for mark in marks:
        by_block.setdefault(mark.place["block"], []).append(mark)
    return [_block(one, by_block.get(one["n"], [])) for one in blocks]


def near(blocks: Sequence[Data], marks: Iterable[Mark], most: int, around: int = 3) -> list[Data]:
    """Of a long document the beginning, and what stands around marks; the whole where it is not long."""
    if len(blocks) <= most:
        return list(blocks)
    wanted = {n for mark in marks for n in range(mark.place["block"] - around, mark.place["block"] + around + 1)}
    return [one for index, one in enumerate(blocks) if index < most or one["n"] in wanted]


def _block(one: Data, marks: Sequence[Mark]) -> Block:
    if one["kind"] == "text":
        return Block(one, segments(one["text"], marks))
    rows = []
    for r, row in enumerate(one["rows"], one["first"]):
        rows.append(tuple(_cell(cell, r, c, marks) for c, cell in enumerate(row, one["left"])))
    return Block(one, (), tuple(rows))


def _cell(cell: Data, row: int, column: int, marks: Sequence[Mark]) -> Segment:
    here = [mark for mark in marks if (mark.place.get("row"), mark.place.get("column")) == (row, column)]
    return Segment(cell["text"], here[0] if here else None, tuple(mark.id for mark in here))


def segments(text: str, marks: Sequence[Mark]) -> tuple[Segment, ...]:
    """A text, cut where marks begin and end; of marks that overlap the one that began first is shown.

    >>> one = Mark({"block": 0, "start": 1, "end": 3}, "a")
    >>> [(piece.text, piece.mark is one, piece.ids) for piece in segments("甲乙丙丁", [one])]
    [('甲', False, ()), ('乙丙', True, ('a',)), ('丁', False, ())]
    """
    spans = sorted((mark.place["start"], -mark.place["end"], n, mark) for n, mark in enumerate(marks))
    cuts = sorted({0, len(text), *(edge for start, end, _, _ in spans for edge in (start, -end) if edge <= len(text))})
    found = []
    for start, end in pairwise(cuts):
        over = [mark for begin, stop, _, mark in spans if begin <= start and end <= -stop]
        ids = tuple(mark.id for begin, _, _, mark in spans if begin == start)
        found.append(Segment(text[start:end], over[0] if over else None, ids))
    return tuple(found)
