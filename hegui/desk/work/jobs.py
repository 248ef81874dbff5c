"""Jobs: long work that goes on without the browser. Kept in a store, run in a pool, watched, cancelled, told when interrupted.

A job that writes files does so in a folder of its own, which takes its name only when the work is done: what failed, was
cancelled or was interrupted leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from facts.problem import Problem
from hegui.desk.work import refusals
from hegui.desk.work.pool import Pool
from hegui.desk.work.queueing import Answer, Done, Refusal, Ticket
from hegui.desk.work.tasks import TASKS
from hegui.desk.work.wire import Data
from hegui.logs import log_fault

State = Literal["queued", "running", "done", "failed", "cancelled", "interrupted"]
ENDED: tuple[State, ...] = ("done", "failed", "cancelled", "interrupted")

# Progress is stored so often at most, in seconds: nobody reads more.
_PAUSE = 0.5
# The key of a request that names what a task writes: a file or a folder, here by its name alone.
OUTPUT = "output"
_MAKING = ".making"
# How often the store is looked at without being told, in seconds.
_LOOK = 5.0


@dataclass(frozen=True, slots=True)
class NewJob:
    """Work that is asked for. `key` is that of the form: pressed twice, it is one job. `title` is for people."""

    key: str
    task: str
    request: Data
    owner: str
    title: str = ""
    folder: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One job as stored: how far it is (`done` of `total`, 0 where that is not known, of `what`), and what came of it."""

    id: str
    task: str
    title: str
    folder: str | None
    owner: str
    request: Data
    state: State = "queued"
    done: int = 0
    total: int = 0
    what: str = ""
    answer: Data | None = None
    problems: tuple[Problem, ...] = ()
    created: str = ""
    started: str | None = None
    ended: str | None = None
    key: str = field(default="", repr=False)

    @property
    def over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in ENDED


class JobStore(Protocol):
    """Where jobs are kept. Every method is one transaction; a job that is over never changes."""

    def add(self, new: NewJob) -> tuple[Job, bool]:
        """The job, and whether it is new: one of the same key is given again."""

    def claim(self) -> Job | None:
        """The oldest queued job, from now on running; None where none waits."""

    def progress(self, job: str, done: int, total: int, what: str) -> None:
        """How far a running job is."""

    def finish(self, job: str, answer: Data, problems: tuple[Problem, ...]) -> bool:
        """A running job is done; False where it is no longer running."""

    def fail(self, job: str, problems: tuple[Problem, ...]) -> bool:
        """A running job has failed; False where it is no longer running."""

    def cancel(self, job: str) -> bool:
        """A queued or running job is cancelled; False where it is over."""

    def get(self, job: str) -> Job | None:
        """One job."""

    def latest(
        self, owner: str | None = None, folder: str | None = None, limit: int = 100, task: str | None = None
    ) -> list[Job]:
        """The latest jobs, of one owner, about one folder, of one task where these are named."""

    def interrupt(self) -> list[str]:
        """What was running when the server ended is interrupted; the ids of these jobs."""


Prepare = Callable[[Data, Path], Data]
# How long each task may take.
SECONDS: Mapping[str, float] = {name: entry.seconds for name, entry in TASKS.items()}


def as_asked(request: Data, folder: Path) -> Data:
    """The request of a job whose files lie ready."""
    return request


