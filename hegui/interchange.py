"""Assessment and Problems -> JSON: versioned, decimals as strings, unknown as null, the same bytes for the same input."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from engine.assessment import (
    Assessment,
    Deduction,
    Finding,
    IndicatorResult,
    MeasureValue,
    MissingFact,
    Nearest,
    Operand,
    SectionResult,
    Step,
    Waived,
    WaiverResult,
)
from engine.model import Citation
from facts.problem import Language, Problem
from facts.provenance import Provenance
from facts.values import Interval, decimal_text, exact_places
from hegui.problemdata import problem_data

Data = dict[str, Any]
ASSESSMENT_FORMAT = "hegui/assessment/v1"


def assessment_json(assessment: Assessment, language: Language = "zh") -> str:
    """The document scripts read; `language` chooses the language of sentences, not of keys."""
    return _text(assessment_data(assessment, language))


def assessment_data(assessment: Assessment, language: Language = "zh") -> Data:
    """The same document as plain data."""
    return _Writer(language).assessment(assessment)


def indicator_json(assessment: Assessment, indicator: IndicatorResult, language: Language = "zh") -> str:
    """One indicator with its steps."""
    writer = _Writer(language)
    steps = [writer.step(step) for step in assessment.trail if step.n in indicator.steps]
    document = {
        "format": "hegui/explanation/v1",
        "rulebook": writer.rulebook(assessment),
        "subject": writer.subject(assessment),
        "period": writer.period(assessment),
        "indicator": writer.indicator(indicator),
        "trail": steps,
    }
    return _text(document)


def _text(document: Data) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def points_decimal(value: Fraction) -> str:
    """Points with two decimals, or more where they are needed."""
    places = exact_places(value)
    return decimal_text(value, max(2, places)) if places is not None else decimal_text(value)


def _points(value: Fraction | None) -> str | None:
    return None if value is None else points_decimal(value)


def _value(value: Fraction | str | None) -> str | None:
    return decimal_text(value) if isinstance(value, Fraction) else value


class _Writer:
    """Records as plain data, in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def assessment(self, one: Assessment) -> Data:
        return {
            "format": ASSESSMENT_FORMAT,
            "rulebook": self.rulebook(one),
            "subject": self.subject(one),
            "period": self.period(one),
            "accept": list(one.accepted_bases),
            "points": _points(one.points),
            "score": _points(one.score),
            "lower": _points(one.lower),
            "upper": _points(one.upper),
            "grade": one.grade,
            "grades": list(one.grades),
            "grade_citation": self.citation(one.grade_citation) if one.grades else None,
            "by_basis": {
                name: _points(getattr(one.by_basis, name)) for name in ("figure", "stated", "judged", "none", "open")
            },
            "missing_facts": [self.missing(fact) for fact in one.missing],
            "sections": [self.section(section) for section in one.sections],
            "indicators": [self.indicator(indicator) for indicator in one.indicators],
            "trail": [self.step(step) for step in one.trail],
            "findings": [self.finding(finding) for finding in one.findings],
            "problems": [self.problem(problem) for problem in one.problems],
            "accepted": [
                {
                    "problem": acceptance.problem,
                    "target": acceptance.target,
                    "reason": acceptance.reason,
                    "authority": acceptance.authority,
                    "expires": acceptance.expires.isoformat() if acceptance.expires else None,
                    "message": problem.message.in_(self.language),
                }
                for acceptance, problem in zip(one.accepted, one.accepted_problems, strict=True)
            ],
            "waived": None if one.waived is None else self.waived(one, one.waived),
            "sources": [
                {"id": s.id, "title": s.title, "file": s.file, "sha256": s.sha256, "url": s.url, "date": s.date}
                for s in one.sources
            ],
        }

    def rulebook(self, one: Assessment) -> Data:
        title = one.rulebook_title
        return {
            "id": one.rulebook_id,
            "version": one.rulebook_version,
            "digest": one.rulebook_digest,
            "title": title.zh if self.language == "zh" or not title.en else title.en,
        }

    def subject(self, one: Assessment) -> Data:
        subject = one.subject
        english = self.language == "en" and subject.name_en
        return {"id": subject.id, "name": subject.name_en if english else subject.name}

    def period(self, one: Assessment) -> Data:
        return {"from": one.period.start.isoformat(), "to": one.period.end.isoformat()}

    def problem(self, one: Problem) -> Data:
        return problem_data(one, self.language)

    def citation(self, one: Citation) -> Data:
        return {"document": one.document, "item": one.item, "quote": one.quote, "uncertain": one.uncertain}

    def section(self, one: SectionResult) -> Data:
        return {
            "id": one.id,
            "title": one.title.zh if self.language == "zh" or not one.title.en else one.title.en,
            "kind": one.kind,
            "points": _points(one.points),
            "listed_points": _points(one.listed_points),
            "score": _points(one.score),
            "lower": _points(one.lower),
            "upper": _points(one.upper),
            "note": one.note.in_(self.language),
        }

    def indicator(self, one: IndicatorResult) -> Data:
        return {
            "id": one.id,
            "title": one.title.zh if self.language == "zh" or not one.title.en else one.title.en,
            "section": one.section,
            "group": one.group,
            "points": _points(one.points),
            "verdict": one.verdict,
            "score": _points(one.score),
            "lower": _points(one.lower),
            "upper": _points(one.upper),
            "basis": one.basis,
            "missing": list(one.missing),
            "regain": _points(one.regain),
            "nearest": None if one.nearest is None else self.nearest(one.nearest),
            "measure": None if one.measure is None else self.measure(one.measure),
            "deductions": [self.deduction(deduction) for deduction in one.deductions],
            "steps": list(one.steps),
            "citation": self.citation(one.citation),
        }

    def nearest(self, one: Nearest) -> Data:
        return {
            "concept": one.concept,
            "label": one.label.in_(self.language),
            "now": _value(one.now),
            "then": _value(one.then),
            "inclusive": one.inclusive,
            "verdict": one.verdict,
            "sentence": one.sentence.in_(self.language),
        }

    def measure(self, one: MeasureValue) -> Data:
        data: Data = {
            "formula": one.formula,
            "executed": one.executed,
            "operands": [self.operand(operand) for operand in one.operands],
            "value": _value(one.value),
            "lower": _value(one.range.lo) if one.range else None,
            "upper": _value(one.range.hi) if one.range else None,
            "unrounded": _value(one.unrounded),
            "shown": one.shown,
        }
        if one.value is not None and exact_places(one.value) is None:
            data["exact"] = f"{one.value.numerator}/{one.value.denominator}"
        return data

    def deduction(self, one: Deduction) -> Data:
        return {
            "points": _points(one.points),
            "rule": one.rule,
            "reason": one.reason.in_(self.language),
            "citation": self.citation(one.citation),
        }

    def operand(self, one: Operand) -> Data:
        places = [self.provenance(p) for p in one.provenance]
        return {
            "concept": one.concept,
            "label": one.label.in_(self.language),
            "value": _value(one.value),
            "shown": one.shown,
            "unit": one.unit,
            "known": one.known,
            "basis": one.basis,
            "provenance": places[0] if places else None,
            "also": places[1:],
            "rows": list(one.rows),
        }

    def provenance(self, one: Provenance) -> Data:
        locator = None if one.locator is None else str(one.locator)
        return {"source": one.source, "locator": locator, "quote": one.quote, "note": one.note}

    def step(self, one: Step) -> Data:
        return {
            "n": one.n,
            "rule": one.rule,
            "indicator": one.indicator or None,
            "facts": [self.operand(operand) for operand in one.facts],
            "formula": one.formula,
            "compared": one.compared,
            "before": self.interval(one.before),
            "after": self.interval(one.after),
            "unrounded": one.unrounded or None,
            "reason": one.reason.in_(self.language),
            "citation": self.citation(one.citation),
            "unfired": [{"case": u.case, "because": u.because.in_(self.language)} for u in one.unfired],
        }

    def interval(self, one: Interval | None) -> str | list[str | None] | None:
        """One number where it is one, else [lower, upper]."""
        if one is None:
            return None
        return _points(one.lo) if one.is_point else [_points(one.lo), _points(one.hi)]

    def finding(self, one: Finding) -> Data:
        return {
            "code": one.code,
            "severity": one.severity,
            "indicator": one.indicator or None,
            "message": one.message.in_(self.language),
            "citation": self.citation(one.citation),
            "facts": [self.operand(operand) for operand in one.facts],
            "expected": one.expected,
            "actual": one.actual,
            "difference": one.difference,
            "waived": one.waived,
        }

    def waived(self, one: Assessment, waived: Waived) -> Data:
        """The score before waivers and after, and each waiver."""
        return {
            "as_of": waived.as_of.isoformat(),
            "before": self.outcome(one),
            "after": self.outcome(waived),
            "waivers": [
                {**waiver_json(result, self.language), "title": result.title.in_(self.language)}
                for result in waived.waivers
            ],
        }

    def outcome(self, one: Assessment | Waived) -> Data:
        return {
            "score": _points(one.score),
            "lower": _points(one.lower),
            "upper": _points(one.upper),
            "grade": one.grade,
            "grades": list(one.grades),
            "sections": [
                {"id": s.id, "score": _points(s.score), "lower": _points(s.lower), "upper": _points(s.upper)}
                for s in one.sections
            ],
        }

    def missing(self, one: MissingFact) -> Data:
        return {
            "concept": one.concept,
            "label": one.label.in_(self.language),
            "settles": _points(one.settles),
            "touches": _points(one.touches),
            "indicators": list(one.indicators),
        }


def waiver_json(one: WaiverResult, language: Language) -> Data:
    """What became of a waiver, as plain data."""
    waiver = one.waiver
    return {
        "finding": waiver.finding,
        "target": waiver.target or None,
        "state": one.state,
        "message": one.message.in_(language),
        "points": _points(waiver.points),
        "authority": waiver.authority,
        "reason": waiver.reason,
        "granted": waiver.granted.isoformat() if waiver.granted else None,
        "expires": waiver.expires.isoformat(),
        "file": waiver.at.file,
        "line": waiver.at.line or None,
    }
