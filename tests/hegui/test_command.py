"""The command as people and scripts use it: results, exit status, bad input."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.session import EngineFault, Session
from hegui.cli import main

ROOT = Path(__file__).resolve().parents[2]
KUNMING = ROOT / "rules" / "kunming-2017"
CASE = KUNMING / "cases" / "kunming-2017.yaml"
HEAD = "format: hegui/case/v1\nsubject: {id: x, name: 甲局}\nperiod: 2017\n"


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def assessed(capsys: pytest.CaptureFixture[str], *more: object) -> Any:
    assert run("check", CASE, "--rules", KUNMING, "--format", "json", *more) == 0
    return json.loads(capsys.readouterr().out)


# --- the main job ---


def test_kunming_as_filed_is_96_and_excellent(capsys: pytest.CaptureFixture[str]) -> None:
    found = assessed(capsys)
    assert (found["score"], found["grade"]) == ("96.00", "优")
    assert [section["score"] for section in found["sections"]] == ["33.00", "20.00", "43.00"]


def test_kunming_has_exactly_four_deductions_of_one_point_with_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    found = assessed(capsys)
    deductions = {i["id"]: i["deductions"] for i in found["indicators"] if i["deductions"]}
    assert list(deductions) == ["target-soundness", "indicator-clarity", "team-building", "mechanism-innovation"]
    for (only,) in deductions.values():
        assert only["points"] == "1.00"
        assert len(only["reason"]) > 10


def test_on_figures_alone_the_total_is_an_interval(capsys: pytest.CaptureFixture[str]) -> None:
    found = assessed(capsys, "--accept", "figure")
    assert found["score"] is None and found["grade"] is None
    assert found["lower"] < found["upper"]
    assert found["by_basis"]["figure"] == "1.00"
    assert found["missing_facts"][0]["settles"] == "4.00"


def test_every_accepted_contradiction_is_in_the_assessment(capsys: pytest.CaptureFixture[str]) -> None:
    found = assessed(capsys)
    assert [one["problem"] for one in found["accepted"]] == ["declared-indicators", "listed-points", "listed-points"]
    assert all(one["reason"] and one["authority"] and one["message"] for one in found["accepted"])


def test_the_same_input_gives_the_same_bytes_also_with_the_facts_in_another_order(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run("check", CASE, "--rules", KUNMING, "--format", "json") == 0
    first = capsys.readouterr().out
    assert run("check", CASE, "--rules", KUNMING, "--format", "json", "--isolated") == 0
    assert capsys.readouterr().out == first
    (tmp_path / "sources").mkdir()
    (tmp_path / "cases").mkdir()
    shutil.copy(KUNMING / "sources" / "report.txt", tmp_path / "sources")
    data = yaml.safe_load(CASE.read_text(encoding="utf-8"))
    data["facts"] = dict(reversed(list(data["facts"].items())))
    shuffled = tmp_path / "cases" / "case.yaml"
    shuffled.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    assert run("check", shuffled, "--rules", KUNMING, "--format", "json") == 0
    assert capsys.readouterr().out == first


def test_changing_one_threshold_changes_the_score_as_the_rule_says(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(KUNMING, rules)
    section = rules / "performance.yaml"
    text = section.read_text(encoding="utf-8")
    assert text.count('full: ">= 97%"') == 1
    section.write_text(text.replace('full: ">= 97%"', 'full: ">= 98%"'), encoding="utf-8")
    assert run("check", CASE, "--rules", rules, "--format", "json") == 0
    found = json.loads(capsys.readouterr().out)
    # The report says only "not below 97%": one point is open now.
    assert (found["lower"], found["upper"]) == ("95.00", "96.00")


# --- explain ---


@pytest.mark.parametrize("name", ["assets-in-use", "固定资产在用率"])
def test_explain_leads_from_the_point_to_the_quote(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert run("explain", CASE, name, "--rules", KUNMING) == 0
    text = capsys.readouterr().out
    for part in ("473.54 万元 / 473.54 万元", "100% >= 95%", "135:48", "账面固定资产总额"):
        assert part in text


def test_an_unknown_indicator_is_answered_with_a_suggestion(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("explain", CASE, "asset-in-use", "--rules", KUNMING, "--lang", "en") == 2
    assert "Did you mean assets-in-use" in capsys.readouterr().err


# --- bad input ---

BAD_FACTS = {
    "nan": ("facts: {公报编印期数: NaN}", "not-a-number"),
    "exponent": ("facts: {公报编印期数: 1e3}", "not-a-number"),
    "huge": ("facts: {公报编印期数: 1e400}", "not-a-number"),
    "negative": ("facts: {公报编印期数: -5 期}", "out-of-range"),
    "fraction": ("facts: {公报编印期数: 1.5 期}", "out-of-range"),
    "percent": ('facts: {公报编印期数: "98%"}', "unit-mismatch"),
    "bare rate": ("facts: {三公经费控制率: 98.7}", "unit-missing"),
    "unknown concept": ("facts: {公报编印数: 12}", "unknown-concept"),
    "two values": ("facts: {公报编印期数: 12, gazette_issues: 11}", "conflicting-facts"),
    "twice": ("facts: {公报编印期数: 12, 公报编印期数: 13}", "duplicate-key"),
    "unknown key": ("fact: {}", "unknown-key"),
    "broken": ("facts: {a: [1, }", "bad-yaml"),
    "long": ("facts: {绩效目标: {rows: [{名称: " + "长" * 5000 + "}]}}", "too-long"),
    "bomb": ("facts: &a {b: *a}", "alias"),
}


@pytest.mark.parametrize(("text", "code"), BAD_FACTS.values(), ids=BAD_FACTS)
def test_bad_facts_are_problems_with_their_place(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, code: str
) -> None:
    case = tmp_path / "case.yaml"
    case.write_text(HEAD + text + "\n", encoding="utf-8")
    assert run("check", case, "--rules", KUNMING, "--lang", "en") == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert f"{case}:" in said.err and code in said.err
    assert "Traceback" not in said.err


def test_a_rulebook_not_in_force_is_an_error_never_a_fallback(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    case = tmp_path / "case.yaml"
    case.write_text(HEAD.replace("2017", "2018") + "facts: {}\n", encoding="utf-8")
    assert run("check", case, "--rules", KUNMING) == 2
    assert "not-in-force" in capsys.readouterr().err


def test_files_too_large_binary_or_absent_are_problems(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for name, data in (("big", b"a" * 10_000_000), ("nul", b"a: \0b"), ("gbk", b"a: \xb0\xb2"), ("empty", b"")):
        path = tmp_path / f"{name}.yaml"
        path.write_bytes(data)
        assert run("check", path, "--rules", KUNMING) == 2
    assert run("check", tmp_path / "none.yaml", "--rules", KUNMING) == 2
    assert run("check", CASE, "--rules", tmp_path / "none") == 2
    assert "Traceback" not in capsys.readouterr().err


def test_lint_lists_every_fault_at_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(KUNMING, rules)
    section = rules / "management.yaml"
    text = section.read_text(encoding="utf-8")
    text = text.replace('full: "<= 100%"', 'full: "<= 100"').replace('full: ">= 95%"', 'full: ">= 95 尺"')
    section.write_text(text.replace("id: assets-in-use", "id: basic-execution"), encoding="utf-8")
    assert run("lint", rules, "--format", "json") == 1
    codes = {one["code"] for one in json.loads(capsys.readouterr().out)["problems"]}
    assert {"unit-mismatch", "unknown-unit", "duplicate-id"} <= codes


def test_lint_of_a_sound_rulebook_is_clean(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("lint", KUNMING) == 0
    assert "没有发现问题" in capsys.readouterr().out


# --- exit status, faults, output ---


def test_an_engine_fault_gives_no_score(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fault(*_: object) -> int:
        raise EngineFault("a rule fired that should not")

    monkeypatch.setattr(Session, "fire", fault)
    assert run("check", CASE, "--rules", KUNMING) == 3
    said = capsys.readouterr()
    assert said.out == "" and "Traceback" not in said.err


def test_findings_at_or_above_the_limit_give_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", CASE, "--rules", KUNMING, "--fail-on", "warning") == 1
    assert run("check", CASE, "--rules", KUNMING, "--fail-on", "never") == 0
    capsys.readouterr()


def test_output_is_written_whole_or_not_at_all(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    assert run("check", CASE, "--rules", KUNMING, "--format", "json", "-o", target) == 0
    assert json.loads(target.read_text(encoding="utf-8"))["score"] == "96.00"
    assert run("check", CASE, "--rules", KUNMING, "-o", tmp_path / "no" / "out") == 2
    assert run("check", CASE, "--rules", KUNMING, "-o", tmp_path) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.json", "out.json.receipt.json"]
    capsys.readouterr()


@pytest.mark.parametrize(
    "arguments", [[], ["check"], ["check", "a", "--rules", "b", "--accept", "hearsay"], ["nothing"]]
)
def test_wrong_usage_is_2_and_says_so_in_both_languages(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert "用法有误" in capsys.readouterr().err


def process(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hegui", *(str(argument) for argument in arguments)]
    known = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=known, check=False)


def test_the_output_is_utf8_whatever_the_terminal_says() -> None:
    done = process("check", CASE, "--rules", KUNMING, LANG="C", LC_ALL="C", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "等级 优" in done.stdout


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom hegui.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print(sorted({'yaml', 'jsonschema', 'structlog', 'durable_rules_engine'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip().endswith("[]")


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = f"{sys.executable} -m hegui check {CASE} --rules {KUNMING} | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, check=False)
    assert "Traceback" not in done.stderr and "Exception" not in done.stderr


# --- waivers ---

WAIVERS = """\
format: hegui/waivers/v1
rulebook: kunming-2017
waivers:
  - finding: deduction
    at: team-building
    points: 1
    authority: 市财政局复核意见
    reason: 培训推迟到次年一季度
    expires: 2018-12-31
  - {finding: "check:tasks-agree", authority: 市审计局, reason: 已来函更正, expires: 2018-12-31}
