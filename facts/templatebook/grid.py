"""A workbook's sheets as cells with exact texts. The file is not trusted: sizes are bounded, and what cannot be opened is a Problem."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from facts.problem import Problem, Text
from facts.provenance import Position
from facts.templatebook.layout import BASICS, DATA, GUIDE, MARK
from facts.templatebook.needed import needs_openpyxl

MAX_FILE = 64 * 1024 * 1024
MAX_UNPACKED = 512 * 1024 * 1024
MAX_PARTS = 2_000
MAX_ROWS, MAX_COLUMNS, MAX_SHEETS = 12_000, 260, 500
MAX_CELLS = 1_000_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SHEET_NAME = re.compile(rb"<(?:\w+:)?sheet\s[^>]*?\bname=\"([^\"]*)\"")
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_SIGNIFICANT = 15

Kind = Literal["text", "number", "date", "boolean", "error"]


@dataclass(frozen=True, slots=True)
class Seen:
    """A cell with something in it. `text` is exact: a numeral, a day (2017-12-31), 是 or 否, or the text itself.

    `percent`: its number format shows a percentage of it. `formula`: it holds one; the text is the value saved with it,
    and `stale` where there is none. `noisy`: a binary fraction with more digits than a spreadsheet keeps.
    """

    sheet: str
    row: int
    column: int
    name: str
    text: str
    kind: Kind
    percent: bool = False
    formula: bool = False
    stale: bool = False
    noisy: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of a sheet by row and column, both from 1; empty ones are left out."""

    name: str
    rows: Mapping[int, Mapping[int, Seen]]

    def cells(self) -> Iterator[Seen]:
        """Every cell, row by row."""
        return (cell for row in self.rows.values() for cell in row.values())


Opened = tuple[tuple[Sheet, ...], tuple[Problem, ...]]


def is_template(path: Path) -> bool:
    """Whether the file is a workbook of ours, by the names of its sheets; False for whatever cannot be opened."""
    try:
        if not path.is_file() or path.stat().st_size > MAX_FILE:
            return False
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo("xl/workbook.xml").file_size > 4 * 1024 * 1024:
                return False
            data = archive.read("xl/workbook.xml")
    except (OSError, KeyError, ValueError, NotImplementedError, RuntimeError, zipfile.BadZipFile, EOFError):
        return False
    except Exception:  # noqa: BLE001  # zlib and others on hostile bytes; the file is none of ours then
        return False
    names = {_unescaped(match[1]) for match in _SHEET_NAME.finditer(data)}
    return MARK in names or {GUIDE, BASICS, DATA} <= names


def _unescaped(name: bytes) -> str:
    from html import unescape

    return unescape(name.decode("utf-8", errors="replace"))


def read_grid(path: Path, name: str) -> Opened:
    """The sheets of a workbook; none where it cannot be opened, with the Problem why."""
    problem = needs_openpyxl() or _unfit(path, name)
    if problem is not None:
        return (), (problem,)
    try:
        return _read(path, name)
    except Exception:  # noqa: BLE001  # whatever a library raises on a hostile file is a Problem of the file
        return (), (_broken(name),)


def _unfit(path: Path, name: str) -> Problem | None:
    try:
        with path.open("rb") as file:
            head = file.read(8)
        if path.stat().st_size > MAX_FILE:
            return _too_large(name)
        if head == _OLE:
            return _encrypted(name)
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except FileNotFoundError:
        return Problem("no-such-file", Position(name), Text("找不到这个文件", "there is no such file"))
    except (OSError, ValueError):
        return Problem("unreadable-file", Position(name), Text("这个文件无法读取", "this file cannot be read"))
    except (zipfile.BadZipFile, NotImplementedError):
        return _broken(name)
    large = len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED
    return _too_large(name) if large else None


def _too_large(name: str) -> Problem:
    message = Text("文件太大,不会是填报表", "the file is too large to be a workbook to fill in")
    return Problem(
        "too-large", Position(name), message, Text("请用原来的填报表重新填写。", "Fill in a fresh workbook.")
    )


