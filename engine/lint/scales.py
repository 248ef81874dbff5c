"""Scales: decimals that fall between two ranges, ends that belong to two, points that go up and down."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction

from engine import ranges
from engine.bands import show_values
from engine.expr import Comparison, Number, Subject
from engine.lint.book import Book, Edit, Found, finding
from engine.lint.pieces import Piece, pieces_of, stated_values
from engine.lint.reach import Explored, PartSeen
from engine.lint.values import World, hull
from engine.lint.wording import points_text, titled, unit_of
from engine.model import Interpolate, Threshold
from engine.ranges import Ranges
from engine.walk import nodes
from facts.problem import Text
from facts.units import Unit
from facts.values import Interval

# More than these are not listed.
MAX_GAPS = 5


def find_scales(book: Book) -> Iterator[Found]:
    """Every part with a measure whose cases are about the measure alone."""
    for one in book.explored:
        for seen in one.parts:
            pieces = pieces_of(one, seen)
            if pieces is not None:
                yield from _steps(one, seen, pieces)
            yield from _knots(one, seen)


def _steps(one: Explored, seen: PartSeen, pieces: Sequence[Piece]) -> Iterator[Found]:
    gaps = _gaps(pieces, seen.world)
    if gaps:
        yield _gap(one, seen, gaps, pieces)
    yield from _shared_ends(one, seen, pieces)
    yield from _zigzag(one, seen, [_without(piece, gaps) for piece in pieces])


# --- gaps -------------------------------------------------------------------------------------------------------------


def _gaps(pieces: Sequence[Piece], world: World) -> list[Ranges]:
    """What falls to `otherwise` though it lies strictly between the closed ends of two stated ranges: 89.5."""
    last = pieces[-1]
    subject = world.measure
    if last.stated or subject is None or world.is_whole(subject) or world.rounding is not None:
        return []
    stated = ranges.union(piece.values for piece in pieces if piece.stated)
    found: list[Ranges] = []
    for span in last.values:
        gap = ranges.to_interval(span)
        inside = stated and gap.lo is not None and gap.hi is not None and gap.lo_open and gap.hi_open
        if inside and stated[0][0] < span[0] and span[1] < stated[-1][1] and _unlike(span, pieces):
            found.append((span,))
    return found


def _unlike(span: ranges.Span, pieces: Sequence[Piece]) -> bool:
    """Whether `otherwise` gives less, or more, than both neighbours: a value between them would get something else."""
    otherwise = pieces[-1].scores
    neighbours = [p.scores for p in pieces[:-1] if any(s[1] == span[0] or s[0] == span[1] for s in p.values)]
    known = [scores for scores in neighbours if scores is not None]
    if otherwise is None or len(known) < 2:
        return True
    below = all(otherwise.hi < scores.lo for scores in known)
    return below or all(otherwise.lo > scores.hi for scores in known)


def _gap(one: Explored, seen: PartSeen, gaps: Sequence[Ranges], pieces: Sequence[Piece]) -> Found:
    unit = _unit(pieces, seen)
    text, example = show_values(ranges.union(gaps[:MAX_GAPS]), unit), _middle(hull(gaps[0]), unit)
    text += " …" if len(gaps) > MAX_GAPS else ""
    return finding(
        "gap-to-otherwise",
        one.indicator.id,
        pieces[-1].at,
        Text(
            f"{text} 夹在两档之间,却落到 otherwise(例如 {example})",
            f"{text} lies between two ranges but falls to `otherwise` ({example}, for one)",
        ),
        Text("上限写成“< 下一档的起点”,不要写成“<= 起点减一”", "end a range with `<` where the next one begins"),
        _up_to_the_next(pieces, hull(gaps[0])),
    )


def _up_to_the_next(pieces: Sequence[Piece], gap: Interval) -> Edit | None:
    """`<= 89%` as `< 90%`, where it is written so."""
    for piece in pieces:
        for node in nodes(piece.when):
            match node:
                case Comparison("<=", Subject(), Number(value, unit), at) if value == gap.lo and gap.hi is not None:
                    return Edit(at, f"<= {unit.show(value)}", f"< {unit.show(gap.hi)}")
                case _:
                    pass
    return None


def _middle(interval: Interval, unit: Unit) -> str:
    assert interval.lo is not None and interval.hi is not None
    return unit.show((interval.lo + interval.hi) / 2)


def _without(piece: Piece, gaps: Sequence[Ranges]) -> Piece:
    left = ranges.intersection(piece.values, ranges.complement(ranges.union(gaps))) if gaps else piece.values
    return piece._replace(values=left)


# --- ends that belong to two ------------------------------------------------------------------------------------------


def _shared_ends(one: Explored, seen: PartSeen, pieces: Sequence[Piece]) -> Iterator[Found]:
    sets = [(stated_values(piece, seen.world) or (), place) for place, piece in enumerate(pieces) if piece.stated]
    # Ranges that share no more than an end are neighbours in the order of their values.
    ordered = sorted(one for one in sets if one[0])
    for one_set, other_set in itertools.pairwise(ordered):
        (earlier, place), (later, after) = sorted((one_set, other_set), key=lambda pair: pair[1])
        first, second = pieces[place], pieces[after]
        if first.scores == second.scores is not None:
            continue
        shared = ranges.intersection(earlier, later)
        spans = [ranges.to_interval(span) for span in shared]
        if len(spans) == 1 and spans[0].is_point and shared not in (earlier, later):
            text = show_values(shared, _unit(pieces, seen))
            yield finding(
                "shared-end",
                one.indicator.id,
                second.at,
                Text(
                    f"{text} 同时属于第 {first.at.line} 行和这里的范围,只因写在前面而归前者",
                    f"{text} lies in this range and in that of line {first.at.line}, which wins by standing first",
                ),
                Text("把其中一端写成 < 或 >", "write one of the two ends with < or >"),
                _without_end(second, hull(shared)),
            )


def _without_end(piece: Piece, shared: Interval) -> Edit | None:
    """The comparison of the later range without its end, which changes no score: the earlier one has it anyway."""
    for node in nodes(piece.when):
        match node:
            case Comparison("<=" | ">=" as op, Subject(), Number(value), at) if value == shared.lo:
                return Edit(at, op, op[0])
            case _:
                pass
    return None


# --- up and down ------------------------------------------------------------------------------------------------------


def _zigzag(one: Explored, seen: PartSeen, pieces: Sequence[Piece]) -> Iterator[Found]:
    steps = steps_of(pieces)
    if steps is None or not _valley([points for _, points in steps]):
        return
    unit = _unit(pieces, seen)
    listed = "、".join(f"{show_values((span,), unit)} {points_text(points)}" for span, points in steps)
    yield _up_and_down(one, seen, listed)


def steps_of(pieces: Sequence[Piece]) -> list[tuple[ranges.Span, Fraction]] | None:
    """Scores from the lowest measure to the highest; None where a piece has no single score."""
    steps = []
    for piece in pieces:
        if piece.values and (piece.scores is None or piece.scores.lo != piece.scores.hi):
            return None
        steps += [(span, piece.scores.hi) for span in piece.values if piece.scores is not None]
    return sorted(steps)


def _valley(points: Sequence[Fraction]) -> bool:
    """Whether points fall and rise again: up to a best value and down from there is sound."""
    fallen = False
    for one, after in itertools.pairwise(points):
        if after < one:
            fallen = True
        elif after > one and fallen:
            return True
    return False


def _knots(one: Explored, seen: PartSeen) -> Iterator[Found]:
    form = seen.part.form.otherwise if isinstance(seen.part.form, Threshold) else seen.part.form
    if isinstance(form, Interpolate) and _valley([points for _, points in form.knots]):
        listed = "、".join(f"{form.unit.show(at)} {points_text(points)}" for at, points in form.knots)
        yield _up_and_down(one, seen, listed)


def _up_and_down(one: Explored, seen: PartSeen, listed: str) -> Found:
    name = titled(seen.part)
    return finding(
        "points-up-and-down",
        one.indicator.id,
        seen.part.at,
        Text(
            f"{name.zh}的得分随测算值先降后升:{listed}",
            f"{name.en}: the points fall and rise again as the measure grows: {listed}",
        ),
        Text("核对各档的分值和上下限,是否有一档写反", "check the points and limits; one of them may be the wrong way round"),
    )  # fmt: skip


def _unit(pieces: Sequence[Piece], seen: PartSeen) -> Unit:
    for piece in pieces:
        unit = unit_of(piece.when)
        if unit.name:
            return unit
    return seen.world.unit or unit_of(None)
