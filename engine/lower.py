"""Rulebook -> Plan: each form becomes ordered branches, each branch a condition and an effect in points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from engine.compute import UNDEFINED, Compiler, Env, QuantityFunction, rounded
from engine.conditions import Context, Registry, selection_decisions, truth_decision
from engine.effects import interpolated, per_unit, proportional
from engine.expr import (
    Arithmetic,
    Comparison,
    Expr,
    Logic,
    Name,
    Not,
    Number,
    Rollup,
    Subject,
)
from engine.model import (
    Bands,
    Choose,
    Combine,
    Fixed,
    Form,
    Indicator,
    Interpolate,
    Item,
    Items,
    Judged,
    NotComputable,
    Part,
    PerUnit,
    PointsFormula,
    Proportional,
    Rulebook,
    Section,
    Threshold,
)
from engine.plan import (
    AnyPoints,
    Branch,
    ByFormula,
    ByItems,
    ByJudgement,
    ByMeasure,
    ByParts,
    Decision,
    Effect,
    FixedPoints,
    FloorPoints,
    FullPoints,
    Measure,
    NotApplicable,
    OnePart,
    Plan,
    PlanCheck,
    PlanIndicator,
    PlanItem,
    PlanPart,
    PlanSection,
    PlanVeto,
    SharePoints,
)
from engine.ranges import multiply
from engine.typecheck import Labels, concept_type
from engine.walk import NOTHING, concepts_in, with_subject, zero_denominators
from facts.problem import Problem
from facts.units import PLAIN, POINTS, Unit
from facts.values import ONE, ZERO, Rounding


def lower(rulebook: Rulebook) -> tuple[Plan, tuple[Problem, ...]]:
    """The Plan of a sound rulebook; Problems where a threshold is beyond exact comparison in the engine."""
    lowering = _Lowering(rulebook)
    sections = tuple(lowering.section(section) for section in rulebook.sections)
    top = lowering.context("")
    vetoes = tuple(
        PlanVeto(veto, truth_decision(veto.when, replace(top, label=f"veto:{veto.id}"))) for veto in rulebook.vetoes
    )
    checks = tuple(
        PlanCheck(check, truth_decision(check.that, replace(top, label=f"check:{check.id}")))
        for check in rulebook.checks
    )
    grade = lowering.grade()
    registry = lowering.registry
    plan = Plan(rulebook, sections, vetoes, checks, grade, tuple(registry.decisions))
    return plan, tuple(registry.problems)


@dataclass(slots=True)
class _Lowering:
    rulebook: Rulebook
    registry: Registry = field(default_factory=Registry)

    def context(self, label: str, section: str = "") -> Context:
        """Conditions outside any part. No policy says what a division by zero means there, so it decides nothing."""
        vocabulary = self.rulebook.vocabulary
        compiler = Compiler(vocabulary, self.rulebook.parameters_in(section), cautious=True)
        return Context(self.registry, vocabulary, compiler, label=label)

    def section(self, section: Section) -> PlanSection:
        """A section, its indicators and its gate."""
        malus = section.kind == "malus"
        indicators = tuple(self._indicator(indicator, malus) for indicator in section.indicators)
        gate = None
        if section.counts_if is not None:
            gate = truth_decision(section.counts_if, self.context(f"gate:{section.id}", section.id))
        return PlanSection(section, indicators, gate)

    def _indicator(self, indicator: Indicator, malus: bool) -> PlanIndicator:
        return PlanIndicator(indicator, _PartLowering(self, indicator.part, indicator.section, malus).part())

    def grade(self) -> tuple[Decision, ...]:
        """Selection of the grade from the total, highest first; the lowest is what is left."""
        scale = self.rulebook.grades
        if scale is None:
            return ()
        subject: Expr = Rollup("score", "@graded")
        conditions = [Comparison(">=", subject, Number(step.start, POINTS), step.at) for step in scale.steps[:-1]]
        return selection_decisions(conditions, self.context("grade"))


class _PartLowering:
    """Lowers one part; parts inside it get their own."""

    def __init__(self, lowering: _Lowering, part: Part, section: str, malus: bool) -> None:
        self.lowering, self.source, self.section, self.malus = lowering, part, section, malus
        # Before the form: no zero denominator has been looked for yet.
        self.before = lowering.context(part.id, section)
        self.outer = replace(self.before, compiler=replace(self.before.compiler, cautious=False))
        self.labels = _label_type(part.measure, lowering.rulebook)
        self.measure = self._own_measure(part, self.outer)
        guarding = self._inside(self.before, self._own_measure(part, self.before))
        self.context = replace(self._inside(self.outer, self.measure), guarding=guarding)
        # Concepts the form reads, and those only parts inside it read.
        self.read: dict[str, None] = {}
        self.inner: dict[str, None] = {}

    @staticmethod
    def _inside(place: Context, measure: Measure | None) -> Context:
        compiler = replace(place.compiler, subject=measure.compute if measure else None)
        return replace(place, compiler=compiler, subject=measure)

    def _own_measure(self, part: Part, place: Context) -> Measure | None:
        if part.measure is None or self.labels is not None:
            return None
        raw = place.compiler.quantity(part.measure)
        rounding = part.policies.round_measure
        concepts = self._read_by(part.measure)
        unit = part.unit or unit_shown(part.measure, self.lowering.rulebook)
        return Measure(part.measure, _rounding(raw, rounding, unit), raw, rounding, unit, concepts)

    def _read_by(self, tree: Expr) -> tuple[str, ...]:
        return concepts_in(tree, self.outer.vocabulary, self.outer.compiler.parameters)

    # --- the part ---

    def part(self) -> PlanPart:
        """Guards first (applies, void, exempt, zero denominator), then the form's branches."""
        part = self.source
        form = self.form(part.form)
        guards = self._guards()
        branches = (*guards, *form)
        conditions = [branch.condition for branch in branches if branch.condition is not None]
        concepts = self._concepts(branches)
        # A fact stated not to apply makes the part not applicable; inside a combination, only the part that reads it.
        inapplicable = self._own_concepts(branches)
        named = (Branch("not-applicable", None, NotApplicable()), *branches) if inapplicable else branches
        return PlanPart(
            part=part,
            malus=self.malus,
            points=part.points if isinstance(part.points, Fraction) else self._points(part.points),
            measure=self.measure,
            selections=selection_decisions(conditions, self.context, inapplicable, len(self._conditions_before())),
            branches=named,
            concepts=concepts,
        )

    def condition(self, tree: Expr) -> Expr:
        """A condition with a label measure put in its place; quantities stay `measure`, for their rounding."""
        return with_subject(tree, self.source.measure) if self.labels is not None else tree

    def _points(self, tree: Expr) -> Measure:
        """Points by a formula; `raw` is what they are if nothing is divided by zero."""
        return replace(self.before.measure(tree), raw=self.outer.compiler.quantity(tree))

    def _guards(self) -> list[Branch]:
        """Guards and, where the measure or the form divides, the case that it does so by zero."""
        found = self._conditions_before()
        zero = self._zero_denominator()
        return found if zero is None else [*found, zero]

    def _conditions_before(self) -> list[Branch]:
        part = self.source
        found: list[Branch] = []
        if part.applies is not None:
            found.append(Branch("applies", _negated(self.condition(part.applies)), NotApplicable()))
        for number, guard in enumerate(part.voids, 1):
            found.append(Branch(_numbered("void", number), self.condition(guard.when), FloorPoints(), guard.reason))
        for number, guard in enumerate(part.exempts, 1):
            found.append(Branch(_numbered("exempt", number), self.condition(guard.when), FullPoints(), guard.reason))
        return found

    def _zero_denominator(self) -> Branch | None:
        policy = self.source.policies.zero_denominator
        tests = zero_denominators(self.source)
        if not tests:
            return None
        condition = tests[0] if len(tests) == 1 else Logic("or", tuple(tests), self.source.at)
        effects: dict[str, Effect] = {
            "undetermined": AnyPoints(),
            "not_applicable": NotApplicable(),
            "zero": FloorPoints(),
            "full": FullPoints(),
        }
        effect = effects[policy]
        return Branch("zero-denominator", condition, effect)

    def _own_concepts(self, branches: Sequence[Branch]) -> tuple[str, ...]:
        """What the part itself reads: its points, measure, guards and form, not what only parts inside it read."""
        measure = self.source.measure
        found = dict.fromkeys(self._read_by(measure) if measure is not None else ())
        if not isinstance(self.source.points, Fraction):
            found.update(dict.fromkeys(self._read_by(self.source.points)))
        found.update(self.read)
        for branch in branches:
            if branch.condition is not None:
                found.update(dict.fromkeys(self.context.concepts(branch.condition)))
        return tuple(found)

    def _concepts(self, branches: Sequence[Branch]) -> tuple[str, ...]:
        return tuple({**dict.fromkeys(self._own_concepts(branches)), **self.inner})

    # --- forms ---

    def form(self, form: Form) -> list[Branch]:
        """Branches of a form, tried in order; the last has no condition."""
        match form:
            case Threshold(full, otherwise, reason):
                return [Branch("full", self.condition(full), FullPoints(), ""), *self._otherwise(otherwise, reason)]
            case Bands():
                return self._bands(form)
            case PerUnit():
                return self._per_unit(form)
            case Items(sign, items):
                built = tuple(self._item(number, sign, item) for number, item in enumerate(items, 1))
                return [Branch("items", None, ByItems(built, sign < 0))]
            case Proportional():
                return self._proportional(form)
            case Interpolate():
                return self._interpolate(form)
            case Judged():
                return self._judged(form)
            case PointsFormula(formula, reason):
                return [Branch("formula", None, ByFormula(self._reading(formula)), reason)]
            case Fixed(points, reason):
                return [Branch("fixed", None, FixedPoints(points), reason)]
            case Combine(how, parts, weights):
                built_parts = tuple(self._inner(part) for part in parts)
                return [Branch(how, None, ByParts(how, built_parts, weights))]
            case Choose(options):
                return self._choose(options)
            case NotComputable(reason):
                return [Branch("not-computable", None, AnyPoints(), reason)]

    def _otherwise(self, form: Form, reason: str) -> list[Branch]:
        branches = self.form(form)
        last = branches[-1]
        return [*branches[:-1], replace(last, name="otherwise", reason=last.reason or reason)]

    def _bands(self, form: Bands) -> list[Branch]:
        found = []
        for number, band in enumerate(form.bands, 1):
            condition = None if band.when is None else self.condition(band.when)
            # Complete bands: what is in none of the others is in the last.
            last = number == len(form.bands)
            name = "otherwise" if band.when is None else f"band-{number}"
            found.append(Branch(name, None if last else condition, FixedPoints(band.points), band.reason))
        return found

    def _per_unit(self, form: PerUnit) -> list[Branch]:
        assert self.measure is not None
        base = self._reading(form.base)
        op = {"over": "<=", "under": ">=", "around": "="}[form.side]
        within = Comparison(op, Subject(), base.tree)  # type: ignore[arg-type]  # an operator
        excess = self._difference(base.tree, form.side)
        start: Effect = FullPoints() if form.sign < 0 else FixedPoints(ZERO)
        if form.start is not None:
            start = FixedPoints(form.start)
        effect = ByMeasure(excess, per_unit(form), form, form.side == "around")
        return [Branch("within", within, start), Branch("per-unit", None, effect, form.reason)]

    def _difference(self, base: Expr, side: str) -> Measure:
        """How far the measure lies beyond the base, negative where it does not."""
        assert self.measure is not None
        tree: Expr = Arithmetic("-", Subject(), base)
        if side == "under":
            tree = Arithmetic("-", base, Subject())
        return self.context.measure(tree)

    def _item(self, number: int, sign: int, item: Item) -> PlanItem:
        if item.when is not None:
            condition = self.condition(item.when)
            decision, counted = truth_decision(condition, self.context), None
        else:
            assert item.each is not None
            counted = self._reading(item.each)
            decision = truth_decision(Comparison(">", item.each, NOTHING, item.at), self.context)
        self.read.update(dict.fromkeys(decision.concepts))
        return PlanItem(number, sign, item.points, item.limit, decision, counted, item.title, item.reason or item.title)

    def _proportional(self, form: Proportional) -> list[Branch]:
        assert self.measure is not None
        to = self._reading(form.to)
        up_to = Number(form.up_to, PLAIN)
        op, enough = ">=", Arithmetic("*", to.tree, up_to)
        ratio = Arithmetic("/", Subject(), to.tree)
        if form.direction == "at_most":
            op, enough = "<=", Arithmetic("/", to.tree, up_to)
            ratio = Arithmetic("/", to.tree, Subject())
        enough_tree = Comparison(op, Subject(), _folded(enough))  # type: ignore[arg-type]  # an operator
        share = self.context.measure(ratio)
        return [
            Branch("reached", enough_tree, SharePoints(form.up_to)),
            Branch("share", None, ByMeasure(share, proportional(form), form), form.reason),
        ]

    def _interpolate(self, form: Interpolate) -> list[Branch]:
        assert self.measure is not None
        (first, first_points), (last, last_points) = form.knots[0], form.knots[-1]
        return [
            Branch("lowest", Comparison("<=", Subject(), Number(first, form.unit)), FixedPoints(first_points)),
            Branch("highest", Comparison(">=", Subject(), Number(last, form.unit)), FixedPoints(last_points)),
            Branch("between", None, ByMeasure(self.measure, interpolated(form), form), form.reason),
        ]

    def _judged(self, form: Judged) -> list[Branch]:
        judged = self._reading(Name(form.concept))
        found = []
        for number, one in enumerate(form.ranges, 1):
            condition = None if one.when is None or number == len(form.ranges) else self.condition(one.when)
            name = f"range-{number}" if len(form.ranges) > 1 else "judged"
            found.append(Branch(name, condition, ByJudgement(judged, one.low, one.high), form.reason))
        return found

    def _choose(self, options: tuple[tuple[Expr | None, Part], ...]) -> list[Branch]:
        found = []
        for number, (when, part) in enumerate(options, 1):
            last = number == len(options)
            condition = None if when is None or last else self.condition(when)
            found.append(Branch(f"option-{number}", condition, OnePart(self._inner(part))))
        return found

    def _inner(self, part: Part) -> PlanPart:
        inner = _PartLowering(self.lowering, part, self.section, self.malus).part()
        self.inner.update(dict.fromkeys(inner.concepts))
        return inner

    def _reading(self, tree: Expr) -> Measure:
        """A measure the form reads; its concepts count as read."""
        measure = self.context.measure(tree)
        self.read.update(dict.fromkeys(measure.concepts))
        return measure


