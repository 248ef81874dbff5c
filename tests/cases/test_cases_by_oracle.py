"""What a rulebook's cases expect is what the criteria give by themselves, without Plan and engine: two evaluators agree on it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from engine.load import load_rulebook
from engine.model import Rulebook
from engine.testing import OracleResult, completions, evaluate
from engine.trials.slices import finding_slice, slice_of
from facts.examples import Example, case_files, read_examples
from facts.expectation import Expected
from facts.model import BASES, Case
from facts.values import Interval

RULES = Path(__file__).parents[2] / "rules"
REAL = ("kunming-2017", "mof-2013-53", "mof-2020-10")


def rulebook_of(name: str) -> Rulebook:
    """A rulebook of those that are published."""
    rulebook, _ = load_rulebook(RULES / name)
    assert rulebook is not None
    return rulebook


def examples_of(name: str, rulebook: Rulebook) -> Iterator[Example]:
    """Every case of a rulebook."""
    for path in case_files(RULES / name):
        examples, problems = read_examples(path, rulebook.vocabulary)
        assert problems == ()
        yield from examples


def disagreements(rulebook: Rulebook, example: Example) -> Iterator[str]:
    """What is expected otherwise than the oracle has it. Reasons, and measures as shown, it does not know."""
    found = evaluate(rulebook, example.case)
    for one in expected_of(example):
        answer = _answer(found, one)
        if answer is False:
            yield f"{example.name} {one.at} {one.about} {one.id} {one.what}: expected {one.value}"


def expected_of(example: Example) -> tuple[Expected, ...]:
    """Everything a case expects."""
    return example.expectation.each if example.expectation is not None else ()


def _answer(found: OracleResult, one: Expected) -> bool | None:
    """Whether the oracle agrees; None where it says nothing of that."""
    if one.about == "finding":
        states = {"fired": found.failed_checks, "undetermined": found.open_checks}
        if one.value == "not_fired":
            return one.id not in found.failed_checks | found.open_checks
        return one.id in states[str(one.value)]
    if one.what == "verdict":
        return found.indicators[one.id].verdict == one.value
    if one.what == "grade":
        return found.grade == one.value
    if one.what in ("score", "lower", "upper"):
        return _points(_score(found, one), one)
    return None


def _score(found: OracleResult, one: Expected) -> Fraction | None:
    if one.about == "result":
        return found.score
    return found.sections[one.id] if one.about == "section" else found.indicators[one.id].score


def _points(score: Fraction | None, one: Expected) -> bool:
    """The score itself; of what is not known the oracle has no bounds, so that it must have no score either."""
    assert isinstance(one.value, Fraction)
    if one.what == "score":
        return score == one.value
    return score is None or (score >= one.value if one.what == "lower" else score <= one.value)


def is_bounded(case: Case) -> bool:
    """Whether something is only known within bounds: the oracle knows one answer or none, and bounds may leave one."""
    return any(isinstance(fact.value, Interval) for fact in case.facts.values())


@pytest.mark.parametrize("name", REAL)
def test_every_case_of_a_rulebook_gets_from_the_oracle_what_it_expects(name: str) -> None:
    rulebook = rulebook_of(name)
    examples = [one for one in examples_of(name, rulebook) if not is_bounded(one.case)]
    assert sum(len(expected_of(example)) for example in examples) > 300
    assert [line for example in examples for line in disagreements(rulebook, example)] == []


@pytest.mark.parametrize("name", REAL)
@settings(max_examples=3)
@given(st.data())
def test_whatever_is_missing_from_a_case_turns_out_to_be_it_stays_what_it_expects(
    name: str, data: st.DataObject
) -> None:
    rulebook = rulebook_of(name)
    for example in examples_of(name, rulebook):
        for one in expected_of(example):
            if one.what in ("lower", "upper") or (is_bounded(example.case) and one.what in ("score", "grade")):
                small = _about(rulebook, one)
                complete = data.draw(completions(small, example.case, BASES))
                note(f"{example.name} {one}")
                assert _answer(evaluate(small, complete), one) is not False


def _about(rulebook: Rulebook, one: Expected) -> Rulebook:
    """As much of a rulebook as decides what is expected."""
    if one.about == "indicator":
        return slice_of(rulebook, one.id)
    return finding_slice(rulebook, one.id) if one.about == "finding" else rulebook
