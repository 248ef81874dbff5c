"""Merged cells of a workbook: what stands in the first is said of all of them."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

Covered = Mapping[tuple[int, int], tuple[int, int]]
MAX_COVERED = 200_000


def merged_cells(path: Path) -> Mapping[str, Covered]:
    """By sheet, for each covered cell the one it is merged with. The file has been opened safely before."""
    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        if not any(b"<mergeCell " in archive.read(name) for name in sheets):
            return {}
    import openpyxl

    book = openpyxl.load_workbook(path)
    found: dict[str, dict[tuple[int, int], tuple[int, int]]] = {}
    left = MAX_COVERED
    for sheet in book.worksheets:
        covered = found.setdefault(sheet.title, {})
        for span in sheet.merged_cells.ranges:
            left -= (span.max_row - span.min_row + 1) * (span.max_col - span.min_col + 1)
            if left < 0:
                return found
            for row in range(span.min_row, span.max_row + 1):
                for column in range(span.min_col, span.max_col + 1):
                    covered[row, column] = (span.min_row, span.min_col)
    return found
