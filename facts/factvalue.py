"""Turns what is written under a concept into its value: quantity, label, date, bound or rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction

from facts.model import Row, Value
from facts.problem import NO_TEXT, Problem, Text, did_you_mean
from facts.provenance import Position
from facts.quantity import bad_date, check_range, parse_date, parse_quantity, range_text
from facts.units import PLAIN, POINTS, Unit
from facts.values import Interval
from facts.vocabulary import NO, YES, Column, Concept
from facts.yamltree import Mapping, Node, Scalar, Sequence, is_null

MAX_TEXT = 2_000
MAX_ROWS = 10_000
_BOUNDS = ("at_least", "above", "at_most", "below")
_SIGNS = {"at_least": "≥", "above": ">", "at_most": "≤", "below": "<"}
_TRUTH = {"是": YES, "否": NO, "true": YES, "false": NO}

Single = tuple[Fraction | str | date | None, tuple[Problem, ...]]


def read_single(node: Scalar, concept: Concept, unit: Scalar | None = None) -> Single:
    """The value of one scalar; None with Problems where it does not fit its concept."""
    if len(node.text) > MAX_TEXT:
        return None, (too_long(node.at, len(node.text)),)
    return _READERS[concept.type](node, concept, unit)


def unit_of(concept: Concept) -> Unit:
    """The unit a concept is shown in."""
    return concept.unit or (POINTS if concept.type == "score" else PLAIN)


def too_long(at: Position, length: int) -> Problem:
    """The Problem of a text nobody would write."""
    message = Text(f"文字有 {length} 个字,最多 {MAX_TEXT} 个", f"{length} characters, at most {MAX_TEXT} are allowed")
    return Problem("too-long", at, message, Text("请只摘录要点。", "Quote only what matters."))


def _quantity(node: Scalar, concept: Concept, unit: Scalar | None) -> Single:
    expected = unit_of(concept)
    apart = (unit.text, unit.at) if unit else (None, None)
    value, problems = parse_quantity(node.text, node.at, expected, *apart)
    if value is None:
        return None, problems
    problems = check_range(value, concept.range, concept.whole, expected, node.at)
    return (None, problems) if problems else (value, ())


def _boolean(node: Scalar, concept: Concept, unit: Scalar | None) -> Single:
    value = _TRUTH.get(node.text.strip())
    return (value, ()) if value else (None, (_unknown_choice(node, concept),))


def _choice(node: Scalar, concept: Concept, unit: Scalar | None) -> Single:
    value = node.text.strip()
    return (value, ()) if value in concept.choices else (None, (_unknown_choice(node, concept),))


def _text(node: Scalar, concept: Concept, unit: Scalar | None) -> Single:
    return node.text, ()


def _date(node: Scalar, concept: Concept, unit: Scalar | None) -> Single:
    value = parse_date(node.text)
    return (value, ()) if value else (None, (bad_date(node.text, node.at),))


def _table(node: Scalar, concept: Concept, unit: Scalar | None) -> Single:
    message = Text(f"“{concept.label}”是清单,应写 rows", f"“{concept.label}” is a table and takes rows")
    hint = Text("例如 {rows: [{列名: 值}]}。", "For example {rows: [{column: value}]}.")
    return None, (Problem("wrong-type", node.at, message, hint),)


_READERS: dict[str, Callable[[Scalar, Concept, Scalar | None], Single]] = {
    "quantity": _quantity,
    "score": _quantity,
    "boolean": _boolean,
    "choice": _choice,
    "text": _text,
    "date": _date,
    "table": _table,
}


def _unknown_choice(node: Scalar, concept: Concept) -> Problem:
    choices = concept.choices or (YES, NO)
    message = Text(
        f"“{concept.label}”只能是 {'、'.join(choices[:20])},实为“{node.text[:40]}”",
        f"“{concept.label}” is one of {', '.join(choices[:20])}; found “{node.text[:40]}”",
    )
    hint = did_you_mean(node.text.strip(), choices) if len(choices) > 20 or concept.type == "choice" else NO_TEXT
    return Problem("unknown-choice", node.at, message, hint)


# --- bounds -----------------------------------------------------------------------------------------------------------


def bounds_in(node: Mapping) -> tuple[str, ...]:
    """The bound keys that stand there."""
    return tuple(key for key in _BOUNDS if node.get(key) is not None)


def read_bounds(node: Mapping, concept: Concept) -> tuple[Value, str, tuple[Problem, ...]]:
    """A stated bound as a range within what the concept allows, and how it is shown."""
    keys = bounds_in(node)
    if concept.type not in ("quantity", "score"):
        message = Text(f"“{concept.label}”不是数量,不能写 {keys[0]}", f"“{concept.label}” is no quantity: no {keys[0]}")
        return None, "", (Problem("wrong-type", node.key_at(keys[0]), message),)
    if len({key in ("at_least", "above") for key in keys}) != len(keys):
        message = Text(f"上限或下限写了两次:{'、'.join(keys)}", f"a bound is stated twice: {', '.join(keys)}")
        return None, "", (Problem("one-of", node.key_at(keys[1]), message),)
    allowed, problems = concept.range, list[Problem]()
    for key in keys:
        value, found = _bound(node, key, concept)
        problems.extend(found)
        allowed = allowed if value is None else _narrowed(allowed, key, value)
    if not problems and _is_empty(allowed):
        problems.append(_empty(node, keys[0], concept))
    return (None if problems else _simplest(allowed)), _shown(node, keys), tuple(problems)


def _bound(node: Mapping, key: str, concept: Concept) -> tuple[Fraction | None, tuple[Problem, ...]]:
    written, unit = node.get(key), node.get("unit")
    if not isinstance(written, Scalar):
        return None, ()
    if isinstance(unit, Scalar):
        return parse_quantity(written.text, written.at, unit_of(concept), unit.text, unit.at)
    return parse_quantity(written.text, written.at, unit_of(concept))


def _narrowed(allowed: Interval, key: str, value: Fraction) -> Interval:
    lo, hi, lo_open, hi_open = allowed.lo, allowed.hi, allowed.lo_open, allowed.hi_open
    if key in ("at_least", "above"):
        if lo is None or value >= lo:
            lo, lo_open = value, key == "above"
    elif hi is None or value <= hi:
        hi, hi_open = value, key == "below"
    return Interval(lo, hi, lo_open, hi_open)


def _is_empty(found: Interval) -> bool:
    if found.lo is None or found.hi is None:
        return False
    return found.lo > found.hi or (found.lo == found.hi and (found.lo_open or found.hi_open))


def _simplest(found: Interval) -> Value:
    return found.lo if found.is_point else found


def _empty(node: Mapping, key: str, concept: Concept) -> Problem:
    allowed = concept.range
    bounds = NO_TEXT if allowed == Interval() else range_text(allowed, unit_of(concept))
    message = Text("没有值能满足这个界限", "no value satisfies this bound")
    hint = Text(f"允许范围:{bounds.zh}", f"Allowed range: {bounds.en}") if bounds.zh else NO_TEXT
    return Problem("out-of-range", node.key_at(key), message, hint)


def _shown(node: Mapping, keys: tuple[str, ...]) -> str:
    unit = node.get("unit")
    after = f" {unit.text}" if isinstance(unit, Scalar) else ""
    written = ((_SIGNS[key], node.get(key)) for key in keys)
    return " ".join(f"{sign} {value.text}{after}" for sign, value in written if isinstance(value, Scalar))


# --- tables -----------------------------------------------------------------------------------------------------------


def read_rows(node: Node, concept: Concept) -> tuple[tuple[Row, ...] | None, tuple[Problem, ...]]:
    """A table's rows, every column present (None where nothing is written); None where some cell is broken."""
    if not isinstance(node, Sequence):
        return None, ()
    if len(node.items) > MAX_ROWS:
        message = Text(f"{len(node.items)} 行,最多 {MAX_ROWS} 行", f"{len(node.items)} rows, at most {MAX_ROWS}")
        return None, (Problem("too-many-rows", node.at, message),)
    cells = {column.name: _as_concept(column) for column in concept.columns}
    rows, problems = list[Row](), list[Problem]()
    for item in node.items:
        if isinstance(item, Mapping):
            row, found = _row(item, cells)
            rows.append(row)
            problems.extend(found)
    return (None if problems else tuple(rows)), tuple(problems)


def _as_concept(column: Column) -> Concept:
    ends = (column.minimum, column.maximum)
    return Concept(column.name, column.name, column.type, column.unit, *ends, column.whole, column.choices)


def _row(node: Mapping, cells: dict[str, Concept]) -> tuple[Row, list[Problem]]:
    row: dict[str, Fraction | str | date | None] = dict.fromkeys(cells)
    problems = list[Problem]()
    for key, value in node.entries:
        concept = cells.get(key.text)
        if concept is None:
            message = Text(f"清单没有“{key.text[:60]}”这一列", f"the table has no column “{key.text[:60]}”")
            problems.append(Problem("unknown-column", key.at, message, did_you_mean(key.text, cells)))
        elif isinstance(value, Scalar) and not is_null(value):
            row[key.text], found = read_single(value, concept)
            problems.extend(found)
    return row, problems
