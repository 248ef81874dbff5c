"""Tables that live in a database: TABLE and --items may be files of SQL, whose rows are fetched before the run."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
Files = Mapping[Path, Path]


@contextmanager
def fetched(job: Job) -> Iterator[Fetched]:
    """The job over files: the rows of each query lie in a folder that is removed afterwards."""
    with fetched_files((job.table, *job.items.values()), job.database) as (made, problems):
        if made is None:
            yield None, problems
            return
        items = {name: made.get(path, path) for name, path in job.items.items()}
        yield replace(job, table=made.get(job.table, job.table), items=items), problems


@contextmanager
def fetched_files(paths: Sequence[Path], database: str) -> Iterator[tuple[Files | None, tuple[Problem, ...]]]:
    """By query among the paths, a file of its rows, in a folder that is removed afterwards; None and Problems where they do not come."""
    queries = queries_among(paths)
    if not queries:
        yield {}, ()
        return
    with tempfile.TemporaryDirectory(prefix="hegui-") as folder:
        yield _fetched(queries, database, Path(folder))


def queries_among(paths: Iterable[Path]) -> list[Path]:
    """Those of the paths that are files of SQL."""
    return [path for path in paths if path.suffix.lower() == _SUFFIX]


def _fetched(queries: Sequence[Path], database: str, folder: Path) -> tuple[Files | None, tuple[Problem, ...]]:
    try:
        target = target_of(database, "*.sql")
    except BackendError as error:
        return None, (error.problem,)
    made: dict[Path, Path] = {}
    for number, path in enumerate(queries):
        made[path] = folder / str(number) / f"{path.stem}.csv"
        made[path].parent.mkdir(exist_ok=True)
        problem = _fetch(path, target, made[path])
        if problem is not None:
            return None, (problem,)
    return made, ()


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
