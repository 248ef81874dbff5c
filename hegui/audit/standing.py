"""How the claimed points stand: proven, unproven, contradicted. The three always add up to what is claimed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from facts.provenance import Provenance
from facts.report.content import Report
from facts.report.items import Item
from facts.report.statements.goals import is_met
from facts.report.statements.model import Statement
from facts.values import ZERO
from hegui.audit.againstrules import Computed
from hegui.audit.model import AuditFinding, ClaimedPoints, PointsSummary

# Findings that say a claim is wrong; others leave it unproven.
_CONTRADICTING = {"full-marks-below-target", "full-marks-above-limit", "opposite-measure", "score-above-points"}
_UNPROVING = {"unproven-target", "copied-target", "other-item", "missing-target"}


def stand(
    report: Report, findings: Sequence[tuple[Statement, AuditFinding]], computed: Computed
) -> tuple[ClaimedPoints, ...]:
    """Each claim of an indicator by standing; sections and totals repeat what their items claim and stand at nothing."""
    against: dict[int, set[str]] = {}
    for statement, finding in findings:
        if statement.item is not None:
            against.setdefault(statement.item, set()).add(finding.check)
    origin = _counted_origin(report)
    stood = (_stand(n, item, against.get(n, set()), computed, report) for n, item in enumerate(report.items))
    return tuple(
        replace(one, counted=item.is_leaf and item.origin == origin)
        for one, item in zip(stood, report.items, strict=True)
    )


def _stand(index: int, item: Item, checks: set[str], computed: Computed, report: Report) -> ClaimedPoints:
    claimed = item.claim.score if item.is_leaf and item.claim.score is not None else ZERO
    bounds = computed.bounds.get(index)
    if bounds is not None:
        # What the rules cannot give, or what the report's own words contradict, whichever is more.
        contradicted = max(ZERO, claimed - bounds.upper, _contradicted(claimed, item, checks))
        proven = min(claimed - contradicted, max(ZERO, bounds.proven))
        evidence, words = bounds.evidence, bounds.words
    else:
        contradicted = _contradicted(claimed, item, checks)
        proven = claimed - contradicted if _shown(item, checks, report) else ZERO
        evidence, words = _evidence(item) if proven else (), ""
    return ClaimedPoints(item.claim, proven, claimed - proven - contradicted, contradicted, evidence, words)


def _contradicted(claimed: Fraction, item: Item, checks: set[str]) -> Fraction:
    if not checks & _CONTRADICTING:
        return ZERO
    if checks & _CONTRADICTING == {"score-above-points"}:
        return claimed - (item.claim.points or ZERO)
    return claimed


def _shown(item: Item, checks: set[str], report: Report) -> bool:
    """Whether the report itself shows the figure that earns the points: a target, and a result that meets it."""
    if checks & (_CONTRADICTING | _UNPROVING):
        return False
    return item.claim.score == item.claim.points and is_met(item, report)


def _evidence(item: Item) -> tuple[Provenance, ...]:
    return tuple(stretch.place for stretch in (item.actual, item.target) if stretch is not None)


def summary(report: Report, claims: Sequence[ClaimedPoints]) -> PointsSummary:
    """The whole: claimed is the stated total, else the sum of the claims."""
    leaves = [claim for claim in claims if claim.counted and claim.claim.score is not None]
    listed = sum((claim.claim.score or ZERO for claim in leaves), ZERO)
    stated = report.totals[0].value if report.totals else _table_total(report)
    if stated is None and not leaves:
        return PointsSummary(None, None, None, None)
    claimed = stated if stated is not None else listed
    contradicted = min(claimed, sum((claim.contradicted for claim in leaves), ZERO))
    if leaves and claimed > listed and _is_whole(leaves):
        contradicted = min(claimed, contradicted + claimed - listed)  # points that no item claims
    proven = min(claimed - contradicted, sum((claim.proven for claim in leaves), ZERO))
    return PointsSummary(claimed, proven, claimed - proven - contradicted, contradicted)


def _is_whole(leaves: Sequence[ClaimedPoints]) -> bool:
    return sum((claim.claim.points or ZERO for claim in leaves), ZERO) >= 100


def _table_total(report: Report) -> Fraction | None:
    """What the tables claim in total: of each form in them the row of totals, else what is said beside its rows."""
    found: list[Fraction] = []
    rows = 0
    for item in (item for item in report.items if item.origin == "table" and not item.beside):
        rows += item.is_leaf
        if item.claim.kind == "total" and item.claim.score is not None and (rows or not found):
            found.append(item.claim.score)
            rows = 0
    beside = (item.claim.score for item in report.items if item.beside and item.claim.score is not None)
    return sum(found, ZERO) if found else next(beside, None)


def _counted_origin(report: Report) -> str:
    """Claims said in prose and again in a table count once: the longer list is taken."""
    scored = [item.origin for item in report.items if item.is_leaf and item.claim.score is not None]
    return "table" if scored.count("table") > scored.count("prose") else "prose"