def _encrypted(name: str) -> Problem:
    message = Text("文件有打开密码,或是旧版 xls 格式", "the file has a password, or is an old xls file")
    hint = Text("请去掉密码,另存为 xlsx。", "Remove the password and save it as xlsx.")
    return Problem("encrypted-file", Position(name), message, hint)


def _broken(name: str) -> Problem:
    message = Text("不是完整的 xlsx 文件", "not a complete xlsx file")
    hint = Text("请在电子表格软件里打开后另存为 xlsx。", "Open it in a spreadsheet program and save it as xlsx again.")
    return Problem("bad-workbook", Position(name), message, hint)


# --- cells ------------------------------------------------------------------------------------------------------------


def _read(path: Path, name: str) -> Opened:
    sheets, problems = _sheets(path, name, formulas=True)
    if any(cell.formula for sheet in sheets for cell in sheet.cells()):
        saved, _ = _sheets(path, name, formulas=False)
        sheets = tuple(_with_values(sheet, other) for sheet, other in zip(sheets, saved, strict=True))
    return sheets, tuple(problems)


def _sheets(path: Path, name: str, formulas: bool) -> tuple[tuple[Sheet, ...], list[Problem]]:
    import openpyxl

    problems, left = list[Problem](), MAX_CELLS
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path, read_only=True, data_only=not formulas, keep_links=False)
        try:
            sheets = []
            for sheet in book.worksheets[:MAX_SHEETS]:
                sheet.reset_dimensions()
                found = _rows(sheet, left)
                left -= sum(len(row) for row in found.values())
                sheets.append(Sheet(sheet.title, found))
        finally:
            book.close()
    if left <= 0:
        problems.append(_too_large(name))
    return tuple(sheets), problems


def _rows(sheet: Any, left: int) -> dict[int, dict[int, Seen]]:
    rows: dict[int, dict[int, Seen]] = {}
    for row in sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS):
        for cell in row:
            if cell.value is not None and left > 0:
                left -= 1
                rows.setdefault(cell.row, {})[cell.column] = _seen(cell, sheet.title)
    return rows


def _with_values(sheet: Sheet, saved: Sheet) -> Sheet:
    """The sheet with the value saved beside every formula."""
    rows = {
        number: {column: _settled(cell, saved.rows.get(number, {}).get(column)) for column, cell in row.items()}
        for number, row in sheet.rows.items()
    }
    return Sheet(sheet.name, rows)


def _settled(cell: Seen, saved: Seen | None) -> Seen:
    if not cell.formula:
        return cell
    return replace(cell, stale=True) if saved is None else replace(saved, formula=True)


def _seen(cell: Any, sheet: str) -> Seen:
    value = cell.value
    found = Seen(sheet, cell.row, cell.column, cell.coordinate, "", "text")
    if cell.data_type == "f":
        return replace(found, formula=True)
    if cell.data_type == "e":
        return replace(found, text=str(value), kind="error")
    if isinstance(value, bool):
        return replace(found, text="是" if value else "否", kind="boolean")
    if isinstance(value, int | float):
        percent = "%" in _NOT_SHOWN.sub("", str(cell.number_format or "").split(";")[0])
        return replace(found, text=_numeral(value), kind="number", percent=percent, noisy=_is_noisy(value))
    if isinstance(value, datetime):
        whole = value.time() == time()
        return replace(found, text=value.date().isoformat() if whole else value.isoformat(" "), kind="date")
    return replace(found, text=str(value), kind="date" if isinstance(value, date) else "text")


def _numeral(value: int | float) -> str:
    # The shortest decimal that gives the same binary number: what was typed, as long as it has 15 digits or fewer.
    return format(Decimal(repr(value)), "f") if isinstance(value, float) else str(value)


def _is_noisy(value: int | float) -> bool:
    return isinstance(value, float) and len(Decimal(repr(value)).normalize().as_tuple().digits) > _SIGNIFICANT
