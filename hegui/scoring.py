"""Everything a case needs before it can be scored, and the score: what the command line and the desk both do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from engine.assessment import Assessment, IndicatorResult
from engine.evaluate import usable
from engine.model import Rulebook
from engine.waivers import Waivers, check_waivers
from facts.model import Case
from facts.problem import Problem, Text, did_you_mean, has_errors, in_order
from facts.provenance import Position
from facts.waiverfile import read_waivers

Read = tuple[Case | None, tuple[Problem, ...]]


@dataclass(frozen=True, slots=True)
class Ready:
    """A case that can be scored, and the waivers given for it."""

    case: Case
    waivers: Waivers | None


def ready_to_score(
    rulebook: Rulebook, read: Read, waiver_files: Sequence[Path], as_of: date, problems: Sequence[Problem] = ()
) -> tuple[Ready | None, tuple[Problem, ...]]:
    """The case with its waivers where nothing keeps it from being scored, and every Problem, those given included."""
    case, found = read
    waivers, untold = read_waivers(waiver_files) if waiver_files else ((), ())
    problems = (*problems, *untold, *check_waivers(rulebook, waivers), *found)
    if case is not None:
        problems = (*problems, *usable(rulebook, case))
    if case is None or has_errors(problems):
        return None, in_order(problems)
    return Ready(case, Waivers(waivers, as_of) if waiver_files else None), in_order(problems)


def find_indicator(assessment: Assessment, wanted: str, at: Position) -> IndicatorResult | Problem:
    """The indicator of that id or title, else the Problem that there is none."""
    for one in assessment.indicators:
        if wanted in (one.id, one.title.zh, one.title.en):
            return one
    names = [name for i in assessment.indicators for name in (i.id, i.title.zh)]
    hint = did_you_mean(wanted, names)
    if not hint.zh:
        ids = "、".join(i.id for i in assessment.indicators[:8])
        hint = Text(f"编号如 {ids} ……;也可写指标名称", f"ids such as {ids} …; or the indicator's title")
    message = Text(f"没有名为“{wanted}”的指标", f"there is no indicator {wanted!r}")
    return Problem("unknown-indicator", at, message, hint)
