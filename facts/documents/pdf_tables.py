"""Tables of PDF pages: ruled boxes to a grid, and a table that goes on over the page put together."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from facts.documents.model import Cell, Table
from facts.documents.pdf_lines import Box, Glyph, cell_text, lines_of, rounded
from facts.provenance import PageRef

# Rules this near to one another are one rule.
_NEAR = 3.0
_OUTER = 12.0
# Words of headers: a table whose first row holds two of them begins anew.
_HEADER_WORDS = (
    *(
        "序号",
        "名称",
        "指标",
        "项目",
        "分值",
        "得分",
        "科目",
        "单位",
        "金额",
        "预算数",
        "决算数",
        "内容",
        "备注",
        "说明",
    ),
    *("权重", "目标值", "完成值", "评分标准", "扣分原因", "类别", "合计", "栏次", "行次"),
)


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of the grid: the text of the cell that covers it, that cell's page and box, whether it began before."""

    text: str
    page: int
    box: Box
    covered: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as ruled: where its columns begin and end, and its rows of slots."""

    edges: tuple[float, ...]
    rows: tuple[tuple[Slot, ...], ...]

    @property
    def columns(self) -> int:
        """How many columns it has."""
        return len(self.edges) - 1


def _distinct(values: Iterable[float]) -> tuple[float, ...]:
    """Rules without those that only repeat the one before."""
    kept = list[float]()
    for value in sorted(values):
        if not kept or value - kept[-1] > _NEAR:
            kept.append(value)
    return tuple(kept)


def _index(edges: Sequence[float], value: float) -> int:
    """Which rule stands at that place."""
    return min(range(len(edges)), key=lambda i: abs(edges[i] - value))


def _slot_of(edges: Sequence[float], value: float) -> int:
    return min(max(bisect.bisect_right(edges, value) - 1, 0), len(edges) - 2)


def grid_of(boxes: Sequence[Box], glyphs: Sequence[Glyph], page: int) -> Grid | None:
    """Cells and the characters inside the table as a grid; None where the boxes make none."""
    across = _distinct(x for box in boxes for x in (box[0], box[2]))
    down = _distinct(y for box in boxes for y in (box[1], box[3]))
    if len(across) < 2 or len(down) < 2 or len(boxes) < 2:
        return None
    # The larger first: a box drawn inside another one keeps its own place.
    ordered = sorted(boxes, key=lambda b: (-(b[2] - b[0]) * (b[3] - b[1]), b))
    owner = dict[tuple[int, int], int]()
    for number, box in enumerate(ordered):
        for row in range(_index(down, box[1]), _index(down, box[3])):
            for column in range(_index(across, box[0]), _index(across, box[2])):
                owner[row, column] = number
    inside = dict[int, list[Glyph]]()
    for glyph in glyphs:
        place = _slot_of(down, glyph.middle), _slot_of(across, (glyph.box[0] + glyph.box[2]) / 2)
        inside.setdefault(owner.get(place, -1 - place[0] * len(across) - place[1]), []).append(glyph)
    return _filled(across, down, ordered, owner, inside, page)


def _filled(
    across: tuple[float, ...],
    down: tuple[float, ...],
    boxes: Sequence[Box],
    owner: dict[tuple[int, int], int],
    inside: dict[int, list[Glyph]],
    page: int,
) -> Grid:
    rows, seen = list[tuple[Slot, ...]](), dict[int, str]()
    for row in range(len(down) - 1):
        slots = list[Slot]()
        for column in range(len(across) - 1):
            number = owner.get((row, column), -1 - row * len(across) - column)
            box = boxes[number] if number >= 0 else (across[column], down[row], across[column + 1], down[row + 1])
            covered = number in seen
            if not covered:
                seen[number] = _text(inside.get(number, ()), box, page)
            slots.append(Slot(seen[number], page, box, covered))
        rows.append(tuple(slots))
    return Grid(across, tuple(rows))


def _text(glyphs: Iterable[Glyph], box: Box, page: int) -> str:
    lines = lines_of(glyphs, page)
    # What is left free at the left is left free at the right.
    indent = min((line.left - box[0] for line in lines), default=0.0)
    return cell_text(lines, box[2] - max(0.0, min(indent, 8.0)))


def joined(above: Grid, below: Grid) -> Grid | None:
    """One table of the foot of a page and the head of the next; None where they are two."""
    if abs(above.edges[0] - below.edges[0]) > _OUTER or abs(above.edges[-1] - below.edges[-1]) > _OUTER:
        return None
    repeated = _repeated(above, below)
    if not repeated and _is_header(below.rows[0]) and _is_header(above.rows[0]):
        return None
    if above.columns == below.columns:
        return replace(above, rows=above.rows + below.rows[repeated:])
    edges = _distinct((*above.edges, *below.edges))
    # A page on which a column is nowhere divided shows fewer rules, never other ones.
    if len(edges) - 1 != max(above.columns, below.columns):
        return None
    rows = _on(edges, above).rows + _on(edges, below).rows[repeated:]
    return Grid(edges, rows)


def _on(edges: tuple[float, ...], grid: Grid) -> Grid:
    """The same rows on finer columns."""
    places = [_slot_of(grid.edges, (left + right) / 2) for left, right in pairwise(edges)]
    rows = tuple(
        tuple(
            replace(row[place], covered=row[place].covered or (index > 0 and places[index - 1] == place))
            for index, place in enumerate(places)
        )
        for row in grid.rows
    )
    return Grid(edges, rows)


def _repeated(above: Grid, below: Grid) -> int:
    """How many rows of header the second part repeats from the first."""
    count = 0
    for old, new in zip(above.rows[:4], below.rows[:4], strict=False):
        if _words(old) != _words(new) or not any(_words(new)):
            break
        count += 1
    # Rows of figures may be equal by chance; a header begins with words of headers, or the whole row is words.
    words = [text for text in _words(below.rows[0]) if text]
    return count if len(words) >= 2 and not any(text[:1].isdigit() for text in words) else 0


def _words(row: Sequence[Slot]) -> tuple[str, ...]:
    return tuple("".join(slot.text.split()) for slot in row if not slot.covered)


def _is_header(row: Sequence[Slot]) -> bool:
    words = [text for text in _words(row) if text]
    known = sum(
        1 for text in words if len(text) <= 10 and any(text.endswith(w) or text.startswith(w) for w in _HEADER_WORDS)
    )
    return known >= 2 and not any(text.replace(".", "").replace(",", "").isdigit() for text in words)


def table_of(grid: Grid) -> Table:
    """The table everything else reads; boxes in whole points."""
    return Table(tuple(tuple(_cell(slot) for slot in row) for row in grid.rows))


def _cell(slot: Slot) -> Cell:
    return Cell(slot.text, PageRef(slot.page, rounded(slot.box)), covered=slot.covered)
