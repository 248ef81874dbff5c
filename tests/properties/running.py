"""Assessing generated cases in tests."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from engine.assessment import Assessment
from engine.evaluate import Evaluator
from engine.model import Rulebook
from facts.model import BASES, Basis, Case


def assess(rulebook: Rulebook, *cases: Case, accept: Collection[Basis] = BASES) -> list[Assessment]:
    """Assessments of cases by one evaluator."""
    with Evaluator(rulebook) as evaluator:
        return [evaluator.assess(case, accept=accept) for case in cases]


def with_facts(case: Case, order: list[str]) -> Case:
    """The same case, its facts in another order."""
    return replace(case, facts={key: case.facts[key] for key in order})
