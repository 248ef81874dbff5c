"""Policy staff at the desk, through a real server and real workers: reading, editing, two people at once, versions."""

from __future__ import annotations

import io
import re
import zipfile
from html import unescape

import pytest

from hegui.desk.store.folders import Version
from hegui.desk.web.rulebooks.editing import schema_of, with_line_ends
from tests.hegui.desk.browser import Browser, Served

FILE = "management.yaml"
LOOSER = (
    '      full: "<= 100%"\n      otherwise: 0\n      reason: “三公经费”',
    '      full: "<= 95%"\n      otherwise: 0\n      reason: “三公经费”',
)


def kunming(served: Served) -> Version:
    """The rulebook of Kunming, which a desk begins with."""
    found = [one for one in served.desk.publications.listed() if one.rulebook == "kunming-2017"]
    return served.desk.folders.latest(found[0].folder)


def text_on(browser: Browser) -> str:
    """What the editor of the page holds."""
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", browser.page, re.DOTALL)
    assert found is not None, browser.page
    return unescape(found.group(1))


def text_of(served: Served, version: Version, path: str = FILE) -> str:
    return served.desk.folders.read(version, path).decode()


def send(browser: Browser, at: str, text: str, **fields: str) -> Browser:
    return browser.send(at, {"text": text, "do": "save", **fields})


