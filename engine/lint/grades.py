"""Grade scales written with both ends, as documents publish them: scores in no grade, scores in two."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction

from engine.lint.book import Book, Edit, Found, finding
from engine.lint.totals import base_points, highest
from engine.lint.wording import points_text
from engine.model import GradeScale, GradeStep, Rulebook
from facts.problem import Text
from facts.values import Interval


def find_grades(book: Book) -> Iterator[Found]:
    """Every two neighbours, and the top of the scale."""
    rulebook, scale = book.rulebook, book.rulebook.grades
    if scale is None or scale.cite.uncertain:
        return
    scores = _Scores(rulebook, scale)
    for above, below in itertools.pairwise(scale.steps):
        yield from _between(above, below, scores)
    if book.complete and scale.steps:
        yield from _beyond(book, scale.steps[0], scores)


class _Scores:
    """Which scores there can be, as the scale measures them: rounded totals lie on a grid; vetoes set others."""

    def __init__(self, rulebook: Rulebook, scale: GradeScale) -> None:
        rounding, base = rulebook.defaults.round_score, base_points(rulebook)
        factor = Fraction(100) / base if scale.of == "percent" and base else Fraction(1)
        self.factor = factor
        self.step = None if rounding is None else factor / 10**rounding.places
        self.set = [v.effect.value * factor for v in rulebook.vetoes if v.effect.value is not None]

    def example(self, values: Interval) -> Fraction | None:
        """A score among these values; None where none can be."""
        assert values.lo is not None and values.hi is not None
        if values.lo > values.hi:
            return None
        stated = next((one for one in sorted(self.set) if values.contains(one)), None)
        if self.step is None:
            middle = (values.lo + values.hi) / 2
            return middle if values.contains(middle) else stated
        first = -(-values.lo // self.step) * self.step
        first += self.step if not values.contains(first) and first == values.lo else 0
        return first if values.contains(first) else stated


def _between(above: GradeStep, below: GradeStep, scores: _Scores) -> Iterator[Found]:
    """The upper end of a grade against the start of the next higher one."""
    end = below.end
    if end is None:
        return
    missing = Interval(end, above.start, lo_open=below.closed, hi_open=True)
    shared = Interval(above.start, end, hi_open=not below.closed)
    start, stated = points_text(above.start), points_text(end)
    edit = Edit(below.end_at, f"{'to' if below.closed else 'below'}: {stated}", f"below: {start}")
    if (score := scores.example(missing)) is not None:
        yield finding(
            "grade-range-gap",
            "rulebook",
            below.end_at,
            Text(f"“{below.grade}”到 {stated},“{above.grade}”从 {start} 起:{points_text(score)} 没有等级,计为“{below.grade}”", f"{below.grade} ends at {stated} and {above.grade} begins at {start}: {points_text(score)} lies in neither and is counted as {below.grade}"),
            Text(f"写 below: {start};原文就是这样的,在 grades.cite.uncertain 写明按哪一级", f"write `below: {start}`; where the document says it so, say in grades.cite.uncertain how it is read"),
            edit,
        )  # fmt: skip
    elif (score := scores.example(shared)) is not None:
        yield finding(
            "grade-range-overlap",
            "rulebook",
            below.end_at,
            Text(f"{points_text(score)} 既是“{below.grade}”(到 {stated})又是“{above.grade}”(从 {start} 起),计为“{above.grade}”", f"{points_text(score)} lies in {below.grade} (to {stated}) and in {above.grade} (from {start}); it is counted as {above.grade}"),
            Text(f"写 below: {start}", f"write `below: {start}`"),
            edit,
        )  # fmt: skip


def _beyond(book: Book, top: GradeStep, scores: _Scores) -> Iterator[Found]:
    """The upper end of the highest grade against the most that can be scored."""
    most = highest(book)
    if top.end is None or most is None:
        return
    graded = most * scores.factor
    if graded > top.end or (graded == top.end and not top.closed):
        end = points_text(top.end)
        yield finding(
            "grade-range-gap",
            "rulebook",
            top.end_at,
            Text(f"最高一级“{top.grade}”到 {end},而得分可以到 {points_text(graded)},仍计为“{top.grade}”", f"{top.grade}, the highest grade, ends at {end}, but {points_text(graded)} can be scored and is counted as {top.grade}"),
            Text("改终点,或写 total.cap", "correct the end, or state `total.cap`"),
        )  # fmt: skip
