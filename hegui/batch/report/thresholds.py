"""The limits at which points jump: constants a measure is compared with in the Plan, and the starts of grades."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from engine.expr import Comparison, Expr, Logic, Not, Number, Subject
from engine.model import PerUnit, Proportional
from engine.plan import (
    Branch,
    ByMeasure,
    FixedPoints,
    FloorPoints,
    FullPoints,
    Plan,
    PlanIndicator,
    PlanPart,
    SharePoints,
)
from engine.rollup import base_points
from engine.showing import number_text
from facts.problem import Text
from facts.units import POINTS
from hegui.batch.report.model import title_of

# Branches decided by other facts before the measure is looked at.
_BEFORE = ("not-applicable", "applies", "void", "exempt", "zero-denominator")


@dataclass(frozen=True, slots=True)
class Limit:
    """A value at which points jump. `above`: whether more points lie above; `within`: whether the value itself has them.

    `indicator` None: the whole score, and its grades.
    """

    indicator: PlanIndicator | None
    value: Fraction
    above: bool
    within: bool
    shown: str
    name: Text


def limits(plan: Plan) -> tuple[Limit, ...]:
    """Every limit, in the order of the rulebook, grades last."""
    found = [
        limit for section in plan.sections for indicator in section.indicators for limit in _of_indicator(indicator)
    ]
    return (*found, *_grades(plan))


def _grades(plan: Plan) -> list[Limit]:
    scale = plan.rulebook.grades
    if scale is None:
        return []
    each = Fraction(1) if scale.of == "score" else base_points(plan) / 100
    return [
        Limit(None, step.start * each, True, True, number_text(step.start * each, POINTS), Text(step.grade, step.grade))
        for step in scale.steps[:-1]
    ]


def _of_indicator(indicator: PlanIndicator) -> list[Limit]:
    part = indicator.part
    if part.measure is None:
        return []
    constants: dict[Fraction, Number] = {}
    for branch in part.branches:
        if branch.condition is not None and not branch.name.startswith(_BEFORE):
            constants |= {number.value: number for number in _constants(branch.condition)}
    found = []
    for value, number in sorted(constants.items()):
        here = [_worth(part, value, side) for side in (-1, 0, 1)]
        below, at, above = here
        if below is None or at is None or above is None or below == above:
            continue
        better = above > below
        unit = number.unit if number.unit.name else part.measure.unit or number.unit
        limit = Limit(
            indicator, value, better, at == (above if better else below), number_text(value, unit), title_of(indicator)
        )
        found.append(limit)
    return found


def _constants(tree: Expr) -> list[Number]:
    """Numbers the measure itself is compared with."""
    match tree:
        case Comparison(op, Subject(), Number() as number) if op not in ("=", "!="):
            return [number]
        case Logic(_, operands):
            return [number for operand in operands for number in _constants(operand)]
        case Not(operand):
            return _constants(operand)
        case _:
            return []


# --- which side has more points ---------------------------------------------------------------------------------------

# A worth is compared with another of the same part only. Second: how much lies beyond what the first says, for points
# that begin where the others end (so much off for every step).
_Worth = tuple[Fraction, int]


def _worth(part: PlanPart, value: Fraction, side: int) -> _Worth | None:
    """What a measure at a value, just below (-1) or just above it (1) is worth; None where other facts decide."""
    for branch in part.branches:
        if branch.name.startswith(_BEFORE):
            continue
        holds = True if branch.condition is None else _holds(branch.condition, value, side)
        if holds is None:
            return None
        if holds:
            return _points(part, branch)
    return None


def _points(part: PlanPart, branch: Branch) -> _Worth | None:
    points = part.points
    if not isinstance(points, Fraction):
        return None
    full = Fraction(0) if part.malus else points
    match branch.effect:
        case FullPoints():
            return full, 0
        case SharePoints(share):
            return full * share, 0
        case FixedPoints(given):
            return given, 0
        case FloorPoints():
            return part.part.floor if part.part.floor is not None else -points if part.malus else Fraction(0), 0
        case ByMeasure(form=PerUnit() as form):
            start = form.start if form.start is not None else full if form.sign < 0 else Fraction(0)
            return start, form.sign
        case ByMeasure(form=Proportional(up_to=up_to)):
            return full * up_to, -1
        case _:
            return None


def _holds(tree: Expr, value: Fraction, side: int) -> bool | None:
    match tree:
        case Comparison(op, Subject(), Number(limit)):
            place = (value > limit) - (value < limit) or side
            return {
                "<": place < 0, "<=": place <= 0, ">": place > 0, ">=": place >= 0, "=": place == 0, "!=": place != 0
            }[op]  # fmt: skip
        case Logic(op, operands):
            each = [_holds(operand, value, side) for operand in operands]
            if op == "and":
                return False if False in each else None if None in each else True
            return True if True in each else None if None in each else False
        case Not(operand):
            inner = _holds(operand, value, side)
            return None if inner is None else not inner
        case _:
            return None
