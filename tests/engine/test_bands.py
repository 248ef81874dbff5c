"""Bands leave no gap and do not overlap, down to the single value between two of them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.bands import show_values, values_of
from engine.expr import Comparison, Expr, Logic, Not, Number, Subject
from engine.ranges import to_interval
from facts.units import PERCENT, PLAIN
from tests.engine.example import assessed, codes, indicator, load, parsed, section, sound


def bands(*entries: str, measure: str = "执行率", extra: str = "") -> str:
    """A section of one indicator in bands."""
    text = "bands:\n" + "".join(f"  - {{{entry}}}\n" for entry in entries)
    return section(indicator(text.rstrip(), f"measure: {measure}\n{extra}"))


COMPLETE = ('when: ">= 90%", points: 10', 'when: ">= 80% and < 90%", points: 5', 'when: "< 80%", points: 0')


def test_bands_that_meet_are_sound() -> None:
    assert codes(bands(*COMPLETE)) == []


@pytest.mark.parametrize(
    ("entries", "expected", "shown"),
    [
        (('when: ">= 90%", points: 10', 'when: "< 80%", points: 0'), "band-gap", "[80%, 90%)"),
        (('when: "> 90%", points: 10', 'when: "< 90%", points: 0'), "band-gap", "{90%}"),
        (('when: ">= 90%", points: 10', 'when: "<= 89%", points: 0'), "band-gap", "(89%, 90%)"),
        (('when: ">= 90%", points: 10', 'when: "<= 90%", points: 0'), "band-overlap", "{90%}"),
        (('when: ">= 80%", points: 10', 'when: "< 90%", points: 0'), "band-overlap", "[80%, 90%)"),
        (('when: "> 0%", points: 10', 'when: "< 0%", points: 0'), "band-gap", "{0%}"),
    ],
)
def test_what_is_left_out_or_covered_twice_is_named(entries: tuple[str, ...], expected: str, shown: str) -> None:
    (problem,) = load(bands(*entries))[1]
    assert problem.code == expected
    assert shown in problem.message.en


def test_at_89_and_a_half_between_whole_percents_there_is_a_gap_for_a_rate_but_none_for_a_count() -> None:
    rate = bands('when: ">= 90%", points: 10', 'when: "<= 89%", points: 0')
    count = bands('when: ">= 90 份", points: 10', 'when: "<= 89 份", points: 0', measure="发文数")
    assert codes(rate) == ["band-gap"]
    assert codes(count) == []
    halved = bands('when: ">= 90 份", points: 10', 'when: "<= 89 份", points: 0', measure="发文数 / 1")
    assert codes(halved) == ["band-gap"]


@pytest.mark.parametrize(("rate", "points"), [("89.5%", 5), ("89.4999999999%", 0), ("90%", 10), ("89.9999999%", 5)])
def test_the_band_is_exact_at_89_and_a_half(rate: str, points: int) -> None:
    rulebook = sound(
        bands('when: ">= 90%", points: 10', 'when: ">= 89.5% and < 90%", points: 5', 'when: "< 89.5%", points: 0')
    )
    assert assessed(rulebook, f"执行率: {rate}").score == points


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [
        ("{places: 0, mode: half_up}", []),
        ("{places: 1, mode: half_up}", ["band-gap"]),
        ("none", ["band-gap"]),
    ],
)
def test_a_measure_rounded_to_whole_percents_leaves_no_gap_between_89_and_90(
    rounding: str, expected: list[str]
) -> None:
    entries = ('when: ">= 90%", points: 10', 'when: "<= 89%", points: 0')

    assert codes(bands(*entries, extra=f"round_measure: {rounding}\n")) == expected


@pytest.mark.parametrize(("rate", "points"), [("89.4%", 0), ("89.5%", 10), ("89%", 0), ("90%", 10)])
def test_the_rounded_measure_falls_into_one_of_two_whole_bands(rate: str, points: int) -> None:
    entries = ('when: ">= 90%", points: 10', 'when: "<= 89%", points: 0')
    text = bands(*entries, extra="round_measure: {places: 0, mode: half_up}\n")

    assert assessed(sound(text), f"执行率: {rate}").score == points


def test_only_what_the_measure_can_be_must_be_covered() -> None:
    # A count is never negative, a notice count never above 100.
    at_most_100 = bands(
        'when: ">= 50 份 and <= 100 份", points: 10', 'when: ">= 0 份 and < 50 份", points: 0', measure="通知数"
    )
    assert codes(at_most_100) == []
    assert codes(
        bands('when: ">= 50 份 and <= 100 份", points: 10', 'when: "< 50 份", points: 0', measure="发文数")
    ) == ["band-gap"]


def test_otherwise_covers_the_rest_and_stands_last() -> None:
    assert codes(bands('when: ">= 90%", points: 10', "otherwise: 0")) == []
    assert codes(bands("otherwise: 0", 'when: ">= 90%", points: 10')) != []


def test_labels_are_covered_each_once() -> None:
    all_four = ("when: is 优, points: 10", "when: is 良, points: 8", "when: is 中 or is 差, points: 0")
    assert codes(bands(*all_four, measure="质量")) == []
    assert codes(bands(*all_four[:2], measure="质量")) == ["band-gap"]
    assert codes(bands(*all_four, "when: is 良, points: 1", measure="质量")) == ["band-overlap"]


def test_a_band_about_another_fact_cannot_be_proven() -> None:
    assert "band-condition" in codes(bands('when: "发文数 > 3", points: 10', "otherwise: 0"))


_numbers = st.integers(-4, 4).map(lambda n: Number(Fraction(n), PLAIN))
_operators = st.sampled_from(("<", "<=", ">", ">=", "=", "!="))
_tests: st.SearchStrategy[Expr] = st.one_of(
    st.builds(lambda op, n: Comparison(op, Subject(), n), _operators, _numbers),
    st.builds(lambda op, n: Comparison(op, n, Subject()), _operators, _numbers),
)
conditions = st.recursive(
    _tests,
    lambda inner: st.one_of(
        st.builds(Logic, st.sampled_from(("and", "or")), st.lists(inner, min_size=2, max_size=3).map(tuple)),
        inner.map(Not),
    ),
    max_leaves=6,
)


def holds(tree: Expr, measure: Fraction) -> bool:
    """The condition, evaluated as it is read."""
    match tree:
        case Comparison(op, left, right):
            a, b = (one.value if isinstance(one, Number) else measure for one in (left, right))
            return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b, "=": a == b, "!=": a != b}[op]
        case Not(operand):
            return not holds(operand, measure)
        case Logic(op, operands):
            return (all if op == "and" else any)(holds(operand, measure) for operand in operands)
    raise AssertionError(tree)


@given(conditions)
def test_the_values_of_a_condition_are_those_at_which_it_holds(tree: Expr) -> None:
    found = values_of(tree)
    assert found is not None
    for measure in (Fraction(n, 2) for n in range(-10, 11)):
        assert any(to_interval(span).contains(measure) for span in found) == holds(tree, measure)


def test_a_set_is_written_as_people_write_it() -> None:
    found = values_of(parsed(">= 80% and < 90% or > 100% or = 0"))
    assert found is not None
    assert show_values(found, PERCENT) == "{0%} ∪ [80%, 90%) ∪ (100%, +∞)"
