"""Every figure of a sentence is read with its unit; years, names and ordinals are no figures."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.cleaning.amounts import find_quantities

UNITS: dict[str, int | Fraction] = {
    "万元": 10**4,
    "元": 1,
    "%": Fraction(1, 100),
    "个百分点": Fraction(1, 100),
    "分": 1,
    "名": 1,
    "万人次": 10**4,
}


@given(st.decimals(0, 10**9, places=2), st.sampled_from(sorted(UNITS)), st.booleans())
def test_a_figure_reads_back_as_it_was_written(value: Decimal, unit: str, grouped: bool) -> None:
    shown = f"{value:,}" if grouped else f"{value}"
    (one,) = find_quantities(f"全年共计{shown}{unit},较好")
    assert (one.shown, one.value, one.places) == (shown + unit, Fraction(value) * UNITS[unit], 2)


@given(st.text(st.sampled_from("0127.,%万元年月日个第(〔〕)-“”A号三十至"), max_size=30))
def test_quantities_are_in_order_apart_and_as_they_stand(text: str) -> None:
    end = 0
    for one in find_quantities(text):
        assert end <= one.start < one.end and text[one.start : one.end] == one.shown
        end = one.end


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("决算5,657.15万元", "money"),
        ("1986.35万元", "money"),
        ("56571500元", "money"),
        ("2000人", "count"),
        ("十二项", "count"),
        ("-3.5%", "rate"),
        ("3个百分点", "points"),
        ("266米", "length"),
        ("33分", "score"),
    ],
)
def test_a_figure_has_a_value_and_a_kind(text: str, kind: str) -> None:
    (one,) = find_quantities(text)
    assert one.kind == kind and one.value is not None


@pytest.mark.parametrize(
    "text",
    [
        "2017年度",
        "2018-09-30",
        "2018年4月至5月",
        "〔2017〕23号",
        "(1)承办",
        "1.机构",
        "“12345”热线",
        "0871-63135555",
        "80-90分",
        "第3项",
        "第十二条",
        "192.168.1.1",
        "COVID-19",
        "5G",
        "A4",
    ],
)
def test_what_is_no_figure_has_no_value(text: str) -> None:
    assert [one.value for one in find_quantities(text) if one.value is not None] == []
