"""Which engine works out the results of a job's partitions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from hegui.batch.model import Compile, Elsewhere, Job

if TYPE_CHECKING:
    from engine.columns.dialects import Dialect

_DIALECTS: dict[str, Dialect] = {"local": "duckdb", "postgres": "postgres", "spark": "spark"}


def compile_for(job: Job) -> Compile:
    """How a rulebook is compiled for the job's backend."""
    # It needs what may not be installed, which is told before.
    from hegui.batch.compiling import compile_by_engine, compile_columns

    return compile_by_engine if job.by_engine else partial(compile_columns, dialect=_DIALECTS[job.backend])


def open_elsewhere(job: Job) -> Elsewhere | None:
    """The engine asked for; None: the store itself. Raises BackendError."""
    if job.backend == "postgres":
        from hegui.batch.postgres import open_postgres

        return open_postgres(job.database)
    if job.backend == "spark":
        from hegui.batch.spark import open_spark

        return open_spark(job.master)
    return None
