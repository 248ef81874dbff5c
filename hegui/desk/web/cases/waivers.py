"""Waivers for a case: files in which an authority accepts findings; the score with them stands beside the score by the rules."""

from __future__ import annotations

from datetime import date

from starlette.responses import Response

from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.desk.store.blobs import Blob
from hegui.desk.store.folders import Stale
from hegui.desk.web.cases.accepting import acceptable, waiver_text
from hegui.desk.web.cases.opened import CASE, OpenCase, laid, opened, unopened
from hegui.desk.web.cases.remembering import BASES, assess_request, told_of
from hegui.desk.web.cases.saving import save_case
from hegui.desk.web.cases.scores import score_page
from hegui.desk.web.failures import stale_problem
from hegui.desk.web.routes import Page
from hegui.desk.web.uploads import Received, clean_name, placed, received
from hegui.desk.web.visit import Visit
from hegui.desk.web.working import ask
from hegui.desk.work.queueing import Done

_FOLDER = "waivers"
_LONGEST = 500


def _add(visit: Visit) -> Response:
    case = opened(visit)
    if case is None:
        return unopened(visit)
    files = received(visit, "waivers")[:1]
    if not files:
        message = Text("没有选择文件", "no file was chosen")
        hint = Text("豁免文件的写法见 docs/waivers.md。", "How waivers are written: docs/waivers.md.")
        return _again(visit, case, (Problem("no-file", Position(""), message, hint),), 400)
    return _taken(visit, case, placed(files, case.version.files, _FOLDER))


def _write(visit: Visit) -> Response:
    """A waiver out of a form: the file is written here."""
    case = opened(visit)
    if case is None:
        return unopened(visit)
    answer = told_of(visit, case, "assess")
    if not isinstance(answer, Done):
        return _again(visit, case, (), 400)
    found = next((one for one in acceptable(answer.data) if one.key == visit.field("what")), None)
    if found is None:
        message = Text("没有选定要豁免的问题", "no finding was chosen")
        hint = Text("请从列表中选定;已豁免的不再列出。", "Choose one of the list; what is waived already is not in it.")
        return _again(visit, case, (Problem("no-finding", Position(""), message, hint),), 400)
    named = {name: visit.field(name) for name in ("authority", "reason", "expires")}
    wanting = tuple(_wanting(name) for name, value in named.items() if not value or len(value) > _LONGEST)
    if wanting:
        return _again(visit, case, wanting, 400)
    try:
        date.fromisoformat(named["expires"])
    except ValueError:
        return _again(visit, case, (_wanting("expires"),), 400)
    blob = visit.desk.folders.put_text(waiver_text(found, answer.data, **named))
    name = f"{found.target or found.finding.partition(':')[2]}.yaml"
    return _taken(visit, case, placed((Received(clean_name(name), blob),), case.version.files, _FOLDER))


def _wanting(name: str) -> Problem:
    zh, en = {
        "authority": ("批准机关和文号", "authority"),
        "reason": ("理由", "reason"),
        "expires": ("失效日期", "last day"),
    }[name]
    hint = Text(
        f"请填写,不超过 {_LONGEST} 字;日期如 2027-12-31。", f"At most {_LONGEST} characters; a day such as 2027-12-31."
    )
    return Problem("waiver-incomplete", Position(""), Text(f"没有写明{zh}", f"the {en} is wanting"), hint)


def _taken(visit: Visit, case: OpenCase, new: dict[str, Blob]) -> Response:
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
    Page("/cases/{case}/waivers/new", _write, "auditor", "POST"),
    Page("/cases/{case}/waivers/remove", _remove, "auditor", "POST"),
)
