"""Doubtful numbers are flagged; names with letters and digits are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.cleaning.lookalikes import find_lookalikes


@pytest.mark.parametrize(
    ("text", "shown", "reads_as"),
    [
        ("第3l号", "3l", "31"),
        ("执行率9O%", "9O", "90"),
        ("得9l.5分", "9l.5", "91.5"),
        ("决算5,6S7.15万元", "5,6S7.15", "5,657.15"),
        ("决算5.657.15万元", "5.657.15", "5,657.15"),
        ("决算1,23.4万元", "1,23.4", ""),
        ("l2.5", "l2.5", "12.5"),
    ],
)
def test_a_number_with_something_doubtful_in_it_is_flagged(text: str, shown: str, reads_as: str) -> None:
    assert [(f.text, f.reads_as, text[f.at : f.at + len(shown)]) for f in find_lookalikes(text)] == [
        (shown, reads_as, shown)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "12345热线",
        "A4纸20份",
        "5S管理",
        "COVID-19",
        "B2B平台",
        "2017年",
        "192.168.1.1",
        "O2O项目",
        "B5号楼",
        "H2O",
        "二〇一七年",
        "3.1.2",
        "2017.1.5",
        "I类",
        "4S店20家",
        "PM2.5",
    ],
)
def test_a_name_is_no_doubtful_number(text: str) -> None:
    assert find_lookalikes(text) == ()


@given(st.decimals(0, 10**9, places=2, allow_nan=False), st.sampled_from(["万元", "%", "分", "个百分点"]))
def test_a_sound_number_is_never_flagged(value: object, unit: str) -> None:
    assert find_lookalikes(f"决算{value:,}{unit}") == find_lookalikes(f"决算{value}{unit}") == ()
