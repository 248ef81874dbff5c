"""Parquet files, exactly, and what only looks like one."""

from __future__ import annotations

import sys
from datetime import date
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from facts.documents import columnar, stored_values
from facts.documents.model import Cell, Document
from facts.problem import Problem
from facts.provenance import Source, TableRef


def parquet(path: Path, select: str) -> Path:
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path


def read(path: Path) -> tuple[Document | None, tuple[Problem, ...]]:
    return columnar.read(path, Source("p", "数据", file=path.name))


def first(path: Path, select: str) -> Cell:
    document, _ = read(parquet(path, f"SELECT {select} AS v"))
    assert document is not None
    return document.tables[0].rows[1][0]


def test_a_parquet_file_is_one_table_with_its_column_names_above(tmp_path: Path) -> None:
    path = parquet(tmp_path / "部门.parquet", "SELECT * FROM (VALUES ('教育局', 12), ('科技局', 30)) AS t(部门, 人数)")
    document, problems = read(path)

    assert document is not None and problems == () and document.kind == "parquet"
    (table,) = document.tables
    assert [[c.text for c in row] for row in table.rows] == [["部门", "人数"], ["教育局", "12"], ["科技局", "30"]]
    assert table.title == "部门"
    assert table.rows[0][1].locator == TableRef("部门", 0, "人数")
    assert table.rows[2][1] == Cell("30", TableRef("部门", 2, "人数"), Fraction(30))


@pytest.mark.parametrize(
    ("select", "text", "value", "notes"),
    [
        ("CAST('5657.10' AS DECIMAL(18, 2))", "5657.10", Fraction(56571, 10), ()),
        ("9223372036854775807", "9223372036854775807", Fraction(2**63 - 1), ()),
        ("CAST(0.09 AS FLOAT)", "0.09", Fraction(9, 100), ("float",)),
        (
            "CAST(0.1 AS DOUBLE) + CAST(0.2 AS DOUBLE)",
            "0.30000000000000004",
            Fraction("0.30000000000000004"),
            ("float",),
        ),
        ("CAST(1e20 AS DOUBLE)", "100000000000000000000", Fraction(10**20), ("float",)),
        ("DATE '2017-12-31'", "2017-12-31", date(2017, 12, 31), ()),
        ("TIMESTAMP '2017-12-31 00:00:00'", "2017-12-31 00:00:00", date(2017, 12, 31), ()),
        ("TIMESTAMP '2017-12-31 08:30:00'", "2017-12-31 08:30:00", None, ()),
        ("TRUE", "是", None, ()),
        ("CAST(NULL AS INTEGER)", "", None, ()),
        ("'nan'", "nan", None, ()),
        ("'98.7%'", "98.7%", None, ()),
        ("[1, 2]", "[1, 2]", None, ()),
        ("{'a': 1}", "{'a': 1}", None, ()),
    ],
)
def test_values_are_exact_and_say_what_they_are(
    tmp_path: Path, select: str, text: str, value: object, notes: tuple[str, ...]
) -> None:
    cell = first(tmp_path / "a.parquet", select)

    assert (cell.text, cell.value, cell.notes) == (text, value, notes)
    assert not isinstance(cell.value, float)


@given(st.decimals(min_value=-(10**15), max_value=10**15, places=3, allow_nan=False, allow_infinity=False))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
def test_any_decimal_comes_back_as_it_was(tmp_path: Path, number: object) -> None:
    assert first(tmp_path / "a.parquet", f"CAST('{number}' AS DECIMAL(20, 3))").value == Fraction(str(number))


def test_what_is_not_finite_is_named_by_row_and_kept_as_text(tmp_path: Path) -> None:
    rows = "SELECT CAST(CASE WHEN i % 2 = 0 THEN 'nan' ELSE '-inf' END AS DOUBLE) AS 率 FROM range(12) t(i)"
    document, problems = read(parquet(tmp_path / "a.parquet", rows))

    assert document is not None
    assert {c.value for row in document.tables[0].rows[1:] for c in row} == {None}
    assert [(p.code, p.severity) for p in problems] == [("not-finite", "warning")]
    assert "12 个" in problems[0].message.zh
    assert "a[1].率" in problems[0].message.en and "a[10].率…" in problems[0].message.en


def test_a_file_name_of_wildcards_names_only_that_file(tmp_path: Path) -> None:
    parquet(tmp_path / "other.parquet", "SELECT 2 AS v")
    assert first(tmp_path / "数据 [1] x.parquet", "1").value == 1
    (tmp_path / "*.parquet").write_bytes((tmp_path / "other.parquet").read_bytes())

    document, problems = read(tmp_path / "*.parquet")
    assert document is None or [c.text for c in document.tables[0].rows[1]] == ["2"]
    assert document is not None or [p.code for p in problems] == ["damaged-file"]


def test_bytes_that_are_no_whole_parquet_are_damaged(tmp_path: Path) -> None:
    whole = parquet(tmp_path / "a.parquet", "SELECT i FROM range(99) t(i)").read_bytes()
    for data, code in [
        (b"", "empty-file"),
        (whole[:60], "damaged-file"),
        (whole[:-1], "damaged-file"),
        (b"PK\x03\x04", "damaged-file"),
        (b"PAR1PAR1", "damaged-file"),
        (b"PAR1" + b"\0" * 60 + b"PAR1", "damaged-file"),
        (b"PARE" + b"\0" * 60 + b"PARE", "password-protected"),
    ]:
        (tmp_path / "b.parquet").write_bytes(data)
        document, problems = read(tmp_path / "b.parquet")
        assert document is None and [p.code for p in problems] == [code]
    assert [p.code for p in read(tmp_path / "none.parquet")[1]] == ["unreadable-file"]


def test_more_cells_than_are_read_are_refused_before_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_values, "MAX_CELLS", 100)
    path = parquet(tmp_path / "a.parquet", "SELECT i, i AS j FROM range(51) t(i)")

    assert [p.code for p in read(path)[1]] == ["too-large"]


def test_a_table_without_rows_says_so(tmp_path: Path) -> None:
    document, problems = read(parquet(tmp_path / "a.parquet", "SELECT 1 AS v WHERE FALSE"))

    assert document is not None and [p.code for p in problems] == ["no-rows"]


def test_what_to_install_is_said_where_the_library_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = parquet(tmp_path / "a.parquet", "SELECT 1 AS v")
    monkeypatch.setitem(sys.modules, "duckdb", None)

    assert [(p.code, p.hint.en) for p in read(path)[1]] == [("extra-missing", "Run pip install 'hegui[data]'.")]


def test_progress_is_told(tmp_path: Path) -> None:
    told = list[tuple[int, int, str]]()
    path = parquet(tmp_path / "a.parquet", "SELECT i FROM range(7000) t(i)")
    columnar.read(path, Source("p", "数据", file="a.parquet"), lambda *step: told.append(step))

    assert told[0] == (0, 7000, "a.parquet") and told[-1] == (7000, 7000, "a.parquet") and len(told) > 2


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("parquet") / "small.parquet"
    return parquet(path, "SELECT i, i * 1.5 AS d, '名' || i AS t FROM range(40) t(i)").read_bytes()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=8))
def test_no_bytes_make_it_raise(tmp_path: Path, small: bytes, edits: list[tuple[int, int]]) -> None:
    data = bytearray(small)
    for place, byte in edits:
        data[place % len(data)] = byte
    (tmp_path / "x.parquet").write_bytes(bytes(data))

    document, problems = read(tmp_path / "x.parquet")
    assert document is not None or any(p.severity == "error" for p in problems)
