"""A fact without what a document says that is taken away."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from facts.gathering.chosen import is_note_of_choice, note_of_choice
from facts.gathering.gathering import gather
from facts.gathering.mapping import NO_MAPPING
from facts.provenance import Provenance
from hegui.desk.work.tasks.forgetting import without
from tests.facts.gathering.making import DOCUMENTS, FINAL, VOCABULARY, document, fact, table, workbook

A = document("部门决算数为5,657.15万元。", key="a")
B = document("部门决算数为56,571,500元。", key="b")
C = document("部门决算数为5,700万元。", key="c")
D = document("部门决算数为5,800万元。", key="d")


def test_what_others_say_alike_stays_with_their_places() -> None:
    entry = without(fact("final", A, B), FINAL, {"a"})
    assert entry is not None and (entry["source"], "also" in entry, entry["basis"]) == ("b", False, "figure")
    assert without(fact("final", A, B), FINAL, {"a", "b"}) is None


def test_a_value_taken_before_a_bound_falls_with_its_document() -> None:
    ledger = workbook(table("表", "正式下发文件数(份) | 612"), key="ledger")
    told = fact("documents", document("正式下发文件数未超过680份。"), ledger)
    assert told.value == Fraction(612)
    assert without(told, DOCUMENTS, {"ledger"}) is None, "the report says no more than that it is not above 680"
    entry = without(told, DOCUMENTS, {"report"})
    assert entry is not None and entry["source"] == "ledger" and "also" not in entry


def test_a_conflict_is_among_what_is_left() -> None:
    told = fact("final", A, B, C, D)
    entry = without(told, FINAL, {"d"})
    assert entry is not None and "5,800" not in entry["conflict"] and "(d@" not in entry["conflict"]
    entry = without(told, FINAL, {"c", "d"})
    assert entry is not None and "conflict" not in entry, "two ways to write one value are no conflict"
    assert {entry["source"], *(one["source"] for one in entry["also"])} == {"a", "b"}
    entry = without(fact("final", A, C), FINAL, {"a"})
    assert entry == {"value": "5,700 万元", "basis": "figure", "source": "c", **place_of(C)}


def place_of(of: object) -> dict[str, object]:
    told = gather([of], NO_MAPPING, VOCABULARY)[0].facts["final"]  # type: ignore[list-item]  # a document
    place = told.provenance[0]
    return {"at": {"line": 1, "column": 1}, "quote": place.quote}


def test_a_decision_goes_on_with_the_places_that_are_left() -> None:
    told = fact("final", A, B)
    noted = replace(told.provenance[0], note=note_of_choice([]) or "另有“5,700 万元”(c@1:1),经核对取此值")
    entry = without(replace(told, provenance=(noted, *told.provenance[1:])), FINAL, {noted.source})
    assert entry is not None and entry["source"] == "b" and is_note_of_choice(entry["note"])


def test_a_conflict_in_somebody_s_words_keeps_them() -> None:
    told = replace(fact("final", A, C), reason="两处不一", provenance=(Provenance("a"), Provenance("c")))
    assert without(told, FINAL, {"c"}) == {"conflict": "两处不一", "basis": "figure", "source": "a"}
