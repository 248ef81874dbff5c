"""Where points go: by indicator the points lost, by how many units, and for which reasons most."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from facts.columns.store import literal
from facts.problem import Text
from facts.values import decimal_text
from hegui.batch.report.model import (
    Basis,
    Cell,
    Chapter,
    Grid,
    Picture,
    Stroke,
    heads,
    most,
    per_mille,
    percent,
    title_of,
)
from hegui.batch.report.reading import Reading
from hegui.batch.report.reasonwords import ReasonWords
from hegui.charts import LOSS

# So many reasons of an indicator are told, and so many indicators are drawn.
REASONS = 5
DRAWN = 25
_SHORT = "verdict IN ('partly_met', 'not_met')"


def gather_codes(reading: Reading, basis: Basis) -> None:
    """The table `codes`: what each verdict and reason code of an indicator comes to. The long table is read once for it."""
    malus = [
        one.indicator.id
        for section in basis.plan.sections
        if section.section.kind == "malus"
        for one in section.indicators
    ]
    full = "points"
    if malus:
        full = f"CASE WHEN indicator IN ({', '.join(map(literal, malus))}) THEN 0 ELSE points END"
    reading.store.run(
        "CREATE TEMP TABLE codes AS SELECT indicator, verdict, code, count(*) AS units, "
        f"sum(CASE WHEN {_SHORT} THEN {full} - score END) AS lost, sum(upper - lower) AS open "
        "FROM reasons GROUP BY indicator, verdict, code"
    )


def deductions(reading: Reading, basis: Basis) -> Chapter:
    """Points lost by indicator, and the reasons beside them."""
    (units,) = reading.one("SELECT count(*) FROM scores")
    verdicts = _verdicts(reading)
    sections = {section.section.id: section.section.title for section in basis.plan.sections}
    rows: list[tuple[Cell, ...]] = []
    lost: list[tuple[Text, Fraction, int]] = []
    for indicator in basis.indicators:
        counts = verdicts.get(indicator.indicator.id, {})
        short = sum(counts.get(verdict, (0,))[0] for verdict in ("partly_met", "not_met"))
        points = sum((counts[v][1] or Fraction(0) for v in ("partly_met", "not_met") if v in counts), Fraction(0))
        open_ = counts.get("undetermined", (0, Fraction(0), Fraction(0)))
        above = sections[indicator.indicator.section]
        rows.append(
            (
                Text(above.zh, above.en or above.zh), title_of(indicator), indicator.indicator.id, points, short,
                percent(short, units), open_[0], open_[2] or Fraction(0), counts.get("not_applicable", (0,))[0],
            )
        )  # fmt: skip
        lost.append((title_of(indicator), points, short))
    titles = heads(
        ("一级指标", "section"), ("三级指标", "indicator"), ("编号", "id"), ("共扣分", "points lost"), ("扣分单位数", "units that lost"),
        ("占比", "share"), ("待定单位数", "undetermined"), ("待定分值", "points open"), ("不适用单位数", "not applicable"),
    )  # fmt: skip
    # Equal ones stay in the order of the rules.
    ordered = [row for _, row in sorted(zip(lost, rows, strict=True), key=lambda pair: -pair[0][1])]
    grids = (Grid(titles, tuple(ordered)), _reasons(reading, basis))
    notes = (
        Text(
            "共扣分是得分确定的单位没有得到的分之和(加分项没有得到的也在内);待定分值是区间宽度之和。",
            "Points lost: what units with a determined score did not get, bonus points included; points open: the widths of "
            "the bounds, summed.",
        ),
    )
    title = Text("各三级指标的扣分", "Deductions by indicator")
    return Chapter(Text("扣分", "Deductions"), title, notes, _picture(lost), grids)


def _verdicts(reading: Reading) -> dict[str, dict[str, tuple[Any, ...]]]:
    found: dict[str, dict[str, tuple[Any, ...]]] = {}
    query = "SELECT indicator, verdict, CAST(sum(units) AS BIGINT), sum(lost), sum(open) FROM codes GROUP BY indicator, verdict"
    for indicator, verdict, *sums in reading.rows(query):
        found.setdefault(indicator, {})[verdict] = tuple(sums)
    return found


def _picture(lost: Sequence[tuple[Text, Fraction, int]]) -> tuple[Picture, ...]:
    kept = sorted((one for one in lost if one[1]), key=lambda one: -one[1])[:DRAWN]
    longest = most([points for _, points, _ in kept])
    strokes = tuple(
        Stroke(
            name,
            per_mille(points, longest),
            Text(f"{decimal_text(points)} 分 · {units} 个单位", f"{decimal_text(points)} points · {units} units"),
            LOSS,
        )
        for name, points, units in kept
    )
    return (Picture(Text("扣分最多的指标", "Indicators by points lost"), strokes),) if strokes else ()


def _reasons(reading: Reading, basis: Basis) -> Grid:
    words = ReasonWords(basis.plan.rulebook)
    found: dict[str, list[tuple[Any, ...]]] = {}
    order = "lost DESC, units DESC, code"
    query = (
        "SELECT indicator, code, CAST(sum(units) AS BIGINT) AS units, sum(lost) AS lost FROM codes "
        f"WHERE {_SHORT} GROUP BY indicator, code"
    )
    query = (
        f"SELECT * FROM ({query}) QUALIFY row_number() OVER (PARTITION BY indicator ORDER BY {order}) <= {REASONS} "
        f"ORDER BY indicator, {order}"
    )
    for indicator, *rest in reading.rows(query):
        found.setdefault(indicator, []).append(tuple(rest))
    rows = []
    for indicator in basis.indicators:
        for code, units, lost in found.get(indicator.indicator.id, ()):
            told = words.told(indicator.part, indicator.indicator.section, code)
            rows.append((title_of(indicator), told, units, lost, code))
    titles = heads(("三级指标", "indicator"), ("理由", "reason"), ("单位数", "units"), ("共扣分", "points lost"), ("理由代码", "code"))  # fmt: skip
    title = Text(
        f"扣分最多的理由(每个指标至多 {REASONS} 种)", f"Reasons that cost most (at most {REASONS} an indicator)"
    )
    return Grid(titles, tuple(rows), title=title)
