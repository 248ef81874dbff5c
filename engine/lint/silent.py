"""Policies that decide points and are only inherited from the rulebook's defaults."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from engine.lint.book import Book, Found, finding
from engine.lint.reach import Explored, PartSeen, forms_in
from engine.model import PerUnit
from facts.problem import Text


def find_silent(book: Book) -> Iterator[Found]:
    """One note per indicator and policy."""
    for one in book.explored:
        yield from _missing(one)
        yield from _not_applicable(one)
        yield from _partial(one)


def _missing(one: Explored) -> Iterator[Found]:
    part = one.indicator.part
    policy = part.policies.missing
    if policy == "undetermined" or "missing" in part.stated:
        return
    what = Text("0 分", "zero points") if policy == "zero" else Text("满分", "full points")
    yield finding(
        "silent-missing",
        one.indicator.id,
        part.at,
        Text(f"缺数据时本项得{what.zh},但只写在规则集的默认里", f"missing facts give {what.en} here, which only the rulebook's defaults say"),
        Text(f"在本项写 missing: {policy},或改为 undetermined", f"write `missing: {policy}` on the item, or make it undetermined"),
    )  # fmt: skip


def _not_applicable(one: Explored) -> Iterator[Found]:
    for seen in one.parts:
        part = seen.part
        if part.applies is None or "not_applicable" in part.stated or part.cite.uncertain:
            continue
        policy = part.policies.not_applicable
        yield finding(
            "silent-not-applicable",
            one.indicator.id,
            part.at,
            Text(f"本项可以不适用,怎么计分却没有写明;按规则集的默认:{policy}", f"the item may not apply and is silent about its points; the rulebook's default is {policy}"),
            Text(f"在本项写 not_applicable: {policy}(full、rescale、spread、exclude 之一)", f"write `not_applicable: {policy}` on the item (full, rescale, spread or exclude)"),
        )  # fmt: skip


def _partial(one: Explored) -> Iterator[Found]:
    for seen in one.parts:
        for form in forms_in(seen.part.form):
            if isinstance(form, PerUnit) and _matters(form, seen):
                policy = form.partial_unit
                yield finding(
                    "silent-partial-unit",
                    one.indicator.id,
                    seen.part.at,
                    Text(f"不足一个单位怎么算没有写明;按规则集的默认:{policy}", f"what a partial unit counts is not said; the rulebook's default is {policy}"),
                    Text(f"在 per_unit 里写 partial_unit: {policy}(up 进一、down 舍去、linear 按比例)", f"write `partial_unit: {policy}` in per_unit (up, down or linear)"),
                )  # fmt: skip


def _matters(form: PerUnit, seen: PartSeen) -> bool:
    """Whether there can be partial units nobody has said anything about."""
    if form.partial_stated or "partial_unit" in seen.part.stated or seen.part.cite.uncertain:
        return False
    measure = seen.world.measure
    counted = measure is not None and seen.world.is_whole(measure) and seen.world.is_whole(form.base)
    return not (counted and Fraction(1) % form.per == 0)
