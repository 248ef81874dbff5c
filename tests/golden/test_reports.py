"""Whole reports, compared line by line. After a change that is meant: `make golden`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hegui.cli import main

HERE = Path(__file__).resolve().parent
KUNMING = HERE.parents[1] / "rules" / "kunming-2017"
CASE = KUNMING / "cases" / "kunming-2017.yaml"
REPORTS = {
    "kunming-zh.txt": ["check"],
    "kunming-en.txt": ["check", "--lang", "en"],
    "kunming-figures-zh.txt": ["check", "--accept", "figure"],
    "explain-deduction-zh.txt": ["explain", "team-building"],
    "explain-ratio-en.txt": ["explain", "assets-in-use", "--lang", "en"],
    "explain-bound-zh.txt": ["explain", "hotline-completion"],
}


@pytest.mark.parametrize("name", REPORTS)
def test_the_report_reads_as_before(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    verb, *rest = REPORTS[name]
    positional = [rest.pop(0)] if verb == "explain" else []
    assert main([verb, str(CASE), *positional, "--rules", str(KUNMING), *rest]) == 0
    found, kept = capsys.readouterr().out, HERE / name
    if os.environ.get("HEGUI_RENEW_GOLDEN"):
        kept.write_text(found, encoding="utf-8")
    assert found == kept.read_text(encoding="utf-8")
