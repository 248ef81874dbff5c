"""Texts that say another number than the rule: titles, reasons and quotes against points, thresholds and steps.

A text is only held against the rule where none of its numbers is one of the rule's: a text may say more than the rule.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

import re2

from engine.expr import Expr, Name, Number
from engine.lint.book import Book, Found, finding
from engine.lint.reach import Explored, PartSeen, forms_in, stated_points
from engine.lint.values import World
from engine.lint.wording import points_text
from engine.model import (
    Bands,
    Fixed,
    Form,
    Guard,
    Interpolate,
    Item,
    Items,
    Judged,
    Part,
    PerUnit,
    Proportional,
)
from engine.walk import form_trees, nodes
from facts.problem import Text
from facts.provenance import Position
from facts.units import COUNT, NUMBER, POINTS_OF_RATE, RATE, SCORE, Dimension, parse_unit
from facts.values import parse_decimal

_NUMBER = r"(\d+(?:\.\d+)?)\s*"
_LOST = re2.compile(r"(?:扣|扣除|扣减|减)\s*" + _NUMBER + "分")
_GIVEN = re2.compile(r"(?:得|计|加|给|记|奖)\s*" + _NUMBER + "分")
_NOTHING = re2.compile(r"不得分|不计分|得零分")
_IN_TITLE = re2.compile(r"[（(]\s*" + _NUMBER + r"分\s*[)）]")
_UNITS = r"(%|％|个百分点|百分点|万元|亿元|元|个工作日|工作日|天|日|个月|月|年|份|次|件|项|个|人|户|篇|期)"
_BEFORE = (
    r"(?:低于|不足|少于|小于|未达到|未达|达不到|达到|超过|超出|高于|大于|多于|不超过|不低于|至少|至多|≥|≤|>|<|>=|<=)"
)
_COMPARED = re2.compile(_BEFORE + r"\s*[（(]?含?[)）]?\s*" + _NUMBER + _UNITS)
_COMPARED_AFTER = re2.compile(_NUMBER + _UNITS + r"\s*[（(]?含?[)）]?\s*(?:以上|以下|以内|及以上|及以下)")
_STEP = re2.compile(r"每[^0-9,，。;；]{0,8}" + _NUMBER + r"[%％]")
_CLOSED = re2.compile(r"(\d+)\s*(?:分|%|％)?\s*[-—–~～至到]\s*(\d+)\s*(分|%|％)")
MAX_TEXT = 2_000
# With more points than this a rule has nearly every number a text can name.
MAX_POINTS = 100


class Said(NamedTuple):
    """A number in a text, in base units, as it is written."""

    value: Fraction
    dimension: Dimension
    written: str


@dataclass(slots=True)
class Numbers:
    """Every number a rule has: points and their differences, thresholds and steps by dimension."""

    points: set[Fraction] = field(default_factory=set)
    limits: dict[Dimension, set[Fraction]] = field(default_factory=dict)

    def limit(self, value: Fraction, dimension: Dimension) -> None:
        """Note a threshold or step."""
        self.limits.setdefault(_alike(dimension), set()).add(value)

    def known(self, dimension: Dimension) -> set[Fraction]:
        """Thresholds a number of this dimension may mean: texts write % for 百分点 too."""
        found = self.limits.get(dimension, set())
        return found | self.limits.get(POINTS_OF_RATE, set()) if found and dimension == RATE else found


def find_textual(book: Book) -> Iterator[Found]:
    """Titles, reasons and quotes of the indicators; closed scales in quotes and grades."""
    for one in book.explored:
        for seen in one.parts:
            yield from _reasons(one, seen)
        yield from _indicator(one)
    yield from _closed_grades(book)


# --- what a rule has --------------------------------------------------------------------------------------------------


def _numbers(parts: Sequence[PartSeen]) -> Numbers:
    found = Numbers()
    for seen in parts:
        part, points = seen.part, stated_points(seen.part)
        if points is not None:
            found.points.add(points)
        found.points.update(end for end in (part.floor, part.cap) if end is not None)
        for tree in _trees(part):
            _limits_in(tree, seen.world, found)
        for form in forms_in(part.form):
            _form_numbers(form, found)
    if len(found.points) <= MAX_POINTS:
        found.points |= {abs(one - other) for one in found.points for other in found.points}
    return found


def _trees(part: Part) -> Iterator[Expr]:
    guards = [guard.when for guard in (*part.voids, *part.exempts)]
    conditions = [b.when for form in forms_in(part.form) if isinstance(form, Bands) for b in form.bands]
    yield from (tree for tree in (part.measure, part.applies, *guards, *conditions) if tree is not None)
    yield from form_trees(part.form)


def _limits_in(tree: Expr, world: World, found: Numbers) -> None:
    for node in nodes(tree):
        if isinstance(node, Number):
            found.limit(node.value, node.unit.dimension)
        elif isinstance(node, Name) and node.name in world.parameters:
            parameter = world.parameters[node.name]
            for _, value in parameter.values:
                found.limit(value, parameter.unit.dimension)


def _form_numbers(form: Form, found: Numbers) -> None:
    match form:
        case PerUnit():
            found.points.update(p for p in (form.amount, form.limit, form.start) if p is not None)
            found.limit(form.per, form.per_unit.dimension)
        case Items(items=items):
            found.points.update(p for item in items for p in (item.points, item.limit) if p is not None)
        case Bands(bands):
            found.points.update(band.points for band in bands)
        case Fixed(points):
            found.points.add(points)
        case Judged(ranges=ranges):
            found.points.update(end for one in ranges for end in (one.low, one.high))
        case Interpolate(knots=knots, unit=unit):
            found.points.update(points for _, points in knots)
            for at, _ in knots:
                found.limit(at, unit.dimension)
        case Proportional(up_to=up_to):
            found.limit(up_to, NUMBER)


def _alike(dimension: Dimension) -> Dimension:
    """Counts, points and pure numbers are written alike."""
    return NUMBER if dimension in (COUNT, SCORE) else dimension


# --- what a text says -------------------------------------------------------------------------------------------------


def _limits_said(text: str) -> list[Said]:
    found = []
    for number, unit_name in [m.groups()[:2] for p in (_COMPARED, _COMPARED_AFTER) for m in p.finditer(text)]:
        value, unit = parse_decimal(number), parse_unit(unit_name.replace("％", "%"))
        if value is not None and unit is not None:
            found.append(Said(value * unit.factor, _alike(unit.dimension), number + unit_name))
    return found


def _points_said(text: str) -> list[Said]:
    numbers = [match.group(1) for pattern in (_LOST, _GIVEN) for match in pattern.finditer(text)]
    values = [(parse_decimal(number), number) for number in numbers]
    return [Said(value, SCORE, number) for value, number in values if value is not None]


def _other_limit(text: str, numbers: Numbers) -> Said | None:
    """The first threshold in a text, where the rule has thresholds of that kind and none the text names."""
    said = _limits_said(text)
    for one in said:
        known = numbers.known(one.dimension)
        alike = [other.value for other in said if other.dimension == one.dimension]
        if known and known.isdisjoint(alike):
            return one
    return None


# --- reasons ----------------------------------------------------------------------------------------------------------


def _reasons(one: Explored, seen: PartSeen) -> Iterator[Found]:
    numbers = _numbers([seen])
    for guard in (*seen.part.voids, *seen.part.exempts):
        yield from _reason_limits(one, guard.at, guard.reason, _of_guard(guard, seen.world))
    for form in forms_in(seen.part.form):
        if isinstance(form, Items):
            for item in form.items:
                yield from _item(one, seen, form, item)
        elif isinstance(form, Bands):
            for band in form.bands:
                yield from _reason_limits(one, band.at, band.reason, numbers)
                yield from _given(one, band.at, band.reason, band.points, seen.part)
        elif isinstance(form, Fixed):
            yield from _given(one, seen.part.at, form.reason, form.points, seen.part)
        reason = getattr(form, "reason", "")
        if reason and not isinstance(form, Fixed):
            yield from _reason_limits(one, seen.part.at, reason, numbers)
            yield from _reason_points(one, seen.part.at, reason, numbers)


def _of_guard(guard: Guard, world: World) -> Numbers:
    found = Numbers()
    _limits_in(guard.when, world, found)
    return found


def _item(one: Explored, seen: PartSeen, form: Items, item: Item) -> Iterator[Found]:
    own = Numbers({p for p in (item.points, item.limit) if p is not None})
    points = stated_points(seen.part)
    if points is not None:
        own.points |= {points, points - item.points}
    for tree in (item.when, item.each):
        if tree is not None:
            _limits_in(tree, seen.world, own)
    text = item.reason or item.title
    yield from _reason_limits(one, item.at, text, own)
    yield from _reason_points(one, item.at, text, own)


def _reason_limits(one: Explored, at: Position, text: str, numbers: Numbers) -> Iterator[Found]:
    other = _other_limit(text[:MAX_TEXT], numbers)
    if other is not None:
        known = sorted(numbers.known(other.dimension))
        yield _threshold(one, at, text, other, known)


def _reason_points(one: Explored, at: Position, text: str, numbers: Numbers) -> Iterator[Found]:
    said = _points_said(text[:MAX_TEXT])
    if said and len(numbers.points) <= MAX_POINTS**2 and numbers.points.isdisjoint(one.value for one in said):
        yield _points(one, at, text, said[0], numbers)


def _given(one: Explored, at: Position, text: str, points: Fraction, part: Part) -> Iterator[Found]:
    full = stated_points(part)
    own = Numbers({points} | ({full - points, full} if full is not None else set()))
    if points and _NOTHING.search(text[:MAX_TEXT]):
        yield _points(one, at, text, Said(Fraction(0), SCORE, "0"), own)
    yield from _reason_points(one, at, text, own)


# --- titles and quotes ------------------------------------------------------------------------------------------------


def _indicator(one: Explored) -> Iterator[Found]:
    part = one.indicator.part
    numbers = _numbers(one.parts)
    title, points = part.title.zh, stated_points(part)
    for match in _IN_TITLE.finditer(title):
        said = parse_decimal(match.group(1))
        if said is not None and points is not None and said != points:
            yield _points(one, part.at, title, Said(said, SCORE, match.group(1)), Numbers({points}))
    quote = part.cite.quote[:MAX_TEXT]
    for text in (title, quote):
        yield from _reason_limits(one, part.at, text, numbers)
    yield from _reason_points(one, part.at, quote, numbers)
    yield from _percent(one, part, quote)
    if not part.cite.uncertain:
        yield from _closed(one.indicator.id, part.at, quote)


def _percent(one: Explored, part: Part, quote: str) -> Iterator[Found]:
    """`每超过1%` read as 百分点, or 百分点 read as something else, with nothing said about it."""
    steps = [form for seen in one.parts for form in forms_in(seen.part.form) if isinstance(form, PerUnit)]
    if len(steps) != 1 or part.cite.uncertain:
        return
    in_points = steps[0].per_unit.dimension == POINTS_OF_RATE
    if in_points and "百分点" not in quote and _STEP.search(quote):
        message = Text("原文按 % 计步,规则按百分点计步:两者不是一回事", "the quote counts steps in %, the rule in 百分点 (percentage points): they differ")  # fmt: skip
    elif not in_points and "百分点" in quote:
        message = Text("原文按百分点计步,规则却不是", "the quote counts steps in 百分点 (percentage points), the rule does not")  # fmt: skip
    else:
        return
    hint = Text("确按此理解的,在 cite.uncertain 里写明", "where this is how you read it, say so in cite.uncertain")
    yield finding("percent-or-points", one.indicator.id, part.at, message, hint)


# --- closed scales ----------------------------------------------------------------------------------------------------


def _closed_grades(book: Book) -> Iterator[Found]:
    rulebook = book.rulebook
    if rulebook.grades is not None and not rulebook.cite.uncertain:
        names = ";".join(step.grade for step in rulebook.grades.steps)
        at = rulebook.grades.steps[0].at if rulebook.grades.steps else rulebook.at
        yield from _closed("rulebook", at, names)
    if not rulebook.cite.uncertain:
        yield from _closed("rulebook", rulebook.at, rulebook.cite.quote[:MAX_TEXT])


def _closed(target: str, at: Position, text: str) -> Iterator[Found]:
    """A scale of 80-89分 and 90-100分, which leaves 89.5 to neither."""
    pairs = sorted({(int(m.group(1)), int(m.group(2))) for m in _CLOSED.finditer(text) if len(m.group(1)) < 9})
    for (low, high), (start, end) in itertools.pairwise(pairs):
        if low <= high and start == high + 1 and start <= end:
            yield finding(
                "closed-scale",
                target,
                at,
                Text(f"原文“{low}-{high}、{start}-{end}”之间的 {high}.5 没有归属", f"the text's {low}-{high} and {start}-{end} leave {high}.5 to neither"),
                Text("在 cite.uncertain 里写明按哪一种理解(规则用半开区间)", "say in cite.uncertain how it is read (rules use half-open ranges)"),
            )  # fmt: skip
            return


# --- findings ---------------------------------------------------------------------------------------------------------


def _points(one: Explored, at: Position, text: str, said: Said, numbers: Numbers) -> Found:
    known = "、".join(points_text(points) for points in sorted(numbers.points)[:5])
    return finding(
        "text-points",
        one.indicator.id,
        at,
        Text(f"文字写 {said.written} 分(“{text[:40]}”),规则里没有这个分值(有 {known})", f"the text says {said.written} points, which the rule does not have (it has {known})"),
        Text("改文字或改规则,使两者一致", "correct the text or the rule"),
    )  # fmt: skip


def _threshold(one: Explored, at: Position, text: str, said: Said, known: Sequence[Fraction]) -> Found:
    written = said.written
    suffix = written.lstrip("0123456789.")
    unit = parse_unit(suffix.replace("％", "%"))
    listed = "、".join(unit.show(value) for value in known[:5]) if unit else ""
    return finding(
        "text-threshold",
        one.indicator.id,
        at,
        Text(f"文字写 {written}(“{text[:40]}”),规则里的是 {listed}", f"the text says {written}, the rule has {listed}"),
        Text("改文字或改规则,使两者一致", "correct the text or the rule"),
    )
