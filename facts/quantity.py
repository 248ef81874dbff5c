"""Quantities as people write them ("5,657.15 万元", "98.7％", "3 个百分点"), turned into exact base units."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import lru_cache

from facts.problem import NO_TEXT, Problem, Text, did_you_mean
from facts.provenance import Position
from facts.units import COUNT, NUMBER, SCORE, Unit, known_units, parse_unit
from facts.values import MAX_DIGITS, Interval, decimal_text, parse_decimal, to_half_width

_QUANTITY = re.compile(r"\s*(?P<number>[+-]?[0-9][0-9,]*(?:\.[0-9]+)?)\s*(?P<unit>[^\s0-9.,+-]\S*)?\s*")
_EXPONENT = re.compile(r"[eE][+-]?[0-9]+")
_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})|([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日")
# These may stand without a unit, unless they are kept in 万人 and the like: is "12" then twelve, or 120,000?
_BARE = (COUNT, SCORE, NUMBER)

# A bare number up to this for a percentage may be a rate (0.95) or percent (0.95 %): 1.05 is a likely rate of execution.
AMBIGUOUS = Fraction(2)

Parsed = tuple[Fraction | None, tuple[Problem, ...]]


def parse_quantity(
    text: str,
    at: Position,
    expected: Unit,
    unit_text: str | None = None,
    unit_at: Position | None = None,
    unit_required: bool = True,
) -> Parsed:
    """A quantity in base units, or why it is none.

    `expected` gives the dimension and, where the unit may be left out, the unit. `unit_text` is a unit written apart.
    Problems: not-a-number, unknown-unit, unit-missing, unit-mismatch.

    >>> parse_quantity("5,657.15 万元", Position("x"), parse_unit("元"))
    (Fraction(56571500, 1), ())
    >>> parse_quantity("１２ 份", Position("x"), parse_unit("个"))[0]
    Fraction(12, 1)
    """
    match = _QUANTITY.fullmatch(to_half_width(text))
    number = parse_decimal(match["number"]) if match else None
    written = (match["unit"] or "") if match else ""
    if match is None or number is None or _EXPONENT.fullmatch(written):
        return None, (_not_a_number(text, at, expected),)
    place = at.shifted(match.start("unit")) if written else at
    if unit_text is not None:
        apart = to_half_width(unit_text.strip())
        if written and parse_unit(written) != parse_unit(apart):
            return None, (_two_units(written, apart, unit_at or at),)
        written, place = apart, unit_at or at
    unit, problem = _unit(written, place, expected, unit_required, text)
    return (None, (problem,)) if problem else (number * unit.factor, ())


def _unit(name: str, at: Position, expected: Unit, required: bool, text: str) -> tuple[Unit, Problem | None]:
    if name == "":
        missing = required and (expected.dimension not in _BARE or expected.factor != 1)
        return expected, _unit_missing(text, at, expected) if missing else None
    unit = parse_unit(name)
    if unit is None:
        return expected, unknown_unit(name, at)
    if unit.dimension != expected.dimension:
        return expected, _mismatch(unit, at, expected)
    return unit, None


def _two_units(written: str, apart: str, at: Position) -> Problem:
    message = Text(f"单位写了两次:“{written}”和“{apart}”", f"two units are given: “{written}” and “{apart}”")
    return Problem("unit-mismatch", at, message, Text("请只写一处。", "Write it once."))


def unknown_unit(name: str, at: Position) -> Problem:
    """The Problem of a unit nobody knows, with units that look like it."""
    message = Text(f"不认识的计量单位“{name[:20]}”", f"unknown unit “{name[:20]}”")
    hint = _similar_units(name[:20])
    fallback = Text("例如:万元、%、百分点、天、个。", "For example: 万元, %, 百分点, 天, 个.")
    return Problem("unknown-unit", at, message, hint if hint != NO_TEXT else fallback)


@lru_cache(maxsize=256)
def _similar_units(name: str) -> Text:
    return did_you_mean(name, known_units())


def _not_a_number(text: str, at: Position, expected: Unit) -> Problem:
    short = text.strip()[:40]
    message = Text(f"“{short}”不是数值", f"“{short}” is not a number")
    example = expected.show(12 * expected.factor)
    hint = Text(
        f"请写成普通小数(最多 {MAX_DIGITS} 位,不用科学计数法),例如“{example}”:负数写负号,单位写在表头或数后;"
        "只知道上下限时写“不超过3500”(个案文件里用 at_most、at_least)。",
        f"Write a plain decimal (at most {MAX_DIGITS} digits, no exponent) such as “{example}”: a minus sign for negatives, the unit in the header or "
        "behind the number; where only a bound is known write 不超过3500 (in a case file at_most, at_least).",
    )
    return Problem("not-a-number", at, message, hint)


def _unit_missing(text: str, at: Position, expected: Unit) -> Problem:
    number = parse_decimal(to_half_width(text).strip())
    if expected.name == "%" and number is not None and 0 < abs(number) <= AMBIGUOUS:
        return replace(ambiguous_percent(number, at), code="unit-missing")
    example = f"{text.strip()[:40]} {expected.name}"
    message = Text(f"“{text.strip()[:40]}”没有写计量单位", f"“{text.strip()[:40]}” has no unit")
    return Problem("unit-missing", at, message, Text(f"例如写成“{example}”。", f"Write “{example}”, for example."))


def ambiguous_percent(number: Fraction, at: Position) -> Problem:
    """The Problem of a bare number for a percentage that may be either: 0.95 is 0.95% or 95%."""
    shown, rate = decimal_text(number), decimal_text(number * 100)
    message = Text(f"“{shown}”是 {shown}% 还是 {rate}%,不能断定", f"“{shown}” may mean {shown}% or {rate}%")
    hint = Text(f"请写成“{rate}%”或“{shown}%”。", f"Write “{rate}%” or “{shown}%”.")
    return Problem("ambiguous-percent", at, message, hint)


def _mismatch(found: Unit, at: Position, expected: Unit) -> Problem:
    want = expected.name or "(无单位)"
    message = Text(
        f"单位应与“{want}”同类,实为“{found.name}”",
        f"expected a unit of the kind of “{expected.name or 'a pure number'}”, found “{found.name}”",
    )
    hint = NO_TEXT
    if {found.name, expected.name} == {"%", "百分点"}:
        hint = Text("百分点是两个比率之差,与 % 不同。", "百分点 is a difference of two rates, not a rate.")
    return Problem("unit-mismatch", at, message, hint)


def check_range(value: Fraction, allowed: Interval, whole: bool, unit: Unit, at: Position) -> tuple[Problem, ...]:
    """Whether a value in base units lies in the allowed range, and is whole where it must be."""
    if not allowed.contains(value):
        shown, bounds = unit.show(value), range_text(allowed, unit)
        message = Text(f"{shown} 超出允许范围({bounds.zh})", f"{shown} is out of range ({bounds.en})")
        hint = Text("请核对数值和单位。", "Check the figure and its unit.")
        return (Problem("out-of-range", at, message, hint),)
    if whole and value.denominator != 1:
        shown = unit.show(value)
        message = Text(f"{shown} 不是整数,计数应为整数", f"{shown} is not whole, and counts are")
        hint = Text("确可为小数时,在数据项写 whole: false。", "If it may be a fraction, give the concept whole: false.")
        return (Problem("out-of-range", at, message, hint),)
    return ()


def range_text(allowed: Interval, unit: Unit) -> Text:
    """A range for a message."""
    low = "" if allowed.lo is None else unit.show(allowed.lo)
    high = "" if allowed.hi is None else unit.show(allowed.hi)
    if low and high:
        return Text(f"{low} 至 {high}", f"{low} to {high}")
    return Text(f"不小于 {low}", f"at least {low}") if low else Text(f"不大于 {high}", f"at most {high}")


def parse_date(text: str) -> date | None:
    """A day written 2017-12-31 or 2017年12月31日; None if it is no day of the calendar.

    >>> parse_date("2017年12月31日"), parse_date("2017-02-29")
    (datetime.date(2017, 12, 31), None)
    """
    match = _DATE.fullmatch(to_half_width(text.strip()))
    if match is None:
        return None
    year, month, day = (int(group) for group in match.groups() if group is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def bad_date(text: str, at: Position) -> Problem:
    """The Problem of a text that is no day."""
    message = Text(f"“{text[:40]}”不是有效日期", f"“{text[:40]}” is not a valid date")
    hint = Text("请写成 2017-12-31 或 2017年12月31日。", "Write 2017-12-31 or 2017年12月31日.")
    return Problem("bad-date", at, message, hint)
