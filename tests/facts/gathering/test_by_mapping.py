"""A mapping file says where facts stand, without code; what makes no sense in it is said at its place."""

from __future__ import annotations

from fractions import Fraction

import pytest

from facts.provenance import CellRef, TextSpan
from facts.values import Interval
from tests.facts.gathering.making import (
    document,
    fact,
    found,
    mapping,
    mapping_of,
    problems_of,
    table,
    values,
    workbook,
)

HEADED = workbook(
    table(
        "公开08表",
        """
        金额单位:元 | | | | |
        项目 | 行次 | 预算数 | ^预算数 | 决算数 | ^决算数
        ^项目 | ^行次 | 合计 | 基本 | 合计 | 基本
        合计 | 1 | 120,000 | 100,000 | 95,300 | 90,000
        一、公务接待费 | 2 | 20,000 | 20,000 | 5,300 | 5,000
        """,
    ),
    key="accounts",
)


# --- prose ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "sentence", "shown"),
    [
        ("财政预算批复{value}", "2017年度市本级财政预算批复5,657.15万元,全部为财政资金", "5,657.15 万元"),
        ("预算…批复{value}", "预算已由市财政局批复 12 亿元", "12 亿元"),
        ("批复了{value}预算", "市财政局批复了3万元预算", "3 万元"),
        ("“预算”批复{value}", '"预算"批复３万元', "3 万元"),
    ],
)
def test_a_sentence_with_a_slot_finds_the_value(pattern: str, sentence: str, shown: str) -> None:
    by = mapping(f"facts: {{部门预算数: {{text: '{pattern}'}}}}")

    found_fact = fact("budget", document("一、概况", sentence), by=by)
    assert found_fact.shown == shown
    assert found_fact.provenance[0].quote in sentence
    assert isinstance(found_fact.provenance[0].locator, TextSpan) and found_fact.provenance[0].locator.line == 2


def test_a_gap_does_not_reach_into_the_next_sentence() -> None:
    by = mapping(
        "facts: {部门预算数: {text: 预算…批复{value}}}".replace(
            "{text: 预算…批复{value}}", "{text: '预算…批复{value}'}"
        )
    )

    assert values(document("年初没有预算。后来批复3万元"), by=by) == {}


def test_a_regular_expression_finds_its_group() -> None:
    by = mapping(r"facts: {部门预算数: {regex: '批复(?:了|数为)?(?P<value>[0-9.,]+万元)'}}")

    assert values(document("市财政局批复数为5.5万元"), by=by) == {"budget": "5.5 万元"}


def test_patterns_are_tried_in_order_and_the_first_that_finds_something_counts() -> None:
    by = mapping("facts: {部门预算数: [{text: '调整后预算{value}'}, {text: '年初批复{value}'}]}")

    assert values(document("年初批复3万元", "调整后预算4万元"), by=by) == {"budget": "4 万元"}
    assert values(document("年初批复3万元"), by=by) == {"budget": "3 万元"}


def test_one_pattern_with_two_values_is_a_conflict_with_both_places() -> None:
    by = mapping("facts: {部门预算数: {text: '批复{value}'}}")

    found_fact = fact("budget", document("批复3万元", "批复4万元"), by=by)
    assert found_fact.status == "conflict"
    assert [str(place.locator) for place in found_fact.provenance] == ["1:1", "2:1"]


def test_a_bound_may_be_in_the_words_or_in_the_mapping() -> None:
    words = document("文件数量未超过680份", "共印发文件700份")
    for pattern, bound, high in (
        ("数量未超过{value}", "", 680),
        ("文件数量{value}", "", 680),
        ("共印发文件{value}", ", bound: at_most", 700),
    ):
        by = mapping(f"facts: {{正式下发文件数: {{text: '{pattern}'{bound}}}}}")
        assert fact("documents", words, by=by).value == Interval(Fraction(0), Fraction(high))


def test_words_may_stand_for_a_value_a_bound_or_that_nothing_applies() -> None:
    by = mapping(
        """
facts:
  预决算已公开: {text: 已按规定公开, value: 是}
  预算执行率: {text: 执行程度达到要求, at_least: 100%, note: 报告没有写数}
  正式下发文件数: {text: 没有发文职能, not_applicable: 报告称没有发文职能}
  部门决算数: {absent: 报告没有写}
"""
    )
    told = found(document("预决算已按规定公开。执行程度达到要求。本单位没有发文职能"), by=by).facts

    assert (told["open"].value, told["open"].basis) == ("是", "stated")
    assert (told["rate"].shown, told["rate"].basis) == ("≥ 100%", "stated")
    assert told["rate"].provenance[0].note == "报告没有写数"
    assert (told["documents"].status, told["documents"].reason) == ("not_applicable", "报告称没有发文职能")
    assert (told["final"].status, told["final"].reason) == ("absent", "报告没有写")


