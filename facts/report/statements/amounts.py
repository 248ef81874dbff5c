"""Statements about figures: percentages, sums of parts, changes, limits, one thing in two places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from facts.provenance import Provenance
from facts.report.content import Report
from facts.report.figures import Number
from facts.report.items import Item, Stretch
from facts.report.lines import Line
from facts.report.patterns import Found, Patterns, Ratio
from facts.report.statements.model import Known, Statement
from facts.values import ZERO, decimal_text

_YEARS = re.compile(r"20\d\d")
_OTHER_TIME = ("上年", "去年", "年初", "上一年", "期初", "同比", "较", "比")
_CHANGE = ("增长", "增加", "下降", "减少", "提高", "降低", "增幅", "降幅", "变动", "上升")


def amount_statements(report: Report) -> Iterator[Statement]:
    """All of them, in the order of the report within each kind."""
    for index, item in enumerate(report.items):
        yield from _share_of_points(item, index)
        yield from _execution_row(item, index)
    by_line: dict[int, list[Number]] = {}
    for number in report.numbers:
        by_line.setdefault(number.line.number, []).append(number)
    for line in report.lines:
        numbers = by_line.get(line.number, [])
        yield from _rates(numbers, report.patterns)
        yield from _parts(numbers, report.patterns)
        yield from _changes(line, numbers, report.patterns)
        yield from _bounds(line, numbers, report.patterns)
    yield from _two_values(report)
    yield from _two_totals(report)


def tolerance(rate: Fraction, places: int, numerator: Fraction, denominator: Fraction, slack: Fraction) -> Fraction:
    """How far a rate may be from the quotient of its numbers: its own rounding, and theirs (`slack` each)."""
    own = Fraction(1, 200 * 10**places)
    if slack == 0 or denominator <= slack:
        return own
    high = (numerator + slack) / (denominator - slack) - numerator / denominator
    return own + abs(high)


def _percentage(
    words: str, rate: tuple[str, Provenance], top: tuple[Fraction, str], bottom: tuple[Fraction, str], slack: Fraction,
    places: Sequence[Provenance], item: int | None,
) -> Iterator[Statement]:  # fmt: skip
    written = rate[0].removesuffix("%")
    value = Fraction(written) / 100
    if bottom[0] == 0:
        return
    decimals = len(written.partition(".")[2])
    yield Statement(
        {
            "subject_words": words,
            "sum_words": f"{top[1]} ÷ {bottom[1]}",
            "stated_rate": value,
            "numerator": top[0],
            "denominator": bottom[0],
            "rate_tolerance": tolerance(value, decimals, top[0], bottom[0], slack),
        },
        (rate[1], *places),
        item=item,
    )


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
    yield from _percentage(
        claim.name,
        (item.rate.text, item.rate.place),
        (claim.score, top),
        (claim.points, bottom),
        ZERO,
        item.place,
        index,
    )


def _execution_row(item: Item, index: int) -> Iterator[Statement]:
    """A form's row of budget, amount executed and rate."""
    if item.origin != "table" or not (item.budget and item.executed and item.rate):
        return
    top, bottom = _cell_number(item.executed), _cell_number(item.budget)
    if top is None or not bottom or not re.fullmatch(r"\d+(\.\d+)?%", item.rate.text):
        return
    slack = max(_slack(item.executed.text), _slack(item.budget.text))
    yield from _percentage(
        f"{item.claim.name}执行率", (item.rate.text, item.rate.place), (top, item.executed.text),
        (bottom, item.budget.text), slack, (item.executed.place, item.budget.place), index,
    )  # fmt: skip


def _cell_number(stretch: Stretch) -> Fraction | None:
    match = re.fullmatch(r"(\d[\d,]*(?:\.\d+)?)(?:万元|元)?", stretch.text)
    return Fraction(match[1].replace(",", "")) if match else None


def _slack(text: str) -> Fraction:
    return Fraction(1, 2 * 10 ** len(re.sub(r"[^\d.]", "", text).partition(".")[2]))


# --- rates against amounts ---


