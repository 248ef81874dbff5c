"""Problems in the words of the desk: people here see a form and lists, not the lines of a case file or the keys it is written in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePosixPath

from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.desk.web.cases.opened import CASE

_BOUNDS = Text(
    "请写成普通小数(不用科学计数法),如 131 或 98.5;只知道上下限时,选“只知道不超过”或“只知道不少于”,假设测算页写“<= 131”。",
    "Write a plain decimal such as 131 or 98.5; of a bound say “at most” or “at least”, on the page what-if write “<= 131”.",
)
_UNIT = Text(
    "请换成这个数据项的单位;不写单位时就按它的单位。",
    "Use a unit of what this fact measures; where none is written its own is meant.",
)
_SETTLE = Text(
    "没有采用任何一个。请在“先处理:资料互相矛盾”里点开这一项,选定一个值并写明理由。",
    "None was taken. Choose one under “First: sources that disagree”, with the reason.",
)
_WHOM = Text("请在这一页填写部门名称。", "Fill in the department on this page.")
_WHEN = Text("请在这一页填写年度或起止日期。", "Fill in the year, or the days, on this page.")
# What is noticed while documents are read, wherever they stand.
_READING = ("conflicting-facts", "choice-reopened", "unclear-subject", "unclear-period")
# What the way out is at the desk, where it is another one than at the command line.
_HINTS = {
    "not-a-number": _BOUNDS,
    "unit-mismatch": _UNIT,
    "conflicting-facts": _SETTLE,
    "choice-reopened": _SETTLE,
    "unclear-subject": _WHOM,
    "unclear-period": _WHEN,
}


def plainly(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The same, without places in a file nobody here has written, and with the way out there is here.

    >>> one, = plainly([Problem("unit-mismatch", Position("case.yaml", 24, 13), Text("单位不符", "wrong unit"))])
    >>> one.at.file, one.hint.zh[:12]
    ('', '请换成这个数据项的单位;')
    """
    return tuple(replace(one, at=_place(one.at), hint=_hint(one)) for one in problems)


def _hint(one: Problem) -> Text:
    ours = one.code in _READING or PurePosixPath(one.at.file).name in (CASE, "")
    better = one.code != "unit-mismatch" or not one.hint.zh  # which may say more of these two units
    return _HINTS.get(one.code, one.hint) if ours and better else one.hint


def _place(at: Position) -> Position:
    path = PurePosixPath(at.file)
    if path.name == CASE:
        return Position("")
    return replace(at, file=path.name) if path.parent.name == "sources" else at
