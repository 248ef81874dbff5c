"""Cases that meet with an accident: files too large, too strange or too slow, hostile names, a worker that dies."""

from __future__ import annotations

import os
import re
import signal
from dataclasses import replace
from html import unescape
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import pytest

from hegui.desk.web.cases import longreading
from tests.hegui.desk.browser import Browser, Served, served_in
from tests.hegui.desk.cases import REPORT, made, rulebook


def told(browser: Browser) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", browser.page)))


def none_made(served: Served) -> bool:
    return not served.desk.folders.listed("case")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("照片.txt", b"\x89PNG\r\n\x1a\n" + bytes(200), "PNG"),
        ("报表.xlsx", b"PK\x03\x04" + b"broken" * 40, "damaged"),
        ("程序.pdf", b"\x7fELF" + bytes(200), "unsupported-format"),
        ("空.docx", b"", "empty"),
    ],
)
def test_a_file_of_another_kind_is_told_and_nothing_is_saved(
    served: Served, name: str, data: bytes, words: str
) -> None:
    browser = made(served.visitor("auditor"), served, (name, data), name="市某某局", year="2017")
    assert browser.status == 400 and name in browser.page, told(browser)
    assert 'value="市某某局"' in browser.page and 'name="kept"' in browser.page  # what was typed and sent stays
    assert none_made(served)
    assert words in told(browser)
    assert not re.search(r'name="kept" value="[^"]+" checked', browser.page) and "no longer ticked" in browser.page
    assert str(served.desk.settings.data) not in browser.page


def test_a_file_beyond_the_limit_is_told_and_nothing_is_saved(tmp_path: Path) -> None:
    with served_in(tmp_path / "data", largest_upload=50_000) as served:
        browser = made(served.visitor("auditor"), served, ("大.txt", b"x" * 60_000), name="市某某局", year="2017")
        assert browser.status == 413 and "larger than" in told(browser) and 'value="市某某局"' in browser.page
        assert none_made(served) and not list((tmp_path / "data/blobs/incoming").iterdir())


def test_hostile_names_and_texts_are_words(served: Served) -> None:
    names = (
        "../../../etc/passwd",
        "<img src=x onerror=alert(1)>.txt",
        "=HYPERLINK(1).txt",
        "a" * 300 + ".txt",
        "\u202e.txt",
    )
    files = [(name, f"{REPORT.read_text('utf-8')}\n{n}".encode()) for n, name in enumerate(names)]
    browser = made(served.visitor("auditor"), served, *files, name="<script>alert(1)</script>", year="2017")
    assert browser.status in (200, 400) and "<script>alert" not in browser.page and "<img src=x" not in browser.page
    browser = made(served.visitor("auditor"), served, (names[1], REPORT.read_bytes()))
    (found,) = [path for path in served.desk.folders.latest(browser.at.split("/")[2]).files if path != "case.yaml"]
    assert found == "sources/_img src=x onerror=alert(1)_.txt"
    for path in ("", "/score", "/versions", "/papers", "/what-if"):
        assert "<img src=x" not in browser.get(f"/cases/{browser.at.split('/')[2]}{path}").page
    for place in ("source=report&at=<script>alert(1)</script>", "source=../../etc/passwd", "source=report&at=99999:1"):
        browser.get(f"/cases/{browser.at.split('/')[2]}/place?{place}")
        assert browser.status == 404 and "<script>alert" not in browser.page


def test_a_worker_that_is_killed_is_told_and_replaced(served: Served) -> None:
    browser = made(served.visitor("auditor"), served)
    case = browser.at
    killing = True

    def kill() -> None:
        while killing:
            for child in children():
                os.kill(child, signal.SIGKILL)
            sleep(0.02)

    assert children(), "the workers are children of the server"
    thread = Thread(target=kill)
    thread.start()
    try:
        browser.get(f"{case}/score?accept=figure")  # another question than was answered before
    finally:
        killing = False
        thread.join()
    assert browser.status < 500 and "work-" in browser.page, told(browser)
    until = monotonic() + 60
    while "details" not in browser.get(f"{case}/score?accept=figure").page and monotonic() < until:
        sleep(0.5)
    assert '<details class="indicator"' in browser.page


def children() -> list[int]:
    """The processes this one has started that are workers."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = (entry / "stat").read_text().rsplit(")", 1)[1].split()[1]
                ours = b"hegui.desk.work.worker" in (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if ours and parent == str(os.getpid()):
                found.append(int(entry.name))
    return found


def test_large_documents_are_read_while_one_does_something_else(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(longreading, "BIG", 1_000)
    browser = made(served.visitor("auditor"), served)
    case = browser.at
    assert "Reading the documents" in browser.page
    wait(browser, case)
    browser.send(f"{case}/reading")
    assert "96.00 / 100.00" in told(browser) and "昆明市人民政府办公厅" in told(browser), told(browser)
    version = served.desk.folders.latest(case.split("/")[2])
    assert version.n == 2 and not version.about["awaited"]
    assert [folder.title for folder, _ in served.desk.folders.listed("case")] == ["昆明市人民政府办公厅"]


def test_what_was_read_of_an_old_version_is_read_again(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = made(served.visitor("auditor"), served)
    case = browser.at
    monkeypatch.setattr(longreading, "BIG", 10)
    more = "预算执行率为100.00%。".encode()
    browser.send(f"{case}/sources", files={"files": ("补充.txt", more)})
    wait(browser, case)
    latest = served.desk.folders.latest(case.split("/")[2])
    served.desk.folders.save(latest, replace(latest).files, "somebody", "meanwhile", latest.about)
    browser.get(case)
    assert "a newer version" in told(browser)
    browser.send(f"{case}/reading")
    wait(browser, case)
    browser.send(f"{case}/reading")
    assert "The documents were read" in browser.page and "96.00 / 100.00" in told(browser)


def wait(browser: Browser, case: str) -> None:
    until = monotonic() + 90
    while 'http-equiv="refresh"' in browser.get(case).page and monotonic() < until:
        sleep(0.2)


def test_the_rulebook_can_be_another_one(served: Served) -> None:
    browser = made(served.visitor("auditor"), served)
    case = browser.at
    browser.get(f"{case}/versions")
    browser.send(f"{case}/rulebook", publication=rulebook(served, "mof-2013-53"))
    assert browser.at == case and served.desk.folders.latest(case.split("/")[2]).n == 2