def _rates(numbers: Sequence[Number], patterns: Patterns) -> Iterator[Statement]:
    for rate in numbers:
        if rate.kind != "rate" or any(word in rate.label for word in _CHANGE):
            continue
        ratio = next((r for r in patterns.ratios if rate.label.endswith(r.rate)), None)
        pairs = _pairs(rate, ratio, numbers) if ratio is not None else []
        statements = [one for top, bottom in pairs for one in _rate_statement(rate, top, bottom)]
        # Where the words leave a choice (问卷 handed out, 问卷 returned), one that fits is what is meant.
        yield from statements[:1] if not any(_fits(one) for one in statements) else ()


def _rate_statement(rate: Number, top: Number, bottom: Number) -> Iterator[Statement]:
    slack = max(top.slack, bottom.slack) if top.kind == "money" else ZERO
    yield from _percentage(
        rate.label, (rate.shown, rate.line.place(rate.start, rate.end)),
        (top.value, top.shown), (bottom.value, bottom.shown), slack, (_place(top), _place(bottom)), None,
    )  # fmt: skip


def _fits(one: Statement) -> bool:
    numbers = [one.values[key] for key in ("stated_rate", "numerator", "denominator", "rate_tolerance")]
    rate, top, bottom, slack = (Fraction(number) for number in numbers)
    return abs(rate - top / bottom) <= slack


def _place(number: Number) -> Provenance:
    return number.line.place(number.start, number.end)


def _pairs(rate: Number, ratio: Ratio, numbers: Sequence[Number]) -> list[tuple[Number, Number]]:
    """What a rate may divide: amounts of one kind before it, the likelier names first; none where a name has two values."""
    before = [n for n in numbers if n.end <= rate.start and n.kind not in ("rate", "points")]
    years = set(_YEARS.findall(rate.line.text[: rate.start]))
    qualified = rate.label.removesuffix(next(name for name in ratio.rate if rate.label.endswith(name)))
    tops = _ranked(before, ratio.numerator)
    bottoms = _ranked([n for n in before if n not in tops], ratio.denominator)
    if len(years) > 1 or len({n.value for n in tops}) != 1 or not _one_value_each(bottoms):
        return []
    return [
        (tops[-1], bottom)
        for bottom in bottoms
        if tops[-1].kind == bottom.kind
        and not _other_year(tops[-1], bottom)
        and not _qualifies(qualified, tops[-1], bottom)
    ]


def _ranked(numbers: Sequence[Number], endings: tuple[str, ...]) -> list[Number]:
    """The numbers whose names end so, in the order of the endings."""
    ranks = [(next((r for r, e in enumerate(endings) if n.label.endswith(e)), -1), n) for n in numbers]
    return [n for rank, n in sorted(((r, n) for r, n in ranks if r >= 0), key=lambda pair: pair[0])]


def _one_value_each(numbers: Sequence[Number]) -> bool:
    values: dict[str, Fraction] = {}
    return bool(numbers) and all(values.setdefault(n.label, n.value) == n.value for n in numbers)


def _other_year(top: Number, bottom: Number) -> bool:
    return any(word in n.context for n in (top, bottom) for word in ("上年", "去年"))


def _qualifies(words: str, top: Number, bottom: Number) -> bool:
    """Whether the rate's name says of what it is a rate, and the amounts do not say the same."""
    core = re.sub(r"20\d\d年度?|部门|单位|整体|支出|年度|预算|资金|其中|项目|综合|平均|总", "", words)
    return bool(core) and not (core in top.label or core in bottom.label)


# --- sums of parts ---


def _parts(numbers: Sequence[Number], patterns: Patterns) -> Iterator[Statement]:
    """“合计X,其中:A a,B b” where A and B are known to be all there is."""
    for n, whole in enumerate(numbers):
        after = whole.line.text[whole.end : whole.end + 8]
        if whole.kind not in ("money", "count") or "其中" not in after:
            continue
        stop = re.search(r"。", whole.line.text[whole.end :])
        end = whole.end + stop.start() if stop else len(whole.line.text)
        parts = list(_run_of_parts(whole, numbers[n + 1 :], end))
        if _is_partition([part.label for part in parts], patterns):
            yield _sum_statement(whole, parts)


def _run_of_parts(whole: Number, numbers: Sequence[Number], end: int) -> Iterator[Number]:
    """Figures of the same kind after 其中, until another kind of thing is said."""
    for number in numbers:
        if number.start >= end:
            return
        if number.kind == "rate":
            if number.label in ("", "占") or number.label.startswith("占") or "占" in number.label:
                continue
            return
        if number.kind != whole.kind or not number.label or any(w in number.context for w in _OTHER_TIME):
            return
        yield number


