"""From a change to its publication, through a real server and real workers: cases, impact, version and days."""

from __future__ import annotations

import io
import re
import time
from html import unescape
from pathlib import Path

import openpyxl
import pytest

from hegui.desk.store.folders import Version
from hegui.desk.web.rulebooks.impact import drawn
from hegui.desk.web.rulebooks.publishing import next_version, overlaps
from tests.hegui.desk.browser import Browser, Served
from tests.hegui.desk.test_rulebooks import kunming, text_on

UNITS = "单位编号,单位名称,三公经费控制率\na,甲局,102%\nb,乙局,80%\nc,丙局,\n"


@pytest.fixture
def book(served: Served) -> Version:
    """The rulebook of Kunming with the one case it was made for: the others take their time."""
    base = kunming(served)
    files = {
        path: blob
        for path, blob in base.files.items()
        if path not in ("cases/indicators-list.yaml", "cases/whole-list.yaml")
    }
    return served.desk.folders.save(base, files, "policy", "fewer cases")


def set_value(browser: Browser, home: str, indicator: str, **values: str) -> Browser:
    at = f"{home}/indicator/{indicator}"
    return browser.get(at).send(at, {name.replace("__", "."): value for name, value in values.items()} | {"do": "save"})


def until_done(browser: Browser, at: str, seconds: int = 90) -> Browser:
    """Look again, as a page without scripts does, until the work is over."""
    end = time.monotonic() + seconds
    browser.get(at)
    while "<progress" in browser.page and time.monotonic() < end:
        time.sleep(0.3)
        browser.get(at)
    return browser


def publish(browser: Browser, home: str, **fields: str) -> Browser:
    browser.get(f"{home}/publish").send(f"{home}/publish", {name.rstrip("_"): one for name, one in fields.items()})
    return confirm(browser, home) if browser.status == 200 else browser


def confirm(browser: Browser, home: str) -> Browser:
    assert "cannot be withdrawn" in browser.page, browser.page
    return browser.send(f"{home}/publish", {"confirmed": "yes"})


def test_a_change_is_tried_weighed_and_published(served: Served, book: Version) -> None:
    home = f"/rulebooks/{book.folder}"
    browser = served.visitor("policy")
    set_value(browser, home, "three-public-control", score__full="<= 105%")
    until_done(browser.get(f"{home}/cases").send(f"{home}/run", do="cases"), f"{home}/cases")
    assert "1 pass" in browser.page and "failure" not in browser.page
    browser.get(f"{home}/publish")
    assert "all cases pass" in browser.page and "not looked at" in browser.page and 'value="1.1"' in browser.page
    browser.get(f"{home}/impact").send(
        f"{home}/impact", {"old": "1", "new": "3"}, files={"upload": ("单位.csv", UNITS.encode())}
    )
    until_done(browser, browser.at)
    # What else the units are, nobody has said: a total may stand at its cap, so the change is somewhere between 0 and 1.
    assert "3 units" in browser.page and "0 gain, 0 lose, 1 unchanged, 2 open" in browser.page, browser.page
    assert "0.00 / +1.00" in browser.page
    assert served.desk.folders.listed("population")[0][0].title == "单位"
    publish(browser, home, version="1.1", from_="2018-01-01", to="", note="wider")
    assert "1.1 is published" in browser.page
    of_2018 = next(one for one in served.desk.publications.for_day("2018-12-31") if one.rulebook == "kunming-2017")
    of_2017 = next(one for one in served.desk.publications.for_day("2017-12-31") if one.rulebook == "kunming-2017")
    assert (of_2018.version, of_2018.n, of_2018.note, of_2018.by) == ("1.1", 4, "wider", "policy")
    assert of_2017.version == "1.0"
    saved = served.desk.folders.version(book.folder, 4)
    assert saved is not None
    text = served.desk.folders.read(saved, "rulebook.yaml").decode()
    assert 'version: "1.1"' in text and "effective: {from: 2018-01-01}" in text and "# 自评依据" in text


