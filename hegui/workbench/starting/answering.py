"""What a table of indicators does not say of its rulebook, as given by a person: the same checks wherever it was asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.workbench.starting.drafting import Answers

ASKED: tuple[tuple[str, Text], ...] = (
    ("title", Text("规则集名称", "title of the rulebook")),
    ("authority", Text("发布机关", "authority")),
    ("effective", Text("从哪天起适用(如 2024-01-01)", "in force from (such as 2024-01-01)")),
)
_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
MAX_ID = 100


def settle(
    given: Mapping[str, str], key: str, document: str, named: Callable[[str], str]
) -> tuple[Answers | None, tuple[Problem, ...]]:
    """The answers, or everything that is missing or wrong; `named` says what an answer is called where it was asked for."""
    text = {name: given.get(name, "").strip() for name, _ in ASKED}
    problems = []
    missing = [named(name) for name, _ in ASKED if not text[name]]
    if missing:
        message = Text(f"还缺:{'、'.join(missing)}", f"missing: {', '.join(missing)}")
        hint = Text("请补上这几项。", "Give these too.")
        problems.append(Problem("missing-answer", Position(""), message, hint))
    if not _ID.fullmatch(key) or len(key) > MAX_ID:
        problems.append(bad_id(key, named("id")))
    if text["effective"] and not is_day(text["effective"]):
        message = Text(f"“{text['effective'][:40]}”不是日期", f"“{text['effective'][:40]}” is no day")
        problems.append(
            Problem("bad-date", Position(named("effective")), message, Text("写成 2024-01-01", "Write 2024-01-01"))
        )
    if problems:
        return None, tuple(problems)
    return Answers(key, text["title"], text["authority"], text["effective"], document.strip()), ()


def bad_id(key: str, where: str) -> Problem:
    """An id nobody can use."""
    message = Text(f"“{key[:40]}”不能作编号", f"“{key[:40]}” cannot be an id")
    hint = Text("用小写字母、数字和短横,如 kunming-2024", "Lower-case letters, digits, hyphens, such as kunming-2024")
    return Problem("bad-id", Position(where), message, hint)


def is_day(text: str) -> bool:
    """Whether it is a day as the rule language writes days."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2024-01-01")
