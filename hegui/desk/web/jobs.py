"""Long work: what is under way, how far it is, what came of it; it goes on when the browser is closed and can be cancelled."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.desk.store.folders import Folder
from hegui.desk.web.routes import Page
from hegui.desk.web.sending import attachment
from hegui.desk.web.visit import Visit, shown
from hegui.desk.work.jobs import Job, NewJob

# Where what a kind of job was for can be looked at; by its id, or by that of its folder.
_SEEN_AT = {
    "batch": "/populations/{folder}",
    "impact": "/rulebooks/{folder}/impact/{job}",
    "run_cases": "/rulebooks/{folder}/cases",
    "cover": "/rulebooks/{folder}/coverage",
    "audit": "/audits/{job}",
    "read": "/cases/{folder}",
}
# How often a page without scripts loads itself again while work goes on, in seconds.
REFRESH = 2


def start(visit: Visit, task: str, request: Mapping[str, Any], title: str, folder: Folder | str | None = None) -> Job:
    """Start a job; the same form sent twice starts one. Paths in the request: see `layingout`."""
    about = folder.id if isinstance(folder, Folder) else folder
    once = visit.field("once") or visit.request.headers.get("idempotency-key", "") or visit.fresh()
    key = f"{visit.user.id}:{task}:{once}"
    return visit.desk.jobs.start(
        NewJob(key, task, {"language": visit.language, **request}, visit.user.id, title[:200], about)
    )


def _jobs(visit: Visit) -> Response:
    everybody = visit.may("admin")
    listed = visit.desk.jobs.store.latest(None if everybody else visit.user.id)
    names = {user.id: user.name for user in visit.desk.accounts.listed()}
    moving = any(not job.over for job in listed)
    return visit.page("jobs.html", jobs=listed, names=names, refresh=REFRESH if moving else 0, seen_at=seen_at)


def _job(visit: Visit) -> Response:
    job = visible(visit)
    if job is None:
        return visit.missing()
    files = visit.desk.jobs.files(job.id)
    written = sorted(path.relative_to(files).as_posix() for path in files.rglob("*") if path.is_file()) if files else []
    return visit.page(
        "job.html",
        job=job,
        files=written[:200],
        refresh=0 if job.over else REFRESH,
        problems=shown(job.problems, visit.language),
        answer=json.dumps(job.answer, ensure_ascii=False, indent=1)[:20_000] if job.answer else "",
        there=seen_at(job),
    )


def _file(visit: Visit) -> Response:
    job = visible(visit)
    folder = visit.desk.jobs.files(job.id) if job else None
    if folder is None:
        return visit.missing()
    path = (folder / visit.part("path")).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        return visit.missing()
    return attachment(path.read_bytes(), path.name)


def _cancel(visit: Visit) -> Response:
    job = visible(visit)
    if job is None:
        return visit.missing()
    if not visit.desk.jobs.cancel(job.id):
        message = Text("这项任务已经结束", "this work is over already")
        return visit.refusal([Problem("job-over", Position(""), message)], 409, back=f"/jobs/{job.id}")
    return visit.redirect(f"/jobs/{job.id}")


def _again(visit: Visit) -> Response:
    job = visible(visit)
    if job is None:
        return visit.missing()
    if not job.over or job.state == "done":
        message = Text("只有没有完成的任务可以重做", "only work that was not done can be done again")
        return visit.refusal([Problem("job-done", Position(""), message)], 409, back=f"/jobs/{job.id}")
    again = visit.desk.jobs.again(job, f"{visit.user.id}:again:{visit.field('once')}")
    return visit.redirect(f"/jobs/{again.id}")


def visible(visit: Visit) -> Job | None:
    """The job of this address: one's own, or anybody's for an administrator."""
    job = visit.desk.jobs.store.get(visit.part("job"))
    return job if job is not None and (job.owner == visit.user.id or visit.may("admin")) else None


def seen_at(job: Job) -> str:
    """Where what it was for can be looked at."""
    pattern = _SEEN_AT.get(job.task, "")
    return (
        pattern.format(folder=job.folder, job=job.id) if pattern and (job.folder or "{folder}" not in pattern) else ""
    )


PAGES = (
    Page("/jobs", _jobs, "viewer"),
    Page("/jobs/{job}", _job, "viewer"),
    Page("/jobs/{job}/cancel", _cancel, "viewer", "POST"),
    Page("/jobs/{job}/again", _again, "viewer", "POST"),
    Page("/jobs/{job}/files/{path:path}", _file, "viewer"),
)
