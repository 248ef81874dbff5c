"""Where two results differ, field by field: from what a receipt says of a result, or from the result itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from facts.problem import Text
from hegui.receipts.model import Comparison, Outcome, ResultDigest

# So many differing fields are told; they are counted, all of them, by whoever compares the two files.
TOLD = 40
_LACKS = object()


def told_differences(expected: ResultDigest, found: ResultDigest) -> Iterator[Comparison]:
    """The fields of the receipt itself that are another now: totals, grade, indicators."""
    for name in ("score", "lower", "upper", "grade"):
        before, after = getattr(expected, name), getattr(found, name)
        if before != after:
            yield field_differs(name, before, after)
    before_by, after_by = ({one.id: one for one in result.indicators} for result in (expected, found))
    for key in (*before_by, *(key for key in after_by if key not in before_by)):
        if before_by.get(key) != after_by.get(key):
            yield field_differs(f"indicators[{key}]", _outcome(before_by.get(key)), _outcome(after_by.get(key)))


def every_difference(expected: Any, found: Any) -> Iterator[Comparison]:
    """Every field in which two documents differ, by its path."""
    for path, before, after in _walk(expected, found, ""):
        yield field_differs(path, _shown(before), _shown(after))


def field_differs(path: str, expected: str | None, found: str | None) -> Comparison:
    """One field that differs."""
    message = Text(
        f"结果不同:{path} 应为 {_or_none(expected)},实为 {_or_none(found)}",
        f"the result differs: {path} should be {_or_none(expected)}, is {_or_none(found)}",
    )
    return Comparison("field", path, "differs", message, expected, found)


def _or_none(text: str | None) -> str:
    return "—" if text is None else text[:200]


def _outcome(one: Outcome | None) -> str | None:
    if one is None:
        return None
    return f"{one.verdict} {one.lower}" if one.lower == one.upper else f"{one.verdict} [{one.lower}, {one.upper}]"


def _shown(value: Any) -> str | None:
    if value is _LACKS:
        return None
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)[:200]


def _walk(before: Any, after: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in (*before, *(key for key in after if key not in before)):
            yield from _walk(before.get(key, _LACKS), after.get(key, _LACKS), f"{path}.{key}" if path else str(key))
    elif isinstance(before, list) and isinstance(after, list):
        one, other = _keyed(before), _keyed(after)
        for key in (*one, *(key for key in other if key not in one)):
            yield from _walk(one.get(key, _LACKS), other.get(key, _LACKS), f"{path}[{key}]")
    elif before != after or type(before) is not type(after):
        yield path, before, after


def _keyed(items: list[Any]) -> dict[str, Any]:
    """Items by their id where each has one of its own, else by their number."""
    ids = [item.get("id") for item in items if isinstance(item, Mapping)]
    if items and len(ids) == len(items) and len(set(map(str, ids))) == len(ids) and None not in ids:
        return dict(zip(map(str, ids), items, strict=True))
    return {str(number): item for number, item in enumerate(items)}


def first(comparisons: Iterator[Comparison]) -> tuple[Comparison, ...]:
    """As many as are told."""
    return tuple(islice(comparisons, TOLD))
