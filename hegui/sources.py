"""From documents to the text of a case file: what `hegui facts` and the desk both do."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from facts.casefile import read_case
from facts.documents.model import Document, Progress
from facts.gathering.caseediting import counted_heading
from facts.gathering.casewriting import case_text
from facts.gathering.gathering import Gathered
from facts.gathering.mapping import MappingFile, SourceEntry
from facts.model import Case
from facts.problem import Problem, Text
from facts.provenance import Position, Source
from facts.vocabulary import Vocabulary

# The mapping a rulebook brings along for the documents it is usually given.
DEFAULT_MAPPING = "reading.yaml"
CASE_FILES = (".yaml", ".yml", ".json")
_WORKBOOKS = (".xlsx", ".xlsm")


@dataclass(slots=True)
class Sources:
    """What has been read so far, and everything wrong with it."""

    documents: list[Document] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_source(path: Path, vocabulary: Vocabulary, progress: Progress, read: Sources) -> None:
    """A document, a case file or a filled-in workbook, by its name and what it is."""
    if path.is_dir():
        read.problems.append(_is_folder(path))
    elif path.suffix.casefold() in CASE_FILES:
        add_case_file(path, vocabulary, read)
    elif path.suffix.casefold() in _WORKBOOKS and _read_template(path, vocabulary, read):
        return
    else:
        from facts.documents.reading import read_document

        document, problems = read_document(path, progress)
        read.problems.extend(problems)
        if document is not None:
            source = replace(document.source, file=str(path))
            read.documents.append(replace(document, source=source))


def _read_template(path: Path, vocabulary: Vocabulary, read: Sources) -> bool:
    """The case in a workbook of `hegui facts template`; False for any other workbook."""
    from facts.templatebook.reading import is_template, read_template

    if not path.is_file() or not is_template(path):
        return False
    _add_case(path, *read_template(path, vocabulary), read)
    return True


def add_case_file(path: Path, vocabulary: Vocabulary, read: Sources) -> None:
    """The case of one file."""
    _add_case(path, *read_case([path], vocabulary), read)


def _add_case(path: Path, case: Case | None, problems: Sequence[Problem], read: Sources) -> None:
    read.problems.extend(problems)
    if case is not None:
        sources = {key: _found_from(path.parent, source) for key, source in case.sources.items()}
        read.cases.append(replace(case, sources=sources))


def _found_from(folder: Path, source: Source) -> Source:
    """The source with its file as seen from here, not from the case's folder."""
    return replace(source, file=os.path.normpath(folder / source.file)) if source.file else source


def read_databases(mapping: MappingFile, progress: Progress, read: Sources) -> None:
    """What the mapping asks of databases."""
    for entry in mapping.sources:
        if entry.database is not None:
            from facts.documents.databases import read_query

            document, problems = read_query(entry.database.url, entry.database.query, entry.id, progress)
            read.problems.extend(_asked_by(entry, problem) for problem in problems)
            if document is not None:
                read.documents.append(document)


def _asked_by(entry: SourceEntry, problem: Problem) -> Problem:
    """The Problem at the place of the mapping that asks: one database may be asked several times."""
    zh, en = problem.message
    message = Text(f"{entry.id}({problem.at}):{zh}", f"{entry.id} ({problem.at}): {en}")
    return replace(problem, at=entry.at, message=message) if entry.at.line else problem


def _is_folder(path: Path) -> Problem:
    message = Text("这是文件夹,不是文件", "this is a folder, not a file")
    hint = Text(f"请逐个写出文件,例如 {path}/*。", f"Name the files, {path}/* for example.")
    return Problem("not-a-file", Position(str(path)), message, hint)


# --- the case file ------------------------------------------------------------------------------------------------------


def text_of_case(gathered: Gathered, vocabulary: Vocabulary, folder: Path) -> str:
    """The case file as it would stand in a folder, its sources named as seen from there."""
    sources = seen_from(folder, gathered.sources)
    return case_text(replace(gathered, sources=sources), vocabulary, (counted_heading(gathered.facts),))


def seen_from(folder: Path, sources: Mapping[str, Source]) -> dict[str, Source]:
    """Sources with their files relative to the case's folder; without a file where a case there could not cite it."""
    home = folder.resolve()
    seen: dict[str, Source] = {}
    for key, source in sources.items():
        path = Path(source.file).resolve() if source.file else home
        near = bool(source.file) and path.is_relative_to(home.parent)
        seen[key] = replace(source, file=Path(os.path.relpath(path, home)).as_posix() if near else "")
    return seen
