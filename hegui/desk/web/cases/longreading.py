"""Reading that takes long: the documents are kept at once, read by a job, and what was read is taken over by whoever wants it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from facts.problem import Problem
from hegui.desk.store.blobs import Blob
from hegui.desk.store.folders import Stale, Version
from hegui.desk.store.publications import Publication
from hegui.desk.web.cases.opened import CASE, OpenCase, opened, unopened
from hegui.desk.web.cases.reading import EMPTY, ReadCase, Whom, brought, contradicted, read_into
from hegui.desk.web.cases.saving import period_text, save_case, told
from hegui.desk.web.jobs import start
from hegui.desk.web.layingout import folder_of, within
from hegui.desk.web.routes import Page
from hegui.desk.web.visit import Visit
from hegui.desk.work.jobs import Job

# Documents of so many bytes are read while the visitor does something else.
BIG = 3 * 1024 * 1024
_AWAITED = "awaited"


def is_big(files: Iterable[Blob]) -> bool:
    """Whether reading these would keep a visitor waiting."""
    return sum(one.size for one in files) > BIG


def create_unread(visit: Visit, publication: Publication, tree: Mapping[str, Blob], whom: Whom) -> Version:
    """A new case with its documents, which are read from now on."""
    about = {"publication": publication.id, "rulebook": publication.title, "rulebook_version": publication.version}
    awaited = {"paths": list(tree), "whom": [whom.name, whom.id, whom.period]}
    every = {**tree, CASE: visit.desk.folders.put_text(EMPTY)}
    first = next(iter(tree)).removeprefix("sources/")
    note = visit.t("资料已收到,正在读入", "documents received, being read")
    version = visit.desk.folders.create(
        "case", whom.name or first, every, visit.user.name, note, {**about, "score": None, _AWAITED: awaited}
    )
    _start(visit, version, publication, list(tree))
    return version


def add_unread(visit: Visit, case: OpenCase, text: str, new: Mapping[str, Blob]) -> None:
    """The next version of a case, with more documents, which are read from now on. Raises Stale."""
    documents = {path: blob for path, blob in case.version.files.items() if path != CASE}
    note = visit.t("资料已收到,正在读入", "documents received, being read")
    awaited = {"paths": list(new), "whom": ["", "", ""]}
    version = save_case(visit, case, text, note, {**documents, **new}, {_AWAITED: awaited})
    _start(visit, version, case.publication, list(new))


def _start(visit: Visit, version: Version, publication: Publication, paths: Iterable[str]) -> None:
    rules = visit.desk.folders.version(publication.folder, publication.n)
    assert rules is not None, "what is published is a version"
    request = {
        "rules": folder_of(rules),
        "folder": folder_of(version),
        "sources": [within("folder", path) for path in paths],
    }
    title = visit.t("读入资料", "Read documents")
    start(visit, "read", request, f"{title}: {next(iter(paths)).removeprefix('sources/')}", version.folder)


@dataclass(frozen=True, slots=True)
class Awaited:
    """A job that reads for a case, and whether what it read still fits: nothing was saved meanwhile."""

    job: Job
    fits: bool


def awaited(visit: Visit, case: OpenCase) -> Awaited | None:
    """What is being read, or was read and not taken over yet."""
    if not case.about.get(_AWAITED) or not case.is_newest:
        return None
    jobs = visit.desk.jobs.store.latest(folder=case.folder.id, task="read", limit=1)
    return Awaited(jobs[0], jobs[0].request["folder"]["n"] == case.version.n) if jobs else None


def _take_over(visit: Visit) -> Response:
    """Put what was read into the case; read again where somebody has saved meanwhile."""
    case = opened(visit)
    if case is None:
        return unopened(visit)
    waiting = awaited(visit, case)
    if waiting is None:
        return visit.redirect(case.path)
    wanted: Mapping[str, Any] = case.about[_AWAITED]
    if not waiting.job.over:
        return visit.redirect(case.path)
    if not waiting.fits or waiting.job.answer is None:
        _start(visit, case.version, case.publication, wanted["paths"])
        return visit.redirect(case.path)
    documents = {path: blob for path, blob in case.version.files.items() if path != CASE}
    whom = _whom(visit, wanted)
    read = read_into(visit, case.publication, waiting.job.answer["case"], documents, (), whom)
    if not isinstance(read, ReadCase) or read.described is None:
        return visit.refusal(() if isinstance(read, ReadCase) else read, 400, back=case.path)
    try:
        problems = (*waiting.job.problems, *contradicted(whom, waiting.job.answer["described"]))
        _keep(visit, case, read, wanted["paths"], documents, problems)
    except Stale:
        return visit.redirect(case.path)  # where the newer one is told of
    return visit.redirect(f"{case.path}?done=read")


def _whom(visit: Visit, wanted: Mapping[str, Any]) -> Whom:
    """Whom and when the case is about: as said when the documents came, or now where nobody had."""
    name, key, period = wanted["whom"]
    return Whom(visit.field("name") or name, visit.field("id") or key, visit.field("year") or period)


def _keep(
    visit: Visit,
    case: OpenCase,
    read: ReadCase,
    paths: Iterable[str],
    documents: Mapping[str, Blob],
    problems: Iterable[Problem],
) -> None:
    described: Mapping[str, Any] = read.described or {}
    name = described["subject"]["name"]
    more = {
        _AWAITED: None,
        "subject": {key: described["subject"][key] for key in ("id", "name")},
        "period": period_text(described["period"]),
        "told": told((*problems, *read.problems)),
        "brought": {**case.about.get("brought", {}), **brought(described, paths, ())},
    }
    note = visit.t("采用读出的事实", "what was read was taken over")
    save_case(visit, case, read.text, note, documents, more)
    if case.version.n == 1:
        visit.desk.folders.rename(case.folder.id, name)


PAGES = (Page("/cases/{case}/reading", _take_over, "auditor", "POST"),)
