"""What every page needs at hand: the settings, the stores, the workers."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from hegui.desk.settings import Settings
from hegui.desk.store.accounts import Accounts
from hegui.desk.store.answers import Answers
from hegui.desk.store.blobs import Blobs
from hegui.desk.store.database import Database
from hegui.desk.store.folders import Folders
from hegui.desk.store.publications import Publications
from hegui.desk.store.records import Records
from hegui.desk.store.shipped import SHIPPED, begin_with
from hegui.desk.work.pool import Pool
from hegui.desk.work.tasks import Lane


class Pools:
    """Workers by lane, started when somebody first asks."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._lock = Lock()
        self._pools: dict[Lane, Pool] = {}

    def get(self, lane: Lane, size: int) -> Pool:
        """The pool of a lane."""
        with self._lock:
            if lane not in self._pools:
                self._pools[lane] = Pool(size, scratch=self._scratch)
            return self._pools[lane]

    def close(self) -> None:
        """End them all."""
        with self._lock:
            for pool in self._pools.values():
                pool.close()
            self._pools.clear()


@dataclass(frozen=True)
class Desk:
    """One running desk. `setup` is the word that lets the first administrator in while there is no user."""

    settings: Settings
    database: Database
    blobs: Blobs
    folders: Folders
    accounts: Accounts
    answers: Answers
    publications: Publications
    records: Records
    setup: str
    _pools: Pools

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """An empty folder for one task, removed afterwards."""
        with TemporaryDirectory(dir=self.settings.data / "scratch") as name:
            yield Path(name)

    @property
    def quick(self) -> Pool:
        """The workers requests wait for."""
        return self._pools.get("quick", self.settings.workers)

    def close(self) -> None:
        """End the workers and let go of the database."""
        self._pools.close()
        self.database.close()


def open_desk(settings: Settings) -> Desk:
    """The desk with its stores ready. Raises OSError and database.CannotOpen."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    scratch = settings.data / "scratch"
    scratch.mkdir(exist_ok=True)
    database = Database(settings.database) if settings.database else Database.in_folder(settings.data)
    database.prepare()
    blobs = Blobs(settings.data / "blobs")
    blobs.sweep()
    answers = Answers(database)
    answers.forget_unfinished()
    folders, publications = Folders(database, blobs), Publications(database)
    begin_with(settings.rules or (SHIPPED,), blobs, folders, publications)
    return Desk(
        settings,
        database,
        blobs,
        folders,
        Accounts(database),
        answers,
        publications,
        Records(database),
        secrets.token_urlsafe(16),
        Pools(scratch),
    )
