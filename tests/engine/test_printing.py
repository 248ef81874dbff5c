"""A rulebook that is printed and read again is the same rulebook."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.load import load_rulebook
from engine.printing import print_rulebook
from tests.engine.example import RULES

FOLDERS = tuple(sorted(path.parent for path in RULES.glob("**/rulebook.yaml")))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_rulebook_is_printed_and_read_again_unchanged(folder: Path, tmp_path: Path) -> None:
    rulebook, problems = load_rulebook(folder)
    assert rulebook is not None and not problems
    printed = print_rulebook(rulebook)
    for name, text in printed.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    again, problems = load_rulebook(tmp_path)
    assert not problems, "\n".join(problem.show("en") for problem in problems)
    assert again == rulebook
    assert print_rulebook(again) == printed
