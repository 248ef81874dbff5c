"""The audit as its users meet it: text, JSON, SARIF, a workbook; exit status; errors that say the way out."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from jsonschema import Draft202012Validator

from tests.repo.repository import ROOT

REPORT = ROOT / "rules" / "kunming-2017" / "sources" / "report.txt"
RULES = ROOT / "rules" / "kunming-2017"
SCHEMA = json.loads((ROOT / "rules" / "schema" / "audit.json").read_text(encoding="utf-8"))
SOUND = "某县水利局2021年度自评报告\n此项指标满分为5分,实际得分5分。\n"


def run(*arguments: str | Path, status: int | None = None) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "hegui", "audit", *map(str, arguments)], capture_output=True, text=True, cwd=ROOT, check=False
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    if status is not None:
        assert done.returncode == status, done.stderr
    return done


def as_json(*arguments: str | Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(run(*arguments, "--format", "json").stdout)
    return document


def test_the_json_is_what_its_schema_says_and_the_same_every_time() -> None:
    first, second = run(REPORT, "--format", "json"), run(REPORT, "--format", "json")
    assert first.stdout == second.stdout and first.returncode == 1
    document = json.loads(first.stdout)
    assert list(Draft202012Validator(SCHEMA).iter_errors(document)) == []
    points = document["points"]
    assert points["claimed"] == "96.00" and points["contradicted"] == "1.50"


def test_with_a_rulebook_the_points_it_can_prove_are_proven() -> None:
    document = as_json(REPORT, "--rules", RULES)
    assert document["points"] == {"claimed": "96.00", "proven": "1.00", "unproven": "93.50", "contradicted": "1.50"}
    proven = [claim for claim in document["claims"] if claim["proven"] not in ("0.00", None)]
    assert [claim["name"] for claim in proven] == ["固定资产在用率"]
    assert "473.54万元" in "".join(quote["text"] for quote in proven[0]["evidence"])


def test_facts_from_elsewhere_contradict_what_is_claimed(tmp_path: Path) -> None:
    path = tmp_path / "books.yaml"
    path.write_text(
        """format: hegui/case/v1
subject: {id: kunming-gov-office, name: 昆明市人民政府办公厅}
period: 2017
sources: {books: {title: 固定资产账}}
basis: figure
source: books
facts:
  账面固定资产总额: 473.54 万元
  在用固定资产总额: {value: 300 万元, quote: 在用300万元, at: {sheet: 资产, cell: B7}}
