"""What every contender computes of a rate, once over: points in integers, whatever holds the integers.

Used by those that compute with arrays or with one unit's numbers in Python; SQL, Polars and rule engines have words of their own.
"""

from __future__ import annotations

from benchmarks.populations.workload import Indicator


def beyond(one: Indicator, numerator: int, denominator: int) -> int:
    """Percentage points beyond the limit of a deduction by the point, a part of one counted whole; 0 within it."""
    over = 100 * numerator - one.limits[0] * denominator
    over = over if one.op == "<=" else -over
    return max(0, -(-over // denominator))


def points(one: Indicator, facts: tuple[int, ...]) -> int:
    """Hundredths of points of one unit; yes is 1, no is 0. The check of the checks: plain and slow."""
    if one.kind == "yes":
        return one.points * facts[0]
    if one.kind == "checklist":
        return sum(worth * fact for worth, fact in zip(one.worth, facts, strict=True))
    numerator, denominator = facts
    if denominator == 0:
        return one.points
    if one.kind == "per_unit":
        return max(0, one.points - one.worth[0] * beyond(one, numerator, denominator))
    if one.kind == "threshold":
        rate, limit = 100 * numerator, one.limits[0] * denominator
        return one.points if (rate <= limit if one.op == "<=" else rate >= limit) else 0
    for limit, worth in zip(one.limits, one.worth, strict=True):
        if 100 * numerator >= limit * denominator:
            return worth
    return 0
