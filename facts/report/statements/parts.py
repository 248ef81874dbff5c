"""Statements about sums: “合计X,其中:A a,B b”, “A a、B b,共X”; only where A and B are surely all there is, or more."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from facts.report.figures import Number
from facts.report.lines import Line
from facts.report.patterns import Patterns
from facts.report.statements.leeway import could_add_up
from facts.report.statements.model import Statement
from facts.report.statements.rates import CHANGE_WORDS, place
from facts.values import ZERO

_OTHER_TIME = ("上年", "去年", "年初", "上一年", "期初", "同比", "较", "比")
# What ends a list of parts: another total, or another matter.
_ENDS = re.compile(r"另有|另外|此外|实有|现有|共计|合计|总计|其中|包括|年末|结转|结余")
_WITH = re.compile(r"[与同](?:20\d\d|上|去|前)年")
_SUMMABLE = ("money", "count", "length", "area", "mass")
# Amounts and lengths do not overlap as people and firms do.
_DISJOINT = ("money", "length", "area")


def part_statements(line: Line, numbers: Sequence[Number], patterns: Patterns) -> Iterator[Statement]:
    """Every whole of a line with its parts."""
    for match in re.finditer("其中", line.text):
        whole = _whole_before(line, match.start(), numbers)
        if whole is not None:
            yield from _of_whole(whole, _run(whole, match.end(), numbers, line), numbers, patterns)
    for whole in numbers:
        if whole.kind in _SUMMABLE and line.text[whole.end : whole.end + 1] == "(":
            end = line.text.find(")", whole.end)
            inside = [n for n in numbers if whole.end < n.start and n.end <= end]
            if all(n.unit == whole.unit and not _is_change(n) for n in inside):
                yield from _of_whole(whole, inside, numbers, patterns)
    yield from _summed_up(line, numbers, patterns)


def _whole_before(line: Line, at: int, numbers: Sequence[Number]) -> Number | None:
    """The number the parts are of: the last before 其中 that is neither a change nor a share."""
    text = line.text
    stop = text.rfind("。", 0, at)
    if stop == at - 1:  # “……万元。其中:……”
        stop = text.rfind("。", 0, stop)
    before = [n for n in numbers if stop < n.start and n.end <= at and n.kind in _SUMMABLE]
    plain = [n for n in before if not _is_change(n)]
    return plain[-1] if plain and not re.search("其中", text[plain[-1].end : at]) else None


def _is_change(number: Number) -> bool:
    """Whether a number is of another time, or a change from one."""
    compared = number.line.text.startswith("相比", number.end) or _WITH.search(number.context)
    return bool(compared) or any(word in number.context for word in (*_OTHER_TIME, *CHANGE_WORDS))


def _run(whole: Number, start: int, numbers: Sequence[Number], line: Line) -> list[Number]:
    """The figures of the same unit after 其中, to the end of the sentence or where another matter begins."""
    text = line.text
    end = text.find("。", start)
    end = len(text) if end < 0 else end
    stop = _ENDS.search(text, start + 2, end)
    inside = [n for n in numbers if start <= n.start and n.end <= end and n.kind == whole.kind]
    run: list[Number] = []
    for number in inside:
        if stop is not None and number.start > stop.start() and stop.start() >= (run[-1].end if run else start):
            break
        if _in_brackets(text[start : number.start]) or (whole.kind == "count" and number.unit != whole.unit):
            continue
        if _is_change(number):
            continue
        if not number.label:
            break
        run.append(number)
    return _first_clause(run, text)


def _in_brackets(before: str) -> bool:
    return before.count("(") > before.count(")")


def _first_clause(run: list[Number], text: str) -> list[Number]:
    """Parts that are joined by 、 or a comma end at the first semicolon; joined by semicolons they go on."""
    for n in range(1, len(run)):
        if ";" in text[run[n - 1].end : run[n].start]:
            return run if n == 1 else run[:n]
    return run


def _of_whole(
    whole: Number, parts: Sequence[Number], numbers: Sequence[Number], patterns: Patterns
) -> Iterator[Statement]:
    if len(parts) < 2 or len({part.label for part in parts}) != len(parts):
        return
    labels = [part.label for part in parts]
    if _is_whole(whole, parts, labels, patterns) or (
        _are_disjoint(parts, labels, patterns) and sum((p.value for p in parts), ZERO) > whole.value
    ):
        yield from _added_up(whole, parts, numbers)


def _added_up(whole: Number, parts: Sequence[Number], numbers: Sequence[Number]) -> Iterator[Statement]:
    """A sum that holds, or is wrong whatever else the sentence may count (年末结转, a bracket, a further item)."""
    statement = sum_statement(whole, parts)
    holds = (
        abs(whole.value - sum((p.value for p in parts), ZERO))
        <= Fraction(statement.values["rounding_slack"]) * whole.factor
    )
    if holds or not could_add_up(whole, parts, numbers):
        yield statement


def _is_whole(whole: Number, parts: Sequence[Number], labels: Sequence[str], patterns: Patterns) -> bool:
    """Whether these are surely all the parts: a known partition, a rest named as such, shares of 100%."""
    rest = labels[-1].startswith(patterns.words["rest_words"])
    return rest or _is_partition(labels, patterns.partitions) or _shares_of_all(parts)


def _is_partition(labels: Sequence[str], partitions: Sequence[Sequence[str]]) -> bool:
    return any(len(labels) == len(names) and _each_named(labels, names) for names in partitions)


def _each_named(labels: Sequence[str], names: Sequence[str]) -> bool:
    """Whether every name has a label of its own."""
    unused = list(labels)
    for name in names:
        hit = next((label for label in unused if name in label), None)
        if hit is None:
            return False
        unused.remove(hit)
    return True


def _shares_of_all(parts: Sequence[Number]) -> bool:
    """“A a,占62.23%;B b,占37.77%”: every part has a share, and the shares make 100%."""
    text = parts[0].line.text
    shares = [re.match(r"[,(]占?(?:[^,。;()\d]{0,8}的)?(\d+(?:\.\d+)?)%", text[part.end :]) for part in parts]
    rates = [Fraction(share[1]) for share in shares if share is not None]
    return len(rates) == len(parts) and abs(sum(rates, ZERO) - 100) <= Fraction(len(parts), 20)


def _are_disjoint(parts: Sequence[Number], labels: Sequence[str], patterns: Patterns) -> bool:
    """Whether no part can lie within another: their sum may not exceed the whole."""
    text = parts[0].line.text
    listed = all(text[a.end : b.start].startswith("、") for a, b in itertools.pairwise(parts))
    if listed and parts[0].kind in _DISJOINT:
        return True
    # People joined by commas may be counted beside the whole: 实有36人,其中在职36人,退休29人.
    closed = listed or parts[0].kind == "money" or text[parts[-1].end : parts[-1].end + 1] == ")"
    return closed and any(_each_in(labels, group) for group in patterns.disjoint)


def _each_in(labels: Sequence[str], group: Sequence[str]) -> bool:
    """Whether each label has a word of the group, and no two the same."""
    words = [next((word for word in group if word in label), "") for label in labels]
    return all(words) and len(set(words)) == len(words)


_TOTAL = re.compile(r"[,、]?(?:共计|合计|总计|一共|共)(?:[一-鿿]{0,3}?)$")


def _summed_up(line: Line, numbers: Sequence[Number], patterns: Patterns) -> Iterator[Statement]:
    """“民警321人、辅警540人,共861人”: a list joined by 、, and its sum right after it."""
    for n, whole in enumerate(numbers):
        gap = line.text[numbers[n - 1].end : whole.start] if n else ""
        if n < 2 or whole.kind not in _SUMMABLE or not _TOTAL.fullmatch(gap):
            continue
        parts = [numbers[n - 1]]
        for number in reversed(numbers[: n - 1]):
            if not line.text[number.end :].startswith("、") or line.text[number.end : parts[0].start].count("、") != 1:
                break
            parts.insert(0, number)
        alike = all(part.unit == whole.unit and part.label and not _is_change(part) for part in parts)
        if len(parts) >= 2 and alike and len({part.label for part in parts}) == len(parts):
            yield from _added_up(whole, parts, numbers)


def sum_statement(whole: Number, parts: Sequence[Number]) -> Statement:
    """A whole against the sum of its parts, in the unit of the whole."""
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
            "rounding_slack": slack / scale,
        },
        (place(whole), *(place(part) for part in parts)),
        unit=whole.unit,
    )
