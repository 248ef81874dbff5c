"""What a stranger at the desk lost or could not make out: evidence, choices, who says what."""

from __future__ import annotations

import re
from html import unescape

from tests.hegui.desk.browser import Browser, Served
from tests.hegui.desk.cases import REPORT, made
from tests.hegui.desk.test_case_journeys import TWICE, told, version

EVIDENCE = "培训签到表:管理人员定期接受培训,全年四次。"
JUDGED = {"say": "value", "value": "是", "basis": "judged", "note": "现场核查"}


def kept(browser: Browser) -> str:
    found = re.search(r'name="kept" value="([^"]+)" checked', browser.page)
    assert found, browser.page
    return unescape(found[1])


def test_evidence_is_kept_where_its_quote_is_refused(served: Served) -> None:
    browser = made(served.visitor("auditor", "zh"), served)
    case = browser.at
    path = f"{case}/facts/managers_trained"
    files = {"evidence": ("签到表.txt", EVIDENCE.encode())}
    browser.get(path).send(path, {**JUDGED, "quote": "没有这句话"}, files=files)
    assert browser.status == 400 and "已收到的佐证: 签到表.txt" in told(browser)
    browser.send(path, {**JUDGED, "quote": "管理人员定期接受培训", "kept": kept(browser)})
    assert browser.at == case and "sources/签到表.txt" in version(served, browser).files
    assert "at=" in next(one for one in browser.page.split("<a ") if "source=evidence" in one)


def test_a_quote_from_no_document_is_refused(served: Served) -> None:
    browser = made(served.visitor("auditor", "zh"), served)
    path = f"{browser.at}/facts/managers_trained"
    browser.get(path).send(path, {**JUDGED, "quote": "管理人员定期培训12次"})
    assert browser.status == 400 and "没有说出自哪份资料" in browser.page and "管理人员定期培训12次" in browser.page
    assert version(served, browser).n == 1
    browser.send(path, JUDGED)
    assert "评价人员录入" in told(browser) and "entered" not in told(browser)


def test_a_quote_whose_document_is_not_at_hand_is_said_to_be_unchecked(served: Served) -> None:
    browser = made(served.visitor("auditor", "zh"), served, ("决算.yaml", TWICE.encode()))
    path = f"{browser.at}/facts/managers_trained"
    browser.get(path).send(path, {**JUDGED, "source": "accounts", "quote": "定期培训"})
    assert "摘录没有与资料核对" in told(browser)


def disputed(browser: Browser) -> tuple[str, str]:
    """The page of the conflict, and how its form names 5,700."""
    found = re.search(r'(/cases/[a-z0-9]+/facts/final_accounts)"', browser.page)
    assert found, browser.page
    choices = re.findall(r'value="(choice-\d)"[^>]*><span><strong>([^<]+)', browser.get(found[1]).page)
    return found[1], next(key for key, shown in choices if shown == "5,700.00 万元")


def checked(browser: Browser) -> str:
    found = re.search(r'name="say" value="([^"]+)" checked', browser.page)
    assert found, browser.page
    return found[1]


def test_a_choice_outlives_a_version_saved_meanwhile(served: Served) -> None:
    one, other = served.visitor("auditor", "zh"), served.visitor("admin", "zh")
    case = made(one, served, (REPORT.name, REPORT.read_bytes()), ("决算.yaml", TWICE.encode())).at
    path, chosen = disputed(one)
    trained = f"{case}/facts/managers_trained"
    other.get(trained).send(trained, JUDGED)  # another fact: the conflict is still there
    one.send(path, say=chosen, basis="figure", note="以决算表为准")
    assert one.status == 409 and checked(one) == chosen and "以决算表为准" in one.page
    assert re.search(r"第 2 版\(\d{4}-\d\d-\d\d \d\d:\d\d\)", told(one))
    assert f"{case}/versions?old=1&new=2" in unescape(one.page)
    first = other.get(path).page.split('value="choice-')[1][0]
    other.send(path, say=f"choice-{first}", basis="figure", note="先定")
    one.send(path, say=chosen, basis="figure", note="以决算表为准")
    assert one.status == 409 and checked(one) == "value"
    assert 'name="value" value="5,700.00 万元"' in one.page and 'value="accounts" selected' in one.page


