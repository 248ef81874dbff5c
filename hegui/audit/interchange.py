"""An Audit as JSON: versioned, decimals as strings, unknown as null, the same bytes for the same input."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from facts.problem import Language, Problem
from facts.provenance import Provenance
from facts.report.model import Figure
from facts.values import decimal_text, exact_places
from hegui.audit.model import Audit, AuditFinding, ClaimedPoints
from hegui.interchange import points_decimal, waiver_json
from hegui.streaming import json_parts

AUDIT_FORMAT = "hegui/audit/v1"
Data = dict[str, Any]


def audit_json(audit: Audit, language: Language = "zh") -> Iterator[str]:
    """The document scripts read, in pieces; `language` chooses the language of sentences, not of keys."""
    document: Data = {
        "format": AUDIT_FORMAT,
        "source": {
            "id": audit.source.id,
            "title": audit.source.title,
            "file": audit.source.file,
            "sha256": audit.source.sha256,
        },
        "points": {
            name: _points(getattr(audit.points, name)) for name in ("claimed", "proven", "unproven", "contradicted")
        },
        "summary": _summary(audit),
        "findings": (_finding(finding, language) for finding in audit.findings),
        "claims": (_claim(claim) for claim in audit.claims),
        "figures": (_figure(figure) for figure in audit.figures),
        "waivers": (waiver_json(result, language) for result in audit.waivers),
        "problems": (_problem(problem, language) for problem in audit.problems),
    }
    yield from json_parts(document)
    yield "\n"


def _summary(audit: Audit) -> Data:
    severities = Counter(finding.severity for finding in audit.findings)
    checks = Counter(finding.check for finding in audit.findings)
    return {
        "findings": len(audit.findings),
        "by_severity": {name: severities[name] for name in ("error", "warning", "note")},
        "by_check": {name: checks[name] for name in sorted(checks)},
    }


def _points(value: Fraction | None) -> str | None:
    return None if value is None else points_decimal(value)


def _finding(one: AuditFinding, language: Language) -> Data:
    return {
        "check": one.check,
        "severity": one.severity,
        "message": one.message.in_(language),
        "claim": one.claim or None,
        "quotes": _quotes(one.quotes),
        "expected": one.expected or None,
        "actual": one.actual or None,
        "difference": one.difference or None,
        "waived": one.waiver is not None,
    }


def _quotes(places: Sequence[Provenance]) -> list[Data]:
    return [_quote(place) for place in places]


def _quote(one: Provenance) -> Data:
    return {
        "text": one.quote,
        "locator": str(one.locator) if one.locator else None,
        "source": one.source,
        "note": one.note,
    }


def _claim(one: ClaimedPoints) -> Data:
    claim = one.claim
    return {
        "kind": claim.kind,
        "number": claim.number,
        "name": claim.name,
        "section": claim.section,
        "group": claim.group,
        "points": _points(claim.points),
        "score": _points(claim.score),
        "proven": _points(one.proven),
        "unproven": _points(one.unproven),
        "contradicted": _points(one.contradicted),
        "counted": one.counted,
        "computed": one.recomputed or None,
        "criterion": claim.criterion,
        "target": claim.target,
        "actual": claim.actual,
        "reason": claim.reason,
        "quotes": _quotes(claim.provenance),
        "evidence": _quotes(one.evidence),
    }


def _figure(one: Figure) -> Data:
    value = decimal_text(one.value) if exact_places(one.value) is not None else None
    return {"label": one.label, "value": value, "unit": one.unit, "shown": one.shown, "quote": _quote(one.provenance)}


def _problem(one: Problem, language: Language) -> Data:
    return {
        "code": one.code,
        "severity": one.severity,
        "file": one.at.file,
        "line": one.at.line or None,
        "column": one.at.column or None,
        "message": one.message.in_(language),
        "hint": one.hint.in_(language),
    }