def test_the_units_that_move_are_named_with_the_edit_that_moves_them(served: Served, book: Version) -> None:
    home = f"/rulebooks/{book.folder}"
    browser = served.visitor("policy")
    at = f"{home}/edit/decision.yaml"
    text = text_on(browser.get(at))
    begin = text.index("- points: 1\n          when: any 绩效目标")
    browser.send(at, {"text": f"{text[:begin]}- points: 2{text[begin + 11 :]}", "do": "save"})
    browser.get(f"{home}/impact").send(f"{home}/impact", {"old": "2", "new": "3", "population": "cases"})
    until_done(browser, browser.at)
    assert "1 unit ·" in browser.page and "0 gain, 1 lose, 0 unchanged, 0 open" in browser.page, browser.page
    assert "昆明市人民政府办公厅" in browser.page
    assert "Soundness of performance targets -1.00" in browser.page
    data = browser.client.get(f"{browser.at}/difference.xlsx").content
    assert openpyxl.load_workbook(io.BytesIO(data)).sheetnames
    assert browser.client.get(f"{browser.at}/..%2F..%2Fdesk.sqlite").status_code == 404
    other = served.visitor("viewer").get(browser.at)
    assert "昆明市人民政府办公厅" in other.page


STAFF = "unit_id,name,编制数(名),在职人员数(名),部门预算数\n001,甲局,100,105,5000\n002,乙局,100,112,5000\n003,丙局,100,100,5000\n004,丁局,100,,\n"


def test_what_is_certain_is_told_also_where_totals_are_open(served: Served, book: Version) -> None:
    """Staff up to 110% instead of 100%, two points instead of one: +1, -1, 0, open by hand; a section floor keeps totals open."""
    home = f"/rulebooks/{book.folder}"
    browser = served.visitor("policy")
    set_value(browser, home, "staff-control", score__full="<= 110%", points="2")
    browser.get(f"{home}/impact").send(
        f"{home}/impact", {"old": "2", "new": "3"}, files={"upload": ("单位.csv", STAFF.encode())}
    )
    until_done(browser, browser.at)
    page = unescape(browser.page)
    assert "0 gain, 0 lose, 1 unchanged, 3 open" in page and "No change of a total is certain" in page, page
    assert "No unit moves" not in page and "No score changes" not in page
    moves = dict(re.findall(r"<th scope=\"row\">(.局).*?<strong>([^ <]*)", page))
    assert moves == {"甲局": "+1.00", "乙局": "-1.00", "丁局": "open"}
    assert "-1.00 / +1.00" in page and "mean change of the 1 whose change is known" in page
    # The column without a unit is told once, with what to do.
    assert page.count("unit-missing") == 1 and "2 more like it (rows " in page
    assert "Name the unit in the header" in page
    page = browser.get(f"{home}/publish").page
    assert "3 undetermined" in page and "that is not “no effect”" in page


def test_what_a_case_should_give_is_told_in_words(served: Served, book: Version) -> None:
    """No keys of the file format and no notation of a programming language in the table of a case that fails."""
    home = f"/rulebooks/{book.folder}"
    browser = served.visitor("policy", "zh")
    path = f"{home}/edit/cases/kunming-2017.yaml"
    text = text_on(browser.get(path))
    assert text.count("expect:") == 1
    head, _, _ = text.partition("expect:")
    expected = "expect:\n  indicators:\n    staff-control: {verdict: not_met, reasons: [编制没有满员]}\n"
    browser.send(path, {"text": head + expected, "do": "save"})
    until_done(browser.get(f"{home}/cases").send(f"{home}/run", do="cases"), f"{home}/cases")
    page = unescape(browser.page)
    assert "不符 1" in page, page
    rows = re.findall(r"<td>([^<]*) <span class=\"quiet\">([^<]*)</span></td><td>([^<]*)</td><td>([^<]*)</td>", page)
    assert ("判定", "未达标", "达标") in [row[1:] for row in rows]
    assert ("扣分理由", "“编制没有满员”") in [row[1:3] for row in rows]
    assert "{'" not in page and "not_met" not in page


