"""Cells a database can read by itself, as SQL: plain numerals, exact numbers, words of a list. All others are left to people's reader.

What is taken here is exactly what `cells.ColumnReader` would make of it; tests/facts/columns holds it to that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor, gcd

from facts.columns.model import INT64, MAX_DIGITS, MAX_PLACES, MAX_WHOLE
from facts.columns.store import literal
from facts.units import RATE
from facts.values import exact_places, odd_part
from facts.vocabulary import NO, YES, Concept

# Digits after the point that a column takes; a column that mostly has more takes the second, and wider integers.
PLACES, MANY_PLACES = 6, 18
_SPACE = "".join(
    map(
        chr,
        (
            *range(9, 14),
            *range(28, 33),
            0x85,
            0xA0,
            0x1680,
            *range(0x2000, 0x200B),
            0x2028,
            0x2029,
            0x202F,
            0x205F,
            0x3000,
        ),
    )
)
_CLASS = "".join(f"\\x{{{ord(space):x}}}" for space in _SPACE)
_MOST_WHOLE = 12
_WHOLE = "(?:[0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3}){1,3})"
# What no number that is taken comes to, and the database still reads as an integer.
_NEVER = 17 * 10**37
_DECIMAL = re.compile(r"DECIMAL\(([0-9]+),([0-9]+)\)")
_SMALL = frozenset(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"))
# Words of which none is a way to write nothing, and none is changed by being read.
_PLAIN_WORDS = "[\\x{4e00}-\\x{9fff}A-Za-z0-9，。、（）“”：；,.()-]{5,500}"


@dataclass(frozen=True, slots=True)
class Fast:
    """SQL over `x` (the cell as the relation has it): what is taken of it, NULL for the rest; `test`, over that as `m`.

    A number is an integer that counts `factor` base units each.
    """

    sql: str
    type: str
    factor: Fraction = Fraction(1)
    test: str = ""
    # No number that is taken lies further from zero.
    most: int = 10**MAX_DIGITS


def stripped(raw: str, kind: str) -> str:
    """A cell's text without white space at its ends, NULL for nothing."""
    if kind == "LINE":
        return raw
    if kind != "VARCHAR":
        return f"CAST({raw} AS VARCHAR)"
    # Taking off any of many characters is slow; looking for them is not.
    ends = f"regexp_matches({raw}, '^[{_CLASS}]|[{_CLASS}]$')"
    return f"nullif(CASE WHEN {ends} THEN trim({raw}, {literal(_SPACE)}) ELSE {raw} END, '')"


def fast(concept: Concept, kind: str, bare: Fraction | None, many_places: bool = False) -> Fast:
    """What the database reads of a column of that type; `bare`: the base units of a numeral without unit."""
    if concept.type in ("quantity", "score"):
        return _ranged(_amount(concept, kind, bare, many_places), concept)
    if concept.type == "date":
        days = "date_diff('day', DATE '0001-01-01', x) + 1"
        taken = f"CASE WHEN x BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' THEN CAST({days} AS BIGINT) END"
        return Fast(taken if kind == "DATE" else "CAST(NULL AS BIGINT)", "BIGINT")
    if kind == "BOOLEAN" and concept.type == "boolean":
        return Fast(f"CASE WHEN x THEN {literal(YES)} WHEN NOT x THEN {literal(NO)} END", "VARCHAR")
    if kind not in ("LINE", "VARCHAR"):
        return Fast("CAST(NULL AS VARCHAR)", "VARCHAR")
    if concept.type == "text":
        return Fast(f"CASE WHEN regexp_full_match(x, '{_PLAIN_WORDS}') THEN x END", "VARCHAR")
    choices = (YES, NO) if concept.type == "boolean" else concept.choices
    plain = [choice for choice in choices if choice == choice.strip() and not re.search(r"[\\\x00-\x1f]", choice)]
    listed = ", ".join(map(literal, plain)) or "NULL"
    return Fast(f"CASE WHEN x IN ({listed}) THEN x END", "VARCHAR")


def _amount(concept: Concept, kind: str, bare: Fraction | None, many_places: bool) -> Fast:
    decimal = _DECIMAL.fullmatch(kind)
    if kind in ("LINE", "VARCHAR"):
        return _numeral(concept, bare, many_places)
    if bare is None:
        return Fast("CAST(NULL AS BIGINT)", "BIGINT")
    if kind in _SMALL:
        return Fast("CAST(x AS BIGINT)", "BIGINT", bare, most=INT64)
    if kind in ("UBIGINT", "HUGEINT"):
        sql = "CASE WHEN x BETWEEN -1e30::HUGEINT AND 1e30::HUGEINT THEN CAST(x AS HUGEINT) END"
        return Fast(sql, "HUGEINT", bare, most=10**30)
    if decimal is not None:
        width, places = int(decimal[1]), int(decimal[2])
        factor, most = bare / 10**places, 10**width
        if width > 18:
            digits = "CAST(replace(CAST(x AS VARCHAR), '.', '') AS HUGEINT)"
            return Fast(f"CASE WHEN abs(x) < 1e17 THEN {digits} END", "HUGEINT", factor, most=most)
        digits = f"CAST(CAST(x AS DECIMAL(38,{places})) * {10**places} AS BIGINT)"
        return Fast(digits, "BIGINT", factor, most=most)
    if kind == "DOUBLE":
        return _double(bare, many_places)
    return Fast("CAST(NULL AS BIGINT)", "BIGINT", bare)


