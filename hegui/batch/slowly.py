"""What is said before a run in which the engine scores every unit because columns cannot: which clauses, and how long it may take."""

from __future__ import annotations

import time

from engine.evaluate import Evaluator
from facts.columns.intake import Intake
from facts.columns.rebuilding import cases
from facts.model import Period
from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.batch.model import Compiled

# So many units are tried to tell how long the others may take.
_TRIED = 20


def told_beforehand(intake: Intake, evaluator: Evaluator, compiled: Compiled, period: Period) -> tuple[Problem, ...]:
    """The Problems of a rulebook that columns cannot say, and what follows for this run."""
    if not compiled.unsaid:
        return ()
    rows = [row for (row,) in intake.store.all(f"SELECT row FROM {intake.units.name} ORDER BY row LIMIT {_TRIED}")]
    began = time.perf_counter()
    for row, case in cases(intake, rows, period):
        compiled.rowwise(evaluator.decide(case), row)
    minutes = (time.perf_counter() - began) / len(rows) * intake.kept / 60
    zh, en = (
        (f"约 {minutes:.0f} 分钟", f"about {minutes:.0f} minutes")
        if minutes >= 1
        else ("不到一分钟", "less than a minute")
    )
    message = Text(
        f"规则集有不能按列计算的条款(见下),{intake.kept} 个单位都由引擎逐个评分,慢得多:{zh};数值写成分子、分母两列",
        f"the rulebook has clauses that columns cannot say (named below): the engine scores all {intake.kept} units one by one, "
        f"which is far slower: {en}; numbers are written as numerator and denominator",
    )
    return (Problem("by-engine", Position(intake.source.file), message, severity="warning"), *compiled.unsaid)
