"""Asking the workers from a page: quick work is waited for, its files come back as blobs."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import TimeoutError as TooLong
from pathlib import Path
from typing import Any

from hegui.desk.store.blobs import Blob
from hegui.desk.store.folders import Version
from hegui.desk.web.visit import Visit
from hegui.desk.work.pool import Pool
from hegui.desk.work.queueing import Answer, Done
from hegui.desk.work.tasks import TASKS

# Whoever waits in a queue longer than this is told that the desk is busy.
_PATIENCE = 20.0


def ask(visit: Visit, task: str, request: Mapping[str, Any]) -> Answer:
    """Have a quick task done while the visitor waits; in their language unless the request says another."""
    entry = TASKS[task]
    pool: Pool = visit.desk.quick
    owner = visit.session.user.id if visit.session else ""
    ticket = pool.submit(task, {"language": visit.language, **request}, timeout=entry.seconds, owner=owner)
    try:
        return ticket.future.result(_PATIENCE)
    except TooLong:
        pool.give_up(ticket)  # only where it has not begun
        return ticket.future.result()


def laid_out(visit: Visit, version: Version, folder: Path, name: str) -> str:
    """A version as files in a sub-folder; its path, for a request."""
    return str(visit.desk.folders.lay_out(version, folder / name))


def stored(visit: Visit, folder: Path) -> dict[str, Blob]:
    """Every file a task has written into a folder, as blobs by their paths."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())
    return {path.relative_to(folder).as_posix(): visit.desk.blobs.put_file(path) for path in paths}


def said(answer: Answer) -> Mapping[str, Any] | None:
    """What a task made; None where it refused."""
    return answer.data if isinstance(answer, Done) else None
