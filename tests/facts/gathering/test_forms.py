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
