"""The files of a rulebook: which there are, and adding, renaming and removing them."""

from __future__ import annotations

from starlette.responses import Response

from facts.problem import Problem
from hegui.desk.store.blobs import Blob
from hegui.desk.store.folders import MAX_FILES, BadPath, Stale, checked_path
from hegui.desk.web.rulebooks.common import ROOT, Opened, numbered, opened, page, problem, save
from hegui.desk.web.rulebooks.editing import schema_of
from hegui.desk.web.uploads import received
from hegui.desk.web.visit import Visit, shown

_NEW = {
    "section": "format: hegui/section/v1\nid: {id}\ntitle: {id}\npoints: 1\nindicators: []\n",
    "case": "format: hegui/case/v1\nsubject: {{id: {id}, name: {id}}}\nperiod: 2024\nbasis: stated\nfacts: {{}}\n",
}


def listing(visit: Visit) -> Response:
    """All files of a version."""
    book = opened(visit)
    return visit.missing() if book is None else _page(visit, book)


def _page(visit: Visit, book: Opened, status: int = 200, problems: tuple[Problem, ...] = ()) -> Response:
    return page(
        visit,
        book,
        "files.html",
        "files",
        status,
        files=sorted(book.version.files.items(), key=lambda one: ("/" in one[0], one[0] != ROOT, one[0])),
        problems=shown(problems, visit.language),
        done=visit.asked("done"),
        name=visit.field("name"),
    )


def change(visit: Visit) -> Response:
    """Add, rename or remove a file, as a new version."""
    book = opened(visit)
    if book is None:
        return visit.missing()
    base = numbered(visit, book.folder.id, visit.field("base"))
    if base is None or base.n != book.latest.n:
        raise Stale(book.latest)
    try:
        found = _ACTIONS.get(visit.field("do"), _unknown)(visit, book)
    except BadPath:
        found = problem(
            "bad-name",
            "文件名不可用",
            "this cannot be a file's name",
        )
    if isinstance(found, Problem):
        return _page(visit, book, 400, (found,))
    files, note, then = found
    version = save(visit, base, files, note)
    return visit.redirect(f"{book.address}/edit/{then}" if then else f"{book.address}/files?done={version.n}")


_Changed = tuple[dict[str, Blob], str, str] | Problem


def _add(visit: Visit, book: Opened) -> _Changed:
    """New files: those chosen, or one that is begun under a name."""
    files, sent = dict(book.latest.files), received(visit, "upload")
    if sent:
        folder = visit.field("folder")
        added = {checked_path(f"{folder}/{one.name}" if folder else one.name): one.blob for one in sent}
        files |= added
        if len(files) > MAX_FILES:
            return problem(
                "too-many-files", f"一个规则集最多 {MAX_FILES} 个文件", f"a rulebook has at most {MAX_FILES} files"
            )
        return files, visit.t(f"上传 {'、'.join(added)}", f"{', '.join(added)} uploaded")[:400], ""
    path = checked_path(visit.field("name"))
    if path in files:
        return _taken(path)
    stem = path.rpartition("/")[2].removesuffix(".yaml").removesuffix(".yml")
    text = _NEW.get(schema_of(path), "").format(id=stem)
    files[path] = visit.desk.folders.put_text(text)
    return files, visit.t(f"新增 {path}", f"{path} added"), path


def _rename(visit: Visit, book: Opened) -> _Changed:
    files = dict(book.latest.files)
    old, new = visit.field("file"), checked_path(visit.field("name"))
    if old not in files:
        return _gone(old)
    if new in files:
        return _taken(new)
    files[new] = files.pop(old)
    return files, visit.t(f"{old} 改名为 {new}", f"{old} renamed to {new}"), ""


def _remove(visit: Visit, book: Opened) -> _Changed:
    files = dict(book.latest.files)
    old = visit.field("file")
    if old not in files:
        return _gone(old)
    if old == ROOT:
        return problem(
            "root-file", f"{ROOT} 不能删除:没有它就不是规则集", f"{ROOT} stays: without it this is no rulebook"
        )
    del files[old]
    return files, visit.t(f"删除 {old}", f"{old} removed"), ""


def _unknown(visit: Visit, book: Opened) -> _Changed:
    return problem("bad-form", "没有说明要做什么", "the form does not say what to do")


def _taken(path: str) -> Problem:
    return problem("name-taken", f"已经有文件 {path}", f"there is a file {path} already")


def _gone(path: str) -> Problem:
    return problem("no-such-file", f"没有文件 {path[:80]}", f"there is no file {path[:80]}")


_ACTIONS = {"add": _add, "rename": _rename, "remove": _remove}
