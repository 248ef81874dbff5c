"""The noun Waiver (豁免): somebody entitled to it accepts a finding, says why, and until when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from facts.model import Period
from facts.provenance import Position


@dataclass(frozen=True, slots=True)
class Waiver:
    """An acceptance of one finding.

    `finding` is its code: `deduction` (of the indicator `target`), `veto:<id>`, `check:<id>`, or a check of an audit.
    `subject`, `period`, `rulebook`, `quote`: whom and what it is for; None and "" are not looked at. `points` is what the
    deduction took when it was accepted, `actual` what the failed check found: anything else is another finding.
    """

    finding: str
    authority: str
    reason: str
    expires: date
    target: str = ""
    subject: str = ""
    period: Period | None = None
    rulebook: str = ""
    points: Fraction | None = None
    actual: str = ""
    quote: str = ""
    granted: date | None = None
    at: Position = field(default=Position(""), compare=False)
