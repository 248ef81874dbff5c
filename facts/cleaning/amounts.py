"""Numbers with their units in running text: which are quantities, and which are years, dates, items or document numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from facts.cleaning.model import Written
from facts.units import Unit, parse_unit
from facts.values import parse_decimal

_UNIT = (
    "个?百分点|个?工作日|个月|平方公里|平方米|公里|公顷|公斤|千克|小时|分钟|%|‰|"
    "[十百千万亿]?(?:人次|件次|台套|家次|户次|期次|届次|元|个|项|份|期|次|名|人|条|篇|件|户|台|套|辆|处|家|村|种|类|场|批|米|吨|亩|"
    "倍|成|位|所|座|本|部|集|张|起|宗|班|级|章|届|层|册|栋|笔|例)|分|天|岁|周|页|字|年|月|日|号"
)
_NUMBER = re.compile(
    rf"(?<![\d.A-Za-z])(?P<sign>[-+])?(?P<number>\d{{1,3}}(?:,\d{{3}})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?:余|多)?(?: ?(?P<unit>{_UNIT}))?"
)
_HANZI = re.compile(
    r"(?<![第数几百千万〇零一二两三四五六七八九十])(?P<number>[一二两三四五六七八九十]{1,3})"
    r"(?P<unit>个(?![月百工季])|项|名|家|次|条|处|台|期|份|件)(?![一二三四五六七八九十])"
)
_YEAR = r"(?:19|20)\d\d"
_MONTH = r"(?:1[0-2]|0?[1-9])"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_NO_FIGURE = rf"(?!\d|\.\d|,\d{{3}}(?!\d)| ?(?:{_UNIT}))"
_DOCUMENT = re.compile(rf"(?<!\d)[〔\[【(]?{_YEAR}[〕\]】)年]?第?\d{{1,5}}号")
_DATE = re.compile(
    rf"(?<![\d.,])(?:{_YEAR}年{_MONTH}月(?:{_DAY}日)?|{_YEAR}([.\-/]){_MONTH}\1{_DAY}{_NO_FIGURE}"
    rf"|{_YEAR}[.\-/]{_MONTH}{_NO_FIGURE}|{_YEAR}[-—~至]{_YEAR}(?:年度?|{_NO_FIGURE})|{_YEAR}(?:年度?|{_NO_FIGURE}))"
    rf"|(?<!\d)\d{{1,2}}月\d{{1,2}}日"
)
_ITEM = re.compile(
    rf"^[(]?\d{{1,3}}[)、.](?!\d)|[(]\d{{1,3}}[)]|第(?:\d{{1,4}}|[一二三四五六七八九十]{{1,3}})(?:{_UNIT})?"
)
# Telephone and other numbers that name something; 3.1.2 and addresses; COVID-19, 5G, 4S.
_NAME = re.compile(
    rf"“\d{{3,}}”|\d{{3,5}}热线|(?<!\d)0\d{{2,3}}-\d{{7,8}}(?!\d)|(?<![\d.,])\d{{7,}}{_NO_FIGURE}"
    r"|(?<![\d.,])\d+(?:\.\d+){2,}|(?<![A-Za-z])[A-Za-z]+-\d+(?![\d.])|(?<![\d.])\d+[A-Z][A-Za-z]*"
)
_PLAIN = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_RANGE = re.compile(rf"(?<![\d.,]){_PLAIN}(?:%|分)?(?:\([含不]+\))?[-~—–～至到]{_PLAIN}(?: ?(?:{_UNIT}))?")
_MINUS_AFTER = ("为", "是", "增长", "增幅", "增加", "下降", "减少")
_KINDS = (("document", _DOCUMENT), ("date", _DATE), ("item", _ITEM), ("name", _NAME), ("range", _RANGE))


def find_quantities(text: str) -> tuple[Written, ...]:
    """Every number of a text, from the left; only those that are quantities have a value.

    Kinds: money, rate, points (百分点), score (分), count, other dimensions by name, number (no unit); date, year,
    document, item, name and range have no value.

    >>> [(w.shown, w.kind) for w in find_quantities("2017年度决算5,657.15万元(昆财绩〔2018〕60号),执行率100%")]
    [('2017年度', 'year'), ('5,657.15万元', 'money'), ('〔2018〕60号', 'document'), ('100%', 'rate')]
    """
    found, taken = list[Written](), bytearray(len(text))
    for one in _all(text):
        if not any(taken[one.start : one.end]):
            taken[one.start : one.end] = b"\1" * (one.end - one.start)
            found.append(one)
    return tuple(sorted(found, key=lambda w: w.start))


def _all(text: str) -> Iterator[Written]:
    """What is no quantity comes first and so wins."""
    for kind, pattern in _KINDS:
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
    if sign and _is_dash(text, start):
        sign, start = "", start + 1
    number, unit_name = parse_decimal(match["number"]), match["unit"] or ""
    unit = parse_unit(unit_name.removeprefix("个") if unit_name.endswith(("百分点", "工作日")) else unit_name)
    kind = _kind(unit_name, unit)
    value = None
    if number is not None and kind != "date" and (unit or unit_name[:1] not in tuple("十百千万亿")):
        value = number * (unit.factor if unit else 1) * (-1 if sign == "-" else 1)
    places = len(match["number"].partition(".")[2])
    return Written(start, match.end(), text[start : match.end()], value, unit_name, kind, places)


def _is_dash(text: str, at: int) -> bool:
    """Whether the sign stands between two things and is no minus."""
    if at == 0 or text.endswith(_MINUS_AFTER, 0, at):
        return False
    return text[at - 1].isalnum() or text[at - 1] in ")%〕》”"


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
