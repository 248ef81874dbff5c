"""Whether the rules and the facts an audit is given are about the subject and the year of the report."""

from __future__ import annotations

from collections.abc import Sequence

from engine.model import Rulebook
from facts.model import Case
from facts.problem import Problem, Text
from facts.provenance import Position
from facts.report.content import Report

# A case of the report's own facts has this for a subject where the report does not say whom it is about.
OWN = "report"


def mismatches(report: Report, year: int | None, rulebook: Rulebook | None, case: Case | None) -> tuple[Problem, ...]:
    """Warnings where they are about somebody or some year else; what the report does not say is not held against it."""
    at = Position(report.document.source.file or report.document.source.id)
    found = []
    if rulebook is not None and year is not None and not _in_force(rulebook, year):
        span = f"{rulebook.effective_from}/{rulebook.effective_to or '…'}"
        message = Text(
            f"规则集 {rulebook.id} 适用于 {span},报告是 {year} 年的,没有按它核对",
            f"rulebook {rulebook.id} is in force for {span}, the report is about {year}: it was not held against it",
        )
        hint = Text("请换用适用于该年度的规则集", "use a rulebook of that year")
        found.append(Problem("not-in-force", at, message, hint, "warning"))
    if case is not None and year is not None and not case.period.start.year <= year <= case.period.end.year:
        message = Text(
            f"事实是 {case.period} 的,报告是 {year} 年的", f"the facts are of {case.period}, the report is about {year}"
        )
        found.append(Problem("other-period", at, message, _CHECK, "warning"))
    if case is not None and case.subject.id != OWN and report.names and not is_named(case.subject.name, report.names):
        message = Text(
            f"事实是“{case.subject.name}”的,报告是“{report.names[0]}”的",
            f"the facts are of “{case.subject.name}”, the report is of “{report.names[0]}”",
        )
        found.append(Problem("other-subject", at, message, _CHECK, "warning"))
    return tuple(found)


_CHECK = Text("请核对 --facts", "check --facts")


def _in_force(rulebook: Rulebook, year: int) -> bool:
    end = rulebook.effective_to
    return rulebook.effective_from.year <= year and (end is None or year <= end.year)


def is_named(name: str, names: Sequence[str]) -> bool:
    """Whether a name is one of these, or part of one, or has one in it."""
    return any(name in one or one in name for one in names)
