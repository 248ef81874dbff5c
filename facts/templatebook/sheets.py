"""Which sheet is which, and their rows as records: found by headings and ids, never by position."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from facts.problem import Problem, Text, did_you_mean
from facts.provenance import Position
from facts.templatebook import layout as lo
from facts.templatebook.celltext import from_cell
from facts.templatebook.cellvalues import place_of
from facts.templatebook.grid import Seen, Sheet

# A heading stands among the first rows; people put a line or two above.
_SEARCHED = 60

Record = Mapping[str, Seen]


@dataclass(frozen=True, slots=True)
class Headed:
    """The rows below a row of headings; each cell by its heading, empty cells left out."""

    sheet: Sheet
    head: Record
    rows: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class TableSheet:
    """A table's sheet: the cell with its id, what is stated about it as a whole, and its rows."""

    id: Seen
    keys: Record
    number: str
    rows: Headed


def word(cell: Seen | None) -> str:
    """The word in a cell, without blanks around it; a heading without its English."""
    return lo.plain(from_cell(cell.text).strip()) if cell is not None else ""


def headed(sheet: Sheet, needed: frozenset[str], without: frozenset[str] = frozenset()) -> Headed | None:
    """The sheet's rows below the first row that holds these headings (and none of the others)."""
    for number in sorted(sheet.rows)[:_SEARCHED]:
        row = sheet.rows[number]
        words = {word(cell) for cell in row.values()}
        if needed <= words and not without & words:
            head: dict[str, Seen] = {}
            for cell in row.values():
                head.setdefault(word(cell), cell)
            return Headed(sheet, head, tuple(_records(sheet, head, number)))
    return None


def _records(sheet: Sheet, head: Record, above: int) -> Iterator[Record]:
    for number in sorted(sheet.rows):
        if number > above:
            row = sheet.rows[number]
            record = {name: row[cell.column] for name, cell in head.items() if cell.column in row}
            if record:
                yield record


def repeated_headings(sheet: Headed, file: str, names: frozenset[str]) -> tuple[Problem, ...]:
    """Headings that stand twice: which of the columns is meant nobody can say."""
    number = next(iter(sheet.head.values())).row
    again = [
        cell
        for cell in sheet.sheet.rows[number].values()
        if word(cell) in names and sheet.head[word(cell)].column != cell.column
    ]
    return tuple(_twice(file, cell, sheet.head[word(cell)]) for cell in again)


def _twice(file: str, cell: Seen, first: Seen) -> Problem:
    message = Text(
        f"表头“{word(cell)[:60]}”已在 {first.name} 格", f"heading “{word(cell)[:60]}” stands in {first.name} already"
    )
    hint = Text("请删去其中一列。", "Remove one of the columns.")
    return Problem("duplicate-heading", place_of(file, cell), message, hint)


def unknown_headings(sheet: Headed, file: str, names: frozenset[str]) -> tuple[Problem, ...]:
    """Columns somebody added and wrote in: they are not read, which is said."""
    used = {name for row in sheet.rows for name in row if word(row[name])}
    strange = [cell for name, cell in sheet.head.items() if name and name not in names and name in used]
    return tuple(_unknown(file, cell, names) for cell in strange)


def _unknown(file: str, cell: Seen, names: frozenset[str]) -> Problem:
    message = Text(f"不认识“{word(cell)[:60]}”这一列,未读", f"column “{word(cell)[:60]}” is unknown and was not read")
    return Problem("unknown-column", place_of(file, cell), message, did_you_mean(word(cell)[:60], names), "warning")


def table_sheet(sheet: Sheet) -> TableSheet | None:
    """The sheet of a table: a line with its id, and headings below that begin with a number column."""
    found_heads = ((name, headed(sheet, frozenset({name}))) for name in reversed(lo.ROW_NUMBERS))
    number_heading, rows = next(((name, found) for name, found in found_heads if found is not None), ("", None))
    if rows is None:
        return None
    head = rows.head[number_heading].row
    keys: dict[str, Seen] = {}
    found: Seen | None = None
    for number in sorted(sheet.rows):
        if number >= head:
            break
        key, value = _pair(sheet.rows[number])
        if key == lo.ID and found is None:
            found = value
        elif key in lo.TABLE_KEYS and value is not None:
            keys.setdefault(key, value)
    return None if found is None else TableSheet(found, keys, number_heading, rows)


def _pair(row: Mapping[int, Seen]) -> tuple[str, Seen | None]:
    cells = [row[column] for column in sorted(row)]
    return word(cells[0]), cells[1] if len(cells) > 1 else None


def pairs(sheet: Sheet) -> dict[str, Seen | None]:
    """Words with the cell to their right, for a sheet of such lines."""
    return dict(_pair(sheet.rows[number]) for number in sorted(sheet.rows, reverse=True))


def no_such_sheet(file: str, name: str) -> Problem:
    """The Problem of a workbook whose sheet is gone."""
    message = Text(f"找不到工作表“{name}”的表头", f"the headings of sheet “{name}” are nowhere to be found")
    hint = Text("请用 hegui facts template 重新生成填报表。", "Write a fresh workbook with hegui facts template.")
    return Problem("missing-sheet", Position(f"{file}!{name}"), message, hint)
