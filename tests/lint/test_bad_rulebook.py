"""A deliberately bad rulebook with one fault of each kind gets exactly those findings, each at its line."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from engine.lint.run import lint_folder

BAD = Path(__file__).parent / "bad"
_EXPECTED = re.compile(r"#! ([a-z-]+)$")


def expected(folder: Path) -> list[tuple[str, int, str]]:
    """File, line and code of everything the comments after #! announce."""
    found = []
    for path in folder.glob("*.yaml"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            found += [(path.name, number, match.group(1)) for match in _EXPECTED.finditer(line)]
    return sorted(found)


def told(folder: Path) -> list[tuple[str, int, str]]:
    problems = lint_folder(folder).problems
    return sorted((Path(problem.at.file).name, problem.at.line, problem.code) for problem in problems)


def test_exactly_the_faults_there_are_are_told() -> None:
    assert told(BAD) == expected(BAD)
    assert len(expected(BAD)) > 20


def test_every_finding_has_its_sentence_and_way_out_in_both_languages() -> None:
    for problem in lint_folder(BAD).problems:
        assert problem.message.zh and problem.message.en
        assert problem.at.line and problem.at.column
        if problem.severity != "error":
            assert problem.hint.zh and problem.hint.en


def test_of_an_entry_with_an_error_nothing_more_is_said_and_of_the_others_everything(tmp_path: Path) -> None:
    shutil.copytree(BAD, tmp_path / "rules")
    cases = tmp_path / "rules/cases.yaml"
    text = cases.read_text(encoding="utf-8").replace("when: 用时 >= 0 天", "when: 用时 >= 0 万元")
    cases.write_text(text.replace("#! always-holds", "#! unit-mismatch"), encoding="utf-8")

    assert told(tmp_path / "rules") == expected(tmp_path / "rules")
