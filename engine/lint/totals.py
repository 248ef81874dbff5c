"""Sections, the total and the grades: caps, floors and grades against what can be reached at all."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from engine.lint.book import Book, Found, finding
from engine.lint.reach import Explored, stated_points
from engine.lint.wording import points_text
from engine.model import Rulebook, Section
from facts.problem import Text
from facts.values import ZERO


def find_totals(book: Book) -> Iterator[Found]:
    """Sections, then the total, then grades."""
    rulebook = book.rulebook
    for section in rulebook.sections:
        yield from _section(section)
    yield from _total(rulebook)
    if book.complete:
        yield from _without_floor(book)
        yield from _grades(book)


def _section(section: Section) -> Iterator[Found]:
    if section.cap is not None and section.kind == "base" and section.cap < section.points:
        cap, points = points_text(section.cap), points_text(section.points)
        yield finding(
            "cap-below-points",
            section.id,
            section.at,
            Text(f"一级指标 {section.id} 的 cap {cap} 低于它的分值 {points}", f"the cap {cap} of section {section.id} is below its {points} points"),
            Text("改 cap 或 points", "correct `cap` or `points`"),
        )  # fmt: skip


def _total(rulebook: Rulebook) -> Iterator[Found]:
    base = base_points(rulebook)
    if rulebook.cap is not None and rulebook.cap < base:
        cap, points = points_text(rulebook.cap), points_text(base)
        yield finding(
            "cap-below-points",
            "rulebook",
            rulebook.at,
            Text(f"总分 cap {cap} 低于各一级指标分值之和 {points}", f"the cap {cap} of the total is below the {points} points of its sections"),
            Text("改 total.cap 或分值", "correct total.cap or the points"),
        )  # fmt: skip


def base_points(rulebook: Rulebook) -> Fraction:
    """Declared points of the base sections."""
    return sum((s.points for s in rulebook.sections if s.kind == "base"), ZERO)


def _without_floor(book: Book) -> Iterator[Found]:
    """A total that can fall below zero while nothing says how far."""
    rulebook = book.rulebook
    if rulebook.floor is not None:
        return
    lows = [_lowest(section, book) for section in rulebook.sections]
    negative = [section for section, low in zip(rulebook.sections, lows, strict=True) if low < 0]
    if negative and sum(lows, ZERO) < 0:
        names = "、".join(section.id for section in negative)
        low = points_text(sum(lows, ZERO))
        yield finding(
            "total-without-floor",
            "rulebook",
            rulebook.at,
            Text(f"{names} 可使总分低到 {low},而总分没有写明下限", f"{names} can take the total down to {low}, and it has no floor"),
            Text("写 total: {floor: 0};总分确可为负的也写明", "write `total: {floor: 0}`; where it may be negative, say how far"),
        )  # fmt: skip


def _lowest(section: Section, book: Book) -> Fraction:
    """The least a section can give: what its own floors allow."""
    inside = book.by_section[section.id]
    low = sum((_floor(one) for one in inside), ZERO)
    if section.model == "declared_less_deductions" and section.kind == "base":
        low = ZERO
    if section.floor is not None:
        low = max(low, section.floor)
    elif section.kind == "malus":
        low = max(low, -section.points)
    return min(low, ZERO) if section.counts_if is not None else low


def _floor(one: Explored) -> Fraction:
    part = one.indicator.part
    if part.floor is not None:
        return part.floor
    points = stated_points(part)
    return -(points or ZERO) if one.malus else ZERO


def _grades(book: Book) -> Iterator[Found]:
    """A grade that begins above everything that can be scored."""
    rulebook, scale = book.rulebook, book.rulebook.grades
    most = highest(book)
    base = base_points(rulebook)
    if scale is None or most is None or (scale.of == "percent" and not base):
        return
    graded = most if scale.of == "score" else most * 100 / base
    set_by_veto = {veto.effect.grade for veto in rulebook.vetoes}
    for step in scale.steps:
        if step.start > graded and step.grade not in set_by_veto:
            start, top = points_text(step.start), points_text(graded)
            yield finding(
                "grade-never-reached",
                "rulebook",
                step.at,
                Text(f"等级“{step.grade}”从 {start} 起,而最高只能评到 {top}", f"grade {step.grade} begins at {start}, but {top} is the most that can be reached"),
                Text("核对等级的起点与总分值(score 按分、percent 按百分比)", "check the start against the points (`score` counts points, `percent` percent of them)"),
            )  # fmt: skip


def highest(book: Book) -> Fraction | None:
    """The most the total can be; None where it cannot be bounded."""
    total = ZERO
    for section in book.rulebook.sections:
        most = _highest_of(section, book)
        if most is None:
            return None
        total += most
    rulebook = book.rulebook
    if any(veto.effect.kind == "score" for veto in rulebook.vetoes):
        return None
    total = total if rulebook.cap is None else min(total, rulebook.cap)
    rounding = rulebook.defaults.round_score
    return rounding(total) if rounding else total


def _highest_of(section: Section, book: Book) -> Fraction | None:
    if section.cap is not None or section.kind != "base":
        return section.cap if section.cap is not None else (ZERO if section.kind == "malus" else section.points)
    inside = book.by_section[section.id]
    caps = [_cap(one) for one in inside]
    known = [cap for cap in caps if cap is not None]
    if len(known) < len(caps) or any(one.indicator.part.policies.not_applicable == "spread" for one in inside):
        return None
    if any(one.indicator.part.policies.not_applicable == "rescale" for one in inside) or section.model == "rescaled":
        capped = any(one.indicator.part.cap is not None for one in inside)
        return None if capped else max(section.points, sum(known, ZERO))
    if section.model == "declared_less_deductions":
        points = [stated_points(one.indicator.part) or ZERO for one in inside]
        return section.points + sum((cap - p for cap, p in zip(known, points, strict=True) if cap > p), ZERO)
    return sum(known, ZERO)


def _cap(one: Explored) -> Fraction | None:
    part = one.indicator.part
    cap = part.cap if part.cap is not None else stated_points(part)
    if cap is None:
        return None
    rounding = part.policies.round_score
    return rounding(cap) if rounding else cap
