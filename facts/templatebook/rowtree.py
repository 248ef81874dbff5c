"""A row of the workbook as an entry of a case file, so that one reader of facts serves both."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from facts.gathering.slots import bound_in
from facts.problem import Problem, Text, did_you_mean
from facts.provenance import CellRef, Position
from facts.templatebook import layout as lo
from facts.templatebook.celltext import from_cell
from facts.templatebook.cellvalues import place_of, read_value, scalar_of
from facts.templatebook.grid import Seen
from facts.templatebook.placetext import PlaceKeys, parse_place, place_keys
from facts.templatebook.sheets import Record, word
from facts.values import to_half_width
from facts.vocabulary import Concept
from facts.yamltree import Mapping as Tree
from facts.yamltree import Node, Scalar
from facts.yamltree import Sequence as Listed

_BOUND = re.compile(r"([≥≧>＞≤≦<＜])([^≥≧>＞≤≦<＜]*)")
_KEY_OF_SIGN = {"≥": "at_least", "≧": "at_least", ">": "above", "＞": "above"}
_KEY_OF_SIGN |= {"≤": "at_most", "≦": "at_most", "<": "below", "＜": "below"}

Entries = list[tuple[str, Node]]


@dataclass(slots=True)
class Reading:
    """What was read so far: facts as trees by concept id, where each stands, and the sources they name."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    facts: dict[str, tuple[Scalar, Entries]] = field(default_factory=dict)
    cells: dict[str, CellRef] = field(default_factory=dict)
    first: dict[str, Seen] = field(default_factory=dict)
    sources: dict[str, Tree] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)

    def at(self, cell: Seen) -> Position:
        """The place of a cell."""
        return place_of(self.file, cell)

    def tell(self, code: str, cell: Seen, message: Text, hint: Text) -> None:
        """Note an error at a cell."""
        self.problems.append(Problem(code, self.at(cell), message, hint))

    def tree(self, entries: Sequence[tuple[str, Node]], at: Position) -> Tree:
        """A mapping whose keys stand where their values do."""
        return Tree(tuple((Scalar(key, True, value.at), value) for key, value in entries), at)


def add_fact(reading: Reading, concept: Concept, key: Seen, record: Record, rows: Listed | None = None) -> None:
    """Note the fact of a row (or a table's sheet); a row with nothing in it states nothing."""
    stated = {name: cell for name, cell in record.items() if name != lo.UNIT and name in lo.DATA_HEADINGS[2:]}
    if not stated and (rows is None or not rows.items):
        return
    read = _status(reading, record)
    if read is None:
        return
    entries = read(reading, concept, key, record, rows)
    if entries is None:
        return
    value = record.get(lo.VALUE, key)
    reading.cells[concept.id] = CellRef(value.sheet, value.name)
    entries += _basis(reading, record.get(lo.BASIS))
    is_silent = word(record.get(lo.STATUS)) in lo.SILENT
    entries += place_entries(reading, {name: cell for name, cell in record.items() if name != lo.NOTE or not is_silent})
    reading.facts[concept.id] = (scalar_of(reading.file, key, concept.id), entries)


# --- status -----------------------------------------------------------------------------------------------------------

_Read = Callable[[Reading, Concept, Seen, Record, Listed | None], Entries | None]


def _status(reading: Reading, record: Record) -> _Read | None:
    status = word(record.get(lo.STATUS))
    if status in ("", lo.KNOWN):
        return _known
    if status in lo.SILENT:
        return _silent
    if status in lo.BOUNDS:
        return _one_bound
    if status == lo.BETWEEN:
        return _two_bounds
    cell = record[lo.STATUS]
    message = Text(f"“{status[:40]}”不是可选的状态", f"“{status[:40]}” is no status")
    reading.tell("unknown-status", cell, message, did_you_mean(status[:40], lo.STATUSES))
    return None


def _known(reading: Reading, concept: Concept, key: Seen, record: Record, rows: Listed | None) -> Entries | None:
    if rows is not None and (rows.items or word(record.get(lo.STATUS)) == lo.KNOWN):
        return [("rows", rows)]
    cell = record.get(lo.VALUE)
    if cell is None or rows is not None:
        _no_value(reading, key, record)
        return None
    text, key_of_value = _said_bound(cell, concept, record) or ("", "value")
    found = read_value(reading.file, _part(cell, text) if text else cell, concept, record.get(lo.UNIT))
    reading.problems += found.problems
    if found.value is None:
        return None
    entries: Entries = [(key_of_value, found.value)]
    return [*entries, ("unit", found.unit)] if found.unit else entries


def _said_bound(cell: Seen, concept: Concept, record: Record) -> tuple[str, str] | None:
    """The amount and the bound in “95%以上”, where no status says otherwise."""
    if cell.kind != "text" or concept.type not in ("quantity", "score") or word(record.get(lo.STATUS)):
        return None
    return bound_in(to_half_width(from_cell(cell.text)).strip())


