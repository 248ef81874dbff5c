"""Tasks that change values in rule files where they stand: comments, order and every other byte stay."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from engine.load import read_rulebook
from facts.problem import Language, Problem, Text
from facts.provenance import Position
from facts.yamledit import CannotEdit, Records, Tree, is_value, set_value, split_records, value_at
from hegui.desk.work.requests import Folder, read_request
from hegui.desk.work.wire import Data
from hegui.desk.work.worker import Result, Say
from hegui.workbench.spreadsheet import layout as lo
from hegui.workbench.spreadsheet.tables import is_simple

# A value as it is named in requests: the keys that lead to it, joined by points.
_OF_INDICATORS = {".".join(column.path): column for column in lo.CRITERIA_LAYOUT.columns}
_OF_THE_WHOLE = {".".join(column.path): column for column in lo.HEAD_LAYOUT.columns}
_RULE = "score"


@dataclass(frozen=True, slots=True)
class Find:
    """An indicator of a rulebook, by its id."""

    rules: Folder
    indicator: str
    language: Language = "zh"


def indicator(request: Data, say: Say) -> Result:
    """The values of one indicator.

    Answer: `file`, `values` by their names (`points`, `cite.item`, `score.full`); `simple`, whether its rule is of the form that has
    values of its own, else it is in `score` as written.
    """
    asked, problems = read_request(Find, request)
    if asked is None:
        return None, problems
    found = _found(asked.rules, asked.indicator)
    if isinstance(found, Problem):
        return None, (found,)
    file, records, place = found
    tree = Tree(records.records[place].text)
    simple = is_simple(tree)
    values = {name: value_at(tree, column.path, column.kind) for name, column in _OF_INDICATORS.items()}
    if simple:
        values[_RULE] = ""
    return {"file": file, "simple": simple, "values": values}, ()


@dataclass(frozen=True, slots=True)
class Set:
    """Values to set: of an indicator where one is named, else of rulebook.yaml. An empty one is taken away."""

    rules: Folder
    values: dict[str, str]
    indicator: str = ""
    language: Language = field(default="zh")


def set_values(request: Data, say: Say) -> Result:
    """Set values where they stand. Answer: `file`, its `text` as it should be; `changed`, the names of what is new."""
    asked, problems = read_request(Set, request)
    if asked is None:
        return None, problems
    if not asked.indicator:
        return _set_head(asked)
    found = _found(asked.rules, asked.indicator)
    if isinstance(found, Problem):
        return None, (found,)
    file, records, place = found
    record = records.records[place]
    text, wrong = _edited(record.text, asked.values, _OF_INDICATORS, lo.CRITERIA_LAYOUT.order, file)
    if wrong:
        return None, tuple(wrong)
    changed = [name for name in asked.values if _value(text, name) != _value(record.text, name)]
    listed = [*records.records]
    listed[place] = type(record)(record.gap, text)
    whole = records.joined(listed)
    return {"file": file, "text": whole, "changed": changed}, ()


def _set_head(asked: Set) -> Result:
    before = _text(asked.rules / lo.ROOT)
    try:
        text, wrong = _edited(before, asked.values, _OF_THE_WHOLE, lo.HEAD_LAYOUT.order, lo.ROOT)
    except yaml.YAMLError:
        return None, (_broken(lo.ROOT),)
    if wrong:
        return None, tuple(wrong)
    return {"file": lo.ROOT, "text": text, "changed": list(asked.values) if text != before else []}, ()


def _value(text: str, name: str) -> str:
    column = _OF_INDICATORS[name]
    return value_at(Tree(text), column.path, column.kind)


def _edited(
    text: str, values: Mapping[str, str], columns: Mapping[str, lo.Column], order: tuple[str, ...], file: str
) -> tuple[str, list[Problem]]:
    problems: list[Problem] = []
    for name, value in values.items():
        column = columns.get(name)
        if column is None:
            problems.append(_no_value(name))
            continue
        value = value.strip()
        if column.kind == "source" and value and not is_value(value, column.heading):
            message = Text(f"“{column.heading}”不是规则语言的写法", f"{name} is not written as the rule language asks")
            problems.append(Problem("not-yaml", Position(file), message))
            continue
        try:
            text = set_value(text, column.path, column.kind, value, order)
        except CannotEdit as error:
            message = Text(f"“{column.heading}”写不进规则文件({error})", f"{name} cannot be written ({error})")
            hint = Text("请在源文件里改这一处。", "Change this one in the file itself.")
            problems.append(Problem("cannot-edit", Position(file), message, hint))
    return text, problems


# --- finding ----------------------------------------------------------------------------------------------------------


def _found(rules: Path, wanted: str) -> tuple[str, Records, int] | Problem:
    """The file an indicator stands in, the file's records, and which of them it is."""
    for file in _section_files(rules):
        try:
            records = split_records(_text(rules / file), lo.CRITERIA_LAYOUT.lists)
            ids = [] if records is None else [value_at(Tree(one.text), ("id",), "text") for one in records.records]
        except (CannotEdit, yaml.YAMLError):
            continue
        if records is not None and wanted in ids:
            return file, records, ids.index(wanted)
    message = Text(f"找不到指标“{wanted[:60]}”", f"there is no indicator {wanted[:60]!r} to be found")
    hint = Text(
        "它可能已改名,或所在文件的写法现在读不出来。",
        "It may have another id now, or its file cannot be read as it is.",
    )
    return Problem("unknown-indicator", Position(""), message, hint)


def _section_files(rules: Path) -> Iterator[str]:
    with contextlib.chdir(rules):
        rulebook, _ = read_rulebook(Path())
    named = () if rulebook is None else tuple(section.file for section in rulebook.sections)
    yield from (file for file in named if (rules / file).is_file())


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="replace")


def _no_value(name: str) -> Problem:
    message = Text(f"没有名为“{name[:40]}”的值", f"there is no value called {name[:40]!r}")
    return Problem("unknown-value", Position(""), message)


def _broken(file: str) -> Problem:
    message = Text("文件现在读不出来,不能逐处改动", "the file cannot be read as it is, and nothing in it be changed")
    return Problem("bad-yaml", Position(file), message, Text("请先在编辑器里改好。", "Mend it in the editor first."))
