"""The same rules written by hand in SQL for DuckDB: integers, thresholds by cross-multiplication, one CASE an indicator."""

from __future__ import annotations

from benchmarks.populations.workload import GRADES, SECTIONS, YES, Indicator, Workload


def points_sql(one: Indicator) -> str:
    """Hundredths of points."""
    if one.kind == "yes":
        return f"CASE WHEN v{one.facts[0]} = '{YES}' THEN {one.points} ELSE 0 END"
    if one.kind == "checklist":
        items = zip(one.facts, one.worth, strict=True)
        return " + ".join(f"CASE WHEN v{fact} = '{YES}' THEN {points} ELSE 0 END" for fact, points in items)
    worth = {"zero-denominator": str(one.points), "full": str(one.points), "within": str(one.points), "otherwise": "0"}
    worth |= {f"band-{n + 1}": str(points) for n, points in enumerate(one.worth)}
    if one.kind == "per_unit":
        worth["per-unit"] = f"greatest(0, {one.points} - {one.worth[0]} * {_points_off(one)})"
    return _cases(one, worth)


def _points_off(one: Indicator) -> str:
    """Percentage points beyond the limit, a part of one counted whole."""
    n, d = (f"v{fact}" for fact in one.facts)
    beyond = f"100 * {n} - {one.limits[0]} * {d}" if one.op == "<=" else f"{one.limits[0]} * {d} - 100 * {n}"
    return f"(({beyond} + {d} - 1) // nullif({d}, 0))"


def _branches(one: Indicator) -> list[tuple[str, str]]:
    """Name and condition of each case of a rate; the last has none."""
    n, d = (f"v{fact}" for fact in one.facts)
    found = [("zero-denominator", f"{d} = 0")]
    if one.kind == "bands":
        found += [(f"band-{place + 1}", f"100 * {n} >= {limit} * {d}") for place, limit in enumerate(one.limits)]
    else:
        name = "full" if one.kind == "threshold" else "within"
        found.append((name, f"100 * {n} {one.op} {one.limits[0]} * {d}"))
    return [*found, ("per-unit" if one.kind == "per_unit" else "otherwise", "")]


def _cases(one: Indicator, worth: dict[str, str]) -> str:
    """CASE over the branches, neighbours of one worth in one."""
    *tests, (last, _) = _branches(one)
    return f"CASE {' '.join(f'WHEN {test} THEN {worth[name]}' for name, test in tests)} ELSE {worth[last]} END"


def decimal(hundredths: str) -> str:
    """Hundredths as an exact decimal: 9 digits, 2 of them after the point."""
    return f"CAST(CAST({hundredths} AS DECIMAL(7, 0)) * 0.01 AS DECIMAL(9, 2))"


def scores_sql(work: Workload, units: str) -> str:
    """One row a unit: result, grade, sections, indicators."""
    points = ", ".join(f"CAST({points_sql(one)} AS INTEGER) AS x{n}" for n, one in enumerate(work.indicators))
    places = {one.id: n for n, one in enumerate(work.indicators)}
    sums = [" + ".join(f"x{places[one.id]}" for one in work.section(number)) for number in range(SECTIONS)]
    named = ", ".join(f"{total} AS t{number}" for number, total in enumerate(sums))
    total = " + ".join(f"t{number}" for number in range(SECTIONS))
    grade = "CASE " + " ".join(f"WHEN 100 * total >= {start * work.total} THEN '{name}'" for name, start in GRADES[:-1])
    grade += f" ELSE '{GRADES[-1][0]}' END"
    picked = ["row", "unit", "name", *(f"{decimal('total')} AS {name}" for name in ("score", "lower", "upper"))]
    picked += ["grade", "grade || ';' AS grades"]
    for number in range(SECTIONS):
        picked += [f"{decimal(f't{number}')} AS {name}_s{number}" for name in ("section", "lower", "upper")]
    ordered = [one for number in range(SECTIONS) for one in work.section(number)]
    picked += [f'{decimal(f"x{places[one.id]}")} AS "score_{one.id}"' for one in ordered]
    return (
        f"SELECT {', '.join(picked)} FROM (SELECT *, {grade} AS grade FROM (SELECT *, {total} AS total FROM "
        f"(SELECT *, {named} FROM (SELECT row, unit, name, {points} FROM {units}))))"
    )


def reasons_sql(work: Workload, units: str) -> str:
    """One row a unit and indicator: verdict, case, points, score, bounds, measure, operands."""
    ordered = [one for number in range(SECTIONS) for one in work.section(number)]
    return " UNION ALL ".join(_leg(one, units) for one in ordered)


def _leg(one: Indicator, units: str) -> str:
    facts = ", ".join(f"v{fact}" for fact in one.facts)
    inner = f"SELECT row, unit, {facts}, CAST({points_sql(one)} AS INTEGER) AS x FROM {units}"
    verdict = f"CASE WHEN x >= {one.points} THEN 'met' WHEN x <= 0 THEN 'not_met' ELSE 'partly_met' END"
    worth = f"CAST({one.points / 100} AS DECIMAL(9, 2))"
    n, d = "CAST(NULL AS BIGINT)", "CAST(NULL AS BIGINT)"
    operands = " || ';' || ".join(f"v{fact}" for fact in one.facts)
    if len(one.facts) == 2:
        n, d = (f"CASE WHEN v{one.facts[1]} <> 0 THEN v{fact} END" for fact in one.facts)
        money = (f"CAST(CAST(v{fact} AS DECIMAL(16, 0)) * 0.01 AS DECIMAL(18, 2))" for fact in one.facts)
        operands = " || ';' || ".join(f"CAST({amount} AS VARCHAR)" for amount in money)
    return (
        f"SELECT row, unit, '{one.id}' AS indicator, {verdict} AS verdict, {_code(one)} AS code, {worth} AS points, "
        f"{decimal('x')} AS score, {decimal('x')} AS lower, {decimal('x')} AS upper, "
        f"{n} AS measure_num, {d} AS measure_den, {operands} AS operands FROM ({inner})"
    )


def _code(one: Indicator) -> str:
    if one.kind == "yes":
        return f"CASE WHEN v{one.facts[0]} = '{YES}' THEN 'full' ELSE 'otherwise' END"
    if one.kind == "checklist":
        items = " || ".join(
            f"CASE WHEN v{fact} = '{YES}' THEN '+{n}' ELSE '' END" for n, fact in enumerate(one.facts, 1)
        )
        return f"'items:' || {items}"
    return _cases(one, {name: f"'{name}'" for name, _ in _branches(one)})
