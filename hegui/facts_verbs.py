"""`hegui facts read` and `hegui facts merge`: documents, databases and case files in, one case file out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

from engine.load import load_rulebook
from facts.gathering.gathering import Gathered, gather
from facts.gathering.gathering import merge as merge_cases
from facts.gathering.mapping import NO_MAPPING, MappingFile
from facts.gathering.mappingfile import read_mapping
from facts.problem import Problem, Text, has_errors, in_order
from facts.provenance import Position
from facts.vocabulary import Vocabulary
from hegui.command import CLEAN, Arguments
from hegui.delivery import refused, warn
from hegui.progress import progress_of
from hegui.sources import DEFAULT_MAPPING, Sources, add_case_file, read_databases, read_source, text_of_case
from hegui.writing import overwrites, write_result


def read(arguments: Arguments) -> int:
    """Read facts out of documents and databases into one case file."""
    vocabulary, mapping, problems = _basics(arguments)
    clash = overwrites(arguments.output, (*arguments.sources, *_files(arguments)))
    if vocabulary is None or mapping is None or clash is not None:
        return refused((*problems, *([clash] if clash else [])), arguments)
    job = Sources(problems=list(problems))
    progress = progress_of(arguments)
    for path in arguments.sources:
        read_source(path, vocabulary, progress, job)
    read_databases(mapping, progress, job)
    if not job.documents and not job.cases and not has_errors(job.problems):
        job.problems.append(_nothing_to_read())
    if has_errors(job.problems):
        return refused(job.problems, arguments)
    before = job.cases[0] if len(job.cases) == 1 else None
    gathered, found = gather(job.documents, mapping, vocabulary, progress, job.cases, before)
    return _deliver(gathered, vocabulary, (*job.problems, *found), arguments)


def merge(arguments: Arguments) -> int:
    """Make one case file of several."""
    vocabulary, mapping, problems = _basics(arguments)
    clash = overwrites(arguments.output, (*arguments.facts, *_files(arguments)))
    if vocabulary is None or mapping is None or clash is not None:
        return refused((*problems, *([clash] if clash else [])), arguments)
    job = Sources(problems=list(problems))
    for path in arguments.facts:
        add_case_file(path, vocabulary, job)
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


# --- results ----------------------------------------------------------------------------------------------------------


def _deliver(gathered: Gathered, vocabulary: Vocabulary, problems: Sequence[Problem], arguments: Arguments) -> int:
    problems = in_order(problems)
    if has_errors(problems):
        return refused(problems, arguments)
    text = text_of_case(gathered, vocabulary, arguments.output.parent if arguments.output else Path())
    problem = write_result(text, arguments.output)
    if problem is not None:
        return refused((*problems, problem), arguments)
    warn(problems, arguments)
    return CLEAN
