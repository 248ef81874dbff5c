"""Each statement of a report through the checks rulebook: the engine is the judge of every one that is new to it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import replace
from datetime import date

from engine.assessment import Finding
from engine.casefacts import all_parameters
from engine.evaluate import Evaluator
from engine.model import Rulebook
from engine.walk import names_in
from facts.documents.model import Progress, no_progress
from facts.model import Case, Fact, Period, Subject
from facts.provenance import CellRef, PageRef, ParagraphRef, TableRef, TextSpan
from facts.report.content import Report
from facts.report.statements.model import Known, Statement
from facts.values import parse_decimal
from hegui.audit.model import AuditFinding

# How many different ways to hold are remembered of one kind of statement.
MAX_REMEMBERED = 50_000
_ALL_TIME = Period(date(2000, 1, 1), date(2000, 12, 31))

Decided = tuple[Statement, AuditFinding]


class _Judge:
    """The checks that can fail for one kind of statement, and with which values they were found to hold.

    A check sees nothing of a statement but the values it reads. What held with them holds with them again, so a table of
    200,000 rows is put to the engine once for every pair of a target and a result, not once for every row.
    """

    def __init__(self, rules: Rulebook, about: frozenset[str]) -> None:
        # Only checks that read one of its facts can fail; the others need not be fired again and again.
        checks = tuple(check for check in rules.checks if about & set(names_in(check.that)))
        self.evaluator = Evaluator(replace(rules, checks=checks))
        read = {name for check in checks for name in names_in(check.that)} | {one.by for one in all_parameters(rules)}
        # A rulebook that also scores or vetoes may read anything.
        only_checks = not rules.sections and not rules.vetoes
        self._read = sorted(about & read if only_checks else about)
        self._held: set[tuple[Known, ...]] = set()

    def findings(self, statement: Statement) -> tuple[Finding, ...]:
        """What does not hold, as the engine fired it."""
        seen = tuple([statement.values[name] for name in self._read])
        if seen in self._held:
            return ()
        found = self.evaluator.assess(_case(statement)).findings
        if not found and len(self._held) < MAX_REMEMBERED:
            self._held.add(seen)
        return found


def decide(
    rules: Rulebook, statements: Iterable[Statement], report: Report, progress: Progress = no_progress
) -> tuple[Decided, ...]:
    """Each statement as a case of its own; what does not hold, in the order of the report."""
    found: list[Decided] = []
    with ExitStack() as stack:
        judges: dict[frozenset[str], _Judge] = {}
        for n, statement in enumerate(statements):
            progress(n, 0, "check")
            about = frozenset(statement.values)
            if about not in judges:
                judges[about] = _Judge(rules, about)
                stack.enter_context(judges[about].evaluator)
            found += [(statement, _finding(one, statement, report)) for one in judges[about].findings(statement)]
    return _each_once(sorted(found, key=lambda pair: _order(pair[1])))


def _each_once(found: Iterable[Decided]) -> tuple[Decided, ...]:
    """A table that repeats the prose finds the same once more; the same words at the same place are one finding."""
    kept: dict[tuple[object, ...], Decided] = {}
    for statement, finding in found:
        kept.setdefault((finding.check, finding.message.zh, finding.quotes[:1]), (statement, finding))
    return tuple(kept.values())


def _case(statement: Statement) -> Case:
    facts = {name: Fact(name, value, basis="figure") for name, value in statement.values.items()}
    return Case(Subject("report", "report"), _ALL_TIME, facts, {})


def _finding(finding: Finding, statement: Statement, report: Report) -> AuditFinding:
    texts = [_in_unit(text, statement.unit) for text in (finding.expected, finding.actual)]
    # Rates differ by 百分点, never by %.
    texts.append(_in_unit(finding.difference, " 百分点" if statement.unit == "%" else statement.unit))
    item = report.items[statement.item] if statement.item is not None else None
    return AuditFinding(
        check=finding.code.removeprefix("check:"),
        severity=finding.severity,
        message=finding.message,
        quotes=statement.places,
        expected=texts[0],
        actual=texts[1],
        difference=texts[2],
        claim=item.claim.name if item else "",
    )


def _in_unit(text: str, unit: str) -> str:
    """A pure number of a statement in the unit the report wrote it in."""
    sign, _, number = text.rpartition(" ")
    plain = number.removeprefix("≈")
    return f"{sign} {number}{unit}".strip() if unit and parse_decimal(plain) is not None else text


def _order(finding: AuditFinding) -> tuple[int, ...]:
    locator = finding.quotes[0].locator if finding.quotes else None
    match locator:
        case TextSpan(line, column) | ParagraphRef(line, column):
            return (0, line, column)
        case PageRef(page, box):
            return (0, page, box[1] if box else 0)
        case TableRef(_, row):
            return (1, row, 0)
        case CellRef(_, cell):
            return (1, int("".join(c for c in cell if c.isdigit()) or 0), 0)
    return (2, 0, 0)
