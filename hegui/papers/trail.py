"""Steps of a trail, for those who unfold it: what fired, on what, what it compared and gave, and what did not fire."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.assessment import IndicatorResult, Step
from hegui.papers.matter import Matter
from hegui.papers.model import Block, Paragraph, Span, line


def trail(matter: Matter, steps: Iterable[Step]) -> Iterator[Block]:
    """Every step in the order it happened."""
    for step in steps:
        yield from _step(matter, step)


def indicator_trail(matter: Matter, one: IndicatorResult) -> Iterator[Block]:
    """How one indicator was computed, and what would have come out otherwise."""
    if one.measure is not None:
        told = one.measure.formula
        if one.measure.executed != one.measure.shown:
            told += f" = {one.measure.executed}"
        told += f" = {matter.text(one.measure.told)}"
        yield Paragraph(line(f"{matter.word('measure')} ", told), "note")
    yield from trail(matter, matter.steps_of(one))
    if one.nearest is not None:
        yield Paragraph(line(f"{matter.word('nearest')} ", matter.text(one.nearest.sentence)), "note")


def _step(matter: Matter, step: Step) -> Iterator[Block]:
    moved = ""
    if step.before is not None:
        moved = f"{matter.word('points')} {matter.interval(step.before)} → {matter.interval(step.after)}"
    elif step.after is not None:
        moved = f"{matter.word('points')} {matter.interval(step.after)}"
    if moved and step.unrounded:
        moved += matter.both(f"(舍入前 {step.unrounded})", f" (before rounding {step.unrounded})")
    yield Paragraph(line(Span(f"{step.n}. ", strong=True), matter.text(step.reason)), "body", f"n{step.n}")
    told = [f"⇒ {step.compared}" if step.compared else "", moved, f"{matter.both('规则', 'Rule')} {step.rule}"]
    yield Paragraph(line(matter.both(";", "; ").join(text for text in told if text)), "note")
    for fact in step.facts:
        yield Paragraph(line(Span(matter.operand(fact), matter.fact(fact.concept))), "item")
    for unfired in step.unfired:
        why = f"{unfired.case}: {matter.text(unfired.because)}"
        yield Paragraph(line(matter.both("未触发 ", "not fired "), why), "item")
