"""Every page an auditor has, as a browser shows it: open to everybody, and alive where scripts help."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.tab import Tab
from tests.browser.test_auditor import REPORT, case_path, new_case

TWICE = """format: hegui/case/v1
subject: {id: kunming-gov-office, name: 昆明市人民政府办公厅}
period: 2017
sources: {accounts: {title: 决算表}}
source: accounts
facts:
  部门决算数: {value: "5,700.00 万元", basis: figure, quote: "5,700.00"}
"""


@pytest.fixture
def auditor(tab: Tab, tmp_path: Path) -> Tab:
    second = tmp_path / "决算.yaml"
    second.write_text(TWICE, "utf-8")
    tab.log_in("auditor")
    new_case(tab, REPORT, second)
    return tab


def test_every_page_of_a_case_is_open_to_everybody(auditor: Tab) -> None:
    tab, case = auditor, case_path(auditor)
    tab.accessible("facts")
    settle = tab.page.get_by_role("link", name=tab.t("选定", "Settle")).first
    tab.tab_to(settle, 200)
    tab.press("Enter")
    tab.page.wait_for_url("**/facts/*")
    tab.accessible("conflict")
    tab.page.locator("input[name=say]").first.check()
    tab.page.locator("textarea[name=note]").fill("与批复核对")
    tab.button("保存", "Save").click()
    tab.sees("已保存", "Saved")
    tab.go(f"{case}/score?accept=figure").accessible("open-score")
    place = tab.page.locator("a.place").first
    tab.page.locator("details.indicator > summary").first.click()
    place.wait_for()
    place.click()
    tab.page.wait_for_url("**/place?**")
    assert tab.page.locator("mark#quote").is_visible()
    tab.accessible("place")
    for path in ("/papers", "/versions?old=1&new=2", "/facts/performance_targets", "?version=1"):
        tab.go(f"{case}{path}").accessible(path.strip("/?").split("?")[0].replace("/", "-"))
    tab.go("/cases").accessible("cases")
    for width in (768, 390):
        tab.page.set_viewport_size({"width": width, "height": 1000})
        for path in ("", "/score", "/what-if"):
            tab.go(f"{case}{path}").shot(f"narrow{path.replace('/', '-')}-{width}")
            wide = tab.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{path} is wider than a window of {width} by {wide}"


def test_the_score_moves_while_one_changes_a_fact(auditor: Tab) -> None:
    tab = auditor
    tab.go(f"{case_path(tab)}/what-if")
    tab.page.locator("select[name=fact-long_term_goals_sound]").select_option("否")
    tab.page.locator("[data-out=score]").get_by_text("94.00 (-2.00)").wait_for()
    tab.sees("变动的指标", "Indicators that moved")
    tab.accessible("what-if")
    tab.button("测算", "Score it").click()  # the same without a script
    tab.page.locator("[data-out=list]").get_by_text("-2.00").wait_for()
    tab.page.locator("input[data-filter]").fill("培训" if tab.language == "zh" else "training")
    assert tab.page.locator("table.trying tbody tr:visible").count() < 10


def test_a_report_stands_beside_what_is_wrong_with_it(auditor: Tab) -> None:
    tab = auditor
    tab.go("/audits").accessible("audits")
    tab.page.locator("input[type=file]").set_input_files(str(REPORT))
    tab.button("审核", "Audit it").click()
    tab.page.wait_for_url("**/audits/*")
    tab.page.locator("article.finding").first.wait_for(timeout=60_000)
    tab.accessible("audit")
    tab.page.locator("article.finding.error a[href^='#mark']").first.click()
    assert tab.page.locator("mark:target").is_visible()
    tab.page.locator("mark:target a").click()
    assert tab.page.locator("article.finding:target").is_visible()
    new_case(tab, REPORT)
    tab.go("/compare").accessible("compare")
    tab.page.locator("main a[href^='/compare?case=']").first.click()
    tab.page.locator("svg.totals").wait_for()
    tab.accessible("compared")
