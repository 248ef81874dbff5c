"""Sentences of the trail: what joins conditions in each language, and how an item came to its points."""

from __future__ import annotations

import pytest

from engine.assessment import Assessment
from tests.engine.example import assessed, indicator, section, sound

BANDS = section(
    indicator(
        'bands:\n  - {when: "<= 10%", points: 10}\n  - {when: "> 10% and <= 20%", points: 6}\n  - {otherwise: 0}',
        "measure: 执行率\n",
    )
)


def reason(found: Assessment) -> tuple[str, str]:
    """Of the only deduction."""
    ((one,),) = [i.deductions for i in found.indicators]
    return one.reason.zh, one.reason.en


def test_a_band_between_two_limits_is_told_in_the_words_of_each_language() -> None:
    found = assessed(sound(BANDS), "执行率: 12%")
    zh, en = reason(found)
    assert zh == "符合该档标准(12% > 10% 且 12% ≤ 20%),得 6.00 分"
    assert en == "in this band (12% > 10% and 12% ≤ 20%): 6.00 points"
    assert [step.compared for step in found.trail if step.compared][-1] == "12% > 10% and 12% <= 20%"


@pytest.mark.parametrize(
    ("condition", "facts", "zh", "en"),
    [
        ("弄虚作假 is 是 or 发文数 > 5", "弄虚作假: 是\n发文数: 9 份", " 或 ", " or "),
        (
            "弄虚作假 is 是 and (发文数 > 5 or 通知数 > 5)",
            "弄虚作假: 是\n发文数: 9 份\n通知数: 1 份",
            " 且 (",
            " and (",
        ),
    ],
)
def test_conditions_inside_others_keep_their_brackets(condition: str, facts: str, zh: str, en: str) -> None:
    rules = section(indicator(f"deduct: [{{points: 2, when: {condition}}}]"))
    found = reason(assessed(sound(rules), facts))
    assert found[0].startswith("扣 2.00 分(") and zh in found[0] and " and " not in found[0] and "((" not in found[0]
    assert "2.00 points off" in found[1]
    trail = [step.compared for step in assessed(sound(rules), facts).trail]
    assert any(en in compared for compared in trail) and all("((" not in compared for compared in trail)


def test_a_deduction_without_a_sentence_carries_its_working() -> None:
    rules = section(indicator("deduct: [{points: 2, each: 发文数}]"))
    zh, en = reason(assessed(sound(rules), "发文数: 3 份"))
    assert zh == "扣 6.00 分(2 × 3 = 6.00)"
    assert en == "2 x 3 = 6.00 points off"
