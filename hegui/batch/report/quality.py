"""How the run itself went: rows, rejects by reason, units the engine scored, the sample check."""

from __future__ import annotations

from typing import Any

from facts.problem import Text
from hegui.batch.report.model import Basis, Cell, Chapter, Grid, Picture, Stroke, heads
from hegui.batch.report.reading import Reading
from hegui.charts import LOSS

_DRAWN = 15
# What differed in the sample is told up to here; the manifest has it all.
_DIFFERENCES = 20
REJECTS = (
    "SELECT input_table, column_name, lost, code, arg_min(zh, (input_row, zh)), arg_min(en, (input_row, zh)), count(*) AS times, "
    "min(input_row) FROM rejects GROUP BY input_table, column_name, lost, code "
    "ORDER BY times DESC, input_table, column_name, lost, code"
)


def quality(reading: Reading, basis: Basis) -> Chapter:
    """Numbers of the run, rejects, and the sample."""
    manifest = basis.manifest
    sample = manifest["sample"]
    differing = len(sample["differences"]) + sample["more"]
    outcome = Text("逐项一致", "every field agrees")
    if differing:
        outcome = Text(f"{differing} 处不一致", f"{differing} fields differ")
    rows: tuple[tuple[Cell, ...], ...] = (
        (Text("表中行数", "rows of the table"), manifest["rows"]),
        (Text("评了的单位", "units scored"), manifest["units"]),
        (Text("未采用的行", "rows rejected"), manifest["rows"] - manifest["units"]),
        (Text("由引擎逐个评的单位", "units the engine scored one by one"), manifest["by_engine"]),
        (Text("抽样复核的单位", "units re-checked in the engine"), sample["size"]),
        (Text("抽样种子", "seed of the sample"), sample["seed"]),
        (Text("复核结果", "outcome of the check"), outcome),
    )
    grids = [Grid(heads(("项目", "what"), ("", "")), rows)]
    if sample["differences"]:
        titles = heads(
            ("单位", "unit"), ("指标", "indicator"), ("字段", "field"), ("列式", "columns"), ("引擎", "engine")
        )
        keys = ("unit", "indicator", "field", "columns", "engine")
        found = tuple(tuple(str(one[key]) for key in keys) for one in sample["differences"][:_DIFFERENCES])
        grids.append(Grid(titles, found, title=Text("不一致之处", "Where they differ")))
    rejects = _rejects(reading)
    pictures: tuple[Picture, ...] = ()
    if rejects:
        titles = heads(
            ("表", "table"), ("列", "column"), ("失去", "lost"), ("原因代码", "code"), ("原因(举例)", "reason (an example)"),
            ("处数", "times"), ("首见于行", "first in row"),
        )  # fmt: skip
        grids.append(Grid(titles, tuple(rejects), title=Text("未采用的行和值", "Rejects")))
        strokes = tuple(Stroke(_label(row), row[5], Text(str(row[5]), str(row[5])), LOSS) for row in rejects[:_DRAWN])
        pictures = (Picture(Text("未采用,按列和原因", "Rejects by column and reason"), strokes),)
    title = Text("运行与数据质量", "The run and the quality of its data")
    return Chapter(Text("数据质量", "Quality"), title, (), pictures, tuple(grids))


def _label(row: tuple[Any, ...]) -> Text:
    where = row[1] or row[0]
    said = Text(where, where) if isinstance(where, str) else where
    return Text(f"{said.zh} {row[3]}", f"{said.en} {row[3]}")


def _rejects(reading: Reading) -> list[tuple[Any, ...]]:
    """By table, column and reason, most frequent first."""
    rows = reading.rows(REJECTS)
    lost = {"row": Text("整行", "the row"), "value": Text("一个值", "one value")}
    tables = {"units": Text("单位表", "table of units")}
    return [
        (tables.get(table, table), column or "", lost.get(what, what), code, Text(zh or "", en or ""), times, first)
        for table, column, what, code, zh, en, times, first in rows
    ]
