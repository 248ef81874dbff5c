"""The end of every trail: the document, scrolled to the words or the cell a number was read from."""

from __future__ import annotations

from starlette.responses import Response

from hegui.desk.web.cases.opened import laid, opened, unopened
from hegui.desk.web.cases.remembering import told_of
from hegui.desk.web.marking import Mark, marked
from hegui.desk.web.routes import Page
from hegui.desk.web.visit import Visit, shown
from hegui.desk.web.working import ask
from hegui.desk.work.queueing import Done


def _place(visit: Visit) -> Response:
    case = opened(visit)
    if case is None:
        return unopened(visit)
    locator, quote = visit.asked("at")[:200], visit.asked("quote")[:4000]
    described = told_of(visit, case, "describe")
    sources = described.data["sources"] if isinstance(described, Done) else ()
    source = next((one for one in sources if one["id"] == visit.asked("source")), None)
    if source is None or source["file"] not in case.version.files:
        return visit.missing()
    with laid(visit, case) as files:
        document = str(files.home / source["file"])
        answer = ask(visit, "place", {"source": document, "locator": locator, "quote": quote})
    blocks = []
    if isinstance(answer, Done):
        marks = [Mark(one, "quote" if n == 0 else f"quote-{n}") for n, one in enumerate(answer.data["marks"])]
        blocks = marked(answer.data["blocks"], marks)
    return visit.page(
        "case-place.html",
        200 if blocks else 404,
        case=case,
        tab="facts",
        source=source,
        locator=locator,
        quote=quote,
        blocks=blocks,
        problems=shown([one for one in answer.problems if not blocks or one.severity == "error"], visit.language),
    )


PAGES = (Page("/cases/{case}/place", _place, "viewer"),)
