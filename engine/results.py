"""Results of indicators, sections and the whole, as records: deductions, findings, what is missing, what rests on what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from engine.assessment import (
    BasisPoints,
    Deduction,
    Finding,
    IndicatorResult,
    MeasureValue,
    MissingFact,
    SectionResult,
)
from engine.casefacts import CaseFacts
from engine.combine import Score
from engine.compared import compared
from engine.compute import UNDEFINED, Env
from engine.model import Citation, Rulebook
from engine.nearest import find_nearest
from engine.parts import PartResult
from engine.plan import FALSE, TRUE, Decision, Measure, Plan, PlanCheck, PlanIndicator, PlanSection, PlanVeto
from engine.ranges import as_interval
from engine.rollup import Outcome
from engine.sentences import points_text
from engine.steps import StepWriter, deductions_of, every_part
from engine.telling import Teller
from engine.verdicts import verdict_of
from facts.model import Basis, Fact
from facts.problem import Problem, Text
from facts.values import ZERO, Interval, decimal_text
from facts.vocabulary import Concept

# From the strongest to the weakest: what can be recomputed, what someone else judged, what the subject itself says.
NAMED_INDICATORS = 5
_STRENGTH: tuple[Basis, ...] = ("figure", "judged", "stated")


@dataclass(slots=True)
class ResultWriter:
    """Writes the records of one assessment."""

    facts: CaseFacts
    env: Env
    steps: StepWriter
    problems: list[Problem] = field(default_factory=list)
    # Whether the nearest change is looked for, which is most of the work.
    nearest: bool = True

    # --- indicators ---

    def indicator(
        self, plan: PlanIndicator, result: PartResult, score: Score, numbers: tuple[int, ...]
    ) -> IndicatorResult:
        """One indicator's result; `score` is after vetoes on it."""
        indicator, frame = plan.indicator, result.frame
        part = indicator.part
        verdict = verdict_of(score, frame)
        self.steps.sentences.section = indicator.section
        self._judgements(result)
        given = result.given(score)
        if given.lo != given.hi:
            # Also where it does not apply, and full points are points that are not known.
            verdict = "undetermined"
        open_ = verdict == "undetermined"
        return IndicatorResult(
            id=indicator.id,
            title=indicator.title,
            section=indicator.section,
            group=indicator.group,
            points=frame.points,
            verdict=verdict,
            score=given.lo if given.lo == given.hi and not open_ else None,
            lower=given.lo,
            upper=given.hi,
            basis=self._basis(result.plan.concepts),
            missing=tuple(c for c in result.plan.concepts if self._missing(c)) if open_ else (),
            regain=ZERO if open_ else max(ZERO, frame.full - given.lo),
            nearest=find_nearest(result.plan, verdict, self.steps.sentences)
            if self.nearest and score == result.score
            else None,
            measure=self._measure(result.plan.measure),
            deductions=self._deductions(plan, result, score),
            steps=numbers,
            citation=part.cite,
        )

    def _deductions(self, plan: PlanIndicator, result: PartResult, score: Score) -> tuple[Deduction, ...]:
        if score == result.score:
            return deductions_of(result, self.steps)
        lost = result.frame.full - score.lo
        if score.lo != score.hi or lost <= 0:
            return ()
        reason = Text("一票否决", "vetoed")
        return (Deduction(lost, f"{plan.indicator.id}/veto", reason, plan.indicator.part.cite),)

    def _missing(self, concept: str) -> bool:
        return self.facts.known(concept) not in ("known", "not_applicable")

    def _basis(self, concepts: Sequence[str]) -> Basis | None:
        found = {self.facts.basis(concept) for concept in concepts}
        return next((basis for basis in reversed(_STRENGTH) if basis in found), None)

    def _measure(self, measure: Measure | None) -> MeasureValue | None:
        if measure is None:
            return None
        words, numbers, shown = self.steps.sentences.measure_texts(measure)
        value = raw = measure.compute(self.env, None)
        if measure.rounding is not None:
            raw = measure.raw(self.env, None)
        return MeasureValue(
            formula=words,
            executed=numbers,
            operands=self.steps.operands(measure.concepts),
            value=value if isinstance(value, Fraction) else None,
            range=None if value is UNDEFINED else as_interval(value),
            unrounded=raw if isinstance(raw, Fraction) and raw != value else None,
            shown=shown,
            told=Teller(self.steps.sentences, measure).value(),
        )

    def _judgements(self, result: PartResult) -> None:
        """An assessor's points outside the range the criterion allows are a Problem of the input."""
        for one in every_part(result):
            if one.out_of_range is None:
                continue
            measure, low, high = one.out_of_range
            concept = measure.concepts[0]
            fact = self.facts.case.facts[concept]
            label = self.facts.rulebook.vocabulary.concepts[concept].label
            self.problems.append(
                Problem(
                    "judgement-out-of-range",
                    fact.at,
                    Text(
                        f"“{label}”评定为 {fact.shown},应在 {decimal_text(low)} 至 {decimal_text(high)} 分之间",
                        f"{label} is judged {fact.shown}; it must lie from {decimal_text(low)} to {decimal_text(high)}",
                    ),
                    Text("该项按未评定处理,请更正评定分数", "the item counts as not judged; correct the points"),
                )
            )

    # --- sections and the whole ---

    def section(self, plan: PlanSection, score: Score) -> SectionResult:
        """A section's record."""
        section = plan.section
        listed = [i.indicator.part.points for i in plan.indicators]
        total = sum((points for points in listed if isinstance(points, Fraction)), ZERO)
        note = Text("", "")
        if total != section.points and section.kind != "malus":
            note = Text(
                f"声明 {decimal_text(section.points)} 分,所列指标合计 {decimal_text(total)} 分",
                f"declared {decimal_text(section.points)}, its indicators list {decimal_text(total)}",
            )
        known = score.lo if score.lo == score.hi else None
        return SectionResult(
            section.id, section.title, section.kind, section.points, total, known, score.lo, score.hi, note
        )

    def by_basis(self, indicators: Sequence[IndicatorResult]) -> BasisPoints:
        """Points of indicators by the weakest basis under each; what is open is upper less lower."""
        sums: dict[str | None, Fraction] = dict.fromkeys((*_STRENGTH, None), ZERO)
        open_ = ZERO
        for one in indicators:
            if one.score is None:
                open_ += one.upper - one.lower
            else:
                sums[one.basis] += one.score
        return BasisPoints(sums["figure"], sums["stated"], sums["judged"], sums[None], open_)

    def missing(self, indicators: Sequence[IndicatorResult]) -> tuple[MissingFact, ...]:
        """Missing facts, the one that would narrow the bounds most first."""
        concepts = self.facts.rulebook.vocabulary.concepts
        touched: dict[str, list[IndicatorResult]] = {}
        for one in indicators:
            for concept in one.missing:
                touched.setdefault(concept, []).append(one)
        found = []
        for concept, those in touched.items():
            settles = sum((i.upper - i.lower for i in those if i.missing == (concept,)), ZERO)
            touches = sum((i.upper - i.lower for i in those), ZERO)
            label = concepts[concept].label
            text = Text(label, concepts[concept].label_en or label)
            found.append(MissingFact(concept, text, settles, touches, tuple(i.id for i in those)))
        return tuple(sorted(found, key=lambda fact: (-fact.settles, -fact.touches, fact.concept)))

    def conflicts(self, missing: Sequence[MissingFact]) -> tuple[Problem, ...]:
        """Facts whose sources disagree: what each says, what is open for it, and the way out. None of them was chosen."""
        opened = {one.concept: one.indicators for one in missing}
        told = []
        apart = {key: fact for key, fact in self.facts.case.facts.items() if fact.status == "conflict"}
        for key, concept in self.facts.rulebook.vocabulary.concepts.items() if apart else ():
            if key in apart:
                told.append(_conflict(apart[key], concept, opened.get(key, ())))
        return tuple(told)

    # --- findings ---

    def findings(
        self,
        indicators: Sequence[IndicatorResult],
        vetoes: Sequence[PlanVeto],
        struck: dict[str, int],
        checks: Sequence[tuple[PlanCheck, int]],
    ) -> tuple[Finding, ...]:
        """Vetoes that hold, deductions, checks that do not hold."""
        found = []
        for veto in vetoes:
            if struck.get(veto.veto.id) == TRUE:
                title = veto.veto.title
                message = Text(veto.veto.reason or title.zh, title.en or veto.veto.reason or title.zh)
                operands = self.steps.operands(veto.decision.concepts)
                found.append(
                    Finding(f"veto:{veto.veto.id}", "error", veto.veto.target, message, veto.veto.cite, operands)
                )
        found += [
            Finding("deduction", "warning", indicator.id, _lost(indicator, one), one.citation)
            for indicator in indicators
            for one in indicator.deductions
        ]
        for check, outcome in checks:
            if outcome == FALSE:
                found.append(self._failed(check))
        return tuple(found)

    def _failed(self, one: PlanCheck) -> Finding:
        check = one.check
        operands = self.steps.operands(one.decision.concepts)
        executed = self.steps.told(check.that, None, holds=False)
        zh, en = check.message or check.title.zh, check.message_en or check.title.en or check.title.zh
        if "{" in zh:
            message = Text(self.steps.sentences.with_facts(zh), self.steps.sentences.with_facts(en))
        else:
            message = Text(f"{zh}({executed.zh})", f"{en} ({executed.en})")
        against = compared(check, self.steps.sentences)
        return Finding(f"check:{check.id}", check.severity, "", message, check.cite, operands, *against)

    # --- steps above the indicators ---

    def top_step(self, decision: Decision, outcome: int, plan: Plan) -> None:
        """The Step of a veto, gate or check."""
        kind, _, name = decision.label.partition(":")
        if kind == "grade":
            return
        self.steps.sentences.section = name if kind == "gate" else ""
        cites = {f"veto:{v.veto.id}": v.veto.cite for v in plan.vetoes}
        cites.update({f"check:{c.check.id}": c.check.cite for c in plan.checks})
        self.steps.condition(decision, outcome, "", cites.get(decision.label, Citation()))

    def grade_step(self, outcome: Outcome) -> None:
        """The Step of the grade."""
        if outcome.grades:
            shown = points_text(outcome.lo)
            if outcome.lo != outcome.hi:
                shown = f"[{shown}, {points_text(outcome.hi)}]"
            names = "、".join(outcome.grades)
            sure, cite = len(outcome.grades) == 1, grade_citation(self.facts.rulebook)
            self.steps.total(shown, names, Interval(outcome.lo, outcome.hi), sure, cite)


