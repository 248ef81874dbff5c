"""What must hold for every rulebook and every case. Each property is a function that says what does not hold.

with Evaluator(rulebook) as evaluator:
for one in PROPERTIES:
assert one.check(evaluator, sample) == []
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, Protocol

from engine.assessment import Assessment, IndicatorResult
from engine.load import load_rulebook
from engine.model import Part, Rulebook
from engine.printing import print_rulebook
from engine.testing.comparing import differences, outside
from engine.testing.limits import concepts_of
from engine.testing.oracle import evaluate
from facts.model import Case, Fact, Row
from facts.problem import Text
from facts.values import Rounding
from facts.vocabulary import Concept

NOBODY_READS = "unrelated_to_any_rule"


@dataclass(frozen=True)
class Sample:
    """A case of which something may be unknown, and one way what is unknown may turn out."""

    case: Case
    complete: Case

    def __repr__(self) -> str:
        return f"Sample({len(self.case.facts)} facts, {len(self.complete.facts)} when complete)"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """What Hypothesis prints in its notes: a case in full is no help, and takes its time."""
        printer.text(repr(self))


class Assesses(Protocol):
    """What a property asks of the engine; an Evaluator does it."""

    @property
    def rulebook(self) -> Rulebook:
        """The rulebook cases are assessed by."""

    def assess(self, case: Case) -> Assessment:
        """The assessment of a case."""


class Property(NamedTuple):
    """A property: what it says, and what of it does not hold for a sample ([]: it holds)."""

    id: str
    title: Text
    check: Callable[[Assesses, Sample], list[str]]


def agreement(evaluator: Assesses, sample: Sample) -> list[str]:
    """The engine gives what a plain reading of the criteria gives."""
    expected = evaluate(evaluator.rulebook, sample.complete)
    return differences(evaluator.assess(sample.complete), expected)


def bounds(evaluator: Assesses, sample: Sample) -> list[str]:
    """Whatever the missing facts turn out to be, the score lies within the bounds stated without them."""
    return outside(evaluator.assess(sample.case), evaluate(evaluator.rulebook, sample.complete))


def one_case(evaluator: Assesses, sample: Sample) -> list[str]:
    """For each part that is decided exactly one case fires."""
    found, wrong = evaluator.assess(sample.case), list[str]()
    for indicator in found.indicators:
        steps = [step for step in found.trail if step.indicator == indicator.id and step.before is not None]
        owners = [step.rule.rpartition("/")[0] for step in steps if "?" not in step.rule and _is_case(step.rule)]
        wrong += [
            f"{owner}: {owners.count(owner)} cases fired" for owner in dict.fromkeys(owners) if owners.count(owner) > 1
        ]
        if indicator.verdict != "undetermined" and indicator.id not in owners:
            wrong.append(f"{indicator.id}: {indicator.verdict}, and no case fired")
    return wrong


def _is_case(rule: str) -> bool:
    return not rule.rpartition("/")[2].startswith(("deduct-", "add-", "item-"))


def within_limits(evaluator: Assesses, sample: Sample) -> list[str]:
    """Every score lies within its floor and cap, and its bounds are in order."""
    rulebook, found = evaluator.rulebook, evaluator.assess(sample.case)
    wrong = [f"{i.id}: [{i.lower}, {i.upper}] is empty" for i in found.indicators if i.lower > i.upper]
    wrong += list(_beyond_their_limits(rulebook, found))
    low, high = rulebook.floor, rulebook.cap
    vetoed = any(veto.scope == "result" for veto in rulebook.vetoes)
    rounding = rulebook.defaults.round_score or Rounding(10)
    if not vetoed and low is not None and found.lower < min(rounding(low), low):
        wrong.append(f"total: {found.lower} is below the floor {low}")
    if not vetoed and high is not None and found.upper > max(rounding(high), high):
        wrong.append(f"total: {found.upper} is above the cap {high}")
    return wrong


def _beyond_their_limits(rulebook: Rulebook, found: Assessment) -> Iterator[str]:
    kinds = {section.id: section.kind for section in rulebook.sections}
    vetoed = {veto.target for veto in rulebook.vetoes}
    parts = {indicator.id: indicator.part for indicator in rulebook.indicators}
    for one in found.indicators:
        if one.id not in vetoed:
            low, high = _limits(one, parts[one.id], kinds[one.section] == "malus")
            if not low <= one.lower <= one.upper <= high:
                yield f"{one.id}: [{one.lower}, {one.upper}] is not within floor and cap [{low}, {high}]"


def _limits(indicator: IndicatorResult, part: Part, malus: bool) -> tuple[Fraction, Fraction]:
    """Floor and cap, rounded as the score is: 2.5 points to no places may be 3. What does not apply brings 0 or full."""
    nothing = Fraction(0)
    floor = part.floor if part.floor is not None else (-indicator.points if malus else nothing)
    cap = part.cap if part.cap is not None else (nothing if malus else indicator.points)
    rounding = part.policies.round_score or Rounding(10)
    full = nothing if malus else indicator.points
    return min(rounding(floor), floor, full, nothing), max(rounding(cap), cap, full, nothing)


def order(evaluator: Assesses, sample: Sample) -> list[str]:
    """The order in which facts are stated changes nothing but the order in which things are told."""
    facts = sample.case.facts
    turned = replace(sample.case, facts={key: facts[key] for key in reversed(list(facts))})
    return _told_apart(evaluator.assess(sample.case), evaluator.assess(turned), "the facts in another order")


def unrelated(evaluator: Assesses, sample: Sample) -> list[str]:
    """A fact no rule reads changes nothing at all."""
    read = set(concepts_of(evaluator.rulebook))
    name = next((c for c in evaluator.rulebook.vocabulary.concepts if c not in read), NOBODY_READS)
    facts = {key: fact for key, fact in sample.case.facts.items() if key != name}
    value = Fact(name, _some_value(evaluator.rulebook.vocabulary.concepts.get(name)))
    one = evaluator.assess(replace(sample.case, facts=facts))
    other = evaluator.assess(replace(sample.case, facts={**facts, name: value}))
    return [] if one == other else _told_apart(one, other, f"a fact no rule reads ({name})") or ["the trails differ"]


def _some_value(concept: Concept | None) -> Fraction | str | date | tuple[Row, ...]:
    if concept is None or concept.type in ("quantity", "score"):
        low, high = (None, None) if concept is None else (concept.minimum, concept.maximum)
        return high if high is not None else (low or Fraction(0)) + 10**9
    others = {"boolean": "是", "date": date(2017, 1, 1), "table": (), "choice": (*concept.choices, "")[0]}
    return others.get(concept.type, "甲")  # type: ignore[return-value]  # what each type may hold


def repeatable(evaluator: Assesses, sample: Sample) -> list[str]:
    """The same case gives the same answer, to the last step of the trail."""
    again = evaluator.assess(replace(sample.case))
    return [] if evaluator.assess(sample.case) == again else ["the same case, another answer"]


def _told_apart(one: Assessment, other: Assessment, by: str) -> list[str]:
    return (
        [] if outcome(one) == outcome(other) else [f"{by}: {one.score} {one.grades} and {other.score} {other.grades}"]
    )


def outcome(found: Assessment) -> object:
    """Everything an assessment says but for the order in which it says it."""
    indicators = {
        i.id: (i.verdict, i.score, i.lower, i.upper, i.basis, i.missing, i.regain, i.deductions)
        for i in found.indicators
    }
    sections = {s.id: (s.score, s.lower, s.upper) for s in found.sections}
    codes = sorted(finding.code for finding in found.findings)
    return indicators, sections, found.score, found.lower, found.upper, found.grade, found.grades, codes


PROPERTIES = (
    Property("agreement", Text("引擎与独立评价器一致", "the engine agrees with the independent evaluator"), agreement),
    Property("bounds", Text("区间包含缺失事实的一切可能", "the bounds contain every completion"), bounds),
    Property("one-case", Text("每次判定恰有一个情形触发", "exactly one case fires per decision"), one_case),
    Property("limits", Text("得分在下限和上限之内", "scores lie within floor and cap"), within_limits),
    Property("order", Text("事实的先后不影响结果", "the order of facts is irrelevant"), order),
    Property("unrelated", Text("无关的事实不影响结果", "a fact no rule reads changes nothing"), unrelated),
    Property("repeatable", Text("同样的个案,同样的结果", "the same case gives the same answer"), repeatable),
)


def reloads(rulebook: Rulebook) -> list[str]:
    """What differs when a rulebook is printed and loaded again; a property of the rulebook alone."""
    with TemporaryDirectory() as name:
        for file, text in print_rulebook(rulebook).items():
            (Path(name) / file).write_text(text, encoding="utf-8")
        again, problems = load_rulebook(Path(name))
    if again is None:
        return [problem.show("en") for problem in problems]
    return [] if again == rulebook else ["the rulebook printed and loaded again is another rulebook"]
