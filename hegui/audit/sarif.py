"""An Audit as SARIF 2.1.0: editors open the report at the quote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from facts.problem import Language, Text
from facts.provenance import Provenance, Source, TextSpan
from hegui.audit.model import Audit, AuditFinding
from hegui.sarif import Data, artifact, fingerprint, named_place, sarif_text


def audit_sarif(audit: Audit, language: Language = "zh") -> Iterator[str]:
    """One run, one result per finding; the second quote and those after it are related locations."""
    checks = sorted({finding.check for finding in audit.findings})
    titles = dict(audit.checks)
    sources = {source.id: source for source in (*audit.sources, audit.source)}
    places = _Places(sources, audit.source.id, audit.wide)
    rules = [_rule(check, titles.get(check, Text(check, check)), language) for check in checks]
    results = (_result(finding, checks, places, language) for finding in audit.findings)
    return sarif_text(rules, results, columns="utf16CodeUnits")


def _rule(check: str, title: Text, language: Language) -> Data:
    return {
        "id": check,
        "shortDescription": {"text": title.in_(language)},
        "help": {"text": f"{title.zh}\n{title.en}"},
    }


@dataclass(frozen=True, slots=True)
class _Places:
    """What is needed to write a place: the sources, and the report with its characters of two UTF-16 code units."""

    sources: Mapping[str, Source]
    report: str
    wide: Sequence[tuple[int, int]]

    def column(self, span: TextSpan, source: str) -> int:
        """A column as editors count it: in UTF-16 code units."""
        before = sum(line == span.line and column < span.column for line, column in self.wide)
        return span.column + (before if source == self.report else 0)


def _result(finding: AuditFinding, checks: Sequence[str], at: _Places, language: Language) -> Data:
    places = [_location(place, at) for place in finding.quotes]
    result: Data = {
        "ruleId": finding.check,
        "ruleIndex": checks.index(finding.check),
        "level": finding.severity,
        "message": {"text": _message(finding, language)},
        "locations": places[:1],
        "partialFingerprints": {"hegui/v1": _fingerprint(finding)},
    }
    if places[1:]:
        result["relatedLocations"] = [{"id": n, **place} for n, place in enumerate(places[1:], 1)]
    if finding.waiver is not None:
        one = finding.waiver
        result["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": f"{one.authority}: {one.reason}"}
        ]
    return result


def _message(finding: AuditFinding, language: Language) -> str:
    zh = language == "zh"
    parts = [finding.message.in_(language)]
    if finding.expected:
        parts.append(f"应为 {finding.expected}" if zh else f"expected {finding.expected}")
    if finding.actual:
        parts.append(f"实为 {finding.actual}" if zh else f"found {finding.actual}")
    if finding.difference:
        parts.append(f"差 {finding.difference}" if zh else f"difference {finding.difference}")
    return (";" if zh else "; ").join(parts)


def _location(place: Provenance, at: _Places) -> Data:
    source = at.sources.get(place.source)
    name = (source.file or source.title) if source else place.source
    if isinstance(place.locator, TextSpan):
        region = _region(place.locator.line, at.column(place.locator, place.source), place.quote)
        return {"physicalLocation": {"artifactLocation": artifact(name), "region": region}}
    return named_place(name, str(place.locator or place.note or place.source), place.quote)


def _region(line: int, column: int, quote: str) -> Data:
    """From the first character of the quote to the one after its last, on whichever line that is."""
    last = quote.rpartition("\n")[2]
    below = quote.count("\n")
    end = (1 if below else column) + len(last.encode("utf-16-le")) // 2
    region: Data = {"startLine": line, "startColumn": column, "endLine": line + below, "endColumn": end}
    return {**region, "snippet": {"text": quote}} if quote else {"startLine": line, "startColumn": column}


def _fingerprint(finding: AuditFinding) -> str:
    """What stays when lines move: the check, the words quoted, and the numbers."""
    return fingerprint(finding.check, finding.expected, finding.actual, *(q.quote for q in finding.quotes[:2]))
