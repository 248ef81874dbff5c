"""The page of checks lists the checks of the rulebook, with their severities, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from engine.load import load_rulebook
from hegui.audit.run import CHECKS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "audit-checks.md"


def test_every_check_is_on_the_page_with_its_severity() -> None:
    rulebook, problems = load_rulebook(CHECKS)
    assert rulebook is not None and problems == ()
    listed = re.findall(r"^\| `([a-z-]+)` \| (\w+) \| ([^|]+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [(check.id, check.severity, check.title.zh) for check in rulebook.checks] == [
        (name, severity, title.strip()) for name, severity, title in listed
    ]


def test_every_check_speaks_both_languages() -> None:
    rulebook, _ = load_rulebook(CHECKS)
    assert rulebook is not None
    assert [check.id for check in rulebook.checks if not (check.title.en and check.message_en and check.message)] == []
