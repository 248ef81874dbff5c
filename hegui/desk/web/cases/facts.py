"""What is known of a case and from where: the facts, the documents they were read from, and how the case came to be as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from starlette.responses import Response

from facts.problem import Problem
from hegui.desk.web.cases.factsview import Shown, conflicts, facts_of, missing, parts
from hegui.desk.web.cases.longreading import awaited
from hegui.desk.web.cases.opened import OpenCase, opened, unopened
from hegui.desk.web.cases.plainly import plainly
from hegui.desk.web.cases.remembering import told_of
from hegui.desk.web.cases.trail import files_of, place_link
from hegui.desk.web.jobs import REFRESH
from hegui.desk.web.naming import named, names_of
from hegui.desk.web.routes import Page
from hegui.desk.web.visit import Visit, shown
from hegui.desk.work.queueing import Done
from hegui.desk.work.wire import problem_from_wire


@dataclass(frozen=True, slots=True)
class Known:
    """A case as the workers describe and score it; either may be missing where the case cannot be used."""

    described: Mapping[str, Any] | None
    assessment: Mapping[str, Any] | None
    problems: tuple[Problem, ...]

    @property
    def sources(self) -> Sequence[Mapping[str, Any]]:
        """The documents that are cited."""
        listed: Sequence[Mapping[str, Any]] = () if self.described is None else self.described["sources"]
        return listed

    @property
    def facts(self) -> dict[str, Shown]:
        """Facts by concept."""
        return {} if self.described is None else facts_of(self.described, self.assessment)


def known_of(visit: Visit, case: OpenCase) -> Known:
    """Ask the workers about a case."""
    described, scored = told_of(visit, case, "describe"), told_of(visit, case, "assess")
    problems = dict.fromkeys((*described.problems, *scored.problems))
    return Known(
        described.data if isinstance(described, Done) else None,
        scored.data if isinstance(scored, Done) else None,
        tuple(problems),
    )


def _case(visit: Visit) -> Response:
    case = opened(visit)
    return unopened(visit) if case is None else case_page(visit, case, ())


def case_page(visit: Visit, case: OpenCase, problems: Sequence[Problem], status: int = 200) -> Response:
    """The first page of a case."""
    waiting = awaited(visit, case)
    known = known_of(visit, case)
    if waiting is not None and known.described is None:
        known = replace(known, problems=())  # that nothing is known yet is told by what is awaited
    facts = known.facts
    sources = known.sources
    files = files_of(sources)
    return visit.page(
        "case-facts.html",
        status,
        case=case,
        tab="facts",
        known=known,
        waiting=waiting,
        refresh=REFRESH if waiting is not None and not waiting.job.over else 0,
        counts=known.described["counts"] if known.described is not None else None,
        conflicts=conflicts(facts),
        missing=missing(facts, known.assessment),
        parts=parts(facts, known.assessment),
        sources=sources,
        names=names_of(sources, visit.language),
        problems=shown(
            named(plainly(dict.fromkeys((*problems, *known.problems, *_told(case)))), sources), visit.language
        ),
        done=visit.asked("done"),
        link=lambda place: place_link(case.path, place, files, 0 if case.is_newest else case.version.n),
    )


def _told(case: OpenCase) -> tuple[Problem, ...]:
    """What was noticed when the documents of this version were read."""
    return tuple(map(problem_from_wire, case.about.get("told", ())))


PAGES = (Page("/cases/{case}", _case, "viewer"),)
