"""A tab: what people do in it, what they see, and whether those who do not see it or use no mouse can do the same."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Locator, Page, Request

from tests.hegui.desk.browser import PASSWORD

# WCAG 2.1 AA, and what axe holds to be good practice besides.
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]


class Tab:
    """`complaints`: errors of the console, and whatever was asked of another machine."""

    def __init__(self, page: Page, language: str, folder: Path, name: str) -> None:
        self.page, self.language = page, language
        self.complaints: list[str] = []
        self._folder, self._name, self._shots = folder, name, 0
        page.set_default_timeout(30_000)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._request)

    def t(self, zh: str, en: str) -> str:
        """The words in this tab's language."""
        return zh if self.language == "zh" else en

    def go(self, path: str) -> Tab:
        """Type an address."""
        self.page.goto(path)
        return self

    def log_in(self, name: str) -> Tab:
        """Come in by the door."""
        self.go("/login")
        self.label("用户名", "Name").fill(name)
        self.label("密码", "Password").fill(PASSWORD)
        self.button("登录", "Log in").click()
        self.page.wait_for_url("**/")
        return self

    def label(self, zh: str, en: str) -> Locator:
        """The control with this label (or a beginning of it)."""
        return self.page.get_by_label(self.t(zh, en)).first

    def button(self, zh: str, en: str) -> Locator:
        """The button with this name."""
        return self.page.get_by_role("button", name=self.t(zh, en)).first

    def link(self, zh: str, en: str) -> Locator:
        """The link with this name."""
        return self.page.get_by_role("link", name=self.t(zh, en)).first

    def sees(self, zh: str, en: str = "") -> None:
        """Wait until these words are there to be seen."""
        self.page.get_by_text(self.t(zh, en or zh)).first.wait_for()

    def shot(self, what: str) -> None:
        """Keep a picture of the whole page."""
        self._shots += 1
        self._folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=self._folder / f"{self._name}-{self._shots:02d}-{what}.png", full_page=True)

    def accessible(self, what: str) -> None:
        """Nothing on this page keeps anybody out, as far as a program can tell; with a picture of it."""
        self.shot(what)
        self.page.evaluate(_axe())
        found: dict[str, Any] = self.page.evaluate(
            "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})", _RULES
        )
        told = [
            f"{one['id']} ({one['impact']}): {one['help']}: {node['target']} {node['failureSummary']}"
            for one in found["violations"]
            for node in one["nodes"][:3]
        ]
        assert not told, f"{self.page.url}\n" + "\n".join(told)

    def press(self, *keys: str) -> None:
        """Keys, one after another."""
        for key in keys:
            self.page.keyboard.press(key)

    def tab_to(self, target: Locator, most: int = 80) -> None:
        """Reach a control with the tab key alone, and see where one is."""
        for _ in range(most):
            if target.evaluate("one => one === document.activeElement"):
                outline = target.evaluate("one => getComputedStyle(one).outlineStyle")
                assert outline != "none", "one cannot see where the focus is"
                return
            self.press("Tab")
        raise AssertionError("the tab key does not lead there")

    def _console(self, message: ConsoleMessage) -> None:
        # A page that answers 4xx says so in the console; whether it should is for the test to say. And while one types into an
        # editor, Chromium tries styles of its own on what is typed; ours are looked for in the templates.
        known = ("status of 4", "Applying inline style")
        if message.type == "error" and not any(words in message.text for words in known):
            self.complaints.append(message.text)

    def _request(self, request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:", "about:")):
            self.complaints.append(f"asked of another machine: {request.url}")


@cache
def _axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
