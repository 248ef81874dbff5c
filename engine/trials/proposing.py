"""The cases a rulebook lacks: what no case exercises, and what no case would notice if it were altered."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field, replace

from engine.evaluate import WhatIf
from engine.model import Check, Rulebook, Veto
from engine.trials.elements import elements_of
from engine.trials.expecting import expected_of
from engine.trials.killing import Cases, Claim
from engine.trials.mutants import Mutant, mutants_of
from engine.trials.mutation import Suggester, fate_of
from engine.trials.observing import JUST, Seen, observe
from engine.trials.search import Search, finding_search
from engine.trials.slices import case_of, finding_slice, slice_of
from engine.trials.watching import Element, Owner
from engine.trials.wholes import Facts, clumsiness
from facts.expectation import Expectation
from facts.problem import Text

Progress = Callable[[int, int, str], None]
_VERDICTS = {
    "met": Text("达标", "met"),
    "partly_met": Text("部分达标", "partly met"),
    "not_met": Text("未达标", "not met"),
    "not_applicable": Text("不适用", "not applicable"),
    "undetermined": Text("待定", "undetermined"),
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A case that is missing: its facts, what the rules make of them now, and what it is for."""

    name: str
    title: Text
    facts: Facts
    expectation: Expectation


@dataclass(frozen=True, slots=True)
class Unbuilt:
    """Something no facts were found for, and how many were tried."""

    element: Element
    trials: int

    @property
    def sentence(self) -> Text:
        """What has no case, and why."""
        words, owner = self.element.words, self.element.owner.id
        return Text(
            f"{self.element.at} {owner} {words.zh}:试了 {self.trials} 组事实,没有一组能做到",
            f"{self.element.at} {owner} {words.en}: none of {self.trials} sets of facts tried does it",
        )


