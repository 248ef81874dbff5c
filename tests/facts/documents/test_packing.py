"""Large tables are kept packed: whoever reads them sees the same cells as in a small one."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.documents import packing, webpages
from facts.documents.model import Cell
from facts.documents.packing import PackedRows, RowsBuilder, TooLargeError
from facts.documents.reading import read_document
from facts.provenance import CellRef, Locator, TableRef, TextSpan

TEXTS = st.text(alphabet=st.characters(), max_size=6) | st.sampled_from(("", "\0", "\1", "a\1b", "1,234.5"))


def place(row: int, column: int) -> Locator:
    return TableRef("表", row, str(column + 1))


@st.composite
def cells(draw: st.DrawFn, row: int, column: int) -> Cell:
    locator = draw(st.sampled_from((place(row, column), place(row + 1, 9), TextSpan(3, 4), CellRef("表", "A1"))))
    value = draw(st.none() | st.fractions() | st.dates())
    notes = draw(st.sampled_from(((), ("formula",), ("formula", "float-by-format"))))
    return Cell(draw(TEXTS), locator, value, draw(st.booleans()), notes)


@st.composite
def tables(draw: st.DrawFn) -> list[tuple[int, list[Cell]]]:
    numbers = sorted(draw(st.sets(st.integers(1, 10**6), max_size=6)))
    return [(n, [draw(cells(n, c)) for c in range(draw(st.integers(0, 4)))]) for n in numbers]


@given(tables(), st.integers(0, 12))
def test_a_packed_table_is_the_table(table: list[tuple[int, list[Cell]]], packed_from: int) -> None:
    plain, small = RowsBuilder(place), RowsBuilder(place)
    with pytest.MonkeyPatch.context() as patch:
        for number, row in table:
            plain.add(number, row)
        patch.setattr(packing, "PACKED_FROM", packed_from)
        for number, row in table:
            small.add(number, row)
    rows, same = small.rows(), plain.rows()
    assert list(rows) == list(same) and len(rows) == len(same)
    assert [rows[n] for n in range(len(rows))] == list(same)
    assert rows[-2:] == same[-2:]
    assert {len(row) for row in rows} <= {small.width}


def test_a_table_packed_in_earnest_equals_the_plain_one_and_no_other() -> None:
    rows = [(n, [Cell(str(n), place(n, 0)), Cell("", place(n, 1))]) for n in range(1, 60_000)]
    builder = RowsBuilder(place)
    for number, row in rows:
        builder.add(number, row)
    packed = builder.rows()
    assert isinstance(packed, PackedRows)
    assert packed == tuple(tuple(row) for _, row in rows)
    assert packed != tuple(tuple(row) for _, row in rows[1:])


def test_a_table_beyond_all_bounds_is_refused_while_it_is_read() -> None:
    builder = RowsBuilder(place, max_cells=10)
    builder.add(1, [Cell("a", place(1, c)) for c in range(6)])
    with pytest.raises(TooLargeError):
        builder.add(2, [])


def long_page(rows: int) -> str:
    body = "".join(f"<tr><td>第{n}项</td><td>{n}.5</td></tr>" for n in range(1, rows))
    return (
        "<html><body><table><tr><td>排版<table><tr><td>甲</td><td>乙</td></tr></table></td></tr></table>"
        f"<p>前言</p><table><caption>明细</caption><tr><th>名称</th><th>金额</th></tr>{body}</table><p>后记</p></body></html>"
    )


def test_a_long_table_of_a_page_is_read_as_a_short_one_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "页.html"
    path.write_text(long_page(30), encoding="utf-8")
    whole, _ = read_document(path)
    monkeypatch.setattr(webpages, "LONG_TABLE", 10)
    taken, problems = read_document(path)
    assert whole is not None and taken == whole and not problems
    assert [table.title for table in whole.tables] == ["表1", "明细"]
    assert whole.tables[1].rows[29][1] == Cell("29.5", TableRef("表2", 30, "2"))


def test_a_large_workbook_keeps_its_merged_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "PACKED_FROM", 20)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "表"
    sheet.append(["决算表", None, None])
    for n in range(2, 30):
        sheet.append([f"科目{n}" if n % 3 == 2 else None, n, n / 8])
    sheet.merge_cells("A1:C1")
    for n in range(2, 29, 3):
        sheet.merge_cells(f"A{n}:A{n + 2}")
    book.save(tmp_path / "表.xlsx")
    document, _ = read_document(tmp_path / "表.xlsx")
    assert document is not None
    rows = document.tables[0].rows
    assert isinstance(rows, PackedRows)
    assert rows[0][2] == Cell("决算表", CellRef("表", "C1"), covered=True)
    assert rows[3][0] == Cell("科目2", CellRef("表", "A4"), covered=True)
    assert rows[4][0] == Cell("科目5", CellRef("表", "A5"))
