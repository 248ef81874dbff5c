"""A scale with both ends: which scores lie in no grade or in two, exactly, and the edit that mends it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.lint.run import lint_folder
from tests.lint.examples import Change

ROUNDED = "defaults: {missing: undetermined, zero_denominator: undetermined, partial_unit: up, not_applicable: full, round_measure: none, round_score: %s}\n"
SCALE = "grades: {of: %s, scale: [{grade: 优, from: 9, to: %s}, {grade: 良, from: 0, %s}]}\n"
HALVES = "{places: 0, mode: half_up}"


def told(folder: Path, rounding: str, of: str, top: str, end: str, also: str = "") -> list[tuple[str, str]]:
    """Code and the replacement of every finding about the scale."""
    linted = Change({"root": ROUNDED % rounding + SCALE % (of, top, end) + also}).lint(folder)
    edits = {problem: edit.new for problem, edit in linted.edits}
    return [(p.code, edits.get(p, "")) for p in linted.problems if p.code.startswith("grade-range")]


@pytest.mark.parametrize(
    ("rounding", "of", "end", "expected"),
    [
        ("none", "score", "to: 8", [("grade-range-gap", "below: 9")]),
        ("none", "score", "to: 8.999", [("grade-range-gap", "below: 9")]),
        ("none", "score", "below: 9", []),
        ("none", "score", "below: 8", [("grade-range-gap", "below: 9")]),
        ("none", "score", "to: 9", [("grade-range-overlap", "below: 9")]),
        ("none", "score", "to: 9.5", [("grade-range-overlap", "below: 9")]),
        # No total lies between 8 and 9 when totals are whole, or between 8.99 and 9 with two places.
        (HALVES, "score", "to: 8", []),
        (HALVES, "score", "below: 8", [("grade-range-gap", "below: 9")]),
        ("{places: 2, mode: half_up}", "score", "to: 8.99", []),
        ("{places: 2, mode: half_up}", "score", "to: 8.98", [("grade-range-gap", "below: 9")]),
        # Whole points of ten are tens of percent.
        (HALVES, "percent", "below: 8", []),
        (HALVES, "percent", "below: 0.5", []),
    ],
)
def test_a_score_in_no_grade_or_in_two_is_found_exactly(
    tmp_path: Path, rounding: str, of: str, end: str, expected: list[tuple[str, str]]
) -> None:
    assert told(tmp_path, rounding, of, "100", end) == expected


def test_a_score_a_veto_sets_need_not_be_a_rounded_one(tmp_path: Path) -> None:
    veto = "vetoes: [{id: v, title: 造假, title_en: Fraud, when: 弄虚作假 is 是, scope: result, effect: {score: 8.5}, precedence: 1, reason: 造假}]\n"
    assert told(tmp_path, HALVES, "score", "100", "to: 8", veto) == [("grade-range-gap", "below: 9")]


def test_the_top_of_the_scale_is_held_against_the_most_that_can_be_scored(tmp_path: Path) -> None:
    assert told(tmp_path, "none", "score", "9.5", "below: 9") == [("grade-range-gap", "")]
    assert told(tmp_path, "none", "score", "10", "below: 9") == []


def test_a_gap_of_the_document_itself_is_explained_once(tmp_path: Path) -> None:
    scale = SCALE.replace("of: %s,", "of: %s, cite: {uncertain: 8与9之间原文未写,按良},") % ("score", "100", "to: 8")
    linted = Change({"root": ROUNDED % "none" + scale}).lint(tmp_path)
    assert not [p for p in linted.problems if p.code.startswith("grade-range")]


@pytest.mark.parametrize("end", ["to: -1", "below: 0"])
def test_a_range_upside_down_is_an_error(tmp_path: Path, end: str) -> None:
    linted = Change({"root": SCALE % ("score", "100", end)}).lint(tmp_path)
    assert [p.code for p in linted.problems if p.severity == "error"] == ["bad-range"]
    assert lint_folder(tmp_path).rulebook is not None


def test_both_ends_are_one_too_many(tmp_path: Path) -> None:
    linted = Change({"root": SCALE % ("score", "100", "to: 8, below: 9")}).lint(tmp_path)
    (problem,) = [p for p in linted.problems if p.severity == "error"]
    assert problem.hint.zh == "to 和 below 只写一个。"
