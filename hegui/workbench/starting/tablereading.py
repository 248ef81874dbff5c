"""A department's table of indicators -> its rows: headings found by their words, merged cells unfolded, totals told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from facts.documents.model import Cell, Document, Table
from facts.gathering.folding import writable
from facts.problem import Problem, Text
from facts.provenance import Position
from facts.values import parse_decimal, to_half_width
from hegui.workbench.starting.words import Wordings

_SEARCHED = 20
_SPACE = re.compile(r"\s+")
_POINTS = re.compile(r"[(\[]\s*([0-9]+(?:\.[0-9]+)?)\s*分\s*[)\]]")
_NUMBER = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*分?")
_BETWEEN = re.compile(r"(?<=[\u4e00-\u9fff“”])\s+(?=[\u4e00-\u9fff“”])")
_NOTE = re.compile(r"\s*(?:注|备注|说明|填表)")

_WEIGHT = "weight"
# So many of the headings in a row, and it was meant to be one of headings.
_SOME = 2


@dataclass(frozen=True, slots=True)
class TableRow:
    """An indicator as a row of the table says it."""

    section: str
    group: str
    title: str
    points: Fraction
    criterion: str
    cite: str
    at: Position


@dataclass(slots=True)
class IndicatorTable:
    """The rows of a table; `total` is what a row of totals says, `declared` what headings like 投入(15分) say."""

    rows: list[TableRow] = field(default_factory=list)
    total: Fraction | None = None
    declared: dict[str, Fraction] = field(default_factory=dict)
    title: str = ""


def read_indicators(
    document: Document, name: str, known: Wordings
) -> tuple[IndicatorTable | None, tuple[Problem, ...]]:
    """The indicators of every table with the right headings; Problems name the cells."""
    reader = _Reader(name, known)
    for table in document.tables:
        reader.table(table)
    if not reader.found.rows and not reader.problems:
        headings = "、".join(words[0] for kind, words in known.headings.items() if kind != _WEIGHT)
        message = Text("没有找到指标表的表头", "no table with the headings of a table of indicators")
        if reader.closest is not None:
            at, lacking = reader.closest
            names = "、".join("或".join(known.headings[kind]) for kind in lacking)
            message = Text(f"{at} 这一行表头里没有这一列:{names}", f"the headings of {at} lack: {names}")
        hint = Text(
            f"表头要有:{headings}(至少指标名称、分值)。",
            f"Headings: {headings}; the indicator and its points at least.",
        )
        return None, (Problem("no-indicator-table", Position(name), message, hint),)
    return reader.found, tuple(reader.problems)


class _Reader:
    def __init__(self, name: str, known: Wordings) -> None:
        self.name, self.known = name, known
        self.found = IndicatorTable()
        self.problems: list[Problem] = []
        # A row that has some of the headings, and the kinds it lacks.
        self.closest: tuple[str, tuple[str, ...]] | None = None

    def table(self, table: Table) -> None:
        head = next(
            ((n, found) for n, row in enumerate(table.rows[:_SEARCHED]) if (found := self._headings(row))), None
        )
        if head is None:
            return
        number, columns = head
        self._title(table.rows[:number])
        last: dict[str, str] = {}
        for row in table.rows[number + 1 :]:
            self._row(row, columns, last)

    def _headings(self, row: Sequence[Cell]) -> Mapping[str, int] | None:
        """Which column is what; None unless the indicator and its points are there."""
        words = {word: kind for kind, names in self.known.headings.items() for word in names}
        found: dict[str, int] = {}
        for place, cell in enumerate(row):
            kind = words.get(re.sub(r"\(.*?\)|（.*?）|\s+", "", cell.text))
            if kind is not None and not cell.covered:
                found.setdefault(kind, place)
        if "title" not in found and "group" in found:
            found["title"] = found.pop("group")
        weight = found.pop(_WEIGHT, None)
        if weight is not None:
            found.setdefault("points", weight)
        lacking = tuple(kind for kind in ("title", "points") if kind not in found)
        if lacking and len(found) >= _SOME and self.closest is None:
            self.closest = (str(row[min(found.values())].locator), lacking)
        return None if lacking else found

    def _title(self, rows: Sequence[Sequence[Cell]]) -> None:
        texts = [cell.text for row in rows for cell in row if cell.text and not cell.covered]
        longest = max((text for text in texts if "表" in text or "体系" in text), key=len, default="")
        self.found.title = self.found.title or tidy(longest)

    def _row(self, row: Sequence[Cell], columns: Mapping[str, int], last: dict[str, str]) -> None:
        texts = {kind: writable(row[place].text).strip() for kind, place in columns.items() if place < len(row)}
        if not any(texts.values()) or _NOTE.match(next((text for text in texts.values() if text), "")):
            return
        at = self._at(row[columns["title"]])
        if any(_SPACE.sub("", texts.get(kind, "")) in self.known.totals for kind in ("section", "group", "title")):
            total = _points(texts.get("points", ""))
            if total is not None and "小计" not in "".join(texts.values()):
                self.found.total = total
            return
        section, declared = _with_points(texts.get("section") or last.get("section", ""))
        if section != last.get("section"):
            last.pop("group", None)
        group, _ = _with_points(texts.get("group") or last.get("group", ""))
        title, own = _with_points(texts["title"])
        last.update(section=section, group=group)
        if declared is not None:
            self.found.declared.setdefault(section, declared)
        if not title:
            return
        points = _points(texts.get("points", "")) or own
        if points is None:
            message = Text(f"“{title[:40]}”没有写分值", f"“{title[:40]}” has no points")
            place = self._at(row[columns["points"]])
            self.problems.append(
                Problem("no-points", place, message, Text("请在表里补上。", "Enter them in the table."))
            )
            return
        criterion, cite = texts.get("criterion", ""), texts.get("cite", "")
        self.found.rows.append(TableRow(section, group, title, points, criterion, cite, at))

    def _at(self, cell: Cell) -> Position:
        return Position(f"{self.name}!{cell.locator}")


def _points(text: str) -> Fraction | None:
    match = _NUMBER.fullmatch(to_half_width(text).strip())
    value = parse_decimal(match[1]) if match else None
    return value or None


def _with_points(text: str) -> tuple[str, Fraction | None]:
    """A title and the points it carries: 投 入 (15分)."""
    half = to_half_width(text).replace("（", "(").replace("）", ")")
    match = _POINTS.search(half)
    if match is None:
        return tidy(text), None
    return tidy(half[: match.start()] + half[match.end() :]), parse_decimal(match[1])


def tidy(text: str) -> str:
    """A title in one line, without the blanks that only stretch it."""
    return _BETWEEN.sub("", _SPACE.sub(" ", text)).strip()


def sections_of(table: IndicatorTable) -> Iterator[tuple[str, list[TableRow]]]:
    """The rows by section, in the order sections first appear."""
    names = dict.fromkeys(row.section for row in table.rows)
    for name in names:
        yield name, [row for row in table.rows if row.section == name]