def _is_partition(labels: Sequence[str], patterns: Patterns) -> bool:
    for partition in patterns.partitions:
        if len(labels) == len(partition) and len(set(labels)) == len(labels):
            unused = list(labels)
            for name in partition:
                hit = next((label for label in unused if name in label), None)
                if hit is None:
                    break
                unused.remove(hit)
            else:
                return True
    return False


def _sum_statement(whole: Number, parts: Sequence[Number]) -> Statement:
    scale = whole.factor
    total = sum((part.value for part in parts), ZERO)
    # Money in 万元 is rounded, money in 元 and counts are not.
    slack = sum((n.slack for n in (whole, *parts)), ZERO) if scale > 1 else ZERO
    return Statement(
        {
            "subject_words": whole.label or "合计",
            "sum_words": " + ".join(part.shown for part in parts),
            "whole_number": whole.value / scale,
            "parts_sum": total / scale,
            "rounding_slack": (slack if len(parts) > 1 else ZERO) / scale,
        },
        (_place(whole), *(_place(part) for part in parts)),
        unit=whole.unit,
    )


# --- changes and limits ---


def _change_rate(line: Line, found: Found, now: Number, before: Number) -> Iterator[Statement]:
    """“比上年12万元减少2万元,下降16.67%”."""
    at = found.slots.get("rate")
    if at is None or before.value <= 0:
        return
    slack = now.slack + before.slack if now.factor > 1 else ZERO
    change = abs(now.value - before.value)
    yield from _percentage(
        now.label or found.text("now"), (at[2], line.place(at[0], at[1])),
        (change, f"{decimal_text(change / now.factor)}{now.unit}"), (before.value, before.shown), slack,
        (_place(now), _place(before)), None,
    )  # fmt: skip


def _slot(line: Line, found: Found, slot: str, numbers: Sequence[Number]) -> Number | None:
    at = found.slots.get(slot)
    if at is None:
        return None
    return next((n for n in numbers if n.start == at[0] and n.end <= at[1] + 2), None)


def _changes(line: Line, numbers: Sequence[Number], patterns: Patterns) -> Iterator[Statement]:
    for found in patterns.find("changes", line.text):
        now, before, by = (_slot(line, found, name, numbers) for name in ("now", "before", "by"))
        if now is None or before is None or now.kind != before.kind:
            continue
        up = found.text("direction") in patterns.directions.get("up", ())
        names = ("risen", "risen_base") if up else ("fallen", "fallen_base")
        words = now.label or found.text("now")
        scale = now.factor
        values: dict[str, Known] = {"subject_words": words, names[0]: now.value / scale, names[1]: before.value / scale}
        yield Statement(values, (_place(now), _place(before)), unit=now.unit)
        yield from _change_rate(line, found, now, before)
        if by is not None and by.kind == now.kind and (now.value >= before.value) == up:
            sign = 1 if up else -1
            slack = now.slack + before.slack + by.slack if scale > 1 else ZERO
            yield Statement(
                {
                    "subject_words": words,
                    "stated_change": sign * by.value / scale,
                    "now_number": now.value / scale,
                    "before_number": before.value / scale,
                    "rounding_slack": slack / scale,
                },
                (_place(by), _place(now), _place(before)),
                unit=now.unit,
            )


_RELATIONS = {
    "at_most": ("limited", "limit"),
    "below": ("limited", "limit"),
    "at_least": ("reaching", "mark"),
    "above": ("reaching", "mark"),
}


def _bounds(line: Line, numbers: Sequence[Number], patterns: Patterns) -> Iterator[Statement]:
    for bound in patterns.bounds:
        for found in bound.pattern.find(line.text):
            value, limit = (_slot(line, found, name, numbers) for name in ("value", "limit"))
            if value is None or limit is None or value.kind != limit.kind or value.unit != limit.unit:
                continue
            first, second = _RELATIONS[bound.relation]
            scale = value.factor
            yield Statement(
                {"subject_words": value.label or value.shown, first: value.value / scale, second: limit.value / scale},
                (_place(value), _place(limit)),
                unit=value.unit,
            )


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
            (_place(number), _place(before)),
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
