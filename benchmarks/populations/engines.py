"""Contenders that take one unit after another: zen-engine, clipspy, rule-engine, bare durable_rules.

What they are timed for is deciding every indicator of every unit, their facts lying ready as Python numbers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.populations.measuring import Laps
from benchmarks.populations.rates import beyond
from benchmarks.populations.vectors import arrays, write_cells
from benchmarks.populations.workload import Indicator, Workload

Rows = Sequence[Sequence[int]]


def _rows(work: Workload, units_file: Path, units: int) -> Rows:
    """For each unit its facts; yes is 1."""
    columns = [[int(value) for value in column] for column in arrays(work, units_file, units)]
    return list(zip(*columns, strict=True))


def _decide(
    work: Workload, rows: Rows, folder: Path, laps: Laps, decide: Callable[[Sequence[int]], Sequence[int]]
) -> None:
    with laps.lap("scores"):
        cells = [decide(row) for row in rows]
    write_cells(work, list(zip(*cells, strict=True)), folder / "cells.parquet")


# --- zen-engine -------------------------------------------------------------------------------------------------------


def zen(work: Workload, units_file: Path, units: int, folder: Path, laps: Laps) -> None:
    """One decision with one expression for each indicator; its numbers are decimals."""
    import zen as engine

    rows = _rows(work, units_file, units)
    names = [f"v{place}" for place in range(len(work.concepts))]
    with laps.lap("plan"):
        decision = engine.ZenEngine().create_decision(json.dumps(_zen_graph(work)))
    keys = [f"x{n}" for n in range(len(work.indicators))]

    def decide(row: Sequence[int]) -> Sequence[int]:
        found = decision.evaluate(dict(zip(names, row, strict=True)))["result"]
        return [int(found[key]) for key in keys]

    _decide(work, rows, folder, laps, decide)


def _zen_graph(work: Workload) -> dict[str, Any]:
    expressions = [
        {"id": f"e{n}", "key": f"x{n}", "value": _expression(one, "ceil({0} / {1})")}
        for n, one in enumerate(work.indicators)
    ]
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in"},
        {"id": "rules", "type": "expressionNode", "name": "rules", "content": {"expressions": expressions}},
        {"id": "out", "type": "outputNode", "name": "out"},
    ]
    edges = [
        {"id": "1", "type": "edge", "sourceId": "in", "targetId": "rules"},
        {"id": "2", "type": "edge", "sourceId": "rules", "targetId": "out"},
    ]
    return {"nodes": nodes, "edges": edges}


def _expression(one: Indicator, ceiling: str) -> str:
    """Points as an expression with C's question mark; yes is 1."""
    facts = [f"v{fact}" for fact in one.facts]
    if one.kind in ("yes", "checklist"):
        worth = one.worth or (one.points,)
        return " + ".join(f"{fact} * {points}" for fact, points in zip(facts, worth, strict=True))
    n, d = facts
    found = "0"
    if one.kind == "per_unit":
        over = f"100 * {n} - {one.limits[0]} * {d}" if one.op == "<=" else f"{one.limits[0]} * {d} - 100 * {n}"
        off = f"({one.points} - {one.worth[0]} * {ceiling.format(f'({over})', d)})"
        found = f"({off} > 0 ? {off} : 0)"
    worth = one.worth if one.kind == "bands" else (one.points,)
    for limit, points in reversed(list(zip(one.limits, worth, strict=True))):
        found = f"(100 * {n} {one.op} {limit} * {d} ? {points} : {found})"
    return f"{d} == 0 ? {one.points} : {found}"


# --- rule-engine ------------------------------------------------------------------------------------------------------


def rule_engine(work: Workload, units_file: Path, units: int, folder: Path, laps: Laps) -> None:
    """One rule for each indicator, evaluated for its value."""
    import rule_engine as engine

    rows = _rows(work, units_file, units)
    names = [f"v{place}" for place in range(len(work.concepts))]
    with laps.lap("plan"):
        rules = [engine.Rule(_expression(one, "({0} / {1}).ceiling")) for one in work.indicators]

    def decide(row: Sequence[int]) -> Sequence[int]:
        thing = dict(zip(names, row, strict=True))
        return [int(rule.evaluate(thing)) for rule in rules]

    _decide(work, rows, folder, laps, decide)


# --- clipspy ----------------------------------------------------------------------------------------------------------


def clips(work: Workload, units_file: Path, units: int, folder: Path, laps: Laps) -> None:
    """One fact for each indicator of a unit and a rule for each of its cases; what fires tells the points."""
    import clips as engine

    rows = _rows(work, units_file, units)
    environment = engine.Environment()
    found: dict[int, int] = {}
    with laps.lap("plan"):
        environment.define_function(lambda place, points: found.__setitem__(int(place), int(points)), name="given")
        slots = " ".join(f"(slot {name} (type INTEGER))" for name in ("of", "a", "b", "c", "d"))
        environment.build(f"(deftemplate asked {slots})")
        for n, one in enumerate(work.indicators):
            for case, rule in enumerate(_clips_rules(n, one)):
                environment.build(f"(defrule r{n}-{case} {rule})")
    template = environment.find_template("asked")

    def decide(row: Sequence[int]) -> Sequence[int]:
        environment.reset()
        for n, one in enumerate(work.indicators):
            slots = dict(zip("abcd", (row[fact] for fact in one.facts), strict=False))
            template.assert_fact(of=n, **slots)
        environment.run()
        return [found[n] for n in range(len(work.indicators))]

    _decide(work, rows, folder, laps, decide)


