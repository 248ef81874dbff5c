"""Every document the command writes is what its published schema says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from facts.structure import SCHEMA_FOLDER
from hegui.cli import main

ROOT = Path(__file__).resolve().parents[2]
KUNMING = ROOT / "rules" / "kunming-2017"
CASE = KUNMING / "cases" / "kunming-2017.yaml"
OTHERS = sorted((ROOT / "rules" / "clauses").glob("*/cases/*.yaml"))


def document(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, Any]:
    status = main([str(argument) for argument in arguments])
    return status, json.loads(capsys.readouterr().out)


def violations(name: str, found: object) -> list[str]:
    schema = json.loads((SCHEMA_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(found)]


@pytest.mark.parametrize("accept", ["figure,stated,judged", "figure"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_assessment_is_what_its_schema_says(capsys: pytest.CaptureFixture[str], accept: str, language: str) -> None:
    arguments = ("check", CASE, "--rules", KUNMING, "--format", "json", "--accept", accept, "--lang", language)
    status, found = document(capsys, *arguments)
    assert status == 0
    assert violations("assessment", found) == []


@pytest.mark.parametrize("case", OTHERS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_assessments_of_other_rulebooks_are_too(capsys: pytest.CaptureFixture[str], case: Path) -> None:
    _, found = document(capsys, "check", case, "--rules", case.parents[1], "--format", "json")
    assert violations("assessment", found) == []


def test_an_explanation_is_what_its_schema_says(capsys: pytest.CaptureFixture[str]) -> None:
    status, found = document(capsys, "explain", CASE, "assets-in-use", "--rules", KUNMING, "--format", "json")
    assert status == 0
    assert violations("explanation", found) == []


def test_problems_are_what_their_schema_says(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, found = document(capsys, "check", tmp_path / "none.yaml", "--rules", KUNMING, "--format", "json")
    assert status == 2
    assert violations("problems", found) == []
