"""PostgreSQL and Spark give what the engine gives, field by field: the suite of `test_equal`, with fewer examples."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from typing import Any

import duckdb
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings

from engine.testing import KNOWN, PARTLY, Wanted
from tests.columns.elsewhere import Elsewhere, Postgres, Spark, answers_of
from tests.columns.test_equal import EVERY_POLICY, Population, populations, same
from tests.facts.documents import servers

# Spark plans each query anew, which takes seconds.
_EXAMPLES = {"postgres": 15, "spark": int(os.environ.get("HEGUI_SPARK_EXAMPLES", "2"))}
_SLOW = list(HealthCheck)


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with psycopg.connect(servers.url_of(servers.POSTGRESQL), autocommit=True) as connection:
        connection.execute("SET jit = off")
        yield Postgres(connection)


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spark]:
    if importlib.util.find_spec("pyspark") is None or not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        pytest.skip("needs pyspark (hegui[spark]) and Java")
    from hegui.batch.spark import session_on

    session: Any = session_on("local[1]")
    yield Spark(session, tmp_path_factory.mktemp("spark"))
    session.stop()


def same_there(elsewhere: Elsewhere, population: Population) -> None:
    with duckdb.connect(config={"threads": 1}) as connection:
        same(connection, population, answers_of(elsewhere))


@settings(max_examples=_EXAMPLES["postgres"], suppress_health_check=_SLOW)
@given(populations(KNOWN, Wanted()))
def test_postgresql_gives_what_the_engine_gives_where_everything_is_known(
    postgres: Postgres, population: Population
) -> None:
    same_there(postgres, population)


@settings(max_examples=_EXAMPLES["postgres"], suppress_health_check=_SLOW)
@given(populations(PARTLY, EVERY_POLICY))
def test_postgresql_gives_what_the_engine_gives_where_facts_are_missing(
    postgres: Postgres, population: Population
) -> None:
    same_there(postgres, population)


@settings(max_examples=_EXAMPLES["spark"], suppress_health_check=_SLOW)
@given(populations(KNOWN, Wanted()))
def test_spark_gives_what_the_engine_gives_where_everything_is_known(spark: Spark, population: Population) -> None:
    same_there(spark, population)


@settings(max_examples=_EXAMPLES["spark"], suppress_health_check=_SLOW)
@given(populations(PARTLY, EVERY_POLICY))
def test_spark_gives_what_the_engine_gives_where_facts_are_missing(spark: Spark, population: Population) -> None:
    same_there(spark, population)
