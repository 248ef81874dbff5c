"""A population from the command line: a table of units, case files, or a folder of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from facts.casefile import read_case
from facts.documents.model import Progress
from facts.documents.reading import read_document
from facts.gathering.populations import read_population
from facts.model import Case, Period, Population
from facts.problem import Problem, Text, in_order
from facts.provenance import Position
from facts.treereading import text_of
from facts.vocabulary import Vocabulary
from facts.yamltree import read_yaml_file

CASE_FILES = (".yaml", ".yml", ".json")


@dataclass(slots=True)
class _Read:
    cases: list[Case] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    rejected: int = 0


def population_of(
    paths: Sequence[Path], vocabulary: Vocabulary, period: Period, progress: Progress
) -> tuple[Population | None, tuple[Problem, ...]]:
    """The cases of all of these together; None where there is not one."""
    read = _Read()
    for path in paths:
        if path.is_dir():
            _folder(path, vocabulary, read)
        elif path.suffix.lower() in CASE_FILES:
            _case(path, vocabulary, read)
        else:
            _table(path, vocabulary, period, progress, read)
    problems = in_order(read.problems)
    if not read.cases:
        if not problems:
            at = Position(str(paths[0]))
            message = Text("没有个案:文件夹里没有个案文件", "no cases: the folder holds no case files")
            problems = (Problem("no-population", at, message),)
        return None, problems
    return Population(tuple(read.cases), read.rejected), problems


def _folder(path: Path, vocabulary: Vocabulary, read: _Read) -> None:
    """Every case file in a folder and below; other YAML files are none of ours."""
    for file in sorted(p for p in path.rglob("*") if p.suffix.lower() in CASE_FILES and p.is_file()):
        node, _ = read_yaml_file(file)
        if text_of(node, "format") == "hegui/case/v1":
            _case(file, vocabulary, read)


def _case(path: Path, vocabulary: Vocabulary, read: _Read) -> None:
    case, problems = read_case([path], vocabulary)
    read.problems += problems
    if case is None:
        read.rejected += 1
    else:
        read.cases.append(case)


def _table(path: Path, vocabulary: Vocabulary, period: Period, progress: Progress, read: _Read) -> None:
    document, problems = read_document(path, progress)
    read.problems += problems
    if document is None:
        return
    population, found = read_population(document, vocabulary, period, progress)
    read.problems += found
    if population is not None:
        read.cases += population.cases
        read.rejected += population.rejected
