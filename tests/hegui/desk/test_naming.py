"""Documents and places as people call them: a file's name and a page, never an id or a box."""

from __future__ import annotations

import re
from pathlib import Path

from reportlab.platypus import PageBreak

from tests.facts.documents.pdfmaking import report
from tests.hegui.desk.browser import Browser, Served
from tests.hegui.desk.cases import made
from tests.hegui.desk.test_case_journeys import TWICE, told

EVIDENCE = "培训签到表:管理人员定期接受培训,全年四次。"
BOX = re.compile(r"p\.\d+\[")


def of_a_pdf(served: Served, path: Path, language: str = "zh") -> Browser:
    said = ["昆明市人民政府办公厅2017年部门整体支出绩效自评报告", PageBreak()]
    said.append("2017年度市本级财政预算批复5,657.15万元,2017年度决算为5,657.15万元,预算执行率为100.00%。")
    content = report(path / "自评报告.pdf", said).read_bytes()
    return made(served.visitor("auditor", language), served, ("自评报告.pdf", content), ("决算.yaml", TWICE.encode()))


def test_places_in_a_pdf_are_pages_and_lead_to_the_marked_words(served: Served, tmp_path: Path) -> None:
    browser = of_a_pdf(served, tmp_path)
    case, page = browser.at, told(browser)
    assert "自评报告.pdf 第2页" in page and not BOX.search(page)
    assert "5,657.15 万元”(自评报告.pdf 第2页)" in page, "also where a message names the place"
    link = re.search(r'href="([^"]+/place\?[^"]+)">自评报告.pdf 第2页', browser.page)
    assert link
    shown = told(browser.get(link[1].replace("&amp;", "&")))
    assert "<mark" in browser.page and "第2页" in shown and not BOX.search(shown)
    assert not BOX.search(told(browser.get(f"{case}/facts/final_accounts")))
    assert not BOX.search(told(browser.get(f"{case}/score")))


def test_in_english_a_page_is_one_too(served: Served, tmp_path: Path) -> None:
    page = told(of_a_pdf(served, tmp_path, "en"))
    assert "自评报告.pdf page 2" in page and "决算表 5,700.00" in page and "accounts 5,700.00" not in page
    assert "(决算表)" in page and "(accounts)" not in page, "also in the message"


def test_evidence_is_called_by_its_name_and_the_assessor_as_such(served: Served) -> None:
    browser = made(served.visitor("auditor", "zh"), served)
    case = browser.at
    judged = {"say": "value", "value": "是", "basis": "judged", "note": "现场核查"}
    path = f"{case}/facts/managers_trained"
    files = {"evidence": ("签到表.txt", EVIDENCE.encode())}
    browser.get(path).send(path, {**judged, "quote": "管理人员定期接受培训"}, files=files)
    for at in (case, path, f"{case}/score", f"{case}/versions?old=1&new=2"):
        page = told(browser.get(at))
        assert "签到表.txt" in page and "evidence-" not in page, at
