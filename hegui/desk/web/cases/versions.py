"""How a case came to be as it is: its versions, what changed between two, and an old one made the newest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.responses import Response

from facts.problem import Problem
from hegui.desk.store.folders import Stale, Version
from hegui.desk.web.cases.factsview import Shown, facts_of
from hegui.desk.web.cases.opened import CASE, OpenCase, opened, unopened
from hegui.desk.web.cases.remembering import told_of
from hegui.desk.web.cases.saving import save_case
from hegui.desk.web.failures import stale_problem
from hegui.desk.web.naming import names_of
from hegui.desk.web.routes import Page
from hegui.desk.web.visit import Visit, shown
from hegui.desk.work.queueing import Done


@dataclass(frozen=True, slots=True)
class Changed:
    """A fact that is not as it was; either may say nothing."""

    label: str
    id: str
    before: Shown
    after: Shown


def _versions(visit: Visit) -> Response:
    case = opened(visit)
    return unopened(visit) if case is None else _page(visit, case, ())


def _page(visit: Visit, case: OpenCase, problems: tuple[Problem, ...], status: int = 200) -> Response:
    history = visit.desk.folders.history(case.folder.id)
    old, new = _two(visit, history)
    changed: tuple[Changed, ...] = ()
    sources: dict[str, Mapping[str, Any]] = {}
    if old is not None and new is not None:
        before, after = (_described(visit, replace(case, version=one)) for one in (old, new))
        changed = tuple(differences(before, after))
        sources = {one["id"]: one for side in (before, after) for one in side["sources"]}
    return visit.page(
        "case-versions.html",
        status,
        case=case,
        tab="versions",
        history=history,
        old=old,
        new=new,
        changed=changed,
        names=names_of(sources.values(), visit.language),
        files=_files(old, new),
        publications=visit.desk.publications.listed(),
        last_day=last_day(str(case.about.get("period", ""))),
        problems=shown(problems, visit.language),
    )


def last_day(period: str) -> str:
    """The day that decides which rulebook is in force.

    >>> last_day("2017"), last_day("2017-01-01/2017-06-30"), last_day("")
    ('2017-12-31', '2017-06-30', '')
    """
    return period.partition("/")[2] or (f"{period}-12-31" if period else "")


def _two(visit: Visit, history: tuple[Version, ...]) -> tuple[Version | None, Version | None]:
    """The versions to compare: those asked for."""
    known = {str(one.n): one for one in history}
    old, new = known.get(visit.asked("old")), known.get(visit.asked("new"))
    return (None, None) if old is None or new is None else (old, new)


def _described(visit: Visit, case: OpenCase) -> Mapping[str, Any]:
    answer = told_of(visit, case, "describe")
    return answer.data if isinstance(answer, Done) else {"concepts": (), "sources": ()}


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Changed]:
    """Facts that two versions do not say alike."""
    old, new = facts_of(before, None), facts_of(after, None)
    for key in dict.fromkeys((*old, *new)):
        known = old.get(key) or new[key]
        silent = Shown(known.concept, None, "missing")
        one, other = old.get(key, silent), new.get(key, silent)
        if _said(one) != _said(other):
            yield Changed(known.concept["label"], key, one, other)


def _said(one: Shown) -> object:
    fact = one.fact
    return None if fact is None else (one.state, fact["stated"], fact["basis"], fact["reason"], fact["places"])


def _files(old: Version | None, new: Version | None) -> tuple[tuple[str, str], ...]:
    """Documents that came or went."""
    if old is None or new is None:
        return ()
    came = [("came", path) for path in new.files if path not in old.files and path != CASE]
    went = [("went", path) for path in old.files if path not in new.files and path != CASE]
    return (*came, *went)


def _restore(visit: Visit) -> Response:
    case = opened(visit)
    if case is None:
        return unopened(visit)
    wanted = visit.field("n")
    old = visit.desk.folders.version(case.folder.id, int(wanted)) if wanted.isdigit() and len(wanted) < 10 else None
    if old is None:
        return visit.missing()
    if visit.field("base") != str(case.version.n):
        return _page(visit, case, (stale_problem(Stale(case.version)),), 409)
    documents = {path: blob for path, blob in old.files.items() if path != CASE}
    text = visit.desk.folders.read(old, CASE).decode("utf-8-sig")
    note = visit.t(f"恢复第 {old.n} 版", f"version {old.n} restored")
    # What it was scored by belongs to it; a rulebook chosen since must not score it in its stead.
    publication = visit.desk.publications.get(str(old.about.get("publication", ""))) or case.publication
    try:
        save_case(visit, replace(case, publication=publication), text, note, documents)
    except Stale as error:
        return _page(visit, case, (stale_problem(error),), 409)
    return visit.redirect(f"{case.path}?done=restored")


PAGES = (
    Page("/cases/{case}/versions", _versions, "viewer"),
    Page("/cases/{case}/restore", _restore, "auditor", "POST"),
)