"""


def test_waivers_show_the_score_before_and_after(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text(WAIVERS, encoding="utf-8")
    found = assessed(capsys, "--waivers", path, "--as-of", "2018-12-31")
    assert (found["waived"]["before"]["score"], found["waived"]["after"]["score"], found["score"]) == (
        "96.00",
        "97.00",
        "96.00",
    )
    assert {w["state"] for w in found["waived"]["waivers"]} == {"in_force"}
    assert (
        run("check", CASE, "--rules", KUNMING, "--waivers", path, "--as-of", "2019-01-01", "--fail-on", "warning") == 1
    )
    assert "豁免前 96.00 优,豁免后 96.00 优" in capsys.readouterr().out


def test_waived_findings_no_longer_fail_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lost = ("target-soundness", "indicator-clarity", "team-building", "mechanism-innovation")
    deductions = [
        f"  - {{finding: deduction, at: {one}, points: 1, authority: 甲, reason: 乙, expires: 2030-01-01}}\n"
        for one in lost
    ]
    checks = [
        f'  - {{finding: "check:{one}", authority: 甲, reason: 乙, expires: 2030-01-01}}\n'
        for one in ("tasks-agree", "internal-offices")
    ]
    path = tmp_path / "waivers.yaml"
    path.write_text("format: hegui/waivers/v1\nwaivers:\n" + "".join(deductions + checks), encoding="utf-8")
    command = ("check", CASE, "--rules", KUNMING, "--fail-on", "warning")
    assert run(*command) == 1
    assert run(*command, "--waivers", path, "--as-of", "2018-06-01", "--isolated") == 0
    assert "豁免后 100.00 优" in capsys.readouterr().out


def test_an_acceptance_that_has_expired_opens_the_contradiction_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(KUNMING, rules)
    book = rules / "rulebook.yaml"
    text = book.read_text(encoding="utf-8")
    book.write_text(
        text.replace("authority: 报告正文 四(二) 的逐项评分", "authority: 甲\n    expires: 2018-12-31"),
        encoding="utf-8",
    )
    case = rules / "cases" / "kunming-2017.yaml"
    assert run("check", case, "--rules", rules, "--as-of", "2018-12-31") == 0
    capsys.readouterr()
    assert run("check", case, "--rules", rules, "--as-of", "2019-01-01") == 2
    told = capsys.readouterr().err
    assert "expired-acceptance" in told and "declared-indicators" in told


@pytest.mark.parametrize("text", ["", "waivers: []\n", "format: hegui/waivers/v1\nwaivers: [{finding: deduction}]\n"])
def test_a_broken_waiver_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text(text, encoding="utf-8")
    assert run("check", CASE, "--rules", KUNMING, "--waivers", path) == 2


@pytest.mark.parametrize("percent", ["100.1", "999", "-1", "many", ""])
def test_a_percentage_beyond_its_range_is_refused(percent: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        run("cover", KUNMING, f"--fail-under={percent}")
    assert left.value.code == 2 and "0 至 100" in capsys.readouterr().err
