"""A difference of rulebooks as a workbook: the edits, the impact, every unit with the share of each edit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import islice
from typing import IO, Any

from engine.difference import Edit
from engine.impact import Effect, Impact
from engine.shares import Share
from facts.problem import Language, Problem, Text
from facts.provenance import Position
from facts.timeless import timeless_copy
from hegui.binary import temporary
from hegui.spreadsheet import put, sheet_named
from hegui.workbench.difference.sharing import ByEffect
from hegui.workbench.difference.summary import Summary
from hegui.workbench.difference.text import BY_THEMSELVES, MOVE_HEADS, grade_name, method, signed_span
from hegui.workbench.difference.words import change_path, edit_title, indicator_title, lever_title

Cells = Sequence[str | Fraction | int | None]
Heads = Sequence[tuple[str, int]]
# What a sheet holds at most, its heading included; further units go on further sheets.
MOST_ROWS = 1_048_576


def difference_sheets(
    target: IO[bytes], edits: Sequence[Edit], impact: Impact | None, summary: Summary | None, language: Language = "zh"
) -> Problem | None:
    """Write the workbook into a file; the Problem where the library that writes it is not installed."""
    try:
        import openpyxl
    except ModuleNotFoundError:
        message = Text("写工作簿需要 openpyxl", "writing a workbook needs openpyxl")
        hint = Text("请安装:pip install 'hegui[documents]'", "Install it: pip install 'hegui[documents]'")
        return Problem("extra-missing", Position("--format"), message, hint)
    # Written row by row: a million units in memory as cells would take more than there is.
    book = openpyxl.Workbook(write_only=True)
    writer = _Writer(book, language)
    writer.edits(edits)
    if impact is not None and summary is not None:
        writer.summary(impact, summary)
        writer.units(impact)
    with temporary() as stream:
        book.save(stream)
        stream.seek(0)
        timeless_copy(stream, target)
    return None


def split_note(impact: Impact | None) -> tuple[Problem, ...]:
    """A note where a workbook needs several sheets for the units."""
    sheets = _sheets(impact)
    if sheets < 2:
        return ()
    message = Text(
        f"一张工作表最多 {MOST_ROWS} 行;各单位分列 {sheets} 张工作表",
        f"a sheet holds at most {MOST_ROWS} rows: the units stand on {sheets} sheets",
    )
    return (Problem("several-sheets", Position("--format"), message, severity="note"),)


def _sheets(impact: Impact | None) -> int:
    """How many sheets the units need."""
    return 0 if impact is None else max(1, -(-len(impact.units) // (MOST_ROWS - 1)))


class _Writer:
    def __init__(self, book: Any, language: Language) -> None:
        self.book, self.language = book, language

    def word(self, zh: str, en: str) -> str:
        return Text(zh, en).in_(self.language)

    def sheet(self, title: str, heads: Heads, rows: Iterable[Cells], size: tuple[int, int]) -> Any:
        """A sheet of texts and exact numbers; `size` is that of the rows."""
        from openpyxl.cell import WriteOnlyCell

        sheet = sheet_named(self.book, title, heads, (size[0] + 1, max(len(heads), size[1])))
        for row in rows:
            cells = []
            for value in row:
                cell = None
                if value is not None:
                    cell = WriteOnlyCell(sheet)
                    put(cell, value)
                cells.append(cell)
            sheet.append(cells)
        return sheet

    def small(self, title: str, heads: Heads, rows: Sequence[Cells]) -> Any:
        """A sheet of few rows."""
        return self.sheet(title, heads, rows, (len(rows), max(map(len, rows), default=0)))

    def edits(self, edits: Sequence[Edit]) -> None:
        """A row for each value that differs."""
        heads = (
            (self.word("改动", "edit"), 36), (self.word("影响得分", "scoring"), 10), (self.word("哪里", "where"), 24),
            (self.word("改前", "before"), 44), (self.word("改后", "after"), 44),
            (self.word("改前位置", "place before"), 34), (self.word("改后位置", "place after"), 34),
        )  # fmt: skip
        rows: list[Cells] = []
        for edit in edits:
            places = [str(at) if at.file else "" for at in (edit.before_at, edit.after_at)]
            said = self.word("是", "yes") if not edit.silent else self.word("否", "no")
            title = edit_title(edit, self.language)
            if edit.before != edit.after:
                sentence = (edit.before.in_(self.language), edit.after.in_(self.language))
                rows.append([title, said, self.word("整条", "the whole"), *sentence, *places])
            for change in edit.changes:
                path = change_path(change, self.language)
                rows.append([title, said, path, change.before, change.after, *places])
        self.small(self.word("改动", "Edits"), heads, rows)

    def summary(self, impact: Impact, summary: Summary) -> None:
        """Counts, grades before and after, and what each edit does, with a chart."""
        names = [grade_name(grade, self.language) for grade in summary.grades]
        rows: list[Cells] = [
            *self.counts(summary),
            [self.word("等级变动(行改前,列改后)", "grades before (rows), after (columns)")],
            ["", *names],
        ]
        for before, name in zip(summary.grades, names, strict=True):
            rows.append([name, *(summary.migration.get((before, after), 0) for after in summary.grades)])
        title = self.word("各条改动的作用(相加即为总变动)", "what each edit does (adds up)")
        rows.append([title + method(impact, self.language)])
        heads = (
            ("改动", "edit"), ("下限合计", "sum of lower bounds"), ("上限合计", "sum of upper bounds"), ("单位数", "units"),
            ("最小", "least"), ("最大", "most"),
        )  # fmt: skip
        rows.append([self.word(*head) for head in heads])
        # One below the heading of the sheet.
        first = len(rows) + 1
        rows += [
            [lever_title(one.lever, self.language), one.lower, one.upper, one.units, one.least, one.most]
            for one in summary.levers
        ]
        if summary.moves:
            rows.append([self.word(*BY_THEMSELVES)])
            rows.append([self.word(*head) for head in MOVE_HEADS])
            for move in summary.moves:
                counts = (move.gain, move.lose, move.stay, move.open)
                rows.append([edit_title(move.edit, self.language), *counts, move.sum, move.least, move.most])
        sheet = self.small(self.word("影响", "Impact"), ((self.word("项目", "what"), 44), ("", 14)), rows)
        if summary.levers:
            self.chart(sheet, first, first + len(summary.levers))

    def counts(self, summary: Summary) -> tuple[Cells, ...]:
        """Who gains, who loses."""
        return (
            [self.word("单位数", "units"), summary.units],
            [self.word("得分上升", "gain"), summary.gain],
            [self.word("得分下降", "lose"), summary.lose],
            [self.word("不变", "unchanged"), summary.stay],
            [self.word("变动未定", "undetermined"), summary.open],
            [self.word("平均变动", "mean change"), summary.mean],
        )

    def chart(self, sheet: Any, first: int, last: int) -> None:
        """What each edit does, as bars."""
        from openpyxl.chart import BarChart, Reference

        chart = BarChart()
        chart.type, chart.title = "bar", self.word("各条改动的作用", "What each edit does")
        chart.add_data(Reference(sheet, min_col=2, max_col=3, min_row=first, max_row=last), titles_from_data=True)
        chart.set_categories(Reference(sheet, min_col=1, min_row=first + 1, max_row=last))
        sheet.add_chart(chart, "H2")

    def units(self, impact: Impact) -> None:
        """Every unit with the share of each edit, on as many sheets as they need."""
        levers = [lever_title(lever, self.language) for lever in impact.levers]
        heads = [
            (self.word("编号", "id"), 20), (self.word("单位", "unit"), 30), (self.word("改前", "before"), 12),
            (self.word("改前上限", "before, at most"), 12), (self.word("改前等级", "grade before"), 10),
            (self.word("改后", "after"), 12), (self.word("改后上限", "after, at most"), 12),
            (self.word("改后等级", "grade after"), 10), (self.word("变动", "change"), 12), *((name, 22) for name in levers),
            *((f"{self.word('指标自身', 'alone')}: {indicator_title(one.edit, self.language)}", 22) for one in impact.edited),
        ]  # fmt: skip
        effect = ByEffect(lambda one: _cells(one, impact))
        rows = ((unit.subject.id, unit.subject.name, *effect(unit.effect)) for unit in impact.units)
        left, title = len(impact.units), self.word("各单位", "Units")
        for number in range(1, _sheets(impact) + 1):
            some = min(left, MOST_ROWS - 1)
            name = title if number == 1 else f"{title} {number}"
            self.sheet(name, heads, islice(rows, some), (some, len(heads)))
            left -= some


def _cells(effect: Effect, impact: Impact) -> Cells:
    sides: list[str | Fraction | int | None] = []
    for one in (effect.before, effect.after):
        sides += [one.lower, one.upper, "/".join(one.grades)]
    shares = [_share(effect.shares.get(lever.name)) for lever in impact.levers]
    return [*sides, effect.change, *shares, *(move.change for move in effect.moves)]


def _share(share: Share | None) -> str | Fraction | None:
    """A number; a range in words where the bounds move apart."""
    if share is None:
        return None
    return share.lower if share.lower == share.upper else signed_span(share.lower, share.upper)
