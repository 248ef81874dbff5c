"""The list of rulebooks, and what one says: sections, indicators, their sentences, what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from starlette.responses import Response

from hegui.desk.store.folders import Folder, Version
from hegui.desk.store.publications import Publication
from hegui.desk.web.rulebooks.common import examine, opened, page, problem, told_problems
from hegui.desk.web.rulebooks.editing import counts
from hegui.desk.web.visit import Visit, shown
from hegui.desk.work.queueing import Done


@dataclass(frozen=True, slots=True)
class Listed:
    """A rulebook in the list: its latest version, what of it is in force today, what was published last."""

    folder: Folder
    latest: Version
    in_force: Publication | None
    last: Publication | None

    @property
    def changed(self) -> bool:
        """Whether something was saved since it was last published."""
        return self.last is None or self.latest.n > self.last.n


def listing(visit: Visit) -> Response:
    """All rulebooks, the last saved first."""
    today = date.today().isoformat()  # noqa: DTZ011  # the day where the desk stands, as people's calendars have it
    published = visit.desk.publications.listed()
    listed = [
        Listed(folder, latest, *_published(published, folder.id, today))
        for folder, latest in visit.desk.folders.listed("rulebook", removed=visit.asked("removed") == "yes")
    ]
    return visit.page(
        "rulebooks/list.html", listed=listed, removed=visit.asked("removed") == "yes", may_change=visit.may("policy")
    )


def _published(
    published: Sequence[Publication], folder: str, today: str
) -> tuple[Publication | None, Publication | None]:
    own = [one for one in published if one.folder == folder]
    return next((one for one in own if one.in_force(today)), None), max(own, key=lambda one: one.n, default=None)


def outline(visit: Visit) -> Response:
    """What a rulebook says."""
    book = opened(visit)
    if book is None:
        return visit.missing()
    answer = examine(visit, book.version)
    if not isinstance(answer, Done):
        problems = shown(answer.problems, visit.language)
        return page(visit, book, "outline.html", "outline", said=None, problems=problems, counts="", published=())
    return page(
        visit,
        book,
        "outline.html",
        "outline",
        said=answer.data["rulebook"],
        problems=told_problems(answer.data),
        counts=counts(visit, answer.data),
        published=visit.desk.publications.of_folder(book.folder.id),
    )


def settle(visit: Visit) -> Response:
    """Call it otherwise, list it no longer, or list it again. Nothing of it is deleted."""
    book = opened(visit)
    if book is None:
        return visit.missing()
    folders, title = visit.desk.folders, visit.field("title")
    match visit.field("do"):
        case "rename" if title and len(title) <= 200:
            folders.rename(book.folder.id, title)
        case "remove":
            folders.remove(book.folder.id)
            return visit.redirect("/rulebooks")
        case "restore":
            folders.restore(book.folder.id)
        case _:
            told = problem("bad-title", "名称应为 1 至 200 个字", "a title has 1 to 200 characters")
            return visit.refusal([told], back=book.address)
    return visit.redirect(book.address)