def _rounding(raw: QuantityFunction, rounding: Rounding | None, unit: Unit | None) -> QuantityFunction:
    """Rounding in the unit the measure is shown in: 98.7% to no places is 99%."""
    if rounding is None:
        return raw
    factor = unit.factor if unit else ONE

    def compute(env: Env, row: object) -> object:
        value = raw(env, None)
        if value is UNDEFINED:
            return value
        return multiply(rounded(multiply(value, 1 / factor), rounding), factor)

    return compute  # type: ignore[return-value]  # rows do not reach a part's measure


def _negated(tree: Expr) -> Expr:
    return Not(tree)


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}-{number}"


def _folded(tree: Arithmetic) -> Expr:
    """Arithmetic on two constants as the constant, so that the comparison stays one with a constant."""
    left, right = tree.left, tree.right
    if isinstance(left, Number) and isinstance(right, Number):
        value = left.value * right.value if tree.op == "*" else left.value / right.value
        return Number(value, left.unit, left.at)
    if isinstance(right, Number) and right.value == 1:
        return left
    return tree


def _label_type(measure: Expr | None, rulebook: Rulebook) -> Labels | None:
    if not isinstance(measure, Name):
        return None
    concept = rulebook.vocabulary.concepts.get(measure.name)
    kind = concept_type(concept) if concept else None
    return kind if isinstance(kind, Labels) else None


def unit_shown(measure: Expr, rulebook: Rulebook) -> Unit | None:
    """The unit a bare concept is shown in; quotients of like quantities are shown as percentages by the caller."""
    concept = rulebook.vocabulary.concepts.get(measure.name) if isinstance(measure, Name) else None
    return concept.unit if concept else None