def test_a_rulebook_with_errors_is_not_published(served: Served, book: Version) -> None:
    home = f"/rulebooks/{book.folder}"
    at = f"{home}/edit/management.yaml"
    browser = served.visitor("policy").get(at)
    browser.send(at, {"text": "id: [", "do": "save"})
    browser.get(f"{home}/publish")
    assert "it cannot be published until they are mended" in browser.page
    browser.send(f"{home}/publish", {"version": "2", "from": "2018-01-01"})
    assert browser.status == 400 and "a rulebook with errors cannot be published" in browser.page
    assert len(served.desk.publications.of_folder(book.folder)) == 1


def test_failing_cases_need_a_reason_that_is_kept(served: Served, book: Version) -> None:
    home = f"/rulebooks/{book.folder}"
    browser = served.visitor("policy")
    set_value(browser, home, "team-building", points="5")
    publish(browser, home, version="2", from_="2017-06-01", to="2017-12-31")
    assert browser.status == 400 and "not every case gives what it should" in browser.page
    assert "1.0 (2017-01-01 – 2017-12-31)" in browser.page
    assert "expected " in browser.page and ", found " in browser.page
    form = {"version": "2", "from": "2017-06-01", "to": "2017-12-31", "reason": "the case follows next week"}
    browser.send(f"{home}/publish", form)
    assert "2 is used instead on the days both are in force" in browser.page
    confirm(browser, home)
    assert "2 is published" in browser.page, browser.page
    assert "because: the case follows next week" in served.desk.publications.of_folder(book.folder)[0].note


def test_nothing_is_published_before_it_is_confirmed(served: Served, book: Version) -> None:
    home = f"/rulebooks/{book.folder}"
    browser = served.visitor("policy").get(f"{home}/publish")
    assert 'name="reason"' in browser.page
    fields = {"version": "2018-1", "from": "2018-01-01", "to": "", "note": "wider"}
    browser.send(f"{home}/publish", fields)
    assert browser.status == 200 and "2018-01-01 – open" in browser.page and "cannot be withdrawn" in browser.page
    assert "on 2018-01-01 or later use these rules" in browser.page
    assert len(served.desk.publications.of_folder(book.folder)) == 1
    assert served.desk.folders.latest(book.folder).n == book.n
    browser.send(f"{home}/publish", {"confirmed": "no"})
    assert browser.status == 200 and 'value="2018-1"' in browser.page and "wider" in browser.page
    assert len(served.desk.publications.of_folder(book.folder)) == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"version": "1.0", "from": "2018-01-01"}, "version 1.0 was published before"),
        ({"version": "", "from": "2018-01-01"}, "cannot name a version"),
        ({"version": "../../etc", "from": "2018-01-01"}, "cannot name a version"),
        ({"version": "=1+1", "from": "2018-01-01"}, "cannot name a version"),
        ({"version": "=昆明<b>", "from": "2018-01-01"}, "Only letters, digits, dots"),
        ({"version": "2", "from": "01/02/2018"}, "is no day"),
        ({"version": "2", "from": "2018-02-30"}, "is no day"),
        ({"version": "2", "from": "2018-12-31", "to": "2018-01-01"}, "it ends before it begins"),
        (
            {"version": "<script>alert(1)</script>=1+1\n", "from": "2018-01-01", "note": "x" * 3000},
            "at most 2000 characters",
        ),
    ],
)
def test_what_cannot_be_published_is_told_and_nothing_saved(
    served: Served, book: Version, fields: dict[str, str], said: str
) -> None:
    home = f"/rulebooks/{book.folder}"
    browser = served.visitor("policy").get(f"{home}/publish").send(f"{home}/publish", fields)
    assert browser.status == 400 and said in unescape(browser.page) and "<script>alert" not in browser.page
    assert served.desk.folders.latest(book.folder).n == book.n


def test_publishing_twice_by_one_press_publishes_once_and_a_stale_page_does_nothing(
    served: Served, book: Version
) -> None:
    home = f"/rulebooks/{book.folder}"
    browser, other = served.visitor("policy"), served.visitor("admin").get(f"{home}/publish")
    browser.get(f"{home}/publish").send(f"{home}/publish", {"version": "2", "from": "2017-01-01", "to": "2017-12-31"})
    form = browser.form(f"{home}/publish") | {"confirmed": "yes"}
    answers = [browser.client.post(f"{home}/publish", data=form) for _ in range(2)]
    assert all("2 is published" in one.text for one in answers)
    other.send(f"{home}/publish", {"version": "3", "from": "2017-01-01"})
    assert other.status == 409 and "while you were editing" in other.page
    assert [one.version for one in served.desk.publications.of_folder(book.folder)] == ["2", "1.0"]


