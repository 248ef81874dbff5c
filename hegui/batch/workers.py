"""Partitions side by side: a worker for each core, each with a connection of its own to the database.

One partition on two cores takes as long as on one, and more of both cores and memory: rows that have to stay in their order are
written by one thread, whoever worked them out. Two partitions on one core each take half as long.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, replace
from queue import SimpleQueue
from typing import TypeVar

from facts.columns.intake import Intake
from facts.columns.store import DEFAULT_MEMORY_MB
from facts.documents.model import Progress
from hegui.batch.model import Columns, Part

# More workers would need more memory than is promised.
MOST_WORKERS = 4
MEMORY_MB_EACH = 768
# So many times as much as fits may be in tables: those that are not being made or read can wait on the disk.
_ON_DISK = 1.25
W = TypeVar("W")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a unit takes while its partition is worked at: columns of the widest table that is made, and bytes in all tables."""

    widest: int
    bytes: int


def footprint(tables: Iterable[Columns]) -> Footprint:
    """Of tables with columns of these names and types."""
    widths, total = [0], 0
    for table in tables:
        widths.append(len(table))
        total += sum(_BYTES.get(kind, _MOST_BYTES) for _, kind in table)
    return Footprint(max(widths), total)


_BYTES = {"BOOLEAN": 1, "TINYINT": 1, "INTEGER": 4, "BIGINT": 8}
_MOST_BYTES = 16


def workers_for(parts: int, units: int, one: Footprint) -> int:
    """How many partitions of so many units are worked at side by side, where `one` is what a unit takes.

    A column that is being made holds a quarter of a mebibyte however few units it has.
    """
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity is not None else os.cpu_count() or 1
    each_mb = one.widest / 4 + one.bytes * units / 2**20
    most = min(cores, MOST_WORKERS, parts)
    return next((count for count in range(most, 1, -1) if count * each_mb <= memory_mb(count) * _ON_DISK), 1)


def memory_mb(workers: int) -> int:
    """What the database may take for so many of them."""
    return max(DEFAULT_MEMORY_MB, MEMORY_MB_EACH * workers)


def sessions(intake: Intake, count: int, stack: ExitStack) -> list[Intake]:
    """The intake once for each worker until `stack` ends; each connection to its database works on one core then."""
    intake.store.reopen(threads=1, memory_mb=memory_mb(count))
    return [replace(intake, store=stack.enter_context(intake.store.session())) for _ in range(count)]


def each(
    parts: Sequence[Part],
    workers: Sequence[W],
    do: Callable[[Part, W], R],
    stop: Callable[[W], object],
    progress: Progress,
) -> list[R]:
    """What each part came to, in order; a part that fails ends the others at once (`stop`) and is raised."""
    if len(workers) > 1:
        return _side_by_side(parts, workers, do, stop, progress)
    found = list[R]()
    for number, part in enumerate(parts):
        progress(number, len(parts), "partition")
        found.append(do(part, workers[0]))
    return found


def _side_by_side(
    parts: Sequence[Part],
    workers: Sequence[W],
    do: Callable[[Part, W], R],
    stop: Callable[[W], object],
    progress: Progress,
) -> list[R]:
    idle, finished = SimpleQueue[W](), SimpleQueue[int]()
    for worker in workers:
        idle.put(worker)

    def one(part: Part) -> R:
        worker = idle.get()
        try:
            found = do(part, worker)
        finally:
            idle.put(worker)
        finished.put(part.number)
        progress(finished.qsize(), len(parts), "partition")
        return found

    pool = ThreadPoolExecutor(len(workers), thread_name_prefix="partition")
    try:
        futures = [pool.submit(one, part) for part in parts]
        done, _ = wait(futures, return_when=FIRST_EXCEPTION)
        for future in futures:
            if future in done:
                future.result()
        return [future.result() for future in futures]
    finally:
        # Where all went well there is nothing left to cancel or to stop.
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            stop(worker)
        pool.shutdown()
