"""A number of another year is never taken for this year's, and this year's is found beside it."""

from __future__ import annotations

import pytest

from tests.facts.gathering.making import document, fact, found, problems_of, sheet, table, values, workbook


@pytest.mark.parametrize(
    "words",
    [
        ("上年", "本年"),
        ("上年数", "本年数"),
        ("上年度金额", "金额"),
        ("去年同期", "金额"),
        ("2022年", "2023年"),
        ("2022年度决算数", "2023年度决算数"),
    ],
)
def test_the_column_of_this_year_is_read_and_not_the_one_of_the_year_before(words: tuple[str, str]) -> None:
    text = f"部门决算表(2023年度决算) | |\n项目 | {words[0]} | {words[1]}\n部门决算数(万元) | 3 | 4"

    found = fact("final", workbook(table("表", text)))
    assert found.shown == "4 万元"
    assert [str(place.locator) for place in found.provenance] == ["表!C3"]


@pytest.mark.parametrize("only", ["上年数", "2022年", "上年同期", "比上年增减", "同比增长"])
def test_where_only_another_year_is_filled_in_nothing_is_read_and_it_is_said(only: str) -> None:
    text = f"部门决算表(2023年度决算) | |\n项目 | {only} | 2023年\n部门决算数(万元) | 3 | "

    assert values(workbook(table("表", text))) == {}
    assert problems_of(workbook(table("表", text))) == {"another-year"}


def test_upper_headers_tell_the_years_apart() -> None:
    text = """
    三公经费支出表 | ^ | ^ | ^ | ^
    金额单位:万元 | | | |
    项目 | 上年数 | ^上年数 | 本年数 | ^本年数
    ^项目 | 预算数 | 决算数 | 预算数 | 决算数
    因公出国(境)费 | 10 | 9 | 8 | 7
    """
    found = fact("travel", workbook(table("表", text)))

    assert found.shown == "7 万元"
    assert [str(place.locator) for place in found.provenance] == ["表!E5"]


def test_the_column_of_a_form_may_name_the_year() -> None:
    text = "2023年度三公经费支出表 | |\n金额单位:万元 | |\n项目 | 2022年决算数 | 2023年决算数\n因公出国(境)费 | 9 | 7"

    assert values(workbook(table("表", text))) == {"travel": "7 万元"}


@pytest.mark.parametrize("of_year", ["上年", "上年度", "去年", "2022年", "2022年度", "上一年度我局"])
def test_a_sentence_about_another_year_is_passed_over(of_year: str) -> None:
    title = "某某局2023年度部门决算说明"
    sentence = f"我局部门决算数为5万元,比{of_year}部门决算数4万元增加1万元。"

    assert values(document(title, sentence)) == {"final": "5 万元"}
    assert problems_of(document(title, f"{of_year}部门决算数为4万元。")) == {"another-year"}


def test_years_in_headers_are_no_period_and_without_one_both_columns_are_a_conflict() -> None:
    book = workbook(table("表", "项目 | 2022年决算数 | 2023年决算数\n部门决算数(万元) | 9 | 7"))

    assert found(book).period is None
    assert values(book) == {"final": "conflict"}


def test_a_sheet_of_another_year_is_passed_over() -> None:
    rows = "|\n部门决算数(万元) | {}"
    before = table("2022", "2022年度支出决算" + rows.format(3))
    now = table("2023", "2023年度支出决算" + rows.format(4))

    assert values(workbook(before, now, key="某某局2023年度部门决算")) == {"final": "4 万元"}


def test_sheets_of_two_years_leave_the_period_open() -> None:
    two = [table(year, f"{year}年度支出决算 |\n部门决算数(万元) | 4") for year in ("2022", "2023")]

    assert found(workbook(*two)).period is None
    assert str(found(workbook(*two, key="某某局2023年度部门决算")).period) == "2023"


@pytest.mark.parametrize("words", ["(2023年度)", "（2023年度）", "2023年度"])
def test_a_year_alone_below_a_title_is_the_period(words: str) -> None:
    assert str(found(workbook(table("表", f"部门整体支出情况 |\n{words} |\n部门决算数(万元) | 3"))).period) == "2023"


def test_a_year_that_is_a_value_is_no_header() -> None:
    book = workbook(table("基本情况 2023年度决算", "成立时间 | 2016年\n部门决算数(万元) | 3"))

    assert values(book) == {"final": "3 万元"}


def test_whom_a_form_speaks_of_may_share_its_line_with_the_unit() -> None:
    subject = found(document("支出决算表", "部门:某某局    金额单位:万元", "部门决算数为3万元。")).subject

    assert subject is not None
    assert subject.name == "某某局"


def test_codes_are_no_values() -> None:
    text = (
        "科目编码 | 科目名称 | 金额(万元) | 科目编码 | 科目名称 | 金额(万元)\n301 | 部门决算数 | | 310 | 资本性支出 | 3"
    )

    assert values(workbook(table("表", text))) == {}


def test_a_column_under_a_merged_header_is_the_one_of_the_total() -> None:
    text = """
    三公经费支出表(金额单位:万元) | ^ | ^ | ^
    项目 | 决算数 | ^决算数 | ^决算数
    ^项目 | 小计 | 财政拨款 | 其他资金
    因公出国(境)费 | 9 | 7 | 2
    """

    assert values(workbook(table("表", text))) == {"travel": "9 万元"}


def test_a_dash_between_a_name_and_its_column_is_no_other_half() -> None:
    text = "三公经费支出表(金额单位:万元) | |\n项目 | 预算数 | 决算数\n因公出国(境)费 | — | 7"

    assert values(workbook(sheet("表", *([c.strip() for c in line.split("|")] for line in text.splitlines())))) == {
        "travel": "7 万元"
    }
