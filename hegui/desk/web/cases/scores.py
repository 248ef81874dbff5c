"""The score of a case: what bounds it, why points were taken off, and the trail of every indicator to the words it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from facts.problem import Problem
from hegui.desk.store.folders import Stale
from hegui.desk.store.records import Record
from hegui.desk.web.cases.accepting import acceptable
from hegui.desk.web.cases.opened import OpenCase, opened, unopened
from hegui.desk.web.cases.remembering import BASES, told_of
from hegui.desk.web.cases.trail import deductions_of, files_of, other_steps, place_link, sections_of
from hegui.desk.web.failures import stale_problem
from hegui.desk.web.naming import named, names_of
from hegui.desk.web.pictures import bar, number, pieces, points_shown
from hegui.desk.web.recording import keep_record
from hegui.desk.web.routes import Page
from hegui.desk.web.visit import Visit, shown
from hegui.desk.work.queueing import Answer, Done


def accepted(asked: Sequence[str]) -> tuple[str, ...]:
    """The bases to rely on, in their order; all where none is named."""
    return tuple(one for one in BASES if one in asked) or BASES


def _score(visit: Visit) -> Response:
    case = opened(visit)
    if case is None:
        return unopened(visit)
    accept = accepted(visit.asked_all("accept"))
    return score_page(visit, case, told_of(visit, case, "assess", accept), accept)


def score_page(
    visit: Visit,
    case: OpenCase,
    answer: Answer,
    accept: Sequence[str],
    problems: Sequence[Problem] = (),
    status: int = 200,
) -> Response:
    """The page of an assessment, or of why there is none."""
    sources = answer.data["sources"] if isinstance(answer, Done) else ()
    said = shown(named((*problems, *answer.problems), sources), visit.language)
    if not isinstance(answer, Done):
        return visit.page(
            "case-score.html", status, case=case, tab="score", assessment=None, problems=said, accept=accept, records=()
        )
    assessment: Mapping[str, Any] = answer.data
    files = files_of(sources)
    return visit.page(
        "case-score.html",
        status,
        case=case,
        tab="score",
        assessment=assessment,
        problems=said,
        accept=accept,
        records=visit.desk.records.of_folder(case.folder.id),
        sections=sections_of(assessment),
        others=other_steps(assessment),
        deductions=deductions_of(assessment),
        total=bar(assessment),
        acceptable=acceptable(assessment),
        apart=_apart(assessment),
        names=names_of(sources, visit.language),
        bases=pieces([(basis, assessment["by_basis"].get(basis) or "0") for basis in (*BASES, "none", "open")]),
        link=lambda place: place_link(case.path, place, files, 0 if case.is_newest else case.version.n),
    )


def _apart(assessment: Mapping[str, Any]) -> tuple[str, str] | None:
    """What the points by basis come to, and the total, where these are not the same number."""
    total = assessment["score"]
    listed = [one or "0" for one in assessment["by_basis"].values()]
    amount = sum(map(number, listed), number(""))
    if total is None or amount == number(total):
        return None
    return points_shown(amount), total


def _record(visit: Visit) -> Response:
    """Score it for the record: from nothing but the files of the version the visitor has seen."""
    case = opened(visit)
    if case is None:
        return unopened(visit)
    accept = accepted(visit.field("accept").split())
    if visit.field("base") != str(case.version.n):
        problems: tuple[Problem, ...] = (stale_problem(Stale(case.version)),)
    else:
        waivers = [case.version.files[path] for path in case.waivers]
        kept = keep_record(visit, case.version, case.publication, accept, waivers)
        if isinstance(kept, Record):
            return visit.redirect(f"/records/{kept.id}")
        problems = kept
    return score_page(visit, case, told_of(visit, case, "assess", accept), accept, problems, 409)


PAGES = (
    Page("/cases/{case}/score", _score, "viewer"),
    Page("/cases/{case}/record", _record, "auditor", "POST"),
)