class Jobs:
    """Runs the jobs of a store in a pool, `abreast` at once; one such server to a store.

    `results` is where each job that writes has its folder, named by its id. `prepare` lays out what a job reads, just before it
    runs, in a folder of its own, and gives the request with absolute paths. Every `look` seconds the store is looked at untold.
    """

    def __init__(
        self,
        store: JobStore,
        pool: Pool,
        results: Path,
        prepare: Prepare = as_asked,
        abreast: int = 1,
        seconds: Mapping[str, float] = SECONDS,
        look: float = _LOOK,
    ) -> None:
        self.seconds, self.look = seconds, look
        self.store, self.pool, self.results, self.prepare = store, pool, results, prepare
        self._tickets: dict[str, Ticket | None] = {}
        # What came of jobs while the store could not be written: told as soon as it can.
        self._untold: dict[str, Answer] = {}
        self._abreast, self._closing = abreast, False
        self._change = threading.Condition()
        results.mkdir(parents=True, exist_ok=True)
        for interrupted in store.interrupt():
            self.forget(interrupted)  # its files may have taken their place when their end could not be stored
        for leftover in results.glob(f".*{_MAKING}"):
            shutil.rmtree(leftover, ignore_errors=True)
        self._thread = threading.Thread(target=self._dispatch, name="jobs", daemon=True)
        self._thread.start()

    # --- asking -------------------------------------------------------------------------------------------------------

    def start(self, new: NewJob) -> Job:
        """Queue a job, or give the one this form has started already."""
        job, added = self.store.add(new)
        if added:
            with self._change:
                self._change.notify()
        return job

    def again(self, job: Job, key: str) -> Job:
        """The same work once more, for a job that was interrupted, cancelled or failed."""
        return self.start(NewJob(key, job.task, job.request, job.owner, job.title, job.folder))

    def cancel(self, job: str) -> bool:
        """End a job, wherever it is; False where it is over already."""
        cancelled = self.store.cancel(job)
        with self._change:
            ticket = self._tickets.get(job)
        if cancelled and ticket is not None:
            self.pool.cancel(ticket)
        return cancelled

    def files(self, job: str) -> Path | None:
        """The folder of what a job has written, once it is done."""
        folder = self.results / job
        return folder if folder.is_dir() else None

    def forget(self, job: str) -> None:
        """Take away the files of a job."""
        shutil.rmtree(self.results / job, ignore_errors=True)

    def close(self) -> None:
        """Stop handing out work. What runs ends with the pool, and is told as interrupted when the store is opened again."""
        with self._change:
            self._closing = True
            self._change.notify_all()
        self._thread.join()
        self._tell()

    # --- running ------------------------------------------------------------------------------------------------------

    def _dispatch(self) -> None:
        while self._room():
            self._tell()
            try:
                job = self.store.claim()
                if job is not None:
                    self._run(job)
            except Exception as error:  # noqa: BLE001  # a store that is away for a moment must not end all work for good
                _log(error)
                job = None
            if job is None:
                with self._change:
                    if not self._closing:
                        self._change.wait(self.look)

    def _room(self) -> bool:
        """Wait until another job may run; False when we close."""
        with self._change:
            while not self._closing and len(self._tickets) >= self._abreast:
                self._change.wait()
            return not self._closing

    def _run(self, job: Job) -> None:
        seconds = self.seconds.get(job.task)
        with self._change:
            self._tickets[job.id] = None
        if seconds is None:
            self._over(job.id, Refusal((refusals.unknown(job.task),)))
            return
        try:
            request = self._laid_out(job)
            say = _throttled(self.store, job.id)
            ticket = self.pool.submit(job.task, request, timeout=seconds, say=say, owner=job.owner)
        except Exception as error:  # noqa: BLE001  # whatever it is, the job must not stay running for ever
            log_fault("job", job=job.id, kind=type(error).__name__, detail=str(error)[:500])
            self._over(job.id, Refusal((refusals.fault(job.task, type(error).__name__),)))
            return
        with self._change:
            self._tickets[job.id] = ticket
        ticket.future.add_done_callback(lambda future: self._over(job.id, future.result()))
        now = self.store.get(job.id)
        if now is None or now.over:  # cancelled while it was laid out
            self.pool.cancel(ticket)

    def _laid_out(self, job: Job) -> Data:
        making = self._making(job.id)
        shutil.rmtree(making, ignore_errors=True)
        for name in ("input", OUTPUT):
            (making / name).mkdir(parents=True)
        request = dict(self.prepare(job.request, making / "input"))
        if OUTPUT in request:
            request[OUTPUT] = str(making / OUTPUT / Path(str(request[OUTPUT])).name)
        return request

    def _making(self, job: str) -> Path:
        return self.results / f".{job}{_MAKING}"

    def _over(self, job: str, answer: Answer) -> None:
        """Store what came of a job, now or as soon as that can be; its files stay only if it is done."""
        try:
            self._settle(job, answer)
        except Exception as error:  # noqa: BLE001  # whatever the store has, the job must not stay running for ever
            _log(error, job)
            with self._change:
                self._untold[job] = answer
        finally:
            with self._change:
                self._tickets.pop(job, None)
                self._change.notify()

    def _tell(self) -> None:
        """Store what could not be stored before. Where the server ends first, the next one tells that they were interrupted."""
        with self._change:
            untold = list(self._untold.items())
        for job, answer in untold:
            try:
                self._settle(job, answer)
            except Exception as error:  # noqa: BLE001  # as above; it is tried again
                _log(error, job)
                return
            with self._change:
                del self._untold[job]

    def _settle(self, job: str, answer: Answer) -> None:
        self._store(job, answer)
        shutil.rmtree(self._making(job), ignore_errors=True)

    def _store(self, job: str, answer: Answer) -> None:
        if isinstance(answer, Done):
            if not self._keep(job):
                self.store.fail(job, (refusals.not_kept(job),))
            elif not self.store.finish(job, answer.data, answer.problems):
                self.forget(job)  # it was cancelled at the last moment
        elif "work-closing" not in answer.codes:  # else it is interrupted, which is told when we start again
            self.store.fail(job, answer.problems)

    def _keep(self, job: str) -> bool:
        """Give what a job has written its place; False where that cannot be."""
        made = self._making(job) / OUTPUT
        try:
            if made.is_dir() and any(made.iterdir()):
                made.rename(self.results / job)
        except OSError:
            return False
        return True


def _log(error: Exception, job: str = "") -> None:
    log_fault("jobs", job=job, kind=type(error).__name__, detail=str(error)[:500])


def _throttled(store: JobStore, job: str) -> Callable[[int, int, str], None]:
    last = 0.0

    def say(done: int, total: int, what: str) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _PAUSE or (total and done >= total):
            last = now
            with contextlib.suppress(Exception):  # progress that cannot be stored must not end the work
                store.progress(job, done, total, what)

    return say
