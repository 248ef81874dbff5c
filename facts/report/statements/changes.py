"""Statements about comparisons: what is said to rise, fall, reach a mark or stay within a limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from facts.provenance import Provenance
from facts.report.figures import Number
from facts.report.lines import Line
from facts.report.patterns import Found, Patterns
from facts.report.statements.model import Known, Statement
from facts.report.statements.rates import EXACT, Slack, best, percentage, place, slot
from facts.values import ZERO, decimal_text

_PLAIN = ("money", "count", "number", "rate", "points", "mass", "area", "length")


@dataclass(frozen=True, slots=True)
class _Change:
    """A sentence that compares: now with before, by how much, at what rate; what it does not say is None."""

    line: Line
    found: Found
    up: bool
    now: Number | None
    before: Number | None
    by: Number | None

    @property
    def words(self) -> str:
        return (self.now.label if self.now else "") or self.found.text("direction")


def change_statements(line: Line, numbers: Sequence[Number], patterns: Patterns) -> Iterator[Statement]:
    """Every comparison with an earlier year, a budget or a plan."""
    for found in patterns.find("changes", line.text):
        now, before, by = (slot(found, name, numbers) for name in ("now", "before", "by"))
        up = found.text("direction") in patterns.directions.get("up", ())
        change = _Change(line, found, up, now, before, by)
        if now is not None and before is not None and now.kind == before.kind:
            yield from _direction(change, now, before)
            yield from _difference(change, now, before)
        yield from best(list(_rates(change, numbers)))


def _direction(change: _Change, now: Number, before: Number) -> Iterator[Statement]:
    names = ("risen", "risen_base") if change.up else ("fallen", "fallen_base")
    scale = now.factor
    values: dict[str, Known] = {
        "subject_words": change.words, names[0]: now.value / scale, names[1]: before.value / scale,
    }  # fmt: skip
    yield Statement(values, (place(now), place(before)), unit=now.unit)


def _difference(change: _Change, now: Number, before: Number) -> Iterator[Statement]:
    by = change.by
    same = by is not None and (by.kind == now.kind or (by.kind, now.kind) == ("points", "rate"))
    if by is None or not same or (now.value >= before.value) != change.up:
        return
    scale = now.factor
    slack = now.slack + before.slack + by.slack if scale != 1 or now.kind == "rate" else ZERO
    yield Statement(
        {
            "subject_words": change.words,
            "stated_change": (1 if change.up else -1) * by.value / scale,
            "now_number": now.value / scale,
            "before_number": before.value / scale,
            "rounding_slack": slack / scale,
        },
        (place(by), place(now), place(before)),
        unit=now.unit,
    )


def _rates(change: _Change, numbers: Sequence[Number]) -> Iterator[Statement]:
    """The rate of the change, against the change and what it is a change of."""
    now, before, by = change.now, change.before, change.by
    at = change.found.slots.get("rate")
    if at is None and by is not None and by.kind == "rate":
        at, by = change.found.slots["by"], None  # “较上年4.5万元下降8.44%”
    if at is None or not at[2].endswith("%"):
        return
    rate = (at[2], change.line.place(at[0], at[1]))
    if before is not None and before.value > 0 and before.kind not in ("rate", "points"):
        if now is not None and now.kind == before.kind:
            slack = (now.slack + before.slack, before.slack) if now.factor > 1 else EXACT
            yield from _rate(change, rate, abs(now.value - before.value), before.value, slack, (now, before))
        if by is not None and by.kind == before.kind:
            slack = (by.slack, before.slack) if by.factor > 1 else EXACT
            yield from _rate(change, rate, by.value, before.value, slack, (by, before))
    elif before is None and by is not None and now is not None and now.kind == by.kind and by.kind != "points":
        yield from _from_base(change, rate, by, now, numbers)


def _from_base(
    change: _Change, rate: tuple[str, Provenance], by: Number, now: Number, numbers: Sequence[Number]
) -> Iterator[Statement]:
    """“792.22万元,同比增加189.25万元,增加31.39%”: what it was is what it is without the change."""
    others = [n for n in numbers if n.kind == now.kind and n.end <= now.start]
    for one in (now, *reversed(others)):
        base = one.value - by.value if change.up else one.value + by.value
        if base > 0:
            slack = (by.slack, one.slack + by.slack) if one.factor > 1 else EXACT
            yield from _rate(change, rate, by.value, base, slack, (by, one))


def _rate(
    change: _Change,
    rate: tuple[str, Provenance],
    top: Fraction,
    bottom: Fraction,
    slack: Slack,
    shown: tuple[Number, Number],
) -> Iterator[Statement]:
    unit = shown[0].unit
    words = [f"{decimal_text(value / shown[0].factor)}{unit}" for value in (top, bottom)]
    yield from percentage(
        change.words, rate, (top, words[0]), (bottom, words[1]), slack, tuple(place(n) for n in shown)
    )  # fmt: skip


# --- limits and marks ---

_RELATIONS = {
    "at_most": ("limited", "limit"),
    "below": ("limited", "limit"),
    "at_least": ("reaching", "mark"),
    "above": ("reaching", "mark"),
}


def bound_statements(line: Line, numbers: Sequence[Number], patterns: Patterns) -> Iterator[Statement]:
    """未超过, 达到, 低于, 未达到: both numbers are written down."""
    seen = set[tuple[int, int]]()
    for bound in patterns.bounds:
        for found in bound.pattern.find(line.text):
            value, limit = (slot(found, name, numbers) for name in ("value", "limit"))
            if value is None or limit is None or value.kind != limit.kind or value.unit != limit.unit:
                continue
            if (value.start, limit.start) in seen or _is_difference(bound.relation, value, limit):
                continue
            seen.add((value.start, limit.start))
            first, second = _RELATIONS[bound.relation]
            scale = value.factor
            yield Statement(
                {"subject_words": value.label or value.shown, first: value.value / scale, second: limit.value / scale},
                (place(value), place(limit)),
                unit=value.unit,
            )


_COMPARED = ("上年", "去年", "同期", "预算", "平均", "年度", "计划", "目标任务")


def _is_difference(relation: str, value: Number, limit: Number) -> bool:
    """“低于上年2万元” says by how much, not what; a rate is lower by 百分点 and so never reads as a difference."""
    between = value.line.text[value.end : limit.start]
    return relation == "below" and limit.kind != "rate" and between.endswith(_COMPARED)
