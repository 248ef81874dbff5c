"""The commonest edits without a look at the file: points, threshold, title, citation of one indicator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from facts.problem import Problem, Text
from hegui.desk.store.folders import Version
from hegui.desk.web.rulebooks.common import (
    Opened,
    examine,
    numbered,
    opened,
    page,
    problem,
    rules_of,
    save,
    told_problems,
)
from hegui.desk.web.rulebooks.common import with_text as with_one_text
from hegui.desk.web.visit import Visit, shown
from hegui.desk.web.working import ask
from hegui.desk.work.queueing import Answer, Done


@dataclass(frozen=True, slots=True)
class Field:
    """A value of an indicator as the form asks for it; `rows` above 1 for a text of several lines."""

    name: str
    label: Text
    hint: Text = Text("", "")
    rows: int = 1


_ALWAYS = (
    Field("title", Text("名称", "Title (Chinese)")),
    Field("title_en", Text("英文名称", "Title (English)")),
    Field("points", Text("分值", "Points"), Text("如 3 或 2.5", "such as 3 or 2.5")),
    Field(
        "measure",
        Text("测算公式", "Measure"),
        Text("数据项之间的算式,如 决算数 / 预算数", "arithmetic over data items, such as 决算数 / 预算数"),
    ),
    Field("unit", Text("单位", "Unit"), Text("如 % 或 万元", "such as % or 万元")),
)
_SIMPLE = (
    Field("score.full", Text("满分条件", "Full points where"), Text("如 <= 100%", "such as <= 100%")),
    Field(
        "score.otherwise",
        Text("否则得分", "Otherwise"),
        Text(
            "如 0,或 {per_unit: {deduct: 0.1, per: 1 个百分点, over: 100%}}",
            "such as 0, or {per_unit: {deduct: 0.1, per: 1 个百分点, over: 100%}}",
        ),
    ),
    Field(
        "score.reason",
        Text("扣分理由", "Reason for the deduction"),
        Text("{value} 处填测算值", "{value} is where the measure goes"),
        2,
    ),
)
_OTHER = (Field("score", Text("计分方式(规则语言)", "Rule (in the rule language)"), rows=8),)
_CITED = (
    Field(
        "cite.document", Text("依据文件", "Document cited"), Text("不写则同规则集", "empty: that of the whole rulebook")
    ),
    Field("cite.item", Text("依据条款", "Item")),
    Field("cite.quote", Text("原文", "Quote"), rows=2),
    Field("cite.uncertain", Text("存疑", "What is uncertain"), rows=2),
)


def form(visit: Visit) -> Response:
    """The form of an indicator."""
    book = opened(visit)
    if book is None:
        return visit.missing()
    found = _values(visit, book.version)
    return _page(visit, book, found, found.data["values"]) if isinstance(found, Done) else _unfound(visit, book, found)


def send(visit: Visit) -> Response:
    """See what the rule would say, or save it."""
    book = opened(visit)
    if book is None:
        return visit.missing()
    base = numbered(visit, book.folder.id, visit.field("base"))
    if base is None:
        told = problem("no-base", "表单没有写明所改的版本", "the form does not say which version it changes")
        return visit.refusal([told])
    before, now = _values(visit, base), _values(visit, book.latest)
    if not isinstance(before, Done) or not isinstance(now, Done):
        return _unfound(visit, book, now if isinstance(before, Done) else before)
    typed = _typed(visit, before.data)
    changed = {name: text for name, text in typed.items() if text != before.data["values"][name]}
    values = now.data["values"]
    theirs = {
        name: values[name] for name, text in changed.items() if values[name] not in (before.data["values"][name], text)
    }
    kept = {**values, **changed}
    if theirs:
        return _page(visit, book, now, kept, 409, theirs=theirs)
    return _answer(visit, book, now, kept, changed)


def _answer(visit: Visit, book: Opened, now: Done, kept: Mapping[str, str], changed: Mapping[str, str]) -> Response:
    """The values fit what is there: show what they would say, or save."""
    answer = _set(visit, book.latest, changed)
    if not isinstance(answer, Done):
        return _page(visit, book, now, kept, 400, refused=answer.problems)
    file, text = answer.data["file"], answer.data["text"]
    said = examine(visit, book.latest, {file: text})
    if visit.field("do") == "look" or not isinstance(said, Done):
        return _page(visit, book, now, kept, said=said)
    if said.data["errors"] and visit.field("do") != "anyway" and _sound(visit, book.latest):
        return _page(visit, book, now, kept, 400, said=said, anyway=True)
    if not changed:
        return visit.redirect(f"{book.address}#i-{visit.part('indicator')}")
    title = now.data["values"]["title"]
    note = visit.field("note") or visit.t(f"修改指标:{title}", f"indicator changed: {title}")
    save(visit, book.latest, with_one_text(visit, book.latest, file, text), note)
    return visit.redirect(f"{book.address}#i-{visit.part('indicator')}")


def _values(visit: Visit, version: Version) -> Answer:
    with visit.desk.scratch() as scratch:
        rules = rules_of(visit, version, scratch / "rules")
        return ask(visit, "indicator", {"rules": str(rules), "indicator": visit.part("indicator")})


def _set(visit: Visit, version: Version, values: Mapping[str, str]) -> Answer:
    with visit.desk.scratch() as scratch:
        rules = rules_of(visit, version, scratch / "rules")
        request = {"rules": str(rules), "indicator": visit.part("indicator"), "values": dict(values)}
        return ask(visit, "set_values", request)


def _sound(visit: Visit, version: Version) -> bool:
    errors = version.about.get("errors")
    if errors is None:
        said = examine(visit, version)
        return isinstance(said, Done) and not said.data["errors"]
    return not errors


def _fields(data: Mapping[str, Any]) -> tuple[Field, ...]:
    return (*_ALWAYS, *(_SIMPLE if data["simple"] else _OTHER), *_CITED)


def _typed(visit: Visit, data: Mapping[str, Any]) -> dict[str, str]:
    """What the form sent of each value it has; a text of several lines as it was typed, but for its end."""
    return {
        one.name: visit.text(one.name).rstrip() if one.rows > 1 else visit.field(one.name)
        for one in _fields(data)
        if one.name in visit.form
    }


def _page(
    visit: Visit,
    book: Opened,
    found: Done,
    values: Mapping[str, str],
    status: int = 200,
    *,
    said: Answer | None = None,
    theirs: Mapping[str, str] | None = None,
    refused: tuple[Problem, ...] = (),
    anyway: bool = False,
) -> Response:
    data = said.data if isinstance(said, Done) else None
    problems = () if said is None else said.problems
    listed = [*shown((*refused, *problems), visit.language), *(told_problems(data) if data else ())]
    listed = [{**one, "at": _where(visit, one["at"], found.data["file"])} for one in listed]
    fields = [(one, one.label.in_(visit.language), one.hint.in_(visit.language)) for one in _fields(found.data)]
    return page(
        visit,
        book,
        "indicator.html",
        "outline",
        status,
        fields=fields,
        values=values,
        indicator=visit.part("indicator"),
        file=found.data["file"],
        now=_sentence(visit, examine(visit, book.version)),
        then=None if said is None else _sentence(visit, said),
        theirs=theirs or {},
        problems=listed,
        anyway=anyway,
        note=visit.field("note"),
    )


def _where(visit: Visit, at: str, file: str) -> str:
    """Where a problem is, for who sees a form and no file: nothing is said of the form's own file."""
    named = at.partition(":")[0]
    return "" if named in ("", file) else visit.t(f"规则集别处({named})", f"elsewhere in the rulebook ({named})")


def _sentence(visit: Visit, said: Answer) -> str:
    """What the rule says, in a sentence; nothing where it cannot be read."""
    rulebook = said.data["rulebook"] if isinstance(said, Done) else None
    sections = () if rulebook is None else rulebook["sections"]
    listed = (one for section in sections for one in section["indicators"])
    return next((one["sentence"] for one in listed if one["id"] == visit.part("indicator")), "")


def _unfound(visit: Visit, book: Opened, answer: Answer) -> Response:
    return visit.refusal(answer.problems, 404 if "unknown-indicator" in _codes(answer) else 400, back=book.address)


def _codes(answer: Answer) -> set[str]:
    return {one.code for one in answer.problems}
