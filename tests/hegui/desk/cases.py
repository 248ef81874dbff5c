"""The seed's department at the desk: its report, and the rulebook it is scored by."""

from __future__ import annotations

from pathlib import Path

from tests.hegui.desk.browser import Browser, Served

KUNMING = Path(__file__).resolve().parents[3] / "rules/kunming-2017"
REPORT = KUNMING / "sources/report.txt"


def rulebook(served: Served, name: str = "kunming-2017") -> str:
    """The id of the publication of that rulebook."""
    return next(one.id for one in served.desk.publications.listed() if one.rulebook == name)


def made(browser: Browser, served: Served, *files: tuple[str, bytes], **fields: str) -> Browser:
    """Send the form of a new case with these files; the seed's report where none is named."""
    browser.get("/cases/new")
    sent = [("files", one) for one in files or ((REPORT.name, REPORT.read_bytes()),)]
    return browser.send("/cases/new", {"publication": rulebook(served), **fields}, files=sent)
