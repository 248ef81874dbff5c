"""Bounds hold whatever the missing facts turn out to be."""

from __future__ import annotations

from hypothesis import given, note
from hypothesis import strategies as st

from engine.testing.comparing import outside
from engine.testing.oracle import evaluate
from engine.testing.randombooks import Files, loaded, rulebook_files
from engine.testing.randomcases import PARTLY, cases_for, completions
from facts.model import BASES
from tests.properties.running import assess


@given(rulebook_files(), st.data(), st.sampled_from((BASES, ("figure",), ("figure", "judged"))))
def test_bounds_contain_every_completion_of_the_missing_facts(
    files: Files, data: st.DataObject, accept: object
) -> None:
    rulebook = loaded(files)
    accepted = tuple(basis for basis in BASES if basis in accept)  # type: ignore[operator]  # a tuple of bases
    case = data.draw(cases_for(rulebook, PARTLY))
    found = assess(rulebook, case, accept=accepted)[0]
    for _ in range(3):
        complete = data.draw(completions(rulebook, case, accepted))
        note("\n".join(text for name, text in files.items() if name != "vocabulary.yaml"))
        assert outside(found, evaluate(rulebook, complete)) == []


@given(rulebook_files(), st.data())
def test_a_fact_more_never_widens_the_bounds(files: Files, data: st.DataObject) -> None:
    rulebook = loaded(files)
    case = data.draw(cases_for(rulebook, PARTLY))
    complete = data.draw(completions(rulebook, case, BASES))
    before, after = assess(rulebook, case, complete)
    for wide, narrow in zip(before.indicators, after.indicators, strict=True):
        assert wide.lower <= narrow.lower <= narrow.upper <= wide.upper, (wide.id, wide, narrow)
    for section, smaller in zip(before.sections, after.sections, strict=True):
        assert section.lower <= smaller.lower <= smaller.upper <= section.upper, section.id
    assert before.lower <= after.lower <= after.upper <= before.upper
    assert set(after.grades) <= set(before.grades)
