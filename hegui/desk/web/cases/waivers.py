"""Waivers for a case: files in which an authority accepts findings; the score with them stands beside the score by the rules."""

from __future__ import annotations

from starlette.responses import Response

from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.desk.store.blobs import Blob
from hegui.desk.store.folders import Stale
from hegui.desk.web.cases.opened import CASE, OpenCase, laid, opened, unopened
from hegui.desk.web.cases.remembering import BASES, assess_request, told_of
from hegui.desk.web.cases.saving import save_case
from hegui.desk.web.cases.scores import score_page
from hegui.desk.web.failures import stale_problem
from hegui.desk.web.routes import Page
from hegui.desk.web.uploads import placed, received
from hegui.desk.web.visit import Visit
from hegui.desk.web.working import ask
from hegui.desk.work.queueing import Done

_FOLDER = "waivers"


def _add(visit: Visit) -> Response:
    case = opened(visit)
    if case is None:
        return unopened(visit)
    files = received(visit, "waivers")[:1]
    if not files:
        message = Text("没有选择文件", "no file was chosen")
        hint = Text("豁免文件的写法见 docs/waivers.md。", "How waivers are written: docs/waivers.md.")
        return _again(visit, case, (Problem("no-file", Position(""), message, hint),), 400)
    new = placed(files, case.version.files, _FOLDER)
    problems = _tried(visit, case, new)
    if problems:
        return _again(visit, case, problems, 400)
    return _saved(visit, case, new, (), visit.t("增加豁免", "waivers added"))


def _remove(visit: Visit) -> Response:
    case = opened(visit)
    path = f"{_FOLDER}/{visit.field('name')}"
    if case is None or path not in case.waivers:
        return visit.missing()
    return _saved(visit, case, {}, (path,), visit.t("移除豁免", "waivers removed"))


def _tried(visit: Visit, case: OpenCase, new: dict[str, Blob]) -> tuple[Problem, ...]:
    """What keeps the case from being scored with these."""
    with laid(visit, case) as files:
        request = assess_request(files, BASES)
        for path, blob in new.items():
            place = files.home / path
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(visit.desk.blobs.read(blob.sha256))
            request["waivers"].append(str(place))
        answer = ask(visit, "assess", request)
    return () if isinstance(answer, Done) else answer.problems


def _saved(visit: Visit, case: OpenCase, new: dict[str, Blob], gone: tuple[str, ...], note: str) -> Response:
    if visit.field("base") != str(case.version.n):
        return _again(visit, case, (stale_problem(Stale(case.version)),), 409)
    kept = {path: blob for path, blob in case.version.files.items() if path != CASE and path not in gone}
    text = visit.desk.folders.read(case.version, CASE).decode("utf-8-sig")
    try:
        save_case(visit, case, text, note, {**kept, **new})
    except Stale as error:
        return _again(visit, case, (stale_problem(error),), 409)
    return visit.redirect(f"{case.path}/score")


def _again(visit: Visit, case: OpenCase, problems: tuple[Problem, ...], status: int) -> Response:
    return score_page(visit, case, told_of(visit, case, "assess"), BASES, problems, status)


PAGES = (
    Page("/cases/{case}/waivers", _add, "auditor", "POST", 4 * 1024 * 1024),
    Page("/cases/{case}/waivers/remove", _remove, "auditor", "POST"),
)
