"""The documents of a case: more of them, fewer of them, and the files themselves to save."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.responses import Response

from facts.problem import Problem
from hegui.desk.store.blobs import Blob
from hegui.desk.store.folders import Stale
from hegui.desk.web.cases.creating import LARGEST
from hegui.desk.web.cases.editing import EVIDENCE
from hegui.desk.web.cases.facts import case_page
from hegui.desk.web.cases.longreading import add_unread, is_big
from hegui.desk.web.cases.opened import CASE, SOURCES, Laid, OpenCase, laid, opened, unopened
from hegui.desk.web.cases.reading import ReadCase, brought, read_into
from hegui.desk.web.cases.remembering import told_of
from hegui.desk.web.cases.saving import save_case, told
from hegui.desk.web.failures import stale_problem
from hegui.desk.web.routes import Page
from hegui.desk.web.sending import attachment
from hegui.desk.web.uploads import new_only, placed, received
from hegui.desk.web.visit import Visit
from hegui.desk.web.working import ask
from hegui.desk.work.queueing import Done


def _add(visit: Visit) -> Response:
    case = opened(visit)
    if case is None:
        return unopened(visit)
    if visit.field("base") != str(case.version.n):
        return case_page(visit, case, [stale_problem(Stale(case.version))], 409)
    new = placed(new_only(received(visit, "files"), case.version.files), case.version.files)
    if not new:
        return visit.redirect(f"{case.path}?done=nothing")
    documents = {path: blob for path, blob in case.version.files.items() if path != CASE}
    text = visit.desk.folders.read(case.version, CASE).decode("utf-8-sig")
    if is_big(new.values()):
        return _add_big(visit, case, text, new)
    read = read_into(visit, case.publication, text, {**documents, **new}, new)
    if not isinstance(read, ReadCase):
        return case_page(visit, case, read, 400)
    names = "、".join(path.removeprefix(f"{SOURCES}/") for path in new)
    known: Mapping[str, Any] = case.about.get("brought", {})
    came = brought(read.described or {"sources": ()}, new, _source_ids(visit, case))
    try:
        save_case(
            visit,
            case,
            read.text,
            visit.t(f"读入 {names}", f"read {names}"),
            {**documents, **new},
            {"told": told(read.problems), "brought": {**known, **came}},
        )
    except Stale as error:
        return case_page(visit, case, [stale_problem(error)], 409)
    return visit.redirect(f"{case.path}?done=read")


def _add_big(visit: Visit, case: OpenCase, text: str, new: Mapping[str, Blob]) -> Response:
    try:
        add_unread(visit, case, text, new)
    except Stale as error:
        return case_page(visit, case, [stale_problem(error)], 409)
    return visit.redirect(case.path)


def _source_ids(visit: Visit, case: OpenCase) -> tuple[str, ...]:
    """What the case cites so far."""
    answer = told_of(visit, case, "describe")
    return tuple(one["id"] for one in answer.data["sources"]) if isinstance(answer, Done) else ()


def _remove(visit: Visit) -> Response:
    case = opened(visit)
    name = visit.field("name")
    if case is None or name not in case.sources:
        return visit.missing()
    if visit.field("base") != str(case.version.n):
        return case_page(visit, case, [stale_problem(Stale(case.version))], 409)
    result = _without(visit, case, name)
    if not isinstance(result, str):
        return case_page(visit, case, result, 400)
    path = f"{SOURCES}/{name}"
    documents = {key: blob for key, blob in case.version.files.items() if key not in (CASE, path)}
    try:
        save_case(visit, case, result, visit.t(f"移除 {name}", f"removed {name}"), documents)
    except Stale as error:
        return case_page(visit, case, [stale_problem(error)], 409)
    return visit.redirect(f"{case.path}?done=removed")


def _without(visit: Visit, case: OpenCase, name: str) -> str | tuple[Problem, ...]:
    """The case file without what only this document says."""
    with laid(visit, case) as files:
        described = ask(visit, "describe", files.request)
        if not isinstance(described, Done):
            return described.problems
        came = case.about.get("brought", {}).get(f"{SOURCES}/{name}", ())
        sources = [one for one in described.data["sources"] if one["file"] == f"{SOURCES}/{name}" or one["id"] in came]
        gone = {one["id"] for one in sources}
        # What the notes of people still name keeps its title, but leads to no file; sent again it is read again.
        entries = {
            one["id"]: {key: value for key, value in one.items() if value and key not in ("id", "file", "sha256")}
            for one in sources
        }
        changes = [
            {"concept": one["id"], "do": "forget", "sources": sorted(gone)}
            for one in described.data["concepts"]
            if one["fact"] is not None and any(place["source"] in gone for place in one["fact"]["places"])
        ]
        answer = ask(visit, "change", {**files.request, "changes": changes, "sources": entries})
        if not isinstance(answer, Done):
            return answer.problems
        text = str(answer.data["case"])
        left = _left(case, described.data, name)
        fallen: list[str] = answer.data["fallen"]
        return _found_elsewhere(visit, files, text, left, fallen) if left and fallen else text


def _left(case: OpenCase, described: Mapping[str, Any], name: str) -> dict[str, Blob]:
    """The other documents that facts were read from; evidence of a judgement is none."""
    evidence = {one["file"] for one in described["sources"] if one["id"].startswith(EVIDENCE)}
    paths = {f"{SOURCES}/{one}": blob for one, blob in case.sources.items() if one != name}
    return {path: blob for path, blob in paths.items() if path not in evidence}


def _found_elsewhere(visit: Visit, files: Laid, text: str, left: Mapping[str, Blob], fallen: list[str]) -> str:
    """The case with what the other documents say of facts that only the removed one stood for.

    They may have said something else, that a conflict with it was settled against. Documents too large to read while somebody
    waits are not read again; the facts are missing then, and listed as such.
    """
    if is_big(left.values()):
        return text
    Path(files.case).write_text(text, "utf-8")
    request = {"rules": files.rules, "folder": str(files.home), "again": True, "only": fallen}
    answer = ask(visit, "read", {**request, "sources": [str(files.home / path) for path in left]})
    return str(answer.data["case"]) if isinstance(answer, Done) else text


def _file(visit: Visit) -> Response:
    case = opened(visit)
    name = visit.part("name")
    if case is None or name not in case.sources:
        return visit.missing()
    return attachment(visit.desk.folders.read(case.version, f"{SOURCES}/{name}"), name)


def _case_file(visit: Visit) -> Response:
    case = opened(visit)
    if case is None:
        return unopened(visit)
    return attachment(visit.desk.folders.read(case.version, CASE), CASE)


PAGES = (
    Page("/cases/{case}/case.yaml", _case_file, "viewer"),
    Page("/cases/{case}/sources", _add, "auditor", "POST", LARGEST),
    Page("/cases/{case}/sources/remove", _remove, "auditor", "POST"),
    Page("/cases/{case}/sources/{name:path}", _file, "viewer"),
)
