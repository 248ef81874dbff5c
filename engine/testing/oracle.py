"""The oracle: a plain interpreter of the criteria, independent of the Plan and of durable_rules.

It knows one answer or none: bounds are the engine's business, and the properties hold them against this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from engine import model as m
from engine.testing.oracleformulas import Formulas, Open
from engine.testing.oracleparts import Member, Parts, PartScore, redistributed, sorted_out
from facts.model import Case

ZERO = Fraction(0)


@dataclass(frozen=True)
class IndicatorOutcome:
    """`score` is what the indicator brings its section; None: undetermined.

    `surely_open`: every score from floor to cap is possible, so that nobody may claim to know one.
    """

    score: Fraction | None
    verdict: str
    surely_open: bool = False


@dataclass(frozen=True)
class OracleResult:
    """What the criteria give; None wherever the case does not settle it."""

    indicators: Mapping[str, IndicatorOutcome]
    sections: Mapping[str, Fraction | None]
    score: Fraction | None
    grade: str | None
    failed_checks: frozenset[str]
    open_checks: frozenset[str]


def evaluate(rulebook: m.Rulebook, case: Case) -> OracleResult:
    """Score a case by the criteria as written."""
    return _Oracle(rulebook, case).result()


class _Oracle:
    """Everything above the parts, on demand: gates and vetoes may ask for any score below them."""

    def __init__(self, rulebook: m.Rulebook, case: Case) -> None:
        self.rulebook, self.case = rulebook, case
        parameters = {p.name: p for p in rulebook.parameters}
        self.formulas = Formulas(rulebook, case, parameters, None, self.asked)

    def result(self) -> OracleResult:
        checks = {check.id: self.formulas.truth(check.that) for check in self.rulebook.checks}
        score, grade = self.outcome()
        return OracleResult(
            {i.id: self.outcome_of(s, i) for s in self.rulebook.sections for i in s.indicators},
            {section.id: self.section(section) for section in self.rulebook.sections},
            score,
            grade,
            frozenset(key for key, truth in checks.items() if truth is False),
            frozenset(key for key, truth in checks.items() if truth is None),
        )

    # --- scores by name ---

    def asked(self, function: str, ref: str) -> Fraction:
        """score(ref), points(ref), total()."""
        if function == "total":
            return known(self.total())
        for section in self.rulebook.sections:
            if section.id == ref:
                return section.points if function == "points" else known(self.section(section))
            for indicator in section.indicators:
                if indicator.id == ref:
                    found = self.indicator(section, indicator)
                    return known(found.points if function == "points" else brought(found))
        raise AssertionError(ref)

    # --- indicators ---

    def indicator(self, section: m.Section, indicator: m.Indicator) -> PartScore:
        """The indicator after the vetoes on it."""
        found = Parts(self.rulebook, self.case, section).score(indicator.part)
        for veto in self.vetoes("indicator", indicator.id):
            found = self.struck(found, veto)
        return found

    def struck(self, found: PartScore, veto: m.Veto) -> PartScore:
        truth = self.formulas.truth(veto.when)
        if truth is False:
            return found
        value = veto.effect.value if veto.effect.kind == "score" else ZERO
        score = value if truth else None
        return PartScore(score, found.points, found.full, found.floor, found.cap, found.policy)

    def outcome_of(self, section: m.Section, indicator: m.Indicator) -> IndicatorOutcome:
        found = self.indicator(section, indicator)
        part, score = indicator.part, brought(found)
        guarded = part.applies is not None or part.voids or part.exempts
        plain = not guarded and not isinstance(part.form, m.Combine | m.Choose | m.Threshold)
        # The ends of a narrow range of marks may round to one score.
        plain = plain and not (isinstance(part.form, m.Judged) and part.policies.round_score is not None)
        wide = found.points is not None and found.floor < found.cap and not self.vetoes("indicator", indicator.id)
        return IndicatorOutcome(score, verdict(found), score is None and plain and wide)

    def vetoes(self, scope: str, target: str) -> list[m.Veto]:
        found = [veto for veto in self.rulebook.vetoes if veto.scope == scope and veto.target == target]
        return sorted(found, key=lambda veto: veto.precedence)

    # --- sections ---

    def section(self, section: m.Section) -> Fraction | None:
        """Its model, its floor and cap, its gate, the vetoes on it."""
        found = [self.indicator(section, indicator) for indicator in section.indicators]
        score: Fraction | None = None
        if not any(one.points is None or (one.applies and one.score is None) for one in found):
            score = within(self.modelled(section, found), *bounds_of(section))
        if section.counts_if is not None:
            # A gate stands in the section's file, so names there mean what they mean in that file.
            names = self.rulebook.parameters_in(section.id)
            counts = Formulas(self.rulebook, self.case, names, None, self.asked).truth(section.counts_if)
            score = ZERO if counts is False else (score if counts else None)
        for veto in self.vetoes("section", section.id):
            truth = self.formulas.truth(veto.when)
            if truth is not False:
                value = veto.effect.value if veto.effect.kind == "score" else ZERO
                score = value if truth else None
        return score

    def modelled(self, section: m.Section, found: list[PartScore]) -> Fraction:
        malus = section.kind == "malus"
        kept, dropped = sorted_out([Member(one, ZERO if malus else known(one.points)) for one in found])
        scores = sum((one.score for one in kept), ZERO)
        if malus or section.model == "sum":
            return redistributed(kept, dropped)
        points = sum((one.points for one in kept), ZERO)
        if section.model == "rescaled":
            return scores * section.points / points if points else ZERO
        return max(ZERO, section.points - (points - scores))

    # --- the whole ---

    def total(self) -> Fraction | None:
        """All sections, within the rulebook's floor and cap, rounded."""
        scores = [self.section(section) for section in self.rulebook.sections]
        if None in scores:
            return None
        kept = within(sum((known(score) for score in scores), ZERO), self.rulebook.floor, self.rulebook.cap)
        rounding = self.rulebook.defaults.round_score
        return kept if rounding is None else rounding(kept)

    def outcome(self) -> tuple[Fraction | None, str | None]:
        """Score and grade after the vetoes of the result, the later over the earlier."""
        score = self.total()
        grade: str | None = None
        ceilings: list[str] = []
        for veto in self.vetoes("result", ""):
            truth = self.formulas.truth(veto.when)
            if truth is None:
                return None, None
            if not truth:
                continue
            match veto.effect.kind:
                case "zero":
                    score = ZERO
                case "score":
                    score = veto.effect.value
                case "failed":
                    grade, ceilings = self.grades()[-1], []
                case "grade":
                    grade, ceilings = veto.effect.grade, []
                case "grade_at_most":
                    ceilings.append(veto.effect.grade)
        if self.rulebook.grades is None or (grade is None and score is None):
            return score, None
        reached = self.grade_of(known(score)) if grade is None else grade
        return score, max((reached, *ceilings), key=self.grades().index)

    def grades(self) -> list[str]:
        assert self.rulebook.grades is not None
        return [step.grade for step in self.rulebook.grades.steps]

    def grade_of(self, score: Fraction) -> str:
        scale = self.rulebook.grades
        assert scale is not None
        if scale.of == "percent":
            points = sum((s.points for s in self.rulebook.sections if s.kind == "base"), ZERO)
            score = score * 100 / points if points else ZERO
        return next((step.grade for step in scale.steps if score >= step.start), scale.steps[-1].grade)


