"""Indicators -> sections -> total -> vetoes -> grade, each as soon as what it needs is known.

Gates, vetoes and the grade are decided by the engine from scores derived in the same session.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from engine.combine import MAYBE, NO, YES, Member, Score, combined, section_rule
from engine.compute import Env, Quantity
from engine.decide import Decider
from engine.expr import Expr
from engine.parts import PartResult
from engine.plan import FALSE, OPEN, TRUE, UNKNOWN, Plan, PlanIndicator, PlanSection, PlanVeto
from engine.ranges import simplest
from engine.walk import rollups_in
from facts.values import ZERO, Interval

MAX_WORLDS = 64


@dataclass(frozen=True, slots=True)
class World:
    """One way the vetoes may turn out: score bounds, a grade set by a veto, a grade that may not be exceeded."""

    lo: Fraction
    hi: Fraction
    grade: str | None = None
    at_most: str | None = None


@dataclass(frozen=True, slots=True)
class Relief:
    """What waivers take back: points by indicator, and vetoes by id that do not strike."""

    points: Mapping[str, Fraction] = field(default_factory=dict)
    vetoes: frozenset[str] = frozenset()


NO_RELIEF = Relief()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result above the sections."""

    lo: Fraction
    hi: Fraction
    grades: tuple[str, ...]


