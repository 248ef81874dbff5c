"""The public verbs: what makes a rulebook unusable for a case, and the Evaluator that assesses cases with it."""

from __future__ import annotations

from collections.abc import Collection

from engine.assessment import Assessment, IndicatorResult
from engine.casefacts import CaseFacts, unknown_values
from engine.checks import accepted_problems
from engine.compute import Env
from engine.decide import Decider, PlainDecider
from engine.lower import lower
from engine.marks import doubtful_marks, marks_of, with_judged_marks
from engine.model import Rulebook
from engine.parts import PartResult, PartRunner
from engine.plan import TRUE, Decision, Plan, PlanCheck, PlanIndicator
from engine.results import ResultWriter, grade_citation
from engine.rollup import NO_RELIEF, Outcome, Relief, Rollup, base_points
from engine.sentences import Memory, Sentences
from engine.session import Rulesets, Session
from engine.steps import StepWriter
from facts.model import BASES, Basis, Case
from facts.problem import Problem, Text
from facts.values import ZERO


def usable(rulebook: Rulebook, case: Case) -> tuple[Problem, ...]:
    """Problems that keep this rulebook from scoring this case: it must be in force for the whole period."""
    start, end = rulebook.effective_from, rulebook.effective_to
    if case.period.start >= start and (end is None or case.period.end <= end):
        return ()
    span = f"{start}/{end or '…'}"
    return (
        Problem(
            "not-in-force",
            case.at,
            Text(
                f"规则集 {rulebook.id} 适用于 {span},个案的评价期间是 {case.period}",
                f"rulebook {rulebook.id} is in force for {span}, the case is about {case.period}",
            ),
            Text(
                "换用适用于该期间的规则集;不会套用相近的版本",
                "use a rulebook of that period; nothing is fallen back to",
            ),
        ),
    )


class Lowered:
    """A rulebook lowered to its Plan, once, with what the assessments by it share."""

    # Whether assessments tell the nearest change that would alter each verdict.
    nearest = True

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.plan, problems = lower(rulebook)
        if problems:
            raise ValueError("; ".join(problem.show("en") for problem in problems))
        self.memory = Memory()
        self.unknown = unknown_values(rulebook.vocabulary.concepts)
        self.ceilings = {section.id: section.points for section in rulebook.sections}
        self.marks = marks_of(rulebook)
        self._accepted = accepted_problems(rulebook)

    @property
    def accepted_problems(self) -> tuple[Problem, ...]:
        """Contradictions the rulebook accepts."""
        return self._accepted


