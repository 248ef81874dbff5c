"""A rulebook that includes a library of concepts may use them, and changes when the library does."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.load import load_rulebook
from facts import vocabularylibrary
from tests.engine.example import HEAD, ROOT, indicator, section

WORDS = "format: hegui/vocabulary/v1\ninclude: [shared]\nconcepts:\n  - {id: own, label: 自有项, type: text}\n"
SHARED = "format: hegui/vocabulary/v1\nconcepts:\n  - {id: shared_flag, label: 共用项, type: boolean}\n"
FORM = "full: 共用项 is 是\notherwise: 0"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    common, rules = tmp_path / "common", tmp_path / "rules"
    common.mkdir()
    rules.mkdir()
    (common / "shared.yaml").write_text(SHARED, encoding="utf-8")
    files = {"rulebook.yaml": HEAD + ROOT, "vocabulary.yaml": WORDS, "one.yaml": section(indicator(FORM))}
    for name, text in files.items():
        (rules / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(vocabularylibrary, "COMMON_FOLDER", common)
    return rules


def test_a_formula_may_name_an_included_concept(folder: Path) -> None:
    rulebook, problems = load_rulebook(folder)
    assert rulebook is not None and problems == ()
    assert set(rulebook.vocabulary.concepts) == {"own", "shared_flag"}


def test_a_change_of_an_included_file_changes_the_digest(folder: Path) -> None:
    before, _ = load_rulebook(folder)
    shared = folder.parent / "common" / "shared.yaml"
    shared.write_text(SHARED.replace("type: boolean", "type: boolean, definition: 新口径"), encoding="utf-8")
    after, _ = load_rulebook(folder)
    assert before is not None and after is not None and before.digest != after.digest


def test_what_is_wrong_in_an_included_file_is_told_once_and_there(folder: Path) -> None:
    shared = folder.parent / "common" / "shared.yaml"
    shared.write_text(SHARED + "  - {id: x, label: 某项, type: numeric}\n", encoding="utf-8")
    rulebook, problems = load_rulebook(folder)
    assert rulebook is None
    assert [(p.code, p.at.file, p.at.line) for p in problems] == [("unknown-value", str(shared), 4)]
