"""Rulebooks with one thing altered, each remembering where and what: the mistakes a slip of the pen makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeVar

from engine.checks import check_rulebook
from engine.expr import Expr
from engine.model import Check, GradeScale, Indicator, Parameter, Part, Rulebook, Section, Veto, VetoEffect
from engine.showing import formula_text
from engine.trials.altered import Setting, alterations, moved
from engine.trials.partmutants import HUNDREDTH, part_variants
from engine.trials.watching import Owner, plain_name
from facts.problem import Text, has_errors
from facts.provenance import Position
from facts.values import Rounding, decimal_text

T = TypeVar("T", Veto, Check, Parameter)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A rulebook altered at one place. `before` and `after` are in the words of the rule; "—" is nothing."""

    owner: Owner
    title: Text
    at: Position
    kind: str
    before: str
    after: str
    rulebook: Rulebook

    @property
    def sentence(self) -> Text:
        """The place, whose rule it is, and what was altered."""
        return Text(
            f"{self.at} {self.title.zh}:`{self.before}` 改为 `{self.after}`",
            f"{self.at} {self.title.en or self.title.zh}: `{self.before}` altered to `{self.after}`",
        )

    @property
    def refused(self) -> bool:
        """Whether the altered rulebook would not load, so that nobody could keep it."""
        return has_errors(check_rulebook(self.rulebook))


def mutants_of(book: Rulebook, indicator: str = "") -> Iterator[Mutant]:
    """Every mutant of a rulebook, or of one indicator, in the order of the files."""
    for section in book.sections:
        for one in section.indicators:
            if indicator in ("", one.id):
                yield from _of_indicator(book, section, one)
    if indicator:
        return
    for section in book.sections:
        yield from _of_section(book, section)
    yield from _of_total(book)
    yield from _of_grades(book)
    yield from _of_vetoes(book)
    yield from _of_checks(book)
    for parameter in book.parameters:
        yield from _of_parameter(book, parameter, lambda p: replace(book, parameters=_one(book.parameters, p)))
    for section in book.sections:
        for parameter in section.parameters:
            yield from _of_parameter(book, parameter, _section_parameter(book, section))


# --- indicators -------------------------------------------------------------------------------------------------------


def _of_indicator(book: Rulebook, section: Section, one: Indicator) -> Iterator[Mutant]:
    owner, title = Owner("indicator", one.id), Text(one.title.zh, one.title.en)
    for variant in part_variants(one.part, section, Setting(book, section.id)):
        altered = with_part(book, section, one, variant.part)
        at = variant.at if variant.at.line else one.at
        yield Mutant(owner, title, at, variant.kind, variant.before, variant.after, altered)


def with_part(book: Rulebook, section: Section, one: Indicator, part: Part) -> Rulebook:
    """The rulebook with another part for one indicator."""
    indicators = tuple(replace(i, part=part) if i.id == one.id else i for i in section.indicators)
    return with_section(book, replace(section, indicators=indicators))


def with_section(book: Rulebook, section: Section) -> Rulebook:
    """The rulebook with another section of that id."""
    return replace(book, sections=tuple(section if s.id == section.id else s for s in book.sections))


# --- what stands above them -------------------------------------------------------------------------------------------


def _of_section(book: Rulebook, section: Section) -> Iterator[Mutant]:
    owner, title = Owner("section", section.id), Text(section.title.zh, section.title.en)

    def mutant(kind: str, before: str, after: str, altered: Section, at: Position = section.at) -> Mutant:
        return Mutant(owner, title, at, kind, before, after, with_section(book, altered))

    for model in ("sum", "declared_less_deductions", "rescaled"):
        if model != section.model and section.kind == "base":
            altered = replace(section, model=model)
            yield mutant("policy", f"model: {section.model}", f"model: {model}", altered)
    for value in moved(section.points, HUNDREDTH):
        yield mutant("points", *_said("points", section.points, value), replace(section, points=value))
    for key in ("floor", "cap"):
        bound: Fraction | None = getattr(section, key)
        if bound is not None:
            for other in (None, *moved(bound, HUNDREDTH)):
                yield mutant("bound", *_said(key, bound, other), replace(section, **{key: other}))  # type: ignore[arg-type]  # floor or cap
    if section.counts_if is not None:
        for at, kind, before, after, tree in _conditions(book, section.counts_if, section.id):
            yield mutant(kind, f"counts_if: {before}", f"counts_if: {after}", replace(section, counts_if=tree), at)


