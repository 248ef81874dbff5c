"""Made-up cases that exercise what a rule has: searched from sane facts, with values solved exactly, never at random."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice

from engine.casefacts import CaseFacts
from engine.evaluate import Decided, WhatIf
from engine.expr import Expr, Is
from engine.plan import ByItems, ByParts, OnePart, PlanPart
from engine.trials.elements import elements_of
from engine.trials.observing import Seen, observe
from engine.trials.slices import case_of, period_of
from engine.trials.targets import Target, condition_targets, targets_of
from engine.trials.values import Values
from engine.trials.watching import Elements, Owner
from engine.walk import nodes
from facts.model import BASES, Fact, Value
from facts.problem import Text
from facts.vocabulary import Concept

MAX_TRIALS = 1500
# What these make of one another ends neither early nor on a nought.
_ODD, _ODDER = Fraction(333_337, 10_000), Fraction(71_113, 10_000)
_SCALES = (Fraction(100), Fraction(10_000), Fraction(1), Fraction(1_000_000))
# An assignment gives a concept a value, or says that it does not apply.
Assignment = Mapping[str, Value]
NOT_APPLICABLE = "\0not applicable"


@dataclass(frozen=True, slots=True)
class Trial:
    """Facts tried, and what they exercised."""

    assignment: Assignment
    facts: Mapping[str, Fact]
    seen: frozenset[Seen]


@dataclass(slots=True)
class Search:
    """Tries facts for one owner: an indicator, or a veto or check. `judge` is of its slice of the rulebook."""

    judge: WhatIf
    owner: Owner
    concepts: tuple[str, ...]
    values: Values
    elements: Elements
    trials: list[Trial] = field(default_factory=list)
    tried: set[tuple[tuple[str, object], ...]] = field(default_factory=set)

    def run(self, limit: int = MAX_TRIALS) -> list[Trial]:
        """Everything worth keeping, in the order it was found: what exercised something new, and its neighbours."""
        seeds = [*self.seeds()]
        queue = deque(seeds)
        known: set[Seen] = set()
        shapes: set[frozenset[Seen]] = set()
        while queue and len(self.tried) < limit:
            assignment = queue.popleft()
            trial = self.attempt(assignment)
            if trial is None:
                continue
            shape = frozenset(seen for seen in trial.seen if "/bound:" not in seen[1])
            fresh = bool(trial.seen - known)
            if not fresh and shape in shapes and assignment not in seeds:
                continue
            known |= trial.seen
            self.trials.append(trial)
            if shape not in shapes or assignment in seeds:
                # No more than there will be time for.
                queue.extend(islice(self.neighbours(assignment), max(0, limit - len(queue))))
            shapes.add(shape)
        return self.trials

    def attempt(self, assignment: Assignment) -> Trial | None:
        """Decide these facts, once."""
        if not self.is_new(assignment):
            return None
        facts = self.facts_of(assignment)
        decided = self.judge.decide(case_of(self.judge.rulebook, facts))
        seen = frozenset(one for one in observe(self.elements, decided) if one[0] == self.owner)
        return Trial(assignment, facts, seen)

    def is_new(self, assignment: Assignment) -> bool:
        """Whether these facts were not tried yet; from now on they were."""
        key = tuple(sorted(((name, _frozen(value)) for name, value in assignment.items()), key=lambda one: one[0]))
        known = key in self.tried
        self.tried.add(key)
        return not known

    def facts_of(self, assignment: Assignment) -> dict[str, Fact]:
        """The facts an assignment stands for."""
        return {name: self.fact(name, value) for name, value in assignment.items()}

    def decide(self, trial: Trial) -> Decided:
        """A trial decided again, for its words."""
        return self.judge.decide(case_of(self.judge.rulebook, trial.facts))

    def fact(self, concept: str, value: Value) -> Fact:
        """The fact a value stands for."""
        if value == NOT_APPLICABLE:
            return Fact(concept, None, "not_applicable", "figure", reason="示例")
        return Fact(concept, value, "known", "figure")

    # --- what to try ---

    def seeds(self) -> Iterator[Assignment]:
        """Sane facts of several sizes; then facts no two of which are alike, nor their quotients round; then none."""
        for scale in _SCALES:
            for yes in (True, False):
                yield {name: self.values.first(self._concept(name), scale, yes=yes) for name in self.concepts}
        odd = {name: _ODD * (place + 1) + _ODDER * place**2 for place, name in enumerate(self.concepts)}
        yield {name: self.values.first(self._concept(name), scale, yes=True) for name, scale in odd.items()}
        yield {}

    def neighbours(self, assignment: Assignment) -> Iterator[Assignment]:
        """The same facts with one changed, taken away, or stated not to apply."""
        facts = self.facts_of(assignment)
        env = CaseFacts(self.judge.rulebook, case_of(self.judge.rulebook, facts), BASES).env()
        for name in self.concepts:
            if name in assignment:
                for value in self.values.every(self._concept(name), env):
                    yield {**assignment, name: value}
                yield {key: value for key, value in assignment.items() if key != name}
                yield {**assignment, name: NOT_APPLICABLE}

    def _concept(self, name: str) -> Concept:
        return self.judge.rulebook.vocabulary.concepts[name]


def indicator_search(part_judge: WhatIf, more: tuple[Target, ...] = ()) -> Search:
    """The search for the one indicator of a slice; `more` are targets of the same rule altered."""
    book = part_judge.rulebook
    section = part_judge.plan.sections[0]
    plan = section.indicators[0]
    owner = Owner("indicator", plan.indicator.id)
    vetoes = [veto.decision for veto in part_judge.plan.vetoes]
    trees = [*_trees(plan.part), *(tree for decision in vetoes for tree in decision.conditions)]
    targets = (*targets_of(book, plan.part, section.section.id), *more)
    concepts = tuple(dict.fromkeys((*plan.part.concepts, *(c for decision in vetoes for c in decision.concepts))))
    return _search(part_judge, owner, concepts, targets, trees)


def finding_search(judge: WhatIf, finding: str, more: tuple[Target, ...] = ()) -> Search:
    """The search for a veto or check that looks at facts."""
    found = [veto.decision for veto in judge.plan.vetoes if veto.veto.id == finding]
    found += [check.decision for check in judge.plan.checks if check.check.id == finding]
    (decision,) = found
    concepts = decision.concepts
    trees = list(decision.conditions)
    targets = condition_targets(judge.rulebook, decision)
    for section in judge.plan.sections:
        for plan in section.indicators:
            targets += targets_of(judge.rulebook, plan.part, section.section.id)
            trees += _trees(plan.part)
            concepts = tuple(dict.fromkeys((*concepts, *plan.part.concepts)))
    return _search(judge, Owner("finding", finding), concepts, (*targets, *more), trees)


def _search(
    judge: WhatIf, owner: Owner, concepts: tuple[str, ...], targets: tuple[Target, ...], trees: list[Expr]
) -> Search:
    book = judge.rulebook
    whole = [*trees, *(target.measure.tree for target in targets)]
    values = Values(book, targets, whole, period_of(book).start, _labels(whole))
    return Search(judge, owner, concepts, values, elements_of(judge))


def _labels(trees: list[Expr]) -> dict[str, tuple[str, ...]]:
    """The labels each concept is tested for."""
    found: dict[str, dict[str, None]] = {}
    for tree in trees:
        for node in nodes(tree):
            if isinstance(node, Is) and hasattr(node.left, "name"):
                found.setdefault(node.left.name, {})[node.label] = None
    return {name: tuple(labels) for name, labels in found.items()}


def _trees(plan: PlanPart) -> Iterator[Expr]:
    """Every condition of a part, and of the parts and items inside it."""
    if plan.part.measure is not None:
        yield plan.part.measure
    for selection in plan.selections:
        yield from selection.conditions
    for branch in plan.branches:
        effect = branch.effect
        if isinstance(effect, ByItems):
            for item in effect.items:
                yield from item.decision.conditions
        elif isinstance(effect, ByParts | OnePart):
            for part in effect.parts if isinstance(effect, ByParts) else (effect.part,):
                yield from _trees(part)


def _frozen(value: Value) -> object:
    return tuple(tuple(row.items()) for row in value) if isinstance(value, tuple) else value


def could_not(owner: Owner, words: Text, trials: int) -> Text:
    """Why an element has no case: no facts were found."""
    return Text(
        f"{owner.id}:{words.zh},试了 {trials} 组事实,没有一组能做到",
        f"{owner.id}: {words.en}; none of {trials} sets of facts tried does it",
    )
