"""A population out of a table: what is read, what is left out, and that one bad row never spoils another."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from facts.documents.reading import read_document
from facts.gathering.populations import read_population
from facts.model import Period, Population
from facts.problem import Problem
from tests.engine.example import WORDS

YEAR = Period(date(2017, 1, 1), date(2017, 12, 31))
HEADER = "单位编号,单位名称,预算数(元),执行率,已公开,备注二\n"


def read(path: Path) -> tuple[Population, tuple[Problem, ...]]:
    document, problems = read_document(path)
    assert document is not None, problems
    population, found = read_population(document, WORDS, YEAR)
    assert population is not None, found
    return population, found


def table(tmp_path: Path, rows: str, header: str = HEADER) -> tuple[Population, tuple[Problem, ...]]:
    path = tmp_path / "单位.csv"
    path.write_text(header + rows, encoding="utf-8")
    return read(path)


def test_a_row_is_a_case_with_the_units_of_its_headers_and_the_place_of_each_cell(tmp_path: Path) -> None:
    population, problems = table(tmp_path, "A1,甲局,12000,98.5%,是,x\nA2,乙局,—,,否,\n")
    first, second = population.cases
    assert (first.subject.id, first.subject.name, first.period) == ("A1", "甲局", YEAR)
    assert {key: fact.value for key, fact in first.facts.items()} == {
        "budget": Fraction(12000),
        "rate": Fraction("0.985"),
        "published": "是",
    }
    place = first.facts["budget"].provenance[0]
    assert place.locator is not None and place.quote == "12000"
    assert set(second.facts) == {"published"}  # a dash and nothing are no zero
    assert [problem.code for problem in problems] == ["unknown-column"]


def test_rows_that_cannot_be_used_are_told_and_left_out(tmp_path: Path) -> None:
    population, problems = table(
        tmp_path, "A1,甲局,1,90%,是,\nA1,重,2,80%,否,\n,,3,70%,是,\nA4,丁局,很多,60%,是,\n合计,,6,,,\n"
    )
    assert [case.subject.id for case in population.cases] == ["A1", "A4"]
    assert population.rejected == 2
    assert set(population.cases[1].facts) == {"rate", "published"}
    assert sorted(p.code for p in problems) == ["not-a-number", "rejected-row", "rejected-row", "unknown-column"]


def test_a_table_without_units_is_no_population(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("预算数,决算数\n1,2\n", encoding="utf-8")
    document, _ = read_document(path)
    assert document is not None
    population, problems = read_population(document, WORDS, YEAR)
    assert population is None and [p.code for p in problems] == ["no-population"]
    assert "单位名称" in problems[0].message.zh and problems[0].hint.en


def test_a_unit_may_say_that_it_has_nothing_to_list(tmp_path: Path) -> None:
    """A blank is missing, 无 is an empty table; anything else belongs into a table of its own."""
    population, problems = table(
        tmp_path, "A1,甲局,1,无\nA2,乙局,2,\nA3,丙局,3,两项\n", "单位编号,单位名称,预算数(元),绩效目标\n"
    )
    first, second, third = population.cases
    assert first.facts["targets"].value == () and first.facts["targets"].provenance[0].quote == "无"
    assert "targets" not in second.facts and "targets" not in third.facts
    assert [problem.code for problem in problems] == ["not-nothing"]


def test_a_column_of_a_further_sheet_that_is_unknown_is_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["单位编号", "预算数(元)", "绩效目标"])
    book.active.append(["A1", 5, "无"])
    items = book.create_sheet("绩效目标")
    path = tmp_path / "单位.xlsx"
    items.append(["单位", "目标名"])
    items.append(["A1", "一"])
    book.save(path)
    (case,), (problem,) = (lambda found: (found[0].cases, found[1]))(read(path))
    assert case.facts["targets"].value == ()
    assert (problem.code, problem.severity) == ("no-items", "warning") and "名称" in problem.message.zh
    items["C1"], items["C2"] = "名称", "一"
    book.save(path)
    (case,), problems = (lambda found: (found[0].cases, found[1]))(read(path))
    # 无 and a row: neither is taken.
    assert "targets" not in case.facts
    assert sorted(one.code for one in problems) == ["nothing-and-rows", "unknown-column"]


def test_items_stand_in_a_sheet_of_their_own(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "单位"
    for row in (["单位编号", "单位名称", "发文数"], ["A1", "甲局", 12], ["A2", "乙局", 3]):
        book.active.append(row)
    sheet = book.create_sheet("绩效目标")
    for row in (["单位", "名称", "是否量化", "件数"], ["A1", "办文", "是", 3], ["乙局", "调研", "否", 1], ["A1", "信访", "否", 2], ["A9", "无", "是", 1]):  # fmt: skip
        sheet.append(row)
    book.save(tmp_path / "b.xlsx")
    population, problems = read(tmp_path / "b.xlsx")
    first, second = population.cases
    assert [row["名称"] for row in first.facts["targets"].value] == ["办文", "信访"]  # type: ignore[union-attr,index]
    assert [row["件数"] for row in second.facts["targets"].value] == [Fraction(1)]  # type: ignore[union-attr,index]
    assert [p.code for p in problems] == ["rejected-row"] and population.rejected == 1


CELLS = st.text(st.characters(codec="utf-8"), max_size=8)


@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_the_other_rows_a_sound_row_is_read(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    book = openpyxl.Workbook(write_only=False)
    for row in (("单位编号", "预算数(元)", "执行率", "已公开"), ("甲一局", "12000", "98.5%", "是")):
        book.active.append(row)
    for cells in rows:
        book.active.append(["".join(c for c in cell if c.isprintable()) or None for cell in cells])
    path = tmp_path / "p.xlsx"
    book.save(path)
    population, _ = read(path)
    first = population.cases[0]
    assert first.subject.id == "甲一局"
    assert first.facts["budget"].value == 12000 and first.facts["rate"].value == Fraction("0.985")
