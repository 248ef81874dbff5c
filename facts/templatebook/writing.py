"""Writes the workbook: one sheet for the single values, one for every table, the same bytes for the same rulebook."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from facts.model import Case, Fact
from facts.problem import Language, Problem, in_order
from facts.provenance import Provenance, Source
from facts.templatebook import layout as lo
from facts.templatebook.filling import EMPTY_ENTRY, Content, Entry, cell_of, column_concept, entry_of, place_cells
from facts.templatebook.guide import guide_lines
from facts.templatebook.needed import needs_openpyxl
from facts.templatebook.styling import Styling
from facts.timeless import timeless
from facts.vocabulary import Concept, Vocabulary

# Prepared rows of a table; more may be added below.
BLANK_ROWS = 100

Written = tuple[bytes | None, tuple[Problem, ...]]


def write_template(
    vocabulary: Vocabulary,
    rules: lo.RulesLabel,
    case: Case | None = None,
    blank_rows: int = BLANK_ROWS,
    language: Language = "zh",
) -> Written:
    """The workbook's bytes, filled with a case's facts if there is one; None where openpyxl is not installed.

    In Chinese, as departments are; `language` en adds the English below headings and names, and reads back the same.
    Problems name facts that cannot be written exactly (`not-decimal`); their cells are left empty.
    """
    missing = needs_openpyxl()
    if missing is not None:
        return None, (missing,)
    book = _Book(vocabulary, rules, case, blank_rows, language)
    return _frozen(book.write()), in_order(book.problems)


def fill_template(case: Case, vocabulary: Vocabulary, rules: lo.RulesLabel) -> Written:
    """The workbook filled with a case: `read_template` gives the same facts back."""
    return write_template(vocabulary, rules, case)


class _Book:
    """The workbook while it is written."""

    def __init__(
        self, vocabulary: Vocabulary, rules: lo.RulesLabel, case: Case | None, blank_rows: int, language: Language
    ) -> None:
        import openpyxl

        self.book: Any = openpyxl.Workbook()
        self.vocabulary, self.rules, self.case = vocabulary, rules, case
        self.blank_rows, self.language = blank_rows, language
        self.style = Styling(self.book)
        self.problems: list[Problem] = []
        facts = case.facts if case else {}
        known = [(vocabulary.concepts[key], fact) for key, fact in facts.items() if key in vocabulary.concepts]
        self.entries: dict[str, Entry] = {concept.id: entry_of(fact, concept) for concept, fact in known}
        self.facts: Mapping[str, Fact] = facts
        for entry in self.entries.values():
            self.problems += entry.problems

    def write(self) -> Any:
        self.book.remove(self.book.active)
        self._guide()
        self._basics()
        self._data()
        for key, name in lo.table_names(self.vocabulary).items():
            self._table(self.vocabulary.concepts[key], name)
        self._more()
        self._sources()
        for sheet in self.book.worksheets:
            self.style.print_whole(sheet, "1:1" if sheet.title in (lo.DATA, lo.MORE, lo.SOURCES) else "")
        self._mark()
        self.style.finish()
        self.book.active = 0
        return self.book

    # --- sheets ---

    def _guide(self) -> None:
        sheet = self.book.create_sheet(lo.GUIDE)
        for number, (line, heading) in enumerate(guide_lines(self.rules), 1):
            cell = self.style.put(sheet.cell(number, 1), Content("text", line))
            self.style.heading(cell) if heading else self.style.words(cell)
        self.style.widths(sheet, (110,))
        self.style.protect(sheet)

    def _basics(self) -> None:
        sheet, case = self.book.create_sheet(lo.BASICS), self.case
        subject, period = (case.subject, case.period) if case else (None, None)
        rows: tuple[tuple[str, str | date], ...] = (
            (lo.SUBJECT_ID, subject.id if subject else ""),
            (lo.SUBJECT_NAME, subject.name if subject else ""),
            (lo.SUBJECT_NAME_EN, subject.name_en if subject else ""),
            (lo.PERIOD_FROM, period.start if period else ""),
            (lo.PERIOD_TO, period.end if period else ""),
        )
        for number, (label, value) in enumerate(rows, 1):
            self.style.heading(self.style.put(sheet.cell(number, 1), self._head(label)))
            content = Content("date", value.isoformat(), "yyyy-mm-dd") if isinstance(value, date) else None
            cell = sheet.cell(number, 2)
            self.style.input(cell, content or (Content("text", value) if isinstance(value, str) and value else None))
            if number > 3:
                self.style.dates(sheet, cell)
        self.style.widths(sheet, (20, 60))
        self.style.protect(sheet)

    def _data(self) -> None:
        sheet = self._headed(lo.DATA, lo.DATA_HEADINGS, (34, 24, 18, 10, 12, 10, 22, 16, 40, 40))
        row = 1
        for form, concepts in lo.groups(self.vocabulary):
            row += 1
            self.style.group(self.style.put(sheet.cell(row, 1), Content("text", form)))
            for concept in concepts:
                row += 1
                self._concept(sheet, row, concept)
        self.style.protect(sheet)

    def _concept(self, sheet: Any, row: int, concept: Concept) -> None:
        entry = self.entries.get(concept.id, EMPTY_ENTRY)
        label = self.style.put(sheet.cell(row, 1), self._name(concept))
        self.style.comment(label, concept)
        self.style.locked(label)
        self.style.locked(self.style.put(sheet.cell(row, 2), Content("text", concept.id)))
        value = sheet.cell(row, 3)
        self.style.input(value, entry.value, concept)
        self.style.validate(sheet, value, concept)
        unit = sheet.cell(row, 4)
        own = concept.unit.name if concept.unit else ""
        shown = entry.unit or own
        self.style.input(unit, Content("text", shown) if shown else None)
        self.style.units(sheet, unit, concept)
        for column, content in enumerate(_rest(entry), 5):
            self.style.input(sheet.cell(row, column), content)
        self.style.words_of(sheet, sheet.cell(row, 5), lo.STATUSES)
        self.style.words_of(sheet, sheet.cell(row, 6), tuple(lo.BASIS_WORDS))

    def _table(self, concept: Concept, name: str) -> None:
        sheet = self.book.create_sheet(name)
        entry = self.entries.get(concept.id, EMPTY_ENTRY)
        label = self.style.put(sheet.cell(1, 1), self._name(concept))
        self.style.heading(label)
        self.style.comment(label, concept)
        self.style.locked(self.style.put(sheet.cell(2, 1), self._head(lo.ID)))
        self.style.locked(self.style.put(sheet.cell(2, 2), Content("text", concept.id)))
        for row, (key, content) in enumerate(zip(lo.TABLE_KEYS, _rest(entry), strict=True), 3):
            self.style.locked(self.style.put(sheet.cell(row, 1), self._head(key)))
            self.style.input(sheet.cell(row, 2), content)
        self.style.words_of(sheet, sheet.cell(3, 2), (lo.KNOWN, *lo.SILENT))
        self.style.words_of(sheet, sheet.cell(4, 2), tuple(lo.BASIS_WORDS))
        self._columns(sheet, concept, 3 + len(lo.TABLE_KEYS))
        self.style.protect(sheet)

    def _columns(self, sheet: Any, concept: Concept, row: int) -> None:
        """The headings (units above them), the rows there are, and rows to fill in."""
        columns = tuple(column_concept(column) for column in concept.columns)
        self.style.locked(self.style.put(sheet.cell(row, 1), self._head(lo.UNIT)))
        self.style.heading(self.style.put(sheet.cell(row + 1, 1), self._head(lo.row_number(concept))))
        fact = self.facts.get(concept.id)
        rows = fact.value if fact is not None and isinstance(fact.value, tuple) else ()
        for place, column in enumerate(columns, 2):
            unit = column.unit.name if column.unit else ""
            self.style.locked(self.style.put(sheet.cell(row, place), Content("text", unit) if unit else None))
            head = self.style.put(sheet.cell(row + 1, place), Content("text", column.label))
            self.style.heading(head)
            if column.definition:
                self.style.comment(head, column)
        for number in range(1, len(rows) + self.blank_rows + 1):
            self._row(sheet, row + 1 + number, number, columns, rows[number - 1] if number <= len(rows) else None)
        self.style.widths(sheet, (14, *(24 for _ in columns)))
        first, last = row + 2, row + 1 + len(rows) + self.blank_rows
        for place, column in enumerate(columns, 2):
            self.style.validate_column(sheet, place, first, last, column)
        sheet.freeze_panes = sheet.cell(row + 2, 2)

    def _row(
        self, sheet: Any, row: int, number: int, columns: tuple[Concept, ...], found: Mapping[str, Any] | None
    ) -> None:
        contents = dict[str, Content]()
        for column in columns:
            value = found.get(column.label) if found is not None else None
            if value is not None:
                content, problems = cell_of(value, column)
                self.problems += problems
                contents |= {column.label: content} if content else {}
        if found is not None:
            mark = Content("number", str(number), "0") if contents else Content("text", lo.EMPTY_ROW)
            self.style.input(sheet.cell(row, 1), mark)
        else:
            self.style.input(sheet.cell(row, 1), None)
        for place, column in enumerate(columns, 2):
            self.style.input(sheet.cell(row, place), contents.get(column.label), column)

    def _more(self) -> None:
        sheet = self._headed(lo.MORE, lo.MORE_HEADINGS, (24, 22, 16, 50, 50))
        rows = [(key, one) for key, entry in self.entries.items() for one in entry.more]
        self._lines(sheet, ([key, *_four(one)] for key, one in rows), len(rows), len(lo.MORE_HEADINGS))
        self.style.protect(sheet)

    def _sources(self) -> None:
        sheet = self._headed(lo.SOURCES, tuple(lo.SOURCE_KEYS), (22, 50, 40, 40, 40, 14))
        found = tuple(self.case.sources.values()) if self.case else ()
        self._lines(sheet, (_source_cells(source) for source in found), len(found), len(lo.SOURCE_KEYS))
        self.style.protect(sheet)

    def _mark(self) -> None:
        sheet = self.book.create_sheet(lo.MARK)
        sheet.sheet_state = "hidden"
        rules = self.rules
        said = {"format": lo.FORMAT, "rulebook": rules.id, "version": rules.version, "digest": rules.digest}
        for row, (key, value) in enumerate({**said, "vocabulary": lo.fingerprint(self.vocabulary)}.items(), 1):
            self.style.put(sheet.cell(row, 1), Content("text", key))
            self.style.put(sheet.cell(row, 2), Content("text", value))
        self.style.choices(sheet)

    # --- steps ---

    def _head(self, name: str) -> Content:
        return Content("text", lo.heading(name, self.language))

    def _name(self, concept: Concept) -> Content:
        english = f"\n{concept.label_en}" if self.language == "en" and concept.label_en else ""
        return Content("text", concept.label + english)

    def _headed(self, name: str, headings: tuple[str, ...], widths: tuple[int, ...]) -> Any:
        sheet = self.book.create_sheet(name)
        for column, heading in enumerate(headings, 1):
            self.style.heading(self.style.put(sheet.cell(1, column), self._head(heading)))
        self.style.widths(sheet, widths)
        sheet.freeze_panes = "C2" if name == lo.DATA else "A2"
        return sheet

    def _lines(self, sheet: Any, rows: Iterable[list[str]], count: int, width: int) -> None:
        for row, texts in enumerate(rows, 2):
            for column, text in enumerate(texts, 1):
                self.style.input(sheet.cell(row, column), Content("text", text) if text else None)
        for row in range(count + 2, count + 2 + self.blank_rows // 4):
            for column in range(1, width + 1):
                self.style.input(sheet.cell(row, column), None)


def _four(one: Provenance) -> list[str]:
    cells = place_cells(one)
    return [cells[key] for key in (lo.SOURCE, lo.PLACE, lo.QUOTE, lo.NOTE)]


def _source_cells(source: Source) -> list[str]:
    return [str(getattr(source, key)) for key in lo.SOURCE_KEYS.values()]


def _rest(entry: Entry) -> tuple[Content | None, ...]:
    """Status, basis, source, place, words and note of an entry."""
    cells = {**place_cells(entry.first), lo.STATUS: entry.status, lo.BASIS: entry.basis, lo.NOTE: entry.note}
    return tuple(Content("text", cells[key]) if cells.get(key) else None for key in lo.TABLE_KEYS)


def _frozen(book: Any) -> bytes:
    """The workbook's bytes without the time they were made at."""
    made = io.BytesIO()
    book.save(made)
    return timeless(made.getvalue())
