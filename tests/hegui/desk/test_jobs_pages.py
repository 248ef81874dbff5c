"""Work in the background, watched and cancelled in the browser."""

from __future__ import annotations

from time import sleep
from typing import cast

from starlette.datastructures import FormData
from starlette.requests import Request

from hegui.desk.store.accounts import Session
from hegui.desk.web.jobs import start
from hegui.desk.web.layingout import folder_of, within
from hegui.desk.web.visit import Visit
from hegui.desk.work.jobs import Job
from tests.hegui.desk.browser import Browser, Served, somebody


def reading(served: Served, owner: str = "auditor", once: str = "1") -> Job:
    """A job of somebody's that reads the report of the rulebook that comes along."""
    desk = served.desk
    found = [one for one in desk.accounts.listed() if one.name == owner]
    user = found[0] if found else somebody(desk, "auditor", owner)
    rulebook = next(one for one in desk.publications.listed() if one.rulebook == "kunming-2017")
    version = desk.folders.version(rulebook.folder, rulebook.n)
    assert version is not None
    form = FormData({"once": once})
    visit = Visit(cast(Request, None), desk, Session(user, "", ""), "en", "", form)
    request = {
        "rules": folder_of(version),
        "folder": folder_of(version),
        "sources": [within("folder", "sources/report.txt")],
    }
    return start(visit, "read", request, "Reading <b>the report</b>")


def ended(browser: Browser, job: Job) -> Browser:
    """Look at the page until the work is over, as a browser without scripts does."""
    for _ in range(600):
        browser.get(f"/jobs/{job.id}")
        if 'http-equiv="refresh"' not in browser.page:
            return browser
        sleep(0.1)
    raise AssertionError(browser.page)


def test_a_job_goes_on_by_itself(served: Served) -> None:
    browser = served.visitor("auditor")
    job = reading(served)
    assert reading(served).id == job.id  # the same form sent twice
    ended(browser, job)
    assert ">done<" in browser.page and "&lt;b&gt;" in browser.page, browser.page
    browser.get("/jobs")
    assert f"/jobs/{job.id}" in browser.page


def test_nobody_sees_the_work_of_others_but_the_administrator(served: Served) -> None:
    job = reading(served, "auditor")
    somebody(served.desk, "auditor", "other")
    other = served.visitor().log_in("other")
    assert other.get(f"/jobs/{job.id}").status == 404
    assert job.id not in other.get("/jobs").page
    assert served.visitor("admin").get(f"/jobs/{job.id}").status == 200


def test_a_job_is_cancelled_and_done_again(served: Served) -> None:
    browser = served.visitor("auditor")
    job = reading(served)
    browser.get(f"/jobs/{job.id}").send(f"/jobs/{job.id}/cancel")
    assert browser.at == f"/jobs/{job.id}" and ">cancelled<" in browser.page
    browser.send(f"/jobs/{job.id}/again")
    again = browser.at.rsplit("/", 1)[1]
    assert again != job.id
    stored = served.desk.jobs.store.get(again)
    assert stored is not None
    assert ">done<" in ended(browser, stored).page


def test_files_of_a_job_lead_nowhere_else(served: Served) -> None:
    browser = served.visitor("auditor")
    job = reading(served)
    ended(browser, job)
    for path in ("../../desk.sqlite", "..%2f..%2fdesk.sqlite", "%2fetc%2fpasswd", "nothing"):
        assert browser.get(f"/jobs/{job.id}/files/{path}").status == 404
