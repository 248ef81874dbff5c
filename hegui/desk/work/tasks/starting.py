"""A task that drafts a rulebook from the table of indicators a department has."""

from __future__ import annotations

from dataclasses import dataclass

from facts.documents.reading import read_document
from facts.problem import Language, Text, has_errors
from hegui.desk.work.requests import File, read_request
from hegui.desk.work.wire import Data
from hegui.desk.work.worker import Result, Say
from hegui.workbench.starting.answering import settle
from hegui.workbench.starting.tablereading import IndicatorTable, read_indicators
from hegui.workbench.starting.trying import drafted
from hegui.workbench.starting.verb import told_rows
from hegui.workbench.starting.wordings import wordings

_NAMES = {
    "title": Text("名称", "title"),
    "authority": Text("发布机关", "authority"),
    "effective": Text("起始日期", "in force from"),
    "id": Text("编号", "id"),
}

_NEXT = Text(
    "下一步:在“内容”一页逐项核对、修改,在“文件与编辑”里补上标有 TODO 的;在电子表格里改,见“版本”里的下载。",
    "Next: compare and change each under “What it says”, fill in what is marked TODO under “Files and editing”; "
    "to edit it in a spreadsheet, see the downloads under “Versions”.",
)


@dataclass(frozen=True, slots=True)
class Begin:
    """A rulebook to begin: from a table, or from nothing; what the table does not say."""

    id: str
    table: File | None = None
    title: str = ""
    authority: str = ""
    effective: str = ""
    document: str = ""
    language: Language = "zh"


def begin(request: Data, say: Say) -> Result:
    """Draft a rulebook that loads.

    Answer: `files` {name: text}; `title`; `told`, what became of each row of the table, as `hegui new` prints it but for the
    breaks of lines.
    """
    asked, problems = read_request(Begin, request)
    if asked is None:
        return None, problems
    known, found = wordings()
    table: IndicatorTable | None = None
    if asked.table is not None and known is not None:
        document, more = read_document(asked.table)
        found = (*found, *more)
        if document is not None:
            table, more = read_indicators(document, asked.table.name, known)
            found = (*found, *more)
    if known is None or has_errors(found):
        return None, found
    title = asked.title.strip() or (table.title if table else "")
    given = {"title": title, "authority": asked.authority, "effective": asked.effective}
    answers, wrong = settle(given, asked.id.strip(), asked.document, lambda name: _NAMES[name].in_(asked.language))
    if answers is None:
        return None, (*found, *wrong)
    made, rulebook, more = drafted(table, answers, known)
    if rulebook is None:
        return None, (*found, *more)
    # A page breaks its lines itself.
    told = list(told_rows(made, rulebook, asked.language, lambda text, _indent, first: first + " ".join(text.split())))
    told.append(_NEXT.in_(asked.language))
    return {"files": made.files, "title": answers.title, "told": told}, (*found, *more)