@dataclass(slots=True)
class Proposer:
    """Proposes cases for one rulebook; `cases` are those it has, and hold; `seen` is what they exercise."""

    book: Rulebook
    cases: Cases
    seen: set[Seen]
    progress: Progress = lambda *_: None
    proposals: list[Proposal] = field(default_factory=list)
    unbuilt: list[Unbuilt] = field(default_factory=list)
    suggester: Suggester = field(init=False)

    def __post_init__(self) -> None:
        self.suggester = Suggester(self.book)

    def run(self) -> None:
        """Indicators, vetoes and checks, then the result; each first for what it has, then for what could be altered."""
        total = len(self.book.indicators) + len(self.book.vetoes) + len(self.book.checks) + 1
        by_owner: dict[Owner, list[Mutant]] = {}
        for mutant in mutants_of(self.book):
            by_owner.setdefault(mutant.owner, []).append(mutant)
        done = 0
        for indicator in self.book.indicators:
            done += 1
            self.progress(done, total, self.book.id)
            search = self.suggester.wholes.search(indicator.id)
            owner = Owner("indicator", indicator.id)
            self._exercise(search, owner, indicator.title.zh, indicator.title.en)
            self._notice(by_owner.pop(owner, []))
        findings: tuple[Veto | Check, ...] = (*self.book.vetoes, *self.book.checks)
        for finding in findings:
            done += 1
            self.progress(done, total, self.book.id)
            search = finding_search(WhatIf(finding_slice(self.book, finding.id)), finding.id)
            search.run()
            owner = Owner("finding", finding.id)
            self._exercise(search, owner, finding.title.zh, finding.title.en)
            self._notice(by_owner.pop(owner, []))
        self.progress(total, total, self.book.id)
        self._whole()
        self._notice([mutant for some in by_owner.values() for mutant in some])

    # --- what is there ---

    def _exercise(self, search: Search, owner: Owner, zh: str, en: str) -> None:
        """Cases for the elements of one owner that none exercises, the fewest that a plain choice gives."""
        elements = {key: one for key, one in search.elements.listed.items() if one.owner == owner}
        found = {seen for trial in search.trials for seen in trial.seen}
        wanted = {(owner, key) for key in elements} | {
            seen for seen in found if "/verdict:" in seen[1] or seen[1].endswith(JUST)
        }
        missing = wanted - self.seen
        for _, key in sorted(missing - found, key=lambda one: one[1]):
            self.unbuilt.append(Unbuilt(elements[key], len(search.tried)))
        missing &= found
        while missing:
            trial = max(search.trials, key=lambda one: (len(one.seen & missing), -clumsiness(one.facts)))
            words = self._words(trial.seen & missing, elements)
            title = Text(f"{zh}:{';'.join(w.zh for w in words)}", f"{en or zh}: {'; '.join(w.en for w in words)}")
            self._add(owner, title, trial.facts, search.judge)
            missing -= trial.seen
        self.seen |= found & wanted

    def _words(self, goals: Set[Seen], elements: dict[str, Element]) -> list[Text]:
        """What a case is for, in the order of the rule; verdicts first."""
        verdicts = [
            _VERDICTS[key.rpartition(":")[2]] for _, key in sorted(goals, key=lambda g: g[1]) if "/verdict:" in key
        ]
        keys = {key.removesuffix(JUST) for _, key in goals}
        order = [one.words for key, one in elements.items() if key in keys and one.kind != "branch"]
        order = order or [one.words for key, one in elements.items() if key in keys]
        return [*verdicts[:1], *order[:3]]

    def _add(self, owner: Owner, title: Text, facts: Facts, judge: WhatIf) -> None:
        decided = judge.decide(case_of(judge.rulebook, facts))
        expectation = Expectation(tuple(expected_of(owner, decided)))
        number = sum(proposal.name.startswith(f"{owner.id or 'result'}-") for proposal in self.proposals) + 1
        proposal = Proposal(f"{owner.id or 'result'}-{number:02}", title, facts, expectation)
        self.proposals.append(proposal)
        self.cases.add(Claim(proposal.name, case_of(self.book, facts), expectation))

    # --- what could be altered ---

    def _notice(self, mutants: Sequence[Mutant]) -> None:
        """A case for each mutant that nothing notices and that can be told apart."""
        for mutant in mutants:
            found = None
            if fate_of(mutant, self.cases, None).fate == "lived":
                found = self.suggester.facts_for(mutant)
            if found is not None:
                owner, facts = found
                zh, en = mutant.title.zh, mutant.title.en or mutant.title.zh
                title = Text(f"{zh}:分清 {mutant.before} 与 {mutant.after}", f"{en}: {mutant.before} or {mutant.after}")
                self._add(owner, title, facts, self._judge(owner))

    def _judge(self, owner: Owner) -> WhatIf:
        """The rules as far as one owner needs them."""
        if owner.about == "indicator":
            return WhatIf(slice_of(self.book, owner.id))
        if owner.about == "finding":
            return WhatIf(finding_slice(self.book, owner.id))
        return WhatIf(replace(self.book, accepted=()))

    # --- the whole ---

    def _whole(self) -> None:
        """Cases of the result and the sections, as far as they exercise what nothing did."""
        judge = WhatIf(replace(self.book, accepted=()))
        elements = elements_of(judge)
        above = {(one.owner, key) for key, one in elements.listed.items() if one.owner.about in ("result", "section")}
        made = [(whole, judge.decide(case_of(judge.rulebook, whole.facts))) for whole in self.suggester.whole_cases]
        first = True
        for whole, decided in made:
            new = (observe(elements, decided) & above) - self.seen
            if new or (first and not self._has_whole()):
                self._add(Owner("result"), whole.title, whole.facts, judge)
                self.seen |= new
            first = False
        for owner, key in sorted(above - self.seen, key=lambda one: one[1]):
            self.unbuilt.append(Unbuilt(elements.listed[key], len(made)))
            assert owner == elements.listed[key].owner

    def _has_whole(self) -> bool:
        return any(
            one.about == "result" and one.what == "score" for c in self.cases.claims for one in c.expectation.each
        )
