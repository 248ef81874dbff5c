"""The scale of every numeric column, and what else is known of it as a whole: one pass over a loaded table."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from facts.columns.loading import Loaded
from facts.columns.model import BOUNDED, INT64, KNOWN, MAX_DIGITS, NOT_APPLICABLE, ColumnFacts, Wanted
from facts.columns.store import Store, literal
from facts.problem import Problem, Text
from facts.provenance import Position
from facts.values import exact_places, odd_part


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one pass finds of a column: cells the database read, the least and the greatest of them, how many zeros all end in."""

    count: int
    low: int | None = None
    high: int | None = None
    zeros: int = 0


def column_facts(store: Store, loaded: Loaded, at: Position) -> tuple[dict[str, ColumnFacts], tuple[Problem, ...]]:
    """By key, what is known of each column of a loaded table over the rows that are left in it."""
    found, problems = dict[str, ColumnFacts](), list[Problem]()
    total, seen = _look(store, loaded)
    for column in loaded.columns:
        facts = _of_column(store, loaded, column, total, seen[column.key])
        limit = max(abs(facts.low or 0), abs(facts.high or 0))
        if limit >= 10**MAX_DIGITS:
            problems.append(_too_wide(column, at))
        found[column.key] = facts
    return found, tuple(problems)


def _look(store: Store, loaded: Loaded) -> tuple[int, dict[str, _Seen]]:
    """One pass over all columns: how many rows there are, and what the database read in each column."""
    asked = ["count(*)"]
    for column in loaded.columns:
        m, places = f"m{column.key}", _places(loaded, column)
        asked.append(f"count({m})")
        if column.numeric:
            # Of the digits after the point, how many any value needs: the most zeros that all end in.
            zeros = " ".join(f"WHEN {m} % {10**digits} = 0 THEN {digits}" for digits in range(places, 0, -1))
            # Not by FILTER, which hands every aggregate all columns again: a thousand of them took longer than all else.
            least = f"min(CASE WHEN {m} <> 0 THEN CASE {zeros} ELSE 0 END END)" if zeros else "0"
            asked += [f"min({m})", f"max({m})", least]
    total, *answers = store.one(f"SELECT {', '.join(asked)} FROM {loaded.name}")
    rest, seen = iter(answers), dict[str, _Seen]()
    for column in loaded.columns:
        count = next(rest)
        if column.numeric:
            low, high, zeros = next(rest), next(rest), next(rest)
            seen[column.key] = _Seen(count, low, high, _places(loaded, column) if zeros is None else zeros)
        else:
            seen[column.key] = _Seen(count)
    return total, seen


def _places(loaded: Loaded, column: Wanted) -> int:
    return len(str(loaded.taken[column.key].factor.denominator)) - 1


def _of_column(store: Store, loaded: Loaded, column: Wanted, total: int, seen: _Seen) -> ColumnFacts:
    key, name = column.key, loaded.name
    statuses = {KNOWN: seen.count}
    if column in loaded.left:
        joined = f"FROM {name} c JOIN readings_{name} r ON r.key = {literal(key)} AND r.t = c.t{key}"
        for status, count in store.all(f"SELECT r.status, count(*) {joined} GROUP BY r.status"):
            statuses[status] = statuses.get(status, 0) + count
    complete = statuses[KNOWN] == total
    applies, bounded = not statuses.get(NOT_APPLICABLE), bool(statuses.get(BOUNDED))
    if not column.numeric:
        return ColumnFacts(1, None, None, complete, applies, bounded)
    values, scale = _values(store, loaded, column, seen)
    integers = [value * scale for value in values]
    assert all(number.denominator == 1 for number in integers)
    low, high = (int(min(integers)), int(max(integers))) if integers else (None, None)
    return ColumnFacts(scale, low, high, complete, applies, bounded)


def _values(store: Store, loaded: Loaded, column: Wanted, seen: _Seen) -> tuple[list[Fraction], int]:
    """Some values of a column with its least and its greatest among them, and the scale that makes all of them integers."""
    key, name, factor = column.key, loaded.name, loaded.taken[column.key].factor
    values, scale = list[Fraction](), 1
    if seen.low is not None and seen.high is not None:
        scale = _scale_of(factor * 10**seen.zeros, scale)
        values += [factor * seen.low, factor * seen.high]
    if column in loaded.left:
        joined = f"FROM {name} c JOIN readings_{name} r ON r.key = {literal(key)} AND r.t = c.t{key}"
        for pair in ("num", "lo_num", "hi_num"):
            den = pair.replace("num", "den")
            for (one,) in store.each(f"SELECT DISTINCT r.{den} {joined} WHERE r.{den} IS NOT NULL"):
                scale = _scale_of(Fraction(1, int(one)), scale)
            values += _ends(store, f"SELECT DISTINCT r.{pair}, r.{den} {joined} WHERE r.{pair} IS NOT NULL")
    return values, scale


def _ends(store: Store, query: str) -> list[Fraction]:
    ends = list[Fraction]()
    for numerator, denominator in store.each(query):
        value = Fraction(int(numerator), int(denominator))
        ends = [min(*ends, value), max(*ends, value)] if ends else [value]
    return ends


def _scale_of(step: Fraction, scale: int) -> int:
    """The least scale, a power of ten (times three and the like where a unit demands it), that makes both whole."""
    odd = lcm(odd_part(step.denominator), odd_part(scale))
    power = max(
        exact_places(step * odd_part(step.denominator)) or 0, exact_places(Fraction(odd_part(scale), scale)) or 0
    )
    return int(odd * 10**power)


def _too_wide(column: Wanted, at: Position) -> Problem:
    label = column.concept.label
    message = Text(
        f"“{label}”一列的数值位数相差过大,放不进 {MAX_DIGITS} 位整数",
        f"the values of the column {label!r} need more than {MAX_DIGITS} digits together",
    )
    hint = Text(
        "请核对最大的数值和小数位数最多的数值。", "Check its greatest values, and those with the most decimal places."
    )
    return Problem("too-many-digits", at, message, hint)


def integer_sql(loaded: Loaded, column: Wanted, facts: ColumnFacts, m: str) -> str:
    """The integer of a numeric column as SQL over the database's own reading `m`."""
    ratio = loaded.taken[column.key].factor * facts.scale
    top = max(abs(facts.low or 0), abs(facts.high or 0))
    wide = max(top, ratio.numerator, ratio.denominator) > INT64 or loaded.taken[column.key].type == "HUGEINT"
    number = f"CAST({m} AS HUGEINT)" if wide else m
    # The ratio is in lowest terms and the integer whole: the division is exact, and comes first so that nothing overflows.
    if ratio.denominator != 1:
        number = f"({number} // {ratio.denominator})"
    if ratio.numerator != 1:
        number = f"{number} * {ratio.numerator}"
    return f"CAST({number} AS {integer_type(facts)})"


def integer_type(facts: ColumnFacts) -> str:
    """The narrower of the two types of integers that holds a column."""
    return "BIGINT" if max(abs(facts.low or 0), abs(facts.high or 0)) <= INT64 else "HUGEINT"
