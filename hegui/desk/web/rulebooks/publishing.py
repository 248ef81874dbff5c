"""Publishing: what must hold, what is told, the version's name and days written into its file, and from then on it scores."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock
from typing import Any

from starlette.responses import Response

from facts.problem import Problem, Text
from hegui.desk.store.folders import Stale, Version
from hegui.desk.store.publications import AlreadyPublished, Publication
from hegui.desk.store.shipped import digest_of
from hegui.desk.web.rulebooks.common import (
    ROOT,
    Opened,
    examine,
    numbered,
    opened,
    page,
    problem,
    rules_of,
    save,
    told_problems,
    with_text,
)
from hegui.desk.web.rulebooks.impact import last_seen
from hegui.desk.web.rulebooks.trying import differing, last_job
from hegui.desk.web.visit import Visit, shown
from hegui.desk.web.working import ask, laid_out
from hegui.desk.work.queueing import Answer, Done

_FIELDS = ("version", "from", "to", "note", "reason")
# Letters of any script; nothing that means something in a path, a page or a spreadsheet.
_VERSION = re.compile(r"[^\W_][\w.-]{0,39}")
# Cases that were run for a form that came back are not run again: the same files give the same answer.
_KEPT = 16
_ran: OrderedDict[tuple[str, str], Tried] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form says."""

    version: str
    start: str
    end: str | None
    note: str
    reason: str


@dataclass(frozen=True, slots=True)
class Tried:
    """What the cases came to, in numbers and in those that fail; `problems` where they could not be run as a whole."""

    passed: int
    failed: int
    failing: tuple[Mapping[str, Any], ...]
    problems: tuple[Problem, ...]

    @property
    def well(self) -> bool:
        """Whether every case gives what it should, and none could not be used."""
        return not self.failed and not any(one.severity == "error" for one in self.problems)


def form(visit: Visit) -> Response:
    """What must hold and what is to be said."""
    book = opened(visit)
    if book is None:
        return visit.missing()
    return _page(visit, Opened(book.folder, book.latest, book.latest))


def _page(
    visit: Visit,
    book: Opened,
    status: int = 200,
    problems: Sequence[Problem] = (),
    tried: Tried | None = None,
    asked: Asked | None = None,
) -> Response:
    answer = examine(visit, book.latest)
    data = answer.data if isinstance(answer, Done) else None
    said = None if data is None else data["rulebook"]
    job = last_job(visit, book.latest, "run_cases")
    published = visit.desk.publications.listed()
    own = [one for one in published if said is not None and one.rulebook == said["id"]]
    return page(
        visit,
        book,
        "publish.html",
        "publish",
        status,
        said=said,
        errors=None if data is None else data["errors"],
        warnings=None if data is None else data["warnings"],
        lint=told_problems(data) if data else shown(answer.problems, visit.language),
        cases=job.answer if job is not None and job.state == "done" else None,
        tried=tried,
        differing=lambda case: differing(case, visit),
        impact=last_seen(visit, book.latest),
        own=own,
        current=next((one for one in own if (one.folder, one.n) == (book.folder.id, book.latest.n)), None)
        if asked is None
        else None,
        typed=_typed(said, own, asked),
        problems=shown(problems, visit.language),
        done=visit.asked("done"),
        overlapping=[] if asked is None else overlaps(own, asked.start, asked.end),
    )


def _typed(said: Mapping[str, Any] | None, own: Sequence[Publication], asked: Asked | None) -> dict[str, str]:
    """What the form holds: what was typed, else what the file says, with a version nobody has used."""
    if asked is not None:
        end = asked.end or ""
        return dict(zip(_FIELDS, (asked.version, asked.start, end, asked.note, asked.reason), strict=True))
    if said is None:
        return dict.fromkeys(_FIELDS, "")
    used = {one.version for one in own}
    return {
        "version": next_version(said["version"], used),
        "from": said["from"],
        "to": said["to"] or "",
        "note": "",
        "reason": "",
    }


