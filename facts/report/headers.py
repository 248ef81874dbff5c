"""Headers of score tables: which column is which, also where a header has several rows, or points for every level."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from facts.documents.model import Cell
from facts.report.items import cell_figure
from facts.report.lines import packed
from facts.values import parse_decimal

LEVELS = ("section", "group", "indicator")
# No heading of a column is longer, no header has more rows.
MAX_HEADER = 40
MAX_ROWS = 4
# So many rows are looked at to see what stands in a column.
_LOOK = 12
# So many different texts are looked up once each; a table's cells mostly repeat.
MAX_KNOWN = 20_000
IN_BRACKETS = re.compile(r"[(][^()]*[)]")
_POINTS = re.compile(r"(\d{1,3}(?:\.\d+)?)分")
_NAMED = ("section", "group", "indicator", "budget", "executed")
Row = Sequence[Cell]


class Headings:
    """What headings mean, by the lists of names in the patterns."""

    def __init__(self, columns: Mapping[str, tuple[str, ...]]) -> None:
        named = [(name, (role, rank)) for role, names in columns.items() for rank, name in enumerate(names)]
        # The first of the same name counts, so the last is put in first.
        self.exact = {name: found for name, found in reversed(named) if "*" not in name}
        self.open = [(name, found) for name, found in named if "*" in name]
        self._known: dict[str, tuple[str, int]] = {}

    def role_of(self, text: str) -> tuple[str, int]:
        """The role a heading names, and how far down in its list the name stands; ("", 0) for none."""
        found = self._known.get(text)
        if found is None:
            found = self._role_of(text)
            if len(self._known) < MAX_KNOWN:
                self._known[text] = found
        return found

    def _role_of(self, text: str) -> tuple[str, int]:
        for form in (text, IN_BRACKETS.sub("", text)):
            if form in self.exact:
                return self.exact[form]
            for name, found in self.open:
                if form and _is_open(form, name):
                    return found
        return "", 0

    def role(self, cell: Cell) -> str:
        """The role a cell names, if it can be a heading."""
        return self.role_of(packed(cell.text))[0] if _is_heading(cell) else ""


@dataclass(frozen=True, slots=True)
class Header:
    """What a header says: the columns of each role, how many rows it has, the points its score column names.

    A role of a level above the indicator is written `points:section`, `score:group`.
    """

    columns: Mapping[str, tuple[int, ...]]
    height: int
    points: Fraction | None = None
    # Whether scores are said to be points times the rate of execution: 得分(20分*执行率).
    by_rate: bool = False
    # Roles whose header says that plain numbers are percents: 执行率(%), 权重(%).
    percents: frozenset[str] = frozenset()

    @property
    def has_levels(self) -> bool:
        """Whether there are columns of names; a block of budget figures has none."""
        return any(level in self.columns for level in LEVELS)

    @property
    def first(self) -> int:
        """The first column that has a role."""
        return min(column for columns in self.columns.values() for column in columns)


@dataclass(frozen=True, slots=True)
class _Column:
    """One column of a header, or several under one merged cell: what it is, in what words, under which level."""

    columns: tuple[int, ...]
    role: str
    label: str
    rank: int
    above: str = ""


def read_header(rows: Sequence[Row], at: int, headings: Headings) -> Header | None:
    """The header of claims that begins at this row; None if none does."""
    found: Header | None = None
    for height in range(1, MAX_ROWS + 1):
        if at + height > len(rows) or not _is_header_row(rows[at + height - 1], headings, least=1 if height > 1 else 2):
            return found
        block = rows[at : at + height]
        more = (
            _header(list(_columns(block, headings, rows[at + height :])), height)
            if found is None or _adds(block, headings)
            else None
        )
        if more is None and found is not None:
            return found
        found = more
    return found


def opens_another(row: Row, headings: Headings) -> bool:
    """Whether a row is the header of something else than claims: what follows is not under the header before."""
    return _is_header_row(row, headings, least=2) and len({role for role, _ in _own_roles(row, headings)}) >= 2


def _is_open(text: str, name: str) -> bool:
    """Whether a heading is so called; a star at an end of the name stands for any words."""
    core = name.strip("*")
    if name.startswith("*") and name.endswith("*"):
        return core in text
    return text.endswith(core) if name.startswith("*") else text.startswith(core)


def _is_header_row(row: Row, headings: Headings, least: int) -> bool:
    """Whether a row can be part of a header: some headings, and no figure."""
    if any(not cell.covered and cell_figure(cell) is not None for cell in row):
        return False
    return len(list(_own_roles(row, headings))) >= least


def _own_roles(row: Row, headings: Headings) -> Iterator[tuple[str, int]]:
    """The roles of a row's own cells; a merged heading of names counts for each column it lies over."""
    before = ""
    for column, cell in enumerate(row):
        role = headings.role(cell)
        if role and (not cell.covered or (role in LEVELS and before == cell.text)):
            yield role, column
        before = cell.text if role else ""


def _is_heading(cell: Cell) -> bool:
    return cell.value is None and 0 < len(cell.text) <= MAX_HEADER


def _adds(block: Sequence[Row], headings: Headings) -> bool:
    """Whether the last row of a block has two headings of its own, and so goes on with the header above."""
    return len([1 for role, column in _own_roles(block[-1], headings) if not block[-1][column].covered]) >= 2


