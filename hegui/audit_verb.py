"""`hegui audit REPORT`: what a published self-evaluation claims, and what of it holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.load import load_rulebook
from engine.model import Rulebook
from facts.casefile import read_case
from facts.documents.model import Document
from facts.documents.reading import read_document
from facts.model import Case
from facts.problem import Problem, Text, has_errors, in_order
from facts.provenance import Position
from facts.waiverfile import read_waivers
from hegui.audit.interchange import audit_json
from hegui.audit.model import Audit
from hegui.audit.ownfacts import facts_of_report
from hegui.audit.run import CHECKS, audit_document
from hegui.audit.text import audit_text
from hegui.audit.waiving import unknown_checks, waived
from hegui.command import Arguments, today
from hegui.delivery import language_of, refused, status_of, warn
from hegui.progress import progress_of
from hegui.writing import overwrites, write_result


def audit(arguments: Arguments) -> int:
    """Audit one report; 1 where findings reach --fail-on, 2 where the input cannot be used."""
    problems = _usage(arguments)
    if problems:
        return refused(problems, arguments)
    progress = progress_of(arguments)
    document, found = read_document(arguments.report, progress)
    rulebook, case, more = _against(arguments, document)
    waivers, untold = read_waivers(arguments.waivers) if arguments.waivers else ((), ())
    problems = (*found, *more, *untold)
    if document is None or has_errors(problems):
        return refused(problems, arguments)
    result = audit_document(document, rulebook, case, arguments.checks or CHECKS, progress)
    result = replace(result, problems=in_order((*problems, *result.problems, *_emptiness(result))))
    unknown = unknown_checks(result, waivers)
    if has_errors((*result.problems, *unknown)):
        return refused((*result.problems, *unknown), arguments)
    result = waived(result, waivers, arguments.as_of or today())
    if arguments.format != "text":
        warn(in_order(result.problems), arguments)
    problem = _deliver(result, arguments)
    if problem is not None:
        return refused((problem,), arguments)
    return status_of((finding.severity for finding in result.findings if not finding.waiver), arguments)


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


def _against(
    arguments: Arguments, document: Document | None
) -> tuple[Rulebook | None, Case | None, tuple[Problem, ...]]:
    """The rulebook to hold claims against, and the facts: those given, else what the report itself states."""
    if arguments.rules is None:
        return None, None, ()
    rulebook, problems = load_rulebook(arguments.rules, arguments.as_of or today())
    if rulebook is None or document is None:
        return None, None, problems
    if arguments.facts:
        case, more = read_case(arguments.facts, rulebook.vocabulary)
    else:
        case, more = facts_of_report(document, rulebook, arguments.rules)
    return rulebook, case, (*problems, *more)


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
