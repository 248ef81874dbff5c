"""Changes of the sheets -> the files' new texts. What is not changed stays byte for byte."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from facts.problem import NO_TEXT, Problem, Text
from facts.provenance import Position
from facts.yamledit import CannotEdit, Keys, Record, Records, Tree, is_value, new_record, set_value, split_records
from hegui.workbench.spreadsheet import layout as lo
from hegui.workbench.spreadsheet.merging import Edit, SheetChanges
from hegui.workbench.spreadsheet.reading import EditedRow, NewRows, Workbook
from hegui.workbench.spreadsheet.tables import Key, is_simple, record_cells, record_key, section_files, section_names
from hegui.workbench.starting.drafting import uncertainty

_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
# The comment above a drafted rule; other comments are somebody's own.
_TODO_ABOVE = re.compile(r"\A((?:[ \t]*#[^\n]*\n)*?)[ \t]*# TODO[^\n]*\n")
_LISTS = (lo.GRADES_LAYOUT, lo.VETOES_LAYOUT, lo.CHECKS_LAYOUT, lo.ACCEPTED_LAYOUT)


def apply_changes(
    book: Workbook, texts: Mapping[str, str], changes: Mapping[str, SheetChanges]
) -> tuple[dict[str, str], NewRows, tuple[Problem, ...]]:
    """The texts of every file with the changes made, and which row each new record comes from."""
    writer = _Writer(book, dict(texts))
    writer.sections(changes.get(lo.SECTIONS, SheetChanges()))
    writer.criteria(changes.get(lo.CRITERIA, SheetChanges()))
    if lo.ITEMS in changes:
        writer.listed(lo.VOCABULARY, lo.ITEMS_LAYOUT, changes[lo.ITEMS])
    for layout in _LISTS:
        if layout.name in changes:
            writer.listed(lo.ROOT, layout, changes[layout.name])
    writer.parameters(changes.get(lo.PARAMETERS, SheetChanges()))
    writer.head(changes.get(lo.HEAD, SheetChanges()))
    writer.grades()
    return writer.texts, writer.new_rows, tuple(writer.problems)


@dataclass(slots=True)
class _Writer:
    book: Workbook
    texts: dict[str, str]
    problems: list[Problem] = field(default_factory=list)
    # Names of sections as the sheet of indicators calls them -> file.
    named: dict[str, str] = field(default_factory=dict)
    # Ids that were made for new records: indicators of other files must not get them again.
    made: list[str] = field(default_factory=list)
    # Ids of every indicator the files had: looked up once, however many rows are new.
    listed_ids: list[str] | None = None
    new_rows: dict[tuple[str, Key], EditedRow] = field(default_factory=dict)

    def problem(self, code: str, at: Position, message: Text, hint: Text = NO_TEXT) -> None:
        self.problems.append(Problem(code, at, message, hint))

    # --- records ---

    def set(self, text: str, edit: Edit, layout: lo.SheetLayout) -> str:
        """A record with an edit's cells set."""
        cells = dict(edit.cells)
        if layout is lo.CRITERIA_LAYOUT:
            text = self._rule(text, edit, cells)
        for column in layout.columns:
            if column.heading in cells:
                text = self._set(text, edit, layout, column.path, column, cells[column.heading])
        return text

    def _set(self, text: str, edit: Edit, layout: lo.SheetLayout, path: Keys, column: lo.Column, new: str) -> str:
        at = self.book.at(layout.name, edit.row, column.heading)
        if column.kind == "source" and new and not is_value(new, str(at)):
            self.problem("not-yaml", at, Text("不是规则语言的写法", "not written as the rule language asks"),
                         Text("参看“说明”表的例子;逗号、冒号后面要有空格。", "See the guide's examples; blanks follow commas and colons."))  # fmt: skip
            return text
        try:
            return set_value(text, path, column.kind, new, layout.order)
        except CannotEdit as error:
            self.problem("cannot-edit", at, Text(f"写不进规则文件({error})", f"cannot be written to the files ({error})"),
                         Text("请直接在规则文件里改这一处。", "Change this one in the file itself."))  # fmt: skip
            return text

    def _rule(self, text: str, edit: Edit, cells: dict[str, str]) -> str:
        """The rule of a criterion, from the columns of the simple form or from the other one; takes them out of the cells."""
        touched = {heading for heading in (*lo.SIMPLE, lo.OTHER) if heading in cells}
        if not touched:
            return text
        now = record_cells(text, lo.CRITERIA_LAYOUT)
        rule = {heading: cells.pop(heading, now[heading]) for heading in (*lo.SIMPLE, lo.OTHER)}
        full, otherwise = (rule[heading] for heading in lo.SIMPLE[:2])
        column = lo.CRITERIA_LAYOUT.column
        if rule[lo.OTHER] and (full or otherwise):
            self.problem("two-rules", self.book.at(lo.CRITERIA, edit.row, lo.OTHER),
                         Text("“满分条件”和“其他计分方式”只能写一处", "either the simple columns or the other one, not both"))  # fmt: skip
            return text
        if rule[lo.OTHER]:
            other = column(lo.OTHER)
            assert other is not None
            return self._set(text, edit, lo.CRITERIA_LAYOUT, ("score",), other, rule[lo.OTHER])
        if bool(full) != bool(otherwise):
            missing = "满分条件" if not full else "否则得分"
            self.problem("half-a-rule", self.book.at(lo.CRITERIA, edit.row, missing),
                         Text("“满分条件”和“否则得分”要一起写", "a condition for full points and the points otherwise go together"))  # fmt: skip
            return text
        if not full:
            self.problem("no-rule", self.book.at(lo.CRITERIA, edit.row, lo.OTHER), Text("没有计分方式", "there is no rule"),
                         Text("填“满分条件”和“否则得分”,或“其他计分方式”。", "Fill in the simple columns or the other one."))  # fmt: skip
            return text
        if not is_simple(Tree(text)):
            text = self._without_score(text)
        for heading in lo.SIMPLE:
            found = column(heading)
            assert found is not None
            text = self._set(text, edit, lo.CRITERIA_LAYOUT, found.path, found, rule[heading])
        return text

    def _without_score(self, text: str) -> str:
        try:
            return set_value(text, ("score",), "source", "")
        except CannotEdit:
            return text

    # --- lists ---

    def listed(self, file: str, layout: lo.SheetLayout, changes: SheetChanges) -> None:
        """The records of one list."""
        self._rebuild(file, layout, changes.edits, changes.deleted, changes.order)

    def _rebuild(
        self,
        file: str,
        layout: lo.SheetLayout,
        edits: Sequence[Edit],
        deleted: Sequence[Key],
        order: Sequence[Key] | None,
        coming: Mapping[Key, Record] | None = None,
    ) -> None:
        if not (edits or deleted or order or coming):
            return
        try:
            found = split_records(self.texts[file], layout.lists)
        except CannotEdit as error:
            self.problem("cannot-edit", Position(file), Text(f"这份清单写在一行里({error})", f"written in one line ({error})"),
                         Text("请先改成一行一项。", "Write one item per line first."))  # fmt: skip
            return
        if found is None:
            self._first(file, layout, edits)
            return
        listed = [(record_key(layout, record_cells(record.text, layout)), record) for record in found.records]
        listed = _ordered([*listed, *(coming or {}).items()], order)
        listed = self._edited(listed, edits, layout, found)
        for place, (key, record) in enumerate(listed):
            if key in deleted and "#" in record.gap and place + 1 < len(listed):
                # Comments that stand apart are nobody's own: they stay.
                after = listed[place + 1]
                listed[place + 1] = (after[0], Record(record.gap, after[1].text))
        records = [record for key, record in listed if key not in deleted]
        if records:
            self.texts[file] = found.joined(records)
        else:
            self.texts[file] = self._emptied(file, layout)

    def _emptied(self, file: str, layout: lo.SheetLayout) -> str:
        needed = layout in (lo.CRITERIA_LAYOUT, lo.ITEMS_LAYOUT)
        return set_value(self.texts[file], layout.lists, "source", "[]" if needed else "")

    def _edited(
        self, listed: list[tuple[Key, Record]], edits: Sequence[Edit], layout: lo.SheetLayout, found: Records
    ) -> list[tuple[Key, Record]]:
        by_key = {edit.key: edit for edit in edits if edit.key is not None}
        done = [
            (key, Record(record.gap, self._changed(record.text, by_key[key], layout)) if key in by_key else record)
            for key, record in listed
        ]
        last: dict[Key | None, int] = {}
        gap = found.records[-1].gap if len(found.records) > 1 else ""
        for edit in edits:
            if edit.key is None:
                record = self._new(edit, layout, found.indent, [key[0] for key, _ in done])
                after = next((n for n, (key, _) in enumerate(done) if key == edit.after), -1)
                place = max(after, last.get(edit.after, -1)) + 1 if edit.after in [k for k, _ in done] else len(done)
                key = record_key(layout, record_cells(record, layout))
                done.insert(place, (key, Record("" if "#" in gap else gap, record)))
                last[edit.after] = place
        return done

    def _changed(self, text: str, edit: Edit, layout: lo.SheetLayout) -> str:
        """A record with its cells set; what said that its rule was left to an assessor goes with that rule."""
        if layout is not lo.CRITERIA_LAYOUT or not {*lo.SIMPLE, lo.OTHER} & {*edit.cells}:
            return self.set(text, edit, layout)
        before = record_cells(text, layout)
        if before["存疑"] == uncertainty(None):
            edit = replace(edit, cells={"存疑": "", **edit.cells})
        return self.set(_TODO_ABOVE.sub(r"\1", text), edit, layout)

    def _new(self, edit: Edit, layout: lo.SheetLayout, indent: str, taken: Sequence[str]) -> str:
        heading = next(column.heading for column in layout.columns if column.path == (layout.key,))
        for needed in layout.required:
            if not edit.cells.get(needed):
                self.problem("missing-cell", self.book.at(layout.name, edit.row, needed),
                             Text(f"新增的一条没有写“{needed}”", f"the new record has no “{needed}”"))  # fmt: skip
        own = edit.cells.get(heading, "")
        if own and own in taken:
            self.problem("duplicate-id", self.book.at(layout.name, edit.row, heading),
                         Text(f"编号“{own}”已经用过", f"the id “{own}” is taken"))  # fmt: skip
        if not own:
            own = _free_id(layout, {*taken, *self.made, *self._elsewhere(layout)})
            self.made.append(own)
        text = new_record(indent, layout.key, own)
        cells = {name: value for name, value in edit.cells.items() if name != heading}
        record = self.set(text, Edit(None, cells, edit.row), layout)
        self.new_rows[layout.name, record_key(layout, record_cells(record, layout))] = edit.row
        return record

    def _elsewhere(self, layout: lo.SheetLayout) -> list[str]:
        """Ids of every indicator of the files: no two may be the same."""
        if layout is not lo.CRITERIA_LAYOUT:
            return []
        if self.listed_ids is None:
            records = [record for file in section_files(self.texts) for record in self._records(file)]
            self.listed_ids = [record_key(layout, record_cells(record.text, layout))[0] for record in records]
        return self.listed_ids

    def grades(self) -> None:
        """Grades say of what they are: it stands in a sheet of its own."""
        tree, heading = Tree(self.texts[lo.ROOT]), "等级依据"
        if tree.entry(("grades", "scale")) is None or tree.entry(("grades", "of")) is not None:
            return
        sheet = self.book.sheets.get(lo.HEAD)
        row = next((one for one in sheet.rows if one.key == (heading,)), None) if sheet else None
        self.problem("missing-cell", self.book.at(lo.HEAD, row, lo.VALUE),
                     Text(f"写了等级,没有写“{heading}”", f"there are grades, and no “{heading}”"),
                     Text("score:按得分;percent:按得分占分值的百分比。", "score: by the score; percent: by its share of the points."))  # fmt: skip

    def _first(self, file: str, layout: lo.SheetLayout, edits: Sequence[Edit]) -> None:
        """The first records of a list that is not there yet."""
        texts: list[str] = []
        for edit in edits:
            texts.append(self._new(edit, layout, "", [record_key(layout, record_cells(t, layout))[0] for t in texts]))
        if texts:
            source = "".join(texts).rstrip("\n")
            self.texts[file] = set_value(self.texts[file], layout.lists, "source", source, lo.HEAD_LAYOUT.order)

    # --- indicators and sections ---

    def criteria(self, changes: SheetChanges) -> None:
        """Indicators: each stands in the file of its section, and may move to another."""
        files = section_files(self.texts)
        homes = {
            record_key(lo.CRITERIA_LAYOUT, record_cells(record.text, lo.CRITERIA_LAYOUT)): (file, record)
            for file in files
            for record in self._records(file)
        }
        edits: dict[str, list[Edit]] = {}
        coming: dict[str, dict[Key, Record]] = {}
        deleted: dict[str, list[Key]] = {}
        for edit in changes.edits:
            to = self._home(edit, homes)
            if to is None:
                continue
            if edit.key is not None and to != homes[edit.key][0]:
                file, record = homes[edit.key]
                deleted.setdefault(file, []).append(edit.key)
                coming.setdefault(to, {})[edit.key] = record
            edits.setdefault(to, []).append(edit)
        for key in changes.deleted:
            deleted.setdefault(homes[key][0], []).append(key)
        for file in files:
            gone, new = deleted.get(file, []), coming.get(file, {})
            self._rebuild(file, lo.CRITERIA_LAYOUT, edits.get(file, []), gone, changes.order, new)

    def _records(self, file: str) -> tuple[Record, ...]:
        found = split_records(self.texts[file], lo.CRITERIA_LAYOUT.lists)
        return found.records if found else ()

    def _home(self, edit: Edit, homes: Mapping[Key, tuple[str, Record]]) -> str | None:
        name = edit.cells.get(lo.SECTION, "")
        if edit.key is not None and not name:
            return homes[edit.key][0]
        if not name and edit.after is not None and edit.after in homes:
            # An empty cell below: the section of the row above, as tables are read.
            return homes[edit.after][0]
        if name in self.named:
            return self.named[name]
        self.problem("unknown-section", self.book.at(lo.CRITERIA, edit.row, lo.SECTION),
                     Text(f"没有一级指标“{name}”", f"there is no section “{name}”"),
                     Text("可用:" + "、".join(self.named) + ";新的先写进“一级指标”表。",
                          "Known: " + ", ".join(self.named) + "; enter a new one in its sheet first."))  # fmt: skip
        return None

    def sections(self, changes: SheetChanges) -> None:
        """Sections: one file each, named in rulebook.yaml in their order."""
        names, files = section_names(self.texts), list(section_files(self.texts))
        self.named = {title: file for file, title in names.items()}
        self.named |= {
            row.cells.get(lo.SECTION, ""): row.file for row in self.book.base.rows(lo.CRITERIA) if row.file in files
        }
        by_id = {
            record_key(lo.SECTIONS_LAYOUT, record_cells(self.texts[file], lo.SECTIONS_LAYOUT)): file for file in files
        }
        for edit in changes.edits:
            if edit.key is None:
                self._new_section(edit, files)
                continue
            file = by_id[edit.key]
            self.texts[file] = self.set(self.texts[file], edit, lo.SECTIONS_LAYOUT)
            self.named.setdefault(edit.cells.get("名称", ""), file)
        gone = {by_id[key] for key in changes.deleted}
        ordered = [by_id[key] for key in changes.order or ()]
        wanted = [file for file in _sorted(files, ordered) if file not in gone]
        self.named = {name: file for name, file in self.named.items() if file not in gone and name}
        if wanted != list(section_files(self.texts)):
            self._name_sections(wanted)

    def _new_section(self, edit: Edit, files: list[str]) -> None:
        own = edit.cells.get("编号", "") or f"section-{len(files) + 1}"
        file = edit.cells.get(lo.FILE, "") or f"{own}.yaml"
        for needed in lo.SECTIONS_LAYOUT.required:
            if not edit.cells.get(needed):
                self.problem("missing-cell", self.book.at(lo.SECTIONS, edit.row, needed),
                             Text(f"新增的一级指标没有写“{needed}”", f"the new section has no “{needed}”"))  # fmt: skip
        if not _ID.fullmatch(own) or file in self.texts or not re.fullmatch(r"[\w-]+\.yaml", file):
            self.problem("bad-id", self.book.at(lo.SECTIONS, edit.row, "编号"),
                         Text("编号应为小写字母、数字和短横,且未用过", "an id is lower-case letters, digits and hyphens, not yet taken"))  # fmt: skip
            return
        text = f"format: hegui/section/v1\nid: {own}\nindicators: []\n"
        cells = {name: value for name, value in edit.cells.items() if name != "编号"}
        self.texts[file] = self.set(text, Edit(None, cells, edit.row), lo.SECTIONS_LAYOUT)
        after = next((n for n, known in enumerate(files) if edit.after and known == self._file_of(edit.after)), None)
        files.insert(len(files) if after is None else after + 1, file)
        self.named[edit.cells.get("名称", "")] = file

    def _file_of(self, key: Key) -> str:
        return next((row.file for row in self.book.base.rows(lo.SECTIONS) if row.key == key), "")

    def _name_sections(self, files: Sequence[str]) -> None:
        tree = Tree(self.texts[lo.ROOT])
        found = tree.entry(("sections",))
        flow = found is None or found[2].flow_style
        source = f"[{', '.join(files)}]" if flow else "\n".join(f"- {file}" for file in files)
        self.texts[lo.ROOT] = set_value(self.texts[lo.ROOT], ("sections",), "source", source, lo.HEAD_LAYOUT.order)

    # --- what is no list ---

    def parameters(self, changes: SheetChanges) -> None:
        """Parameters: an entry of a mapping each, in rulebook.yaml or in a section's file."""
        names = {lo.WHOLE: lo.ROOT, "": lo.ROOT, **self.named}
        renamed = [edit.key for edit in changes.edits if edit.key and {lo.WHERE, lo.NAME} & {*edit.cells}]
        base = {row.key: row.cells for row in self.book.base.rows(lo.PARAMETERS)}
        for key in (*changes.deleted, *renamed):
            self._parameter(names[key[0]], key[1], "", None)
        for edit in changes.edits:
            cells = {**(base.get(edit.key, {}) if edit.key else {}), **edit.cells}
            file = names.get(cells.get(lo.WHERE, ""))
            if file is None or not cells.get(lo.NAME) or not cells.get(lo.VALUE):
                self.problem("missing-cell", self.book.at(lo.PARAMETERS, edit.row, lo.NAME),
                             Text("参数要写清适用于哪里、名称和取值", "a parameter needs its place, name and value"))  # fmt: skip
                continue
            self._parameter(file, cells[lo.NAME], cells[lo.VALUE], edit)

    def _parameter(self, file: str, name: str, value: str, edit: Edit | None) -> None:
        column = lo.Column(lo.VALUE, ("parameters", name), "source")
        if edit is None:
            self.texts[file] = set_value(self.texts[file], column.path, "source", "")
            return
        order = lo.HEAD_LAYOUT if file == lo.ROOT else lo.SECTIONS_LAYOUT
        layout = lo.SheetLayout(lo.PARAMETERS, (), "", (column,), order.order)
        self.texts[file] = self._set(self.texts[file], edit, layout, column.path, column, value)

    def head(self, changes: SheetChanges) -> None:
        """Keys of rulebook.yaml."""
        columns = {column.heading: column for column in lo.HEAD_LAYOUT.columns}
        for edit in changes.edits:
            assert edit.key is not None
            column = columns[edit.key[0]]
            named = Edit(edit.key, {column.heading: edit.cells[lo.VALUE]}, edit.row)
            self.texts[lo.ROOT] = self._set(
                self.texts[lo.ROOT], named, lo.HEAD_LAYOUT, column.path, column, edit.cells[lo.VALUE]
            )


def _ordered(listed: list[tuple[Key, Record]], order: Sequence[Key] | None) -> list[tuple[Key, Record]]:
    """Records in a wanted order; those it does not name stay behind the one they followed."""
    if order is None:
        return listed
    known = dict(listed)
    return [(key, known[key]) for key in _sorted([key for key, _ in listed], order)]


def _sorted(items: Sequence, order: Sequence) -> list:  # type: ignore[type-arg]  # of any one type
    """Items in the order wanted; those it does not name stay behind the one they followed."""
    known = set(items)
    wanted: Iterator = iter([one for one in order if one in known])  # type: ignore[type-arg]
    named = set(order)
    return [next(wanted) if one in named else one for one in items]


def _free_id(layout: lo.SheetLayout, taken: Collection[str]) -> str:
    """An id nobody has: item-12, or item_12 for a data item."""
    join = "_" if layout is lo.ITEMS_LAYOUT else "-"
    number = len(taken) + 1
    while f"new{join}{number}" in taken:
        number += 1
    return f"new{join}{number}"
