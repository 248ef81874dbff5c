"""Chapters of the whole: how scores are spread, what grades were given, which units lie furthest out."""

from __future__ import annotations

from fractions import Fraction

from engine.plan import Plan
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
    quotient,
)
from hegui.batch.report.reading import Reading
from hegui.charts import CALM, GAIN, LOSS

# Widths of a bar, from the narrowest; the first that makes do with so many bars is taken.
_WIDTHS = (1, 2, 5)
_BARS = 20
LISTED = 20
_QUIET = "#999"


def spread(reading: Reading, basis: Basis) -> Chapter:
    """Distribution of scores."""
    units, scored, low, high, total = reading.one(
        "SELECT count(*), count(score), min(score), max(score), sum(score) FROM scores"
    )
    rows: list[tuple[Cell, ...]] = [
        (Text("评了的单位", "units scored"), units),
        (Text("得分确定的单位", "units whose score is determined"), scored),
        (Text("得分未定的单位(只有区间)", "undetermined units (bounds only)"), units - scored),
    ]
    if scored:
        tenths = ", ".join(f"quantile_disc(score, {share})" for share in ("0.1", "0.25", "0.5", "0.75", "0.9"))
        tenth, quarter, half, three, nine = reading.one(f"SELECT {tenths} FROM scores WHERE score IS NOT NULL")
        rows += [
            (Text("平均分(4 位小数)", "mean (4 digits)"), quotient(total, scored)),
            (Text("最低分", "lowest"), low),
            (Text("十分位", "10th percentile"), tenth),
            (Text("下四分位", "lower quartile"), quarter),
            (Text("中位数", "median"), half),
            (Text("上四分位", "upper quartile"), three),
            (Text("九十分位", "90th percentile"), nine),
            (Text("最高分", "highest"), high),
        ]
    notes = [
        Text("得分未定的单位不计入分布和平均。", "Undetermined units take no part in the distribution and the mean.")
    ]
    if not reading.exact:
        notes.append(
            Text(
                "本次有的得分不是有限小数,汇总前按 9 位小数四舍五入。",
                "Some scores of this run are no finite decimals; they are rounded to 9 digits before they are summed.",
            )
        )
    if basis.manifest["state"] == "failed":
        notes.insert(
            0,
            Text(
                "抽样复核未通过:列式计算与引擎不一致,本报告的数不可采用!",
                "The sample check failed: columns and engine disagree. Do not use the figures of this report!",
            ),
        )
    title = Text("各分数段的单位数", "Units by score")
    query, top = "SELECT score FROM scores WHERE score IS NOT NULL", greatest(basis.plan)
    picture = histogram(reading, query, low, high, title, top) if scored else ()
    grid = Grid(heads(("项目", "what"), ("数", "figure")), tuple(rows))
    return Chapter(
        Text("得分分布", "Scores"), Text("得分分布", "Distribution of scores"), tuple(notes), picture, (grid,)
    )


def greatest(plan: Plan) -> Fraction:
    """The points there are: of all sections that give any, within the cap of the whole."""
    given = sum((one.section.points for one in plan.sections if one.section.kind != "malus"), Fraction(0))
    cap = plan.rulebook.cap
    return given if cap is None else min(given, cap)


def histogram(
    reading: Reading, query: str, low: Fraction, high: Fraction, title: Text, top: Fraction | None = None
) -> tuple[Picture, ...]:
    """How the numbers of a query are spread; `score` is their column, `low` and `high` the least and the greatest.

    `top`: the greatest that is possible, where the last bar ends if no number lies above.
    """
    width = next(
        one * Fraction(10) ** power
        for power in range(-6, 30)
        for one in _WIDTHS
        if (high - low) / one / Fraction(10) ** power < _BARS
    )
    first = low // width
    counts = dict(
        reading.rows(
            f"SELECT CAST(floor_bin AS BIGINT), count(*) FROM (SELECT {_bin('score', width)} AS floor_bin FROM ({query})) "
            "GROUP BY floor_bin"
        )
    )
    strokes = []
    for number in range(first, max(counts) + 1):
        count = counts.get(number, 0)
        label = _range(number * width, (number + 1) * width, None if top is None or high > top else top)
        strokes.append(Stroke(Text(label, label), count, Text(str(count), str(count)), CALM))
    return (Picture(title, tuple(strokes)),)


def _range(start: Fraction, end: Fraction, top: Fraction | None) -> str:
    """Which numbers a bar holds.

    >>> _range(Fraction(98), Fraction(100), Fraction(100)), _range(Fraction(100), Fraction(102), Fraction(100))
    ('[98, 100)', '100')
    >>> _range(Fraction(100), Fraction(102), Fraction(101)), _range(Fraction(100), Fraction(102), None)
    ('[100, 101]', '[100, 102)')
    """
    if top is None or top >= end:
        return f"[{decimal_text(start)}, {decimal_text(end)})"
    return decimal_text(top) if start == top else f"[{decimal_text(start)}, {decimal_text(top)}]"


