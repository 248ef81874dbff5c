"""Reports audited and places shown by real workers."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from hegui.desk.work.wire import Data
from tests.hegui.desk.work.conftest import Ask
from tests.hegui.desk.work.kunming import REPORT, RULES, case_in, codes, done, tells_no_place_of_the_server


def marked(data: Data, marks: list[Data]) -> str:
    """The words that are highlighted."""
    blocks = {one["n"]: one for one in data["blocks"]}
    words = []
    for mark in marks:
        block = blocks[mark["block"]]
        if block["kind"] == "text":
            words.append(block["text"][mark["start"] : mark["end"]])
        else:
            words.append(block["rows"][mark["row"] - block["first"]][mark["column"] - block["left"]]["text"])
    return "".join(words)


# --- audit ------------------------------------------------------------------------------------------------------------


def test_the_report_is_audited_and_every_finding_stands_beside_its_words(ask: Ask, tmp_path: Path) -> None:
    data = done(ask("audit", report=REPORT, rules=RULES, output=tmp_path / "out", as_of="2018-12-31"))
    assert data["format"] == "hegui/audit/v1"
    assert data["findings"] and len(data["marks"]) == len(data["findings"])
    for finding, marks in zip(data["findings"], data["marks"], strict=True):
        if any(quote["source"] == data["source"]["id"] for quote in finding["quotes"]):
            assert marks, finding
    words = marked(data["document"], data["marks"][0])
    assert "".join(words.split()) == "".join("".join(q["text"] for q in data["findings"][0]["quotes"]).split())
    assert data["files"] == ["audit.json", "audit.sarif", "audit.xlsx"]
    assert openpyxl.load_workbook(tmp_path / "out" / "audit.xlsx").sheetnames
    assert tells_no_place_of_the_server(tmp_path / "out")
    assert data["source"]["file"] == "report.txt"


def test_a_report_is_held_against_a_case(ask: Ask, tmp_path: Path) -> None:
    data = done(ask("audit", report=REPORT, rules=RULES, facts=[case_in(tmp_path)], as_of="2018-12-31", language="en"))
    assert data["points"]["claimed"] and data["files"] == []


def test_what_is_no_report_is_told(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "poem.txt").write_text("床前明月光\n")
    (tmp_path / "broken.docx").write_bytes(b"PK\x03\x04" + b"\0" * 40)
    assert codes(ask("audit", report=tmp_path / "empty.txt")) == {"empty-file"}
    assert "nothing-to-audit" in codes(ask("audit", report=tmp_path / "poem.txt"))
    assert codes(ask("audit", report=tmp_path / "broken.docx"))
    assert codes(ask("audit", report=REPORT, rules=tmp_path))
    assert codes(ask("audit", report=REPORT, rules=RULES, facts=[case_in(tmp_path, "facts: [")]))
    assert codes(ask("audit", report=tmp_path)) == {"no-such-file"}


# --- places -----------------------------------------------------------------------------------------------------------


def test_a_quote_of_the_case_is_highlighted_in_its_paragraph(ask: Ask, tmp_path: Path) -> None:
    case = done(ask("describe", rules=RULES, case=case_in(tmp_path)))
    quoted = [
        p
        for one in case["concepts"]
        if one["fact"]
        for p in one["fact"]["places"]
        if p["quote"] and p["source"] == "report"
    ]
    assert len(quoted) > 50
    for one in quoted[:12]:
        data = done(ask("place", source=REPORT, locator=one["locator"], quote=one["quote"]))
        assert "".join(marked(data, data["marks"]).split()) == "".join(one["quote"].split())
        assert 1 < len(data["blocks"]) <= 13


def test_a_place_without_its_words_is_shown_all_the_same(ask: Ask) -> None:
    data = done(ask("place", source=REPORT, locator="26:10", quote="别的文件里的话"))
    assert data["marks"][0]["start"] == 0
    assert codes(ask("place", source=REPORT, locator="99999:1", quote="x")) == {"no-such-place"}
    assert codes(ask("place", source=REPORT.parent / "nowhere", locator="1:1")) == {"no-such-file"}


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "收支(一)"
    for row in range(1, 60):
        sheet.append([f"项目{row}", *(row * 100 + column for column in range(40))])
    path = tmp_path / "决算.xlsx"
    book.save(path)
    return path


def test_a_cell_is_shown_with_the_rows_and_columns_around_it(ask: Ask, workbook: Path) -> None:
    data = done(ask("place", source=workbook, locator="收支(一)!C30"))
    (block,) = data["blocks"]
    assert marked(data, data["marks"]) == "3001"
    assert block["title"] == "收支(一)" and block["total"] == 59
    assert (len(block["rows"]), block["first"]) == (17, 21)
    far = done(ask("place", source=workbook, locator="收支(一)!AM59"))
    assert marked(far, far["marks"]) == "5937" and far["blocks"][0]["left"] > 0


def test_a_paragraph_of_a_word_file_and_a_cell_of_its_table(ask: Ask, tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("第一段。")
    document.add_paragraph("预算批复 5,657.15 万元,已执行。")
    table = document.add_table(2, 2)
    table.cell(1, 1).text = "甲"
    path = tmp_path / "报告.docx"
    document.save(str(path))
    data = done(ask("place", source=path, locator="¶2:1", quote="批复5,657.15万元"))
    assert marked(data, data["marks"]) == "批复 5,657.15 万元"
    cells = [cell for block in data["blocks"] if block["kind"] == "table" for row in block["rows"] for cell in row]
    one = next(cell for cell in cells if cell["text"] == "甲")
    found = done(ask("place", source=path, locator=one["locator"]))
    assert marked(found, found["marks"]) == "甲"


def test_words_without_a_place_are_looked_for(ask: Ask, tmp_path: Path) -> None:
    data = done(ask("place", source=REPORT, quote="市本级财政预算 批复5,657.15万元"))
    assert data["at"] == {"line": 26, "column": 16} and len(data["marks"]) == 1
    assert codes(ask("place", source=REPORT, quote="别的文件里的话")) == {"quote-not-found"}
    table = tmp_path / "表.csv"
    table.write_text("项目,金额\n合计,97.01 万元\n", "utf-8")
    (mark,) = done(ask("place", source=table, quote="97.01万元"))["marks"]
    assert (mark["row"], mark["column"]) == (1, 1)


def test_without_place_or_words_a_document_is_shown_from_its_beginning(ask: Ask) -> None:
    data = done(ask("place", source=REPORT))
    assert data["marks"] == [] and data["at"] is None
    assert data["blocks"][0]["n"] == 0 and len(data["blocks"]) == 60


def test_hostile_names_and_places_are_words(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "<script>'; rm -rf.txt"
    shutil.copy(REPORT, path)
    assert codes(ask("place", source=path, locator="../../etc/passwd:1")) == {"no-such-place"}
