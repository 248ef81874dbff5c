"""What the sheet changed, held against what the files changed since the export: edits that do not meet are both kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.workbench.spreadsheet import layout as lo
from hegui.workbench.spreadsheet.reading import EditedRow, EditedSheet, Workbook
from hegui.workbench.spreadsheet.tables import Key, Row, Tables, same

# These say one rule together: an edit of one and another's edit of another cannot both be kept.
_ONE_RULE = (*lo.SIMPLE, lo.OTHER)
_LONGEST = 400
Placer = Callable[[str, Key, str], Position]


@dataclass(frozen=True, slots=True)
class Edit:
    """Cells of one record to set; `key` is the record in the files, None for a new one that comes after `after`."""

    key: Key | None
    cells: Mapping[str, str]
    row: EditedRow
    after: Key | None = None


@dataclass(slots=True)
class SheetChanges:
    """What is to be done to one sheet's records in the files; `order` is None where it stays."""

    edits: list[Edit] = field(default_factory=list)
    deleted: list[Key] = field(default_factory=list)
    order: tuple[Key, ...] | None = None

    @property
    def any(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.edits or self.deleted or self.order is not None)


def merge(book: Workbook, current: Tables, place: Placer) -> tuple[dict[str, SheetChanges], tuple[Problem, ...]]:
    """The changes of the sheet to make in the files as they are now; Problems where both changed the same."""
    merger = _Merger(book, current, place)
    changes = {name: merger.sheet(sheet) for name, sheet in book.sheets.items()}
    return {name: one for name, one in changes.items() if one.any}, tuple(merger.problems)


class _Merger:
    def __init__(self, book: Workbook, current: Tables, place: Placer) -> None:
        self.book, self.current, self.place = book, current, place
        self.problems: list[Problem] = []

    def sheet(self, sheet: EditedSheet) -> SheetChanges:
        base = {row.key: row for row in self.book.base.rows(sheet.name)}
        now = {row.key: row for row in self.current.rows(sheet.name)}
        changes = SheetChanges()
        before: Key | None = None
        seen = set()
        for row in sheet.rows:
            if row.key is None:
                changes.edits.append(Edit(None, {h: text for h, text in row.cells.items() if text}, row, before))
                continue
            seen.add(row.key)
            before = row.key
            cells = {h: text for h, text in row.cells.items() if not same(text, base[row.key].cells.get(h, ""))}
            kept = self._kept(sheet, row, cells, base[row.key], now.get(row.key))
            if kept:
                changes.edits.append(Edit(row.key, kept, row))
        for key in base:
            if key not in seen and sheet.name != lo.HEAD:
                self._deleted(sheet, key, base[key], now.get(key), changes)
        if sheet.name not in (lo.HEAD, lo.PARAMETERS):
            changes.order = self._order(sheet, [*base], [*now])
        return changes

    def _kept(
        self, sheet: EditedSheet, row: EditedRow, cells: Mapping[str, str], base: Row, now: Row | None
    ) -> dict[str, str]:
        """The cells to set: not what the files say by now anyway."""
        if not cells:
            return {}
        if now is None:
            self._conflict(
                sheet,
                row,
                next(iter(cells)),
                base.key,
                Text("这一条在规则文件里已被删去", "the files no longer have this record"),
            )
            return {}
        kept = {}
        theirs = {h for h in {*base.cells, *now.cells} if not same(now.cells.get(h, ""), base.cells.get(h, ""))}
        for heading, text in cells.items():
            if same(text, now.cells.get(heading, "")):
                continue
            met = theirs & ({*_ONE_RULE} if heading in _ONE_RULE else {heading})
            if met:
                mine, found = _in_a_line(text), _in_a_line(now.cells.get(heading, ""))
                self._conflict(sheet, row, heading, base.key,
                               Text(f"此格改成“{mine}”,规则文件里同时改成了“{found}”",
                                    f"changed to “{mine}” here and to “{found}” in the files"))  # fmt: skip
                continue
            kept[heading] = text
        return kept

    def _deleted(self, sheet: EditedSheet, key: Key, base: Row, now: Row | None, changes: SheetChanges) -> None:
        if now is None:
            return
        if any(not same(now.cells.get(h, ""), base.cells.get(h, "")) for h in {*base.cells, *now.cells}):
            at = self.place(sheet.name, key, "")
            self._say(at, Text(f"工作簿删去了“{'/'.join(key)}”,规则文件里却改了它",
                               f"the workbook deleted “{'/'.join(key)}”, which the files changed"))  # fmt: skip
            return
        changes.deleted.append(key)

    def _order(self, sheet: EditedSheet, base: Sequence[Key], now: Sequence[Key]) -> tuple[Key, ...] | None:
        """The order of the records that are in all three, where the sheet changed it."""
        mine = [row.key for row in sheet.rows if row.key is not None]
        common = {*mine} & {*base} & {*now}
        first, edited, files = ([key for key in keys if key in common] for keys in (base, mine, now))
        if edited in (first, files):
            return None
        if files != first:
            self._say(Position(f"{self.book.name}!{sheet.name}"),
                      Text("工作簿和规则文件各自改了次序", "both the workbook and the files changed the order"))  # fmt: skip
            return None
        return tuple(edited)

    def _conflict(self, sheet: EditedSheet, row: EditedRow, heading: str, key: Key, message: Text) -> None:
        where = self.place(sheet.name, key, heading)
        said = Text(f"{message.zh}({where})", f"{message.en} ({where})")
        self._say(self.book.at(sheet.name, row, heading), said)

    def _say(self, at: Position, message: Text) -> None:
        hint = Text(
            "请定下用哪一个:改工作簿的这一格与规则文件一致,或重新导出再改。什么都没有写。",
            "Decide which: make the cell agree with the files, or export again and edit that. Nothing was written.",
        )
        self.problems.append(Problem("edit-conflict", at, message, hint))


def _in_a_line(text: str) -> str:
    """A value whole, however many lines it has: two that differ at the end must be told apart."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1] + "…"
