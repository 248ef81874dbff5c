"""Reads one place of a mapping file: text, regex, cell, lookup, label or rows."""

from __future__ import annotations

from collections.abc import Callable

from facts.gathering.mapping import CellPlace, LabelPlace, LookupPlace, Place, RowsPlace
from facts.gathering.patterns import compile_regex, compile_text
from facts.problem import Problem, Text, did_you_mean
from facts.treereading import child, entries_of, text_of, words_of
from facts.vocabulary import Concept
from facts.yamltree import Mapping, Node, Scalar

PLACES = ("text", "regex", "cell", "lookup", "label", "rows")
_LOOKUP = ("table", "row", "column", "before", "after")
TOTALS = ("合计", "总计", "总分", "小计", "累计", "合计数", "本年合计", "total")

Found = tuple[Place | None, tuple[Problem, ...]]


def read_place(key: str, node: Mapping, slot: str, concept: Concept | None) -> Found:
    """The place under one of PLACES; `slot` is what {value} may be. None with Problems where it makes no sense."""
    written = node.get(key)
    assert written is not None
    return _READERS[key](written, slot, concept)


def _text(node: Node, slot: str, concept: Concept | None) -> Found:
    assert isinstance(node, Scalar)
    place, problem = compile_text(node.text, slot, node.at)
    return place, (problem,) if problem else ()


def _regex(node: Node, slot: str, concept: Concept | None) -> Found:
    assert isinstance(node, Scalar)
    place, problem = compile_regex(node.text, node.at)
    return place, (problem,) if problem else ()


def _cell(node: Node, slot: str, concept: Concept | None) -> Found:
    cell = node.text if isinstance(node, Scalar) else text_of(node, "cell")
    return CellPlace(cell.replace("$", "").upper(), text_of(node, "sheet")), ()


def _lookup(node: Node, slot: str, concept: Concept | None) -> Found:
    table, row, column, before, after = (words_of(child(node, key)) for key in _LOOKUP)
    if not row and not column:
        message = Text("lookup 应写 row 或 column", "lookup takes row or column")
        return None, (Problem("missing-key", node.at, message),)
    return LookupPlace(table, row, column, before=before, after=after), ()


def _label(node: Node, slot: str, concept: Concept | None) -> Found:
    return LabelPlace(words_of(node)), ()


def _rows(node: Node, slot: str, concept: Concept | None) -> Found:
    columns, problems = dict[str, tuple[str, ...]](), list[Problem]()
    names = [column.name for column in concept.columns] if concept else []
    for key, value in entries_of(node, "columns"):
        if key.text not in names:
            message = Text(f"清单没有“{key.text[:60]}”这一列", f"the table has no column “{key.text[:60]}”")
            problems.append(Problem("unknown-column", key.at, message, did_you_mean(key.text, names)))
        columns[key.text] = words_of(value)
    totals = words_of(child(node, "totals")) or TOTALS
    return RowsPlace(columns, words_of(child(node, "table")), totals), tuple(problems)


_READERS: dict[str, Callable[[Node, str, Concept | None], Found]] = {
    "text": _text,
    "regex": _regex,
    "cell": _cell,
    "lookup": _lookup,
    "label": _label,
    "rows": _rows,
}
