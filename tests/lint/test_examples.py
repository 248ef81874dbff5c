"""Every code has an example that gets exactly its finding, and the mended example gets none."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.lint.loadercodes import ALL
from tests.lint.examples import UNSHOWN, Change, examples


def _shown(change: Change, folder: Path) -> tuple[list[str], str]:
    problems = change.lint(folder).problems
    return [problem.code for problem in problems], "\n".join(problem.show("en") for problem in problems)


def test_the_rulebook_the_examples_change_is_clean(tmp_path: Path) -> None:
    assert _shown(Change({}), tmp_path) == ([], "")


@pytest.mark.parametrize("code", sorted(examples()))
def test_the_example_gets_its_finding_and_nothing_else(code: str, tmp_path: Path) -> None:
    bad = examples()[code].bad
    found, shown = _shown(bad, tmp_path)

    assert set(found) == {code, *bad.also}, shown
    assert code in bad.also or found.count(code) == 1, shown


@pytest.mark.parametrize("code", sorted(examples()))
def test_the_mended_example_is_clean(code: str, tmp_path: Path) -> None:
    assert _shown(examples()[code].good, tmp_path) == ([], "")


def test_every_code_has_an_example_or_a_reason_why_not() -> None:
    assert set(examples()) | set(UNSHOWN) == set(ALL)
    assert set(examples()) & set(UNSHOWN) == set()
