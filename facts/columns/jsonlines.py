"""JSON lines: a record on each line, its keys the columns; numbers stay the text that stands there, never a binary fraction."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from facts.problem import Problem, Text
from facts.provenance import Position

ENDINGS = (".jsonl", ".ndjson")
MAX_LINE, MAX_KEYS = 16_000_000, 20_000
# A power of ten that is written out; beyond it the text stays, which is then no number.
_WRITTEN_OUT = re.compile(r"(-?)([0-9]+)(?:[.]([0-9]+))?[eE]([+-]?[0-9]{1,2})")
_WORDS = {True: "是", False: "否", None: ""}
Record = dict[str, Any]


class _Bad(Exception):
    """A line that is no record: its number, and why."""

    def __init__(self, line: int, why: Text) -> None:
        super().__init__(why.en)
        self.line, self.why = line, why


def keys_of(path: Path) -> tuple[tuple[str, ...], Problem | None]:
    """Every key of any record, in the order in which they come; the Problem of the first line that is no flat record."""
    found = dict[str, None]()
    try:
        for number, record in _records(path):
            found.update(dict.fromkeys(record))
            for key, value in record.items():
                if isinstance(value, dict | list):
                    raise _Bad(number, _nested(key))
            if len(found) > MAX_KEYS:
                raise _Bad(number, Text(f"键超过 {MAX_KEYS} 个", f"there are more than {MAX_KEYS} keys"))
    except _Bad as bad:
        hint = Text(
            '每行应是一个对象,值是数、词、是否或 null,例如 {"单位编号": "530102", "部门预算数(万元)": 12.5}。',
            'Each line must be one object whose values are numbers, words, true, false or null: {"unit_id": "530102", …}.',
        )
        return (), Problem("bad-json-line", Position(str(path), bad.line, 1), bad.why, hint)
    return tuple(found), None


def json_rows(path: Path, keys: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """The number of each line that holds a record, and its values as texts in the order of the keys."""
    for number, record in _records(path):
        yield number, [_text(record.get(key)) for key in keys]


def _text(value: object) -> str:
    return value if isinstance(value, str) else _WORDS[value]  # type: ignore[index]  # numbers are texts, the rest is refused


def _records(path: Path) -> Iterator[tuple[int, Record]]:
    number = 0
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as stream:
            while line := stream.readline(MAX_LINE):
                number += 1
                if len(line) == MAX_LINE:
                    raise _Bad(number, Text("这一行过长", "the line is too long"))
                if line.strip():
                    yield number, _record(number, line)
    except UnicodeDecodeError:
        raise _Bad(number + 1, Text("不是 UTF-8 文字", "this is no UTF-8 text")) from None


def _record(number: int, line: str) -> Record:
    try:
        found = json.loads(
            line,
            parse_float=_plain,
            parse_int=str,
            parse_constant=str,
            object_pairs_hook=lambda pairs: _once(pairs, number),
        )
    except (ValueError, RecursionError):
        raise _Bad(number, Text("这一行不是 JSON", "the line is no JSON")) from None
    if not isinstance(found, dict):
        raise _Bad(number, Text("这一行不是 JSON 对象", "the line is no JSON object"))
    return found


def _once(pairs: list[tuple[str, Any]], number: int) -> Record:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Bad(number, Text("同一个键写了两次", "a key stands twice"))
    return found


def _plain(text: str) -> str:
    """A numeral without a power of ten.

    >>> _plain("98.5"), _plain("1.5e3"), _plain("-25E-3"), _plain("1e400")
    ('98.5', '1500', '-0.025', '1e400')
    """
    match = _WRITTEN_OUT.fullmatch(text)
    if match is None:
        return text
    sign, whole, digits, power = match[1], match[2], match[3] or "", int(match[4])
    moved = f"{whole}{digits}".rjust(max(0, -power) + 1, "0") + "0" * max(0, power - len(digits))
    places = max(0, len(digits) - power)
    moved = moved.rjust(places + 1, "0")
    return f"{sign}{moved[:-places]}.{moved[-places:]}" if places else f"{sign}{moved}"


def _nested(key: str) -> Text:
    return Text(
        f"“{key[:40]}”的值是嵌套的对象或数组,一个值应只有一个数、词或日期",
        f"the value of {key[:40]!r} is a nested object or list; it must be one number, word or date",
    )
