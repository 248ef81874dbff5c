"""The change an assessment names does alter the verdict: the case is assessed again with it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from engine.assessment import Assessment, Nearest
from engine.casefacts import CaseFacts
from engine.decide import Decider
from engine.evaluate import Evaluator
from engine.load import load_rulebook
from engine.parts import PartRunner
from engine.plan import PlanPart
from engine.session import Session
from engine.verdicts import verdict_of
from facts.casefile import read_case
from facts.model import BASES, Case, Fact, Value
from tests.engine.example import RULES, assessed, case, case_files, indicator, section, sound

CASES = case_files()


@cache
def evaluator(folder: Path) -> Evaluator:
    """One evaluator for each rulebook."""
    rulebook, problems = load_rulebook(folder)
    assert rulebook is not None and not problems
    return Evaluator(rulebook)


def changed(known: Case, concept: str, value: Value) -> Case:
    """The case with one fact changed."""
    fact = known.facts.get(concept, Fact(concept, value))
    return replace(known, facts={**known.facts, concept: replace(fact, value=value, status="known")})


def trials(nearest: Nearest) -> list[Value]:
    """The value named, or one just beyond it."""
    if nearest.inclusive or not isinstance(nearest.then, Fraction) or not isinstance(nearest.now, Fraction):
        return [nearest.then]
    step = max(abs(nearest.then), Fraction(1)) / 10**8
    return [nearest.then + step, nearest.then - step]


def verdict(made: Evaluator, known: Case, part: PlanPart) -> str:
    """The verdict of one part alone, decided by the engine."""
    facts = CaseFacts(made.rulebook, known, BASES)
    env = facts.env()
    missing = frozenset(c for c in facts.values if facts.known(c) not in ("known", "not_applicable"))
    with Session(made.rulesets) as session:
        decider = Decider(session, env, facts.inapplicable, lambda *_: None)
        result = PartRunner(decider, env, missing).run(part)
    return verdict_of(result.score, result.frame)


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_the_change_named_really_gives_the_verdict_named(path: Path) -> None:
    made = evaluator(path.parents[1])
    known, problems = read_case([path], made.rulebook.vocabulary)
    assert known is not None and not problems
    vetoed = {veto.target for veto in made.rulebook.vetoes if veto.scope == "indicator"}
    parts = {i.indicator.id: i.part for section in made.plan.sections for i in section.indicators}
    for one in made.assess(known).indicators:
        if one.nearest is not None and one.id not in vetoed:
            assert one.nearest.verdict != one.verdict
            cases = [changed(known, one.nearest.concept, value) for value in trials(one.nearest)]
            found = {verdict(made, each, parts[one.id]) for each in cases}
            assert one.nearest.verdict in found, (one.id, one.nearest)


def settled(known: Case, concepts: tuple[str, ...]) -> bool:
    """Whether the facts are single values: of tables and stated ranges no change is named."""
    return all(isinstance(known.facts[concept].value, Fraction | str) for concept in concepts)


def test_the_kunming_case_names_a_change_for_every_indicator_of_settled_facts() -> None:
    path = RULES / "kunming-2017" / "cases" / "kunming-2017.yaml"
    made = evaluator(path.parents[1])
    known, _ = read_case([path], made.rulebook.vocabulary)
    assert known is not None
    parts = {i.indicator.id: i.part for section in made.plan.sections for i in section.indicators}
    for one in made.assess(known).indicators:
        if one.verdict not in ("undetermined", "not_applicable") and settled(known, parts[one.id].concepts):
            assert one.nearest is not None, one.id


@pytest.mark.parametrize(("now", "verdict"), [("0 万元", "not_met"), ("5 万元", "met")])
def test_a_change_to_or_from_zero_is_named(now: str, verdict: str) -> None:
    found = nearest('full: "= 0%"\notherwise: 0', "abs(收支差额) / 预算数", f"收支差额: {now}\n预算数: 100 万元")
    assert (found.concept, found.then, found.verdict) == ("gap", Fraction(0), verdict)


def nearest(score: str, measure: str, facts: str) -> Nearest:
    """The nearest change for one indicator of 10 points."""
    found = assessed(sound(section(indicator(score, f"measure: {measure}\n"))), facts).indicators[0].nearest
    assert found is not None
    return found


def named(found: Nearest) -> tuple[object, ...]:
    """What is said of it."""
    return found.concept, found.then, found.inclusive, found.verdict


@pytest.mark.parametrize(
    ("score", "measure", "facts", "expected"),
    [
        ("full: <= 680 份\notherwise: 0", "发文数", "发文数: 700 份", ("documents", 680, True, "met")),
        ("full: <= 680 份\notherwise: 0", "发文数", "发文数: 600 份", ("documents", 681, True, "not_met")),
        ("full: < 680 份\notherwise: 0", "发文数", "发文数: 700 份", ("documents", 679, True, "met")),
        ("full: <= 100%\notherwise: 0", "控制率", "控制率: 103%", ("staff_rate", 1, True, "met")),
        ("full: <= 100%\notherwise: 0", "控制率", "控制率: 97%", ("staff_rate", 1, False, "not_met")),
        (
            "full: '>= 95%'\notherwise: 0",
            "决算数 / 预算数",
            "决算数: 90 万元\n预算数: 100 万元",
            ("budget", Fraction(18_000_000, 19), True, "met"),
        ),
        ("full: is 优\notherwise: 0", "质量", "质量: 良", ("quality", "优", True, "met")),
    ],
)
def test_the_nearest_change_is_found_exactly(
    score: str, measure: str, facts: str, expected: tuple[object, ...]
) -> None:
    assert named(nearest(score, measure, facts)) == expected


def test_a_change_beyond_what_the_concept_allows_is_never_named() -> None:
    found = assessed(sound(section(indicator('full: "<= 100 份"\notherwise: 0', "measure: 通知数\n"))), "通知数: 90 份")
    assert found.indicators[0].nearest is None


def test_what_is_undetermined_has_no_nearest_change() -> None:
    rulebook = sound(section(indicator('full: "<= 680 份"\notherwise: 0', "measure: 发文数\n")))
    with Evaluator(rulebook) as made:
        found: Assessment = made.assess(case(""))
    assert found.indicators[0].nearest is None