def grade_citation(rulebook: Rulebook) -> Citation:
    """Where the grades come from."""
    return rulebook.grades.cite if rulebook.grades is not None else Citation()


def _conflict(fact: Fact, concept: Concept, indicators: Sequence[str]) -> Problem:
    listed = "、".join(indicators[:NAMED_INDICATORS]) + (" …" if len(indicators) > NAMED_INDICATORS else "")
    effect = Text(f",{listed} 因此待定", f", and leaves {listed} open") if indicators else Text("", "")
    said = f":{fact.reason}" if fact.reason else ""
    label = concept.label_en or concept.label
    message = Text(
        f"“{concept.label}”的几个来源说法不同{said};评分时当作未知{effect.zh}",
        f"sources of {label!r} disagree{said}; it counts as unknown{effect.en}",
    )
    hint = Text(
        "核对原件后在个案里只留一个值,或在对照文件的 settle 里写明容差、优先次序,重新运行 facts read 或 facts merge",
        "check the originals and keep one value in the case, or declare a tolerance or precedence under settle in a mapping "
        "and run facts read or facts merge again",
    )
    return Problem("conflicting-facts", fact.at, message, hint, "warning")


def _lost(indicator: IndicatorResult, deduction: Deduction) -> Text:
    points = points_text(deduction.points)
    title = indicator.title
    return Text(
        f"{title.zh}:扣 {points} 分,{deduction.reason.zh}",
        f"{title.en or title.zh}: {points} points off, {deduction.reason.en}",
    )
