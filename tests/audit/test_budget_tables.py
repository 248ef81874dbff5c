"""Rates and sums in a department's budget table: what is wrong is found, what may be right is not accused."""

from __future__ import annotations

import pytest

from tests.audit.reports import audit, found

TITLE = "昆明市某局2017年部门整体支出绩效自评报告\n一、部门预算情况\n"
HEADING = "| 项目 | 预算数(万元) | 决算数(万元) | 执行率 |\n|---|---|---|---|\n"
RIGHT = (
    "| 基本支出 | 3,917.56 | 3,900.00 | 99.55% |\n"
    "| 项目支出 | 1,700.00 | 1,739.59 | 102.33% |\n"
    "| 合计 | 5,617.56 | 5,639.59 | 100.39% |\n"
)


def told(rows: str, heading: str = HEADING, before: str = "", after: str = "") -> list[str]:
    return found(f"{TITLE}{before}\n{heading}{rows}\n{after}\n")


def test_a_table_that_adds_up_is_not_accused() -> None:
    assert told(RIGHT) == []


@pytest.mark.parametrize(
    ("right", "wrong", "check"),
    [
        ("99.55%", "100.00%", "percentage"),
        ("100.39%", "101.00%", "percentage"),
        ("| 合计 | 5,617.56 | 5,639.59 | 100.39% |", "| 合计 | 5,667.15 | 5,639.59 | 99.51% |", "parts"),
        ("| 合计 | 5,617.56 | 5,639.59 | 100.39% |", "| 合计 | 5,617.56 | 5,693.59 | 101.35% |", "parts"),
    ],
)
def test_one_wrong_number_is_found(right: str, wrong: str, check: str) -> None:
    assert right in RIGHT
    assert told(RIGHT.replace(right, wrong)) == [check]


@pytest.mark.parametrize(
    "rows",
    [
        # More spent than budgeted and still 100%: what is beyond the budget is not counted, or the budget was raised.
        "| 项目支出 | 1,700.00 | 1,739.59 | 100.00% |\n",
        # Not all the rows that a total sums up stand there.
        "| 基本支出 | 3,917.56 | 3,900.00 | 99.55% |\n| 其中:人员经费 | 3,000.00 | 3,000.00 | 100% |\n| 合计 | 5,617.56 | 5,600.00 | 99.69% |\n",
        # Rounded to 万元.
        "| 基本支出 | 3,917.6 | 3,900.0 | 99.6% |\n| 项目支出 | 1,700.0 | 1,700.0 | 100% |\n| 合计 | 5,617.5 | 5,600.0 | 99.7% |\n",
        # No rate where nothing was budgeted, or none is written.
        "| 项目支出 | 0.00 | 12.00 | 100% |\n| 基本支出 | 10.00 | 8.00 | — |\n",
    ],
)
def test_what_may_be_right_is_not_accused(rows: str) -> None:
    assert told(rows) == []


@pytest.mark.parametrize(
    "sentence",
    ["年中追加项目支出预算100.00万元。", "项目支出调整后预算为1,100.00万元。"],
)
def test_a_budget_the_text_changes_explains_the_rate(sentence: str) -> None:
    rows = "| 项目支出 | 1,000.00 | 990.00 | 90.00% |\n"

    assert told(rows) == ["percentage"]
    assert told(rows, before=sentence) == []


def test_a_table_with_a_column_besides_is_not_judged_and_the_report_says_so() -> None:
    heading = "| 项目 | 年初预算数(万元) | 调整数(万元) | 决算数(万元) | 执行率 |\n|---|---|---|---|---|\n"
    made = audit(f"{TITLE}\n{heading}| 项目支出 | 1,000.00 | 100.00 | 990.00 | 50.00% |\n")

    assert made.findings == ()
    notes = [problem for problem in made.problems if problem.code == "tables-not-checked"]
    assert len(notes) == 1 and notes[0].severity == "note" and "表1" in notes[0].message.zh


def test_a_table_that_was_checked_is_not_said_to_be_unchecked() -> None:
    made = audit(f"{TITLE}\n{HEADING}{RIGHT}")

    assert [problem.code for problem in made.problems] == []
