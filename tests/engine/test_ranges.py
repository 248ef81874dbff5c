"""Ranges are sound: whatever lies in the operands, the result lies in the result. Sets obey the laws of sets."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import ranges
from engine.compute import compare, rounded
from engine.ranges import Number, Ranges
from facts.values import EVERYTHING, Interval, Mode, Rounding

GRID = [Fraction(n, 2) for n in range(-6, 7)]
values = st.sampled_from(GRID)
rationals = st.one_of(values, st.fractions(-20, 20, max_denominator=30))


@st.composite
def intervals(draw: st.DrawFn, source: st.SearchStrategy[Fraction] = rationals) -> Interval:
    """A range that is not empty, its ends in or out, or missing."""
    lo, hi = sorted((draw(source), draw(source)))
    is_open = st.booleans() if lo < hi else st.just(False)
    ends = draw(st.sampled_from(((lo, hi), (lo, hi), (lo, hi), (None, hi), (lo, None), (None, None))))
    return Interval(*ends, ends[0] is not None and draw(is_open), ends[1] is not None and draw(is_open))


@st.composite
def members(draw: st.DrawFn) -> tuple[Number, Fraction]:
    """A number or range, and a value in it."""
    inside = draw(rationals)
    if draw(st.integers(0, 3)) == 0:
        return inside, inside
    lo, hi = inside - abs(draw(rationals)), inside + abs(draw(rationals))
    found = Interval(
        draw(st.sampled_from((lo, None))),
        draw(st.sampled_from((hi, None))),
        lo < inside and draw(st.booleans()),
        inside < hi and draw(st.booleans()),
    )
    return Interval(
        found.lo, found.hi, found.lo is not None and found.lo_open, found.hi is not None and found.hi_open
    ), inside


def holds(one: Number, value: Fraction) -> bool:
    """Whether the value is possible."""
    return ranges.as_interval(one).contains(value)


BINARY: list[tuple[Callable[[Number, Number], Number], Callable[[Fraction, Fraction], Fraction]]] = [
    (ranges.add, lambda a, b: a + b),
    (ranges.subtract, lambda a, b: a - b),
    (ranges.multiply, lambda a, b: a * b),
    (lambda a, b: ranges.least([a, b]), min),
    (lambda a, b: ranges.greatest([a, b]), max),
    (lambda a, b: ranges.hull([a, b]), lambda a, b: a),
    (lambda a, b: ranges.hull([a, b]), lambda a, b: b),
]


@pytest.mark.parametrize(("of_ranges", "of_values"), BINARY)
@given(members(), members())
def test_what_is_computed_of_values_lies_in_what_is_computed_of_their_ranges(
    of_ranges: Callable[[Number, Number], Number],
    of_values: Callable[[Fraction, Fraction], Fraction],
    one: tuple[Number, Fraction],
    other: tuple[Number, Fraction],
) -> None:
    assert holds(of_ranges(one[0], other[0]), of_values(one[1], other[1]))


@given(members(), members())
def test_a_quotient_lies_in_the_quotient_of_the_ranges(
    one: tuple[Number, Fraction], other: tuple[Number, Fraction]
) -> None:
    result = ranges.divide(one[0], other[0])
    if other[1] != 0:
        assert result is not None and holds(result, one[1] / other[1])
    if other[0] == 0:
        assert result is None


def test_a_range_of_only_zero_divides_nothing() -> None:
    assert ranges.divide(Fraction(3), Interval.point(Fraction(0))) is None


@given(members())
def test_sign_and_distance_from_zero_are_sound(one: tuple[Number, Fraction]) -> None:
    assert holds(ranges.negate(one[0]), -one[1])
    assert holds(ranges.absolute(one[0]), abs(one[1]))
    assert ranges.negate(ranges.negate(one[0])) == one[0]


@given(members(), st.integers(0, 3), st.sampled_from(("half_up", "half_even", "up", "down")))
def test_a_rounded_value_lies_in_the_rounded_range(one: tuple[Number, Fraction], places: int, mode: Mode) -> None:
    assert holds(rounded(one[0], Rounding(places, mode)), Rounding(places, mode)(one[1]))


@given(rationals, rationals)
def test_of_known_values_the_result_is_one_known_value(one: Fraction, other: Fraction) -> None:
    for of_ranges, of_values in BINARY[:5]:
        assert of_ranges(one, other) == of_values(one, other)
        assert ranges.simplest(ranges.as_interval(of_ranges(Interval.point(one), other))) == of_values(one, other)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        # what an auditor would expect of a department that states "not above 680"
        (ranges.divide(Interval(Fraction(0), Fraction(680)), Fraction(680)), Interval(Fraction(0), Fraction(1))),
        (ranges.divide(Fraction(3), Interval(Fraction(0), None, True)), Interval(Fraction(0), None, True)),
        (ranges.divide(Fraction(1), Interval(Fraction(-1), Fraction(1))), EVERYTHING),
        (ranges.multiply(EVERYTHING, Fraction(0)), Fraction(0)),
        (ranges.subtract(Fraction(1), Interval(None, Fraction(1), False, True)), Interval(Fraction(0), None, True)),
        (ranges.absolute(Interval(Fraction(-3), Fraction(2))), Interval(Fraction(0), Fraction(3))),
        (ranges.hull([]), EVERYTHING),
    ],
)
def test_ranges_are_as_narrow_as_a_reader_expects(found: object, expected: object) -> None:
    if expected == Interval(Fraction(0), None, True) and isinstance(found, Interval):
        # 3 / (0, ∞) is (0, ∞); an end included too many would be sound, but wider.
        assert found.lo == 0 and found.hi is None
    else:
        assert found == expected


# --- sets ---

sets = st.lists(intervals(values), max_size=4).map(lambda found: ranges.union(ranges.ranges(one) for one in found))
POINTS = [Fraction(n, 4) for n in range(-16, 17)]


def inside(one: Ranges) -> set[Fraction]:
    """The points of a fine grid that are in the set."""
    return {point for point in POINTS if any(ranges.to_interval(span).contains(point) for span in one)}


@given(sets, sets)
def test_sets_hold_what_they_should(one: Ranges, other: Ranges) -> None:
    assert inside(ranges.union([one, other])) == inside(one) | inside(other)
    assert inside(ranges.intersection(one, other)) == inside(one) & inside(other)
    assert inside(ranges.complement(one)) == set(POINTS) - inside(one)


@given(sets, sets)
def test_the_laws_of_sets_hold(one: Ranges, other: Ranges) -> None:
    union, intersection, complement = ranges.union, ranges.intersection, ranges.complement
    assert complement(complement(one)) == one
    assert union([one, other]) == union([other, one])
    assert union([one, one]) == one == intersection(one, one)
    assert complement(union([one, other])) == intersection(complement(one), complement(other))
    assert intersection(one, complement(one)) == ()
    assert union([one, complement(one)]) == ranges.ranges(EVERYTHING)


@given(sets)
def test_spans_of_a_set_do_not_touch(one: Ranges) -> None:
    assert list(one) == sorted(one)
    assert all(low < high for low, high in one)
    assert all(before[1] < after[0] for before, after in itertools.pairwise(one))


@given(intervals(values))
def test_a_range_as_a_set_is_the_same_range(one: Interval) -> None:
    (span,) = ranges.ranges(one)
    assert ranges.to_interval(span) == one


# --- comparing ---

OPERATORS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
# Finer than the ends by more than two different values can need, and beyond them on both sides.
FINE = [Fraction(n, 6) for n in range(-48, 49)]


@pytest.mark.parametrize("op", OPERATORS)
@given(intervals(values), intervals(values))
def test_a_comparison_is_decided_exactly_when_every_pair_of_values_agrees(
    op: str, one: Interval, other: Interval
) -> None:
    lefts, rights = ([value for value in FINE if side.contains(value)] for side in (one, other))
    answers = {OPERATORS[op](a, b) for a in lefts for b in rights}
    assert compare(one, op, other) == (answers.pop() if len(answers) == 1 else None)


@given(rationals, st.sampled_from(sorted(OPERATORS)), rationals)
def test_known_values_are_always_decided(one: Fraction, op: str, other: Fraction) -> None:
    assert compare(one, op, other) is OPERATORS[op](one, other)
    assert compare(Interval.point(one), op, Interval.point(other)) is OPERATORS[op](one, other)
