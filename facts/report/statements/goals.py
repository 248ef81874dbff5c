"""Statements about targets, results, deductions and the grade."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from facts.cleaning.amounts import find_quantities
from facts.cleaning.model import Written
from facts.provenance import Provenance
from facts.report.besides import note_lines
from facts.report.content import Report
from facts.report.figures import Number
from facts.report.items import Item
from facts.report.statements.amounts import cell_number
from facts.report.statements.model import Known, Statement, yes
from facts.report.statements.rates import place, slot
from facts.values import decimal_text, parse_decimal

_SIGNS = {
    "≥": "least", ">=": "least", "不低于": "least", "不少于": "least", "大于等于": "least", "达到": "least", ">": "least",
    "≤": "most", "<=": "most", "不高于": "most", "不超过": "most", "小于等于": "most", "控制在": "most", "<": "most",
    "=": "exact",
}  # fmt: skip
_TARGET = re.compile(
    rf"(?P<sign>{'|'.join(map(re.escape, sorted(_SIGNS, key=len, reverse=True)))})?(?P<number>\d[\d,]*(?:\.\d+)?)"
    r"(?P<unit>[^\d,.;]{0,6}?)(?P<after>以上|及以上|以内|以下|及以下)?$"
)
# 12月底前, 2022年底: a day, no quantity.
_DATE = re.compile(r"[年月日号]")


@dataclass(frozen=True, slots=True)
class Target:
    """A quantified target: which side, how much, of what."""

    side: Literal["least", "most", "exact"]
    number: Fraction
    unit: str


def read_target(text: str) -> Target | None:
    """A target that is one number; None for anything else.

    >>> read_target("≥95%")
    Target(side='least', number=Fraction(95, 1), unit='%')
    >>> read_target("按时完成") is None
    True
    """
    match = _TARGET.match(text)
    number = parse_decimal(match["number"]) if match else None
    if match is None or number is None:
        return None
    if _DATE.match(match["unit"]) and (not match["sign"] or match["unit"] != "年"):
        return None
    side = _SIGNS.get(match["sign"] or "", "exact")
    if match["after"]:
        side = "least" if match["after"].endswith("上") else "most"
    return Target(side, number, match["unit"])  # type: ignore[arg-type]  # from _SIGNS


def goal_statements(report: Report) -> Iterator[Statement]:
    """All of them."""
    yield from _targets(report)
    yield from _restated(report)
    yield from _results_in_prose(report)
    yield from _missing_targets(report)
    yield from _reasons(report)
    yield from _grade(report)
    yield from _grades_in_tables(report)
    yield from _scores_by_rate(report)


# --- targets and results in tables ---


def _targets(report: Report) -> Iterator[Statement]:
    for index, item in enumerate(report.items):
        if not item.is_leaf or item.target is None or "actual" not in item.columns or not _full(item):
            continue
        target = read_target(item.goal or item.target.text)
        if target is not None and item.actual is not None:
            yield from _against(item, index, target, report)


def _full(item: Item) -> bool:
    claim = item.claim
    return bool(claim.points) and claim.score == claim.points


def _against(item: Item, index: int, target: Target, report: Report) -> Iterator[Statement]:
    assert item.target is not None and item.actual is not None
    name, actual = item.claim.name, item.actual.text
    places = (item.actual.place, item.target.place)
    copied = actual == (item.goal or item.target.text) and target.side != "exact"
    yield Statement({"subject_words": name, "copies_target": yes(copied)}, places, item=index)
    if copied:
        return
    if not any(character.isdigit() for character in actual):
        whole = target.unit == "%" and target.number == 100 and _has(actual, "whole_words", report)
        if not whole and not re.search(r"[一二两三四五六七八九十百]", actual):
            yield Statement({"subject_words": name, "has_actual": "否"}, places, item=index)
        return
    achieved = _achieved(actual, target)
    if achieved is None:
        return
    side = target.side
    if side == "exact" and target.number == 0:
        side = "most"  # of what is to be none, none is allowed
    if side == "exact":
        side = "most" if _has(item.claim.group + name, "less_is_better", report) else "least"
        if side == "most":
            return  # what a bare number means for costs and deadlines is not said
    if side == "least":
        values = {"achieved": achieved, "target_lower": target.number}
    else:
        values = {"achieved": achieved, "target_upper": target.number}
    yield Statement({"subject_words": name, **values}, places, unit=target.unit, item=index)


def is_met(item: Item, report: Report) -> bool:
    """Whether a row shows a quantified target and one number that meets it, on a side that is certain."""
    target = read_target(item.goal or item.target.text) if item.target is not None else None
    achieved = _achieved(item.actual.text, target) if target is not None and item.actual is not None else None
    if target is None or achieved is None:
        return False
    if target.side == "least":
        return achieved >= target.number
    if target.side == "most":
        return achieved <= target.number
    more = not _has(item.claim.group + item.claim.name, "less_is_better", report)
    return achieved == target.number or (more and target.number > 0 and achieved > target.number)


def _achieved(text: str, target: Target) -> Fraction | None:
    """The one number of a result, in the target's unit; None where it is not plain."""
    match = re.fullmatch(r"(?:已?完成|实际|达到|共)?(\d[\d,]*(?:\.\d+)?)([^\d,.;]{0,6})", text)
    if match is None or match[2] not in (target.unit, ""):
        return None
    number = parse_decimal(match[1])
    if number is not None and match[2] == "":
        # 0.95 beside a target of 95% may be a rate, 18500 beside 2万元 may be 元; without its own unit nobody knows.
        rate = target.unit == "%" and number <= 1
        scaled = target.unit.startswith(("万", "亿", "千")) and number >= 100 * target.number
        return None if rate or scaled else number
    return number


