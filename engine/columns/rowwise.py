"""One case decided by the engine, as the rows it would have in the tables of a population.

What columns leave to the engine is written by these; a run's sample is compared with them, field by field.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from engine.assessment import Verdict
from engine.columns.operands import APART_OPERAND, TABLE_OPERAND, UNKNOWN_OPERAND
from engine.columns.profile import Profile
from engine.evaluate import Decided
from engine.parts import PartResult
from engine.plan import FALSE, TRUE, PlanIndicator
from engine.verdicts import verdict_of
from facts.values import decimal_text

# A field: text, a number (exact), or nothing.
Field = str | Fraction | None
Row = dict[str, Field]


def scores_row(decided: Decided) -> Row:
    """The wide row: result, grade, sections, indicators, vetoes and checks."""
    rollup, outcome = decided.rollup, decided.outcome
    found: Row = {
        "score": outcome.lo if outcome.lo == outcome.hi else None,
        "lower": outcome.lo,
        "upper": outcome.hi,
        "grade": outcome.grades[0] if len(outcome.grades) == 1 else None,
        "grades": "".join(f"{grade};" for grade in outcome.grades),
    }
    for section in decided.plan.sections:
        one = rollup.sections[section.section.id]
        found[f"section_{section.section.id}"] = one.lo if one.lo == one.hi else None
        found[f"lower_{section.section.id}"], found[f"upper_{section.section.id}"] = one.lo, one.hi
    for section in decided.plan.sections:
        for indicator in section.indicators:
            found[f"score_{indicator.indicator.id}"] = _points(decided, indicator)[1]
    states = decided.states
    for veto in decided.plan.vetoes:
        found[f"veto_{veto.veto.id}"] = states[veto.veto.id]
    for check in decided.plan.checks:
        found[f"check_{check.check.id}"] = states[check.check.id]
    return found


def reasons_rows(decided: Decided, profile: Profile) -> list[Row]:
    """The long rows, one for each indicator."""
    return [
        _reason(decided, indicator, profile) for section in decided.plan.sections for indicator in section.indicators
    ]


def _points(decided: Decided, indicator: PlanIndicator) -> tuple[Verdict, Fraction | None, Fraction, Fraction]:
    """Verdict, score, lower and upper, as engine.results writes them."""
    rollup = decided.rollup
    result, final = rollup.indicators[indicator.indicator.id], rollup.final(indicator)
    verdict = verdict_of(final, result.frame)
    given = result.given(final)
    if given.lo != given.hi:
        verdict = "undetermined"
    return verdict, given.lo if verdict != "undetermined" else None, given.lo, given.hi


def _reason(decided: Decided, indicator: PlanIndicator, profile: Profile) -> Row:
    result = decided.rollup.indicators[indicator.indicator.id]
    verdict, score, lower, upper = _points(decided, indicator)
    measure = result.plan.measure
    value = None if measure is None else measure.compute(decided.env, None)
    return {
        "indicator": indicator.indicator.id,
        "verdict": verdict,
        "code": code(result) + _vetoes(decided, indicator),
        "points": result.frame.points,
        "score": score,
        "lower": lower,
        "upper": upper,
        "measure": value if isinstance(value, Fraction) else None,
        "operands": ";".join(operand(decided, concept, profile) for concept in result.plan.concepts),
    }


def code(result: PartResult) -> str:
    """The reason code of a part: its branch, the items that applied, the codes of the parts inside."""
    branch = result.plan.branches[result.place]
    mark = f"!{result.plan.part.policies.missing}" if result.by_missing_policy else ""
    if result.branch is None:
        return f"?{branch.name}{mark}"
    if result.items:
        marks = {TRUE: "+{}", FALSE: ""}
        items = "".join(marks.get(one.outcome, "+{}?").format(one.item.number) for one in result.items)
        return f"{branch.name}:{items}{mark}"
    if result.parts:
        return f"{branch.name}({';'.join(code(one) for one in result.parts)}){mark}"
    return f"{branch.name}{mark}"


def _vetoes(decided: Decided, indicator: PlanIndicator) -> str:
    states = decided.states
    found = []
    own = [v for v in decided.plan.vetoes if (v.veto.scope, v.veto.target) == ("indicator", indicator.indicator.id)]
    for veto in sorted(own, key=lambda one: one.veto.precedence):
        state = states[veto.veto.id]
        if state != "not_fired":
            found.append(f"/veto{'' if state == 'fired' else '?'}:{veto.veto.id}")
    return "".join(found)


def operand(decided: Decided, concept: str, profile: Profile) -> str:
    """A fact as text, with as many decimals as its column has."""
    if profile.concepts.get(concept) is None:
        return UNKNOWN_OPERAND
    known = decided.facts.known(concept)
    if known != "known":
        return APART_OPERAND if known == "not_applicable" else UNKNOWN_OPERAND
    value = decided.facts.values[concept]
    if isinstance(value, tuple):
        return TABLE_OPERAND
    if isinstance(value, str):
        return value
    assert isinstance(value, Fraction)
    if decided.evaluator.rulebook.vocabulary.concepts[concept].type == "date":
        return date.fromordinal(int(value)).isoformat()
    column = profile.column(concept)
    return decimal_text(value, 0 if column is None else len(str(column.scale)) - 1)
