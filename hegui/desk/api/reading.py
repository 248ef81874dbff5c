"""Bodies of requests: JSON with bounds, held against the schema of the operation; everything wrong is told at its key."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from facts.problem import Problem, Text
from facts.structure import departures
from hegui.desk.api.answering import problem
from hegui.desk.api.operation import Refused, Schema

DEEPEST = 64
MOST_VALUES = 200_000


def read_json(data: bytes) -> Any:
    """The value of a body; numbers that are not whole stay decimals. Raises Refused."""
    try:
        value = json.loads(
            data.decode("utf-8"), parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_each_key_once
        )
    except RecursionError:
        raise _deep() from None
    except _Twice as twice:
        message = Text(f"键“{twice}”写了两次", f"the key {str(twice)!r} stands twice")
        raise Refused(400, problem("repeated-key", message)) from None
    except (ValueError, ArithmeticError) as error:
        where = f" ({error.lineno}:{error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        message = Text(f"请求的正文不是 UTF-8 的 JSON{where}", f"the body is no JSON in UTF-8{where}")
        raise Refused(400, problem("not-json", message)) from None
    _bounded(value)
    return value


def fitting(value: Any, schema: Schema, root: str = "request") -> None:
    """Hold a value against a schema. Raises Refused with everything that does not fit."""
    found = departures(value, _closed(json.dumps(schema, sort_keys=True)), root)
    if found:
        raise Refused(400, *found)
    unusable = _unusable(value, root)
    if unusable:
        raise Refused(422, unusable)


def written(value: Any) -> str:
    """JSON again, every number as it was written: what was never a float does not become one."""
    if isinstance(value, Mapping):
        return (
            "{"
            + ", ".join(f"{json.dumps(key, ensure_ascii=False)}: {written(one)}" for key, one in value.items())
            + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)


def plain(value: Any) -> Any:
    """The value for a task: decimals as the texts they were written as, which every reader of facts takes."""
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return str(value) if isinstance(value, Decimal) else value


# --- bounds -----------------------------------------------------------------------------------------------------------


class _Twice(Exception):
    """A key that stands twice."""


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _Twice(next(key for key in keys if keys.count(key) > 1)[:60])
    return found


def _no_number(text: str) -> Any:
    raise ValueError(text)


def _bounded(value: Any) -> None:
    waiting, count = [(value, 0)], 0
    while waiting:
        one, depth = waiting.pop()
        count += 1
        if depth > DEEPEST or count > MOST_VALUES:
            raise _deep()
        inner: Iterable[Any] = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        waiting.extend((each, depth + 1) for each in inner)


def _deep() -> Refused:
    message = Text(
        f"嵌套超过 {DEEPEST} 层,或值多于 {MOST_VALUES} 个",
        f"nested deeper than {DEEPEST}, or more than {MOST_VALUES} values",
    )
    return Refused(400, problem("too-deep", message))


def _unusable(value: Any, where: str) -> Problem | None:
    """Texts no file and no database takes: half characters, and the character 0."""
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= c <= "\udfff" for c in value):
            message = Text("文字里有不能保存的字符", "a text has a character nothing can store")
            return problem("bad-character", message, where=where)
        return None
    if isinstance(value, Mapping):
        pairs = [(f"{where}.{str(key)[:60]}", (key, one)) for key, one in value.items()]
        found = (_unusable(one, at) for at, both in pairs for one in both)
    else:
        found = (_unusable(one, f"{where}[{n}]") for n, one in enumerate(value if isinstance(value, list) else ()))
    return next((one for one in found if one is not None), None)


# --- schemas ----------------------------------------------------------------------------------------------------------


@cache
def _closed(schema: str) -> Any:
    """The schema without references to documents whose own readers will say what is wrong with them."""
    return _without(json.loads(schema))


def _without(node: Any) -> Any:
    if isinstance(node, list):
        return [_without(one) for one in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return {"type": "object", **{key: value for key, value in node.items() if key != "$ref"}}
    return {key: _without(value) for key, value in node.items()}
