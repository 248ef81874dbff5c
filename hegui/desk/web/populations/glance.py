"""A population at a glance: figures, pictures with their tables, and what can be done next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.charts import LOSS, Bar, bars, columns
from hegui.desk.web.jobs import REFRESH
from hegui.desk.web.populations.listing import year_of
from hegui.desk.web.populations.seen import SEEN
from hegui.desk.web.populations.stored import Population, Run, begin, chosen, laid, population, results, runs
from hegui.desk.web.routes import Page
from hegui.desk.web.visit import Visit, shown
from hegui.desk.web.working import ask
from hegui.desk.work.queueing import Done

UNDETERMINED = "?"
_DRAWN = 15
# Of outliers so many are drawn on each side.
_FURTHEST = 10
Chapter = Mapping[str, Any]


def _glance(visit: Visit) -> Response:
    whom = population(visit.desk, visit.part("population"))
    return visit.missing() if whom is None else _page(visit, whom, [])


def _page(visit: Visit, whom: Population, problems: Sequence[Problem], status: int = 200) -> Response:
    every = runs(visit.desk, whom.folder.id)
    run = chosen(every, visit.asked("run"))
    grade, section = visit.asked("grade"), visit.asked("section")
    chapters: dict[str, Chapter] = {}
    if run is not None and run.done:
        found = chapters_of(visit, run, grade)
        if isinstance(found, dict):
            chapters = found
        else:
            problems = [*problems, *found]
    moving = [one for one in every if not one.job.over]
    return visit.page(
        "populations/glance.html",
        status,
        whom=whom,
        runs=every,
        run=run if chapters else None,
        failed=every[0] if every and every[0].job.state in ("failed", "interrupted", "cancelled") else None,
        moving=moving,
        refresh=REFRESH if moving else 0,
        chapters=chapters,
        figures=figures(chapters, visit) if chapters else [],
        drawn={key: drawn(one, visit, section) for key, one in chapters.items()},
        sections=sections_of(chapters),
        grade=grade,
        section=section,
        files=bool(run and results(visit.desk, run)),
        publications=visit.desk.publications.listed(),
        told=shown(run.job.problems, visit.language) if run else [],
        problems=shown(problems, visit.language),
    )


def chapters_of(visit: Visit, run: Run, grade: str = "") -> dict[str, Chapter] | tuple[Problem, ...]:
    """The chapters of a run by their keys, in the visitor's language; Problems where its results cannot be read."""
    if not grade and run.job.request.get("language") == visit.language:
        return _by_key((run.job.answer or {})["chapters"])
    key = (run.id, visit.language, grade)
    kept = SEEN.get(key)
    if kept is None:
        with laid(visit, run) as request:
            if request is None:
                return (gone(),)
            answer = ask(visit, "glance", {**request, "grade": grade})
        if not isinstance(answer, Done):
            return answer.problems
        kept = SEEN.keep(key, answer.data)
    return _by_key(kept["chapters"])


def gone() -> Problem:
    """The results of a run are not there."""
    message = Text("这次评价的结果文件已不在", "the files of this run are gone")
    return Problem("no-results", Position(""), message, Text("请重新评一遍。", "Score the population again."))


def _by_key(chapters: Sequence[Chapter]) -> dict[str, Chapter]:
    return {one["key"].partition(" ")[0]: one for one in chapters}


# --- what is drawn ----------------------------------------------------------------------------------------------------


