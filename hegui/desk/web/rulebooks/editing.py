"""Editing one file of a rulebook: the page, problems while one types, saving, and two people at once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import JSONResponse, Response

from facts.problem import Problem
from hegui.desk.store.folders import BadPath, Stale, Version
from hegui.desk.web.headers import page_policy
from hegui.desk.web.rendering import many
from hegui.desk.web.rulebooks.common import (
    ROOT,
    Opened,
    asked_path,
    examine,
    numbered,
    opened,
    page,
    problem,
    rules_of,
    save,
    text_of,
    with_text,
)
from hegui.desk.web.rulebooks.merging import compared, merged
from hegui.desk.web.visit import Visit, shown
from hegui.desk.web.working import ask
from hegui.desk.work.queueing import Answer, Done

_SCHEMAS = {ROOT: "rulebook", "vocabulary.yaml": "vocabulary", "reading.yaml": "mapping"}


def is_yaml(path: str) -> bool:
    """Whether a file is one of the rule language, by its name."""
    return path.endswith((".yaml", ".yml"))


def schema_of(path: str) -> str:
    """Which schema a file of a rulebook follows; "" for none."""
    if not is_yaml(path):
        return ""
    return "case" if path.startswith("cases/") else _SCHEMAS.get(path, "" if "/" in path else "section")


# --- the page ---------------------------------------------------------------------------------------------------------


def edit(visit: Visit) -> Response:
    """The editor of a file."""
    book, path = opened(visit), asked_path(visit)
    if book is None or path is None or path not in book.version.files:
        return visit.missing()
    text = text_of(visit, book.version, path)
    if text is None:
        at = f"{book.address}/files"
        told = problem(
            "not-text",
            "这个文件不是文字(UTF-8),不能在此编辑",
            "this file is no text in UTF-8 and cannot be edited here",
        )
        return visit.refusal([told], back=at)
    return editor(visit, book, path, text, said=examine(visit, book.version))


def editor(
    visit: Visit,
    book: Opened,
    path: str,
    text: str,
    status: int = 200,
    *,
    said: Answer | None = None,
    note: str = "",
    stale: Mapping[str, Any] | None = None,
    refused: Sequence[Problem] = (),
) -> Response:
    """The page with a text that may not be saved yet. What the editor adds to the page's style, it alone may add."""
    nonce = secrets.token_urlsafe(16)
    # Whoever was typing when somebody else saved may send it all the same: the answer is both edits in one.
    may = visit.may("policy") and (book.version.n == book.latest.n or visit.request.method == "POST")
    found = {"problems": [], "sentences": [], "said": ""} if said is None else found_in(visit, said, path)
    response = page(
        visit,
        book,
        "edit.html",
        "files",
        status,
        path=path,
        text=text,
        may_write=may,
        yaml=is_yaml(path),
        schema=schema_of(path),
        nonce=nonce,
        found=found,
        note=note,
        saved=visit.asked("saved"),
        stale=stale,
        refused=shown(refused, visit.language),
    )
    response.headers["content-security-policy"] = page_policy(nonce)
    return response


# --- problems while one types -----------------------------------------------------------------------------------------


def check(visit: Visit) -> Response:
    """What is wrong with the rulebook if this file read so; and its sentences. JSON, for the page's own script."""
    book, path = opened(visit), asked_path(visit)
    if book is None or path is None:
        return JSONResponse({"problems": [], "said": visit.t("没有这个规则集", "there is no such rulebook")}, 404)
    base = numbered(visit, book.folder.id, visit.field("base")) or book.latest
    return JSONResponse(found_in(visit, examine(visit, base, {path: visit.text("text")}), path))


def found_in(visit: Visit, answer: Answer, path: str) -> dict[str, Any]:
    """An answer about a draft as the editor of one of its files shows it."""
    if not isinstance(answer, Done):
        listed = [_shown(visit, one, path) for one in shown(answer.problems, visit.language)]
        return {"problems": listed, "sentences": None, "said": visit.t("未能检查", "This could not be checked")}
    data = answer.data
    problems = [_shown(visit, one, path) for one in data["problems"]]
    # What stands in this file comes first.
    problems.sort(key=lambda one: not one["here"])
    return {"problems": problems, "sentences": _sentences(visit, data, path), "said": counts(visit, data)}


def counts(visit: Visit, data: Mapping[str, Any]) -> str:
    """How many problems, in words."""
    errors, warnings, notes = data["errors"], data["warnings"], data["notes"]
    if not errors and not warnings and not notes:
        return visit.t("没有问题", "No problems")
    english = ", ".join((many(errors, "error"), many(warnings, "warning"), many(notes, "note")))
    return visit.t(f"错误 {errors} 个,警告 {warnings} 个,提示 {notes} 个", english)


