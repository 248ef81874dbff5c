"""How much of the machine a worker may take; set in the worker itself, by the kernel's own limits."""

from __future__ import annotations

import resource
from dataclasses import dataclass

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one worker. `memory`: its address space in bytes; `file`: the largest file it may write; `processor`: seconds of one task.

    A worker whose memory has grown beyond `retire`, or that has done `tasks` tasks, is replaced by a fresh one.
    """

    memory: int = 4096 * _MIB
    file: int = 4096 * _MIB
    processor: int = 3600
    retire: int = 1024 * _MIB
    tasks: int = 1000


def limit_process(limits: Limits) -> None:
    """Bound what this process may take as a whole; no core files, which would hold what users have handed in."""
    _bound(resource.RLIMIT_AS, limits.memory)
    _bound(resource.RLIMIT_FSIZE, limits.file)
    _bound(resource.RLIMIT_CORE, 0)


def limit_task(limits: Limits) -> None:
    """Bound the processor time of the task that begins now: what was used before is not counted."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    wanted = int(used.ru_utime + used.ru_stime) + 1 + limits.processor
    # Only the soft limit: it can be moved again for the next task.
    resource.setrlimit(resource.RLIMIT_CPU, (_least(wanted, hard), hard))


def _bound(kind: int, wanted: int) -> None:
    _, hard = resource.getrlimit(kind)
    least = _least(wanted, hard)
    resource.setrlimit(kind, (least, least))


def _least(wanted: int, hard: int) -> int:
    return wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