def test_two_documents_of_one_name_are_told_apart(served: Served) -> None:
    texts = (("mine.txt", "本年度预算执行率为98%。"), ("mine.csv", "项目,数\n甲,1\n"))
    files = [(name, text.encode()) for name, text in texts]
    browser = made(served.visitor("auditor", "zh"), served, *files, name="市某某局", year="2017")
    page = browser.get(f"{browser.at}/facts/managers_trained").page
    options = re.findall(r"<option[^>]*>(mine[^<]*)</option>", page)
    assert sorted(options) == ["mine.csv", "mine.txt"]


def test_a_note_beside_the_same_value_leaves_the_fact_where_it_was_read(served: Served) -> None:
    browser = made(served.visitor("auditor", "zh"), served)
    path = f"{browser.at}/facts/final_accounts"
    page = browser.get(path).page
    value = re.search(r'name="value" value="([^"]+)"', page)
    assert value and 'value="as-before" selected' in page
    browser.send(path, say="value", value=value[1], basis="as-before", note="复核无误")
    text = served.desk.folders.read(version(served, browser), "case.yaml").decode()
    entry = text[text.index("部门决算数:") :][:300]
    assert "复核无误" in entry and "quote" in entry and "entered" not in entry and "judged" not in entry
    browser.get(path).send(path, say="value", value="5,000 万元", basis="as-before", note="改了")
    text = served.desk.folders.read(version(served, browser), "case.yaml").decode()
    entry = text[text.index("部门决算数:") :][:120]
    assert "entered" in entry and "judged" in entry and "市本级" not in entry


def test_what_the_other_document_says_holds_again_where_the_settled_one_is_removed(served: Served) -> None:
    browser = made(served.visitor("auditor", "zh"), served)
    case = browser.at
    files = {"files": ("决算.yaml", TWICE.encode())}
    browser.send(f"{case}/sources", files=files)
    path, chosen = disputed(browser)
    browser.send(path, say=chosen, basis="figure", note="以决算表为准")
    browser.get(case).send(f"{case}/sources/remove", name="决算.yaml")
    assert "5,657.15 万元" in browser.get(path).page and "96.00 / 100.00" in told(browser)
    browser.get(case).send(f"{case}/sources", files=files)
    assert "已经读过" not in browser.page and "5,700.00 万元" in browser.page


def test_documents_of_another_year_or_department_are_not_taken_without_a_word(served: Served) -> None:
    browser = made(served.visitor("auditor", "zh"), served, name="市某某局\u202e", year="2018")
    page = told(browser)
    assert browser.at.startswith("/cases/c")
    assert "填写的部门是“市某某局”,资料写的是“昆明市人民政府办公厅”" in page
    assert "填写的时期是“2018”,资料写的是“2017”" in page


def test_of_several_rulebooks_those_in_force_are_named_and_come_first(served: Served) -> None:
    browser = made(served.visitor("auditor", "zh"), served, publication="", year="2017")
    assert browser.status == 400
    fitting = served.desk.publications.for_day("2017-12-31")
    assert len(fitting) > 1, "the desk begins with several"
    assert f"有 {len(fitting)} 个规则集可用:" in told(browser) and all(one.title in told(browser) for one in fitting)
    group = browser.page.split("<optgroup")[1]
    assert set(re.findall(r'<option value="([^"]+)"', group)) == {one.id for one in fitting}
    assert re.findall(r'<option value="([^"]+)" selected', browser.page)[0] in {one.id for one in fitting}
    assert kept(browser)


def test_a_case_without_a_document_does_not_claim_to_have_read_one(served: Served) -> None:
    browser = served.visitor("auditor", "zh").get("/cases/new")
    browser.send("/cases/new", publication=served.desk.publications.listed()[0].id, name="甲", year="2017")
    assert "个案已建立,还没有资料" in browser.page and "已读入资料" not in browser.page


def test_what_is_wrong_is_told_in_the_words_of_the_form(served: Served) -> None:
    browser = made(served.visitor("auditor", "zh"), served)
    path = f"{browser.at}/facts/final_accounts"
    for value in ("很多", "5 公里"):
        browser.get(path).send(path, say="value", value=value, basis="judged")
        alert = browser.page[browser.page.index('class="problems') :].split("</section>")[0]
        assert browser.status == 400 and "case.yaml" not in alert and "at_most" not in alert
        assert ("只知道不超过" if value == "很多" else "请换成这个数据项的单位") in alert
    two = [(f"{n}.txt", f"{name}2017年度部门决算\n".encode()) for n, name in enumerate(("甲市财政局", "乙市审计局"))]
    made(browser, served, *two, year="2017")
    assert "对照文件" not in browser.page and "写出的个案" not in browser.page


