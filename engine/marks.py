"""An assessor's mark is a judgement, whatever a case file says of its facts by default."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from engine.model import Form, Judged, Rulebook, Threshold
from engine.walk import inner_parts
from facts.model import Case, Fact
from facts.problem import Problem, Text


def marks_of(rulebook: Rulebook) -> frozenset[str]:
    """Ids of the concepts under which assessors state their points (`judged`)."""
    forms = (part.form for indicator in rulebook.indicators for part in inner_parts(indicator.part))
    return frozenset(name for form in forms for name in _judged(form))


def _judged(form: Form) -> tuple[str, ...]:
    if isinstance(form, Threshold):
        return _judged(form.otherwise)
    return (form.concept,) if isinstance(form, Judged) else ()


def with_judged_marks(case: Case, marks: Collection[str]) -> Case:
    """The case with each mark judged whose basis is only the default of its file; a basis of its own is kept."""
    changed = {
        name: replace(fact, basis="judged")
        for name, fact in case.facts.items()
        if name in marks and fact.by_default and fact.basis != "judged"
    }
    return replace(case, facts={**case.facts, **changed}) if changed else case


def doubtful_marks(case: Case, rulebook: Rulebook, marks: Collection[str]) -> tuple[Problem, ...]:
    """A warning for each mark whose own entry says that it is no judgement."""
    concepts = rulebook.vocabulary.concepts
    return tuple(
        _doubtful(fact, concepts[name].label)
        for name, fact in sorted(case.facts.items())
        if name in marks and fact.status == "known" and fact.basis != "judged"
    )


def _doubtful(fact: Fact, label: str) -> Problem:
    message = Text(
        f"“{label}”是评价人评定的分数,却写明依据为 {fact.basis}",
        f"{label} is an assessor's mark, but its basis is stated as {fact.basis}",
    )
    hint = Text(
        "请写 basis: judged,或删去 basis;写明的依据仍按所写采用。",
        "Write basis: judged, or no basis; what is written is kept.",
    )
    return Problem("judgement-basis", fact.at, message, hint, "warning")
