"""The answer: an Assessment with its Trail. Plain records; nothing here computes.

All numbers are exact rationals; `hegui.interchange` writes them as decimal strings. The same input gives an equal
Assessment: no clock, no machine, no order of dicts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from engine.model import Acceptance, Citation, Title
from facts.model import Basis, Period, Subject
from facts.problem import NO_TEXT, Problem, Text
from facts.provenance import Provenance, Source
from facts.values import Interval
from facts.waiver import Waiver

Verdict = Literal["met", "partly_met", "not_met", "not_applicable", "undetermined"]
FindingSeverity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Operand:
    """A fact as it entered a formula: `value` exact in base units (None: unknown), `shown` with unit.

    `known` is "known", "bounded" (a range was stated), "absent", "not_applicable" or "conflict".
    """

    concept: str
    label: Text
    value: Fraction | str | None
    shown: str
    unit: str
    known: str
    basis: Basis | None
    provenance: tuple[Provenance, ...]
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unfired:
    """A case that did not fire, and the comparison that kept it from firing."""

    case: str
    because: Text


@dataclass(frozen=True, slots=True)
class Step:
    """One firing. `rule` names the case that fired; `before` and `after` are points (intervals while undetermined)."""

    n: int
    rule: str
    indicator: str
    facts: tuple[Operand, ...]
    formula: str
    compared: str
    before: Interval | None
    after: Interval | None
    reason: Text
    citation: Citation
    unrounded: str = ""
    unfired: tuple[Unfired, ...] = ()


@dataclass(frozen=True, slots=True)
class MeasureValue:
    """A measure as computed: `value` exact (None: unknown), its range, its text in the declared unit.

    `told` is that text as people say it: 不超过 680 份 where `shown` is a range.
    """

    formula: str
    executed: str
    operands: tuple[Operand, ...]
    value: Fraction | None
    range: Interval | None
    unrounded: Fraction | None
    shown: str
    told: Text = NO_TEXT


@dataclass(frozen=True, slots=True)
class Deduction:
    """扣分: points lost, by which rule, why."""

    points: Fraction
    rule: str
    reason: Text
    citation: Citation


@dataclass(frozen=True, slots=True)
class Nearest:
    """The smallest change of one fact that would alter the verdict: that fact's value now and then.

    Quantities are in base units. `inclusive` False: `then` itself is not enough, anything beyond it is.
    """

    concept: str
    label: Text
    now: Fraction | str
    then: Fraction | str
    inclusive: bool
    verdict: Verdict
    sentence: Text


@dataclass(frozen=True, slots=True)
class IndicatorResult:
    """One indicator's verdict and score with everything that led there.

    `score` is None while undetermined; `lower` and `upper` always hold. `basis` is the weakest basis among the facts
    used (None where none was). `missing` are concept ids. `regain` is what would be won if all were well.
    """

    id: str
    title: Title
    section: str
    group: str
    points: Fraction
    verdict: Verdict
    score: Fraction | None
    lower: Fraction
    upper: Fraction
    basis: Basis | None
    missing: tuple[str, ...]
    regain: Fraction
    nearest: Nearest | None
    measure: MeasureValue | None
    deductions: tuple[Deduction, ...]
    steps: tuple[int, ...]
    citation: Citation


@dataclass(frozen=True, slots=True)
class SectionResult:
    """A section's declared points, what its indicators list, and its score."""

    id: str
    title: Title
    kind: str
    points: Fraction
    listed_points: Fraction
    score: Fraction | None
    lower: Fraction
    upper: Fraction
    note: Text = NO_TEXT


@dataclass(frozen=True, slots=True)
class MissingFact:
    """A fact that is not there. `settles`: width of the indicators it alone leaves open; `touches`: of all it is in."""

    concept: str
    label: Text
    settles: Fraction
    touches: Fraction
    indicators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """问题: the subject falls short (a deduction, a veto, a failed check).

    A failed check of a comparison says what stands there, what was expected, and by how much it differs. `waived`: a
    waiver in force accepts it.
    """

    code: str
    severity: FindingSeverity
    indicator: str
    message: Text
    citation: Citation
    facts: tuple[Operand, ...] = ()
    expected: str = ""
    actual: str = ""
    difference: str = ""
    waived: bool = False


@dataclass(frozen=True, slots=True)
class BasisPoints:
    """Points scored, by the weakest basis under each indicator, and points still open (upper - lower)."""

    figure: Fraction
    stated: Fraction
    judged: Fraction
    none: Fraction
    open: Fraction


WaiverState = Literal["in_force", "expired", "not_yet", "changed", "gone"]


@dataclass(frozen=True, slots=True)
class WaiverResult:
    """What became of a waiver: only one in force counts, any other leaves the finding as it is. `message` says why.

    `title` is that of the indicator, veto or check it is about; nothing where that is a check of an audit.
    """

    waiver: Waiver
    state: WaiverState
    message: Text
    title: Text = NO_TEXT


@dataclass(frozen=True, slots=True)
class Waived:
    """What the result is with the waivers in force on `as_of`; what it is without them is the Assessment itself."""

    as_of: date
    score: Fraction | None
    lower: Fraction
    upper: Fraction
    grade: str | None
    grades: tuple[str, ...]
    sections: tuple[SectionResult, ...]
    waivers: tuple[WaiverResult, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """评价结果. `points` is the declared total of the base sections; `grades` every grade still possible.

    `waived` is None where no waiver was given.
    """

    rulebook_id: str
    rulebook_version: str
    rulebook_title: Title
    rulebook_digest: str
    subject: Subject
    period: Period
    points: Fraction
    score: Fraction | None
    lower: Fraction
    upper: Fraction
    grade: str | None
    grades: tuple[str, ...]
    accepted_bases: tuple[Basis, ...]
    by_basis: BasisPoints
    sections: tuple[SectionResult, ...]
    indicators: tuple[IndicatorResult, ...]
    trail: tuple[Step, ...]
    findings: tuple[Finding, ...]
    missing: tuple[MissingFact, ...]
    problems: tuple[Problem, ...]
    accepted: tuple[Acceptance, ...]
    accepted_problems: tuple[Problem, ...]
    sources: tuple[Source, ...]
    grade_citation: Citation
    waived: Waived | None = None
