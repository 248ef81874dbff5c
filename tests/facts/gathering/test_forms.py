"""The published forms of final accounts, as departments lay them out, read without a mapping by the shared vocabulary."""

from __future__ import annotations

import pytest

from facts.gathering.gathering import gather
from facts.gathering.mapping import NO_MAPPING
from facts.vocabulary import Vocabulary
from facts.vocabularyfile import read_vocabulary
from facts.vocabularylibrary import read_libraries
from facts.yamltree import read_yaml
from tests.facts.gathering.making import document, table, workbook

TOTALS = table(
    "Z01 收入支出决算总表",
    """
    收入支出决算总表 | ^ | ^ | ^ | ^ | ^
    | | | | | 公开01表
    部门:某某局 | | | | | 金额单位:元
    收入 | ^收入 | ^收入 | 支出 | ^支出 | ^支出
    项目 | 行次 | 决算数 | 项目 | 行次 | 决算数
    栏次 | | 1 | 栏次 | | 2
    一、一般公共预算财政拨款收入 | 1 | 11,122,315.04 | 一、一般公共服务支出 | 31 | 697,723.84
    二、政府性基金预算财政拨款收入 | 2 | | 八、社会保障和就业支出 | 38 | 25,000,000.00
    本年收入合计 | 27 | 11,122,315.04 | 本年支出合计 | 57 | 25,697,723.84
    年初结转和结余 | 29 | 14,632,584.35 | 年末结转和结余 | 59 | 57,175.55
    总计 | 30 | 25,754,899.39 | 总计 | 60 | 25,754,899.39
    注:本表反映部门本年度的总收支和年末结转结余情况。 | ^ | ^ | ^ | ^ | ^
    """,
)
GENERAL = table(
    "Z05 一般公共预算财政拨款支出决算表",
    """
    一般公共预算财政拨款支出决算表 | ^ | ^ | ^
    | | | 金额单位:元
    项目 | 本年支出合计 | 基本支出 | 项目支出
    栏次 | 1 | 2 | 3
    合计 | 1,000.00 | 600.00 | 400.00
    一般公共服务支出 | 1,000.00 | 600.00 | 400.00
    """,
)
SIDEWAYS = table(
    "财政拨款“三公”经费支出决算表",
    """
    财政拨款“三公”经费支出决算表 | ^ | ^ | ^ | ^ | ^
    公开09表 | | | | | 金额单位:万元
    预算数 | ^预算数 | ^预算数 | 决算数 | ^决算数 | ^决算数
    合计 | 因公出国(境)费 | 公务接待费 | 合计 | 因公出国(境)费 | 公务接待费
    1 | 2 | 3 | 4 | 5 | 6
    12.00 | 2.00 | 10.00 | 9.53 | 0.00 | 9.53
    """,
)

OPERATION = table(
    "GK11",
    """
    “三公”经费、行政参公单位机关运行经费情况表 | ^ | ^ | ^
    | | | 公开11表
    部门:某某局 | | | 金额单位:元
    项目 | 行次 | 预算数 | 决算统计数
    栏次 | | 1 | 2
    一、“三公”经费支出 | 1 | — | —
    (一)支出合计 | 2 | 660,000.00 | 523,600.00
    1.因公出国(境)费 | 3 | 50,000.00 | 0.00
    (2)公务用车运行维护费 | 6 | 230,000.00 | 208,800.00
    (二)相关统计数 | 11 | — | —
    1.因公出国(境)团组数(个) | 12 | — | 0
    5.国内公务接待批次(个) | 16 | — | 108
    其中:外事接待批次(个) | 17 | — |
    6.国内公务接待人次(人) | 18 | — | 1,180
    二、机关运行经费 | 21 | — | 6,008,400.00
    """,
)
BY_BUDGET = table(
    "GK05",
    """
    一般公共预算财政拨款收入支出决算表 | ^ | ^ | ^ | ^ | ^ | ^ | ^ | ^ | ^
    公开05表 | | | | | | | | | 金额单位:元
    科目代码 | 科目名称 | 本年收入 | ^本年收入 | ^本年收入 | 本年支出 | ^本年支出 | ^本年支出 | ^本年支出 | ^本年支出
    ^科目代码 | ^科目名称 | 合计 | 基本支出 | 项目支出 | 合计 | 基本支出 | ^基本支出 | ^基本支出 | 项目支出
    ^科目代码 | ^科目名称 | ^合计 | ^基本支出 | ^项目支出 | ^合计 | 小计 | 人员经费 | 公用经费 | ^项目支出
    栏次 | ^栏次 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8
    | 合计 | 100 | 70 | 30 | 95 | 66 | 50 | 16 | 29
    208 | 社会保障和就业支出 | 100 | 70 | 30 | 95 | 66 | 50 | 16 | 29
    """,
)
SELF_EVALUATION = table(
    "自评表",
    """
    部门整体支出绩效自评表 | ^ | ^ | ^ | ^ | ^ | ^ | ^
    (2023年度) | ^ | ^ | ^ | ^ | ^ | ^ | ^
    部门名称 | 某某局 | ^某某局 | ^某某局 | ^某某局 | ^某某局 | ^某某局 | ^某某局
    预算执行情况(万元) | | 年初预算数 | 全年预算数(A) | 全年执行数(B) | 分值 | 执行率(B/A) | 得分
    ^预算执行情况(万元) | 年度资金总额 | 5,600.00 | 5,800.00 | 5,497.84 | 10 | 94.79% | 9.48
    ^预算执行情况(万元) | 其中:上年结转 | 100 | 100 | 100 | — | 100% | —
    一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因
    产出指标 | 时效指标 | 按期完成率 | 100% | 100% | 10 | 10 |
    满意度指标 | 服务对象满意度指标 | 用水户满意度 | ≥95% | 96.5% | 10 | 10 |
    总分 | ^总分 | ^总分 | ^总分 | ^总分 | 100 | 97.48 |
    """,
)


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    node, _ = read_yaml(b"format: hegui/vocabulary/v1\ninclude: [departments]\nconcepts: []\n", "v.yaml")
    vocabulary, problems = read_vocabulary(node, read_libraries(node)[0])
    assert problems == ()
    return vocabulary


