"""Leadership's way: a table becomes a picture of everybody, and any of them can be asked why."""

from __future__ import annotations

import re
from pathlib import Path

import httpx

from tests.browser.tab import Tab
from tests.hegui.desk.api.programs import Program
from tests.hegui.desk.browser import Served
from tests.hegui.desk.populations import kunming, over, table_of


def store(tab: Tab, desk: Served, folder: Path, title: str, seed: int = 1) -> str:
    """Upload a table as policy staff do, and wait until it is scored; its address."""
    path = folder / f"units-{seed}.csv"
    path.write_bytes(table_of(40, seed))
    tab.go("/populations/new")
    tab.page.locator("input[name=table]").set_input_files(path)
    tab.label("名称", "Title").fill(title)
    tab.page.locator("select[name=publication]").select_option(kunming(desk).id)
    tab.button("保存并评价", "Store and score").click()
    tab.page.wait_for_url(re.compile(r"/populations/p\w+"))
    tab.page.locator(".figures").wait_for(timeout=120_000)  # the page moves on by itself
    return re.sub(r"https?://[^/]+", "", tab.page.url).partition("?")[0]


def test_a_population_is_seen_at_a_glance_and_one_unit_asked_why(tab: Tab, desk: Served, tmp_path: Path) -> None:
    tab.log_in("policy")
    tab.go("/populations").accessible("list")
    tab.go("/populations/new").accessible("new")
    place = store(tab, desk, tmp_path, "市直部门")
    tab.accessible("glance")
    for summary in tab.page.locator(".panel details > summary").all():
        summary.click()
    tab.accessible("numbers")
    tab.page.set_viewport_size({"width": 768, "height": 1000})
    wide = tab.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"wider than the window by {wide}"
    tab.page.set_viewport_size({"width": 1280, "height": 900})
    tab.page.locator("input[name=find]").fill("第12局")
    tab.press("Enter")
    tab.page.wait_for_url("**/units?**")
    tab.accessible("units")
    unit = tab.page.get_by_role("link", name="第12局")
    tab.tab_to(unit)
    tab.press("Enter")
    tab.page.wait_for_url("**/unit?**")
    tab.page.locator("details.indicator > summary").first.click()
    tab.accessible("unit")
    tab.go(f"{place}/rejects").accessible("rejects")
    assert tab.page.get_by_text("<script>alert(1)</script>").count() == 0


def test_two_years_stand_side_by_side(tab: Tab, desk: Served, tmp_path: Path) -> None:
    tab.log_in("policy")
    first, second = store(tab, desk, tmp_path, "前一年"), store(tab, desk, tmp_path, "后一年", 2)
    tab.go(f"{first}/compare").accessible("choosing")
    (old,), (new,) = (over(desk, place.rpartition("/")[2]) for place in (first, second))
    tab.page.locator("select[name=old]").select_option(old.id)
    tab.page.locator("select[name=new]").select_option(new.id)
    tab.button("比较", "Compare").click()
    tab.sees("变动最大的指标", "Indicators that changed most")
    tab.accessible("compared")


def test_a_key_is_made_with_the_keyboard_and_opens_the_interface(tab: Tab, desk: Served) -> None:
    tab.log_in("viewer")
    tab.go("/api").accessible("interface")
    tab.go("/account")
    name = f"{tab.language} 报表"
    tab.tab_to(tab.label("哪个程序用", "Which program uses it"))
    tab.page.keyboard.type(name)
    tab.press("Enter")
    tab.sees("只显示这一次", "It is shown this once")
    tab.accessible("key")
    key = tab.page.locator("code", has_text="hegui_").inner_text()
    answer = httpx.get(f"{desk.address}/api/v1/rulebooks", headers={"authorization": f"Bearer {key}"})
    assert answer.status_code == 200
    tab.page.get_by_role("button", name=f"{tab.t('撤销', 'Revoke')} {name}").click()
    tab.sees("密钥已撤销", "The key is revoked")
    assert Program(desk, "viewer").get("/ledger").status_code == 200
