"""Facts and concepts as plain data, for pages that show and change them."""

from __future__ import annotations

from typing import Any

from facts.gathering.casewriting import stated_as
from facts.gathering.chosen import is_note_of_choice, without_choice
from facts.gathering.conflicts import candidates
from facts.gathering.shown import shown_entry
from facts.model import Fact
from facts.problem import Language
from facts.provenance import Provenance, Source
from facts.vocabulary import Column, Concept
from hegui.desk.work.wire import Data


def concept_data(one: Concept, language: Language) -> Data:
    """A concept: id, label, aliases, type, unit, whole, choices, columns, definition, reported_in."""
    return {
        "id": one.id,
        "label": one.label if language == "zh" or not one.label_en else one.label_en,
        "name": one.label,
        "aliases": list(one.aliases),
        "type": one.type,
        "unit": one.unit.name if one.unit else None,
        "whole": one.whole,
        "choices": list(one.choices),
        "columns": [_column(column) for column in one.columns],
        "definition": one.definition,
        "reported_in": one.reported_in,
    }


def _column(one: Column) -> Data:
    unit = one.unit.name if one.unit else None
    return {"name": one.name, "type": one.type, "unit": unit, "choices": list(one.choices)}


def fact_data(fact: Fact, concept: Concept) -> Data:
    """A fact: status, how it is shown, what it says by the keys of a case file (`stated`), basis, reason, places, line.

    `candidates`: of a conflict the values it is between, each with its places and as an `entry` by the keys of a case file; `whole`
    is false where one was too long to be told, `before` true where somebody had chosen it before something else was said.
    """
    return {
        "status": fact.status,
        "shown": fact.shown,
        "stated": stated_as(fact, concept),
        "basis": fact.basis,
        "by_default": fact.by_default,
        "reason": fact.reason,
        "places": [place_data(place) for place in fact.provenance],
        "candidates": [
            {
                "shown": one.shown,
                "entry": dict(shown_entry(one.shown)),
                "whole": one.whole and concept.type != "table",
                "places": [place_data(place) for place in one.places],
                "before": any(is_note_of_choice(place.note) for place in one.places),
            }
            for one in candidates(fact)
        ],
        "line": fact.at.line or None,
    }


def place_data(one: Provenance) -> Data:
    """A provenance, as in an assessment; `own_note` is the note without what was decided."""
    locator = None if one.locator is None else str(one.locator)
    own = without_choice(one.note)
    return {"source": one.source, "locator": locator, "quote": one.quote, "note": one.note, "own_note": own}


def source_data(one: Source) -> dict[str, Any]:
    """A source, as in an assessment."""
    return {
        "id": one.id,
        "title": one.title,
        "file": one.file,
        "sha256": one.sha256,
        "url": one.url,
        "date": one.date,
    }
