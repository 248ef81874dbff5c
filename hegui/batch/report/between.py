"""Two runs side by side, two years or two rulebooks: who moved, by how much, through which indicators, between which grades."""

from __future__ import annotations

from fractions import Fraction

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
    quotient,
    title_of,
)
from hegui.batch.report.reading import Reading
from hegui.batch.report.spread import LISTED, histogram
from hegui.charts import GAIN, LOSS

DRAWN = 25
# Units of both runs whose score is determined in both; `score` is how much it moved.
_MOVED = (
    "SELECT n.unit, n.name, o.score AS before, n.score AS after, n.score - o.score AS score, n.row FROM old_scores o "
    "JOIN new_scores n USING (unit) WHERE o.score IS NOT NULL AND n.score IS NOT NULL"
)


def between(reading: Reading, basis: Basis) -> tuple[Chapter, ...]:
    """Every chapter, over the tables `old_scores`, `old_reasons`, `new_scores` and `new_reasons`; `basis` is that of the new run."""
    found = (_moves(reading), _grades(reading, basis), _indicators(reading, basis), _units(reading))
    return tuple(chapter for chapter in found if chapter is not None)


def _moves(reading: Reading) -> Chapter:
    only_old, only_new, both = reading.one(
        "SELECT count(*) FILTER (n.unit IS NULL), count(*) FILTER (o.unit IS NULL), count(*) FILTER (o.unit = n.unit) "
        "FROM old_scores o FULL JOIN new_scores n ON o.unit = n.unit"
    )
    known, up, down, low, high, total = reading.one(
        "SELECT count(*), count(*) FILTER (score > 0), count(*) FILTER (score < 0), min(score), max(score), sum(score) "
        f"FROM ({_MOVED})"
    )
    rows: list[tuple[Cell, ...]] = [
        (Text("两次都有的单位", "units of both"), both),
        (Text("只在前一次的", "only in the first"), only_old),
        (Text("只在后一次的", "only in the second"), only_new),
        (Text("两次得分都确定的", "with a determined score in both"), known),
        (Text("升高", "higher"), up),
        (Text("降低", "lower"), down),
        (Text("不变", "the same"), known - up - down),
    ]
    pictures: tuple[Picture, ...] = ()
    if known:
        rows.append((Text("平均变动(4 位小数)", "mean change (4 digits)"), quotient(total, known)))
        pictures = histogram(reading, _MOVED, low, high, Text("各变动幅度的单位数", "Units by change"))
    note = Text(
        "按单位编号对应;只有两次得分都确定的单位才算变动。",
        "Units are matched by id; only those whose score is determined in both runs have a change.",
    )
    grids = (Grid(heads(("项目", "what"), ("数", "figure")), tuple(rows)),)
    return Chapter(Text("变动", "Changes"), Text("得分的变动", "How scores changed"), (note,), pictures, grids)


def _grades(reading: Reading, basis: Basis) -> Chapter | None:
    scale = basis.plan.rulebook.grades
    if scale is None:
        return None
    counted = reading.rows(
        "SELECT o.grade, n.grade, count(*) FROM old_scores o JOIN new_scores n USING (unit) GROUP BY o.grade, n.grade"
    )
    found = {(old, new): count for old, new, count in counted}
    names: list[str | None] = [step.grade for step in scale.steps]
    names += sorted({one for pair in found for one in pair if one is not None} - set(names))  # those of another scale
    names.append(None)
    longest = max(found.values(), default=1)
    rows, shades = [], []
    for old in names:
        counts = [found.get((old, new), 0) for new in names]
        rows.append((_named(old), *counts))
        shades.append((None, *(count * 1000 // longest or None for count in counts)))
    titles = (Text("前一次 ↓ 后一次 →", "first ↓ second →"), *(_named(one) for one in names))
    title = Text("等级的变动", "How grades changed")
    return Chapter(Text("等级", "Grades"), title, (), (), (Grid(titles, tuple(rows), tuple(shades)),))


def _named(grade: str | None) -> Text:
    return Text("未定", "undetermined") if grade is None else Text(grade, grade)


def _indicators(reading: Reading, basis: Basis) -> Chapter:
    moved = {
        row[0]: row[1:]
        for row in reading.rows(
            "SELECT indicator, sum(n.score - o.score), count(*) FILTER (n.score > o.score), count(*) FILTER (n.score < o.score) "
            "FROM old_reasons o JOIN new_reasons n USING (unit, indicator) WHERE o.score IS NOT NULL AND n.score IS NOT NULL "
            "GROUP BY indicator"
        )
    }
    listed = [
        (title_of(one), one.indicator.id, *moved[one.indicator.id])
        for one in basis.indicators
        if one.indicator.id in moved
    ]
    # The points that went and those that came: what cancels out in the sum still counts as movement.
    listed = sorted((one for one in listed if one[3] or one[4]), key=lambda one: (-abs(one[2]), one[1]))
    longest = most([one[2] for one in listed])
    strokes = tuple(
        Stroke(one[0], per_mille(one[2], longest), _signed(one[2]), GAIN if one[2] > 0 else LOSS)
        for one in listed[:DRAWN]
        if one[2]
    )
    titles = heads(
        ("三级指标", "indicator"), ("编号", "id"), ("合计变动", "change in all"), ("升高的单位", "units higher"), ("降低的单位", "units lower")
    )  # fmt: skip
    title = Text("变动最大的指标", "Indicators that changed most")
    pictures = (Picture(title, strokes),) if strokes else ()
    return Chapter(Text("指标", "Indicators"), title, (), pictures, (Grid(titles, tuple(listed)),))


def _units(reading: Reading) -> Chapter:
    grids = []
    for order, sign, title in (
        ("DESC", ">", Text("升高最多的单位", "Units that rose most")),
        ("ASC", "<", Text("降低最多的单位", "Units that fell most")),
    ):
        rows = reading.rows(
            f"SELECT unit, name, before, after, score FROM ({_MOVED}) WHERE score {sign} 0 "
            f"ORDER BY score {order}, row LIMIT {LISTED}"
        )
        titles = heads(("编号", "id"), ("单位", "unit"), ("前一次", "first"), ("后一次", "second"), ("变动", "change"))
        grids.append(Grid(titles, tuple(rows), title=title))
    return Chapter(Text("单位", "Units"), Text("变动最多的单位", "Units that changed most"), (), (), tuple(grids))


def _signed(value: Fraction) -> Text:
    text = ("+" if value > 0 else "") + decimal_text(value)
    return Text(text, text)
