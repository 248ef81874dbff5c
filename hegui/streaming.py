"""JSON a piece at a time: a document of 200,000 entries is never in memory as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any


def json_parts(document: Any) -> Iterator[str]:
    """The text `json.dumps(document, ensure_ascii=False, indent=2)` gives; an iterator in the document is a list.

    >>> "".join(json_parts({"a": iter([{"b": 1}, []]), "c": iter(())})) == json.dumps({"a": [{"b": 1}, []], "c": []}, indent=2)
    True
    """
    return _parts(document, "\n")


def _parts(value: Any, margin: str) -> Iterator[str]:
    if not _streams(value):
        yield json.dumps(value, ensure_ascii=False, indent=2).replace("\n", margin)
    elif isinstance(value, dict):
        entries = ((json.dumps(name, ensure_ascii=False) + ": ", one) for name, one in value.items())
        yield from _between("{}", entries, margin)
    else:
        yield from _between("[]", (("", one) for one in value), margin)


def _between(brackets: str, entries: Iterable[tuple[str, Any]], margin: str) -> Iterator[str]:
    before = brackets[0]
    for name, value in entries:
        yield f"{before}{margin}  {name}"
        yield from _parts(value, margin + "  ")
        before = ","
    yield brackets if before == brackets[0] else margin + brackets[1]


def _streams(value: Any) -> bool:
    """Whether there is an iterator in it; of what an iterator gives, nobody asks before it is given."""
    if isinstance(value, dict):
        return any(map(_streams, value.values()))
    return isinstance(value, Iterator) or (isinstance(value, list) and any(map(_streams, value)))
