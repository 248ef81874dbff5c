"""`--population TABLE`: a table of units taken into a database, and what the edits do to it there."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import MappingProxyType

from engine.difference import Edit
from engine.evaluate import Evaluator
from engine.impact import Comparison, Impact
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
from hegui.batch.asked import missing_duckdb
from hegui.batch.lacking import lacking_concepts
from hegui.workbench.difference.population import CASE_FILES

# Of the database; what does not fit goes to its folder.
_MEMORY_MB = 512
# So many kinds of cells and rows that could not be used are told, and of each so many rows besides the first.
MAX_TOLD, _ROWS_TOLD = 200, 5
# Counts of what is told here in more detail.
_COUNTED = frozenset(("rows-rejected", "values-rejected", "items-rejected"))
_WITHOUT_UNIT = "unit-missing"
NO_ITEMS: Mapping[str, Path] = MappingProxyType({})
Found = tuple[tuple[tuple[Edit, ...], Impact] | None, tuple[Problem, ...]]


def only_table(paths: Sequence[Path]) -> Path | None:
    """The table, where the population is one and there is a database to take it into."""
    return paths[0] if is_table(paths) and not missing_duckdb() else None


def is_table(paths: Sequence[Path]) -> bool:
    """Whether a population is one table."""
    return len(paths) == 1 and not paths[0].is_dir() and paths[0].suffix.lower() not in CASE_FILES


@contextmanager
def impact_of_table(
    both: tuple[Rulebook, Rulebook],
    path: Path,
    vocabulary: Vocabulary,
    period: Period,
    progress: Progress,
    items: Mapping[str, Path] = NO_ITEMS,
) -> Iterator[Found]:
    """The edits and what they do to each unit, as long as the database is open; None and Problems where the table is none."""
    with ExitStack() as held:
        yield _impact(held, both, path, items, vocabulary, period, progress)


def _impact(
    held: ExitStack,
    both: tuple[Rulebook, Rulebook],
    path: Path,
    items: Mapping[str, Path],
    vocabulary: Vocabulary,
    period: Period,
    progress: Progress,
) -> Found:
    from hegui.workbench.difference.columns import impact_in_columns

    work = held.enter_context(tempfile.TemporaryDirectory(prefix="hegui-"))
    try:
        store = held.enter_context(Store(Path(work), (path, *items.values()), memory_mb=_MEMORY_MB))
        intake, problems = take_in(path, vocabulary, store, progress, VALUE)
        if intake is not None:
            intake, problems = take_in_items(intake, items, progress)
        if intake is None or has_errors(problems):
            return None, problems
        compared, impact, notes = impact_in_columns(*both, intake, period, progress)
        told = (problem for problem in problems if problem.code not in _COUNTED)
        return (compared.edits, impact), (*told, *_rejects(intake), *_lacking(compared, intake, period), *notes)
    except (OSError, database_error()) as error:
        if not disk_or_memory(error):
            raise
        reason = str(error).splitlines()[0][:200]
        message = Text(f"临时文件夹写不下:{reason}", f"the temporary folder cannot be written: {reason}")
        return None, (Problem("cannot-write", Position(work), message),)


def _lacking(compared: Comparison, intake: Intake, period: Period) -> tuple[Problem, ...]:
    """The note of concepts without a column, under neither of their ids."""
    renamed = [(edit.old_id, edit.id) for edit in compared.edits if edit.clause == "concept" and edit.old_id]
    known = {
        *intake.concepts,
        *(one for pair in renamed if not intake.concepts.keys().isdisjoint(pair) for one in pair),
    }
    with Evaluator(compared.old) as before, Evaluator(compared.new) as after:
        return lacking_concepts((before, after), intake, period, known)


def _rejects(intake: Intake) -> tuple[Problem, ...]:
    """Rows and values that were left out: of each kind and column the first, with how many more there are and where."""
    file, store = intake.source.file, intake.store
    rows = f"list_slice(list_sort(list(DISTINCT input_row)), 2, {_ROWS_TOLD + 1})"
    grouped = (
        "SELECT input_table, min(input_row) AS row, code, arg_min(zh, input_row) AS zh, arg_min(en, input_row) AS en, "
        f"column_name, count(*) AS times, {rows} AS more FROM rejects GROUP BY input_table, code, column_name"
    )
    found = [
        Problem(
            code,
            Position(f"{file}[{row}]"),
            _in_table(table, _and_more(Text(zh, en), times - 1, more)),
            _way_out(code, title or "", intake.vocabulary),
            severity="warning",
        )
        for table, row, code, zh, en, title, times, more in store.all(f"{grouped} ORDER BY ALL LIMIT {MAX_TOLD}")
    ]
    (count,) = store.one(f"SELECT count(*) FROM ({grouped})")
    if count > MAX_TOLD:
        rest = count - MAX_TOLD
        message = Text(f"还有 {rest} 类问题没有列出", f"{rest} more kinds of problems are not listed")
        found.append(Problem("more-problems", Position(file), message, severity="warning"))
    return tuple(found)


def _and_more(said: Text, times: int, rows: Sequence[int]) -> Text:
    if not times:
        return said
    listed = [str(row) for row in rows]
    going_on = times > len(rows)
    zh, en = "、".join(listed) + (" 等" if going_on else ""), ", ".join(listed) + (" …" if going_on else "")
    return Text(
        f"{said.zh};同类另有 {times} 处" + (f"(第 {zh} 行)" if rows else ""),
        f"{said.en}; {times} more like it" + (f" ({'row' if len(rows) == 1 else 'rows'} {en})" if rows else ""),
    )


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
