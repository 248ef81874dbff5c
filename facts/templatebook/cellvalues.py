"""What people put into the cells of values, as scalars of a case file: exact, and asked about where two readings are possible."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Context, Decimal

from facts.factvalue import unit_of
from facts.problem import Problem, Text
from facts.provenance import Position
from facts.quantity import AMBIGUOUS, ambiguous_percent
from facts.templatebook.celltext import from_cell
from facts.templatebook.grid import Seen
from facts.units import RATE, parse_unit
from facts.values import decimal_text, parse_decimal, to_half_width
from facts.vocabulary import NO, YES, Concept
from facts.yamltree import Scalar

# Marks in a cell of yes and no; words such as 有 and 已完成 are asked about.
_MARKS = {**dict.fromkeys(("√", "✓", "✔", "☑"), YES), **dict.fromkeys(("×", "✗", "✘", "☒"), NO)}
_OWN_UNIT = re.compile(r"\s*[+-]?[0-9][0-9,]*(?:\.[0-9]+)?\s*([^\s0-9.,+-]\S*)\s*")


@dataclass(frozen=True, slots=True)
class CellValue:
    """A value and its unit as scalars; None where the cell cannot be used."""

    value: Scalar | None
    unit: Scalar | None = None
    problems: tuple[Problem, ...] = ()


def place_of(file: str, cell: Seen) -> Position:
    """The place of a cell: `book.xlsx!数据!C12`."""
    return Position(f"{file}!{cell.sheet}!{cell.name}")


def scalar_of(file: str, cell: Seen, text: str | None = None) -> Scalar:
    """A cell as a quoted scalar."""
    return Scalar(from_cell(cell.text) if text is None else text, False, place_of(file, cell))


def read_value(file: str, cell: Seen, concept: Concept, unit: Seen | None) -> CellValue:
    """The value in a cell; `unit` is the cell that says its unit, None where the column or the vocabulary does."""
    trouble = _unusable(file, cell)
    if trouble is not None:
        return CellValue(None, None, (trouble,))
    found = _read(file, cell, concept, unit)
    return CellValue(found.value, found.unit, (*found.problems, *_notes(file, cell, concept)))


def _read(file: str, cell: Seen, concept: Concept, unit: Seen | None) -> CellValue:
    if concept.type in ("quantity", "score"):
        return _NUMBERS[cell.kind](file, cell, concept, unit)
    if concept.type == "text":
        return CellValue(scalar_of(file, cell))
    if concept.type == "date" and cell.kind == "number":
        return CellValue(None, None, (_number_for_day(file, cell),))
    text = from_cell(cell.text).strip()
    return CellValue(scalar_of(file, cell, _MARKS.get(text, text) if concept.type == "boolean" else text))


# --- numbers ----------------------------------------------------------------------------------------------------------


def _number(file: str, cell: Seen, concept: Concept, unit: Seen | None) -> CellValue:
    text = _without_noise(cell)
    expected = unit_of(concept)
    name = _unit_name(unit, concept)
    if cell.percent:
        if expected.dimension != RATE or parse_unit(name) != parse_unit("%"):
            return CellValue(None, None, (_percent_elsewhere(file, cell, name),))
        rate = parse_decimal(text)
        text = text if rate is None else f"{decimal_text(rate * 100)}%"
        return CellValue(scalar_of(file, cell, text))
    return _bare(file, cell, concept, unit, text)


def _text(file: str, cell: Seen, concept: Concept, unit: Seen | None) -> CellValue:
    text = from_cell(cell.text)
    match = _OWN_UNIT.fullmatch(to_half_width(text))
    if match is None:
        return _bare(file, cell, concept, unit, text)
    # A unit written after the number counts; the one beside it only contradicts it where somebody chose it.
    chosen = unit is not None and parse_unit(_unit_name(unit, concept)) != unit_of(concept)
    return CellValue(scalar_of(file, cell, text), scalar_of(file, unit) if chosen and unit else None)


def _bare(file: str, cell: Seen, concept: Concept, unit: Seen | None, text: str) -> CellValue:
    name = _unit_name(unit, concept)
    number = parse_decimal(text)
    if name.strip() in ("%", "％") and number is not None and 0 < abs(number) <= AMBIGUOUS:
        return CellValue(None, None, (ambiguous_percent(number, place_of(file, cell)),))
    at = place_of(file, unit) if unit is not None else place_of(file, cell)
    return CellValue(scalar_of(file, cell, text), Scalar(name, False, at))


def _day(file: str, cell: Seen, concept: Concept, unit: Seen | None) -> CellValue:
    message = Text(f"此格被当作日期({cell.text}),应为数值", f"this cell is a date ({cell.text}); a number is expected")
    hint = Text("请把单元格格式改为“常规”后重新填写。", "Set the cell's format to General and type the number again.")
    return CellValue(None, None, (Problem("not-a-number", place_of(file, cell), message, hint),))


def _truth(file: str, cell: Seen, concept: Concept, unit: Seen | None) -> CellValue:
    return CellValue(scalar_of(file, cell))


_NUMBERS: dict[str, Callable[[str, Seen, Concept, Seen | None], CellValue]] = {
    "number": _number,
    "text": _text,
    "date": _day,
    "boolean": _truth,
}


def _unit_name(unit: Seen | None, concept: Concept) -> str:
    return from_cell(unit.text).strip() if unit is not None else unit_of(concept).name


def _without_noise(cell: Seen) -> str:
    if not cell.noisy:
        return cell.text
    return format(Context(prec=15).create_decimal(Decimal(cell.text)), "f")


# --- problems ---------------------------------------------------------------------------------------------------------


def _unusable(file: str, cell: Seen) -> Problem | None:
    at = place_of(file, cell)
    if cell.stale:
        message = Text("公式没有保存计算结果", "the formula was saved without its value")
        hint = Text(
            "请在电子表格软件里打开、重算并保存。", "Open the file in a spreadsheet program, recalculate and save."
        )
        return Problem("formula-without-value", at, message, hint)
    if cell.kind == "error":
        message = Text(f"此格是错误值 {cell.text[:20]}", f"this cell holds an error, {cell.text[:20]}")
        return Problem(
            "cell-error", at, message, Text("请改正公式或直接填数。", "Correct the formula or type the number.")
        )
    return None


def _notes(file: str, cell: Seen, concept: Concept) -> tuple[Problem, ...]:
    at, notes = place_of(file, cell), list[Problem]()
    if cell.formula:
        message = Text(
            f"取公式保存的值 {cell.text[:40]}", f"the value saved with the formula is used: {cell.text[:40]}"
        )
        notes.append(Problem("formula-value", at, message, severity="note"))
    if cell.noisy and concept.type in ("quantity", "score"):
        text = _without_noise(cell)
        message = Text(f"{cell.text} 按 15 位有效数字读作 {text}", f"{cell.text} is read to 15 digits: {text}")
        notes.append(Problem("float-noise", at, message, severity="note"))
    return tuple(notes)


def _percent_elsewhere(file: str, cell: Seen, unit: str) -> Problem:
    message = Text(
        f"单元格是百分比格式,单位却是“{unit}”", f"the cell is in percent, its unit is “{unit or 'a pure number'}”"
    )
    hint = Text("请改单元格格式,或改单位。", "Change the cell's number format, or the unit.")
    return Problem("unit-mismatch", place_of(file, cell), message, hint)


def _number_for_day(file: str, cell: Seen) -> Problem:
    message = Text(f"“{cell.text[:40]}”是数字,应为日期", f"“{cell.text[:40]}” is a number; a date is expected")
    hint = Text("请填 2017-12-31,或把单元格设为日期格式。", "Write 2017-12-31, or give the cell a date format.")
    return Problem("bad-date", place_of(file, cell), message, hint)
