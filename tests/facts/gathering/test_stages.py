"""A budget table has columns of what was planned and of what was done: neither is taken for a name that says neither."""

from __future__ import annotations

import pytest

from facts.documents.model import Document
from facts.gathering.gathering import gather
from facts.gathering.mapping import NO_MAPPING
from facts.problem import Problem
from tests.facts.gathering.making import document, quantity, table, vocabulary

WAGES = quantity("wages", "基本支出合计", "万元", "基本支出")
SPENT = quantity("spent", "项目支出决算数", "万元", "项目支出")
WORDS = vocabulary(WAGES, SPENT)


def values(told: Document) -> dict[str, str]:
    facts = gather((told,), NO_MAPPING, WORDS)[0].facts.items()
    return {key: fact.shown if fact.status == "known" else fact.status for key, fact in facts}


def notes(told: Document) -> list[Problem]:
    return [one for one in gather((told,), NO_MAPPING, WORDS)[1] if one.code == "another-stage"]


BUDGET_TABLE = """
部门预算情况表 | ^部门预算情况表 | ^部门预算情况表 | ^部门预算情况表
项目 | {budgeted} | {done} | 执行率
基本支出 | 3,917.56 | 3,900.00 | 99.55%
项目支出 | 1,700.00 | 1,739.59 | 102.33%
"""


@pytest.mark.parametrize(
    ("budgeted", "done"),
    [
        ("预算数(万元)", "决算数(万元)"),
        ("全年预算数(A)(万元)", "全年执行数(B)(万元)"),
        ("计划数(万元)", "完成数(万元)"),
        ("批复数(万元)", "实际支出(万元)"),
    ],
)
def test_a_name_that_says_neither_is_read_in_neither_column_and_the_other_in_its_own(budgeted: str, done: str) -> None:
    told = document(table("表", BUDGET_TABLE.format(budgeted=budgeted, done=done)))

    assert values(told) == {"spent": "1,739.59 万元"}
    unsure = notes(told)
    assert len(unsure) == 1
    assert all(words in unsure[0].message.zh for words in ("3,917.56", "表!B3", "3,900.00", "表!C3", "基本支出合计"))
    assert unsure[0].severity == "note" and unsure[0].hint


def test_what_the_text_says_stands_beside_the_table_without_a_conflict() -> None:
    told = document(
        "2017年度决算为5,657.15万元,其中:基本支出3,917.56万元。",
        table("表", BUDGET_TABLE.format(budgeted="预算数(万元)", done="决算数(万元)")),
    )

    assert values(told)["wages"] == "3,917.56 万元"


def test_the_same_number_in_both_columns_is_certain() -> None:
    text = "项目 | 预算数(万元) | 决算数(万元)\n基本支出 | 3,917.56 | 3,917.56"

    assert values(document(table("表", text))) == {"wages": "3,917.56 万元"}


@pytest.mark.parametrize("heading", ["预算数(万元)", "决算数(万元)", "金额(万元)"])
def test_one_column_alone_is_read(heading: str) -> None:
    text = f"项目 | {heading}\n基本支出 | 3,917.56"

    assert values(document(table("表", text))) == {"wages": "3,917.56 万元"}


def test_what_is_called_after_one_stage_is_not_read_from_the_other() -> None:
    text = "项目 | 预算数(万元)\n项目支出 | 1,700.00"

    assert values(document(table("表", text))) == {}
    assert len(notes(document(table("表", text)))) == 1
