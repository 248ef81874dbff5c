"""`hegui test --write`, `hegui cover`, `hegui mutate`: what they say of a small rulebook, what they write and never touch."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from hegui.cli import main
from tests.hegui.workbench.books import written
from tests.repo.repository import ROOT

FEW = """\
format: hegui/cases/v1
period: 2017
cases:
  - {name: within, facts: {决算数: 50 万元, 预算数: 100 万元}, expect: {indicators: {spending: 5}}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path / "book")


def confirmed(path: Path) -> None:
    """What a person does who has checked every proposal."""
    path.write_text(path.read_text(encoding="utf-8").replace("    proposed: true\n", ""), encoding="utf-8")


def schema(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((ROOT / "rules/schema" / f"{name}.json").read_text(encoding="utf-8")))


def test_proposals_hold_cover_everything_and_leave_no_mutant_alive(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["test", "--write", str(folder)]) == 0
    assert main(["test", str(folder)]) == 0
    assert "待人确认" in capsys.readouterr().out
    assert main(["cover", str(folder), "--fail-under", "100"]) == 0
    assert main(["mutate", str(folder), "--fail-under", "100"]) == 0
    assert "得分 100.0%" in capsys.readouterr().out


def test_each_side_of_a_threshold_is_proposed_exactly(folder: Path) -> None:
    main(["test", "--write", str(folder)])
    text = (folder / "cases" / "proposed.yaml").read_text(encoding="utf-8")
    spending = [line for line in text.splitlines() if "预算数" in line and "facts" in line]
    rates = set[str]()
    for line in spending:
        numbers = [float(n) for n in re.findall(r"数: ([0-9.]+) 万元", line)]
        if len(numbers) == 2 and numbers[0]:
            rates.add(f"{numbers[1] / numbers[0]:.4f}")
    assert {"0.9999", "1.0000", "1.0001"} <= rates
    assert "预算数: 0 万元" in text
    assert "facts: {}" in text


def test_once_confirmed_nothing_new_is_proposed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["test", "--write", str(folder)])
    for path in (folder / "cases").iterdir():
        confirmed(path)
    before = {path: path.read_bytes() for path in (folder / "cases").iterdir()}
    capsys.readouterr()
    assert main(["test", "--write", str(folder)]) == 0
    assert "没有缺少的个案" in capsys.readouterr().out
    assert {path: path.read_bytes() for path in (folder / "cases").iterdir()} == before


def test_unconfirmed_proposals_are_written_anew_and_the_same(folder: Path) -> None:
    main(["test", "--write", str(folder)])
    before = {path: path.read_bytes() for path in (folder / "cases").iterdir()}
    main(["test", "--write", str(folder)])
    assert {path: path.read_bytes() for path in (folder / "cases").iterdir()} == before


@pytest.mark.parametrize("edit", ["confirm one", "own words", "broken"])
def test_a_file_a_person_has_worked_on_is_never_written_over(folder: Path, edit: str) -> None:
    main(["test", "--write", str(folder)])
    path = folder / "cases" / "proposed.yaml"
    text = path.read_text(encoding="utf-8")
    if edit == "confirm one":
        text = text.replace("    proposed: true\n", "", 1)
    elif edit == "own words":
        text = "# 已转给预算科核对\n" + text
    else:
        path = folder / "cases" / "proposed-whole.yaml"
        text = "format: hegui/cases/v1\n"
    path.write_text(text, encoding="utf-8")
    status = main(["test", "--write", str(folder)])
    assert path.read_text(encoding="utf-8") == text
    assert status == (2 if edit == "broken" else 0)
    assert (folder / "cases" / "proposed-2.yaml").exists() == (edit != "broken")


def test_gaps_are_shown_on_the_line_of_the_rule(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "cases" / "few.yaml").write_text(FEW, encoding="utf-8")
    assert main(["cover", str(folder)]) == 0
    said = capsys.readouterr().out
    assert re.search(r"✗ .*full: \"<= 100%\"\n +\d+: \[spending\] 决算数 / 预算数 恰为 100%", said)
    assert "低于 100%" not in said
    assert "void: 弄虚作假 is “是”" in said
    assert main(["cover", str(folder), "--fail-under", "50"]) == 1


def test_coverage_is_of_the_rules_and_not_of_their_layout(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "cases" / "few.yaml").write_text(FEW, encoding="utf-8")

    def elements() -> dict[str, list[str]]:
        assert main(["cover", str(folder), "--format", "json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert list(schema("coverage").iter_errors(told)) == []
        return {one["key"]: one["cases"] for one in told["elements"]}

    before = elements()
    path = folder / "one.yaml"
    text = path.read_text(encoding="utf-8").replace("\n  - id", "\n\n  # 一项\n  - id").replace(", per:", ",   per:")
    text = text.replace("otherwise: {per_unit: {", "otherwise:\n        per_unit: {").replace("up}}", "up}")
    path.write_text("# 另排一遍\n" + text, encoding="utf-8")
    assert elements() == before


def test_coverage_as_a_page_stands_alone_and_hides_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = folder / "one.yaml"
    book.write_text(book.read_text(encoding="utf-8").replace("没有公开", "<script>没有公开&"), encoding="utf-8")
    for language in ("zh", "en"):
        assert main(["cover", str(folder), "--format", "html", "--lang", language]) == 0
        page = capsys.readouterr().out
        assert "<script" not in page and "&lt;script&gt;没有公开&amp;" in page
        assert "http" not in page and "@media print" in page
        assert page.count('class="line') == len(
            [line for file in ("rulebook", "one") for line in (folder / f"{file}.yaml").read_text("utf-8").splitlines()]
        )


def test_a_mutant_that_lives_is_told_in_the_words_of_the_rule_with_a_case_that_would_notice(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "cases" / "few.yaml").write_text(FEW, encoding="utf-8")
    assert main(["mutate", str(folder), "--indicator", "spending"]) == 1
    said = capsys.readouterr().out
    told = re.search(r"one\.yaml:\d+:\d+ 支出控制率:`full: <= 100%` 改为 `full: < 100%`,没有个案发现\n    (.*)", said)
    assert told is None, "at 100% the deduction starts at nothing: both give full points"
    alive = re.search(r"one\.yaml:\d+:\d+ 支出控制率:`deduct: 0.5` 改为 `deduct: 0.51`,没有个案发现\n    (.*)", said)
    assert alive is not None and alive[1].startswith("可加一个个案,事实为 {预算数: ")


def test_mutation_as_json_follows_its_schema(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "cases" / "few.yaml").write_text(FEW, encoding="utf-8")
    assert main(["mutate", str(folder), "--indicator", "open", "--format", "json", "--fail-under", "0"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert list(schema("mutation").iter_errors(told)) == []
    assert {one["fate"] for one in told["mutants"]} >= {"lived"}
    assert all(one["id"] == "open" for one in told["mutants"])


def test_an_indicator_that_is_not_there_is_a_problem(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mutate", str(folder), "--indicator", "opne"]) == 2
    assert "open" in capsys.readouterr().err


def test_a_share_that_is_no_number_is_wrong_usage(folder: Path) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["cover", str(folder), "--fail-under", "1e9"])
    assert stopped.value.code == 2
