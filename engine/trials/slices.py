"""A rulebook cut down to the one thing a question is about, and the facts made up to ask it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from engine.lower import lower
from engine.model import Rulebook, Section, Veto
from engine.walk import rollups_in
from facts.model import Case, Fact, Period, Subject
from facts.vocabulary import Vocabulary

_SOMEONE = Subject("example", "示例单位")


def slice_of(rulebook: Rulebook, indicator: str) -> Rulebook:
    """The rulebook with one indicator and the vetoes on it: what the indicator comes to is the same.

    Vetoes that look at other scores are left out, so such an indicator must be asked of the whole; see `stands_alone`.
    """
    kept = [
        replace(section, indicators=tuple(one for one in section.indicators if one.id == indicator), counts_if=None)
        for section in rulebook.sections
    ]
    sections = tuple(section for section in kept if section.indicators)
    vetoes = tuple(veto for veto in rulebook.vetoes if _on(veto, indicator) and not any(rollups_in(veto.when)))
    return _lean(replace(rulebook, sections=sections, vetoes=vetoes, checks=(), grades=None, accepted=()))


def _lean(rulebook: Rulebook) -> Rulebook:
    """With the concepts that it reads, and no others: of a large vocabulary, looking at each was most of the time."""
    plan, _ = lower(rulebook)
    parts = [indicator.part.concepts for section in plan.sections for indicator in section.indicators]
    read = {name for concepts in (*parts, *(decision.concepts for decision in plan.decisions)) for name in concepts}
    parameters = (*rulebook.parameters, *(p for section in rulebook.sections for p in section.parameters))
    read |= {parameter.by for parameter in parameters}
    words = rulebook.vocabulary
    concepts = {name: concept for name, concept in words.concepts.items() if name in read}
    names = {name: known for name, known in words.names.items() if known in read}
    return replace(rulebook, vocabulary=Vocabulary(concepts, names))


def stands_alone(rulebook: Rulebook, indicator: str) -> bool:
    """Whether no other score has a say in the indicator."""
    return not any(_on(veto, indicator) and any(rollups_in(veto.when)) for veto in rulebook.vetoes)


def finding_slice(rulebook: Rulebook, finding: str) -> Rulebook:
    """The rulebook with one veto or check; with every section where that looks at scores."""
    vetoes = tuple(veto for veto in rulebook.vetoes if veto.id == finding)
    checks = tuple(check for check in rulebook.checks if check.id == finding)
    trees = [*(veto.when for veto in vetoes), *(check.that for check in checks)]
    if any(rollup for tree in trees for rollup in rollups_in(tree)):
        return replace(rulebook, accepted=())
    return _lean(replace(rulebook, sections=(), vetoes=vetoes, checks=checks, accepted=()))


def _on(veto: Veto, indicator: str) -> bool:
    return veto.scope == "indicator" and veto.target == indicator


def section_of(rulebook: Rulebook, indicator: str) -> Section:
    """The section an indicator stands in."""
    return next(s for s in rulebook.sections if any(one.id == indicator for one in s.indicators))


def period_of(rulebook: Rulebook) -> Period:
    """A period the rulebook is in force for: its first year, as far as it goes."""
    start = rulebook.effective_from
    end = date(start.year, 12, 31)
    return Period(start, end if rulebook.effective_to is None else min(end, rulebook.effective_to))


def case_of(rulebook: Rulebook, facts: Mapping[str, Fact]) -> Case:
    """A made-up case of these facts."""
    return Case(_SOMEONE, period_of(rulebook), {key: facts[key] for key in sorted(facts)}, {})
