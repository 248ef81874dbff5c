"""A new case: files dropped in, a rulebook, and as much of department and period as the documents do not say themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.desk.store.blobs import Blob, TooLarge
from hegui.desk.store.publications import Publication
from hegui.desk.web.cases.choosing import Span, fitting_in, publication_for, span_of
from hegui.desk.web.cases.longreading import create_unread, is_big
from hegui.desk.web.cases.opened import CASE
from hegui.desk.web.cases.plainly import plainly
from hegui.desk.web.cases.reading import EMPTY, ReadCase, Whom, brought, read_into
from hegui.desk.web.cases.saving import about_of, period_text, told
from hegui.desk.web.failures import described
from hegui.desk.web.layingout import file_in
from hegui.desk.web.routes import Page
from hegui.desk.web.uploads import Received, clean_name, placed, received
from hegui.desk.web.visit import Visit, shown
from hegui.desk.work.jobs import Job

# A form may hold several files, each of them bounded on its own.
LARGEST = 512 * 1024 * 1024


def _new(visit: Visit) -> Response:
    job = visit.desk.jobs.store.get(visit.asked("audit")) if visit.asked("audit") else None
    return _form(visit, () if job is None or job.task != "audit" else _audited(visit, job), ())


def _audited(visit: Visit, job: Job) -> tuple[Received, ...]:
    """The report of an audit, as if it had been sent here."""
    report = file_in(job.request.get("report"))
    if report is None:
        return ()
    sha256, name = report
    path = visit.desk.blobs.path(sha256)
    size = path.stat().st_size if path.is_file() else -1
    return (Received(clean_name(name), Blob(sha256, size)),) if visit.desk.blobs.holds(sha256, size) else ()


def _form(visit: Visit, files: Sequence[Received], problems: Sequence[Problem], status: int = 200) -> Response:
    names = ("name", "id", "year", "from", "to", "publication")
    span = span_of(visit.field("year"), visit.field("from"), visit.field("to"))
    asked = any(one.code == "which-rulebook" for one in problems)
    return visit.page(
        "case-new.html",
        status,
        publications=visit.desk.publications.listed(),
        fitting=[one.id for one in fitting_in(visit.desk.publications, span)]
        if asked and isinstance(span, Span)
        else [],
        kept=files,
        refused={one.at.file for one in plainly(problems) if one.severity == "error"},
        problems=shown(plainly(problems), visit.language),
        values={name: visit.field(name) for name in names},
    )


def _create(visit: Visit) -> Response:
    try:
        files = received(visit, "files", "kept")
    except TooLarge as error:
        return _form(visit, (), [described(error)[1]], 413)
    span = span_of(visit.field("year"), visit.field("from"), visit.field("to"))
    if isinstance(span, Problem):
        return _form(visit, files, [span], 400)
    publication = publication_for(visit.desk.publications, visit.field("publication"), span)
    if isinstance(publication, Problem):
        return _form(visit, files, [publication], 400)
    if not files and not visit.field("name"):
        return _form(visit, files, [_nothing()], 400)
    return _made(visit, files, span, publication)


def _made(visit: Visit, files: Sequence[Received], span: Span, publication: Publication) -> Response:
    tree = placed(files, ())
    # Marks that turn the direction of writing, or cannot be seen, are no part of a name.
    name, key = ("".join(one for one in visit.field(part) if one.isprintable()) for part in ("name", "id"))
    whom = Whom(name, key, span.written)
    if is_big(tree.values()):
        return visit.redirect(f"/cases/{create_unread(visit, publication, tree, whom).folder}")
    read = read_into(visit, publication, EMPTY, tree, tree, whom)
    if not isinstance(read, ReadCase) or read.described is None:
        return _form(visit, files, () if isinstance(read, ReadCase) else read, 400)
    about = {
        "subject": {key: read.described["subject"][key] for key in ("id", "name")},
        "period": period_text(read.described["period"]),
        "brought": brought(read.described, tree),
        "told": told((*read.problems, *_again(visit, publication, read.described))),
        **about_of(visit, publication, read.text, tree),
    }
    every = {**tree, CASE: visit.desk.folders.put_text(read.text)}
    note = visit.t(f"读入 {len(tree)} 份资料", f"read {len(tree)} documents")
    version = visit.desk.folders.create("case", read.described["subject"]["name"], every, visit.user.name, note, about)
    return visit.redirect(f"/cases/{version.folder}?done={'read' if tree else 'begun'}")


def _again(visit: Visit, publication: Publication, described: Mapping[str, Any]) -> tuple[Problem, ...]:
    """A word where there is a case of the same department, period and rulebook already."""
    key = described["subject"]["id"], period_text(described["period"]), publication.id
    same = 0
    for _, version in visit.desk.folders.listed("case"):
        about = version.about
        same += ((about.get("subject") or {}).get("id"), about.get("period"), about.get("publication")) == key
    if not same:
        return ()
    message = Text(
        f"同一部门、时期和规则集的个案已有 {same} 个",
        f"of this department, period and rulebook there is a case already ({same})",
    )
    hint = Text("如属重复,请移出列表。", "Take it off the list if it is the same.")
    return (Problem("case-again", Position(""), message, hint, "note"),)


def _nothing() -> Problem:
    message = Text("没有选择文件,也没有填写部门", "no file was chosen and no department named")
    hint = Text(
        "请拖入部门交来的资料,或先填写部门名称和年度。",
        "Drop in what the department handed in, or name it and the year.",
    )
    return Problem("nothing-given", Position(""), message, hint)


PAGES = (
    Page("/cases/new", _new, "auditor"),
    Page("/cases/new", _create, "auditor", "POST", LARGEST),
)
