"""The note of concepts that scores hang on and no table has: their indicators stay undetermined for every unit alike."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from engine.evaluate import Evaluator
from facts.columns.intake import Intake
from facts.model import Case, Period, Subject
from facts.problem import Problem, Text
from facts.provenance import Position

_TOLD = 10


def lacking_concepts(
    evaluators: Iterable[Evaluator], intake: Intake, period: Period, known: Collection[str]
) -> tuple[Problem, ...]:
    """The note of concepts that some of these rulebooks ask for and that are not among the known ones."""
    nothing = Case(Subject("", ""), period, {}, {}, Position(intake.source.file))
    asked = {fact.concept: fact.label for one in evaluators for fact in one.assess(nothing).missing}
    lacking = [label for concept, label in asked.items() if concept not in known]
    if not lacking:
        return ()
    zh = "、".join(label.zh for label in lacking[:_TOLD])
    en = ", ".join(label.en for label in lacking[:_TOLD])
    rest = (
        Text(f" 等 {len(lacking)} 项", f" and others, {len(lacking)} in all") if len(lacking) > _TOLD else Text("", "")
    )
    message = Text(
        f"表里没有这些数据项,所有单位都按缺少处理:{zh}{rest.zh}",
        f"no column for these concepts; every unit lacks them: {en}{rest.en}",
    )
    hint = Text(
        "可加一列,表头写数据项的名称;或用 --items 指明清单所在的文件。",
        "Add columns headed by their names, or name files of items with --items.",
    )
    return (Problem("missing-concepts", Position(intake.source.file), message, hint, "note"),)
