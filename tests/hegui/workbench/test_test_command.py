"""`hegui test`: a rulebook and its cases as a user writes them, what the command says, and its exit status."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from hegui.cli import main
from tests.engine.example import HEAD, ROOT, VOCABULARY, indicator, section
from tests.repo.repository import ROOT as REPOSITORY

LIMIT = indicator('full: "<= 680 份"\notherwise: 0\nreason: 发文 {value},超过 680 份\n', "measure: 发文数\nunit: 份\n")
TOP = """
grades: {of: score, scale: [{grade: 优, from: 5}, {grade: 差, from: 0}]}
checks:
  - {id: in-budget, title: 决算不超预算, that: 决算数 <= 预算数, severity: error, message: 超出}
vetoes:
  - {id: fraud, title: 弄虚作假, when: 弄虚作假 is 是, scope: result, effect: zero, precedence: 1, reason: 弄虚作假}
"""
LIST = "format: hegui/cases/v1\nperiod: 2017\ncases:\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A rulebook with one indicator a check and a veto."""
    (tmp_path / "cases").mkdir()
    (tmp_path / "rulebook.yaml").write_text(HEAD + ROOT + TOP, encoding="utf-8")
    (tmp_path / "vocabulary.yaml").write_text(VOCABULARY, encoding="utf-8")
    (tmp_path / "one.yaml").write_text(section(LIMIT), encoding="utf-8")
    return tmp_path


def write(folder: Path, *cases: str) -> Path:
    path = folder / "cases" / "limits-list.yaml"
    path.write_text(LIST + "".join(f"  - {{{case}}}\n" for case in cases), encoding="utf-8")
    return path


GOOD = "name: at, facts: {发文数: 680 份}, expect: {indicators: {only: {score: 10, verdict: met, reasons: []}}}"
BAD = "name: above, title: 超过一份, facts: {发文数: 681 份}, expect: {indicators: {only: {score: 3, reasons: [超过 700 份]}}}"


def test_cases_that_hold_are_counted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, GOOD)
    assert main(["test", str(folder)]) == 0
    assert capsys.readouterr().out == "example:1 个个案,通过 1,未通过 0\n"


def test_a_case_that_does_not_hold_says_where_what_and_why(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(folder, GOOD, BAD)
    assert main(["test", str(folder), "--lang", "en"]) == 1
    said = capsys.readouterr().out
    column = path.read_text(encoding="utf-8").splitlines()[-1].index("score: 3") + len("score: ") + 1
    assert "failed limits-list/above  超过一份" in said
    assert f"{path}:5:{column}: " in said
    assert "score: expected 3.00, found 0.00" in said
    assert "681 份 <= 680 份" in said or "681 份 > 680 份" in said
    assert "reasons: expected “超过 700 份”, found 发文 681 份,超过 680 份" in said
    assert said.endswith("example: 2 cases, 1 passed, 1 failed\n")


@pytest.mark.parametrize(
    ("facts", "expect", "holds"),
    [
        ("弄虚作假: 是", "{findings: {fraud: fired}, score: 0}", True),
        ("弄虚作假: 是", "{findings: {fraud: not_fired}}", False),
        ("", "{findings: {fraud: undetermined, in-budget: undetermined}}", True),
        ("决算数: 2 万元, 预算数: 1 万元", "{findings: {in-budget: fired}}", True),
        ("决算数: 1 万元, 预算数: 1 万元", "{findings: {in-budget: not_fired}}", True),
        ("发文数: 1 份", "{lower: 0, upper: 10, sections: {one: 10}}", True),
        ("发文数: 1 份", "{upper: 9}", False),
        ("发文数: 1 份, 弄虚作假: 否", "{grade: 优}", True),
        ("发文数: 1 份, 弄虚作假: 否", "{grade: 差}", False),
        ("发文数: 1 份", "{grade: 优}", False),
        ("发文数: 700 份", "{indicators: {only: {measure: 700 份}}}", True),
        ("发文数: 700 份", "{indicators: {only: {measure: 70 份}}}", False),
        ("发文数: 700 份", "{indicators: {only: {reasons: [{exact: 发文 700 份}]}}}", False),
        ("发文数: 700 份", "{indicators: {only: {reasons: []}}}", False),
        ("发文数: 1 份", "{indicators: {only: {verdict: not_met}}}", False),
        (
            "",
            "{sections: {one: {lower: 0, upper: 10}}, indicators: {only: {lower: 0, upper: 10, verdict: undetermined}}}",
            True,
        ),
    ],
)
def test_each_thing_that_can_be_expected_is_looked_at(folder: Path, facts: str, expect: str, holds: bool) -> None:
    write(folder, f"name: one, facts: {{{facts}}}, expect: {expect}")
    assert main(["test", str(folder)]) == (0 if holds else 1)


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ("{indicators: {ii: 1}}", "unknown-id"),
        ("{sections: {other: 1}}", "unknown-id"),
        ("{findings: {frauds: fired}}", "是否想写:fraud?"),
        ("{grade: 忧}", "unknown-choice"),
        ("{grades: 优}", "unknown-key"),
        ("{indicators: {only: {verdict: good}}}", "unknown-value"),
    ],
)
def test_what_is_expected_of_nothing_there_is_is_a_problem(
    folder: Path, expect: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, GOOD, f"name: one, expect: {expect}")
    assert main(["test", str(folder)]) == 2
    out, err = capsys.readouterr()
    assert said in err and "limits-list.yaml:5:" in err
    assert "通过 1" in out


