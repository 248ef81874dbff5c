"""Auditing a published report: sent in, worked at in the background, shown beside its text, taken home as workpaper."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.desk.store.blobs import TooLarge
from hegui.desk.store.folders import Version
from hegui.desk.web.audits.findings import SEVERITIES, all_marks, claims_of, filter_of, findings_of, standing
from hegui.desk.web.cases.opened import CASE
from hegui.desk.web.failures import described
from hegui.desk.web.jobs import REFRESH, start
from hegui.desk.web.layingout import file_of, folder_of
from hegui.desk.web.marking import marked, near
from hegui.desk.web.routes import Page
from hegui.desk.web.sending import attachment
from hegui.desk.web.uploads import Received, received
from hegui.desk.web.visit import Visit, shown
from hegui.desk.work.jobs import Job

LARGEST = 512 * 1024 * 1024
_OUTPUT = "audit"
_FILES = ("audit.xlsx", "audit.json", "audit.sarif")
_LISTED = 30
# So many blocks of a long report are shown besides those in which something is found.
_BLOCKS = 4_000
# A short report is audited while the visitor waits; a page that says "wait" would only be in the way.
_PATIENCE = 4.0


def _audits(visit: Visit) -> Response:
    return _list(visit, (), ())


def _list(visit: Visit, files: Sequence[Received], problems: Sequence[Problem], status: int = 200) -> Response:
    jobs = visit.desk.jobs.store.latest(task="audit", limit=_LISTED)
    names = {user.id: user.name for user in visit.desk.accounts.listed()}
    return visit.page(
        "audits.html",
        status,
        jobs=jobs,
        names=names,
        publications=visit.desk.publications.listed(),
        cases=visit.desk.folders.listed("case")[:200],
        kept=files,
        values={name: visit.field(name) or visit.asked(name) for name in ("publication", "case")},
        problems=shown(problems, visit.language),
    )


def _send(visit: Visit) -> Response:
    try:
        files = received(visit, "report", "kept")
    except TooLarge as error:
        return _list(visit, (), [described(error)[1]], 413)
    if not files:
        hint = Text("请选一份公开的自评报告。", "Choose a published self-evaluation.")
        return _list(visit, (), [_problem("no-report", Text("没有选择文件", "no file was chosen"), hint)], 400)
    report = files[0]
    request: dict[str, Any] = {"report": file_of(report.blob, report.name), "output": _OUTPUT}
    wrong = _against(visit, request)
    if wrong is not None:
        return _list(visit, files, [wrong], 400)
    job = start(visit, "audit", request, report.name)
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and not _now(visit, job).over:
        time.sleep(0.1)
    return visit.redirect(f"/audits/{job.id}")


def _against(visit: Visit, request: dict[str, Any]) -> Problem | None:
    """What the report is held against, into the request."""
    named, case = visit.field("publication"), visit.field("case")
    version: Version | None = None
    if case:
        folder = visit.desk.folders.get(case)
        if folder is None or folder.kind != "case":
            return _problem("no-case", Text("没有这个个案", "there is no such case"))
        version = visit.desk.folders.latest(case)
        named = named or str(version.about.get("publication", ""))
        request["facts"] = [folder_of(version, CASE)]
    if not named:
        return None
    publication = visit.desk.publications.get(named)
    rules = None if publication is None else visit.desk.folders.version(publication.folder, publication.n)
    if rules is None:
        return _problem("no-rulebook", Text("没有这个规则集", "there is no such rulebook"))
    request["rules"] = folder_of(rules)
    return None


def _problem(code: str, message: Text, hint: Text = Text("", "")) -> Problem:
    return Problem(code, Position(""), message, hint)


def _now(visit: Visit, job: Job) -> Job:
    return visit.desk.jobs.store.get(job.id) or job


# --- one audit --------------------------------------------------------------------------------------------------------


def _found(visit: Visit) -> Job | None:
    job = visit.desk.jobs.store.get(visit.part("audit"))
    return job if job is not None and job.task == "audit" else None


def _audit(visit: Visit) -> Response:
    job = _found(visit)
    if job is None:
        return visit.missing()
    mine = job.owner == visit.user.id or visit.may("admin")
    if job.state != "done" or job.answer is None:
        said = shown(job.problems, visit.language)
        return visit.page("audit-wait.html", job=job, refresh=0 if job.over else REFRESH, problems=said, mine=mine)
    audit = job.answer
    wanted = filter_of(visit.asked_all("severity"), visit.asked("check"))
    findings = findings_of(audit, wanted)
    marks = all_marks(findings)
    blocks = near(audit["document"]["blocks"], marks, _BLOCKS)
    return visit.page(
        "audit.html",
        job=job,
        audit=audit,
        wanted=wanted,
        severities=SEVERITIES,
        findings=findings,
        claims=claims_of(audit),
        blocks=marked(blocks, marks),
        whole=len(blocks) == len(audit["document"]["blocks"]),
        bar=standing(audit["points"]),
        problems=shown(job.problems, visit.language),
        files=[name for name in _FILES if name in audit.get("files", ())],
    )


def _file(visit: Visit) -> Response:
    job, name = _found(visit), visit.part("name")
    folder = None if job is None else visit.desk.jobs.files(job.id)
    if job is None or folder is None or name not in _FILES:
        return visit.missing()
    path = next(iter(sorted(folder.rglob(name))), None)
    if path is None:
        return visit.missing()
    return attachment(path.read_bytes(), f"{job.title.rsplit('.', 1)[0][:80]}-{name}")


PAGES = (
    Page("/audits", _audits, "auditor"),
    Page("/audits", _send, "auditor", "POST", LARGEST),
    Page("/audits/{audit}", _audit, "auditor"),
    Page("/audits/{audit}/{name}", _file, "auditor"),
)
