"""The scale of grades a rulebook gives: it counts before any scale the report states itself."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from engine.model import Citation, GradeScale, Rulebook
from facts.provenance import Provenance
from facts.report.content import Report, ScaleStep
from facts.values import ZERO, decimal_text


def under_given_scale(report: Report, rulebook: Rulebook) -> Report:
    """The report with the rulebook's scale in place of its own; as it is where the rulebook gives none."""
    scale, points = rulebook.grades, _points(rulebook)
    if scale is None or (scale.of == "percent" and points is None):
        return report
    return replace(report, scale=tuple(_steps(scale, points or Fraction(100), rulebook)))


def _points(rulebook: Rulebook) -> Fraction | None:
    """The declared points of the base sections, which grades in percent are percent of."""
    return sum((section.points for section in rulebook.sections if section.kind == "base"), ZERO) or None


def _steps(scale: GradeScale, points: Fraction, rulebook: Rulebook) -> list[ScaleStep]:
    per = points / 100 if scale.of == "percent" else Fraction(1)
    cited = _cited(rulebook.cite)
    return [
        ScaleStep(
            step.grade,
            step.start * per,
            Provenance(rulebook.id, None, f"{cited}“{step.grade}”:{decimal_text(step.start * per)} 分起", cited),
        )
        for step in scale.steps
    ]


def _cited(cite: Citation) -> str:
    return (f"《{cite.document}》" if cite.document else "") + cite.item
