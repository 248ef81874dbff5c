"""Rules and facts that are about somebody or something else are told, never used in silence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hegui.cli import main

ROOT = Path(__file__).resolve().parents[3]
KUNMING = ROOT / "rules" / "kunming-2017"
FORM = """\
昆明市人民政府办公厅{year}年度部门整体支出绩效自评表
| 一级指标 | 三级指标 | 目标值 | 实际完成值 | 分值 | 自评得分 |
|---|---|---|---|---|---|
| 部门管理 | 固定资产在用率 | {target} | {actual} | {points} | {points} |
"""
FACTS = """\
format: hegui/case/v1
subject: {{id: x, name: {name}}}
period: {year}
facts:
  在用固定资产总额: {{value: 100 万元, basis: figure}}
  账面固定资产总额: {{value: 100 万元, basis: figure}}
"""


def audited(tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str, *more: object) -> Any:
    report = tmp_path / "form.txt"
    report.write_text(form, encoding="utf-8")
    main(["audit", str(report), "--format", "json", *map(str, more)])
    return json.loads(capsys.readouterr().out)


def form(year: int = 2017, points: str = "1", target: str = "≥95%", actual: str = "97%") -> str:
    return FORM.format(year=year, points=points, target=target, actual=actual)


def codes(found: Any) -> set[str]:
    return {problem["code"] for problem in found["problems"]}


def facts(tmp_path: Path, name: str = "昆明市人民政府办公厅", year: int = 2017) -> Path:
    path = tmp_path / "facts.yaml"
    path.write_text(FACTS.format(name=name, year=year), encoding="utf-8")
    return path


def test_a_claim_worth_other_points_is_not_held_against_the_rulebook(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = audited(tmp_path, capsys, form(points="15"), "--rules", KUNMING, "--facts", facts(tmp_path))
    assert "other-points" in codes(found) and found["findings"] == []
    assert found["claims"][0]["computed"] is None


def test_a_claim_worth_the_same_is_proven_by_the_facts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = audited(tmp_path, capsys, form(), "--rules", KUNMING, "--facts", facts(tmp_path))
    assert found["points"]["proven"] == "1.00"
    assert codes(found) == {"claims-matched"}


def test_facts_of_somebody_else_or_another_year_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = facts(tmp_path, name="大连市交通运输局")
    assert "other-subject" in codes(audited(tmp_path, capsys, form(), "--rules", KUNMING, "--facts", other))


def test_a_rulebook_not_in_force_is_not_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = audited(tmp_path, capsys, form(year=2021), "--rules", KUNMING)
    assert "not-in-force" in codes(found) and found["claims"][0]["computed"] is None


@pytest.mark.parametrize(
    ("target", "actual", "proven"),
    [
        ("≥95%", "97%", "1.00"),
        ("≤5%", "3%", "1.00"),
        ("≤5%", "8%", "0.00"),
        ("100%", "100%", "1.00"),
        ("110", "116.88", "1.00"),
        ("≥95%", "达到目标", "0.00"),
    ],
)
def test_only_a_number_that_meets_the_target_proves(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], target: str, actual: str, proven: str
) -> None:
    found = audited(tmp_path, capsys, form(target=target, actual=actual))
    assert found["points"]["proven"] == proven


def test_a_target_below_which_less_is_better_proves_nothing_by_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = form(target="5%", actual="8%").replace("固定资产在用率", "群众投诉率")
    assert audited(tmp_path, capsys, text)["points"]["proven"] == "0.00"


def test_what_is_no_report_is_not_called_clean(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("今天天气很好。\n", encoding="utf-8")
    assert main(["audit", str(path)]) == 2
