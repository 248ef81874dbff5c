"""What a comparison of rulebooks needs of every unit: the outcome, and the final score of each indicator and section."""

from __future__ import annotations

from sqlglot import exp

from engine.columns import scores as sc
from engine.columns.flags import negation
from engine.columns.output import Named, Numerals, chosen, possible_grades
from engine.columns.rollup import RollupColumns
from engine.columns.scores import Scored

# Numerators and denominators: two rulebooks need not write their scores with the same digits.
_PAIRS = Numerals(None)


def outcome_columns(rollup: RollupColumns) -> list[Named]:
    """lower, upper (each _num and _den) and grades, each grade with a semicolon behind it."""
    outcome = rollup.outcome()
    return [
        *_PAIRS.columns("lower", outcome.score.lo),
        *_PAIRS.columns("upper", outcome.score.hi),
        ("grades", possible_grades(outcome.grades)),
    ]


def final_columns(rollup: RollupColumns) -> list[Named]:
    """The outcome, and final_<n>, total_<n> of each indicator and section: _lo, _hi, _na (0, 1, 2) and _sure (0, 1)."""
    found = outcome_columns(rollup)
    indicators = [indicator for section in rollup.plan.sections for indicator in section.indicators]
    for n, indicator in enumerate(indicators):
        found += _columns(f"final_{n}", rollup.final(indicator))
    for n, section in enumerate(rollup.plan.sections):
        found += _columns(f"total_{n}", rollup.section(section))
    return found


def _columns(name: str, score: Scored) -> list[Named]:
    one, two, none = (exp.Literal.number(n) for n in (1, 2, 0))
    applies = negation(score.apart)
    return [
        *_PAIRS.columns(f"{name}_lo", score.lo, applies),
        *_PAIRS.columns(f"{name}_hi", score.hi, applies),
        (f"{name}_na", chosen([(score.apart, two), (score.maybe, one)], none)),
        (f"{name}_sure", chosen([(sc.determined(score), one)], none)),
    ]
