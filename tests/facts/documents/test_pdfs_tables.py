"""Tables of PDFs: ruled, merged, over pages, and ruled in part."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from reportlab.platypus import PageBreak, Spacer, TableStyle
from reportlab.platypus import Paragraph as Flowing
from reportlab.platypus import Table as Ruled

from facts.documents.model import Paragraph, Table
from facts.provenance import PageRef
from tests.facts.documents.pdfmaking import CELL, FONT, LONG, canvas, grid, report, rows, sound, texts


def test_a_ruled_table_is_a_table_and_its_words_are_no_paragraphs(tmp_path: Path) -> None:
    table = [["项目", "预算数", "决算数"], ["基本支出", "1,234.50", "1,200.00"], ["项目支出", "", "98.7%"]]
    document = sound(report(tmp_path / "a.pdf", ["下表为收支。", grid(table), "单位:万元"]))

    assert [type(b) for b in document.blocks] == [Paragraph, Table, Paragraph]
    assert rows(document.tables[0]) == table
    cell = document.tables[0].rows[1][1]
    assert isinstance(cell.locator, PageRef) and cell.locator.box is not None
    left, top, right, bottom = cell.locator.box
    before = document.tables[0].rows[1][0].locator
    assert isinstance(before, PageRef) and before.box is not None and before.box[2] == left < right and top < bottom


def test_merged_cells_and_two_line_headers_are_unfolded(tmp_path: Path) -> None:
    table = [["一级\n指标", "得分", ""], ["", "满分", "自评\n得分"], ["投入", "10", "9.5"]]
    document = sound(report(tmp_path / "a.pdf", [grid(table, [((0, 0), (0, 1)), ((1, 0), (2, 0))])]))

    found = document.tables[0]
    assert rows(found) == [["一级指标", "得分", "得分"], ["一级指标", "满分", "自评得分"], ["投入", "10", "9.5"]]
    assert [[c.covered for c in row] for row in found.rows] == [
        [False, False, True],
        [True, False, False],
        [False, False, False],
    ]


def test_a_cell_joins_wrapped_lines_and_keeps_items_apart(tmp_path: Path) -> None:
    words = "年初预算数与决算数的差异率不超过百分之五得满分,超过的按比例扣分"
    cells = [["标准", "目标", "得分"], [Flowing(words, CELL), "1.出台文件\n2.检查49次", "1234\n5678"]]
    document = sound(report(tmp_path / "a.pdf", [grid(cells, colWidths=[90, 150, 36])]))

    assert rows(document.tables[0])[1] == [words, "1.出台文件\n2.检查49次", "1234\n5678"]


@pytest.mark.parametrize("repeat", [0, 1])
def test_a_table_that_goes_on_over_pages_is_one(tmp_path: Path, repeat: int) -> None:
    table = [["序号", "指标", "得分"], *([str(i), f"指标{i}", "4.5"] for i in range(1, 131))]
    path = report(tmp_path / "a.pdf", [grid(table, repeatRows=repeat), "以上。"], head="某市", numbered=True)
    document = sound(path)

    assert [rows(t) for t in document.tables] == [table] and texts(document) == ["以上。"]
    pages = [row[0].locator.page for row in document.tables[0].rows if isinstance(row[0].locator, PageRef)]
    assert pages == sorted(pages) and pages[-1] >= 3


def test_a_part_without_the_finer_columns_still_joins(tmp_path: Path) -> None:
    first = grid([["项目", "金额", ""], ["甲", "1", "2"]], [((1, 0), (2, 0))], colWidths=[100, 60, 60])
    second = grid([["合计说明", "全年"]], colWidths=[100, 120])
    document = sound(report(tmp_path / "a.pdf", [Spacer(1, 640), first, second]))

    assert [rows(t) for t in document.tables] == [
        [["项目", "金额", "金额"], ["甲", "1", "2"], ["合计说明", "全年", "全年"]]
    ]


def test_a_new_header_or_words_in_between_begin_a_new_table(tmp_path: Path) -> None:
    first, second = [["指标", "分值", "得分"], ["甲", "1", "1"]], [["项目", "预算数", "决算数"], ["乙", "2", "2"]]
    headers = sound(report(tmp_path / "a.pdf", [Spacer(1, 640), grid(first), PageBreak(), grid(second)]))
    words = sound(report(tmp_path / "b.pdf", [Spacer(1, 640), grid(first), PageBreak(), "附表", grid(first)]))

    assert [rows(t) for t in headers.tables] == [first, second]
    assert [rows(t) for t in words.tables] == [first, first]


ROWS = [["指标", "分值", "得分"], ["预算编制", "10", "9.5"], ["支出进度率", "10", "8"]]
OPEN = [
    ("INNERGRID", (0, 0), (-1, -1), 0.5, "black"),
    ("LINEABOVE", (0, 0), (-1, 0), 0.5, "black"),
    ("LINEBELOW", (0, -1), (-1, -1), 0.5, "black"),
]
THREE = [
    ("LINEABOVE", (0, 0), (-1, 0), 1, "black"),
    ("LINEBELOW", (0, 0), (-1, 0), 0.5, "black"),
    ("LINEBELOW", (0, -1), (-1, -1), 1, "black"),
]
EACH = [("LINEABOVE", (0, 0), (-1, -1), 0.5, "black"), ("LINEBELOW", (0, -1), (-1, -1), 1, "black")]


@pytest.mark.parametrize("style", [OPEN, THREE, EACH], ids=["open sides", "three lines", "a line under each row"])
def test_rules_a_table_leaves_out_are_thought_of(tmp_path: Path, style: list[tuple[Any, ...]]) -> None:
    def made() -> Ruled:
        return Ruled(ROWS, style=TableStyle([("FONT", (0, 0), (-1, -1), FONT, 9), *style]))

    one = sound(report(tmp_path / "a.pdf", ["下表为得分。", made(), "以上。"]))
    assert texts(one) == ["下表为得分。", "以上。"] and [rows(t) for t in one.tables] == [ROWS]
    if style is not EACH:
        two = sound(report(tmp_path / "b.pdf", ["一、甲表", made(), LONG, made(), "以上。"]))
        assert texts(two) == ["一、甲表", LONG, "以上。"] and [rows(t) for t in two.tables] == [ROWS, ROWS]


def test_lines_under_words_make_no_table(tmp_path: Path) -> None:
    sheet = canvas(tmp_path / "a.pdf")
    for number, words in enumerate(("单位(盖章)某市科技局", "负责人 张三", "填表日期 2018年3月1日")):
        sheet.drawString(100, 700 - 30 * number, words)
        sheet.line(100, 697 - 30 * number, 400, 697 - 30 * number)
    sheet.save()

    assert [text.replace(" ", "") for text in texts(sound(tmp_path / "a.pdf"))] == [
        "单位(盖章)某市科技局",
        "负责人张三",
        "填表日期2018年3月1日",
    ]


def test_a_frame_around_text_is_no_table(tmp_path: Path) -> None:
    document = sound(report(tmp_path / "a.pdf", [grid([["说明:本表由单位填报。"]])]))

    assert document.tables == () and texts(document) == ["说明:本表由单位填报。"]
