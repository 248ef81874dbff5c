"""Reads case files: a subject, a period, and facts with where they were read. Several files make one case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from facts.factentry import Setting, basis_of, read_fact, unknown_source
from facts.model import BASES, Case, Fact, Period, Subject
from facts.problem import NO_TEXT, Problem, Text, did_you_mean, in_order
from facts.provenance import Position, Source
from facts.quantity import bad_date, parse_date
from facts.sourcefile import SourceFiles
from facts.structure import check_structure
from facts.treereading import child, entries_of, text_of
from facts.vocabulary import Vocabulary
from facts.yamltree import MAX_PROBLEMS, Mapping, Node, Scalar, read_yaml_file

T = TypeVar("T", Subject, Period)


@dataclass(frozen=True, slots=True)
class Document:
    """A case file's tree and the folder its sources are found from."""

    node: Node
    folder: Path


@dataclass(slots=True)
class _Draft:
    """The case as far as the files read so far tell."""

    subject: tuple[Subject, Position] | None = None
    period: tuple[Period, Position] | None = None
    facts: dict[str, Fact] = field(default_factory=dict)
    sources: dict[str, tuple[Source, Position]] = field(default_factory=dict)
    files: dict[str, SourceFiles] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_case(paths: Sequence[Path], vocabulary: Vocabulary) -> tuple[Case | None, tuple[Problem, ...]]:
    """The case that these files make together, and everything wrong with them.

    None where no case can be made (no readable file, no subject, no period). With errors, facts that could not be used
    are left out and those that disagree are in conflict.
    """
    documents, problems = list[Document](), list[Problem]()
    for path in paths:
        node, found = read_yaml_file(path)
        problems.extend(found)
        if node is not None:
            documents.append(Document(node, path.parent))
    if not documents:
        return None, in_order(problems)
    case, found = build_case(documents, vocabulary)
    return case, in_order((*problems, *found))


def build_case(documents: Sequence[Document], vocabulary: Vocabulary) -> tuple[Case | None, tuple[Problem, ...]]:
    """`read_case` for trees that were read already."""
    draft = _Draft()
    for document in documents:
        _add_heading(document, draft)
    # Only now, because a fact may cite a source that another file declares.
    for document in documents:
        _add_facts(document, vocabulary, draft)
    _note_missing(documents, draft)
    problems = in_order(draft.problems)
    if draft.subject is None or draft.period is None:
        return None, problems
    facts = {key: draft.facts[key] for key in sorted(draft.facts)}
    sources = {key: draft.sources[key][0] for key in sorted(draft.sources)}
    return Case(draft.subject[0], draft.period[0], facts, sources, documents[0].node.at), problems


def _note_missing(documents: Sequence[Document], draft: _Draft) -> None:
    for key, what in (("subject", Text("评价对象", "whom it evaluates")), ("period", Text("评价时期", "its days"))):
        if all(child(document.node, key) is None for document in documents):
            message = Text(f"缺少“{key}”({what.zh})", f"“{key}” is missing ({what.en})")
            hint = Text(f"请在一个文件里写明 {key}。", f"State {key} in one of the files.")
            draft.problems.append(Problem("missing-key", documents[0].node.at, message, hint))


def _add_heading(document: Document, draft: _Draft) -> None:
    node = document.node
    draft.problems.extend(check_structure(node, "case"))
    if isinstance(node, Mapping):
        draft.subject = _agree(draft.subject, _subject(node), node, "subject", draft)
        draft.period = _agree(draft.period, _period(node, draft), node, "period", draft)
        files = SourceFiles(document.folder)
        for key, value in entries_of(node, "sources"):
            _add_source(key, value, files, draft)


def _add_facts(document: Document, vocabulary: Vocabulary, draft: _Draft) -> None:
    setting = _setting(document.node, draft)
    for key, value in entries_of(document.node, "facts"):
        _add_fact(key, value, vocabulary, setting, draft)


# --- whom and when ----------------------------------------------------------------------------------------------------


def _subject(node: Mapping) -> Subject | None:
    about = child(node, "subject")
    key, name = text_of(about, "id"), text_of(about, "name")
    return Subject(key, name, text_of(about, "name_en")) if key and name else None


def _period(node: Mapping, draft: _Draft) -> Period | None:
    written = node.get("period")
    if isinstance(written, Scalar):
        year = int(written.text) if written.text.isascii() and written.text.isdigit() and len(written.text) == 4 else 0
        return Period(date(year, 1, 1), date(year, 12, 31)) if year else None
    start, end = _day(written, "from", draft), _day(written, "to", draft)
    if start is None or end is None:
        return None
    if start > end:
        message = Text(f"起始日期 {start} 晚于截止日期 {end}", f"the period starts ({start}) after it ends ({end})")
        draft.problems.append(Problem("bad-period", node.key_at("period"), message))
        return None
    return Period(start, end)


def _day(node: Node | None, key: str, draft: _Draft) -> date | None:
    written = child(node, key)
    if not isinstance(written, Scalar):
        return None
    day = parse_date(written.text)
    if day is None:
        draft.problems.append(bad_date(written.text, written.at))
    return day


