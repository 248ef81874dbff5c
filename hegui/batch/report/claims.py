"""Units whose claimed total exceeds what is computed: a claim is what somebody says, the score is what the rules give."""

from __future__ import annotations

from fractions import Fraction

from facts.columns.store import literal
from facts.problem import Text
from facts.values import decimal_text
from hegui.batch.output import CLAIMS
from hegui.batch.report.model import Basis, Chapter, Grid, Picture, Stroke, heads, quotient
from hegui.batch.report.reading import Reading
from hegui.batch.report.spread import greatest
from hegui.charts import CALM, GAIN, LOSS

LISTED = 50
_JOINED = f"{CLAIMS} c JOIN scores s USING (row)"


def claims(reading: Reading, basis: Basis) -> Chapter | None:
    """Claims against scores and their bounds; None where the table has no column of claims."""
    if CLAIMS not in reading.tables:
        return None
    (units,) = reading.one("SELECT count(*) FROM scores")
    top = decimal_text(greatest(basis.plan))
    odd, beyond = reading.one(
        f"SELECT count(c.text), count(*) FILTER (c.claimed > CAST({literal(top)} AS DECIMAL(38, 9))) FROM {_JOINED}"
    )
    known, over, under, same, within, excess = reading.one(
        "SELECT count(c.claimed), count(*) FILTER (c.claimed > s.upper), count(*) FILTER (c.claimed < s.lower), "
        "count(*) FILTER (c.claimed = s.score), count(*) FILTER (s.score IS NULL AND c.claimed BETWEEN s.lower AND s.upper), "
        f"sum(CASE WHEN c.claimed > s.upper THEN c.claimed - s.upper END) FROM {_JOINED}"
    )
    counted = (
        (Text("自评高于计算结果", "claims above what is computed"), over, LOSS),
        (Text("自评低于计算结果", "claims below what is computed"), under, GAIN),
        (Text("相同", "the same"), same, CALM),
        (Text("得分未定,自评在区间内", "undetermined, the claim is within the bounds"), within, "#999"),
        (Text("自评得分读不出", "claims that cannot be read"), odd, "#ccc"),
        (Text("没有自评得分", "no claim"), units - known - odd, "#ccc"),
    )
    strokes = tuple(Stroke(name, n, Text(str(n), str(n)), colour) for name, n, colour in counted)
    mean = quotient(excess or Fraction(0), over)
    above = Text(f"其中自评高于满分 {top}", f"of these, claims above the greatest possible, {top}")
    rows = (
        *((name, n) for name, n, _ in counted),
        (above, beyond),
        (Text("高出部分的平均(4 位小数)", "mean excess (4 digits)"), mean),
    )
    notes = (
        Text(
            "自评得分是单位的说法,不是事实,不参与评分。得分未定的单位按上限比较:高于上限才算高于。",
            "A claim is what the unit says, no fact, and takes no part in the score. Undetermined units are compared with their "
            "upper bound.",
        ),
    )
    grids = (Grid(heads(("项目", "what"), ("单位数", "units")), rows), _listed(reading, top), *_unread(reading))
    title = Text("自评得分与计算结果", "Claims against what is computed")
    return Chapter(Text("自评", "Claims"), title, notes, (Picture(title, strokes),), grids)


def _unread(reading: Reading) -> tuple[Grid, ...]:
    """What stands in place of a claim, the most frequent first."""
    found = reading.rows(
        f"SELECT c.text, count(*) AS times, arg_min(s.unit, s.row) FROM {_JOINED} WHERE c.text IS NOT NULL "
        f"GROUP BY c.text ORDER BY times DESC, c.text LIMIT {LISTED}"
    )
    titles = heads(("原文", "text"), ("单位数", "units"), ("例如", "such as"))
    title = Text(f"读不出的自评得分(至多 {LISTED} 种)", f"Claims that cannot be read (at most {LISTED} texts)")
    return (Grid(titles, tuple(found), title=title),) if found else ()


def _listed(reading: Reading, top: str) -> Grid:
    rows = reading.rows(
        "SELECT s.unit, s.name, c.claimed, s.score, s.lower, s.upper, c.claimed - s.upper AS over, "
        f"c.claimed > CAST({literal(top)} AS DECIMAL(38, 9)) FROM "
        f"{_JOINED} WHERE c.claimed > s.upper ORDER BY over DESC, row LIMIT {LISTED}"
    )
    titles = heads(
        ("编号", "id"), ("单位", "unit"), ("自评得分", "claimed"), ("得分", "score"), ("下限", "lower"), ("上限", "upper"),
        ("高出", "excess"), ("", ""),
    )  # fmt: skip
    mark = Text("高于满分", "above the greatest possible")
    shown = tuple((*row[:-1], mark if row[-1] else "") for row in rows)
    return Grid(titles, shown, title=Text(f"高出最多的单位(至多 {LISTED} 个)", f"Largest excesses (at most {LISTED})"))
