"""Numbers with their units in running text: which are quantities, and which are years, dates, items or document numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from facts.units import Unit, parse_unit
from facts.values import parse_decimal


@dataclass(frozen=True, slots=True)
class Written:
    """A quantity as written: where, its value in base units, its unit, its kind, and how many decimals it shows."""

    start: int
    end: int
    shown: str
    value: Fraction | None
    unit: str
    kind: str
    places: int


_COUNTERS = (
    "个百分点|万人次|人次|万人|万元|亿元|千元|万亩|平方公里|平方米|公里|公顷|公斤|千克|工作日|个工作日|小时|分钟|"
    "元|分|%|‰|个|项|份|期|次|名|人|条|篇|件|户|台|套|辆|处|家|村|种|类|场|批|米|吨|亩|天|年|月|日|号|倍|成|位|所|座|本|部|集|张|起|宗|家次|户次|班|级|章|届|层|岁|周|期次|届次|页|字"
)
_NUMBER = re.compile(
    rf"(?<![\d.A-Za-z])(?P<sign>[-+])?(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:余|多)?(?P<unit>{_COUNTERS})?"
)
_HANZI = re.compile(
    r"(?P<number>[一二两三四五六七八九十]{1,3})(?P<unit>个|项|名|家|次|条|处|台|期|份|件)(?![一二三四五六七八九十])"
)
_DOCUMENT = re.compile(r"[〔\[【(]?(?:19|20)\d\d[〕\]】)]?第?\d{1,5}号")
_DATE = re.compile(
    r"(?:19|20)\d\d[年.\-/]\d{1,2}[月.\-/]?(?:\d{1,2}日?)?|(?<!\d)\d{1,2}月\d{1,2}日|(?:19|20)\d\d年?度?(?!\d)(?!\s*[万元个项份])"
)
_ITEM = re.compile(r"^[(]?\d{1,3}[)、.](?!\d)|[(]\d{1,3}[)]")
_QUOTED = re.compile(r"“\d{3,}”|\d{3,5}热线|\d{7,}")
_RANGE = re.compile(r"\d+(?:\.\d+)?(?:%|分)?(?:\([含不]+\))?[-~—–～至到]\d+(?:\.\d+)?(?:%|分)?")


def find_quantities(text: str) -> tuple[Written, ...]:
    """Every number of a text, from the left; only those that are quantities have a value.

    Kinds: money, rate, points (百分点), score (分), count, other dimensions by name, number (no unit); date, year,
    document, item, name and range have no value.

    >>> [(w.shown, w.kind) for w in find_quantities("2017年度决算5,657.15万元(昆财绩〔2018〕60号),执行率100%")]
    [('2017年度', 'year'), ('5,657.15万元', 'money'), ('〔2018〕60号', 'document'), ('100%', 'rate')]
    """
    found: list[Written] = []
    for one in _all(text):
        if all(one.end <= other.start or one.start >= other.end for other in found):
            found.append(one)
    return tuple(sorted(found, key=lambda w: w.start))


def _all(text: str) -> Iterator[Written]:
    for kind, pattern in (
        ("document", _DOCUMENT),
        ("date", _DATE),
        ("item", _ITEM),
        ("name", _QUOTED),
        ("range", _RANGE),
    ):
        for match in pattern.finditer(text):
            named = "year" if kind == "date" and re.fullmatch(r"\d{4}年?度?", match[0]) else kind
            yield Written(match.start(), match.end(), match[0], None, "", named, 0)
    for match in _NUMBER.finditer(text):
        yield _quantity(match, text)
    for match in _HANZI.finditer(text):
        value = _hanzi(match["number"])
        yield Written(match.start(), match.end(), match[0], value, match["unit"], "count" if value else "name", 0)


def _quantity(match: re.Match[str], text: str) -> Written:
    sign = match["sign"] or ""
    start = match.start()
    if sign and start > 0 and (text[start - 1].isalnum() or text[start - 1] in ")%"):
        sign, start = "", start + 1  # a dash between two things, not a minus
    number, unit_name = parse_decimal(match["number"]), match["unit"] or ""
    unit = parse_unit(unit_name.removeprefix("个") if unit_name.endswith(("百分点", "工作日")) else unit_name)
    kind = _kind(unit_name, unit)
    value = None
    if number is not None and kind != "date":
        value = number * (unit.factor if unit else 1) * (-1 if sign == "-" else 1)
    places = len(match["number"].partition(".")[2])
    return Written(start, match.end(), text[start : match.end()], value, unit_name, kind, places)


def _kind(name: str, unit: Unit | None) -> str:
    if name in ("年", "月", "日", "号"):
        return "date"
    if unit is None:
        return "count" if name else "number"
    if unit.name == "":
        return "number"
    if name.endswith("元"):
        return "money"
    if name == "分":
        return "score"
    if name.endswith("百分点"):
        return "points"
    if unit.dimension.kind == "rate":
        return "rate"
    powers = unit.dimension.powers
    return powers[0][0] if len(powers) == 1 and powers[0][0] != "count" else "count"


def _hanzi(text: str) -> Fraction | None:
    digits = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2}
    if "十" in text:
        tens, _, ones = text.partition("十")
        if (tens and tens not in digits) or (ones and ones not in digits):
            return None
        return Fraction(digits.get(tens, 1) * 10 + digits.get(ones, 0))
    return Fraction(digits[text]) if text in digits else None