def shown(words: Vocabulary, *tables: object) -> dict[str, str]:
    gathered, _ = gather((workbook(*tables),), NO_MAPPING, words)  # type: ignore[arg-type]  # tables
    return {
        words.concepts[key].label: f.shown if f.status == "known" else f.reason for key, f in gathered.facts.items()
    }


def test_both_halves_of_the_general_account_are_read_by_row_and_column(words: Vocabulary) -> None:
    found = shown(words, TOTALS)

    assert found["本年收入合计"] == "11,122,315.04 元"
    assert found["本年支出合计"] == "25,697,723.84 元"
    assert found["收入总计"] == found["支出总计"] == "25,754,899.39 元"
    assert not [label for label, value in found.items() if value.startswith("“")], found


def test_a_form_with_a_longer_name_is_another_form(words: Vocabulary) -> None:
    found = shown(words, GENERAL)

    assert "本年支出合计" not in found
    assert found["一般公共预算财政拨款支出合计"] == "1,000.00 元"


def test_a_form_laid_out_sideways_is_read_by_its_two_headers(words: Vocabulary) -> None:
    found = shown(words, SIDEWAYS)

    assert {"9.53 万元", "0.00 万元", "12.00 万元"} <= set(found.values())
    assert not [label for label, value in found.items() if value.startswith("“")], found


def test_prose_about_the_same_things_agrees_or_is_a_conflict(words: Vocabulary) -> None:
    report = document("2021年度,本年收入合计1,112.23万元。", key="report")
    gathered, problems = gather((workbook(TOTALS), report), NO_MAPPING, words)

    assert gathered.facts["income_total"].status == "conflict"
    assert "conflicting-facts" in {problem.code for problem in problems}


def test_the_form_of_running_costs_gives_amounts_and_counts(words: Vocabulary) -> None:
    found = shown(words, OPERATION)

    assert found == {
        "机关运行经费": "6,008,400.00 元",
        "三公经费预算数": "660,000.00 元",
        "三公经费决算数": "523,600.00 元",
        "因公出国(境)费预算数": "50,000.00 元",
        "因公出国(境)费决算数": "0.00 元",
        "公务用车运行维护费预算数": "230,000.00 元",
        "公务用车运行维护费决算数": "208,800.00 元",
        "因公出国(境)团组数": "0 个",
        "国内公务接待批次": "108 个",
        "国内公务接待人次": "1,180 人",
    }


def test_expenditure_is_not_taken_from_the_columns_of_income(words: Vocabulary) -> None:
    assert shown(words, BY_BUDGET) == {
        "一般公共预算财政拨款收入": "100 元",
        "一般公共预算财政拨款支出合计": "95 元",
        "一般公共预算基本支出": "66 元",
        "一般公共预算项目支出": "29 元",
    }


def test_a_self_evaluation_form_gives_budget_execution_and_score(words: Vocabulary) -> None:
    assert shown(words, SELF_EVALUATION) == {
        "年初预算数": "5,600.00 万元",
        "调整预算数": "5,800.00 万元",
        "全年执行数": "5,497.84 万元",
        "预算执行率": "94.79%",
        "自评得分": "97.48",
        "服务对象满意度": "96.5%",
    }