def _has(text: str, words: str, report: Report) -> bool:
    return any(word in text for word in report.patterns.words[words])


def _missing_targets(report: Report) -> Iterator[Statement]:
    """An empty target where nearly all rows have one; a target where there is no indicator."""
    tables = sorted({item.table for item in report.items if item.origin == "table"})
    for table in tables:
        rows = [(n, i) for n, i in enumerate(report.items) if i.table == table and i.is_leaf and "target" in i.columns]
        filled = [item for _, item in rows if item.target is not None]
        if len(filled) < 3 or len(filled) * 5 < len(rows) * 4:
            continue
        yield from _unnamed(rows)
        for index, item in rows:
            if item.target is None and "executed" not in item.columns and item.title and not _is_execution(item):
                values = {"subject_words": item.claim.name, "has_target": "否"}
                yield Statement(values, (item.title.place,), item=index)


def _unnamed(rows: Sequence[tuple[int, Item]]) -> Iterator[Statement]:
    """A target in a row without an indicator, where the other rows have one."""
    unnamed = [(n, item) for n, item in rows if not item.named and item.target is not None]
    if "indicator" in rows[0][1].columns and len(unnamed) * 5 <= len(rows):
        for index, item in unnamed:
            assert item.target is not None
            values = {"subject_words": item.target.text, "has_indicator": "否"}
            yield Statement(values, (item.target.place,), item=index)


def _is_execution(item: Item) -> bool:
    return "执行率" in item.claim.name or "执行率" in item.claim.section + item.claim.group


# --- results in prose ---


def _restated(report: Report) -> Iterator[Statement]:
    """Full marks where the result only says the target again: 达到95%以上, 未超过680份."""
    figures = [number for number in report.numbers if len(number.label) >= 4 and not _is_restated(number, report)]
    for index, item in enumerate(report.items):
        if item.origin != "prose" or not item.is_leaf or not _full(item):
            continue
        for stretch in item.body:
            spans = [(f.start, f.end) for f in report.patterns.find("restated", stretch.text)]
            numbers = [n for n in find_quantities(stretch.text) if n.value is not None and n.kind in _MEASURED]
            only = numbers and all(any(a <= n.start < b for a, b in spans) for n in numbers)
            if only and not _figure_elsewhere(item, figures, report):
                a, b = spans[0]
                quote = stretch.line.place(stretch.start + a, stretch.start + b)
                values = {"subject_words": item.claim.name, "has_actual": "否"}
                yield Statement(values, (quote, *item.place), item=index)
                break


_MEASURED = ("money", "rate", "points", "count", "area", "length", "mass", "time", "duration", "number")


