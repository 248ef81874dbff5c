"""What units claim of themselves: a column of the table that is read as a claim, never as a fact, and kept beside the scores."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from facts.columns.cells import ColumnReader
from facts.columns.intake import Intake
from facts.columns.loading import load
from facts.columns.model import BOUNDED, Wanted
from facts.columns.normal import unit_columns
from facts.columns.opening import damage_in
from facts.columns.rejecting import UNITS, shown
from facts.columns.relations import Below, relation
from facts.columns.resolving import resolve
from facts.columns.scales import column_facts
from facts.columns.store import database_error
from facts.columns.totals import not_totals
from facts.documents.model import Progress
from facts.gathering.folding import key_of
from facts.problem import Problem, Text, has_errors
from facts.provenance import Position
from facts.units import POINTS
from facts.vocabulary import Concept
from hegui.batch.local import copy
from hegui.batch.output import CLAIMS, Output

FILE = "part-00000.parquet"
NAMES = ("自评得分", "自评总分", "自评总得分", "自评分", "自评分数", "claimed_score")
_KEYS = frozenset(map(key_of, NAMES))
_KEY = "claimed"
# More digits than this a claim of points does not have; one that has is left out.
_PLACES = 9
_EXAMPLES = 3
Saved = tuple[Mapping[str, Any] | None, tuple[Problem, ...]]


def keys_of(wanted: str) -> frozenset[str]:
    """The folded names of the column of claims."""
    return frozenset((key_of(wanted),)) if wanted else _KEYS


def save_claims(intake: Intake, wanted: str, output: Output, progress: Progress) -> Saved:
    """Write OUT/claims (row, unit, claimed; NULL: none that can be read, and then its text); None where the table has no such column.

    `wanted` is the column's name; "" looks for one of `NAMES`.
    """
    header = intake.grid.table.rows[intake.heading.row]
    keys = keys_of(wanted)
    index = next((n for n, cell in enumerate(header) if not cell.covered and key_of(cell.text) in keys), None)
    if index is None:
        return None, ((_no_column(wanted, [cell.text.strip() for cell in header], intake),) if wanted else ())
    title = header[index].text.strip()
    if wanted and "自评" not in title and index in (intake.heading.id, intake.heading.name, *intake.heading.concepts):
        return None, (_is_read(title, intake),)
    problems = _read(intake, index, title, progress)
    if has_errors(problems):
        return None, problems
    (output.folder / CLAIMS).mkdir(exist_ok=True)
    copy(intake.store, f"SELECT * FROM {CLAIMS} ORDER BY row", output.draft(CLAIMS, FILE))
    note = Text(
        f"“{title}”一列作为自评得分保存,不参与评分",
        f"the column {title!r} is kept as what units claim and takes no part in scores",
    )
    told = Problem("claims-column", Position(intake.source.file), note, severity="note")
    return {"column": title, **output.finish(CLAIMS, FILE)}, (*problems, told, *_unread(intake, title))


def _unread(intake: Intake, title: str) -> tuple[Problem, ...]:
    """The note of claims that cannot be read: their units are scored all the same."""
    (count,) = intake.store.one(f"SELECT count(text) FROM {CLAIMS}")
    if not count:
        return ()
    found = intake.store.all(f"SELECT text, unit FROM {CLAIMS} WHERE text IS NOT NULL ORDER BY row LIMIT {_EXAMPLES}")
    zh = "、".join(f"{unit}“{text}”" for text, unit in found)
    en = ", ".join(f"{unit} {text!r}" for text, unit in found)
    message = Text(
        f"“{title}”一列有 {count} 个单位的自评得分读不出,按没有自评处理,例如:{zh}",
        f"claims that cannot be read in the column {title!r}, taken as none: {count}, such as {en}",
    )
    hint = Text(
        "自评得分请写成数,例如 95.5;不影响评分。", "Write a claim as a number such as 95.5; scores do not depend on it."
    )
    return (Problem("unreadable-claims", Position(intake.source.file), message, hint, "note"),)


def _read(intake: Intake, index: int, title: str, progress: Progress) -> tuple[Problem, ...]:
    """The table `claims` of the units that are left, read as points by the reader of all tables."""
    store, units = intake.store, intake.units.name
    column = Wanted(_KEY, Concept(_KEY, title, "score", POINTS), index, title)
    below = Below(intake.grid, intake.heading.row)
    rows, problems = relation(intake.opened, below, [index], "claims_read", store, progress)
    if rows is None:
        return problems
    rows = not_totals(rows, UNITS)
    reader = ColumnReader(intake.opened.view, intake.grid, intake.heading.row, column)
    try:
        loaded = load(store, "claims_read", rows, [column], {_KEY: reader}, {})
    except database_error():
        damaged = damage_in((Path(intake.source.file),))
        if not damaged:
            raise
        return damaged
    resolve(store, loaded, progress)
    facts, wrong = column_facts(store, loaded, Position(intake.source.file))
    known = facts[_KEY]
    value = unit_columns(loaded, column, known)[0]
    places = len(str(known.scale)) - 1
    scaled = f"CAST(v{_KEY} AS DECIMAL(38, 0)) * {10 ** (_PLACES - places)}" if places <= _PLACES else "NULL"
    # What says that there is no claim is no claim that cannot be read.
    odd = f"r{_KEY}.code IS NOT NULL OR r{_KEY}.status = {BOUNDED}"
    text = f"CASE WHEN {odd} THEN {shown(f'c.t{_KEY}')} END AS text"
    unit = f"CAST('0.{'0' * (_PLACES - 1)}1' AS DECIMAL({_PLACES + 1}, {_PLACES}))"
    store.run(
        f"CREATE TABLE {CLAIMS} AS SELECT u.row, u.unit, TRY(CAST({scaled} AS DECIMAL(38, 0)) * {unit}) AS claimed, "
        f"p.text FROM {units} u LEFT JOIN (SELECT c.n, {value}, {text} FROM claims_read c LEFT JOIN readings_claims_read r{_KEY} "
        f"ON r{_KEY}.t = c.t{_KEY}) p ON p.n = u.n"
    )
    return (*problems, *wrong)


def _is_read(title: str, intake: Intake) -> Problem:
    message = Text(
        f"“{title}”一列已作为单位或数据项采用,不能又作自评得分",
        f"the column {title!r} is taken as the unit or as a concept; it cannot be what units claim as well",
    )
    hint = Text("请写自评得分所在的一列。", "Name the column in which units say what they claim.")
    return Problem("claims-is-concept", Position(intake.source.file), message, hint)


def _no_column(wanted: str, names: list[str], intake: Intake) -> Problem:
    near = difflib.get_close_matches(wanted, names, 1)
    message = Text(f"表里没有“{wanted}”这一列", f"the table has no column {wanted!r}")
    hint = Text(f"是否为“{near[0]}”?", f"Perhaps {near[0]!r}?") if near else Text("请核对列名。", "Look at its name.")
    return Problem("no-claims-column", Position(intake.source.file), message, hint)
