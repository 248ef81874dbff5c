"""A real browser before a real desk. Screenshots of every step are kept under out/screenshots."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.tab import Tab
from tests.hegui.desk.browser import Served, served_in, somebody

SCREENSHOTS = Path(__file__).resolve().parents[2] / "out" / "screenshots"
# Without these it asks its makers' servers for news at every start.
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """While it is there an event loop runs in this thread, which tests of other files could not bear."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        assert "CI" not in os.environ, "in CI a browser must be there"
        pytest.skip("no Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_in(tmp_path_factory.mktemp("desk") / "data", workers=2) as served:
        for role in ("auditor", "policy", "viewer", "admin"):
            somebody(served.desk, role)
        yield served


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def tab(chromium: Browser, desk: Served, language: str, request: pytest.FixtureRequest) -> Iterator[Tab]:
    """A browser of its own; what its console and its network complain of fails the test."""
    context = chromium.new_context(
        base_url=desk.address, locale="zh-CN" if language == "zh" else "en", viewport={"width": 1280, "height": 900},
        accept_downloads=True,
    )  # fmt: skip
    name = request.node.name.replace("/", "-").replace("[", "-").rstrip("]")
    tab = Tab(context.new_page(), language, SCREENSHOTS / request.node.path.stem, name)
    yield tab
    tab.shot("end")
    context.close()
    assert not tab.complaints, tab.complaints
