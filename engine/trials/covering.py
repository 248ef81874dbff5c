"""Which elements of a rulebook its cases exercise, and which none does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from engine.evaluate import WhatIf
from engine.model import Rulebook
from engine.trials.elements import elements_of
from engine.trials.killing import Claim, sound_claims
from engine.trials.observing import Seen, observe
from engine.trials.watching import Element, Elements, Owner
from facts.expectation import Expectation


@dataclass(frozen=True, slots=True)
class Covered:
    """An element with the cases that exercise it."""

    element: Element
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Every element of a rulebook, in the order of its files."""

    book: Rulebook
    each: tuple[Covered, ...]

    @property
    def gaps(self) -> tuple[Element, ...]:
        """What no case exercises."""
        return tuple(one.element for one in self.each if not one.cases)

    @property
    def share(self) -> Fraction:
        """The part that is exercised; all of it where there is nothing."""
        return share_of(self.each)

    def of_section(self, section: str) -> tuple[Covered, ...]:
        """The elements of a section and its indicators; "" is what stands above them."""
        return tuple(one for one in self.each if self._section(one.element.owner) == section)

    def _section(self, owner: Owner) -> str:
        if owner.about == "section":
            return owner.id
        return next((i.section for i in self.book.indicators if owner == Owner("indicator", i.id)), "")


def share_of(each: Sequence[Covered]) -> Fraction:
    """The part of some elements that is exercised."""
    return Fraction(sum(bool(one.cases) for one in each), len(each)) if each else Fraction(1)


def cover(book: Rulebook, claims: Sequence[Claim]) -> Coverage:
    """The coverage of a rulebook by its cases; those that do not hold exercise nothing."""
    judge = WhatIf(book)
    elements = elements_of(judge)
    found = exercised(book, elements, judge, sound_claims(book, claims))
    each = [Covered(one, tuple(found.get((one.owner, key), ()))) for key, one in elements.listed.items()]
    return Coverage(book, tuple(sorted(each, key=lambda one: one.element.at)))


def exercised(book: Rulebook, elements: Elements, judge: WhatIf, claims: Sequence[Claim]) -> Mapping[Seen, list[str]]:
    """What cases exercise, and which; only what a case says something of counts."""
    found: dict[Seen, list[str]] = {}
    for claim in claims:
        owners = looked_at(book, claim.expectation)
        for seen in observe(elements, judge.decide(claim.case)):
            if seen[0] in owners:
                found.setdefault(seen, []).append(claim.name)
    return found


def looked_at(book: Rulebook, expectation: Expectation) -> set[Owner]:
    """Whose elements an expectation has a say about: of a section its indicators too, of the result everything."""
    owners = {Owner(one.about, one.id) for one in expectation.each}
    if any(owner.about == "result" for owner in owners):
        owners |= {Owner("section", section.id) for section in book.sections}
        owners |= {Owner("finding", veto.id) for veto in book.vetoes}
    for section in book.sections:
        if Owner("section", section.id) in owners:
            owners |= {Owner("indicator", indicator.id) for indicator in section.indicators}
            owners |= {Owner("finding", veto.id) for veto in book.vetoes if veto.target == section.id}
    for veto in book.vetoes:
        if veto.scope == "indicator" and Owner("indicator", veto.target) in owners:
            owners.add(Owner("finding", veto.id))
    return owners
