"""An auditor's day: from what a department handed in to a score on record."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

from hegui.desk.store.folders import Version
from tests.hegui.desk.browser import Browser, Served
from tests.hegui.desk.cases import REPORT, made, rulebook

TWICE = """format: hegui/case/v1
subject: {id: kunming-gov-office, name: 昆明市人民政府办公厅}
period: 2017
sources: {accounts: {title: 决算表}}
source: accounts
facts:
  部门决算数: {value: "5,700.00 万元", basis: figure, quote: "5,700.00"}
"""


def version(served: Served, browser: Browser) -> Version:
    return served.desk.folders.latest(browser.at.split("/")[2])


def told(browser: Browser) -> str:
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", browser.page)))


def test_from_the_seed_s_report_to_an_assessment_on_record(served: Served) -> None:
    browser = made(served.visitor("auditor"), served)
    assert browser.status == 200 and "The documents were read" in browser.page
    case = browser.at
    page = told(browser)
    assert "96.00 / 100.00 优" in page and "90 known" in page
    assert "5,657.15 万元" in page and "市本级财政预算批复5,657.15万元" in page
    browser.get(f"{case}/score")
    page = told(browser)
    assert (
        "[0%, 100%] <= 100%" in page and "−1.00" in page and "managers trained regularly were 是 instead of 否" in page
    )
    assert browser.page.count('<details class="indicator"') == 71
    there = re.search(rf'href="({case}/place[?]source=report&amp;at=343[^"#]+)', browser.page)
    assert there
    browser.get(unescape(there[1]))
    assert '<mark id="quote">“三公”经费预算数的变动比率≤100%</mark>' in browser.page
    browser.get(f"{case}/score")
    browser.send(f"{case}/record")
    assert browser.at.startswith("/records/"), browser.page
    (record,) = served.desk.records.of_folder(case.split("/")[2])
    assert (record.score, record.grade, record.n) == ("96.00", "优", 1)
    assert "96.00" in told(browser.get("/cases"))


def test_only_what_can_be_recomputed_leaves_an_interval(served: Served) -> None:
    browser = made(served.visitor("auditor"), served)
    page = told(browser.get(f"{browser.at}/score?accept=figure"))
    assert "1.00 – 100.00" in page and "Missing facts" in page
    settles = [int(points) for points in re.findall(r"settles (\d+)\.00 points", page)]
    assert settles and settles == sorted(settles, reverse=True)


def test_sources_that_disagree_are_settled_with_a_reason(served: Served) -> None:
    browser = made(served.visitor("auditor"), served, (REPORT.name, REPORT.read_bytes()), ("决算.yaml", TWICE.encode()))
    case = browser.at
    page = told(browser)
    assert "sources that disagree" in page and "5,700.00 万元" in page and "5,657.15 万元" in page
    concept = re.search(rf'{case}/facts/([a-z_]+)">Settle', browser.page)
    assert concept, browser.page
    path = f"{case}/facts/{concept[1]}"
    browser.get(path)
    choices = re.findall(r'value="(choice-\d)"[^>]*><span><strong>([^<]+)', browser.page)
    assert {shown for _, shown in choices} == {"5,700.00 万元", "5,657.15 万元"}
    chosen = next(key for key, shown in choices if shown == "5,657.15 万元")
    browser.send(path, say=chosen, basis="figure")
    assert browser.status == 400 and "no reason is given" in browser.page
    browser.send(path, say=chosen, basis="figure", note="与决算批复核对一致")
    assert browser.at == case and "Saved" in browser.page, browser.page
    assert "sources that disagree" not in browser.page
    assert "与决算批复核对一致" in served.desk.folders.read(version(served, browser), "case.yaml").decode()
    assert "96.00 / 100.00" in told(browser)


def test_a_judgement_with_its_evidence_moves_the_score(served: Served) -> None:
    browser = made(served.visitor("auditor"), served)
    case = browser.at
    path = f"{case}/facts/managers_trained"
    evidence = "培训签到表:管理人员定期接受培训,全年四次。"
    note = "现场核查,四次培训均有签到"
    files = {"evidence": ("签到表.txt", evidence.encode())}
    fields = {"say": "value", "value": "是", "basis": "judged", "note": note}
    browser.get(path).send(path, {**fields, "quote": "没有这句话"}, files=files)
    assert browser.status == 400 and "the document does not say" in browser.page and note in browser.page
    assert version(served, browser).n == 1
    picture = {"evidence": ("签到表.txt", b"\x89PNG\r\n\x1a\n" + bytes(64))}
    browser.send(path, fields, files=picture)
    assert browser.status == 400 and "PNG" in browser.page and version(served, browser).n == 1
    browser.send(path, {**fields, "quote": "管理人员定期接受培训"}, files=files)
    assert browser.at == case, browser.page
    page = told(browser)
    assert "97.00 / 100.00" in page and "签到表.txt" in page and note in page
    assert browser.client.get(f"{case}/sources/签到表.txt").content == evidence.encode()
    there = re.search(rf'href="({case}/place[?]source=evidence[^"#]+)', browser.page)
    assert there
    browser.get(unescape(there[1]))
    assert '<mark id="quote">管理人员定期接受培训</mark>' in browser.page


def test_what_is_not_provided_has_a_reason(served: Served) -> None:
    browser = made(served.visitor("auditor"), served)
    case = browser.at
    path = f"{case}/facts/long_term_goals_sound"
    browser.get(path).send(path, say="absent")
    assert browser.status == 400 and "no reason is given" in browser.page
    browser.send(path, say="absent", reason="部门未提供规划文本")
    page = told(browser)
    assert "94.00 – 96.00" in page and "What is missing" in page and "部门未提供规划文本" in page


def test_rows_of_a_list_are_edited_one_by_one(served: Served) -> None:
    browser = made(served.visitor("auditor"), served)
    case = browser.at
    found = next(one for one in re.findall(rf'{case}/facts/(\w+)"', browser.page) if "target" in one)
    path = f"{case}/facts/{found}"
    browser.get(path)
    assert 'name="cell-0-名称"' in browser.page and 'name="cell-1-名称"' in browser.page
    rows = {"cell-0-名称": "申报表", "cell-0-是否量化": "是", "cell-2-名称": "第二项", "cell-2-是否量化": "是"}
    browser.send(path, {"say": "rows", "basis": "judged", "note": "逐项核对", **rows})
    assert browser.at == case, browser.page
    assert "2 rows" in told(browser) and "97.00 / 100.00" in told(browser)
    browser.get(path).send(path, {"say": "rows", "basis": "judged", **rows, "drop": "2"})
    assert "1 rows" in told(browser)


def test_two_people_cannot_overwrite_each_other(served: Served) -> None:
    one, other = served.visitor("auditor"), served.visitor("admin")
    case = made(one, served).at
    path = f"{case}/facts/long_term_goals_sound"
    one.get(path)
    other.get(path).send(path, say="value", value="否", note="规划没有量化")
    assert other.at == case
    one.send(path, say="value", value="是", note="我的说明")
    assert one.status == 409 and "admin saved version 2" in told(one)
    assert "我的说明" in one.page  # nothing typed is lost
    one.send(path, say="value", value="是", note="我的说明")  # having seen it, on purpose
    assert one.at == case and version(served, one).n == 3


def test_versions_are_compared_and_restored(served: Served) -> None:
    browser = made(served.visitor("auditor"), served)
    case = browser.at
    path = f"{case}/facts/long_term_goals_sound"
    browser.get(path).send(path, say="value", value="否", note="规划没有量化")
    assert "94.00 / 100.00" in told(browser)
    browser.get(f"{case}/versions?old=1&new=2")
    page = told(browser)
    assert "Version 1 → version 2" in page and "规划没有量化" not in page and "report.txt 275:51" in page
    assert "96.00 / 100.00" in told(served.visitor("viewer").get(f"{case}?version=1"))
    browser.send(f"{case}/restore")
    assert browser.at == case and "96.00 / 100.00" in told(browser) and version(served, browser).n == 3


def test_a_version_is_restored_with_the_rulebook_that_scored_it(served: Served) -> None:
    browser = made(served.visitor("auditor"), served)
    case = browser.at
    other = next(one for one in served.desk.publications.listed() if one.rulebook == "mof-2013-53")
    browser.get(f"{case}/versions").send(f"{case}/rulebook", publication=other.id)
    assert version(served, browser).about["publication"] == other.id
    browser.get(f"{case}/versions?old=1&new=2").send(f"{case}/restore")
    assert version(served, browser).about["publication"] == rulebook(served)
    assert "96.00 / 100.00" in told(browser)


def test_a_document_added_is_read_and_taken_away_again(served: Served) -> None:
    browser = made(served.visitor("auditor"), served)
    case = browser.at
    browser.send(f"{case}/sources", files={"files": ("决算.yaml", TWICE.encode())})
    assert "sources that disagree" in browser.page, browser.page
    removal = browser.page[browser.page.index("决算.yaml</a>") :]
    assert 'value="决算.yaml"' in removal
    browser.send(f"{case}/sources/remove", name="决算.yaml")
    page = told(browser)
    assert "sources that disagree" not in page and "96.00 / 100.00" in page
    assert version(served, browser).n == 3 and "sources/决算.yaml" not in version(served, browser).files


def test_a_case_without_documents_is_filled_in_by_hand(served: Served) -> None:
    browser = served.visitor("auditor").get("/cases/new")
    browser.send("/cases/new", publication=rulebook(served), name="市某某局", year="2017")
    page = told(browser)
    assert browser.at.startswith("/cases/c") and "市某某局 2017" in page and "1.00 – 100.00" in page
    assert page.index("What is missing") < page.index("Facts Filter")


def test_what_nobody_said_is_asked_for_and_the_files_are_kept(served: Served) -> None:
    browser = made(served.visitor("auditor"), served, ("说明.txt", "本年度预算执行率为98%。".encode()))
    assert browser.status == 400 and "whom or which period" in told(browser)
    kept = re.search(r'name="kept" value="([^"]+)"', browser.page)
    assert kept
    fields = {"kept": unescape(kept[1]), "name": "市某某局", "year": "2017", "publication": rulebook(served)}
    browser.send("/cases/new", fields)
    assert browser.at.startswith("/cases/c") and "说明.txt" in browser.page


def untouched(browser: Browser, action: str) -> dict[str, str]:
    """The form of what-if as a browser sends it where nobody has changed anything."""
    form = browser.form(action)
    for key in list(form):
        kind, _, concept = key.partition("-")
        if kind == "was":
            form[f"fact-{concept}"] = form[key]
        if kind == "rows":
            for n, row in enumerate(json.loads(form[key])):
                form |= {f"cell-{concept}-{n}-{column}": cell for column, cell in row.items()}
    return form


def test_what_if_moves_the_score_and_saves_nothing(served: Served) -> None:
    browser = made(served.visitor("auditor"), served)
    case = browser.at
    form = untouched(browser.get(f"{case}/what-if"), f"{case}/what-if")
    once = {"once": form.pop("once")}

    def live(**changed: str) -> dict[str, Any]:
        answer: dict[str, Any] = browser.client.post(f"{case}/what-if/score", data={**form, **changed}).json()
        return answer

    assert (live()["score"], live()["changed"], live()["indicators"]) == ("96.00", 0, [])
    answer = live(**{"fact-long_term_goals_sound": "否"})
    assert (answer["score"], answer["moved"], answer["changed"]) == ("94.00", "-2.00", 1)
    assert [one["after"] for one in answer["indicators"]] == ["0.00"]
    assert answer["take"][0]["href"].startswith(f"{case}/facts/long_term_goals_sound?value=")
    answer = live(**{"cell-performance_targets-0-是否量化": "是"})
    assert (answer["score"], answer["moved"], answer["changed"]) == ("97.00", "+1.00", 1)
    assert live(**{"fact-final_accounts": "很多"})["problems"]
    browser.send(f"{case}/what-if", {**form, **once, "fact-long_term_goals_sound": "否"})
    assert "94.00" in told(browser) and "-2.00" in told(browser)
    assert version(served, browser).n == 1


def test_the_workbook_a_department_fills_in_comes_back_as_a_document(served: Served) -> None:
    browser = made(served.visitor("auditor"), served)
    book = browser.client.get(f"{browser.at}/template.xlsx").content
    assert book.startswith(b"PK")
    again = made(served.visitor("auditor"), served, ("填报表.xlsx", book))
    assert "known" in told(again) and again.at != browser.at, told(again)


def test_papers_are_saved_in_both_languages(served: Served) -> None:
    browser = made(served.visitor("auditor"), served)
    case = browser.at
    links = re.findall(rf'href="({case}/papers/[^"]+)"', browser.get(f"{case}/papers").page)
    assert len(links) == 12
    for link in links:
        answer = browser.client.get(unescape(link))
        assert answer.status_code == 200 and len(answer.content) > 500, link
        assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E6%98%86")
    word = browser.client.get(f"{case}/papers/docx?in=zh").content
    assert word.startswith(b"PK") and browser.client.get(f"{case}/papers/exe").status_code == 404


WAIVER = """format: hegui/waivers/v1
waivers:
  - finding: deduction
    at: team-building
    points: 1.00
    authority: 市财政局绩效处复核意见
    reason: 培训计划因机构改革推迟到次年一季度
    expires: 2099-12-31
