"""Assessments side by side: years of one department, or departments of one year, indicator by indicator."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from facts.problem import Problem, Text, has_errors
from facts.provenance import Position
from hegui.desk.store.folders import Folder, Version
from hegui.desk.web.cases.opened import CASE, rules_in
from hegui.desk.web.cases.remembering import BASES
from hegui.desk.web.pictures import number, pixels
from hegui.desk.web.routes import Page
from hegui.desk.web.visit import Visit, shown
from hegui.desk.web.working import ask, laid_out
from hegui.desk.work.queueing import Done

MOST = 12
_TOP, _HEIGHT, _STEP, _LEFT = 30, 220, 120, 60


@dataclass(frozen=True, slots=True)
class Point:
    """A total in the picture: where it stands, and from where to where it may lie."""

    x: int
    y: int
    top: int
    bottom: int
    name: str
    year: str
    told: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Totals as shares of what there was to earn; `line` joins them where they are years of one department."""

    points: tuple[Point, ...]
    line: str

    @property
    def width(self) -> int:
        """How wide the picture is."""
        return _LEFT + _STEP * len(self.points)


Chosen = tuple[Folder, Version]


def _compare(visit: Visit) -> Response:
    every = visit.desk.folders.listed("case")
    known = {folder.id: (folder, version) for folder, version in every}
    wanted = dict.fromkeys(visit.asked_all("case"))
    chosen = sorted((known[one] for one in wanted if one in known), key=_order)
    problems: list[Problem] = []
    if len(chosen) > MOST:
        message = Text(f"一次最多比较 {MOST} 个", f"at most {MOST} are compared at once")
        problems.append(Problem("too-many", Position(""), message))
        chosen = chosen[:MOST]
    compared = _compared(visit, chosen, problems) if len(chosen) > 1 else None
    return visit.page(
        "compare.html",
        400 if has_errors(problems) else 200,
        cases=sorted(every, key=_order),
        chosen=[folder.id for folder, _ in chosen],
        groups=groups_of(every),
        compared=compared,
        chart=chart_of(compared["units"]) if compared else None,
        rows=rows_of(compared, visit.asked("differ") == "yes") if compared else (),
        differ=visit.asked("differ") == "yes",
        problems=shown(problems, visit.language),
    )


def _order(one: Chosen) -> tuple[str, str, str]:
    folder, version = one
    return folder.title, str(version.about.get("period", "")), folder.id


def _compared(visit: Visit, chosen: Sequence[Chosen], problems: list[Problem]) -> dict[str, Any] | None:
    """What the workers say of these cases side by side, each scored by its own rulebook."""
    with visit.desk.scratch() as scratch:
        files, ids = list[str](), list[str]()
        for n, (folder, version) in enumerate(chosen):
            publication = visit.desk.publications.get(str(version.about.get("publication", "")))
            if publication is None:
                continue
            place = scratch / str(n)
            place.mkdir()
            case = f"{laid_out(visit, version, place, 'case')}/{CASE}"
            request = {"rules": rules_in(visit, publication, place), "case": case, "accept": list(BASES)}
            answer = ask(visit, "assess", request)
            if isinstance(answer, Done):
                path = place / "assessment.json"
                path.write_text(json.dumps(answer.data, ensure_ascii=False), "utf-8")
                files.append(str(path))
                ids.append(folder.id)
            else:
                problems.append(_unscored(folder, version, answer.problems))
        if len(files) < 2:
            return None
        answer = ask(visit, "compare", {"assessments": files})
    if not isinstance(answer, Done):
        problems.extend(answer.problems)
        return None
    return {**answer.data, "ids": ids}


def _unscored(folder: Folder, version: Version, problems: Sequence[Problem]) -> Problem:
    first = problems[0].message if problems else Text("", "")
    when = version.about.get("period", "")
    message = Text(
        f"{folder.title} {when} 还不能评分:{first.zh}", f"{folder.title} {when} has no score yet: {first.en}"
    )
    return Problem("no-score", Position(""), message, severity="warning")


def groups_of(cases: Sequence[Chosen]) -> list[tuple[str, tuple[str, ...]]]:
    """What lies near: departments with several periods, periods with several departments."""
    found: dict[str, list[str]] = {}
    for folder, version in cases:
        about = version.about
        subject = (about.get("subject") or {}).get("name") or folder.title
        for name in (subject, str(about.get("period", ""))):
            if name:
                found.setdefault(name, []).append(folder.id)
    return [(name, tuple(ids[:MOST])) for name, ids in sorted(found.items()) if len(ids) > 1]


def chart_of(units: Sequence[Mapping[str, Any]]) -> Chart:
    """The picture of the totals."""
    points = []
    one_subject = len({one["subject"]["id"] for one in units}) == 1
    for n, one in enumerate(units):
        middle = one["score"] if one["score"] is not None else str(_middle(one))
        name = _short(one["subject"]["name"])
        told = one["score"] if one["score"] is not None else f"{one['lower']} – {one['upper']}"
        points.append(
            Point(
                _LEFT + _STEP * n + _STEP // 2,
                _height(middle, one["points"]),
                _height(one["upper"], one["points"]),
                _height(one["lower"], one["points"]),
                name,
                one["period"]["from"][:4],
                told,
            )
        )
    sure = one_subject and all(one["score"] is not None for one in units)
    return Chart(tuple(points), " ".join(f"{one.x},{one.y}" for one in points) if sure else "")


def _middle(one: Mapping[str, Any]) -> object:
    return (number(one["lower"]) + number(one["upper"])) / 2


def _short(name: str) -> str:
    """As much of a name as fits below its point."""
    most = 15 if name.isascii() else 8
    return name if len(name) <= most else f"{name[: most - 1]}…"


def _height(value: object, points: object) -> int:
    return _TOP + _HEIGHT - pixels(value, points, _HEIGHT)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: a section, or an indicator below it."""

    kind: str
    data: Mapping[str, Any]

    @property
    def moved(self) -> str:
        """up, down or nothing, by the change from the first to the last."""
        change = self.data["change"]
        if change is None or not number(change):
            return ""
        return "up" if number(change) > 0 else "down"


def rows_of(compared: Mapping[str, Any], differ: bool) -> tuple[Row, ...]:
    """Sections, each with its indicators; with `differ` only what is not the same in all."""
    found = []
    for section in compared["sections"]:
        indicators = [Row("indicator", one) for one in compared["indicators"] if one["section"] == section["id"]]
        found.append(Row("section", section))
        found.extend(one for one in indicators if not differ or _differs(one.data))
    return tuple(found)


def _differs(one: Mapping[str, Any]) -> bool:
    cells = one["cells"]
    return len({None if cell is None else (cell["score"], cell["lower"], cell["upper"]) for cell in cells}) > 1


PAGES = (Page("/compare", _compare, "viewer"),)
