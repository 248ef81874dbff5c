"""Finds a concept by its label and aliases: the cell beside or below it, or the number right after it in prose."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from facts.gathering.folding import key_of
from facts.gathering.patterns import compiled_pattern
from facts.gathering.slots import slot_of
from facts.gathering.tables import Blocks, Spot, data_rows, holds_no_fact, is_numeric, is_serial, is_unit_column
from facts.gathering.views import Grid, Passage, View
from facts.provenance import TableRef
from facts.units import parse_unit
from facts.vocabulary import Concept

# Marks that may stand in a name and mean nothing: “三公”经费 is 三公经费.
_MARKS = "[\"'<>《》①-⑳*]*"
_LINK = r"(?:总额|总数|合计|共计)?(?:金额)?(?:为|是|:|达到|达|共|有)?"
# What may stand right before a name; anything else makes it part of a longer one.
_BEFORE = re.compile(
    r"(?:^|[\s,,。;;:、()()\[\]\"'|]|年|年度|本年|当年|全年|其中|我单位|本单位|我部门|本部门|我局|我市|单位|部门|及|和|与|的)$"
)
_REACH = 6
_NUMBERS = ("quantity", "score")


def labels_of(concept: Concept) -> tuple[str, ...]:
    """The names a concept goes by."""
    return (concept.label, *concept.aliases)


# --- in tables --------------------------------------------------------------------------------------------------------


def spots_beside(view: View, names: Sequence[str], concept: Concept, blocks: Blocks) -> Iterator[Spot]:
    """The cells that hold the value of a label: those to its right, or the only one below it."""
    keys = frozenset(key for key in map(key_of, names) if key)
    for grid in view.grids:
        if blocks is None or grid.block in blocks:
            for row, column in label_places(grid, keys):
                beside = () if _heads_column(grid, row, column, concept) else _right(grid, row, column, concept)
                yield from tuple(beside) or _below(grid, row, column, concept)


def label_places(grid: Grid, keys: frozenset[str]) -> list[tuple[int, int]]:
    """Where cells with one of these keys stand, from the top."""
    return sorted(place for key in keys for place in grid.index.get(key, ()))


def _heads_column(grid: Grid, row: int, column: int, concept: Concept) -> bool:
    """Whether a label with words on its right is a header: then those words are another header, and no value."""
    below = grid.table.rows[row + 1][column].text if row + 1 < len(grid.table.rows) else ""
    is_header = column > 0 or _is_row_of_headers(grid, row)
    return is_header and concept.type not in _NUMBERS and bool(below.strip())


def _is_row_of_headers(grid: Grid, row: int) -> bool:
    """Whether a row heads columns: a database's names, or words above numbers where labels and values do not alternate."""
    heads, below = grid.table.rows[row], grid.table.rows[row + 1 : row + 2]
    if not row and isinstance(heads[0].locator, TableRef) and heads[0].locator.row == 0:
        return True
    if any(is_numeric(cell) for cell in heads) or not below:
        return False
    pairs = list(zip(heads, below[0], strict=True))[2::2]
    return any(is_numeric(value) and head.text.strip() and not head.covered for head, value in pairs)


def _right(grid: Grid, row: int, column: int, concept: Concept) -> Iterator[Spot]:
    """Value cells right of a label, up to the next words. Blank columns are passed over, blank cells are not."""
    cells = grid.table.rows[row]
    for index in range(column + 1, len(cells)):
        spot, cell = Spot(grid, row, index), cells[index]
        is_count = is_serial(spot) and (is_numeric(cell) or not cell.text.strip())
        if cell.covered or is_count or _is_blank_column(grid, index):
            continue
        if concept.type != "score" and holds_no_fact(spot):
            continue
        if not _can_be_value(spot, concept):
            if _is_unit(spot):
                continue
            return
        yield spot
        if concept.type not in _NUMBERS:
            return


def _can_be_value(spot: Spot, concept: Concept) -> bool:
    if concept.type in _NUMBERS:
        return is_numeric(spot.cell)
    return bool(spot.cell.text.strip()) and not _is_unit(spot)


def _is_unit(spot: Spot) -> bool:
    text = spot.cell.text.strip()
    return bool(text) and (is_unit_column(spot) or parse_unit(text) is not None)


def _is_blank_column(grid: Grid, column: int) -> bool:
    return all(not row[column].text.strip() or row[column].covered for row in grid.table.rows[:1000])


def _below(grid: Grid, row: int, column: int, concept: Concept) -> Iterator[Spot]:
    """The only value in the column under a label; none where there are several."""
    if column == 0 and concept.type not in _NUMBERS and not _is_row_of_headers(grid, row):
        return
    # A total counts: beside it the only other row is a part, and no total of its own.
    spots = (Spot(grid, index, column) for index in data_rows(grid, row, None))
    found = [spot for spot in spots if spot.cell.text.strip() and not spot.cell.covered]
    if len({spot.cell.text.strip() for spot in found}) == 1 and _can_be_value(found[0], concept):
        yield found[0]


# --- in prose ---------------------------------------------------------------------------------------------------------


def spans_after(
    passage: Passage, names: Sequence[str], concept: Concept
) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Where a name is followed by a number at once: the whole and the value, in folded text."""
    text = passage.folded.text
    if not any(character.isdigit() for character in text):
        return
    program = compiled_pattern(_program(tuple(names), slot_of(concept)))
    group = program.groupindex["value"]
    for match in program.finditer(text):
        if _BEFORE.search(text[max(0, match.start() - _REACH) : match.start()]):
            yield match.span(), match.span(group)


@lru_cache(maxsize=4096)
def _program(names: tuple[str, ...], slot: str) -> str:
    keys = sorted({key for key in map(key_of, names) if key}, key=lambda key: (-len(key), key))
    spelt = "|".join(_MARKS.join(re.escape(character) for character in key) for key in keys)
    return rf"(?:{spelt}){_MARKS}{_LINK}{slot}"


def may_name(passage_key: str, keys: Sequence[str]) -> bool:
    """A cheap first look: whether one of the keys stands in the passage at all."""
    return any(key in passage_key for key in keys)
