"""An Audit as a 工作底稿: claim, evidence, recomputation, finding, and room for the auditor's note."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from facts.placewords import place_words
from facts.problem import Language, Problem, Text
from facts.provenance import Position, Provenance
from facts.timeless import timeless
from hegui.audit.model import Audit, AuditFinding, ClaimedPoints
from hegui.spreadsheet import put, put_text, sheet_named

# Nothing in a workbook depends on when it was made: same audit, same bytes.
_MADE = datetime(2000, 1, 1)  # noqa: DTZ001  # the format has no zone
MAX_TEXT = 2000

Columns = Sequence[tuple[Text, int]]
_CLAIMS: Columns = (
    (Text("序号", "No."), 6), (Text("一级指标", "Section"), 16), (Text("指标", "Indicator"), 28), (Text("分值", "Points"), 9),
    (Text("自评得分", "Claimed"), 9), (Text("目标值", "Target"), 12), (Text("实际完成", "Actual"), 12),
    (Text("原文", "Quote"), 40), (Text("位置", "Place"), 16), (Text("证据", "Evidence"), 30), (Text("复算", "Recomputed"), 14),
    (Text("已证实", "Proven"), 9), (Text("未证实", "Unproven"), 9), (Text("相矛盾", "Contradicted"), 9),
    (Text("计入", "Counted"), 7), (Text("问题", "Findings"), 36), (Text("审核人意见", "Auditor's note"), 24),
)  # fmt: skip
_FINDINGS: Columns = (
    (Text("序号", "No."), 6), (Text("程度", "Severity"), 9), (Text("检查", "Check"), 22), (Text("说明", "Finding"), 44),
    (Text("原文一", "Quote 1"), 36), (Text("位置一", "Place 1"), 16), (Text("原文二", "Quote 2"), 36),
    (Text("位置二", "Place 2"), 16), (Text("应为", "Expected"), 14), (Text("实为", "Found"), 14), (Text("差异", "Difference"), 12),
    (Text("审核人意见", "Auditor's note"), 24),
)  # fmt: skip
_FIGURES: Columns = (
    (Text("序号", "No."), 6), (Text("名称", "Label"), 34), (Text("写作", "Written"), 16), (Text("单位", "Unit"), 8),
    (Text("数值(基本单位)", "Value (base unit)"), 20), (Text("位置", "Place"), 16),
)  # fmt: skip
_SEVERITY = {"error": Text("错误", "error"), "warning": Text("警告", "warning"), "note": Text("提示", "note")}


def workpaper(audit: Audit, language: Language = "zh") -> tuple[bytes | None, Problem | None]:
    """The workbook's bytes; the Problem where the library that writes it is not installed."""
    try:
        import openpyxl
    except ModuleNotFoundError:
        message = Text("写工作簿需要 openpyxl", "writing a workbook needs openpyxl")
        hint = Text("请安装:pip install 'hegui[documents]'", "Install it: pip install 'hegui[documents]'")
        return None, Problem("extra-missing", Position("--format"), message, hint)
    # Written row by row: 200,000 claims in memory as cells would take more than there is.
    book = openpyxl.Workbook(write_only=True)
    writer = _Writer(book, language)
    writer.summary(audit)
    writer.claims(audit)
    writer.findings(audit)
    writer.figures(audit)
    book.properties.creator = "hegui"
    book.properties.created = book.properties.modified = _MADE
    stream = io.BytesIO()
    book.save(stream)
    return timeless(stream.getvalue()), None


