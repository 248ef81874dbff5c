"""Without a mapping, a concept is looked for by its names, and taken only where there is no doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest

from facts.documents.model import Table
from facts.gathering.gathering import gather
from facts.gathering.mapping import NO_MAPPING
from facts.provenance import CellRef, TableRef, TextSpan
from facts.values import Interval
from tests.facts.gathering.making import (
    VOCABULARY,
    cell,
    document,
    fact,
    found,
    problems_of,
    sheet,
    table,
    values,
    workbook,
)


@pytest.mark.parametrize(
    "sentence",
    [
        "部门决算数为5,657.15万元。",
        "2017年度部门决算数:5657.15万元",
        "其中,部门决算数是5,657.15 万元;",
        "部门决算数5,657.15万元",
        "我单位部门决算数共计56,571,500元",
        "部门决算数达５,６５７.１５万元",
    ],
)
def test_a_number_right_after_a_label_is_its_value(sentence: str) -> None:
    found = fact("final", document(sentence))

    assert found.value == 56571500
    assert found.basis == "figure"
    assert found.provenance[0].quote in sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "部门决算数较上年增加5万元",
        "各部门决算数为5万元",
        "基本支出部门决算数为5万元",
        "部门决算数为5-6万元",
        "部门决算数约5万元",
        "部门决算数为5万元左右",
        "部门决算数公开表共5份",
        "部门决算数为5万人",
        "正式下发文件数 12 680 其他 13",
    ],
)
def test_a_number_that_may_belong_to_something_else_is_not_taken(sentence: str) -> None:
    assert values(document(sentence)) == {}


def test_a_label_is_found_whatever_quotes_it_wears() -> None:
    assert values(document("“三公”经费决算数为95.30万元。")) == {"three": "95.30 万元"}


def test_traditional_characters_are_read_as_simplified_and_noted() -> None:
    found = fact("budget", document("部門預算數為3萬元。"))

    assert found.shown == "3 万元"
    assert found.provenance[0].quote == "部門預算數為3萬元"
    assert found.provenance[0].note == "繁体字按简体读"


@pytest.mark.parametrize(
    ("sentence", "lo", "hi"),
    [
        ("正式下发文件数未超过680份", 0, 680),
        ("正式下发文件数不少于680份", 680, None),
        ("正式下发文件数达到680份以上", 680, None),
        ("正式下发文件数≤680份", 0, 680),
    ],
)
def test_a_bound_in_words_is_a_bound(sentence: str, lo: int, hi: int | None) -> None:
    found = fact("documents", document(sentence)).value

    assert found == Interval(Fraction(lo), None if hi is None else Fraction(hi))


def test_a_quote_is_what_the_report_says_at_the_place_it_says_it() -> None:
    place = fact("rate", document("一、概况", "2017年,我单位 预算执行率 为 98.50%。")).provenance[0]

    assert place.locator == TextSpan(2, 11)
    assert place.quote == "预算执行率 为 98.50%"


def test_a_sentence_broken_at_a_margin_is_read_whole_and_quoted_at_the_line_it_begins_on() -> None:
    lines = (
        "二、预算情况",
        "根据市财政局批复的有关文件,经人民代表大会审议通过,我单位全年的部门预",
        "算数为1,234.5万元,全部为财政资金。",
        "部门决算数:",
        "3万元",
    )

    found = fact("budget", document(*lines))
    assert found.shown == "1,234.5 万元"
    assert found.provenance[0].locator == TextSpan(2, 33)
    assert found.provenance[0].quote == "部门预\n算数为1,234.5万元"
    assert set(values(document(*lines))) == {"budget"}


def test_the_cell_right_of_a_label_is_its_value() -> None:
    book = workbook(table("封面", "部门预算数(万元) | 120.5\n预决算已公开 | √\n评价档次 | 优\n项目负责人 | 张三"))

    assert values(book) == {"budget": "120.5 万元", "open": "是", "grade": "优", "leader": "张三"}
    assert fact("budget", book).provenance[0].locator == CellRef("封面", "B1")
    assert fact("open", book).provenance[0].note == "“√”读作“是”"


def test_a_unit_said_for_the_whole_table_holds_and_is_noted() -> None:
    book = workbook(table("表", "收支表 | 金额单位:元\n项目 | 决算数\n部门决算数 | 56,571,500.00"))

    found = fact("final", book)
    assert found.value == 56571500
    assert "金额单位:元" in found.provenance[0].note


@pytest.mark.parametrize("words", ["单位:千元", "(单位:千元)", "金额单位:千元", "计量单位:千元"])
def test_a_caption_above_a_table_gives_its_unit(words: str) -> None:
    found = fact("final", document("支出决算表", words, table("", "项目 | 金额\n部门决算数 | 3")))

    assert found.value == 3000


def test_the_name_of_an_office_is_no_unit() -> None:
    book = workbook(table("表", "单位:某某局 |\n部门决算数 | 3"))

    assert values(book) == {}
    assert problems_of(book) == {"unit-missing"}


def test_a_unit_column_says_the_unit_of_its_row() -> None:
    book = workbook(table("表", "数据项 | 填报值 | 单位\n部门决算数 | 3 | 万元\n预算执行率 | 98.5 | %"))

    assert values(book) == {"final": "3 万元", "rate": "98.5%"}


def test_a_stored_number_counts_not_the_one_that_is_shown() -> None:
    book = workbook(sheet("表", ("部门决算数(万元)", Fraction("5657.1512"))))

    assert fact("final", book).shown == "5657.1512 万元"


def test_line_numbers_are_no_values() -> None:
    text = "项目 | 行次 | 金额(万元)\n部门决算数 | 12 | 3.5"

    assert values(workbook(table("表", text))) == {"final": "3.5 万元"}


@pytest.mark.parametrize("nothing", ["", "-", "—", "/"])
def test_a_dash_is_nothing_and_not_zero(nothing: str) -> None:
    text = f"项目 | 金额(万元)\n部门决算数 | {nothing}\n部门预算数 | 2"

    assert values(workbook(table("表", text))) == {"budget": "2 万元"}


def test_an_empty_value_does_not_take_what_stands_further_right() -> None:
    text = "项目 | 填报值 | 口径\n项目负责人 | | 签字的人\n部门决算数(万元) | | 见 2017 年批复"

    assert values(workbook(table("表", text))) == {}


def test_several_values_beside_a_label_are_a_conflict_never_a_choice() -> None:
    book = workbook(table("表", "项目 | 第一次填报 | 第二次填报\n部门决算数(万元) | 3 | 4"))

    found = fact("final", book)
    assert (found.status, found.value) == ("conflict", None)
    assert "3 万元" in found.reason and "4 万元" in found.reason
    assert [str(place.locator) for place in found.provenance] == ["表!B2", "表!C2"]
    assert problems_of(book) == {"conflicting-facts"}


def test_two_places_that_agree_are_both_kept() -> None:
    found = fact("final", document("部门决算数为5,657.15万元。", "部门决算数为56,571,500元。"))

    assert found.status == "known"
    assert [place.locator for place in found.provenance] == [TextSpan(1, 1), TextSpan(2, 1)]


def test_a_column_under_a_label_gives_its_only_value() -> None:
    assert values(workbook(table("表", "单位名称 | 部门决算数(万元)\n某某局 | 3"))) == {"final": "3 万元"}
    assert values(workbook(table("表", "单位名称 | 部门决算数(万元)\n甲局 | 3\n乙局 | 4"))) == {}


def test_a_form_the_vocabulary_names_is_looked_up_by_row_and_column() -> None:
    text = (
        "三公经费支出表 | | |\n项目 | 行次 | 预算数 | 决算数\n一、因公出国(境)费 | 1 | 12.00 | 9.30\n"
        "二、公务接待费 | 2 | 8 | 7"
    )
    book = workbook(table("公开08表", "金额单位:万元 | | |\n" + text))

    assert fact("travel", book).shown == "9.30 万元"


def test_the_other_half_of_a_two_sided_table_is_not_mixed_in() -> None:
    text = "三公经费支出表(单位:万元) | | |\n收入 | 决算数 | 支出 | 决算数\n因公出国(境)费 | 9.30 | 公务接待费 | 7"

    assert fact("travel", workbook(table("表", text))).shown == "9.30 万元"


def test_a_letter_that_looks_like_a_digit_is_pointed_out_and_not_taken() -> None:
    book = workbook(table("表", "部门决算数(万元) | l2.5"))

    assert values(book) == {}
    assert "lookalike" in problems_of(book)


def test_a_table_with_the_concepts_name_and_headers_gives_its_rows() -> None:
    text = """
    部门绩效目标表 | | | |
    一级 | 名称 | 是否量化 | 金额(元) | 备注
    产出 | 公报 | 是 | 12,000 |
     | 年鉴 | 否 | 3,000 | 注意
    效益 | 满意度 | 是 | - |
    合计 | | | 15,000 |
    注:本表由部门填报 | | | |
    """
    found = fact("targets", workbook(table("目标", text)))

    assert found.value == (
        {"一级": "产出", "名称": "公报", "是否量化": "是", "金额": Fraction(12000)},
        {"一级": "产出", "名称": "年鉴", "是否量化": "否", "金额": Fraction(3000)},
        {"一级": "效益", "名称": "满意度", "是否量化": "是", "金额": None},
    )


def test_a_phrase_that_was_injected_is_taken_out_before_reading_and_the_quote_keeps_it() -> None:
    slogan = "赢彩足球比分网_体育直播大厅"
    lines = [f"《某局{slogan}印发第{number}号办法的通知》" for number in "一二三四五六七八九"]
    sentence = f"根据《某局{slogan}批复2017年部门预算的通知》,部门预算数为9万元。"

    found = fact("budget", document(*lines, sentence))

    assert found.shown == "9 万元"
    assert found.provenance[0].quote in sentence


def test_one_mistake_in_a_long_column_is_told_a_few_times_and_counted() -> None:
    rows = "\n".join(["项目 | 金额", *["部门决算数 | 3"] * 30])
    _, problems = gather((workbook(table("表", rows)),), NO_MAPPING, VOCABULARY)

    missing = [problem for problem in problems if problem.code == "unit-missing"]
    assert len(missing) == 11
    assert sum("另有 20 处" in problem.message.zh for problem in missing) == 1


def stored(*rows: Sequence[str | Fraction]) -> Table:
    """A table of a database: its columns' names stand at row 0."""
    made = [[cell(text, "", 0, 0) for text in row] for row in rows]
    return Table(
        tuple(
            tuple(replace(one, locator=TableRef("query", n, str(c))) for c, one in enumerate(row))
            for n, row in enumerate(made)
        ),
        "query",
    )


