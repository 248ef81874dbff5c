"""The API by hand: who gets in, what is answered, what is said of what cannot be used."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from hegui.desk.api.guard import Turns
from hegui.desk.api.openapi import openapi
from hegui.desk.api.operation import PREFIX, Operation, Refused
from hegui.desk.api.operations import OPERATIONS
from hegui.desk.store.accounts import ROLES, User
from hegui.receipts.documents import read_receipt
from tests.hegui.desk.api.programs import Program
from tests.hegui.desk.browser import Served, served_in, somebody
from tests.hegui.desk.populations import table_of
from tests.hegui.desk.recorded import recorded

ROOT = Path(__file__).resolve().parents[4]
RULES = ROOT / "rules/kunming-2017"
CASE = (RULES / "cases/kunming-2017.yaml").read_text("utf-8")
BOOK = {"id": "kunming-2017", "version": "1.0"}
SCORING = {"case": CASE, "rulebook": BOOK}
SMALL = {"format": "hegui/case/v1", "subject": {"id": "x", "name": "某局"}, "period": 2017, "facts": {}}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_in(tmp_path_factory.mktemp("desk") / "data") as served:
        yield served


@pytest.fixture(scope="module")
def program(served: Served) -> Program:
    return Program(served, "auditor")


def codes(answer: httpx.Response) -> list[str]:
    """The codes of a refusal, which is always the published document."""
    data = answer.json()
    schema = json.loads((ROOT / "rules/schema/problems.json").read_text("utf-8"))
    assert not list(Draft202012Validator(schema).iter_errors(data))
    return [one["code"] for one in data["problems"]]


def address(operation: Operation) -> str:
    return re.sub(r"\{\w+(:\w+)?\}", "x1", operation.path)


# --- who gets in ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_no_operation_is_for_those_without_a_key(operation: Operation, served: Served) -> None:
    with httpx.Client(base_url=served.address) as client:
        for headers in ({}, {"authorization": "Bearer hegui_nobody"}, {"authorization": "Basic eDp5"}):
            answer = client.request(operation.method, PREFIX + address(operation), headers=headers)
            assert answer.status_code == 401 and codes(answer) == ["who-are-you"]
            assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_a_key_may_do_what_its_user_may(operation: Operation, served: Served) -> None:
    for role in ROLES:
        program = Program(served, role)
        answer = program.ask(operation.method, address(operation))
        user = next(one for one in served.desk.accounts.listed() if one.name == role)
        assert (answer.status_code == 403) is not user.may(operation.allow)
        for key in served.desk.keys.of_user(user):
            served.desk.keys.revoke(user, key.id)


def test_a_page_needs_its_token_beside_the_cookie(served: Served) -> None:
    browser = served.visitor("auditor")
    address, body = f"{PREFIX}/lint", {"rulebook": BOOK}
    assert browser.client.get(f"{PREFIX}/rulebooks").status_code == 200
    assert browser.client.post(address, json=body).status_code == 403
    token = browser.get("/account").form("/account")["token"]
    assert browser.client.post(address, json=body, headers={"x-hegui-token": token}).status_code == 200
    elsewhere = {"x-hegui-token": token, "sec-fetch-site": "cross-site"}
    assert browser.client.post(address, json=body, headers=elsewhere).status_code == 403


def test_a_key_is_made_shown_once_and_revoked_on_the_account_page(served: Served) -> None:
    browser = served.visitor("policy").get("/account").send("/account/keys", name="夜间批处理")
    (key,) = re.findall(r"<code>(hegui_[\w-]+)</code>", browser.page)
    headers = {"authorization": f"Bearer {key}"}
    assert httpx.get(f"{served.address}{PREFIX}/rulebooks", headers=headers).status_code == 200
    browser.get("/account")
    assert key not in browser.page and "夜间批处理" in browser.page and "never" not in browser.page
    again = browser.send("/account/keys", name="夜间批处理")
    assert again.status == 400 and "there is a key called" in again.page
    (revoke,) = re.findall(r'action="(/account/keys/\w+)"', browser.get("/account").page)
    browser.send(revoke)
    assert "The key is revoked" in browser.page
    assert httpx.get(f"{served.address}{PREFIX}/rulebooks", headers=headers).status_code == 401


def test_of_a_key_only_the_digest_is_kept_and_it_dies_with_its_account(served: Served) -> None:
    user = somebody(served.desk, "viewer", "passing")
    program = Program(served, "viewer", "passing")
    key = program.headers["authorization"].partition(" ")[2]
    kept = b"".join(path.read_bytes() for path in served.desk.settings.data.glob("desk.sqlite*"))
    assert key.encode() not in kept
    assert program.get("/rulebooks").status_code == 200
    assert served.desk.accounts.change(user, "viewer", active=False) is None
    assert program.get("/rulebooks").status_code == 401


def test_nobody_has_a_crowd_of_requests_under_way() -> None:
    turns = Turns(2)
    with turns.one("li"), turns.one("li"), turns.one("wang"):
        with pytest.raises(Refused) as refused, turns.one("li"):
            pass
        assert refused.value.status == 429
    with turns.one("li"):
        pass


# --- what is answered -------------------------------------------------------------------------------------------------


def test_a_case_is_scored_as_the_command_line_scores_it(program: Program) -> None:
    answer = program.post("/assess", SCORING)
    assert answer.status_code == 200 and answer.json()["format"] == "hegui/assessment/v1"
    assert (answer.json()["score"], answer.json()["grade"]) == ("96.00", "优")
    only = program.post("/assess", {**SCORING, "accept": ["figure"]}).json()
    assert (only["score"], only["lower"], only["upper"]) == (None, "1.00", "100.00")


def test_what_if_changes_the_score_and_nothing_else(program: Program) -> None:
    change = {"concept": "管理人员定期培训到位", "fact": {"value": "是"}}
    assert program.post("/assess", {**SCORING, "changes": [change]}).json()["score"] == "97.00"
    assert program.post("/assess", SCORING).json()["score"] == "96.00"


def test_facts_may_come_as_json_with_numbers_as_they_are_written(program: Program) -> None:
    text = json.dumps({"case": SMALL, "rulebook": BOOK}, ensure_ascii=False)
    text = text.replace('"facts": {}', '"facts": {"部门预算数": {"value": "100.10 万元", "basis": "figure"}}')
    answer = program.ask("POST", "/assess", content=text.encode(), headers={"content-type": "application/json"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["subject"]["name"] == "某局"


def test_an_indicator_is_explained(program: Program) -> None:
    answer = program.post("/explain", {**SCORING, "indicator": "team-building"}).json()
    assert answer["format"] == "hegui/explanation/v1" and answer["indicator"]["id"] == "team-building"
    assert answer["trail"]


def test_a_rulebook_is_checked_as_files_and_as_published(program: Program) -> None:
    files = {path.name: path.read_text("utf-8") for path in RULES.glob("*.yaml")}
    assert program.post("/lint", {"rulebook": BOOK}).json()["format"] == "hegui/problems/v1"
    spoilt = {**files, "rulebook.yaml": files["rulebook.yaml"].replace("id:", "idd:", 1)}
    found = program.post("/lint", {"rulebook": {"files": spoilt}}).json()["problems"]
    assert any(one["file"] == "rulebook.yaml" and one["line"] for one in found)


def test_rulebooks_are_listed_for_a_day(program: Program) -> None:
    listed = program.get("/rulebooks?on=2017-06-30").json()["rulebooks"]
    assert [one["in_force"] for one in listed if one["id"] == "kunming-2017"] == [True]
    by_day = {"case": CASE, "rulebook": {"id": "kunming-2017", "on": "2017-06-30"}}
    assert program.post("/assess", by_day).status_code == 200


def test_a_record_is_verified_and_its_ledger_entry_told(served: Served, program: Program) -> None:
    record = recorded(served.desk)
    found = program.post("/verify", {"record": record.id}).json()
    assert found["format"] == "hegui/verification/v1" and found["agrees"] and found["receipt"]["score"] == "96.00"
    receipt = served.desk.blobs.read(record.receipt).decode()
    assert program.post("/verify", {"receipt": receipt}).json()["agrees"]
    read, _ = read_receipt(receipt.encode(), "receipt.json")
    assert read is not None
    report = next(one.name for one in read.content.inputs if one.name.endswith("report.txt"))
    spoilt = program.post("/verify", {"receipt": receipt, "inputs": {report: {"name": "report.txt", "text": "?"}}})
    assert spoilt.json()["agrees"] is False
    entries = program.get("/ledger?most=1").json()["entries"]
    assert entries[0]["n"] == record.entry and entries[0]["format"] == "hegui/ledger/v1"


# --- long work --------------------------------------------------------------------------------------------------------

REPORT = RULES / "sources/report.txt"


def test_a_report_is_audited_as_a_part_of_a_form_and_as_json(program: Program) -> None:
    file = {"report": ("report.txt", REPORT.read_bytes())}
    form = program.post("/audit?wait=30", files=file, data={"rulebook": json.dumps(BOOK)})
    assert form.status_code == 200, form.text
    told = {"name": "C:\\reports\\report.txt", "base64": base64.b64encode(REPORT.read_bytes()).decode()}
    again = program.post("/audit?wait=30", {"report": told, "rulebook": BOOK})
    assert again.json() == form.json() and form.json()["format"] == "hegui/audit/v1"
    assert form.json()["points"]["claimed"] == "96.00"


def test_long_work_is_asked_for_again_and_its_files_fetched(program: Program, served: Served) -> None:
    report = {"name": "report.txt", "text": REPORT.read_text("utf-8")}
    begun = program.post("/audit?wait=0", {"report": report}, headers={"idempotency-key": "one"})
    assert begun.status_code == 202
    twice = program.post("/audit?wait=0", {"report": report}, headers={"idempotency-key": "one"})
    place = begun.headers["location"]
    assert place.startswith(PREFIX) and twice.json()["id"] == begun.json()["id"]
    path = place.removeprefix(PREFIX)
    job = over(program, path)
    assert job["state"] == "done" and job["problems"] == []
    (name,) = [one for one in job["files"] if one.endswith("audit.json")]
    assert program.get(f"{path}/files/{name}").json()["format"] == "hegui/audit/v1"
    assert program.get(f"{path}/files/../../desk.sqlite").status_code == 404
    assert program.get(f"{path}/files/%2e%2e%2f%2e%2e%2fdesk.sqlite").status_code == 404
    assert program.ask("DELETE", path).status_code == 409
    stranger = Program(served, "policy")
    assert stranger.get(path).status_code == 404 and stranger.ask("DELETE", path).status_code == 404


def test_a_report_nobody_can_read_is_told(program: Program) -> None:
    answer = program.post("/audit?wait=30", {"report": {"name": "x.docx", "text": "no Word file"}})
    assert answer.status_code == 422 and codes(answer)


def test_a_population_is_scored_and_its_files_fetched(program: Program, served: Served) -> None:
    files = {
        "table": ("units.csv", table_of(8)),
        "items.绩效目标": ("目标.csv", "单位,名称,是否量化\nU1,甲,否\n".encode()),
    }
    fields = {"rulebook": json.dumps(BOOK), "title": "接口", "year": "2017"}
    once = {"idempotency-key": "batch-1"}
    begun = program.post("/batches", files=files, data=fields, headers=once)
    assert begun.status_code == 202, begun.text
    assert program.post("/batches", files=files, data=fields, headers=once).json()["id"] == begun.json()["id"]
    path = begun.headers["location"].removeprefix(PREFIX)
    run = over(program, path)
    assert run["state"] == "done" and run["manifest"]["format"] == "hegui/batch/v1" and run["manifest"]["units"] == 9
    assert [one["role"] for one in run["manifest"]["identity"]["inputs"]] == ["units", "绩效目标"]
    assert {"report.html", "scores.parquet", "reasons.parquet", "rejects.parquet", "manifest.json"} <= set(run["files"])
    viewer = Program(served, "viewer", "looking")
    assert viewer.get(f"{path}/scores.parquet").content.startswith(b"PAR1")
    assert viewer.get(f"{path}/../../../../desk.sqlite").status_code == 404
    assert viewer.ask("DELETE", path).status_code == 403 and program.ask("DELETE", path).status_code == 409
    again = program.post("/batches", {"population": run["population"], "rulebook": BOOK})
    assert again.status_code == 202 and again.json()["population"] == run["population"]
    cancelled = program.ask("DELETE", again.headers["location"].removeprefix(PREFIX))
    assert cancelled.status_code in (200, 409)


def test_populations_that_cannot_be_are_told(program: Program) -> None:
    table = {"name": "units.csv", "text": "a"}
    for body, status in (
        ({"table": {**table, "name": "q.sql"}, "rulebook": BOOK}, 422),
        ({"population": "none", "rulebook": BOOK}, 404),
        ({"table": table, "rulebook": {"id": "none"}}, 404),
        ({"rulebook": BOOK}, 400),
        ({"table": table, "population": "x", "rulebook": BOOK}, 400),
        ({"table": table, "rulebook": {"files": {"rulebook.yaml": ""}}}, 400),
    ):
        answer = program.post("/batches", body)
        assert answer.status_code == status and codes(answer), answer.text


def over(program: Program, path: str) -> Any:
    """The job at this place once it is over."""
    until = time.monotonic() + 60
    while (job := program.get(path).json())["state"] in ("queued", "running"):
        assert time.monotonic() < until
        time.sleep(0.1)
    return job


# --- what cannot be used ----------------------------------------------------------------------------------------------

BAD: tuple[tuple[bytes, str, int, str], ...] = (
    (b"", "application/json", 400, "not-json"),
    (b"\xff\xfe", "application/json", 400, "not-json"),
    (b'{"a": NaN}', "application/json", 400, "not-json"),
    (b"[" * 100_000, "application/json", 400, "too-deep"),
    (b"[" * 70 + b"]" * 70, "application/json", 400, "too-deep"),
    (b'{"a": 1, "a": 2}', "application/json", 400, "repeated-key"),
    (b"[1e999999999999999999999]", "application/json", 400, "not-json"),
    (b"9" * 5_000, "application/json", 400, "not-json"),
    (b'{"cases": 1}', "application/json", 400, "unknown-key"),
    (b"case: 1", "application/yaml", 415, "wrong-media-type"),
    (b"x=1", "", 415, "wrong-media-type"),
    (json.dumps({"case": "a\0", "rulebook": BOOK}).encode(), "application/json", 422, "bad-character"),
    (b'{"case": "\\ud800", "rulebook": {"id": "x"}}', "application/json", 422, "bad-character"),
    (json.dumps({"case": CASE, "rulebook": {"id": "none"}}).encode(), "application/json", 404, "not-found"),
    (json.dumps({"case": "a: [", "rulebook": BOOK}).encode(), "application/json", 422, "bad-yaml"),
)


@pytest.mark.parametrize(("body", "kind", "status", "code"), BAD)
def test_what_cannot_be_used_is_told_in_json(body: bytes, kind: str, status: int, code: str, program: Program) -> None:
    answer = program.ask("POST", "/assess", content=body, headers={"content-type": kind})
    assert answer.status_code == status, answer.text
    assert code in codes(answer), answer.text


@pytest.mark.parametrize("name", ["../rulebook.yaml", "/etc/passwd", "a/../../b", "rulebook.yaml/x\n", "a\\..\\..\\b"])
def test_files_of_a_rulebook_stay_in_their_folder(name: str, program: Program) -> None:
    answer = program.post("/lint", {"rulebook": {"files": {name: "x"}}})
    assert answer.status_code == 422 and codes(answer) == ["bad-name"]


def test_too_much_is_refused_before_all_of_it_has_come(program: Program) -> None:
    answer = program.post("/assess", {"case": "x" * 5_000_000, "rulebook": BOOK})
    assert answer.status_code == 413 and codes(answer) == ["too-large"]


@pytest.mark.parametrize("path", ["/nothing", "/ledger/1", "/../v1/x", "//"])
def test_addresses_that_lead_nowhere_are_told_in_json(path: str, program: Program) -> None:
    answer = program.get(path)
    assert answer.status_code == 404 and codes(answer) == ["not-found"]


def test_methods_and_parameters_there_are_not(program: Program) -> None:
    answer = program.ask("DELETE", "/ledger")
    assert answer.status_code == 405 and answer.headers["allow"] == "GET" and codes(answer) == ["no-such-method"]
    for query in ("?most=x", "?most=0", "?nosuch=1", "?lang=fr", "?most=1&most=2", "?before=" + "9" * 400):
        assert program.get(f"/ledger{query}").status_code == 400, query


def test_refusals_are_in_the_language_asked_for(program: Program) -> None:
    for asked, words in (("zh", "没有"), ("en", "there is no")):
        answer = program.post(f"/explain?lang={asked}", {**SCORING, "rulebook": {"id": "none"}, "indicator": "x"})
        assert words in answer.json()["problems"][0]["message"]
        assert answer.headers["content-language"] == asked


# --- the description --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_description_says_every_operation_and_refers_to_nothing_that_is_not_there(language: Any) -> None:
    document = openapi(OPERATIONS, language)
    assert {each["operationId"] for path in document["paths"].values() for each in path.values()} == {
        one.name for one in OPERATIONS
    }
    for place in set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document))):
        found: Any = document
        for step in place.split("/"):
            found = found[step]


def test_people_read_the_same_table(served: Served) -> None:
    for language in ("zh", "en"):
        browser = served.visitor("viewer", language).get("/api")
        for one in OPERATIONS:
            assert (
                f'id="{one.name}"' in browser.page and one.title.in_("zh" if language == "zh" else "en") in browser.page
            )


def test_keys_are_as_many_as_one_can_mean_to_have(served: Served) -> None:
    user = somebody(served.desk, "viewer", "collector")
    made = [served.desk.keys.make(user, f"n{n}") for n in range(21)]
    assert all(isinstance(one, str) for one in made[:20]) and not isinstance(made[20], str)
    for name in ("", " ", "x" * 81, "a\nb"):
        assert not isinstance(served.desk.keys.make(user, name), str)
    assert isinstance(user, User)
