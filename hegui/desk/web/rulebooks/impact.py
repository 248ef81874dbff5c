"""What a change does to a population: chosen, worked out as a job, shown with who gains and who loses, and by which clause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from facts.problem import Problem
from hegui.desk.store.folders import Version
from hegui.desk.web.jobs import REFRESH, start
from hegui.desk.web.layingout import folder_of
from hegui.desk.web.rulebooks.common import Opened, numbered, opened, page, problem
from hegui.desk.web.sending import attachment
from hegui.desk.web.uploads import received
from hegui.desk.web.visit import Visit, shown
from hegui.desk.work.jobs import Job

# What a population may be a table in.
TABLES = (".csv", ".tsv", ".parquet", ".xlsx", ".xls", ".html", ".docx")
_CASES = (".yaml", ".yml", ".json")
_OWN = "cases"
_SHOWN = 100


def choose(visit: Visit) -> Response:
    """Which versions to compare, and on whom."""
    book = opened(visit)
    return visit.missing() if book is None else _choosing(visit, book)


def _choosing(visit: Visit, book: Opened, status: int = 200, problems: Sequence[Problem] = ()) -> Response:
    folders, published = visit.desk.folders, visit.desk.publications.of_folder(book.folder.id)
    last = max((one.n for one in published), default=None)
    jobs = [one for one in visit.desk.jobs.store.latest(folder=book.folder.id) if one.task == "impact"]
    return page(
        visit,
        book,
        "impact.html",
        "impact",
        status,
        versions=folders.history(book.folder.id),
        published={one.n: one for one in published},
        old=visit.field("old") or str(last or max(book.latest.n - 1, 1)),
        new=visit.field("new") or str(book.latest.n),
        populations=[(one, version) for one, version in folders.listed("population") if population_files(version)],
        chosen=visit.field("population"),
        has_cases=any(path.startswith("cases/") for path in book.latest.files),
        jobs=[(one, numbers_of(one)) for one in jobs[:20]],
        problems=shown(problems, visit.language),
    )


def begin(visit: Visit) -> Response:
    """Work it out."""
    book = opened(visit)
    if book is None:
        return visit.missing()
    old, new = (numbered(visit, book.folder.id, visit.field(name)) for name in ("old", "new"))
    if old is None or new is None:
        return _choosing(visit, book, 400, [problem("no-version", "请选两个版本", "choose two versions")])
    request, whom = _population(visit, book, new)
    if not request:
        told = problem("no-population", "请选择或上传评价总体", "choose a population, or upload one")
        return _choosing(visit, book, 400, [told])
    request |= {"old": folder_of(old), "new": folder_of(new), "output": "impact"}
    title = visit.t(
        f"影响:{book.folder.title} 第 {old.n} 版 → 第 {new.n} 版,{whom}",
        f"Impact: {book.folder.title}, version {old.n} → {new.n}, {whom}",
    )
    job = start(visit, "impact", request, title, book.folder)
    return visit.redirect(f"{book.address}/impact/{job.id}")


def _population(visit: Visit, book: Opened, new: Version) -> tuple[dict[str, Any], str]:
    """What of a request says on whom to try it, and how that is called; nothing where nothing was chosen."""
    sent = received(visit, "upload")
    if sent:
        title = sent[0].name.rpartition(".")[0] or sent[0].name
        files = {one.name: one.blob for one in sent}
        version = visit.desk.folders.create("population", title, files, visit.user.name)
        return _request(version), title
    if visit.field("population") == _OWN:
        return {"cases": folder_of(new, _OWN)}, visit.t("规则集的测试个案", "its own cases")
    folder = visit.desk.folders.get(visit.field("population"))
    if folder is None or folder.kind != "population":
        return {}, ""
    return _request(visit.desk.folders.latest(folder.id)), folder.title


def _request(version: Version) -> dict[str, Any]:
    files = population_files(version)
    return {"population": [folder_of(version, path) for path in files]} if files else {}


def population_files(version: Version) -> list[str]:
    """The files of a population that say who is in it: its table, or its cases."""
    if version.about.get("table") in version.files:
        return [version.about["table"]]
    tables = [path for path in version.files if path.lower().endswith(TABLES) and "/" not in path]
    return tables or [path for path in version.files if path.lower().endswith(_CASES)]


# --- what came of it --------------------------------------------------------------------------------------------------


def result(visit: Visit) -> Response:
    """What the change does."""
    book = opened(visit)
    job = None if book is None else _job(visit, book)
    if book is None or job is None:
        return visit.missing()
    answer = job.answer if job.state == "done" else None
    impact = None if answer is None else answer.get("impact")
    return page(
        visit,
        book,
        "impact_result.html",
        "impact",
        job=job,
        refresh=0 if job.over else REFRESH,
        problems=shown(job.problems, visit.language),
        found=answer,
        impact=impact,
        numbers=numbers_of(job),
        drawn=None if impact is None else drawn(impact),
        titles={} if answer is None else {one["name"]: one["title"] for one in answer["edits"]},
        most=_SHOWN,
    )


def _job(visit: Visit, book: Opened) -> Job | None:
    """The job of the address, if it is about this rulebook."""
    job = visit.desk.jobs.store.get(visit.part("job"))
    return job if job is not None and job.task == "impact" and job.folder == book.folder.id else None


def written(visit: Visit) -> Response:
    """A file of the result, to be saved."""
    book = opened(visit)
    job = None if book is None else _job(visit, book)
    folder = None if job is None else visit.desk.jobs.files(job.id)
    name = visit.part("name")
    if folder is None or name not in ("difference.html", "difference.xlsx"):
        return visit.missing()
    found = next(folder.rglob(name), None)
    return visit.missing() if found is None else attachment(found.read_bytes(), name.replace("difference", "impact"))


def numbers_of(job: Job) -> tuple[int, int]:
    """The versions a job compared: old, new."""
    return int(job.request["old"]["n"]), int(job.request["new"]["n"])


def last_seen(visit: Visit, version: Version) -> Job | None:
    """The last impact of exactly this version that was worked out to the end."""
    listed = visit.desk.jobs.store.latest(folder=version.folder)
    found = (one for one in listed if one.task == "impact" and one.state == "done")
    return next((one for one in found if numbers_of(one)[1] == version.n), None)


def drawn(impact: Mapping[str, Any]) -> dict[str, Any]:
    """Lengths of bars, in thousandths of the longest; counts are whole numbers, so these are too."""
    bins, clauses = impact["distribution"], impact["clauses"]
    most = max((one["units"] for one in bins), default=0) or 1
    units = max(impact["units"], 1)
    sides = ("gain", "lose", "stay", "undetermined")
    touched = max((one["units"] for one in clauses), default=0) or 1
    flows = [one for one in impact["migration"] if one["before"] != one["after"]]
    return {
        "sides": [(side, impact[side], impact[side] * 1000 // units) for side in sides],
        "bins": [(one, one["units"] * 1000 // most) for one in bins],
        "clauses": [(one, one["units"] * 1000 // touched) for one in clauses],
        "grades": list(dict.fromkeys(one[key] for key in ("before", "after") for one in impact["migration"])),
        "cells": {(one["before"], one["after"]): one["units"] for one in impact["migration"]},
        "moved": sum(one["units"] for one in flows),
        "gainers": [one for one in impact["subjects"] if _sign(one["change"]) > 0],
        "losers": [one for one in impact["subjects"] if _sign(one["change"]) < 0],
        "open": [one for one in impact["subjects"] if one["change"] is None],
    }


def _sign(change: str | None) -> int:
    """Whether a change, a decimal as text, is up or down."""
    if change is None or not change.strip("-+0."):
        return 0
    return -1 if change.startswith("-") else 1
