"""Heat map of sections: the share of their points that units have, by grade and by tenths of the population."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from facts.columns.store import literal, quoted
from facts.problem import Text
from facts.values import decimal_text
from hegui.batch.report.model import Basis, Cell, Chapter, Grid, percent
from hegui.batch.report.reading import Reading

_TENTHS = (
    "SELECT *, CASE WHEN score IS NULL THEN 0 ELSE ntile(10) OVER (PARTITION BY score IS NULL ORDER BY score, row) END "
    "AS class FROM scores"
)
_HEAD = Text("一级指标", "section")
# (class in the query, what it is called)
Classes = Sequence[tuple[int, Text]]


def sections(reading: Reading, basis: Basis) -> Chapter:
    """Both heat maps."""
    classes = [(n, Text(f"第 {n} 个十分之一", f"tenth {n}")) for n in range(1, 11)]
    classes.append((0, Text("得分未定", "undetermined")))
    grids = [
        _map(reading, basis, _TENTHS, classes, Text("按得分由低到高的十等份", "By tenths of the units, lowest first"))
    ]
    scale = basis.plan.rulebook.grades
    if scale is not None:
        cases = " ".join(f"WHEN {literal(step.grade)} THEN {n}" for n, step in enumerate(scale.steps, 1))
        graded = [(n, Text(step.grade, step.grade)) for n, step in enumerate(scale.steps, 1)]
        graded.append((0, Text("等级未定", "undetermined")))
        query = f"SELECT *, coalesce(CASE grade {cases} END, 0) AS class FROM scores"
        grids.insert(0, _map(reading, basis, query, graded, Text("按等级", "By grade")))
    notes = (
        Text(
            "每格是这些单位在该一级指标上的平均得分占规定分值的比例,只算该项得分确定的单位;括号里是未定的单位数。",
            "Each cell is the mean score in the section as a share of its declared points, over units whose score there is "
            "determined; in brackets how many are not.",
        ),
    )
    return Chapter(
        Text("一级指标", "Sections"), Text("一级指标得分率", "Sections: share of points"), notes, (), tuple(grids)
    )


def _map(reading: Reading, basis: Basis, query: str, classes: Classes, title: Text) -> Grid:
    parts = [section.section for section in basis.plan.sections]
    sums = ", ".join(f"count({quoted('section_' + one.id)}), sum({quoted('section_' + one.id)})" for one in parts)
    found = {row[0]: row[1:] for row in reading.rows(f"SELECT class, count(*), {sums} FROM ({query}) GROUP BY class")}
    shown = [(number, name) for number, name in classes if number in found]
    rows, shades = [], []
    for place, section in enumerate(parts):
        cells: list[Cell] = [Text(section.title.zh, section.title.en or section.title.zh)]
        dark: list[int | None] = [None]
        for number, _ in shown:
            units, known, total = found[number][0], found[number][1 + 2 * place], found[number][2 + 2 * place]
            cells.append(_share(total, known, units, section.points))
            dark.append(_shade(total, known, section.points))
        rows.append(tuple(cells))
        shades.append(tuple(dark))
    counts: tuple[Cell, ...] = (Text("单位数", "units"), *(found[number][0] for number, _ in shown))
    return Grid((_HEAD, *(name for _, name in shown)), (*rows, counts), (*shades, (None,) * len(counts)), title)


def _share(total: Fraction | None, known: int, units: int, points: Fraction) -> str:
    left = f" ({units - known})" if known < units else ""
    if total is None or not known:
        return f"–{left}"
    shown = percent(total, known * points) if points else decimal_text(total / known, 2)
    return shown + left


def _shade(total: Fraction | None, known: int, points: Fraction) -> int | None:
    """Darker where more is lost, so that the eye goes where the points went."""
    if total is None or not known or not points:
        return None
    return 1000 - max(0, min(1000, int(total * 1000 / (known * points))))