def _columns(block: Sequence[Row], headings: Headings, below: Sequence[Row]) -> Iterator[_Column]:
    """The columns that have a role; where merged headings are lost, one of names goes on over the blanks after it."""
    named = list(_headed(block, headings))
    begun = {column.columns[0]: column for column in named}
    last: _Column | None = None
    for at in range(max(len(row) for row in block)):
        if at in begun:
            last = begun[at]
            yield last
        elif last is not None and _goes_on(last, block, below, at):
            yield _Column((at,), last.role, last.label, last.rank)
        elif last is not None and at > last.columns[-1]:
            last = None


def _goes_on(heading: _Column, block: Sequence[Row], below: Sequence[Row], at: int) -> bool:
    """Whether a blank heading is one of names that lost its merging: there are names under it."""
    blank = all(at >= len(row) or not row[at].text for row in block)
    general = heading.role == "indicator" and not heading.label.startswith("三级")
    texts = [row[at] for row in below[:_LOOK] if at < len(row) and row[at].text]
    return blank and general and len(texts) >= 2 and all(cell_figure(cell) is None for cell in texts)


def _headed(block: Sequence[Row], headings: Headings) -> Iterator[_Column]:
    """The columns with a heading, merged ones together; headings of levels above others are remembered."""
    taken = set[int]()
    for column in range(max(len(row) for row in block)):
        if column in taken:
            continue
        cells = [row[column] for row in block if column < len(row) and _is_heading(row[column])]
        named = [(cell, *headings.role_of(packed(cell.text))) for cell in cells]
        named = [one for one in named if one[1]]
        if not named:
            joined = "".join(dict.fromkeys(packed(cell.text) for cell in cells))
            role, rank = headings.role_of(joined)
            if role:
                yield _Column((column,), role, joined, rank)
            continue
        cell, role, rank = named[-1]
        above = next((one[1] for one in reversed(named[:-1]) if one[1] in LEVELS), "")
        span = _span(block, column, cell, role)
        taken |= set(span)
        yield _Column(span, role, packed(cell.text), rank, above)


def _span(block: Sequence[Row], column: int, cell: Cell, role: str) -> tuple[int, ...]:
    """The columns under the same merged heading. A heading of names in general (绩效指标) has one per level."""
    row = next(row for row in reversed(block) if column < len(row) and row[column] is cell)
    end = column + 1
    if role != "indicator" or packed(cell.text).startswith("三级"):
        while end < len(row) and row[end].covered and row[end].text == cell.text and _lowest(block, end, row):
            end += 1
    return tuple(range(column, end))


def _lowest(block: Sequence[Row], column: int, row: Row) -> bool:
    """Whether nothing else stands in the column below this row of the header."""
    at = next(n for n, one in enumerate(block) if one is row)
    return all(not below[column].text or below[column].text == row[column].text for below in block[at + 1 :])


def _header(columns: list[_Column], height: int) -> Header | None:
    """The header of these columns, if it is one of claims."""
    levels = _leveled([column for column in columns if column.role in LEVELS])
    roles: dict[str, tuple[int, ...]] = {role: column.columns for role, column in levels.items()}
    chosen: dict[str, _Column] = {}
    others = [column for column in columns if column.role not in LEVELS]
    for role in dict.fromkeys(column.role for column in others):
        same = [column for column in others if column.role == role]
        chosen |= _by_level(role, same, levels)
    roles |= {role: column.columns for role, column in chosen.items()}
    if not _is_of_claims(roles):
        return None
    score = chosen.get("score")
    label = score.label if score else ""
    points = _POINTS.search(label)
    return Header(
        columns=roles,
        height=height,
        points=parse_decimal(points[1]) if points else None,
        by_rate="执行率" in label and any(sign in label for sign in "*×xX"),
        percents=frozenset(role for role, column in chosen.items() if "(%)" in column.label),
    )


def _is_of_claims(roles: Mapping[str, object]) -> bool:
    """A score, and points and names beside it; or, where points stand in the names, two levels or a target."""
    if "score" not in roles:
        return False
    names = [level for level in LEVELS if level in roles]
    if "points" in roles:
        return any(role in roles for role in _NAMED)
    return len(names) >= 2 or bool(names and "target" in roles) or {"budget", "executed"} <= set(roles)


def _leveled(columns: Sequence[_Column]) -> dict[str, _Column]:
    """Which column of names is which level: the last is the indicator, whatever it is called.

    A column after it of an upper level's name (评价内容 after 三级指标) explains it and is none.
    """
    depths = [LEVELS.index(column.role) for column in columns]
    while len(depths) > 1 and depths[-1] < max(depths[:-1]):
        depths.pop()
    if not depths:
        return {}
    last = len(depths) - 1
    section = next((n for n in range(last) if depths[n] == 0), None)
    inner = range(0 if section is None else section + 1, last)
    group = next((n for n in inner if depths[n] == 1), max(inner, default=None))
    if section is None and group is not None and group > 0:
        section = group - 1
    found = {"section": section, "group": group, "indicator": last}
    return {level: columns[n] for level, n in found.items() if n is not None}


def _by_level(role: str, columns: Sequence[_Column], levels: Mapping[str, _Column]) -> dict[str, _Column]:
    """One column of a role; or, of points and scores in the same words, one for every level they stand beside."""
    best = min(columns, key=lambda column: column.rank)
    alike = [column for column in columns if column.label == best.label]
    if role not in ("points", "score") or len(alike) < 2 or len(levels) < 2:
        return {role: best}
    found: dict[str, _Column] = {}
    for column in alike:
        beside = [level for level, names in levels.items() if names.columns[-1] < column.columns[0]]
        level = column.above if column.above in levels else (beside[-1] if beside else "")
        if level:
            found.setdefault(role if level == "indicator" else f"{role}:{level}", column)
    return found if role in found else {role: best}
