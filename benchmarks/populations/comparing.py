"""Whether contenders agree: cell by cell on the scores, by a checksum over every field on the long table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from benchmarks.populations.workload import Workload

LONG = ("row", "unit", "indicator", "verdict", "code")


def wrong_cells(work: Workload, folder: Path, reference: Path, units: int) -> int:
    """Cells in which a contender differs from the reference."""
    given, expected = _cells(work, folder), _cells(work, reference)
    differing = " + ".join(f'CAST(g."{one.id}" IS DISTINCT FROM e."{one.id}" AS INTEGER)' for one in work.indicators)
    found = duckdb.execute(
        f"SELECT sum({differing}), count(*) FROM ({given}) g JOIN ({expected}) e USING (row) WHERE row < {units}"
    ).fetchone()
    assert found is not None
    assert found[1] == units, f"{found[1]} of {units} units in {folder}"
    return int(found[0])


def _cells(work: Workload, folder: Path) -> str:
    """Hundredths of points by unit and indicator."""
    cells = folder / "cells.parquet"
    if cells.exists():
        return f"SELECT * FROM read_parquet('{cells}')"
    path = folder / "scores.parquet"
    cell = _hundredths(path)
    listed = ", ".join(f'{cell(f"score_{one.id}")} AS "{one.id}"' for one in work.indicators)
    return f"SELECT row, {listed} FROM read_parquet('{path}')"


def _hundredths(path: Path) -> Callable[[str], str]:
    """Decimals and integers of hundredths alike as integers of hundredths."""
    kinds = {name: kind for name, kind, *_ in duckdb.execute(f"DESCRIBE FROM read_parquet('{path}')").fetchall()}

    def cell(name: str) -> str:
        factor = " * 100" if kinds[name].startswith("DECIMAL") else ""
        return f'CAST("{name}"{factor} AS BIGINT)'

    return cell


def checksum(folder: Path) -> tuple[int, int]:
    """Rows of the long table, and a sum over all of their fields in which neither order nor partitions count."""
    path = folder / "long" / "*.parquet"
    cell = _hundredths(path)
    points = [cell(name) for name in ("points", "score", "lower", "upper")]
    measure = [f"CAST({name} AS BIGINT)" for name in ("measure_num", "measure_den")]
    fields = ", ".join((*LONG, *points, *measure, "operands"))
    found = duckdb.execute(
        f"SELECT count(*), sum(CAST(hash({fields}) AS HUGEINT)) FROM read_parquet('{path}')"
    ).fetchone()
    assert found is not None
    return int(found[0]), int(found[1])