def _clips_rules(n: int, one: Indicator) -> list[str]:
    asked = f"(asked (of {n}) (a ?a) (b ?b) (c ?c) (d ?d))"
    if one.kind in ("yes", "checklist"):
        worth = one.worth or (one.points,)
        added = " ".join(f"(* ?{name} {points})" for name, points in zip("abcd", worth, strict=False))
        return [f"{asked} => (given {n} (+ 0 {added}))"]
    rate, zero = "(* 100 ?a)", f"{asked} (test (= ?b 0)) => (given {n} {one.points})"
    worth = one.worth if one.kind == "bands" else (one.points,)
    rules, before = [zero], "(<> ?b 0)"
    for limit, points in zip(one.limits, worth, strict=True):
        holds = f"({one.op} {rate} (* {limit} ?b))"
        rules.append(f"{asked} (test (and {before} {holds})) => (given {n} {points})")
        before += f" (not {holds})"
    left = "0"
    if one.kind == "per_unit":
        edge = f"(* {one.limits[0]} ?b)"
        over = f"(- {rate} {edge})" if one.op == "<=" else f"(- {edge} {rate})"
        left = f"(max 0 (- {one.points} (* {one.worth[0]} (div (+ {over} ?b -1) ?b))))"
    return [*rules, f"{asked} (test (and {before})) => (given {n} {left})"]


# --- durable_rules ----------------------------------------------------------------------------------------------------


def durable(work: Workload, units_file: Path, units: int, folder: Path, laps: Laps) -> None:
    """Its C calls with nothing around them; it cannot divide or multiply, so each fact says where its value lies."""
    import durable_rules_engine as engine

    rows = _rows(work, units_file, units)
    facts = [[_durable_fact(n, one, row) for n, one in enumerate(work.indicators)] for row in rows]
    points: dict[str, int] = {}
    with laps.lap("plan"):
        rules: dict[str, Any] = {"open": _durable_rule("open", [])}
        for n, one in enumerate(work.indicators):
            for place, worth in enumerate(_durable_worth(one)):
                rules[f"r{n}c{place}"] = _durable_rule(f"k{n}", [{"x": place}])
                points[f"r{n}c{place}"] = worth
        handle = engine.create_ruleset("bench", json.dumps(rules))
    waiting = iter(facts)

    def decide(_: Sequence[int]) -> Sequence[int]:
        _, offset = engine.assert_fact(handle, '{"kind":"open","id":"open","sid":"e"}')
        engine.start_action_for_state(handle, offset)
        engine.complete_and_start_action(handle, offset)
        given = []
        for fact in next(waiting):
            engine.assert_fact(handle, fact)
            message = engine.start_action_for_state(handle, offset)[1]
            given.append(points[message[2 : message.index('"', 2)]])
            engine.complete_and_start_action(handle, offset)
        engine.delete_state(handle, "e")
        return given

    _decide(work, rows, folder, laps, decide)


def _durable_rule(kind: str, tests: list[dict[str, int]]) -> dict[str, Any]:
    return {"all": [{"m": {"$and": [{"kind": kind}, *tests]}}]}


def _durable_worth(one: Indicator) -> list[int]:
    """The points of each place a value can lie in."""
    if one.kind == "yes":
        return [0, one.points]
    if one.kind == "checklist":
        return [sum(p for n, p in enumerate(one.worth) if sum_ >> n & 1) for sum_ in range(2 ** len(one.worth))]
    if one.kind == "per_unit":
        return [one.points - one.worth[0] * off for off in range(one.points // one.worth[0] + 1)]
    return [*(one.worth or (one.points,)), 0]


def _durable_fact(n: int, one: Indicator, row: Sequence[int]) -> str:
    facts = [row[fact] for fact in one.facts]
    if one.kind in ("yes", "checklist"):
        place = sum(fact << number for number, fact in enumerate(facts))
    elif facts[1] == 0:
        place = 0
    elif one.kind == "per_unit":
        place = min(beyond(one, facts[0], facts[1]), one.points // one.worth[0])
    else:
        signs = [(100 * facts[0] - limit * facts[1]) * (1 if one.op == ">=" else -1) for limit in one.limits]
        place = next((number for number, sign in enumerate(signs) if sign >= 0), len(signs))
    return f'{{"kind":"k{n}","x":{place},"id":"f{n:06d}","sid":"e"}}'
