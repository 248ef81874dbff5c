"""Criteria that stand twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.lint.book import Book, Found, finding
from engine.model import Citation, Fixed, Indicator, NotComputable, Part, Title
from facts.problem import Text
from facts.values import ZERO


def find_twins(book: Book) -> Iterator[Found]:
    """Indicators with the same criterion over the same facts, or the same title in one group."""
    criteria: dict[Part, Indicator] = {}
    titles: dict[tuple[str, str, str], Indicator] = {}
    for one in book.explored:
        indicator = one.indicator
        if not isinstance(indicator.part.form, Fixed | NotComputable):
            first = criteria.setdefault(_criterion(indicator.part), indicator)
            if first is not indicator:
                yield _twin(first, indicator)
                continue
        named = titles.setdefault((indicator.section, indicator.group, indicator.title.zh), indicator)
        if named is not indicator:
            yield _namesake(named, indicator)


def _criterion(part: Part) -> Part:
    """What a part decides, whatever it is called, cited or worth."""
    return replace(part, id="", title=Title(""), points=ZERO, cite=Citation(), unit=None)


def _twin(first: Indicator, second: Indicator) -> Found:
    return finding(
        "duplicate-criterion",
        second.id,
        second.at,
        Text(f"与“{first.title.zh}”({first.id})的评分标准完全相同:同一事实计分两次", f"the same criterion as {first.id}: one fact counts twice"),
        Text("删去其一;确属两项的,各用各的数据项", "remove one; if they are two, let each read its own concept"),
    )  # fmt: skip


def _namesake(first: Indicator, second: Indicator) -> Found:
    return finding(
        "duplicate-title",
        second.id,
        second.at,
        Text(f"与 {first.id} 同名:“{first.title.zh}”", f"has the title of {first.id}"),
        Text("名称写出两者的不同", "let the titles say how they differ"),
    )
