"""Tables that live in a database: TABLE and --items may be files of SQL, whose rows are fetched before the run."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from facts.documents.databases_errors import DatabaseError, DriverMissingError, problem_of
from facts.documents.databases_servers import postgresql_csv
from facts.documents.databases_sql import MAX_QUERY, only_query
from facts.documents.databases_url import Target
from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.batch.model import BackendError, Job
from hegui.batch.postgres import target_of
from hegui.batch.unreadable import unreadable

_SUFFIX = ".sql"
# Seconds in which the rows of a population must have come.
_TIMEOUT = 3600
Fetched = tuple[Job | None, tuple[Problem, ...]]


@contextmanager
def fetched(job: Job) -> Iterator[Fetched]:
    """The job over files: the rows of each query lie in a folder that is removed afterwards."""
    queries = [path for path in (job.table, *job.items.values()) if path.suffix.lower() == _SUFFIX]
    if not queries:
        yield job, ()
        return
    with tempfile.TemporaryDirectory(prefix="hegui-") as folder:
        yield _fetched(job, queries, Path(folder))


def _fetched(job: Job, queries: list[Path], folder: Path) -> Fetched:
    try:
        target = target_of(job.database, "*.sql")
    except BackendError as error:
        return None, (error.problem,)
    made: dict[Path, Path] = {}
    for number, path in enumerate(queries):
        made[path] = folder / str(number) / f"{path.stem}.csv"
        made[path].parent.mkdir(exist_ok=True)
        problem = _fetch(path, target, made[path])
        if problem is not None:
            return None, (problem,)
    items = {name: made.get(path, path) for name, path in job.items.items()}
    return replace(job, table=made.get(job.table, job.table), items=items), ()


def _fetch(path: Path, target: Target, csv: Path) -> Problem | None:
    """The Problem of a query whose rows do not come."""
    try:
        with path.open(encoding="utf-8-sig") as stream:
            text = stream.read(MAX_QUERY + 1)
    except OSError as error:
        return unreadable(path, error)
    except UnicodeDecodeError:
        return Problem("not-utf8", Position(str(path)), Text("不是 UTF-8 文本", "this is no UTF-8 text"))
    query, objection = only_query(text, target.dialect)
    if objection is not None:
        return Problem("bad-query", Position(str(path)), objection)
    try:
        with csv.open("w", encoding="utf-8", newline="") as stream:
            postgresql_csv(target, query, stream, _TIMEOUT)
    except DriverMissingError as missing:
        return missing.problem(Position(target.shown))
    except DatabaseError as error:
        return replace(problem_of(error, target), at=Position(str(path)))
    except OSError as error:
        return unreadable(csv, error)
    return None