def next_version(version: str, used: set[str]) -> str:
    """The version, or where it was used the next that was not: its last number counted up.

    >>> next_version("1.0", {"1.0", "1.1"}), next_version("2018", set()), next_version("a", {"a"})
    ('1.2', '2018', 'a.1')
    """
    while version in used:
        head, dot, last = version.rpartition(".")
        plain = last.isascii() and last.isdigit() and len(last) < 10 and bool(dot)
        version = f"{head}.{int(last) + 1}" if plain else f"{version}.1"
    return version


def overlaps(own: Sequence[Publication], start: str, end: str | None) -> list[Publication]:
    """The published versions that are in force on a day of these."""
    return [
        one
        for one in own
        if (one.effective_to is None or start <= one.effective_to) and (end is None or one.effective_from <= end)
    ]


# --- publishing -------------------------------------------------------------------------------------------------------


def publish(visit: Visit) -> Response:
    """Write name and days into the file, look once more, publish."""
    book = opened(visit)
    if book is None:
        return visit.missing()
    base = numbered(visit, book.folder.id, visit.field("base"))
    if base is None or base.n != book.latest.n:
        raise Stale(book.latest)
    book = Opened(book.folder, base, base)
    asked, wrong = _asked(visit)
    if wrong:
        return _page(visit, book, 400, wrong, asked=asked)
    if visit.field("confirmed") == "no":
        return _page(visit, book, asked=asked)
    files = _with_head(visit, base, asked)
    if isinstance(files, tuple):
        return _page(visit, book, 400, files, asked=asked)
    made = replace(base, files=files)
    answer = examine(visit, made)
    wrong = _sound(answer)
    if wrong or not isinstance(answer, Done):
        return _page(visit, book, 400, wrong, asked=asked)
    said = answer.data["rulebook"]
    if any(one.rulebook == said["id"] and one.version == asked.version for one in visit.desk.publications.listed()):
        return _page(visit, book, 400, [_used(asked)], asked=asked)
    # As the file stands: the cases are of a period it was in force for, and new days change no score.
    tried = try_cases(visit, base)
    if not tried.well and not asked.reason:
        return _page(visit, book, 400, [_needs_reason()], tried, asked)
    if not visit.field("confirmed"):
        return _confirming(visit, book, asked, said, tried)
    return _published(visit, book, made, asked, said, tried)


def _confirming(visit: Visit, book: Opened, asked: Asked, said: Mapping[str, Any], tried: Tried) -> Response:
    """What will be in force and when, and that it stays: to be sent once more."""
    own = [one for one in visit.desk.publications.listed() if one.rulebook == said["id"]]
    return page(
        visit,
        book,
        "publish_confirm.html",
        "publish",
        said=said,
        asked=asked,
        tried=tried,
        typed=_typed(said, own, asked),
        overlapping=overlaps(own, asked.start, asked.end),
    )


def _published(
    visit: Visit, book: Opened, made: Version, asked: Asked, said: Mapping[str, Any], tried: Tried
) -> Response:
    version = book.latest
    if made.files != version.files:
        note = asked.note or visit.t(f"发布为 {asked.version}", f"published as {asked.version}")
        version = save(visit, version, made.files, note)
    note = asked.note
    if not tried.well:
        why = visit.t("个案未全部通过,仍予发布,理由:", "published although not all cases pass, because: ")
        note = f"{note} {why}{asked.reason}".strip()
    try:
        visit.desk.publications.publish(
            folder=version.folder,
            n=version.n,
            rulebook=said["id"],
            version=asked.version,
            title=book.folder.title,
            digest=digest_of(version.files),
            effective_from=asked.start,
            effective_to=asked.end,
            note=note,
            by=visit.user.name,
        )
    except AlreadyPublished:
        return _page(visit, Opened(book.folder, version, version), 409, [_used(asked)], asked=asked)
    return visit.redirect(f"{book.address}/publish?done={asked.version}")


