"""`hegui audit REPORT`: what a published self-evaluation claims, and what of it holds."""

from __future__ import annotations

from pathlib import Path

from facts.problem import Problem, Text, in_order
from facts.provenance import Position
from hegui.audit.interchange import audit_json
from hegui.audit.model import Audit
from hegui.audit.published import AskedAudit, audit_report
from hegui.audit.run import CHECKS
from hegui.audit.text import audit_text
from hegui.command import Arguments, today
from hegui.delivery import language_of, refused, status_of, warn
from hegui.progress import progress_of
from hegui.writing import overwrites, write_result


def audit(arguments: Arguments) -> int:
    """Audit one report; 1 where findings reach --fail-on, 2 where the input cannot be used."""
    problems = _usage(arguments)
    if problems:
        return refused(problems, arguments)
    asked = AskedAudit(
        arguments.report,
        arguments.rules,
        tuple(arguments.facts),
        tuple(arguments.waivers),
        arguments.as_of or today(),
        arguments.checks or CHECKS,
    )
    result, problems = audit_report(asked, progress_of(arguments))
    if result is None:
        return refused(problems, arguments)
    if arguments.format != "text":
        warn(in_order(result.problems), arguments)
    problem = _deliver(result, arguments)
    if problem is not None:
        return refused((problem,), arguments)
    return status_of((finding.severity for finding in result.findings if not finding.waiver), arguments)


def _usage(arguments: Arguments) -> tuple[Problem, ...]:
    """What is wrong with the arguments taken together."""
    inputs = (arguments.report, *arguments.facts, *arguments.waivers, *_files(arguments.rules, arguments.checks))
    clash = overwrites(arguments.output, inputs)
    found = [clash] if clash is not None else []
    if arguments.facts and arguments.rules is None:
        message = Text(
            "用 --facts 时还须用 --rules 指明规则集", "--facts needs --rules, the rulebook to score them with"
        )
        found.append(Problem("rules-missing", Position("--facts"), message))
    if arguments.format == "xlsx" and arguments.output is None:
        message = Text("工作簿须写入文件", "a workbook is written to a file")
        hint = Text("请加 -o 底稿.xlsx", "Add -o workpaper.xlsx")
        found.append(Problem("no-output", Position("--format"), message, hint))
    return tuple(found)


def _files(*folders: Path | None) -> tuple[Path, ...]:
    return tuple(path for folder in folders if folder and folder.is_dir() for path in folder.rglob("*.yaml"))


def _deliver(result: Audit, arguments: Arguments) -> Problem | None:
    language = language_of(arguments)
    if arguments.format == "xlsx":
        from hegui.audit.workpaper import workpaper
        from hegui.binary import write_bytes

        data, problem = workpaper(result, language)
        return problem if data is None else write_bytes(data, arguments.output)
    if arguments.format == "sarif":
        from hegui.audit.sarif import audit_sarif

        return write_result(audit_sarif(result, language), arguments.output)
    text = audit_json if arguments.format == "json" else audit_text
    return write_result(text(result, language), arguments.output)