def _of_total(book: Rulebook) -> Iterator[Mutant]:
    title = Text("总分", "total")
    for key in ("floor", "cap"):
        bound: Fraction | None = getattr(book, key)
        if bound is not None:
            for other in (None, *moved(bound, HUNDREDTH)):
                altered = replace(book, **{key: other})  # type: ignore[arg-type]  # floor or cap
                yield Mutant(Owner("result"), title, book.at, "bound", *_said(key, bound, other), altered)
    rounding = book.defaults.round_score
    if rounding is not None:
        for then in (None, Rounding(max(0, rounding.places - 1), rounding.mode), Rounding(rounding.places, "down")):
            if then != rounding:
                altered = replace(book, defaults=replace(book.defaults, round_score=then))
                after = "none" if then is None else f"{{places: {then.places}, mode: {then.mode}}}"
                before = f"round_score: {{places: {rounding.places}, mode: {rounding.mode}}}"
                yield Mutant(Owner("result"), title, book.at, "policy", before, f"round_score: {after}", altered)


def _of_grades(book: Rulebook) -> Iterator[Mutant]:
    scale = book.grades
    if scale is None:
        return
    for place, step in enumerate(scale.steps):
        for value in moved(step.start, HUNDREDTH) if step is not scale.steps[-1] else ():
            steps = (*scale.steps[:place], replace(step, start=value), *scale.steps[place + 1 :])
            altered = replace(book, grades=replace(scale, steps=steps))
            title = Text(f"等级“{step.grade}”", f"grade {step.grade}")
            yield Mutant(Owner("result"), title, step.at, "threshold", *_said("from", step.start, value), altered)
    other = GradeScale("percent" if scale.of == "score" else "score", scale.steps)
    at = scale.steps[0].at if scale.steps else book.at
    altered = replace(book, grades=other)
    yield Mutant(Owner("result"), Text("等级", "grades"), at, "policy", f"of: {scale.of}", f"of: {other.of}", altered)


def _of_vetoes(book: Rulebook) -> Iterator[Mutant]:
    for veto in book.vetoes:
        owner, title = Owner("finding", veto.id), Text(veto.title.zh, veto.title.en)
        for at, kind, before, after, tree in _conditions(book, veto.when, ""):
            altered = replace(book, vetoes=_one(book.vetoes, replace(veto, when=tree)))
            yield Mutant(owner, title, at, kind, f"when: {before}", f"when: {after}", altered)
        whose = Owner("result") if veto.scope == "result" else Owner(veto.scope, veto.target)
        for effect in _effects(book, veto):
            altered = replace(book, vetoes=_one(book.vetoes, replace(veto, effect=effect)))
            before, after = effect_text(veto.effect), effect_text(effect)
            yield Mutant(whose, title, veto.at, "effect", f"effect: {before}", f"effect: {after}", altered)
    yield from _precedences(book)


