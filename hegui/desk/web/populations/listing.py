"""All populations, and storing another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.responses import Response

from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.desk.store.publications import Publication
from hegui.desk.web.populations.stored import begin, chosen, population, runs, store, table_problem
from hegui.desk.web.routes import Page
from hegui.desk.web.uploads import Received, received
from hegui.desk.web.visit import Visit, shown

# So many tables of items a form has room for.
LISTS = 3
LARGEST = 1024 * 1024 * 1024
_FIELDS = ("title", "publication", "year", "claims")


def _list(visit: Visit) -> Response:
    found = []
    for folder, version in visit.desk.folders.listed("population"):
        every = runs(visit.desk, folder.id)
        found.append((folder, version, chosen(every, ""), every[0] if every else None))
    return visit.page("populations/list.html", populations=found, done=visit.asked("done"))


def _new(visit: Visit) -> Response:
    return _form(visit, (), {}, [])


def _form(
    visit: Visit,
    tables: Sequence[Received],
    items: Mapping[int, Received],
    problems: Sequence[Problem],
    status: int = 200,
) -> Response:
    return visit.page(
        "populations/new.html",
        status,
        publications=visit.desk.publications.listed(),
        tables=tables,
        items=items,
        lists=range(1, LISTS + 1),
        concepts={n: visit.field(f"concept-{n}") for n in range(1, LISTS + 1)},
        values={name: visit.field(name) for name in _FIELDS},
        problems=shown(problems, visit.language),
    )


def _create(visit: Visit) -> Response:
    tables = received(visit, "table", "kept-table")
    items = {n: each[-1] for n in range(1, LISTS + 1) if (each := received(visit, f"item-{n}", f"kept-item-{n}"))}
    problems = [*_table_problems(tables), *_item_problems(visit, items)]
    year, problem = year_of(visit.field("year"))
    publication = visit.desk.publications.get(visit.field("publication")) if visit.field("publication") else None
    problems += [one for one in (problem, *_unknown(visit, publication)) if one is not None]
    if problems:
        return _form(visit, tables, items, problems, 400)
    named = {visit.field(f"concept-{n}"): one for n, one in items.items()}
    title = visit.field("title") or tables[-1].name.rpartition(".")[0] or tables[-1].name
    whom = store(visit, title, tables[-1], named)
    if publication is not None:
        begin(visit, whom, publication, year, visit.field("claims"))
    return visit.redirect(whom.path)


def _table_problems(tables: Sequence[Received]) -> list[Problem]:
    if not tables:
        hint = Text(
            "一行一个单位的表:CSV、Excel 或 Parquet。", "A table with a row for each unit: CSV, Excel or Parquet."
        )
        return [Problem("no-table", Position(""), Text("没有选择表格", "no table was chosen"), hint)]
    return [one for one in (table_problem(tables[-1].name),) if one is not None]


def _item_problems(visit: Visit, items: Mapping[int, Received]) -> list[Problem]:
    found = [one for one in (table_problem(each.name) for each in items.values()) if one is not None]
    names = [visit.field(f"concept-{n}") for n in items]
    if any(not name or len(name) > 200 for name in names) or len(set(names)) < len(names):
        message = Text(
            "每张清单表要写明是哪个数据项,各不相同", "every table of items needs the name of its list, each another"
        )
        found.append(Problem("unnamed-items", Position(""), message, Text("例如 绩效目标", "绩效目标 for example")))
    return found


def _unknown(visit: Visit, publication: Publication | None) -> list[Problem]:
    if publication is not None or not visit.field("publication"):
        return []
    return [
        Problem("no-publication", Position(""), Text("没有这个已发布的规则集", "there is no such published rulebook"))
    ]


def year_of(text: str) -> tuple[int | None, Problem | None]:
    """A year that was typed; None where none was."""
    if not text:
        return None, None
    if text.isascii() and text.isdigit() and 1949 <= int(text[:5]) <= 9998:
        return int(text), None
    return None, Problem("bad-year", Position(""), Text("年度应为四位数字", "a year has four digits"))


def _remove(visit: Visit) -> Response:
    whom = population(visit.desk, visit.part("population"))
    if whom is None:
        return visit.missing()
    visit.desk.folders.remove(whom.folder.id)
    return visit.redirect("/populations?done=removed")


PAGES = (
    Page("/populations", _list, "viewer"),
    Page("/populations/new", _new, "staff"),
    Page("/populations/new", _create, "staff", "POST", LARGEST),
    Page("/populations/{population}/remove", _remove, "staff", "POST"),
)