def _asked(visit: Visit) -> tuple[Asked, list[Problem]]:
    asked = Asked(
        visit.field("version"),
        visit.field("from"),
        visit.field("to") or None,
        visit.field("note"),
        visit.field("reason"),
    )
    problems = []
    if not _VERSION.fullmatch(asked.version):
        problems.append(_bad_version(asked.version))
    problems += [_no_day(day) for day in (asked.start, asked.end) if day is not None and not _is_day(day)]
    if not problems and asked.end is not None and asked.end < asked.start:
        problems.append(problem("bad-dates", "截止日期早于起始日期", "it ends before it begins"))
    if len(asked.note) > 2_000 or len(asked.reason) > 2_000:
        problems.append(
            problem("too-long", "说明和理由各不超过 2000 字", "note and reason have at most 2000 characters")
        )
    return asked, problems


def _bad_version(version: str) -> Problem:
    hint = Text(
        "只用字母、数字、点、短横和下划线,以字母或数字开头,不超过 40 个字,例如 1.1 或 2018-1。",
        "Only letters, digits, dots, hyphens and underscores, a letter or digit first, at most 40, such as 1.1 or 2018-1.",
    )
    return problem("bad-version", f"“{version[:40]}”不能作版本号", f"“{version[:40]}” cannot name a version", hint)


def _no_day(text: str) -> Problem:
    hint = Text("写成 2027-01-01", "Write 2027-01-01")
    return problem("bad-date", f"“{text[:40]}”不是日期", f"“{text[:40]}” is no day", hint)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _with_head(visit: Visit, base: Version, asked: Asked) -> dict[str, Any] | tuple[Problem, ...]:
    """The files with name and days written in place."""
    values = {"version": asked.version, "effective.from": asked.start, "effective.to": asked.end or ""}
    with visit.desk.scratch() as scratch:
        rules = rules_of(visit, base, scratch / "rules")
        answer = ask(visit, "set_values", {"rules": str(rules), "values": values})
    if not isinstance(answer, Done):
        return answer.problems
    if not answer.data["changed"]:
        return dict(base.files)
    return with_text(visit, base, ROOT, answer.data["text"])


def _sound(answer: Answer) -> list[Problem]:
    if not isinstance(answer, Done):
        return list(answer.problems)
    if not answer.data["errors"] and answer.data["loads"]:
        return []
    hint = Text("请先改好下面列出的错误。", "Mend the errors listed below first.")
    return [problem("has-errors", "有错误的规则集不能发布", "a rulebook with errors cannot be published", hint)]


def _used(asked: Asked) -> Problem:
    hint = Text("已发布的版本不能更改;请换一个版本号。", "What was published never changes; name another version.")
    return problem(
        "version-used", f"版本 {asked.version} 已发布过", f"version {asked.version} was published before", hint
    )


def _needs_reason() -> Problem:
    hint = Text(
        "请改好,或在下面写明仍要发布的理由;理由随版本保存。",
        "Mend them, or write below why it is published all the same; the reason is kept.",
    )
    return problem("cases-fail", "测试个案没有全部通过", "not every case gives what it should", hint)


# --- cases ------------------------------------------------------------------------------------------------------------


def try_cases(visit: Visit, version: Version) -> Tried:
    """What the cases of a version came to; they are run now where they were not yet."""
    job = last_job(visit, version, "run_cases")
    if job is not None and job.state == "done" and job.answer is not None:
        return _tried(job.answer, job.problems)
    key = digest_of(version.files)
    with _lock:
        found = _ran.get((key, visit.language))
    if found is None:
        with visit.desk.scratch() as scratch:
            answer = ask(visit, "run_cases", {"rules": laid_out(visit, version, scratch, "rules")})
        if not isinstance(answer, Done):
            return Tried(0, 0, (), answer.problems)
        found = _tried(answer.data, answer.problems)
        with _lock:
            _ran[key, visit.language] = found
            while len(_ran) > _KEPT:
                _ran.popitem(last=False)
    return found


def _tried(data: Mapping[str, Any], problems: tuple[Problem, ...]) -> Tried:
    failing = tuple(one for book in data["rulebooks"] for one in book["cases"] if one["outcome"] == "failed")
    return Tried(data["passed"], data["failed"], failing, problems)
