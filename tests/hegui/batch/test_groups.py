"""A rulebook worked out in groups of indicators leaves the rows it leaves in one piece, and always in the same bytes."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlglot import exp

from engine.columns import queries
from engine.columns.build import column_plan
from engine.columns.flags import Flag, column
from hegui.batch.run import Ran
from tests.facts.documents import servers
from tests.hegui.batch.engines import UNITS, job_on, run, tables


def the_run(result: tuple[Ran | None, object]) -> Ran:
    ran, problems = result
    assert ran is not None, problems
    return ran


def rows(folder: Path) -> list[tuple[list[str], list[str], list[tuple[Any, ...]]]]:
    """Names, types and rows of every file, in order."""
    found = []
    with duckdb.connect() as connection:
        for name in tables(folder):
            table = connection.sql(f"SELECT * FROM '{folder / name}'")
            found.append((table.columns, list(map(str, table.types)), table.fetchall()))
    return found


@pytest.mark.parametrize("size", [1, 10, 40])
def test_the_rows_do_not_depend_on_the_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    whole = the_run(run(job_on(tmp_path, "whole")))
    monkeypatch.setattr(queries, "TOGETHER", 1)
    monkeypatch.setattr(queries, "GROUP", size)
    grouped = the_run(run(job_on(tmp_path, "grouped")))
    assert rows(tmp_path / "grouped") == rows(tmp_path / "whole")
    assert grouped.manifest["sample"]["outcome"] == whole.manifest["sample"]["outcome"] == "same"
    the_run(run(job_on(tmp_path, "again")))
    assert tables(tmp_path / "again") == tables(tmp_path / "grouped")


def test_the_bytes_are_the_same_where_another_engine_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = servers.database_on(servers.POSTGRESQL)
    monkeypatch.setattr(queries, "TOGETHER", 1)
    monkeypatch.setattr(queries, "GROUP", 20)
    the_run(run(job_on(tmp_path, "here")))
    the_run(run(job_on(tmp_path, "there", "postgres", database=url)))
    assert tables(tmp_path / "there") == tables(tmp_path / "here")


def reduced(names: list[str], rows: list[tuple[Any, ...]]) -> list[str]:
    """Rows in order, measures in their lowest terms, as the engine states them."""
    found = []
    for row in rows:
        one = dict(zip(names, row, strict=True))
        if one.get("measure_den"):
            one["measure_num"] = Fraction(int(one["measure_num"]), int(one.pop("measure_den")))
        found.append(str(list(one.values())))
    return sorted(found)


def test_units_left_to_the_engine_are_in_no_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    the_run(run(job_on(tmp_path, "none")))

    def leaving(*given: Any) -> Any:
        plan, problems = column_plan(*given)
        assert plan is not None
        ninth = exp.EQ(
            this=exp.Mod(this=column("row"), expression=exp.Literal.number(9)), expression=exp.Literal.number(0)
        )
        plan.beyond = Flag(ninth)
        return plan, problems

    monkeypatch.setattr("hegui.batch.compiling.column_plan", leaving)
    monkeypatch.setattr(queries, "TOGETHER", 1)
    monkeypatch.setattr(queries, "GROUP", 25)
    ran = the_run(run(job_on(tmp_path, "some")))
    assert ran.manifest["by_engine"] == -(-UNITS // 9) and ran.manifest["sample"]["outcome"] == "same"
    for (names, kinds, some), (others, its, none) in zip(rows(tmp_path / "some"), rows(tmp_path / "none"), strict=True):
        assert (names, kinds) == (others, its) and reduced(names, some) == reduced(names, none)
