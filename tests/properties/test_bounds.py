"""Bounds hold whatever the missing facts turn out to be."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, note
from hypothesis import strategies as st

from engine.model import Rulebook
from engine.testing.comparing import outside
from engine.testing.limits import parts_of
from engine.testing.oracle import evaluate
from engine.testing.randombooks import Files, loaded, rulebook_files
from engine.testing.randomcases import PARTLY, cases_for, completions
from engine.walk import nodes
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
    pointless = _divided_outside_a_form(rulebook)
    for indicator, wide, narrow in zip(rulebook.indicators, before.indicators, after.indicators, strict=True):
        # Points that turn out to be a division by zero are no points at all, and nothing bounds them.
        if narrow.score is None and not isinstance(indicator.part.points, Fraction):
            pointless = True
            continue
        if pointless and narrow.score is None:
            continue
        assert wide.lower <= narrow.lower <= narrow.upper <= wide.upper, (wide.id, wide, narrow)
    if pointless:
        return
    assert before.lower <= after.lower <= after.upper <= before.upper
    assert set(after.grades) <= set(before.grades)


def _divided_outside_a_form(rulebook: Rulebook) -> bool:
    """Whether a guard, gate or veto compares a quotient.

    No rule says what follows there from a zero denominator: it decides nothing. Before the denominator is known the engine
    compares the quotient for every other value of it, so that knowing it to be zero can leave open what was decided.
    """
    guards = [guard.when for part in parts_of(rulebook) for guard in (*part.voids, *part.exempts)]
    guards += [part.applies for part in parts_of(rulebook) if part.applies is not None]
    guards += [section.counts_if for section in rulebook.sections if section.counts_if is not None]
    guards += [veto.when for veto in rulebook.vetoes]
    return any(getattr(node, "op", "") == "/" for tree in guards for node in nodes(tree))
