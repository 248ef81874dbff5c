"""What holds for every rulebook and every case, present and future."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from engine.assessment import Assessment, IndicatorResult
from engine.model import Part, Rulebook
from facts.model import BASES, Case, Fact
from facts.values import Rounding
from hegui.interchange import assessment_json
from tests.properties.running import assess, with_facts
from tests.strategies.cases import KNOWN, PARTLY, Kind, cases_for
from tests.strategies.rulebooks import Files, loaded, rulebooks

ANY_KIND = st.sampled_from((KNOWN, PARTLY))


def drawn(files: Files, data: st.DataObject, kind: Kind | None = None) -> tuple[Rulebook, Case]:
    rulebook = loaded(files)
    return rulebook, data.draw(cases_for(rulebook, kind or data.draw(ANY_KIND)))


# --- one indicator ---


@given(rulebooks(), st.data())
def test_exactly_one_case_fires_for_each_part_that_is_decided(files: Files, data: st.DataObject) -> None:
    rulebook, case = drawn(files, data)
    (found,) = assess(rulebook, case)
    for indicator in found.indicators:
        steps = [step for step in found.trail if step.indicator == indicator.id and step.before is not None]
        cases = [rule for step in steps if "?" not in (rule := step.rule) and _is_case(rule)]
        owners = [rule.rpartition("/")[0] for rule in cases]
        assert len(owners) == len(set(owners)), cases
        if indicator.verdict != "undetermined":
            assert owners.count(indicator.id) == 1, (indicator.id, [step.rule for step in found.trail])


def _is_case(rule: str) -> bool:
    return not rule.rpartition("/")[2].startswith(("deduct-", "add-", "item-"))


@given(rulebooks(), st.data())
def test_a_score_lies_within_floor_and_cap(files: Files, data: st.DataObject) -> None:
    rulebook, case = drawn(files, data)
    (found,) = assess(rulebook, case)
    kinds = {section.id: section.kind for section in rulebook.sections}
    vetoed = {veto.target for veto in rulebook.vetoes}
    parts = {indicator.id: indicator.part for indicator in rulebook.indicators}
    for indicator in found.indicators:
        assert indicator.lower <= indicator.upper
        if indicator.id not in vetoed:
            low, high = _limits(indicator, parts[indicator.id], kinds[indicator.section] == "malus")
            assert low <= indicator.lower <= indicator.upper <= high, indicator


def _limits(indicator: IndicatorResult, part: Part, malus: bool) -> tuple[Fraction, Fraction]:
    """Floor and cap, rounded as the score is: 2.5 points to no places may be 3. What does not apply brings 0 or full."""
    floor = part.floor if part.floor is not None else (-indicator.points if malus else 0 * indicator.points)
    cap = part.cap if part.cap is not None else (0 * indicator.points if malus else indicator.points)
    rounding = part.policies.round_score or Rounding(10)
    full = 0 * cap if malus else indicator.points
    nothing = Fraction(0)
    return min(rounding(floor), floor, full, nothing), max(rounding(cap), cap, full, nothing)


@given(rulebooks(), st.data())
def test_every_step_cites_facts_of_the_case_or_names_what_is_missing(files: Files, data: st.DataObject) -> None:
    rulebook, case = drawn(files, data)
    (found,) = assess(rulebook, case)
    assert [step.n for step in found.trail] == list(range(1, len(found.trail) + 1))
    for step in found.trail:
        for operand in step.facts:
            fact = case.facts.get(operand.concept)
            assert operand.concept in rulebook.vocabulary.concepts
            if operand.known in ("known", "bounded"):
                assert fact is not None and operand.provenance == fact.provenance
            else:
                assert fact is None or fact.status == operand.known


@given(rulebooks(), st.data())
def test_what_is_undetermined_names_a_fact_or_a_reason(files: Files, data: st.DataObject) -> None:
    rulebook, case = drawn(files, data)
    (found,) = assess(rulebook, case)
    for indicator in found.indicators:
        # What does not apply may have no score either: full points of points that are not known.
        assert indicator.score is None or indicator.verdict != "undetermined"
        assert indicator.score is not None or indicator.verdict in ("undetermined", "not_applicable")
        for concept in indicator.missing:
            fact = case.facts.get(concept)
            assert fact is None or fact.status != "known" or not isinstance(fact.value, str)


# --- order, and what does not matter ---


@given(rulebooks(), st.data())
def test_the_order_of_facts_never_matters(files: Files, data: st.DataObject) -> None:
    rulebook, case = drawn(files, data)
    shuffled = with_facts(case, data.draw(st.permutations(sorted(case.facts))))
    one, other = assess(rulebook, case, shuffled)
    assert one == other
    assert assessment_json(one) == assessment_json(other)


@given(rulebooks(), st.data())
def test_the_order_of_indicators_and_sections_never_matters(files: Files, data: st.DataObject) -> None:
    rulebook, case = drawn(files, data)
    sections = tuple(
        replace(section, indicators=tuple(data.draw(st.permutations(section.indicators))))
        for section in data.draw(st.permutations(rulebook.sections))
    )
    (one,), (other,) = assess(rulebook, case), assess(replace(rulebook, sections=sections), case)
    assert outcome(one) == outcome(other)


def outcome(found: Assessment) -> object:
    """Everything an assessment says but for the order in which it says it."""
    indicators = {
        i.id: (i.verdict, i.score, i.lower, i.upper, i.basis, i.missing, i.regain, i.deductions)
        for i in found.indicators
    }
    sections = {s.id: (s.score, s.lower, s.upper) for s in found.sections}
    codes = sorted(finding.code for finding in found.findings)
    return indicators, sections, found.score, found.lower, found.upper, found.grade, found.grades, codes


@given(rulebooks(), st.data())
def test_an_unrelated_fact_changes_nothing(files: Files, data: st.DataObject) -> None:
    rulebook, case = drawn(files, data)
    facts = {key: fact for key, fact in case.facts.items() if key != "unrelated"}
    changed = {**facts, "unrelated": Fact("unrelated", data.draw(st.fractions(0, 10**9)))}
    one, other = assess(rulebook, replace(case, facts=facts), replace(case, facts=changed))
    assert one == other


@given(rulebooks(), st.data())
def test_the_same_input_gives_the_same_bytes(files: Files, data: st.DataObject) -> None:
    rulebook, case = drawn(files, data)
    (one, again), (afresh,) = assess(rulebook, case, case), assess(loaded(files), case)
    for language in ("zh", "en"):
        texts = {assessment_json(found, language) for found in (one, again, afresh)}
        assert len(texts) == 1


@given(rulebooks(), st.data())
def test_accepting_every_basis_is_the_default(files: Files, data: st.DataObject) -> None:
    rulebook, case = drawn(files, data)
    assert assess(rulebook, case) == assess(rulebook, case, accept=BASES[::-1])


# --- printing ---


@given(rulebooks())
def test_printing_and_reloading_a_rulebook_changes_nothing(files: Files) -> None:
    printing = pytest.importorskip("engine.printing")
    print_rulebook: Callable[[Rulebook], Files] = printing.print_rulebook
    rulebook = loaded(files)
    printed = print_rulebook(rulebook)
    assert loaded(printed) == rulebook
    assert print_rulebook(loaded(printed)) == printed
    assert all(yaml.safe_load(text) for text in printed.values())
