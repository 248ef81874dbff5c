"""`hegui lint` as people and scripts meet it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from engine.lint.loadercodes import ALL
from hegui.cli import main
from tests.lint.examples import Change, examples
from tests.repo.repository import ROOT

BAD = ROOT / "tests/lint/bad"
RULEBOOKS = sorted(path.parent for path in (ROOT / "rules").rglob("rulebook.yaml"))


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def written(change: Change, folder: Path) -> Path:
    for name, text in change.files().items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def sarif(capsys: pytest.CaptureFixture[str], *arguments: object) -> Any:
    run("lint", *arguments, "--format", "sarif")
    document = json.loads(capsys.readouterr().out)
    assert document["version"] == "2.1.0"
    return document["runs"][0]


@pytest.mark.parametrize("folder", RULEBOOKS, ids=lambda path: path.name)
def test_every_rulebook_we_ship_is_clean_to_the_last_note(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("lint", folder, "--fail-on", "note") == 0, capsys.readouterr().out


def test_a_report_groups_by_file_and_counts(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("lint", BAD) == 1

    blocks = capsys.readouterr().out.strip().split("\n\n")
    assert [block.split(":")[0].rsplit("/", 1)[-1] for block in blocks[:-1]] == sorted(
        p.name for p in BAD.glob("*.yaml")
    )
    assert blocks[-1].startswith("共 ") and "docs/lint" in blocks[-1]


def test_a_report_in_english_has_no_chinese_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    run("lint", BAD, "--lang", "en")

    assert "problems: errors" in capsys.readouterr().out


@pytest.mark.parametrize(("limit", "status"), [("error", 0), ("warning", 1), ("note", 1), ("never", 0)])
def test_the_exit_status_follows_what_findings_count(
    limit: str, status: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("lint", written(examples()["gap-to-otherwise"].bad, tmp_path), "--fail-on", limit) == status


def test_what_is_no_rulebook_is_unusable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("lint", tmp_path) == 2
    assert run("lint", tmp_path / "nowhere") == 2


def test_sarif_names_each_rule_once_and_points_to_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    found = sarif(capsys, BAD)

    rules = found["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted({result["ruleId"] for result in found["results"]})
    for result in found["results"]:
        rule = rules[result["ruleIndex"]]
        assert rule["id"] == result["ruleId"] and rule["defaultConfiguration"]["level"] == result["level"]
        assert rule["fullDescription"]["text"] == ALL[rule["id"]].why.zh
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"].endswith(".yaml") and place["region"]["startLine"] > 0


@pytest.mark.parametrize("code", ["gap-to-otherwise", "shared-end"])
def test_the_fix_of_a_finding_mends_it(code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = written(examples()[code].bad, tmp_path)
    (result,) = sarif(capsys, folder)["results"]
    (change,) = result["fixes"][0]["artifactChanges"]
    (replacement,) = change["replacements"]
    region = replacement["deletedRegion"]
    path = folder / Path(change["artifactLocation"]["uri"]).name
    lines = path.read_text(encoding="utf-8").split("\n")
    line = lines[region["startLine"] - 1]
    new = replacement["insertedContent"]["text"]
    lines[region["startLine"] - 1] = line[: region["startColumn"] - 1] + new + line[region["endColumn"] - 1 :]
    path.write_text("\n".join(lines), encoding="utf-8")

    assert run("lint", folder, "--fail-on", "note") == 0, capsys.readouterr().out


def test_a_fix_is_left_out_where_the_text_is_written_otherwise(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = written(examples()["gap-to-otherwise"].bad, tmp_path)
    path = folder / "example.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("<= 89%", "≤89%"), encoding="utf-8")

    (result,) = sarif(capsys, folder)["results"]
    assert "fixes" not in result


def test_junit_has_a_suite_for_each_rulebook(capsys: pytest.CaptureFixture[str]) -> None:
    run("lint", BAD, ROOT / "rules/kunming-2017", "--format", "junit")

    root = ElementTree.fromstring(capsys.readouterr().out)  # noqa: S314  # what we have just written
    bad, sound = root.findall("testsuite")
    assert int(bad.attrib["failures"]) > 15 and int(bad.attrib["skipped"]) > 2
    assert sound.attrib["failures"] == "0" and sound.attrib["tests"] == "1"


def test_a_finding_accepted_by_name_is_told_no_more_and_a_stale_acceptance_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = written(examples()["gap-to-otherwise"].bad, tmp_path)
    root = folder / "rulebook.yaml"
    accepted = (
        "accept: [{problem: gap-to-otherwise, at: example, reason: 原文如此, authority: 某局, expires: 2018-12-31}]\n"
    )
    root.write_text(root.read_text(encoding="utf-8") + accepted, encoding="utf-8")

    assert run("lint", folder, "--fail-on", "note") == 0
    assert run("lint", folder, "--as-of", "2019-01-01") == 1
    assert "expired-acceptance" in capsys.readouterr().out
    section = folder / "example.yaml"
    section.write_text(section.read_text(encoding="utf-8").replace("<= 89%", "< 90%"), encoding="utf-8")
    assert run("lint", folder) == 1
    assert "stale-acceptance" in capsys.readouterr().out


def test_the_same_rulebook_gives_the_same_bytes(capsys: pytest.CaptureFixture[str]) -> None:
    outputs = set()
    for _ in range(2):
        run("lint", BAD, "--format", "sarif")
        outputs.add(capsys.readouterr().out)

    assert len(outputs) == 1


@pytest.mark.parametrize("value", ["乙", "甲", "乙 + 1"])
def test_parameters_that_name_each_other_are_told_and_nothing_hangs(
    value: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change = Change({"root": f"parameters: {{甲: {value}, 乙: 甲}}\n"})

    assert run("lint", written(change, tmp_path), "--lang", "en") == 1
    assert capsys.readouterr().out.count("not-a-number") == 2


def test_a_condition_that_branches_without_end_is_linted_in_bounded_steps(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    condition = "执行率 > 1%"
    for n in range(2, 18):
        condition = f"(执行率 > {n}% or 满意度 < {n}%) and (通知数 = {n} 份 or ({condition}))"
    indicator = (
        f"- {{id: example, title: 深, title_en: Deep, points: 10, score: {{full: '{condition}', otherwise: 0}}}}\n"
    )

    assert run("lint", written(Change({"indicators": indicator}), tmp_path), "--fail-on", "note") == 0
