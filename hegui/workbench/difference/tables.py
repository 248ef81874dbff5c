"""`--population TABLE`: a table of units taken into a database, and what the edits do to it there."""

from __future__ import annotations

import importlib.util
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
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

# Of the database; what does not fit goes to its folder.
_MEMORY_MB = 512
# So many cells and rows that could not be used are told one by one.
MAX_TOLD = 200
# Counts of what is told here one by one.
_COUNTED = frozenset(("rows-rejected", "values-rejected", "items-rejected"))
_WITHOUT_UNIT = "unit-missing"
Found = tuple[tuple[tuple[Edit, ...], Impact] | None, tuple[Problem, ...]]


def only_table(paths: Sequence[Path]) -> Path | None:
    """The table, where the population is one and there is a database to take it into."""
    if len(paths) != 1 or paths[0].is_dir() or paths[0].suffix.lower() in CASE_FILES:
        return None
    there = all(importlib.util.find_spec(name) is not None for name in ("duckdb", "sqlglot"))
    return paths[0] if there else None


@contextmanager
def impact_of_table(
    both: tuple[Rulebook, Rulebook], path: Path, vocabulary: Vocabulary, period: Period, progress: Progress
) -> Iterator[Found]:
    """The edits and what they do to each unit, as long as the database is open; None and Problems where the table is none."""
    with ExitStack() as held:
        yield _impact(held, both, path, vocabulary, period, progress)


def _impact(
    held: ExitStack,
    both: tuple[Rulebook, Rulebook],
    path: Path,
    vocabulary: Vocabulary,
    period: Period,
    progress: Progress,
) -> Found:
    from hegui.workbench.difference.columns import impact_in_columns

    work = held.enter_context(tempfile.TemporaryDirectory(prefix="hegui-"))
    try:
        store = held.enter_context(Store(Path(work), (path,), memory_mb=_MEMORY_MB))
        intake, problems = take_in(path, vocabulary, store, progress, VALUE)
        if intake is not None:
            intake, problems = take_in_items(intake, {}, progress)
        if intake is None or has_errors(problems):
            return None, problems
        compared, impact, notes = impact_in_columns(*both, intake, period, progress)
        told = (problem for problem in problems if problem.code not in _COUNTED)
        return (compared.edits, impact), (*told, *_rejects(intake), *notes)
    except (OSError, database_error()) as error:
        if not disk_or_memory(error):
            raise
        reason = str(error).splitlines()[0][:200]
        message = Text(f"临时文件夹写不下:{reason}", f"the temporary folder cannot be written: {reason}")
        return None, (Problem("cannot-write", Position(work), message),)


def _rejects(intake: Intake) -> tuple[Problem, ...]:
    """Rows and values that were left out, up to a number a person can read: one by one, a column without its unit once."""
    each = f"CASE WHEN code = '{_WITHOUT_UNIT}' THEN column_name ELSE concat(column_name, ' ', input_row, ' ', zh) END"
    grouped = (
        "SELECT input_table, min(input_row) AS row, code, arg_min(zh, input_row) AS zh, arg_min(en, input_row) AS en, "
        f"min(column_name) AS title, count(*) AS times FROM rejects GROUP BY input_table, code, {each}"
    )
    file = intake.source.file
    found = [
        Problem(
            code,
            Position(f"{file}[{row}]"),
            _in_table(table, _and_more(Text(zh, en), times)),
            _way_out(code, title or "", intake.vocabulary),
            severity="warning",
        )
        for table, row, code, zh, en, title, times in intake.store.all(f"{grouped} ORDER BY ALL LIMIT {MAX_TOLD}")
    ]
    (count,) = intake.store.one(f"SELECT count(*) FROM ({grouped})")
    if count > MAX_TOLD:
        rest = count - MAX_TOLD
        message = Text(f"还有 {rest} 个问题没有列出", f"{rest} more problems are not listed")
        found.append(Problem("more-problems", Position(file), message, severity="warning"))
    return tuple(found)


def _and_more(said: Text, times: int) -> Text:
    more = times - 1
    if not more:
        return said
    return Text(f"{said.zh};这一列另有 {more} 行也是", f"{said.en}; so are {more} more rows of this column")


def _way_out(code: str, title: str, vocabulary: Vocabulary) -> Text:
    """What to do about numbers without a unit: it belongs in the header."""
    if code != _WITHOUT_UNIT or not title:
        return Text("", "")
    concept = vocabulary.find(title)
    unit = concept.unit.name if concept is not None and concept.unit is not None else ""
    example = Text(f",例如“{title}({unit})”", f", such as “{title}({unit})”") if unit else Text("", "")
    return Text(
        f"请在表头写上单位{example.zh};没有单位的数按缺少处理。",
        f"Name the unit in the header{example.en}; numbers without one count as missing.",
    )


def _in_table(table: str, said: Text) -> Text:
    return said if table == "units" else Text(f"{table}:{said.zh}", f"{table}: {said.en}")
