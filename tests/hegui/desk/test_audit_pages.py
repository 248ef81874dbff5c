"""Published reports audited in the browser, and assessments side by side."""

from __future__ import annotations

import re
from html import unescape
from time import monotonic, sleep

from tests.hegui.desk.browser import Browser, Served
from tests.hegui.desk.cases import REPORT, made, rulebook

OTHER = """format: hegui/case/v1
subject: {id: another, name: 市某某局}
period: 2017
facts:
  中长期规划目标明确合理: {value: 否, basis: judged}
"""
YEAR = """format: hegui/case/v1
subject: {id: another, name: 市某某局}
period: %d
"""


def audited(browser: Browser, name: str = REPORT.name, data: bytes | None = None, **fields: str) -> Browser:
    """Send a report and wait until it was audited."""
    files = {"report": (name, REPORT.read_bytes() if data is None else data)}
    browser.get("/audits").send("/audits", fields, files=files)
    until = monotonic() + 90
    while 'http-equiv="refresh"' in browser.page and monotonic() < until:
        sleep(0.3)
        browser.get(browser.at)
    return browser


def told(browser: Browser) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", browser.page)))


def test_a_report_is_audited_beside_its_text(served: Served) -> None:
    browser = audited(served.visitor("auditor"), publication=rulebook(served))
    page, at = told(browser), browser.at
    assert "Points claimed : 96.00" in page.replace("claimed:", "claimed :") and "27 findings" in page
    assert "proven 1.00 unproven 93.50 contradicted 1.50" in page
    for target in re.findall(r'href="#((?:mark|finding)-[\d-]+)"', browser.page):
        assert f'id="{target}"' in browser.page, target  # linked both ways
    marks = re.findall(r'<mark id="mark-3-\d+" class="error"><a href="#finding-3"[^>]*>([^<]+)', browser.page)
    assert marks[0] == "49个三级指标"
    browser.get(f"{at}?severity=error")
    assert len(re.findall(r'<article class="finding (\w+)"', browser.page)) == 10
    assert 'class="finding warning"' not in browser.page and 'class="warning"><a' not in browser.page
    for name, start in (("audit.xlsx", b"PK"), ("audit.json", b"{"), ("audit.sarif", b"{")):
        answer = browser.client.get(f"{at}/{name}")
        assert answer.content.startswith(start) and "attachment" in answer.headers["content-disposition"]
    assert browser.client.get(f"{at}/..%2f..%2fdesk.sqlite").status_code == 404


def test_a_case_is_made_of_an_audited_report(served: Served) -> None:
    browser = audited(served.visitor("auditor"))
    link = re.search(r'href="(/cases/new\?audit=[^"]+)"', browser.page)
    assert link
    browser.get(link[1])
    kept = re.search(r'name="kept" value="([^"]+)" checked', browser.page)
    assert kept
    browser.send("/cases/new", {"kept": unescape(kept[1]), "publication": rulebook(served)})
    assert browser.at.startswith("/cases/c") and "96.00 / 100.00" in told(browser)


def test_what_is_no_report_is_told_in_words(served: Served) -> None:
    browser = audited(served.visitor("auditor"), "报告.docx", b"\x7fELF" + bytes(100))
    assert "failed" in told(browser) and "report" not in browser.at
    assert str(served.desk.settings.data) not in browser.page
    browser.get("/audits").send("/audits")
    assert browser.status == 400 and "no file was chosen" in browser.page


def test_hostile_reports_and_names_stay_text(served: Served) -> None:
    nasty = "<script>alert(1)</script>"
    report = f"部门自评得分96.00分。{nasty}\n三级指标50个。{nasty}".encode()
    browser = audited(served.visitor("auditor"), f'"{nasty}=1+1.txt', report)
    assert browser.status == 200 and "<script>alert" not in browser.page
    assert "<script>alert" not in browser.get("/audits").page


def test_two_departments_side_by_side(served: Served) -> None:
    browser = made(served.visitor("auditor"), served)
    first = browser.at.split("/")[2]
    second = made(browser, served, ("某局.yaml", OTHER.encode())).at.split("/")[2]
    browser.get(f"/compare?case={second}&case={first}")
    page = told(browser)
    assert "96.00 / 100.00 优" in page and "Total" in page and 'role="img"' in browser.page
    row = re.search(r'<tr class="indicator"><th scope="row">[^<]*medium.*?</tr>', browser.page, re.DOTALL)
    assert row and "2.00" in row[0] and "0.00" in row[0] and "2.00" in row[0], page
    every = browser.page.count('<tr class="indicator">')
    assert every == 71
    browser.get(f"/compare?case={second}&case={first}&differ=yes")
    assert 0 < browser.page.count('<tr class="indicator">') <= every
    assert f"case={first}" in browser.get("/compare").page  # both are of 2017
    assert browser.get("/compare?case=nowhere&case=x").status == 200


def test_years_of_a_department_stand_in_their_order(served: Served) -> None:
    browser, ids = served.visitor("auditor"), []
    for year in (2019, 2018):
        case = made(
            browser, served, (f"{year}.yaml", (YEAR % year).encode()), publication=rulebook(served, "mof-2013-53")
        )
        ids.append(case.at.split("/")[2])
    browser.get(f"/compare?case={ids[0]}&case={ids[1]}")
    assert re.findall(r"<br>(\d{4})</a></th>", browser.page) == ["2018", "2019"], told(browser)


def test_what_cannot_be_scored_is_named(served: Served) -> None:
    browser = made(served.visitor("auditor"), served)
    first = browser.at.split("/")[2]
    late = made(browser, served, ("2018.yaml", (YEAR % 2018).encode())).at.split("/")[2]
    assert "no score yet" in told(browser) and "2018" in told(browser)
    page = told(browser.get(f"/compare?case={first}&case={late}"))
    assert "市某某局 2018 has no score yet" in page and browser.status == 200
