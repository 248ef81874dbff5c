"""Columns give what the engine gives, field by field, over generated rulebooks and populations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import duckdb
import pytest
from hypothesis import assume, given, note
from hypothesis import strategies as st
from hypothesis.vendor.pretty import pretty

from engine.columns.build import column_plan
from engine.columns.rowwise import reasons_rows, scores_row
from engine.evaluate import WhatIf
from engine.model import Rulebook
from engine.testing import KNOWN, PARTLY, Kind, Wanted, cases_for, loaded, rulebook_files
from facts.model import Case
from tests.columns.relations import Answering, answers, answers_in_groups, load, profile_of

EVERY_POLICY = Wanted(missing=("undetermined", "undetermined", "zero", "full"))
counted: Counter[str] = Counter()


@dataclass(frozen=True)
class Population:
    """Some cases of one rulebook; in full, with every provenance, they are too long to be printed by Hypothesis."""

    files: dict[str, str]
    rulebook: Rulebook
    cases: list[Case]

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """What Hypothesis prints; beyond 30 kB it would warn, and the warning hide what failed."""
        printer.text(f"Population({len(self.cases)} cases)")

    def shown(self) -> str:
        """What the rules say and what the cases know: all that is needed to see why they differ."""
        rules = "\n".join(f"# {name}\n{text}" for name, text in self.files.items() if name != "vocabulary.yaml")
        known = [f"# case {number}\n{_known(case)}" for number, case in enumerate(self.cases)]
        return "\n".join((rules, *known))


def _known(case: Case) -> str:
    return "\n".join(
        f"{fact.concept}: {_value(fact.value) if fact.status == 'known' else fact.status}"
        for fact in case.facts.values()
    )


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return "".join("\n  - " + ", ".join(f"{name}: {cell}" for name, cell in row.items()) for row in value) or "[]"
    return str(value)


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
def populations(draw: Callable[[Any], Any], kind: Kind, wanted: Wanted) -> Population:
    """A rulebook and some cases for it."""
    files = draw(rulebook_files(wanted))
    rulebook = loaded(files)
    return Population(files, rulebook, draw(st.lists(cases_for(rulebook, kind), min_size=1, max_size=5)))


def same(connection: duckdb.DuckDBPyConnection, population: Population, answering: Answering = answers) -> None:
    """Every field of every unit is what the engine says, by whichever engine the columns are answered."""
    note(population.shown())
    found = differences(connection, population.rulebook, population.cases, answering)
    assume(found is not None)
    assert not found, "\n".join(found or ())


@given(populations(KNOWN, Wanted()))
def test_columns_give_what_the_engine_gives_where_everything_is_known(
    connection: duckdb.DuckDBPyConnection, population: Population
) -> None:
    same(connection, population)


@given(populations(PARTLY, EVERY_POLICY), st.integers(1, 3))
def test_they_give_the_same_where_a_few_indicators_are_worked_out_at_a_time(
    connection: duckdb.DuckDBPyConnection, population: Population, size: int
) -> None:
    same(connection, population, answers_in_groups(size))


@given(populations(PARTLY, EVERY_POLICY))
def test_columns_give_what_the_engine_gives_where_facts_are_missing(
    connection: duckdb.DuckDBPyConnection, population: Population
) -> None:
    same(connection, population)


@given(populations(PARTLY, EVERY_POLICY))
def test_what_hypothesis_prints_of_a_failing_example_is_short(population: Population) -> None:
    assert len(pretty(population)) < 100 and len(pretty(population.rulebook)) < 100
    assert all(fact.concept in population.shown() for case in population.cases for fact in case.facts.values())
