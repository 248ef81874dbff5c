"""Claims in tables: which column is which is read from the headers; levels are filled down; totals are told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from facts.documents.model import Cell, Document, Table
from facts.provenance import Source
from facts.report.items import Item, Stretch, bare, name_and_points, number
from facts.report.lines import cell_line, packed
from facts.report.model import Claim, ClaimKind
from facts.report.patterns import Patterns

_IN_BRACKETS = re.compile(r"[(][^()]*[)]")
_LEVELS = ("section", "group", "indicator")
Roles = Mapping[int, str]
# No heading of a column is longer.
MAX_HEADER = 40


@dataclass(slots=True)
class _Reader:
    """Reads the claims of one table; `names` are the levels' last names, for cells left empty below them."""

    table: Table
    number: int
    source: Source
    patterns: Patterns
    items: list[Item] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    parents: dict[tuple[str, str], int] = field(default_factory=dict)
    base: int = 0

    def read(self) -> None:
        roles: Roles = {}
        in_header = False
        for row in self.table.rows:
            found = find_roles(row, self.patterns)
            levels = _level_roles(row, self.patterns) if in_header and not found else {}
            if found:
                roles = found
                self.names.clear()
            elif levels:  # the second row of a header whose first has the figures
                roles = _deepest({**{c: r for c, r in roles.items() if r not in _LEVELS}, **levels})
            elif roles:
                self._row(row, roles)
            in_header = bool(found or levels)

    def _row(self, row: Sequence[Cell], roles: Roles) -> None:
        cells: dict[str, Cell] = {}
        for column, role in roles.items():
            if column < len(row):
                cells.setdefault(role, row[column])
        if not set(roles.values()) & set(_LEVELS):
            self._name_beside(row, roles, cells)
        total = self._total_word(row)
        if total:
            self._total(cells, total)
            return
        if self._repeats(cells):
            return
        self._levels(cells)
        leaf = self._leaf(cells)
        if leaf is not None:
            self.items.append(leaf)

    def _name_beside(self, row: Sequence[Cell], roles: Roles, cells: dict[str, Cell]) -> None:
        """A header of figures alone (预算数, 执行数, 分值, 得分): the row's name is the text just before them."""
        before = [cell for cell in row[: min(roles)] if packed(cell.text) and _cell_figure(cell) is None]
        if before:
            cells["indicator"] = before[-1]

    def _total_word(self, row: Sequence[Cell]) -> str:
        for cell in row:
            text = packed(cell.text)
            if text:
                word = bare(_IN_BRACKETS.sub("", text))
                return word if word in self.patterns.words["total_rows"] else ""
        return ""

    def _repeats(self, cells: Mapping[str, Cell]) -> bool:
        """Whether both figures lie under a merged cell: the row goes on with the item above."""
        figures = [cells[key] for key in ("points", "score") if key in cells]
        return bool(figures) and all(cell.covered for cell in figures)

    def _total(self, cells: Mapping[str, Cell], word: str) -> None:
        points, score = self._figure(cells, "points"), self._figure(cells, "score")
        if points is None and score is None:
            return
        kind: ClaimKind = "section" if word == "小计" else "total"
        name = self.names.get("section", word) if kind == "section" else word
        item = self._item(kind, name, cells, points, score)
        if kind == "total":
            item = replace(item, claim=replace(item.claim, section="", group=""))
        self.items.append(item)

    def _levels(self, cells: Mapping[str, Cell]) -> None:
        """Remember names of the levels, filling down, and points that are glued to them."""
        for depth, level in enumerate(_LEVELS[:-1]):
            text = packed(cells[level].text) if level in cells else ""
            if not text:
                continue
            name, points = name_and_points(text)
            if self.names.get(level) != name:
                for deeper in _LEVELS[depth:]:
                    self.names.pop(deeper, None)
            self.names[level] = name
            key = (level, "/".join(self.names.get(one, "") for one in _LEVELS[: depth + 1]))
            if points is not None and key not in self.parents and "indicator" in cells:
                self._parent(level, name, points, cells[level], key)

    def _parent(self, level: str, name: str, points: Fraction, cell: Cell, key: tuple[str, str]) -> None:
        self.parents[key] = self.base + len(self.items)
        line = cell_line(cell, self.source)
        kind: ClaimKind = "section" if level == "section" else "group"
        claim = Claim(kind, name, self.names.get("section", ""), points, None, provenance=(line.place(),))
        whole = Stretch(line, 0, len(line.text))
        above = self._parent_of(level) if level == "group" else None
        self.items.append(Item(claim, "table", points=whole, title=whole, table=self.number, parent=above))

    def _parent_of(self, level: str) -> int | None:
        """The claim a row is part of: its group's if the group states points, else its section's."""
        for depth in range(_LEVELS.index(level), 0, -1):
            key = (_LEVELS[depth - 1], "/".join(self.names.get(one, "") for one in _LEVELS[:depth]))
            if key in self.parents:
                return self.parents[key]
        return None

    def _leaf(self, cells: Mapping[str, Cell]) -> Item | None:
        points, score = self._figure(cells, "points"), self._figure(cells, "score")
        text = packed(cells["indicator"].text) if "indicator" in cells else ""
        name, glued = name_and_points(text)
        if points is None and glued is not None:
            points = glued
        if points is None or (score is None and "score" in cells and packed(cells["score"].text)):
            return None
        name = name or self.names.get("group") or self.names.get("section", "")
        return self._item("indicator", name, cells, points, score) if name else None

    def _item(
        self, kind: ClaimKind, name: str, cells: Mapping[str, Cell], points: Fraction | None, score: Fraction | None
    ) -> Item:
        stretches = {role: self._stretch(cell) for role, cell in cells.items()}
        anchor = next((stretches[r] for r in ("score", "points", "indicator") if stretches.get(r)), None)
        words = {r: packed(cells[r].text) for r in ("criterion", "target", "actual", "reason") if r in cells}
        claim = Claim(
            kind=kind,
            name=name,
            section=self.names.get("section", ""),
            points=points,
            score=score,
            number=packed(cells["number"].text) if "number" in cells else "",
            group=self.names.get("group", ""),
            provenance=(anchor.place,) if anchor else (),
            **words,
        )
        return Item(
            claim=claim,
            origin="table",
            score=stretches.get("score"),
            points=stretches.get("points"),
            target=stretches.get("target"),
            actual=stretches.get("actual"),
            reason=stretches.get("reason"),
            executed=stretches.get("executed"),
            budget=stretches.get("budget"),
            rate=stretches.get("rate") or stretches.get("share"),
            title=stretches.get("indicator") or stretches.get("group") or stretches.get("section"),
            body=tuple(s for r in ("actual", "reason") if (s := stretches.get(r))),
            parent=self._parent_of("indicator") if kind == "indicator" else None,
            columns=frozenset(cells),
            named=stretches.get("indicator") is not None,
            table=self.number,
        )  # fmt: skip

    def _stretch(self, cell: Cell) -> Stretch | None:
        line = cell_line(cell, self.source)
        return Stretch(line, 0, len(line.text)) if line.text else None

    def _figure(self, cells: Mapping[str, Cell], role: str) -> Fraction | None:
        if role not in cells:
            return None
        return _cell_figure(cells[role])


