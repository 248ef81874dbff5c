"""`hegui facts read` and `hegui facts merge`: documents, databases and case files in, one case file out."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from engine.load import load_rulebook
from facts.casefile import read_case
from facts.documents.model import Document, Progress
from facts.gathering.casewriting import case_text
from facts.gathering.gathering import Gathered, gather
from facts.gathering.gathering import merge as merge_cases
from facts.gathering.mapping import NO_MAPPING, MappingFile, SourceEntry
from facts.gathering.mappingfile import read_mapping
from facts.model import Case
from facts.problem import Problem, Text, has_errors, in_order
from facts.provenance import Position, Source
from facts.vocabulary import Vocabulary
from hegui.command import CLEAN, Arguments
from hegui.delivery import refused, warn
from hegui.progress import progress_of
from hegui.writing import overwrites, write_result

# The mapping a rulebook brings along for the documents it is usually given.
DEFAULT_MAPPING = "reading.yaml"
_CASE_FILES = (".yaml", ".yml", ".json")
_WORKBOOKS = (".xlsx", ".xlsm")


@dataclass(slots=True)
class _Job:
    """What has been read so far, and everything wrong with it."""

    documents: list[Document] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read(arguments: Arguments) -> int:
    """Read facts out of documents and databases into one case file."""
    vocabulary, mapping, problems = _basics(arguments)
    clash = overwrites(arguments.output, (*arguments.sources, *_files(arguments)))
    if vocabulary is None or mapping is None or clash is not None:
        return refused((*problems, *([clash] if clash else [])), arguments)
    job = _Job(problems=list(problems))
    progress = progress_of(arguments)
    for path in arguments.sources:
        _read_source(path, vocabulary, progress, job)
    _read_databases(mapping, progress, job)
    if not job.documents and not job.cases and not has_errors(job.problems):
        job.problems.append(_nothing_to_read())
    if has_errors(job.problems):
        return refused(job.problems, arguments)
    gathered, found = gather(job.documents, mapping, vocabulary, progress, job.cases)
    return _deliver(gathered, vocabulary, (*job.problems, *found), arguments)


def merge(arguments: Arguments) -> int:
    """Make one case file of several."""
    vocabulary, mapping, problems = _basics(arguments)
    clash = overwrites(arguments.output, (*arguments.facts, *_files(arguments)))
    if vocabulary is None or mapping is None or clash is not None:
        return refused((*problems, *([clash] if clash else [])), arguments)
    job = _Job(problems=list(problems))
    for path in arguments.facts:
        _read_case(path, vocabulary, job)
    if has_errors(job.problems) or not job.cases:
        return refused(job.problems, arguments)
    gathered, found = merge_cases(job.cases, mapping, vocabulary)
    if gathered is None:
        return refused((*job.problems, *found), arguments)
    return _deliver(gathered, vocabulary, (*job.problems, *found), arguments)


# --- what is needed first ---------------------------------------------------------------------------------------------


def _basics(arguments: Arguments) -> tuple[Vocabulary | None, MappingFile | None, tuple[Problem, ...]]:
    """The vocabulary of the rulebook (or of the mapping's folder), and the mapping."""
    folder = _rules_folder(arguments)
    if folder is None:
        return None, None, (_no_vocabulary(),)
    rulebook, problems = load_rulebook(folder)
    if rulebook is None:
        return None, None, problems
    path = _mapping_path(arguments, folder)
    if path is None:
        return rulebook.vocabulary, NO_MAPPING, problems
    mapping, found = read_mapping(path, rulebook.vocabulary)
    return rulebook.vocabulary, mapping, in_order((*problems, *found))


def _rules_folder(arguments: Arguments) -> Path | None:
    named = _named_rules(arguments)
    if named is not None:
        return named
    beside = arguments.mapping.parent if arguments.mapping is not None else None
    return beside if beside is not None and (beside / "rulebook.yaml").is_file() else None


def _named_rules(arguments: Arguments) -> Path | None:
    """The rulebook's folder; `read` can do without."""
    return cast("Path | None", arguments.rules)


def _mapping_path(arguments: Arguments, folder: Path) -> Path | None:
    if arguments.mapping is not None:
        return arguments.mapping
    default = folder / DEFAULT_MAPPING
    return default if default.is_file() else None


def _files(arguments: Arguments) -> Iterator[Path]:
    """The files that are read besides the sources."""
    if arguments.mapping is not None:
        yield arguments.mapping
    folder = _named_rules(arguments)
    if folder is not None and folder.is_dir():
        yield from folder.rglob("*.yaml")


def _no_vocabulary() -> Problem:
    message = Text("不知道要找哪些数据项:没有词表", "there is no vocabulary that says which facts to look for")
    hint = Text(
        "请用 --rules 指明规则集文件夹(其中应有 vocabulary.yaml)。",
        "Name the rulebook's folder, in which vocabulary.yaml stands, with --rules.",
    )
    return Problem("no-vocabulary", Position("--rules"), message, hint)


def _nothing_to_read() -> Problem:
    message = Text("没有指明任何资料", "no document is named")
    hint = Text("写上资料文件,或在对照文件里写明 database。", "Name documents, or a database in the mapping file.")
    return Problem("no-sources", Position("SOURCE"), message, hint)


# --- sources ----------------------------------------------------------------------------------------------------------


def _read_source(path: Path, vocabulary: Vocabulary, progress: Progress, job: _Job) -> None:
    if path.is_dir():
        job.problems.append(_is_folder(path))
    elif path.suffix.casefold() in _CASE_FILES:
        _read_case(path, vocabulary, job)
    elif path.suffix.casefold() in _WORKBOOKS and _read_template(path, vocabulary, job):
        return
    else:
        from facts.documents.reading import read_document

        document, problems = read_document(path, progress)
        job.problems.extend(problems)
        if document is not None:
            source = replace(document.source, file=str(path))
            job.documents.append(replace(document, source=source))


def _read_template(path: Path, vocabulary: Vocabulary, job: _Job) -> bool:
    """The case in a workbook of `hegui facts template`; False for any other workbook."""
    from facts.templatebook.reading import is_template, read_template

    if not path.is_file() or not is_template(path):
        return False
    _add_case(path, *read_template(path, vocabulary), job)
    return True


def _read_case(path: Path, vocabulary: Vocabulary, job: _Job) -> None:
    _add_case(path, *read_case([path], vocabulary), job)


def _add_case(path: Path, case: Case | None, problems: Sequence[Problem], job: _Job) -> None:
    job.problems.extend(problems)
    if case is not None:
        sources = {key: _found_from(path.parent, source) for key, source in case.sources.items()}
        job.cases.append(replace(case, sources=sources))


def _found_from(folder: Path, source: Source) -> Source:
    """The source with its file as seen from here, not from the case's folder."""
    return replace(source, file=os.path.normpath(folder / source.file)) if source.file else source


def _read_databases(mapping: MappingFile, progress: Progress, job: _Job) -> None:
    for entry in mapping.sources:
        if entry.database is not None:
            from facts.documents.databases import read_query

            document, problems = read_query(entry.database.url, entry.database.query, entry.id, progress)
            job.problems.extend(_asked_by(entry, problem) for problem in problems)
            if document is not None:
                job.documents.append(document)


def _asked_by(entry: SourceEntry, problem: Problem) -> Problem:
    """The Problem at the place of the mapping that asks: one database may be asked several times."""
    zh, en = problem.message
    message = Text(f"{entry.id}({problem.at}):{zh}", f"{entry.id} ({problem.at}): {en}")
    return replace(problem, at=entry.at, message=message) if entry.at.line else problem


def _is_folder(path: Path) -> Problem:
    message = Text("这是文件夹,不是文件", "this is a folder, not a file")
    hint = Text(f"请逐个写出文件,例如 {path}/*。", f"Name the files, {path}/* for example.")
    return Problem("not-a-file", Position(str(path)), message, hint)


# --- results ----------------------------------------------------------------------------------------------------------


def _deliver(gathered: Gathered, vocabulary: Vocabulary, problems: Sequence[Problem], arguments: Arguments) -> int:
    problems = in_order(problems)
    if has_errors(problems):
        return refused(problems, arguments)
    folder = arguments.output.parent if arguments.output else Path()
    sources = _seen_from(folder, gathered.sources)
    text = case_text(replace(gathered, sources=sources), vocabulary, _heading(gathered))
    problem = write_result(text, arguments.output)
    if problem is not None:
        return refused((*problems, problem), arguments)
    warn(problems, arguments)
    return CLEAN


def _heading(gathered: Gathered) -> tuple[str, ...]:
    known = sum(fact.status == "known" for fact in gathered.facts.values())
    conflicts = sum(fact.status == "conflict" for fact in gathered.facts.values())
    told = f"由 hegui facts 从资料读出:{known} 项有值"
    return (told + (f",{conflicts} 项矛盾待核" if conflicts else "") + "。",)


def _seen_from(folder: Path, sources: Mapping[str, Source]) -> dict[str, Source]:
    """Sources with their files relative to the case's folder; without a file where a case there could not cite it."""
    home = folder.resolve()
    seen: dict[str, Source] = {}
    for key, source in sources.items():
        path = Path(source.file).resolve() if source.file else home
        near = bool(source.file) and path.is_relative_to(home.parent)
        seen[key] = replace(source, file=Path(os.path.relpath(path, home)).as_posix() if near else "")
    return seen
