"""Bunching: whether more units lie just on the better side of a limit than just on the other, beyond what chance gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from facts.columns.store import literal
from facts.problem import Text
from hegui.batch.report.binomial import Tail, tail
from hegui.batch.report.model import Basis, Cell, Chapter, Grid, Picture, Stroke, heads
from hegui.batch.report.reading import Reading
from hegui.batch.report.thresholds import Limit, limits
from hegui.charts import CALM, LOSS

# How far to look to either side, in percent of the limit: the first with so many units is taken.
WIDTHS = (1, 2, 5)
ENOUGH = 20
# Fewer different values than this to a side, and what lies there says nothing about anybody's choice.
VARIED = 5
# Told as conspicuous below this, divided by how many limits were tried.
_ODD = Fraction(1, 100)


@dataclass(frozen=True, slots=True)
class Tried:
    """A limit with the units around it; `odds` of so many on the better side, with those exactly at the limit and without."""

    limit: Limit
    width: int
    better: int
    at: int
    worse: int
    odds: Tail
    strictly: Tail


def bunching(reading: Reading, basis: Basis) -> Chapter:
    """Every limit that enough units lie near."""
    found = limits(basis.plan)
    tried = tuple(one for one in (_tried(limit, *row) for limit, row in _counted(reading, found)) if one is not None)
    bound = _ODD / len(tried) if tried else _ODD
    odd = [one for one in tried if _below(one.odds, bound) and _below(one.strictly, bound)]
    notes = (
        Text(
            f"规则里有 {len(found)} 处界限,其中 {len(tried)} 处附近的单位够多、数值够分散,可以检验。",
            f"The rules have {len(found)} limits; near {len(tried)} of them lie enough units with enough different values to test.",
        ),
        Text(
            "p:假如单位落在界限哪一侧纯属偶然(各二分之一),有利一侧至少有这么多单位的概率(二项分布上尾)。两个 p(含、不含恰在界限上的单位)"
            "乘以检验的处数后都小于 1% 的标为“异常”。",
            "p: the chance of at least so many units on the better side if each side were as likely (upper tail of the binomial). "
            "Marked where both p (with and without units exactly at the limit), times the number of limits tested, are below 1%.",
        ),
        Text(
            "异常只是值得查看的理由,不是问题的证明:单位本来就会按界限安排工作,数据的分布也可能自有原因。",
            "A mark is a reason to look, no proof of anything: units plan for the limit, and measures may be spread so by themselves.",
        ),
    )
    rows = tuple(_row(one, one in odd) for one in tried)
    titles = heads(
        ("指标", "indicator"), ("编号", "id"), ("界限", "limit"), ("宽度", "width"), ("有利一侧", "better side"), ("恰在界限", "at the limit"),
        ("不利一侧", "worse side"), ("p", "p"), ("p(不含恰在界限)", "p without those at it"), ("", ""),
    )  # fmt: skip
    title = Text("界限附近的聚集", "Bunching at thresholds")
    return Chapter(Text("界限聚集", "Bunching"), title, notes, _pictures(odd), (Grid(titles, rows),))


def _below(odds: Tail, bound: Fraction) -> bool:
    return odds.value < bound or (odds.below and odds.value <= bound)


def _name(limit: Limit) -> Text:
    if limit.indicator is None:
        return Text(f"总分(等级“{limit.name.zh}”)", f"total score (grade {limit.name.en})")
    return limit.name


def _row(one: Tried, odd: bool) -> tuple[Cell, ...]:
    limit = one.limit
    sign = (("≥" if limit.within else ">") if limit.above else ("≤" if limit.within else "<")) + " "
    inner = "" if limit.indicator is None else limit.indicator.indicator.id
    mark: Cell = Text("异常", "conspicuous") if odd else ""
    return (
        _name(limit), inner, sign + limit.shown, f"{one.width}%", one.better, one.at, one.worse, one.odds.told(),
        one.strictly.told(), mark,
    )  # fmt: skip


def _pictures(odd: Sequence[Tried]) -> tuple[Picture, ...]:
    strokes = []
    for one in odd:
        name = _name(one.limit)
        for said, count, colour in (
            (Text("有利", "better"), one.better, LOSS),
            (Text("不利", "worse"), one.worse, CALM),
        ):
            label = Text(f"{one.limit.shown} {said.zh} {name.zh}", f"{one.limit.shown} {said.en} {name.en}")
            strokes.append(Stroke(label, count, Text(str(count), str(count)), colour))
    return (Picture(Text("聚集异常的界限", "Conspicuous limits"), tuple(strokes)),) if strokes else ()


def _tried(limit: Limit, at: int, counts: Sequence[tuple[int, int]], varied: tuple[int, int]) -> Tried | None:
    """The narrowest width with enough units; None where there are too few, or too few different values, to say anything."""
    if min(varied) < VARIED:
        return None
    for width, (below, above) in zip(WIDTHS, counts, strict=True):
        better, worse = (above, below) if limit.above else (below, above)
        if better + worse >= ENOUGH:
            with_at = (better + at, worse) if limit.within else (better, worse + at)
            return Tried(
                limit, width, with_at[0], at, with_at[1], tail(with_at[0], sum(with_at)), tail(better, better + worse)
            )
    return None


# --- counting ---------------------------------------------------------------------------------------------------------

_Counts = tuple[int, list[tuple[int, int]], tuple[int, int]]


def _counted(reading: Reading, found: Sequence[Limit]) -> list[tuple[Limit, _Counts]]:
    """How many units lie at and near each limit; measures are compared by cross-multiplication, in whole numbers.

    What does not fit into the widest integers lies too far from any limit to be near it, and is left out.
    """
    numbered = [(n, one) for n, one in enumerate(found) if one.value]
    rows = {row[0]: row[1:] for row in reading.rows(_query(numbered))} if numbered else {}
    result: list[tuple[Limit, _Counts]] = []
    for n, limit in numbered:
        if n in rows:
            at, *rest = rows[n]
            pairs = [(rest[2 * i], rest[2 * i + 1]) for i in range(len(WIDTHS))]
            result.append((limit, (at, pairs, (rest[-2], rest[-1]))))
    return result


def _query(numbered: Sequence[tuple[int, Limit]]) -> str:
    listed = ", ".join(
        f"({n}, {literal(one.indicator.indicator.id if one.indicator else '')}, CAST({one.value.numerator} AS HUGEINT), "
        f"CAST({one.value.denominator} AS HUGEINT))"
        for n, one in numbered
    )
    whole = "SELECT '' AS indicator, CAST(CAST(score AS DECIMAL(38, 9)) * 1000000000 AS HUGEINT) AS n, CAST(1000000000 AS HUGEINT) AS d"
    measured = "SELECT indicator, CAST(measure_num AS HUGEINT) AS n, CAST(measure_den AS HUGEINT) AS d"
    units = (
        f"{measured} FROM reasons WHERE measure_num IS NOT NULL UNION ALL {whole} FROM scores WHERE score IS NOT NULL"
    )
    far = f"SELECT k, TRY(n * q - p * d) AS far, TRY(d * abs(p)) AS base FROM ({units}) JOIN limits USING (indicator)"
    near = f"SELECT k, far, base FROM ({far}) WHERE TRY(abs(far) * 100 <= {WIDTHS[-1]} * base)"
    counts = ", ".join(
        f"count(*) FILTER (far {sign} 0 AND abs(far) * 100 <= {width} * base)"
        for width in WIDTHS
        for sign in ("<", ">")
    )
    # Values alike to six digits of the limit are the same value.
    varied = ", ".join(
        f"count(DISTINCT CASE WHEN far {sign} 0 THEN far * 1000 // (base // 1000 + 1) END)" for sign in ("<", ">")
    )
    return (
        f"WITH limits(k, indicator, p, q) AS (VALUES {listed}) SELECT k, count(*) FILTER (far = 0), {counts}, {varied} "
        f"FROM ({near}) GROUP BY k"
    )