def _figure_elsewhere(item: Item, figures: Sequence[Number], report: Report) -> bool:
    """Whether the report states the figure in another place, under the item's name or another name of the same rate."""
    name = item.claim.name
    ratio = next((r for r in report.patterns.ratios if name.endswith(_long(r.rate))), None)
    inside = {s.line.number for s in (*item.body, item.title) if s is not None}
    for number in figures:
        if number.line.number in inside:
            continue
        if number.label in name or name in number.label or (ratio and number.label.endswith(_long(ratio.rate))):
            return True
    return False


def _long(names: Sequence[str]) -> tuple[str, ...]:
    """Names that say of what they are a rate: 资产使用率, not 满意率."""
    return tuple(name for name in names if len(name) >= 5)


def _is_restated(number: Number, report: Report) -> bool:
    spans = [(f.start, f.end) for f in report.patterns.find("restated", number.line.text)]
    return any(start <= number.start < end for start, end in spans)


_LIMITS = re.compile("≤|<|以内|以下|不超过|不高于|控制在|未超过")


def _results_in_prose(report: Report) -> Iterator[Statement]:
    """Full marks where the sentence itself writes a target and a lower result: 目标值≥95%,实际93%."""
    for index, item in enumerate(report.items):
        of_cost = any(word in item.claim.name for word in report.patterns.words["less_is_better"])
        if item.origin != "prose" or not item.is_leaf or not _full(item) or of_cost:
            continue
        for stretch in item.body:
            numbers = [n for n in report.numbers if n.line is stretch.line]
            for found in report.patterns.find("results_in_prose", stretch.line.text):
                inside = stretch.start <= found.start and found.end <= stretch.end
                value, limit = (slot(found, name, numbers) for name in ("value", "limit"))
                words = stretch.line.text[max(0, found.start - 8) : found.end + 2]
                if not inside or value is None or limit is None or value.unit != limit.unit or _LIMITS.search(words):
                    continue
                values: dict[str, Known] = {
                    "subject_words": item.claim.name, "achieved": value.value / value.factor,
                    "target_lower": limit.value / limit.factor,
                }  # fmt: skip
                yield Statement(values, (place(value), place(limit)), unit=value.unit, item=index)


# --- deductions ---


def _reasons(report: Report) -> Iterator[Statement]:
    deducted = [(n, i) for n, i in enumerate(report.items) if i.is_leaf and not i.inline and _is_deducted(i)]
    for index, item in deducted:
        has = item.reason is not None
        if not has and (_needs_none(item, report) or _said_in_prose(item, report)):
            continue
        values = {"subject_words": item.claim.name, "has_reason": yes(has)}
        yield Statement(values, (*item.place, *((item.reason.place,) if item.reason else ())), item=index)


def _is_deducted(item: Item) -> bool:
    claim = item.claim
    return claim.points is not None and claim.score is not None and claim.score < claim.points


def _needs_none(item: Item, report: Report) -> bool:
    """Where no reason can be expected: no column for it; a summary among summaries; a score that follows from a rate."""
    if _follows_from_rate(item) or _follows_from_execution(item, report) or _says_figures(item):
        return True
    if item.origin == "table":
        return "reason" not in item.columns or _explained_by_rate(item)
    beside = [other for other in report.items if other is not item and other.is_leaf and other.origin == "prose"]
    return not any(other.reason or any(len(s.text) > 8 for s in other.body) for other in beside if not other.inline)


def _follows_from_rate(item: Item) -> bool:
    """“预算执行率98.99%,得9.9分”: points times the rate it states."""
    points, score = item.claim.points, item.claim.score
    if points is None or score is None or item.score is None:
        return False
    slack = Fraction(1, 2 * 10 ** len(item.score.text.partition(".")[2]))
    rates = (n.value for s in item.body for n in find_quantities(s.text) if n.kind == "rate" and n.value is not None)
    return any(abs(points * rate - score) <= slack for rate in rates)


_EXECUTION = ("执行", "支付", "到位", "支出率", "支出进度", "完成率")


def _follows_from_execution(item: Item, report: Report) -> bool:
    """预算执行 lost what the rate of execution, wherever the report states it, says it must."""
    points, score = item.claim.points, item.claim.score
    if points is None or score is None or item.score is None or not any(word in item.claim.name for word in _EXECUTION):
        return False
    if item.claim.name.endswith(("率", "率指标", "率情况")):
        return True  # its score is its rate
    slack = Fraction(1, 10 ** max(1, len(item.score.text.partition(".")[2])))
    rates = [n for n in report.numbers if n.kind == "rate" and any(word in n.label for word in _EXECUTION)]
    return any(abs(points * n.value - score) <= slack for n in rates)


