"""Tables taken into a database, for tests: their units as dicts, their rejects, and the same units as Cases."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb

from facts.columns.intake import Intake, take_in
from facts.columns.itemtables import take_in_items
from facts.columns.model import ABSENT, BOUNDED, KNOWN, NOT_APPLICABLE
from facts.columns.normal import items_sql, units_sql
from facts.columns.rebuilding import cases
from facts.columns.store import Store
from facts.model import Case, Fact, Period
from facts.problem import Problem
from facts.values import Interval
from facts.vocabulary import Concept, Vocabulary
from tests.engine.example import WORDS

YEAR = Period(date(2017, 1, 1), date(2017, 12, 31))
Unit = dict[str, Any]


@dataclass(frozen=True)
class Taken:
    intake: Intake
    problems: tuple[Problem, ...]
    units: list[Unit]
    rejects: list[Unit]
    cases: list[Case]

    def items(self, concept: str) -> list[Unit]:
        one = next(one for one in self.intake.items if one.concept == concept)
        return rows(self.intake.store, items_sql(self.intake, one, 0, 1 << 40))

    @property
    def codes(self) -> list[str]:
        return sorted(problem.code for problem in self.problems)


def rows(store: Store, query: str) -> list[Unit]:
    names = [name for name, *_ in store.all(f"DESCRIBE {query}")]
    return [dict(zip(names, row, strict=True)) for row in store.all(query)]


@contextmanager
def opened(*inputs: Path) -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder), inputs) as store:
        yield store


@contextmanager
def taken(path: Path, items: Mapping[str, Path] | None = None, words: Vocabulary = WORDS) -> Iterator[Taken]:
    with opened(path, *(items or {}).values()) as store:
        intake, problems = take_in(path, words, store)
        assert intake is not None, problems
        intake, problems = take_in_items(intake, items or {})
        assert intake is not None, problems
        units = rows(store, units_sql(intake, 0, 1 << 40))
        rebuilt = [case for _, case in cases(intake, [unit["row"] for unit in units], YEAR)]
        yield Taken(intake, problems, units, rows(store, "SELECT * FROM rejects ORDER BY ALL"), rebuilt)


def refused(path: Path, items: Mapping[str, Path] | None = None) -> list[Problem]:
    with opened(path, *(items or {}).values()) as store:
        intake, problems = take_in(path, WORDS, store)
        if intake is not None:
            intake, problems = take_in_items(intake, items or {})
        assert intake is None
        return list(problems)


def told_by(found: Taken, unit: Unit, concept: Concept) -> Fact | None:
    """The fact the columns tell of a unit and a concept that is no table."""
    column = found.intake.column(concept.id)
    if column is None:
        return None
    key, facts = column.key, found.intake.facts[column.key]
    state = unit.get(f"s{key}", KNOWN)
    if state == KNOWN:
        value = unit[f"v{key}"]
        if concept.type == "date":
            return Fact(concept.id, date.fromordinal(value))
        return Fact(concept.id, Fraction(value, facts.scale) if column.numeric else value)
    assert unit[f"v{key}"] is None
    if state == BOUNDED:
        low, high = (
            None if unit[f"{end}{key}"] is None else Fraction(unit[f"{end}{key}"], facts.scale) for end in "lh"
        )
        return Fact(concept.id, Interval(low, high, unit[f"lo{key}"], unit[f"ho{key}"]))
    assert state in (ABSENT, NOT_APPLICABLE)
    return Fact(concept.id, None, "not_applicable") if state == NOT_APPLICABLE else None


def assert_columns_are_the_cases(found: Taken) -> None:
    """Every value and state in the columns is what the reader of all tables makes of the same row."""
    assert len(found.units) == len(found.cases) == found.intake.kept
    for unit, case in zip(found.units, found.cases, strict=True):
        assert (unit["unit"], unit["name"]) == (case.subject.id, case.subject.name)
        for concept in found.intake.vocabulary.concepts.values():
            told, read = told_by(found, unit, concept), case.facts.get(concept.id)
            if concept.type == "table":
                continue
            assert (told is None) == (read is None), (concept.id, told, read)
            if told is not None and read is not None:
                assert (told.value, told.status) == (read.value, read.status), concept.id


def parquet(path: Path, query: str) -> Path:
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    return path
