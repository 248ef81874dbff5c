"""Contenders over arrays: a numpy kernel, and openfisca-core as it ships (float32, int32) and with 64-bit integers.

Arrays to arrays, in one thread; what it takes to get the arrays from Parquet and the scores into it is timed apart.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from benchmarks.populations.measuring import Laps
from benchmarks.populations.workload import SECTIONS, YES, Indicator, Workload


def arrays(work: Workload, path: Path, units: int) -> list[Any]:
    """Each concept as an int64 or bool array."""
    columns = [
        f"v{place} = '{YES}' AS v{place}" if kind == "yes" else f"v{place}" for place, kind in enumerate(work.concepts)
    ]
    query = f"SELECT {', '.join(columns)} FROM read_parquet('{path}') WHERE row < {units} ORDER BY row"
    found = duckdb.execute(query).fetchnumpy()
    return [found[f"v{place}"] for place in range(len(work.concepts))]


def write_cells(work: Workload, cells: list[Any], path: Path) -> None:
    """Points by unit and indicator, to be compared."""
    import polars as pl

    frame = pl.DataFrame({one.id: cell for one, cell in zip(work.indicators, cells, strict=True)})
    frame.with_columns(pl.int_range(pl.len(), dtype=pl.Int64).alias("row")).write_parquet(path)


# --- numpy ------------------------------------------------------------------------------------------------------------


def numpy_kernel(work: Workload, units_file: Path, units: int, folder: Path, laps: Laps) -> None:
    """Every cell, the sections and the total as int64."""
    with laps.lap("read"):
        given = arrays(work, units_file, units)
    with laps.lap("scores"):
        cells = [_cells(one, given) for one in work.indicators]
        totals = [_total(work, cells, number) for number in range(SECTIONS)]
        sum(totals[1:], totals[0])
    with laps.lap("write"):
        write_cells(work, cells, folder / "cells.parquet")


def _total(work: Workload, cells: list[Any], section: int) -> Any:
    import numpy as np

    total = np.zeros(len(cells[0]), dtype=np.int64)
    for one, cell in zip(work.indicators, cells, strict=True):
        if one.section == section:
            total += cell
    return total


def _cells(one: Indicator, given: Any) -> Any:
    """`given`: an array for the place of each concept."""
    import numpy as np

    facts = [given[fact] for fact in one.facts]
    if one.kind in ("yes", "checklist"):
        worth = one.worth or (one.points,)
        found = np.zeros(len(facts[0]), dtype=np.int64)
        for fact, points in zip(facts, worth, strict=True):
            found += fact * np.int64(points)
        return found
    numerator, denominator = facts
    rate = numerator * 100
    if one.kind == "per_unit":
        limit = denominator * one.limits[0]
        over = rate - limit if one.op == "<=" else limit - rate
        divisor = np.maximum(denominator, 1)
        off = (np.maximum(over, 0) + divisor - 1) // divisor
        found = np.maximum(one.points - one.worth[0] * off, 0)
    else:
        found = np.zeros(len(rate), dtype=np.int64)
        worth = one.worth or (one.points,)
        for limit, points in reversed(list(zip(one.limits, worth, strict=True))):
            edge = denominator * limit
            found[rate <= edge if one.op == "<=" else rate >= edge] = points
    found[denominator == 0] = one.points
    return found


# --- openfisca --------------------------------------------------------------------------------------------------------


def openfisca_shipped(work: Workload, units_file: Path, units: int, folder: Path, laps: Laps) -> None:
    """Amounts in 元 as its floats, rates by division, as its users write them."""
    _openfisca(work, units_file, units, folder, laps, wide=False)


def openfisca_int64(work: Workload, units_file: Path, units: int, folder: Path, laps: Laps) -> None:
    """Cents as integers of 64 bits, which it has to be taught, compared by cross-multiplication."""
    _openfisca(work, units_file, units, folder, laps, wide=True)


def _openfisca(work: Workload, units_file: Path, units: int, folder: Path, laps: Laps, *, wide: bool) -> None:
    import numpy as np
    from openfisca_core.entities import build_entity
    from openfisca_core.simulations import SimulationBuilder
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables.config import VALUE_TYPES

    if wide:
        VALUE_TYPES[int]["dtype"] = np.int64
    with laps.lap("read"):
        given = arrays(work, units_file, units)
    if not wide:
        given = [one if one.dtype == bool else (one / 100).astype(np.float32) for one in given]
    unit = build_entity("unit", "units", "A budget unit", is_person=True)
    with laps.lap("plan"):
        system = TaxBenefitSystem([unit])
        for place, kind in enumerate(work.concepts):
            system.add_variable(_variable(unit, f"v{place}", bool if kind == "yes" else int if wide else float, None))
        for n, one in enumerate(work.indicators):
            system.add_variable(_variable(unit, f"x{n}", int if wide else float, _formula(one, wide)))
        system.add_variable(_variable(unit, "total", int if wide else float, _sum(len(work.indicators))))
    with laps.lap("scores"):
        simulation = SimulationBuilder().build_default_simulation(system, count=len(given[0]))
        for place, values in enumerate(given):
            simulation.set_input(f"v{place}", "2024", values)
        simulation.calculate("total", "2024")
        cells = [simulation.calculate(f"x{n}", "2024") for n in range(len(work.indicators))]
    if not wide:
        cells = [np.rint(cell * 100).astype(np.int64) for cell in cells]
    with laps.lap("write"):
        write_cells(work, cells, folder / "cells.parquet")


def _variable(entity: Any, name: str, kind: type, formula: Any) -> Any:
    from openfisca_core.periods import DateUnit
    from openfisca_core.variables import Variable

    members: dict[str, Any] = {"value_type": kind, "entity": entity, "definition_period": DateUnit.YEAR, "label": name}
    return type(name, (Variable,), {**members, "formula": formula} if formula else members)


def _sum(count: int) -> Any:
    def formula(unit: Any, period: Any) -> Any:
        total = unit("x0", period)
        for n in range(1, count):
            total = total + unit(f"x{n}", period)
        return total

    return formula


def _formula(one: Indicator, wide: bool) -> Any:
    def exact(unit: Any, period: Any) -> Any:
        return _cells(one, {fact: unit(f"v{fact}", period) for fact in one.facts})

    def shipped(unit: Any, period: Any) -> Any:
        return _float_cells(one, [unit(f"v{fact}", period) for fact in one.facts])

    return exact if wide else shipped


def _float_cells(one: Indicator, facts: list[Any]) -> Any:
    import numpy as np

    full = one.points / 100
    if one.kind in ("yes", "checklist"):
        worth = one.worth or (one.points,)
        return sum(fact * np.float32(points / 100) for fact, points in zip(facts, worth, strict=True))
    numerator, denominator = facts
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = numerator / denominator
        limits = [np.float32(limit / 100) for limit in one.limits]
        if one.kind == "per_unit":
            over = rate - limits[0] if one.op == "<=" else limits[0] - rate
            found = np.maximum(full - one.worth[0] / 100 * np.ceil(np.maximum(over, 0) * 100), 0)
        elif one.kind == "threshold":
            found = np.where(rate <= limits[0] if one.op == "<=" else rate >= limits[0], full, 0)
        else:
            found = np.select([rate >= limit for limit in limits], [points / 100 for points in one.worth], 0)
    return np.where(denominator == 0, full, found).astype(np.float32)
