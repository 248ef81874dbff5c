"""Long work: begun by an operation, looked at until it is over, its files fetched; it goes on when nobody asks."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.responses import Response

from facts.problem import Language, Text
from hegui.desk.api.answering import document, missing, problem, statuses_of
from hegui.desk.api.operation import PREFIX, Call, Refused
from hegui.desk.web.jobs import start
from hegui.desk.web.sending import attachment
from hegui.desk.work.jobs import Job
from hegui.problemdata import problem_data

# How long a request waits for work to be done before it says where to ask again, in seconds.
PATIENCE = 5
_LOOK = 0.1
BYTES = "application/octet-stream"


def begun(call: Call, task: str, request: Mapping[str, Any], title: str, folder: str | None = None) -> Job:
    """Begin work, and wait for it as long as was asked for."""
    desk, job = call.visit.desk, start(call.visit, task, request, title, folder)
    until = time.monotonic() + int(call.query.get("wait", PATIENCE))
    while not job.over and time.monotonic() < until:
        time.sleep(_LOOK)
        job = desk.jobs.store.get(job.id) or job
    return job


def accepted(call: Call, job: Job, place: str) -> Response:
    """It goes on: where to ask."""
    return document(job_data(call, job), 202, {"location": f"{PREFIX}/{place}/{job.id}"})


def ended(job: Job) -> None:
    """Raises Refused where nothing came of it."""
    if job.state != "done":
        gone = problem("job-interrupted", Text(f"任务没有完成({job.state})", f"the work was not done ({job.state})"))
        raise Refused(statuses_of(job.problems), *(job.problems or (gone,)))


def own(call: Call) -> Job:
    """The job of this address. Raises Refused where it is somebody else's."""
    found = call.visit.desk.jobs.store.get(call.data["job"])
    if found is None or not (found.owner == call.visit.user.id or call.visit.may("admin")):
        raise missing(call.data["job"])
    return found


def job(call: Call) -> Response:
    """How far it is."""
    return document(job_data(call, own(call)))


def cancel(call: Call) -> Response:
    """End it."""
    found = own(call)
    if not call.visit.desk.jobs.cancel(found.id):
        raise Refused(409, problem("job-over", Text("这项任务已经结束", "this work is over already")))
    return document(job_data(call, call.visit.desk.jobs.store.get(found.id) or found))


def file(call: Call) -> Response:
    """One of the files it has written."""
    return sent(call, own(call), call.data["file"])


def sent(call: Call, found: Job, name: str) -> Response:
    """A file of a job. Raises Refused where it has none of that name."""
    if name not in files_of(call, found):
        raise missing(name)
    folder = call.visit.desk.jobs.files(found.id)
    assert folder is not None
    answer = attachment((folder / name).read_bytes(), Path(name).name)
    answer.headers["content-type"] = BYTES
    return answer


def files_of(call: Call, found: Job) -> list[str]:
    """The files of a job, by their paths."""
    folder = call.visit.desk.jobs.files(found.id)
    if folder is None:
        return []
    paths = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sorted(path.relative_to(folder).as_posix() for path in paths)


def job_data(call: Call, found: Job) -> dict[str, Any]:
    """A job as it is told."""
    language: Language = call.visit.language
    return {
        "id": found.id,
        "task": found.task,
        "title": found.title,
        "state": found.state,
        "done": found.done,
        "total": found.total,
        "what": found.what,
        "created": found.created,
        "started": found.started,
        "ended": found.ended,
        "files": files_of(call, found),
        "problems": [problem_data(one, language) for one in found.problems],
    }
