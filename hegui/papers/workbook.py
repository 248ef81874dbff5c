"""An Assessment as a workbook: scores, the indicator system, the working paper with live totals, facts, trail, findings."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from engine.assessment import Assessment, IndicatorResult, Operand, Step
from engine.model import Rulebook
from facts.placewords import place_words
from facts.problem import Language, Text
from facts.timeless import timeless
from facts.values import Rounding
from hegui.papers.matter import Matter
from hegui.papers.model import text_of
from hegui.papers.sheetabout import told
from hegui.papers.sheetscores import ScoreSheet
from hegui.papers.sheetsize import sized
from hegui.papers.sums import counted
from hegui.spreadsheet import put, sheet_named
from hegui.wording import BASES, SEVERITIES, VERDICTS

# Nothing in a workbook depends on when it was made: same assessment, same bytes.
_MADE = datetime(2000, 1, 1)  # noqa: DTZ001  # the format has no zone
# What a spreadsheet computes with; a third is not a number it has.
_CELL = Rounding(12)
_MOST = 4000

Value = str | Fraction | int | None
Columns = Sequence[tuple[Text, int]]
_SYSTEM: Columns = (
    (Text("序号", "No."), 6), (Text("一级指标", "Section"), 14), (Text("二级指标", "Group"), 14), (Text("三级指标", "Indicator"), 26),
    (Text("分值", "Points"), 9), (Text("得分", "Score"), 14), (Text("得分率", "Share"), 12), (Text("判定", "Verdict"), 10),
    (Text("依据", "Basis"), 12), (Text("评分标准", "Criterion"), 44), (Text("条款", "Clause"), 28), (Text("条款原文", "Words of the clause"), 30),
)  # fmt: skip
_GROUP = 2
# The columns of the working paper that the formulas name: points that count, and the bounds of the score.
_PAPER: Columns = (
    (Text("序号", "No."), 6), (Text("一级指标", "Section"), 14), (Text("三级指标", "Indicator"), 26), (Text("计入分值", "Counted points"), 10),
    (Text("得分下限", "Least score"), 10), (Text("得分上限", "Most score"), 10), (Text("判定", "Verdict"), 10), (Text("理由", "Reason"), 40),
    (Text("测算", "Measure"), 34), (Text("事实", "Facts"), 40), (Text("出处和原文", "Places and words"), 44),
    (Text("缺少的事实", "Missing facts"), 26), (Text("可挽回分", "To be regained"), 10), (Text("最近的变化", "Nearest change"), 34),
    (Text("审核人意见", "Reviewer's note"), 24),
)  # fmt: skip
_FACTS: Columns = (
    (Text("序号", "No."), 6), (Text("编号", "Id"), 20), (Text("数据项", "Data item"), 28), (Text("数值", "Value"), 18),
    (Text("状态、依据", "Status, basis"), 18), (Text("来源", "Source"), 34), (Text("位置", "Place"), 12), (Text("原文", "Words"), 44),
    (Text("说明", "Note"), 34),
)  # fmt: skip
_TRAIL: Columns = (
    (Text("步", "Step"), 6), (Text("三级指标", "Indicator"), 24), (Text("规则", "Rule"), 26), (Text("事实", "Facts"), 36), (Text("公式", "Formula"), 34),
    (Text("比较", "Comparison"), 34), (Text("之前", "Before"), 12), (Text("之后", "After"), 12), (Text("理由", "Reason"), 40),
    (Text("条款", "Clause"), 32), (Text("未触发", "Not fired"), 40),
)  # fmt: skip
_FINDINGS: Columns = (
    (Text("序号", "No."), 6), (Text("程度", "Severity"), 9), (Text("代号", "Code"), 22), (Text("三级指标", "Indicator"), 24), (Text("说明", "Finding"), 44),
    (Text("应为", "Expected"), 14), (Text("实为", "Found"), 14), (Text("差异", "Difference"), 12), (Text("已豁免", "Waived"), 8),
    (Text("条款", "Clause"), 30), (Text("事实和原文", "Facts and words"), 44), (Text("审核人意见", "Reviewer's note"), 24),
)  # fmt: skip


def workbook(assessment: Assessment, rulebook: Rulebook, language: Language) -> bytes:
    """The workbook's bytes."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    writer = _Writer(book, Matter(assessment, rulebook, language))
    writer.all()
    book.properties.creator = "hegui"
    book.properties.created = book.properties.modified = _MADE
    stream = io.BytesIO()
    book.save(stream)
    return timeless(stream.getvalue())


