"""Units whose claimed total exceeds what is computed: a claim is what somebody says, the score is what the rules give."""

from __future__ import annotations

from fractions import Fraction

from facts.problem import Text
from hegui.batch.output import CLAIMS
from hegui.batch.report.model import Basis, Chapter, Grid, Picture, Stroke, heads, quotient
from hegui.batch.report.reading import Reading
from hegui.charts import CALM, GAIN, LOSS

LISTED = 50
_JOINED = f"{CLAIMS} c JOIN scores s USING (row)"


def claims(reading: Reading, basis: Basis) -> Chapter | None:
    """Claims against scores and their bounds; None where the table has no column of claims."""
    if CLAIMS not in reading.tables:
        return None
    (units,) = reading.one("SELECT count(*) FROM scores")
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
        (Text("没有可读的自评得分", "no claim that can be read"), units - known, "#ccc"),
    )
    strokes = tuple(Stroke(name, n, Text(str(n), str(n)), colour) for name, n, colour in counted)
    mean = quotient(excess or Fraction(0), over)
    rows = (*((name, n) for name, n, _ in counted), (Text("高出部分的平均(4 位小数)", "mean excess (4 digits)"), mean))
    notes = (
        Text(
            "自评得分是单位的说法,不是事实,不参与评分。得分未定的单位按上限比较:高于上限才算高于。",
            "A claim is what the unit says, no fact, and takes no part in the score. Undetermined units are compared with their "
            "upper bound.",
        ),
    )
    grids = (Grid(heads(("项目", "what"), ("单位数", "units")), rows), _listed(reading))
    title = Text("自评得分与计算结果", "Claims against what is computed")
    return Chapter(Text("自评", "Claims"), title, notes, (Picture(title, strokes),), grids)


def _listed(reading: Reading) -> Grid:
    rows = reading.rows(
        "SELECT s.unit, s.name, c.claimed, s.score, s.lower, s.upper, c.claimed - s.upper AS over FROM "
        f"{_JOINED} WHERE c.claimed > s.upper ORDER BY over DESC, row LIMIT {LISTED}"
    )
    titles = heads(
        ("编号", "id"), ("单位", "unit"), ("自评得分", "claimed"), ("得分", "score"), ("下限", "lower"), ("上限", "upper"),
        ("高出", "excess"),
    )  # fmt: skip
    return Grid(
        titles, tuple(rows), title=Text(f"高出最多的单位(至多 {LISTED} 个)", f"Largest excesses (at most {LISTED})")
    )
