"""What somebody has chosen of several values holds until something is said that was not weighed."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from facts.documents.model import Document
from facts.gathering.chosen import (
    MAX_NOTE,
    is_chosen,
    is_note_of_choice,
    note_of_choice,
    weighed_before,
    without_choice,
)
from facts.gathering.conflicts import Candidate, candidates
from facts.gathering.gathering import Gathered, gather
from facts.gathering.mapping import NO_MAPPING
from facts.model import Case, Fact, Subject
from facts.problem import Problem
from tests.facts.gathering.making import VOCABULARY, document, found, table, workbook
from tests.facts.gathering.test_reconciling import ACCOUNTS, REPORT, YEAR


def chosen(fact: Fact, choice: int) -> Fact:
    """The fact after somebody has chosen one of the values of a conflict, as the desk writes it."""
    choices = candidates(fact)
    one = choices[choice]
    note = note_of_choice([other for n, other in enumerate(choices) if n != choice])
    places = (replace(one.places[0], note=note), *one.places[1:])
    value = {"5,657.15 万元": Fraction(56571500), "56,571,512.00 元": Fraction(56571512), "612 份": Fraction(612)}[
        one.shown
    ]
    return replace(fact, status="known", value=value, shown=one.shown, reason="", provenance=places)


def then(fact: Fact, *documents: Document) -> tuple[Gathered, list[Problem]]:
    """What more documents make of it."""
    case = Case(Subject("a", "甲局"), YEAR, {fact.concept: fact}, {})
    gathered, problems = gather(documents, NO_MAPPING, VOCABULARY, cases=[case], before=case)
    return gathered, [one for one in problems if one.code in ("choice-stays", "choice-reopened", "conflicting-facts")]


FINAL = chosen(found(REPORT, ACCOUNTS).facts["final"], 0)


def test_a_choice_can_be_read_back_from_its_note() -> None:
    assert is_chosen(FINAL) and not is_chosen(found(REPORT).facts["final"])
    assert not is_chosen(replace(FINAL, status="conflict"))


@pytest.mark.parametrize("words", ["5,657.15万元", "56,571,500元", "5,657.1512万元"])
def test_it_holds_where_either_value_is_said_again_in_whatever_unit(words: str) -> None:
    gathered, problems = then(FINAL, document(f"部门决算数为{words}。", key="new"))
    told = gathered.facts["final"]
    assert (told.status, told.value, told.provenance[0]) == ("known", FINAL.value, FINAL.provenance[0])
    cited = {place.source for place in told.provenance}
    same = words != ("5,657.15万元" if FINAL.value == 56571512 else "5,657.1512万元")
    assert [one.code for one in problems] == ([] if "new" in cited else ["choice-stays"])
    assert same or "new" not in cited


def test_it_holds_where_one_document_says_both_again() -> None:
    both = workbook(table("表", "部门决算数(元) | 56,571,512.00\n支出决算数(元) | 56,571,500.00"), key="new")
    assert found(both).facts["final"].status == "conflict"
    gathered, problems = then(FINAL, both)
    assert gathered.facts["final"].value == FINAL.value and [one.code for one in problems] == ["choice-stays"]


def test_another_value_opens_it_again_with_the_choice_in_sight() -> None:
    gathered, problems = then(FINAL, document("部门决算数为5,800万元。", key="new"))
    told = gathered.facts["final"]
    assert told.status == "conflict" and any("经核对取此值" in place.note for place in told.provenance)
    (problem,) = problems
    assert problem.code == "choice-reopened" and FINAL.shown in problem.message.zh and FINAL.shown in problem.message.en


def test_a_bound_that_was_weighed_or_is_kept_changes_nothing() -> None:
    ledger = workbook(table("表", "正式下发文件数(份) | 612"), key="ledger")
    between = found(document("正式下发文件数未超过600份。"), ledger).facts["documents"]
    fact = chosen(between, [one.shown for one in candidates(between)].index("612 份"))
    for words, code in (("600", ["choice-stays"]), ("620", ["choice-stays"]), ("500", ["choice-reopened"])):
        _, problems = then(fact, document(f"正式下发文件数未超过{words}份。", key="new"))
        assert [one.code for one in problems] == code, words


def test_what_was_weighed_once_stays_weighed_when_something_else_is_chosen() -> None:
    told = then(FINAL, document("部门决算数为5,800万元。", key="new"))[0].facts["final"]
    between = candidates(told)
    new = next(one for one in between if one.shown == "5,800 万元")
    note = note_of_choice(weighed_before(between, new))
    for shown in (FINAL.shown, *({"5,657.15 万元", "56,571,512.00 元"} - {FINAL.shown})):
        assert f"“{shown}”" in note
    assert without_choice(f"以表为准;{note}") == "以表为准" and without_choice(note) == ""


def test_a_long_note_leaves_out_places_and_then_values() -> None:
    many = [Candidate(f"{n} 万元", FINAL.provenance) for n in range(400)]
    note = note_of_choice(many)
    assert len(note) < MAX_NOTE + 500 and "“0 万元”" in note and "“399 万元”" not in note and "(" not in note
    assert is_note_of_choice(note)


def test_a_case_that_is_not_the_one_before_decides_nothing() -> None:
    case = Case(Subject("a", "甲局"), YEAR, {"final": FINAL}, {})
    other = ACCOUNTS if FINAL.value == 56571500 else REPORT
    gathered, _ = gather([other], NO_MAPPING, VOCABULARY, cases=[case])
    assert gathered.facts["final"].status == "conflict"
