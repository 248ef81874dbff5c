"""The population: seeded units in one Parquet file, the same for every contender.

Of the rates 4% lie exactly on a limit (where a percentage point ends, for deductions by the point), 4% one cent beside one;
denominators are zero in one unit of 500.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from benchmarks.populations.workload import Indicator, Workload
from engine.columns.profile import ColumnProfile, Profile

# Money in hundredths of a 元.
SCALE = 100
ROW_GROUP = 122_880


def write_units(work: Workload, units: int, seed: int, path: Path) -> None:
    """The relation `units` as engine.columns reads it: row, unit, name, v<place of the concept>."""
    columns = ["i AS row", "'u' || i AS unit", "'单位' || i AS name"]
    inner = ["i"]
    for place, kind in enumerate(work.concepts):
        chance = f"hash(i * 1000003 + {seed * 100_003 + place})"
        if kind == "yes":
            columns.append(f"CASE WHEN {chance} % 10 = 0 THEN '否' ELSE '是' END AS v{place}")
        elif kind == "denominator":
            amount = f"CAST(10000 + ({chance} >> 10) % 900000000 AS BIGINT) * {SCALE}"
            inner.append(f"CASE WHEN {chance} % 500 = 0 THEN 0 ELSE {amount} END AS v{place}")
            columns.append(f"v{place}")
        else:
            columns.append(f"{_numerator(work.divided_by(place), chance)} AS v{place}")
    query = f"SELECT {', '.join(columns)} FROM (SELECT {', '.join(inner)} FROM range({units}) r(i)) ORDER BY row"
    connection = duckdb.connect(config={"threads": 2})
    connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE {ROW_GROUP})")


def _numerator(one: Indicator, chance: str) -> str:
    """So much of the denominator that it lies on a limit, a cent beside it, or anywhere from half to one and a half."""
    divisor = f"v{one.facts[1]}"
    limits = list(one.limits)
    if one.kind == "per_unit":
        limits = [one.limits[0] + step * (1 if one.op == "<=" else -1) for step in range(10)]
    limit = f"CAST(list_value({', '.join(map(str, limits))})[CAST(1 + ({chance} >> 16) % {len(limits)} AS BIGINT)] AS BIGINT)"
    on = f"{divisor} // 100 * {limit}"
    anywhere = (
        f"{divisor} // 1000 * CAST(500 + ({chance} >> 24) % 1000 AS BIGINT) + CAST(({chance} >> 40) % 100 AS BIGINT)"
    )
    return (
        f"CASE WHEN {chance} % 100 < 4 THEN {on} WHEN {chance} % 100 < 6 THEN {on} + 1 "
        f"WHEN {chance} % 100 < 8 THEN greatest(0, {on} - 1) ELSE {anywhere} END"
    )


def profile_of(work: Workload, path: Path) -> Profile:
    """What the intake knows of it: everything is stated, and the least and greatest amounts."""
    money = [place for place, kind in enumerate(work.concepts) if kind != "yes"]
    ends = ", ".join(f"min(v{place}), max(v{place})" for place in money)
    found = duckdb.execute(f"SELECT {ends} FROM read_parquet('{path}')").fetchone()
    assert found is not None
    known = {place: (int(found[2 * n]), int(found[2 * n + 1])) for n, place in enumerate(money)}
    return Profile(
        {
            f"c{place}": ColumnProfile(SCALE, *known[place], complete=True, applies=True)
            if place in known
            else ColumnProfile(complete=True, applies=True)
            for place in range(len(work.concepts))
        }
    )
