"""Whether any case notices a mutant: one of its expectations, which holds for the rules, does not hold for the mutant."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from engine.evaluate import WhatIf
from engine.judging import judge
from engine.model import Rulebook
from engine.plan import Decision
from engine.trials.bookequivalence import same_above
from engine.trials.equivalence import same_decision, same_part
from engine.trials.expecting import shape
from engine.trials.mutants import Mutant
from engine.trials.slices import finding_slice, section_of, slice_of, stands_alone
from engine.trials.watching import Owner
from facts.expectation import Expectation, Expected
from facts.model import Case


class Claim(NamedTuple):
    """A case and what it should give."""

    name: str
    case: Case
    expectation: Expectation


def in_words(claim: Claim) -> bool:
    """Whether a case expects words, which might differ where all numbers are the same."""
    return any(one.what in ("measure", "reasons") for one in claim.expectation.each)


# What of a rulebook a question is about: one indicator or finding, or all of it.
Cut = Owner
WHOLE: Cut = Owner("result")


def cut_of(book: Rulebook, cut: Cut) -> Rulebook:
    """As much of a rulebook as decides one thing."""
    if cut.about == "indicator":
        return slice_of(book, cut.id)
    return finding_slice(book, cut.id) if cut.about == "finding" else book


@dataclass(slots=True)
class Shapes:
    """What the rules make of each case, in numbers: where altered rules make the same of it, putting it into words is dear."""

    rules: WhatIf
    _known: dict[int, Hashable] = field(default_factory=dict)

    def of(self, case: Case) -> Hashable:
        """What the rules make of it."""
        if id(case) not in self._known:
            self._known[id(case)] = shape(self.rules.decide(case))
        return self._known[id(case)]


@dataclass(slots=True)
class Cases:
    """The cases of a rulebook by what they look at."""

    book: Rulebook
    claims: list[Claim]
    _by: dict[tuple[str, str], list[Claim]] = field(default_factory=dict)
    _cuts: dict[Cut, Shapes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        claims, self.claims = self.claims, []
        for claim in claims:
            self.add(claim)

    def add(self, claim: Claim) -> None:
        """Take in a case."""
        self.claims.append(claim)
        each: dict[tuple[str, str], list[Expected]] = {}
        for one in claim.expectation.each:
            each.setdefault((one.about, one.id), []).append(one)
        for key, said in each.items():
            self._by.setdefault(key, []).append(claim._replace(expectation=Expectation(tuple(said))))

    def of(self, about: str, name: str) -> list[Claim]:
        """What is said of one indicator, finding or section, alone."""
        return self._by.get((about, name), [])

    def noticing(self, altered: Rulebook, claims: Iterable[Claim], cut: Cut = WHOLE) -> str:
        """One of these cases of which something does not hold under rules altered; "" where none is."""
        if cut not in self._cuts:
            self._cuts[cut] = Shapes(WhatIf(cut_of(replace(self.book, accepted=()), cut)))
        return noticed(cut_of(replace(altered, accepted=()), cut), claims, self._cuts[cut])

    def above(self, section: str = "") -> list[Claim]:
        """What is said of sections (or one section) and of the result."""
        keys = [key for key in self._by if key[0] == "section" and section in ("", key[1])]
        return [claim for key in (*keys, ("result", "")) for claim in self._by.get(key, [])]


def close_killer(mutant: Mutant, cases: Cases) -> str:
    """The name of a case that notices in what it says of the thing altered itself; "" where none does."""
    owner = mutant.owner
    if owner.about == "finding":
        return cases.noticing(mutant.rulebook, cases.of("finding", owner.id), owner)
    if owner.about == "indicator":
        cut: Cut = owner if stands_alone(mutant.rulebook, owner.id) else WHOLE
        return cases.noticing(mutant.rulebook, cases.of("indicator", owner.id), cut)
    return cases.noticing(mutant.rulebook, cases.above(owner.id))


def far_killer(mutant: Mutant, cases: Cases) -> str:
    """The name of a case that notices in what it says of sections, the result or anything else."""
    owner = mutant.owner
    if owner.about == "indicator":
        return cases.noticing(mutant.rulebook, cases.above(section_of(mutant.rulebook, owner.id).id))
    return cases.noticing(mutant.rulebook, cases.above() if owner.about == "finding" else cases.claims)


def noticed(book: Rulebook, claims: Iterable[Claim], before: Shapes) -> str:
    """A case of which something does not hold under these rules, those about numbers first; all hold for the rules before."""
    made: WhatIf | None = None
    for claim in sorted(claims, key=in_words):
        made = made or WhatIf(book)
        decided = made.decide(claim.case)
        if not in_words(claim) and shape(decided) == before.of(claim.case):
            continue
        if judge(claim.expectation, decided.assessment(), decided.states):
            return claim.name
    return ""


def sound_claims(book: Rulebook, claims: Iterable[Claim]) -> list[Claim]:
    """The cases that hold for the rules as they are; one that does not would notice every mutant."""
    made = WhatIf(replace(book, accepted=()))
    kept = []
    for claim in claims:
        decided = made.decide(claim.case)
        if not judge(claim.expectation, decided.assessment(), decided.states):
            kept.append(claim)
    return kept


def equivalent(mutant: Mutant, book: Rulebook) -> bool | None:
    """Whether the mutant is shown to give the same as the rules in every case of known facts; None: too many to go through."""
    owner, other = mutant.owner, mutant.rulebook
    if owner.about == "indicator":
        if replace(other, sections=book.sections) != book:
            # What a veto on the indicator does was altered: its part is the same, what comes of it is not.
            return False
        one, two = WhatIf(slice_of(book, owner.id)), WhatIf(slice_of(other, owner.id))
        section = one.plan.sections[0]
        parts = [made.plan.sections[0].indicators[0].part for made in (one, two)]
        return same_part(other, parts[0], parts[1], section.section.id)
    if owner.about == "finding":
        first, second = (_decision(made, owner.id) for made in (book, other))
        return same_decision(book, first, second)
    return same_above(book, other)


def _decision(book: Rulebook, finding: str) -> Decision:
    plan = WhatIf(finding_slice(book, finding)).plan
    found = [veto.decision for veto in plan.vetoes if veto.veto.id == finding]
    found += [check.decision for check in plan.checks if check.check.id == finding]
    return found[0]
