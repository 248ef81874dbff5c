"""Workbooks as people hand them in: moved, typed over, half filled, broken. Exact where it is clear, asked where it is not."""

from __future__ import annotations

import tempfile
import zipfile
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facts.model import Case
from facts.problem import Problem
from facts.provenance import CellRef, PageRef, Provenance
from facts.templatebook.reading import is_template, read_template
from facts.values import Interval
from facts.vocabulary import Column, Vocabulary
from tests.facts.templatebook.books import concept, edited, read, vocabulary_of, written

MONEY, RATE, COUNT = (
    concept("spent", label="支出"),
    concept("rate", unit="%", label="执行率"),
    concept("staff", unit="人"),
)
FLAG, GRADE = concept("flag", "boolean"), concept("grade", "choice", choices=("优", "良", "差"))
NOTE, DAY, POINTS = concept("words", "text"), concept("day", "date"), concept("marks", "score")
COLUMNS = (
    Column("名称", "text"),
    Column("金额", "quantity", MONEY.unit, Fraction(0)),
    Column("完成", "boolean", choices=("是", "否")),
)
ITEMS = concept("items", "table", label="明细", columns=COLUMNS)
WORDS = vocabulary_of(MONEY, RATE, COUNT, FLAG, GRADE, NOTE, DAY, POINTS, ITEMS)
DAMAGED = written(WORDS)
HEADINGS = {"填报值": 3, "单位": 4, "状态": 5, "依据类型": 6, "出处": 7, "位置": 8, "摘录": 9, "说明": 10}


def row_of(book: Any, key: str) -> int:
    found: list[int] = [cell.row for cell in book["数据"]["B"] if cell.value == key]
    return found[0]


def filled(
    folder: Path, key: str, value: Any = None, number_format: str = "", **cells: Any
) -> tuple[Case, tuple[Problem, ...]]:
    """The case and Problems after one row was filled in."""

    def edit(book: Any) -> None:
        row = row_of(book, key)
        cell = book["数据"].cell(row, 3)
        cell.value = value
        if number_format:
            cell.number_format = number_format
        for heading, one in cells.items():
            book["数据"].cell(row, HEADINGS[heading]).value = one

    return read(edited(folder, WORDS, edit), WORDS)


@pytest.mark.parametrize(
    ("key", "typed", "style", "unit", "value"),
    [
        ("spent", 5657.15, "", None, Fraction(56571500)),
        ("spent", 0.07, "", None, Fraction(700)),
        ("spent", "5,657.15 万元", "", None, Fraction(56571500)),
        ("spent", "5，657．15万元", "", None, Fraction(56571500)),
        ("spent", "５６５７.１５", "", None, Fraction(56571500)),
        ("spent", "56,571,500 元", "", None, Fraction(56571500)),
        ("spent", 1.5, "", "亿元", Fraction(150000000)),
        ("spent", "\u00a05657.15\u00a0", "", None, Fraction(56571500)),
        ("rate", 0.95, "0%", None, Fraction(95, 100)),
        ("rate", 0.95123, "0.00%", None, Fraction("0.95123")),
        ("rate", 1.05, "0.00%", None, Fraction(105, 100)),
        ("rate", 95, "General", None, Fraction(95, 100)),
        ("rate", "95％", "", None, Fraction(95, 100)),
        ("rate", "0.95%", "", None, Fraction(95, 10000)),
        ("rate", 0, "General", None, Fraction(0)),
        ("rate", 0.95, "General", "倍", Fraction(95, 100)),
        ("staff", 12, "", None, Fraction(12)),
        ("staff", "１２ 名", "", None, Fraction(12)),
        ("flag", True, "", None, "是"),
        ("flag", "否", "", None, "否"),
        ("flag", "√", "", None, "是"),
        ("flag", "×", "", None, "否"),
        ("rate", "95%以上", "", None, Interval(Fraction(95, 100), None)),
        ("rate", "≥９５％", "", None, Interval(Fraction(95, 100), None)),
        ("staff", "不超过12名", "", None, Interval(Fraction(0), Fraction(12))),
        ("grade", " 良 ", "", None, "良"),
        ("words", 2017, "General", None, "2017"),
        ("day", date(2017, 12, 31), "yyyy-mm-dd", None, date(2017, 12, 31)),
        ("day", "2017年12月31日", "", None, date(2017, 12, 31)),
        ("marks", 4.5, "", None, Fraction(9, 2)),
    ],
)
def test_what_people_type_is_read_exactly(
    tmp_path: Path, key: str, typed: Any, style: str, unit: str | None, value: Any
) -> None:
    cells = {"单位": unit} if unit else {}
    case, problems = filled(tmp_path, key, typed, style, **cells)
    assert [p.show() for p in problems] == []
    assert case.facts[key].value == value and list(case.facts) == [key]