def test_papers_are_taken_away_and_an_edited_workbook_comes_back(served: Served, book: Version) -> None:
    home = f"/rulebooks/{book.folder}"
    browser = served.visitor("policy")
    for kind in ("docx", "html", "xlsx"):
        answer = browser.client.get(f"{home}/table.{kind}")
        assert answer.status_code == 200 and len(answer.content) > 10_000, kind
    workbook = openpyxl.load_workbook(io.BytesIO(browser.client.get(f"{home}/workbook.xlsx").content))
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.value == "<= 100%"]
    cells[0].value = "<= 95%"
    stream = io.BytesIO()
    workbook.save(stream)
    browser.get(f"{home}/versions").send(f"{home}/import", {}, files={"upload": ("改.xlsx", stream.getvalue())})
    assert "Saved as version 3" in browser.page and "from the workbook 改.xlsx" in browser.page
    assert (
        served.desk.folders.latest(book.folder).files["cases/kunming-2017.yaml"]
        == book.files["cases/kunming-2017.yaml"]
    )
    assert "95%" in unescape(browser.get(f"{home}/compare?old=2&new=3").page)
    browser.get(f"{home}/versions").send(f"{home}/import", {}, files={"upload": ("x.xlsx", b"PK no workbook")})
    assert browser.status == 400 and served.desk.folders.latest(book.folder).n == 3


def test_coverage_is_looked_at_and_taken_away(served: Served, book: Version) -> None:
    home = f"/rulebooks/{book.folder}"
    browser = served.visitor("policy").get(f"{home}/coverage").send(f"{home}/run", do="cover")
    until_done(browser, f"{home}/coverage")
    assert "Exercised by no case" in browser.page and "places of the rules are exercised" in browser.page
    assert b"<html" in browser.client.get(f"{home}/coverage.html").content


def test_an_impact_needs_versions_and_somebody_to_try_it_on(served: Served, book: Version, tmp_path: Path) -> None:
    home = f"/rulebooks/{book.folder}"
    browser = served.visitor("policy").get(f"{home}/impact")
    browser.send(f"{home}/impact", {"old": "1", "new": "2"})
    assert browser.status == 400 and "choose a population" in browser.page
    browser.send(f"{home}/impact", {"old": "1", "new": "99", "population": "cases"})
    assert browser.status == 400 and "choose two versions" in browser.page
    browser.send(f"{home}/impact", {"old": "1", "new": "2"}, files={"upload": ("表.csv", b"\xff\xfe no table")})
    until_done(browser, browser.at)
    assert "It could not be done" in browser.page and str(tmp_path) not in browser.page


def test_the_next_version_is_one_nobody_has_used() -> None:
    assert next_version("1.9", {"1.9"}) == "1.10"
    assert next_version("二〇一八", {"二〇一八"}) == "二〇一八.1"


def test_days_overlap_at_their_ends_too(served: Served) -> None:
    own = [one for one in served.desk.publications.listed() if one.rulebook == "kunming-2017"]
    assert overlaps(own, "2017-12-31", None) == own == overlaps(own, "2016-01-01", "2017-01-01")
    assert overlaps(own, "2018-01-01", None) == [] == overlaps(own, "2016-01-01", "2016-12-31")


def test_changes_are_up_or_down_whatever_way_they_are_written() -> None:
    changes = ["1", "-1/3", "0", "0.00", "-0.5", None, "2/3"]
    impact = {
        "units": 7,
        "gain": 2,
        "lose": 2,
        "stay": 2,
        "undetermined": 1,
        "distribution": [],
        "clauses": [],
        "migration": [],
    }
    subjects = [{"change": one} for one in changes]
    found = drawn({**impact, "subjects": subjects})
    assert [one["change"] for one in found["gainers"]] == ["1", "2/3"]
    assert [one["change"] for one in found["losers"]] == ["-1/3", "-0.5"]
