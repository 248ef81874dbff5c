"""Documents into a case: files that came in are read by a worker beside what the case knows already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from facts.problem import Problem, Text, has_errors
from facts.provenance import Position
from hegui.desk.store.blobs import Blob
from hegui.desk.store.publications import Publication
from hegui.desk.web.cases.opened import rules_in
from hegui.desk.web.cases.saving import period_text, write_case
from hegui.desk.web.visit import Visit
from hegui.desk.web.working import ask
from hegui.desk.work.queueing import Done

# What a case says of itself before anything was read.
EMPTY = "format: hegui/case/v1\n"


@dataclass(frozen=True, slots=True)
class ReadCase:
    """The text of a case file after reading, what describes it (None while nobody has said whom or when), and what was noticed."""

    text: str
    described: Mapping[str, Any] | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom a case is about and when, as far as somebody has said; empty leaves it to the documents."""

    name: str = ""
    id: str = ""
    period: str = ""


def read_into(
    visit: Visit,
    publication: Publication,
    text: str,
    files: Mapping[str, Blob],
    new: Iterable[str],
    whom: Whom = Whom(),
) -> ReadCase | tuple[Problem, ...]:
    """Read the `new` ones of these files into a case; what people say of whom and when goes before what documents say."""
    with visit.desk.scratch() as scratch:
        rules = rules_in(visit, publication, scratch)
        home = scratch / "case"
        case = write_case(visit, home, text, files)
        if text == EMPTY:
            case.unlink()
        problems: tuple[Problem, ...] = ()
        wanted = [str(home / path) for path in new]
        if wanted:
            answer = ask(visit, "read", {"rules": rules, "folder": str(home), "sources": wanted})
            if not isinstance(answer, Done):
                return answer.problems
            text, problems = answer.data["case"], (*answer.problems, *contradicted(whom, answer.data["described"]))
        case.write_text(text, "utf-8")
        return _named(visit, rules, case, whom, problems)


def contradicted(whom: Whom, described: Mapping[str, Any] | None) -> tuple[Problem, ...]:
    """What was typed and the documents say otherwise: it is taken, and not without a word."""
    if described is None:
        return ()
    name, period = described["subject"]["name"], period_text(described["period"])
    hint = Text(
        "请核对是否传错了资料或填错了。", "Look whether these are the right documents, or what was typed is wrong."
    )
    said = (
        ("other-subject", whom.name, name, "部门", "department"),
        ("other-period", whom.period, period, "时期", "period"),
    )
    return tuple(
        Problem(
            code,
            Position(""),
            Text(
                f"填写的{zh}是“{typed}”,资料写的是“{read}”", f"the {en} typed is “{typed}”, the documents say “{read}”"
            ),
            hint,
            "warning",
        )
        for code, typed, read, zh, en in said
        if typed and typed != read
    )


def _named(
    visit: Visit, rules: str, case: Path, whom: Whom, problems: tuple[Problem, ...]
) -> ReadCase | tuple[Problem, ...]:
    """The case with what was said of it, checked."""
    request: dict[str, Any] = {"rules": rules, "case": str(case)}
    if whom.name:
        request["subject"] = {"id": whom.id or whom.name, "name": whom.name}
    if whom.period:
        request["period"] = whom.period
    answer = ask(visit, "change", request)
    if not isinstance(answer, Done):
        return answer.problems
    described = answer.data["described"]
    if described is None:
        return (*(one for one in problems if one.severity != "note"), *_untold(answer.problems))
    found = tuple(dict.fromkeys((*problems, *answer.problems)))
    return ReadCase(answer.data["case"], described, found)


def _untold(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    if has_errors(one for one in problems if one.code != "missing-key"):
        return tuple(problems)
    message = Text(
        "还不能确定评价对象或时期(资料没有写明,或有几个说法)",
        "it is not clear whom or which period this is about: the documents do not say, or say several",
    )
    hint = Text(
        "请填写部门名称和年度,再提交;文件已经收到,不必重新选。",
        "Fill in the department and the year and send again: the files are here already.",
    )
    return (Problem("whom-and-when", Position(""), message, hint),)


def brought(described: Mapping[str, Any], new: Iterable[str], known: Iterable[str] = ()) -> dict[str, list[str]]:
    """Which sources a case file brought along: what it cites is in no document here, and goes when it goes.

    Where several case files came at once nobody can tell which of them it was.
    """
    files = [path for path in new if path.lower().endswith((".yaml", ".yml", ".json"))]
    before = set(known)
    ids = [one["id"] for one in described["sources"] if not one["file"] and one["id"] not in before]
    return {files[0]: ids} if len(files) == 1 and ids else {}
