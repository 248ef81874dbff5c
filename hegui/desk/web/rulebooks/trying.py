"""Trying a rulebook on its own cases: what they should give against what they give, and what no case exercises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from hegui.desk.store.folders import Version
from hegui.desk.web.jobs import REFRESH, start
from hegui.desk.web.layingout import folder_of
from hegui.desk.web.rulebooks.common import Opened, opened, page
from hegui.desk.web.sending import attachment
from hegui.desk.web.visit import Visit, shown
from hegui.desk.work.jobs import Job

_PAGE = "coverage.html"


def cases(visit: Visit) -> Response:
    """The cases of a version as they were last run."""
    return _page(visit, "run_cases", "cases.html")


def coverage(visit: Visit) -> Response:
    """What of a version its cases exercise, as it was last looked at."""
    return _page(visit, "cover", "coverage.html")


def _page(visit: Visit, task: str, template: str) -> Response:
    book = opened(visit)
    if book is None:
        return visit.missing()
    job = last_job(visit, book.version, task)
    answer = job.answer if job is not None and job.state == "done" else None
    problems = shown(job.problems, visit.language) if job is not None else []
    return page(
        visit,
        book,
        template,
        "cases",
        job=job,
        refresh=REFRESH if job is not None and not job.over else 0,
        found=answer,
        problems=problems,
        **(_told_cases(answer) if task == "run_cases" else _told_coverage(answer)),
    )


def _told_cases(answer: Mapping[str, Any] | None) -> dict[str, Any]:
    listed = [] if answer is None else [one for book in answer["rulebooks"] for one in book["cases"]]
    return {
        "failing": [one for one in listed if one["outcome"] == "failed"],
        "others": [one for one in listed if one["outcome"] != "failed"],
    }


def _told_coverage(answer: Mapping[str, Any] | None) -> dict[str, Any]:
    elements = [] if answer is None else answer["elements"]
    return {
        "missing": [one for one in elements if not one["cases"]],
        "exercised": sum(bool(one["cases"]) for one in elements),
    }


def run(visit: Visit) -> Response:
    """Run the cases of the latest version, or look at their coverage."""
    book = opened(visit)
    if book is None:
        return visit.missing()
    task = "cover" if visit.field("do") == "cover" else "run_cases"
    before = last_job(visit, book.latest, task)
    if before is None or before.over:  # what is under way about the same files comes to the same
        _start(visit, book, task)
    return visit.redirect(f"{book.address}/{'coverage' if task == 'cover' else 'cases'}")


def _start(visit: Visit, book: Opened, task: str) -> Job:
    title = visit.t("运行测试个案", "Cases run") if task == "run_cases" else visit.t("个案覆盖", "Coverage by cases")
    request: dict[str, Any] = {"rules": folder_of(book.latest)}
    if task == "cover":
        request["output"] = "coverage"
    return start(visit, task, request, f"{title}: {book.folder.title}", book.folder)


def last_job(visit: Visit, version: Version, task: str) -> Job | None:
    """The last job of a kind about exactly this version."""
    listed = visit.desk.jobs.store.latest(folder=version.folder)
    return next((one for one in listed if one.task == task and one.request.get("rules") == folder_of(version)), None)


def drawn(visit: Visit) -> Response:
    """The page with every line of the rules marked, to be saved."""
    book = opened(visit)
    job = None if book is None else last_job(visit, book.version, "cover")
    folder = None if job is None else visit.desk.jobs.files(job.id)
    found = None if folder is None else next(folder.rglob(_PAGE), None)
    return visit.missing() if found is None else attachment(found.read_bytes(), _PAGE)
