"""A Plan and the profile of a population -> queries that score it, or what of it columns cannot say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlglot import exp

from engine.columns import flags as fl
from engine.columns import output as out
from engine.columns.flags import FALSE, TRUE, Flag, column
from engine.columns.formulas import Formulas, Inexpressible, Source
from engine.columns.integers import TooWide
from engine.columns.layers import Layers
from engine.columns.numbers import Algebra
from engine.columns.output import Named, Numerals
from engine.columns.parts import PartBuilder
from engine.columns.profile import Profile
from engine.columns.queries import ColumnPlan
from engine.columns.ratios import Ratio
from engine.columns.rollup import RollupColumns
from engine.columns.tables import TableColumns
from engine.plan import Plan, PlanCheck, PlanIndicator
from facts.problem import Problem, Text
from facts.provenance import Position

# What scores there are to be, where not the wide table; then there are no reasons.
Shape = Callable[[RollupColumns], list[Named]]


def column_plan(
    plan: Plan, profile: Profile, shape: Shape | None = None
) -> tuple[ColumnPlan | None, tuple[Problem, ...]]:
    """The Plan as columns; Problems, one for each indicator, veto or check that columns cannot say."""
    return _Building(plan, profile, shape).build()


class _Building:
    """One Plan being built."""

    def __init__(self, plan: Plan, profile: Profile, shape: Shape | None = None) -> None:
        self.plan, self.profile, self.layers, self.shape = plan, profile, Layers(), shape
        self.left: list[Flag] = []
        self.problems: list[Problem] = []
        self.made: dict[str, Formulas] = {}
        vocabulary = plan.rulebook.vocabulary
        self.places = {name: n for n, name in enumerate(vocabulary.concepts)}
        self.algebra = Algebra(self.layers, self._leave)
        self.tables = TableColumns(vocabulary, self.profile.table, self.places.__getitem__, self.algebra)
        self.sources = {
            name: Source(f"v{self.places[name]}", self.profile.column(name), concept.range, concept.whole)
            for name, concept in vocabulary.concepts.items()
            if concept.type != "table"
        }
        self.statuses = {name: f"s{place}" for name, place in self.places.items()}
        builder = PartBuilder(self._apart, self._missing)
        self.rollup = RollupColumns(self.plan, builder, self._formulas)

    def build(self) -> tuple[ColumnPlan | None, tuple[Problem, ...]]:
        """The columns, or the Problems."""
        if not self._every_clause():
            return None, tuple(self.problems)
        found: list[ColumnPlan] = []
        self._try(self.plan.rulebook.id, Position(""), lambda: found.extend(self._outputs()))
        return (found[0], ()) if found else (None, tuple(self.problems))

    # --- flags of facts ---

    def _leave(self, flag: Flag) -> None:
        if not flag.never and flag not in self.left:
            self.left.append(flag)

    def _status(self, concept: str, states: Sequence[int]) -> Flag:
        tests = [exp.Literal.number(state) for state in states]
        return Flag(exp.In(this=column(self.statuses[concept]), expressions=tests))

    def _apart(self, concepts: Sequence[str]) -> Flag:
        found = [self.profile.concepts.get(concept) for concept in concepts]
        stated = [
            c
            for c, one in zip(concepts, found, strict=True)
            if one is not None and not one.complete and not one.applies
        ]
        return fl.either(*(self._status(concept, (2,)) for concept in stated))

    def _missing(self, concepts: Sequence[str]) -> Flag:
        flags = []
        for concept in concepts:
            found = self.profile.concepts.get(concept)
            if found is None:
                return TRUE
            if not found.complete:
                flags.append(self._status(concept, (0, 3, 4)))
        return fl.either(*flags) if flags else FALSE

    def _formulas(self, section: str) -> Formulas:
        if section not in self.made:
            parameters = self.plan.rulebook.parameters_in(section)
            self.made[section] = Formulas(
                self.algebra, self.sources, self.statuses, parameters, self.tables, rollups=self.rollup.number
            )
        return self.made[section]

    # --- clauses ---

    def _every_clause(self) -> bool:
        """Build indicators, vetoes and checks one by one, so that everything that cannot be said is said at once."""
        for section in self.plan.sections:
            for indicator in section.indicators:
                self._try(indicator.indicator.id, indicator.indicator.at, self._indicator(indicator))
        if self.problems:
            return False
        for veto in self.plan.vetoes:
            self._try(veto.veto.id, veto.veto.at, lambda veto=veto: self.rollup.veto(veto))  # type: ignore[misc]
        for check in self.plan.checks:
            self._try(check.check.id, check.check.at, lambda check=check: self._check(check))  # type: ignore[misc]
        for section in self.plan.sections:
            self._try(section.section.id, section.section.at, lambda section=section: self.rollup.section(section))  # type: ignore[misc]
        self._try(self.plan.rulebook.id, Position(""), self.rollup.outcome)
        return not self.problems

    def _indicator(self, indicator: PlanIndicator) -> Callable[[], object]:
        return lambda: self.rollup.indicator(indicator)

    def _check(self, check: PlanCheck) -> None:
        truth = self._formulas("").careful().truth(check.decision.conditions[0])
        self.rollup.checks[check.check.id] = truth

    def _try(self, name: str, at: Position, build: Callable[[], object]) -> None:
        try:
            build()
        except Inexpressible as reason:
            self._problem(name, at, Text(*reason.args))
        except TooWide:
            self._problem(
                name,
                at,
                Text(
                    "数值相乘可能超出 38 位整数(未取整的比例相加、相乘时分母越来越长)",
                    "numbers may grow beyond 38 digits (denominators of unrounded shares multiply when they are added)",
                ),
            )

    def _problem(self, name: str, at: Position, why: Text) -> None:
        self.problems.append(
            Problem(
                "not-in-columns",
                at,
                Text(f"“{name}”不能按列计算:{why.zh}", f"{name} cannot be worked out in columns: {why.en}"),
                Text(
                    "写明 round_score 或 round_measure,或用 --by-engine 由引擎逐个单位计算(慢得多)",
                    "state round_score or round_measure, or let the engine score unit by unit with --by-engine (far slower)",
                ),
            )
        )

    # --- outputs ---

    def _outputs(self) -> list[ColumnPlan]:
        rollup = self.rollup
        if self.shape is not None:
            return [self._plan(out.Numerals(None), self.shape(rollup), [])]
        indicators = [indicator for section in self.plan.sections for indicator in section.indicators]
        ratios: list[Ratio] = []
        for indicator in indicators:
            part = rollup.indicator(indicator)
            given = part.given(rollup.final(indicator))
            ratios += [part.frame.points, given.lo, given.hi]
        numerals = out.numerals_for(ratios)
        concepts = dict(self.plan.rulebook.vocabulary.concepts)
        reasons: list[list[Named]] = []
        for indicator in indicators:
            listed = out.operands(indicator.part.concepts, self.places, concepts, self.profile, self.layers.flag)
            self._try(
                indicator.indicator.id,
                indicator.indicator.at,
                lambda i=indicator, o=listed: reasons.append(out.reason(i, rollup, numerals, o)),  # type: ignore[misc]
            )
        if self.problems:
            return []
        return [self._plan(numerals, out.wide(rollup, numerals), reasons)]

    def _plan(self, numerals: Numerals, wide: list[Named], reasons: list[list[Named]]) -> ColumnPlan:
        # What may turn out to have no value counts: better one unit too many for the engine than one too few.
        beyond = self.layers.flag(fl.possibly(replace(fl.either(*self.left), nullable=True)))
        sources = self.sources, self.statuses
        return ColumnPlan(self.plan, self.profile, self.layers, self.tables, numerals, beyond, wide, reasons, *sources)
