"""The benchmark of populations runs, and what it compares is the same work: every exact contender gives the same scores."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.populations.data import write_units
from benchmarks.populations.handsql import points_sql
from benchmarks.populations.rates import points
from benchmarks.populations.workload import INDICATORS, workload

duckdb = pytest.importorskip("duckdb")
ROOT = Path(__file__).resolve().parents[2]
UNITS = 200


def test_the_benchmark_runs_and_all_exact_contenders_agree(tmp_path: Path) -> None:
    command = [sys.executable, "benchmarks/population.py", "--units", str(UNITS), "--rounds", "1"]
    done = subprocess.run([*command, "--folder", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rows = {line.split("  ")[0]: line for line in done.stdout.splitlines() if line.startswith("(")}
    assert rows["(a) hegui, columns on DuckDB"].endswith("agree")
    assert rows["(b) by hand, SQL on DuckDB"].endswith("agree")
    left_out = done.stdout.count("left out: ")
    assert len(rows) == 10 - left_out
    inexact = [line for title, line in rows.items() if not line.endswith("agree")]
    assert all("float32" in line for line in inexact), inexact
    assert not list(tmp_path.iterdir()), "the folder it worked in is removed"


def test_the_rules_by_hand_are_the_rules(tmp_path: Path) -> None:
    work = workload()
    assert len(work.indicators) == INDICATORS
    path = tmp_path / "units.parquet"
    write_units(work, UNITS, 7, path)
    cells = ", ".join(f"{points_sql(one)}" for one in work.indicators)
    given = duckdb.execute(f"SELECT {cells} FROM read_parquet('{path}') ORDER BY row").fetchall()  # our own
    facts = [
        f"CAST(v{place} = '是' AS INTEGER)" if kind == "yes" else f"v{place}"
        for place, kind in enumerate(work.concepts)
    ]
    rows = duckdb.execute(f"SELECT {', '.join(facts)} FROM read_parquet('{path}') ORDER BY row").fetchall()
    assert len(rows) == UNITS
    for row, cells_given in zip(rows, given, strict=True):
        assert list(cells_given) == [points(one, tuple(row[fact] for fact in one.facts)) for one in work.indicators]


def test_rates_lie_on_their_limits_often_enough_to_tell_exact_from_nearly(tmp_path: Path) -> None:
    work = workload()
    path = tmp_path / "units.parquet"
    write_units(work, 1000, 7, path)
    rates = [one for one in work.indicators if one.kind == "threshold"]
    on = [
        f"count(*) FILTER (100 * v{n} = {one.limits[0]} * v{d} AND v{d} > 0)" for one in rates for n, d in [one.facts]
    ]
    found = duckdb.execute(f"SELECT {' + '.join(on)} FROM read_parquet('{path}')").fetchone()  # our own
    assert found is not None
    assert 0.03 < found[0] / (1000 * len(rates)) < 0.05
