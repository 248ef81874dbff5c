"""What goes between the server and its workers: frames of JSON on a pipe, each with its length before it.

Problems travel in both languages; whoever shows them chooses.
"""

from __future__ import annotations

import json
from typing import Any, cast

from facts.problem import Problem, Severity, Text
from facts.provenance import Position

Data = dict[str, Any]

# A frame begins with its length in so many bytes, the highest first.
HEAD = 4
# Nothing we make is nearly as large; what says it is would only fill our memory.
MAX_FRAME = 256 * 1024 * 1024


def packed(message: Data) -> bytes:
    """A message as a frame. In ASCII: names of files need not be UTF-8."""
    data = json.dumps(message).encode("ascii")
    return len(data).to_bytes(HEAD, "big") + data


def length_of(head: bytes) -> int:
    """How long the frame is that begins so."""
    return int.from_bytes(head, "big")


def unpacked(data: bytes) -> Data:
    """The message of a frame without its head."""
    return cast(Data, json.loads(data))


def problem_to_wire(one: Problem) -> Data:
    """A Problem in both languages."""
    return {
        "code": one.code,
        "severity": one.severity,
        "file": one.at.file,
        "line": one.at.line,
        "column": one.at.column,
        "message": list(one.message),
        "hint": list(one.hint),
    }


def problem_from_wire(data: Data) -> Problem:
    """The Problem again.

    >>> one = Problem("a", Position("f.yaml", 1, 2), Text("甲", "a"), severity="note")
    >>> problem_from_wire(problem_to_wire(one)) == one
    True
    """
    at = Position(data["file"], data["line"], data["column"])
    return Problem(data["code"], at, Text(*data["message"]), Text(*data["hint"]), cast(Severity, data["severity"]))
