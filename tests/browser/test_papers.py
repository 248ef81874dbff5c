"""The page of an assessment in a real browser, opened from a folder: links, what unfolds, keyboard, accessibility, paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from facts.model import BASES, Basis
from facts.problem import Language
from hegui.papers.write import write_paper
from tests.browser.conftest import SCREENSHOTS
from tests.browser.tab import Tab
from tests.hegui.papers.reading import kunming


@pytest.fixture(params=[("zh", BASES), ("en", ("figure",))], ids=["zh", "en-figures"])
def paper(request: pytest.FixtureRequest, chromium: Browser, tmp_path: Path) -> Iterator[Tab]:
    language: Language
    accept: tuple[Basis, ...]
    language, accept = request.param
    file = tmp_path / "report.html"
    file.write_bytes(write_paper(*kunming(accept), "html", language))
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    tab = Tab(
        context.new_page(), language, SCREENSHOTS / "test_papers", request.node.name.replace("[", "-").rstrip("]")
    )
    yield tab.go(file.as_uri())
    context.close()
    wrong = [one for one in tab.complaints if file.name not in one]
    assert not wrong, wrong


def test_nothing_keeps_anybody_out(paper: Tab) -> None:
    paper.accessible("whole")
    paper.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    paper.accessible("unfolded")


def test_a_score_leads_to_its_trail_which_unfolds_and_on_to_the_words_it_rests_on(paper: Tab) -> None:
    page = paper.page
    trail = page.locator("#t69")
    assert not trail.is_visible()
    page.locator("a[href='#t69']").first.click()
    trail.wait_for(state="visible")
    fact = trail.locator("a[href^='#f']").first
    row = page.locator(str(fact.get_attribute("href")))
    fact.click()
    assert "《" in row.inner_text() or "at 5" in row.inner_text()
    assert row.evaluate("one => one.matches(':target')")


def test_the_keyboard_alone_unfolds_a_trail(paper: Tab) -> None:
    summary = paper.page.locator("summary").first
    summary.focus()
    paper.press("Tab", "Shift+Tab")
    paper.tab_to(summary)
    paper.press("Enter")
    assert summary.evaluate("one => one.parentElement.open")


def test_it_prints_as_the_report_without_the_trails(paper: Tab) -> None:
    page = paper.page
    page.emulate_media(media="print")
    assert page.locator("details").first.evaluate("one => getComputedStyle(one).display") == "none"
    assert page.pdf(format="A4")[:5] == b"%PDF-"
    wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide[0] <= wide[1] + 1
