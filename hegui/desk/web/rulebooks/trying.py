"""Trying a rulebook on its own cases: what they should give against what they give, and what no case exercises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from facts.problem import Text
from hegui.desk.store.folders import Version
from hegui.desk.web.jobs import REFRESH, start
from hegui.desk.web.layingout import folder_of
from hegui.desk.web.rulebooks.common import Opened, opened, page
from hegui.desk.web.sending import attachment
from hegui.desk.web.visit import Visit, shown
from hegui.desk.work.jobs import Job

_PAGE = "coverage.html"
_FIELDS = {
    "score": Text("得分", "score"),
    "lower": Text("得分下限", "lower bound of the score"),
    "upper": Text("得分上限", "upper bound of the score"),
    "grade": Text("等级", "grade"),
    "verdict": Text("判定", "verdict"),
    "measure": Text("测算值", "measure"),
    "reasons": Text("扣分理由", "reasons for deductions"),
    "state": Text("是否触发", "whether it fires"),
}
_VERDICTS = {
    "met": Text("达标", "met"),
    "partly_met": Text("部分达标", "partly met"),
    "not_met": Text("未达标", "not met"),
    "not_applicable": Text("不适用", "not applicable"),
    "undetermined": Text("无法判定", "undetermined"),
}
_STATES = {
    "fired": Text("触发", "fires"),
    "not_fired": Text("不触发", "does not fire"),
    "undetermined": Text("无法判定", "undetermined"),
}


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
        differing=lambda case: differing(case, visit),
        **(_told_cases(answer) if task == "run_cases" else _told_coverage(answer)),
    )


@dataclass(frozen=True, slots=True)
class Differing:
    """What a case should give against what it gives, in words."""

    subject: str
    about: str
    expected: str
    actual: str
    because: str


def differing(case: Mapping[str, Any], visit: Visit) -> list[Differing]:
    """Each expectation of a case that does not hold."""
    return [
        Differing(
            one.get("subject") or one["id"] or "",
            _FIELDS[one["what"]].in_(visit.language) if one["what"] in _FIELDS else one["what"],
            _expected(one, visit),
            _in_words(one["what"], one["actual"], visit),
            one["because"],
        )
        for one in case["failures"]
    ]


def _expected(one: Mapping[str, Any], visit: Visit) -> str:
    expected = one["expected"]
    if isinstance(expected, str):
        return _in_words(one["what"], expected, visit)
    if not expected:
        return visit.t("没有扣分理由", "no reasons")
    exactly = visit.t("一字不差的", "exactly ")
    quoted = [f"{exactly if reason['exact'] else ''}“{reason['text']}”" for reason in expected]
    return visit.t(";", "; ").join(quoted)


def _in_words(what: str, value: str, visit: Visit) -> str:
    words = {"verdict": _VERDICTS, "state": _STATES}.get(what, {})
    return words[value].in_(visit.language) if value in words else value


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
