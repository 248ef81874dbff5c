"""The audit: read a report, put what it says as statements, let the checks rulebook decide each, and sum up the points."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

from engine.load import load_rulebook
from engine.model import Rulebook
from facts.cleaning.lookalikes import find_lookalikes
from facts.documents.model import Document, Table, no_progress
from facts.model import Case
from facts.problem import Problem, Text, in_order
from facts.provenance import Position, Source, TextSpan
from facts.report.content import Report, read_report
from facts.report.patterns import read_patterns
from facts.report.statements.budgets import unread_tables
from facts.report.statements.every import every_statement
from hegui.audit.againstrules import Computed, compute
from hegui.audit.belonging import mismatches
from hegui.audit.deciding import decide
from hegui.audit.givenscale import under_given_scale
from hegui.audit.model import Audit, PointsSummary
from hegui.audit.standing import stand, summary

# hegui is an application installed in place: its rules lie beside its packages.
CHECKS = Path(__file__).resolve().parents[2] / "rules" / "report-consistency"
# Beyond these many the text is so bad that it must be looked at as a whole.
MAX_NOTICED = 50
MAX_TABLES = 10
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
    report = read_report(document, patterns, progress)
    year = _year(report)
    doubts = mismatches(report, year, rulebook, case)
    if any(problem.code == "not-in-force" for problem in doubts):
        rulebook = None
    if rulebook is not None:
        report = under_given_scale(report, rulebook)
    computed = compute(report, rulebook, case) if rulebook is not None and case is not None else Computed()
    findings = decide(rules, chain(every_statement(report), computed.statements), report, progress)
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
    rows = (row for table in document.tables if _has_lines(table) for row in table.rows)
    cells = (cell for row in rows for cell in row)
    texts = chain(((p.locator, p.text) for p in document.paragraphs), ((c.locator, c.text) for c in cells))
    for locator, text in texts:
        if isinstance(locator, TextSpan):
            yield from ((locator.line, locator.column + n) for n, one in enumerate(text) if ord(one) > 0xFFFF)


def _has_lines(table: Table) -> bool:
    """Whether the cells of a table stand in lines of a text; those of one table all do, or none does."""
    return any(isinstance(cell.locator, TextSpan) for row in table.rows[:1] for cell in row)


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
    yield from _not_looked_at(report)


def _not_looked_at(report: Report) -> Iterable[Problem]:
    """In one line, the tables of amounts whose sums and rates were not checked."""
    tables = unread_tables(report)
    if tables:
        shown = "、".join(name[:20] for name in tables[:MAX_TABLES])
        more = (
            (f"等 {len(tables)} 张表", f" and others, {len(tables)} in all") if len(tables) > MAX_TABLES else ("", "")
        )
        message = Text(
            f"{shown}{more[0]}里的金额没有核对(合计、比率)",
            f"the amounts in {shown}{more[1]} were not checked (sums, rates)",
        )
        hint = Text(
            "只核对评分表,和各栏都认得的“预算数、决算数、执行率”表;请人工核对。",
            "Only score tables, and tables whose every column is known (预算数, 决算数, 执行率), are checked; check these by hand.",
        )
        at = Position(report.document.source.file or report.document.source.id)
        yield Problem("tables-not-checked", at, message, hint, "note")


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
