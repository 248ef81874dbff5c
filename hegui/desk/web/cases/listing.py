"""All cases, with their last score; found by any word of department, period or rulebook."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from hegui.desk.store.folders import Folder, Version
from hegui.desk.web.routes import Page
from hegui.desk.web.visit import Visit

_ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Pages:
    """Which part of a long list is shown; numbers from 1."""

    number: int
    last: int
    count: int


def _cases(visit: Visit) -> Response:
    words, removed = visit.asked("q").split(), visit.asked("removed") == "yes"
    found = [one for one in visit.desk.folders.listed("case", removed) if _fits(one, words)]
    pages = pages_of(len(found), visit.asked("page"))
    start = (pages.number - 1) * _ON_A_PAGE
    return visit.page(
        "cases.html",
        cases=found[start : start + _ON_A_PAGE],
        pages=pages,
        words=visit.asked("q"),
        removed=removed,
        done=visit.asked("done"),
        recorded=visit.desk.records.latest(),
    )


def pages_of(count: int, asked: str) -> Pages:
    """The page asked for, or the nearest there is.

    >>> pages_of(120, "2"), pages_of(120, "9").number, pages_of(0, "x").number
    (Pages(number=2, last=3, count=120), 3, 1)
    """
    last = max(-(-count // _ON_A_PAGE), 1)
    wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1
    return Pages(min(max(wanted, 1), last), last, count)


def _fits(one: tuple[Folder, Version], words: list[str]) -> bool:
    folder, version = one
    about = version.about
    subject = about.get("subject") or {}
    told = (folder.title, about.get("period", ""), about.get("rulebook", ""), subject.get("id", ""), version.by)
    text = " ".join(map(str, told)).casefold()
    return all(word.casefold() in text for word in words)


def _remove(visit: Visit) -> Response:
    folder = visit.desk.folders.get(visit.part("case"))
    if folder is None or folder.kind != "case":
        return visit.missing()
    visit.desk.folders.remove(folder.id)
    return visit.redirect("/cases?done=removed")


def _relist(visit: Visit) -> Response:
    folder = visit.desk.folders.get(visit.part("case"))
    if folder is None or folder.kind != "case":
        return visit.missing()
    visit.desk.folders.restore(folder.id)
    return visit.redirect(f"/cases/{folder.id}")


PAGES = (
    Page("/cases", _cases, "viewer"),
    Page("/cases/{case}/remove", _remove, "auditor", "POST"),
    Page("/cases/{case}/relist", _relist, "auditor", "POST"),
)
