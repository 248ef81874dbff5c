"""Findings of an audit accepted by an authority: marked with it, and open again when it is over or about something else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hegui.cli import main

REPORT = """\
某县水利局2023年度部门整体支出绩效自评报告
一、基本情况
某县水利局内设办公室、财务股、工程股等2个股室。
(一)机构
(二)人员
(四)资产
(五)其他
"""
WAIVER = '{finding: declared-count, quote: "2", authority: 县财政局, reason: 已更正, granted: 2024-01-01, expires: 2024-12-31'


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.txt"
    path.write_text(REPORT, encoding="utf-8")
    return path


def audited(report: Path, capsys: pytest.CaptureFixture[str], entry: str, day: str, status: int, *more: str) -> Any:
    waivers = report.parent / "waivers.yaml"
    waivers.write_text(f"format: hegui/waivers/v1\nwaivers:\n  - {entry}}}\n", encoding="utf-8")
    arguments = ["audit", str(report), "--waivers", str(waivers), "--as-of", day, "--format", "json", *more]
    assert main(arguments) == status
    return json.loads(capsys.readouterr().out)


def test_without_a_waiver_the_count_is_an_error(report: Path) -> None:
    assert main(["audit", str(report)]) == 1


def test_a_waived_finding_stands_but_no_longer_fails(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = audited(report, capsys, WAIVER, "2024-06-01", 0)
    assert {f["check"]: f["waived"] for f in found["findings"]} == {"declared-count": True, "numbering": False}
    assert [w["state"] for w in found["waivers"]] == ["in_force"]


@pytest.mark.parametrize(
    ("entry", "day", "state"),
    [
        (WAIVER, "2025-01-01", "expired"),
        (WAIVER, "2023-12-31", "not_yet"),
        (WAIVER.replace('\\"2\\"', "四个").replace('"2"', "四个"), "2024-06-01", "gone"),
        (WAIVER + ", actual: 5个", "2024-06-01", "changed"),
        (WAIVER + ", subject: 某县水利局, period: 2023, actual: 5个", "2024-06-01", "changed"),
    ],
)
def test_otherwise_the_finding_is_open(
    report: Path, capsys: pytest.CaptureFixture[str], entry: str, day: str, state: str
) -> None:
    found = audited(report, capsys, entry, day, 1)
    assert [w["state"] for w in found["waivers"]] == [state]
    assert not any(f["waived"] for f in found["findings"])


def test_sarif_calls_it_suppressed_with_the_reason(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sarif = audited(report, capsys, WAIVER, "2024-06-01", 0, "--format", "sarif")
    results = {r["ruleId"]: r.get("suppressions") for r in sarif["runs"][0]["results"]}
    assert results["numbering"] is None and results["declared-count"][0]["justification"] == "县财政局: 已更正"


def test_a_check_there_is_none_of_is_told(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = audited(report, capsys, WAIVER.replace("declared-count", "declared-counts"), "2024-06-01", 2)
    assert "unknown-id" in [p["code"] for p in found["problems"]]


@pytest.mark.parametrize("scope", ["subject: 某县教育局", "period: 2022"])
def test_a_waiver_for_another_subject_or_year_is_left_alone(
    report: Path, capsys: pytest.CaptureFixture[str], scope: str
) -> None:
    found = audited(report, capsys, f"{WAIVER}, {scope}", "2024-06-01", 1)
    assert found["waivers"] == [] and not any(f["waived"] for f in found["findings"])
