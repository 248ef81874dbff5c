"""What every page needs at hand: the settings, the stores, the workers."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Lock, Thread

from hegui.desk.housekeeping import every_day
from hegui.desk.settings import Settings
from hegui.desk.store.accounts import Accounts
from hegui.desk.store.answers import Answers
from hegui.desk.store.blobs import Blobs
from hegui.desk.store.database import Database
from hegui.desk.store.folders import Folders
from hegui.desk.store.keys import Keys
from hegui.desk.store.publications import Publications
from hegui.desk.store.records import Records
from hegui.desk.store.shipped import SHIPPED, begin_with
from hegui.desk.web.layingout import laying_out
from hegui.desk.work.jobs import Jobs
from hegui.desk.work.pool import Pool
from hegui.desk.work.sqljobs import SqlJobs

# Where jobs have their files, in the data folder.
RESULTS = "results"


class Workers:
    """Workers for what is waited for and for what is not, started when somebody first asks."""

    def __init__(self, settings: Settings, database: Database, folders: Folders, blobs: Blobs) -> None:
        self._settings, self._database = settings, database
        self._prepare = laying_out(folders, blobs)
        self._lock = Lock()
        self._quick: Pool | None = None
        self._long: tuple[Pool, Jobs] | None = None

    @property
    def quick(self) -> Pool:
        """For requests that wait."""
        with self._lock:
            if self._quick is None:
                self._quick = Pool(self._settings.workers, scratch=self._settings.data / "scratch")
            return self._quick

    @property
    def jobs(self) -> Jobs:
        """For work that goes on by itself."""
        with self._lock:
            if self._long is None:
                pool = Pool(1, scratch=self._settings.data / "scratch")
                results = self._settings.data / RESULTS
                self._long = pool, Jobs(SqlJobs(self._database), pool, results, self._prepare)
            return self._long[1]

    def close(self) -> None:
        """End them all."""
        with self._lock:
            if self._long is not None:
                pool, jobs = self._long
                jobs.close()
                pool.close()
            if self._quick is not None:
                self._quick.close()


@dataclass(frozen=True)
class Desk:
    """One running desk. `setup` is the word that lets the first administrator in while there is no user."""

    settings: Settings
    database: Database
    blobs: Blobs
    folders: Folders
    accounts: Accounts
    keys: Keys
    answers: Answers
    publications: Publications
    records: Records
    setup: str
    _workers: Workers

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """An empty folder for one task, removed afterwards."""
        with TemporaryDirectory(dir=self.settings.data / "scratch") as name:
            yield Path(name)

    @property
    def quick(self) -> Pool:
        """The workers requests wait for."""
        return self._workers.quick

    @property
    def jobs(self) -> Jobs:
        """Long work, in workers of its own."""
        return self._workers.jobs

    def clear_up(self) -> None:
        """Remove what a server that was killed has left half done; only for whoever serves this folder alone."""
        self.blobs.sweep()
        self.answers.forget_unfinished()
        for left in (self.settings.data / "scratch").glob("tmp*"):
            shutil.rmtree(left, ignore_errors=True)

    def clear_daily(self) -> Event:
        """Clear away what nothing refers to, now and once a day, until the event is set; for whoever serves this folder alone."""
        stop = Event()
        stores = (self.database, self.blobs, self.settings.data / RESULTS, stop)
        Thread(target=every_day, args=stores, name="housekeeping", daemon=True).start()
        return stop

    def close(self) -> None:
        """End the workers and let go of the database."""
        self._workers.close()
        self.database.close()


def open_desk(settings: Settings) -> Desk:
    """The desk with its stores ready. Raises OSError and database.CannotOpen."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    scratch = settings.data / "scratch"
    scratch.mkdir(exist_ok=True)
    database = Database(settings.database) if settings.database else Database.in_folder(settings.data)
    database.prepare()
    blobs = Blobs(settings.data / "blobs")
    answers = Answers(database)
    folders, publications = Folders(database, blobs), Publications(database)
    begin_with(settings.rules or (SHIPPED,), blobs, folders, publications)
    return Desk(
        settings,
        database,
        blobs,
        folders,
        Accounts(database),
        Keys(database),
        answers,
        publications,
        Records(database),
        secrets.token_urlsafe(16),
        Workers(settings, database, folders, blobs),
    )
