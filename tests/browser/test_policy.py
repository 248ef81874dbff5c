"""Policy staff: a rule changed, its problems and its sentence seen while typing, and kept as a version."""

from __future__ import annotations

import pytest

from tests.browser.tab import Tab

RULE = "<= 100%"


@pytest.fixture
def policy(tab: Tab) -> Tab:
    return tab.log_in("policy")


def open_rulebook(tab: Tab, title: str) -> str:
    """A copy of a rulebook that came along; its address."""
    tab.go("/rulebooks")
    tab.page.get_by_role("link", name=title).first.click()
    tab.page.wait_for_url("**/rulebooks/r*")
    return "/rulebooks/" + tab.page.url.split("/rulebooks/")[1].split("?")[0].split("/")[0]


def put(tab: Tab, text: str) -> None:
    """Replace everything in the editor, as by paste."""
    editor = tab.page.locator(".cm-content")
    editor.click()
    tab.press("Control+a")
    tab.page.keyboard.insert_text(text)


def test_problems_and_the_sentence_are_seen_while_typing(policy: Tab) -> None:
    tab = policy
    address = open_rulebook(tab, "昆明市")
    tab.accessible("outline")
    tab.go(f"{address}/edit/management.yaml")
    tab.page.locator(".cm-content").wait_for()
    tab.accessible("editor")
    text = tab.page.locator("textarea#text").input_value()
    put(tab, text.replace("points: 1\n", "pionts: 1\n", 1))
    tab.page.locator("[data-problems] li.error").first.wait_for()
    assert "pionts" in tab.page.locator("[data-problems]").inner_text()
    tab.shot("problem")
    put(tab, text)
    tab.page.locator("[data-problems] li.error").first.wait_for(state="detached")


def test_the_editor_can_be_left_with_the_tab_key(policy: Tab) -> None:
    tab = policy
    address = open_rulebook(tab, "昆明市")
    tab.go(f"{address}/edit/management.yaml")
    tab.page.locator(".cm-content").click()
    tab.press("Tab")
    assert not tab.page.locator(".cm-content").evaluate("one => one === document.activeElement")


def test_an_edit_is_kept_as_a_version_with_its_note(policy: Tab) -> None:
    tab = policy
    address = open_rulebook(tab, "昆明市")
    tab.go(f"{address}/edit/management.yaml")
    tab.page.locator(".cm-content").wait_for()
    text = tab.page.locator("textarea#text").input_value()
    put(tab, text + f"# {tab.language}\n")
    tab.page.locator("input[name=note]").fill("试一试 trying")
    tab.button("保存为新版本", "Save as a new version").click()
    tab.page.get_by_role("status").filter(has_text=tab.t("已保存为", "Saved as version")).wait_for()
    tab.go(f"{address}/versions").accessible("versions")
    tab.sees("试一试 trying")
