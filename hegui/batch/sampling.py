"""Some units once more in the real engine, every field of both tables compared with what the columns gave."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.evaluate import Evaluator
from facts.columns.intake import Intake
from facts.columns.rebuilding import cases
from facts.columns.store import Store, literal
from facts.documents.model import Progress
from facts.model import Period
from hegui.batch.model import Compiled, Record

# So many differences are kept; one is enough to fail.
MOST = 100


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which the columns and the engine do not agree; indicator "" for the unit as a whole."""

    unit: str
    indicator: str
    field: str
    columns: str
    engine: str


@dataclass(frozen=True, slots=True)
class Sample:
    """The outcome of a check: which seed, how many units, and where they differed."""

    seed: str
    size: int
    differences: tuple[Difference, ...]
    more: int = 0


def sampled_rows(intake: Intake, seed: str, size: int) -> list[int]:
    """Rows of units drawn by the seed: the same for the same inputs and rules."""
    query = f"SELECT row FROM {intake.units.name} ORDER BY md5({literal(seed)} || '/' || row), row LIMIT {size}"
    return sorted(row for (row,) in intake.store.all(query))


def seed_of(digests: Iterable[str]) -> str:
    """The seed that follows from the inputs' and the rulebook's digests."""
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()[:16]


def check_sample(
    intake: Intake,
    evaluator: Evaluator,
    compiled: Compiled,
    rows: Sequence[int],
    files: Mapping[str, Sequence[Path]],
    period: Period,
    seed: str,
    progress: Progress,
) -> Sample:
    """Decide the units of these rows in the engine and compare; `files` are the written scores and reasons."""
    keys = compiled.order.split(", ")
    store, found, more = intake.store, list[Difference](), 0
    scores = _by_row(store, files["scores"], rows, "row")
    reasons = _by_row(store, files["reasons"], rows, compiled.order)
    for done, (row, case) in enumerate(cases(intake, rows, period)):
        wide, unsorted = compiled.rowwise(evaluator.decide(case), row)
        long = sorted(unsorted, key=lambda record: [record[name] for name in keys])
        differences = [
            *_differences(case.subject.id, "", scores.get(row, []), [wide]),
            *_differences(case.subject.id, "indicator", reasons.get(row, []), long),
        ]
        more += max(0, len(found) + len(differences) - MOST)
        found = [*found, *differences][:MOST]
        progress(done, len(rows), "sample")
    return Sample(seed, len(rows), tuple(found), more)


def _by_row(store: Store, paths: Sequence[Path], rows: Sequence[int], order: str) -> dict[int, list[Record]]:
    listed = ", ".join(map(str, rows)) or "NULL"
    files = ", ".join(literal(str(path.resolve())) for path in paths)
    query = f"SELECT * FROM read_parquet([{files}]) WHERE row IN ({listed}) ORDER BY {order}"
    names = [name for name, *_ in store.all(f"DESCRIBE {query}")]
    found: dict[int, list[Record]] = {}
    for values in store.each(query):
        record = dict(zip(names, values, strict=True))
        found.setdefault(record["row"], []).append(record)
    return found


def _differences(unit: str, key: str, columns: Sequence[Record], engine: Sequence[Record]) -> list[Difference]:
    if len(columns) != len(engine):
        return [Difference(unit, "", "rows", str(len(columns)), str(len(engine)))]
    found = []
    for mine, its in zip(columns, engine, strict=True):
        names = dict.fromkeys((*mine, *its))
        found += [
            Difference(unit, str(its.get(key, "")) if key else "", name, _shown(mine, name), _shown(its, name))
            for name in names
            if name not in mine or name not in its or mine[name] != its[name]
        ]
    return found


def _shown(record: Record, name: str) -> str:
    value: Any = record.get(name, "(no such column)")
    return str(value)[:200]