def test_the_same_words_are_told_apart_by_the_heading_they_stand_under() -> None:
    lines = (
        "二、目标",
        "(一)数量",
        "印发文件680份",
        "(二)质量",
        "三、完成情况",
        "(一)数量",
        "印发文件650份",
        "四、问题",
        "印发文件1份",
    )
    for heading, count in (("目标", 680), ("完成情况", 650), ("[完成情况, 数量]", 650), ("问题", 1)):
        by = mapping(f"facts: {{正式下发文件数: {{within: {heading}, text: '印发文件{{value}}'}}}}")
        assert fact("documents", document(*lines), by=by).value == count


# --- tables -----------------------------------------------------------------------------------------------------------


def test_a_cell_is_read_by_its_address_with_the_sheets_unit() -> None:
    by = mapping("facts: {三公经费决算数: {cell: {sheet: 公开08表, cell: E4}}}")

    found_fact = fact("three", HEADED, by=by)
    assert found_fact.value == 95300
    assert found_fact.provenance[0].locator == CellRef("公开08表", "E4")
    assert found_fact.provenance[0].note == "单位取自“金额单位:元”"


@pytest.mark.parametrize(
    ("lookup", "value"),
    [
        ("{table: 公开08表, row: 合计, column: 决算数/合计}", 95300),
        ("{table: 公开08表, row: 合计, column: 决算数合计}", 95300),
        ("{table: '公开*表', row: 公务接待费, column: 决算数/基本}", 5000),
        ("{row: [接待费, 公务接待费], column: 预算数/基本}", 20000),
    ],
)
def test_row_and_column_are_found_by_their_names_over_several_header_rows(lookup: str, value: int) -> None:
    by = mapping(f"facts: {{三公经费决算数: {{lookup: {lookup}}}}}")

    assert fact("three", HEADED, by=by).value == value


def test_a_subtotal_beside_a_rows_name_is_its_value_and_a_part_beside_it_is_not() -> None:
    book = workbook(table("表", "项目 | | 决算数(元)\n收入 | 小计 | 5\n支出 | 基本支出 | 3\n | 项目支出 | 2"))

    assert values(book, by=mapping("facts: {部门预算数: {lookup: {row: 收入, column: 决算数}}}")) == {"budget": "5 元"}
    assert values(book, by=mapping("facts: {部门预算数: {lookup: {row: 支出, column: 决算数}}}")) == {}
    named = mapping("facts: {部门预算数: {lookup: {row: 支出/项目支出, column: 决算数}}}")
    assert values(book, by=named) == {"budget": "2 元"}


def test_a_name_that_fits_two_columns_is_a_conflict() -> None:
    by = mapping("facts: {三公经费决算数: {lookup: {row: 合计, column: 合计}}}")

    assert fact("three", HEADED, by=by).status == "conflict"


def test_a_mapping_may_name_a_label_the_vocabulary_does_not_know() -> None:
    by = mapping("facts: {三公经费决算数: {label: 三项经费支出, unit: 万元}}")

    assert values(workbook(table("表", "三项经费支出 | 9.53")), by=by) == {"three": "9.53 万元"}


def test_a_unit_of_the_mapping_that_differs_from_the_sheets_is_pointed_out() -> None:
    by = mapping("facts: {三公经费决算数: {cell: E4, unit: 万元}}")

    assert "unit-differs" in problems_of(HEADED, by=by)


def test_rows_are_read_by_the_headers_the_mapping_names() -> None:
    by = mapping(
        """
facts:
  绩效目标:
    rows: {table: 指标表, columns: {一级: 一级指标, 名称: [三级指标, 指标名称], 是否量化: 量化}}
"""
    )
    book = workbook(
        table("指标表", "一级指标 | 二级指标 | 三级指标 | 量化\n产出 | 数量 | 公报 | √\n | 质量 | 年鉴 | ×\n小计 | | |")
    )

    assert fact("targets", book, by=by).value == (
        {"一级": "产出", "名称": "公报", "是否量化": "是", "金额": None},
        {"一级": "产出", "名称": "年鉴", "是否量化": "否", "金额": None},
    )


# --- sources ----------------------------------------------------------------------------------------------------------


def test_each_source_is_read_by_its_own_rules() -> None:
    by = mapping(
        """
sources:
  report: {match: {kind: text}, facts: {部门决算数: {text: '决算为{value}'}}}
  accounts: {match: {file: '*决算*.xlsx'}, title: 决算表, unit: 元, facts: {部门预算数: {label: 预算}}}
  other: {match: {table: 08表}, title: 另一本, facts: {三公经费决算数: {cell: E4}}}
"""
    )
    told = found(
        document("决算为3万元", key="r1"),
        workbook(table("表", "预算 | 20000"), file="2017决算.xlsx", key="b"),
        HEADED,
        by=by,
    )

    assert {key: one.shown for key, one in told.facts.items()} == {
        "budget": "20000 元",
        "final": "3 万元",
        "three": "95,300 元",
    }
    assert {key: source.title for key, source in told.sources.items()} == {
        "report": "r1",
        "accounts": "决算表",
        "other": "另一本",
    }


