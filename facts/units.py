"""Units and dimensions: 万元 and 元, % and 百分点, days and working days.

A dimension is a product of powers of base quantities; the three dimensionless kinds (pure numbers, rates, differences of
rates) are kept apart because the criteria keep them apart.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, NamedTuple

from facts.values import ONE, decimal_text

Kind = Literal["", "number", "rate", "points_of_rate"]


class Dimension(NamedTuple):
    """Powers of base quantities, sorted; `kind` tells the dimensionless ones apart and is "" for the rest."""

    powers: tuple[tuple[str, int], ...] = ()
    kind: Kind = ""

    def __str__(self) -> str:
        if self.kind:
            return {"number": "number", "rate": "rate", "points_of_rate": "百分点"}[self.kind]
        return "·".join(base if power == 1 else f"{base}^{power}" for base, power in self.powers)


NUMBER = Dimension((), "number")
RATE = Dimension((), "rate")
POINTS_OF_RATE = Dimension((), "points_of_rate")
DATE = Dimension((("date", 1),))
DAYS = Dimension((("day", 1),))
SCORE = Dimension((("score", 1),))
COUNT = Dimension((("count", 1),))
MONEY = Dimension((("money", 1),))

# Quantities that cannot be below zero unless a concept says otherwise.
_UNSIGNED = ("money", "count", "day", "workday", "week", "month", "year", "second", "area", "length", "mass")


def is_unsigned(dimension: Dimension) -> bool:
    """Whether values of this dimension start at zero by nature."""
    return len(dimension.powers) == 1 and dimension.powers[0][0] in _UNSIGNED


class Unit(NamedTuple):
    """A name, its dimension, and how many base units it is."""

    name: str
    dimension: Dimension
    factor: Fraction

    def show(self, value: Fraction, places: int | None = None) -> str:
        """A value in base units, written in this unit.

        >>> parse_unit("万元").show(Fraction(56571500))
        '5657.15 万元'
        """
        number = decimal_text(value if self.factor == 1 else value / self.factor, places)
        glue = "" if self.name in ("%", "‰", "") else " "
        return f"{number}{glue}{self.name}"


def _base(name: str) -> Dimension:
    return Dimension(((name, 1),))


_TABLE: dict[str, tuple[Dimension, Fraction]] = {
    "元": (MONEY, ONE),
    "千元": (MONEY, Fraction(1000)),
    "万元": (MONEY, Fraction(10**4)),
    "百万元": (MONEY, Fraction(10**6)),
    "亿元": (MONEY, Fraction(10**8)),
    "%": (RATE, Fraction(1, 100)),
    "‰": (RATE, Fraction(1, 1000)),
    "倍": (RATE, ONE),
    "成": (RATE, Fraction(1, 10)),
    "百分点": (POINTS_OF_RATE, Fraction(1, 100)),
    "日": (DAYS, ONE),
    "天": (DAYS, ONE),
    "工作日": (_base("workday"), ONE),
    "周": (_base("week"), ONE),
    "月": (_base("month"), ONE),
    "季度": (_base("month"), Fraction(3)),
    "年": (_base("year"), ONE),
    "秒": (_base("second"), ONE),
    "分钟": (_base("second"), Fraction(60)),
    "小时": (_base("second"), Fraction(3600)),
    "分": (SCORE, ONE),
    "平方米": (_base("area"), ONE),
    "亩": (_base("area"), Fraction(2000, 3)),
    "万亩": (_base("area"), Fraction(20_000_000, 3)),
    "公顷": (_base("area"), Fraction(10**4)),
    "平方公里": (_base("area"), Fraction(10**6)),
    "米": (_base("length"), ONE),
    "公里": (_base("length"), Fraction(1000)),
    "千克": (_base("mass"), ONE),
    "公斤": (_base("mass"), ONE),
    "吨": (_base("mass"), Fraction(1000)),
}
_COUNTERS = (
    *"个份期项次人名条篇件户台套辆处家村张笔例封册部场位所座栋批宗起岁页版类级组",
    "人次",
    "台套",
    "件次",
    "名次",
)
_MULTIPLES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_SPELLINGS = {
    "percent": "%",
    "％": "%",
    "个百分点": "百分点",
    "天数": "天",
    "个月": "月",
    "个工作日": "工作日",
    "个季度": "季度",
    "㎡": "平方米",
    "km": "公里",
    "kg": "千克",
}

PERCENT = Unit("%", RATE, Fraction(1, 100))
PLAIN = Unit("", NUMBER, ONE)
POINTS = Unit("分", SCORE, ONE)


def parse_unit(name: str) -> Unit | None:
    """The unit of that name, or None.

    >>> parse_unit("个百分点").name, parse_unit("万人").factor, parse_unit("尺")
    ('百分点', Fraction(10000, 1), None)
    """
    name = _SPELLINGS.get(name.strip(), name.strip())
    if name == "":
        return PLAIN
    if name in _TABLE:
        return Unit(name, *_TABLE[name])
    if name in _COUNTERS:
        return Unit(name, COUNT, ONE)
    if name[0] in _MULTIPLES and name[1:] in _COUNTERS:
        return Unit(name, COUNT, Fraction(_MULTIPLES[name[0]]))
    return None


def known_units() -> tuple[str, ...]:
    """Every unit name, for suggestions."""
    return (*_TABLE, *dict.fromkeys(_COUNTERS))


def multiply(left: Dimension, right: Dimension, sign: int = 1) -> Dimension:
    """Dimension of a product (sign 1) or a quotient (sign -1).

    A quotient of two like quantities is a rate; of two pure numbers, a number.
    """
    if not left.powers and not right.powers:
        return _dimensionless(left, right, sign)
    powers = dict(left.powers)
    for base, power in right.powers:
        powers[base] = powers.get(base, 0) + sign * power
    kept = tuple(sorted((base, power) for base, power in powers.items() if power))
    return Dimension(kept) if kept else RATE


def _dimensionless(left: Dimension, right: Dimension, sign: int) -> Dimension:
    if left == right == NUMBER:
        return NUMBER
    if left == POINTS_OF_RATE and right == NUMBER:
        return POINTS_OF_RATE
    if left == NUMBER and right == POINTS_OF_RATE and sign == 1:
        return POINTS_OF_RATE
    if left == right == POINTS_OF_RATE and sign == -1:
        return NUMBER
    return RATE