def test_a_row_of_a_database_says_whom_and_when_it_is_about() -> None:
    row = stored(("单位名称", "年度", "部门决算数(万元)"), ("某某局", Fraction(2017), Fraction(3)))

    gathered = found(workbook(row))
    assert gathered.subject is not None
    assert (gathered.subject.name, str(gathered.period)) == ("某某局", "2017")
    assert gathered.facts["final"].shown == "3 万元"


def test_a_table_of_many_departments_is_about_none_of_them() -> None:
    rows = stored(("单位名称", "部门决算数(万元)"), ("甲局", Fraction(3)), ("乙局", Fraction(4)))

    assert (found(workbook(rows)).subject, values(workbook(rows))) == (None, {})


def test_the_name_of_the_next_column_is_nobodys_name() -> None:
    book = workbook(table("表", "单位名称 | 主管部门 | 部门决算数(万元)\n某某局 | 市政府 | 3"))

    subject = found(book).subject
    assert subject is not None
    assert subject.name == "某某局"


def test_labels_and_values_side_by_side_are_no_headers() -> None:
    book = workbook(table("表", "单位名称 | 某某局 | 负责人 | 张三\n编制数 | 12 | 部门决算数(万元) | 3"))

    subject = found(book).subject
    assert subject is not None
    assert (subject.name, values(book)) == ("某某局", {"final": "3 万元"})


def test_a_reports_title_names_its_subject() -> None:
    from facts.gathering.mapping import NO_MAPPING
    from facts.gathering.naming import name_subject
    from facts.gathering.views import view_of
    from tests.audit.reports import document

    view = view_of(document("青石市民政局2023年度部门整体支出绩效自评报告\n一、基本情况\n"))
    subject, problems = name_subject([(view, NO_MAPPING.naming)])
    assert subject is not None and subject.name == "青石市民政局" and not problems
