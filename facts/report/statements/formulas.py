"""Statements about sums a report writes out: 113÷120×100%=94.17%, 25×93.44%=23.36分."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from facts.report.lines import Line
from facts.report.statements.model import Statement
from facts.units import parse_unit

_NUMBER = r"\d[\d,]*(?:\.\d+)?"
_OPERAND = rf"{_NUMBER}(?:[%分]|[一-鿿]{{1,3}})?"
# The result may be rounded once more: =9.66分≈9.7分 is read up to the first.
_FORMULA = re.compile(
    rf"(?<![\d.,×÷*+(/-])(?P<sum>[(]?{_OPERAND}(?:[×÷*/+-][(]?{_OPERAND}[)]?){{1,6}})"
    rf"(?:=|≈|(?:计算)?(?:得分|得)为?)(?P<result>{_OPERAND})(?![×÷*/+(\d])"
)
_TOKEN = re.compile(rf"({_NUMBER})([%分]|[一-鿿]{{1,3}})?|([×÷*/+()-])")
# A rate written without its sign, an amount without its 万 or 亿.
_UNSAID = (100, Fraction(1, 10_000), Fraction(1, 100_000_000))
_MARKS = {"*": "×", "/": "÷"}
# An operator binds as tightly as this.
_BINDS = {"+": 1, "-": 1, "×": 2, "÷": 2}


@dataclass(frozen=True, slots=True)
class _Term:
    """An operand: its value, and how far the number written may be from it."""

    value: Fraction
    unit: str
    places: int


def formula_statements(line: Line) -> Iterator[Statement]:
    """Each formula with its result, where both can be read."""
    for match in _FORMULA.finditer(line.text):
        value, result = _evaluate(match["sum"]), _term(match["result"])
        if value is None or result is None:
            continue
        own = Fraction(1, 10**result.places) / (100 if result.unit == "%" else 1)
        # A result that is cut off rather than rounded is no contradiction.
        stated, slack = result.value, own
        if any(abs(value * scale - stated) <= slack * max(1, scale) for scale in _UNSAID):
            continue
        yield Statement(
            {
                "subject_words": match["sum"],
                "sum_words": match["sum"],
                "formula_value": stated,
                "formula_due": value,
                "rounding_slack": slack,
            },
            (line.place(*match.span("result")), line.place(*match.span("sum"))),
            unit="" if result.unit == "%" else result.unit,
        )


def _term(text: str) -> _Term | None:
    match = _TOKEN.fullmatch(text)
    if match is None or match[3]:
        return None
    number = match[1].replace(",", "")
    unit = match[2] or ""
    known = parse_unit(unit) if unit not in ("", "%", "分") else None
    factor = Fraction(1, 100) if unit == "%" else known.factor if known else Fraction(1)
    return _Term(Fraction(number) * factor, unit, len(number.partition(".")[2]))


def _evaluate(text: str) -> Fraction | None:
    """The value of a sum in marks of the four operations and brackets; None where it is no such sum."""
    values: list[Fraction] = []
    marks: list[str] = []
    for match in _TOKEN.finditer(text):
        if match[1]:
            term = _term(match[0])
            if term is None:
                return None
            values.append(term.value)
            continue
        mark = _MARKS.get(match[3], match[3])
        if mark == "(":
            marks.append(mark)
        elif not _settle(values, marks, 0 if mark == ")" else _BINDS[mark]):
            return None
        elif mark == ")":
            if not marks or marks.pop() != "(":
                return None
        else:
            marks.append(mark)
    settled = _settle(values, marks, 0)
    return values[0] if settled and not marks and len(values) == 1 else None


def _settle(values: list[Fraction], marks: list[str], binds: int) -> bool:
    """Work off the marks that bind at least as tightly; False where that cannot be."""
    while marks and marks[-1] != "(" and _BINDS[marks[-1]] >= max(binds, 1):
        if len(values) < 2:
            return False
        right, left = values.pop(), values.pop()
        result = _apply(marks.pop(), left, right)
        if result is None:
            return False
        values.append(result)
    return True


def _apply(mark: str, left: Fraction, right: Fraction) -> Fraction | None:
    match mark:
        case "+":
            return left + right
        case "-":
            return left - right
        case "×":
            return left * right
        case _:
            return left / right if right else None


def readable(texts: Sequence[str]) -> list[Fraction | None]:
    """The values of several sums.

    >>> [str(value) for value in readable(["113÷120×100%", "25×93.44%", "(10-4)÷3"])]
    ['113/120', '584/25', '2']
    """
    return [_evaluate(text) for text in texts]
