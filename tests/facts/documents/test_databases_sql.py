"""One query that only reads, or not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.documents.databases_sql import Dialect, only_query

DIALECTS: tuple[Dialect, ...] = ("postgresql", "mysql", "sqlite", "duckdb")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM 部门",
        "select 1 ; ",
        "-- 说明;\nSELECT 1 -- 完;",
        "/* ; */ SELECT ';' AS x, 'it''s' /* drop */ ;;",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        "(SELECT 1) UNION (SELECT 2)",
        "VALUES (1), (2)",
        "TABLE 部门",
        "SELECT replace(名称, 'a', 'b'), count(*) FROM t",
        'SELECT "into", "sleep" FROM t',
    ],
)
def test_a_query_passes_without_its_semicolon(query: str, dialect: Dialect) -> None:
    if dialect == "mysql" and '"' in query:
        query = query.replace('"', "`")
    text, objection = only_query(query, dialect)

    assert objection is None and text == query[: len(text)] and ";" not in query[len(text) :].replace(";", "", 2)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "query",
    [
        "",
        " -- only a comment",
        ";",
        "DELETE FROM t",
        "DROP TABLE t",
        "INSERT INTO t VALUES (1)",
        "ATTACH 'x.db' AS x",
        "PRAGMA journal_mode = off",
        "COPY t TO '/x'",
        "SET ROLE admin",
        "CALL f()",
        "EXPLAIN ANALYZE DELETE FROM t",
        "SELECT 1; DROP TABLE t",
        "SELECT 1;; SELECT 2",
        "SELECT 1 /* ; */ ; /* x */ DROP TABLE t",
        "SELECT * INTO neu FROM t",
        "SELECT * FROM t INTO OUTFILE '/data/x'",
        "SELECT 'a",
        "SELECT /* 1",
        "SELECT pg_sleep(9)",
        "SELECT pg_catalog . lo_export (1, '/x')",
        "SELECT SLEEP (9)",
        "SELECT load_extension('x')",
        "SELECT 1\0",
        "SELECT '" + "x" * 30_000 + "'",
    ],
)
def test_anything_else_is_refused_with_a_reason(query: str, dialect: Dialect) -> None:
    _, objection = only_query(query, dialect)

    assert objection is not None and objection.zh and objection.en


@pytest.mark.parametrize(
    ("query", "dialect", "passes"),
    [
        ("SELECT $$;$$", "postgresql", True),
        ("SELECT $a$ $$ ; $a$", "duckdb", True),
        ("SELECT a$$; DROP TABLE t; SELECT $$b", "postgresql", False),
        ("SELECT \uff0c$$; DROP TABLE t; SELECT $$b", "postgresql", False),
        (r"SELECT E'\'; DROP TABLE t; --'", "postgresql", True),
        (r"SELECT '\'; DROP TABLE t; --'", "postgresql", False),
        (r"SELECT '\'; DROP TABLE t; --'", "mysql", True),
        (r"SELECT '\\'; DROP TABLE t", "mysql", False),
        ("SELECT /* /* */ ; DROP TABLE t; */ 1", "postgresql", True),
        ("SELECT /* /* */ ; DROP TABLE t; */ 1", "sqlite", False),
        ("SELECT 1 /*! ; DROP TABLE t */", "mysql", False),
        ("SELECT 1 /*M!50000 INTO OUTFILE '/x' */", "mysql", False),
        ("SELECT 1 --1; DROP TABLE t", "mysql", False),
        ("SELECT 1 # ; DROP TABLE t", "mysql", True),
        ("SELECT `;` FROM t", "mysql", True),
        ("SELECT [;] FROM t", "sqlite", True),
        ("SELECT [;] FROM t", "postgresql", False),
        ('SELECT "pg_sleep"(9)', "postgresql", False),
        ('SELECT U&"\\0070g_sleep"(9)', "postgresql", False),
        ("SELECT dblink_exec('DROP TABLE t')", "postgresql", False),
        ("SELECT pg_typeof(1)", "postgresql", True),
        ("SELECT * FROM pg_class", "postgresql", True),
    ],
)
def test_quotes_and_comments_end_where_the_dialect_says(query: str, dialect: Dialect, passes: bool) -> None:
    assert (only_query(query, dialect)[1] is None) == passes


@given(st.text(alphabet="SELECT1'\"`$;/*-#\\ \n[]aeU&部!", max_size=40), st.sampled_from(DIALECTS))
def test_no_text_makes_it_raise(text: str, dialect: Dialect) -> None:
    only_query("SELECT " + text, dialect)
    only_query(text, dialect)
