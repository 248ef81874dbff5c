"""What the workbook looks like: names of its sheets, headings and words, shared by the writer and the reader."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from facts.factvalue import unit_of
from facts.model import Basis
from facts.problem import Language
from facts.units import COUNT, Unit, known_units, parse_unit
from facts.vocabulary import Column, Concept, Vocabulary

FORMAT = "hegui/template/v1"

GUIDE, BASICS, DATA, MORE, SOURCES, MARK = "说明", "基本情况", "数据", "其他出处", "资料来源", "_hegui"

# Headings of the sheet 数据, in order; the reader finds them wherever they stand.
LABEL, ID, VALUE, UNIT = "数据项", "数据项编号", "填报值", "单位"
STATUS, BASIS, SOURCE, PLACE, QUOTE, NOTE = "状态", "依据类型", "出处", "位置", "摘录", "说明"
DATA_HEADINGS = (LABEL, ID, VALUE, UNIT, STATUS, BASIS, SOURCE, PLACE, QUOTE, NOTE)
# What stands above the rows of a table sheet, one line each.
TABLE_KEYS = (STATUS, BASIS, SOURCE, PLACE, QUOTE, NOTE)
# The column of row numbers; the second where a table has a column of that name itself.
ROW_NUMBERS = ("序号", "序号*")
MORE_HEADINGS = (ID, SOURCE, PLACE, QUOTE, NOTE)
SOURCE_ID, SOURCE_TITLE = "资料编号", "资料名称"
SOURCE_KEYS = {
    SOURCE_ID: "id",
    SOURCE_TITLE: "title",
    "文件": "file",
    "SHA-256": "sha256",
    "网址": "url",
    "日期": "date",
}
SUBJECT_ID, SUBJECT_NAME, SUBJECT_NAME_EN = "单位编号", "单位名称", "英文名称"
PERIOD_FROM, PERIOD_TO = "评价期间起", "评价期间止"

# What stands below a heading or a label where the workbook is written for readers of English.
ENGLISH = {
    LABEL: "data item",
    ID: "id",
    VALUE: "value",
    UNIT: "unit",
    STATUS: "status",
    BASIS: "basis",
    SOURCE: "source",
    PLACE: "place",
    QUOTE: "quote",
    NOTE: "note",
    ROW_NUMBERS[0]: "no.",
    SOURCE_ID: "source id",
    SOURCE_TITLE: "title",
    "文件": "file",
    "网址": "address",
    "日期": "date",
    SUBJECT_ID: "department's id",
    SUBJECT_NAME: "department's name",
    SUBJECT_NAME_EN: "English name",
    PERIOD_FROM: "first day evaluated",
    PERIOD_TO: "last day evaluated",
}
KNOWN, ABSENT, NOT_APPLICABLE, CONFLICT, BETWEEN = "已知", "未提供", "不适用", "互相矛盾", "介于"
BOUNDS = {"不高于": "at_most", "不低于": "at_least", "低于": "below", "高于": "above"}
SILENT = {ABSENT: "absent", NOT_APPLICABLE: "not_applicable", CONFLICT: "conflict"}
STATUSES = (KNOWN, ABSENT, NOT_APPLICABLE, *BOUNDS, BETWEEN, CONFLICT)
SIGNS = {"at_least": "≥", "above": ">", "at_most": "≤", "below": "<"}
BASIS_WORDS: dict[str, Basis] = {"可复算": "figure", "自述": "stated", "评定": "judged"}
# What a row with nothing in any column is marked by: a numbered row that is otherwise empty is only prepared.
EMPTY_ROW = "空行"

_BAD_IN_NAME = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
_LONGEST_NAME = 31  # UTF-16 units, a limit of the format


@dataclass(frozen=True, slots=True)
class RulesLabel:
    """Which rulebook a workbook was written for."""

    id: str
    version: str
    digest: str
    title: str = ""


def heading(name: str, language: Language) -> str:
    """A heading as it is written; the reader takes it back by `plain`."""
    return f"{name}\n{ENGLISH[name]}" if language == "en" and name in ENGLISH else name


_PLAIN = {f"{name}\n{english}": name for name, english in ENGLISH.items()}


def plain(text: str) -> str:
    """A heading without the English below it; other texts as they are."""
    return _PLAIN.get(text, text)


def fingerprint(vocabulary: Vocabulary) -> str:
    """A digest of all that decides how a workbook is read: ids, types, units, ranges, choices and columns."""
    said = [_essence(concept) for _, concept in sorted(vocabulary.concepts.items())]
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _essence(one: Concept | Column) -> tuple[object, ...]:
    name = one.id if isinstance(one, Concept) else one.name
    unit = one.unit.name if one.unit else ""
    ends = tuple(None if end is None else str(end) for end in (one.minimum, one.maximum))
    columns = tuple(_essence(c) for c in one.columns) if isinstance(one, Concept) else ()
    return name, one.type, unit, ends, one.choices, columns


def units_for(concept: Concept) -> tuple[Unit, ...]:
    """The units a value may be given in: the concept's own, then those of its dimension."""
    own = unit_of(concept)
    if own.dimension == COUNT:
        names = [own.name, *(m + own.name for m in "万亿" if own.factor == 1)]
    else:
        names = [own.name, *known_units()]
    units = (unit for name in dict.fromkeys(names) if (unit := parse_unit(name)) is not None)
    return tuple(unit for unit in units if unit.dimension == own.dimension)


def form_of(concept: Concept) -> str:
    """The form a concept is grouped under."""
    return concept.reported_in or (concept.reported[0].form[0] if concept.reported else "") or "其他数据"


def groups(vocabulary: Vocabulary) -> Iterator[tuple[str, tuple[Concept, ...]]]:
    """Concepts that are no tables by the form they are reported in, both in the vocabulary's order."""
    found: dict[str, list[Concept]] = {}
    for concept in vocabulary.concepts.values():
        if concept.type != "table":
            found.setdefault(form_of(concept), []).append(concept)
    yield from ((form, tuple(concepts)) for form, concepts in found.items())


def table_names(vocabulary: Vocabulary) -> dict[str, str]:
    """A sheet name for every table concept, by its id: its label as far as the format allows."""
    taken = {name.casefold() for name in (GUIDE, BASICS, DATA, MORE, SOURCES, MARK, "history")}
    names: dict[str, str] = {}
    for concept in vocabulary.concepts.values():
        if concept.type == "table":
            names[concept.id] = name = _free_name(_BAD_IN_NAME.sub("_", concept.label), taken)
            taken.add(name.casefold())
    return names


def row_number(concept: Concept) -> str:
    """The heading of a table's row numbers."""
    return next((name for name in ROW_NUMBERS if concept.column(name) is None), ROW_NUMBERS[0])


def _free_name(wanted: str, taken: set[str]) -> str:
    name, number = _cut(wanted, _LONGEST_NAME), 1
    while name.casefold() in taken:
        number += 1
        name = _cut(wanted, _LONGEST_NAME - len(str(number)) - 2) + f"({number})"
    return name


def _cut(text: str, limit: int) -> str:
    while len(text.encode("utf-16-le")) > 2 * limit:
        text = text[:-1]
    return text
