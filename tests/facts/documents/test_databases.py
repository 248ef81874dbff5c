"""Queries to database files, URLs, and what every database has in common."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import sqlite3
import sys
from datetime import date
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from facts.documents import databases_errors, stored_values
from facts.documents.databases import read_query
from facts.documents.databases_url import parse
from facts.documents.model import Cell, Document
from facts.problem import Problem
from facts.provenance import TableRef

Read = tuple[Document | None, tuple[Problem, ...]]


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    path = tmp_path / "数据.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE 部门 (名称 TEXT, 人数 INTEGER, 预算 REAL, 备注)")
        connection.execute("INSERT INTO 部门 VALUES ('教育局', 12, 0.1, NULL), ('科技局', 30, 5657.15, x'ff')")
    connection.close()
    return path


@pytest.fixture
def duckdb_file(tmp_path: Path) -> Path:
    path = tmp_path / "数据.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE 部门 (名称 VARCHAR, 人数 INTEGER, 预算 DECIMAL(12, 2), 率 FLOAT, 日 DATE)")
        connection.execute(
            "INSERT INTO 部门 VALUES ('教育局', 12, 5657.10, 0.09, '2017-12-31'), ('科技局', 30, NULL, 1, NULL)"
        )
    return path


def cells(read: Read) -> list[list[str]]:
    document, problems = read
    assert document is not None, [p.show() for p in problems]
    return [[cell.text for cell in row] for row in document.tables[0].rows]


def only(read: Read) -> Problem:
    document, problems = read
    assert document is None and len(problems) == 1, [p.show() for p in problems]
    return problems[0]


def test_a_query_to_sqlite_is_a_table_that_knows_row_and_column(sqlite_file: Path) -> None:
    url = f"sqlite:///{sqlite_file}"
    document, problems = read_query(url, "SELECT * FROM 部门 ORDER BY 人数;", "db")

    assert document is not None and problems == () and document.kind == "sql"
    assert cells((document, ())) == [
        ["名称", "人数", "预算", "备注"],
        ["教育局", "12", "0.1", ""],
        ["科技局", "30", "5657.15", "\\xff"],
    ]
    row = document.tables[0].rows[2]
    assert row[1] == Cell("30", TableRef("query", 2, "人数"), Fraction(30))
    assert row[2] == Cell("5657.15", TableRef("query", 2, "预算"), Fraction("5657.15"), notes=("float",))
    assert document.source.id == "db" and document.source.url == url
    assert document.source.title == "SELECT * FROM 部门 ORDER BY 人数;"


def test_a_query_to_duckdb_keeps_decimals_dates_and_short_floats(duckdb_file: Path) -> None:
    document, problems = read_query(f"duckdb:///{duckdb_file}", "SELECT * FROM 部门 ORDER BY 人数 -- 全部", "db")

    assert document is not None and problems == ()
    assert [cell.value for cell in document.tables[0].rows[1]] == [
        None,
        Fraction(12),
        Fraction("5657.1"),
        Fraction("0.09"),
        date(2017, 12, 31),
    ]
    assert [cell.text for cell in document.tables[0].rows[2]] == ["科技局", "30", "", "1", ""]


def test_a_path_with_three_slashes_is_relative(sqlite_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(sqlite_file.parent)

    assert cells(read_query("sqlite:///数据.db", "SELECT 1 AS a", "db")) == [["a"], ["1"]]


def test_columns_of_one_name_are_kept_apart_by_place(duckdb_file: Path, sqlite_file: Path) -> None:
    for url in (f"duckdb:///{duckdb_file}", f"sqlite:///{sqlite_file}"):
        assert cells(read_query(url, "SELECT 1 AS a, 2 AS a", "db")) == [["a", "a"], ["1", "2"]]


WRITES = [
    "WITH x AS (SELECT 1) DELETE FROM 部门",
    "WITH x AS (SELECT 1) UPDATE 部门 SET 人数 = 0",
    "SELECT load_extension('x')",
    "DELETE FROM 部门",
    "SELECT 1; DELETE FROM 部门",
]


@pytest.mark.parametrize(
    "query", [*WRITES, "SELECT * FROM pragma_journal_mode", "SELECT * FROM pragma_table_info('部门')"]
)
def test_sqlite_is_never_written_to_nor_asked_for_more_than_rows(sqlite_file: Path, query: str) -> None:
    before = hashlib.sha256(sqlite_file.read_bytes()).hexdigest()

    assert only(read_query(f"sqlite:///{sqlite_file}", query, "db")).code == "bad-query"
    assert hashlib.sha256(sqlite_file.read_bytes()).hexdigest() == before
    assert [p.name for p in sqlite_file.parent.iterdir()] == [sqlite_file.name]


def test_sqlite_refuses_to_write_also_past_the_first_fence(sqlite_file: Path) -> None:
    from facts.documents.databases_local import sqlite_rows

    target, _ = parse(f"sqlite:///{sqlite_file}")
    assert target is not None
    for query in (
        *WRITES,
        "ATTACH ':memory:' AS x",
        "PRAGMA query_only = OFF",
        "CREATE TABLE x (a)",
        "VACUUM INTO 'x'",
    ):
        with pytest.raises(databases_errors.DatabaseError), sqlite_rows(target, query) as rows:
            list(rows.batches)


def test_a_log_beside_a_sqlite_file_is_not_made_by_reading(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE t AS SELECT 1 AS a")
    connection.close()

    assert cells(read_query(f"sqlite:///{path}", "SELECT * FROM t", "db")) == [["a"], ["1"]]
    assert [p.name for p in tmp_path.iterdir()] == ["a.db"]


@pytest.mark.parametrize(
    "query",
    [
        *WRITES,
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM '/etc/hostname.csv'",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM read_csv('http://127.0.0.1:1/x')",
    ],
)
def test_duckdb_is_never_written_to_and_reads_no_other_file(duckdb_file: Path, query: str) -> None:
    before = hashlib.sha256(duckdb_file.read_bytes()).hexdigest()

    assert only(read_query(f"duckdb:///{duckdb_file}", query, "db")).code == "bad-query"
    assert hashlib.sha256(duckdb_file.read_bytes()).hexdigest() == before


def test_duckdb_refuses_to_write_also_past_the_first_fence(duckdb_file: Path) -> None:
    from facts.documents.databases_local import duckdb_rows

    target, _ = parse(f"duckdb:///{duckdb_file}")
    assert target is not None
    for query in (*WRITES, "ATTACH ':memory:' AS x", "SET threads = 2", "COPY 部门 TO '/data/x'", "INSTALL httpfs"):
        with pytest.raises(databases_errors.DatabaseError), duckdb_rows(target, query) as rows:
            list(rows.batches)


@pytest.mark.parametrize("scheme", ["sqlite", "duckdb"])
def test_a_file_that_is_no_database_or_is_not_there_is_said_so(tmp_path: Path, scheme: str) -> None:
    (tmp_path / "a.txt").write_text("部门预算" * 999, encoding="utf-8")

    assert only(read_query(f"{scheme}:///{tmp_path}/a.txt", "SELECT 1", "db")).code == "damaged-file"
    assert only(read_query(f"{scheme}:///{tmp_path}/none.db", "SELECT 1", "db")).code == "database-unreachable"
    assert only(read_query(f"{scheme}:///{tmp_path}", "SELECT 1", "db")).code == "database-unreachable"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.txt"]


def test_a_query_the_database_does_not_understand_says_why(sqlite_file: Path, duckdb_file: Path) -> None:
    for url in (f"sqlite:///{sqlite_file}", f"duckdb:///{duckdb_file}"):
        unknown = only(read_query(url, "SELECT * FROM 没有的表", "db"))
        assert unknown.code == "bad-query" and "没有的表" in unknown.message.zh and "\n" not in unknown.message.en
        assert only(read_query(url, "SELECT FROM WHERE", "db")).code == "bad-query"


@pytest.mark.parametrize(
    ("scheme", "query"),
    [
        ("sqlite", "WITH RECURSIVE r(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM r) SELECT count(*) FROM r"),
        ("duckdb", "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b WHERE a.range <> b.range"),
    ],
)
def test_a_query_that_takes_too_long_is_stopped(
    scheme: str, query: str, sqlite_file: Path, duckdb_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases_errors, "QUERY_TIMEOUT", 0.3)
    path = sqlite_file if scheme == "sqlite" else duckdb_file

    assert only(read_query(f"{scheme}:///{path}", query, "db")).code == "query-timeout"


def test_more_cells_than_are_read_are_refused(sqlite_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_values, "MAX_CELLS", 6)
    url = f"sqlite:///{sqlite_file}"

    assert only(read_query(url, "SELECT * FROM 部门", "db")).code == "too-large"
    assert len(cells(read_query(url, "SELECT 名称 FROM 部门", "db"))) == 3
    monkeypatch.setattr(stored_values, "MAX_CHARACTERS", 5)
    assert only(read_query(url, "SELECT 名称 FROM 部门", "db")).code == "too-large"


def test_no_rows_and_infinite_numbers_are_warned_of(sqlite_file: Path) -> None:
    url = f"sqlite:///{sqlite_file}"

    assert [p.code for p in read_query(url, "SELECT 1 WHERE 0", "db")[1]] == ["no-rows"]
    document, problems = read_query(url, "SELECT 9e999 AS x, 'inf' AS t", "db")
    assert document is not None and [p.code for p in problems] == ["not-finite"]
    assert "query[1].x" in problems[0].message.zh and "query[1].t" not in problems[0].message.zh


@pytest.mark.parametrize(
    ("library", "url", "extra"),
    [
        ("duckdb", "duckdb:///a.duckdb", "data"),
        ("psycopg", "postgresql://u@h/db", "sql"),
        ("pymysql", "mysql://u@h/db", "sql"),
    ],
)
def test_what_to_install_is_said_where_a_library_is_missing(
    library: str, url: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    problem = only(read_query(url, "SELECT 1", "db"))

    assert problem.code == "extra-missing" and library in problem.message.zh and f"hegui[{extra}]" in problem.hint.en


@pytest.mark.parametrize(
    "url",
    [
        "",
        "数据.db",
        "oracle://u:geheim@h/db",
        "sqlite://数据.db",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///a.db?mode=rwc",
        "duckdb:///a.db#x",
        "mysql://u:geheim@h",
        "mysql://u:geheim@h:port/db",
        "mysql://u:geheim@h/db/x",
        "mysql://u:geheim@h/db?local_infile=1",
        "mysql://u:geheim@h/db?password=geheim",
        "mysql://u:geheim/x@h/db",
        "mysql://root:123/geheim@h",
        "postgresql://u:geheim@h/db?options=-c%20x",
        "postgresql://u:geheim@h/db?sslmode=geheim",
        "postgresql://u:geheim#x@h/db",
        "postgresql://[u:geheim@h/db",
    ],
)
def test_a_url_that_names_no_database_is_explained_without_its_password(url: str) -> None:
    problem = only(read_query(url, "SELECT 1", "db"))

    assert problem.code == "bad-url" and "HEGUI_DB_PASSWORD" in problem.hint.en
    assert "geheim" not in problem.show("zh") + problem.show("en")


def test_the_password_is_the_urls_own_or_the_variables_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEGUI_DB_PASSWORD", "aus-der-umgebung")
    own, _ = parse("postgresql://anna:ge%40heim@h:1/db?sslmode=require")
    variable, _ = parse("mariadb://anna@h/db")

    assert own is not None and variable is not None
    assert (own.password, own.shown, own.sslmode, own.port) == ("ge@heim", "postgresql://anna@h:1/db", "require", 1)
    assert (variable.password, variable.shown, variable.port) == ("aus-der-umgebung", "mariadb://anna@h/db", 3306)
    assert "heim" not in repr(own) + own.clean("bad ge@heim, ge%40heim") and "umgebung" not in repr(variable)


@given(st.text(max_size=30), st.sampled_from(["", "sqlite:///", "mysql://", "postgresql://u:p@", "duckdb:"]))
def test_no_url_makes_it_raise(text: str, before: str) -> None:
    target, problems = parse(before + text)

    assert (target is None) == bool(problems)


@given(
    edits=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=8),
    share=st.sampled_from((1, 1, 1, 2, 3)),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("scheme", ["sqlite", "duckdb"])
def test_no_damage_to_a_database_makes_it_raise(
    tmp_path: Path, request: pytest.FixtureRequest, scheme: str, edits: list[tuple[int, int]], share: int
) -> None:
    data = bytearray(_bytes_of(request.getfixturevalue(f"{scheme}_file")))
    for place, byte in edits:
        data[place % len(data)] = byte
    (tmp_path / "damaged").write_bytes(bytes(data[: len(data) // share]))

    document, problems = read_query(f"{scheme}:///{tmp_path / 'damaged'}", "SELECT * FROM 部门", "x")
    assert document is not None or any(problem.severity == "error" for problem in problems)


@functools.lru_cache
def _bytes_of(path: Path) -> bytes:
    return path.read_bytes()


def test_a_column_whose_name_is_no_text_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (abcdef)")
        connection.commit()
    path.write_bytes(path.read_bytes().replace(b"abcdef", b"ab\xff\xfeef"))

    document, problems = read_query(f"sqlite:///{path}", "SELECT * FROM t", "x")
    assert document is None and [problem.code for problem in problems] == ["damaged-file"]
