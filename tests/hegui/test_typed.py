"""What people type in the workbook where the files want a word of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hegui.cli import main
from hegui.workbench.publishing.contents import TYPE_NAMES
from hegui.workbench.spreadsheet.typed import TYPES
from tests.engine.example import RULES
from tests.hegui.sheets import KUNMING, blank_row, cell, copy_of, edited, exported, put, read_back
from tests.hegui.test_new_rows import inserted, loaded


def test_types_are_read_as_the_published_table_prints_them() -> None:
    assert {name.zh: kind for kind, name in TYPE_NAMES.items()}.items() <= TYPES.items()


def test_types_choices_and_points_are_read_as_people_write_them(tmp_path: Path) -> None:
    rules = copy_of(KUNMING, tmp_path)

    def edit(book: Any) -> None:
        items = book["数据项"]
        place = blank_row(items)
        cell(book["指标"], "procurement", "二级指标").value = "日常管理"
        put(items, place, 名称="档案评级", 类型="选项", 选项="显著、较显著、3%以内", 口径="评价人评定")
        put(items, place + 1, 名称="档案数", 类型="数量", 单位="份", 口径="台账")
        inserted(
            book["指标"],
            "procurement",
            三级指标="档案",
            分值="1分",
            满分条件="档案评级 is 显著",
            否则得分="0.5分",
            依据条款="八",
        )
        inserted(
            book["指标"], "procurement", 三级指标="档案册", 分值=1, 满分条件="档案数 >= 3 份", 否则得分=0, 依据条款="八"
        )

    assert read_back(edited(exported(rules, tmp_path), edit), rules) == 0
    rulebook = loaded(rules)
    rating = rulebook.vocabulary.find("档案评级")
    assert rating is not None and rating.choices == ("显著", "较显著", "3%以内")
    group = next(one.group for one in rulebook.indicators if one.id == "procurement")
    assert group == "日常管理" and {one.group for one in rulebook.indicators if one.id.startswith("new-")} == {group}


def test_grades_without_what_they_are_of_are_told_at_the_cell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = copy_of(RULES / "kunming-2017", tmp_path)
    file = rules / "rulebook.yaml"
    text = file.read_text(encoding="utf-8")
    start = text.index("grades:")
    end = next(n for n in range(start + 1, len(text)) if text[n - 1] == "\n" and text[n] not in " #\n-")
    file.write_text(text[:start] + text[end:], encoding="utf-8")
    book = exported(rules, tmp_path)

    def edit(book: Any) -> None:
        sheet = book["等级"]
        put(sheet, 2, **{"等级": "优", "起点(含)": 90})
        put(sheet, 3, **{"等级": "差", "起点(含)": 0})

    capsys.readouterr()
    assert read_back(edited(book, edit), rules) == 2
    told = capsys.readouterr().err
    assert "规则集!B" in told and "没有写“等级依据”" in told


def test_a_conflict_shows_both_values_whole_and_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = copy_of(KUNMING, tmp_path)
    book = exported(rules, tmp_path)
    long = '  - {when: ">= 90%", points: 1}\n' * 3
    file = rules / "management.yaml"
    text = file.read_text(encoding="utf-8")
    old = 'full: "<= 100%"\n      otherwise: 0\n      reason: “三公'
    assert old in text
    file.write_text(text.replace(old, 'full: "<= 99%"\n      otherwise: 0\n      reason: “三公', 1), encoding="utf-8")

    def edit(found: Any) -> None:
        cell(found["指标"], "three-public-control", "满分条件").value = None
        cell(found["指标"], "three-public-control", "否则得分").value = None
        cell(found["指标"], "three-public-control", "其他计分方式").value = "bands:\n" + long + "  - {otherwise: 0}"

    capsys.readouterr()
    assert read_back(edited(book, edit), rules) == 2
    told = capsys.readouterr().err
    assert "edit-conflict" in told and "\\x0a" not in told and "{otherwise: 0}”" in told
    assert main(["lint", str(rules)]) in (0, 1)


def test_points_are_told_as_decimals(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = copy_of(KUNMING, tmp_path)

    def edit(book: Any) -> None:
        inserted(
            book["指标"],
            "procurement",
            三级指标="档",
            分值=0.3,
            其他计分方式="bands: [{when: 资金使用合规 is 是, points: 0.7}, {otherwise: 0}]",
        )

    assert read_back(edited(exported(rules, tmp_path), edit), rules) == 2
    told = capsys.readouterr().err
    assert "写明的得分 0.7 不在 0 至 0.3 之间" in told and "3/10" not in told
