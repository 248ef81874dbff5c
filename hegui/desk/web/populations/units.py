"""Units of a population: a list that can be searched and sorted, one of them with its trail, a case made of it, what was rejected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from hegui.desk.web.cases.saving import about_of
from hegui.desk.web.layingout import laying_out
from hegui.desk.web.pictures import bar, number
from hegui.desk.web.populations.glance import gone
from hegui.desk.web.populations.seen import SEEN
from hegui.desk.web.populations.stored import Population, Run, chosen, laid, population, results, runs
from hegui.desk.web.routes import Page
from hegui.desk.web.visit import Visit
from hegui.desk.web.working import ask
from hegui.desk.work.queueing import Answer, Done, Refusal

ORDERS = ("table", "low", "high", "open", "excess", "section")
PAGE = 50
# In a table of more rows than this a unit is first shown as the run has it; the engine is asked when somebody asks for the trail.
LARGE = 20_000
Found = tuple[Population, Run]


def _asked(visit: Visit) -> Found | None:
    """The population and the run this address is about."""
    whom = population(visit.desk, visit.part("population"))
    wanted = visit.asked("run") or visit.field("run")
    run = None if whom is None else chosen(runs(visit.desk, whom.folder.id), wanted)
    return None if whom is None or run is None or not run.done else (whom, run)


def _number(text: str) -> int:
    return min(int(text), 1_000_000) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _refused(visit: Visit, whom: Population, refusal: Refusal) -> Response:
    return visit.refusal(refusal.problems, 422, back=whom.path)


# --- the list ---------------------------------------------------------------------------------------------------------


def _units(visit: Visit) -> Response:
    asked = _asked(visit)
    if asked is None:
        return visit.missing()
    whom, run = asked
    order = visit.asked("order") if visit.asked("order") in ORDERS else "table"
    page = max(_number(visit.asked("page")), 1)
    values = {name: visit.asked(name)[:200] for name in ("find", "grade", "section")}
    with laid(visit, run) as request:
        if request is None:
            return visit.refusal([gone()], 410, back=whom.path)
        wanted = {**request, **values, "order": order, "start": (page - 1) * PAGE, "most": PAGE}
        answer = ask(visit, "units", wanted)
    if isinstance(answer, Refusal):
        return _refused(visit, whom, answer)
    last = max(-(-answer.data["count"] // PAGE), 1)
    points = run_points(answer.data["sections"])
    return visit.page(
        "populations/units.html",
        whom=whom,
        run=run,
        found=answer.data,
        bars=[bar({**one, "points": points}, 200) for one in answer.data["units"]],
        values=values,
        order=order,
        page=page,
        last=last,
    )


def run_points(sections: Sequence[Mapping[str, Any]]) -> str:
    """The points of all sections together, by which bars are measured; what lies beyond is drawn to the end."""
    return str(sum((number(one["points"]) for one in sections), number("0")))


# --- one unit ---------------------------------------------------------------------------------------------------------


def _scored(visit: Visit, whom: Population, run: Run, unit: str) -> Answer | None:
    """One unit, scored by the engine from the table as it was when the run was made; None where that is gone."""
    tables, key = run.job.request, ("unit", run.id, visit.language, unit)
    if (kept := SEEN.get(key)) is not None:
        return Done(dict(kept))
    with laid(visit, run) as request, visit.desk.scratch() as scratch:
        if request is None:
            return None
        prepare = laying_out(visit.desk.folders, visit.desk.blobs)
        there = prepare({key: tables[key] for key in ("table", "items") if key in tables}, scratch)
        wanted = {**there, "rules": request["rules"], "unit": unit}
        if tables.get("year") is not None:
            wanted["year"] = tables["year"]
        answer = ask(visit, "unit", wanted)
    if isinstance(answer, Done):
        SEEN.keep(key, answer.data)
    return answer


def _unit(visit: Visit) -> Response:
    asked, unit = _asked(visit), visit.asked("unit")
    if asked is None or not unit or len(unit) > 500:
        return visit.missing()
    whom, run = asked
    if run.manifest["rows"] > LARGE and not visit.asked("trail"):
        return _told(visit, whom, run, unit)
    answer = _scored(visit, whom, run, unit)
    if answer is None:
        return visit.refusal([gone()], 410, back=whom.path)
    if isinstance(answer, Refusal):
        return _refused(visit, whom, answer)
    found = answer.data["assessment"]
    steps = {one["n"]: one for one in found["trail"]}
    indicators = [
        {**one, "bar": bar(one, 200), "trail": [steps[n] for n in one["steps"] if n in steps]}
        for one in found["indicators"]
    ]
    short = [one for one in indicators if one["deductions"] or one["verdict"] == "undetermined"]
    return visit.page(
        "populations/unit.html",
        whom=whom,
        run=run,
        unit=unit,
        found=found,
        whole=bar(found, 400),
        sections=[{**one, "bar": bar(one, 200)} for one in found["sections"]],
        indicators=indicators,
        short=sorted(short, key=lambda one: one["verdict"] == "undetermined"),
    )


def _told(visit: Visit, whom: Population, run: Run, unit: str) -> Response:
    """What the run says of a unit: at once, where reading its table again would keep one waiting."""
    with laid(visit, run) as request:
        if request is None:
            return visit.refusal([gone()], 410, back=whom.path)
        answer = ask(visit, "told_unit", {**request, "unit": unit})
    if isinstance(answer, Refusal):
        return _refused(visit, whom, answer)
    bars = [bar(one, 200) for one in answer.data["indicators"]]
    return visit.page("populations/told.html", whom=whom, run=run, unit=unit, found=answer.data, bars=bars)


def _case(visit: Visit) -> Response:
    """Make a case of a unit, to go on with by hand."""
    asked, unit = _asked(visit), visit.field("unit")
    if asked is None or not unit:
        return visit.missing()
    whom, run = asked
    answer = _scored(visit, whom, run, unit)
    if answer is None or run.publication is None:
        return visit.refusal([gone()], 410, back=whom.path)
    if isinstance(answer, Refusal):
        return _refused(visit, whom, answer)
    assert isinstance(answer, Done)
    about = {**about_of(visit, run.publication, answer.data["case"], {}), "told": [], "brought": {}}
    text = visit.desk.folders.put_text(answer.data["case"])
    note = visit.t(f"取自总体“{whom.folder.title}”", f"out of the population “{whom.folder.title}”")
    name = answer.data["assessment"]["subject"]["name"] or unit
    version = visit.desk.folders.create("case", name[:200], {"case.yaml": text}, visit.user.name, note[:200], about)
    return visit.redirect(f"/cases/{version.folder}")


# --- what was rejected ------------------------------------------------------------------------------------------------


def _rejects(visit: Visit) -> Response:
    asked = _asked(visit)
    if asked is None:
        return visit.missing()
    whom, run = asked
    folder = results(visit.desk, run)
    if folder is None:
        return visit.refusal([gone()], 410, back=whom.path)
    page = max(_number(visit.asked("page")), 1)
    answer = ask(visit, "rejects", {"results": str(folder), "start": (page - 1) * PAGE, "most": PAGE})
    if isinstance(answer, Refusal):
        return _refused(visit, whom, answer)
    last = max(-(-answer.data["count"] // PAGE), 1)
    return visit.page("populations/rejects.html", whom=whom, run=run, found=answer.data, page=page, last=last)


PAGES = (
    Page("/populations/{population}/units", _units, "viewer"),
    Page("/populations/{population}/unit", _unit, "viewer"),
    Page("/populations/{population}/case", _case, "auditor", "POST"),
    Page("/populations/{population}/rejects", _rejects, "viewer"),
)
