"""Finds cells in tables: by address, by the names of row and column, and whole rows by their headers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from fractions import Fraction

from facts.documents.model import Cell
from facts.gathering.folding import fold_words, key_of, unit_at_end
from facts.gathering.mapping import CellPlace, LookupPlace, RowsPlace
from facts.gathering.placereading import TOTALS
from facts.gathering.slots import BOUND_WORDS
from facts.gathering.views import Grid, View
from facts.provenance import CellRef
from facts.units import Dimension, Unit, parse_unit

_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_FOOTNOTE = re.compile(r"(?:注|备注|说明|附注|填报?说明|资料来源)[::0-9]")
_TOTALS = frozenset(key_of(word) for word in TOTALS)
# Headers of columns that count rows or hold codes, and names of rows that count columns.
_CODES = ("科目编码", "功能分类科目编码", "支出功能分类科目编码", "经济分类科目编码", "科目代码", "编码", "代码")
_SERIAL = frozenset(key_of(word) for word in ("行次", "序号", "行号", "编号", *_CODES))
_COUNTING = frozenset(key_of(word) for word in ("栏次", "列次", "栏目", "行次"))
# Columns of a score table that say what was wanted or what it is worth, never what was.
_NO_FACT_HEADERS = frozenset(
    key_of(word)
    for word in (
        "目标值", "指标值", "年度指标值", "年初目标值", "年度目标值", "绩效目标值", "预期目标值", "预期指标值", "预期值", "计划指标值",
        "计划值", "年初设定目标值", "目标", "分值", "指标分值", "标准分值", "标准分", "满分", "权重", "得分", "自评得分", "自评分", "自评分值",
        "评价得分", "实际得分", "评分", "复核分", "得分率",
    )
)  # fmt: skip
_UNIT_HEADERS = frozenset(key_of(word) for word in ("单位", "计量单位", "金额单位"))
_HEADER_REACH = 12
_BEFORE_FORM = re.compile(r"(?:[0-9a-z]|公开|决算|附[表件]|表|年度?|部门|单位)*")
# 上层/下层, but not 执行率(B/A).
_PATH = re.compile(r"/(?![^()（）]*[)）])")
_NUMBER_OF_FORM = re.compile(r"(?:公开|财决|附)?[0-9]+表")
# 收入支出决算总表(公开01表)
_NUMBER_AT_END = re.compile(r"(?:公开|财决|附)[0-9]+表$")
_NUMERIC = re.compile(rf"(?:{'|'.join(map(re.escape, BOUND_WORDS))}|约)?[+-]?[lIOo|]?[0-9]")
Blocks = frozenset[int] | None


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell in its table."""

    grid: Grid
    row: int
    column: int

    @property
    def cell(self) -> Cell:
        """The cell."""
        return self.grid.table.rows[self.row][self.column]

    def above(self) -> Iterator[Cell]:
        """The cells that may be headers of this one, the nearest first: some rows above it, and the table's first rows."""
        rows = self.grid.table.rows
        return (rows[index][self.column] for index in self.rows_above())

    def rows_above(self) -> Iterator[int]:
        """The rows these stand in."""
        near = max(0, self.row - MAX_HEADER_LOOK)
        yield from (*range(self.row - 1, near - 1, -1), *range(min(near, _HEADER_REACH) - 1, -1, -1))

    def units(self, dimension: Dimension) -> Iterator[tuple[Unit, str]]:
        """Units of that dimension that hold for the cell and the words that say so, the nearest first."""
        row = self.grid.table.rows[self.row]
        for cell in (*row[self.column + 1 : self.column + 2], *row):
            yield from _of_dimension(parse_unit(fold_words(cell.text)) if cell.text.strip() else None, cell, dimension)
        for cell in reversed(row[: self.column]):
            yield from _of_dimension(unit_at_end(cell.text), cell, dimension)
        for above in self.above():
            yield from _of_dimension(unit_at_end(above.text), above, dimension)
        if self.grid.unit is not None and self.grid.unit.dimension == dimension:
            yield self.grid.unit, self.grid.unit_words


# A header this far above still is one: sheets of 200,000 rows are not searched to the top for every cell.
MAX_HEADER_LOOK = 40
MAX_FILL = 1_000


