"""TABLE#unit: one unit of a table as a Case, each fact with its row and column."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from engine.model import Rulebook
from facts.columns.intake import Intake, take_in
from facts.columns.itemtables import take_in_items
from facts.columns.opening import unspeakable
from facts.columns.rebuilding import cases, find_unit
from facts.columns.store import Store, database_error, disk_or_memory, literal
from facts.documents.model import Progress
from facts.model import Case, Period
from facts.problem import Problem, Severity, Text, has_errors, in_order
from facts.provenance import Position
from hegui.batch.fetching import fetched_files

_MARK = "#"
_TOLD = 20
Found = tuple[Case | None, tuple[Problem, ...]]


def names_unit(paths: Sequence[Path]) -> tuple[Path, str] | None:
    """Table and unit, where that is what is named; a file whose name holds a # is that file."""
    if len(paths) != 1 or paths[0].exists():
        return None
    # A path is no text: a slash in a unit's name would be one of a folder's.
    table, mark, unit = str(paths[0]).partition(_MARK)
    return (Path(table), unit) if mark and unit and Path(table).is_file() else None


def case_of_unit(
    table: Path,
    unit: str,
    items: Mapping[str, Path],
    rulebook: Rulebook,
    period: Period | None,
    progress: Progress,
    database: str = "",
) -> Found:
    """The unit of that id, or of that name if only one bears it. What is wrong with other rows is not told.

    `database`: the URL of the PostgreSQL from which the rows of a table that is a query (.sql) come.
    """
    odd = [problem for path in (table, *items.values()) if (problem := unspeakable(path)) is not None]
    if odd:
        return None, tuple(odd)
    year = rulebook.effective_from.year
    period = period or Period(date(year, 1, 1), date(year, 12, 31))
    with fetched_files((table, *items.values()), database) as (made, problems):
        if made is None:
            return None, problems
        files = {name: made.get(path, path) for name, path in items.items()}
        found = _of_files(made.get(table, table), unit, files, rulebook, period, progress)
        return _under_their_queries(found, made)


def _under_their_queries(found: Found, made: Mapping[Path, Path]) -> Found:
    """The same, with the names of queries for those of the files their rows lay in, which are gone afterwards."""
    names = {str(file): str(query) for query, file in made.items()}

    def named(at: Position) -> Position:
        file = next((file for file in names if at.file.startswith(file)), None)
        return at if file is None else replace(at, file=names[file] + at.file.removeprefix(file))

    case, problems = found
    if case is not None:
        sources = {key: replace(one, file=names.get(one.file, one.file)) for key, one in case.sources.items()}
        case = replace(case, sources=sources, at=named(case.at))
    return case, tuple(replace(problem, at=named(problem.at)) for problem in problems)


def _of_files(
    table: Path, unit: str, items: Mapping[str, Path], rulebook: Rulebook, period: Period, progress: Progress
) -> Found:
    with tempfile.TemporaryDirectory(prefix="hegui-") as folder:
        try:
            with Store(Path(folder), (table, *items.values())) as store:
                return _case(store, table, unit, items, rulebook, period, progress)
        except (OSError, database_error()) as error:
            if not disk_or_memory(error):
                raise
            message = Text(f"临时文件夹写不下:{error}", f"the temporary folder cannot be written: {error}")
            return None, (Problem("cannot-write", Position(folder), message),)


def _case(
    store: Store,
    table: Path,
    unit: str,
    items: Mapping[str, Path],
    rulebook: Rulebook,
    period: Period,
    progress: Progress,
) -> Found:
    intake, problems = take_in(table, rulebook.vocabulary, store, progress)
    if intake is not None:
        intake, problems = take_in_items(intake, items, progress)
    if intake is None:
        return None, problems
    row = find_unit(intake, unit)
    wrong = _left_out(intake, unit)
    if row is None:
        return None, in_order(wrong or (_no_unit(intake, unit),))
    ((_, case),) = cases(intake, [row], period)
    values = _rejects(intake, f"unit = {literal(case.subject.id)} AND lost = 'value'", "warning")
    return case, (*(p for p in problems if has_errors((p,))), *values)


def _left_out(intake: Intake, unit: str) -> tuple[Problem, ...]:
    """Why the row of the unit cannot be used."""
    of = f"unit = {literal(unit)} OR unit IN (SELECT unit FROM left_out WHERE name = {literal(unit)})"
    return _rejects(intake, f"input_table = 'units' AND lost = 'row' AND ({of})", "error")


def _rejects(intake: Intake, which: str, severity: Severity) -> tuple[Problem, ...]:
    query = f"SELECT input_row, code, zh, en FROM rejects WHERE {which} ORDER BY input_row, code LIMIT {_TOLD}"
    file = intake.source.file
    return tuple(
        Problem(code, Position(f"{file}[{row}]"), Text(zh, en), severity=severity)
        for row, code, zh, en in intake.store.all(query)
    )


def _no_unit(intake: Intake, unit: str) -> Problem:
    some = [str(key) for (key,) in intake.store.all(f"SELECT unit FROM {intake.units.name} ORDER BY row LIMIT 5")]
    message = Text(
        f"表里没有编号或(唯一的)名称为“{unit[:60]}”的单位",
        f"no unit of the table has the id, or alone the name, {unit[:60]!r}",
    )
    hint = Text(f"单位如:{'、'.join(some)} ……", f"units such as {', '.join(some)} …")
    return Problem("unknown-unit", Position(intake.source.file), message, hint)
