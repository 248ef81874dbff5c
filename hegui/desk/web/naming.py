"""What documents are called on pages: a person looks for a file's name or a title, never for the id a case file cites it by."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from facts.placewords import without_boxes
from facts.problem import Language, Problem, Text

# The source that people at the desk are, as the workers call it.
ENTERED = "entered"
_ASSESSOR = Text("评价人员录入", "entered by the assessor")


def names_of(sources: Iterable[Mapping[str, Any]], language: Language) -> dict[str, str]:
    """How each source is called, by its id: two of one name are told apart by their ids.

    >>> names_of([{"id": "entered", "title": "x"}, {"id": "report", "title": "自评报告", "file": "sources/报告.pdf"}], "zh")
    {'entered': '评价人员录入', 'report': '报告.pdf'}
    >>> names_of([{"id": "a", "title": "决算表"}, {"id": "b", "title": "决算表"}], "zh")
    {'a': '决算表 (a)', 'b': '决算表 (b)'}
    """
    names = {str(one["id"]): _name(one, language) for one in sources}
    often = Counter(names.values())
    return {key: name if often[name] == 1 else f"{name} ({key})" for key, name in names.items()}


def _name(one: Mapping[str, Any], language: Language) -> str:
    if one["id"] == ENTERED:
        return _ASSESSOR.in_(language)
    file = str(one.get("file") or "").rsplit("/", 1)[-1]
    return file or str(one.get("title") or one["id"])


def in_words(text: str, names: Mapping[str, str], language: Language) -> str:
    """A sentence that names places, with the names of documents and with pages.

    >>> in_words("“5 份”(report@p.8[57,311,535,350])、“6 份”(entered)", {"report": "报告.pdf", "entered": "评价人员录入"}, "zh")
    '“5 份”(报告.pdf 第8页)、“6 份”(评价人员录入)'
    """
    for key, name in names.items():
        cited = rf"(?<=[(、]){re.escape(key)}(?:(@)|(?=[)、]))"
        text = re.sub(cited, lambda one, name=name: name + (" " if one[1] else ""), text)  # type: ignore[misc]  # bound here
    return without_boxes(text, language)


def named(problems: Iterable[Problem], sources: Iterable[Mapping[str, Any]]) -> tuple[Problem, ...]:
    """Problems that call documents as people do."""
    listed = list(sources)
    zh, en = names_of(listed, "zh"), names_of(listed, "en")
    return tuple(
        replace(one, message=Text(in_words(one.message.zh, zh, "zh"), in_words(one.message.en, en, "en")))
        for one in problems
    )
