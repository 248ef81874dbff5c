"""评价得分简表: sections and the total, computed live over the working paper, with the engine's own figures beside them."""

from __future__ import annotations

from typing import Any

from engine.statedbook import state_section, state_total
from facts.problem import Text
from facts.values import Rounding
from hegui.papers.conclusions import result_line
from hegui.papers.matter import Matter
from hegui.papers.model import text_of
from hegui.papers.sheetsize import sized
from hegui.papers.sums import counted, is_plain, section_formula, total_formula, total_is_plain
from hegui.spreadsheet import put, put_text, sheet_named

_CELL = Rounding(12)
_COLUMNS = (
    (Text("一级指标", "Section"), 26), (Text("声明分值", "Declared"), 11), (Text("所列分值", "Listed"), 11),
    (Text("得分下限", "Least score"), 12), (Text("得分上限", "Most score"), 12), (Text("得分率", "Share"), 11),
    (Text("评价结果下限", "Least, as assessed"), 13), (Text("评价结果上限", "Most, as assessed"), 13),
    (Text("核对", "Check"), 10), (Text("算法", "How it is made"), 46),
)  # fmt: skip
_TOLERANCE = "0.000001"


class ScoreSheet:
    """Writes the sheet; `paper` is the sheet the formulas read."""

    def __init__(self, book: Any, matter: Matter, paper: str) -> None:
        self.matter, self.of, self.paper = matter, matter.of, paper
        columns = [(matter.text(name), width) for name, width in _COLUMNS]
        self.sheet = sheet_named(book, matter.both("评价得分简表", "Scores"), columns)
        self.first: dict[str, int] = {}
        self.last: dict[str, int] = {}
        for row, one in enumerate(self.of.indicators, 2):
            self.first.setdefault(one.section, row)
            self.last[one.section] = row

    def write(self) -> None:
        """The sections, the total, and what the sheet is about."""
        from openpyxl.styles import Alignment, Font

        for row in range(2, len(self.of.sections) + 2):
            self.section(row)
        total = len(self.of.sections) + 2
        self.total(total)
        for cell in self.sheet[total]:
            cell.font = Font(name=cell.font.name, size=cell.font.sz, bold=True)
        sized(self.sheet, [width for _, width in _COLUMNS])
        for row in range(2, total + 1):
            self.sheet.cell(row, 9).alignment = Alignment(horizontal="center", vertical="top")
        self.notes(total + 2)

    def column(self, letter: str, section: str) -> str:
        """A section's rows in a column of the working paper."""
        return f"'{self.paper}'!{letter}{self.first[section]}:{letter}{self.last[section]}"

    def section(self, row: int) -> None:
        """One section's row."""
        result = self.of.sections[row - 2]
        rule = next(one for one in self.matter.rulebook.sections if one.id == result.id)
        members = [counted(one, self.matter.rulebook) for one in self.matter.indicators_of(result)]
        plain = bool(members) and is_plain(rule, result, members)
        formulas = None
        if plain:
            points, lower, upper = (self.column(letter, result.id) for letter in ("D", "E", "F"))
            at = f"B{row}"
            formulas = (section_formula(rule, at, points, lower), section_formula(rule, at, points, upper))
        put_text(self.sheet.cell(row, 1), self.matter.title(result.title))
        put(self.sheet.cell(row, 2), _CELL(result.points))
        put(self.sheet.cell(row, 3), _CELL(result.listed_points))
        self.scores(row, result.lower, result.upper, formulas)
        told = self.matter.text(state_section(self.matter.rulebook, rule))
        put_text(self.sheet.cell(row, 10), told if plain else f"{told}{self.not_plain()}")

    def total(self, row: int) -> None:
        """The row of the total."""
        of, rulebook = self.of, self.matter.rulebook
        plain = total_is_plain(of, rulebook)
        lower, upper = (total_formula(rulebook, f"{letter}2:{letter}{row - 1}") for letter in ("D", "E"))
        put_text(self.sheet.cell(row, 1), self.matter.word("total"))
        put(self.sheet.cell(row, 2), _CELL(of.points))
        self.scores(row, of.lower, of.upper, (lower, upper) if plain else None)
        told = self.matter.text(state_total(rulebook))
        put_text(self.sheet.cell(row, 10), told if plain else f"{told}{self.not_plain()}")

    def scores(self, row: int, least: Any, most: Any, formulas: tuple[str, str] | None) -> None:
        """The live figures, the engine's, and whether they agree."""
        for column, value in ((7, least), (8, most)):
            put(self.sheet.cell(row, column), _CELL(value))
        for place, column in enumerate((4, 5)):
            cell = self.sheet.cell(row, column)
            cell.value = f"={formulas[place]}" if formulas else f"={'GH'[place]}{row}"
            cell.number_format = "0.00####"
        share = self.sheet.cell(row, 6)
        share.value = f'=IF(AND(B{row}>0,D{row}=E{row},D{row}>=0),D{row}/B{row},"—")'
        share.number_format = "0.00%"
        agrees, differs = self.matter.both("相符", "agrees"), self.matter.both("不符", "differs")
        check = f"AND(ABS(D{row}-G{row})<{_TOLERANCE},ABS(E{row}-H{row})<{_TOLERANCE})"
        cell = self.sheet.cell(row, 9)
        if formulas:
            cell.value = f'=IF({check},"{agrees}","{differs}")'
        else:
            # A figure cannot be checked against itself.
            put_text(cell, self.matter.both("照录", "as assessed"))

    def not_plain(self) -> str:
        """What is said where the assessed figure stands in place of a formula."""
        return self.matter.both(
            "【不能由各项得分直接算出(计入条件、否决、不适用的处理等),照录评价结果】",
            " [No plain sum (a gate, a veto, what does not apply): the assessed figures stand here.]",
        )

    def notes(self, row: int) -> None:
        """Grade, and how to read the sheet."""
        from openpyxl.styles import Alignment

        matter = self.matter
        one = self.of
        told = [
            f"{matter.subject} [{one.subject.id}], {one.period}",
            f"{matter.title(one.rulebook_title)} [{one.rulebook_id} {one.rulebook_version}]",
            text_of(result_line(matter)),
            matter.basis(),
            matter.both(
                "得分由工作底稿的“得分下限”“得分上限”两列实时算出;改动底稿,这里随之变化,“核对”一栏随即显示与评价结果是否相符。",
                "Scores are computed live over the least and most scores of the working paper: change it, and they follow; "
                "the check says whether they still agree with the assessment.",
            ),
        ]
        for number, text in enumerate(told, row):
            cell = self.sheet.cell(number, 1)
            put_text(cell, text)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            self.sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=10)
            self.sheet.row_dimensions[number].height = 30
