"""175 clauses of real documents, written in the rule language: each is loaded, and the page about them holds."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from engine.evaluate import Evaluator
from engine.load import load_rulebook
from engine.model import Rulebook
from facts.examples import Example, read_examples
from facts.problem import Problem
from tests.clauses.clausetable import HEADER, TOTAL, Clause, clauses, counts_line

ROOT = Path(__file__).parents[2]
RULES = ROOT / "rules" / "clauses"
PAGE = ROOT / "docs" / "clauses.md"
FOLDERS = tuple(sorted(folder.parent.name for folder in RULES.glob("*/rulebook.yaml")))
CASES = tuple(sorted(RULES.glob("*/cases/*.yaml")))
NUMBERS = tuple(range(1, TOTAL + 1))


@cache
def loaded(folder: str) -> tuple[Rulebook | None, tuple[Problem, ...]]:
    return load_rulebook(RULES / folder)


@cache
def by_number() -> dict[int, Clause]:
    books = {folder: rulebook for folder in FOLDERS if (rulebook := loaded(folder)[0]) is not None}
    return {clause.number: clause for clause in clauses(books)}


@cache
def page_rows() -> dict[int, list[str]]:
    rows: dict[int, list[str]] = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if match := re.match(r"\| (\d+) \|", line):
            rows.setdefault(int(match[1]), []).append(line)
    return rows


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_rulebook_of_clauses_loads_without_a_problem(folder: str) -> None:
    rulebook, problems = loaded(folder)
    assert not problems, "\n".join(problem.show("en") for problem in problems)
    assert rulebook is not None


@pytest.mark.parametrize("number", NUMBERS, ids=lambda n: f"c{n:03}")
def test_a_clause_is_said_in_a_rulebook_and_cites_itself(number: int) -> None:
    clause = by_number()[number]
    items = {element.cite.item for element in clause.elements} - {""}
    # Number 87 is a section's floor, and sections carry no citation.
    assert items == {f"第{number}条"} or (number == 87 and not items)


@pytest.mark.parametrize("number", NUMBERS, ids=lambda n: f"c{n:03}")
def test_the_page_says_of_a_clause_what_its_rulebook_says(number: int) -> None:
    assert page_rows().get(number) == [by_number()[number].row]


def test_the_page_has_no_other_rows_and_its_counts_hold() -> None:
    page = PAGE.read_text(encoding="utf-8")
    every = tuple(by_number()[number] for number in NUMBERS)
    assert sorted(page_rows()) == list(NUMBERS)
    assert HEADER in page
    assert counts_line(every) in page


def test_at_least_165_clauses_are_expressed() -> None:
    assert sum(not clause.elements[0].unsaid for clause in by_number().values()) >= 165


def test_an_id_stands_for_one_clause_only() -> None:
    ids = [element.id for clause in by_number().values() for element in clause.elements]
    assert len(ids) == len(set(ids))


@cache
def evaluator(folder: str) -> Evaluator:
    rulebook, _ = loaded(folder)
    assert rulebook is not None
    return Evaluator(rulebook)


@cache
def examples(path: Path) -> tuple[Example, ...]:
    """The cases of a file, each worked out by hand; the cases beside rulebooks are run by hegui's pytest plugin."""
    found, problems = read_examples(path, evaluator(path.parents[1].name).rulebook.vocabulary)
    assert not problems
    return found


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_a_case_says_what_it_should_give(path: Path) -> None:
    assert all(example.expectation is not None and example.expectation.each for example in examples(path))


def expected_ids() -> set[str]:
    """The indicators some case says something of."""
    stated = [example.expectation for path in CASES for example in examples(path)]
    return {one.id for each in stated if each is not None for one in each.each if one.about == "indicator"}


def test_at_least_25_clauses_are_worked_out_by_hand() -> None:
    assert len({key for key in expected_ids() if re.fullmatch(r"c\d{3}", key)}) >= 25


@pytest.mark.parametrize(("case", "found"), [("weighted", False), ("over-quota", True)])
def test_more_than_a_fifth_rated_excellent_is_a_finding(case: str, found: bool) -> None:
    (example,) = examples(RULES / "peer-appraisal" / "cases" / f"{case}.yaml")
    result = evaluator("peer-appraisal").assess(example.case)
    assert any(finding.code == "check:c095" for finding in result.findings) == found
