"""One noun for one thing, and the glossary is where it is defined."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.repo.repository import ROOT, classes

GLOSSARY = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in GLOSSARY.splitlines()
    if line.startswith("|") and not line.startswith(("|---", "| 中文 |"))
]
DOMAIN = (
    "engine/model.py",
    "engine/assessment.py",
    "facts/model.py",
    "facts/provenance.py",
    "facts/expectation.py",
    "facts/examples.py",
    "engine/judging.py",
    "facts/vocabulary.py",
    "facts/waiver.py",
    "facts/documents/model.py",
    "facts/cleaning/model.py",
    "facts/report/model.py",
    "facts/report/statements/model.py",
    "hegui/audit/model.py",
)


@pytest.mark.parametrize("module", DOMAIN)
def test_every_record_of_the_domain_has_an_entry(module: str) -> None:
    defined = {name for row in ROWS for name in re.findall(r"`(\w+)`", row[1])}

    assert set(classes(ROOT / module)) - defined == set()


def test_every_word_is_defined_once_in_both_languages() -> None:
    chinese, english = Counter(row[0] for row in ROWS), Counter(row[1] for row in ROWS)

    assert [word for word, n in (chinese + english).items() if n > 1] == []
    assert [row for row in ROWS if len(row) != 4 or not all(row)] == []


def test_every_name_in_code_type_is_a_class_that_exists() -> None:
    named = {name for row in ROWS for name in re.findall(r"`(\w+)`", row[1])}
    known = {name for module in DOMAIN for name in classes(ROOT / module)}

    assert named - known == set()