@pytest.mark.parametrize(
    ("key", "typed", "style", "cells", "code"),
    [
        ("rate", 0.95, "General", {}, "ambiguous-percent"),
        ("rate", "0.95", "@", {}, "ambiguous-percent"),
        ("rate", 1.05, "General", {}, "ambiguous-percent"),
        ("rate", 0.95, "0%", {"单位": "倍"}, "unit-mismatch"),
        ("spent", 0.5, "0%", {}, "unit-mismatch"),
        ("spent", "12 万元", "", {"单位": "亿元"}, "unit-mismatch"),
        ("spent", 12, "", {"单位": "圆"}, "unknown-unit"),
        ("spent", "约 12", "", {}, "not-a-number"),
        ("spent", "-", "", {}, "not-a-number"),
        ("spent", "12 万元以上", "", {"状态": "已知"}, "unknown-unit"),
        ("spent", -1, "", {}, "out-of-range"),
        ("spent", date(2017, 5, 6), "m/d", {}, "not-a-number"),
        ("spent", True, "", {}, "not-a-number"),
        ("staff", 1.5, "", {}, "out-of-range"),
        ("flag", "有", "", {}, "unknown-choice"),
        ("grade", "优秀", "", {}, "unknown-choice"),
        ("day", 43100, "General", {}, "bad-date"),
        ("spent", "=1/0", "", {}, "formula-without-value"),
        ("spent", "#DIV/0!", "", {}, "cell-error"),
        ("spent", None, "", {"状态": "已知"}, "missing-value"),
        ("spent", None, "", {"说明": "待补"}, "missing-value"),
        ("spent", 0, "", {"状态": "未提供"}, "value-and-status"),
        ("spent", 0, "", {"状态": "没有"}, "unknown-status"),
        ("spent", 1, "", {"依据类型": "猜测"}, "unknown-basis"),
        ("spent", "≥ 1", "", {"状态": "介于"}, "bad-bounds"),
        ("spent", "≥ 5 万元 < 3 万元", "", {"状态": "介于"}, "out-of-range"),
    ],
)
def test_what_cannot_be_read_for_sure_is_a_problem_at_its_cell(
    tmp_path: Path, key: str, typed: Any, style: str, cells: dict[str, Any], code: str
) -> None:
    case, problems = filled(tmp_path, key, typed, style, **cells)
    assert [p.code for p in problems if p.severity == "error"] == [code]
    assert all(p.at.file.startswith("book.xlsx!数据!") and p.at.line == 0 for p in problems)
    assert code == "unknown-basis" or key not in case.facts


def test_a_row_nobody_touched_states_nothing_and_zero_is_zero(tmp_path: Path) -> None:
    case, problems = filled(tmp_path, "spent", 0)
    assert problems == () and set(case.facts) == {"spent"} and case.facts["spent"].value == 0


def test_what_is_not_there_has_a_status_and_a_reason(tmp_path: Path) -> None:
    case, _ = filled(tmp_path, "spent", None, 状态="未提供", 说明="决算未批复", 出处="批复")
    fact = case.facts["spent"]
    assert (fact.status, fact.value, fact.reason) == ("absent", None, "决算未批复")


@pytest.mark.parametrize(
    ("status", "bound"),
    [
        ("不高于", Interval(Fraction(0), Fraction(100000))),
        ("低于", Interval(Fraction(0), Fraction(100000), False, True)),
        ("不低于", Interval(Fraction(100000), None)),
        ("高于", Interval(Fraction(100000), None, True)),
    ],
)
def test_a_bound_is_a_number_with_a_status(tmp_path: Path, status: str, bound: Interval) -> None:
    case, problems = filled(tmp_path, "spent", 10, 状态=status)
    assert problems == () and case.facts["spent"].value == bound


def test_two_bounds_are_written_with_their_signs(tmp_path: Path) -> None:
    case, problems = filled(tmp_path, "spent", "≥10 <20", 状态="介于")
    assert problems == () and case.facts["spent"].value == Interval(Fraction(100000), Fraction(200000), False, True)


