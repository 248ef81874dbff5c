"""Handing over what a command made: the result to stdout or a file, Problems to whoever reads them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

from facts.problem import Language, Problem, in_order
from hegui.command import UNUSABLE, Arguments
from hegui.interchange import problems_json
from hegui.report_text import problems_text
from hegui.writing import write_result


def language_of(arguments: Arguments) -> Language:
    """The language asked for."""
    return cast(Language, arguments.lang)


def warn(problems: Sequence[Problem], arguments: Arguments) -> None:
    """Problems on stderr."""
    if problems:
        sys.stderr.write(problems_text(problems, language_of(arguments)))


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
