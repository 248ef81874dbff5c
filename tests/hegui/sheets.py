"""What the tests of the workbook share: a rulebook in a folder, its workbook, and people's edits in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hegui.cli import main
from tests.engine.example import RULES

KUNMING = RULES / "kunming-2017"


def copy_of(folder: Path, place: Path) -> Path:
    """A rulebook that may be written to."""
    rules = place / folder.name
    shutil.copytree(folder, rules)
    return rules


def exported(rules: Path, place: Path) -> Path:
    """Its workbook."""
    book = place / "book.xlsx"
    assert main(["xlsx", "export", str(rules), "-o", str(book)]) == 0
    return book


def edited(book: Path, edit: Callable[[Any], None]) -> Path:
    """The workbook after an edit, saved by a spreadsheet program."""
    import openpyxl

    found = openpyxl.load_workbook(book)
    edit(found)
    found.save(book)
    return book


def cell(sheet: Any, key: str, heading: str) -> Any:
    """The cell of a record, by what stands in its column of ids."""
    head = {one.value: one.column for one in sheet[1]}
    own = head.get("编号") or head.get("等级")
    row = next(row for row in range(2, sheet.max_row + 1) if sheet.cell(row, own).value == key)
    return sheet.cell(row, head[heading])


def put(sheet: Any, row: int, **cells: Any) -> None:
    """Texts into a row, by heading."""
    head = {one.value: one.column for one in sheet[1]}
    for heading, value in cells.items():
        sheet.cell(row, head[heading]).value = value


def blank_row(sheet: Any) -> int:
    """The first row nobody has filled in."""
    head = {one.value: one.column for one in sheet[1]}
    return next(row for row in range(2, 10_000) if sheet.cell(row, head["hegui"]).value is None)


def files_of(rules: Path) -> dict[str, bytes]:
    """Every file as it is."""
    return {str(path.relative_to(rules)): path.read_bytes() for path in sorted(rules.rglob("*")) if path.is_file()}


def read_back(book: Path, rules: Path, *more: str) -> int:
    """`hegui xlsx import`."""
    return main(["xlsx", "import", str(book), "--rules", str(rules), *more])
