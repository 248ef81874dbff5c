"""What if a fact were otherwise: the score beside the one there is. Nothing of it is saved."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from starlette.responses import JSONResponse, Response

from facts.problem import Problem
from hegui.desk.web.cases.editing import BARE, label_of, rows_of
from hegui.desk.web.cases.facts import Known, known_of
from hegui.desk.web.cases.factsview import BOUNDS, Shown, parts
from hegui.desk.web.cases.opened import OpenCase, laid, opened, unopened
from hegui.desk.web.cases.plainly import plainly
from hegui.desk.web.cases.remembering import BASES, assess_request, told_of
from hegui.desk.web.naming import named
from hegui.desk.web.pictures import bar, difference
from hegui.desk.web.routes import Page
from hegui.desk.web.visit import Visit, shown
from hegui.desk.web.working import ask
from hegui.desk.work.queueing import Done

_FIELD = "fact-"
_BEFORE = "was-"
_ROWS = "rows-"


@dataclass(frozen=True, slots=True)
class Moved:
    """An indicator or section whose score is another one now."""

    id: str
    title: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    @property
    def by(self) -> str:
        """By how much, with its sign; nothing where one of the two is open."""
        return difference(self.after["score"], self.before["score"])


@dataclass(frozen=True, slots=True)
class Tried:
    """A case with other facts: what was tried, and what came of it."""

    changes: tuple[Mapping[str, Any], ...]
    before: Mapping[str, Any]
    after: Mapping[str, Any] | None
    problems: tuple[Problem, ...]

    @property
    def sections(self) -> tuple[Moved, ...]:
        """Sections that moved."""
        return moved(self.before["sections"], self.after["sections"]) if self.after else ()

    @property
    def indicators(self) -> tuple[Moved, ...]:
        """Indicators that moved."""
        return moved(self.before["indicators"], self.after["indicators"]) if self.after else ()


def moved(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> tuple[Moved, ...]:
    """What has another score or bounds."""
    new = {one["id"]: one for one in after}
    return tuple(
        Moved(one["id"], one["title"], one, new[one["id"]])
        for one in before
        if one["id"] in new and _bounds(one) != _bounds(new[one["id"]])
    )


def _bounds(one: Mapping[str, Any]) -> tuple[Any, ...]:
    return one["score"], one["lower"], one["upper"]


def _page(visit: Visit) -> Response:
    case = opened(visit)
    if case is None:
        return unopened(visit)
    known = known_of(visit, case)
    tried = None
    if visit.request.method == "POST" and known.assessment is not None:
        tried = _try(visit, case, known.assessment)
    tried_problems = tried.problems if tried is not None else ()
    return visit.page(
        "case-whatif.html",
        case=case,
        tab="what-if",
        known=known,
        parts=_parts(known),
        wanted=visit.asked("fact"),
        given={one: visit.field(f"{_FIELD}{one}") for one in known.facts} if tried is not None else {},
        tried=tried,
        old=known.assessment and bar(known.assessment),
        new=tried and tried.after and bar(tried.after),
        problems=shown(named(plainly((*known.problems, *tried_problems)), known.sources), visit.language),
        current=current,
        rows=lambda item: list_given(visit, item),
    )


def _parts(known: Known) -> tuple[Any, ...]:
    """Facts that rules read, by section."""
    usable = {key: one for key, one in known.facts.items() if one.concept["used_in"]}
    return parts(usable, known.assessment)


def current(item: Shown) -> str:
    """What the case says, as one types it.

    >>> fact = {"status": "known", "stated": {"at_most": "680 份"}}
    >>> current(Shown({}, fact, "bounded"))
    '<= 680 份'
    """
    stated: Mapping[str, Any] = item.fact["stated"] if item.fact is not None else {}
    for key, sign in SIGNS.items():
        if key in stated:
            return f"{sign} {stated[key]}".strip()
    return ""


# How bounds are typed; what stands before must not begin what stands behind.
SIGNS = {"value": "", "at_most": "<=", "below": "<", "at_least": ">=", "above": ">"}
assert set(BOUNDS) < set(SIGNS)


def stated(text: str, unit: str) -> dict[str, str]:
    """What was typed, by the keys of a case file.

    >>> stated("<= 680 份", ""), stated("5657.15", "万元"), stated("≥95%", "%")
    ({'at_most': '680 份'}, {'value': '5657.15 万元'}, {'at_least': '95%'})
    """
    plain = text.replace("≤", "<=").replace("≥", ">=").strip()
    for key, sign in (("at_most", "<="), ("at_least", ">="), ("below", "<"), ("above", ">")):
        if plain.startswith(sign):
            return {key: _with_unit(plain.removeprefix(sign).strip(), unit)}
    return {"value": _with_unit(plain, unit)}


def _with_unit(text: str, unit: str) -> str:
    return f"{text} {unit}" if unit and BARE.fullmatch(text) else text


def changes_of(visit: Visit) -> tuple[Mapping[str, Any], ...]:
    """What is typed otherwise than the case says. An emptied field takes the fact away."""
    changes: list[Mapping[str, Any]] = list(_lists_of(visit))
    for key in visit.form:
        if not key.startswith(_FIELD):
            continue
        concept = key.removeprefix(_FIELD)
        now, before = visit.field(key), visit.field(f"{_BEFORE}{concept}")
        if now == before:
            continue
        if not now:
            changes.append({"concept": concept, "do": "remove"})
        else:
            fact = {**stated(now, visit.field(f"unit-{concept}")), "basis": "judged"}
            changes.append({"concept": concept, "do": "set", "fact": fact})
    return tuple(changes)


def _lists_of(visit: Visit) -> Iterator[Mapping[str, Any]]:
    """Lists whose rows are typed otherwise: `rows-CONCEPT` holds what they were, `cell-CONCEPT-ROW-COLUMN` what they are."""
    for key in visit.form:
        if key.startswith(_ROWS):
            concept = key.removeprefix(_ROWS)
            rows = rows_of(visit, f"cell-{concept}")
            if rows != _rows_before(visit.field(key)):
                yield {"concept": concept, "do": "set", "fact": {"rows": rows, "basis": "judged"}}


def _rows_before(written: str) -> list[dict[str, str]]:
    try:
        rows = json.loads(written)
        return [{str(name): str(cell) for name, cell in row.items()} for row in rows]
    except (ValueError, AttributeError, TypeError):
        return []


def list_given(visit: Visit, item: Shown) -> list[Mapping[str, Any]]:
    """The rows of a list as a form shows them, with one to add."""
    typed = rows_of(visit, f"cell-{item.id}") if f"{_ROWS}{item.id}" in visit.form else list(item.rows)
    return [*typed, {}]


def _try(visit: Visit, case: OpenCase, before: Mapping[str, Any]) -> Tried:
    changes = changes_of(visit)
    if not changes:
        return Tried((), before, before, ())
    with laid(visit, case) as files:
        answer = ask(visit, "assess", {**assess_request(files, BASES), "changes": list(changes)})
    return Tried(changes, before, answer.data if isinstance(answer, Done) else None, answer.problems)


def _live(visit: Visit) -> Response:
    """The same for a script on the page: JSON, nothing saved."""
    case = opened(visit)
    if case is None:
        return JSONResponse({"problems": []}, 404)
    changes = list(changes_of(visit))
    with laid(visit, case) as files:
        answer = ask(visit, "assess", {**assess_request(files, BASES), "changes": changes})
    before = told_of(visit, case, "assess")
    problems = shown(plainly(answer.problems), visit.language)
    if not isinstance(answer, Done) or not isinstance(before, Done):
        return JSONResponse({"problems": problems}, 422)
    tried = Tried(tuple(changes), before.data, answer.data, answer.problems)
    body = {key: answer.data[key] for key in ("score", "lower", "upper", "points", "grade", "grades")}
    picture = bar(answer.data)
    body |= {
        "bar": {"sure": picture.sure, "wide": picture.wide},
        "moved": difference(answer.data["score"], before.data["score"]),
        "changed": len(changes),
        "take": [_taken(visit, case, one) for one in changes if one["do"] == "set"],
        "sections": [_line(one) for one in tried.sections],
        "indicators": [_line(one) for one in tried.indicators],
        "problems": problems,
    }
    return JSONResponse(body)


def _taken(visit: Visit, case: OpenCase, change: Mapping[str, Any]) -> dict[str, str]:
    """Where a change that was tried can really be made."""
    described = told_of(visit, case, "describe")
    label = label_of(described.data if isinstance(described, Done) else None, change["concept"])
    value = change["fact"].get("value")
    query = f"?{urlencode({'value': value})}" if value else ""
    return {"label": label, "href": f"{case.path}/facts/{quote(change['concept'])}{query}"}


def _line(one: Moved) -> dict[str, str]:
    return {"id": one.id, "title": one.title, "before": span(one.before), "after": span(one.after), "by": one.by}


def span(one: Mapping[str, Any]) -> str:
    """A score, or its bounds.

    >>> span({"score": None, "lower": "1.00", "upper": "3.00"})
    '1.00 – 3.00'
    """
    return str(one["score"]) if one["score"] is not None else f"{one['lower']} – {one['upper']}"


PAGES = (
    Page("/cases/{case}/what-if", _page, "viewer"),
    Page("/cases/{case}/what-if", _page, "viewer", "POST"),
    Page("/cases/{case}/what-if/score", _live, "viewer", "POST"),
)
