"""Edits of a case file by people: an entry is written anew where it stands; comments, order and every other byte stay.

An edit is taken only if the file says afterwards what was meant and has no error it did not have before.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from facts.casefile import Document, build_case
from facts.gathering.yamltext import scalar
from facts.model import Case, Fact
from facts.problem import Problem, Text, did_you_mean, has_errors, in_order
from facts.provenance import Position
from facts.treereading import child
from facts.vocabulary import Concept, Vocabulary
from facts.yamledit import CannotEdit, set_value
from facts.yamltree import Mapping as Tree
from facts.yamltree import Node, read_yaml

# The order in which people find the keys of a fact.
_ORDER = (
    *("value", "unit", "at_least", "above", "at_most", "below", "rows", "absent", "not_applicable", "conflict"),
    *("basis", "source", "at", "quote", "note", "also"),
)
_TOP = ("format", "subject", "period", "sources", "basis", "source", "facts", "expect")
_LISTS = ("rows", "also")
_COUNTED = re.compile(r"\A(\ufeff?# )由 hegui facts 从资料读出:[^\r\n]*")


@dataclass(frozen=True, slots=True)
class FactEdit:
    """What a concept's entry should say, by the keys of a case file; None takes it away."""

    concept: str
    fact: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class CaseEdits:
    """Edits made together: all of them or none. `sources` are entries by id; "" or nothing leaves subject and period alone."""

    facts: Sequence[FactEdit] = ()
    sources: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    subject: Mapping[str, str] = field(default_factory=dict)
    period: str = ""


Edited = tuple[str | None, Case | None, tuple[Problem, ...]]


def edit_case(text: str, at: Path, edits: CaseEdits, vocabulary: Vocabulary) -> Edited:
    """The case file with these edits and the case it makes; no text where an edit cannot be used."""
    node, unread = _tree(text, at)
    if node is None or has_errors(unread):
        return None, None, unread
    try:
        changed, found = _edited(text, node, edits, vocabulary)
    except CannotEdit as error:
        found = [_cannot(at, error)]
    if has_errors(found):
        return None, None, in_order(found)
    case, problems = _made(changed, at, vocabulary)
    if case is not None:
        changed = _recounted(changed, case)
    new = _new(problems, _made(text, at, vocabulary)[1])
    if new:
        return None, None, in_order(new)
    return changed, case, problems


# --- reading ----------------------------------------------------------------------------------------------------------


def _tree(text: str, at: Path) -> tuple[Node | None, tuple[Problem, ...]]:
    return read_yaml(text.encode("utf-8", "surrogatepass"), str(at))


def _made(text: str, at: Path, vocabulary: Vocabulary) -> tuple[Case | None, tuple[Problem, ...]]:
    """The case a file makes, and everything wrong with it."""
    node, problems = _tree(text, at)
    case, found = build_case([Document(node, at.parent)], vocabulary) if node is not None else (None, ())
    return case, in_order((*problems, *found))


def _new(after: Iterable[Problem], before: Iterable[Problem]) -> list[Problem]:
    """Errors the edits have made: not those that were there, which may have moved to another line."""
    known, found = Counter((one.code, one.message) for one in before), list[Problem]()
    for one in after:
        key = (one.code, one.message)
        if known[key]:
            known[key] -= 1
        elif one.severity == "error":
            found.append(one)
    return found


# --- editing ----------------------------------------------------------------------------------------------------------


def _edited(text: str, node: Node, edits: CaseEdits, vocabulary: Vocabulary) -> tuple[str, list[Problem]]:
    problems = list[Problem]()
    if edits.subject:
        text = _top(text, "subject", _in_braces(edits.subject))
    if edits.period:
        text = _top(text, "period", _period(edits.period))
    for key, source in edits.sources.items():
        text = set_value(text, ("sources", key), "source", "\n".join(_lines(source)), _TOP)
    for edit in edits.facts:
        concept = vocabulary.find(edit.concept)
        if concept is None:
            problems.append(_unknown(edit.concept, vocabulary))
        else:
            text = _with_fact(text, node, concept, edit.fact, vocabulary)
    return text, problems


