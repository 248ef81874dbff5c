"""Some units once more in the real engine, every field of both tables compared with what the columns gave."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

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
    store, found, more = intake.store, list[Difference](), 0
    scores = _by_row(store, files["scores"], rows)
    reasons = _by_row(store, files["reasons"], rows)
    for done, (row, case) in enumerate(cases(intake, rows, period)):
        wide, long = compiled.rowwise(evaluator.decide(case), row)
        differences = [
            *_differences(case.subject.id, "", scores.get(row, []), [wide]),
            *_differences(case.subject.id, "indicator", reasons.get(row, []), long),
        ]
        more += max(0, len(found) + len(differences) - MOST)
        found = [*found, *differences][:MOST]
        progress(done, len(rows), "sample")
    return Sample(seed, len(rows), tuple(found), more)


def _by_row(store: Store, paths: Sequence[Path], rows: Sequence[int]) -> dict[int, list[Record]]:
    listed = ", ".join(map(str, rows)) or "NULL"
    files = ", ".join(literal(str(path.resolve())) for path in paths)
    query = f"SELECT * FROM read_parquet([{files}]) WHERE row IN ({listed})"
    names = [name for name, *_ in store.all(f"DESCRIBE {query}")]
    found: dict[int, list[Record]] = {}
    for values in store.each(query):
        record = dict(zip(names, values, strict=True))
        found.setdefault(record["row"], []).append(record)
    return found


def _differences(unit: str, key: str, columns: Sequence[Record], engine: Sequence[Record]) -> list[Difference]:
    if len(columns) != len(engine):
        return [Difference(unit, "", "rows", str(len(columns)), str(len(engine)))]
    mine, its = (sorted(rows, key=lambda record: str(record.get(key, ""))) for rows in (columns, engine))
    return [one for two in zip(mine, its, strict=True) for one in _unlike(unit, key, *two)]


def _unlike(unit: str, key: str, columns: Record, engine: Record) -> list[Difference]:
    """The fields of two records that differ; a field that only one of them has is one."""
    indicator = str(engine.get(key, "")) if key else ""
    found = list[Difference]()
    read = set[str]()
    for name, value in engine.items():
        halves = (f"{name}_num", f"{name}_den")
        if name in columns:
            read.add(name)
            said: object = _exact(columns[name])
        elif all(half in columns for half in halves):
            read.update(halves)
            over, under = (columns[half] for half in halves)
            said = None if over is None or under is None else Fraction(int(over), int(under))
        else:
            said = "(no such column)"
        if said != value:
            found.append(Difference(unit, indicator, name, _shown(said), _shown(value)))
    return found + [
        Difference(unit, indicator, name, _shown(columns[name]), "") for name in columns if name not in read
    ]


def _exact(value: object) -> object:
    return Fraction(value) if isinstance(value, Decimal) else value


def _shown(value: object) -> str:
    return "" if value is None else str(value)[:200]
