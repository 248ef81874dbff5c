"""The report's own facts: what it states, gathered for a rulebook when no other facts are given."""

from __future__ import annotations

from pathlib import Path

from engine.model import Rulebook
from facts.documents.model import Document
from facts.gathering.gathering import gather
from facts.gathering.mapping import NO_MAPPING, MappingFile
from facts.gathering.mappingfile import read_mapping
from facts.model import Case, Period, Subject
from facts.problem import Problem

# The mapping a rulebook brings along for the documents it is usually given.
DEFAULT_MAPPING = "reading.yaml"
# These say what a case file still lacks, or what the audit says itself.
_NOT_NEEDED = {"unclear-subject", "unclear-period", "spam"}


def facts_of_report(document: Document, rulebook: Rulebook, folder: Path) -> tuple[Case | None, tuple[Problem, ...]]:
    """A case of what the report itself states, by the rulebook's own mapping where there is one."""
    mapping: MappingFile | None = NO_MAPPING
    problems: tuple[Problem, ...] = ()
    if (folder / DEFAULT_MAPPING).is_file():
        mapping, problems = read_mapping(folder / DEFAULT_MAPPING, rulebook.vocabulary)
    if mapping is None:
        return None, problems
    gathered, found = gather([document], mapping, rulebook.vocabulary)
    subject = gathered.subject or Subject("report", document.source.title)
    period = gathered.period or _in_force(rulebook)
    case = Case(subject, period, gathered.facts, gathered.sources)
    return case, (*problems, *(problem for problem in found if problem.code not in _NOT_NEEDED))


def _in_force(rulebook: Rulebook) -> Period:
    """Days the rulebook scores, where the report does not say which it is about."""
    start = rulebook.effective_from
    return Period(start, rulebook.effective_to or start)
