"""The tail of the binomial: an exact fraction where n is small, right to many digits where it is not."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest

from hegui.batch.report import binomial
from hegui.batch.report.binomial import LEAST, tail


def exactly(k: int, n: int) -> Fraction:
    return Fraction(sum(comb(n, i) for i in range(k, n + 1)), 2**n)


@pytest.mark.parametrize(("k", "n"), [(0, 0), (0, 1), (1, 1), (6, 7), (10, 20), (20, 20), (1100, 2000)])
def test_small_numbers_give_the_exact_fraction(k: int, n: int) -> None:
    found = tail(k, n)
    assert found.exact and found.value == exactly(k, n)


@pytest.mark.parametrize("n", [2001, 2002])
def test_large_numbers_are_right_to_more_digits_than_are_stated(n: int) -> None:
    for k in range(0, n + 1, n // 17):
        found, truth = tail(k, n), exactly(k, n)
        if found.below:
            assert truth < found.value == LEAST
        else:
            assert abs(found.value - truth) <= truth / 10**20, k


def test_both_ways_of_working_it_out_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binomial, "EXACT", 0)
    for n in (9, 10, 101):
        for k in range(n + 1):
            assert abs(tail(k, n).value - exactly(k, n)) <= exactly(k, n) / 10**20
    assert tail(60, 101).told() == "0.0364"


def test_a_million_units_are_no_matter() -> None:
    assert tail(501_000, 1_000_000).told() == "0.0228" and tail(520_000, 1_000_000).told() == "<1e-50"
