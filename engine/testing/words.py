"""The vocabulary every generated rulebook shares, and literals of each kind of quantity."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

Yaml = dict[str, Any]

VOCABULARY: Yaml = {
    "format": "hegui/vocabulary/v1",
    "concepts": [
        {"id": "money_a", "label": "甲金额", "type": "quantity", "unit": "万元"},
        {"id": "money_b", "label": "乙金额", "type": "quantity", "unit": "万元"},
        {"id": "rate_a", "label": "甲率", "type": "quantity", "unit": "%"},
        {"id": "rate_b", "label": "乙率", "type": "quantity", "unit": "%", "minimum": 0, "maximum": "200%"},
        {"id": "count_a", "label": "甲件数", "type": "quantity", "unit": "件"},
        {"id": "count_b", "label": "乙件数", "type": "quantity", "unit": "件", "maximum": 40},
        {"id": "days_a", "label": "用时", "type": "quantity", "unit": "天"},
        {"id": "flag_a", "label": "甲旗", "type": "boolean"},
        {"id": "flag_b", "label": "乙旗", "type": "boolean"},
        {"id": "rating", "label": "评级", "type": "choice", "choices": ["优", "良", "中", "差"]},
        {"id": "region", "label": "地区", "type": "choice", "choices": ["东部", "中部", "西部"]},
        {"id": "date_a", "label": "起日", "type": "date"},
        {"id": "date_b", "label": "止日", "type": "date"},
        {"id": "marks_a", "label": "甲评分", "type": "score", "minimum": 0, "maximum": 20},
        {"id": "marks_b", "label": "乙评分", "type": "score"},
        {
            "id": "items",
            "label": "明细",
            "type": "table",
            "columns": [
                {"name": "名称", "type": "text"},
                {"name": "金额", "type": "quantity", "unit": "万元"},
                {"name": "件数", "type": "quantity", "unit": "件"},
                {"name": "完成", "type": "boolean"},
                {"name": "分值", "type": "score", "minimum": 0, "maximum": 10},
                {"name": "指标值", "type": "quantity", "unit": ""},
                {"name": "完成值", "type": "quantity", "unit": "", "minimum": 0},
            ],
        },
        {"id": "unrelated", "label": "无关数", "type": "quantity", "unit": "元"},
    ],
}

# How a literal of each dimension is written; the numbers are in that unit.
UNITS = {"rate": "%", "points_of_rate": " 个百分点", "money": " 万元", "count": " 件", "days": " 天", "number": ""}
STEPS = {**UNITS, "rate": " 个百分点"}
_VALUES: dict[str, tuple[str, ...]] = {
    "rate": ("0", "5", "33.3", "50", "80", "90", "95", "100", "120"),
    "points_of_rate": ("-5", "0", "2", "10"),
    "money": ("0", "0.5", "3", "10", "100"),
    "count": ("0", "1", "2", "5", "12"),
    "days": ("0", "1", "5", "15", "30"),
    "number": ("1", "2", "3"),
}
DIMENSIONS = tuple(_VALUES)


def number(value: Fraction) -> int | float:
    """A number for `yaml.safe_dump`, whose text is exactly this decimal."""
    return value.numerator if value.denominator == 1 else float(value)


def literals(dimension: str, positive: bool = False) -> st.SearchStrategy[str]:
    """A literal of a dimension, such as 95% or 3 万元."""
    values = [value for value in _VALUES[dimension] if not positive or Fraction(value) > 0]
    return st.sampled_from(values).map(lambda value: value + UNITS[dimension])


def thresholds(dimension: str, size: int) -> st.SearchStrategy[list[str]]:
    """That many different literals, ascending."""
    values = st.lists(st.sampled_from(_VALUES[dimension]), min_size=size, max_size=size, unique=True)
    return values.map(lambda found: [value + UNITS[dimension] for value in sorted(found, key=Fraction)])


def steps(dimension: str) -> st.SearchStrategy[str]:
    """How much of a measure makes one unit of `per_unit`."""
    return st.sampled_from(("1", "3", "0.5")).map(lambda value: value + STEPS[dimension])


def points_between(low: Fraction, high: Fraction) -> st.SearchStrategy[int | float]:
    """Stated points within floor and cap, both included, in quarters."""
    quarters = st.integers(int(low * 4), int(high * 4)).map(lambda n: Fraction(n, 4))
    return st.one_of(st.sampled_from((low, high)), quarters).map(number)
