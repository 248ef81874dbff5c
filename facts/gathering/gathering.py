"""From documents to one case: the facts of each found, then settled; whom and when they speak of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from types import MappingProxyType

from facts.documents.model import Document, Progress, no_progress
from facts.gathering.chosen import is_chosen
from facts.gathering.doubts import lookalikes_in
from facts.gathering.finding import entry_for, find_facts
from facts.gathering.folding import writable
from facts.gathering.mapping import MappingFile, Naming
from facts.gathering.naming import name_period, name_subject, year_of
from facts.gathering.reconciling import SourceFacts, is_settled_conflict, reconcile
from facts.gathering.unread import unread_notes
from facts.gathering.views import View, view_of
from facts.model import Case, Fact, Period, Subject
from facts.problem import Problem, Text, in_order
from facts.provenance import Source
from facts.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Gathered:
    """A case as far as the sources tell; None where they do not say whom or when."""

    subject: Subject | None
    period: Period | None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)


def gather(
    documents: Sequence[Document],
    mapping: MappingFile,
    vocabulary: Vocabulary,
    progress: Progress = no_progress,
    cases: Sequence[Case] = (),
    before: Case | None = None,
) -> tuple[Gathered, tuple[Problem, ...]]:
    """The case these documents (and case files already written) make together, and what is doubtful in them.

    Of the case there was `before`, one of the cases, the choices of people hold; what any other says was chosen is a value like others.
    """
    sources, clashes = _all_sources(cases)
    views = identified([view_of(document) for document in documents], mapping, sources)
    told, problems = [part for case in cases for part in by_source(case)], list[Problem]()
    stated = {case.period for case in cases}
    for number, view in enumerate(views):
        progress(number, len(views), view.id)
        facts, found = find_facts(view, mapping, vocabulary, year_of(view, _naming_of(view, mapping), stated))
        told.append(facts)
        doubted = {problem.at for problem in found if problem.code == "lookalike"}
        problems.extend(unread_notes(view, facts.facts, vocabulary, () if facts.entry else mapping.sources))
        problems.extend((*found, *(one for one in lookalikes_in(view) if one.at not in doubted)))
        sources[view.id] = _entitled(view, mapping)
    decided = {} if before is None else {key: fact for key, fact in before.facts.items() if is_chosen(fact)}
    settled, found = reconcile(told, mapping, vocabulary, decided)
    held = [vocabulary.concepts[key] for key in decided if key in settled and settled[key].status != "conflict"]
    problems = [one for one in problems if not is_settled_conflict(one, held)]
    named = [(view, _naming_of(view, mapping)) for view in views]
    subject, unnamed = name_subject(named, {case.subject for case in cases})
    period, undated = name_period(named, stated)
    problems.extend((*clashes, *found, *unnamed, *undated))
    return Gathered(subject, period, settled, sources), in_order(problems)


def _naming_of(view: View, mapping: MappingFile) -> Naming:
    """What the document's own entry says of whom and when; where it is silent, what the whole mapping says."""
    own, whole = entry_for(view, mapping).naming, mapping.naming
    of = own if own.name or own.name_place else whole
    when = own if own.period or own.period_place else whole
    return Naming(of.id, of.name, of.name_en, of.name_place, when.period, when.period_place)


def identified(
    views: Sequence[View], mapping: MappingFile, known: Mapping[str, Source] = MappingProxyType({})
) -> list[View]:
    """The documents under the ids the mapping gives them; a second one of a kind is numbered, as is one beside a `known` source."""
    taken, named = set[str](), list[View]()
    for view in views:
        wanted, sha256 = entry_for(view, mapping).id or view.id, view.document.source.sha256
        others = {key for key, one in known.items() if one.sha256 and sha256 and one.sha256 != sha256}
        key = next(n for n in _numbered(wanted) if n not in taken and n not in others)
        taken.add(key)
        document = replace(view.document, source=replace(view.document.source, id=key))
        named.append(replace(view, document=document))
    return named


def _numbered(name: str) -> Iterator[str]:
    """The names report, report-2, report-3 and so on."""
    yield name
    yield from (f"{name}-{n}" for n in count(2))


def _entitled(view: View, mapping: MappingFile) -> Source:
    """The source with what the mapping says of it."""
    source, entry = view.document.source, entry_for(view, mapping)
    return replace(
        source, title=entry.title or writable(source.title), url=entry.url or source.url, date=entry.date or source.date
    )


def merge(
    cases: Sequence[Case], mapping: MappingFile, vocabulary: Vocabulary
) -> tuple[Gathered | None, tuple[Problem, ...]]:
    """One case of several about one subject and period; their sources, like their facts, must not contradict each other."""
    first, problems = cases[0], list[Problem]()
    for case in cases[1:]:
        if (case.subject, case.period) != (first.subject, first.period):
            problems.append(_another(case, first))
    sources, clashes = _all_sources(cases)
    problems.extend(clashes)
    if problems:
        return None, in_order(problems)
    told = [part for case in cases for part in by_source(case)]
    facts, found = reconcile(told, mapping, vocabulary)
    return Gathered(first.subject, first.period, facts, sources), found


def by_source(case: Case) -> Iterable[SourceFacts]:
    """A case's facts by the source they cite first."""
    parts: dict[str, dict[str, Fact]] = {}
    for key, fact in case.facts.items():
        source = fact.provenance[0].source if fact.provenance else ""
        parts.setdefault(source, {})[key] = fact
    return [SourceFacts(source, parts[source], source) for source in sorted(parts)]


def _all_sources(cases: Sequence[Case]) -> tuple[dict[str, Source], list[Problem]]:
    sources, problems = dict[str, Source](), list[Problem]()
    for case in cases:
        for key, source in case.sources.items():
            known = sources.setdefault(key, source)
            if (known.title, known.sha256) != (source.title, source.sha256):
                message = Text(f"来源“{key}”在几个个案里不是同一份资料", f"source “{key}” is not the same in all cases")
                hint = Text("不同的资料请用不同的编号。", "Give different documents different ids.")
                problems.append(Problem("conflicting-sources", case.at, message, hint))
    return sources, problems


def _another(case: Case, first: Case) -> Problem:
    message = Text(
        f"评价对象或时期不同:{case.subject.name} {case.period},而 {first.at.file} 是 {first.subject.name} {first.period}",
        f"another subject or period: {case.subject.name} {case.period}; "
        f"{first.at.file} has {first.subject.name} {first.period}",
    )
    hint = Text("只能合并同一部门、同一时期的个案。", "Only cases of one subject and one period can be merged.")
    return Problem("conflicting-subject", case.at, message, hint)
