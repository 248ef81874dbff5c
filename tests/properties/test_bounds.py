"""Bounds hold whatever the missing facts turn out to be."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, note
from hypothesis import strategies as st

from engine.assessment import Assessment
from facts.model import BASES
from tests.oracle.evaluate import OracleResult, evaluate
from tests.properties.running import assess
from tests.strategies.cases import PARTLY, cases_for, completions
from tests.strategies.rulebooks import Files, loaded, rulebooks


def outside(found: Assessment, expected: OracleResult) -> list[str]:
    """What a completion gives beyond the bounds that were stated without it."""
    wrong = []
    for one in found.indicators:
        score = expected.indicators[one.id].score
        if score is not None and not one.lower <= score <= one.upper:
            wrong.append(f"{one.id}: {score} is not in [{one.lower}, {one.upper}]")
    for section in found.sections:
        score = expected.sections[section.id]
        if score is not None and not section.lower <= score <= section.upper:
            wrong.append(f"section {section.id}: {score} is not in [{section.lower}, {section.upper}]")
    if expected.score is not None and not found.lower <= expected.score <= found.upper:
        wrong.append(f"score {expected.score} is not in [{found.lower}, {found.upper}]")
    if expected.grade is not None and expected.grade not in found.grades:
        wrong.append(f"grade {expected.grade} is not among {found.grades}")
    return wrong


@given(rulebooks(), st.data(), st.sampled_from((BASES, ("figure",), ("figure", "judged"))))
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


@given(rulebooks(), st.data())
def test_a_fact_more_never_widens_the_bounds(files: Files, data: st.DataObject) -> None:
    rulebook = loaded(files)
    case = data.draw(cases_for(rulebook, PARTLY))
    complete = data.draw(completions(rulebook, case, BASES))
    before, after = assess(rulebook, case, complete)
    pointless = False
    for indicator, wide, narrow in zip(rulebook.indicators, before.indicators, after.indicators, strict=True):
        # Points that turn out to be a division by zero are no points at all, and nothing bounds them.
        if narrow.score is None and not isinstance(indicator.part.points, Fraction):
            pointless = True
            continue
        assert wide.lower <= narrow.lower <= narrow.upper <= wide.upper, (wide.id, wide, narrow)
    if pointless:
        return
    assert before.lower <= after.lower <= after.upper <= before.upper
    assert set(after.grades) <= set(before.grades)
