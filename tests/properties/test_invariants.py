"""What holds for every rulebook and every case, present and future."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from engine.evaluate import Evaluator
from engine.model import Rulebook
from engine.testing.properties import PROPERTIES, Property, Sample, outcome
from engine.testing.randombooks import Files, loaded, rulebook_files
from engine.testing.randomcases import KNOWN, PARTLY, Kind, cases_for
from facts.model import BASES, Case
from hegui.interchange import assessment_json
from tests.properties.running import assess, with_facts

ANY_KIND = st.sampled_from((KNOWN, PARTLY))


def drawn(files: Files, data: st.DataObject, kind: Kind | None = None) -> tuple[Rulebook, Case]:
    rulebook = loaded(files)
    return rulebook, data.draw(cases_for(rulebook, kind or data.draw(ANY_KIND)))


@pytest.mark.parametrize("one", [p for p in PROPERTIES if p.id not in ("agreement", "bounds")], ids=lambda one: one.id)
@given(rulebook_files(), st.data())
def test_the_property_holds(one: Property, files: Files, data: st.DataObject) -> None:
    rulebook, case = drawn(files, data)
    with Evaluator(rulebook) as evaluator:
        assert one.check(evaluator, Sample(case, case)) == []


@given(rulebook_files(), st.data())
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


@given(rulebook_files(), st.data())
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


@given(rulebook_files(), st.data())
def test_the_order_of_facts_never_matters(files: Files, data: st.DataObject) -> None:
    rulebook, case = drawn(files, data)
    shuffled = with_facts(case, data.draw(st.permutations(sorted(case.facts))))
    one, other = assess(rulebook, case, shuffled)
    assert one == other
    assert assessment_json(one) == assessment_json(other)


@given(rulebook_files(), st.data())
def test_the_order_of_indicators_and_sections_never_matters(files: Files, data: st.DataObject) -> None:
    rulebook, case = drawn(files, data)
    sections = tuple(
        replace(section, indicators=tuple(data.draw(st.permutations(section.indicators))))
        for section in data.draw(st.permutations(rulebook.sections))
    )
    (one,), (other,) = assess(rulebook, case), assess(replace(rulebook, sections=sections), case)
    assert outcome(one) == outcome(other)


@given(rulebook_files(), st.data())
def test_the_same_input_gives_the_same_bytes(files: Files, data: st.DataObject) -> None:
    rulebook, case = drawn(files, data)
    (one, again), (afresh,) = assess(rulebook, case, case), assess(loaded(files), case)
    for language in ("zh", "en"):
        texts = {assessment_json(found, language) for found in (one, again, afresh)}
        assert len(texts) == 1


@given(rulebook_files(), st.data())
def test_accepting_every_basis_is_the_default(files: Files, data: st.DataObject) -> None:
    rulebook, case = drawn(files, data)
    assert assess(rulebook, case) == assess(rulebook, case, accept=BASES[::-1])


# --- printing ---


@given(rulebook_files())
def test_printing_and_reloading_a_rulebook_changes_nothing(files: Files) -> None:
    printing = pytest.importorskip("engine.printing")
    print_rulebook: Callable[[Rulebook], Files] = printing.print_rulebook
    rulebook = loaded(files)
    printed = print_rulebook(rulebook)
    assert loaded(printed) == rulebook
    assert print_rulebook(loaded(printed)) == printed
    assert all(yaml.safe_load(text) for text in printed.values())
