"""Dirt of every kind, from the file to the case file: read for what it means, and every repair told; doubts are never guessed at."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
import pytest
import yaml
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from facts.documents.model import Document
from facts.documents.reading import read_document
from facts.gathering.casewriting import case_text
from facts.gathering.gathering import gather
from facts.gathering.mapping import NO_MAPPING
from tests.facts.gathering.making import VOCABULARY, fact, problems_of, values


def text(folder: Path, words: str) -> Document:
    path = folder / "报告.txt"
    path.write_text(words + "\n", encoding="utf-8")
    document, _ = read_document(path)
    assert document is not None
    return document


def book(
    folder: Path,
    *rows: Sequence[object],
    formats: Mapping[str, str] | None = None,
    title: str = "表",
    old: bool = False,
) -> Document:
    made = openpyxl.Workbook()
    made.active.title = title
    if old:
        made.epoch = CALENDAR_MAC_1904
    for row in rows:
        made.active.append(row)
    for cell, code in (formats or {}).items():
        made.active[cell].number_format = code
    made.save(folder / "表.xlsx")
    document, _ = read_document(folder / "表.xlsx")
    assert document is not None
    return document


def notes(key: str, document: Document) -> str:
    """The note of the fact, which must also stand in the case file."""
    note = fact(key, document).provenance[0].note
    written = yaml.safe_load(case_text(gather([document], NO_MAPPING, VOCABULARY)[0], VOCABULARY, ()))
    label = VOCABULARY.concepts[key].label
    entry = written["facts"][label]
    assert (entry.get("note", "") if isinstance(entry, dict) else "") == note
    return note


@pytest.mark.parametrize(
    ("words", "shown", "note"),
    [
        ("部门决算数为56571500元", "56571500 元", ""),
        ("部门决算数为1.2亿元", "1.2 亿元", ""),
        ("部门决算数为5，657.15万元", "5,657.15 万元", "全角字符按半角读"),
        ("部门决算数为５，６５７．１５ 万元", "5,657.15 万元", "全角字符按半角读"),
        ("部门决算数为5, 657.15万元", "5,657.15 万元", "数字中间断开的“5, 657”读作“5,657”"),
        ("部门决算数为5657 .15万元", "5657.15 万元", "数字中间断开的“5657 .15”读作“5657.15”"),
        ("部门决算数为5657. 15万元", "5657.15 万元", "数字中间断开的“5657. 15”读作“5657.15”"),
        ("部门决算数为5\xa0657.15万元", "5657.15 万元", "数字中间断开的“5\xa0657”读作“5657”"),
        ("部门决算数为\xa05,657.15\u200b万元", "5,657.15 万元", "特殊空格按空格读;去掉了看不见的字符"),
        ("部門決算數為5,657.15萬元", "5,657.15 万元", "繁体字按简体读"),
        ("部门决算数5657.15万元①比上年增长3%", "5657.15 万元", ""),
        ("部门决算数①为5657.15万元*", "5657.15 万元", ""),
    ],
)
def test_an_amount_in_prose(tmp_path: Path, words: str, shown: str, note: str) -> None:
    document = text(tmp_path, words)
    assert values(document) == {"final": shown}
    assert notes("final", document) == note


@pytest.mark.parametrize("sign", ["≤", "≦", "⩽", "﹤=", "＜=", "〈=", "<＝"])
def test_every_way_to_write_at_most(tmp_path: Path, sign: str) -> None:
    document = text(tmp_path, f"正式下发文件数{sign}680份")
    assert values(document) == {"documents": "≤ 680 份"}
    assert notes("documents", document) == ("" if sign == "≤" else f"“{sign}”读作“≤”")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("部门决算数为l2.5万元", "lookalike"),
        ("部门决算数为5,6S7.15万元", "lookalike"),
        ("部门决算数为1O0.5万元", "lookalike"),
        ("部门决算数为5.657.15万元", "lookalike"),
        ("部门决算数为5 657.15万元", "part-of-number-value"),
        ("部门决算数为约5657万元", "approximate-value"),
        ("部门决算数为5657.15", "unit-missing"),
        ("预算执行率提高98.7个百分点,预算执行率为98.7个百分点", "percent-or-points"),
        ("部门决算数为3. 15万元用于培训", "unit-missing"),
    ],
)
def test_what_is_doubtful_in_prose_is_said_and_not_taken(tmp_path: Path, words: str, code: str) -> None:
    document = text(tmp_path, words)
    assert values(document) == {} and problems_of(document) == {code}


@pytest.mark.parametrize(
    ("amount", "shown", "note"),
    [
        ("５，６５７．１５", "5,657.15 万元", "全角字符按半角读;单位取自“单位:万元”"),
        ("12.30①", "12.30 万元", "“①”是注码,没有计入;单位取自“单位:万元”"),
        ("12.30[1]", "12.30 万元", "“[1]”是注码,没有计入;单位取自“单位:万元”"),
        ("12.30*", "12.30 万元", "“*”是注码,没有计入;单位取自“单位:万元”"),
        ("12.3\u3000万元", "12.3 万元", "特殊空格按空格读"),
        (
            "1\u202f234\u202f567.5",
            "1234567.5 万元",
            "数字中间断开的“1\u202f234\u202f567”读作“1234567”;单位取自“单位:万元”",
        ),
    ],
)
def test_an_amount_in_a_cell(tmp_path: Path, amount: str, shown: str, note: str) -> None:
    document = book(tmp_path, ["单位:万元", None], ["支出决算数①", amount])
    assert values(document) == {"final": shown}
    assert notes("final", document) == note


@pytest.mark.parametrize(
    ("amount", "code"),
    [("5 657.15", "broken-number"), ("12. 30", "broken-number"), ("1O.5", "lookalike"), ("l2.5万元", "lookalike")],
)
def test_what_is_doubtful_in_a_cell_is_said_once_and_not_taken(tmp_path: Path, amount: str, code: str) -> None:
    document = book(tmp_path, ["单位:万元", None], ["部门决算数", amount])
    assert values(document) == {}
    found = gather([document], NO_MAPPING, VOCABULARY)[1]
    told = [p.code for p in found if not p.code.startswith("unclear") and p.code != "nothing-recognised"]
    assert told == [code]


def test_a_float_is_settled_by_its_format_alone(tmp_path: Path) -> None:
    rows = (["部门决算数(万元)", 0.0900000762939453], ["预算执行率", 0.0900000762939453])
    shown = book(tmp_path, *rows, formats={"B1": "0.00", "B2": "0.00%"})
    assert values(shown) == {"final": "0.09 万元", "rate": "9%"}
    assert notes("rate", shown) == "按单元格的数字格式取值"
    assert values(book(tmp_path, *rows[:1])) == {"final": "0.0900000762939453 万元"}


@pytest.mark.parametrize("written", ["2017年12月31日", "2017.12.31", "2017/12/31", "２０１７-１２-３１"])
def test_a_day_however_it_is_written(tmp_path: Path, written: str) -> None:
    issued = fact("issued", book(tmp_path, ["印发日期", written]))
    assert issued.value == datetime.date(2017, 12, 31)


@pytest.mark.parametrize("old", [False, True])
def test_a_day_stored_as_a_number_by_either_calendar(tmp_path: Path, old: bool) -> None:
    document = book(tmp_path, ["印发日期", datetime.date(2017, 12, 31)], old=old)
    assert fact("issued", document).value == datetime.date(2017, 12, 31)
    # Without the format of a date it is a number like any other.
    assert values(book(tmp_path, ["印发日期", 43100])) == {}


def test_a_column_with_a_total_and_one_part_is_not_read_as_the_part(tmp_path: Path) -> None:
    header = (["项目", "年初预算数(万元)", "支出决算数(万元)"],)
    assert values(book(tmp_path, *header, ["合计", 100, 90], ["基本支出", 60, 50])) == {}
    assert values(book(tmp_path, *header, ["合计", 100, 90], ["基本支出", 100, 90])) == {
        "budget": "100 万元", "final": "90 万元",
    }  # fmt: skip


def test_rows_tell_what_was_filled_down_repaired_and_left_out(tmp_path: Path) -> None:
    document = book(
        tmp_path,
        ["一级", "名称", "是否量化", "金额(万元)"],
        ["产出", "数量", "是", "1,000"],
        [None, "质量", "√", "２"],
        ["小计", None, None, 1002],
        ["效益", "满意", "否", "3①"],
        title="绩效目标表",
    )
    assert fact("targets", document).shown == "3 行"
    assert notes("targets", document) == (
        "表中 3 行;其间 1 行是空行、合计或注释,没有计入;“一级”向下填充;“√”读作“是”;全角字符按半角读;“①”是注码,没有计入"
    )
