"""How a section's score follows from its indicators' scores, where it does by plain arithmetic: as a formula of cells.

Gates, vetoes, points that are spread over others and whatever else is no sum stay with the engine. A formula is only
written where it gives the engine's own figure, which is tried here in exact numbers first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from engine.assessment import Assessment, IndicatorResult, SectionResult
from engine.model import Rulebook, Section
from facts.values import ZERO, Rounding, decimal_text


@dataclass(frozen=True, slots=True)
class Counted:
    """An indicator as its section counts it: the points that count, and its bounds. `counts` False: it is left out."""

    points: Fraction
    lower: Fraction
    upper: Fraction
    counts: bool


def counted(one: IndicatorResult, rulebook: Rulebook) -> Counted:
    """What does not apply counts in full where the rules say so, and is left out elsewhere."""
    policy = next(i.part.policies.not_applicable for i in rulebook.indicators if i.id == one.id)
    if one.verdict == "not_applicable" and policy != "full":
        return Counted(ZERO, ZERO, ZERO, counts=False)
    return Counted(one.points, one.lower, one.upper, counts=True)


def is_plain(section: Section, result: SectionResult, members: Sequence[Counted]) -> bool:
    """Whether the formula below gives what the engine gives."""
    return all(
        _plain(section, [(one.points, score) for one, score in zip(members, scores, strict=True) if one.counts])
        == given
        for scores, given in (
            ([one.lower for one in members], result.lower),
            ([one.upper for one in members], result.upper),
        )
    )


def _plain(section: Section, found: Sequence[tuple[Fraction, Fraction]]) -> Fraction | None:
    points, score = sum((p for p, _ in found), ZERO), sum((s for _, s in found), ZERO)
    value = score
    if section.kind != "malus" and section.model == "declared_less_deductions":
        value = max(ZERO, section.points - (points - score))
    elif section.kind != "malus" and section.model == "rescaled":
        if not points:
            return None
        value = score * section.points / points
    floor, cap = bounds(section)
    value = value if floor is None else max(value, floor)
    return value if cap is None else min(value, cap)


def bounds(section: Section) -> tuple[Fraction | None, Fraction | None]:
    """Floor and cap: a bonus or malus block is bounded by its points, a base section only by what it states."""
    floor, cap = section.floor, section.cap
    if section.kind == "malus":
        return (-section.points if floor is None else floor), (ZERO if cap is None else cap)
    if section.kind == "bonus":
        return (ZERO if floor is None else floor), (section.points if cap is None else cap)
    return floor, cap


def section_formula(section: Section, declared: str, points: str, scores: str) -> str:
    """The section's score over the cells of its indicators: the points that count, and least or most scores."""
    text = f"SUM({scores})"
    if section.kind != "malus" and section.model == "declared_less_deductions":
        text = f"MAX(0,{declared}-(SUM({points})-{text}))"
    elif section.kind != "malus" and section.model == "rescaled":
        text = f"{text}*{declared}/SUM({points})"
    return _kept(text, *bounds(section))


def total_formula(rulebook: Rulebook, scores: str) -> str:
    """The total over the sections' scores: its floor and cap, then rounding as the rules say."""
    text = _kept(f"SUM({scores})", rulebook.floor, rulebook.cap)
    rounding = rulebook.defaults.round_score
    return text if rounding is None else _rounded(text, rounding)


def total_is_plain(assessment: Assessment, rulebook: Rulebook) -> bool:
    """Whether that formula gives the engine's total; a veto of the result makes it another."""
    found = []
    for ends in ([one.lower for one in assessment.sections], [one.upper for one in assessment.sections]):
        value = sum(ends, ZERO)
        value = value if rulebook.floor is None else max(value, rulebook.floor)
        value = value if rulebook.cap is None else min(value, rulebook.cap)
        found.append(rulebook.defaults.round_score(value) if rulebook.defaults.round_score else value)
    return found == [assessment.lower, assessment.upper]


def _kept(text: str, floor: Fraction | None, cap: Fraction | None) -> str:
    if floor is not None:
        text = f"MAX({decimal_text(floor)},{text})"
    return text if cap is None else f"MIN({decimal_text(cap)},{text})"


def _rounded(text: str, how: Rounding) -> str:
    """Rounding in the words of spreadsheets: theirs are symmetric about zero as ours are; none of theirs is half-even."""
    places = how.places
    # A spreadsheet's number is binary: 0.1+0.2 must not be rounded up for what lies beyond the fifteenth digit.
    steady = f"ROUND({text},{places + 8})"
    if how.mode == "half_even":
        scaled = f"ROUND(ABS({text})*10^{places},8)"
        tie = f"AND(MOD({scaled},1)=0.5,MOD(INT({scaled}),2)=0)"
        return f"ROUND({steady},{places})-IF({tie},SIGN({text})*10^-{places},0)"
    name = {"half_up": "ROUND", "up": "ROUNDUP", "down": "ROUNDDOWN"}[how.mode]
    return f"{name}({steady},{places})"
