"""`hegui diff --items NAME=FILE`: a population kept as a table of units and files of items; and how its rejects are told."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from facts.problem import Problem, Text, in_order
from facts.provenance import Position
from hegui.cli import main

KUNMING = Path(__file__).resolve().parents[3] / "rules" / "kunming-2017"
WHEN = "when: any 绩效目标 where 是否量化 is 否"
UNITS: list[list[object]] = [["单位编号", "三公经费控制率(%)"]]
UNITS += [[f"U{n}", 95 + n] for n in range(6)]
TARGETS: list[list[object]] = [["单位编号", "名称", "是否量化"]]
TARGETS += [[f"U{n}", f"目标{k}", "是" if n % 2 else "否"] for n in range(6) for k in range(n % 3)]


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """The published rulebook, in which another answer costs points."""
    rules = tmp_path / "new"
    rules.mkdir()
    for file in KUNMING.glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        if file.name == "decision.yaml":
            assert WHEN in text
            text = text.replace(WHEN, f"{WHEN[:-1]}是")
        (rules / file.name).write_text(text, encoding="utf-8")
    return rules


def as_csv(path: Path, rows: list[list[object]]) -> Path:
    path.write_text("".join(",".join(map(str, row)) + "\n" for row in rows), encoding="utf-8")
    return path


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    status = main(["diff", *map(str, arguments), "--lang", "en"])
    out, err = capsys.readouterr()
    return status, out, err


def units_of(text: str) -> Any:
    return json.loads(text)["impact"]["subjects"]


def test_files_of_items_mean_what_sheets_of_the_table_mean(
    edited: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in UNITS:
        sheet.append(row)
    targets = book.create_sheet("绩效目标")
    for row in TARGETS:
        targets.append(row)
    book.save(tmp_path / "units.xlsx")
    table, items = as_csv(tmp_path / "units.csv", UNITS), as_csv(tmp_path / "t.csv", TARGETS)
    base = (KUNMING, edited, "--format", "json", "--population")
    _, sheets, _ = told(capsys, *base, tmp_path / "units.xlsx")
    status, files, notes = told(capsys, *base, table, "--items", f"绩效目标={items}")
    _, without, lacking = told(capsys, *base, table)
    assert status == 0, files
    assert units_of(files) == units_of(sheets) != units_of(without)
    # Long lists are cut short, and counted.
    assert "note[missing-concepts]" in lacking and lacked(lacking) == lacked(notes) + 1


def lacked(notes: str) -> int:
    found = re.search(r"every unit lacks them: .* and others, (\d+) in all", notes)
    assert found is not None, notes
    return int(found[1])


def test_files_of_items_go_with_one_table_and_are_named_once(
    edited: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    table, items = as_csv(tmp_path / "units.csv", UNITS), as_csv(tmp_path / "t.csv", TARGETS)
    named = ("--items", f"绩效目标={items}")
    base = (KUNMING, edited, "--population", table)
    for asked, code in (
        ((KUNMING, edited, *named), "items-without-table"),
        ((*base, items, *named), "items-without-table"),
        ((KUNMING, edited, "--population", tmp_path, *named), "items-without-table"),
        ((*base, *named, *named), "items-twice"),
        ((*base, "--items", f"没有={items}"), "no-table-concept"),
        ((*base, "--items", f"绩效目标={tmp_path / 'none.csv'}"), "no-such-file"),
        ((*base, *named, "-o", items), "output-is-input"),
    ):
        status, out, err = told(capsys, *asked)
        assert status == 2 and not out and code in err, (code, err)
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *more: None if name == "duckdb" else found(name, *more)
    )
    status, out, err = told(capsys, *base, *named)
    assert status == 2 and not out and "extra-missing" in err and "hegui[batch]" in err


def test_cells_that_cannot_be_read_are_told_by_column_in_the_order_of_rows(
    edited: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows: list[list[object]] = [["单位编号", "三公经费控制率(%)", "部门预算数(万元)"]]
    rows += [[f"U{n}", "未统计" if n > 6 else 95, "¥1" if n == 90 else "无数" if n == 1 else 1] for n in range(100)]
    _, _, err = told(capsys, KUNMING, edited, "--population", as_csv(tmp_path / "units.csv", rows))
    warnings = [line for line in err.splitlines() if "warning[" in line]
    assert len(warnings) == 2, err
    assert "[3]" in warnings[0] and "无数" in warnings[0] and "1 more like it (row 92)" in warnings[0]
    assert "[9]" in warnings[1] and "92 more like it (rows 10, 11, 12, 13, 14 …)" in warnings[1]


def test_rows_in_brackets_are_in_the_order_of_their_numbers() -> None:
    places = ["a.csv", "a.csv[9]", "a.csv[82]", "a.csv[100]", "b.csv[1]", "b[x]"]
    problems = [Problem("x", Position(place), Text("", "")) for place in reversed(places)]
    assert [one.at.file for one in in_order(problems)] == places