def _of_dimension(unit: Unit | None, cell: Cell, dimension: Dimension) -> Iterator[tuple[Unit, str]]:
    if unit is not None and unit.name and unit.dimension == dimension:
        yield unit, cell.text.strip()


def grids_in(view: View, names: Sequence[str], blocks: Blocks = None) -> tuple[Grid, ...]:
    """The tables that bear one of these names (all for none), within these blocks."""
    among = [grid for grid in view.grids if blocks is None or grid.block in blocks]
    return tuple(grid for grid in among if not names or is_called(grid, names))


def is_called(grid: Grid, names: Sequence[str]) -> bool:
    """Whether the table's title, caption or first rows say one of these names; * stands for anything."""
    wanted = [_wild(name) for name in names]
    return any(fnmatchcase(found, f"*{name}*") for found in grid.names() for name in wanted if name.strip("*"))


def forms_of(grid: Grid, names: Sequence[str]) -> frozenset[str]:
    """Which of these forms the table is: by its title, but for a number or a year before it, and no longer one.

    A form's number (公开08表) counts where the table bears no title: numbers differ by year and place.
    """
    wanted = {name: key_of(name).removeprefix("决算") for name in names}
    keys = tuple(name for key in grid.names() for name in (key, _NUMBER_AT_END.sub("", key)))
    found = frozenset(name for name, key in wanted.items() if any(_is_name_of_form(one, key) for one in keys))
    return frozenset(name for name in found if not _NUMBER_OF_FORM.fullmatch(wanted[name])) or found


def _is_name_of_form(found: str, name: str) -> bool:
    return found.endswith(name) and bool(_BEFORE_FORM.fullmatch(found.removesuffix(name)))


def _wild(name: str) -> str:
    """The key of a name in which * stands for anything."""
    return "*".join(key_of(part) for part in name.split("*"))


def fits(name: str, key: str) -> bool:
    """Whether a key is what a name of a mapping says; * stands for anything."""
    return fnmatchcase(key, _wild(name)) if "*" in name else key == key_of(name)


# --- by address -------------------------------------------------------------------------------------------------------


def find_cell(view: View, place: CellPlace) -> tuple[Spot, ...]:
    """The cell of that address; several where several sheets fit."""
    grids = [grid for grid in view.grids if not place.sheet or fits(place.sheet, key_of(grid.table.title))]
    return tuple(spot for grid in grids for spot in _addressed(grid, place.cell))


def _addressed(grid: Grid, address: str) -> Iterator[Spot]:
    has_addresses = any(isinstance(cell.locator, CellRef) for row in grid.table.rows[:1] for cell in row)
    if not has_addresses:
        match = _ADDRESS.fullmatch(address)
        assert match is not None
        row, column = int(match[2]) - 1, _column_index(match[1])
        if row < len(grid.table.rows) and column < len(grid.table.rows[row]):
            yield Spot(grid, row, column)
        return
    for row, cells in enumerate(grid.table.rows):
        for column, cell in enumerate(cells):
            if isinstance(cell.locator, CellRef) and cell.locator.cell == address and not cell.covered:
                yield Spot(grid, row, column)


def _column_index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


# --- by names ---------------------------------------------------------------------------------------------------------


def find_lookup(view: View, place: LookupPlace, numeric: bool, blocks: Blocks) -> tuple[Spot, ...]:
    """Where a row and a column of these names meet, in every table that fits; cells with nothing in them left out.

    `numeric`: words between the row's name and the column begin another half of the table.
    """
    found = [spot for grid in grids_in(view, place.table, blocks) for spot in _met(grid, place, numeric)]
    return tuple(spot for spot in found if spot.cell.text.strip() and not is_serial(spot))


def _met(grid: Grid, place: LookupPlace, numeric: bool) -> Iterator[Spot]:
    headers = tuple(_headers(grid, place.column)) if place.column else ()
    if not place.row:
        for row, column in headers:
            yield from (Spot(grid, index, column) for index in data_rows(grid, row))
        return
    tops = {column: row for row, column in headers}
    for row, column in _placed(grid, _row_names(grid, place.row), place):
        for spot in _same_half(grid, row, column, numeric):
            if not place.column or tops.get(spot.column, row) < row:
                yield spot