def _says_figures(item: Item) -> bool:
    """A result in figures says itself why it did not earn all: 目标80处,实际76处."""
    found = (n for s in item.body for n in find_quantities(s.text) if n.value is not None)
    return item.origin == "prose" and any(n.kind in _MEASURED for n in found)


def _explained_by_rate(item: Item) -> bool:
    """A row whose score follows from its rate of execution needs no words."""
    return "executed" in item.columns or "执行率" in item.claim.name


def _said_in_prose(item: Item, report: Report) -> bool:
    """Whether the text names the indicator in a sentence about deductions."""
    name = item.claim.name
    return len(name) >= 4 and any(name in line.text and "扣" in line.text for line in report.lines)


# --- grade ---


def _grade(report: Report) -> Iterator[Statement]:
    total = report.totals[0] if report.totals else None
    for said in report.grades if report.scale else ():
        place = (said.whole or said.stretch).place
        if said.value is not None:
            yield from _graded(said.word, said.value, (place,), report)
        elif total is not None and total.value is not None:
            yield from _graded(said.word, total.value, (place, (total.whole or total.stretch).place), report)


def _grades_in_tables(report: Report) -> Iterator[Statement]:
    """The grade in a table's row of totals, or beside it, against the table's own total."""
    if not report.scale:
        return
    totals = [item for item in report.items if item.origin == "table" and item.claim.kind == "total"]
    for said in (item for item in totals if item.grade is not None):
        scored = [item for item in totals if item.table == said.table and item.score is not None]
        total = said if said.score is not None else (scored[0] if len(scored) == 1 else None)
        if total is not None and total.claim.score is not None and said.grade is not None:
            yield from _graded(said.claim.grade, total.claim.score, (said.grade.place, *total.place), report)


def _graded(word: str, total: Fraction, places: Sequence[Provenance], report: Report) -> Iterator[Statement]:
    steps = report.scale
    names = [step.grade for step in steps]
    word = _as_in_scale(word, names, report)
    if word not in names:
        return
    at = names.index(word)
    due = next(step.grade for step in steps if total >= step.start)
    upper = steps[at - 1].start if at else Fraction(10_000)
    values: dict[str, Known] = {
        "total_score": total, "grade_from": steps[at].start, "grade_below": upper, "stated_grade": word, "due_grade": due,
    }  # fmt: skip
    yield Statement(values, (*places, steps[at].place))


def _as_in_scale(word: str, names: Sequence[str], report: Report) -> str:
    """优秀 under a scale that says 优."""
    if word in names:
        return word
    same = [name for group in report.patterns.same_grades if word in group for name in names if name in group]
    return same[0] if len(same) == 1 else word


# --- the score of a row of execution ---


def _scores_by_rate(report: Report) -> Iterator[Statement]:
    """“得分(20分*执行率)”: points times the rate, where the form says so; many places score by bands instead."""
    said = any(
        True
        for line in (*report.lines, *note_lines(report.document))
        for _ in report.patterns.find("by_rate", line.text)
    )
    for index, item in enumerate(report.items):
        top, bottom = cell_number(item.executed), cell_number(item.budget)
        points, score = item.claim.points, item.claim.score
        if (
            not (said or item.by_rate)
            or top is None
            or not bottom
            or points is None
            or score is None
            or item.score is None
        ):
            continue
        rates = [top / bottom, *(n.value for n in _rates_in(item) if n.value is not None)]
        due = [min(points, points * rate) for rate in rates]
        slack = Fraction(1, 2 * 10 ** max(2, len(item.score.text.removesuffix("分").partition(".")[2])))
        values: dict[str, Known] = {
            "subject_words": item.claim.name, "claimed_score": score, "computed_lower": min(due) - slack,
            "computed_upper": max(due) + slack, "computed_words": f"{decimal_text(due[-1], 2)} 分",
        }  # fmt: skip
        places = [stretch.place for stretch in (item.score, item.rate or item.executed) if stretch is not None]
        yield Statement(values, tuple(places), item=index)


def _rates_in(item: Item) -> Iterator[Written]:
    return (one for one in find_quantities(item.rate.text) if one.kind == "rate") if item.rate else iter(())
