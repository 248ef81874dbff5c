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


# --- without seeing a file --------------------------------------------------------------------------------------------


def saved(tab: Tab) -> None:
    tab.button("保存为新版本", "Save as a new version").click()


def done(tab: Tab) -> None:
    """Work goes on by itself; the page tells when it is over."""
    tab.page.locator("progress").wait_for(state="detached", timeout=90_000)


def test_a_policy_is_changed_tried_weighed_and_published_without_a_text_editor(policy: Tab) -> None:
    tab = policy
    address = open_rulebook(tab, "昆明市")
    tab.page.locator("#i-property-handling, #i-three-public-control").first.wait_for()
    tab.go(f"{address}/indicator/three-public-control").accessible("form")
    limit = {"zh": "<= 101%", "en": "<= 102%"}[tab.language]
    tab.label("满分条件", "Full points where").fill("<= 95 万元")
    saved(tab)
    tab.page.get_by_role("alert").get_by_text("unit-mismatch").wait_for()
    tab.accessible("wrong-unit")
    tab.label("满分条件", "Full points where").fill(limit)
    tab.button("看看改后的意思", "See what it would say").click()
    tab.page.locator("#then").wait_for()
    assert limit.removeprefix("<= ") in tab.page.locator("section", has=tab.page.locator("#then")).inner_text()
    tab.accessible("what-it-would-say")
    saved(tab)
    tab.page.wait_for_url(f"**{address}*")
    tab.go(f"{address}/cases").accessible("cases-before")
    tab.button("运行个案", "Run the cases").click()
    done(tab)
    tab.page.locator(".score").wait_for()
    tab.accessible("cases")
    tab.go(f"{address}/impact").accessible("impact-before")
    tab.label("评价总体", "Population").select_option("cases")
    tab.button("算出影响", "Work out the impact").click()
    done(tab)
    tab.page.locator("#sides").wait_for()
    tab.accessible("impact")
    published(tab, address)


def published(tab: Tab, address: str) -> None:
    """The form of publication; cases at the old limit fail, which needs a reason."""
    tab.go(f"{address}/publish").accessible("publish-before")
    version = f"2.{tab.language}"
    tab.label("版本(没有用过的)", "Version (not used before)").fill(version)
    tab.button("发布…", "Publish…").click()
    tab.page.locator("#failing").wait_for()
    tab.accessible("publish-reason")
    tab.page.get_by_label(tab.t("理由", "Why it is published")).fill("个案随后补上 the cases follow")
    tab.button("发布…", "Publish…").click()
    tab.sees("也不能收回", "cannot be withdrawn")
    tab.accessible("publish-confirm")
    tab.button(f"确认发布 {version}", f"Publish {version}").click()
    tab.sees(f"已发布 {version}", f"{version} is published")
    tab.accessible("published")


def test_completion_and_mending_by_keyboard(policy: Tab) -> None:
    tab = policy
    address = open_rulebook(tab, "昆明市")
    tab.go(f"{address}/edit/management.yaml#L48")
    tab.page.locator(".cm-content").wait_for()
    tab.page.wait_for_function("document.activeElement.classList.contains('cm-content')")
    tab.page.wait_for_load_state("networkidle")
    tab.press("End", "Enter")
    tab.page.keyboard.type("missi", delay=40)
    option = tab.page.locator(".cm-tooltip-autocomplete li[aria-selected]")
    option.wait_for()
    assert "缺数时" in option.inner_text()
    tab.accessible("completion")
    tab.page.wait_for_timeout(150)  # a list that has just opened does not take keys yet
    tab.press("Enter")
    tab.page.keyboard.type("unde", delay=40)
    option.filter(has_text="undetermined").wait_for()
    tab.page.wait_for_timeout(150)
    tab.press("Enter")
    assert "    missing: undetermined\n" in tab.page.locator("textarea#text").input_value()
    title = tab.page.locator("strong[data-title]")
    title.filter(has_text=tab.t("“三公经费”控制率", "Control rate of the three public expenses")).wait_for()
    tab.page.locator("[data-old]").wait_for(state="hidden")
    assert tab.page.locator("[data-problems] li.error").count() == 0


def test_a_problem_with_a_way_out_is_mended_by_its_button(policy: Tab) -> None:
    tab = policy
    address = open_rulebook(tab, "昆明市")
    tab.go(f"{address}/edit/rulebook.yaml")
    tab.page.locator(".cm-content").wait_for()
    text = tab.page.locator("textarea#text").input_value()
    text = text.replace("uncertain: 报告只说", "quote: 报告只说", 1)  # what is said to be uncertain is not told again
    put(tab, text.replace("{grade: 良, from: 80}", "{grade: 良, from: 80, to: 89}", 1))
    mend = tab.page.locator("button[data-fix]").first
    mend.wait_for()
    tab.accessible("way-out")
    mend.click()
    assert "{grade: 良, from: 80, below: 90}" in tab.page.locator("textarea#text").input_value()
    mend.wait_for(state="detached")


def test_two_people_see_both_edits(policy: Tab) -> None:
    tab = policy
    address = open_rulebook(tab, "财预〔2020〕10号")
    at = f"{address}/edit/rulebook.yaml"
    other = tab.page.context.new_page()
    for page in (tab.page, other):
        page.goto(at)
        page.locator(".cm-content").wait_for()
    text = tab.page.locator("textarea#text").input_value()
    other.locator(".cm-content").click()
    other.keyboard.press("Control+Home")
    other.keyboard.insert_text(f"# first {tab.language}\n")
    other.locator("button[data-save]").click()
    other.wait_for_url("**saved=*")
    other.close()
    put(tab, f"# second {tab.language}\n{text}")
    saved(tab)
    tab.page.locator("#stale").wait_for()
    tab.accessible("both-edits")
    held = tab.page.locator("textarea#text").input_value()
    assert f"# first {tab.language}" in held and f"# second {tab.language}" in held and "<<<<<<<" in held


def test_pages_around_a_rulebook(policy: Tab) -> None:
    tab = policy
    address = open_rulebook(tab, "财预〔2013〕53号")
    for path in ("/files", "/versions", "/coverage", "/compare?old=1&new=1", "/edit/sources/README.md"):
        tab.go(f"{address}{path}").accessible(path.strip("/").split("?")[0].replace("/", "-"))
    tab.go("/rulebooks").accessible("list")
    tab.go("/rulebooks/new").accessible("new")
