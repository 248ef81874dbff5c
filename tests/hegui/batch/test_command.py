"""`hegui batch` and TABLE#unit from the command line, on a real rulebook in columns."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from jsonschema import Draft202012Validator

from hegui.cli import main
from tests.repo.repository import ROOT

RULES = str(ROOT / "rules" / "kunming-2017")
SCHEMA = json.loads((ROOT / "rules/schema/batch.json").read_text(encoding="utf-8"))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "单位.csv"
    header = "单位编号,单位名称,三公经费控制率,部门预算数(万元),部门决算数(万元),财务监控有效,未知列\n"
    rows = [f"U{n},单位{n},{95 + n}.{n}%,{100 + n},{99 + 2 * n}.5,{'是' if n % 3 else '否'},x" for n in range(12)]
    odd = ["U5,又一次,1%,1,1,是,", "U90,甲局,很多,1,1,是,", "U91,乙局,99％,不超过680,—,√,", ",,1%,1,1,否,"]
    path.write_text(header + "\n".join([*rows, *odd]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def targets(tmp_path: Path) -> Path:
    path = tmp_path / "目标.csv"
    rows = "".join(f"U{n % 6},目标{n},{'是' if n % 4 else '否'}\n" for n in range(24))
    path.write_text(f"单位,名称,是否量化\n{rows}U99,无主,是\n", encoding="utf-8")
    return path


def batch(table: Path, targets: Path, *more: str) -> int:
    out = str(table.parent / "out")
    return main(
        ["batch", str(table), "--rules", RULES, "-o", out, "--items", f"绩效目标={targets}", "--partition", "5", *more]
    )


def rows(pattern: Path, what: str = "*", where: str = "true") -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(f"SELECT {what} FROM '{pattern}' WHERE {where}").fetchall()


def test_a_population_is_scored_with_reasons_and_the_engine_agrees(
    table: Path, targets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert batch(table, targets, "--format", "json") == 0
    manifest = json.loads(capsys.readouterr().out)
    Draft202012Validator(SCHEMA).validate(manifest)
    assert manifest == json.loads((table.parent / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["rows"], manifest["units"], manifest["state"]) == (16, 13, "complete")
    assert manifest["sample"]["size"] == 13 and manifest["sample"]["outcome"] == "same"
    assert len(rows(table.parent / "out/scores/*.parquet")) == 13
    indicators = rows(table.parent / "out/reasons/*.parquet", "count(DISTINCT indicator), count(*)")
    assert indicators == [(71, 71 * 13)]
    codes = rows(table.parent / "out/rejects/*.parquet", "input_table, input_row, code")
    assert sorted(codes, key=str) == sorted(
        [
            ("units", 14, "duplicate-unit"),
            ("units", 15, "not-a-number"),
            ("units", 17, "no-unit"),
            ("绩效目标", 26, "unknown-unit"),
        ],
        key=str,
    )


def test_what_the_columns_say_of_a_unit_is_what_check_says_of_it(
    table: Path, targets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert batch(table, targets) == 0
    assert "逐项一致" in capsys.readouterr().out
    for unit in ("U0", "U7", "乙局"):
        main(["check", f"{table}#{unit}", "--rules", RULES, "--items", f"绩效目标={targets}", "--format", "json"])
        told = json.loads(capsys.readouterr().out)
        key = told["subject"]["id"]
        ((lower, upper),) = rows(table.parent / "out/scores/*.parquet", "lower, upper", f"unit = '{key}'")
        assert (Decimal(told["lower"]), Decimal(told["upper"])) == (lower, upper)


def test_explaining_a_unit_of_a_table_quotes_its_cell(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", f"{table}#U3", "three-public-control", "--rules", RULES]) == 0
    shown = capsys.readouterr().out
    assert "98.3%" in shown and "单位[5].3" in shown
    for unit, code in (("U90", "not-a-number"), ("没有", "unknown-unit")):
        assert main(["check", f"{table}#{unit}", "--rules", RULES]) == 2
        assert f"[{code}]" in capsys.readouterr().err


def test_units_scored_one_by_one_have_the_same_scores(table: Path, targets: Path, tmp_path: Path) -> None:
    assert batch(table, targets) == 0
    arguments = ["--rules", RULES, "--items", f"绩效目标={targets}", "--by-engine"]
    assert main(["batch", str(table), "-o", str(tmp_path / "slow"), *arguments]) == 0
    fast = rows(table.parent / "out/scores/*.parquet", "unit, lower, upper, grades")
    slow = rows(tmp_path / "slow/scores/*.parquet", "unit, lower_num, lower_den, upper_num, upper_den, grades")
    for (unit, low, high, grades), (same, a, b, c, d, its) in zip(
        sorted(fast, key=str), sorted(slow, key=str), strict=True
    ):
        assert (unit, grades) == (same, its)
        assert low * b == a and high * d == c  # type: ignore[operator]


def test_what_is_asked_wrongly_is_told(table: Path, targets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["batch", str(table), "--rules", RULES, "-o", str(table.parent)]) == 2
    assert "[output-is-input]" in capsys.readouterr().err
    twice = [f"--items=绩效目标={targets}"] * 2
    assert main(["batch", str(table), "--rules", RULES, "-o", str(table.parent / "o"), *twice]) == 2
    assert "[items-twice]" in capsys.readouterr().err
    assert main(["batch", str(table), "--rules", RULES, "-o", str(table.parent / "o"), "--period", "2031"]) == 2
    assert "[not-in-force]" in capsys.readouterr().err


def test_what_columns_cannot_say_is_named_before_the_engine_scores_every_unit(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mof = str(ROOT / "rules" / "mof-2020-10")
    book = table.parent / "项目.csv"
    book.write_text("单位,项目全年预算数(万元)\nA,1\n", encoding="utf-8")
    items = table.parent / "指标.csv"
    items.write_text(
        "单位,一级指标,指标性质,指标值,完成值,分值(分)\nA,效益指标,正向,3,2.5,10\nA,效益指标,正向,7,2.5,10\n",
        encoding="utf-8",
    )
    out = table.parent / "p"
    command = ["batch", str(book), "--rules", mof, "-o", str(out), "--items", f"绩效指标={items}"]
    assert main([*command, "--lang", "en"]) == 0
    said = capsys.readouterr()
    assert "warning[by-engine]: the rulebook has clauses that columns cannot say" in said.err
    assert "effects.yaml:8:5: warning[not-in-columns]" in said.err and "--by-engine" not in said.err
    assert said.err.count("[not-in-columns]") == 3 and "1 partition\n" in said.out
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["by_engine"] == manifest["units"] == 1 and len(manifest["not_in_columns"]) == 3


def test_what_is_no_file_or_no_folder_is_told_before_anything_is_read(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe, file = tmp_path / "pipe.csv", tmp_path / "file"
    os.mkfifo(pipe)
    file.write_text("mine", encoding="utf-8")
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/na\xffme.csv")
    shutil.copy(table, odd)
    for arguments, code, words in (
        ([odd], "odd-name", "no UTF-8 text"),
        ([str(table), "-o", odd + "x"], "odd-name", "no UTF-8 text"),
        ([str(table), "--items", f"绩效目标={odd}"], "odd-name", "no UTF-8 text"),
        ([str(pipe)], "not-a-file", "not a folder or a device"),
        ([str(tmp_path)], "not-a-file", "not a folder or a device"),
        ([str(table), "--items", f"绩效目标={pipe}"], "not-a-file", "not a folder or a device"),
        ([str(table), "-o", str(file)], "cannot-write", os.strerror(errno.ENOTDIR)),
    ):
        command = ["batch", *arguments, "--rules", RULES, "--lang", "en"]
        assert main(command if "-o" in command else [*command, "-o", str(tmp_path / "o")]) == 2
        told = capsys.readouterr().err
        assert f"[{code}]" in told and words in told, told
    assert file.read_text(encoding="utf-8") == "mine"
    assert main(["check", f"{odd}#U3", "--rules", RULES]) == 2 and "[odd-name]" in capsys.readouterr().err


def test_a_column_of_facts_is_no_column_of_claims(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for column in ("部门预算数", "单位编号"):
        out = str(table.parent / column)
        assert main(["batch", str(table), "--rules", RULES, "-o", out, "--claims", column]) == 2
        assert "[claims-is-concept]" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--sample", "--partition"])
@pytest.mark.parametrize("count", ["0", "-1", "abc", "1.5", "", "1000000001", "9" * 30])
def test_a_count_is_a_whole_number_that_can_be_counted_to(
    table: Path, capsys: pytest.CaptureFixture[str], option: str, count: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["batch", str(table), "--rules", RULES, "-o", str(table.parent / "o"), f"{option}={count}"])
    assert ended.value.code == 2 and "a whole number from 1 to 1000000000" in capsys.readouterr().err


def test_without_the_extra_it_is_told_what_to_install(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("单位编号,三公经费控制率\nA1,99%\n", encoding="utf-8")
    asked = ["batch", str(table), "--rules", "rules/kunming-2017", "-o", str(tmp_path / "out"), "--lang", "en"]
    without = f"""
import importlib.util, sys
there = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name in ("duckdb", "sqlglot") else there(name, package)
sys.modules["duckdb"] = sys.modules["sqlglot"] = None
from hegui.cli import main
sys.exit(main({asked!r}))
"""
    done = subprocess.run([sys.executable, "-c", without], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "extra-missing" in done.stderr
    assert "pip install 'hegui[batch]'" in done.stderr
