"""Whether two rulebooks that differ above their indicators can differ in what they give, as far as that can be shown.

Scores that are all multiples of one number (half points, say) make a total that is one too; so where a grade starts between
two of them, or whether the total is rounded to more places, cannot be told.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from engine.evaluate import WhatIf
from engine.model import Rulebook, Section
from engine.rollup import base_points
from engine.trials.grain import common_measure, leaves, part_values
from engine.trials.slices import case_of
from facts.values import ZERO

Span = tuple[Fraction | None, Fraction | None]


def same_above(one: Rulebook, other: Rulebook) -> bool:
    """Whether the difference between the two is shown not to matter: models, bounds, grades and rounding of the total."""
    made = WhatIf(replace(one, accepted=()))
    if not all(_same_section(made, a, b) for a, b in zip(one.sections, other.sections, strict=True)):
        return False
    if (one.floor, one.cap) != (other.floor, other.cap) and not _total_within(made, one, other):
        return False
    rest = replace(other, sections=one.sections, floor=one.floor, cap=one.cap, grades=one.grades)
    rest = replace(rest, defaults=replace(rest.defaults, round_score=one.defaults.round_score))
    return rest == one and _same_grades(made, other) and _same_rounding(made, other)


def _same_section(made: WhatIf, one: Section, other: Section) -> bool:
    if one == other:
        return True
    if replace(other, model=one.model, floor=one.floor, cap=one.cap) != one:
        return False
    if one.model != other.model and not _models_agree(one):
        return False
    plan = next(plan for plan in made.plan.sections if plan.section.id == one.id)
    raw = made.decide(case_of(made.rulebook, {})).rollup.unbounded(plan)
    return _within(raw.lo, raw.hi, (one.floor, one.cap)) and _within(raw.lo, raw.hi, (other.floor, other.cap))


def _models_agree(section: Section) -> bool:
    """Whether every model gives the sum: what is listed is what is declared, and everything counts."""
    points = [indicator.part.points for indicator in section.indicators]
    listed = sum((p for p in points if isinstance(p, Fraction)), ZERO)
    fixed = all(isinstance(p, Fraction) for p in points) and listed == section.points
    counts = all(indicator.part.policies.not_applicable == "full" for indicator in section.indicators)
    never_below = all((indicator.part.floor or ZERO) >= 0 for indicator in section.indicators)
    return section.kind == "base" and fixed and counts and never_below


def _total_within(made: WhatIf, one: Rulebook, other: Rulebook) -> bool:
    """Whether no total reaches either floor or cap."""
    free = made.decide(case_of(made.rulebook, {}))
    scores = [free.rollup.section(plan) for plan in made.plan.sections]
    low, high = sum((score.lo for score in scores), ZERO), sum((score.hi for score in scores), ZERO)
    return _within(low, high, (one.floor, one.cap)) and _within(low, high, (other.floor, other.cap))


def _within(low: Fraction, high: Fraction, bounds: Span) -> bool:
    floor, cap = bounds
    return (floor is None or floor <= low) and (cap is None or high <= cap)


# --- grades and rounding ----------------------------------------------------------------------------------------------


def _same_grades(made: WhatIf, other: Rulebook) -> bool:
    now, then = made.rulebook.grades, other.grades
    if now == then:
        return True
    if now is None or then is None or len(now.steps) != len(then.steps):
        return False
    if now.of != then.of and base_points(made.plan) != 100:
        return False
    grain = _grain(made)
    moved = [(a.start, b.start) for a, b in zip(now.steps, then.steps, strict=True) if a.start != b.start]
    return all(grain is not None and not _multiple_in(grain, min(pair), max(pair)) for pair in moved)


def _multiple_in(grain: Fraction, low: Fraction, high: Fraction) -> bool:
    """Whether a multiple lies at or above `low` and below `high`."""
    first = -(-low // grain) * grain
    return first < high


def _same_rounding(made: WhatIf, other: Rulebook) -> bool:
    now, then = made.rulebook.defaults.round_score, other.defaults.round_score
    if now == then:
        return True
    grain = _grain(made)
    return grain is not None and all(rounding is None or leaves(rounding, grain) for rounding in (now, then))


def _grain(made: WhatIf) -> Fraction | None:
    """A number of which every score and so the total is a multiple; None where scores can be anything."""
    found = [section.section.points for section in made.plan.sections]
    for section in made.plan.sections:
        if section.section.model == "rescaled":
            return None
        found += [bound for bound in (section.section.floor, section.section.cap) if bound is not None]
        for indicator in section.indicators:
            values = list(part_values(indicator.part))
            if None in values:
                return None
            found += [value for value in values if value is not None]
    book = made.rulebook
    found += [bound for bound in (book.floor, book.cap) if bound is not None]
    found += [veto.effect.value for veto in book.vetoes if veto.effect.value is not None]
    return common_measure(found)
