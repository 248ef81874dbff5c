"""What is odd about a sheet, said the same way for old and new workbooks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from facts.documents.model import Table
from facts.problem import Problem, Severity, Text
from facts.provenance import Position

NAMED = 10
CellsCode = Literal["formula-without-value", "cell-error", "hidden-cells"]

_SAYS: dict[CellsCode, tuple[Severity, Text, Text]] = {
    "formula-without-value": (
        "warning",
        Text("公式没有算出的值", "formulas without a computed value"),
        Text(
            "请在表格软件中打开并保存一次,再读。",
            "Open and save it once in a spreadsheet program, then read it again.",
        ),
    ),
    "cell-error": (
        "warning",
        Text("单元格是错误值", "cells hold error values"),
        Text("请改正公式。", "Correct the formulas."),
    ),
    "hidden-cells": (
        "note",
        Text("有隐藏的行或列", "hidden rows or columns"),
        Text("已照常读取;请确认它们应当计入。", "They were read; make sure that they are meant to count."),
    ),
}


def cells_problem(code: CellsCode, cells: Sequence[str], file: str, sheet: str) -> Problem:
    """The Problem of some cells of a sheet: the first of them by name."""
    severity, words, hint = _SAYS[code]
    named = "、".join(cells[:NAMED]) + (f"……(共 {len(cells)})" if len(cells) > NAMED else "")
    named_en = ", ".join(cells[:NAMED]) + (f" … ({len(cells)} in all)" if len(cells) > NAMED else "")
    at = Position(f"{file}!{sheet}!{cells[0]}")
    return Problem(code, at, Text(f"{words.zh}:{named}", f"{words.en}: {named_en}"), hint, severity)


def hidden_sheet(path: Path, name: str) -> Problem:
    """A sheet that was left out."""
    message = Text(f"工作表“{name}”是隐藏的,没有读取", f"sheet “{name}” is hidden and was not read")
    hint = Text("需要时取消隐藏。", "Unhide it if it is needed.")
    return Problem("hidden-sheet", Position(f"{path}!{name}"), message, hint, "note")


def nothing_there(path: Path, tables: Sequence[Table]) -> Problem:
    """A workbook in whose sheets nothing stands, or all of whose sheets were left out."""
    if tables:
        message = Text("工作表里没有内容", "there is nothing in the sheets")
        hint = Text("内容也许是图片,或文件不完整。", "They may hold pictures only, or the file is not whole.")
        return Problem("empty-file", Position(str(path)), message, hint)
    message = Text("没有一张可见的工作表", "there is no visible sheet")
    return Problem("empty-file", Position(str(path)), message, Text("请取消隐藏。", "Unhide what is to be read."))