def figures(chapters: Mapping[str, Chapter], visit: Visit) -> list[tuple[str, str, str]]:
    """What leadership asks first: (figure, what it is, what to know about it)."""
    rows = [row[1] for row in chapters["scores"]["grids"][0]["rows"]]
    units, scored, undetermined = rows[0], rows[1], rows[2]
    found = [(units, visit.t("个单位", "units"), "")]
    if len(rows) > 3:
        found.append((rows[3], visit.t("平均分", "mean score"), visit.t(f"中位数 {rows[7]}", f"median {rows[7]}")))
        found.append((f"{rows[4]} – {rows[10]}", visit.t("最低 – 最高", "lowest – highest"), ""))
    share = Fraction(int(undetermined) * 100, max(int(units), 1))
    note = visit.t(f"{scored} 个得分确定", f"{scored} determined")
    found.append((f"{undetermined} ({round(share)}%)", visit.t("得分未定", "undetermined"), note))
    if "claims" in chapters:
        above = chapters["claims"]["grids"][0]["rows"][0][1]
        found.append(
            (above, visit.t("自评偏高的单位", "claim too much"), visit.t("高于计算结果", "above what is computed"))
        )
    return found


def drawn(chapter: Chapter, visit: Visit, section: str = "") -> list[Markup]:
    """The pictures of a chapter, each with a text for those who cannot see it."""
    if chapter["key"] == "deductions":
        return [picture] if (picture := deductions(chapter, visit, section)) else []
    found = []
    for picture in chapter["pictures"]:
        listed = picture["strokes"]
        if chapter["key"] == "outliers" and len(listed) > 2 * _FURTHEST:
            listed = [*listed[:_FURTHEST], *listed[-_FURTHEST:]]  # the table has them all
        strokes = [Bar(one["label"], one["length"], one["told"], one["colour"]) for one in listed]
        upright = bool(strokes) and all(one.label.startswith("[") for one in strokes)
        found.append(Markup((columns if upright else bars)(picture["title"], strokes)))  # noqa: S704  # both escape
    return found


def deductions(chapter: Chapter, visit: Visit, section: str) -> Markup:
    """Indicators by the points lost, of one section where it is chosen."""
    rows = [row for row in chapter["grids"][0]["rows"] if (not section or row[0] == section) and Fraction(row[3])]
    rows.sort(key=lambda row: -Fraction(row[3]))
    longest = max((Fraction(row[3]) for row in rows), default=Fraction(1))
    found = [
        Bar(
            row[1],
            int(Fraction(row[3]) * 1000 / longest),
            visit.t(f"{row[3]} 分 · {row[4]} 个单位", f"{row[3]} points · {row[4]} units"),
            LOSS,
        )
        for row in rows[:_DRAWN]
    ]
    return Markup(bars(chapter["title"], found))  # noqa: S704  # it escapes


def sections_of(chapters: Mapping[str, Chapter]) -> list[str]:
    """The titles of the sections, in order."""
    if "deductions" not in chapters:
        return []
    return list(dict.fromkeys(row[0] for row in chapters["deductions"]["grids"][0]["rows"]))


# --- running ----------------------------------------------------------------------------------------------------------


def _run(visit: Visit) -> Response:
    whom = population(visit.desk, visit.part("population"))
    if whom is None:
        return visit.missing()
    publication = visit.desk.publications.get(visit.field("publication"))
    year, problem = year_of(visit.field("year"))
    problems = [problem] if problem else []
    if publication is None:
        problems.append(Problem("no-publication", Position(""), Text("请选规则集", "choose a rulebook")))
    if not whom.table:
        problems.append(Problem("no-table", Position(""), Text("这个总体没有表格", "this population has no table")))
    if problems or publication is None:
        return _page(visit, whom, problems, 400)
    begin(visit, whom, publication, year, visit.field("claims")[:200])
    return visit.redirect(whom.path)


def _cancel(visit: Visit) -> Response:
    whom = population(visit.desk, visit.part("population"))
    found = None if whom is None else chosen(runs(visit.desk, whom.folder.id), visit.field("run"))
    if whom is None or found is None:
        return visit.missing()
    visit.desk.jobs.cancel(found.id)
    return visit.redirect(whom.path)


PAGES = (
    Page("/populations/{population}", _glance, "viewer"),
    Page("/populations/{population}/run", _run, "staff", "POST"),
    Page("/populations/{population}/cancel", _cancel, "staff", "POST"),
)
