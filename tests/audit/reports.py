"""Reports for the tests of the audit, written as text; a table is drawn with bars, as in a text file."""

from __future__ import annotations

from facts.documents.model import Document
from facts.documents.plaintext import blocks_of
from facts.provenance import Source
from hegui.audit.model import Audit, AuditFinding
from hegui.audit.run import audit_document


def document(text: str) -> Document:
    return Document(Source("report", "自评报告", "report.txt"), "text", tuple(blocks_of(text)))


def audit(text: str) -> Audit:
    return audit_document(document(text))


def found(text: str) -> list[str]:
    """The checks that fail, in the order of the report."""
    return [finding.check for finding in audit(text).findings]


def only(text: str, check: str) -> AuditFinding:
    """The one finding, which must be of this check."""
    findings = audit(text).findings
    assert [finding.check for finding in findings] == [check], [(f.check, f.message.zh) for f in findings]
    return findings[0]
