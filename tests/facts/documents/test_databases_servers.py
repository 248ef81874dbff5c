"""Queries to real PostgreSQL and MySQL servers, where there are any."""

from __future__ import annotations

import socket
from datetime import date
from fractions import Fraction
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from facts.documents import databases_errors, databases_servers, stored_values
from facts.documents.databases import read_query
from facts.documents.databases_url import Target, parse
from facts.documents.model import Document
from facts.problem import Problem
from tests.facts.documents import servers

SECRET = "ge@heim/7"  # noqa: S105 - of a user made for these tests
_MAKE = (
    "CREATE TABLE 部门 (名称 VARCHAR(50), 人数 INTEGER, 预算 DECIMAL(20, 2), 率 DOUBLE PRECISION, 日 DATE)",
    "INSERT INTO 部门 VALUES ('教育局', 12, 5657.10, 0.09, '2017-12-31'), ('科技局', 30, NULL, 1, NULL)",
)
_USERS = {
    servers.POSTGRESQL: (
        f"DROP ROLE IF EXISTS {servers.READER}",
        f"CREATE ROLE {servers.READER} LOGIN PASSWORD '{SECRET}'",
    ),
    servers.MYSQL: (f"CREATE OR REPLACE USER {servers.READER}@127.0.0.1 IDENTIFIED BY '{SECRET}'",),
}


@pytest.fixture(scope="module", params=[servers.POSTGRESQL, servers.MYSQL], ids=["postgresql", "mysql"])
def url(request: pytest.FixtureRequest) -> str:
    found = servers.database_on(request.param)
    servers.run(found, *_MAKE, *_USERS[request.param])
    return found


def only(read: tuple[Document | None, tuple[Problem, ...]]) -> Problem:
    document, problems = read
    assert document is None and len(problems) == 1, [p.show() for p in problems]
    return problems[0]


def rows(url: str) -> list[list[str]]:
    document, _ = read_query(url, "SELECT * FROM 部门 ORDER BY 人数", "db")
    assert document is not None
    return [[cell.text for cell in row] for row in document.tables[0].rows]


def test_a_query_is_a_table_of_exact_values(url: str) -> None:
    document, problems = read_query(url, "SELECT * FROM 部门 WHERE 名称 LIKE '%局' ORDER BY 人数 ; -- 完", "db")

    assert document is not None and problems == ()
    header, first, second = document.tables[0].rows
    assert [c.text for c in header] == ["名称", "人数", "预算", "率", "日"]
    assert [c.text for c in first] == ["教育局", "12", "5657.10", "0.09", "2017-12-31"]
    assert [c.value for c in first] == [None, Fraction(12), Fraction("5657.1"), Fraction("0.09"), date(2017, 12, 31)]
    assert [c.text for c in second] == ["科技局", "30", "", "1", ""]
    assert first[3].notes == ("float",) and str(first[3].locator) == "query[1].率"
    assert document.source.url == url


def test_many_rows_come_from_the_servers_cursor_with_progress(url: str) -> None:
    told = list[int]()
    recursion = "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 5000) SELECT i FROM r"
    many = recursion if url.startswith("postgresql") else recursion.replace("5000", "900")
    document, _ = read_query(url, many, "db", lambda done, _total, _what: told.append(done))

    assert document is not None and told[0] == 0 and told[-1] == len(document.tables[0].rows) - 1
    assert len(told) >= (4 if url.startswith("postgresql") else 2)


COMMON = [
    "WITH x AS (SELECT 1) DELETE FROM 部门",
    "INSERT INTO 部门 VALUES (NULL, 1, 1, 1, NULL)",
    "SELECT 1; DROP TABLE 部门",
    "DROP TABLE 部门",
    "SET TRANSACTION READ WRITE",
    "COMMIT",
]
POSTGRESQL = [
    "WITH x AS (DELETE FROM 部门 RETURNING *) SELECT * FROM x",
    "SELECT * FROM 部门 FOR UPDATE",
    "SELECT nextval('folge')",
    "SELECT aendern()",
    "COPY 部门 TO PROGRAM 'true'",
    "SELECT set_config('transaction_read_only', 'off', true)",
]
MYSQL = ["SELECT aendern()", "SELECT NEXT VALUE FOR folge", "SELECT * FROM 部门 INTO OUTFILE '/data/x'"]
_ACTING = {
    servers.POSTGRESQL: (
        "DROP SEQUENCE IF EXISTS folge",
        "CREATE SEQUENCE folge",
        "CREATE OR REPLACE FUNCTION aendern() RETURNS int LANGUAGE sql AS 'UPDATE 部门 SET 人数 = 0; SELECT 1'",
    ),
    servers.MYSQL: (
        "CREATE OR REPLACE SEQUENCE folge",
        "DROP FUNCTION IF EXISTS aendern",
        "CREATE FUNCTION aendern() RETURNS INT MODIFIES SQL DATA BEGIN UPDATE 部门 SET 人数 = 0; RETURN 1; END",
    ),
}


def test_nothing_is_ever_written_at_either_fence(url: str) -> None:
    postgresql = url.startswith("postgresql")
    servers.run(url, *_ACTING[servers.POSTGRESQL if postgresql else servers.MYSQL])
    before, (target, _) = rows(url), parse(url)
    assert target is not None
    driver = databases_servers.postgresql_rows if postgresql else databases_servers.mysql_rows
    for query in (*COMMON, *(POSTGRESQL if postgresql else MYSQL)):
        assert only(read_query(url, query, "db")).code == "bad-query", query
    behind = [*COMMON[:5], *POSTGRESQL[:4]] if postgresql else [*COMMON[:4], "CREATE TABLE neu (a INT)", *MYSQL[:2]]
    for query in behind:
        with pytest.raises(databases_errors.DatabaseError), driver(target, query) as found:
            list(found.batches)
    assert rows(url) == before