def _top(text: str, key: str, source: str) -> str:
    """The file with another entry at its top; the comment that asked for one goes."""
    lines = text.splitlines(keepends=True)
    asked = [line for line in lines if line.startswith("# 请补写") and f" {key}:" in line]
    return set_value("".join(line for line in lines if line not in asked), (key,), "source", source, _TOP)


def _period(written: str) -> str:
    start, slash, end = written.partition("/")
    return f"{{from: {scalar(start, True)}, to: {scalar(end, True)}}}" if slash else _year(written)


def _year(written: str) -> str:
    return written if written.isascii() and written.isdigit() else scalar(written)


def _with_fact(text: str, node: Node, concept: Concept, fact: Mapping[str, Any] | None, vocabulary: Vocabulary) -> str:
    keys = _keys_of(node, concept, vocabulary)
    for extra in keys[1:]:  # it was stated twice; now it is stated once
        text = set_value(text, ("facts", extra), "source", "")
    key = keys[0] if keys else concept.label
    if fact is None:
        return set_value(text, ("facts", key), "source", "") if keys else text
    try:
        changed = set_value(text, ("facts", key), "source", "\n".join(_lines(fact)), _TOP)
    except CannotEdit:  # the facts stand in braces: so does this one
        changed = set_value(text, ("facts", key), "source", _in_braces(fact), _TOP)
    return _without_note(changed, concept)


def _keys_of(node: Node, concept: Concept, vocabulary: Vocabulary) -> list[str]:
    """Under which names the file states it."""
    facts = child(node, "facts")
    names = facts.keys() if isinstance(facts, Tree) else ()
    return [name for name in names if vocabulary.names.get(name) == concept.id]


def _without_note(text: str, concept: Concept) -> str:
    """Without the comment that says it was not found, which is no longer so."""
    note = f"# 未找到: {concept.label}"
    return "".join(line for line in text.splitlines(keepends=True) if line.rstrip("\r\n") != note)


def counted_heading(facts: Mapping[str, Fact]) -> str:
    """The comment above a case file that was read from documents: how much of it is known."""
    known = sum(fact.status == "known" for fact in facts.values())
    conflicts = sum(fact.status == "conflict" for fact in facts.values())
    return f"由 hegui facts 从资料读出:{known} 项有值" + (f",{conflicts} 项矛盾待核" if conflicts else "") + "。"


def _recounted(text: str, case: Case) -> str:
    """With the comment that counts facts as they are now."""
    return _COUNTED.sub(lambda match: match[1] + counted_heading(case.facts), text, count=1)


# --- writing ----------------------------------------------------------------------------------------------------------


def _lines(entry: Mapping[str, Any]) -> list[str]:
    """An entry a key a line, in the order of people."""
    names = [*(key for key in _ORDER if key in entry), *(key for key in entry if key not in _ORDER)]
    lines = list[str]()
    for name in names:
        value = entry[name]
        if name in _LISTS and isinstance(value, list | tuple) and value:
            lines += [f"{name}:", *(f"  - {_in_flow(one)}" for one in value)]
        else:
            lines.append(f"{_key(name)}: {_on_line(value)}")
    return lines


def _on_line(value: Any) -> str:
    return scalar(value) if isinstance(value, str) else _in_flow(value)


def _in_braces(entry: Mapping[str, Any]) -> str:
    names = [*(key for key in _ORDER if key in entry), *(key for key in entry if key not in _ORDER)]
    return "{" + ", ".join(f"{_key(name)}: {_in_flow(entry[name])}" for name in names) + "}"


def _in_flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return _in_braces(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_in_flow, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else scalar(value, True) if isinstance(value, str) else str(value)


def _key(name: str) -> str:
    return scalar(name, True)


# --- what is wrong ----------------------------------------------------------------------------------------------------


def _unknown(name: str, vocabulary: Vocabulary) -> Problem:
    short = name[:60]
    message = Text(f"词表中没有数据项“{short}”", f"the vocabulary has no concept “{short}”")
    return Problem("unknown-concept", Position(short), message, did_you_mean(short, vocabulary.names))


def _cannot(at: Path, error: CannotEdit) -> Problem:
    message = Text(
        f"个案文件的写法不能逐处改动({error})", f"the case file is written in a way that cannot be edited ({error})"
    )
    hint = Text("请把 facts 写成一行一项。", "Write facts with one entry per line.")
    return Problem("cannot-edit", Position(str(at)), message, hint)
