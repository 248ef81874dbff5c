"""The audit: read a report, put what it says as statements, let the checks rulebook decide each, and sum up the points."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path

from engine.assessment import Finding
from engine.evaluate import Evaluator
from engine.load import load_rulebook
from engine.model import Rulebook
from engine.walk import names_in
from facts.cleaning.lookalikes import find_lookalikes
from facts.documents.model import Document, no_progress
from facts.model import Case, Fact, Period, Subject
from facts.problem import Problem, Text, in_order
from facts.provenance import CellRef, PageRef, ParagraphRef, Position, Source, TableRef, TextSpan
from facts.report.content import Report, read_report
from facts.report.patterns import read_patterns
from facts.report.statements.every import every_statement
from facts.report.statements.model import Statement
from facts.values import parse_decimal
from hegui.audit.againstrules import Computed, compute
from hegui.audit.belonging import mismatches
from hegui.audit.givenscale import under_given_scale
from hegui.audit.model import Audit, AuditFinding, PointsSummary
from hegui.audit.standing import stand, summary

# hegui is an application installed in place: its rules lie beside its packages.
CHECKS = Path(__file__).resolve().parents[2] / "rules" / "report-consistency"
# Beyond these many the text is so bad that it must be looked at as a whole.
MAX_NOTICED = 50
_ALL_TIME = Period(date(2000, 1, 1), date(2000, 12, 31))
Progress = Callable[[int, int, str], None]


def audit_document(
    document: Document,
    rulebook: Rulebook | None = None,
    case: Case | None = None,
    checks: Path | None = None,
    progress: Progress = no_progress,
) -> Audit:
    """Audit one report; with a rulebook and the facts of a case, also against what the rules give.

    Problems of the checks rulebook make an Audit without findings that lists them.
    """
    folder = checks or CHECKS
    patterns, problems = read_patterns(folder / "patterns.yaml")
    rules, more = load_rulebook(folder)
    problems = (*problems, *more)
    if patterns is None or rules is None:
        nothing = PointsSummary(None, None, None, None)
        return Audit(document.source, (), (), nothing, (), in_order(problems), (document.source,))
    report = read_report(document, patterns)
    year = _year(report)
    doubts = mismatches(report, year, rulebook, case)
    if any(problem.code == "not-in-force" for problem in doubts):
        rulebook = None
    if rulebook is not None:
        report = under_given_scale(report, rulebook)
    computed = compute(report, rulebook, case) if rulebook is not None and case is not None else Computed()
    statements = (*every_statement(report), *computed.statements)
    findings = decide(rules, statements, report, progress)
    claims = stand(report, findings, computed)
    return Audit(
        source=replace(document.source, title=report.title or document.source.title),
        claims=claims,
        figures=tuple(number.figure() for number in report.numbers),
        points=summary(report, claims),
        findings=tuple(finding for _, finding in findings),
        problems=in_order((*problems, *doubts, *computed.problems, *_noticed(report))),
        checks=tuple((check.id, Text(check.title.zh, check.title.en)) for check in rules.checks),
        sources=(
            document.source,
            *((s for _, s in sorted(case.sources.items())) if case else ()),
            *((Source(rulebook.id, rulebook.title.zh),) if rulebook is not None else ()),
        ),
        names=report.names,
        year=year,
        rulebook=rulebook.id if rulebook is not None else "",
        wide=tuple(_wide(document)),
    )


def _year(report: Report) -> int | None:
    """The one year in the report's title."""
    years = set(re.findall(r"20\d\d", report.title))
    return int(years.pop()) if len(years) == 1 else None


def _wide(document: Document) -> Iterator[tuple[int, int]]:
    """Where characters beyond the first 65,536 stand in a text."""
    cells = (cell for table in document.tables for row in table.rows for cell in row)
    texts = (*((p.locator, p.text) for p in document.paragraphs), *((c.locator, c.text) for c in cells))
    for locator, text in texts:
        if isinstance(locator, TextSpan):
            yield from ((locator.line, locator.column + n) for n, one in enumerate(text) if ord(one) > 0xFFFF)


Decided = tuple[Statement, AuditFinding]


def decide(
    rules: Rulebook, statements: Sequence[Statement], report: Report, progress: Progress = no_progress
) -> tuple[Decided, ...]:
    """Each statement as a case of its own through the engine; what does not hold, in the order of the report."""
    found: list[Decided] = []
    with ExitStack() as stack:
        evaluators: dict[frozenset[str], Evaluator] = {}
        for n, statement in enumerate(statements):
            progress(n, len(statements), "check")
            about = frozenset(statement.values)
            if about not in evaluators:
                # Only checks that read one of its facts can fail; the others need not be fired again and again.
                checks = tuple(c for c in rules.checks if about & set(names_in(c.that)))
                evaluators[about] = stack.enter_context(Evaluator(replace(rules, checks=checks)))
            failed = evaluators[about].assess(_case(statement)).findings
            found += [(statement, _finding(finding, statement, report)) for finding in failed]
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


def _noticed(report: Report) -> Iterable[Problem]:
    """What was put right before reading."""
    for spam in report.spam:
        yield Problem(
            "injected-text",
            Position(report.document.source.file or report.document.source.id),
            Text(
                f"有 {spam.count} 处混入了与报告无关的文字“{spam.phrase[:40]}”,已剔除(复原为“{spam.replacement}”)后再读",
                f"“{spam.phrase[:40]}” was injected in {spam.count} places; it was read as “{spam.replacement}”",
            ),
            Text("公开前请清除;引文仍按原文给出", "clean it before publishing; quotes show the text as it stands"),
            "warning",
        )
    yield from _lookalikes(report)


def _lookalikes(report: Report) -> Iterable[Problem]:
    """Numbers with something in them that only looks like a digit: shown, never guessed."""
    file = report.document.source.file or report.document.source.id
    found = [(line, one) for line in report.lines for one in find_lookalikes(line.text)]
    for line, one in found[:MAX_NOTICED]:
        place = line.place(one.at, one.at + len(one.text))
        at = Position(f"{file}:{place.locator}")
        reads = Text(f",也许是“{one.reads_as}”", f", perhaps “{one.reads_as}”") if one.reads_as else Text("", "")
        message = Text(
            f"“{place.quote}”里有像数字的字符{reads.zh},没有采用",
            f"“{place.quote}” holds something that looks like a digit{reads.en}; it was not used",
        )
        yield Problem("lookalike", at, message, Text("请对照原件核实", "Compare it with the original"), "warning")
