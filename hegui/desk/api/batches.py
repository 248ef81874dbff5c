"""Scoring a population: a table is stored and scored as a job; its manifest, its files, cancelling it."""

from __future__ import annotations

from typing import Any

from starlette.responses import FileResponse, Response

from facts.problem import Problem, Text
from hegui.desk.api.answering import document, missing, problem
from hegui.desk.api.inputs import blob_of, published, safe_name
from hegui.desk.api.jobs import BYTES, job_data
from hegui.desk.api.operation import PREFIX, Call, Refused
from hegui.desk.web.populations.comparing import files_of
from hegui.desk.web.populations.stored import (
    Population,
    Run,
    begin,
    population,
    results,
    run_of,
    store,
    table_problem,
)
from hegui.desk.web.uploads import Received
from hegui.desk.work.jobs import Job

_ONCE = "idempotency-key"


def start(call: Call) -> Response:
    """Store the table, and begin."""
    answers, once = call.visit.desk.answers, call.visit.request.headers.get(_ONCE, "")[:200]
    key = f"{call.visit.user.id}:{PREFIX}/batches:{once}" if once else ""
    before = answers.begin(key) if key else None
    if before == "busy":
        raise Refused(409, problem("twice", Text("这个请求正在处理", "this request is being answered already")))
    if before is not None:
        return _accepted(call, _run(call, before.rpartition("/")[2]))
    run: Run | None = None
    try:
        run = _begun(call)
        return _accepted(call, run)
    finally:
        if key and run is not None:
            answers.finish(key, f"{PREFIX}/batches/{run.id}")
        elif key:
            answers.forget(key)


def _begun(call: Call) -> Run:
    publication = published(call, call.data["rulebook"])
    whom = _population(call)
    if not whom.table:
        raise Refused(422, problem("no-table", Text("这个总体没有表格", "this population has no table")))
    year = call.data.get("year")
    job = begin(call.visit, whom, publication, None if year is None else int(year), call.data.get("claims", ""))
    return Run(job, publication)


def _population(call: Call) -> Population:
    if "population" in call.data:
        found = population(call.visit.desk, call.data["population"])
        if found is None:
            raise missing(call.data["population"])
        return found
    table = _received(call, "table", call.data["table"])
    items = {
        concept: _received(call, f"items.{concept}", given) for concept, given in call.data.get("items", {}).items()
    }
    title = call.data.get("title", "").strip() or table.name.rpartition(".")[0] or table.name
    return store(call.visit, title, table, items)


def _received(call: Call, part: str, given: Any) -> Received:
    name = safe_name(given["name"])
    wrong: Problem | None = table_problem(name)
    if wrong is not None:
        raise Refused(422, wrong)
    return Received(name, blob_of(call, part, given))


def _accepted(call: Call, run: Run) -> Response:
    return document(batch_data(call, run), 202, {"location": f"{PREFIX}/batches/{run.id}"})


# --- what came of it --------------------------------------------------------------------------------------------------


def _run(call: Call, batch: str) -> Run:
    job: Job | None = call.visit.desk.jobs.store.get(batch)
    if job is None or job.task != "batch":
        raise missing(batch)
    return run_of(call.visit.desk, job)


def batch(call: Call) -> Response:
    """How far it is; the manifest once it is done."""
    return document(batch_data(call, _run(call, call.data["batch"])))


def cancel(call: Call) -> Response:
    """End it."""
    run = _run(call, call.data["batch"])
    if not call.visit.desk.jobs.cancel(run.id):
        raise Refused(409, problem("job-over", Text("这次评价已经结束", "this run is over already")))
    return document(batch_data(call, _run(call, run.id)))


def file(call: Call) -> Response:
    """One of its files."""
    run = _run(call, call.data["batch"])
    folder = results(call.visit.desk, run)
    path = files_of(folder).get(call.data["file"]) if folder is not None else None
    if path is None:
        raise missing(call.data["file"])
    return FileResponse(path, headers={"cache-control": "no-store"}, media_type=BYTES, filename=path.name)


def batch_data(call: Call, run: Run) -> dict[str, Any]:
    """A run as it is told."""
    folder, publication = results(call.visit.desk, run), run.publication
    return {
        **job_data(call, run.job),
        "files": list(files_of(folder)) if folder is not None else [],
        "population": run.job.folder,
        "publication": None if publication is None else publication.id,
        "manifest": run.manifest if run.done else None,
    }
