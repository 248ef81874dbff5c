"""The files of a rulebook -> tables of texts, one per sheet: what an export writes and a merge compares."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import yaml

from facts.values import parse_decimal
from facts.yamledit import Tree, split_records, value_at
from hegui.workbench.spreadsheet import layout as lo

Texts = Mapping[str, str]
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A record as texts by heading. `key` tells it from others of its sheet; `file` is where it stands."""

    key: Key
    cells: Mapping[str, str]
    file: str = ""


@dataclass(frozen=True, slots=True)
class Tables:
    """The rows of every sheet, in order."""

    sheets: Mapping[str, tuple[Row, ...]]

    def rows(self, sheet: str) -> tuple[Row, ...]:
        """The rows of a sheet."""
        return self.sheets.get(sheet, ())


def section_files(texts: Texts) -> tuple[str, ...]:
    """The section files in the order rulebook.yaml names them."""
    found = Tree(texts[lo.ROOT]).entry(("sections",))
    if found is None or not isinstance(found[2], yaml.SequenceNode):
        return ()
    return tuple(str(node.value) for node in found[2].value)


def read_tables(texts: Texts) -> Tables:
    """Every sheet of the rulebook in these files."""
    files = section_files(texts)
    titles = section_names(texts)
    criteria = [
        Row(row.key, {lo.SECTION: titles[file], **row.cells}, file)
        for file in files
        for row in _listed(texts, file, lo.CRITERIA_LAYOUT)
    ]
    sections = [Row(row.key, {lo.FILE: file, **row.cells}, file) for file in files for row in _whole(texts, file)]
    sheets = {
        lo.CRITERIA: tuple(criteria),
        lo.SECTIONS: tuple(sections),
        lo.ITEMS: tuple(_listed(texts, lo.VOCABULARY, lo.ITEMS_LAYOUT)) if lo.VOCABULARY in texts else (),
        lo.PARAMETERS: tuple(_parameters(texts, titles)),
        lo.HEAD: tuple(_head(texts[lo.ROOT])),
    }
    for one in (lo.GRADES_LAYOUT, lo.VETOES_LAYOUT, lo.CHECKS_LAYOUT, lo.ACCEPTED_LAYOUT):
        sheets[one.name] = tuple(_listed(texts, lo.ROOT, one))
    return Tables(sheets)


def section_names(texts: Texts) -> dict[str, str]:
    """What a section is called in the sheet of indicators: its title; with its id where two bear the same."""
    files = section_files(texts)
    known = {file: (value_at(Tree(texts[file]), ("title",), "text"), value_at(Tree(texts[file]), ("id",), "text"))
             for file in files}  # fmt: skip
    titles = [title for title, _ in known.values()]
    return {file: title if titles.count(title) == 1 else f"{title} [{key}]" for file, (title, key) in known.items()}


def _listed(texts: Texts, file: str, layout: lo.SheetLayout) -> Iterator[Row]:
    found = split_records(texts[file], layout.lists)
    for record in found.records if found else ():
        cells = record_cells(record.text, layout)
        yield Row(record_key(layout, cells), cells, file)


def record_key(layout: lo.SheetLayout, cells: Mapping[str, str]) -> Key:
    """What tells a record from the others of its sheet."""
    if layout is lo.ACCEPTED_LAYOUT:
        return (cells.get("矛盾", ""), cells.get("何处", ""))
    if layout is lo.PARAMETERS_LAYOUT:
        return (cells.get(lo.WHERE, ""), cells.get(lo.NAME, ""))
    heading = next(column.heading for column in layout.columns if column.path == (layout.key,))
    return (cells.get(heading, ""),)


def record_cells(text: str, layout: lo.SheetLayout) -> dict[str, str]:
    """A record's texts by heading; "" where it says nothing."""
    tree = Tree(text)
    cells = {column.heading: value_at(tree, column.path, column.kind) for column in layout.columns}
    if layout is lo.CRITERIA_LAYOUT:
        for heading in (lo.OTHER,) if is_simple(tree) else lo.SIMPLE:
            cells[heading] = ""
    return cells


def is_simple(tree: Tree) -> bool:
    """Whether a rule is of the form that has columns of its own: full points where something holds, else stated points."""
    found = tree.entry(("score",))
    if found is None or not isinstance(found[2], yaml.MappingNode):
        return False
    keys = {key.value: value for key, value in found[2].value}
    scalars = all(isinstance(value, yaml.ScalarNode) for value in keys.values())
    # A comment inside the rule would be lost from sight: such a rule is shown as it is written.
    return {"full", "otherwise"} <= set(keys) <= lo.SIMPLE_KEYS and scalars and "#" not in tree.source(found[2])


def _whole(texts: Texts, file: str) -> Iterator[Row]:
    cells = record_cells(texts[file], lo.SECTIONS_LAYOUT)
    yield Row(record_key(lo.SECTIONS_LAYOUT, cells), cells, file)


def _head(text: str) -> Iterator[Row]:
    tree = Tree(text)
    for column in lo.HEAD_LAYOUT.columns:
        yield Row((column.heading,), {lo.VALUE: value_at(tree, column.path, column.kind)}, lo.ROOT)


def _parameters(texts: Texts, titles: Mapping[str, str]) -> Iterator[Row]:
    for file, where in ((lo.ROOT, lo.WHOLE), *titles.items()):
        tree = Tree(texts[file])
        found = tree.entry(("parameters",))
        pairs = found[2].value if found is not None and isinstance(found[2], yaml.MappingNode) else ()
        for key, value in pairs:
            cells = {lo.WHERE: where, lo.NAME: str(key.value), lo.VALUE: tree.source(value)}
            yield Row((where, str(key.value)), cells, file)


_BLANKS = re.compile(r"[ \t\u3000\xa0]+(?=\n|$)")


def same(one: str, other: str) -> bool:
    """Whether two cells say the same: stray blanks at the ends of lines and 2.50 for 2.5 are no edit."""
    if one == other:
        return True
    first, second = (_BLANKS.sub("", text.replace("\r\n", "\n")).strip() for text in (one, other))
    if first == second:
        return True
    numbers = (parse_decimal(first), parse_decimal(second))
    return numbers[0] is not None and numbers[0] == numbers[1]
