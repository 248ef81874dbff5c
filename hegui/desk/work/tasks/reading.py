"""The task that reads facts out of documents into a case."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.model import Rulebook
from facts.casefile import read_case
from facts.gathering.caseediting import CaseEdits, FactEdit, edit_case
from facts.gathering.casewriting import stated_as
from facts.gathering.gathering import Gathered, gather
from facts.gathering.mapping import NO_MAPPING, MappingFile
from facts.gathering.mappingfile import read_mapping
from facts.model import Case, Fact
from facts.problem import Language, Problem, Text, has_errors, in_order
from facts.provenance import Position
from facts.vocabulary import Concept, Vocabulary
from hegui.desk.work.requests import File, Folder, read_request
from hegui.desk.work.tasks.books import BOOKS
from hegui.desk.work.tasks.casefacts import described, read_text
from hegui.desk.work.tasks.factdata import concept_data, fact_data, source_data
from hegui.desk.work.tasks.forgetting import places_entry
from hegui.desk.work.wire import Data
from hegui.desk.work.worker import Result, Say
from hegui.sources import DEFAULT_MAPPING, Sources, add_case_file, read_source, seen_from, text_of_case


@dataclass(frozen=True, slots=True)
class Read:
    """Documents to read into a case in `folder`, where case.yaml stands or will stand and the sources lie in or below.

    `mapping` says where facts stand, that of the rulebook where none is named. `again`: also documents the case has read before;
    otherwise what people have settled about them stays. `only`: the concepts to take over; all where none is named.
    """

    rules: Folder
    folder: Folder
    sources: tuple[File, ...]
    mapping: File | None = None
    again: bool = False
    only: tuple[str, ...] = ()
    language: Language = "zh"


def read(request: Data, say: Say) -> Result:
    """Read documents (and case files, and workbooks that were filled in) into the case.

    Answer: `case`, the text of case.yaml (what was there stays as it is written, but for what is new or contradicts); `facts`
    [{concept, label, unit, changed, fact}] in the order of the vocabulary, with `changed` true where it is not as it was;
    `sources`; `described`, as of the task describe (null where nothing says whom or when); `counts` by status.
    """
    asked, problems = read_request(Read, request)
    if asked is None:
        return None, problems
    book = BOOKS.open(asked.rules)
    if book.rulebook is None:
        return None, book.problems
    mapping, problems = _mapping(asked, book.rulebook.vocabulary)
    if mapping is None or has_errors(problems):
        return None, problems
    before, found = _before(asked.folder / "case.yaml", book.rulebook.vocabulary)
    if has_errors(found):
        return None, in_order((*problems, *found))
    sources = Sources(problems=[*problems, *found])
    _read_all(asked, before, book.rulebook.vocabulary, say, sources)
    if has_errors(sources.problems):
        return None, in_order(sources.problems)
    gathered, more = gather(sources.documents, mapping, book.rulebook.vocabulary, say, sources.cases, before)
    problems = in_order((*sources.problems, *more))
    if has_errors(problems):
        return None, problems
    return _answer(asked, before, gathered, book.rulebook, problems)


# --- what is read -----------------------------------------------------------------------------------------------------


def _mapping(asked: Read, vocabulary: Vocabulary) -> tuple[MappingFile | None, tuple[Problem, ...]]:
    default: Path = asked.rules / DEFAULT_MAPPING
    path = asked.mapping or default
    if not path.is_file():
        return NO_MAPPING, ()
    mapping, problems = read_mapping(path, vocabulary)
    wanted = [] if mapping is None else [one for one in mapping.sources if one.database is not None]
    return mapping, (*problems, *(_no_database(one.at) for one in wanted))


def _no_database(at: Position) -> Problem:
    message = Text("工作台不连接数据库", "the desk connects to no database")
    hint = Text("请用 hegui facts read 读出个案,再上传。", "Read the case with hegui facts read, and upload it.")
    return Problem("database-not-here", at, message, hint)


def _before(path: Path, vocabulary: Vocabulary) -> tuple[Case | None, tuple[Problem, ...]]:
    """The case there is. One that says nothing of whom or when yet is one all the same: its text is kept."""
    if not path.is_file():
        return None, ()
    case, problems = read_case((path,), vocabulary)
    return case, tuple(one for one in problems if one.code != "missing-key")


def _read_all(asked: Read, before: Case | None, vocabulary: Vocabulary, say: Say, sources: Sources) -> None:
    known = {one.sha256 for one in before.sources.values() if one.sha256} if before is not None else set()
    for number, path in enumerate(asked.sources):
        say(number, len(asked.sources), path.name)
        if not asked.again and hashlib.sha256(path.read_bytes()).hexdigest() in known:
            sources.problems.append(_read_before(path))
        else:
            read_source(path, vocabulary, say, sources)
    if before is not None:
        add_case_file(asked.folder / "case.yaml", vocabulary, sources)


def _read_before(path: Path) -> Problem:
    message = Text("这份资料已经读过,没有再读", "this document was read before and was not read again")
    hint = Text(
        "它已给出的事实没有变;要重读,请先移除它再上传。",
        "The facts it gave stay as they are; to have it read again, remove it first and send it once more.",
    )
    return Problem("read-before", Position(str(path)), message, hint, "note")


# --- what came of it --------------------------------------------------------------------------------------------------


def _answer(
    asked: Read, before: Case | None, gathered: Gathered, rulebook: Rulebook, problems: tuple[Problem, ...]
) -> Result:
    path = asked.folder / "case.yaml"
    new = {name: fact for name, fact in _changed(before, gathered) if not asked.only or name in asked.only}
    if path.is_file():
        text, found = _edited(path, before, gathered, new, rulebook.vocabulary)
    else:
        text, found = text_of_case(gathered, rulebook.vocabulary, asked.folder), ()
    if text is None:
        return None, in_order((*problems, *found))
    # Held against the sources as it would be read again.
    _, case, told = edit_case(text, path, CaseEdits(), rulebook.vocabulary)
    incomplete = gathered.subject is None or gathered.period is None
    problems = in_order((*problems, *(one for one in told if not (incomplete and one.code == "missing-key"))))
    concepts = rulebook.vocabulary.concepts
    return {
        "case": text,
        "facts": [
            {
                **_brief(concepts[name], asked.language),
                "changed": name in new,
                "fact": fact_data(gathered.facts[name], concepts[name]),
            }
            for name in concepts
            if name in gathered.facts
        ],
        "sources": [source_data(one) for one in seen_from(asked.folder, gathered.sources).values()],
        "described": None if case is None else described(case, rulebook, asked.language),
        "counts": dict(Counter(fact.status for fact in gathered.facts.values())),
    }, problems


def _brief(concept: Concept, language: Language) -> Data:
    data = concept_data(concept, language)
    return {"concept": concept.id, **{name: data[name] for name in ("label", "name", "type", "unit")}}


def _changed(before: Case | None, gathered: Gathered) -> Iterator[tuple[str, Fact]]:
    known = before.facts if before is not None else {}
    for name, fact in gathered.facts.items():
        if name not in known or _said(known[name]) != _said(fact):
            yield name, fact


def _said(fact: Fact) -> tuple[object, ...]:
    return fact.status, fact.value, fact.basis, frozenset(fact.provenance)


def _edited(
    path: Path, before: Case | None, gathered: Gathered, new: dict[str, Fact], vocabulary: Vocabulary
) -> tuple[str | None, tuple[Problem, ...]]:
    """The case file there is with what is new in it."""
    text, problems = read_text(path)
    if text is None:
        return None, problems
    known = before.sources if before is not None else {}
    sources = {
        key: {name: data for name, data in source_data(one).items() if data and name != "id"}
        for key, one in seen_from(path.parent, gathered.sources).items()
        if key not in known
    }
    edits = [FactEdit(name, _entry(fact, vocabulary.concepts[name])) for name, fact in new.items()]
    whom, when = gathered.subject, gathered.period
    subject = {"id": whom.id, "name": whom.name, **({"name_en": whom.name_en} if whom.name_en else {})} if whom else {}
    changed, _, problems = edit_case(
        text,
        path,
        CaseEdits(edits, sources, subject if before is None else {}, str(when) if before is None and when else ""),
        vocabulary,
    )
    return changed, problems if changed is None else ()


def _entry(fact: Fact, concept: Concept) -> dict[str, Any]:
    return {**stated_as(fact, concept), "basis": fact.basis, **places_entry(fact.provenance)}
