"""Claims in tables: levels are filled down, totals and subtotals told apart, merged figures put together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from facts.documents.model import Cell, Document, Progress, Table, no_progress
from facts.provenance import Source
from facts.report.headers import IN_BRACKETS, LEVELS, Header, Headings, opens_another, read_header
from facts.report.items import CellStretch, Item, RowOf, bare, cell_figure, name_and_points
from facts.report.lines import cell_reading, packed
from facts.report.model import Claim, ClaimKind
from facts.report.patterns import Patterns
from facts.report.summaries import settled
from facts.values import ZERO, parse_decimal

_FIGURES = ("points", "score")
# Progress is told every so many rows.
_TOLD = 1_000
Row = Sequence[Cell]


@dataclass(slots=True)
class _Reader:
    """Reads the claims of one table; `names` are the levels' last names, for cells left empty below them."""

    table: Table
    number: int
    source: Source
    patterns: Patterns
    headings: Headings
    items: list[Item] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    parents: dict[tuple[str, str], int] = field(default_factory=dict)
    base: int = 0
    header: Header | None = None
    # Where the rows under the last header begin, and those a subtotal would sum up.
    block: int = 0
    open: int = 0
    # The row that is being read, and the sets of roles that rows have, each once.
    row: Row = ()
    at: RowOf | None = None
    roles: dict[frozenset[str], frozenset[str]] = field(default_factory=dict)
    progress: Progress = no_progress

    def read(self) -> None:
        at = 0
        while at < len(self.table.rows):
            if at % _TOLD == 0:
                self.progress(at, len(self.table.rows), "read claims")
            found = read_header(self.table.rows, at, self.headings)
            if found is not None:
                self._begin(found)
            elif self.header is not None and opens_another(self.table.rows[at], self.headings):
                self.header = None
            elif self.header is not None:
                self._row(at, self.header)
            at += found.height if found is not None else 1

    def _begin(self, header: Header) -> None:
        """Another block of rows; a header repeated on the next page begins none."""
        ended = bool(self.items) and self.items[-1].claim.kind == "total"
        if self.header is None or self.header.columns != header.columns or ended:
            self.names.clear()
            self.parents.clear()
            self.block = self.open = len(self.items)
        self.header = header

    def _row(self, at: int, header: Header) -> None:
        row = self.row = self.table.rows[at]
        self.at = RowOf(self.table.rows, at, self.source)
        cells = {role: _chosen(row, columns) for role, columns in header.columns.items() if columns[0] < len(row)}
        if not header.has_levels:
            self._budget_row(row, header, cells)
            return
        word, of = self._total_word(row, header)
        covered = [self._from_above(at, header, role) for role in _FIGURES if role in cells]
        if word:
            self._total(row, cells, word, of)
        elif not covered or not all(covered):
            self._levels(cells)
            leaf = self._leaf(cells, header)
            if leaf is not None and any(covered) and self.items[self.block :] and self.items[-1].is_leaf:
                self.items[-1] = _together(self.items[-1], leaf, covered[0])
            elif leaf is not None:
                self.items.append(leaf)

    def _budget_row(self, row: Row, header: Header, cells: dict[str, Cell]) -> None:
        """A row of a block of figures alone (预算数, 执行数, 分值, 得分): its name is the text just before them.

        The parts of a whole that has a score (其中:财政拨款) repeat it and claim nothing of their own.
        """
        before = [cell for cell in row[: header.first] if packed(cell.text) and cell_figure(cell) is None]
        if not before:
            return
        cells["indicator"] = before[-1]
        whole = next((n for n in range(self.block, len(self.items)) if _is_whole(self.items[n])), None)
        if whole is not None:
            part = self._item("indicator", bare(packed(before[-1].text)), cells, None, None)
            part = replace(part, percents=header.percents)
            self.items[whole] = replace(self.items[whole], parts=(*self.items[whole].parts, part))
            return
        leaf = self._leaf(cells, header)
        if leaf is not None and leaf.claim.score is not None:
            self.items.append(leaf)

    def _total_word(self, row: Row, header: Header) -> tuple[str, str]:
        """The word that makes a row a total or subtotal, and the name of the part it sums up."""
        figures = [header.columns[role][0] for role in _FIGURES if role in header.columns]
        levels = {column for level in LEVELS for column in header.columns.get(level, ())}
        of = ""
        for column, cell in enumerate(row[: min(figures)]):
            text = packed(cell.text)
            word = bare(IN_BRACKETS.sub("", text)) if text else ""
            if word in self.patterns.words["total_rows"]:
                return word, of
            for ending in ("小计", "合计"):
                name = word.removesuffix(ending)
                if column in levels and name != word and (ending == "小计" or name in self.names.values()):
                    return "小计", name
            if column in levels and text:
                of = name_and_points(text)[0]
        return "", ""

    def _from_above(self, at: int, header: Header, role: str) -> bool:
        """Whether a figure lies under a cell merged with the one above it."""
        column = header.columns[role][0]
        if at == 0 or column >= len(self.table.rows[at]):
            return False
        row, above = self.table.rows[at], self.table.rows[at - 1]
        cell = row[column]
        beside = column > 0 and row[column - 1].text == cell.text and not row[column - 1].covered
        return cell.covered and not beside and column < len(above) and above[column].text == cell.text

    def _total(self, row: Row, cells: Mapping[str, Cell], word: str, of: str) -> None:
        points, score = self._figure(cells, "points"), self._figure(cells, "score")
        if points is None and score is None:
            return
        name = self.names.get("section") or of or word
        rows = [n for n in range(self.open, len(self.items)) if self.items[n].is_leaf]
        rows = [n for n in rows if self.items[n].claim.section == name] or rows
        if word != "小计" and not (of and self._sums_up(rows, points, score)):
            item = self._item("total", word, cells, points, score)
            grade = next((c for c in row if packed(c.text) in self.patterns.words["grade_names"]), None)
            item = replace(item, claim=replace(item.claim, section="", group=""))
            if grade is not None:
                item = replace(item, grade=self._stretch(grade), claim=replace(item.claim, grade=packed(grade.text)))
        else:
            item = self._item("section", name, cells, points, score)
            item = replace(item, rows=tuple(self.base + n for n in rows))
        self.items.append(item)
        self.open = len(self.items)

    def _sums_up(self, rows: Sequence[int], points: Fraction | None, score: Fraction | None) -> bool:
        """Whether a row of 合计 under a section's name is the section's: where merged cells are lost, so may the table's."""
        claims = [self.items[n].claim for n in rows]
        sums = (sum((getattr(c, what) or ZERO for c in claims), ZERO) for what in _FIGURES)
        return bool(rows) and any(a is not None and a == b for a, b in zip((points, score), sums, strict=True))

    def _levels(self, cells: Mapping[str, Cell]) -> None:
        """Remember names of the levels, filling down, and points that are glued to them or stand beside them."""
        for depth, level in enumerate(LEVELS[:-1]):
            text = packed(cells[level].text) if level in cells else ""
            if not text:
                continue
            name, points = name_and_points(text)
            if self.names.get(level) != name:
                for deeper in LEVELS[depth:]:
                    self.names.pop(deeper, None)
            self.names[level] = name
            key = (level, "/".join(self.names.get(one, "") for one in LEVELS[: depth + 1]))
            beside, score = self._figure(cells, f"points:{level}"), self._figure(cells, f"score:{level}")
            points = beside if beside is not None else points
            if points is not None and key not in self.parents and "indicator" in cells:
                self._parent(Claim("section", name, "", points, score), level, cells, key)

    def _parent(self, claim: Claim, level: str, cells: Mapping[str, Cell], key: tuple[str, str]) -> None:
        self.parents[key] = self.base + len(self.items)
        whole = self._stretch(cells[level])
        points = self._stretch(cells[f"points:{level}"]) if f"points:{level}" in cells else None
        score = self._stretch(cells[f"score:{level}"]) if f"score:{level}" in cells else None
        first = score or points or whole
        claim = replace(
            claim,
            kind="section" if level == "section" else "group",
            section=self.names.get("section", ""),
            provenance=(first.place,) if first else (),
        )
        above = self._parent_of(level) if level == "group" else None
        self.items.append(
            Item(claim, "table", points=points or whole, score=score, title=whole, table=self.number, parent=above)
        )

    def _parent_of(self, level: str) -> int | None:
        """The claim a row is part of: its group's if the group states points, else its section's."""
        for depth in range(LEVELS.index(level), 0, -1):
            key = (LEVELS[depth - 1], "/".join(self.names.get(one, "") for one in LEVELS[:depth]))
            if key in self.parents:
                return self.parents[key]
        return None

    def _leaf(self, cells: Mapping[str, Cell], header: Header) -> Item | None:
        points, score = self._figure(cells, "points"), self._figure(cells, "score")
        text = packed(cells["indicator"].text) if "indicator" in cells else ""
        name, glued = name_and_points(text)
        if points is None:
            points = glued if glued is not None or header.has_levels else header.points
        scored = "score" in cells and packed(cells["score"].text)
        if (points is None and (score is None or "points" in cells)) or (score is None and scored):
            return None
        name = name or self.names.get("group") or self.names.get("section", "")
        if not name:
            return None
        item = self._item("indicator", name, cells, points, score)
        return replace(item, by_rate=header.by_rate and not header.has_levels, percents=header.percents)

    def _item(
        self, kind: ClaimKind, name: str, cells: Mapping[str, Cell], points: Fraction | None, score: Fraction | None
    ) -> Item:
        stretches = {role: self._stretch(cell) for role, cell in cells.items()}
        anchor = next((stretches[r] for r in ("score", "points", "indicator") if stretches.get(r)), None)
        words = {r: packed(cells[r].text) for r in ("criterion", "target", "actual", "reason") if r in cells}
        words |= {"target": self._goal(cells)} if "target" in cells else {}
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
            # Of a cell whose value is not there to be read (a formula never computed) nothing can be missed.
            columns=self._roles(cells),
            named=stretches.get("indicator") is not None,
            table=self.number,
            goal=claim.target,
        )  # fmt: skip

    def _roles(self, cells: Mapping[str, Cell]) -> frozenset[str]:
        found = frozenset(role for role, cell in cells.items() if cell.text or not cell.notes)
        return self.roles.setdefault(found, found)

    def _goal(self, cells: Mapping[str, Cell]) -> str:
        """The target with the sign and the unit that stand in columns of their own."""
        text = packed(cells["target"].text)
        sign = packed(cells["sign"].text) if "sign" in cells else ""
        unit = packed(cells["unit"].text) if "unit" in cells else ""
        sign = self.patterns.signs.get(sign, "")
        if text[:1].isdigit():
            text = sign + text
        return text + unit if text[-1:].isdigit() else text

    def _stretch(self, cell: Cell) -> CellStretch | None:
        read = cell_reading(cell.text)
        if not read.text or self.at is None:
            return None
        column = next(n for n, one in enumerate(self.row) if one is cell)
        return CellStretch(self.at, column, read)

    def _figure(self, cells: Mapping[str, Cell], role: str) -> Fraction | None:
        """Points or a score; a weight of 10% is 10 points."""
        if role not in cells:
            return None
        text = packed(cells[role].text)
        if text.endswith("%"):
            return parse_decimal(text[:-1]) if role.startswith("points") else None
        return cell_figure(cells[role])


