"""What the report states is what the engine says unit by unit, added up in whole numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.columns.build import column_plan
from engine.columns.rowwise import Row, reasons_rows, scores_row
from engine.evaluate import Decided, WhatIf
from engine.model import Rulebook
from engine.testing import PARTLY, Wanted, cases_for, rulebooks
from facts.columns.store import literal
from facts.model import Case
from facts.problem import Text
from hegui.batch.report.model import Basis, Cell, Chapter
from hegui.batch.report.reading import ROUNDED
from hegui.batch.report.reasonwords import ReasonWords
from hegui.batch.report.write import gathered
from tests.columns.relations import load, profile_of

WANTED = Wanted(missing=("undetermined", "undetermined", "zero", "full"))


@st.composite
def populations(draw: Callable[[Any], Any]) -> tuple[Rulebook, list[Case]]:
    """A rulebook and some cases for it."""
    rulebook = draw(rulebooks(WANTED))
    return rulebook, draw(st.lists(cases_for(rulebook, PARTLY), min_size=1, max_size=6))


def written(folder: Path, rulebook: Rulebook, cases: list[Case]) -> tuple[Basis, list[Decided]] | None:
    """The tables a run would write, with its manifest, and what the engine decides of each unit; None beyond columns."""
    evaluator, profile = WhatIf(rulebook), profile_of(rulebook, cases)
    plan, _ = column_plan(evaluator.plan, profile)
    if plan is None:
        return None
    with duckdb.connect(config={"threads": 1}) as connection:
        load(connection, rulebook, cases, profile)
        queries = plan.queries("duckdb")
        connection.execute(f"CREATE TEMP TABLE results AS {queries.results}")
        (left,) = connection.execute("SELECT count(*) FROM results WHERE beyond").fetchall()
        if left[0]:
            return None
        empty = "SELECT '' AS input_table, '' AS lost, '' AS code, '' AS zh, '' AS en, 1 AS input_row, '' AS column_name WHERE false"
        for table, query in (("scores", queries.scores), ("reasons", queries.reasons), ("rejects", empty)):
            (folder / table).mkdir()
            place = literal(str(folder / table / "part-00000.parquet"))
            connection.execute(f"COPY ({query}) TO {place} (FORMAT parquet)")
    identity = {"period": "2017", "inputs": [{"role": "units", "name": "t.csv", "sha256": "0" * 64}]}
    sample = {"seed": "0", "size": 0, "differences": [], "more": 0}
    manifest = {
        "parts": [{"name": "part-00000.parquet"}], "state": "complete", "identity": identity, "rows": len(cases),
        "units": len(cases), "by_engine": 0, "sample": sample, "claims": None,
    }  # fmt: skip
    return Basis(evaluator.plan, manifest), [evaluator.decide(case) for case in cases]


def alike(stated: Cell, exact: Fraction, units: int) -> bool:
    """Equal, or as near as rounding every unit's number leaves it where they are no decimals."""
    assert isinstance(stated, int | Fraction)
    return abs(stated - exact) <= Fraction(units, 10**ROUNDED)


def rows(chapter: Chapter, grid: int = 0) -> list[tuple[Cell, ...]]:
    return list(chapter.grids[grid].rows)


def lost_by_engine(decided: list[Decided], found: list[list[Row]]) -> dict[str, Fraction]:
    """By indicator what was not won."""
    lost: dict[str, Fraction] = {}
    for one, reasons in zip(decided, found, strict=True):
        for row in reasons:
            name, score = str(row["indicator"]), row["score"]
            lost.setdefault(name, Fraction(0))
            if row["verdict"] in ("partly_met", "not_met"):
                assert isinstance(score, Fraction)
                lost[name] += one.rollup.indicators[name].frame.full - score
    return lost


# Each example is a run with all its files.
@settings(max_examples=max(5, settings().max_examples // 5))
@given(populations())
def test_figures_are_those_of_the_engine(population: tuple[Rulebook, list[Case]]) -> None:
    rulebook, cases = population
    with TemporaryDirectory() as folder:
        made = written(Path(folder), rulebook, cases)
        assume(made is not None)
        assert made is not None
        basis, decided = made
        chapters = {chapter.name.en: chapter for chapter in gathered(Path(folder), basis)}
    profile = profile_of(rulebook, cases)
    wide, long = [scores_row(one) for one in decided], [reasons_rows(one, profile) for one in decided]

    stated = {row[0].en: row[1] for row in rows(chapters["Scores"]) if isinstance(row[0], Text)}
    scores = [row["score"] for row in wide if isinstance(row["score"], Fraction)]
    assert stated["units scored"] == len(cases) and stated["units whose score is determined"] == len(scores)
    if scores:
        assert alike(stated["lowest"], min(scores), 1) and alike(stated["highest"], max(scores), 1)
        assert alike(
            stated["mean (4 digits)"], sum(scores, Fraction(0)) / len(scores), 51_000
        )  # half a unit of the fourth digit
    if rulebook.grades is not None:
        grades = Counter(row["grade"] for row in wide)
        told = {row[0].zh: row[1] for row in rows(chapters["Grades"]) if isinstance(row[0], Text)}
        assert all(told[step.grade] == grades[step.grade] for step in rulebook.grades.steps)

    lost = lost_by_engine(decided, long)
    for row in rows(chapters["Deductions"]):
        own = [one for reasons in long for one in reasons if one["indicator"] == row[2]]
        assert alike(row[3], lost[str(row[2])], len(cases)), row
        assert row[4] == sum(one["verdict"] in ("partly_met", "not_met") for one in own)
        assert row[6] == sum(one["verdict"] == "undetermined" for one in own)
        assert row[8] == sum(one["verdict"] == "not_applicable" for one in own)

    lacking = {row[1]: row[2] for row in rows(chapters["Missing facts"])}
    for concept in {c for i in basis.indicators for c in i.part.concepts}:
        unknown = sum(one.facts.known(concept) not in ("known", "not_applicable") for one in decided)
        assert lacking.get(concept, 0) == unknown, concept


@given(populations())
def test_every_reason_code_has_words(population: tuple[Rulebook, list[Case]]) -> None:
    rulebook, cases = population
    evaluator, words = WhatIf(rulebook), ReasonWords(rulebook)
    parts = {i.indicator.id: i for s in evaluator.plan.sections for i in s.indicators}
    for case in cases:
        for row in reasons_rows(evaluator.decide(case), profile_of(rulebook, cases)):
            indicator, code = parts[str(row["indicator"])], str(row["code"])
            told = words.told(indicator.part, indicator.indicator.section, code)
            assert told.zh and told.en and told.zh != code, code
