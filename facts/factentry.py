"""Reads one entry of a case file's `facts`: its value or the lack of one, and where it was read."""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass

from facts.factvalue import MAX_TEXT, bounds_in, read_bounds, read_rows, read_single, too_long
from facts.model import BASES, Basis, Fact, Status, Value
from facts.problem import NO_TEXT, Problem, Text, did_you_mean
from facts.provenance import CellRef, Locator, PageRef, ParagraphRef, Position, Provenance, Source, TableRef, TextSpan
from facts.sourcefile import SourceFiles
from facts.treereading import child, items_of, text_of
from facts.vocabulary import Concept
from facts.yamltree import Mapping, Node, Scalar, is_null

# Keys that say there is no value, and why.
_SILENT: dict[str, Status] = {"absent": "absent", "not_applicable": "not_applicable", "conflict": "conflict"}
_STATES = ("value", "rows", *_SILENT)
# Positions of boxes and the like are small; nothing else is a place.
_MAX_COUNT_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Setting:
    """What a file says for all its facts: default basis and source, the declared sources and, by source id, where their files lie."""

    basis: Basis
    source: str
    sources: AbstractMapping[str, Source]
    files: AbstractMapping[str, SourceFiles]


@dataclass(frozen=True, slots=True)
class _Found:
    """A value, or its absence with a reason; None for `status` where it could not be read."""

    value: Value
    status: Status | None
    shown: str = ""
    reason: str = ""
    problems: tuple[Problem, ...] = ()


def read_fact(key: Scalar, node: Node, concept: Concept, setting: Setting) -> tuple[Fact | None, tuple[Problem, ...]]:
    """The fact under one key; None where its value cannot be used. Missing stays missing, never zero."""
    found = _find(node, concept)
    problems = list(found.problems)
    provenance = list[Provenance]()
    for place in (node, *items_of(node, "also")):
        one, wrong = _provenance(place, setting)
        provenance.extend([one] if one else [])
        problems.extend(wrong)
    if found.status is None:
        return None, tuple(problems)
    fact = Fact(
        concept=concept.id,
        value=found.value,
        status=found.status,
        basis=basis_of(node, setting.basis),
        provenance=tuple(provenance),
        shown=found.shown,
        reason=found.reason,
        by_default=text_of(node, "basis") not in BASES,
        at=key.at,
    )
    return fact, tuple(problems)


def basis_of(node: Node, default: Basis) -> Basis:
    """The basis stated there, else the default."""
    written = text_of(node, "basis")
    return next((basis for basis in BASES if basis == written), default)


def _find(node: Node, concept: Concept) -> _Found:
    if is_null(node):
        return _Found(None, "absent")
    if isinstance(node, Scalar):
        return _single(node, concept, None)
    return _from_mapping(node, concept) if isinstance(node, Mapping) else _Found(None, None)


def _from_mapping(node: Mapping, concept: Concept) -> _Found:
    bounds = bounds_in(node)
    stated = [key.text for key, _ in node.entries if key.text in _STATES] + list(bounds[:1])
    if len(stated) != 1:
        return _Found(None, None, problems=(_not_one(node, stated),))
    if bounds:
        value, shown, problems = read_bounds(node, concept)
        return _Found(value, None if problems else "known", shown, problems=problems)
    return _stated(stated[0], node, concept)


def _stated(key: str, node: Mapping, concept: Concept) -> _Found:
    written = node.get(key)
    if key in _SILENT:
        reason = "" if is_null(written) or not isinstance(written, Scalar) else written.text
        return _Found(None, _SILENT[key], reason=reason)
    if key == "rows":
        return _rows(node, concept)
    if is_null(written):
        return _Found(None, "absent")
    unit = node.get("unit")
    if isinstance(written, Scalar):
        return _single(written, concept, unit if isinstance(unit, Scalar) else None)
    return _Found(None, None)


def _single(node: Scalar, concept: Concept, unit: Scalar | None) -> _Found:
    value, problems = read_single(node, concept, unit)
    shown = node.text + (f" {unit.text}" if unit and unit.text not in node.text else "")
    return _Found(value, None if value is None else "known", shown, problems=problems)


def _rows(node: Mapping, concept: Concept) -> _Found:
    written = node.get("rows")
    if concept.type != "table" or written is None:
        message = Text(f"“{concept.label}”不是清单,不能写 rows", f"“{concept.label}” is no table and takes no rows")
        return _Found(None, None, problems=(Problem("wrong-type", node.key_at("rows"), message),))
    rows, problems = read_rows(written, concept)
    return _Found(rows, None if rows is None else "known", f"{len(rows or ())} 行", problems=problems)


