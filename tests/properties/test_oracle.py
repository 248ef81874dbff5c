"""The engine gives what a plain reading of the criteria gives, on rulebooks and cases nobody wrote."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from engine.load import load_rulebook
from engine.testing.comparing import differences
from engine.testing.oracle import evaluate
from engine.testing.randombooks import Files, Wanted, loaded, rulebook_files
from engine.testing.randomcases import PARTLY, cases_for
from facts.examples import read_examples
from tests.properties.running import assess

RULES = Path(__file__).parents[2] / "rules"
CASES = tuple(sorted(RULES.glob("**/cases/*.yaml")))


@given(rulebook_files(), st.data())
def test_the_engine_agrees_with_the_oracle_on_known_cases(files: Files, data: st.DataObject) -> None:
    rulebook = loaded(files)
    cases = [data.draw(cases_for(rulebook)) for _ in range(2)]
    for case, assessment in zip(cases, assess(rulebook, *cases), strict=True):
        note("\n".join(text for name, text in files.items() if name != "vocabulary.yaml"))
        assert differences(assessment, evaluate(rulebook, case)) == []


@given(rulebook_files(Wanted(missing=("zero", "full"))), st.data())
def test_a_missing_fact_settles_what_the_policy_says(files: Files, data: st.DataObject) -> None:
    rulebook = loaded(files)
    case = data.draw(cases_for(rulebook, PARTLY))
    expected = evaluate(rulebook, case).indicators
    for found in assess(rulebook, case)[0].indicators:
        # The oracle calls open what the engine may still decide from ranges; what the policy gives it knows.
        if found.verdict == "undetermined":
            assert expected[found.id].score is None, (found, expected[found.id])


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_the_engine_agrees_with_the_oracle_on_the_cases_of_real_rulebooks(path: Path) -> None:
    rulebook, _ = load_rulebook(path.parents[1])
    assert rulebook is not None
    examples, problems = read_examples(path, rulebook.vocabulary)
    assert examples, problems
    cases = [example.case for example in examples]
    for case, assessment in zip(cases, assess(rulebook, *cases), strict=True):
        assert differences(assessment, evaluate(rulebook, case)) == []
