"""Quantities as people write them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.provenance import Position
from facts.quantity import parse_date, parse_quantity
from facts.units import Unit, known_units, parse_unit

HERE = Position("c.yaml", 3, 10)


def unit(name: str) -> Unit:
    found = parse_unit(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "in_unit", "value"),
    [
        ("5,657.15 万元", "元", Fraction(56571500)),
        ("98.7%", "%", Fraction(987, 1000)),
        ("98.7％", "%", Fraction(987, 1000)),
        ("１２ 份", "份", Fraction(12)),
        ("12", "份", Fraction(12)),
        ("3 个百分点", "百分点", Fraction(3, 100)),
        ("-3个百分点", "百分点", Fraction(-3, 100)),
        ("15 个工作日", "工作日", Fraction(15)),
        ("1.2 万人", "人", Fraction(12000)),
        ("4.5", "分", Fraction(9, 2)),
    ],
)
def test_a_quantity_is_read_into_base_units(text: str, in_unit: str, value: Fraction) -> None:
    assert parse_quantity(text, HERE, unit(in_unit)) == (value, ())


@pytest.mark.parametrize(
    ("text", "in_unit", "code"),
    [
        ("95.30", "万元", "unit-missing"),
        ("0", "%", "unit-missing"),
        ("12", "万人", "unit-missing"),
        ("3 百分点", "%", "unit-mismatch"),
        ("3%", "百分点", "unit-mismatch"),
        ("3 天", "工作日", "unit-mismatch"),
        ("3 圆", "元", "unknown-unit"),
        ("NaN", "份", "not-a-number"),
        ("inf", "份", "not-a-number"),
        ("1e400", "份", "not-a-number"),
        ("1E5 元", "元", "not-a-number"),
        ("1,23 元", "元", "not-a-number"),
        ("约 12 份", "份", "not-a-number"),
        ("", "份", "not-a-number"),
        ("9" * 61, "份", "not-a-number"),
        ("0x10", "份", "unknown-unit"),
    ],
)
def test_what_is_no_such_quantity_is_a_problem(text: str, in_unit: str, code: str) -> None:
    value, problems = parse_quantity(text, HERE, unit(in_unit))
    assert value is None and [p.code for p in problems] == [code]


@pytest.mark.parametrize(
    ("text", "rate"), [("0.95", "95"), ("1.05", "105"), ("-0.5", "-50"), ("2", "200"), ("０.95", "95")]
)
def test_a_bare_number_that_may_be_a_rate_or_percent_is_asked_about(text: str, rate: str) -> None:
    value, (problem,) = parse_quantity(text, HERE, unit("%"))
    assert value is None and problem.code == "unit-missing"
    shown = "0.95" if "95" in text else text
    for told in (problem.message.zh, problem.hint.zh, problem.message.en, problem.hint.en):
        assert f"{shown}%" in told and f"{rate}%" in told


def test_a_bare_number_that_can_only_be_percent_is_shown_as_such() -> None:
    assert "“98.7 %”" in parse_quantity("98.7", HERE, unit("%"))[1][0].hint.zh


def test_a_wrong_unit_is_pointed_at_not_the_number_before_it() -> None:
    assert parse_quantity("12.5 天", HERE, unit("元"))[1][0].at == HERE.shifted(5)


def test_a_missing_unit_shows_how_to_write_it() -> None:
    assert "95.30 万元" in parse_quantity("95.30", HERE, unit("万元"))[1][0].hint.zh


def test_a_unit_may_stand_apart_but_not_twice() -> None:
    assert parse_quantity("98.7", HERE, unit("%"), "%", HERE) == (Fraction(987, 1000), ())
    assert parse_quantity("98.7 %", HERE, unit("%"), "‰", HERE)[1][0].code == "unit-mismatch"


DECIMALS = st.decimals(min_value=-(10**12), max_value=10**12, places=4, allow_nan=False, allow_infinity=False)


@given(DECIMALS, st.sampled_from(known_units()))
def test_a_value_shown_in_any_unit_reads_back_the_same(number: object, name: str) -> None:
    of = unit(name)
    value = Fraction(str(number)) * of.factor
    assert parse_quantity(of.show(value), HERE, of) == (value, ())


@given(st.text(max_size=40), st.sampled_from(known_units()))
def test_any_text_is_a_quantity_or_a_problem(text: str, name: str) -> None:
    value, problems = parse_quantity(text, HERE, unit(name))
    assert (value is None) == bool(problems)


@given(st.dates())
def test_a_day_reads_back_in_both_spellings(day: object) -> None:
    from datetime import date

    assert isinstance(day, date)
    assert parse_date(day.isoformat()) == day == parse_date(f"{day.year:04}年{day.month}月{day.day}日")
