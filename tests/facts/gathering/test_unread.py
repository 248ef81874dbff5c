"""Of what nobody took from a document it is said that nobody did."""

from __future__ import annotations

import pytest

from facts.documents.model import Document
from facts.gathering.gathering import gather
from facts.gathering.mapping import NO_MAPPING, MappingFile
from facts.problem import Problem
from tests.facts.gathering.making import VOCABULARY, document, mapping, table, workbook


def notes(code: str, *told: Document, by: MappingFile = NO_MAPPING) -> list[Problem]:
    found = [problem for problem in gather(told, by, VOCABULARY)[1] if problem.code == code]
    assert all(problem.severity == "note" and problem.hint for problem in found)
    return found


def test_a_document_in_which_nothing_is_recognised_is_named() -> None:
    known = document("部门决算数为4万元。", key="known", file="决算.txt")
    strange = document("市本级财政预算批复5,657.15万元。", key="mine", file="mine.docx")

    [note] = notes("nothing-recognised", known, strange)
    assert "mine.docx" in note.message.zh and "mine.docx" in note.message.en and note.at.file == "mine.docx"


def test_the_entries_that_are_not_for_it_are_named() -> None:
    only = mapping(
        "sources:\n  report:\n    match: {text: 另一个局的报告}\n    facts:\n      final: {text: '决算{value}'}\n"
    )

    [note] = notes("nothing-recognised", document("市本级财政预算批复5,657.15万元。"), by=only)
    assert "report" in note.message.zh


def test_nothing_is_said_where_something_is_read() -> None:
    assert notes("nothing-recognised", document("部门决算数为4万元。")) == []


def test_rows_with_a_number_whose_names_resemble_what_was_not_found_are_named() -> None:
    told = workbook(
        table(
            "部门预算",
            "项目 | 数值 | 单位\n部门预算数 | 5700 | 万元\n本年度三公经费预算数 | 120 | 万元\n上年度三公经费预算数 | 100 | 万元",
        )
    )

    [note] = notes("rows-not-read", told)
    assert "本年度三公经费预算数" in note.message.zh and "上年度三公经费预算数" in note.message.zh
    assert "三公经费决算数" in note.message.zh and "“部门预算数”" not in note.message.zh
    assert "部门预算!A3" in note.at.file


@pytest.mark.parametrize(
    "rows",
    [
        "项目 | 数值\n绿化覆盖面积 | 12",  # resembles nothing
        "项目 | 数值\n三公经费决算数(万元) | 12",  # is read
        "项目 | 一 | 二 | 三 | 四\n上年度三公经费预算数 | 1 | 2 | 3 | 4",  # a form
    ],
)
def test_other_rows_are_not_told(rows: str) -> None:
    assert notes("rows-not-read", workbook(table("表", rows))) == []


def test_many_rows_are_told_in_one_note() -> None:
    rows = "\n".join(f"三公经费预算第{chr(0x4E00 + n)}项 | {n}.5" for n in range(30))

    [note] = notes("rows-not-read", workbook(table("表", rows)))
    assert len(note.message.zh) < 1000
