"""A fact without what documents say that are taken away: it rests on what is still there, or falls."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from facts.gathering.casewriting import place_entry, stated_as
from facts.gathering.chosen import is_note_of_choice
from facts.gathering.conflicts import Candidate, candidates
from facts.gathering.reconciling import merge_equal, outweighs
from facts.gathering.shown import read_back
from facts.model import Fact
from facts.provenance import Position, Provenance
from facts.vocabulary import Concept

Entry = dict[str, Any]


def without(fact: Fact, concept: Concept, gone: Collection[str]) -> Entry | None:
    """The entry of a fact that no longer cites these sources, by the keys of a case file; None where nothing is left of it.

    Nothing is left, too, where the places that remain were known to say something else than the fact: they are to be read again.
    """
    left = tuple(place for place in fact.provenance if place.source not in gone)
    if not left or any(outweighs(place.note) for place in fact.provenance if place.source in gone):
        return None
    if fact.status == "conflict":
        return _disputed(fact, concept, gone, left)
    decided = [place.note for place in fact.provenance if place.source in gone and is_note_of_choice(place.note)]
    return _entry(replace(fact, provenance=left), concept, *decided)


def _entry(fact: Fact, concept: Concept, *notes: str) -> Entry:
    return {**stated_as(fact, concept), "basis": fact.basis, **places_entry(fact.provenance, *notes)}


def places_entry(places: Sequence[Provenance], *notes: str) -> Entry:
    """Places by the keys of a case file; the notes go to the first of them."""
    entries: list[Entry] = [place_entry(place) for place in places]
    first, also = (entries[0], entries[1:]) if entries else ({}, [])
    note = ";".join(one for one in (first.get("note", ""), *notes) if one)
    return {**first, **({"note": note} if note else {}), **({"also": also} if also else {})}


def _disputed(fact: Fact, concept: Concept, gone: Collection[str], left: Sequence[Provenance]) -> Entry | None:
    """A conflict among the values that are left; one value that is left holds."""
    found = candidates(fact)
    if not found:  # in somebody's own words
        return {"conflict": fact.reason, "basis": fact.basis, **places_entry(left)}
    told = {place for one in found for place in one.places}
    untold = any(place not in told for place in left)  # a long list of places is not told whole: it may be any value's
    standing = [
        Candidate(one.shown, places, one.whole)
        for one in found
        if (places := tuple(place for place in one.places if place.source not in gone)) or untold or not one.places
    ]
    told_again = [_read(one, fact, concept, left) for one in standing]
    facts = [one for one in told_again if one is not None]
    if facts and len(facts) == len(standing):
        return _entry(merge_equal(concept, facts, Position(""))[0], concept)
    if len(standing) < 2:
        return None  # what is left was not told whole, and is to be read again
    return {"conflict": ";".join(map(str, standing)), "basis": fact.basis, **places_entry(left)}


def _read(one: Candidate, fact: Fact, concept: Concept, left: Sequence[Provenance]) -> Fact | None:
    """One of the values of a conflict as a fact; None where it cannot be told from the words."""
    read = read_back(one.shown, concept) if one.whole and concept.type != "table" else None
    return None if read is None else replace(read, basis=fact.basis, provenance=one.places or tuple(left))