def _numeral(concept: Concept, bare: Fraction | None, many_places: bool) -> Fast:
    """Numerals, with the percent sign too where the column counts in percent or its header names no unit."""
    percent = Fraction(1, 100)
    rate = concept.dimension == RATE and bare in (None, percent)
    unit = bare if bare is not None else percent if rate else None
    if unit is None:
        return Fast("CAST(NULL AS BIGINT)", "BIGINT")
    sign = "%" if rate and bare is None else "%?" if rate else ""
    places = MANY_PLACES if many_places else PLACES
    pattern = f"[+-]?{_WHOLE}(?:[.][0-9]{{1,{places}}})?{sign}"
    plain = (
        "replace(replace(replace(x, ',', ''), '%', ''), '+', '')" if rate else "replace(replace(x, ',', ''), '+', '')"
    )
    number = _wide(plain) if many_places else f"CAST(TRY_CAST({plain} AS DECIMAL(30,6)) * 1000000 AS BIGINT)"
    sql = f"CASE WHEN regexp_full_match(x, '{pattern}') THEN {number} END"
    return Fast(sql, "HUGEINT" if many_places else "BIGINT", unit / 10**places, most=10 ** (_MOST_WHOLE + places))


def _wide(text: str) -> str:
    padded = f"rpad(split_part({text}, '.', 2), {MANY_PLACES}, '0')"
    return f"TRY_CAST(split_part({text}, '.', 1) || {padded} AS HUGEINT)"


def _double(bare: Fraction, many_places: bool) -> Fast:
    """Binary fractions by their shortest decimal.

    An integer below 10^15 over a power of ten gives back the very same number only if it is that decimal: no two decimals
    of fifteen digits are one binary fraction, and the division of two exact numbers is rounded right.
    """
    if many_places:
        text = "CAST(x AS VARCHAR)"
        pattern = f"-?[0-9]{{1,15}}[.][0-9]{{1,{MANY_PLACES}}}"
        return Fast(
            f"CASE WHEN regexp_full_match({text}, '{pattern}') THEN {_wide(text)} END",
            "HUGEINT",
            bare / 10**MANY_PLACES,
            most=10 ** (15 + MANY_PLACES),
        )
    six = "abs(x) < 1e9 AND round(x * 1e6) / 1e6 = x"
    two = "abs(x) < 1e12 AND round(x * 1e2) / 1e2 = x"
    sql = (
        f"CASE WHEN {six} THEN CAST(round(x * 1e6) AS BIGINT) "
        f"WHEN {two} THEN CAST(round(x * 1e2) AS BIGINT) * 10000 END"
    )
    return Fast(sql, "BIGINT", bare / 10**PLACES, most=10**18)


def _ranged(taken: Fast, concept: Concept) -> Fast:
    """Only what lies in the concept's range, has not too many digits, and is whole where it must be: the reader says why not."""
    tests = _short(taken)
    if concept.minimum is not None and (low := ceil(concept.minimum / taken.factor)) > -taken.most:
        tests.append(f"m >= {min(low, _NEVER)}")
    if concept.maximum is not None and (high := floor(concept.maximum / taken.factor)) < taken.most:
        tests.append(f"m <= {max(high, -_NEVER)}")
    if concept.whole:
        # m * numerator / denominator is whole
        divisor = taken.factor.denominator // gcd(taken.factor.numerator, taken.factor.denominator)
        if divisor > 1:
            tests.append(f"m % {divisor} = 0")
    return replace(taken, test=" AND ".join(tests))


def _short(taken: Fast) -> list[str]:
    """That there are not more digits than a column takes, where the type has room for more."""
    tests, limit = [], ceil(MAX_WHOLE / taken.factor) - 1
    if limit < taken.most:
        tests.append(f"m BETWEEN {-limit} AND {limit}")
    places = exact_places(taken.factor * odd_part(taken.factor.denominator)) or 0
    if places > MAX_PLACES:
        tests.append(f"m % {10 ** (places - MAX_PLACES)} = 0")
    return tests
