"""SARIF as 2.1.0 has it: structure, and regions in UTF-16 code units that hold exactly what is quoted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from hegui.audit.sarif import audit_sarif
from tests.audit.reports import audit
from tests.hegui.sarifstandard import SARIF

REPORT = """某县水利局2021年度部门整体支出绩效自评报告
一、情况
😀2021年度部门预算1,200.00万元,😀年度决算1,180.50万元,预算执行率99.38%。
(1)𠮷目标合理性
此项指标满分为5分,实际得分6分。
"""


def sarif(text: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads("".join(audit_sarif(audit(text))))
    return document


def regions(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        place["physicalLocation"]["region"]
        for result in document["runs"][0]["results"]
        for place in (*result["locations"], *result.get("relatedLocations", ()))
    ]


@pytest.mark.parametrize("text", [REPORT, REPORT.replace("6分", "5分").replace("99.38%", "98.38%")])
def test_the_document_has_the_structure_of_the_standard(text: str) -> None:
    assert list(Draft202012Validator(SARIF).iter_errors(sarif(text))) == []


def test_every_region_holds_its_snippet_in_utf_16_code_units() -> None:
    found = regions(sarif(REPORT))
    lines = [line.encode("utf-16-le") for line in REPORT.split("\n")]
    assert len(found) >= 4 and any(region["startColumn"] > 3 for region in found)
    for region in found:
        line = lines[region["startLine"] - 1][2 * (region["startColumn"] - 1) : 2 * (region["endColumn"] - 1)]
        assert line.decode("utf-16-le") == region["snippet"]["text"]