class Evaluator(Lowered):
    """Assesses cases with one rulebook. Making it compiles the Plan and the durable_rules rulesets, once.

    `close` (or use as a context manager) frees what the C library holds.
    """

    def __init__(self, rulebook: Rulebook) -> None:
        super().__init__(rulebook)
        self.rulesets = Rulesets(self.plan.decisions, rulebook.id)

    def __enter__(self) -> Evaluator:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Free the rulesets."""
        self.rulesets.close()

    def assess(self, case: Case, accept: Collection[Basis] = BASES) -> Assessment:
        """Score a case on the facts whose basis is accepted; the others count as missing.

        Raises engine.session.EngineFault if durable_rules and the plain evaluation disagree.
        """
        return self.decide(case, accept).assessment()

    def decide(self, case: Case, accept: Collection[Basis] = BASES, relief: Relief = NO_RELIEF) -> Decided:
        """Everything fired, cross-checked and scored, with nothing put into words yet."""
        decided = Decided(self, case, tuple(basis for basis in BASES if basis in accept), relief)
        with Session(self.rulesets) as session:
            decided.run(session)
        return decided


class WhatIf(Lowered):
    """Decides cases without the engine, for questions about rules that are not in force.

    No score that is given to anybody comes of it; those are fired and cross-checked. The nearest change is not looked for.
    """

    nearest = False

    def decide(self, case: Case) -> Decided:
        """Everything decided by plain evaluation."""
        decided = Decided(self, case, BASES)
        decided.run(None)
        return decided


# What fired, in order: an indicator's firings with its result, or one firing above the indicators.
_Entry = tuple[PlanIndicator | None, list[tuple[Decision, int]]]


class Decided:
    """One case decided: scores, bounds, and the log of every firing. `assessment` puts it into records and words."""

    def __init__(self, evaluator: Lowered, case: Case, accept: tuple[Basis, ...], relief: Relief = NO_RELIEF) -> None:
        self.evaluator, self.accept, self.relief = evaluator, accept, relief
        self.case = case = with_judged_marks(case, evaluator.marks)
        self.plan: Plan = evaluator.plan
        self.facts = CaseFacts(evaluator.rulebook, case, accept, unknown=evaluator.unknown)
        self.env: Env = self.facts.env()
        self.log: list[_Entry] = []
        self.checks: list[tuple[PlanCheck, int]] = []
        self.outcome = Outcome(ZERO, ZERO, ())
        self._graded_after = 0
        self._firings: list[tuple[Decision, int]] | None = None

    # --- deciding ---

    def run(self, session: Session | None) -> None:
        """Indicators in the order of the rulebook, then everything above them, then the checks; None: without the engine."""
        if session is None:
            decider: Decider = PlainDecider(self.env, self.facts.inapplicable, self._heard)
        else:
            decider = Decider(session, self.env, self.facts.inapplicable, self._heard)
        settled = {name for name in self.case.facts if self.facts.known(name) in ("known", "not_applicable")}
        missing = frozenset(self.facts.values) - settled
        self.runner = PartRunner(decider, self.env, missing)
        self.rollup = rollup = Rollup(self.plan, decider, self.env, self._indicator, self.relief)
        for section in self.plan.sections:
            for indicator in section.indicators:
                rollup.indicator(indicator)
        for veto in self.plan.vetoes:
            rollup.decide_veto(veto)
        for section in self.plan.sections:
            rollup.section(section)
        self.outcome = rollup.outcome()
        self._graded_after = len(self.log)
        for check in self.plan.checks:
            rollup.prepare(check.check.that)
            self.checks.append((check, decider.decide(check.decision)))

    def _heard(self, decision: Decision, outcome: int) -> None:
        if self._firings is not None:
            self._firings.append((decision, outcome))
        else:
            self.log.append((None, [(decision, outcome)]))

    def _indicator(self, plan: PlanIndicator) -> PartResult:
        self._firings = []
        self.runner.ceiling = self.evaluator.ceilings[plan.indicator.section]
        result = self.runner.run(plan.part)
        self.log.append((plan, self._firings))
        self._firings = None
        return result

    @property
    def states(self) -> dict[str, str]:
        """Of each veto and check by id: fired (it holds, or does not hold), not_fired, undetermined."""
        words = ("not_fired", "undetermined", "fired")
        found = {veto.veto.id: words[self.rollup.decide_veto(veto)] for veto in self.plan.vetoes}
        return found | {check.check.id: words[TRUE - outcome] for check, outcome in self.checks}

    # --- telling ---

    def assessment(self) -> Assessment:
        """The whole answer: results, trail, findings, what is missing."""
        rulebook, rollup, outcome = self.evaluator.rulebook, self.rollup, self.outcome
        steps = StepWriter(Sentences(self.facts, self.env, self.evaluator.memory))
        writer = ResultWriter(self.facts, self.env, steps, nearest=self.evaluator.nearest)
        indicators = self._results(writer, self._trail(writer, steps))
        missing = writer.missing(indicators)
        return Assessment(
            rulebook_id=rulebook.id,
            rulebook_version=rulebook.version,
            rulebook_title=rulebook.title,
            rulebook_digest=rulebook.digest,
            subject=self.case.subject,
            period=self.case.period,
            points=base_points(self.plan),
            score=outcome.lo if outcome.lo == outcome.hi else None,
            lower=outcome.lo,
            upper=outcome.hi,
            grade=outcome.grades[0] if len(outcome.grades) == 1 else None,
            grades=outcome.grades,
            grade_citation=grade_citation(rulebook),
            accepted_bases=self.accept,
            by_basis=writer.by_basis(indicators),
            sections=tuple(writer.section(s, rollup.sections[s.section.id]) for s in self.plan.sections),
            indicators=indicators,
            trail=tuple(steps.steps),
            findings=writer.findings(indicators, self.plan.vetoes, rollup.vetoes, self.checks),
            missing=missing,
            problems=(
                *writer.problems,
                *writer.conflicts(missing),
                *doubtful_marks(self.case, rulebook, self.evaluator.marks),
            ),
            accepted=rulebook.accepted,
            accepted_problems=self.evaluator.accepted_problems,
            sources=tuple(self.case.sources[key] for key in sorted(self.case.sources)),
        )

    def _trail(self, writer: ResultWriter, steps: StepWriter) -> dict[str, tuple[int, ...]]:
        """Write the Steps in the order of firing; the numbers of each indicator's."""
        numbers: dict[str, tuple[int, ...]] = {}
        for place, (plan, firings) in enumerate(self.log):
            if place == self._graded_after:
                writer.grade_step(self.outcome)
            if plan is None:
                for decision, outcome in firings:
                    writer.top_step(decision, outcome, self.plan)
            else:
                name = plan.indicator.id
                numbers[name] = steps.write(firings, self.rollup.indicators[name], name, plan.indicator.section)
        if self._graded_after == len(self.log):
            writer.grade_step(self.outcome)
        return numbers

    def _results(self, writer: ResultWriter, numbers: dict[str, tuple[int, ...]]) -> tuple[IndicatorResult, ...]:
        return tuple(
            writer.indicator(
                indicator,
                self.rollup.indicators[indicator.indicator.id],
                self.rollup.final(indicator),
                numbers[indicator.indicator.id],
            )
            for section in self.plan.sections
            for indicator in section.indicators
        )