def _agree(
    known: tuple[T, Position] | None, found: T | None, node: Mapping, key: str, draft: _Draft
) -> tuple[T, Position] | None:
    if found is None:
        return known
    at = node.key_at(key)
    if known is None:
        return found, at
    if known[0] != found:
        message = Text(f"{key} 与 {known[1]} 处不一致", f"{key} differs from the one at {known[1]}")
        hint = Text("一个个案只能有一个评价对象和一个时期。", "A case has one subject and one period.")
        draft.problems.append(Problem(f"conflicting-{key}", at, message, hint))
    return known


# --- sources ----------------------------------------------------------------------------------------------------------


def _add_source(key: Scalar, node: Node, files: SourceFiles, draft: _Draft) -> None:
    fields = {name: text_of(node, name) for name in ("title", "file", "sha256", "url", "date")}
    source = Source(key.text, **fields)
    place = child(node, "file") or key
    draft.problems.extend(files.check(source, place.at))
    known = draft.sources.setdefault(source.id, (source, key.at))
    draft.files.setdefault(source.id, files)
    if known[0] != source:
        place_known = known[1]
        message = Text(
            f"来源“{source.id}”与 {place_known} 处不一致", f"source “{source.id}” differs from the one at {place_known}"
        )
        hint = Text("不同的资料请用不同的编号。", "Give different documents different ids.")
        draft.problems.append(Problem("conflicting-sources", key.at, message, hint))


def _setting(node: Node, draft: _Draft) -> Setting:
    sources = {key: source for key, (source, _) in draft.sources.items()}
    default, written = text_of(node, "source"), child(node, "source")
    if written is not None and default and default not in sources:
        draft.problems.append(unknown_source(default, written.at, sources))
    return Setting(basis_of(node, "stated"), default, sources, draft.files)


# --- facts ------------------------------------------------------------------------------------------------------------


def _add_fact(key: Scalar, node: Node, vocabulary: Vocabulary, setting: Setting, draft: _Draft) -> None:
    concept = vocabulary.find(key.text)
    if concept is None:
        message = Text(f"词表中没有数据项“{key.text[:60]}”", f"the vocabulary has no concept “{key.text[:60]}”")
        # Suggestions are dear; nobody reads more than the first of them.
        few = len(draft.problems) < MAX_PROBLEMS
        hint = did_you_mean(key.text[:60], vocabulary.names) if few else NO_TEXT
        draft.problems.append(Problem("unknown-concept", key.at, message, hint))
        return
    fact, problems = read_fact(key, node, concept, setting)
    draft.problems.extend(problems)
    if fact is None:
        return
    known = draft.facts.get(concept.id)
    draft.facts[concept.id] = fact if known is None else _settled(known, fact, concept.label, draft)


def _settled(known: Fact, fact: Fact, label: str, draft: _Draft) -> Fact:
    """One fact made of two. What one file lacks another may have; other differences are conflicts."""
    # In an order of their own: which file was read first must not show.
    provenance = tuple(sorted({*known.provenance, *fact.provenance}, key=lambda p: (str(p), p.quote, p.note)))
    if known.status == "conflict" or not _same(known, fact):
        if _one_is_silent(known, fact):
            return known if fact.status == "absent" else fact
        draft.problems.append(_conflict(known, fact, label))
        told = set(known.reason.split(";")) if known.status == "conflict" else {_told(known)}
        reason = ";".join(sorted(told | {_told(fact)}))
        return replace(known, value=None, status="conflict", provenance=provenance, shown="", reason=reason)
    if known.at.file == fact.at.file:
        draft.problems.append(_twice(known, fact, label))
    basis, shown = min(known.basis, fact.basis, key=BASES.index), min(known.shown, fact.shown)
    by_default = known.by_default or fact.by_default
    return replace(known, provenance=provenance, basis=basis, shown=shown, by_default=by_default)


def _one_is_silent(known: Fact, fact: Fact) -> bool:
    return "absent" in (known.status, fact.status) and known.status != "conflict" and known.at.file != fact.at.file


def _same(left: Fact, right: Fact) -> bool:
    return left.status == right.status and left.value == right.value


def _told(fact: Fact) -> str:
    # By source, not by file: this goes into the trail, which must not tell one machine from another.
    where = "、".join(map(str, fact.provenance))
    return f"“{fact.shown or fact.reason or fact.status}”" + (f"({where})" if where else "")


def _conflict(known: Fact, fact: Fact, label: str) -> Problem:
    here, there = fact.shown or fact.status, known.shown or known.status
    message = Text(
        f"“{label}”有两个不同的值:此处“{here}”,{known.at} 处“{there}”",
        f"“{label}” has two different values: “{here}” here, “{there}” at {known.at}",
    )
    hint = Text("请核对来源,只保留正确的一个。", "Check the sources and keep the right one.")
    return Problem("conflicting-facts", fact.at, message, hint)


def _twice(known: Fact, fact: Fact, label: str) -> Problem:
    message = Text(f"“{label}”已在 {known.at} 写过,值相同", f"“{label}” is already stated at {known.at}, alike")
    return Problem("stated-twice", fact.at, message, Text("请只保留一处。", "Keep one of the two."), "warning")
