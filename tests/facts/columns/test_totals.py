"""Rows of totals are no units and no items, by one rule for every format, and nothing that could be a unit is lost in silence."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pytest

from facts.gathering.totals import find_total, total_named
from tests.facts.columns.taking import Taken, assert_columns_are_the_cases, parquet, taken

HEADER = ("序号", "单位编号", "单位名称", "预算数(元)")
# Number in its table, id, name, amount; whether it is scored, passed over as what everybody can see is a total, or told.
ROWS = (
    ("1", "A1", "甲市审计局", "5", "scored"),
    ("2", "A2", "甲市统计局", "6", "scored"),
    ("", "", "小 計", "11", "silent"),
    ("3", "A3", "合计划局", "7", "scored"),
    ("", "", "其中:市本级", "3", "told"),
    ("", "A9", "其中:市本级", "3", "told"),
    ("4", "", "滇中设计院", "8", "scored"),
    ("", "合计", "", "26", "silent"),
    ("总计", "", "", "26", "silent"),
    ("合计", "A8", "各单位", "26", "told"),
    ("", "", "全省合计", "26", "silent"),
    ("5", "530099", "全省合计", "26", "told"),
    ("", "", "滇中合计(含本级)", "26", "told"),
    ("", "注:本表含市本级", "", "", "silent"),
    ("说明:口径同上年", "", "", "", "silent"),
    ("7", "A5", "注:某局", "4", "scored"),
    ("6", "A4", "分级管理总公司", "9", "scored"),
)


def in_format(tmp_path: Path, ending: str) -> Path:
    path, rows = tmp_path / f"单位.{ending}", [row[:4] for row in ROWS]
    if ending == "csv":
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([HEADER, *rows])
    elif ending == "jsonl":
        path.write_text(
            "".join(json.dumps(dict(zip(HEADER, row, strict=True))) + "\n" for row in rows), encoding="utf-8"
        )
    elif ending == "xlsx":
        book = openpyxl.Workbook()
        for row in (HEADER, *rows):
            book.active.append(row)
        book.save(path)
    else:
        parquet(path, f"SELECT * FROM (VALUES {', '.join(map(str, rows))}) t{str(HEADER).replace(chr(39), chr(34))}")
    return path


def scored(found: Taken) -> list[str]:
    return [unit["name"] for unit in found.units]


@pytest.mark.parametrize("ending", ["csv", "jsonl", "xlsx", "parquet"])
def test_every_format_passes_over_the_same_totals_and_notes_and_tells_those_that_could_be_units(
    tmp_path: Path, ending: str
) -> None:
    with taken(in_format(tmp_path, ending)) as found:
        assert scored(found) == [row[2] for row in ROWS if row[4] == "scored"]
        told = sorted((row[1] or row[2], row[0] if row[1] == "A8" else row[2]) for row in ROWS if row[4] == "told")
        assert sorted((r["unit"], r["text"]) for r in found.rejects) == told
        assert {(r["code"], r["lost"], r["input_table"]) for r in found.rejects} == {("total-row", "row", "units")}
        assert {r["column_name"] for r in found.rejects} == {"序号", "单位名称"}
        assert "rows-rejected" in found.codes and found.intake.rows == len(ROWS) - 6
        assert_columns_are_the_cases(found)


def test_blank_cells_of_parquet_may_be_null_and_its_numbers_are_no_words(tmp_path: Path) -> None:
    rows = "(1, 'A1', '甲局', 5::BIGINT), (NULL, NULL, '合计', 5), (2, NULL, '小计', NULL), (3, '总计', NULL, 7)"
    query = f'SELECT * FROM (VALUES {rows}) t(n, unit_id, name, "预算数(元)")'
    with taken(parquet(tmp_path / "u.parquet", query)) as found:
        assert scored(found) == ["甲局"] and found.rejects == []


def test_a_total_alone_does_not_make_a_column_one_of_bare_numbers(tmp_path: Path) -> None:
    path = tmp_path / "单位.csv"
    path.write_text("单位名称,预算数(元),执行率\n甲局,5,\n合计,5,0\n", encoding="utf-8")
    with taken(path) as found:
        assert scored(found) == ["甲局"] and "unit-missing" not in found.codes


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_totals_among_items_are_no_items(tmp_path: Path, ending: str) -> None:
    units = tmp_path / "单位.csv"
    units.write_text("单位编号,单位名称,预算数(元)\nA1,甲局,5\nA9,全省合计,5\n", encoding="utf-8")
    rows = (
        ("A1", "甲局", "办文"),
        ("A1", "甲局", "小计"),
        ("", "合计", ""),
        ("A1", "甲局", "节能设计"),
        ("A9", "", "其一"),
    )
    items = tmp_path / f"目标.{ending}"
    if ending == "csv":
        items.write_text("单位编号,单位名称,名称\n" + "".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    else:
        parquet(items, f'SELECT * FROM (VALUES {", ".join(map(str, rows))}) t("单位编号", "单位名称", "名称")')
    with taken(units, {"绩效目标": items}) as found:
        assert [item["c0"] for item in found.items("targets")] == ["办文", "节能设计"]
        told = [
            (r["unit"], r["column_name"], r["text"], r["code"]) for r in found.rejects if r["input_table"] != "units"
        ]
        assert told == [("A1", "名称", "小计", "total-row"), ("A9", "单位编号", "A9", "rejected-unit")]


def test_words_of_totals_are_told_from_names_of_units() -> None:
    for text in ("总合计", "一、合计", "合计(万元)", "Ｔｏｔａｌ", "全县总计", "本级合计", "合计数"):
        assert total_named(text) == "plain", text
    for text in ("昆明市合计", "其中:省级", "其中: 省级", "甲局(小计)"):
        assert total_named(text) == "named", text
    for text in ("审计局", "统计局", "合计划局", "会计核算中心", "设计院", "其中学校", "总分馆", "计量总站", ""):
        assert total_named(text) is None, text
    assert find_total(["A1", "甲局"], ["小计"]) == (2, "named") and find_total(["", ""], ["小计"]) == (2, "plain")
    assert find_total(["A1", "甲局"], ["审计"]) is None