"""


def test_what_an_authority_accepts_stands_beside_the_score(served: Served) -> None:
    browser = made(served.visitor("auditor"), served)
    case = browser.at
    browser.get(f"{case}/score").send(f"{case}/waivers", files={"waivers": ("豁免.yaml", b"format: other\n")})
    assert browser.status == 400 and version(served, browser).n == 1
    browser.send(f"{case}/waivers", files={"waivers": ("豁免.yaml", WAIVER.encode())})
    page = told(browser)
    assert browser.at == f"{case}/score" and "With waivers : 97.00" in page.replace("waivers:", "waivers :")
    assert "96.00 / 100.00" in page and "市财政局绩效处复核意见" in page
    browser.send(f"{case}/waivers/remove")
    assert "With waivers" not in told(browser) and version(served, browser).n == 3


def test_cases_are_found_by_their_words_and_come_back_to_the_list(served: Served) -> None:
    browser = made(served.visitor("auditor"), served)
    case = browser.at
    for words, found in (("昆明 2017", True), ("办公厅 2018", False), ("AUDITOR", True), ("<b>", False)):
        page = browser.get(f"/cases?q={words}").page
        assert (f'href="{case}"' in page) is found, words
        assert "<b>" not in page
    browser.get(f"{case}/versions").send(f"{case}/remove")
    assert browser.at == "/cases" and f'href="{case}"' not in browser.page
    browser.get("/cases?removed=yes").send(f"{case}/relist")
    assert browser.at == case and f'href="{case}"' in browser.get("/cases").page
