"""Answers: documents as JSON, refusals as hegui/problems/v1 with the status that fits."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from starlette.responses import Response

from facts.problem import Language, Problem, Text
from facts.provenance import Position
from hegui.desk.api.operation import Refused
from hegui.desk.work.queueing import Answer, Done
from hegui.problemdata import problems_data

# Why work was not done, as statuses. Whatever else a task refuses with is about what was handed in.
_WORK = {
    "work-busy": 503,
    "work-closing": 503,
    "work-timed-out": 422,
    "work-out-of-memory": 422,
    "work-too-large": 422,
    "work-not-started": 503,
    "work-fault": 500,
    "work-crashed": 500,
    "work-cancelled": 409,
    "unknown-task": 500,
}
_SOON = "5"


def document(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A document."""
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    answer = Response(
        text.encode("utf-8", "replace"), status, media_type="application/json", headers=dict(headers or {})
    )
    answer.headers.setdefault("cache-control", "no-store")
    return answer


def refusal(
    problems: Iterable[Problem], status: int, language: Language, headers: Mapping[str, str] | None = None
) -> Response:
    """Why not, in the language asked for."""
    more = {"retry-after": _SOON} if status in (429, 503) else {}
    return document(
        problems_data(problems, language), status, {**more, "content-language": language, **(headers or {})}
    )


def made(answer: Answer) -> Any:
    """What a task made. Raises Refused where it refused."""
    if isinstance(answer, Done):
        return answer.data
    raise Refused(statuses_of(answer.problems), *answer.problems)


def statuses_of(problems: Iterable[Problem]) -> int:
    """The status for why a task refused."""
    return max((_WORK[one.code] for one in problems if one.code in _WORK), default=422)


def problem(code: str, message: Text, hint: Text = Text("", ""), where: str = "") -> Problem:
    """A Problem of a request."""
    return Problem(code, Position(where), message, hint)


def missing(what: str) -> Refused:
    """There is none of that name."""
    return Refused(404, problem("not-found", Text(f"没有“{what[:80]}”", f"there is no {what[:80]!r}")))