def test_a_place_with_nothing_in_it_is_pointed_out_to_whoever_wrote_the_mapping() -> None:
    by = mapping("sources: {book: {facts: {部门预算数: {cell: Z99}}}}")

    assert problems_of(HEADED, by=by) == {"nothing-found"}


def test_a_source_may_be_recognised_by_what_it_says() -> None:
    by = mapping("sources: {ours: {match: {text: 某局2017年自评报告}, facts: {部门预算数: {value: 3 万元}}}}")

    assert values(document("某局 2017 年自评报告"), by=by) == {"budget": "3 万元"}
    assert values(document("乙局2017年自评报告"), by=by) == {}


def test_subject_and_period_may_be_fixed_or_found() -> None:
    paper = document("某市2017年度部门整体支出绩效自评报告", "部门名称:某市某局", "2016年情况")

    assert (told := found(paper)).subject is not None and told.subject.name == "某市某局"
    assert str(told.period) == "2017"
    fixed = found(paper, by=mapping("subject: {id: x, name: 甲局}\nperiod: {from: 2017-01-01, to: 2017-06-30}"))
    assert fixed.subject is not None and (fixed.subject.id, fixed.subject.name) == ("x", "甲局")
    assert str(fixed.period) == "2017-01-01/2017-06-30"
    own = mapping("sources: {ours: {match: {text: 某市2017}, subject: {id: y, name: 丙局}, period: 2016}}")
    assert (theirs := found(paper, by=own)).subject is not None and theirs.subject.id == "y"
    assert str(theirs.period) == "2016"
    assert found(document("无关"), by=own).subject is None
    placed = mapping("subject: {name: {text: '{value}2017年度'}}\nperiod: {text: '{value}年情况'}")
    assert (one := found(paper, by=placed)).subject is not None and one.subject.name == "某市"
    assert str(one.period) == "2016"


@pytest.mark.parametrize(
    "words", ["填报日期:2018年2月18日 自评总分69", "《某市财政局关于开展2016年度自评工作的通知》", "部门决算情况"]
)
def test_a_year_that_may_be_another_is_not_taken_for_the_period(words: str) -> None:
    assert found(document(words)).period is None
    assert str(found(document("部门2017年度部门整体支出自评报告", words)).period) == "2017"


# --- mistakes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("facts: {三公决算: {text: 'x{value}'}}", "unknown-concept", 2),
        ("facts:\n  部门预算数: {text: '{value}'}", "bad-pattern", 3),
        ("facts:\n  部门预算数: {text: 'a{value}{value}'}", "bad-pattern", 3),
        ("facts:\n  部门预算数: {regex: '(?<=批复)(?P<value>.)'}", "bad-pattern", 3),
        ("facts:\n  部门预算数: {text: 批复, regex: 批复}", "one-of", 3),
        ("facts:\n  部门预算数: {text: 批复}", "one-of", 3),
        ("facts:\n  部门预算数: {text: '批复{value}', value: 3 万元}", "one-of", 3),
        ("facts:\n  部门预算数: {note: 无}", "one-of", 3),
        ("facts:\n  部门预算数: {text: 批复, value: 3 份}", "unit-mismatch", 3),
        ("facts:\n  部门预算数: {text: '批复{value}', unit: 份}", "unit-mismatch", 3),
        ("facts:\n  部门预算数: {text: '批复{value}', unit: 圆}", "unknown-unit", 3),
        ("facts:\n  预决算已公开: {text: '公开{value}', bound: at_most}", "wrong-type", 3),
        ("facts:\n  绩效目标: {text: '目标{value}'}", "wrong-type", 3),
        ("facts:\n  绩效目标: {rows: {columns: {名字: 名称}}}", "unknown-column", 3),
        ("facts:\n  部门预算数: {cell: 十二}", "bad-form", 3),
        ("facts:\n  部门预算数: {lookup: {table: x}}", "missing-key", 3),
        ("facts:\n  部门预算数: {txt: x}", "unknown-key", 3),
        ("settle:\n  部门预算数: {tolerance: 3 份}", "unit-mismatch", 3),
        ("settle:\n  预决算已公开: {tolerance: 1}", "wrong-type", 3),
        ("period: {from: 2017-12-31, to: 2017-01-01}", "bad-period", 2),
        ("facts:\n  部门预算数: {cell: C1}\n  年初预算数: {cell: C2}", "duplicate-key", 4),
    ],
)
def test_a_mistake_is_a_problem_at_its_place_with_both_languages(text: str, code: str, line: int) -> None:
    made, problems = mapping_of(text)

    assert made is None
    assert code in {problem.code for problem in problems}
    problem = next(problem for problem in problems if problem.code == code)
    assert problem.at.line == line
    assert problem.message.zh and problem.message.en


def test_every_mistake_is_told_at_once() -> None:
    _, problems = mapping_of("facts:\n  甲: {text: 'x{value}'}\n  部门预算数: {note: 无}\n  部门决算数: {regex: '('}")

    assert {problem.code for problem in problems} == {"unknown-concept", "one-of", "bad-pattern"}
