"""Rows of a table that only sum up others: told from indicators when the whole table is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from facts.report.items import Item
from facts.report.model import ClaimKind
from facts.values import ZERO

# Fewer rows than these say nothing about what a column means.
_FEW = 3


def settled(items: Sequence[Item], base: int) -> list[Item]:
    """The items of one table with rows that sum up others marked; `base` is the index of the first."""
    found = list(items)
    for level in ("group", "section"):
        for n in range(len(found)):
            rows = _summed(found, n, level)
            if rows:
                kind: ClaimKind = "section" if level == "section" else "group"
                claim = replace(found[n].claim, kind=kind)
                found[n] = replace(found[n], claim=claim, rows=tuple(base + m for m in rows))
    return _without_points(_demoted(found, base))


def _summed(items: Sequence[Item], n: int, level: str) -> list[int]:
    """The rows after one that has the name of a section or group, but of no indicator, and sums them up.

    That it does is seen by its points or its score; a row without a name of its own may also be an indicator's.
    """
    item = items[n]
    if not item.is_leaf or item.named or item.target or item.actual:
        return []
    claim = item.claim
    own = claim.group if level == "group" else claim.section
    if not own or claim.name != own:
        return []
    rows: list[int] = []
    for m in range(n + 1, len(items)):
        other = items[m].claim
        inside = other.section == claim.section and (level == "section" or other.group == claim.group)
        if other.kind == "total" or not inside:
            break
        if items[m].is_leaf:
            rows.append(m)
    fits = any(_total(items, rows, what) == getattr(claim, what) is not None for what in ("points", "score"))
    return rows if rows and fits else []


def _total(items: Sequence[Item], rows: Sequence[int], what: str) -> Fraction | None:
    values = [getattr(items[m].claim, what) for m in rows]
    return None if any(value is None for value in values) else sum(values, ZERO)


def _demoted(items: Sequence[Item], base: int) -> list[Item]:
    """Several rows of 合计 and a last one that sums them up: all but the last are of sections."""
    found = list(items)
    totals = [n for n, item in enumerate(items) if item.claim.kind == "total"]
    if len(totals) < _FEW:
        return found
    points = [items[n].claim.points for n in totals]
    last = points[-1]
    if last is None or None in points or sum((p or ZERO for p in points[:-1]), ZERO) != last:
        return found
    for start, n in zip([0, *(t + 1 for t in totals)], totals[:-1], strict=False):
        rows = tuple(base + m for m in range(start, n) if items[m].is_leaf)
        found[n] = replace(found[n], claim=replace(found[n].claim, kind="section"), rows=rows)
    return found


def _without_points(items: Sequence[Item]) -> list[Item]:
    """Where most scores are above their points the scores are out of 100 each, and the points are weights."""
    both = [i.claim for i in items if i.is_leaf and i.claim.points is not None and i.claim.score is not None]
    above = [claim for claim in both if (claim.score or ZERO) > (claim.points or ZERO)]
    if len(both) < _FEW or 2 * len(above) <= len(both):
        return list(items)
    return [replace(i, weighted=True, claim=replace(i.claim, points=None)) if i.is_leaf else i for i in items]