def changed(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1
    return text.replace(old, new)


def test_the_list_and_a_rulebook_say_what_is_in_force_and_each_rule_as_a_sentence(served: Served) -> None:
    browser = served.visitor("viewer").get("/rulebooks")
    assert "kunming-2017" in browser.page and "2017-01-01 – 2017-12-31" in browser.page
    browser.get(f"/rulebooks/{kunming(served).folder}")
    assert browser.status == 200 and "No problems" in browser.page
    assert "at most 100%: full points (1 point); otherwise no points" in unescape(browser.page)
    zh = served.visitor("viewer", "zh").get(f"/rulebooks/{kunming(served).folder}")
    assert "三公经费控制率不高于 100% 的,得满分 1 分;否则不得分。" in zh.page


def test_a_threshold_is_changed_its_mistake_seen_mended_and_saved(served: Served) -> None:
    base = kunming(served)
    at = f"/rulebooks/{base.folder}/edit/{FILE}"
    browser = served.visitor("policy").get(at)
    text = text_on(browser)
    assert text == text_of(served, base)
    broken = changed(text, LOOSER[0], LOOSER[1].replace("95%", "95 万元"))
    browser.send(at, {"text": broken, "do": "check"})
    assert browser.status == 200 and "1 error," in browser.page and text_on(browser) == broken
    assert served.desk.folders.latest(base.folder).n == base.n
    send(browser, at, changed(text, *LOOSER), note="95% from now on")
    assert "Saved as version 2" in browser.page and "at most 95%" in browser.page
    saved = served.desk.folders.latest(base.folder)
    assert (saved.n, saved.note, saved.by) == (2, "95% from now on", "policy")
    assert saved.about["errors"] == 0 and saved.about["id"] == "kunming-2017"


def test_a_draft_with_errors_may_be_saved_and_is_told_everywhere(served: Served) -> None:
    base = kunming(served)
    at = f"/rulebooks/{base.folder}/edit/{FILE}"
    browser = served.visitor("policy").get(at)
    send(browser, at, "id: [")
    assert "Saved as version 2" in browser.page
    assert served.desk.folders.latest(base.folder).about["errors"] > 0
    assert re.search(r"\d errors?<", browser.get("/rulebooks").page)


def test_the_page_is_told_of_problems_while_one_types(served: Served) -> None:
    base = kunming(served)
    browser = served.visitor("policy").get(f"/rulebooks/{base.folder}/edit/{FILE}")
    token = browser.form(f"/rulebooks/{base.folder}/edit/{FILE}")["token"]
    text = changed(text_on(browser), "title: “三公经费”控制率", "titel: “三公经费”控制率")
    answer = browser.client.post(
        f"/rulebooks/{base.folder}/check/{FILE}", data={"token": token, "base": "1", "text": text}
    ).json()
    wrong = [one for one in answer["problems"] if one["severity"] == "error" and one["here"]]
    assert any(text.split("\n")[one["line"] - 1].strip().startswith("titel") for one in wrong)
    assert len(answer["sentences"]) == 13
    words = browser.client.get(f"/rulebooks/{base.folder}/words").json()
    assert any(one["label"] == "三公经费控制率" for one in words["concepts"])


def test_edits_of_two_people_that_do_not_touch_are_put_together(served: Served) -> None:
    base = kunming(served)
    at = f"/rulebooks/{base.folder}/edit/{FILE}"
    ann, bob = served.visitor("policy").get(at), served.visitor("admin").get(at)
    text = text_on(ann)
    send(ann, at, changed(text, *LOOSER))
    send(bob, at, changed(text, "title: 部门管理", "title: 部门管理类"))
    assert (
        bob.status == 409 and "The edits do not touch each other" in bob.page and "policy saved version 2" in bob.page
    )
    both = changed(changed(text, *LOOSER), "title: 部门管理", "title: 部门管理类")
    assert text_on(bob) == both
    assert served.desk.folders.latest(base.folder).n == 2
    send(bob, at, text_on(bob))
    assert "Saved as version 3" in bob.page and text_of(served, served.desk.folders.latest(base.folder)) == both


def test_edits_of_one_line_stand_between_marks_that_nobody_publishes(served: Served) -> None:
    base = kunming(served)
    at = f"/rulebooks/{base.folder}/edit/{FILE}"
    ann, bob = served.visitor("policy").get(at), served.visitor("admin").get(at)
    text = text_on(ann)
    send(ann, at, changed(text, *LOOSER))
    send(bob, at, changed(text, LOOSER[0], LOOSER[1].replace("95", "90")), note="90 is right")
    assert bob.status == 409 and "In 1 place both of you changed the same lines" in bob.page
    assert "<= 95%" in text_on(bob) and "<= 90%" in text_on(bob) and "<<<<<<< yours" in text_on(bob)
    assert 'value="90 is right"' in bob.page
    mended = re.sub(r"<<<<<<< .*?\n(.*?)=======\n.*?>>>>>>> .*?\n", r"\1", text_on(bob), flags=re.DOTALL)
    send(bob, at, mended)
    assert "Saved as version 3" in bob.page and "<= 90%" in text_of(served, served.desk.folders.latest(base.folder))


def test_a_button_pressed_twice_saves_one_version(served: Served) -> None:
    base = kunming(served)
    at = f"/rulebooks/{base.folder}/edit/{FILE}"
    browser = served.visitor("policy").get(at)
    form = browser.form(at) | {"text": changed(text_on(browser), *LOOSER), "do": "save"}
    answers = [browser.client.post(at, data=form) for _ in range(2)]
    assert all("Saved as version 2" in one.text for one in answers)
    assert served.desk.folders.latest(base.folder).n == 2


def test_an_old_version_is_restored_as_the_newest_and_compared(served: Served) -> None:
    base = kunming(served)
    at, home = f"/rulebooks/{base.folder}/edit/{FILE}", f"/rulebooks/{base.folder}"
    browser = served.visitor("policy").get(at)
    send(browser, at, changed(text_on(browser), *LOOSER))
    browser.get(f"{home}/compare?old=1&new=2")
    assert "&lt;= 100%" in browser.page and "&lt;= 95%" in browser.page
    browser.get(f"{home}/versions").send(f"{home}/restore", n="1")
    assert "Saved as version 3" in browser.page
    assert served.desk.folders.latest(base.folder).files == base.files
    stale = served.visitor("admin").get(f"{home}/versions")
    browser.get(f"{home}/versions").send(f"{home}/restore", n="2")
    stale.send(f"{home}/restore", n="1")
    assert stale.status == 409 and "saved version 4" in stale.page


def test_files_are_added_renamed_removed_and_taken_away(served: Served) -> None:
    base = kunming(served)
    home = f"/rulebooks/{base.folder}"
    browser = served.visitor("policy").get(f"{home}/files")
    browser.send(f"{home}/files", do="add", name="cases/甲局.yaml")
    assert browser.at.endswith("/edit/cases/甲局.yaml"), browser.page
    browser.get(f"{home}/files").send(f"{home}/files", do="rename", file="cases/甲局.yaml", name="cases/乙局.yaml")
    browser.get(f"{home}/files").send(
        f"{home}/files", {"do": "add", "folder": "sources"}, files=[("upload", ("附件.pdf", b"%PDF-1.4 not text \xff"))]
    )
    files = served.desk.folders.latest(base.folder).files
    assert "cases/乙局.yaml" in files and "cases/甲局.yaml" not in files and "sources/附件.pdf" in files
    browser.get(f"{home}/edit/sources/附件.pdf")
    assert browser.status == 400 and "no text" in browser.page
    browser.get(f"{home}/files").send(f"{home}/files", do="remove", file="rulebook.yaml")
    assert browser.status == 400 and "without it this is no rulebook" in browser.page
    answer = browser.client.get(f"{home}/download")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert "kunming-2017/cases/乙局.yaml" in archive.namelist()
    assert "attachment" in browser.client.get(f"{home}/file/sources/附件.pdf").headers["content-disposition"]


@pytest.mark.parametrize("name", ["../out.yaml", "/etc/passwd", "a\x00b.yaml", "..\\..\\x.yaml", "x" * 300])
def test_a_name_that_leads_elsewhere_is_refused(served: Served, name: str) -> None:
    base = kunming(served)
    home = f"/rulebooks/{base.folder}"
    browser = served.visitor("policy").get(f"{home}/files").send(f"{home}/files", do="add", name=name)
    assert browser.status == 400 and "cannot be a file" in browser.page
    assert served.desk.folders.latest(base.folder).n == 1


def test_hostile_text_is_shown_as_text_and_too_much_of_it_is_refused(served: Served) -> None:
    base = kunming(served)
    at = f"/rulebooks/{base.folder}/edit/{FILE}"
    evil = "</textarea><script>alert(1)</script>{{ 7*7 }}=cmd|' /C calc'!A0 &amp;"
    browser = served.visitor("policy").get(at)
    send(browser, at, evil, note="<script>alert(2)</script>")
    assert "<script>alert" not in browser.page and text_on(browser) == evil
    browser.get(f"/rulebooks/{base.folder}/versions")
    assert "<script>alert" not in browser.page
    browser.get(at)
    send(browser, at, "甲" * 4_000_000)
    assert browser.status == 413 and "4 MB" in browser.page
    assert text_of(served, served.desk.folders.latest(base.folder)) == evil


def test_only_policy_staff_change_rulebooks(served: Served) -> None:
    base = kunming(served)
    at = f"/rulebooks/{base.folder}/edit/{FILE}"
    form = {"text": "x", "do": "save", "base": "1"}
    for role in ("viewer", "auditor"):
        browser = served.visitor(role).get(at)
        assert "readonly" in browser.page and "Save as a new version" not in browser.page
        browser.post(at, form | {"token": browser.form(at)["token"]})
        assert browser.status == 403
    assert served.desk.folders.latest(base.folder).n == 1


def test_only_the_editors_own_style_is_let_in_beside_ours(served: Served) -> None:
    base = kunming(served)
    browser = served.visitor("policy").get(f"/rulebooks/{base.folder}/edit/{FILE}")
    policy = browser.headers["content-security-policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy)
    assert nonce is not None and f'data-nonce="{nonce.group(1)}"' in browser.page and "unsafe" not in policy
    again = browser.get(f"/rulebooks/{base.folder}/edit/{FILE}").headers["content-security-policy"]
    assert again != policy
    assert "nonce" not in browser.get(f"/rulebooks/{base.folder}").headers["content-security-policy"]


def test_a_text_keeps_the_line_ends_its_file_had() -> None:
    assert with_line_ends("a\nb\n", "a\r\nc\r\n") == "a\r\nb\r\n"
    assert with_line_ends("a\nb\n", "a\nc\r\n") == "a\nb\n"
    assert with_line_ends("a\n", "\ufeffa\n") == "\ufeffa\n"
    assert with_line_ends("a\n", None) == "a\n"


def test_each_file_of_a_rulebook_has_its_schema() -> None:
    names = (
        "rulebook.yaml",
        "vocabulary.yaml",
        "effect.yaml",
        "cases/a.yaml",
        "reading.yaml",
        "sources/x.txt",
        "sources/x.yaml",
    )
    assert [schema_of(name) for name in names] == ["rulebook", "vocabulary", "section", "case", "mapping", "", ""]


def test_a_rulebook_is_renamed_taken_off_the_list_and_put_back(served: Served) -> None:
    base = kunming(served)
    home = f"/rulebooks/{base.folder}"
    browser = served.visitor("policy").get(home)
    browser.send(f"{home}/settings", title="昆明 <b>2017</b>", do="rename")
    assert "昆明 &lt;b&gt;2017&lt;/b&gt;" in browser.page
    browser.send(f"{home}/settings", do="remove")
    assert (
        browser.at == "/rulebooks"
        and "昆明" not in browser.page
        and "昆明" in browser.get("/rulebooks?removed=yes").page
    )
    assert "no longer listed" in browser.get(home).page
    browser.send(f"{home}/settings", do="restore")
    assert "昆明" in browser.get("/rulebooks").page
    browser.get(home).send(f"{home}/settings", title="", do="rename")
    assert browser.status == 400 and "1 to 200 characters" in browser.page


# --- the form of an indicator -----------------------------------------------------------------------------------------


def test_a_threshold_is_changed_without_seeing_the_file(served: Served) -> None:
    base = kunming(served)
    at = f"/rulebooks/{base.folder}/indicator/three-public-control"
    browser = served.visitor("policy").get(at)
    browser.send(at, {"score.full": "<= 95%", "do": "look"})
    assert "What it would say" in browser.page and "at most 95%: full points" in unescape(browser.page)
    assert served.desk.folders.latest(base.folder).n == 1
    browser.send(at, {"score.full": "<= 95 万元", "do": "save"})
    assert browser.status == 400 and "Save as a draft with these errors" in browser.page
    browser.send(at, {"score.full": "<= 95%", "do": "save"})
    saved = served.desk.folders.latest(base.folder)
    assert text_of(served, saved) == changed(text_of(served, base), *LOOSER)
    assert saved.note == "indicator changed: “三公经费”控制率"


def test_what_the_form_proposes_is_accepted_and_its_problems_need_no_file(served: Served) -> None:
    base = kunming(served)
    at = f"/rulebooks/{base.folder}/indicator/three-public-control"
    browser = served.visitor("policy").get(at)
    proposed = re.search(r"such as 0, or (\{.*?\}\})", unescape(browser.page))
    assert proposed is not None
    browser.send(at, {"score.otherwise": proposed[1], "do": "look"})
    assert browser.status == 200 and "0.1 points off" in unescape(browser.page).replace("point off", "points off"), (
        browser.page
    )
    for name, typed, said, way_out in (
        ("points", "abc", "no concept or parameter named 'abc'", "write a number"),
        ("score.full", "<= 95 万元", "different dimensions", "make both sides one kind of quantity"),
    ):
        browser.get(at).send(at, {name: typed, "do": "save"})
        page = unescape(browser.page)
        assert browser.status == 400 and said in page and way_out in page, page
        assert "management.yaml:" not in page


def test_forms_of_two_people_fit_together_unless_they_change_one_value(served: Served) -> None:
    base = kunming(served)
    at = f"/rulebooks/{base.folder}/indicator/three-public-control"
    ann, bob, eve = (served.visitor(role).get(at) for role in ("policy", "admin", "admin"))
    ann.send(at, {"score.full": "<= 95%", "do": "save"})
    bob.send(at, {"score.full": "<= 100%", "title_en": "Three expenses", "do": "save"})
    text = text_of(served, served.desk.folders.latest(base.folder))
    assert "<= 95%" in text and "title_en: Three expenses" in text
    eve.send(at, {"score.full": "<= 90%", "do": "save"})
    assert eve.status == 409 and "Theirs: " in eve.page
    assert "&lt;= 90%" in eve.page and "<code>&lt;= 95%</code>" in eve.page
    eve.send(at, {"score.full": "<= 90%", "do": "save"})
    assert "<= 90%" in text_of(served, served.desk.folders.latest(base.folder))


# --- new rulebooks ----------------------------------------------------------------------------------------------------


def test_a_rulebook_taken_away_as_a_zip_comes_back_the_same(served: Served) -> None:
    base = kunming(served)
    browser = served.visitor("policy")
    data = browser.client.get(f"/rulebooks/{base.folder}/download").content
    browser.get("/rulebooks/new").send("/rulebooks/new", {"way": "zip"}, files={"upload": ("k.zip", data)})
    assert browser.status == 200 and "No problems" in browser.page
    again = served.desk.folders.latest(browser.at.rpartition("/")[2])
    assert again.files == base.files and again.folder != base.folder
    assert "the id kunming-2017 is used by a rulebook that is here" in again.note


def test_a_copy_has_an_id_of_its_own(served: Served) -> None:
    base = kunming(served)
    browser = served.visitor("policy").get("/rulebooks/new")
    fields = {"way": "copy", "source": f"{base.folder}:1", "title": "甲市指标体系"}
    browser.send("/rulebooks/new", {**fields, "id": "Bad Id"})
    assert browser.status == 400 and "cannot be an id" in browser.page
    before = len(served.desk.folders.listed("rulebook"))
    browser.send("/rulebooks/new", {**fields, "id": "kunming-2017"})
    assert browser.status == 400 and "the id kunming-2017 is used by a rulebook that is here" in browser.page
    assert "kunming-2017-2 is free" in browser.page and 'value="甲市指标体系"' in browser.page
    browser.send("/rulebooks/new", {**fields, "id": "jia-2026", "title": "名" * 201})
    assert browser.status == 400 and "at most 200 characters" in browser.page
    assert len(served.desk.folders.listed("rulebook")) == before
    browser.send("/rulebooks/new", {**fields, "id": "jia-2027"})
    assert "甲市指标体系" in browser.page and "jia-2027" in browser.page and "No problems" in browser.page
    # A draft has its id as much as what is published.
    browser.get("/rulebooks/new").send("/rulebooks/new", {**fields, "id": "jia-2027"})
    assert browser.status == 400 and "jia-2027-2 is free" in browser.page


def test_a_table_of_indicators_becomes_a_draft_that_loads(served: Served) -> None:
    table = (
        "<h1>指标体系</h1><table><tr><th>一级指标</th><th>三级指标</th><th>评分标准</th><th>分值</th></tr>"
        "<tr><td>过程</td><td>预算执行率</td><td>预算执行率≥90%,计5分;80%(含)-90%,计4分;低于80%不得分。</td><td>5</td></tr>"
        "<tr><td>过程</td><td>创新做法</td><td>视情况酌情给分</td><td>2</td></tr></table>"
    )
    browser = served.visitor("policy").get("/rulebooks/new")
    fields = {"way": "table", "id": "jia-2027", "title": "甲市", "authority": "甲市财政局", "effective": "2027-01-01"}
    browser.send("/rulebooks/new", fields, files={"upload": ("表.html", table.encode())})
    assert browser.status == 200, browser.page
    assert "创新做法" in browser.page and "2 indicators, 1 understood" in unescape(browser.page)
    assert served.desk.folders.latest(browser.at.rpartition("/")[2]).about["errors"] == 0
    told = unescape(browser.page).split('<pre class="told">')[1].split("</pre>")[0]
    assert "hegui lint" not in told and "Files and editing" in told, "the way on is one of this page"
    whole = "text: 预算执行率≥90%,计5分;80%(含)-90%,计4分;低于80%不得分。"
    assert whole in told, "a page breaks its lines itself"


def zip_of(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04 not one", "no zip that can be read"),
        (zip_of(**{"../rulebook.yaml": b"x"}), "not a usable file name"),
        (zip_of(**{"a/b.yaml": b"x"}), "no rulebook.yaml in the zip"),
        (zip_of(**{"rulebook.yaml": b"x", "big": b"0" * (257 << 20)}), "more than 256 MB when unpacked"),
    ],
    ids=["none", "escaping", "other", "bomb"],
)
def test_a_zip_that_is_none_is_told(served: Served, data: bytes, said: str) -> None:
    before = len(served.desk.folders.listed("rulebook"))
    browser = served.visitor("policy").get("/rulebooks/new")
    browser.send("/rulebooks/new", {"way": "zip"}, files={"upload": ("x.zip", data)})
    assert browser.status == 400 and said in browser.page
    assert len(served.desk.folders.listed("rulebook")) == before
