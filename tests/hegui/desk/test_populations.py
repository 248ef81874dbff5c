"""Populations in the browser: stored, scored, seen from above and one by one, by those who may."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import cast

import pytest

from hegui.desk.web.populations import units
from hegui.desk.web.populations.glance import drawn
from hegui.desk.web.visit import Visit
from tests.hegui.desk.browser import Browser, Served, served_in
from tests.hegui.desk.populations import NASTY, kunming, over, table_of, uploaded


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_in(tmp_path_factory.mktemp("desk") / "data") as served:
        yield served


@pytest.fixture(scope="module")
def population(served: Served) -> str:
    """One that was scored twice: as it is, and with another seed as a second population's run."""
    found = uploaded(served.visitor("auditor"), served, "市直部门", table_of(40))
    over(served, found)
    return found


def test_a_table_is_scored_and_seen_at_a_glance(served: Served, population: str) -> None:
    for language, words in (
        ("zh", ("得分分布", "个单位", "扣分")),
        ("en", ("Distribution of scores", "units", "Deductions")),
    ):
        browser = served.visitor("viewer", language).get(f"/populations/{population}")
        assert browser.status == 200
        assert all(word in browser.page for word in words)
        assert browser.page.count('<svg class="chart" role="img"') >= 4
        assert not re.search(r"<[^>]+\sstyle=", browser.page)  # the policy of the page forbids it
        assert "<strong>41</strong>" in browser.page


def test_the_page_shows_progress_without_scripts_and_the_work_can_be_cancelled(served: Served) -> None:
    browser = served.visitor("policy")
    found = uploaded(browser, served, "大表", table_of(4_000))
    page = browser.get(f"/populations/{found}").page
    assert "<progress" in page and '<noscript><meta http-equiv="refresh"' in page
    browser.send(f"/populations/{found}/cancel")
    (run,) = over(served, found)
    assert run.job.state == "cancelled"
    assert "The last run was not done" in browser.get(f"/populations/{found}").page
    browser.send(f"/populations/{found}/run", publication="none")
    assert browser.status == 400 and "choose a rulebook" in browser.page


def test_a_form_pressed_twice_stores_and_scores_once(served: Served) -> None:
    browser = served.visitor("auditor").get("/populations/new")
    form = browser.form("/populations/new")
    fields = {**form, "title": "一次", "publication": kunming(served).id}
    places = set()
    for _ in range(2):
        answer = browser.client.post("/populations/new", data=fields, files={"table": ("units.csv", table_of(8))})
        places.add(str(answer.url))
    (place,) = places
    assert len(over(served, place.rpartition("/")[2])) == 1


def test_units_are_searched_sorted_and_paged(served: Served, population: str) -> None:
    browser = served.visitor("viewer")
    page = browser.get(f"/populations/{population}/units?find=第1局").page
    assert "第1局" in page and "第2局" not in page
    first = re.findall(r'unit=(\w+)">', browser.get(f"/populations/{population}/units?order=open").page)
    assert len(first) == 41
    hostile = browser.get(f"/populations/{population}/units?find=' OR 1=1 --&section=x'&order=section&page=99999999999")
    assert hostile.status == 200 and "No unit fits" in hostile.page
    assert NASTY not in browser.get(f"/populations/{population}/units").page


def test_one_unit_has_its_score_and_trail_and_becomes_a_case(served: Served, population: str) -> None:
    browser = served.visitor("auditor").get(f"/populations/{population}/unit?unit=U3")
    assert browser.status == 200 and "第3局" in browser.page and "three public expenses" in browser.page
    browser.send(f"/populations/{population}/case")
    assert browser.at.startswith("/cases/") and "第3局" in browser.page
    assert (
        served.visitor("viewer")
        .get(f"/populations/{population}/unit?unit=U3")
        .page.count(f"/populations/{population}/case")
        == 0
    )
    assert browser.get(f"/populations/{population}/unit?unit=nobody").status == 422
    assert browser.get(f"/populations/{population}/unit?unit=U90").status == 200 and NASTY not in browser.page


