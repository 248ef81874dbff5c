"""Every mutant of a rulebook and its fate: noticed by a case, refused, shown to be the same, or alive with a case that would notice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from engine.evaluate import WhatIf
from engine.model import Rulebook
from engine.trials.expecting import told_apart
from engine.trials.killing import Cases, Claim, close_killer, equivalent, far_killer, sound_claims
from engine.trials.mutants import Mutant, mutants_of
from engine.trials.search import Search, finding_search
from engine.trials.slices import finding_slice, slice_of
from engine.trials.targets import condition_targets, targets_of
from engine.trials.values import Values
from engine.trials.watching import Owner
from engine.trials.wholes import Facts, Whole, Wholes

Fate = Literal["killed", "refused", "equivalent", "lived"]
# Facts tried to tell a mutant from the rule, beyond those that exercise the rule.
_MORE_TRIALS = 600


@dataclass(frozen=True, slots=True)
class Tried:
    """A mutant and what became of it: `by` names the case that noticed, `facts` are of one that would.

    `unproven`: whether it gives the same could not be gone through; there are more than MAX_ROWS regions.
    """

    mutant: Mutant
    fate: Fate
    by: str = ""
    facts: Facts | None = None
    unproven: bool = False


def try_mutants(book: Rulebook, claims: Sequence[Claim], indicator: str = "") -> Iterator[Tried]:
    """The fate of every mutant, one after another."""
    cases = Cases(book, sound_claims(book, claims))
    suggester = Suggester(book)
    for mutant in mutants_of(book, indicator):
        yield fate_of(mutant, cases, suggester)


def fate_of(mutant: Mutant, cases: Cases, suggester: Suggester | None) -> Tried:
    """The cases of the thing itself first; then whether it could stand, and be told apart, at all; then all other cases."""
    killer = close_killer(mutant, cases)
    if killer:
        return Tried(mutant, "killed", killer)
    if mutant.refused:
        return Tried(mutant, "refused")
    same = equivalent(mutant, cases.book)
    if same:
        return Tried(mutant, "equivalent")
    if killer := far_killer(mutant, cases):
        return Tried(mutant, "killed", killer)
    found = suggester.facts_for(mutant) if suggester is not None else None
    return Tried(mutant, "lived", facts=None if found is None else found[1], unproven=same is None and found is None)


@dataclass(slots=True)
class Suggester:
    """Finds facts with which a mutant gives something else than the rules. What was tried for one serves the next."""

    book: Rulebook
    wholes: Wholes = field(init=False)
    _whole: list[Whole] | None = None
    _findings: dict[str, Search] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.wholes = Wholes(self.book)

    @property
    def whole_cases(self) -> list[Whole]:
        """Cases of the whole rulebook, put together once."""
        if self._whole is None:
            self._whole = list(self.wholes.every())
        return self._whole

    def facts_for(self, mutant: Mutant) -> tuple[Owner, Facts] | None:
        """Facts that tell them apart, and in whose result; None where none were found."""
        owner = mutant.owner
        if owner.about == "indicator":
            one = WhatIf(slice_of(self.book, owner.id))
            other = WhatIf(slice_of(mutant.rulebook, owner.id))
            found = self._by_search(self.wholes.search(owner.id), one, other, mutant)
            return (owner, found) if found is not None else self._by_wholes(mutant)
        if owner.about == "finding":
            one = WhatIf(finding_slice(self.book, owner.id))
            other = WhatIf(finding_slice(mutant.rulebook, owner.id))
            if owner.id not in self._findings:
                self._findings[owner.id] = finding_search(one, owner.id)
                self._findings[owner.id].run()
            found = self._by_search(self._findings[owner.id], one, other, mutant)
            return None if found is None else (owner, found)
        return self._by_wholes(mutant)

    def _by_search(self, search: Search, one: WhatIf, other: WhatIf, mutant: Mutant) -> Facts | None:
        for trial in search.trials:
            if told_apart(one, other, trial.facts, mutant.owner):
                return trial.facts
        finer = replace(search, values=_finer(search.values, other, mutant), trials=[], tried=set())
        starts = [*search.seeds(), *(trial.assignment for trial in search.trials[:20])]
        for assignment in starts:
            for near in finer.neighbours(assignment):
                if finer.is_new(near):
                    facts = finer.facts_of(near)
                    if told_apart(one, other, facts, mutant.owner):
                        return facts
                if len(finer.tried) > _MORE_TRIALS:
                    return None
        return None

    def _by_wholes(self, mutant: Mutant) -> tuple[Owner, Facts] | None:
        one = WhatIf(replace(self.book, accepted=()))
        other = WhatIf(replace(mutant.rulebook, accepted=()))
        result = Owner("result")
        told = (whole.facts for whole in self.whole_cases if told_apart(one, other, whole.facts, result))
        found = next(told, None)
        return None if found is None else (result, found)


def _finer(values: Values, other: WhatIf, mutant: Mutant) -> Values:
    """The values with those that matter to the mutant."""
    targets = list(values.targets)
    for section in other.plan.sections:
        for indicator in section.indicators:
            if indicator.indicator.id == mutant.owner.id:
                targets += targets_of(other.rulebook, indicator.part, section.section.id)
    decisions = [veto.decision for veto in other.plan.vetoes] + [check.decision for check in other.plan.checks]
    targets += [target for decision in decisions for target in condition_targets(other.rulebook, decision)]
    return replace(values, targets=tuple(targets))
