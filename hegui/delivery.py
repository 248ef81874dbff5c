"""Handing over what a command made: the result to stdout or a file, Problems to whoever reads them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import cast

from facts.problem import Language, Problem, has_errors, in_order
from hegui.command import CLEAN, FINDINGS, UNUSABLE, Arguments
from hegui.problemdata import problems_json
from hegui.report_text import problems_text
from hegui.writing import write_result

# The most serious first; `never` is reached by nothing.
_RANK = {"never": -1, "error": 0, "warning": 1, "note": 2}


def status_of(severities: Iterable[str], arguments: Arguments) -> int:
    """The exit status: whether any finding is at or above --fail-on."""
    limit = _RANK[arguments.fail_on]
    return FINDINGS if any(_RANK[severity] <= limit for severity in severities) else CLEAN


def language_of(arguments: Arguments) -> Language:
    """The language asked for."""
    return cast(Language, arguments.lang)


def warn(problems: Sequence[Problem], arguments: Arguments) -> None:
    """Problems on stderr."""
    if problems:
        sys.stderr.write(problems_text(problems, language_of(arguments)))


def told(problems: Sequence[Problem], arguments: Arguments) -> int:
    """Problems of a command that writes for people alone, in order on stderr; the exit status they leave."""
    warn(in_order(problems), arguments)
    return UNUSABLE if has_errors(problems) else CLEAN


def unusable(problems: Sequence[Problem], arguments: Arguments) -> int:
    """Every Problem: on stderr for people, as a document on stdout for scripts."""
    if arguments.format == "json":
        deliver(problems_json(problems, language_of(arguments)), arguments)
    else:
        warn(problems, arguments)
    return UNUSABLE


def refused(problems: Sequence[Problem], arguments: Arguments) -> int:
    """Every Problem where there is no result: a file that was asked for is not written, nor one that was there replaced."""
    if arguments.format == "json":
        write_result(problems_json(in_order(problems), language_of(arguments)), None)
    else:
        warn(in_order(problems), arguments)
    return UNUSABLE


def deliver(text: str, arguments: Arguments) -> bool:
    """Write the result; False (after saying why) where that cannot be done."""
    problem = write_result(text, arguments.output)
    if problem is not None:
        unwritable(problem, arguments)
    return problem is None


def unwritable(problem: Problem, arguments: Arguments) -> int:
    """Say why nothing was written: never in the file that cannot be written."""
    if arguments.format == "json" and arguments.output is not None:
        write_result(problems_json((problem,), language_of(arguments)), None)
    else:
        warn((problem,), arguments)
    return UNUSABLE


def files_of(*folders: Path) -> Iterator[Path]:
    """The files rulebooks are read from."""
    return (path for folder in folders if folder.is_dir() for path in folder.rglob("*.yaml"))
