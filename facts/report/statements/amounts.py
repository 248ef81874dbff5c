"""Statements about figures: what each line says of its numbers, and one thing in two places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from facts.report.content import Report
from facts.report.figures import Number
from facts.report.items import Item, Words
from facts.report.statements.changes import bound_statements, change_statements
from facts.report.statements.formulas import formula_statements
from facts.report.statements.model import Statement
from facts.report.statements.parts import part_statements
from facts.report.statements.rates import EXACT, best, percentage, place, rate_statements
from facts.report.statements.satisfaction import satisfaction
from facts.values import ZERO, decimal_text

_YEARS = re.compile(r"20\d\d")
_OTHER_TIME = ("上年", "去年", "年初", "上一年", "期初", "同比", "较", "比")
# A share may be of a whole that a line before this one states.
NEARBY = 3


def amount_statements(report: Report) -> Iterator[Statement]:
    """All of them, in the order of the report within each kind."""
    for index, item in enumerate(report.items):
        yield from _share_of_points(item, index)
        for row in (item, *item.parts):
            yield from _execution_row(row, index)
    by_line: dict[int, list[Number]] = {}
    for number in report.numbers:
        by_line.setdefault(number.line.number, []).append(number)
    for line in report.lines:
        numbers = by_line.get(line.number, [])
        nearby = [n for back in range(NEARBY, -1, -1) for n in by_line.get(line.number - back, ())]
        yield from rate_statements(numbers, nearby, report.patterns)
        for rate in numbers:
            yield from best(satisfaction(rate, numbers, report.patterns))
        yield from part_statements(line, numbers, report.patterns)
        yield from change_statements(line, numbers, report.patterns)
        yield from bound_statements(line, numbers, report.patterns)
        yield from formula_statements(line)
    yield from _two_values(report)
    yield from _two_totals(report)


def _share_of_points(item: Item, index: int) -> Iterator[Statement]:
    """“满分3分,得2分(占66.67%)”."""
    claim = item.claim
    shares = item.origin == "prose" or "share" in item.columns
    if (
        not shares
        or item.rate is None
        or not item.rate.text.endswith("%")
        or claim.score is None
        or not claim.points
        or item.score is None
    ):
        return
    top, bottom = decimal_text(claim.score), decimal_text(claim.points)
    yield from percentage(
        claim.name,
        (item.rate.text, item.rate.place),
        (claim.score, top),
        (claim.points, bottom),
        EXACT,
        item.place,
        index,
    )


def _execution_row(item: Item, index: int) -> Iterator[Statement]:
    """A form's row of budget, amount executed and rate."""
    if item.origin != "table" or not (item.budget and item.executed and item.rate):
        return
    top, bottom = cell_number(item.executed), cell_number(item.budget)
    rate = item.rate.text + ("%" if "rate" in item.percents and not item.rate.text.endswith("%") else "")
    if top is None or not bottom or not re.fullmatch(r"\d+(\.\d+)?%", rate):
        return
    slack = (_slack(item.executed.text), _slack(item.budget.text))
    yield from percentage(
        f"{item.claim.name}执行率", (rate, item.rate.place), (top, item.executed.text),
        (bottom, item.budget.text), slack, (item.executed.place, item.budget.place), index,
    )  # fmt: skip


def cell_number(stretch: Words | None) -> Fraction | None:
    """An amount that stands alone in a cell."""
    if stretch is None:
        return None
    match = re.fullmatch(r"(\d[\d,]*(?:\.\d+)?)(?:万元|元)?", stretch.text)
    return Fraction(match[1].replace(",", "")) if match else None


def _slack(text: str) -> Fraction:
    return Fraction(1, 2 * 10 ** len(re.sub(r"[^\d.]", "", text).partition(".")[2]))


# --- one thing in two places ---


def _two_values(report: Report) -> Iterator[Statement]:
    """The same words, the same kind of number, two values: against the first place that said it."""
    first: dict[tuple[str, str, tuple[str, ...]], Number] = {}
    reported = set[tuple[str, Fraction]]()
    for number in report.numbers:
        if not number.label.endswith(report.patterns.words["singular"]) or any(
            w in number.context for w in _OTHER_TIME
        ):
            continue
        key = (_own_words(number.label, report), number.kind, tuple(_YEARS.findall(number.context)))
        before = first.setdefault(key, number)
        if before.value == number.value or (key[0], number.value) in reported:
            continue
        reported.add((key[0], number.value))
        yield Statement(
            {
                "subject_words": number.label,
                "here_number": number.value / before.factor,
                "there_number": before.value / before.factor,
                "rounding_slack": max(number.slack, before.slack) / before.factor if number.kind != "count" else ZERO,
            },
            (place(number), place(before)),
            unit=before.unit,
        )


def _own_words(label: str, report: Report) -> str:
    for name in report.names:
        label = label.replace(name, "")
    return label


def _two_totals(report: Report) -> Iterator[Statement]:
    """The total is said several times; each time against the first."""
    for said in report.totals[1:]:
        first = report.totals[0]
        if said.value is not None and first.value is not None and said.value != first.value:
            yield Statement(
                {
                    "subject_words": "总分",
                    "here_number": said.value,
                    "there_number": first.value,
                    "rounding_slack": ZERO,
                },
                ((said.whole or said.stretch).place, (first.whole or first.stretch).place),
                unit="分",
            )
            return
