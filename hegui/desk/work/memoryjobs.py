"""Jobs kept in memory: for trying things, and the plainest reading of what a JobStore promises."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

from facts.problem import Problem
from hegui.desk.work.jobs import Job, NewJob
from hegui.desk.work.wire import Data


class MemoryJobs:
    """A JobStore that forgets everything when the process ends."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._numbers = count(1)

    def add(self, new: NewJob) -> tuple[Job, bool]:
        """The job, and whether it is new."""
        with self._lock:
            for job in self._jobs.values():
                if job.key == new.key:
                    return job, False
            name = f"job-{next(self._numbers)}"
            job = Job(name, new.task, new.title, new.folder, new.owner, dict(new.request), created=_now(), key=new.key)
            self._jobs[name] = job
            return job, True

    def claim(self) -> Job | None:
        """The oldest queued job, now running."""
        with self._lock:
            for job in self._jobs.values():
                if job.state == "queued":
                    return self._put(replace(job, state="running", started=_now()))
            return None

    def progress(self, job: str, done: int, total: int, what: str) -> None:
        """How far a running job is."""
        self._change(job, ("running",), lambda one: replace(one, done=done, total=total, what=what))

    def finish(self, job: str, answer: Data, problems: tuple[Problem, ...]) -> bool:
        """A running job is done."""
        return self._change(
            job, ("running",), lambda one: replace(one, state="done", answer=answer, problems=problems, ended=_now())
        )

    def fail(self, job: str, problems: tuple[Problem, ...]) -> bool:
        """A running job has failed."""
        return self._change(
            job, ("running",), lambda one: replace(one, state="failed", problems=problems, ended=_now())
        )

    def cancel(self, job: str) -> bool:
        """A queued or running job is cancelled."""
        return self._change(job, ("queued", "running"), lambda one: replace(one, state="cancelled", ended=_now()))

    def get(self, job: str) -> Job | None:
        """One job."""
        with self._lock:
            return self._jobs.get(job)

    def latest(
        self, owner: str | None = None, folder: str | None = None, limit: int = 100, task: str | None = None
    ) -> list[Job]:
        """The latest jobs."""
        with self._lock:
            latest = reversed(self._jobs.values())
            wanted = ((owner, "owner"), (folder, "folder"), (task, "task"))
            return [one for one in latest if all(want in (None, getattr(one, name)) for want, name in wanted)][:limit]

    def interrupt(self) -> list[str]:
        """What was running is interrupted."""
        with self._lock:
            running = [one for one in self._jobs.values() if one.state == "running"]
            return [self._put(replace(one, state="interrupted", ended=_now())).id for one in running]

    def _put(self, job: Job) -> Job:
        self._jobs[job.id] = job
        return job

    def _change(self, job: str, states: tuple[str, ...], change: Callable[[Job], Job]) -> bool:
        with self._lock:
            one = self._jobs.get(job)
            if one is None or one.state not in states:
                return False
            self._put(change(one))
            return True


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
