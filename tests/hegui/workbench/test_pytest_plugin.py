"""The pytest plugin: cases beside a rulebook are tests, and a failed one says what `hegui test` says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.engine.example import HEAD, ROOT, VOCABULARY, indicator, section
from tests.repo.repository import ROOT as REPOSITORY

CASES = """\
format: hegui/cases/v1
period: 2017
cases:
  - {name: good, facts: {发文数: 680 份}, expect: {indicators: {only: 10}}}
  - {name: bad, facts: {发文数: 681 份}, expect: {indicators: {only: 10}}}
"""


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "hegui.pytest_plugin", "-p", "no:cacheprovider", *options]
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    return subprocess.run(
        [*command, f"--rootdir={folder}", "-c", str(folder / "pytest.ini"), str(folder / "book")],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )


def write(folder: Path, cases: str) -> None:
    book = folder / "book"
    (book / "cases").mkdir(parents=True)
    (book / "rulebook.yaml").write_text(HEAD + ROOT, encoding="utf-8")
    (book / "vocabulary.yaml").write_text(VOCABULARY, encoding="utf-8")
    limit = indicator('full: "<= 680 份"\notherwise: 0\n', "measure: 发文数\n")
    (book / "one.yaml").write_text(section(limit), encoding="utf-8")
    (book / "cases" / "limits.yaml").write_text(cases, encoding="utf-8")


def test_each_case_is_a_test_and_a_failed_one_says_why(tmp_path: Path) -> None:
    write(tmp_path, CASES)
    done = run(tmp_path, "-o", "hegui_lang=en")
    assert done.returncode == 1
    assert "1 failed, 1 passed" in done.stdout
    assert "limits.yaml:5:" in done.stdout and "score: expected 10.00, found 0.00" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_case_file_that_cannot_be_read_is_an_error_of_collecting(tmp_path: Path) -> None:
    write(tmp_path, CASES.replace("发文数: 681 份", "发文: 681 份"))
    done = run(tmp_path)
    assert done.returncode == 2
    assert "limits.yaml:5:25: error[unknown-concept]" in done.stdout


def test_one_case_can_be_chosen_by_its_name(tmp_path: Path) -> None:
    write(tmp_path, CASES)
    done = run(tmp_path, "-k", "good")
    assert done.returncode == 0 and "1 passed, 1 deselected" in done.stdout