class _Writer:
    """Writes the sheets of one workbook in one language."""

    def __init__(self, book: Any, language: Language) -> None:
        from openpyxl.styles import Alignment

        self.book, self.language = book, language
        self._top = Alignment(wrap_text=True, vertical="top")

    def word(self, zh: str, en: str) -> str:
        return Text(zh, en).in_(self.language)

    def sheet(self, title: str, columns: Columns) -> Any:
        """A sheet with its heading, set up to be read and printed."""
        return sheet_named(self.book, title, [(name.in_(self.language), width) for name, width in columns])

    def row(self, sheet: Any, values: Sequence[str | Fraction | int | None]) -> None:
        """A row of texts and exact numbers."""
        from openpyxl.cell import WriteOnlyCell

        cells = []
        for value in values:
            cell = WriteOnlyCell(sheet)
            cell.alignment = self._top
            put(cell, value, MAX_TEXT)
            cells.append(cell)
        sheet.append(cells)

    def claims(self, audit: Audit) -> None:
        """What is claimed, and how it stands."""
        sheet = self.sheet(self.word("自评得分核对", "Claims"), _CLAIMS)
        by_claim: dict[str, list[str]] = {}
        for finding in audit.findings:
            by_claim.setdefault(finding.claim, []).append(finding.message.in_(self.language))
        leaves = [claim for claim in audit.claims if claim.claim.kind == "indicator"]
        for number, one in enumerate(leaves, 1):
            self.row(sheet, self.claim(number, one, by_claim.get(one.claim.name, ())))

    def claim(self, number: int, one: ClaimedPoints, findings: Sequence[str]) -> list[str | Fraction | int | None]:
        claim = one.claim
        first = claim.provenance[0] if claim.provenance else None
        evidence = ";".join(place.quote for place in one.evidence)
        return [
            number, claim.section, claim.name, claim.points, claim.score, claim.target, claim.actual,
            first.quote if first else "", self.where(first), evidence, one.recomputed, one.proven, one.unproven,
            one.contradicted, self.counted(one.counted), "\n".join(findings), "",
        ]  # fmt: skip

    def counted(self, counts: bool) -> str:
        """Whether a claim counts in the sums: one that a table repeats after the text counts once."""
        return self.word("是", "yes") if counts else self.word("否", "no")

    def findings(self, audit: Audit) -> None:
        """What does not hold."""
        sheet = self.sheet(self.word("问题清单", "Findings"), _FINDINGS)
        for number, one in enumerate(audit.findings, 1):
            self.row(sheet, self.finding(number, one))

    def finding(self, number: int, one: AuditFinding) -> list[str | Fraction | int | None]:
        places = [*one.quotes[:2], None, None]
        quotes = [(place.quote if place else "", self.where(place)) for place in places[:2]]
        severity = _SEVERITY[one.severity].in_(self.language)
        message = one.message.in_(self.language)
        told = [cell for pair in quotes for cell in pair]
        return [number, severity, one.check, message, *told, one.expected, one.actual, one.difference, ""]

    def figures(self, audit: Audit) -> None:
        """Every number the report states."""
        sheet = self.sheet(self.word("数字清单", "Figures"), _FIGURES)
        for number, one in enumerate(audit.figures, 1):
            self.row(sheet, [number, one.label, one.shown, one.unit, one.value, self.where(one.provenance)])

    def line(self, sheet: Any, zh: str, en: str, value: str | Fraction | None, *, computed: bool = False) -> None:
        """A line of the summary: what it is, and its value or the formula that computes it."""
        from openpyxl.cell import WriteOnlyCell

        name, cell = WriteOnlyCell(sheet), WriteOnlyCell(sheet)
        put_text(name, self.word(zh, en))
        if computed:
            cell.value, cell.number_format = value, "0.00"
        else:
            put(cell, value)
        sheet.append([name, cell])

    def summary(self, audit: Audit) -> None:
        """The points, summed live over the sheet of claims, with a picture; first in the book."""
        sheet = self.book.create_sheet(self.word("汇总", "Summary"))
        sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 68
        claims = self.word("自评得分核对", "Claims")
        self.line(sheet, "报告", "Report", audit.source.title)
        self.line(sheet, "SHA-256", "SHA-256", audit.source.sha256)
        self.line(sheet, "自评总分", "Claimed in total", audit.points.claimed)
        last = max(2, sum(claim.claim.kind == "indicator" for claim in audit.claims) + 1)
        counted, yes = f"'{claims}'!O2:O{last}", self.counted(counts=True)
        rows = (
            ("E", "各项自评得分之和", "Sum of claims"),
            ("L", "已证实", "Proven"),
            ("M", "未证实", "Unproven"),
            ("N", "相矛盾", "Contradicted"),
        )
        for column, zh, en in rows:
            total = f"=SUMIF({counted},\"{yes}\",'{claims}'!{column}2:{column}{last})"
            self.line(sheet, zh, en, total, computed=True)
        # What no row claims, and whether the three make up the whole, go on being true as rows are changed.
        if audit.points.claimed is not None:
            self.line(sheet, "总分与各项之和的差", "Total less the sum of claims", "=B3-B4", computed=True)
        else:
            sheet.append([])
        agrees, differs = self.word("相符", "agrees"), self.word("不符", "differs")
        check = f'=IF(ABS(B5+B6+B7-B4)<0.000001,"{agrees}","{differs}")'
        self.line(sheet, "三项之和与各项之和", "The three against the sum", check, computed=True)
        self.picture(sheet)

    def picture(self, sheet: Any) -> None:
        """The three standings as parts of a whole."""
        from openpyxl.chart import PieChart, Reference

        chart = PieChart()
        chart.title = self.word("自评得分", "Claimed points")
        chart.add_data(Reference(sheet, min_col=2, min_row=5, max_row=7))
        chart.set_categories(Reference(sheet, min_col=1, min_row=5, max_row=7))
        sheet.add_chart(chart, "A11")

    def where(self, place: Provenance | None) -> str:
        """The place in words."""
        return place_words(str(place.locator), self.language) if place is not None and place.locator is not None else ""
