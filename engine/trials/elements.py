"""Every element of a rulebook: of its indicators, and of what stands above them."""

from __future__ import annotations

from engine.evaluate import WhatIf
from engine.plan import Decision
from engine.trials.partelements import BOUND_WORDS, PartElements
from engine.trials.slices import case_of
from engine.trials.watching import Elements, Kind, Owner, Watching, watch
from facts.problem import Text
from facts.provenance import Position


def elements_of(judge: WhatIf) -> Elements:
    """Every element of a rulebook that was lowered."""
    found = Elements(judge.plan)
    for section in judge.plan.sections:
        for indicator in section.indicators:
            owner = Owner("indicator", indicator.indicator.id)
            PartElements(found, indicator.part, owner, owner.id, section.section.id).collect()
        if section.gate is not None:
            owner = Owner("section", section.section.id)
            _condition(found, section.gate, owner, "gate", section.section.at, Text("计入条件", "gate"))
    for veto in judge.plan.vetoes:
        owner = Owner("finding", veto.veto.id)
        words = Text(f"否决“{veto.veto.title.zh}”", f"veto {veto.veto.id}")
        _condition(found, veto.decision, owner, "veto", veto.veto.at, words)
    for check in judge.plan.checks:
        owner = Owner("finding", check.check.id)
        words = Text(f"勾稽“{check.check.title.zh}”", f"check {check.check.id}")
        _condition(found, check.decision, owner, "check", check.check.at, words)
    _grades(found)
    _bounds_above(found, judge)
    _parameters(found)
    return found


def _condition(found: Elements, decision: Decision, owner: Owner, kind: Kind, at: Position, words: Text) -> None:
    """A veto, check or gate: that it holds, that it does not."""
    base = f"{kind}:{owner.id}"
    found.add(f"{base}/true", kind, owner, at, Text(f"{words.zh}成立", f"{words.en} holds"))
    found.add(f"{base}/false", kind, owner, at, Text(f"{words.zh}不成立", f"{words.en} does not hold"))
    watch(found, decision, Watching(base, owner))


def _grades(found: Elements) -> None:
    grades = found.plan.rulebook.grades
    if grades is None:
        return
    owner = Owner("result")
    for step in grades.steps:
        found.add(f"grade:{step.grade}", "grade", owner, step.at, Text(f"等级“{step.grade}”", f"grade {step.grade}"))
        if step is not grades.steps[-1]:
            words = Text(f"恰好达到“{step.grade}”的起点", f"exactly at the start of grade {step.grade}")
            found.add(f"grade:{step.grade}/at", "grade", owner, step.at, words)


def _bounds_above(found: Elements, judge: WhatIf) -> None:
    """Floors and caps of sections and of the total, as far as any case can reach them."""
    free = judge.decide(case_of(judge.rulebook, {}))
    for plan in found.plan.sections:
        section, owner = plan.section, Owner("section", plan.section.id)
        raw = free.rollup.unbounded(plan)
        floor, cap = free.rollup.section_bounds(plan)
        for name, bound, binds in (
            ("floor", floor, floor is not None and raw.lo < floor),
            ("cap", cap, cap is not None and raw.hi > cap),
        ):
            if bound is not None and binds:
                words = Text(
                    f"一级指标“{section.title.zh}”的{BOUND_WORDS[name].zh}", f"{BOUND_WORDS[name].en} of {section.id}"
                )
                found.add(f"section:{section.id}/{name}", "bound", owner, section.at, words)
    book = judge.rulebook
    scores = [free.rollup.section(plan) for plan in found.plan.sections]
    low, high = sum(score.lo for score in scores), sum(score.hi for score in scores)
    if book.floor is not None and low < book.floor:
        found.add("total/floor", "bound", Owner("result"), book.at, Text("总分的下限", "floor of the total"))
    if book.cap is not None and high > book.cap:
        found.add("total/cap", "bound", Owner("result"), book.at, Text("总分的上限", "cap of the total"))


def _parameters(found: Elements) -> None:
    book = found.plan.rulebook
    for parameter in (*book.parameters, *(p for section in book.sections for p in section.parameters)):
        if parameter.by:
            found.parameters.append(parameter)
            owner = Owner("section", parameter.section) if parameter.section else Owner("result")
            for label, _ in parameter.values:
                words = Text(f"参数“{parameter.name}”的“{label}”", f"{label} of parameter {parameter.name}")
                key = f"parameter:{parameter.section}/{parameter.name}/{label}"
                found.add(key, "parameter", owner, parameter.at, words)