def known(value: Fraction | None) -> Fraction:
    """The value; raises Open where there is none."""
    if value is None:
        raise Open
    return value


def brought(found: PartScore) -> Fraction | None:
    """What an indicator brings its section by itself: nothing where it does not apply, unless that counts as full."""
    if found.applies:
        return found.score
    if found.policy != "full":
        return ZERO
    return None if found.points is None else found.full


def verdict(found: PartScore) -> str:
    """met, partly_met, not_met, not_applicable or undetermined; "" where it cannot be said what full points are."""
    if not found.applies:
        return "not_applicable"
    if found.score is None:
        return "undetermined"
    if found.points is None:
        return ""
    if found.score >= found.full:
        return "met"
    return "not_met" if found.score <= found.floor else "partly_met"


def bounds_of(section: m.Section) -> tuple[Fraction | None, Fraction | None]:
    """Floor and cap of a section: as stated, else what its kind implies."""
    low, high = {
        "base": (None, None),
        "bonus": (ZERO, section.points),
        "malus": (-section.points, ZERO),
    }[section.kind]
    return (low if section.floor is None else section.floor), (high if section.cap is None else section.cap)


def within(value: Fraction, floor: Fraction | None, cap: Fraction | None) -> Fraction:
    """The value kept within floor and cap."""
    if floor is not None:
        value = max(value, floor)
    return value if cap is None else min(value, cap)