def test_an_unknown_table_or_bad_syntax_says_what_the_server_says(url: str) -> None:
    unknown = only(read_query(url, "SELECT * FROM 没有的表", "db"))
    syntax = only(read_query(url, "SELECT FROM WHERE", "db"))

    assert unknown.code == syntax.code == "bad-query"
    assert "没有的表" in unknown.message.zh and "syntax" in syntax.message.en and "\n" not in syntax.message.en


def test_who_may_not_read_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEGUI_DB_PASSWORD", SECRET)
    may_not = only(read_query(servers.on(url, servers.READER), "SELECT * FROM 部门", "db"))
    nobody = only(read_query(servers.on(url, "niemand"), "SELECT 1", "db"))
    nothing = only(read_query(servers.on(url, "hegui", "keine"), "SELECT 1", "db"))

    assert {may_not.code, nobody.code, nothing.code} == {"database-refused"}


def test_who_may_read_logs_in_by_url_or_variable(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    servers.run(
        url, f"GRANT SELECT ON 部门 TO {servers.READER}" + ("" if url.startswith("postgresql") else "@127.0.0.1")
    )
    assert len(rows(servers.on(url, f"{servers.READER}:ge%40heim%2F7"))) == 3
    monkeypatch.setenv("HEGUI_DB_PASSWORD", SECRET)
    assert len(rows(servers.on(url, servers.READER))) == 3
    if url.startswith("mysql"):
        assert (
            only(read_query(servers.on(url, f"{servers.READER}:falsch"), "SELECT 1", "db")).code == "database-refused"
        )


def test_the_password_of_mysqls_own_file_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = servers.url_of(servers.MYSQL)
    servers.run(url, *_USERS[servers.MYSQL])
    monkeypatch.setenv("HOME", str(tmp_path))
    refused = only(read_query(servers.on(url, servers.READER, "information_schema"), "SELECT 1", "db"))
    (tmp_path / ".my.cnf").write_text(f"[client]\npassword = {SECRET}\n", encoding="utf-8")
    document, _ = read_query(servers.on(url, servers.READER, "information_schema"), "SELECT 1", "db")
    (tmp_path / ".my.cnf").write_text("no section", encoding="utf-8")
    broken = only(read_query(servers.on(url, servers.READER, "information_schema"), "SELECT 1", "db"))

    assert refused.code == "database-refused" and document is not None and broken.code == "database-unreachable"


def test_more_cells_than_are_read_end_it_on_the_way(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_values, "MAX_CELLS", 100)
    monkeypatch.setattr(databases_servers, "_BATCH", 10)
    recursion = "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 900) SELECT i FROM r"

    assert only(read_query(url, recursion, "db")).code == "too-large"


def test_quotes_of_mysql_mean_the_same_whatever_the_servers_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    url, connect = servers.url_of(servers.MYSQL), databases_servers._mysql_connection

    def odd(target: Target) -> object:
        connection = connect(target)
        connection.query("SET SESSION sql_mode = 'ANSI,NO_BACKSLASH_ESCAPES'")
        return connection

    monkeypatch.setattr(databases_servers, "_mysql_connection", odd)
    document, _ = read_query(url, r"""SELECT "x\"; DROP TABLE t" AS b, 'it\'s' AS c""", "db")

    assert document is not None and [c.text for c in document.tables[0].rows[1]] == ['x"; DROP TABLE t', "it's"]


def test_the_password_stands_nowhere_in_what_comes_back(url: str) -> None:
    with_secret = servers.on(url, "hegui:ge%40heim%2F7")
    for query in ("SELECT 1", f"SELECT * FROM {SECRET}", f"SELECT '{SECRET}' AS a"):
        document, problems = read_query(with_secret, query, "db")
        said = "".join(p.show("zh") + p.show("en") for p in problems) + (repr(document.source) if document else "")
        assert SECRET not in said and "ge%40heim" not in said


def test_a_server_that_is_down_or_silent_is_unreachable(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases_servers, "CONNECT_TIMEOUT", 2)
    scheme = urlsplit(url).scheme
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        closed = only(
            read_query(f"{scheme}://hegui:{SECRET[:2]}@127.0.0.1:{silent.getsockname()[1]}/db", "SELECT 1", "db")
        )
        silent.listen()
        mute = only(read_query(f"{scheme}://hegui@127.0.0.1:{silent.getsockname()[1]}/db", "SELECT 1", "db"))
    unknown = only(read_query(f"{scheme}://hegui@gibts.invalid/db", "SELECT 1", "db"))

    assert {closed.code, mute.code, unknown.code} == {"database-unreachable"}


def test_a_query_that_takes_too_long_is_stopped(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases_errors, "QUERY_TIMEOUT", 0.5)
    endless = "SELECT count(*) FROM generate_series(1, 100000000000) AS g"
    if url.startswith("mysql"):
        columns = "information_schema.collations"
        endless = f"SELECT count(*) FROM {columns} a, {columns} b, {columns} c, {columns} d WHERE a.id <> b.id"

    assert only(read_query(url, endless, "db")).code == "query-timeout"


def test_infinite_numbers_of_postgresql_are_warned_of() -> None:
    url = servers.url_of(servers.POSTGRESQL)
    document, problems = read_query(
        url, "SELECT 'NaN'::float8 AS a, 'NaN'::numeric AS b, '-Infinity'::float4 AS c", "db"
    )

    assert document is not None and [p.code for p in problems] == ["not-finite"]
    assert all(name in problems[0].message.zh for name in ("query[1].a", "query[1].b", "query[1].c"))
    assert [c.value for c in document.tables[0].rows[1]] == [None] * 3
