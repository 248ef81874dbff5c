"""Codes keep the order of exact values: a comparison of codes is the comparison of what they stand for."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.compute import UNDEFINED
from engine.decide import label_code, range_codes
from engine.plan import CODE_LIMIT, THRESHOLD_LIMIT, code
from facts.values import EVERYTHING, Interval

scales = st.sampled_from((1, 2, 3, 10, 100, 1000, 10**6, 7 * 10**4))
values = st.fractions(-(10**6), 10**6)


@given(values, st.integers(-(10**9), 10**9), scales)
def test_a_comparison_of_codes_is_the_comparison_of_the_values(value: Fraction, n: int, scale: int) -> None:
    threshold = Fraction(n, scale)
    assert (code(value, scale) < 2 * n) == (value < threshold)
    assert (code(value, scale) <= 2 * n) == (value <= threshold)
    assert (code(value, scale) > 2 * n) == (value > threshold)
    assert (code(value, scale) >= 2 * n) == (value >= threshold)


@given(values, values, scales)
def test_codes_keep_the_order(one: Fraction, other: Fraction, scale: int) -> None:
    low, high = sorted((one, other))
    assert code(low, scale) <= code(high, scale)


@pytest.mark.parametrize("tiny", [Fraction(1, 10**30), Fraction(1, 3), Fraction(999, 1000)])
def test_at_the_threshold_the_code_is_even_and_beside_it_odd(tiny: Fraction) -> None:
    scale, n = 100, 95
    threshold = Fraction(n, scale)
    step = tiny / scale
    assert [code(v, scale) for v in (threshold - step, threshold, threshold + step)] == [189, 190, 191]


@given(st.integers(-(10**40), 10**40), st.integers(1, 10**30), scales)
def test_codes_of_monstrous_values_stay_in_64_bits_and_beyond_every_threshold(n: int, d: int, scale: int) -> None:
    found = code(Fraction(n, d), scale)
    assert -CODE_LIMIT <= found <= CODE_LIMIT < 2**63
    if abs(found) == CODE_LIMIT:
        assert abs(Fraction(n, d)) * scale * 2 > THRESHOLD_LIMIT


@given(values, values, st.booleans(), st.booleans(), st.integers(-(10**6), 10**6), scales)
def test_the_codes_of_a_range_tell_what_a_range_tells(
    one: Fraction, other: Fraction, lo_open: bool, hi_open: bool, n: int, scale: int
) -> None:
    lo, hi = sorted((one, other))
    if lo == hi:
        lo_open = hi_open = False
    low, high = range_codes(Interval(lo, hi, lo_open, hi_open), scale)
    threshold = Fraction(n, scale)
    assert low <= high
    assert (high <= 2 * n) == (hi <= threshold)
    assert (high < 2 * n) == (hi < threshold or (hi == threshold and hi_open))
    assert (low >= 2 * n) == (lo >= threshold)
    assert (low > 2 * n) == (lo > threshold or (lo == threshold and lo_open))


def test_what_is_not_known_reaches_from_end_to_end() -> None:
    everything = (-CODE_LIMIT, CODE_LIMIT)
    assert range_codes(EVERYTHING, 100) == everything
    assert range_codes(UNDEFINED, 100) == everything
    assert range_codes(Interval(Fraction(1), None), 1) == (2, CODE_LIMIT)


def test_a_label_is_its_place_among_those_tested() -> None:
    labels = ("优", "良")
    assert [label_code(one, labels) for one in ("优", "良", "差", None)] == [0, 1, 2, -1]
