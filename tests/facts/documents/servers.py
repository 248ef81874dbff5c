"""The database servers of the tests: named by two variables, set where CI (or .ci/servers) has started them."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

import psycopg
import pymysql
import pytest

POSTGRESQL = "HEGUI_TEST_POSTGRESQL"
MYSQL = "HEGUI_TEST_MYSQL"


# Tests run side by side share the servers, so that each process has a database and a user of its own.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
READER = f"leser_{WORKER}"


def database_on(variable: str) -> str:
    """The URL of a new database on a server."""
    url, name = url_of(variable), f"hegui_{WORKER}"
    if url.startswith("postgresql"):
        run(url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
    else:
        run(url, f"CREATE OR REPLACE DATABASE {name} CHARACTER SET utf8mb4")
    return on(url, urlsplit(url).username or "", name)


def url_of(variable: str) -> str:
    """The URL of a server; where there is none the test is skipped, and in CI fails."""
    url = os.environ.get(variable, "")
    if not url and os.environ.get("CI") == "1":
        pytest.fail(f"CI=1, but {variable} names no server")
    if not url:
        pytest.skip(f"{variable} names no server; .ci/servers COMMAND starts one")
    return url


def run(url: str, *statements: str) -> None:
    """Runs statements as the owner of the server."""
    parts = urlsplit(url)
    if parts.scheme == "postgresql":
        with psycopg.connect(url, autocommit=True) as postgresql:
            for statement in statements:
                postgresql.execute(statement.encode())
        return
    mysql = pymysql.connect(
        host=parts.hostname,
        port=parts.port or 3306,
        user=parts.username or "",
        database=parts.path[1:],
        autocommit=True,
    )
    with mysql, mysql.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def on(url: str, user: str, database: str = "") -> str:
    """The URL of the same server for another user."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{user}@{parts.hostname}:{parts.port}/{database or parts.path[1:]}"