def _shown(visit: Visit, one: Mapping[str, Any], path: str) -> dict[str, Any]:
    named = {"error": ("错误", "error"), "warning": ("警告", "warning"), "note": ("提示", "note")}
    file, fix = one.get("file") or "", one.get("fix")
    return {
        "file": file,
        "line": one.get("line"),
        "column": one.get("column"),
        "severity": one["severity"],
        "named": visit.t(*named[one["severity"]]),
        "message": one["message"],
        "hint": one.get("hint") or "",
        "code": one["code"],
        "here": file == path,
        "fix": fix,
        "mend": visit.t(f"改为 {fix['new']}", f"Write {fix['new']}") if fix else "",
    }


def _sentences(visit: Visit, data: Mapping[str, Any], path: str) -> list[dict[str, Any]] | None:
    """The sentences of a file's rules; None where the file cannot be read as it stands."""
    rulebook = data["rulebook"]
    if rulebook is None:
        return None
    listed = [one for section in rulebook["sections"] for one in section["indicators"] if one["file"] == path]
    if not listed and any(one["file"] == path and one["severity"] == "error" for one in data["problems"]):
        return None
    return [
        {
            "line": one["line"],
            "end": one["end"],
            "title": one["title"],
            "points": visit.t(f"{one['points']} 分", f"{one['points']} points") if one["points"] else "",
            "text": one["sentence"],
        }
        for one in listed
    ]


def words(visit: Visit) -> Response:
    """What may be written in this rulebook: keys, data items, units. JSON, for the editor."""
    book = opened(visit)
    if book is None:
        return JSONResponse({}, 404)
    with visit.desk.scratch() as scratch:
        answer = ask(visit, "words", {"rules": str(rules_of(visit, book.version, scratch / "rules"))})
    if not isinstance(answer, Done):
        return JSONResponse({}, 503)
    return JSONResponse({**answer.data, "said": {"unit": visit.t("单位", "unit")}})


# --- saving -----------------------------------------------------------------------------------------------------------


def send(visit: Visit) -> Response:
    """Check what is in the form, or save it."""
    book, path = opened(visit), asked_path(visit)
    if book is None or path is None:
        return visit.missing()
    base = numbered(visit, book.folder.id, visit.field("base"))
    text, note = visit.text("text"), visit.field("note")
    if base is None:
        told = problem("no-base", "表单没有写明所改的版本", "the form does not say which version it changes")
        return editor(visit, book, path, text, 400, note=note, refused=[told])
    if visit.field("do") == "check":
        looked = Opened(book.folder, base, book.latest)
        return editor(visit, looked, path, text, said=examine(visit, base, {path: text}), note=note)
    if base.n != book.latest.n:
        return both_edits(visit, book, base, path, text, note)
    return _save(visit, book, path, text, note)


def _save(visit: Visit, book: Opened, path: str, text: str, note: str) -> Response:
    before = text_of(visit, book.latest, path) if path in book.latest.files else None
    text = with_line_ends(text, before)
    at = f"{book.address}/edit/{path}"
    if text == before:
        return visit.redirect(f"{at}?saved=same")
    try:
        files = with_text(visit, book.latest, path, text)
        version = save(visit, book.latest, files, note or visit.t(f"修改 {path}", f"{path} changed"))
    except Stale as error:
        return both_edits(visit, Opened(book.folder, error.latest, error.latest), book.latest, path, text, note)
    except BadPath:
        return visit.missing()
    return visit.redirect(f"{at}?saved={version.n}")


def with_line_ends(text: str, before: str | None) -> str:
    """A text from a form with the line ends, and the mark at its start, the file had."""
    if before is None:
        return text
    mark = "\ufeff" if before.startswith("\ufeff") and not text.startswith("\ufeff") else ""
    ends = "\r\n" in before and "\n" not in before.replace("\r\n", "")
    return mark + (text.replace("\n", "\r\n") if ends else text)


def both_edits(visit: Visit, book: Opened, base: Version, path: str, text: str, note: str) -> Response:
    """Somebody saved meanwhile: what they changed, and both edits in one text, to be looked at and saved."""
    latest = book.latest
    theirs = _plain(visit, latest, path)
    own = text.replace("\r\n", "\n")
    marks = (
        visit.t("您的改动", "yours"),
        visit.t(f"第 {latest.n} 版({latest.by})", f"version {latest.n} ({latest.by})"),
    )
    both = merged(_plain(visit, base, path), own, theirs, marks)
    told = {
        "by": latest.by,
        "at": latest.at,
        "n": latest.n,
        "base": base.n,
        "gone": path not in latest.files,
        "conflicts": both.conflicts,
        "theirs": compared(_plain(visit, base, path), theirs),
        "own": compared(_plain(visit, base, path), own),
    }
    now = Opened(book.folder, latest, latest)
    said = examine(visit, latest, {path: both.text})
    return editor(visit, now, path, both.text, 409, said=said, note=note, stale=told)


def _plain(visit: Visit, version: Version, path: str) -> str:
    """A file with one kind of line end; nothing where the version has no such file."""
    return (text_of(visit, version, path) or "").replace("\r\n", "\n") if path in version.files else ""
