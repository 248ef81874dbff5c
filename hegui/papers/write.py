"""One Assessment in any format: `write_paper`, the one call the command and the desk make."""

from __future__ import annotations

from typing import Literal, get_args

from engine.assessment import Assessment
from engine.model import Rulebook
from facts.problem import Language
from hegui.interchange import assessment_json
from hegui.report_text import report_text

PaperFormat = Literal["text", "json", "sarif", "junit", "xlsx", "docx", "html"]
PAPER_FORMATS: tuple[PaperFormat, ...] = get_args(PaperFormat)

# What a web server says these are.
MEDIA_TYPES: dict[PaperFormat, str] = {
    "text": "text/plain; charset=utf-8",
    "json": "application/json",
    "sarif": "application/sarif+json",
    "junit": "application/xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
}


def write_paper(
    assessment: Assessment, rulebook: Rulebook, kind: PaperFormat, language: Language = "zh", home: str = ""
) -> bytes:
    """The assessment as one paper; `rulebook` is the one it was made with. The same input gives the same bytes.

    `home` is the folder of the case file, from which it tells where its sources are: SARIF points into them.

    docx and xlsx need the extra `documents`; `hegui.binary.missing_writer` says so where it is not installed.
    """
    assert (rulebook.id, rulebook.digest) == (assessment.rulebook_id, assessment.rulebook_digest), "its own rulebook"
    match kind:
        case "docx":
            from hegui.papers.content import paper
            from hegui.papers.wordpaper import word_paper

            return word_paper(paper(assessment, rulebook, language))
        case "html":
            from hegui.papers.content import paper
            from hegui.papers.webpaper import web_paper

            return web_paper(paper(assessment, rulebook, language))
        case "xlsx":
            from hegui.papers.workbook import workbook

            return workbook(assessment, rulebook, language)
        case _:
            # What is no character at all cannot be written in UTF-8; its escape can.
            return _text(assessment, rulebook, kind, language, home).encode("utf-8", errors="backslashreplace")


def _text(assessment: Assessment, rulebook: Rulebook, kind: PaperFormat, language: Language, home: str) -> str:
    match kind:
        case "sarif":
            from hegui.papers.findings_sarif import assessment_sarif

            return "".join(assessment_sarif(assessment, rulebook, language, home))
        case "junit":
            from hegui.papers.indicators_junit import assessment_junit

            return assessment_junit(assessment, rulebook, language)
        case "json":
            return assessment_json(assessment, language)
        case _:
            return report_text(assessment, language)
