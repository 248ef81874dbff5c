"""Requests of tasks: plain data -> a frozen record, by the record's own annotations; what does not fit is a Problem.

    @dataclass(frozen=True, slots=True)
    class Lint:
        rules: Folder
        as_of: date | None = None

What is not in the record is a Problem too: a misspelt option must not be passed over.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, NewType, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from facts.problem import Problem, Text
from facts.provenance import Position

# A folder and a file that are there, and one that is to be written; all by absolute paths.
Folder = NewType("Folder", Path)
File = NewType("File", Path)
Output = NewType("Output", Path)

T = TypeVar("T")

# The paths the requests of this task were found to name: a worker does one task at a time.
_NAMED: set[str] = set()


def named_paths() -> frozenset[str]:
    """What of the request is a path of this machine: by what the task takes it for, not by how it looks."""
    return frozenset(_NAMED)


def forget_paths() -> None:
    """Another task begins."""
    _NAMED.clear()


class _Wrong(Exception):
    """What does not fit, where."""

    def __init__(self, where: str, expected: Text, code: str = "bad-request") -> None:
        super().__init__(where)
        self.where, self.expected, self.code = where, expected, code


def read_request(kind: type[T], request: Any) -> tuple[T | None, tuple[Problem, ...]]:
    """The record of a request, or why there is none."""
    try:
        return cast(T, _record(kind, request, "")), ()
    except _Wrong as wrong:
        zh, en = wrong.expected
        where = wrong.where or "request"
        return None, (Problem(wrong.code, Position(where), Text(f"{where}:{zh}", f"{where}: {en}")),)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _record(kind: Any, value: Any, where: str) -> Any:
    if not isinstance(value, Mapping):
        raise _Wrong(where, Text("应为若干“键: 值”", "a mapping is wanted"))
    known = {field.name: field for field in fields(kind)}
    for name in value:
        if name not in known:
            raise _Wrong(_below(where, str(name)[:40]), Text("没有这个键", "there is no such key"))
    read = {}
    for name, field in known.items():
        if name in value:
            read[name] = _read(_hints(kind)[name], value[name], _below(where, name))
        elif field.default is MISSING and field.default_factory is MISSING:
            raise _Wrong(_below(where, name), Text("必须写明", "it must be given"))
    return kind(**read)


def _below(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _read(kind: Any, value: Any, where: str) -> Any:
    if kind is Any:
        return value
    if kind in _PATHS:
        return _PATHS[kind](value, where)
    if kind is date:
        return _date(value, where)
    if is_dataclass(kind):
        return _record(kind, value, where)
    origin = get_origin(kind)
    if origin is Literal:
        return _one_of(get_args(kind), value, where)
    if origin is tuple:
        return _list(get_args(kind)[0], value, where)
    if origin is dict:
        return _mapping(get_args(kind)[1], value, where)
    if origin in (Union, types.UnionType):
        return None if value is None else _read(get_args(kind)[0], value, where)
    return _plain(kind, value, where)


def _plain(kind: type, value: Any, where: str) -> Any:
    words = {str: Text("应为文字", "a text is wanted"), bool: Text("应为 true 或 false", "true or false is wanted")}
    number = Text("应为整数", "a whole number is wanted")
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise _Wrong(where, words.get(kind, number))
    return value


def _one_of(known: tuple[Any, ...], value: Any, where: str) -> Any:
    if value not in known or type(value) is not type(known[0]):
        raise _Wrong(where, Text(f"应为 {'、'.join(known)} 之一", f"one of {', '.join(known)} is wanted"))
    return value


def _list(kind: Any, value: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise _Wrong(where, Text("应为列表", "a list is wanted"))
    return tuple(_read(kind, one, f"{where}[{n}]") for n, one in enumerate(value))


def _mapping(kind: Any, value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise _Wrong(where, Text("应为若干“键: 值”", "a mapping is wanted"))
    return {str(name): _read(kind, one, _below(where, str(name)[:40])) for name, one in value.items()}


def _date(value: Any, where: str) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise _Wrong(where, Text("应为日期,如 2018-06-01", "a date such as 2018-06-01 is wanted")) from None


# --- paths ------------------------------------------------------------------------------------------------------------


def _path(value: Any, where: str) -> Path:
    if not isinstance(value, str) or not value.startswith("/") or "\0" in value:
        raise _Wrong(where, Text("应为绝对路径", "an absolute path is wanted"))
    _NAMED.add(value)
    return Path(value)


def _folder(value: Any, where: str) -> Path:
    path = _path(value, where)
    if not path.is_dir():
        raise _Wrong(where, Text("没有这个文件夹", "there is no such folder"), "no-such-file")
    return path


def _file(value: Any, where: str) -> Path:
    path = _path(value, where)
    if not path.is_file():
        raise _Wrong(where, Text("没有这个文件", "there is no such file"), "no-such-file")
    return path


def _output(value: Any, where: str) -> Path:
    path = _path(value, where)
    if not path.parent.is_dir():
        raise _Wrong(where, Text("没有要写入的文件夹", "the folder to write to is not there"), "no-such-file")
    return path


_PATHS: dict[Any, Any] = {Folder: _folder, File: _file, Output: _output}
