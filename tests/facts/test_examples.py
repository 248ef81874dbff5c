"""Lists of small cases: what they share, what is their own, and what is wrong with them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from facts.examples import Example, read_examples
from facts.problem import Problem
from tests.engine.example import vocabulary

HEAD = "format: hegui/cases/v1\nperiod: 2017\n"
LIST = (
    HEAD
    + """\
basis: figure
facts: {预算数: 100 万元, 发文数: 3 份}
cases:
  - {name: 各用各的, title: 超支, facts: {决算数: 101 万元, 发文数: 4 份}, expect: {indicators: {a: 1}}}
  - {name: 只用共用的, proposed: true, expect: {score: 2}}
"""
)


def read(text: str, folder: Path) -> tuple[tuple[Example, ...], tuple[Problem, ...]]:
    path = folder / "boundaries.yaml"
    path.write_text(text, encoding="utf-8")
    return read_examples(path, vocabulary())


def test_each_case_has_the_shared_facts_and_its_own_over_them(tmp_path: Path) -> None:
    (first, second), problems = read(LIST, tmp_path)
    assert problems == ()
    assert {name: fact.value for name, fact in first.case.facts.items()} == {
        "actual": Fraction(1_010_000),
        "budget": Fraction(1_000_000),
        "documents": Fraction(4),
    }
    assert {name: fact.value for name, fact in second.case.facts.items()} == {
        "budget": Fraction(1_000_000),
        "documents": Fraction(3),
    }
    assert {fact.basis for fact in first.case.facts.values()} == {"figure"}


def test_a_case_is_called_by_file_and_name_and_stands_where_it_is_written(tmp_path: Path) -> None:
    (first, second), _ = read(LIST, tmp_path)
    assert (first.full_name, first.title, first.proposed) == ("boundaries/各用各的", "超支", False)
    assert second.proposed
    assert (first.at.line, second.at.line) == (6, 7)


def test_a_case_of_a_list_needs_no_subject_but_a_period(tmp_path: Path) -> None:
    (first, _), _ = read(LIST, tmp_path)
    assert first.case.subject.name == "示例单位"
    _, problems = read(LIST.replace("period: 2017\n", ""), tmp_path)
    assert [p.code for p in problems][:1] == ["missing-key"]


def test_two_cases_of_one_name_are_a_problem_at_the_second(tmp_path: Path) -> None:
    examples, problems = read(LIST.replace("只用共用的", "各用各的"), tmp_path)
    assert len(examples) == 1
    assert [(p.code, p.at.line) for p in problems] == [("duplicate-id", 7)]


def test_one_broken_case_leaves_the_others(tmp_path: Path) -> None:
    examples, problems = read(LIST.replace("title: 超支", "titel: 超支"), tmp_path)
    assert [example.name for example in examples] == ["只用共用的"]
    assert [p.code for p in problems] == ["unknown-key"]


def test_a_wrong_shared_fact_is_said_once(tmp_path: Path) -> None:
    _, problems = read(LIST.replace("100 万元", "100 天"), tmp_path)
    assert len(problems) == 1 and problems[0].at.line == 4


def test_a_file_with_one_case_is_called_by_its_file(tmp_path: Path) -> None:
    text = "format: hegui/case/v1\nsubject: {id: a, name: 甲}\nperiod: 2017\nfacts: {发文数: 3 份}\n"
    (only,), problems = read(text, tmp_path)
    assert problems == () and only.full_name == only.name == "boundaries"
    assert only.expectation is None


def test_what_is_no_case_at_all_is_a_problem(tmp_path: Path) -> None:
    for text in ("- 1\n", "a: 1\n", "format: hegui/cases/v1\ncases: 7\n", "format: hegui/cases/v2\n"):
        examples, problems = read(text, tmp_path)
        assert examples == () and problems
