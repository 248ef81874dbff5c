"""The rulebook a case is scored by: chosen where nobody has said, and changed where another version is to be tried."""

from __future__ import annotations

from starlette.responses import Response

from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.desk.store.folders import Stale, Version
from hegui.desk.web.cases.opened import CASE
from hegui.desk.web.cases.saving import about_of
from hegui.desk.web.failures import stale_problem
from hegui.desk.web.routes import Page
from hegui.desk.web.visit import Visit, shown


def _choose(visit: Visit) -> Response:
    folder = visit.desk.folders.get(visit.part("case"))
    if folder is None or folder.kind != "case":
        return visit.missing()
    latest = visit.desk.folders.latest(folder.id)
    publication = visit.desk.publications.get(visit.field("publication"))
    if publication is None:
        return _again(
            visit, latest, Problem("no-rulebook", Position(""), Text("没有选定规则集", "no rulebook was chosen"))
        )
    if visit.field("base") != str(latest.n):
        return _again(visit, latest, stale_problem(Stale(latest)), 409)
    documents = {path: blob for path, blob in latest.files.items() if path != CASE}
    text = visit.desk.folders.read(latest, CASE).decode("utf-8-sig")
    about = {**latest.about, **about_of(visit, publication, text, documents)}
    note = f"{publication.title} {publication.version}"
    try:
        visit.desk.folders.save(latest, latest.files, visit.user.name, note, about)
    except Stale as error:
        return _again(visit, error.latest, stale_problem(error), 409)
    return visit.redirect(f"/cases/{folder.id}?done=saved")


def _again(visit: Visit, latest: Version, problem: Problem, status: int = 400) -> Response:
    return visit.page(
        "case-rulebook.html",
        status,
        folder=visit.desk.folders.get(latest.folder),
        version=latest,
        publications=visit.desk.publications.listed(),
        problems=shown([problem], visit.language),
    )


PAGES = (Page("/cases/{case}/rulebook", _choose, "auditor", "POST"),)
