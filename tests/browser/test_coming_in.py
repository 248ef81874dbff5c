"""Coming in, in both languages, with and without a mouse."""

from __future__ import annotations

from tests.browser.tab import Tab
from tests.hegui.desk.browser import PASSWORD


def test_logging_in_with_the_keyboard_alone(tab: Tab) -> None:
    tab.go("/").accessible("login")
    tab.tab_to(tab.label("用户名", "Name"))
    tab.page.keyboard.type("auditor")
    tab.tab_to(tab.label("密码", "Password"))
    tab.page.keyboard.type(PASSWORD)
    tab.press("Enter")
    tab.sees("您好", "Hello")
    tab.accessible("home")
    tab.press("Tab")
    assert tab.page.evaluate("document.activeElement.getAttribute('href')") == "#main"  # the first stop skips the menu
    tab.press("Enter")
    assert tab.page.evaluate("document.activeElement.id") == "main"


def test_a_wrong_password_is_told_to_those_who_listen(tab: Tab) -> None:
    tab.go("/login")
    tab.label("用户名", "Name").fill("auditor")
    tab.label("密码", "Password").fill("something else")
    tab.button("登录", "Log in").click()
    tab.page.get_by_role("alert").get_by_text(tab.t("用户名或密码不对", "the name or the password is wrong")).wait_for()
    tab.accessible("wrong")


def test_the_other_language_is_one_click_away(tab: Tab) -> None:
    tab.go("/login?then=/ledger")
    tab.link("English", "中文").click()
    assert tab.page.locator("html").get_attribute("lang") == tab.t("en", "zh-CN")
    assert "then=" in tab.page.url


def test_the_administrator_adds_somebody(tab: Tab) -> None:
    tab.log_in("admin")
    tab.link("用户", "Users").click()
    tab.accessible("users")
    name = f"wang-{tab.language}"
    form = tab.page.locator("form[action='/users']")
    form.get_by_label(tab.t("用户名", "Name")).fill(name)
    form.get_by_label(tab.t("显示为", "Shown as")).fill("王某")
    form.get_by_label(tab.t("密码", "Password")).fill(PASSWORD)
    form.get_by_label(tab.t("再输入一次", "Once more")).fill(PASSWORD)
    tab.button("添加", "Add").click()
    tab.sees("已保存", "Saved")
    tab.page.get_by_role("rowheader", name=name).wait_for()


def test_pages_everybody_has(tab: Tab) -> None:
    tab.log_in("viewer")
    for path in ("/account", "/ledger", "/nowhere", "/users"):
        tab.go(path).accessible(path.strip("/"))
