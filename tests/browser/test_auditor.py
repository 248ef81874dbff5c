"""An auditor's morning: from what a department hands in to a checked, recorded and exported result."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.tab import Tab

RULES = Path(__file__).resolve().parents[2] / "rules" / "kunming-2017"
REPORT = RULES / "sources" / "report.txt"


@pytest.fixture
def auditor(tab: Tab) -> Tab:
    return tab.log_in("auditor")


def new_case(tab: Tab, *files: Path) -> None:
    """The form for a new case, filled in."""
    tab.go("/cases/new")
    tab.page.locator("input[type=file]").set_input_files([str(file) for file in files])
    tab.page.locator("select[name=publication]").select_option(label=kunming(tab))
    tab.page.locator("input[name=name]").fill("昆明市人民政府办公厅")
    tab.page.locator("input[name=year]").fill("2017")
    tab.accessible("new")
    tab.button("读入并评分", "Read and score").click()
    tab.page.wait_for_url("**/cases/c*")


def kunming(tab: Tab) -> str:
    options = tab.page.locator("select[name=publication] option").all_inner_texts()
    return next(one for one in options if "昆明" in one)


def test_from_the_report_to_a_recorded_and_exported_result(auditor: Tab, tmp_path: Path) -> None:
    tab = auditor
    new_case(tab, REPORT)
    tab.accessible("case")
    tab.go(f"{case_path(tab)}/score").accessible("score")
    unfold = tab.page.locator("details.indicator > summary").first
    tab.tab_to(unfold, 200)
    tab.press("Enter")
    assert tab.page.locator("details.indicator").first.get_attribute("open") is not None
    tab.button("记录在案", "Record this assessment").click()
    tab.page.wait_for_url("**/records/*")
    tab.accessible("record")
    tab.button("重新评并比较", "Make it again and compare").click()
    tab.sees("结果逐字节相同", "the same byte by byte")


def case_path(tab: Tab) -> str:
    return "/cases/" + tab.page.url.split("/cases/")[1].split("/")[0].split("?")[0].split("#")[0]
