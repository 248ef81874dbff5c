"""The public verbs: what makes a rulebook unusable for a case, and the Evaluator that assesses cases with it."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from engine.assessment import Assessment, IndicatorResult
from engine.casefacts import CaseFacts
from engine.checks import accepted_problems
from engine.compute import Env
from engine.decide import Decider
from engine.lower import lower
from engine.model import Rulebook
from engine.parts import PartResult, PartRunner
from engine.plan import Decision, Plan, PlanIndicator
from engine.results import ResultWriter
from engine.rollup import Rollup, base_points
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


class Evaluator:
    """Assesses cases with one rulebook. Making it compiles the Plan and the durable_rules rulesets, once.

    `close` (or use as a context manager) frees what the C library holds.
    """

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.plan, problems = lower(rulebook)
        if problems:
            raise ValueError("; ".join(problem.show("en") for problem in problems))
        self.rulesets = Rulesets(self.plan.decisions, rulebook.id)
        self.memory = Memory()
        self._accepted = accepted_problems(rulebook)

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
        with Session(self.rulesets) as session:
            return _Run(self, case, tuple(basis for basis in BASES if basis in accept), session).assessment()

    @property
    def accepted_problems(self) -> tuple[Problem, ...]:
        """Contradictions the rulebook accepts."""
        return self._accepted


class _Run:
    """One assessment."""

    def __init__(self, evaluator: Evaluator, case: Case, accept: tuple[Basis, ...], session: Session) -> None:
        self.evaluator, self.case, self.accept = evaluator, case, accept
        self.plan: Plan = evaluator.plan
        self.facts = CaseFacts(evaluator.rulebook, case, accept)
        self.env: Env = self.facts.env()
        self.firings: list[tuple[Decision, int]] = []
        self.decider = Decider(session, self.env, self.facts.inapplicable, self._heard)
        self.missing = frozenset(c for c in self.facts.values if self.facts.known(c) not in ("known", "not_applicable"))
        self.runner = PartRunner(self.decider, self.env, self.missing)
        self.rollup = Rollup(self.plan, self.decider, self.env, self._indicator)
        self.steps = StepWriter(Sentences(self.facts, self.env, evaluator.memory))
        self.writer = ResultWriter(self.facts, self.env, self.steps)
        self.numbers: dict[str, tuple[int, ...]] = {}

    def _heard(self, decision: Decision, outcome: int) -> None:
        self.firings.append((decision, outcome))

    def _indicator(self, plan: PlanIndicator) -> PartResult:
        """Decide an indicator and write its Steps at once, so that the trail is in the order of firing."""
        before, self.firings = self.firings, []
        self.runner.ceiling = self._ceiling(plan)
        result = self.runner.run(plan.part)
        self.numbers[plan.indicator.id] = self.steps.write(self.firings, result, plan.indicator.id)
        self.firings = before
        return result

    def _ceiling(self, plan: PlanIndicator) -> Fraction:
        return next((s.section.points for s in self.plan.sections if s.section.id == plan.indicator.section), ZERO)

    def assessment(self) -> Assessment:
        """Indicators in the order of the rulebook, then everything above them, then the checks."""
        rulebook, rollup, writer = self.evaluator.rulebook, self.rollup, self.writer
        for section in self.plan.sections:
            for indicator in section.indicators:
                rollup.indicator(indicator)
        for veto in self.plan.vetoes:
            rollup.decide_veto(veto)
        for section in self.plan.sections:
            rollup.section(section)
        self._top_steps()
        outcome = rollup.outcome()
        self._top_steps()
        writer.grade_step(outcome)
        checks = [(check, self._check(check.decision, check.check.that)) for check in self.plan.checks]
        self._top_steps()
        indicators = self._results()
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
            accepted_bases=self.accept,
            by_basis=writer.by_basis(indicators),
            sections=tuple(writer.section(s, rollup.sections[s.section.id]) for s in self.plan.sections),
            indicators=indicators,
            trail=tuple(self.steps.steps),
            findings=writer.findings(indicators, self.plan.vetoes, rollup.vetoes, checks),
            missing=writer.missing(indicators),
            problems=tuple(writer.problems),
            accepted=rulebook.accepted,
            accepted_problems=self.evaluator.accepted_problems,
            sources=tuple(self.case.sources[key] for key in sorted(self.case.sources)),
        )

    def _check(self, decision: Decision, tree: object) -> int:
        self.rollup.prepare(tree)  # type: ignore[arg-type]  # a condition of the plan
        return self.decider.decide(decision)

    def _top_steps(self) -> None:
        """Steps of what fired above the indicators since last time."""
        fired, self.firings = self.firings, []
        for decision, outcome in fired:
            self.writer.top_step(decision, outcome, self.plan)

    def _results(self) -> tuple[IndicatorResult, ...]:
        return tuple(
            self.writer.indicator(
                indicator,
                self.rollup.indicators[indicator.indicator.id],
                self.rollup.final(indicator),
                self.numbers[indicator.indicator.id],
            )
            for section in self.plan.sections
            for indicator in section.indicators
        )
