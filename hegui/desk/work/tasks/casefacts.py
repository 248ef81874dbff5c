"""Tasks about the facts of a case: what they are, where they were read, how people change them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from engine.model import Rulebook
from facts.casefile import read_case
from facts.gathering.caseediting import CaseEdits, Edited, FactEdit, edit_case
from facts.gathering.chosen import is_chosen, note_of_choice, weighed_before, without_choice
from facts.gathering.conflicts import Candidate, candidates
from facts.gathering.shown import shown_entry
from facts.model import Case, Fact
from facts.problem import Language, Problem, Text, did_you_mean
from facts.provenance import Position
from facts.vocabulary import Vocabulary
from hegui.desk.work.requests import File, Folder, read_request
from hegui.desk.work.tasks.books import BOOKS
from hegui.desk.work.tasks.factdata import concept_data, fact_data, source_data
from hegui.desk.work.tasks.forgetting import places_entry, without
from hegui.desk.work.tasks.uses import uses_of
from hegui.desk.work.wire import Data
from hegui.desk.work.worker import Result, Say

# The source cited by what people enter at the desk: never the document the rest of the case happens to come from.
ENTERED = "entered"
_ENTERED_TITLE = "评价人员在工作台录入"
_STATED = ("value", "at_least", "above", "at_most", "below", "rows", "absent", "not_applicable")


# --- describe ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Describe:
    """A case and its rulebook."""

    rules: Folder
    case: File
    language: Language = "zh"


def describe(request: Data, say: Say) -> Result:
    """Every concept with its fact. Answer as `described` gives it."""
    asked, problems = read_request(Describe, request)
    if asked is None:
        return None, problems
    book = BOOKS.open(asked.rules)
    if book.rulebook is None:
        return None, book.problems
    case, problems = read_case((asked.case,), book.rulebook.vocabulary)
    if case is None:
        return None, problems
    return described(case, book.rulebook, asked.language), problems


def described(case: Case, rulebook: Rulebook, language: Language) -> Data:
    """A case as pages show it.

    {subject {id, name, name_en}, period {from, to}, sources [], concepts [], counts}: each concept is concept_data with `fact`
    (fact_data, or null where the case says nothing) and `used_in` [{kind, id, title}]; those that rules read come first.
    `counts`: known, absent, not_applicable, conflict, missing (read by a rule, and nothing is said), by_basis.
    """
    uses, concepts = uses_of(rulebook, language), rulebook.vocabulary.concepts.values()
    listed = [
        {
            **concept_data(one, language),
            "fact": fact_data(case.facts[one.id], one) if one.id in case.facts else None,
            "used_in": uses.get(one.id, []),
        }
        for one in concepts
    ]
    return {
        "subject": {"id": case.subject.id, "name": case.subject.name, "name_en": case.subject.name_en},
        "period": {"from": case.period.start.isoformat(), "to": case.period.end.isoformat()},
        "sources": [source_data(one) for one in case.sources.values()],
        "concepts": sorted(listed, key=lambda one: not one["used_in"]),
        "counts": _counts(case.facts, uses),
    }


def _counts(facts: Mapping[str, Fact], uses: Mapping[str, Any]) -> Data:
    states = Counter(fact.status for fact in facts.values())
    bases = Counter(fact.basis for fact in facts.values() if fact.status == "known")
    return {
        **{name: states[name] for name in ("known", "absent", "not_applicable", "conflict")},
        "missing": sum(name not in facts for name in uses),
        "by_basis": dict(sorted(bases.items())),
    }


# --- change -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FactChange:
    """What somebody decides about one concept, named by id, label or alias.

    `set`: `fact` is the entry by the keys of a case file ({value, unit, at_most, rows, absent, not_applicable, basis, source, at,
    quote, note, also}); a basis that is not named is `judged`, a source that is not named is that of the desk.
    `keep`: as `set`, and it goes on resting on the places (and, where none is named, the basis) it rests on: for a note beside the
    same value.
    `choose`: of a conflict the value number `choice` (from 0) of its candidates; `fact` may add a note or basis.
    `remove`: the case says nothing of it any more.
    `forget`: it no longer rests on these `sources`, and falls where nothing else is left of it.
    """

    concept: str
    do: Literal["set", "keep", "choose", "remove", "forget"] = "set"
    fact: dict[str, Any] = field(default_factory=dict)
    choice: int = 0
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseChange:
    """What to change in a case, all of it or nothing.

    `sources` are new or changed entries by id ({title, file, sha256, url, date}); `subject` {id, name, name_en} and `period`
    (2017, or 2017-01-01/2017-06-30) where they change.
    """

    changes: tuple[FactChange, ...] = ()
    sources: dict[str, dict[str, str]] = field(default_factory=dict)
    subject: dict[str, str] = field(default_factory=dict)
    period: str = ""


@dataclass(frozen=True, slots=True)
class Change(CaseChange):
    """The case to change, and its rulebook."""

    rules: Folder = field(kw_only=True)
    case: File = field(kw_only=True)
    language: Language = "zh"


def change(request: Data, say: Say) -> Result:
    """Change a case; nothing is written.

    Answer: `case`, the text of the new case.yaml; `described`, as of the task describe (null where the case has no subject or
    period yet); `fallen`, the concepts of which the case says nothing any more.
    """
    asked, problems = read_request(Change, request)
    if asked is None:
        return None, problems
    book = BOOKS.open(asked.rules)
    if book.rulebook is None:
        return None, book.problems
    text, case, problems = changed_case(asked.case, asked, book.rulebook.vocabulary)
    if text is None:
        return None, problems
    shown = None if case is None else described(case, book.rulebook, asked.language)
    named = dict.fromkeys(book.rulebook.vocabulary.names.get(one.concept, "") for one in asked.changes)
    fallen = [] if case is None else [name for name in named if name not in case.facts]
    return {"case": text, "described": shown, "fallen": fallen}, problems


def changed_case(path: Path, change: CaseChange, vocabulary: Vocabulary) -> Edited:
    """The case file after the changes, and its case."""
    text, problems = read_text(path)
    if text is None:
        return None, None, problems
    case, _ = read_case((path,), vocabulary)
    edits, wrong = list[FactEdit](), list[Problem]()
    for one in change.changes:
        edit, problem = _edit(one, case, vocabulary)
        wrong.extend([problem] if problem else [])
        edits.extend([edit] if edit else [])
    if wrong:
        return None, None, tuple(wrong)
    sources = dict(change.sources)
    if any(edit.fact is not None and edit.fact.get("source") == ENTERED for edit in edits):
        sources.setdefault(ENTERED, {"title": _ENTERED_TITLE})
    return edit_case(text, path, CaseEdits(edits, sources, change.subject, change.period), vocabulary)


def read_text(path: Path) -> tuple[str | None, tuple[Problem, ...]]:
    """The text of a case file, its mark of byte order left out."""
    try:
        return path.read_bytes().decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        message = Text("不是 UTF-8 编码的文本", "this is no text in UTF-8")
        return None, (Problem("not-utf8", Position(str(path)), message),)


def _edit(one: FactChange, case: Case | None, vocabulary: Vocabulary) -> tuple[FactEdit | None, Problem | None]:
    concept = vocabulary.find(one.concept)
    if concept is None:
        short = one.concept[:60]
        message = Text(f"词表中没有数据项“{short}”", f"the vocabulary has no concept “{short}”")
        return None, Problem("unknown-concept", Position(short), message, did_you_mean(short, vocabulary.names))
    if one.do == "remove":
        return FactEdit(concept.id, None), None
    fact = case.facts.get(concept.id) if case is not None else None
    if one.do == "forget":
        return FactEdit(concept.id, None if fact is None else without(fact, concept, one.sources)), None
    if one.do in ("set", "keep"):
        if not any(key in one.fact for key in _STATED):
            return None, _no_value(concept.label)
        rests = _rests_on(fact) if one.do == "keep" and fact is not None else {}
        entry = {"basis": "judged", "source": ENTERED, **rests, **one.fact}
        return FactEdit(concept.id, _instead_of(fact, entry)), None
    choices = candidates(fact) if fact is not None and concept.type != "table" else ()
    if fact is None or not 0 <= one.choice < len(choices) or not choices[one.choice].whole:
        return None, _no_choice(concept.label)
    entry = {**one.fact, **_chosen(fact, one.choice, str(one.fact.get("note", "")))}
    return FactEdit(concept.id, {"source": ENTERED, **entry}), None


def _instead_of(fact: Fact | None, entry: dict[str, Any]) -> dict[str, Any]:
    """An entry in the place of a conflict, or of what was decided, says between what it was decided, as a choice does."""
    if fact is None:
        return entry
    found = candidates(fact)
    chosen = None
    if is_chosen(fact):
        found = (Candidate(fact.shown, fact.provenance),)
        chosen = found[0] if entry.get("value") == fact.shown else None
    told = note_of_choice(weighed_before(found, chosen))
    note = ";".join(one for one in (without_choice(str(entry.get("note", ""))), told) if one)
    return {**entry, "note": note} if told else entry


def _rests_on(fact: Fact) -> dict[str, Any]:
    """What a fact has rested on so far, by the keys of a case file."""
    return {"basis": fact.basis, **places_entry(fact.provenance)}


def _chosen(fact: Fact, choice: int, note: str) -> dict[str, Any]:
    """The entry of one of the values of a conflict; the note says what was not chosen."""
    found = candidates(fact)
    chosen = found[choice]
    # A choice about what had been chosen before takes its place.
    places = [replace(place, note=without_choice(place.note)) for place in chosen.places]
    return {
        **dict(shown_entry(chosen.shown)),
        "basis": fact.basis,
        **places_entry(places, note, note_of_choice(weighed_before(found, chosen))),
    }


def _no_choice(label: str) -> Problem:
    message = Text(f"“{label}”没有可以选择的这个值", f"“{label}” has no such value to choose")
    hint = Text("请改为填写值和出处。", "Enter the value and where it stands instead.")
    return Problem("no-such-choice", Position(label), message, hint)


def _no_value(label: str) -> Problem:
    message = Text(f"没有写“{label}”的值", f"no value is given for “{label}”")
    hint = Text(
        "填写值,或说明缺失、不适用及其原因。", "Give a value, or say that it is absent or does not apply, and why."
    )
    return Problem("no-value", Position(label), message, hint)