def _silent(reading: Reading, concept: Concept, key: Seen, record: Record, rows: Listed | None) -> Entries | None:
    status, cell = record[lo.STATUS], record.get(lo.VALUE)
    if cell is not None or (rows is not None and rows.items):
        message = Text(f"状态是“{word(status)}”,却填了值", f"the status is “{word(status)}”, yet a value is given")
        hint = Text(
            "有值请选“已知”;没有请清空,0 不等于没有。", "With a value choose 已知; else clear it: none is not zero."
        )
        reading.tell("value-and-status", cell or status, message, hint)
        return None
    reason = record.get(lo.NOTE)
    text = from_cell(reason.text) if reason is not None else ""
    at = reading.at(reason or status)
    return [(lo.SILENT[word(status)], Scalar(text, not text, at))]


def _one_bound(reading: Reading, concept: Concept, key: Seen, record: Record, rows: Listed | None) -> Entries | None:
    entries = _known(reading, concept, key, record, rows)
    name = lo.BOUNDS[word(record.get(lo.STATUS))]
    return None if entries is None else [(name if old == "value" else old, node) for old, node in entries]


def _two_bounds(reading: Reading, concept: Concept, key: Seen, record: Record, rows: Listed | None) -> Entries | None:
    cell = record.get(lo.VALUE)
    if cell is None:
        _no_value(reading, key, record)
        return None
    text = from_cell(cell.text).strip()
    parts = _BOUND.findall(text)
    if len(parts) != 2 or "".join(sign + rest for sign, rest in parts) != text or cell.kind != "text":
        message = Text(f"“{text[:40]}”不是两个界限", f"“{text[:40]}” is not two bounds")
        reading.tell(
            "bad-bounds", cell, message, Text("例如 ≥ 10 万元 < 20 万元。", "For example ≥ 10 万元 < 20 万元.")
        )
        return None
    entries = Entries()
    for sign, rest in parts:
        found = read_value(reading.file, _part(cell, rest.strip()), concept, record.get(lo.UNIT))
        reading.problems += found.problems
        if found.value is None:
            return None
        unit = f" {found.unit.text}" if found.unit else ""
        entries.append((_KEY_OF_SIGN[sign], Scalar(found.value.text + unit, False, found.value.at)))
    return entries


def _part(cell: Seen, text: str) -> Seen:
    return Seen(cell.sheet, cell.row, cell.column, cell.name, text, "text")


def _no_value(reading: Reading, key: Seen, record: Record) -> None:
    cell = record.get(lo.STATUS) or next((record[name] for name in lo.DATA_HEADINGS[4:] if name in record), key)
    message = Text("没有填报值", "no value is given")
    hint = Text("没有数据时状态选“未提供”。", "Where there is no data choose the status 未提供.")
    reading.tell("missing-value", cell, message, hint)


def _basis(reading: Reading, cell: Seen | None) -> Entries:
    if cell is None:
        return []
    basis = lo.BASIS_WORDS.get(word(cell))
    if basis is None:
        message = Text(f"“{word(cell)[:40]}”不是依据类型", f"“{word(cell)[:40]}” is no basis")
        reading.tell("unknown-basis", cell, message, did_you_mean(word(cell)[:40], lo.BASIS_WORDS))
        return []
    return [("basis", scalar_of(reading.file, cell, basis))]


# --- where it was read ------------------------------------------------------------------------------------------------


def place_entries(reading: Reading, record: Record) -> Entries:
    """Source, place, words and note of a row."""
    entries = Entries()
    source, place, quote, note = (record.get(name) for name in (lo.SOURCE, lo.PLACE, lo.QUOTE, lo.NOTE))
    if source is not None and word(source):
        entries.append(("source", scalar_of(reading.file, source, _source_id(reading, source))))
    words = "" if note is None else from_cell(note.text)
    if place is not None:
        locator = parse_place(from_cell(place.text))
        if locator is not None:
            entries.append(("at", _keys(place_keys(locator), reading.at(place))))
        else:
            # Words that name no place we know are kept, they may mean something to a person.
            words = ";".join(part for part in (f"位置:{from_cell(place.text)}", words) if part)
    if quote is not None:
        entries.append(("quote", scalar_of(reading.file, quote)))
    if words:
        entries.append(
            ("note", Scalar(words, False, reading.at(note or place or quote or next(iter(record.values())))))
        )
    return entries


def _source_id(reading: Reading, cell: Seen) -> str:
    """The id of a source named by id or title; what is neither becomes a source of that title."""
    name = word(cell)
    if name in reading.sources:
        return name
    if name in reading.titles:
        return reading.titles[name]
    at = reading.at(cell)
    reading.sources[name] = reading.tree([("title", Scalar(name, False, at))], at)
    return name


def _keys(keys: PlaceKeys, at: Position) -> Tree:
    def node(value: str | int | list[int]) -> Node:
        if isinstance(value, list):
            return Listed(tuple(Scalar(str(item), True, at) for item in value), at)
        return Scalar(str(value), isinstance(value, int), at)

    return Tree(tuple((Scalar(key, True, at), node(value)) for key, value in keys.items()), at)
