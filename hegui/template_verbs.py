"""`hegui facts template`: the workbook a department fills in, empty or filled from case files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

from engine.load import load_rulebook
from engine.model import Rulebook
from facts.casefile import read_case
from facts.model import Case
from facts.problem import Language, Problem, has_errors, in_order
from facts.templatebook.layout import RulesLabel
from facts.templatebook.writing import write_template
from facts.vocabulary import Vocabulary
from hegui.binary import unseen, write_bytes
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
    problem = unseen("xlsx", arguments.output) or write_bytes(data, arguments.output)
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
