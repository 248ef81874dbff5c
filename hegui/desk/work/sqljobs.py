"""Jobs kept in the desk's database."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import replace
from typing import Any, cast

from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from facts.problem import Problem
from hegui.desk.store.database import Database, jobs, now
from hegui.desk.work.jobs import Job, NewJob, State
from hegui.desk.work.wire import Data, problem_from_wire, problem_to_wire


class SqlJobs:
    """A JobStore in the table `jobs`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, new: NewJob) -> tuple[Job, bool]:
        """The job, and whether it is new."""
        name = _name()
        try:
            with self._database.writing() as connection:
                connection.execute(
                    insert(jobs).values(
                        id=name,
                        task=new.task,
                        title=new.title,
                        folder=new.folder,
                        owner=new.owner,
                        request=json.dumps(new.request),
                        state="queued",
                        done=0,
                        total=0,
                        what="",
                        created=now(),
                        key=new.key,
                    )
                )
        except IntegrityError:
            with self._database.reading() as connection:
                return _job(connection.execute(select(jobs).where(jobs.c.key == new.key)).one()), False
        job = self.get(name)
        assert job is not None
        return job, True

    def claim(self) -> Job | None:
        """The oldest queued job, now running."""
        with self._database.writing() as connection:
            oldest = select(jobs).where(jobs.c.state == "queued").order_by(jobs.c.id).limit(1)
            found = connection.execute(oldest.with_for_update(skip_locked=True)).first()
            if found is None:
                return None
            begun = now()
            connection.execute(update(jobs).where(jobs.c.id == found.id).values(state="running", started=begun))
        # Not looked up again: it would be running with nobody to run it, if that failed.
        return replace(_job(found), state="running", started=begun)

    def progress(self, job: str, done: int, total: int, what: str) -> None:
        """How far a running job is."""
        self._change(job, ("running",), done=done, total=total, what=what[:200])

    def finish(self, job: str, answer: Data, problems: tuple[Problem, ...]) -> bool:
        """A running job is done."""
        return self._change(
            job, ("running",), state="done", answer=json.dumps(answer), problems=_problems(problems), ended=now()
        )

    def fail(self, job: str, problems: tuple[Problem, ...]) -> bool:
        """A running job has failed."""
        return self._change(job, ("running",), state="failed", problems=_problems(problems), ended=now())

    def cancel(self, job: str) -> bool:
        """A queued or running job is cancelled."""
        return self._change(job, ("queued", "running"), state="cancelled", ended=now())

    def get(self, job: str) -> Job | None:
        """One job."""
        with self._database.reading() as connection:
            found = connection.execute(select(jobs).where(jobs.c.id == job)).first()
        return None if found is None else _job(found)

    def latest(
        self, owner: str | None = None, folder: str | None = None, limit: int = 100, task: str | None = None
    ) -> list[Job]:
        """The latest jobs."""
        query = select(jobs).order_by(jobs.c.id.desc()).limit(limit)
        if owner is not None:
            query = query.where(jobs.c.owner == owner)
        if folder is not None:
            query = query.where(jobs.c.folder == folder)
        if task is not None:
            query = query.where(jobs.c.task == task)
        with self._database.reading() as connection:
            return [_job(row) for row in connection.execute(query)]

    def interrupt(self) -> list[str]:
        """What was running is interrupted."""
        with self._database.writing() as connection:
            running = list(connection.execute(select(jobs.c.id).where(jobs.c.state == "running")).scalars())
            connection.execute(update(jobs).where(jobs.c.state == "running").values(state="interrupted", ended=now()))
        return running

    def _change(self, job: str, states: tuple[State, ...], **values: Any) -> bool:
        with self._database.writing() as connection:
            changed = update(jobs).where(jobs.c.id == job, jobs.c.state.in_(states)).values(**values)
            return connection.execute(changed).rowcount == 1


def _name() -> str:
    """An id whose order is that of time, and that nobody guesses."""
    return f"{time.time_ns():016x}-{secrets.token_hex(6)}"


def _problems(problems: tuple[Problem, ...]) -> str:
    return json.dumps([problem_to_wire(one) for one in problems])


def _job(row: Row[Any]) -> Job:
    return Job(
        id=row.id,
        task=row.task,
        title=row.title,
        folder=row.folder,
        owner=row.owner,
        request=json.loads(row.request),
        state=cast(State, row.state),
        done=row.done,
        total=row.total,
        what=row.what,
        answer=None if row.answer is None else json.loads(row.answer),
        problems=tuple(map(problem_from_wire, json.loads(row.problems or "[]"))),
        created=row.created,
        started=row.started,
        ended=row.ended,
        key=row.key,
    )
