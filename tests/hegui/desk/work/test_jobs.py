"""Jobs in either store, run by real workers: what is asked once is done once, and what does not end leaves nothing."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hegui.desk.store.database import Database
from hegui.desk.work.jobs import Job, Jobs, JobStore, NewJob
from hegui.desk.work.memoryjobs import MemoryJobs
from hegui.desk.work.pool import Pool
from hegui.desk.work.sqljobs import SqlJobs
from hegui.desk.work.wire import Data
from tests.hegui.desk.stores import database_on_postgresql

HERE = Path(__file__).parent
_BAD = ("echo", "nap", "spin", "segfault", "fail", "refuse", "write", "write_and_spin", "write_and_fail", "steps")
SECONDS = dict.fromkeys(_BAD, 60.0) | {"hang": 1.0}


@dataclass
class House:
    """A store with its results, opened and closed as a server would."""

    folder: Path
    store: JobStore

    def open(self, pool: Pool, **options: Any) -> Jobs:
        return Jobs(self.store, pool, self.folder / "results", seconds=SECONDS, **options)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    if request.param == "memory":
        yield House(tmp_path, MemoryJobs())
        return
    with ExitStack() as stack:
        postgresql = request.param == "postgresql"
        url = stack.enter_context(database_on_postgresql()) if postgresql else f"sqlite:///{tmp_path / 'desk.sqlite'}"
        database = Database(url)
        stack.callback(database.close)
        database.prepare()
        yield House(tmp_path, SqlJobs(database))


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(2, registry="badtasks", path=[HERE]) as one:
        yield one


@pytest.fixture
def jobs(house: House, pool: Pool) -> Iterator[Jobs]:
    one = house.open(pool)
    yield one
    one.close()


def new(task: str, key: str = "", owner: str = "chen", **request: object) -> NewJob:
    return NewJob(key or f"{task}-{time.time_ns()}", task, dict(request), owner)


def until(jobs: Jobs, job: Job, fits: Callable[[Job], bool], seconds: float = 30) -> Job:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        now = jobs.store.get(job.id)
        assert now is not None
        if fits(now):
            return now
        time.sleep(0.02)
    raise AssertionError(now)


def over(jobs: Jobs, job: Job) -> Job:
    return until(jobs, job, lambda one: one.over)


def left(jobs: Jobs) -> list[str]:
    """What lies in the folder of results, once those who tidy up have."""
    time.sleep(0.3)
    return sorted(path.name for path in jobs.results.iterdir())


# --- what is asked is done --------------------------------------------------------------------------------------------


def test_a_job_is_done_and_its_answer_kept(jobs: Jobs) -> None:
    job = over(jobs, jobs.start(new("echo", 文="值")))
    assert job.state == "done" and job.answer is not None
    assert job.answer["echo"] == {"文": "值"}
    assert job.created and job.started and job.ended
    assert left(jobs) == []


def test_a_form_sent_twice_is_one_job(jobs: Jobs) -> None:
    first, second = jobs.start(new("echo", "the-form")), jobs.start(new("echo", "the-form", n=2))
    assert first.id == second.id
    assert over(jobs, first).answer == over(jobs, second).answer


def test_a_form_sent_by_ten_at_the_same_moment_is_one_job(jobs: Jobs) -> None:
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(jobs.start(new("nap", "same", seconds=0.1)).id)) for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1 and len(found) == 10


def test_what_a_job_writes_is_there_when_it_is_done_and_not_before(jobs: Jobs) -> None:
    job = jobs.start(new("write", output="out"))
    assert over(jobs, job).state == "done"
    folder = jobs.files(job.id)
    assert folder is not None and (folder / "out" / "made.txt").read_text() == "made"
    assert left(jobs) == [job.id]
    jobs.forget(job.id)
    assert jobs.files(job.id) is None


def test_how_far_it_is_can_be_seen(jobs: Jobs) -> None:
    job = jobs.start(new("steps"))
    seen = until(jobs, job, lambda one: one.total == 4)
    assert seen.state == "running" and seen.what == "甲"
    assert over(jobs, job).state == "done"


def test_jobs_run_in_order_and_are_listed_latest_first(jobs: Jobs) -> None:
    ids = [jobs.start(new("echo", owner=owner, n=n)).id for n, owner in enumerate(("chen", "wang", "chen"))]
    ended = [over(jobs, job).ended or "" for job in reversed(jobs.store.latest())]
    assert ended == sorted(ended)
    assert [one.id for one in jobs.store.latest()] == ids[::-1]
    assert [one.id for one in jobs.store.latest(owner="wang")] == [ids[1]]
    assert [one.id for one in jobs.store.latest(limit=1)] == [ids[2]]
    assert [one.id for one in jobs.store.latest(task=jobs.store.latest()[0].task)] == ids[::-1]
    assert jobs.store.latest(task="another") == []
    assert jobs.store.get("nonesuch") is None


def test_inputs_are_laid_out_just_before_and_taken_away_afterwards(house: House, pool: Pool) -> None:
    laid: list[Path] = []

    def prepare(request: Data, folder: Path) -> Data:
        (folder / "table.csv").write_text("a")
        laid.append(folder)
        return {**request, "table": str(folder / "table.csv")}

    jobs = house.open(pool, prepare=prepare)
    job = over(jobs, jobs.start(new("refuse", rules=str(house.folder / "x"), note="/")))
    assert job.answer == {"note": "/", "table": "table.csv"}  # its name, not our path
    assert left(jobs) == [] and not laid[0].exists()
    assert job.request == {"rules": str(house.folder / "x"), "note": "/"}
    jobs.close()


# --- what does not end well -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("task", "code"),
    [
        ("segfault", "work-crashed"),
        ("fail", "work-fault"),
        ("hang", "work-timed-out"),
        ("write_and_fail", "work-fault"),
        ("nonesuch", "unknown-task"),
    ],
)
def test_a_job_that_fails_says_why_and_leaves_nothing(jobs: Jobs, task: str, code: str) -> None:
    job = over(jobs, jobs.start(new(task, output="out")))
    assert job.state == "failed"
    assert [one.code for one in job.problems] == [code]
    assert left(jobs) == []
    assert over(jobs, jobs.start(new("echo"))).state == "done", "work goes on"


def test_problems_of_the_input_are_kept_in_both_languages(jobs: Jobs) -> None:
    job = over(jobs, jobs.start(new("refuse", rules="/x")))
    (problem,) = job.problems
    assert problem.code == "made-up" and problem.message.zh == "甲 x/x" and problem.message.en == "a"


def test_inputs_that_cannot_be_laid_out_fail_the_job(house: House, pool: Pool) -> None:
    def prepare(request: Data, folder: Path) -> Data:
        raise OSError(28, "No space left on device")

    jobs = house.open(pool, prepare=prepare)
    job = over(jobs, jobs.start(new("echo", output="out")))
    assert job.state == "failed" and left(jobs) == []
    jobs.close()


class Unwritable:
    """A store that cannot be written while `full`, as on a disk that is."""

    def __init__(self, store: JobStore) -> None:
        self.store, self.full = store, False

    def __getattr__(self, name: str) -> Any:
        if self.full and name not in ("get", "latest"):
            raise OSError(28, "No space left on device")
        return getattr(self.store, name)


@pytest.mark.parametrize(("task", "state"), [("write", "done"), ("write_and_fail", "failed")])
def test_an_end_that_cannot_be_stored_is_stored_as_soon_as_it_can(
    house: House, pool: Pool, task: str, state: str
) -> None:
    store = Unwritable(house.store)
    jobs = Jobs(store, pool, house.folder / "results", _filling(store), seconds=SECONDS, look=0.05)
    job = jobs.start(new(task, output="out"))
    time.sleep(1.0)
    now = jobs.store.get(job.id)
    assert now is not None and now.state == "running", "nothing could be stored"
    store.full = False
    ended = over(jobs, job)
    assert ended.state == state and (jobs.files(job.id) is not None) is (state == "done")
    assert over(jobs, jobs.start(new("echo"))).state == "done", "and work goes on"
    jobs.close()


def test_an_end_that_was_never_stored_is_told_as_interrupted_at_the_next_start(house: House, pool: Pool) -> None:
    store = Unwritable(house.store)
    jobs = Jobs(store, pool, house.folder / "results", _filling(store), seconds=SECONDS, look=0.05)
    job = jobs.start(new("write", output="out"))
    until(jobs, job, lambda _: jobs.files(job.id) is not None)
    jobs.close()
    jobs = house.open(pool)
    stopped = jobs.store.get(job.id)
    assert stopped is not None and stopped.state == "interrupted" and left(jobs) == []
    jobs.close()


def _filling(store: Unwritable) -> Callable[[Data, Path], Data]:
    """Lays out inputs; from then on nothing can be stored, if the job writes."""

    def prepare(request: Data, folder: Path) -> Data:
        store.full = "output" in request
        return request

    return prepare


def test_a_running_job_is_cancelled_with_everything_it_has_begun(jobs: Jobs) -> None:
    job = jobs.start(new("write_and_spin", output="out"))
    until(jobs, job, lambda one: one.total == 1)
    assert jobs.cancel(job.id) is True
    assert over(jobs, job).state == "cancelled"
    assert left(jobs) == []
    assert jobs.cancel(job.id) is False
    assert over(jobs, jobs.start(new("echo"))).state == "done"


def test_a_waiting_job_is_cancelled_and_never_runs(jobs: Jobs) -> None:
    first, waiting = jobs.start(new("nap", seconds=0.5)), jobs.start(new("write", output="out"))
    assert jobs.cancel(waiting.id) is True
    assert over(jobs, first).state == "done"
    assert over(jobs, waiting).state == "cancelled" and jobs.files(waiting.id) is None


def test_cancelling_and_ending_at_the_same_moment_agree(jobs: Jobs) -> None:
    for n in range(15):
        job = jobs.start(new("write", output="out"))
        time.sleep(0.004 * n)
        cancelled = jobs.cancel(job.id)
        state = over(jobs, job).state
        assert state == ("cancelled" if cancelled else "done")
        time.sleep(0.1)
        assert (jobs.files(job.id) is not None) == (state == "done")


def test_a_server_that_stops_leaves_its_job_interrupted_and_it_can_be_run_again(house: House) -> None:
    with Pool(1, registry="badtasks", path=[HERE]) as pool:
        jobs = house.open(pool)
        job = jobs.start(new("write_and_spin", output="out"))
        waiting = jobs.start(new("echo", n=1))
        until(jobs, job, lambda one: one.total == 1)
        jobs.close()
    with Pool(1, registry="badtasks", path=[HERE]) as pool:
        jobs = house.open(pool)
        stopped = jobs.store.get(job.id)
        assert stopped is not None and stopped.state == "interrupted"
        assert over(jobs, waiting).state == "done", "what waited still waits"
        assert left(jobs) == []
        again = jobs.again(stopped, "again")
        assert again.id != job.id and again.task == "write_and_spin"
        jobs.cancel(again.id)
        over(jobs, again)
        jobs.close()


_SERVER = """
import sys, time
sys.path.insert(0, {root!r})
from pathlib import Path
from hegui.desk.store.database import Database
from hegui.desk.work.jobs import Jobs, NewJob
from hegui.desk.work.pool import Pool
from hegui.desk.work.sqljobs import SqlJobs
folder = Path({folder!r})
database = Database.in_folder(folder)
database.prepare()
store = SqlJobs(database)
jobs = Jobs(store, Pool(1, registry="badtasks", path=[Path({here!r})]), folder / "results", seconds={{"write_and_spin": 60}})
job = jobs.start(NewJob("k", "write_and_spin", {{"output": "out"}}, "chen"))
while store.get(job.id).total != 1:
    time.sleep(0.02)
print(job.id, flush=True)
time.sleep(600)
"""


def test_a_server_killed_in_the_middle_is_told_when_it_starts_again(tmp_path: Path) -> None:
    program = _SERVER.format(root=str(HERE.parents[3]), folder=str(tmp_path), here=str(HERE))
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        name = server.stdout.readline().strip()
        server.kill()
    database = Database.in_folder(tmp_path)
    database.prepare()
    with Pool(1, registry="badtasks", path=[HERE]) as pool:
        jobs = Jobs(SqlJobs(database), pool, tmp_path / "results", seconds=SECONDS)
        job = jobs.store.get(name)
        assert job is not None and job.state == "interrupted"
        assert left(jobs) == []
        jobs.close()
    database.close()
