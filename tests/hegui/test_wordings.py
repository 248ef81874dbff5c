"""Criteria as documents write them, and the sentence of the rule each is read as; every reading was compared by a person."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from engine.model import Interpolate, Rulebook
from engine.stated import state_indicator
from facts.provenance import Position
from hegui.workbench.starting.drafting import Answers
from hegui.workbench.starting.ladders import complement
from hegui.workbench.starting.tablereading import IndicatorTable, TableRow
from hegui.workbench.starting.trying import drafted
from hegui.workbench.starting.unread import unread
from hegui.workbench.starting.wordings import understand, wordings

READ = Path(__file__).with_name("criteria.tsv").read_text(encoding="utf-8").splitlines()[1:]


def rulebook_of(text: str, points: str) -> Rulebook:
    """The draft of one indicator; what was not understood has no rule."""
    known, problems = wordings()
    assert known is not None and not problems
    row = TableRow("部分", "", "指标", Fraction(points), text, "依据", Position("t.xlsx!Sheet!A1"))
    made, rulebook, problems = drafted(IndicatorTable([row]), Answers("x", "某体系", "某局", "2024-01-01", ""), known)
    assert rulebook is not None, problems
    ((_, found),) = made.rows.values()
    assert found is not None and not made.refused
    return rulebook


@pytest.mark.parametrize("line", READ, ids=lambda line: line.split("\t")[0][:20])
def test_a_criterion_is_read_as_what_it_says_and_marked_as_a_draft(line: str) -> None:
    text, points, sentence = line.split("\t")
    rulebook = rulebook_of(text, points)
    indicator = rulebook.indicators[0]
    assert state_indicator(rulebook, indicator).whole.zh.startswith(f"分值 {points} 分。{sentence}")
    assert indicator.part.cite.uncertain.startswith("草案:") and indicator.part.cite.quote == text


def test_enough_families_of_sentences_are_read() -> None:
    assert len(READ) >= 60


@pytest.mark.parametrize(
    ("condition", "other", "is_all"),
    [
        ("制定有实施方案", "否则", True),
        ("按要求及时报送统计报表", "未按要求及时报送", True),
        ("按时报送统计报表", "未报送", False),
        ("按时报送", "未报送", False),
        ("档案资料齐全", "不齐全", True),
        ("有批准文件", "没有批准文件", True),
        ("面积大于或等于规划数", "少于规划数", True),
        ("面积大于规划数", "少于规划数", False),
        ("及时到位", "未及时到位但未影响进度", False),
        ("公开", "迟公开", False),
    ],
)
def test_two_cases_are_all_there_is_only_where_one_is_exactly_not_the_other(
    condition: str, other: str, is_all: bool
) -> None:
    assert complement(condition, other) == is_all


def test_days_are_days_and_working_days_are_working_days() -> None:
    for unit, name in (("日", "天"), ("个工作日", "工作日")):
        rulebook = rulebook_of(f"≤15{unit}得满分2分,>30{unit}为0分,15-30{unit}按比例减分", "2")
        form = rulebook.indicators[0].part.form
        assert isinstance(form, Interpolate) and form.unit.name == name


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("由考核组视情况给分", "“视情况”没有写给多少分"),
        ("执行率达标得3分;每超过1%扣1分", "是几个百分点,还是百分之几"),
        ("90%-95%得2分,95%以上得3分", "两端算不算在内"),
        ("齐全得4分,否则不得分", "句中写 4 分,与分值 3 分对不上"),
        ("制度健全、执行到位", "没有写各种情形得多少分"),
        ("完成得3分……", "有省略"),
        ("≥90%得3分;今天天气很好", "“今天天气很好”不是认得的句式"),
        ("按时报送得3分,未报送不得分", "合起来却不成一种计分方式"),
    ],
)
def test_the_reason_a_criterion_is_not_read_is_said(text: str, why: str) -> None:
    known, _ = wordings()
    assert known is not None and understand(text, "指标", Fraction(3), known) is None
    assert why in unread(text, Fraction(3), known).zh and unread(text, Fraction(3), known).en


@pytest.mark.parametrize(
    "text",
    [
        "预算完成率90%计满分,每低于5个百分点扣2分",
        "控制率在100%以内得满分,超过110%不得分",
        "好3分,差2分,一般1分",
        "好3分,较好3分,一般1分",
        "好2分,较好1分,一般0分",
    ],
)
def test_what_leaves_points_open_is_not_read(text: str) -> None:
    known, _ = wordings()
    assert known is not None and understand(text, "指标", Fraction(3), known) is None
