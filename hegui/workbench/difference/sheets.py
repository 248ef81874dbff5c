"""A difference of rulebooks as a workbook: the edits, the impact, every unit with the share of each edit."""

from __future__ import annotations

import io
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from engine.difference import Edit
from engine.impact import Impact, Share, UnitImpact
from facts.problem import Language, Problem, Text
from facts.provenance import Position
from facts.timeless import timeless
from hegui.spreadsheet import put, sheet_named
from hegui.workbench.difference.summary import Summary
from hegui.workbench.difference.text import BY_THEMSELVES, MOVE_HEADS, grade_name, method, signed_span
from hegui.workbench.difference.words import change_path, edit_title, indicator_title, lever_title

Cells = Sequence[str | Fraction | int | None]


def difference_sheets(
    edits: Sequence[Edit], impact: Impact | None, summary: Summary | None, language: Language = "zh"
) -> tuple[bytes | None, Problem | None]:
    """The workbook's bytes; the Problem where the library that writes it is not installed."""
    try:
        import openpyxl
    except ModuleNotFoundError:
        message = Text("写工作簿需要 openpyxl", "writing a workbook needs openpyxl")
        hint = Text("请安装:pip install 'hegui[documents]'", "Install it: pip install 'hegui[documents]'")
        return None, Problem("extra-missing", Position("--format"), message, hint)
    book = openpyxl.Workbook()
    book.remove(book.active)
    writer = _Writer(book, language)
    writer.edits(edits)
    if impact is not None and summary is not None:
        writer.summary(impact, summary)
        writer.units(impact)
    stream = io.BytesIO()
    book.save(stream)
    return timeless(stream.getvalue()), None


class _Writer:
    def __init__(self, book: Any, language: Language) -> None:
        self.book, self.language = book, language

    def word(self, zh: str, en: str) -> str:
        return Text(zh, en).in_(self.language)

    def row(self, sheet: Any, cells: Cells) -> None:
        """A row of texts and exact numbers."""
        number = sheet.max_row + 1
        for column, value in enumerate(cells, 1):
            put(sheet.cell(number, column), value)

    def edits(self, edits: Sequence[Edit]) -> None:
        """A row for each value that differs."""
        heads = (
            (self.word("改动", "edit"), 36), (self.word("影响得分", "scoring"), 10), (self.word("哪里", "where"), 24),
            (self.word("改前", "before"), 44), (self.word("改后", "after"), 44),
            (self.word("改前位置", "place before"), 34), (self.word("改后位置", "place after"), 34),
        )  # fmt: skip
        sheet = sheet_named(self.book, self.word("改动", "Edits"), heads)
        for edit in edits:
            places = [str(at) if at.file else "" for at in (edit.before_at, edit.after_at)]
            said = self.word("是", "yes") if not edit.silent else self.word("否", "no")
            title = edit_title(edit, self.language)
            if edit.before != edit.after:
                sentence = (edit.before.in_(self.language), edit.after.in_(self.language))
                self.row(sheet, [title, said, self.word("整条", "the whole"), *sentence, *places])
            for change in edit.changes:
                path = change_path(change, self.language)
                self.row(sheet, [title, said, path, change.before, change.after, *places])

    def summary(self, impact: Impact, summary: Summary) -> None:
        """Counts, grades before and after, and what each edit does, with a chart."""
        from openpyxl.chart import BarChart, Reference

        sheet = sheet_named(self.book, self.word("影响", "Impact"), ((self.word("项目", "what"), 44), ("", 14)))
        for name, value in (
            (self.word("单位数", "units"), summary.units),
            (self.word("得分上升", "gain"), summary.gain),
            (self.word("得分下降", "lose"), summary.lose),
            (self.word("不变", "unchanged"), summary.stay),
            (self.word("变动未定", "undetermined"), summary.open),
            (self.word("平均变动", "mean change"), summary.mean),
        ):
            self.row(sheet, [name, value])
        sheet.append([])
        self.row(sheet, [self.word("等级变动(行改前,列改后)", "grades before (rows), after (columns)")])
        names = [grade_name(grade, self.language) for grade in summary.grades]
        self.row(sheet, ["", *names])
        for before, name in zip(summary.grades, names, strict=True):
            self.row(sheet, [name, *(summary.migration.get((before, after), 0) for after in summary.grades)])
        sheet.append([])
        title = self.word("各条改动的作用(相加即为总变动)", "what each edit does (adds up)") + method(
            impact, self.language
        )
        self.row(sheet, [title])
        heads = (
            ("改动", "edit"), ("下限合计", "sum of lower bounds"), ("上限合计", "sum of upper bounds"), ("单位数", "units"),
            ("最小", "least"), ("最大", "most"),
        )  # fmt: skip
        self.row(sheet, [self.word(*head) for head in heads])
        first = sheet.max_row
        for one in summary.levers:
            self.row(
                sheet, [lever_title(one.lever, self.language), one.lower, one.upper, one.units, one.least, one.most]
            )
        if summary.levers:
            chart = BarChart()
            chart.type, chart.title = "bar", self.word("各条改动的作用", "What each edit does")
            chart.add_data(
                Reference(sheet, min_col=2, max_col=3, min_row=first, max_row=sheet.max_row), titles_from_data=True
            )
            chart.set_categories(Reference(sheet, min_col=1, min_row=first + 1, max_row=sheet.max_row))
            sheet.add_chart(chart, "H2")
        if summary.moves:
            sheet.append([])
            self.row(sheet, [self.word(*BY_THEMSELVES)])
            self.row(sheet, [self.word(*head) for head in MOVE_HEADS])
            for move in summary.moves:
                counts = (move.gain, move.lose, move.stay, move.open)
                self.row(sheet, [edit_title(move.edit, self.language), *counts, move.sum, move.least, move.most])

    def units(self, impact: Impact) -> None:
        """Every unit with the share of each edit."""
        levers = [lever_title(lever, self.language) for lever in impact.levers]
        heads = [
            (self.word("编号", "id"), 20), (self.word("单位", "unit"), 30), (self.word("改前", "before"), 12),
            (self.word("改前上限", "before, at most"), 12), (self.word("改前等级", "grade before"), 10),
            (self.word("改后", "after"), 12), (self.word("改后上限", "after, at most"), 12),
            (self.word("改后等级", "grade after"), 10), (self.word("变动", "change"), 12), *((name, 22) for name in levers),
            *((f"{self.word('指标自身', 'alone')}: {indicator_title(one.edit, self.language)}", 22) for one in impact.edited),
        ]  # fmt: skip
        sheet = sheet_named(self.book, self.word("各单位", "Units"), heads)
        for unit in impact.units:
            self.row(sheet, self.unit(unit, impact))

    def unit(self, unit: UnitImpact, impact: Impact) -> Cells:
        sides: list[str | Fraction | int | None] = []
        for one in (unit.before, unit.after):
            sides += [one.lower, one.upper, "/".join(one.grades)]
        shares = [_share(unit.shares.get(lever.name)) for lever in impact.levers]
        return [unit.subject.id, unit.subject.name, *sides, unit.change, *shares, *(move.change for move in unit.moves)]


def _share(share: Share | None) -> str | Fraction | None:
    """A number; a range in words where the bounds move apart."""
    if share is None:
        return None
    return share.lower if share.lower == share.upper else signed_span(share.lower, share.upper)