def _bin(column: str, width: Fraction) -> str:
    """SQL of the number of the bar a score lies in, in whole numbers: `//` of decimals would be one of doubles."""
    scale = 10**12
    scaled = f"CAST(CAST({column} AS DECIMAL(38, 12)) * {scale} AS HUGEINT)"
    step = int(width * scale)
    return f"({scaled} - (({scaled} % {step}) + {step}) % {step}) // {step}"


def graded(reading: Reading, basis: Basis) -> Chapter | None:
    """Grades, those not determined shown as what they may be."""
    scale = basis.plan.rulebook.grades
    if scale is None:
        return None
    (units,) = reading.one("SELECT count(*) FROM scores")
    sure = dict(reading.rows("SELECT grade, count(*) FROM scores WHERE grade IS NOT NULL GROUP BY grade"))
    maybe = reading.rows(
        "SELECT grades, count(*) AS n FROM scores WHERE grade IS NULL GROUP BY grades ORDER BY n DESC, grades"
    )
    found: list[tuple[Text, int, str]] = [
        (Text(step.grade, step.grade), sure.get(step.grade, 0), CALM) for step in scale.steps
    ]
    for grades, count in maybe:
        names = [name for name in (grades or "").split(";") if name]
        found.append((Text(f"未定({'、'.join(names)})", f"undetermined ({', '.join(names)})"), count, _QUIET))
    strokes = tuple(Stroke(name, count, Text(str(count), str(count)), colour) for name, count, colour in found)
    rows = tuple((name, count, percent(count, units)) for name, count, _ in found)
    return Chapter(
        Text("等级", "Grades"),
        Text("等级", "Grades"),
        (Text("等级未定的单位列出可能的等级。", "Undetermined units are shown with the grades they may have."),),
        (Picture(Text("各等级的单位数", "Units by grade"), strokes),),
        (Grid(heads(("等级", "grade"), ("单位数", "units"), ("占比", "share")), rows),),
    )


# --- units furthest out -----------------------------------------------------------------------------------------------

_UNITS = heads(
    ("编号", "id"), ("单位", "unit"), ("得分", "score"), ("等级", "grade"), ("与中位数之差", "from the median")
)


def outliers(reading: Reading, basis: Basis) -> Chapter:
    """Units with the lowest and the highest scores, and those with the widest bounds."""
    (median,) = reading.one("SELECT quantile_disc(score, 0.5) FROM scores WHERE score IS NOT NULL")
    grids, strokes = [], []
    for order, title in (
        ("ASC", Text("低于中位数最多的单位", "Units furthest below the median")),
        ("DESC", Text("高于中位数最多的单位", "Units furthest above the median")),
    ):
        beyond = "<" if order == "ASC" else ">"
        found = reading.rows(
            "SELECT unit, name, score, grade FROM scores WHERE score IS NOT NULL AND score "
            f"{beyond} (SELECT quantile_disc(score, 0.5) FROM scores WHERE score IS NOT NULL) "
            f"ORDER BY score {order}, row LIMIT {LISTED}"
        )
        grids.append(Grid(_UNITS, tuple((*row, row[2] - median) for row in found), title=title))
        strokes += [(row[1], row[2] - median) for row in (found if order == "ASC" else found[::-1])]
    longest = most([distance for _, distance in strokes])
    drawn = tuple(
        Stroke(Text(name, name), per_mille(far, longest), _signed(far), GAIN if far > 0 else LOSS)
        for name, far in strokes
    )
    grids.append(_open(reading))
    picture = (Picture(Text("与中位数之差", "Distance from the median"), drawn),) if drawn else ()
    note = Text(
        f"各列至多 {LISTED} 个单位;同分的按表中次序。",
        f"At most {LISTED} units each; equal ones in the order of the table.",
    )
    return Chapter(Text("离群单位", "Outliers"), Text("离群单位", "Outliers"), (note,), picture, tuple(grids))


def _open(reading: Reading) -> Grid:
    rows = reading.rows(
        "SELECT unit, name, lower, upper, upper - lower AS far, grades FROM scores WHERE upper > lower "
        f"ORDER BY far DESC, row LIMIT {LISTED}"
    )
    shown = tuple((*row[:5], "/".join(name for name in (row[5] or "").split(";") if name)) for row in rows)
    titles = heads(("编号", "id"), ("单位", "unit"), ("下限", "lower"), ("上限", "upper"), ("未定分值", "points open"), ("可能的等级", "grades"))  # fmt: skip
    return Grid(titles, shown, title=Text("未定分值最多的单位", "Units with the most points open"))


def _signed(value: Fraction) -> Text:
    text = ("+" if value > 0 else "") + decimal_text(value)
    return Text(text, text)
