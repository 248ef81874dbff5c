"""What was settled stays settled, and what is cited is there: documents that come and go beside what people have decided."""

from __future__ import annotations

import re

from tests.hegui.desk.browser import Browser, Served
from tests.hegui.desk.cases import REPORT, made
from tests.hegui.desk.test_case_journeys import TWICE, told
from tests.hegui.desk.test_case_mending import disputed


def accounts(value: str, key: str = "accounts") -> bytes:
    """A case file of another document that says this of the final accounts."""
    return TWICE.replace("accounts", key).replace("决算表", f"表{key}").replace("5,700.00", value).encode()


def settled(served: Served, wanted: str = "5,700.00 万元") -> tuple[Browser, str]:
    """A case in which 5,700 and 5,657.15 were weighed, and the page of the fact."""
    browser = made(
        served.visitor("auditor", "zh"), served, (REPORT.name, REPORT.read_bytes()), ("a.yaml", TWICE.encode())
    )
    path, _ = disputed(browser)
    choices = re.findall(r'value="(choice-\d)"[^>]*><span><strong>([^<]+)', browser.page)
    chosen = next(key for key, shown in choices if shown == wanted)
    return browser.send(path, say=chosen, basis="figure", note="以决算表为准"), path


def add(browser: Browser, name: str, content: bytes) -> str:
    case = browser.at.split("/facts")[0]
    browser.get(case).send(f"{case}/sources", files={"files": (name, content)})
    assert browser.status == 200, told(browser)
    return told(browser)


def test_a_settlement_stays_where_a_document_repeats_what_was_weighed(served: Served) -> None:
    browser, path = settled(served)
    page = add(browser, "b.yaml", accounts("5,657.15", "again"))
    assert "资料互相矛盾" not in page and "仍为已选定的“5,700.00 万元”" in page and "5,657.15 万元" in page
    assert "资料互相矛盾" not in add(browser, "c.yaml", accounts("5,700.00", "third"))
    assert "以决算表为准" in told(browser.get(path)) and "third" in told(browser)


def test_the_comment_above_the_case_counts_what_is_known_now(served: Served) -> None:
    browser, _ = settled(served)
    folder = served.desk.folders.latest(browser.at.split("/")[2])
    first = served.desk.folders.read(folder, "case.yaml").decode().splitlines()[0]
    known = re.search(r"(\d+) 项已知", told(browser))
    assert known and first == f"# 由 hegui facts 从资料读出:{known[1]} 项有值。"


def test_a_settlement_by_a_value_of_one_s_own_stays_too(served: Served) -> None:
    browser = made(
        served.visitor("auditor", "zh"), served, (REPORT.name, REPORT.read_bytes()), ("a.yaml", TWICE.encode())
    )
    path, _ = disputed(browser)
    browser.send(path, say="value", value="5,690 万元", basis="judged", note="现场核对")
    assert "资料互相矛盾" not in add(browser, "b.yaml", accounts("5,700.00", "again"))
    assert "现场核对" in told(browser.get(path)) and "5,690 万元" in told(browser)


def test_a_remark_or_another_value_later_does_not_unsettle_it(served: Served) -> None:
    browser, path = settled(served)
    value = re.search(r'name="value" value="([^"]+)"', browser.get(path).page)
    assert value
    browser.send(path, say="value", value=value[1], basis="as-before", note="复核无误")
    page = add(browser, "b.yaml", accounts("5,657.15", "again"))
    assert "资料互相矛盾" not in page and "复核无误" in told(browser.get(path))
    browser.send(path, say="value", value="5,690 万元", basis="judged", note="现场核对")
    assert "资料互相矛盾" not in add(browser, "c.yaml", accounts("5,700.00", "third"))


def test_a_text_that_is_too_long_is_said_once(served: Served) -> None:
    browser = made(served.visitor("auditor", "zh"), served)
    path = f"{browser.at}/facts/managers_trained"
    browser.get(path).send(path, say="value", value="是", basis="judged", note="长" * 300_000)
    assert browser.status == 400 and told(browser).count("300000 个字") == 1 and "最多 1000 个" in told(browser)
    assert 'maxlength="1000"' in browser.page


def test_a_value_nobody_has_weighed_opens_the_settlement_again_and_says_so(served: Served) -> None:
    browser, path = settled(served)
    page = add(browser, "b.yaml", accounts("5,800.00", "new"))
    assert "资料互相矛盾" in page and "此前已选定“5,700.00 万元”" in page
    assert re.search(r"5,700.00 万元 *此前选定", page)
    page = told(browser.get(path))
    assert re.search(r"5,700.00 万元 *此前选定", page) and "以决算表为准" in page and "5,800.00 万元" in page


def test_what_a_case_file_says_was_decided_silences_no_other_document(served: Served) -> None:
    claimed = TWICE.replace('quote: "5,700.00"', 'note: "另有“5,657.15 万元”,经核对取此值"')
    files = ((REPORT.name, REPORT.read_bytes()), ("a.yaml", claimed.encode()))
    assert "资料互相矛盾" in told(made(served.visitor("auditor", "zh"), served, *files))
    browser = made(served.visitor("auditor", "zh"), served)
    assert "资料互相矛盾" in add(browser, "a.yaml", claimed.encode())


def remove(browser: Browser, name: str) -> str:
    case = browser.at.split("/facts")[0]
    browser.get(case).send(f"{case}/sources/remove", name=name)
    assert browser.status == 200, told(browser)
    return told(browser)


def test_what_is_removed_is_cited_nowhere_while_another_document_says_the_same(served: Served) -> None:
    browser = made(served.visitor("auditor", "zh"), served)
    assert "second" in add(browser, "b.yaml", accounts("5,657.15", "second"))
    page = remove(browser, "b.yaml")
    assert "second" not in page and "5,657.15 万元" in page and "96.00 / 100.00" in page
    add(browser, "b.yaml", accounts("5,657.15", "second"))
    assert "second" in remove(browser, REPORT.name), "the value rests on the other document now"
    assert re.search(r"部门决算数 \(万元\) 5,657.15 万元 已知 数字可复算 表second", told(browser))


def test_of_a_conflict_the_values_that_are_left_stay_and_nothing_of_the_removed(served: Served) -> None:
    browser = made(served.visitor("auditor", "zh"), served)
    add(browser, "a.yaml", TWICE.encode())
    add(browser, "b.yaml", accounts("5,800.00", "second"))
    page = remove(browser, "b.yaml")
    assert "资料互相矛盾" in page and "second" not in page and "5,800" not in page
    page = remove(browser, "a.yaml")
    assert "资料互相矛盾" not in page and "5,657.15 万元" in page and "决算表" not in page
    assert "资料互相矛盾" in add(browser, "a.yaml", TWICE.encode()), "nobody has decided anything"
