"""Text nobody would write in good faith, in every place a file of ours takes text: neutralised in every format."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest

from engine.assessment import Assessment
from engine.model import Rulebook, Title
from facts.problem import Text
from facts.provenance import Provenance, Source, TextSpan
from hegui.papers.write import PAPER_FORMATS, PaperFormat, write_paper
from tests.hegui.papers.reading import Page, docx_text, kunming, xlsx_text

SCRIPT = "</title></style></svg><script>alert(1)</script><img src=x onerror=alert(2)>"
FORMULA = '=HYPERLINK("http://example.invalid","x")'
CONTROL = "甲\x00\x07\x1b[31m乙\u202e\ufffe\ud800丙"
HOSTILE = {
    "script": SCRIPT,
    "attribute": "\"' onmouseover='alert(1)' x=\"",
    "formula": FORMULA,
    "formula with plus": "+1+cmd|' /C calc'!A0",
    "control characters": CONTROL,
    "long": "长" * 10_000,
    "lines": "一\n二\r\n三\t四",
    "entity": "&lt;b&gt; &amp; ]]> <![CDATA[",
}


def poisoned(text: str) -> tuple[Assessment, Rulebook]:
    """A part of the real assessment with the text in titles, reasons, quotes, sources and messages."""
    found, rulebook = kunming()
    kept = found.indicators[:4] + found.indicators[-3:]
    found = replace(
        found,
        indicators=kept,
        trail=tuple(step for step in found.trail if step.indicator in ("", *(one.id for one in kept))),
        findings=tuple(one for one in found.findings if one.indicator in ("", *(i.id for i in kept))),
    )
    both = Text(text, text)
    place = Provenance("report", TextSpan(1), text, text)
    operands = {
        step.n: tuple(replace(fact, label=both, shown=text, rows=(text,), provenance=(place,)) for fact in step.facts)
        for step in found.trail
    }
    indicators = tuple(
        replace(
            one,
            title=Title(text, text),
            group=text,
            deductions=tuple(replace(lost, reason=both) for lost in one.deductions),
            citation=replace(one.citation, document=text, item=text, quote=text, uncertain=text),
        )
        for one in found.indicators
    )
    assessment = replace(
        found,
        subject=replace(found.subject, name=text, name_en=text),
        sections=tuple(replace(one, title=Title(text, text), note=both) for one in found.sections),
        indicators=indicators,
        trail=tuple(replace(step, facts=operands[step.n], reason=both, compared=text) for step in found.trail),
        findings=tuple(replace(one, message=both, expected=text) for one in found.findings),
        sources=(Source("report", text, text, text, text, text),),
        accepted=tuple(replace(one, reason=text, authority=text) for one in found.accepted),
    )
    return assessment, rulebook


@pytest.fixture(scope="module", params=list(HOSTILE))
def papers(request: pytest.FixtureRequest) -> dict[PaperFormat, bytes]:
    return {kind: write_paper(*poisoned(HOSTILE[request.param]), kind, "zh") for kind in PAPER_FORMATS}


def test_the_page_holds_no_markup_of_the_text(papers: dict[PaperFormat, bytes]) -> None:
    page = Page(papers["html"])
    assert {"script", "img", "b"}.isdisjoint(tag for tag, _ in page.tags)
    assert not [name for _, found in page.tags for name in found if name.startswith("on")]
    assert papers["html"].count(b"<style>") == 1
    assert b"default-src 'none'" in papers["html"]


def test_no_cell_of_the_workbook_is_a_formula_but_ours(papers: dict[PaperFormat, bytes]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(papers["xlsx"]))
    formulas = [
        (sheet.title, cell.column_letter) for sheet in book for row in sheet for cell in row if cell.data_type == "f"
    ]
    assert {title for title, _ in formulas} == {"评价得分简表"}
    assert {letter for _, letter in formulas} <= set("DEFI")
    for sheet in book:
        texts = [cell for row in sheet for cell in row if cell.data_type == "s" and str(cell.value)[:1] in "=+-@"]
        assert all(cell.quotePrefix for cell in texts)


def test_xml_formats_are_well_formed_and_still_tell_it(papers: dict[PaperFormat, bytes]) -> None:
    assert ElementTree.fromstring(papers["junit"]).tag == "testsuites"  # noqa: S314  # our own
    assert docx_text(papers["docx"]) and xlsx_text(papers["xlsx"])
    assert json.loads(papers["sarif"])["runs"] and json.loads(papers["json"])["indicators"]


def test_what_is_said_stays_readable() -> None:
    for text in (SCRIPT, FORMULA):
        found = poisoned(text)
        for kind, told in (("docx", docx_text), ("xlsx", xlsx_text), ("html", lambda data: Page(data).text)):
            assert text in told(write_paper(*found, kind, "zh"))  # type: ignore[arg-type]  # read by kind


def test_the_command_takes_a_hostile_case(tmp_path: Path, capfd: Any) -> None:
    from hegui.cli import main
    from tests.hegui.papers.reading import KUNMING

    case = tmp_path / "case.yaml"
    subject = json.dumps({"id": "x", "name": SCRIPT + FORMULA}, ensure_ascii=False)
    case.write_text(f"format: hegui/case/v1\nsubject: {subject}\nperiod: 2017\nfacts: {{}}\n", encoding="utf-8")
    for kind in PAPER_FORMATS:
        output = tmp_path / f"paper.{kind}"
        assert main(["check", str(case), "--rules", str(KUNMING), "--format", kind, "-o", str(output)]) == 0
        assert output.stat().st_size > 1000
    assert b"<script" not in (tmp_path / "paper.html").read_bytes()
