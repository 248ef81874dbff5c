"""The workbook as it came back: rows of texts with the cell of each, and what had been exported."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Context, Decimal
from pathlib import Path

from engine.drafts import is_draft
from facts.problem import Problem, Text
from facts.provenance import Position
from facts.templatebook.celltext import from_cell
from facts.templatebook.grid import Seen, Sheet, read_grid
from facts.values import decimal_text, parse_decimal
from hegui.workbench.spreadsheet import layout as lo
from hegui.workbench.spreadsheet.merged import merged_cells
from hegui.workbench.spreadsheet.tables import Key, Row, Tables, record_key, same
from hegui.workbench.spreadsheet.typed import as_files_say

_SEARCHED = 30


@dataclass(frozen=True, slots=True)
class EditedRow:
    """A row as it came back. `key` is that of the exported row it was, None for a new one.

    `sentence` are the words in the column of criteria: generated for what was exported, the author's own in a new row.
    `rewritten`: it had been exported as a draft, or its rule was taken out, and its words were written anew.
    `drafted_in` is the sheet whose row of that number it was drafted from, where nobody typed it.
    """

    key: Key | None
    cells: Mapping[str, str]
    number: int
    sentence: str = ""
    drafted_in: str = ""
    rewritten: bool = False


@dataclass(slots=True)
class EditedSheet:
    """The rows of a sheet; `letters` says in which column each heading that is there stands."""

    name: str
    letters: dict[str, str]
    rows: list[EditedRow] = field(default_factory=list)

    def cell(self, row: EditedRow | None, heading: str) -> str:
        """The name of a cell, or of the sheet where there is none."""
        letter = self.letters.get(heading) or next(iter(self.letters.values()), "A")
        return f"{self.name}!{letter}{row.number}" if row is not None else self.name


@dataclass(slots=True)
class Workbook:
    """What came back, and what had been exported."""

    name: str
    sheets: dict[str, EditedSheet]
    base: Tables
    label: Mapping[str, str]

    def at(self, sheet: str, row: EditedRow | None, heading: str) -> Position:
        """The place of a cell: book.xlsx!指标!F12."""
        if row is not None and row.drafted_in:
            sheet, heading = row.drafted_in, lo.SENTENCE
        found = self.sheets.get(sheet)
        return Position(f"{self.name}!{found.cell(row, heading) if found else sheet}")


# Which row a new record comes from, by its sheet and its key in the files.
NewRows = Mapping[tuple[str, Key], EditedRow]


def read_workbook(path: Path) -> tuple[Workbook | None, tuple[Problem, ...]]:
    """The workbook; None where it is none of ours or cannot be opened."""
    grid, problems = read_grid(path, path.name)
    if not grid:
        return None, problems
    known = {sheet.name: sheet for sheet in grid}
    marked = _mark(known.get(lo.MARK))
    if marked is None:
        return None, (_not_ours(path.name),)
    label, base = marked
    book = Workbook(path.name, {}, base, label)
    reader = _Reader(book, merged_cells(path))
    for layout in lo.LAYOUTS:
        sheet = known.get(layout.name)
        if sheet is None:
            reader.note("missing-sheet", Position(f"{path.name}!{layout.name}"), "没有这张工作表,视为没有改动",
                        "this sheet is gone; it counts as not edited", "warning")  # fmt: skip
        elif layout is lo.HEAD_LAYOUT:
            reader.head(sheet)
        else:
            reader.sheet(sheet, layout)
    return book, tuple(reader.problems)


def _mark(sheet: Sheet | None) -> tuple[Mapping[str, str], Tables] | None:
    if sheet is None:
        return None
    try:
        lines = [
            "".join(from_cell(row[column].text) for column in sorted(row)) for _, row in sorted(sheet.rows.items())
        ]
        label = json.loads(lines[0])
        rows: dict[str, list[Row]] = {}
        for line in lines[1:]:
            name, key, file, cells = json.loads(line)
            rows.setdefault(str(name), []).append(
                Row(tuple(map(str, key)), {str(k): str(v) for k, v in cells.items()}, str(file))
            )
        if not isinstance(label, dict) or label.get("format") != lo.FORMAT:
            return None
    except (ValueError, TypeError, IndexError, AttributeError):
        return None
    return {str(key): str(value) for key, value in label.items()}, Tables({k: tuple(v) for k, v in rows.items()})


def _not_ours(name: str) -> Problem:
    message = Text("这不是由 hegui xlsx export 导出的工作簿", "this is no workbook that hegui xlsx export wrote")
    hint = Text(
        "请先导出,再在导出的工作簿里改;另存时保留所有工作表。部门自己的指标表用 hegui new --from。",
        "Export first and edit that workbook, keeping every sheet; a table of one's own goes to hegui new --from.",
    )
    return Problem("not-a-rulebook-workbook", Position(name), message, hint)


class _Reader:
    def __init__(self, book: Workbook, merged: Mapping[str, Mapping[tuple[int, int], tuple[int, int]]]) -> None:
        self.book, self.merged = book, merged
        self.problems: list[Problem] = []
        self.known = {layout.name: {row.key for row in book.base.rows(layout.name)} for layout in lo.LAYOUTS}
        self.sentences = {row.key: row.cells.get(lo.SENTENCE, "") for row in book.base.rows(lo.SENTENCE)}
        self.generated = {_trimmed(text) for text in self.sentences.values()}

    def note(
        self, code: str, at: Position, zh: str, en: str, severity: str = "error", hint: Text = Text("", "")
    ) -> None:
        self.problems.append(Problem(code, at, Text(zh, en), hint, severity))  # type: ignore[arg-type]  # a Severity

    def sheet(self, sheet: Sheet, layout: lo.SheetLayout) -> None:
        top, head = self._headings(sheet, {*layout.headings, lo.KEY, lo.SENTENCE})
        missing = [heading for heading in layout.headings if heading not in head]
        if len(missing) == len(layout.headings):
            self.note("missing-headings", Position(f"{self.book.name}!{sheet.name}"), "找不到表头,视为没有改动",
                      "the headings are nowhere to be found; the sheet counts as not edited", "warning")  # fmt: skip
            return
        for heading in missing:
            self.note("missing-column", Position(f"{self.book.name}!{sheet.name}"), f"没有“{heading}”这一列,视为没有改动",
                      f"column “{heading}” is gone; it counts as not edited", "warning")  # fmt: skip
        if {layout.id_heading, layout.name_heading, lo.KEY}.isdisjoint(head):
            self.note("missing-ids", Position(f"{self.book.name}!{sheet.name}"), "编号和名称两列都没有了,分不清哪一行是哪一条",
                      "the columns of ids and of names are gone: nobody can tell which row is which",
                      hint=Text("重新导出,保留其中一列。", "Export again and keep one of them."))  # fmt: skip
            return
        edited = EditedSheet(layout.name, {heading: _letter(cell) for heading, cell in head.items()})
        self.book.sheets[layout.name] = edited
        taken: dict[Key, EditedRow] = {}
        for number in sorted(sheet.rows):
            if number > top:
                self._row(sheet, layout, head, number, edited, taken)

    def head(self, sheet: Sheet) -> None:
        """The lines of the rulebook itself: what it is called, and what it says."""
        edited = EditedSheet(lo.HEAD, {})
        known = {column.heading: column for column in lo.HEAD_LAYOUT.columns}
        for number, row in sorted(sheet.rows.items()):
            cells = [row[column] for column in sorted(row)]
            name = from_cell(cells[0].text).strip()
            if name not in known or any(one.key == (name,) for one in edited.rows):
                continue
            value = cells[1] if len(cells) > 1 else None
            edited.letters.setdefault(lo.VALUE, _letter(value) if value else "B")
            text = self._text(value, known[name]) if value else ""
            edited.rows.append(EditedRow((name,), {lo.VALUE: text}, number))
        self.book.sheets[lo.HEAD] = edited

    def _headings(self, sheet: Sheet, known: set[str]) -> tuple[int, dict[str, Seen]]:
        """The row of headings: the one with most of them among the first."""
        best = max(sorted(sheet.rows)[:_SEARCHED], key=lambda n: len(known & _words(sheet, n)), default=0)
        head: dict[str, Seen] = {}
        for cell in sheet.rows.get(best, {}).values():
            word = _word(cell)
            if word in head and word in known:
                self.note(
                    "duplicate-heading", self._place(cell), f"表头“{word}”出现两次", f"heading “{word}” stands twice"
                )
            elif word and word not in known:
                self.note("unknown-column", self._place(cell), f"不认识“{word[:40]}”这一列,没有读",
                          f"column “{word[:40]}” is unknown and was not read", "warning")  # fmt: skip
            head.setdefault(word, cell)
        return best, {word: cell for word, cell in head.items() if word in known}

    def _row(
        self,
        sheet: Sheet,
        layout: lo.SheetLayout,
        head: Mapping[str, Seen],
        number: int,
        edited: EditedSheet,
        taken: dict[Key, EditedRow],
    ) -> None:
        cells: dict[str, str] = {}
        for heading in layout.headings:
            if heading in head:
                cell = self._seen(sheet, number, head[heading].column)
                cells[heading] = self._text(cell, layout.column(heading)) if cell else ""
        cells = as_files_say(layout, cells)
        said = self._seen(sheet, number, head[lo.SENTENCE].column) if lo.SENTENCE in head else None
        sentence = self._text(said, None) if said else ""
        # Generated words are left where a row was cleared; nobody meant them as a row.
        key = self._key(sheet, head, number, layout, cells)
        if not any(cells.values()) and (key is not None or not sentence or sentence in self.generated):
            return
        row = EditedRow(key, cells, number, sentence)
        if key is not None and key in taken:
            own = record_key(layout, cells)
            if own == key or own in taken:
                at = self.book.name + "!" + edited.cell(row, "编号")
                self.note("duplicate-row", Position(at), f"与第 {taken[key].number} 行是同一条",
                          f"the same record as row {taken[key].number}", hint=Text("复制出来的行请清空编号。", "Clear the id of a copied row."))  # fmt: skip
                return
            # A copy brings the generated words of its original along.
            row = EditedRow(None, cells, number, "" if sentence in self.generated else sentence)
        elif key is not None:
            taken[key] = row = self._with_new_words(key, row, edited)
        edited.rows.append(row)

    def _with_new_words(self, key: Key, row: EditedRow, edited: EditedSheet) -> EditedRow:
        """Words of a generated sentence that somebody changed: of a draft they are read, else told, never passed over."""
        if (
            edited.name == lo.CRITERIA
            and row.sentence
            and not same(row.sentence, self.sentences.get(key, row.sentence))
        ):
            if self._may_be_read(key, row):
                return replace(row, rewritten=True)
            hint = Text(
                "评分标准是由规则生成的;要改规则,改“满分条件”“否则得分”或“其他计分方式”。",
                "The criterion is made from the rule; to change the rule, edit the columns of the rule.",
            )
            self.note("sentence-edited", Position(f"{self.book.name}!{edited.cell(row, lo.SENTENCE)}"),
                      "改了自动生成的评分标准,没有读入", "the generated criterion was edited and not read",
                      "warning", hint)  # fmt: skip
        return row

    def _may_be_read(self, key: Key, row: EditedRow) -> bool:
        """Whether nobody's own rule would be lost: there is none any more, or it is the draft that was exported."""
        rule = (*lo.SIMPLE[:2], lo.OTHER)
        if not any(row.cells.get(heading) for heading in rule):
            return True
        base = next(one.cells for one in self.book.base.rows(lo.CRITERIA) if one.key == key)
        drafted = is_draft(base.get("存疑", "")) and is_draft(row.cells.get("存疑", ""))
        return drafted and all(same(row.cells.get(one, ""), base.get(one, "")) for one in (*rule, "测算公式"))

    def _key(
        self, sheet: Sheet, head: Mapping[str, Seen], number: int, layout: lo.SheetLayout, cells: Mapping[str, str]
    ) -> Key | None:
        """The key of the exported row this one was: the hidden one, else its own id."""
        known = self.known[layout.name]
        hidden = sheet.rows[number].get(head[lo.KEY].column) if lo.KEY in head else None
        if hidden is not None:
            try:
                key = tuple(map(str, json.loads(from_cell(hidden.text))))
            except (ValueError, TypeError):
                key = ()
            if key in known:
                return key
        if layout.id_heading and layout.id_heading not in head and lo.KEY not in head:
            return self._by_name(layout, cells)
        own = record_key(layout, cells)
        return own if own in known else None

    def _by_name(self, layout: lo.SheetLayout, cells: Mapping[str, str]) -> Key | None:
        """The exported row of that name, where the columns of ids are gone and no other has it."""
        name = cells.get(layout.name_heading, "")
        found = [row.key for row in self.book.base.rows(layout.name) if row.cells.get(layout.name_heading) == name]
        return found[0] if name and len(found) == 1 else None

    def _seen(self, sheet: Sheet, row: int, column: int) -> Seen | None:
        at = self.merged.get(sheet.name, {}).get((row, column), (row, column))
        return sheet.rows.get(at[0], {}).get(at[1])

    def _place(self, cell: Seen) -> Position:
        return Position(f"{self.book.name}!{cell.sheet}!{cell.name}")

    def _text(self, cell: Seen, column: lo.Column | None) -> str:
        kind = column.kind if column else "text"
        if cell.kind == "error" or cell.stale:
            self.note(
                "cell-error",
                self._place(cell),
                "此格是错误值或没有算出的公式",
                "an error, or a formula without its value",
            )
            return ""
        if cell.formula and kind != "number":
            hint = Text("以 = 开头的文字前面加一个单引号。", "Put an apostrophe before a text that begins with =.")
            self.note("formula-in-text", self._place(cell), "此格成了电子表格公式,应为文字",
                      "this cell became a spreadsheet formula; a text is expected", hint=hint)  # fmt: skip
            return ""
        if cell.formula:
            self.note("formula-value", self._place(cell), f"取公式保存的值 {cell.text[:40]}",
                      f"the value saved with the formula is used: {cell.text[:40]}", "note")  # fmt: skip
        text = from_cell(cell.text)
        if cell.kind == "number":
            return _numeral(cell, text)
        if cell.kind == "boolean":
            return {"是": "true", "否": "false"}.get(text, text)
        return _unmarked(_trimmed(text))


def _unmarked(text: str) -> str:
    """A condition without the apostrophe that keeps it from being a formula, where that was typed as a character."""
    return text[1:] if text.startswith(("'=", "'＝")) and "'" not in text[1:] else text


def _numeral(cell: Seen, text: str) -> str:
    if cell.noisy:
        text = format(Context(prec=15).create_decimal(Decimal(text)), "f")
    value = parse_decimal(text)
    if value is None:
        return text
    return f"{decimal_text(value * 100)}%" if cell.percent else decimal_text(value)


def _trimmed(text: str) -> str:
    """A text without stray blanks at its ends and the ends of its lines."""
    lines = [line.rstrip(" \t\u3000\xa0") for line in text.replace("\r\n", "\n").split("\n")]
    return "\n".join(lines).strip(" \t\u3000\xa0\n")


def _words(sheet: Sheet, number: int) -> set[str]:
    return {_word(cell) for cell in sheet.rows[number].values()}


def _word(cell: Seen) -> str:
    return "".join(from_cell(cell.text).split())


def _letter(cell: Seen) -> str:
    return cell.name.rstrip("0123456789")
