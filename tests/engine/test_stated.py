"""The sentences of criteria, form by form, as a policy reader would write them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from engine.load import load_rulebook
from engine.model import Rulebook
from engine.stated import state_indicator, state_part, state_policies
from engine.statedbook import (
    state_check,
    state_declared,
    state_grades,
    state_parameter,
    state_section,
    state_total,
    state_veto,
)
from engine.testing.randombooks import one_indicator
from tests.engine.example import RULES

RATE: dict[str, Any] = {"measure": "甲金额 / 乙金额", "unit": "%", "zero_denominator": "not_applicable"}

FORMS: dict[str, tuple[dict[str, Any], str, str]] = {
    "per_unit": (
        {**RATE, "title": "支出率", "score": {"per_unit": {"deduct": 0.1, "per": "1 个百分点", "over": "100%"}}},
        (
            "支出率 = 甲金额 ÷ 乙金额。支出率不高于 100% 的,得满分 4 分;每超过 1 个百分点扣 0.1 分"
            "(不足 1 个百分点按 1 个百分点计),扣完为止。分母为零的,视为不适用(得满分)。"
        ),
        (
            "The measure = “甲金额” ÷ “乙金额”. Where the measure is at most 100%: full points (4 points); 0.1 points off for every "
            "1 percentage point above it (less than 1 percentage point counts as 1 percentage point), until nothing is left. "
            "Not applicable where the denominator is zero (full points)."
        ),
    ),
    "full, then per_unit from the same base": (
        {
            "measure": "甲率",
            "score": {"full": ">= 90%", "otherwise": {"per_unit": {"deduct": 1, "per": "5 个百分点", "under": "90%"}}},
        },
        "甲率不低于 90% 的,得满分 4 分;每低于 5 个百分点扣 1 分(不足 5 个百分点按 5 个百分点计),扣完为止。",
        (
            "Where “甲率” is at least 90%: full points (4 points); 1 point off for every 5 percentage points below it "
            "(less than 5 percentage points counts as 5 percentage points), until nothing is left."
        ),
    ),
    "full": (
        {"score": {"full": "甲旗 is 是 and 乙旗 is 否", "otherwise": 0}},
        "甲旗且乙旗为“否”的,得满分 4 分;否则不得分。",
        "Where “甲旗” holds and “乙旗” does not hold: full points (4 points); otherwise no points.",
    ),
    "bands": (
        {
            "measure": "甲率",
            "score": {
                "bands": [
                    {"when": ">= 90%", "points": 4},
                    {"when": ">= 80% and < 90%", "points": 2.5},
                    {"otherwise": 0},
                ]
            },
        },
        "甲率不低于 90% 的,得满分 4 分;甲率不低于 80% 且低于 90% 的,得 2.5 分;其余不得分。",
        (
            "Where “甲率” is at least 90%: full points (4 points); where “甲率” is at least 80% and is below 90%: 2.5 points; "
            "otherwise no points."
        ),
    ),
    "deduct": (
        {
            "score": {
                "deduct": [
                    {"points": 1, "when": "any 明细 where 完成 is 否"},
                    {"points": 0.5, "each": "count(明细 where 金额 < 3 万元)", "limit": 2},
                ]
            }
        },
        "从满分 4 分起扣分:(1)明细中有完成为“否”的,扣 1 分;(2)明细中金额低于 3 万元的个数每 1 个扣 0.5 分,最多 2 分;扣完为止。",
        (
            "From full points (4 points): (1) where some row of “明细” has “完成” does not hold: 1 point off; (2) 0.5 points off for "
            "every 1 of the number of the rows of “明细” where “金额” is below 3 ten thousand yuan, at most 2 points; "
            "until nothing is left."
        ),
    ),
    "proportional, reverse": (
        {"measure": "用时", "score": {"proportional": {"to": "15 天", "direction": "at_most"}}},
        "用时不高于 15 天的,得满分 4 分;否则按比例计分:15 天 ÷ 用时 × 4 分。",
        "Where “用时” is at most 15 days: full points (4 points); otherwise in proportion: 15 days ÷ “用时” × 4 points.",
    ),
    "interpolate": (
        {"measure": "用时", "score": {"interpolate": [{"at": "15 天", "points": 4}, {"at": "30 天", "points": 0}]}},
        "用时为 15 天的得满分 4 分、30 天的不得分;两点之间按直线插值,两端以外按端点计。",
        "“用时” at 15 days: full points (4 points), 30 days: no points; straight lines in between, flat outside.",
    ),
    "judged": (
        {"score": {"judged": {"value": "甲评分", "from": 0, "to": 4}}},
        "由评价人评定(甲评分):得 0 至 4 分。",
        "As judged by the assessor (“甲评分”): 0 to 4 points.",
    ),
    "choose, with parts": (
        {
            "score": {
                "choose": [
                    {"when": "地区 is 西部", "score": {"fixed": 4}},
                    {"otherwise": True, "score": {"full": "甲旗 is 是", "otherwise": 1}},
                ]
            }
        },
        "按第一个符合的情形计分:(1)地区为“西部”的,得满分 4 分;(2)其余情形,〔甲旗的,得满分 4 分;否则得 1 分〕。",
        (
            "The first of these that holds counts: (1) where “地区” is “西部”: full points (4 points); "
            "(2) otherwise: [where “甲旗” holds: full points (4 points); otherwise 1 point]."
        ),
    ),
    "not computable": (
        {"score": {"not_computable": {"reason": "标准未公开"}}},
        "本条无法计算,得分待定(标准未公开)。",
        "Cannot be computed, undetermined (标准未公开).",
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_a_sentence_of_a_criterion(name: str) -> None:
    part, zh, en = FORMS[name]
    rulebook = one_indicator(Fraction(4), part)
    stated = state_indicator(rulebook, rulebook.indicators[0], beyond_defaults=True)
    assert stated.criterion.zh + stated.silent.zh == zh
    assert f"{stated.criterion.en} {stated.silent.en}".strip() == en


def test_what_a_part_may_say_besides_its_form_is_said() -> None:
    part = {
        **RATE,
        "title": "甲率",
        "applies": "甲旗 is 是",
        "void": [{"when": "乙旗 is 是", "reason": "…"}],
        "exempt": [{"when": "地区 is 西部"}],
        "cap": 5,
        "floor": -1,
        "round_measure": {"places": 1, "mode": "half_up"},
        "round_score": {"places": 2, "mode": "down"},
        "not_applicable": "exclude",
        "missing": "zero",
        "score": {"full": ">= 上限率", "otherwise": -1},
    }
    rulebook = one_indicator(Fraction(4), part, parameters={"上限率": "90%"})
    stated = state_indicator(rulebook, rulebook.indicators[0], beyond_defaults=True)
    assert stated.criterion.zh + stated.silent.zh == (
        # 甲率 is a concept of the vocabulary, so the measure does not take the title's name.
        "仅适用于甲旗的。测算值 = 甲金额 ÷ 乙金额。测算值以%计,四舍五入保留 1 位小数。"
        "测算值不低于上限率(90%)的,得满分 4 分;否则扣 1 分。得分不低于 -1 分,得分不高于 5 分。"
        "乙旗的,扣 1 分。地区为“西部”的,得满分 4 分。"
        "分母为零的,视为不适用。数据缺失的,不得分。不适用的,不计入。得分只舍不入保留 2 位小数。"
    )


def test_what_differs_from_the_defaults_is_said_with_the_criterion_and_everything_when_it_stands_alone() -> None:
    rulebook = one_indicator(Fraction(4), {"score": {"full": "甲旗 is 是", "otherwise": 0}})
    indicator = rulebook.indicators[0]
    assert state_indicator(rulebook, indicator, beyond_defaults=True).silent.zh == ""
    alone = state_indicator(rulebook, indicator).silent
    assert alone.zh == "数据缺失的,得分待定。不适用的,得满分。得分不取舍。"
    assert alone.en == (
        "Undetermined where facts are missing. Full points where it does not apply. Scores are not rounded."
    )
    assert state_policies(rulebook.defaults).zh == (
        "分母为零的,得分待定。数据缺失的,得分待定。不适用的,得满分。得分不取舍。不足一个步长的按一个步长计。测算值不取舍。"
    )


def test_what_stands_above_the_criteria_is_said_too() -> None:
    rulebook = _kunming()
    assert rulebook.grades is not None
    assert state_grades(rulebook.grades).zh == (
        "按总分评定等级:90 分(含)以上为“优”;80 分(含)至 90 分(不含)为“良”;60 分(含)至 80 分(不含)为“中”;60 分以下为“差”(自 0 分起)。"
    )
    assert state_declared(rulebook).zh == "总分值 100 分,一级指标 3 个,三级指标 49 个。"
    assert (
        state_total(rulebook).zh == "总分为各一级指标得分之和。不低于 0 分。不高于 100 分。总分四舍五入保留 2 位小数。"
    )
    assert state_check(rulebook, rulebook.checks[0]).zh == (
        "应有:部门决算数等于基本支出决算数 + 项目支出决算数。不符的,列为错误。"
    )
    assert state_section(rulebook, rulebook.sections[1]).en.startswith("20 points. Its declared points less what")


def test_vetoes_and_parameters_name_their_numbers_and_whom_they_touch() -> None:
    scale = [{"grade": "优", "from": 3.5}, {"grade": "差", "from": 0}]
    veto = {"id": "v", "title": "否决", "when": "甲旗 is 是", "precedence": 2, "reason": "…"}
    by_region = {"by": "地区", "values": {"东部": "100%", "中部": "40%", "西部": "30%"}, "unit": "%"}
    rulebook = one_indicator(
        Fraction(4),
        {"score": {"fixed": 4}},
        grades={"of": "score", "scale": scale},
        parameters={"标准率": by_region},
        vetoes=[
            {**veto, "scope": "result", "effect": {"score": 1.5}},
            {**veto, "id": "w", "scope": "indicator:i11", "effect": "zero"},
            {**veto, "id": "x", "scope": "result", "effect": {"grade_at_most": "差"}},
        ],
    )
    assert [state_veto(rulebook, one).zh for one in rulebook.vetoes] == [
        "甲旗的,评价结果计 1.5 分(适用次序 2)。",
        "甲旗的,指标“一”计 0 分(适用次序 2)。",
        "甲旗的,评价结果等级最高为“差”(适用次序 2)。",
    ]
    assert state_parameter(rulebook, rulebook.parameters[0]).zh == "标准率 = 按地区:东部 100%、中部 40%、西部 30%。"


def _kunming() -> Rulebook:
    rulebook, problems = load_rulebook(RULES / "kunming-2017")
    assert rulebook is not None and not problems
    return rulebook


def test_points_given_under_malus_are_not_nothing_off() -> None:
    texts = set()
    for given in (0, 4):
        rulebook = one_indicator(
            Fraction(4),
            {
                "measure": "甲率",
                "floor": -4,
                "score": {"interpolate": [{"at": "0%", "points": given}, {"at": "10%", "points": -4}]},
            },
        )
        section = replace(rulebook.sections[0], kind="malus")
        texts.add(state_part(rulebook, section, rulebook.indicators[0].part).whole)
    assert len(texts) == 2


def test_a_scale_with_both_ends_says_them_as_published() -> None:
    grades = {"of": "score", "scale": [{"grade": "优", "from": 3, "to": 4}, {"grade": "差", "from": 0, "below": 3}]}
    rulebook = one_indicator(Fraction(4), {"score": {"full": "甲旗 is 是", "otherwise": 0}}, grades=grades)
    assert rulebook.grades is not None
    assert state_grades(rulebook.grades).zh == (
        "按总分评定等级:3 分(含)以上为“优”;3 分以下为“差”(自 0 分起)。原文所写的范围:“优”3 至 4;“差”0 至 3(不含)。"
    )
