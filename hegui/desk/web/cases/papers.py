"""The papers of an assessment, made as they are asked for and always to be saved, never shown as a page of ours."""

from __future__ import annotations

from starlette.responses import Response

from facts.problem import Language
from hegui.desk.web.cases.opened import laid, opened, unopened
from hegui.desk.web.cases.remembering import assess_request
from hegui.desk.web.cases.scores import accepted
from hegui.desk.web.routes import Page
from hegui.desk.web.sending import attachment
from hegui.desk.web.visit import Visit
from hegui.desk.web.working import ask
from hegui.desk.work.queueing import Done

# What is offered, and what a file of it is called behind the department's name.
_SUFFIX: dict[str, str] = {
    "docx": ".docx",
    "xlsx": ".xlsx",
    "html": ".html",
    "json": ".json",
    "sarif": ".sarif",
    "junit": "-junit.xml",
}


def _papers(visit: Visit) -> Response:
    case = opened(visit)
    if case is None:
        return unopened(visit)
    accept = accepted(visit.asked_all("accept"))
    return visit.page("case-papers.html", case=case, tab="papers", accept=accept)


def _paper(visit: Visit) -> Response:
    case, kind = opened(visit), visit.part("kind")
    if case is None:
        return unopened(visit)
    if kind not in _SUFFIX:
        return visit.missing()
    language: Language = "en" if visit.asked("in") == "en" else "zh"
    accept = accepted(visit.asked_all("accept"))
    with laid(visit, case) as files:
        out = files.out("papers")
        request = {**assess_request(files, accept), "kinds": [kind], "output": str(out), "language": language}
        answer = ask(visit, "papers", request)
        if not isinstance(answer, Done):
            return visit.refusal(answer.problems, 409, back=f"{case.path}/papers")
        data = (out / answer.data["files"][kind]).read_bytes()
    words = {"zh": "绩效评价", "en": "assessment"}[language]
    return attachment(data, f"{case.folder.title[:60]}-{case.about.get('period', '')}-{words}{_SUFFIX[kind]}")


def _template(visit: Visit) -> Response:
    """The workbook a department fills in, with what the case knows already; read like any document when it comes back."""
    case = opened(visit)
    if case is None:
        return unopened(visit)
    with laid(visit, case) as files:
        out = files.out("template") / "template.xlsx"
        request = {"rules": files.rules, "cases": [files.case], "output": str(out)}
        answer = ask(visit, "template", request)
        if not isinstance(answer, Done):
            return visit.refusal(answer.problems, 409, back=f"{case.path}/papers")
        data = out.read_bytes()
    words = visit.t("填报表", "to-fill-in")
    return attachment(data, f"{case.folder.title[:60]}-{case.about.get('period', '')}-{words}.xlsx")


PAGES = (
    Page("/cases/{case}/template.xlsx", _template, "viewer"),
    Page("/cases/{case}/papers", _papers, "viewer"),
    Page("/cases/{case}/papers/{kind}", _paper, "viewer"),
)