@dataclass(slots=True)
class Rollup:
    """Scores above the parts, each computed once, on demand. `run` decides an indicator's part."""

    plan: Plan
    decider: Decider
    env: Env
    run: Callable[[PlanIndicator], PartResult]
    relief: Relief = NO_RELIEF
    indicators: dict[str, PartResult] = field(default_factory=dict)
    finals: dict[str, Score] = field(default_factory=dict)
    sections: dict[str, Score] = field(default_factory=dict)
    gated: dict[str, int] = field(default_factory=dict)
    vetoes: dict[str, int] = field(default_factory=dict)
    _total: Score | None = None

    # --- what is known so far ---

    def prepare(self, tree: Expr) -> None:
        """Make every score a condition mentions known before it is decided."""
        for one in rollups_in(tree):
            key = (one.function, one.ref)
            if key not in self.env.rollups and not one.ref.startswith("@"):
                self.env.rollups[key] = self._value(one.function, one.ref)

    def _value(self, function: str, ref: str) -> Quantity:
        if function == "total":
            return _quantity(self.total())
        section = next((s for s in self.plan.sections if s.section.id == ref), None)
        if section is not None:
            return section.section.points if function == "points" else _quantity(self.section(section))
        indicator = next(i for s in self.plan.sections for i in s.indicators if i.indicator.id == ref)
        result = self.indicator(indicator)
        if function == "points":
            fewest = result.loose or result.frame
            return simplest(Interval(fewest.points, result.frame.points))
        score = self.final(indicator)
        return _quantity(result.given(score))

    # --- indicators and sections ---

    def indicator(self, indicator: PlanIndicator) -> PartResult:
        """The indicator's own result, before vetoes."""
        key = indicator.indicator.id
        if key not in self.indicators:
            self.indicators[key] = self.run(indicator)
        return self.indicators[key]

    def final(self, indicator: PlanIndicator) -> Score:
        """The indicator's score after vetoes on it."""
        key = indicator.indicator.id
        if key not in self.finals:
            score = self._relieved(indicator)
            for veto in self._vetoes("indicator", key):
                score = self._struck(score, veto)
            self.finals[key] = score
        return self.finals[key]

    def _relieved(self, indicator: PlanIndicator) -> Score:
        result = self.indicator(indicator)
        back = self.relief.points.get(indicator.indicator.id)
        if back is None:
            return result.score
        full = result.frame.full
        return result.score._replace(
            lo=max(result.score.lo, min(full, result.score.lo + back)),
            hi=max(result.score.hi, min(full, result.score.hi + back)),
        )

    def section(self, plan: PlanSection) -> Score:
        """The section's score: its model, floor and cap, gate, vetoes."""
        section = plan.section
        if section.id in self.sections:
            return self.sections[section.id]
        floor, cap = self.section_bounds(plan)
        score = self.unbounded(plan)
        score = Score(_kept(score.lo, floor, cap), _kept(score.hi, floor, cap))
        if plan.gate is not None:
            assert section.counts_if is not None
            self.prepare(section.counts_if)
            outcome = self.gated[section.id] = self.decider.decide(plan.gate)
            if outcome == FALSE:
                score = Score(ZERO, ZERO)
            elif outcome == UNKNOWN:
                score = Score(min(score.lo, ZERO), max(score.hi, ZERO))
        for veto in self._vetoes("section", section.id):
            score = self._struck(score, veto)
        self.sections[section.id] = score
        return score

    def section_bounds(self, plan: PlanSection) -> tuple[Fraction | None, Fraction | None]:
        """Floor and cap: a bonus or malus block is bounded by its points, a base section only by what it states."""
        section = plan.section
        floor, cap = section.floor, section.cap
        if section.kind != "base":
            malus = section.kind == "malus"
            floor = floor if floor is not None else (-section.points if malus else ZERO)
            cap = cap if cap is not None else (ZERO if malus else section.points)
        return floor, cap

    def unbounded(self, plan: PlanSection) -> Score:
        """What the indicators make together, before floor and cap."""
        section = plan.section
        malus = section.kind == "malus"
        members = [self._member(indicator) for indicator in plan.indicators]
        rule = section_rule(section.model, section.points, malus)
        # Bounds for the case of too many that may or may not apply to try them all.
        most = sum((max(abs(m.points), abs(m.score.lo), abs(m.score.hi)) for m in members), section.points)
        score = combined(members, rule, -most, most)
        # Nothing applies: nothing is lost, and nothing is won. Where that is open, it is one of the outcomes.
        if score.na == YES:
            return Score(ZERO, ZERO)
        return Score(min(score.lo, ZERO), max(score.hi, ZERO)) if score.na == MAYBE else score._replace(na=NO)

    def _member(self, indicator: PlanIndicator) -> Member:
        score, result = self.final(indicator), self.indicators[indicator.indicator.id]
        policy = indicator.indicator.part.policies.not_applicable
        if policy == "full":
            score = result.given(score)
        if result.plan.malus:
            return Member(score, ZERO, policy=policy)
        fewest = result.loose.points if result.loose else None
        return Member(score, result.frame.points, policy=policy, least_points=fewest)

    # --- total, vetoes, grade ---

    def total(self) -> Score:
        """The sum of the sections, kept within floor and cap and rounded, before vetoes of the result."""
        if self._total is None:
            rulebook = self.plan.rulebook
            scores = [self.section(section) for section in self.plan.sections]
            rounding = rulebook.defaults.round_score
            ends = []
            for value in (sum((s.lo for s in scores), ZERO), sum((s.hi for s in scores), ZERO)):
                kept = _kept(value, rulebook.floor, rulebook.cap)
                ends.append(rounding(kept) if rounding else kept)
            self._total = Score(ends[0], ends[1])
        return self._total

    def outcome(self) -> Outcome:
        """Vetoes of the result in order of precedence, then the grade."""
        total = self.total()
        worlds = [World(total.lo, total.hi)]
        for veto in sorted(self._vetoes("result", ""), key=lambda one: one.veto.precedence):
            state = self.decide_veto(veto)
            struck = [self._world(world, veto) for world in worlds]
            if state == TRUE:
                worlds = struck
            elif state == UNKNOWN:
                worlds = list(dict.fromkeys([*worlds, *struck]))[:MAX_WORLDS]
        lo, hi = min(world.lo for world in worlds), max(world.hi for world in worlds)
        return Outcome(lo, hi, self._grades(worlds, lo, hi))

    def decide_veto(self, veto: PlanVeto) -> int:
        """Whether a veto holds: FALSE, UNKNOWN, TRUE."""
        if veto.veto.id not in self.vetoes:
            self.prepare(veto.veto.when)
            self.vetoes[veto.veto.id] = self.decider.decide(veto.decision)
        return self.vetoes[veto.veto.id]

    def _vetoes(self, scope: str, target: str) -> list[PlanVeto]:
        found = [
            v
            for v in self.plan.vetoes
            if v.veto.scope == scope and v.veto.target == target and v.veto.id not in self.relief.vetoes
        ]
        return sorted(found, key=lambda one: one.veto.precedence)

    def _struck(self, score: Score, veto: PlanVeto) -> Score:
        state = self.decide_veto(veto)
        if state == FALSE:
            return score
        effect = veto.veto.effect
        value = effect.value if effect.kind == "score" and effect.value is not None else ZERO
        if state == TRUE:
            return Score(value, value)
        return Score(min(score.lo, value), max(score.hi, value), MAYBE if score.na != NO else NO)

    def _world(self, world: World, veto: PlanVeto) -> World:
        effect = veto.veto.effect
        match effect.kind:
            case "zero":
                return World(ZERO, ZERO, world.grade, world.at_most)
            case "score":
                value = effect.value if effect.value is not None else ZERO
                return World(value, value, world.grade, world.at_most)
            case "failed":
                return World(world.lo, world.hi, self._scale()[-1], None)
            case "grade":
                return World(world.lo, world.hi, effect.grade, None)
            case "grade_at_most":
                lowest = effect.grade if world.at_most is None else self._lower(world.at_most, effect.grade)
                grade = None if world.grade is None else self._lower(world.grade, effect.grade)
                return World(world.lo, world.hi, grade, lowest)

    def _scale(self) -> list[str]:
        grades = self.plan.rulebook.grades
        return [step.grade for step in grades.steps] if grades else [""]

    def _lower(self, one: str, other: str) -> str:
        scale = self._scale()
        return max(one, other, key=scale.index)

    def _grades(self, worlds: list[World], lo: Fraction, hi: Fraction) -> tuple[str, ...]:
        grades = self.plan.rulebook.grades
        if grades is None:
            return ()
        scale = self._scale()
        self.env.rollups[("score", "@graded")] = simplest(Interval(self.graded(lo), self.graded(hi)))
        fired = self._fire_grade()
        found: set[str] = set()
        for world in worlds:
            if world.grade is not None:
                found.add(world.grade)
                continue
            first, last = self._place(world.hi), self._place(world.lo)
            for grade in scale[first : last + 1]:
                found.add(grade if world.at_most is None else self._lower(grade, world.at_most))
        if fired is not None and len(worlds) == 1 and worlds[0].grade is None and worlds[0].at_most is None:
            assert found == {scale[fired]}, "the grade that fired is the grade of the score"
        return tuple(grade for grade in scale if grade in found)

    def _fire_grade(self) -> int | None:
        offset = 0
        for decision in self.plan.grade:
            fired = self.decider.decide(decision)
            if fired >= OPEN:
                return None
            if fired < len(decision.truths):
                return offset + fired
            offset += len(decision.truths)
        return offset

    def graded(self, score: Fraction) -> Fraction:
        """The score as the grade scale measures it."""
        grades = self.plan.rulebook.grades
        if grades is None or grades.of == "score":
            return score
        points = base_points(self.plan)
        return score * 100 / points if points else ZERO

    def _place(self, score: Fraction) -> int:
        grades = self.plan.rulebook.grades
        assert grades is not None
        value = self.graded(score)
        return next((n for n, step in enumerate(grades.steps[:-1]) if value >= step.start), len(grades.steps) - 1)


def base_points(plan: Plan) -> Fraction:
    """Declared points of the base sections."""
    return sum((s.section.points for s in plan.sections if s.section.kind == "base"), ZERO)


def _kept(value: Fraction, floor: Fraction | None, cap: Fraction | None) -> Fraction:
    if floor is not None:
        value = max(value, floor)
    return value if cap is None else min(value, cap)


def _quantity(score: Score) -> Quantity:
    return simplest(Interval(score.lo, score.hi))