def test_in_a_large_population_a_unit_is_told_at_once_and_its_trail_when_asked_for(
    served: Served, population: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(units, "LARGE", 10)
    browser = served.visitor("viewer")
    told = browser.get(f"/populations/{population}/unit?unit=U3").page
    assert "These are the results the run has kept" in told and "第3局" in told and told.count("<tr>") == 72
    trail = browser.get(f"/populations/{population}/unit?unit=U3&trail=yes").page
    assert "<dl>" in trail and "These are the results" not in trail
    (score,) = re.findall(r'class="score">([^<]+)<', told)
    assert f'class="score">{score}<' in trail  # columns and engine say the same
    assert browser.get(f"/populations/{population}/unit?unit=nobody").status == 422


def test_what_was_rejected_is_told_with_its_reason(served: Served, population: str) -> None:
    browser = served.visitor("viewer").get(f"/populations/{population}/rejects")
    assert "duplicate-unit" in browser.page and "not-a-number" in browser.page and "很多" in browser.page


def test_only_one_grade_and_only_one_section_can_be_looked_at(served: Served, population: str) -> None:
    browser = served.visitor("viewer", "zh")
    whole = browser.get(f"/populations/{population}").page
    assert "只看等级" not in whole
    open_ = browser.get(f"/populations/{population}?grade=%3F&section=部门管理").page
    assert "只看等级" in open_ and open_ != whole
    assert browser.get(f"/populations/{population}?grade='; DROP").status == 200


def test_two_runs_are_compared(served: Served, population: str) -> None:
    other = uploaded(served.visitor("policy"), served, "下一年", table_of(30, 2))
    (new,), (old,) = over(served, other), over(served, population)
    browser = served.visitor("viewer").get(f"/populations/{population}/compare?old={old.id}&new={new.id}")
    assert (
        browser.status == 200
        and "How scores changed" in browser.page
        and "Indicators that changed most" in browser.page
    )
    choosing = browser.get(f"/populations/{population}/compare?old={old.id}").page
    assert "下一年" in choosing and choosing.count("<select") == 2
    assert browser.get(f"/populations/{population}/compare?old=x&new=../../y").status == 200


@pytest.mark.parametrize("name", ["report.html", "report.xlsx", "scores.parquet", "reasons.parquet", "rejects.parquet", "manifest.json"])  # fmt: skip
def test_files_are_taken_home(name: str, served: Served, population: str) -> None:
    (run,) = over(served, population)
    answer = served.visitor("viewer").client.get(f"/populations/{population}/runs/{run.id}/{name}")
    assert answer.status_code == 200 and answer.headers["content-disposition"].startswith("attachment")
    assert answer.content
    for there_is_not in ("../../desk.sqlite", "..%2f..%2fdesk.sqlite", "started.json", "nothing"):
        assert served.visitor("viewer").get(f"/populations/{population}/runs/{run.id}/{there_is_not}").status == 404


@pytest.mark.parametrize(
    ("fields", "files", "words"),
    [
        ({}, {}, "no table was chosen"),
        ({}, {"table": ("q.sql", b"select 1")}, "is no table"),
        ({"year": "17"}, {"table": ("t.csv", table_of(2))}, "a year has four digits"),
        ({"publication": "none"}, {"table": ("t.csv", table_of(2))}, "no such published rulebook"),
        ({}, {"table": ("t.csv", table_of(2)), "item-1": ("a.csv", b"x")}, "needs the name of its list"),
        ({"title": NASTY}, {"table": (f"{NASTY}.exe", b"MZ")}, "is no table"),
    ],
)
def test_what_cannot_be_stored_is_told(
    fields: dict[str, str], files: dict[str, tuple[str, bytes]], words: str, served: Served
) -> None:
    browser = served.visitor("auditor").get("/populations/new")
    browser.send("/populations/new", fields, files=files)
    assert browser.status == 400 and words in browser.page and NASTY not in browser.page


def test_a_table_nobody_can_read_ends_in_a_sentence(served: Served) -> None:
    browser = served.visitor("auditor")
    found = uploaded(browser, served, "坏表", b"\x00\x01\x02")
    (run,) = over(served, found)
    assert run.job.state == "failed" and run.job.problems
    page = browser.get(f"/populations/{found}").page
    assert "The last run was not done" in page and run.job.problems[0].message.en in page.replace("&#39;", "'").replace(
        "&#34;", '"'
    )


def test_viewers_look_and_do_not_touch(served: Served, population: str) -> None:
    browser: Browser = served.visitor("viewer").get(f"/populations/{population}")
    assert f"/populations/{population}/run" not in re.findall(r'action="([^"]+)"', browser.page)
    assert browser.get("/populations/new").status == 403


def test_one_off_the_list_is_gone_from_it(served: Served) -> None:
    browser = served.visitor("policy")
    found = uploaded(browser, served, "误传", table_of(3), publication="")
    assert over(served, found) == [] and "It was not scored yet" in browser.page
    browser.send(f"/populations/{found}/remove")
    assert "No longer listed" in browser.page and "误传" not in browser.page
    assert browser.get(f"/populations/{found}").status == 404


def test_deductions_are_drawn_largest_first_and_by_section() -> None:
    rows = [["甲", "a", "i1", "2", "1"], ["乙", "b", "i2", "10.5", "4"], ["甲", "c", "i3", "0", "0"]]
    chapter = {"key": "deductions", "title": "扣分", "grids": [{"rows": rows}], "pictures": []}
    visit = cast(Visit, SimpleNamespace(t=lambda zh, en: en))
    (whole,) = drawn(chapter, visit)
    assert whole.index("10.5 points") < whole.index("2 points") and ">c<" not in whole
    (one,) = drawn(chapter, visit, "甲")
    assert "10.5" not in one


def test_lines_of_json_are_a_table(served: Served) -> None:
    browser = served.visitor("auditor").get("/populations/new")
    fields = {**browser.form("/populations/new"), "title": "逐行", "publication": kunming(served).id}
    lines = "".join(f'{{"单位编号": "U{n}", "三公经费控制率": "9{n}%"}}\n' for n in range(4)).encode()
    answer = browser.client.post("/populations/new", data=fields, files={"table": ("units.jsonl", lines)})
    (run,) = over(served, str(answer.url).rpartition("/")[2])
    assert run.job.state == "done"
