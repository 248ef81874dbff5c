"""Clearing away what nothing refers to any more: bytes of uploads that were refused, files of work that no list shows.

Nothing goes before it is a day old, and nothing ever that a version, a record, a receipt or unfinished work refers to. A digest
counts as a reference wherever it stands in what is stored about these: better a file too many than one too few.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

from sqlalchemy import select

from hegui.desk.store.blobs import Blobs
from hegui.desk.store.database import Database, assessments, jobs, ledger, publications, stamp, versions
from hegui.desk.work.jobs import ENDED
from hegui.logs import log_fault

AGE = timedelta(days=1)
# No list shows more jobs of one person, about one folder or of one kind.
LISTED = 100
_DIGEST = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_KEPT = (versions, assessments, ledger, publications)


@dataclass(frozen=True, slots=True)
class Cleared:
    """How much went: files with their bytes, folders of results."""

    files: int
    size: int
    results: int


@dataclass(slots=True)
class _Work:
    """Jobs some list still shows or that are not long over, and every other; digests the former name."""

    wanted: set[str] = field(default_factory=set)
    unwanted: set[str] = field(default_factory=set)
    digests: set[str] = field(default_factory=set)


def clear(database: Database, blobs: Blobs, results: Path, now: datetime) -> Cleared:
    """Clear away what nothing refers to and is a day old at `now`; only for whoever serves this folder alone."""
    before = now - AGE
    work = _work(database, stamp(before))
    folders = sum(_dropped(folder) for folder in _leftovers(results, work, before.timestamp()))
    referred = work.digests | set(_digests(database, blobs))
    files, size = blobs.clear(referred, before.timestamp())
    return Cleared(files, size, folders)


def every_day(database: Database, blobs: Blobs, results: Path, stop: Event) -> None:
    """Clear now and once a day until `stop`; a disk or database that is away must not end the server."""
    while not stop.is_set():
        try:
            clear(database, blobs, results, datetime.now(UTC))
        except Exception as error:  # noqa: BLE001  # tomorrow is another day
            log_fault("housekeeping", kind=type(error).__name__, detail=str(error)[:500])
        stop.wait(AGE.total_seconds())


def _digests(database: Database, blobs: Blobs) -> Iterator[str]:
    """What versions, publications, records and the ledger name, and what the receipts of records do."""
    with database.reading() as connection:
        for table in _KEPT:
            for row in connection.execution_options(stream_results=True).execute(select(table)):
                for value in row:
                    if isinstance(value, str):
                        yield from _DIGEST.findall(value)
        receipts = list(connection.execute(select(assessments.c.receipt)).scalars())
    for receipt in receipts:
        yield from _DIGEST.findall(blobs.read(receipt).decode("utf-8", "replace"))


def _work(database: Database, before: str) -> _Work:
    """The latest jobs come first: so many of each person, folder and kind are shown by some list."""
    found, counted = _Work(), Counter[tuple[str, str]]()
    with database.reading() as connection:
        for job in connection.execute(select(jobs).order_by(jobs.c.id.desc())):
            lists = [("owner", job.owner), ("task", job.task), *([("folder", job.folder)] if job.folder else [])]
            listed = any(counted[one] < LISTED for one in lists)
            counted.update(lists)
            if listed or job.state not in ENDED or (job.ended or "") >= before:
                found.wanted.add(job.id)
                found.digests.update(_DIGEST.findall(f"{job.request}\n{job.answer or ''}"))
            else:
                found.unwanted.add(job.id)
    return found


def _leftovers(results: Path, work: _Work, before: float) -> Iterator[Path]:
    """Folders of jobs no list shows, or that are of no job at all; what is being made begins with a point."""
    for folder in results.iterdir() if results.is_dir() else ():
        if folder.name.startswith(".") or folder.name in work.wanted:
            continue
        if folder.name in work.unwanted or folder.stat().st_mtime < before:
            yield folder


def _dropped(folder: Path) -> bool:
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()
