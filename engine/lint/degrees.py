"""Points of a choice by degree (优良中差) that do not follow the degrees.

Only where the vocabulary lists the choices in the order of a scale everybody knows: any other list of choices has no order.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction

from engine.expr import Is, Name, Subject
from engine.lint.book import Book, Found, finding
from engine.lint.reach import Explored, PartSeen
from engine.lint.wording import points_text, titled
from engine.model import Bands
from facts.problem import Text

# From the best down; a list may leave some out.
_SCALES = (
    ("优", "良", "中", "差"),
    ("优秀", "良好", "中等", "一般", "合格", "较差", "差", "不合格"),
    ("很好", "好", "较好", "一般", "较差", "差", "很差"),
    ("显著", "较显著", "一般", "不显著"),
    ("明显", "较明显", "一般", "不明显"),
    ("满意", "基本满意", "一般", "不满意"),
)
_FEWEST = 3


def find_degrees(book: Book) -> Iterator[Found]:
    """Every part that gives points by the degree of a choice."""
    for one in book.explored:
        for seen in one.parts:
            yield from _part(one, seen)


def _part(one: Explored, seen: PartSeen) -> Iterator[Found]:
    form, measure = seen.part.form, seen.part.measure
    if not isinstance(form, Bands) or not isinstance(measure, Name):
        return
    concept = seen.world.vocabulary.concepts.get(measure.name)
    if concept is None or concept.type != "choice":
        return
    best_first = _best_first(concept.choices)
    points = _points(form)
    if not best_first or set(points) != set(best_first):
        return
    given = [points[choice] for choice in best_first]
    if all(better >= worse for better, worse in itertools.pairwise(given)):
        return
    name = titled(seen.part)
    listed = "、".join(f"{choice} {points_text(value)}" for choice, value in zip(best_first, given, strict=True))
    yield finding(
        "points-up-and-down",
        one.indicator.id,
        seen.part.at,
        Text(f"{name.zh}的得分不随程度由高到低:{listed}", f"{name.en}: the points do not follow the degrees: {listed}"),
        Text("核对各档的分值,是否有两档写反", "check the points; two of them may have been exchanged"),
    )


def _best_first(choices: Sequence[str]) -> tuple[str, ...]:
    """The choices from the best down; nothing where they are not listed in the order of a known scale."""
    for listed in (tuple(choices), tuple(reversed(choices))):
        for scale in _SCALES:
            if len(listed) >= _FEWEST and [word for word in scale if word in listed] == list(listed):
                return listed
    return ()


def _points(form: Bands) -> dict[str, Fraction]:
    """The points of each choice that has a band of its own."""
    found = {}
    for band in form.bands:
        match band.when:
            case Is(Subject(), label, False):
                found[label] = band.points
            case _:
                pass
    return found
