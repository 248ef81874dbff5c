"""Indicators -> sections -> total -> vetoes -> grade as columns: the column form of `engine.rollup`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from engine.columns import flags as fl
from engine.columns import ratios as rt
from engine.columns import scores as sc
from engine.columns.flags import FALSE, TRUE, Flag
from engine.columns.formulas import Formulas
from engine.columns.numbers import Number
from engine.columns.parts import PartBuilder, PartColumns
from engine.columns.ratios import NOUGHT, Ratio
from engine.columns.scores import Member, Scored
from engine.columns.spans import Span
from engine.expr import Rollup
from engine.plan import Plan, PlanIndicator, PlanSection, PlanVeto


@dataclass(frozen=True, slots=True)
class World:
    """One way the vetoes may turn out: a score they set (None: the total), a grade they set, one not to be exceeded."""

    score: Fraction | None = None
    grade: str | None = None
    at_most: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result above the sections; `grades`: for each grade of the scale whether it is possible."""

    score: Scored
    grades: tuple[tuple[str, Flag], ...]


@dataclass(slots=True)
class RollupColumns:
    """Scores above the parts, each worked out once. `formulas` gives the formulas of a section ("" for the whole)."""

    plan: Plan
    builder: PartBuilder
    formulas: Callable[[str], Formulas]
    indicators: dict[str, PartColumns] = field(default_factory=dict)
    finals: dict[str, Scored] = field(default_factory=dict)
    sections: dict[str, Scored] = field(default_factory=dict)
    vetoes: dict[str, Flag] = field(default_factory=dict)
    checks: dict[str, Flag] = field(default_factory=dict)
    _total: Scored | None = None

    # --- what conditions mention ---

    def number(self, tree: Rollup) -> Number:
        """Score or points of an indicator or section, or the total."""
        if tree.function == "total":
            return self._quantity(self.total())
        section = next((s for s in self.plan.sections if s.section.id == tree.ref), None)
        if section is not None:
            if tree.function == "points":
                return Number(TRUE, rt.constant(section.section.points))
            return self._quantity(self.section(section))
        indicator = next(i for s in self.plan.sections for i in s.indicators if i.indicator.id == tree.ref)
        part = self.indicator(indicator)
        if tree.function == "points":
            return Number(TRUE, part.frame.points)
        return self._quantity(part.given(self.final(indicator)))

    def _quantity(self, score: Scored) -> Number:
        layers = self.formulas("").algebra.layers
        score = sc.named(layers, score)
        if score.point:
            return Number(TRUE, score.lo)
        known = layers.flag(sc.is_one(score))
        return Number(known, score.lo, FALSE, Span(score.lo, score.hi))

    # --- indicators and sections ---

    def indicator(self, indicator: PlanIndicator) -> PartColumns:
        """The indicator's own result, before vetoes."""
        key = indicator.indicator.id
        if key not in self.indicators:
            self.indicators[key] = self.builder.part(indicator.part, self.formulas(indicator.indicator.section))
        return self.indicators[key]

    def final(self, indicator: PlanIndicator) -> Scored:
        """The indicator's score after vetoes on it."""
        key = indicator.indicator.id
        if key not in self.finals:
            score = self.indicator(indicator).score
            for veto in self.vetoes_of("indicator", key):
                score = self._struck(score, veto)
            self.finals[key] = sc.named(self.formulas("").algebra.layers, score)
        return self.finals[key]

    def section(self, plan: PlanSection) -> Scored:
        """The section's score: its model, floor and cap, gate, vetoes."""
        section = plan.section
        if section.id in self.sections:
            return self.sections[section.id]
        floor, cap = section.floor, section.cap
        if section.kind != "base":
            malus = section.kind == "malus"
            floor = floor if floor is not None else (-section.points if malus else Fraction(0))
            cap = cap if cap is not None else (Fraction(0) if malus else section.points)
        score = self._unbounded(plan)
        lo = sc.kept_within(score.lo, floor, cap)
        score = Scored(lo, lo if score.point else sc.kept_within(score.hi, floor, cap))
        if plan.gate is not None:
            gate = self.formulas(section.id).careful().truth(plan.gate.conditions[0])
            score = _gated(score, gate)
        for veto in self.vetoes_of("section", section.id):
            score = self._struck(score, veto)
        self.sections[section.id] = sc.named(self.formulas("").algebra.layers, score)
        return self.sections[section.id]

    def _unbounded(self, plan: PlanSection) -> Scored:
        section = plan.section
        formulas = self.formulas(section.id)
        members = [self._member(indicator) for indicator in plan.indicators]
        rule = sc.section_rule(section.model, section.points, section.kind == "malus")
        if not members:
            return sc.fixed(Fraction(0))
        score = sc.combined(members, rule, formulas.algebra.leave, formulas.algebra.layers)
        # Nothing applies: nothing is lost, and nothing is won. Where that is open, it is one of the outcomes.
        lo = rt.cases([(fl.both(score.maybe, rt.compared(score.lo, ">", NOUGHT)), NOUGHT)], score.lo)
        hi = rt.cases([(fl.both(score.maybe, rt.compared(score.hi, "<", NOUGHT)), NOUGHT)], score.hi)
        spread = Scored(lo, lo if score.point and score.maybe.never else hi)
        return sc.cases([(score.apart, sc.fixed(Fraction(0)))], spread)

    def _member(self, indicator: PlanIndicator) -> Member:
        score, part = self.final(indicator), self.indicator(indicator)
        policy = indicator.indicator.part.policies.not_applicable
        if policy == "full":
            score = part.given(score)
        points = NOUGHT if part.plan.malus else part.frame.points
        return Member(score, points, policy=policy)

    # --- vetoes, total, grade ---

    def vetoes_of(self, scope: str, target: str) -> list[PlanVeto]:
        """Vetoes on one thing, in order of precedence."""
        found = [v for v in self.plan.vetoes if v.veto.scope == scope and v.veto.target == target]
        return sorted(found, key=lambda one: one.veto.precedence)

    def veto(self, veto: PlanVeto) -> Flag:
        """Whether a veto holds."""
        if veto.veto.id not in self.vetoes:
            self.vetoes[veto.veto.id] = self.formulas("").careful().truth(veto.decision.conditions[0])
        return self.vetoes[veto.veto.id]

    def _struck(self, score: Scored, veto: PlanVeto) -> Scored:
        state, effect = self.veto(veto), veto.veto.effect
        value = rt.constant(effect.value if effect.kind == "score" and effect.value is not None else Fraction(0))
        # What does not apply has no points, whatever the part's floor.
        lo, hi = (rt.cases([(score.apart, NOUGHT)], end) for end in (score.lo, score.hi))
        lower = rt.cases([(rt.compared(value, "<", lo), value)], lo)
        higher = rt.cases([(rt.compared(value, ">", hi), value)], hi)
        open_ = Scored(lower, higher, FALSE, fl.either(score.apart, score.maybe))
        branches = [(fl.surely(state), sc.point(value))]
        if state.nullable:
            branches.append((fl.undecided(state), open_))
        return sc.cases(branches, score)

    def total(self) -> Scored:
        """The sum of the sections, kept within floor and cap and rounded, before vetoes of the result."""
        if self._total is None:
            rulebook = self.plan.rulebook
            scores = [self.section(section) for section in self.plan.sections]
            rounding = rulebook.defaults.round_score

            def kept(values: Sequence[Ratio]) -> Ratio:
                return rt.rounded(sc.kept_within(rt.total(values), rulebook.floor, rulebook.cap), rounding)

            lo = kept([score.lo for score in scores])
            hi = lo if all(score.point for score in scores) else kept([score.hi for score in scores])
            self._total = sc.named(self.formulas("").algebra.layers, Scored(lo, hi))
        return self._total

    def outcome(self) -> Outcome:
        """Vetoes of the result in order of precedence, then the grade."""
        layers = self.formulas("").algebra.layers
        total = self.total()
        worlds: dict[World, Flag] = {World(): TRUE}
        for veto in self.vetoes_of("result", ""):
            state = self.veto(veto)
            reached: dict[World, Flag] = {}
            for world, when in worlds.items():
                for made, also in (
                    (world, fl.negation(fl.surely(state))),
                    (self._after(world, veto), fl.possibly(state)),
                ):
                    way = fl.both(when, also)
                    if not way.never:
                        reached[made] = fl.either(reached[made], way) if made in reached else way
            worlds = {world: layers.flag(when) for world, when in reached.items()}
        scores = [(when, total if world.score is None else sc.fixed(world.score)) for world, when in worlds.items()]
        score = scores[0][1] if len(scores) == 1 else sc.hull(scores, layers)
        return Outcome(sc.named(layers, score), self._grades(worlds))

    def _after(self, world: World, veto: PlanVeto) -> World:
        effect = veto.veto.effect
        match effect.kind:
            case "zero":
                return World(Fraction(0), world.grade, world.at_most)
            case "score":
                return World(effect.value or Fraction(0), world.grade, world.at_most)
            case "failed":
                return World(world.score, self._scale()[-1], None)
            case "grade":
                return World(world.score, effect.grade, None)
            case "grade_at_most":
                at_most = effect.grade if world.at_most is None else self._lower(world.at_most, effect.grade)
                grade = None if world.grade is None else self._lower(world.grade, effect.grade)
                return World(world.score, grade, at_most)

    def _scale(self) -> list[str]:
        grades = self.plan.rulebook.grades
        return [step.grade for step in grades.steps] if grades else [""]

    def _lower(self, one: str, other: str) -> str:
        return max(one, other, key=self._scale().index)

    def _grades(self, worlds: dict[World, Flag]) -> tuple[tuple[str, Flag], ...]:
        if self.plan.rulebook.grades is None:
            return ()
        layers, scale = self.formulas("").algebra.layers, self._scale()
        found: dict[str, list[Flag]] = {grade: [] for grade in scale}
        for world, when in worlds.items():
            if world.grade is not None:
                found[world.grade].append(when)
                continue
            score = self.total() if world.score is None else sc.fixed(world.score)
            for place, grade in enumerate(scale):
                given = grade if world.at_most is None else self._lower(grade, world.at_most)
                found[given].append(fl.both(when, self._reaches(score, place)))
        return tuple((grade, layers.flag(fl.either(*flags))) for grade, flags in found.items())

    def _reaches(self, score: Scored, place: int) -> Flag:
        """Whether a grade lies between those of the two ends: the high end reaches it, the low end does not pass it."""
        grades = self.plan.rulebook.grades
        assert grades is not None
        steps = grades.steps
        if grades.of == "percent" and not self._base_points():
            score = sc.fixed(Fraction(0))
        high = TRUE if place == len(steps) - 1 else rt.compared(score.hi, ">=", self._start(steps[place].start))
        low = TRUE if place == 0 else rt.compared(score.lo, "<", self._start(steps[place - 1].start))
        return fl.both(high, low)

    def _start(self, start: Fraction) -> Ratio:
        """Where a grade starts, as a score."""
        grades = self.plan.rulebook.grades
        if grades is None or grades.of == "score":
            return rt.constant(start)
        points = self._base_points()
        return rt.constant(start * points / 100 if points else start)

    def _base_points(self) -> Fraction:
        return sum((s.section.points for s in self.plan.sections if s.section.kind == "base"), Fraction(0))


def _gated(score: Scored, gate: Flag) -> Scored:
    lo = rt.cases([(rt.compared(score.lo, ">", NOUGHT), NOUGHT)], score.lo)
    hi = rt.cases([(rt.compared(score.hi, "<", NOUGHT), NOUGHT)], score.hi)
    branches = [(fl.surely(gate), score)]
    if gate.nullable:
        branches.append((fl.undecided(gate), Scored(lo, hi)))
    return sc.cases(branches, sc.fixed(Fraction(0)))
