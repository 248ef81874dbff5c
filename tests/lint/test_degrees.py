"""Points by degree: told where a better degree gives fewer, and only where the vocabulary lists the degrees in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.lint.run import lint_folder
from tests.engine.example import HEAD, ROOT, VOCABULARY, indicator, section

BANDS = "bands: [{{when: is {0}, points: {1}}}, {{when: is {2}, points: {3}}}, {{when: is {4}, points: {5}}}]"


def codes(folder: Path, choices: str, *bands: object) -> list[str]:
    rating = f"  - {{id: rating, label: 评级, type: choice, choices: [{choices}], definition: 评价人评定}}\n"
    (folder / "vocabulary.yaml").write_text(VOCABULARY.rstrip("\n") + "\n" + rating, encoding="utf-8")
    (folder / "rulebook.yaml").write_text(HEAD + ROOT, encoding="utf-8")
    (folder / "one.yaml").write_text(section(indicator(BANDS.format(*bands), "measure: 评级\n")), encoding="utf-8")
    linted = lint_folder(folder)
    assert linted.rulebook is not None and not [one for one in linted.problems if one.severity == "error"]
    return [one.code for one in linted.problems if one.code == "points-up-and-down"]


@pytest.mark.parametrize("choices", ["优, 良, 中", "中, 良, 优"])
def test_a_better_degree_that_gives_fewer_points_is_told(choices: str, tmp_path: Path) -> None:
    assert codes(tmp_path, choices, "优", 10, "良", 8, "中", 9) == ["points-up-and-down"]
    assert codes(tmp_path, choices, "优", 10, "良", 8, "中", 8) == []


@pytest.mark.parametrize("choices", ["优, 中, 良", "甲, 乙, 丙"])
def test_choices_in_no_known_order_are_left_alone(choices: str, tmp_path: Path) -> None:
    first, second, third = choices.split(", ")
    assert codes(tmp_path, choices, first, 10, second, 8, third, 9) == []
