"""Reads a mapping file: whom, when, which documents, where each concept stands in them, and what settles differences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path

from facts.factvalue import unit_of
from facts.gathering.mapping import (
    Database,
    MappingFile,
    Naming,
    Place,
    Rule,
    Settlement,
    SourceEntry,
)
from facts.gathering.placereading import read_place
from facts.gathering.rulereading import read_rule
from facts.gathering.slots import WORDS
from facts.model import Period
from facts.problem import Problem, Text, did_you_mean, has_errors, in_order
from facts.quantity import bad_date, parse_date, parse_quantity, unknown_unit
from facts.structure import check_structure
from facts.treereading import child, entries_of, flag_of, text_of, texts_of, words_of
from facts.units import PERCENT, Unit, parse_unit
from facts.vocabulary import Concept, Vocabulary
from facts.yamltree import Mapping, Node, Scalar, Sequence, read_yaml_file

_YEAR = r"(?P<value>(?:19|20)[0-9]{2})"
_NAME = f"(?P<value>{WORDS})"
_SUBJECT_PLACES, _PERIOD_PLACES = ("text", "regex", "cell", "label"), ("text", "regex", "cell", "label")


@dataclass(slots=True)
class _Reading:
    """The file being read: the vocabulary it speaks of and what is wrong so far."""

    vocabulary: Vocabulary
    problems: list[Problem] = field(default_factory=list)


def read_mapping(path: Path, vocabulary: Vocabulary) -> tuple[MappingFile | None, tuple[Problem, ...]]:
    """The mapping in a file and everything wrong with it; None where an error makes it unusable."""
    node, problems = read_yaml_file(path)
    if not isinstance(node, Mapping):
        return None, in_order((*problems, *check_structure(node, "mapping")))
    read = _Reading(vocabulary, [*problems, *check_structure(node, "mapping")])
    mapping = None if has_errors(read.problems) else _mapping(node, path.name, read)
    problems = in_order(read.problems)
    return (None if has_errors(problems) else mapping), problems


def _mapping(node: Mapping, name: str, read: _Reading) -> MappingFile:
    labels = flag_of(node, "labels", True)
    sources = tuple(_source(key, value, labels, read) for key, value in entries_of(node, "sources"))
    ids = [source.id for source in sources]
    settled = (_settlement(key, value, ids, read) for key, value in entries_of(node, "settle"))
    return MappingFile(
        name=name,
        naming=_naming(node, read),
        labels=labels,
        sources=sources,
        rules=_rules(node, read),
        settlements=dict(one for one in settled if one),
    )


# --- whom and when ----------------------------------------------------------------------------------------------------


def _naming(node: Node, read: _Reading) -> Naming:
    subject, period = child(node, "subject"), child(node, "period")
    name = child(subject, "name")
    place = _place(name, _NAME, _SUBJECT_PLACES, read) if isinstance(name, Mapping) else None
    fixed = name.text if isinstance(name, Scalar) else ""
    days, when = _period(period, read)
    return Naming(text_of(subject, "id"), fixed, text_of(subject, "name_en"), place, days, when)


def _period(node: Node | None, read: _Reading) -> tuple[Period | None, Place | None]:
    if isinstance(node, Scalar):
        year = int(node.text)
        return Period(date(year, 1, 1), date(year, 12, 31)), None
    if not isinstance(node, Mapping):
        return None, None
    if node.get("from") is None and node.get("to") is None:
        return None, _place(node, _YEAR, _PERIOD_PLACES, read)
    start, end = _day(node, "from", read), _day(node, "to", read)
    if start is None or end is None or start > end:
        message = Text("应写明 from 和 to,且 from 不晚于 to", "from and to must both stand, from not after to")
        read.problems.append(Problem("bad-period", node.at, message))
        return None, None
    return Period(start, end), None


def _day(node: Mapping, key: str, read: _Reading) -> date | None:
    written = node.get(key)
    day = parse_date(written.text) if isinstance(written, Scalar) else None
    if isinstance(written, Scalar) and day is None:
        read.problems.append(bad_date(written.text, written.at))
    return day


def _place(node: Mapping, slot: str, keys: tuple[str, ...], read: _Reading) -> Place | None:
    present = [key for key in keys if node.get(key) is not None]
    if len(present) != 1:
        message = Text("位置应写且只写一个:" + "、".join(keys), "exactly one place must stand: " + ", ".join(keys))
        read.problems.append(Problem("one-of", node.at, message))
        return None
    place, problems = read_place(present[0], node, slot, None)
    read.problems.extend(problems)
    return place


# --- sources ----------------------------------------------------------------------------------------------------------


def _source(key: Scalar, node: Node, labels: bool, read: _Reading) -> SourceEntry:
    match, database = child(node, "match"), child(node, "database")
    return SourceEntry(
        id=key.text,
        title=text_of(node, "title"),
        date=text_of(node, "date"),
        url=text_of(node, "url"),
        files=words_of(child(match, "file")),
        kind=text_of(match, "kind"),
        tables=words_of(child(match, "table")),
        texts=words_of(child(match, "text")),
        unit=_unit(child(node, "unit"), read),
        labels=flag_of(node, "labels", labels),
        database=Database(text_of(database, "url"), text_of(database, "query")) if database else None,
        naming=_naming(node, read),
        rules=_rules(node, read),
        at=key.at,
    )


def _unit(node: Node | None, read: _Reading) -> Unit | None:
    if not isinstance(node, Scalar):
        return None
    unit = parse_unit(node.text)
    if unit is None:
        read.problems.append(unknown_unit(node.text, node.at))
    return unit


# --- rules ------------------------------------------------------------------------------------------------------------


def _rules(node: Node, read: _Reading) -> dict[str, tuple[Rule, ...]]:
    found: dict[str, tuple[Rule, ...]] = {}
    for key, value in entries_of(node, "facts"):
        concept = _concept(key, read)
        if concept is None:
            continue
        if concept.id in found:
            message = Text(f"“{key.text}”已写过(名称或别名不同)", f"“{key.text}” is already here under another name")
            read.problems.append(Problem("duplicate-key", key.at, message))
        found[concept.id] = tuple(_alternatives(concept, value, read))
    return found


def _alternatives(concept: Concept, node: Node, read: _Reading) -> Iterator[Rule]:
    for item in node.items if isinstance(node, Sequence) else (node,):
        if isinstance(item, Mapping):
            rule, problems = read_rule(concept, item)
            read.problems.extend(problems)
            if rule is not None:
                yield rule


def _concept(key: Scalar, read: _Reading) -> Concept | None:
    concept = read.vocabulary.find(key.text)
    if concept is None:
        message = Text(f"词表中没有数据项“{key.text[:60]}”", f"the vocabulary has no concept “{key.text[:60]}”")
        read.problems.append(
            Problem("unknown-concept", key.at, message, did_you_mean(key.text[:60], read.vocabulary.names))
        )
    return concept


# --- settling ---------------------------------------------------------------------------------------------------------


def _settlement(key: Scalar, node: Node, ids: list[str], read: _Reading) -> tuple[str, Settlement] | None:
    concept = _concept(key, read)
    if concept is None:
        return None
    absolute, relative = _tolerance(child(node, "tolerance"), concept, read)
    precedence = texts_of(node, "precedence")
    for item in precedence:
        # A case file's own sources may be meant too, so that a stranger is a warning only.
        if ids and item not in ids:
            message = Text(f"没有名为“{item[:60]}”的来源", f"there is no source “{item[:60]}”")
            read.problems.append(Problem("unknown-source", node.at, message, did_you_mean(item, ids), "warning"))
    return concept.id, Settlement(absolute, relative, precedence, text_of(node, "reason"))


Tolerance = tuple[Fraction | None, Fraction | None]


def _tolerance(node: Node | None, concept: Concept, read: _Reading) -> Tolerance:
    """Absolute (in base units) and relative; None for what is not stated."""
    written = child(node, "relative") if isinstance(node, Mapping) else node
    if not isinstance(written, Scalar):
        return None, None
    if concept.type not in ("quantity", "score"):
        message = Text(f"“{concept.label}”不是数量,没有容差", f"“{concept.label}” is no quantity and has no tolerance")
        read.problems.append(Problem("wrong-type", written.at, message))
        return None, None
    relative = written is not node
    value, problems = parse_quantity(written.text, written.at, PERCENT if relative else unit_of(concept))
    read.problems.extend(problems)
    return (None, value) if relative else (value, None)
