"""Auditing a published report: a job, waited for a little while."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response

from hegui.desk.api.answering import document
from hegui.desk.api.inputs import blob_of, published, safe_name
from hegui.desk.api.jobs import accepted, begun, ended
from hegui.desk.api.operation import Call
from hegui.desk.api.reading import written
from hegui.desk.web.layingout import file_of, folder_of


def audit(call: Call) -> Response:
    """hegui/audit/v1, or where to ask for it."""
    data, desk = call.data, call.visit.desk
    name = safe_name(data["report"]["name"])
    request: dict[str, Any] = {"report": file_of(blob_of(call, "report", data["report"]), name), "output": "audit"}
    if "rulebook" in data:
        publication = published(call, data["rulebook"])
        version = desk.folders.version(publication.folder, publication.n)
        assert version is not None
        request["rules"] = folder_of(version)
    if "case" in data:
        case = data["case"] if isinstance(data["case"], str) else written(data["case"])
        request["facts"] = [file_of(desk.folders.put_text(case), "case.yaml")]
    waivers = [desk.folders.put_text(text) for text in data.get("waivers", ())]
    request["waivers"] = [file_of(one, f"waivers-{n}.yaml") for n, one in enumerate(waivers, 1)]
    if "as_of" in data:
        request["as_of"] = data["as_of"]
    job = begun(call, "audit", request, call.visit.t(f"审核 {name}", f"Audit {name}"))
    if not job.over:
        return accepted(call, job, "jobs")
    ended(job)
    folder = desk.jobs.files(job.id)
    assert folder is not None
    (found,) = folder.rglob("audit.json")
    return document(json.loads(found.read_text("utf-8")))
