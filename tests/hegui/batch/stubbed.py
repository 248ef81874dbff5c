"""A rulebook compiled by hand, for tests of running: one indicator's fact as the score of everything.

As a program, it runs a job with it: python stubbed.py TABLE RULES OUT PARTITION [SAMPLE].
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.columns.queries import OWN, Group, Grouped
from engine.evaluate import Evaluator
from facts.columns.intake import Intake
from facts.problem import Problem
from hegui.batch.model import Compiled, Job, Record
from hegui.batch.run import run_batch

RULES = Path(__file__).parents[3] / "rules" / "kunming-2017"


def concept_of(intake: Intake) -> str:
    return next(c.concept.id for c in intake.units.columns if c.concept.label == "三公经费控制率")


def compiled(intake: Intake, off: int = 0) -> Compiled:
    """Scores are the fact in thousandths (-1: none) plus `off`; a unit whose name ends in 9 is left to the engine."""
    concept = concept_of(intake)
    column = intake.column(concept)
    assert column is not None
    key, facts = column.key, intake.facts[column.key]
    score = f"CAST(coalesce(v{key} * {1000 // facts.scale}, -1) + {off} AS BIGINT)"

    def rowwise(decided: Any, row: int) -> tuple[Record, Sequence[Record]]:
        fact = decided.case.facts.get(concept)
        value = int(fact.value * 1000) if fact is not None else -1
        unit = {"row": row, "unit": decided.case.subject.id, "name": decided.case.subject.name}
        reasons = [
            {**{k: unit[k] for k in ("row", "unit")}, "indicator": name, "points": value} for name in ("甲", "乙")
        ]
        return {**unit, "score": value}, reasons

    kept = "FROM results WHERE NOT beyond"
    results = f"SELECT row, unit, name, {score} AS score, unit LIKE '%9' AS beyond FROM units"
    reasons = f"SELECT row, unit, unnest(['甲', '乙']) AS indicator, score AS points {kept}"
    group = Group("results", (*OWN, f"v{key}"), (*OWN, "score"), results, reasons)
    return Compiled(Grouped((group,), f"SELECT row, unit, name, score {kept}"), rowwise)


def compile_stub(evaluator: Evaluator, intake: Intake) -> tuple[Compiled, tuple[Problem, ...]]:
    return compiled(intake), ()


def compile_wrong(evaluator: Evaluator, intake: Intake) -> tuple[Compiled, tuple[Problem, ...]]:
    return compiled(intake, off=1), ()


def slow(done: int, total: int, what: str) -> None:
    """Leaves time to be killed in."""
    time.sleep(0.02)


if __name__ == "__main__":
    table, rules, out, partition = sys.argv[1:5]
    job = Job(Path(table), Path(rules), Path(out), partition=int(partition), sample=5)
    ran, problems = run_batch(job, compile_stub, slow)
    for problem in problems:
        print(problem.show("en"), file=sys.stderr)
    sys.exit(0 if ran is not None else 2)
