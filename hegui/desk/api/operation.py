"""What an operation is: a path, who may use it, what it takes and answers. The server, its checks and its description use this."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from starlette.datastructures import UploadFile
from starlette.responses import Response

from facts.problem import Problem, Text
from hegui.desk.store.accounts import Right
from hegui.desk.web.visit import Visit

Schema = Mapping[str, Any]
Method = Literal["GET", "POST", "DELETE"]
PREFIX = "/api/v1"


@dataclass
class Call:
    """One use of an operation: who asks, and what, as its schema wants it.

    `data`: the body; where there is none, parts of the path and of the query, which are in `query` also beside a body.
    `uploads`: files of a multipart body by the names of their parts.
    """

    visit: Visit
    data: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    uploads: Mapping[str, UploadFile] = field(default_factory=dict)


class Refused(Exception):
    """It cannot be done; `status` is that of HTTP."""

    def __init__(self, status: int, *problems: Problem, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status)
        self.status, self.problems, self.headers = status, problems, dict(headers or {})


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer there may be: its schema (a name of rules/schema, or a schema of its own); None: bytes of `media`."""

    about: str
    schema: str | Schema | None = None
    media: str = "application/json"
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """`path` is below /api/v1. `body` is the schema of what a POST takes, `query` schemas by name, `parts` those of the path.

    `forms`: the body may also be multipart/form-data, with files as parts. `largest` bytes of body; 0: what forms may have.
    `refuses`: statuses beside those every operation may have.
    """

    name: str
    method: Method
    path: str
    title: Text
    about: Text
    allow: Right
    answer: Callable[[Call], Response]
    answers: Mapping[int, Answer]
    body: Schema | None = None
    query: Mapping[str, Schema] = field(default_factory=dict)
    parts: Mapping[str, Schema] = field(default_factory=dict)
    forms: bool = False
    uploads: bool = False  # whether it takes as much as an upload may be
    refuses: tuple[int, ...] = ()
