"""The same rules written by hand for Polars: 64-bit integers, thresholds by cross-multiplication."""

from __future__ import annotations

from typing import Any

from benchmarks.populations.workload import GRADES, SECTIONS, YES, Indicator, Workload


def _points(one: Indicator) -> Any:
    """Hundredths of points."""
    import polars as pl

    if one.kind in ("yes", "checklist"):
        items = [
            (pl.col(f"v{fact}") == YES).cast(pl.Int32) * points
            for fact, points in zip(one.facts, one.worth or (one.points,), strict=True)
        ]
        return pl.sum_horizontal(items)
    worth = {"zero-denominator": one.points, "full": one.points, "within": one.points, "otherwise": 0}
    worth |= {f"band-{n + 1}": points for n, points in enumerate(one.worth)}
    given: dict[str, Any] = {name: pl.lit(points, pl.Int32) for name, points in worth.items()}
    if one.kind == "per_unit":
        given["per-unit"] = _per_unit(one)
    return _chosen(one, given)


def _per_unit(one: Indicator) -> Any:
    import polars as pl

    n, d = (pl.col(f"v{fact}") for fact in one.facts)
    beyond = 100 * n - one.limits[0] * d if one.op == "<=" else one.limits[0] * d - 100 * n
    off = (beyond + d - 1) // d
    return (one.points - one.worth[0] * off).clip(lower_bound=0).cast(pl.Int32)


def _branches(one: Indicator) -> list[tuple[str, Any]]:
    import polars as pl

    n, d = (pl.col(f"v{fact}") for fact in one.facts)
    found = [("zero-denominator", d == 0)]
    if one.kind == "bands":
        found += [(f"band-{place + 1}", 100 * n >= limit * d) for place, limit in enumerate(one.limits)]
    else:
        rate, limit = 100 * n, one.limits[0] * d
        found.append(
            ("full" if one.kind == "threshold" else "within", rate <= limit if one.op == "<=" else rate >= limit)
        )
    return [*found, ("per-unit" if one.kind == "per_unit" else "otherwise", None)]


def _chosen(one: Indicator, given: dict[str, Any]) -> Any:
    import polars as pl

    *tests, (last, _) = _branches(one)
    name, test = tests[0]
    found: Any = pl.when(test).then(given[name])
    for name, test in tests[1:]:
        found = found.when(test).then(given[name])
    return found.otherwise(given[last])


def scores(work: Workload, frame: Any) -> Any:
    """One row a unit."""
    import polars as pl

    points = [_points(one).alias(f"score_{one.id}") for one in work.indicators]
    sums = [
        pl.sum_horizontal(f"score_{one.id}" for one in work.section(number)).alias(f"section_s{number}")
        for number in range(SECTIONS)
    ]
    total = pl.sum_horizontal(f"section_s{number}" for number in range(SECTIONS)).alias("score")
    grade: Any = pl.when(100 * pl.col("score") >= GRADES[0][1] * work.total).then(pl.lit(GRADES[0][0]))
    for name, start in GRADES[1:-1]:
        grade = grade.when(100 * pl.col("score") >= start * work.total).then(pl.lit(name))
    grade = grade.otherwise(pl.lit(GRADES[-1][0])).alias("grade")
    wide = frame.select("row", "unit", "name", *points).with_columns(sums).with_columns(total).with_columns(grade)
    ends = [
        pl.col(f"section_s{number}").alias(f"{end}_s{number}")
        for number in range(SECTIONS)
        for end in ("lower", "upper")
    ]
    more = [pl.col("score").alias("lower"), pl.col("score").alias("upper"), (pl.col("grade") + ";").alias("grades")]
    return wide.with_columns(*more, *ends)


def reasons(work: Workload, frame: Any) -> Any:
    """One row a unit and indicator."""
    import polars as pl

    ordered = [one for number in range(SECTIONS) for one in work.section(number)]
    return pl.concat([_leg(one, frame) for one in ordered])


def _leg(one: Indicator, frame: Any) -> Any:
    import polars as pl

    x = pl.col("x")
    verdict: Any = pl.when(x >= one.points).then(pl.lit("met")).when(x <= 0).then(pl.lit("not_met"))
    nothing = pl.lit(None, pl.Int64)
    measure = [nothing, nothing]
    operands = pl.concat_str([pl.col(f"v{fact}") for fact in one.facts], separator=";")
    if len(one.facts) == 2:
        n, d = (pl.col(f"v{fact}") for fact in one.facts)
        measure = [pl.when(d != 0).then(n), pl.when(d != 0).then(d)]
        operands = pl.concat_str([_money(n), _money(d)], separator=";")
    return frame.with_columns(_points(one).alias("x")).select(
        "row",
        "unit",
        pl.lit(one.id).alias("indicator"),
        verdict.otherwise(pl.lit("partly_met")).alias("verdict"),
        _code(one).alias("code"),
        pl.lit(one.points, pl.Int32).alias("points"),
        x.alias("score"),
        x.alias("lower"),
        x.alias("upper"),
        measure[0].alias("measure_num"),
        measure[1].alias("measure_den"),
        operands.alias("operands"),
    )


def _money(amount: Any) -> Any:
    import polars as pl

    cents = (amount % 100).cast(pl.String).str.zfill(2)
    return pl.concat_str([(amount // 100).cast(pl.String), cents], separator=".")


def _code(one: Indicator) -> Any:
    import polars as pl

    if one.kind == "yes":
        return pl.when(pl.col(f"v{one.facts[0]}") == YES).then(pl.lit("full")).otherwise(pl.lit("otherwise"))
    if one.kind == "checklist":
        items = [
            pl.when(pl.col(f"v{fact}") == YES).then(pl.lit(f"+{n}")).otherwise(pl.lit(""))
            for n, fact in enumerate(one.facts, 1)
        ]
        return pl.concat_str([pl.lit("items:"), *items])
    return _chosen(one, {name: pl.lit(name) for name, _ in _branches(one)})
