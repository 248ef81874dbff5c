"""A policy writer deletes and adds rows in Excel: the cases follow, and what is wrong is told at the row it is in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hegui.cli import main
from tests.engine.example import RULES
from tests.hegui.sheets import blank_row, cell, copy_of, edited, exported, files_of, put, read_back

MOF = RULES / "mof-2013-53"


def without_basic_data(book: Any) -> None:
    """基础信息完善性 goes; its 3 points go to another indicator, so that everything adds up."""
    sheet = book["指标"]
    sheet.delete_rows(cell(sheet, "basic-data", "编号").row)
    cell(sheet, "three-public-control", "分值").value = 9
    head = book["规则集"]
    row = next(row for row in range(1, 60) if head.cell(row, 1).value == "规定三级指标数")
    head.cell(row, 2).value = 27


def test_cases_that_expect_a_deleted_indicator_are_listed_and_lose_that_on_request_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = copy_of(MOF, tmp_path)
    whole = rules / "cases" / "eleven.yaml"
    whole.write_text(
        "# 两个期望,一个留下。\nformat: hegui/case/v1\nsubject: {id: x, name: 某局}\nperiod: 2017\n"
        "facts: {在职人员数: 9 人}  # 人事处\nexpect:\n  indicators:\n    basic-data: {verdict: undetermined}  # 待查\n"
        "    # 留下\n    staff-control: {verdict: undetermined}\n",
        encoding="utf-8",
    )
    before = files_of(rules)
    book = edited(exported(rules, tmp_path), without_basic_data)
    capsys.readouterr()
    assert read_back(book, rules, "--dry-run") == 0
    told = capsys.readouterr().err
    assert told.count("warning[cases-of-deleted]") == 2 and "basic-data-all" in told and "--drop-cases" in told
    assert files_of(rules) == before
    assert read_back(book, rules, "--drop-cases") == 0
    assert "note[cases-dropped]" in capsys.readouterr().err
    after = files_of(rules)
    old, new = (files["cases/process.yaml"].decode().splitlines() for files in (before, after))
    assert "basic-data" not in "".join(new) and new[:4] == old[:4]
    kept = iter(old)
    assert all(line in kept for line in new)
    assert after["cases/eleven.yaml"].decode() == whole.read_text(encoding="utf-8")
    assert whole.read_text(encoding="utf-8").endswith(
        "expect:\n  indicators:\n    # 留下\n    staff-control: {verdict: undetermined}\n"
    )
    assert {name for name in before if before[name] != after[name]} == {
        *("rulebook.yaml", "process.yaml", "cases/process.yaml", "cases/eleven.yaml")
    }
    # Scores that cases expect of the whole are another matter; no case names what is gone.
    main(["test", str(rules)])
    out = capsys.readouterr()
    assert "unknown-indicator" not in out.err and "basic-data" not in out.out + out.err


def test_a_file_of_cases_none_of_which_is_left_goes(tmp_path: Path) -> None:
    rules = copy_of(MOF, tmp_path)
    only = rules / "cases" / "only.yaml"
    only.write_text(
        "format: hegui/cases/v1\nperiod: 2017\ncases:\n  - name: one\n    expect: {indicators: {basic-data: {verdict: undetermined}}}\n",
        encoding="utf-8",
    )
    assert read_back(edited(exported(rules, tmp_path), without_basic_data), rules, "--drop-cases") == 0
    assert not only.exists()


def test_what_is_wrong_in_several_new_rows_is_told_at_each_of_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = copy_of(MOF, tmp_path)
    places: list[int] = []

    def edit(book: Any) -> None:
        items, rows = book["数据项"], book["指标"]
        first = blank_row(items)
        put(items, first, 名称="甲数", 类型="quantity", 单位="个")
        put(items, first + 1, 名称="乙数", 类型="数目")
        put(items, first + 2, 名称="丙数", 类型="quantity", 单位="斗")
        place = blank_row(rows)
        put(rows, place, 一级指标="过程", 三级指标="新甲", 分值=1, 其他计分方式="full: 2")
        put(rows, place + 1, 一级指标="过程", 三级指标="新乙", 分值=1, 其他计分方式="per_unit: {deduct: 1}")
        places.extend((first, place))

    assert read_back(edited(exported(rules, tmp_path), edit), rules) == 2
    told = capsys.readouterr().err
    items, rows = places
    assert f"数据项!C{items + 1}: error[unknown-value]" in told and f"数据项!D{items + 2}: error[unknown-unit]" in told
    assert f"数据项!C{items}:" not in told and f"数据项!D{items}:" not in told
    assert f"指标!K{rows}: error[missing-key]" in told and f"指标!K{rows + 1}: error[missing-key]" in told
