"""Columns give what the engine gives, field by field, over generated rulebooks and populations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import duckdb
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.columns.build import column_plan
from engine.columns.rowwise import reasons_rows, scores_row
from engine.evaluate import WhatIf
from engine.model import Rulebook
from engine.testing import KNOWN, PARTLY, Kind, Wanted, cases_for, rulebooks
from facts.model import Case
from tests.columns.relations import Answering, answers, load, profile_of

EVERY_POLICY = Wanted(missing=("undetermined", "undetermined", "zero", "full"))
counted: Counter[str] = Counter()


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    """An empty database in memory."""
    return duckdb.connect(config={"threads": 1})


def differences(
    connection: duckdb.DuckDBPyConnection, rulebook: Rulebook, cases: list[Case], answers: Answering = answers
) -> list[str] | None:
    """Every field in which columns and engine differ; None where columns cannot say the rulebook."""
    evaluator = WhatIf(rulebook)
    profile = profile_of(rulebook, cases)
    plan, problems = column_plan(evaluator.plan, profile)
    if plan is None:
        assert problems
        counted["refused"] += 1
        counted.update(one.message.en.split(":")[1][:60] for one in problems)
        return None
    load(connection, rulebook, cases, profile)
    wide, long = answers(connection, plan)
    found = []
    for number, case in enumerate(cases):
        counted["units"] += 1
        if number not in wide:
            counted["left to the engine"] += 1
            continue
        decided = evaluator.decide(case)
        found += _unlike(f"{number}", scores_row(decided), wide[number])
        for row in reasons_rows(decided, profile):
            found += _unlike(f"{number} {row['indicator']}", dict(row), long[number, str(row["indicator"])])
    return found


def _unlike(where: str, engine: dict[str, Any], columns: dict[str, Any]) -> list[str]:
    return [
        f"{where} {name}: engine {value}, columns {columns[name]}"
        for name, value in engine.items()
        if value != columns[name]
    ]


@st.composite
def populations(draw: Callable[[Any], Any], kind: Kind, wanted: Wanted) -> tuple[Rulebook, list[Case]]:
    """A rulebook and some cases for it."""
    rulebook = draw(rulebooks(wanted))
    return rulebook, draw(st.lists(cases_for(rulebook, kind), min_size=1, max_size=5))


@given(populations(KNOWN, Wanted()))
def test_columns_give_what_the_engine_gives_where_everything_is_known(
    connection: duckdb.DuckDBPyConnection, population: tuple[Rulebook, list[Case]]
) -> None:
    found = differences(connection, *population)
    assume(found is not None)
    assert not found, "\n".join(found or ())


@given(populations(PARTLY, EVERY_POLICY))
def test_columns_give_what_the_engine_gives_where_facts_are_missing(
    connection: duckdb.DuckDBPyConnection, population: tuple[Rulebook, list[Case]]
) -> None:
    found = differences(connection, *population)
    assume(found is not None)
    assert not found, "\n".join(found or ())