def _cell_figure(cell: Cell) -> Fraction | None:
    return cell.value if isinstance(cell.value, Fraction) else number(packed(cell.text))


def find_roles(row: Sequence[Cell], patterns: Patterns) -> Roles:
    """Which column is which, if this row is a header of claims; {} if it is none."""
    roles: dict[int, str] = {}
    for column, cell in enumerate(row):
        if cell.value is not None or not 0 < len(cell.text) <= MAX_HEADER:
            continue
        role = _role(packed(cell.text), patterns)
        if role and (role not in roles.values() or role in _LEVELS):
            roles[column] = role
    found = set(roles.values())
    named = found & {*_LEVELS, "budget", "executed"}
    return _deepest(roles) if "points" in found and "score" in found and named else {}


def _level_roles(row: Sequence[Cell], patterns: Patterns) -> Roles:
    roles = {column: _role(packed(cell.text), patterns) for column, cell in enumerate(row)}
    levels = {column: role for column, role in roles.items() if role in _LEVELS}
    return levels if len(levels) >= 2 else {}


def _role(text: str, patterns: Patterns) -> str:
    for form in (text, _IN_BRACKETS.sub("", text)):
        for role, names in patterns.columns.items():
            if form and form in names:
                return role
    return ""


def _deepest(roles: Mapping[int, str]) -> Roles:
    """Several columns of one level (指标名称 beside 三级指标): the last is the level, those before it the one above."""
    kept = dict(roles)
    columns = [column for column, role in kept.items() if role == "indicator"]
    for column in columns[:-1]:
        kept[column] = "group" if "group" not in kept.values() else ""
    if not columns:
        last = max((c for c, role in kept.items() if role in _LEVELS), default=None)
        if last is not None:
            kept[last] = "indicator"
    return {column: role for column, role in kept.items() if role}


def read_tables(document: Document, patterns: Patterns, base: int = 0) -> tuple[Item, ...]:
    """Every claim of every table; `base` is how many items stand before them, for the indices of parents."""
    items: list[Item] = []
    for n, table in enumerate(document.tables):
        reader = _Reader(table, n, document.source, patterns, base=base + len(items))
        reader.read()
        items += _closed(reader.items, reader.base)
    return tuple(items)


def _closed(items: Sequence[Item], base: int) -> Iterator[Item]:
    """The items with `complete` set: a section's rows are all there if another section or a total follows them."""
    for n, item in enumerate(items):
        if item.claim.kind not in ("section", "group") or item.score is not None:
            yield item
            continue
        below = [m for m, other in enumerate(items) if _within(items, m, base + n, base)]
        last = max(below, default=n)
        after = any(other.parent != base + n for other in items[last + 1 :])
        yield replace(item, complete=bool(below) and after)


def _within(items: Sequence[Item], index: int, parent: int, base: int) -> bool:
    """Whether an item is part of a claim, directly or through a group."""
    above = items[index].parent
    while above is not None:
        if above == parent:
            return True
        above = items[above - base].parent
    return False
