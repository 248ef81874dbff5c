"""The rulebook as papers: the published table, the workbook people edit, and that workbook read back as a new version."""

from __future__ import annotations

from starlette.responses import Response

from facts.problem import Problem
from hegui.desk.store.blobs import Blob
from hegui.desk.web.rulebooks.common import Opened, opened, problem, save
from hegui.desk.web.rulebooks.versions import history_page
from hegui.desk.web.sending import attachment
from hegui.desk.web.uploads import received
from hegui.desk.web.visit import Visit
from hegui.desk.web.working import ask, laid_out, stored
from hegui.desk.work.queueing import Done

_KINDS = ("html", "docx", "xlsx")


def table(visit: Visit) -> Response:
    """The table of indicators as it is published."""
    kind = visit.part("kind")
    return _made(visit, "docs", kind, {"kind": kind}) if kind in _KINDS else visit.missing()


def workbook(visit: Visit) -> Response:
    """The workbook people edit."""
    return _made(visit, "xlsx_export", "xlsx", {})


def _made(visit: Visit, task: str, suffix: str, options: dict[str, str]) -> Response:
    book = opened(visit)
    if book is None:
        return visit.missing()
    name = f"{book.version.about.get('id') or 'rulebook'}-{book.version.n}.{suffix}"
    with visit.desk.scratch() as scratch:
        rules = laid_out(visit, book.version, scratch, "rules")
        output = scratch / f"paper.{suffix}"
        answer = ask(visit, task, {"rules": rules, "output": str(output), **options})
        if not isinstance(answer, Done):
            return visit.refusal(answer.problems, back=book.address)
        return attachment(output.read_bytes(), name)


def take_in(visit: Visit) -> Response:
    """Read an edited workbook into a new version; edits of others since it was exported stay, or are named as conflicts."""
    book = opened(visit)
    if book is None:
        return visit.missing()
    sent = received(visit, "upload")
    if not sent:
        told = problem("no-file", "请选择改好的工作簿", "choose the workbook that was edited")
        return history_page(visit, book, 400, (told,))
    name = sent[0].name
    with visit.desk.scratch() as scratch:
        place = scratch / "in" / name
        place.parent.mkdir()
        place.write_bytes(visit.desk.blobs.read(sent[0].blob.sha256))
        request = {
            "rules": laid_out(visit, book.latest, scratch, "rules"),
            "book": str(place),
            "output": str(scratch / "out"),
            "drop_cases": visit.field("drop") == "yes",
        }
        answer = ask(visit, "xlsx_import", request)
        if not isinstance(answer, Done):
            return history_page(visit, book, 400, answer.problems)
        return _saved(visit, book, answer, {} if not answer.data["said"] else stored(visit, scratch / "out"), name)


def _saved(visit: Visit, book: Opened, answer: Done, files: dict[str, Blob], name: str) -> Response:
    if not files:
        told: Problem = problem(
            "no-change", "工作簿里没有改动,没有另存版本", "nothing was changed in the workbook; no version was saved"
        )
        return history_page(visit, book, 200, (told,))
    note = visit.field("note") or visit.t(f"由工作簿 {name} 导入", f"from the workbook {name}")
    version = save(visit, book.latest, files, note, told=answer.data["said"].split("\n"))
    return visit.redirect(f"{book.address}/versions?done={version.n}")
