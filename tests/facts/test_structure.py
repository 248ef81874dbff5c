"""Structural mistakes are told at the key or value where they stand."""

from __future__ import annotations

import time

import pytest

from facts.problem import Problem
from facts.structure import check_structure
from facts.yamltree import read_yaml

VOCABULARY = """format: hegui/vocabulary/v1
concepts:
  - id: satisfaction
    label: 满意度
    type: quantity
    unit: "%"
"""


def problems(text: str, schema: str) -> tuple[Problem, ...]:
    node, unreadable = read_yaml(text.encode(), "v.yaml")
    assert unreadable == ()
    return check_structure(node, schema)


def changed(old: str, new: str) -> Problem:
    (problem,) = problems(VOCABULARY.replace(old, new), "vocabulary")
    return problem


def test_a_sound_file_has_no_problems() -> None:
    assert problems(VOCABULARY, "vocabulary.json") == ()


def test_no_tree_no_problems() -> None:
    assert check_structure(None, "vocabulary") == ()


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ("    unit:", "    units:", "unknown-key", "v.yaml:6:5"),
        ("    label: 满意度\n", "", "missing-key", "v.yaml:3:5"),
        ("满意度", "12", "wrong-type", "v.yaml:4:12"),
        ("quantity", "quantiti", "unknown-value", "v.yaml:5:11"),
        ("satisfaction", "Satisfaction", "bad-form", "v.yaml:3:9"),
        ('"%"', '"%"\n    columns: []', "bad-size", "v.yaml:7:14"),
        ("vocabulary/v1", "vocabulary/v9", "unknown-value", "v.yaml:1:9"),
    ],
)
def test_each_mistake_is_told_at_its_place(old: str, new: str, code: str, place: str) -> None:
    problem = changed(old, new)
    assert (problem.code, str(problem.at)) == (code, place)


def test_a_misspelt_key_and_value_come_with_a_suggestion() -> None:
    assert "unit" in changed("    unit:", "    uint:").hint.en
    assert "quantity" in changed("quantity", "quantiti").hint.zh


def test_text_that_looks_like_a_number_is_told_to_be_quoted() -> None:
    assert changed("满意度", "12").hint.zh == '请加引号:"12"'


SECTION = """format: hegui/section/v1
id: management
title: 部门管理
points: 20
indicators:
"""
INDICATOR = """  - id: i{}
    title: “三公经费”控制率
    points: 1
    measure: 三公经费决算数 / 三公经费预算数
    score: {}
"""
FULL = "{full: '<= 100%', otherwise: {per_unit: {deduct: 0.1, per: 1 个百分点, over: 100%, partial_unit: up}}}"


def test_two_forms_in_one_score_are_told_to_be_one() -> None:
    text = SECTION + INDICATOR.format(1, "{fixed: 1, formula: 三公经费决算数}")
    (problem,) = problems(text, "section")
    assert problem.code == "one-of" and str(problem.at) == "v.yaml:10:23"


def test_a_misspelt_form_comes_with_a_suggestion() -> None:
    (problem,) = problems(SECTION + INDICATOR.format(1, "{fixd: 1}"), "section")
    assert problem.code == "unknown-key" and "fixed" in problem.hint.zh


def test_a_section_of_71_indicators_is_checked_in_a_blink() -> None:
    text = SECTION + "".join(INDICATOR.format(i, FULL) for i in range(71))
    assert problems(text, "section") == ()
    node, _ = read_yaml(text.encode(), "v.yaml")
    begin = time.perf_counter()
    check_structure(node, "section")
    # It takes about 0.06 s; the margin is for slow machines.
    assert time.perf_counter() - begin < 1