""",
        encoding="utf-8",
    )
    document = as_json(REPORT, "--rules", RULES, "--facts", path)
    computed = [f for f in document["findings"] if f["check"] == "computed-score"]
    assert "固定资产在用率" in [finding["claim"] for finding in computed], document["problems"]


def test_the_text_shows_points_findings_and_both_places() -> None:
    text = run(REPORT, status=1).stdout
    assert "声明 49,实际列出 71" in text and "report.txt:195:29" in text and "report.txt:569:193" in text
    assert "已证实" in text and "▒" in text
    english = run(REPORT, "--lang", "en", status=1).stdout
    assert "49 are declared, 71 are listed" in english and "unproven" in english


def test_sarif_opens_the_report_at_the_quote() -> None:
    document = json.loads(run(REPORT, "--format", "sarif").stdout)
    (one_run,) = document["runs"]
    assert document["version"] == "2.1.0" and one_run["columnKind"] == "utf16CodeUnits"
    lines = REPORT.read_text(encoding="utf-8").split("\n")
    for result in one_run["results"]:
        assert one_run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        region = result["locations"][0]["physicalLocation"]["region"]
        line = lines[region["startLine"] - 1]
        assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == region["snippet"]["text"]
    count = next(r for r in one_run["results"] if r["ruleId"] == "declared-count")
    assert count["level"] == "error" and count["relatedLocations"]


def test_the_workbook_is_a_workpaper_with_live_sums_and_room_for_notes(tmp_path: Path) -> None:
    path, again = tmp_path / "底稿.xlsx", tmp_path / "again.xlsx"
    run(REPORT, "--format", "xlsx", "-o", path, status=1)
    run(REPORT, "--format", "xlsx", "-o", again, status=1)
    assert path.read_bytes() == again.read_bytes()
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    assert book.sheetnames == ["汇总", "自评得分核对", "问题清单", "数字清单"]
    assert book["汇总"]["B5"].value == "=SUMIF('自评得分核对'!O2:O72,\"是\",'自评得分核对'!L2:L72)"
    assert book["汇总"]["B9"].value == '=IF(ABS(B5+B6+B7-B4)<0.000001,"相符","不符")'
    claims = list(book["自评得分核对"].iter_rows(min_row=2, values_only=True))
    assert len(claims) == 71 and sum(row[4] for row in claims) == 98
    assert book["自评得分核对"].cell(1, 17).value == "审核人意见"
    findings = list(book["问题清单"].iter_rows(min_row=2, values_only=True))
    assert any(row[2] == "declared-count" and row[8] == "71个" and row[9] == "49个" for row in findings)


def test_a_claim_said_in_the_text_and_again_in_a_table_counts_once(tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    report.write_text(
        "某局2021年度自评报告\n自评总分为92分。\n1.预算编制\n此项指标满分为40分,实际得分40分。\n2.工作完成\n此项指标满分为60分,实际得分52分。\n"
        "| 指标 | 分值 | 得分 |\n| 预算编制 | 40 | 40 |\n| 工作完成 | 60 | 52 |\n| 合计 | 100 | 92 |\n",
        encoding="utf-8",
    )
    run(report, "--format", "xlsx", "-o", tmp_path / "o.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "o.xlsx")["自评得分核对"].iter_rows(min_row=2, values_only=True))
    assert [(row[2], row[4], row[14]) for row in rows] == [
        ("预算编制", 40, "是"), ("工作完成", 52, "是"), ("预算编制", 40, "否"), ("工作完成", 52, "否"),
    ]  # fmt: skip
    assert "92.00 分,共 2 项" in run(report).stdout


def test_nothing_of_a_report_becomes_a_formula(tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    name = "=HYPERLINK(1)"
    report.write_text(f"某局2021年度自评报告\n(1){name}\n此项指标满分为5分,实际得分6分。\n", encoding="utf-8")
    run(report, "--format", "xlsx", "-o", tmp_path / "o.xlsx", status=1)
    book = openpyxl.load_workbook(tmp_path / "o.xlsx")
    cells = [c for s in book.worksheets[1:] for row in s.iter_rows() for c in row if isinstance(c.value, str)]
    assert any("HYPERLINK" in cell.value for cell in cells)
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []


def test_the_exit_status_follows_what_is_found(tmp_path: Path) -> None:
    report = tmp_path / "sound.txt"
    report.write_text(SOUND, encoding="utf-8")
    run(report, status=0)
    report.write_text(SOUND.replace("(1)", "") + "一、说明\n本报告(摘要。\n", encoding="utf-8")
    run(report, status=0)
    run(report, "--fail-on", "note", status=1)
    run(REPORT, "--fail-on", "never", status=0)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["nowhere.txt"], "no-such-file"),
        ([REPORT, "--format", "xlsx"], "no-output"),
        ([REPORT, "--facts", RULES / "cases" / "kunming-2017.yaml"], "rules-missing"),
        ([REPORT, "--rules", "nowhere"], "no-rulebook"),
        ([REPORT, "-o", REPORT], "output-is-input"),
        ([REPORT, "--checks", "nowhere"], "no-such-file"),
    ],
)
def test_what_cannot_be_done_is_said_with_the_way_out(arguments: list[str | Path], code: str) -> None:
    done = run(*arguments, status=2)
    assert code in done.stderr or "error[" in done.stderr
    if code != "no-such-file":
        assert f"[{code}]" in done.stderr


def test_problems_are_json_where_json_was_asked_for() -> None:
    document = json.loads(run("nowhere.txt", "--format", "json", status=2).stdout)
    assert document["format"] == "hegui/problems/v1" and document["problems"][0]["code"] == "no-such-file"