def _same_half(grid: Grid, row: int, column: int, numeric: bool) -> Iterator[Spot]:
    """Cells right of a row's name, up to the next words where numbers are looked for: they name another row."""
    for index in range(column + 1, len(grid.table.rows[row])):
        cell = grid.table.rows[row][index]
        words = bool(key_of(cell.text)) and not is_numeric(cell)  # a dash is none
        if cell.covered or (numeric and words and _belongs_to_name(cell)):
            continue
        if numeric and words:
            return
        yield Spot(grid, row, index)


def _belongs_to_name(cell: Cell) -> bool:
    """Whether words are a unit, or the 小计 beside the name of what it sums up."""
    return parse_unit(cell.text.strip()) is not None or key_of(cell.text) in _TOTALS


def _headers(grid: Grid, names: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Cells whose header reads so: the lowest of them in each column above the data.

    Of the columns under one header that is merged over them, the one of the total if there is one.
    """
    found = list(_all_headers(grid, names))
    spans = [(row, _first_of_merged(grid, row, column)) for row, column in found]
    totals = {span for span, (row, column) in zip(spans, found, strict=True) if _is_total_below(grid, row, column)}
    for span, (row, column) in zip(spans, found, strict=True):
        if span not in totals or _is_total_below(grid, row, column):
            yield row, column


def _first_of_merged(grid: Grid, row: int, column: int) -> int:
    cells = grid.table.rows[row]
    while column > 0 and cells[column].covered and cells[column - 1].text == cells[column].text:
        column -= 1
    return column


def _is_total_below(grid: Grid, row: int, column: int) -> bool:
    return row + 1 < len(grid.table.rows) and key_of(grid.table.rows[row + 1][column].text) in _TOTALS


def _all_headers(grid: Grid, names: Sequence[str]) -> Iterator[tuple[int, int]]:
    for column in range(len(grid.table.rows[0]) if grid.table.rows else 0):
        for row in range(min(len(grid.table.rows), MAX_HEADER_LOOK)):
            if any(_heads(grid, row, column, name) for name in names):
                yield _lowest(grid, row, column), column
                break


def _heads(grid: Grid, row: int, column: int, name: str) -> bool:
    """Whether the header at that cell has the name, alone, joined to those above it, or as upper/lower."""
    stack = _stack(grid, row, column)
    if not stack:
        return False
    *above, last = _PATH.split(name)
    if above:
        if not fits(last, stack[-1]):
            return False
        uppers = (*stack[:-1], *_spread(grid, row, column))
        return all(any(fits(part, key) for key in uppers) for part in above)
    return fits(name, stack[-1]) or any(fits(name, "".join(stack[start:])) for start in range(len(stack) - 1))


def _stack(grid: Grid, row: int, column: int) -> list[str]:
    """Keys of the header cells in a column down to a row, each once."""
    keys = [key_of(grid.table.rows[index][column].text) for index in range(max(0, row - _HEADER_REACH), row + 1)]
    return list(dict.fromkeys(key for key in keys if key)) if keys and keys[-1] else []


def _spread(grid: Grid, row: int, column: int) -> Iterator[str]:
    """Keys of upper headers that reach over blank cells: where a format has no merged cells, 预算数 stands in the first."""
    for index in range(max(0, row - _HEADER_REACH), row):
        cells = grid.table.rows[index]
        if not cells[column].text.strip() and not any(is_numeric(cell) for cell in cells):
            yield next((key_of(cell.text) for cell in reversed(cells[:column]) if cell.text.strip()), "")


def _lowest(grid: Grid, row: int, column: int) -> int:
    """The last row of a header cell that reaches over several."""
    text = grid.table.rows[row][column].text
    while row + 1 < len(grid.table.rows) and grid.table.rows[row + 1][column].covered:
        if grid.table.rows[row + 1][column].text != text:
            break
        row += 1
    return row


def _row_names(grid: Grid, names: Sequence[str]) -> list[tuple[int, int]]:
    """Cells that name a row so; a name may be upper/lower."""
    found = set[tuple[int, int]]()
    for path in map(_PATH.split, names):
        keys = grid.index if "*" in path[-1] else (key_of(path[-1]),)
        fitting = (key for key in keys if fits(path[-1], key))
        places = (place for key in fitting for place in grid.index.get(key, ()))
        found.update((row, column) for row, column in places if _is_under(grid, row, column, path[:-1]))
    return sorted(found)


def _placed(grid: Grid, found: Sequence[tuple[int, int]], place: LookupPlace) -> Iterator[tuple[int, int]]:
    """Those of the rows that stand above and below the rows named for it."""
    last, first = _row_names(grid, place.before), _row_names(grid, place.after)
    for row, column in found:
        above = not place.before or any(row < other and column == beside for other, beside in last)
        below = not place.after or any(row > other and column == beside for other, beside in first)
        if above and below:
            yield row, column


def _is_under(grid: Grid, row: int, column: int, path: Sequence[str]) -> bool:
    """Whether the row's names left of a cell, filled down, have these among them."""
    above = [key_of(filled(grid, row, left)) for left in range(column)] if path else []
    return all(any(fits(part, key) for key in above) for part in path)


def filled(grid: Grid, row: int, column: int, header: int = -1) -> str:
    """The text of a cell, or of the nearest one above it, below the header, that is not blank."""
    for index in range(row, max(header, row - MAX_FILL), -1):
        text = grid.table.rows[index][column].text
        if text.strip():
            return text
    return ""


# --- rows -------------------------------------------------------------------------------------------------------------


def data_rows(grid: Grid, header: int, totals: Sequence[str] | None = ()) -> Iterator[int]:
    """The rows below a header that are data: no blanks, no totals (None: these too), no footnotes, no counting of columns."""
    wanted = frozenset(key_of(word) for word in (totals or TOTALS)) if totals is not None else frozenset[str]()
    for index in range(header + 1, len(grid.table.rows)):
        texts = [cell.text.strip() for cell in grid.table.rows[index] if not cell.covered and cell.text.strip()]
        if texts and not _is_furniture(texts, wanted):
            yield index


def is_footnote(texts: Sequence[str]) -> bool:
    """Whether the texts of a row, those of its blank cells left out, are a note below a table."""
    return len(texts) <= 2 and _FOOTNOTE.match(fold_words(texts[0])) is not None


def _is_furniture(texts: Sequence[str], totals: frozenset[str]) -> bool:
    if is_footnote(texts):
        return True
    if key_of(texts[0]) in totals or any(key_of(text) in totals for text in texts[:2]):
        return True
    numbers = [text for text in texts if text.isascii() and text.isdigit()]
    counted = [str(n) for n in range(int(numbers[0]), int(numbers[0]) + len(numbers))] if numbers else []
    return key_of(texts[0]) in _COUNTING or (len(numbers) > 2 and len(numbers) == len(texts) and numbers == counted)


def is_serial(spot: Spot) -> bool:
    """Whether the cell stands in a column that counts lines."""
    return any(key_of(cell.text) in _SERIAL for cell in spot.above())


def holds_no_fact(spot: Spot) -> bool:
    """Whether the cell stands in a column of targets, points or scores."""
    return any(key_of(cell.text) in _NO_FACT_HEADERS for cell in spot.above())


def is_unit_column(spot: Spot) -> bool:
    """Whether the cell stands in a column of units."""
    return any(key_of(cell.text) in _UNIT_HEADERS for cell in spot.above())


def find_rows(view: View, place: RowsPlace, blocks: Blocks) -> Iterator[tuple[Grid, int, Mapping[str, int]]]:
    """Tables with all these headers: the table, its header's row, and the column behind each name."""
    for grid in grids_in(view, place.table, blocks):
        columns: dict[str, int] = {}
        header = -1
        for name, words in place.columns.items():
            for row, column in _headers(grid, words):
                if name not in columns and column not in columns.values():
                    columns[name], header = column, max(header, row)
        if len(columns) == len(place.columns):
            yield grid, header, columns


def is_numeric(cell: Cell) -> bool:
    """Whether a cell holds a number, as a format or in digits (one that looks wrong is still meant as one)."""
    return isinstance(cell.value, Fraction) or bool(_NUMERIC.match(fold_words(cell.text)))