def test_one_case_can_be_run_by_its_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, GOOD, BAD)
    assert main(["test", str(folder), "--case", "at"]) == 0
    assert main(["test", str(folder), "--case", "limits-list/above"]) == 1
    assert main(["test", str(folder), "--case", "abov"]) == 2
    assert "above" in capsys.readouterr().err


def test_json_follows_its_schema_and_names_the_step(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, GOOD, BAD)
    assert main(["test", str(folder), "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    schema = json.loads((REPOSITORY / "rules/schema/tests.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(told)
    good, bad = told["rulebooks"][0]["cases"]
    assert (good["outcome"], bad["outcome"]) == ("passed", "failed")
    assert bad["failures"][0]["expected"] == "3" and bad["failures"][0]["step"] == 1


def test_junit_has_one_testcase_for_each_case(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, GOOD, BAD)
    assert main(["test", str(folder), "--format", "junit"]) == 1
    root = ElementTree.fromstring(capsys.readouterr().out)  # noqa: S314 - our own
    suite = root.find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")


def test_a_case_without_expect_is_told_apart(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "format: hegui/case/v1\nsubject: {id: a, name: 甲}\nperiod: 2017\nfacts: {发文数: 1 份}\n"
    (folder / "cases" / "plain.yaml").write_text(text, encoding="utf-8")
    assert main(["test", str(folder)]) == 0
    assert "没写 expect 1" in capsys.readouterr().out


def test_a_rulebook_without_cases_is_said_to_have_none(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", str(folder)]) == 0
    assert "no-cases" in capsys.readouterr().err


def test_a_period_out_of_force_is_a_problem(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(folder, GOOD)
    path.write_text(path.read_text(encoding="utf-8").replace("2017", "2018"), encoding="utf-8")
    assert main(["test", str(folder)]) == 2
    assert "not-in-force" in capsys.readouterr().err


def test_of_several_folders_those_that_hold_no_rulebook_are_passed_over_and_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, GOOD)
    common = folder / "common"
    common.mkdir()
    assert main(["test", str(folder), str(common)]) == 0
    told = capsys.readouterr()
    assert f"{common}: note[not-a-rulebook]" in told.err and "通过 1" in told.out
    # Alone it is a mistake, and so is a name that is not there.
    assert main(["test", str(common)]) == 2
    assert main(["test", str(folder), str(folder / "nowhere")]) == 2
    assert "error[no-rulebook]" in capsys.readouterr().err
