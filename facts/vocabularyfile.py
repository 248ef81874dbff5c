"""Reads `vocabulary.yaml`, and the libraries it includes: the concepts that may be stated, their types, units and ranges."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import get_args

from facts.problem import NO_TEXT, Problem, Text, in_order
from facts.provenance import Position
from facts.quantity import parse_quantity, range_text, unknown_unit
from facts.structure import check_structure
from facts.treereading import child, flag_of, items_of, text_of, texts_of, words_of
from facts.units import COUNT, PLAIN, POINTS, Unit, is_unsigned, parse_unit
from facts.values import ZERO, Interval
from facts.vocabulary import NO, YES, Column, Concept, ConceptType, ReportingPlace, Vocabulary
from facts.vocabularylibrary import Library, merged_entries
from facts.yamltree import Mapping, Node, Scalar

EMPTY = Vocabulary({}, {})

# Words of the formula language (docs/rule-language.md); a name must not be one of them.
_ENGLISH = """
    and or not is where any all none count sum average max min share rank abs round least greatest days
    score points total measure asc desc"""
_CHINESE = """
    且 或 非 是 否 不是 其中 任一 全部 无一 计数 合计 平均 最大值 最小值 占比 排名 绝对值 舍入 取小 取大 天数
    得分 分值 总分 测算值"""
KEYWORDS = frozenset(_ENGLISH.split()) | frozenset(_CHINESE.split())
# What a column may not be called either. The other words are functions only before a bracket, and 分值 is what the column
# of points is called in every form there is.
_OPERATORS = "and or not is where any all none measure asc desc 且 或 非 是 否 不是 其中 任一 全部 无一 测算值"
OPERATORS = frozenset(_OPERATORS.split())

_NUMERIC = ("quantity", "score")
_ONLY_FOR: dict[str, tuple[str, ...]] = {
    "unit": _NUMERIC,
    "minimum": _NUMERIC,
    "maximum": _NUMERIC,
    "signed": ("quantity",),
    "whole": _NUMERIC,
    "choices": ("choice",),
    "columns": ("table",),
}
_PLACE = ("form", "row", "column", "before", "after")
_SAME_TO_READERS = re.compile(r"[\s“”\"'‘’「」『』]+")
_NEEDS = {"choice": "choices", "table": "columns", "quantity": "unit"}


@dataclass(frozen=True, slots=True)
class _Numbers:
    unit: Unit | None = None
    minimum: Fraction | None = None
    maximum: Fraction | None = None


@dataclass(slots=True)
class _Notes:
    """What was found wrong so far, the id behind every name, and where its concept and itself stand."""

    problems: list[Problem] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    owners: dict[str, tuple[Position, Position]] = field(default_factory=dict)

    def add(self, code: str, at: Position, message: Text, hint: Text = NO_TEXT) -> None:
        self.problems.append(Problem(code, at, message, hint))


def read_vocabulary(node: Node | None, libraries: Sequence[Library] = ()) -> tuple[Vocabulary, tuple[Problem, ...]]:
    """The vocabulary of a file's tree and the libraries it includes (`facts.vocabularylibrary.read_libraries`).

    Checks the structure of all of them too. What is broken is left out and reported in the file it stands in.
    """
    if node is None:
        return EMPTY, ()
    notes = _Notes(list(check_structure(node, "vocabulary")))
    entries, problems = merged_entries(node, libraries)
    notes.problems += problems
    concepts: dict[str, Concept] = {}
    for entry in entries:
        concept = _concept(entry, notes)
        if concept is not None and concept.id not in concepts:
            concepts[concept.id] = concept
    names = {name: key for name, key in notes.names.items() if key in concepts}
    return Vocabulary(concepts, names), in_order(notes.problems)


def _concept(node: Node, notes: _Notes) -> Concept | None:
    kind = _type(node)
    key = text_of(node, "id")
    if not isinstance(node, Mapping) or not key:
        return None
    for name in _names(node):
        _claim(name, key, node.at, notes)
    if kind is None:
        return None
    _check_keys(node, kind, notes)
    numbers = _numbers(node, kind, notes)
    counted = numbers.unit is not None and numbers.unit.dimension == COUNT
    return Concept(
        id=key,
        label=text_of(node, "label") or key,
        type=kind,
        unit=numbers.unit,
        minimum=numbers.minimum,
        maximum=numbers.maximum,
        whole=flag_of(node, "whole", counted),
        choices=_choices(node, kind),
        columns=_columns(node, kind, notes),
        label_en=text_of(node, "label_en"),
        aliases=texts_of(node, "aliases"),
        definition=text_of(node, "definition"),
        reported_in=text_of(node, "reported_in"),
        reported=_places(node, notes),
        at=node.at,
    )


def _type(node: Node) -> ConceptType | None:
    written = text_of(node, "type")
    return next((t for t in get_args(ConceptType) if t == written), None)


def _places(node: Mapping, notes: _Notes) -> tuple[ReportingPlace, ...]:
    return tuple(_place(entry, notes) for entry in items_of(node, "reported") if child(entry, "form") is not None)


def _place(node: Node, notes: _Notes) -> ReportingPlace:
    form, row, column, before, after = (words_of(child(node, key)) for key in _PLACE)
    if (before or after) and not row:
        message = Text("写了 before 或 after,却没有写 row", "before or after is given without a row")
        hint = Text("before、after 说明 row 这一行在哪里。", "They say where the row stands.")
        notes.add("missing-key", node.at, message, hint)
    return ReportingPlace(form, row, column, text_of(node, "item"), before, after)


def _choices(node: Mapping, kind: ConceptType) -> tuple[str, ...]:
    return (YES, NO) if kind == "boolean" else texts_of(node, "choices")


def _names(node: Mapping) -> Iterator[Scalar]:
    for key in ("id", "label"):
        value = node.get(key)
        if isinstance(value, Scalar):
            yield value
    yield from (alias for alias in items_of(node, "aliases") if isinstance(alias, Scalar))


def _claim(name: Scalar, key: str, concept: Position, notes: _Notes) -> None:
    _check_keyword(name, notes)
    # Readers of documents see no difference in these: “三公”经费 and 三公经费 are one name.
    owner = notes.owners.setdefault(_SAME_TO_READERS.sub("", name.text), (concept, name.at))
    if owner[0] == concept:
        notes.names[name.text] = key
        return
    place = owner[1]
    message = Text(f"名称“{name.text}”已在 {place} 使用", f"the name “{name.text}” is already used at {place}")
    hint = Text("编号、名称和别名在整个词表中不得重复。", "Ids, labels and aliases must be unique.")
    if place.file != name.at.file:
        hint = Text(
            "与引入的数据项重名;要用自己的定义代替它,在本数据项写 override: true。",
            "An included concept has this name; to replace it by your own give yours override: true.",
        )
    notes.add("duplicate-name", name.at, message, hint)


def _check_keyword(name: Scalar, notes: _Notes, reserved: frozenset[str] = KEYWORDS) -> None:
    if name.text in reserved:
        message = Text(f"“{name.text}”是公式用词,不能作名称", f"“{name.text}” is a word of the formula language")
        notes.add("reserved-name", name.at, message, Text("请换一个名称。", "Choose another name."))


def _check_keys(node: Mapping, kind: ConceptType, notes: _Notes) -> None:
    for key, _ in node.entries:
        kinds = _ONLY_FOR.get(key.text, (kind,))
        if kind not in kinds:
            listed = "、".join(kinds)
            message = Text(f"“{key.text}”只用于 {listed} 类型", f"“{key.text}” is for type {' or '.join(kinds)} only")
            notes.add("misplaced-key", key.at, message, Text(f"这里的类型是 {kind}。", f"The type here is {kind}."))
    needed = _NEEDS.get(kind)
    if needed and node.get(needed) is None:
        message = Text(f"{kind} 类型必须写“{needed}”", f"type {kind} needs “{needed}”")
        hint = Text('没有单位的纯数写 unit: ""。', 'For a pure number write unit: "".') if needed == "unit" else NO_TEXT
        notes.add("missing-key", node.at, message, hint)


def _numbers(node: Mapping, kind: ConceptType, notes: _Notes) -> _Numbers:
    if kind not in _NUMERIC:
        return _Numbers()
    unit = _unit(node, kind, notes)
    minimum = _bound(node, "minimum", unit, notes)
    maximum = _bound(node, "maximum", unit, notes)
    signed = flag_of(node, "signed", False)
    if minimum is None and not signed and (kind == "score" or is_unsigned(unit.dimension)):
        minimum = ZERO
    if minimum is not None and maximum is not None and minimum > maximum:
        bounds = range_text(Interval(minimum, maximum), unit)
        message = Text(f"范围为空:{bounds.zh}", f"the range is empty: {bounds.en}")
        at = node.key_at("maximum" if node.get("maximum") else "minimum")
        notes.add(
            "empty-range", at, message, Text("最小值不能大于最大值。", "The minimum must not exceed the maximum.")
        )
        maximum = None
    return _Numbers(unit, minimum, maximum)


def _unit(node: Mapping, kind: ConceptType, notes: _Notes) -> Unit:
    default = POINTS if kind == "score" else PLAIN
    written = node.get("unit")
    if not isinstance(written, Scalar):
        return default
    unit = parse_unit(written.text)
    if unit is None:
        notes.problems.append(unknown_unit(written.text, written.at))
    elif kind == "score" and unit.dimension != POINTS.dimension:
        message = Text(f"score 类型的单位是“分”,实为“{unit.name}”", f"a score is in 分, found “{unit.name}”")
        notes.add("unit-mismatch", written.at, message)
        return default
    return unit or default


def _bound(node: Mapping, key: str, unit: Unit, notes: _Notes) -> Fraction | None:
    written = node.get(key)
    if not isinstance(written, Scalar):
        return None
    value, problems = parse_quantity(written.text, written.at, unit, unit_required=False)
    notes.problems.extend(problems)
    return value


def _columns(node: Mapping, kind: ConceptType, notes: _Notes) -> tuple[Column, ...]:
    if kind != "table":
        return ()
    columns: dict[str, Column] = {}
    for entry in items_of(node, "columns"):
        column = _column(entry, notes)
        if column is None:
            continue
        if column.name in columns:
            message = Text(f"列名“{column.name}”重复", f"column “{column.name}” stands twice")
            notes.add("duplicate-name", entry.at, message)
        columns.setdefault(column.name, column)
    return tuple(columns.values())


def _column(node: Node, notes: _Notes) -> Column | None:
    kind, name = _type(node), node.get("name") if isinstance(node, Mapping) else None
    if not isinstance(node, Mapping) or kind in (None, "table") or not isinstance(name, Scalar):
        return None
    assert kind is not None
    _check_keyword(name, notes, OPERATORS)
    _check_keys(node, kind, notes)
    numbers = _numbers(node, kind, notes)
    choices, definition = _choices(node, kind), text_of(node, "definition")
    return Column(name.text, kind, numbers.unit, numbers.minimum, numbers.maximum, choices, definition)
