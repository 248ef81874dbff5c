"""The nearest change of one fact that would alter an indicator's verdict, found exactly.

A measure in one of its facts is nearly always (ax + b) / (cx + d); four evaluations find and check that, and the threshold
is solved for. What is not of that form is left out rather than guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from engine.assessment import Nearest, Verdict
from engine.casefacts import CaseFacts
from engine.compute import Env
from engine.decide import PlainDecider
from engine.expr import Name
from engine.parts import PartRunner
from engine.plan import ByItems, ByParts, Decision, Measure, OnePart, PlanPart, RangeInput, TruthInput
from engine.sentences import Sentences
from engine.showing import number_text
from engine.solving import measured_by, solve
from engine.verdicts import verdict_of
from facts.problem import Text
from facts.units import PLAIN
from facts.vocabulary import Concept

_STEP = Fraction(1, 10**9)


@dataclass(frozen=True, slots=True)
class _Change:
    concept: Concept
    now: Fraction | str
    then: Fraction | str
    inclusive: bool
    up: bool
    distance: Fraction
    verdict: Verdict


def find_nearest(plan: PlanPart, verdict: Verdict, sentences: Sentences) -> Nearest | None:
    """The smallest such change, or None if no change of one known fact is found to alter the verdict."""
    if verdict in ("undetermined", "not_applicable"):
        return None
    facts = sentences.facts
    labels = sentences.labels_only(plan.concepts)
    key = ("nearest", id(plan), verdict, facts.inapplicable, labels)
    if labels is not None and key in sentences.memory.by_labels:
        return sentences.memory.by_labels[key]  # type: ignore[return-value]  # put there below
    found = _find(plan, verdict, sentences)
    if labels is not None:
        sentences.memory.remember(key, found)
    return found


def _find(plan: PlanPart, verdict: Verdict, sentences: Sentences) -> Nearest | None:
    changes = [change for concept in plan.concepts for change in _changes(plan, concept, verdict, sentences)]
    if not changes:
        return None
    best = min(changes, key=lambda change: change.distance)
    return Nearest(
        best.concept.id,
        Text(best.concept.label, best.concept.label_en or best.concept.label),
        best.now,
        best.then,
        best.inclusive,
        best.verdict,
        _sentence(best),
    )


def _changes(plan: PlanPart, concept_id: str, verdict: Verdict, sentences: Sentences) -> Iterator[_Change]:
    facts, env = sentences.facts, sentences.env
    concept = facts.rulebook.vocabulary.concepts[concept_id]
    now = env.facts.get(concept_id)
    if isinstance(now, str):
        for choice in concept.choices:
            if choice != now:
                found = _verdict_if(plan, concept_id, choice, facts, env)
                if found not in (verdict, "undetermined"):
                    yield _Change(concept, now, choice, True, True, Fraction(1), found)
    elif isinstance(now, Fraction):
        for then in sorted(set(_thresholds(plan, concept_id, now, sentences))):
            yield from _crossing(plan, concept, now, then, verdict, facts, env)


def _crossing(
    plan: PlanPart, concept: Concept, now: Fraction, then: Fraction, verdict: Verdict, facts: CaseFacts, env: Env
) -> Iterator[_Change]:
    """A change to a threshold, or just beyond it, if either alters the verdict."""
    direction = 1 if then >= now else -1
    step = Fraction(1) if concept.whole else _STEP * max(abs(then), Fraction(1))
    if concept.whole and then.denominator != 1:
        then = Fraction(-(-then.numerator // then.denominator) if direction > 0 else then.numerator // then.denominator)
    for value, inclusive in ((then, True), (then + direction * step, False), (then - direction * step, False)):
        if value == now or not concept.range.contains(value):
            continue
        found = _verdict_if(plan, concept.id, value, facts, env)
        if found not in (verdict, "undetermined"):
            distance = abs(value - now) / max(abs(now), Fraction(1))
            exact = inclusive or concept.whole
            yield _Change(concept, now, value if exact else then, exact, value > now, distance, found)
            return


def _verdict_if(plan: PlanPart, concept: str, value: Fraction | str, facts: CaseFacts, env: Env) -> Verdict:
    changed = Env({**env.facts, concept: value}, env.parameters, env.rollups)
    result = PartRunner(PlainDecider(changed, facts.inapplicable), changed, frozenset(), Fraction(0)).run(plan)
    return verdict_of(result.score, result.frame)


def _thresholds(plan: PlanPart, concept: str, now: Fraction, sentences: Sentences) -> Iterator[Fraction]:
    for measure, bound in _tests(plan, sentences):
        if measure.tree == Name(concept) and measure.rounding is None:
            yield bound
        elif concept in measure.concepts:
            solved = solve(measured_by(measure, concept, sentences.env), now, bound)
            if solved is not None:
                yield solved


def _tests(plan: PlanPart, sentences: Sentences) -> tuple[tuple[Measure, Fraction], ...]:
    """Every measure of a part with each constant it is compared with; the same for every case."""
    key = ("tests", id(plan))
    known = sentences.memory.by_labels.get(key)
    if known is None:
        found: dict[tuple[int, Fraction], tuple[Measure, Fraction]] = {}
        for decision in _decisions(plan):
            for one in decision.inputs:
                if isinstance(one, RangeInput):
                    for test in (test for case in decision.cases for test in case.guard):
                        if test.property[1:] == one.name:
                            bound = Fraction(test.constant, 2 * one.scale)
                            found[id(one.measure), bound] = (one.measure, bound)
        known = tuple(found.values())
        sentences.memory.remember(key, known)
    return known  # type: ignore[return-value]  # put there above


def _decisions(plan: PlanPart) -> Iterator[Decision]:
    for selection in plan.selections:
        yield from _chained(selection)
    for branch in plan.branches:
        effect = branch.effect
        if isinstance(effect, ByItems):
            for item in effect.items:
                yield from _chained(item.decision)
        elif isinstance(effect, ByParts | OnePart):
            for part in effect.parts if isinstance(effect, ByParts) else (effect.part,):
                yield from _decisions(part)


def _chained(decision: Decision) -> Iterator[Decision]:
    yield decision
    for one in decision.inputs:
        if isinstance(one, TruthInput):
            yield from _chained(one.decision)


def _sentence(change: _Change) -> Text:
    concept = change.concept
    word = {
        "met": Text("达标", "met"),
        "partly_met": Text("部分达标", "partly met"),
        "not_met": Text("未达标", "not met"),
        "not_applicable": Text("不适用", "not applicable"),
    }.get(change.verdict, Text("", ""))
    english = concept.label_en or concept.label
    if isinstance(change.now, str) or isinstance(change.then, str):
        return Text(
            f"若“{concept.label}”由“{change.now}”变为“{change.then}”,则为{word.zh}",
            f"if {english} were {change.then} instead of {change.now}: {word.en}",
        )
    unit = concept.unit or PLAIN
    now, then = number_text(change.now, unit), number_text(change.then, unit)
    up = change.up
    zh = ("升至" if up else "降至") if change.inclusive else ("高于" if up else "低于")
    en = ("rose to" if up else "fell to") if change.inclusive else ("were above" if up else "were below")
    return Text(
        f"“{concept.label}”现为 {now},若{zh} {then},则为{word.zh}", f"{english} is {now}; if it {en} {then}: {word.en}"
    )
