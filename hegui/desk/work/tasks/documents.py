"""Tasks that show documents: a published report with its audit beside it, and the surroundings of one place."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from facts.documents.model import Document, Table
from facts.documents.reading import read_document
from facts.gathering.casewriting import locator_entry
from facts.problem import Language, Problem, Text, has_errors
from facts.provenance import Position, Provenance
from hegui.audit.interchange import audit_json
from hegui.audit.model import Audit
from hegui.audit.published import AskedAudit, audit_report
from hegui.audit.sarif import audit_sarif
from hegui.audit.workpaper import workpaper
from hegui.command import today
from hegui.desk.work.naming import Names
from hegui.desk.work.requests import File, Folder, Output, read_request
from hegui.desk.work.tasks.files import write_all
from hegui.desk.work.tasks.shown import Places, blocks_of, table_data, text_data
from hegui.desk.work.wire import Data
from hegui.desk.work.worker import Result, Say

# Of an audit so much is handed to a page; the files hold all.
TOLD_FINDINGS = 2_000
_TOLD = ("claims", "figures")

# How much is shown around a place: paragraphs, rows and columns on each side.
_PARAGRAPHS, _ROWS, _COLUMNS = 6, 8, 12
# … and how much of the beginning, where no place is named.
_FIRST = 60


# --- audit ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AuditRequest:
    """A published report; a rulebook and case files to hold it against (without case files, what the report itself states).

    `output` is a folder for audit.json, audit.xlsx (the workpaper) and audit.sarif.
    """

    report: File
    rules: Folder | None = None
    facts: tuple[File, ...] = ()
    waivers: tuple[File, ...] = ()
    as_of: date | None = None
    output: Output | None = None
    language: Language = "zh"


def audit(request: Data, say: Say) -> Result:
    """Audit a report.

    Answer: hegui/audit/v1 with at most `TOLD_FINDINGS` findings, claims and figures; `document`, the report as pages show it
    (see `shown`); `checks`, the title of every check by its id; `marks`, for each finding told the marks of its quotes that stand in the report; `files`, what was written.
    """
    asked, problems = read_request(AuditRequest, request)
    if asked is None:
        return None, problems
    report = Path(asked.report.name)
    # Files that people take home name the report as they know it, not where the server keeps it.
    with contextlib.chdir(asked.report.parent):
        wanted = AskedAudit(report, asked.rules, asked.facts, asked.waivers, asked.as_of or today())
        result, problems = audit_report(wanted, say)
        if result is None:
            return None, problems
        document, _ = read_document(report)
        assert document is not None
        whole = Names(request).text("".join(audit_json(result, asked.language)))
        files, problems = _files(result, whole, asked, Names(request))
    problem = write_all(asked.output, files) if asked.output is not None else None
    if problem is not None or has_errors(problems):
        return None, (*problems, *([problem] if problem else []))
    data: Data = json.loads(whole)
    for name in ("findings", *_TOLD):
        data[name] = data[name][:TOLD_FINDINGS]
    places = Places(document)
    data["checks"] = {check: title.in_(asked.language) for check, title in result.checks}
    data["document"] = {"kind": document.kind, "blocks": blocks_of(document)}
    data["marks"] = [
        [mark for place in one.quotes if place.source == document.source.id for mark in _marks(places, place)]
        for one in result.findings[:TOLD_FINDINGS]
    ]
    data["files"] = sorted(files)
    return data, problems


def _marks(places: Places, place: Provenance) -> list[Data]:
    return places.marks("" if place.locator is None else str(place.locator), place.quote)


def _files(
    result: Audit, whole: str, asked: AuditRequest, names: Names
) -> tuple[dict[str, bytes], tuple[Problem, ...]]:
    if asked.output is None:
        return {}, ()
    sheets, problem = workpaper(result, asked.language)
    texts = {"audit.json": whole, "audit.sarif": names.text("".join(audit_sarif(result, asked.language)))}
    files = {name: text.encode("utf-8", "backslashreplace") for name, text in texts.items()}
    return {**files, **({"audit.xlsx": sheets} if sheets is not None else {})}, (problem,) if problem else ()


# --- a place ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """A document and a place in it, as provenance states it: `locator` 26:10, ¶3:1, 表1!C12, p.3, … and the words that stand there.

    Words without a place are looked for in the whole document; with neither, it is shown from its beginning.
    """

    source: File
    locator: str = ""
    quote: str = ""
    language: Language = "zh"


def place(request: Data, say: Say) -> Result:
    """What stands around a place.

    Answer: `kind` of the document, `blocks` around the place (of a table the rows around it), `marks` to highlight (see `shown`;
    rows and columns are those of the whole table), `at`, the place of the first mark by the keys of a case file.
    """
    asked, problems = read_request(Place, request)
    if asked is None:
        return None, problems
    document, problems = read_document(asked.source, say)
    if document is None:
        return None, problems
    if not asked.locator and not asked.quote:
        return {"kind": document.kind, "blocks": list(_beginning(document)), "marks": [], "at": None}, problems
    places = Places(document)
    marks = places.marks(asked.locator, asked.quote) if asked.locator else places.anywhere(asked.quote)
    if not marks:
        return None, (*problems, _nowhere(asked) if asked.locator else _not_said(asked))
    blocks = list(_around(document, marks[0]))
    return {"kind": document.kind, "blocks": blocks, "marks": marks, "at": _at(document, marks[0])}, problems


def _at(document: Document, mark: Data) -> Data:
    block = document.blocks[mark["block"]]
    if isinstance(block, Table):
        return locator_entry(block.rows[mark["row"]][mark["column"]].locator)
    return locator_entry(block.place(mark["start"]))


def _beginning(document: Document) -> Iterator[Data]:
    for n, block in enumerate(document.blocks[:_FIRST]):
        yield _part(n, block, 0, _FIRST, 0) if isinstance(block, Table) else text_data(n, block)


def _not_said(asked: Place) -> Problem:
    short = asked.quote[:60]
    message = Text(f"资料里没有这段话:“{short}”", f"the document does not say “{short}”")
    hint = Text("请照原文摘录(空格和换行不计)。", "Quote it as it stands there; white space does not matter.")
    return Problem("quote-not-found", Position(str(asked.source)), message, hint)


def _nowhere(asked: Place) -> Problem:
    message = Text(f"资料里没有这个位置:{asked.locator[:80]}", f"the document has no such place: {asked.locator[:80]}")
    hint = Text("资料可能已换了版本;请重新读取。", "The document may be another version by now; read it again.")
    return Problem("no-such-place", Position(str(asked.source)), message, hint)


def _around(document: Document, mark: Data) -> Iterator[Data]:
    middle: int = mark["block"]
    block = document.blocks[middle]
    if isinstance(block, Table):
        first, left = max(0, mark["row"] - _ROWS), max(0, mark["column"] - _COLUMNS)
        yield _part(middle, block, first, mark["row"] + _ROWS + 1, left)
        return
    for n in range(max(0, middle - _PARAGRAPHS), min(len(document.blocks), middle + _PARAGRAPHS + 1)):
        near = document.blocks[n]
        yield _part(n, near, 0, _ROWS, 0) if isinstance(near, Table) else text_data(n, near)


def _part(n: int, table: Table, first: int, end: int, left: int) -> Data:
    rows = (row[left : left + 2 * _COLUMNS + 1] for row in islice(table.rows, first, end))
    return table_data(n, table, rows, first, left)
