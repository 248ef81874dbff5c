"""`--population TABLE`: a table of units taken into a database, and what the edits do to it there."""

from __future__ import annotations

import importlib.util
import tempfile
from collections.abc import Sequence
from pathlib import Path

from engine.difference import Edit
from engine.impact import Impact
from engine.model import Rulebook
from facts.columns.intake import Intake, take_in
from facts.columns.itemtables import take_in_items
from facts.columns.rejecting import VALUE
from facts.columns.store import Store, database_error, disk_or_memory
from facts.documents.model import Progress
from facts.model import Period
from facts.problem import Problem, Text, has_errors
from facts.provenance import Position
from facts.vocabulary import Vocabulary
from hegui.workbench.difference.population import CASE_FILES

# So many cells and rows that could not be used are told one by one.
MAX_TOLD = 200
# Counts of what is told here one by one.
_COUNTED = frozenset(("rows-rejected", "values-rejected", "items-rejected"))
Found = tuple[tuple[tuple[Edit, ...], Impact] | None, tuple[Problem, ...]]


def only_table(paths: Sequence[Path]) -> Path | None:
    """The table, where the population is one and there is a database to take it into."""
    if len(paths) != 1 or paths[0].is_dir() or paths[0].suffix.lower() in CASE_FILES:
        return None
    there = all(importlib.util.find_spec(name) is not None for name in ("duckdb", "sqlglot"))
    return paths[0] if there else None


def impact_of_table(
    both: tuple[Rulebook, Rulebook], path: Path, vocabulary: Vocabulary, period: Period, progress: Progress
) -> Found:
    """The edits and what they do to each unit; None and Problems where the table is none."""
    from hegui.workbench.difference.columns import impact_in_columns

    with tempfile.TemporaryDirectory(prefix="hegui-") as work:
        try:
            with Store(Path(work), (path,)) as store:
                intake, problems = take_in(path, vocabulary, store, progress, VALUE)
                if intake is not None:
                    intake, problems = take_in_items(intake, {}, progress)
                if intake is None or has_errors(problems):
                    return None, problems
                edits, impact, notes = impact_in_columns(*both, intake, period, progress)
                told = (problem for problem in problems if problem.code not in _COUNTED)
                return (edits, impact), (*told, *_rejects(intake), *notes)
        except (OSError, database_error()) as error:
            if not disk_or_memory(error):
                raise
            reason = str(error).splitlines()[0][:200]
            message = Text(f"临时文件夹写不下:{reason}", f"the temporary folder cannot be written: {reason}")
            return None, (Problem("cannot-write", Position(work), message),)


def _rejects(intake: Intake) -> tuple[Problem, ...]:
    """Rows and values that were left out, one by one, up to a number a person can read."""
    query = f"SELECT input_table, input_row, code, zh, en FROM rejects ORDER BY ALL LIMIT {MAX_TOLD}"
    file = intake.source.file
    found = [
        Problem(code, Position(f"{file}[{row}]"), _in_table(table, Text(zh, en)), severity="warning")
        for table, row, code, zh, en in intake.store.all(query)
    ]
    (count,) = intake.store.one("SELECT count(*) FROM rejects")
    if count > MAX_TOLD:
        rest = count - MAX_TOLD
        message = Text(f"还有 {rest} 个问题没有列出", f"{rest} more problems are not listed")
        found.append(Problem("more-problems", Position(file), message, severity="warning"))
    return tuple(found)


def _in_table(table: str, said: Text) -> Text:
    return said if table == "units" else Text(f"{table}:{said.zh}", f"{table}: {said.en}")
