"""`hegui facts template`: the workbook a department fills in, empty or filled from case files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from engine.load import load_rulebook
from engine.model import Rulebook
from facts.casefile import read_case
from facts.model import Case
from facts.problem import Language, Problem, Text, has_errors, in_order
from facts.provenance import Position
from facts.templatebook.layout import RulesLabel
from facts.templatebook.writing import write_template
from facts.vocabulary import Vocabulary
from hegui.binary import write_bytes
from hegui.command import CLEAN, Arguments
from hegui.delivery import files_of, refused, warn
from hegui.writing import overwrites


def template(arguments: Arguments) -> int:
    """Write the workbook of a rulebook; with case files (`--facts`) their facts are filled in."""
    paths = _casefiles_of(arguments)
    clash = overwrites(arguments.output, (*paths, *files_of(arguments.rules)))
    rulebook, problems = load_rulebook(arguments.rules)
    if rulebook is None or clash is not None:
        return refused((*problems, *([clash] if clash else [])), arguments)
    case, found = _case(paths, rulebook.vocabulary)
    problems = (*problems, *found)
    if has_errors(problems):
        return refused(problems, arguments)
    data, found = write_template(rulebook.vocabulary, label_of(rulebook), case, language=cast(Language, arguments.lang))
    problems = (*problems, *found)
    if data is None or has_errors(problems):
        return refused(problems, arguments)
    problem = _unseen(arguments) or write_bytes(data, arguments.output)
    if problem is not None:
        return refused((*problems, problem), arguments)
    warn(in_order(problems), arguments)
    return CLEAN


def label_of(rulebook: Rulebook) -> RulesLabel:
    """What a workbook says of the rulebook it is for."""
    return RulesLabel(rulebook.id, rulebook.version, rulebook.digest, rulebook.title.zh)


def _casefiles_of(arguments: Arguments) -> Sequence[Path]:
    return cast("Sequence[Path]", getattr(arguments, "facts", None) or ())


def _case(paths: Sequence[Path], vocabulary: Vocabulary) -> tuple[Case | None, tuple[Problem, ...]]:
    return read_case(paths, vocabulary) if paths else (None, ())


def _unseen(arguments: Arguments) -> Problem | None:
    """A workbook is nothing to look at in a terminal."""
    if arguments.output is not None or not sys.stdout.isatty():
        return None
    message = Text("工作簿不能显示在终端里", "a workbook cannot be shown in a terminal")
    return Problem(
        "no-output", Position("-o"), message, Text("请用 -o book.xlsx 指定文件。", "Name a file: -o book.xlsx.")
    )