def _precedences(book: Rulebook) -> Iterator[Mutant]:
    """Two vetoes of one thing in the other order."""
    for place, one in enumerate(book.vetoes):
        for other in book.vetoes[place + 1 :]:
            if (one.scope, one.target) == (other.scope, other.target) and one.precedence != other.precedence:
                swapped = {one.id: other.precedence, other.id: one.precedence}
                vetoes = tuple(replace(v, precedence=swapped.get(v.id, v.precedence)) for v in book.vetoes)
                before = f"precedence: {one.precedence} ({one.id}), {other.precedence} ({other.id})"
                after = f"precedence: {other.precedence} ({one.id}), {one.precedence} ({other.id})"
                whose = Owner("result") if one.scope == "result" else Owner(one.scope, one.target)
                title = Text(one.title.zh, one.title.en)
                yield Mutant(whose, title, one.at, "order", before, after, replace(book, vetoes=vetoes))


def _effects(book: Rulebook, veto: Veto) -> Iterator[VetoEffect]:
    effect = veto.effect
    kinds = ["zero"] + (["failed"] if veto.scope == "result" and book.grades else [])
    yield from (VetoEffect(kind) for kind in kinds if kind != effect.kind)  # type: ignore[arg-type]  # a kind
    if effect.value is not None:
        yield from (replace(effect, value=value) for value in moved(effect.value, HUNDREDTH))
    if effect.grade and book.grades is not None:
        grades = [step.grade for step in book.grades.steps]
        yield from (replace(effect, grade=grade) for grade in grades if grade != effect.grade)
        yield replace(effect, kind="grade_at_most" if effect.kind == "grade" else "grade")


def effect_text(effect: VetoEffect) -> str:
    """An effect as the rule writes it."""
    if effect.value is not None:
        return f"{{score: {decimal_text(effect.value)}}}"
    return f"{{{effect.kind}: {effect.grade}}}" if effect.grade else effect.kind


def _of_checks(book: Rulebook) -> Iterator[Mutant]:
    for check in book.checks:
        owner, title = Owner("finding", check.id), Text(check.title.zh, check.title.en)
        for at, kind, before, after, tree in _conditions(book, check.that, ""):
            altered = replace(book, checks=_one(book.checks, replace(check, that=tree)))
            yield Mutant(owner, title, at, kind, f"that: {before}", f"that: {after}", altered)


def _conditions(book: Rulebook, tree: Expr, section: str) -> Iterator[tuple[Position, str, str, str, Expr]]:
    ids = frozenset((*(s.id for s in book.sections), *(i.id for i in book.indicators)))
    setting = Setting(book, section, rollups=ids)

    def words(one: Expr) -> str:
        return formula_text(one, lambda node: plain_name(book, node))

    for at, kind, other in alterations(tree, setting):
        yield at, kind, words(tree), words(other), other


def _of_parameter(book: Rulebook, parameter: Parameter, changed: Callable[[Parameter], Rulebook]) -> Iterator[Mutant]:
    owner = Owner("section", parameter.section) if parameter.section else Owner("result")
    for place, (label, value) in enumerate(parameter.values):
        for other in moved(value, parameter.unit.factor / 100):
            values = (*parameter.values[:place], (label, other), *parameter.values[place + 1 :])
            prefix = f"{label}: " if label else ""
            before, after = prefix + parameter.unit.show(value), prefix + parameter.unit.show(other)
            title = Text(f"参数“{parameter.name}”", f"parameter {parameter.name}")
            altered = changed(replace(parameter, values=values))
            yield Mutant(owner, title, parameter.at, "threshold", before, after, altered)


def _section_parameter(book: Rulebook, section: Section) -> Callable[[Parameter], Rulebook]:
    return lambda p: with_section(book, replace(section, parameters=_one(section.parameters, p)))


def _one(items: tuple[T, ...], one: T) -> tuple[T, ...]:
    """The items with one in place of the one it was made from."""
    return tuple(one if _key(item) == _key(one) else item for item in items)


def _key(item: Veto | Check | Parameter) -> object:
    return item.key if isinstance(item, Parameter) else item.id


def _said(key: str, now: Fraction, then: Fraction | None) -> tuple[str, str]:
    return f"{key}: {decimal_text(now)}", "—" if then is None else f"{key}: {decimal_text(then)}"
