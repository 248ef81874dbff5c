"""The first page: what there is to do, by role."""

from __future__ import annotations

from starlette.responses import Response

from hegui.desk.web.routes import Page
from hegui.desk.web.visit import Visit


def _home(visit: Visit) -> Response:
    if visit.session is None:
        return visit.redirect("/setup" if visit.desk.accounts.none_yet() else "/login")
    folders = visit.desk.folders
    return visit.page(
        "home.html",
        cases=folders.listed("case")[:10],
        rulebooks=folders.listed("rulebook")[:10],
        populations=folders.listed("population")[:10],
    )


PAGES = (Page("/", _home, "anyone"),)