def test_a_waiver_is_written_by_a_form_and_says_what_it_is_about(served: Served) -> None:
    browser = made(served.visitor("auditor", "zh"), served)
    case = browser.at
    browser.get(f"{case}/score")
    assert "总分 96.00 按文件声明的总分计算" in told(browser)
    said = {"what": "deduction team-building", "authority": '市财政局: "复核"', "reason": "机构改革\n- 推迟"}
    browser.send(f"{case}/waivers/new", {**said, "expires": "明天"})
    assert browser.status == 400 and "没有写明失效日期" in browser.page and "机构改革" in browser.page
    browser.send(f"{case}/waivers/new", {**said, "what": "deduction nothing", "expires": "2099-12-31"})
    assert browser.status == 400 and version(served, browser).n == 1
    browser.send(f"{case}/waivers/new", {**said, "expires": "2099-12-31"})
    page = told(browser)
    assert browser.at == f"{case}/score" and "采纳豁免后 : 97.00" in page.replace("后:", "后 :")
    assert re.search("扣 1.00 分 *: *有效至 2099-12-31", page) and '市财政局: "复核"' in page
    assert 'value="deduction team-building"' not in browser.page
    assert re.search(r"队伍建设[^。]* team-building.yaml", page), "the list of files says what each is about"
    page = told(browser.get(f"{case}/score?accept=figure"))
    assert "豁免可以删去" not in page and "请勿删去" in page and "一种依据也没有选" not in page
    page = told(browser.get(f"{case}/score?chosen=yes"))
    assert "一种依据也没有选,所以三种都采信" in page and "有效至 2099-12-31" in page


def test_an_old_version_is_restored_from_its_page_with_its_rulebook(served: Served) -> None:
    browser = made(served.visitor("auditor", "zh"), served)
    case, first = browser.at, version(served, browser).about["publication"]
    other = next(one.id for one in served.desk.publications.listed() if one.id != first)
    options = re.findall(r'<option value="([^"]+)"[^>]*>([^<]+)</option>', browser.get(f"{case}/versions").page)
    fitting = {one.id for one in served.desk.publications.listed() if one.in_force("2017-12-31")}
    assert {key for key, shown in options if "该时期未施行" not in shown} == fitting < {key for key, _ in options}
    browser.send(f"{case}/rulebook", publication=other)
    assert version(served, browser.get(case)).about["publication"] == other
    browser.get(f"{case}/score?version=1").send(f"{case}/restore")
    assert browser.at == case and "96.00 / 100.00" in told(browser)
    assert (version(served, browser).n, version(served, browser).about["publication"]) == (3, first)


def test_a_second_case_of_the_same_is_said_to_be_one_and_years_stand_below_the_chart(served: Served) -> None:
    browser = made(served.visitor("auditor", "zh"), served)
    first = browser.at.split("/")[2]
    assert "的个案已有" not in told(browser)
    assert "同一部门、时期和规则集的个案已有 1 个" in told(made(browser, served))
    second = browser.at.split("/")[2]
    chart = browser.get(f"/compare?case={first}&case={second}").page.split("<svg")[1].split("</svg>")[0]
    assert chart.count(">2017</text>") == 2 and "昆明市人民政府办公厅 2017: 96.00" not in chart.split("<line")[1]
    assert "2017: 96.00" in chart.split(">")[0]


def test_an_audit_names_its_checks_in_words_and_says_what_to_do_without_points(served: Served) -> None:
    text = "预算批复100万元,决算90万元,预算执行率为80%。具体为:甲、乙、丙等2个股室。"
    browser = served.visitor("auditor", "zh").get("/audits")
    browser.send("/audits", files={"report": ("报告.txt", text.encode())})
    assert "没有读到自评总分" in browser.page
    assert "written in Chinese" in browser.client.get(f"{browser.at}?lang=en").text
    options = re.findall(r'<option value="([a-z-]+)">([^<]+)</option>', browser.page.split('name="check"')[1])
    assert options and all(not title.startswith(name) for name, title in options), options
