"""An assessor's mark is judged whatever the case says of its facts by default."""

from __future__ import annotations

import pytest

from tests.engine.example import assessed, indicator, section, sound

JUDGED = section(indicator("judged: {value: 评定分, from: 0, to: 10}"))
INSIDE = section(
    indicator('full: ">= 100%"\notherwise: {judged: {value: 评定分, from: 0, to: 5}}', "measure: 执行率\n")
)


@pytest.mark.parametrize("default", ["figure", "stated", "judged"])
@pytest.mark.parametrize(("rules", "rest", "points"), [(JUDGED, "", 7), (INSIDE, "\n执行率: 90%", 4)])
def test_a_mark_is_judged_whatever_is_said_of_all_facts(default: str, rules: str, rest: str, points: int) -> None:
    found = assessed(sound(rules), f"评定分: {points} 分{rest}", default)
    assert found.indicators[0].score == points
    assert found.by_basis.judged == (points if default != "stated" or not rest else 0)
    assert found.by_basis.figure == 0
    assert not found.problems


def test_other_facts_keep_the_default() -> None:
    found = assessed(
        sound(section(indicator('full: ">= 90%"\notherwise: 0', "measure: 执行率\n"))), "执行率: 95%", "figure"
    )
    assert found.by_basis.figure == 10


@pytest.mark.parametrize("basis", ["figure", "stated"])
def test_a_basis_of_its_own_is_kept_and_told(basis: str) -> None:
    found = assessed(sound(JUDGED), f"评定分: {{value: 7 分, basis: {basis}}}", "judged")
    (problem,) = found.problems
    assert (problem.code, problem.severity) == ("judgement-basis", "warning")
    assert problem.at.line and basis in problem.message.zh and basis in problem.message.en
    assert getattr(found.by_basis, basis) == 7 and found.by_basis.judged == 0


def test_judged_said_on_the_fact_is_no_problem() -> None:
    found = assessed(sound(JUDGED), "评定分: {value: 7 分, basis: judged}", "figure")
    assert found.by_basis.judged == 7 and not found.problems