def _is_whole(item: Item) -> bool:
    """Whether a row of money is of all of it."""
    return item.executed is not None and ("总" in item.claim.name or item.claim.name == "合计")


def _chosen(row: Row, columns: Sequence[int]) -> Cell:
    """Of the cells under one merged heading the one with a text of its own."""
    cells = [row[column] for column in columns if column < len(row)]
    return next((c for c in cells if c.text and not c.covered), next((c for c in cells if c.text), cells[0]))


def _together(item: Item, more: Item, points_shared: bool) -> Item:
    """Two rows that share a merged figure: one claim with both names, and the other figure of both."""
    one, other = item.claim, more.claim
    name = one.name if other.name in ("", one.name) else f"{one.name}、{other.name}"
    points = one.points if points_shared else (one.points or ZERO) + (other.points or ZERO)
    score = (one.score or ZERO) + (other.score or ZERO) if points_shared else one.score
    # Targets and results of several indicators cannot be held against one score.
    claim = replace(one, name=name, points=points, score=score, target="", actual="", reason=one.reason or other.reason)
    item = replace(item, reason=item.reason or more.reason)
    return replace(item, claim=claim, target=None, actual=None, goal="", columns=item.columns - {"target", "actual"})


def read_tables(
    document: Document, patterns: Patterns, base: int = 0, progress: Progress = no_progress
) -> tuple[Item, ...]:
    """Every claim of every table; `base` is how many items stand before them, for the indices of parents."""
    items: list[Item] = []
    headings = Headings(patterns.columns)
    for n, table in enumerate(document.tables):
        reader = _Reader(table, n, document.source, patterns, headings, base=base + len(items), progress=progress)
        reader.read()
        items += _closed(settled(reader.items, reader.base), reader.base)
    return tuple(items)


def _closed(items: Sequence[Item], base: int) -> Iterator[Item]:
    """The items with `complete` set: a section's rows are all there if another section or a total follows them."""
    for n, item in enumerate(items):
        if item.claim.kind not in ("section", "group") or item.rows:
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
