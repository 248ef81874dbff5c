"""A report file -> Audit: what `hegui audit` and the desk both do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from engine.load import load_rulebook
from engine.model import Rulebook
from facts.casefile import read_case
from facts.documents.model import Document, Progress
from facts.documents.reading import read_document
from facts.model import Case
from facts.problem import Problem, Text, has_errors, in_order
from facts.provenance import Position
from facts.waiverfile import read_waivers
from hegui.audit.model import Audit
from hegui.audit.ownfacts import facts_of_report
from hegui.audit.run import CHECKS, audit_document
from hegui.audit.waiving import unknown_checks, waived


@dataclass(frozen=True, slots=True)
class AskedAudit:
    """A report, and what to hold it against: a rulebook, and facts of case files (else what the report itself states)."""

    report: Path
    rules: Path | None
    facts: tuple[Path, ...]
    waivers: tuple[Path, ...]
    as_of: date
    checks: Path = CHECKS


def audit_report(asked: AskedAudit, progress: Progress) -> tuple[Audit | None, tuple[Problem, ...]]:
    """The audit with its problems in it, or every Problem that keeps the report from being audited."""
    document, found = read_document(asked.report, progress)
    rulebook, case, more = _against(asked, document)
    waivers, untold = read_waivers(asked.waivers) if asked.waivers else ((), ())
    problems = (*found, *more, *untold)
    if document is None or has_errors(problems):
        return None, in_order(problems)
    result = audit_document(document, rulebook, case, asked.checks, progress)
    result = replace(result, problems=in_order((*problems, *result.problems, *_emptiness(result))))
    unknown = unknown_checks(result, waivers)
    if has_errors((*result.problems, *unknown)):
        return None, in_order((*result.problems, *unknown))
    return waived(result, waivers, asked.as_of), ()


def _emptiness(result: Audit) -> tuple[Problem, ...]:
    """What is no self-evaluation must not look like one without a fault."""
    at = Position(result.source.file or result.source.id)
    if not result.claims and not result.figures and not result.findings:
        message = Text("没有读到自评得分,也没有读到任何数字", "neither a claim nor a number was found")
        hint = Text("请确认这是一份自评报告或自评表", "make sure that this is a self-evaluation")
        return (Problem("nothing-to-audit", at, message, hint),)
    if not result.claims and result.points.claimed is None:
        message = Text(
            "没有读到自评得分,只核对了数字和文字", "no claimed score was found; only numbers and words were checked"
        )
        return (Problem("no-claims", at, message, severity="warning"),)
    return ()


def _against(asked: AskedAudit, document: Document | None) -> tuple[Rulebook | None, Case | None, tuple[Problem, ...]]:
    """The rulebook to hold claims against, and the facts: those given, else what the report itself states."""
    if asked.rules is None:
        return None, None, ()
    rulebook, problems = load_rulebook(asked.rules, asked.as_of)
    if rulebook is None or document is None:
        return None, None, problems
    if asked.facts:
        case, more = read_case(asked.facts, rulebook.vocabulary)
    else:
        case, more = facts_of_report(document, rulebook, asked.rules)
    return rulebook, case, (*problems, *more)