def test_a_fact_without_a_source_carries_its_cell_and_one_with_a_source_what_is_stated(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    bare, _ = filled(tmp_path / "a", "spent", 1)
    (place,) = bare.facts["spent"].provenance
    assert isinstance(place.locator, CellRef) and place.locator.sheet == "数据" and place.locator.cell.startswith("C")
    assert bare.sources[place.source].file == "book.xlsx" and len(bare.sources[place.source].sha256) == 64
    cited, _ = filled(tmp_path / "b", "spent", 1, 出处="决算批复", 位置="第3页", 摘录="支出1万元", 依据类型="可复算")
    assert cited.facts["spent"].provenance == (Provenance("决算批复", PageRef(3), "支出1万元"),)
    assert cited.facts["spent"].basis == "figure" and cited.sources["决算批复"].title == "决算批复"


def test_a_place_in_words_is_kept_as_a_note(tmp_path: Path) -> None:
    case, problems = filled(tmp_path, "spent", 1, 出处="批复", 位置="第三章", 说明="见附表")
    assert problems == () and case.facts["spent"].provenance[0].note == "位置:第三章;见附表"


def test_rows_and_columns_may_move_and_others_may_stand_between(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        sheet = book["数据"]
        sheet.cell(row_of(book, "spent"), 3).value = 7
        sheet.cell(row_of(book, "rate"), 3).value = "95%"
        sheet.insert_cols(3)
        sheet.insert_rows(1, 4)
        sheet.cell(1, 1).value = "某市财政局"
        sheet.move_range("A1:K40", rows=3, cols=2)
        book.move_sheet("数据", -2)
        sheet.title = "数据(已填)"

    case, problems = read(edited(tmp_path, WORDS, edit), WORDS)
    assert problems == ()
    assert (case.facts["spent"].value, case.facts["rate"].value) == (Fraction(70000), Fraction(95, 100))


def test_a_column_somebody_added_and_wrote_in_is_said_not_to_be_read(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        book["数据"].cell(1, 12).value = "填报人"
        book["数据"].cell(row_of(book, "spent"), 12).value = "张三"

    problems = read(edited(tmp_path, WORDS, edit), WORDS)[1]
    assert [(p.code, p.severity, p.at.file) for p in problems] == [("unknown-column", "warning", "book.xlsx!数据!L1")]


def test_ids_that_are_unknown_or_stand_twice_are_problems(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        sheet = book["数据"]
        last = sheet.max_row
        for row, (key, value) in enumerate((("spnt", 1), ("spent", 2), ("spent", 3), (None, 4)), last + 1):
            sheet.cell(row, 2).value, sheet.cell(row, 3).value = key, value

    problems = read(edited(tmp_path, WORDS, edit), WORDS)[1]
    assert sorted(p.code for p in problems) == ["duplicate-id", "duplicate-id", "missing-id", "unknown-concept"]
    assert "spent" in next(p for p in problems if p.code == "unknown-concept").hint.zh


def test_a_table_is_read_by_its_headings_and_lines_with_a_number_only_do_not_count(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        sheet = book["明细"]
        head = next(cell.row for cell in sheet["A"] if cell.value == "序号")
        assert [cell.value for cell in sheet[head]][:4] == ["序号", "名称", "金额", "完成"]
        sheet.cell(head, 2).value, sheet.cell(head, 3).value = "金额", "名称"
        for number, row in enumerate(((12.5, "甲", "是"), ("3 亿元", "乙", None), (None, None, None)), 1):
            sheet.cell(head + number, 1).value = number
            for column, value in enumerate(row, 2):
                sheet.cell(head + number, column).value = value
                sheet.cell(head + number, column).number_format = "General"
        sheet.title = "明细清单"

    case, problems = read(edited(tmp_path, WORDS, edit), WORDS)
    assert problems == ()
    assert case.facts["items"].value == (
        {"名称": "甲", "金额": Fraction(125000), "完成": "是"},
        {"名称": "乙", "金额": Fraction(300000000), "完成": None},
    )
    assert case.facts["items"].provenance[0].locator == CellRef("明细清单", "B2")


def test_a_wrong_cell_of_a_table_is_told_and_the_table_left_out(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        book["明细"].cell(11, 3).value = "不详"

    case, problems = read(edited(tmp_path, WORDS, edit), WORDS)
    assert [(p.code, p.at.file) for p in problems] == [("not-a-number", "book.xlsx!明细!C11")]
    assert "items" not in case.facts


def test_a_formula_counts_as_the_value_saved_with_it(tmp_path: Path) -> None:
    path = edited(
        tmp_path, WORDS, lambda book: book["数据"].cell(row_of(book, "spent"), 3).__setattr__("value", "=0.1+0.2")
    )
    with zipfile.ZipFile(path) as before:
        parts = {name: before.read(name) for name in before.namelist()}
    with zipfile.ZipFile(path, "w") as after:
        for name, data in parts.items():
            saved = data.replace(b"<f>0.1+0.2</f><v/>", b"<f>0.1+0.2</f><v>0.30000000000000004</v>")
            after.writestr(name, saved.replace(b"<f>0.1+0.2</f><v></v>", b"<f>0.1+0.2</f><v>0.30000000000000004</v>"))
    case, problems = read(path, WORDS)
    assert case.facts["spent"].value == Fraction(3000)
    assert sorted((p.code, p.severity) for p in problems) == [("float-noise", "note"), ("formula-value", "note")]


def test_what_is_missing_about_the_department_is_told_at_its_cell(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(written(WORDS))
    case, problems = read_template(path, WORDS, name="book.xlsx")
    assert case is None
    assert [p.at.file for p in problems] == [f"book.xlsx!基本情况!B{row}" for row in (1, 2, 4, 5)]
    assert {p.code for p in problems} == {"missing-cell"}


def test_a_workbook_for_another_rulebook_is_read_with_a_warning(tmp_path: Path) -> None:
    path = edited(tmp_path, WORDS, lambda book: None)
    fewer = Vocabulary({"spent": MONEY}, {"spent": "spent"})
    assert ("template-digest", "warning") in {(p.code, p.severity) for p in read_template(path, fewer)[1]}
    assert [p.code for p in read_template(path, WORDS, "e" * 64)[1]] == ["template-digest"]


def test_a_workbook_without_its_hidden_sheet_is_still_read(tmp_path: Path) -> None:
    path = edited(tmp_path, WORDS, lambda book: book.remove(book["_hegui"]))
    assert is_template(path)
    assert [(p.code, p.severity) for p in read(path, WORDS)[1]] == [("template-mark", "warning")]


def test_other_files_are_no_templates_and_reading_them_is_a_problem(tmp_path: Path) -> None:
    import openpyxl

    other = tmp_path / "other.xlsx"
    openpyxl.Workbook().save(other)
    whole = written(WORDS)
    files = {
        "empty": b"",
        "text": b"hello",
        "cut": whole[:2000],
        "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
        assert not is_template(tmp_path / name)
        case, problems = read_template(tmp_path / name, WORDS)
        assert case is None and len(problems) == 1
    assert not is_template(other) and not is_template(tmp_path / "none") and not is_template(tmp_path)
    assert {p.code for p in read_template(other, WORDS)[1]} >= {"missing-sheet"}
    assert [p.code for p in read_template(tmp_path / "none", WORDS)[1]] == ["no-such-file"]


def test_xml_that_grows_when_it_is_read_is_refused(tmp_path: Path) -> None:
    whole, path = tmp_path / "whole.xlsx", tmp_path / "bomb.xlsx"
    whole.write_bytes(written(WORDS))
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "boom">{entities}]>'.encode()
    with zipfile.ZipFile(whole) as before, zipfile.ZipFile(path, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            if "sheet3" in name:
                data = bomb + data.replace("数据项编号".encode(), b"&e11;")
            after.writestr(name, data)
    case, problems = read_template(path, WORDS)
    assert case is None and [p.code for p in problems] == ["bad-workbook"]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=20))
def test_no_damage_whatever_raises(bytes_to_change: list[tuple[float, int]]) -> None:
    data = bytearray(DAMAGED)
    for where, value in bytes_to_change:
        data[int(where * (len(data) - 1))] = value
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        path.write_bytes(data)
        is_template(path)
        case, problems = read_template(path, WORDS)
    assert case is not None or problems


def test_a_damaged_sheet_is_a_problem_not_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "bad.xlsx"
    whole = tmp_path / "whole.xlsx"
    whole.write_bytes(written(WORDS))
    with zipfile.ZipFile(whole) as before, zipfile.ZipFile(path, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            after.writestr(name, data[: len(data) // 2] if "sheet3" in name else data)
    case, problems = read_template(path, WORDS)
    assert case is None and [p.code for p in problems] == ["bad-workbook"]