def _not_one(node: Mapping, stated: list[str]) -> Problem:
    hint = Text(
        "可选:value、rows、at_most、at_least、above、below、absent、not_applicable、conflict。",
        "One of: value, rows, at_most, at_least, above, below, absent, not_applicable, conflict.",
    )
    if not stated:
        return Problem("one-of", node.at, Text("没有写值", "no value is stated"), hint)
    message = Text(f"值写了不止一次:{'、'.join(stated)}", f"more than one value is stated: {', '.join(stated)}")
    return Problem("one-of", node.key_at(stated[1]), message, hint)


# --- where it was read ------------------------------------------------------------------------------------------------


def _provenance(node: Node, setting: Setting) -> tuple[Provenance | None, tuple[Problem, ...]]:
    source = text_of(node, "source") or setting.source
    quote, note, place = text_of(node, "quote"), text_of(node, "note"), child(node, "at")
    problems = _long_texts(node)
    locator: Locator | None = None
    if isinstance(place, Mapping):
        locator = _locator(place)
        if locator is None:
            problems.append(_bad_locator(place))
    problems.extend(_check_source(node, source, setting))
    if isinstance(locator, TextSpan) and quote and source in setting.sources and isinstance(place, Mapping):
        has_column = place.get("column") is not None
        at = child(node, "quote") or node
        wrong = setting.files[source].check_quote(setting.sources[source], locator, has_column, quote, at.at)
        problems.extend([wrong] if wrong else [])
    if not (source or locator or quote or note):
        return None, tuple(problems)
    return Provenance(source, locator, quote, note), tuple(problems)


def _long_texts(node: Node) -> list[Problem]:
    if not isinstance(node, Mapping):
        return []
    keys = ("quote", "note", *_SILENT)
    texts = [value for key in keys if isinstance(value := node.get(key), Scalar)]
    return [too_long(value.at, len(value.text)) for value in texts if len(value.text) > MAX_TEXT]


def _check_source(node: Node, source: str, setting: Setting) -> list[Problem]:
    written = child(node, "source")
    return [unknown_source(source, written.at, setting.sources)] if written and source not in setting.sources else []


def unknown_source(source: str, at: Position, sources: AbstractMapping[str, Source]) -> Problem:
    """The Problem of a source id that is not declared."""
    message = Text(f"来源“{source[:60]}”没有在 sources 中写明", f"source “{source[:60]}” is not declared in sources")
    hint = did_you_mean(source, sources)
    return Problem(
        "unknown-source", at, message, hint if hint != NO_TEXT else Text("请在 sources 中补上。", "Declare it.")
    )


def _locator(place: Mapping) -> Locator | None:
    keys = frozenset(place.keys())
    if keys in ({"line"}, {"line", "column"}):
        column = _count(place, "column", 1)
        line = _count(place, "line", 0)
        return TextSpan(line, column) if line and column else None
    if keys == {"sheet", "cell"}:
        return CellRef(text_of(place, "sheet"), text_of(place, "cell"))
    if keys in ({"paragraph"}, {"paragraph", "column"}):
        column = _count(place, "column", 1)
        paragraph = _count(place, "paragraph", 0)
        return ParagraphRef(paragraph, column) if paragraph and column else None
    if keys == {"page"}:
        return PageRef(_count(place, "page", 0))
    if keys == {"page", "box"}:
        box = tuple(_whole(item) for item in items_of(place, "box"))
        return PageRef(_count(place, "page", 0), (box[0], box[1], box[2], box[3])) if len(box) == 4 else None
    if "row" in keys and keys <= {"table", "row", "column"}:
        return TableRef(text_of(place, "table"), _count(place, "row", 0), text_of(place, "column"))
    return None


def _count(place: Mapping, key: str, default: int) -> int:
    text = text_of(place, key) or str(default)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MAX_COUNT_DIGITS else 0


def _whole(node: Node) -> int:
    text = node.text if isinstance(node, Scalar) else ""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= _MAX_COUNT_DIGITS else 0


def _bad_locator(place: Mapping) -> Problem:
    keys = "、".join(place.keys())
    message = Text(f"这几个键不能组成一个位置:{keys}", f"these keys do not make a place: {', '.join(place.keys())}")
    hint = Text(
        "可写 {line, column}、{paragraph, column}、{sheet, cell}、{page, box} 或 {table, row, column}。",
        "Write {line, column}, {paragraph, column}, {sheet, cell}, {page, box} or {table, row, column}.",
    )
    return Problem("bad-locator", place.at, message, hint)
