"""Statements about scores said in sentences: a total with what it is made of, deductions with what is left."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from facts.report.content import Report
from facts.report.items import Item, Stretch, bare, number
from facts.report.lines import Line
from facts.report.statements.model import Known, Statement
from facts.report.statements.sums import has_bonus
from facts.report.totals import Said
from facts.values import ZERO

HUNDRED = Fraction(100)
_OPENS = re.compile(r"其中|具体|构成|分别为|^分?\(|^[:,]?(?:等级[^。;]{0,8}[。;])?:")
_NEXT_LINE = re.compile(r"^(?:其中|具体|各部分|各项|得分情况|扣分|失分)")
_ENTRY_STOPS = ("扣", "总分", "满分", "等级", "等次", "权重", "复核")
_DEDUCTED = re.compile(
    r"(主要)?(?:扣分|失分)(?:情况|项目|项|指标|说明|明细|点)?(?:主要)?(?:有|在于|如下|具体)?(?:为|是)?:"
)
_PARTLY = re.compile(r"主要|等|例如|包括但不限于")
# Words with which a deduction is a rule, or is not said in full.
_VAGUE = re.compile(r"酌情|按比例|适当|每|的扣|的,扣|为止|不得分|最多|应扣|可扣|加分|加\d|不足.{0,6}扣|折算|四舍五入")
# Points may also be lost by a rate, or by what is scored in parts.
_OTHERWISE = re.compile(r"%|×|得\d|得分|未|不")
_BRACKETS = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class _Entry:
    """A part of the total as the sentence names it."""

    name: str
    points: Fraction | None
    score: Fraction
    stretch: Stretch


def score_statements(report: Report) -> Iterator[Statement]:
    """All of them."""
    for said in () if has_bonus(report) else report.totals[:3]:
        yield from _breakdown(said, report)
        yield from _lost(said, report)
    for index, item in enumerate(report.items):
        if item.origin == "prose" and item.is_leaf and not item.inline:
            yield from _deducted(item, index, report)


# --- what a total is made of ---


def _breakdown(said: Said, report: Report) -> Iterator[Statement]:
    for line, start, end in _regions(said, report):
        opened = _OPENS.search(line.text[start:end]) if line is said.stretch.line else re.match("", line.text)
        if opened is None:
            continue
        entries = list(_entries(line, start + max(0, opened.end() - 1), end, report))
        if len(entries) < 2 or len({entry.name for entry in entries}) != len(entries):
            continue
        assert said.value is not None
        listed = sum((entry.score for entry in entries), ZERO)
        if _are_points(entries, listed, said.value) or not (_all_there(entries, report) or listed > said.value):
            continue
        values: dict[str, Known] = {"subject_words": "总分", "declared_score": said.value, "listed_scores": listed}
        yield Statement(values, ((said.whole or said.stretch).place, *(entry.stretch.place for entry in entries)))
        return


def _regions(said: Said, report: Report) -> Iterator[tuple[Line, int, int]]:
    """Where a total's parts may be listed: the rest of its sentence and the next, the line after."""
    line = said.stretch.line
    yield line, said.stretch.end, _sentence_end(line.text, said.stretch.end, "具体")
    after = line.number + 1
    if after < len(report.lines) and _NEXT_LINE.match(report.lines[after].text):
        below = report.lines[after]
        yield below, 0, _sentence_end(below.text, 0, "")


def _sentence_end(text: str, start: int, more: str) -> int:
    """The end of the sentence, or of the next where that goes on with it."""
    end = text.find("。", start)
    if more and end >= 0 and re.match(f"(?:{more}|其中|各)", text[end + 1 :]):
        end = text.find("。", end + 1)
    return len(text) if end < 0 else end


def _entries(line: Line, start: int, end: int, report: Report) -> Iterator[_Entry]:
    text = line.text[start:end]
    for found in sorted(report.patterns.find("breakdowns", text), key=lambda f: f.start):
        name = bare(found.text("name"))
        if any(word in text[max(0, found.start - 1) : found.end] for word in _ENTRY_STOPS if word != "满分"):
            return
        points, score = number(found.text("points") or found.text("points2")), number(found.text("score"))
        if score is not None and name:
            at = found.slots["name"][0]
            yield _Entry(name, points, score, Stretch(line, start + at, start + found.end))


def _are_points(entries: Sequence[_Entry], listed: Fraction, total: Fraction) -> bool:
    """“其中投入15分,过程25分,产出30分,效果30分”: what can be earned, not what was."""
    return listed == HUNDRED and total < HUNDRED and all(entry.points is None for entry in entries)


def _all_there(entries: Sequence[_Entry], report: Report) -> bool:
    if sum((entry.points or ZERO for entry in entries), ZERO) == HUNDRED:
        return True
    for names in report.patterns.section_sets:
        hits = [{n for n, entry in enumerate(entries) if name in entry.name} for name in names]
        if len(entries) == len(names) and all(hits) and len(set().union(*hits)) == len(names):
            return True
    return False


# --- deductions ---


def _lost(said: Said, report: Report) -> Iterator[Statement]:
    """“自评97.5分。扣分情况:……扣0.5分;……扣2分”: what is deducted is what is missing to 100."""
    assert said.value is not None
    if said.value > HUNDRED:
        return
    line = said.stretch.line
    below = report.lines[line.number + 1 : line.number + 2]
    places = [(line, said.stretch.end), *((one, 0) for one in below if _NEXT_LINE.match(one.text))]
    for one, start in places:
        opened = _DEDUCTED.search(one.text, start)
        if opened is None:
            continue
        text = _BRACKETS.sub("", one.text[opened.end() :])
        losses = [number(found.text("score")) or ZERO for found in report.patterns.find("deductions", text)]
        lost, listed = HUNDRED - said.value, sum(losses, ZERO)
        if not losses or (listed < lost and _PARTLY.search(opened[0] + text)):
            continue
        values: dict[str, Known] = {"subject_words": "总分", "lost_points": lost, "listed_deductions": listed}
        yield Statement(values, ((said.whole or said.stretch).place, one.place(opened.start(), len(one.text))))
        return


def _deducted(item: Item, index: int, report: Report) -> Iterator[Statement]:
    """“满分5分,得分3.6分,扣1.4分”: points, deduction and score of one item."""
    claim = item.claim
    if claim.points is None or claim.score is None or claim.score > claim.points:
        return
    text = "。".join(stretch.text for stretch in item.body)
    losses = [number(found.text("score")) for found in report.patterns.find("deductions", text)]
    if not losses or _VAGUE.search(text):
        return
    listed = sum((loss or ZERO for loss in losses), ZERO)
    if listed < claim.points - claim.score and _OTHERWISE.search(text):
        return
    values: dict[str, Known] = {
        "subject_words": claim.name, "lost_points": claim.points - claim.score, "listed_deductions": listed,
    }  # fmt: skip
    where = next(s for s in item.body if list(report.patterns.find("deductions", s.text)))
    yield Statement(values, (*item.place, where.place), item=index)
