"""`hegui diff OLD NEW`: what an edit of the rules changes in meaning, and what it does to a population."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.difference import Edit
from engine.impact import Impact
from facts.problem import Problem, Text, has_errors, in_order
from facts.provenance import Position
from hegui.batch.asked import items_of
from hegui.binary import pieces_of, temporary, write_bytes
from hegui.command import CLEAN, FINDINGS, Arguments
from hegui.delivery import language_of, refused, warn
from hegui.progress import progress_of
from hegui.workbench.difference.comparing import Both, compare, grades_of, load_both
from hegui.workbench.difference.html import difference_html
from hegui.workbench.difference.interchange import difference_json
from hegui.workbench.difference.sheets import difference_sheets, split_note
from hegui.workbench.difference.summary import Summary, summarised
from hegui.workbench.difference.text import difference_text
from hegui.writing import cannot_write, overwrites, write_result


def diff(arguments: Arguments) -> int:
    """Compare two rulebooks; 1 with --exit-code where they differ."""
    clash = overwrites(arguments.output, _inputs(arguments)) or _no_file(arguments)
    items, wrong = items_of(arguments)
    both, problems = load_both(arguments.old, arguments.new)
    if clash is not None or wrong or both is None:
        return refused((*problems, *wrong, *([clash] if clash is not None else [])), arguments)
    with compare(both, arguments.population, progress_of(arguments), items) as (compared, more):
        problems = (*problems, *more)
        if compared is None or has_errors(problems):
            return refused(problems, arguments)
        problem = _told(both, *compared, problems, arguments)
    if problem is not None:
        return refused((problem,), arguments)
    return FINDINGS if arguments.exit_code and compared[0] else CLEAN


def _told(
    both: Both, edits: Sequence[Edit], impact: Impact | None, problems: Sequence[Problem], arguments: Arguments
) -> Problem | None:
    """Sum up, warn and write; the Problem where that cannot be done."""
    try:
        summary = None if impact is None else summarised(impact, grades_of(both))
        if arguments.format == "xlsx":
            problems = (*problems, *split_note(impact))
        if problems:
            warn(in_order(problems), arguments)
        return _deliver(both, edits, impact, summary, problems, arguments)
    except BrokenPipeError:
        raise
    except OSError as error:
        # What is written beside the result: a workbook in the making, units being put in order.
        return cannot_write(tempfile.gettempdir(), error)


def _deliver(
    both: Both,
    edits: Sequence[Edit],
    impact: Impact | None,
    summary: Summary | None,
    problems: Sequence[Problem],
    arguments: Arguments,
) -> Problem | None:
    language = language_of(arguments)
    if arguments.format == "xlsx":
        with temporary() as made:
            problem = difference_sheets(made, edits, impact, summary, language)
            return problem or write_bytes(pieces_of(made), arguments.output)
    text: str | Iterator[str]
    match arguments.format:
        case "json":
            text = difference_json(both, edits, impact, summary, problems, language)
        case "html":
            text = difference_html(both, edits, impact, summary, language)
        case _:
            text = difference_text(edits, impact, summary, language)
    return write_result(text, arguments.output)


def _no_file(arguments: Arguments) -> Problem | None:
    if arguments.format != "xlsx" or arguments.output is not None:
        return None
    message = Text("工作簿须写入文件", "a workbook is written to a file")
    hint = Text("请加 -o 影响.xlsx", "Add -o impact.xlsx")
    return Problem("no-output", Position("--format"), message, hint)


def _inputs(arguments: Arguments) -> list[Path]:
    folders = [path for path in (arguments.old, arguments.new, *arguments.population) if path.is_dir()]
    tables = (path for _, path in arguments.items)
    return [*arguments.population, *tables, *(file for folder in folders for file in folder.rglob("*.yaml"))]