class _Writer:
    def __init__(self, book: Any, matter: Matter) -> None:
        self.book, self.matter, self.of = book, matter, matter.of
        self.titles = {one.id: matter.title(one.title) for one in self.of.indicators}
        self.sections = {one.id: matter.title(one.title) for one in self.of.sections}

    def all(self) -> None:
        """Every sheet, the one people look for first."""
        paper = self.matter.both("工作底稿", "Working paper")
        ScoreSheet(self.book, self.matter, paper).write()
        rows: Iterable[list[Value]] = map(self.indicator, self.of.indicators)
        columns = _SYSTEM
        if not self.matter.has_groups():
            # No 二级指标: no column for them.
            columns, rows = (
                (*_SYSTEM[:_GROUP], *_SYSTEM[_GROUP + 1 :]),
                ([*row[:_GROUP], *row[_GROUP + 1 :]] for row in rows),
            )
        self.sheet(self.matter.both("指标体系及得分", "Indicators"), columns, rows)
        self.sheet(paper, _PAPER, map(self.working, self.of.indicators))
        self.sheet(
            self.matter.both("事实", "Facts"), _FACTS, (row for one in self.matter.facts for row in self.fact(one))
        )
        self.sheet(self.matter.both("评分轨迹", "Trail"), _TRAIL, map(self.step, self.of.trail))
        self.sheet(self.matter.both("问题", "Findings"), _FINDINGS, self.findings())
        self.about()

    def sheet(self, title: str, columns: Columns, rows: Iterable[Sequence[Value]]) -> Any:
        """A sheet of rows."""
        named = [(self.matter.text(name), width) for name, width in columns]
        sheet = sheet_named(self.book, title, named)
        for number, row in enumerate(rows, 2):
            for column, value in enumerate(row, 1):
                put(sheet.cell(number, column), value, _MOST)
        sized(sheet, [width for _, width in columns])
        return sheet

    # --- rows ---

    def indicator(self, one: IndicatorResult) -> list[Value]:
        matter, cite = self.matter, one.citation
        score: Value = _CELL(one.lower) if one.lower == one.upper else matter.span(one.lower, one.upper)
        return [
            matter.numbers[one.id], self.sections[one.section], one.group, self.titles[one.id], _CELL(one.points), score,
            matter.share(one), matter.text(VERDICTS[one.verdict]), matter.text(BASES[one.basis]),
            matter.criterion(one), matter.short_clause(cite), cite.quote,
        ]  # fmt: skip

    def working(self, one: IndicatorResult) -> list[Value]:
        matter, facts = self.matter, self.matter.facts_of(one)
        count = counted(one, matter.rulebook)
        known = [fact for fact in facts if fact.known != "absent"]
        labels = [matter.text(missing.label) for missing in self.of.missing if missing.concept in one.missing]
        return [
            matter.numbers[one.id], self.sections[one.section], self.titles[one.id], _CELL(count.points), _CELL(count.lower),
            _CELL(count.upper), matter.text(VERDICTS[one.verdict]), "\n".join(matter.reasons(one)), self.measure(one),
            "\n".join(map(matter.operand, facts)), self.places(known), "\n".join(labels), _CELL(one.regain),
            matter.text(one.nearest.sentence) if one.nearest else "", "",
        ]  # fmt: skip

    def measure(self, one: IndicatorResult) -> str:
        if one.measure is None:
            return ""
        told = f"{one.measure.formula} = {one.measure.executed}"
        return told if one.measure.executed == one.measure.shown else f"{told} = {one.measure.shown}"

    def places(self, facts: Sequence[Operand]) -> str:
        read = [text_of(self.matter.place_line(place)) for fact in facts for place in fact.provenance]
        return "\n".join(dict.fromkeys(read))

    def fact(self, one: Operand) -> Iterable[list[Value]]:
        matter, number = self.matter, self.matter.fact_numbers[one.concept]
        own: list[Value] = [number, one.concept, matter.text(one.label), matter.shown(one), matter.standing(one)]
        for place in one.provenance:
            source = next((s.title for s in self.of.sources if s.id == place.source), "") or place.source
            where = place_words(str(place.locator), matter.language) if place.locator else ""
            yield [*own, source, where, place.quote, "\n".join([place.note, *one.rows]).strip()]
        if not one.provenance:
            yield [*own, "", "", "", "\n".join(one.rows)]

    def step(self, one: Step) -> list[Value]:
        matter = self.matter
        unfired = "\n".join(f"{u.case}: {matter.text(u.because)}" for u in one.unfired)
        moved = [matter.interval(one.before), matter.interval(one.after)] if one.before or one.after else ["", ""]
        return [
            one.n, self.titles.get(one.indicator, ""), one.rule, "\n".join(map(matter.operand, one.facts)), one.formula,
            one.compared, *moved, matter.text(one.reason), matter.short_clause(one.citation), unfired,
        ]  # fmt: skip

    def findings(self) -> Iterable[list[Value]]:
        matter = self.matter
        for number, one in enumerate(self.of.findings, 1):
            facts = "\n".join(text_of(matter.fact_line(fact)) for fact in one.facts)
            waived = matter.both("是", "yes") if one.waived else ""
            yield [
                number, matter.text(SEVERITIES[one.severity]), one.code, self.titles.get(one.indicator, ""), matter.text(one.message),
                one.expected, one.actual, one.difference, waived, matter.short_clause(one.citation), facts, "",
            ]  # fmt: skip

    def about(self) -> None:
        """What was scored by what: digests, bases, grades, sources, contradictions, problems of the input."""
        matter = self.matter
        columns = ((Text("项目", "What"), 24), (Text("内容", "Says"), 110))
        self.sheet(matter.both("说明", "About"), columns, told(matter))
