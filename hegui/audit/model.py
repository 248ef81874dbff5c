"""The nouns of an audit: AuditFinding, PointsSummary, Audit."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from engine.assessment import WaiverResult
from facts.problem import Problem, Severity, Text
from facts.provenance import Provenance, Source
from facts.report.model import Claim, Figure
from facts.waiver import Waiver

Standing = Literal["proven", "unproven", "contradicted"]


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """What does not hold in the report: which check, both quotes with places, what was expected and what stands there."""

    check: str
    severity: Severity
    message: Text
    quotes: tuple[Provenance, ...]
    expected: str = ""
    actual: str = ""
    difference: str = ""
    claim: str = ""
    # The waiver in force that accepts it.
    waiver: Waiver | None = None


@dataclass(frozen=True, slots=True)
class ClaimedPoints:
    """One claim's points by standing; the three add up to what is claimed."""

    claim: Claim
    proven: Fraction
    unproven: Fraction
    contradicted: Fraction
    evidence: tuple[Provenance, ...] = ()
    recomputed: str = ""
    # Whether it counts towards the report's points; a claim that a table repeats after the text counts once.
    counted: bool = True


@dataclass(frozen=True, slots=True)
class PointsSummary:
    """The points the report claims, and how they stand. proven + unproven + contradicted = claimed; all None if none."""

    claimed: Fraction | None
    proven: Fraction | None
    unproven: Fraction | None
    contradicted: Fraction | None


@dataclass(frozen=True, slots=True)
class Audit:
    """The answer: claims, figures, points by standing, findings in the order of the report, problems of the input."""

    source: Source
    claims: tuple[ClaimedPoints, ...]
    figures: tuple[Figure, ...]
    points: PointsSummary
    findings: tuple[AuditFinding, ...]
    problems: tuple[Problem, ...] = ()
    sources: tuple[Source, ...] = ()
    # The checks that were run, with their titles.
    checks: tuple[tuple[str, Text], ...] = ()
    # What the report calls its subject, the year it is about (None: it does not say), and the rulebook it was held against.
    names: tuple[str, ...] = ()
    year: int | None = None
    rulebook: str = ""
    # What became of the waivers given for findings of an audit.
    waivers: tuple[WaiverResult, ...] = ()
    # Lines and columns of the report's characters that take two UTF-16 code units, for editors that count so.
    wide: tuple[tuple[int, int], ...] = ()
