"""What the rules make of made-up facts, as an expectation; and whether that would notice other rules."""

from __future__ import annotations

from collections.abc import Iterator

from engine.assessment import Assessment, IndicatorResult
from engine.combine import NO
from engine.evaluate import Decided, WhatIf
from engine.judging import judge
from engine.parts import PartResult
from engine.trials.slices import case_of
from engine.trials.watching import Owner
from engine.trials.wholes import Facts
from facts.expectation import Expectation, Expected, ExpectedReason
from facts.problem import Text


def told_apart(one: WhatIf, other: WhatIf, facts: Facts, owner: Owner) -> bool:
    """Whether an expectation of what one makes of the facts does not hold for the other."""
    case = case_of(one.rulebook, facts)
    first, second = one.decide(case), other.decide(case)
    if shape(first) == shape(second):
        # The same cases of the same rules with the same points: the same is said. Putting it into words is dear.
        return False
    expectation = Expectation(tuple(expected_of(owner, first)))
    return bool(judge(expectation, second.assessment(), second.states))


def shape(decided: Decided) -> tuple[object, ...]:
    """Points, and which cases gave them."""
    rollup = decided.rollup
    parts = tuple(_shape_of(result) for result in rollup.indicators.values())
    # What does not apply has the same score in any case, and counts by its policy.
    finals = tuple(
        (score := rollup.final(plan), score.na != NO and plan.part.part.policies.not_applicable)
        for section in decided.plan.sections
        for plan in section.indicators
    )
    return (parts, finals, tuple(rollup.sections.values()), decided.outcome, tuple(decided.states.items()))


def _shape_of(result: PartResult) -> tuple[object, ...]:
    items = tuple((item.outcome, item.low, item.high) for item in result.items)
    branch = result.branch.name if result.branch is not None else ""
    return (result.score, result.frame, result.place, branch, items, tuple(_shape_of(part) for part in result.parts))


def expected_of(owner: Owner, decided: Decided) -> Iterator[Expected]:
    """What the rules make of a case now, as far as it is about one owner."""
    if owner.about == "finding":
        yield Expected("finding", owner.id, "state", decided.states[owner.id])
        return
    assessment = decided.assessment()
    if owner.about == "indicator":
        found = next(one for one in assessment.indicators if one.id == owner.id)
        yield from _of_indicator(found)
        return
    yield from _of_result(assessment)


def _of_indicator(found: IndicatorResult) -> Iterator[Expected]:
    yield Expected("indicator", found.id, "verdict", found.verdict)
    if found.score is not None:
        yield Expected("indicator", found.id, "score", found.score)
    else:
        yield Expected("indicator", found.id, "lower", found.lower)
        yield Expected("indicator", found.id, "upper", found.upper)
    words = [own_words(one.reason) for one in found.deductions]
    if any(words):
        yield Expected("indicator", found.id, "reasons", tuple(ExpectedReason(own) for own in words if own))


def _of_result(assessment: Assessment) -> Iterator[Expected]:
    for what in ("score", "grade") if assessment.score is not None else ("lower", "upper"):
        value = getattr(assessment, what)
        if value is not None:
            yield Expected("result", "", what, value)
    for section in assessment.sections:
        if section.score is not None:
            yield Expected("section", section.id, "score", section.score)
        else:
            yield Expected("section", section.id, "lower", section.lower)
            yield Expected("section", section.id, "upper", section.upper)


def own_words(reason: Text) -> str:
    """The rule's own sentence in a reason; "" where the reason only tells what was compared."""
    for words in (reason.zh, reason.zh.rpartition(",")[0]):
        if words and reason.en.startswith(words):
            return words
    return ""
