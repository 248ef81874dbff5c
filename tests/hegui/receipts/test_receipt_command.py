"""Receipts as people meet them: `hegui check` leaves one, `hegui verify` says whether it is still true."""

from __future__ import annotations

import json
import os
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from facts.structure import load_schema
from hegui.cli import main
from hegui.receipts.canonical import canonical, sha256
from tests.hegui.batch.engines import RULES as KUNMING
from tests.hegui.batch.engines import population
from tests.hegui.receipts.example import SECTION, on_disk

AS_OF = ("--as-of", "2018-06-01")


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    on_disk(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(*more: object) -> int:
    return run("check", "cases/case.yaml", "--rules", "rules", "--by", "张三", *more)


def verified(capsys: pytest.CaptureFixture[str], status: int, *arguments: object) -> dict[str, Any]:
    capsys.readouterr()
    assert run("verify", *arguments, "--format", "json", "--lang", "en") == status
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    Draft202012Validator(load_schema("verification")).validate(found)
    return found


def failing(found: dict[str, Any]) -> list[tuple[str, str]]:
    bad = ("differs", "missing", "additional")
    return [(one["place"], one["state"]) for one in found["comparisons"] if one["state"] in bad]


# --- leaving a receipt ---


def test_beside_a_result_lies_its_receipt(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check("-o", "out.json", "--format", "json") == 0
    receipt = json.loads((here / "out.json.receipt.json").read_text(encoding="utf-8"))
    Draft202012Validator(load_schema("receipt")).validate(receipt)
    assert receipt["made"]["by"] == "张三"
    assert receipt["where"] == {"rules": "rules", "facts": ["cases/case.yaml"], "items": [], "waivers": []}
    assert receipt["content"]["papers"] == [
        {"name": "papers/out.json", "sha256": sha256((here / "out.json").read_bytes())}
    ]
    assert receipt["digest"] == sha256(canonical(receipt["content"]))
    found = verified(capsys, 0, "out.json.receipt.json")
    assert found["agrees"] and found["receipt"]["score"] == "3.00"


@pytest.mark.parametrize("more", [[], ["-o", "out.txt", "--no-receipt"], ["-o", "/dev/null"]])
def test_no_receipt_is_left_where_none_is_wanted(
    here: Path, capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    assert check(*more) == 0
    assert not list(here.glob("*receipt*"))


def test_the_hashed_part_is_the_same_in_another_folder_on_another_day(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check("--receipt", "a.json", "--as-of", "2018-01-01") == 0
    shutil.copytree(here / "cases", here / "deep" / "down" / "cases")
    shutil.copytree(here / "sources", here / "deep" / "down" / "sources")
    shutil.copytree(here / "rules", here / "other")
    arguments = ("deep/down/cases/case.yaml", "--rules", here / "other", "--receipt", "b.json", "--as-of", "2031-01-01")
    assert run("check", *arguments, "--by", "李四", "--isolated") == 0
    one, other = (json.loads((here / name).read_text(encoding="utf-8")) for name in ("a.json", "b.json"))
    assert one["content"] == other["content"]
    assert one["seal"] != other["seal"]


def test_an_archive_verifies_anywhere_without_the_files(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check("--waivers", "waivers.yaml", *AS_OF, "-o", "out.txt", "--receipt", "r.zip") == 0
    first = (here / "r.zip").read_bytes()
    elsewhere = here / "elsewhere"
    elsewhere.mkdir()
    shutil.move(here / "r.zip", elsewhere)
    for name in ("rules", "cases", "sources"):
        shutil.rmtree(here / name)
    found = verified(capsys, 0, elsewhere / "r.zip")
    assert [one["place"] for one in found["comparisons"] if one["what"] == "paper"] == ["papers/out.txt"]
    assert b"/tmp" not in first and str(here).encode() not in first  # that it is not there is the point


def test_several_case_files_make_one_receipt(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = here / "more" / "case.yaml"
    more.parent.mkdir()
    text = (here / "cases" / "case.yaml").read_text(encoding="utf-8")
    (here / "cases" / "case.yaml").write_text(text.replace("  已公开: 是\n", ""), encoding="utf-8")
    more.write_text("format: hegui/case/v1\nfacts: {已公开: 是}\n", encoding="utf-8")
    assert run("check", "cases/case.yaml", more, "--rules", "rules", "--receipt", "r.json") == 0
    assert verified(capsys, 0, "r.json")["receipt"]["score"] == "3.00"
    more.write_text("format: hegui/case/v1\nfacts: {已公开: 否}\n", encoding="utf-8")
    assert failing(verified(capsys, 1, "r.json"))[0] == ("facts/2/case/case.yaml", "differs")


def test_a_unit_of_a_table_has_a_receipt_too(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("duckdb")
    table = here / "单位.csv"
    table.write_text(
        "单位编号,单位名称,预算数(万元),决算数(万元),已公开\nA,甲,100,95,是\nB,乙,100,50,否\n", encoding="utf-8"
    )
    for receipt in ("b.json", "b.zip"):
        assert run("check", f"{table}#B", "--rules", "rules", "--receipt", receipt, "--period", 2018) == 0
        found = verified(capsys, 0, receipt)
        assert (found["receipt"]["subject"]["id"], found["receipt"]["score"]) == ("B", "1.00")
    table.write_text(table.read_text(encoding="utf-8").replace("50", "91"), encoding="utf-8")
    assert ("tables/1/单位.csv", "differs") in failing(verified(capsys, 1, "b.json"))


def test_a_unit_with_tables_of_items_has_a_receipt_too(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("duckdb")
    table, items = population(here)
    targets = items["绩效目标"]
    given = ("check", f"{table}#U2", "--rules", KUNMING, "--items", f"绩效目标={targets}")
    for receipt in ("r.json", "r.zip"):
        assert run(*given, "--receipt", receipt) in (0, 1)
        named = () if receipt == "r.zip" else ("--rules", KUNMING)
        assert verified(capsys, 0, receipt, *named)["agrees"]
    targets.write_text(targets.read_text(encoding="utf-8").replace("目标2-0,是", "目标2-0,否"), encoding="utf-8")
    assert ("tables/2/目标.csv", "differs") in failing(verified(capsys, 1, "r.json", "--rules", KUNMING))
    moved = targets.rename(here / "moved.csv")
    assert run("verify", "r.json", "--rules", KUNMING) == 2
    again = verified(capsys, 1, "r.json", "--rules", KUNMING, "--items", f"绩效目标={moved}")
    assert ("tables/2/目标.csv", "differs") in failing(again)


def test_a_case_with_problems_of_its_own_verifies_from_another_folder(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Problems name files; in a receipt those are places."""
    case = here / "cases" / "case.yaml"
    text = case.read_text(encoding="utf-8")
    case.write_text(text.replace("已公开: 是", "已公开: {conflict: 一处说是一处说否}"), encoding="utf-8")
    waivers = ("--waivers", here / "waivers.yaml", *AS_OF)
    assert check(*waivers, "--receipt", "r.zip", "--format", "json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["problems"][0]["file"] == "cases/case.yaml"
    assert shown["waived"]["waivers"][0]["file"] == str(here / "waivers.yaml")
    shutil.copy(here / "r.zip", here / "cases")
    os.chdir(here / "cases")
    assert verified(capsys, 0, "r.zip")["agrees"]


# --- what it must not be written over ---


@pytest.mark.parametrize(
    "arguments",
    [
        ["--receipt", "cases/case.yaml"],
        ["--receipt", "rules/one.json"],
        ["--receipt", "notes.json"],
        ["--receipt", "r.txt"],
        ["--receipt", "r.json", "--ledger", "r.json"],
        ["--receipt", "r.json", "--ledger", "waivers.yaml", "--waivers", "waivers.yaml"],
        ["-o", "out.json", "--receipt", "out.json"],
        ["-o", "out.json", "--ledger", "out.json"],
        ["-o", "notes"],
        ["--receipt", "r.json", "--sign", "notes.json"],
        ["--receipt", "r.json", "--sign", "nowhere.pem"],
        ["--sign", "notes.json"],
        ["--ledger", "l.jsonl"],
        ["--receipt", "no/folder/r.json"],
        ["--receipt", "r.json", "--ledger", "no/folder/l.jsonl"],
        ["--receipt", "r.json", "--ledger", "notes.json"],
    ],
    ids=" ".join,
)
def test_nothing_is_written_over_and_the_reason_is_told(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    (here / "rules" / "one.json").symlink_to(here / "rules" / "one.yaml")
    for name in ("notes.json", "notes.receipt.json"):
        (here / name).write_text("my notes", encoding="utf-8")
    before = {path: path.read_bytes() for path in here.rglob("*") if path.is_file()}
    assert check(*arguments) == 2
    said = capsys.readouterr().err
    assert "error[" in said and "Traceback" not in said
    assert {path: path.read_bytes() for path in before} == before


def test_an_older_receipt_is_replaced(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert check("-o", "out.txt") == 0
    assert verified(capsys, 0, "out.txt.receipt.json")["agrees"]


def test_inputs_that_change_meanwhile_give_no_receipt(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from hegui.receipts.gathering import gather

    def slow(asked: Any, recorded: Any = None) -> Any:
        found = gather(asked, recorded)
        (here / "sources" / "report.txt").write_text("改过", encoding="utf-8")
        return found

    monkeypatch.setattr("hegui.receipts.leaving.gather", slow)
    assert check("--receipt", "r.json", "--lang", "en") == 2
    assert "input-changed" in capsys.readouterr().err
    assert not (here / "r.json").exists()


# --- verifying ---


def test_each_file_that_was_changed_is_named_with_what_it_does(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check("-o", "out.txt") == 0
    (here / "rules" / "one.yaml").write_text(SECTION.replace("otherwise: 1", "otherwise: 0"), encoding="utf-8")
    (here / "sources" / "report.txt").unlink()
    (here / "out.txt").write_text("better", encoding="utf-8")
    assert failing(verified(capsys, 1, "out.txt.receipt.json")) == [
        ("rulebook/one.yaml", "differs"),
        ("facts/1/sources/report.txt", "missing"),
        ("rulebook.digest", "differs"),
        ("result", "differs"),
        ("score", "differs"),
        ("lower", "differs"),
        ("upper", "differs"),
        ("indicators[execution]", "differs"),
        ("papers/out.txt", "differs"),
    ]
    assert run("verify", "out.txt.receipt.json", "--lang", "en") == 1
    said = capsys.readouterr().out
    assert "score should be 3.00, is 2.00" in said
    assert "does not agree, in 9 places" in said


def test_files_that_went_elsewhere_are_named_by_options(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert check("--receipt", "r.json", "--waivers", "waivers.yaml", *AS_OF) == 0
    moved = here / "moved"
    moved.mkdir()
    for name in ("rules", "sources", "cases", "waivers.yaml", "r.json"):
        shutil.move(here / name, moved / name)
    (moved / "cases" / "case.yaml").rename(moved / "cases" / "renamed.yaml")
    (moved / "waivers.yaml").rename(moved / "w.yaml")
    capsys.readouterr()
    assert run("verify", "moved/r.json", "--lang", "en") == 2
    assert "--rules" in capsys.readouterr().err
    given = ("--rules", "moved/rules", "--facts", "moved/cases/renamed.yaml", "--waivers", "moved/w.yaml")
    assert verified(capsys, 0, "moved/r.json", *given)["agrees"]


@pytest.mark.parametrize("path", ["/etc", "../rules", "rules/../../x", "link", None, "\0"])
def test_a_path_a_receipt_names_leads_nowhere_but_below(
    here: Path, capsys: pytest.CaptureFixture[str], path: str | None
) -> None:
    assert check("--receipt", "r.json") == 0
    (here / "link").symlink_to(here.parent)
    receipt = json.loads((here / "r.json").read_text(encoding="utf-8"))
    receipt["where"]["rules"] = path
    (here / "r.json").write_text(json.dumps(receipt, ensure_ascii=True), encoding="utf-8")
    capsys.readouterr()
    assert run("verify", "r.json", "--lang", "en") == 2
    said = capsys.readouterr()
    assert said.out == "" and "Traceback" not in said.err


def test_hostile_text_is_shown_as_text(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check("--receipt", "r.json") == 0
    text = (here / "r.json").read_text(encoding="utf-8").replace("甲局", "\\u202e\\u2066甲\\u200b局")
    (here / "r.json").write_text(text, encoding="utf-8")
    capsys.readouterr()
    assert run("verify", "r.json") == 1
    assert "\u202e" not in capsys.readouterr().out


@pytest.mark.parametrize("name", ["nowhere.json", "rules", "pipe"])
def test_what_cannot_be_read_is_a_problem(here: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    os.mkfifo(here / "pipe")
    assert run("verify", name) == 2
    assert "error[" in capsys.readouterr().err


# --- signatures ---


def test_a_key_is_made_once_and_for_its_owner_alone(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("key", "new", "-o", "key.pem") == 0
    shown = capsys.readouterr().out.strip()
    assert len(shown) == 64
    assert stat.S_IMODE((here / "key.pem").stat().st_mode) == 0o600
    before = (here / "key.pem").read_bytes()
    assert run("key", "new", "-o", "key.pem", "--lang", "en") == 2
    assert "file-exists" in capsys.readouterr().err
    assert (here / "key.pem").read_bytes() == before
    assert check("--receipt", "r.json", "--sign", "key.pem") == 0
    assert json.loads((here / "r.json").read_text(encoding="utf-8"))["signature"]["key"] == shown
    assert check("--receipt", "r.json", "--sign", "key.pem.pub") == 2


def test_verify_holds_a_signature_against_a_key(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("key.pem", "other.pem"):
        assert run("key", "new", "-o", name) == 0
    assert check("--receipt", "r.json", "--sign", "key.pem") == 0
    assert verified(capsys, 0, "r.json")["receipt"]["key"]
    assert verified(capsys, 0, "r.json", "--key", "key.pem.pub")["agrees"]
    assert failing(verified(capsys, 1, "r.json", "--key", "other.pem.pub"))
    text = (here / "r.json").read_text(encoding="utf-8")
    (here / "r.json").write_text(text.replace("张三", "李四"), encoding="utf-8")
    assert {what for what, _ in failing(verified(capsys, 1, "r.json"))} == {"digest, made, where"}
    assert check("--receipt", "r.json") == 0
    assert failing(verified(capsys, 1, "r.json", "--key", "key.pem.pub"))


def test_without_the_library_a_signature_is_not_checked_and_that_is_said(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("key", "new", "-o", "key.pem") == 0
    assert check("--receipt", "r.json", "--sign", "key.pem") == 0
    monkeypatch.setattr("hegui.receipts.signing.importlib.util.find_spec", lambda name: None)
    (told,) = (one for one in verified(capsys, 0, "r.json")["comparisons"] if one["what"] == "signature")
    assert told["state"] == "unchecked" and "hegui[signing]" in told["hint"]
    assert check("--receipt", "r.json", "--sign", "key.pem") == 2
    assert run("verify", "r.json", "--key", "key.pem.pub") == 2
    assert run("key", "new", "-o", "another.pem") == 2


# --- the ledger ---


def test_a_ledger_grows_by_what_is_assessed_and_shows_what_was_done_to_it(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a.json", "b.zip", "c.json"):
        assert check("--receipt", name, "--ledger", "ledger.jsonl") == 0
    said = capsys.readouterr().err
    entries = [json.loads(line) for line in (here / "ledger.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [entry["n"] for entry in entries] == [1, 2, 3]
    assert entries[2]["digest"] in said
    receipt = (here / "a.json").read_bytes()
    assert entries[0]["payload"] == sha256(receipt)
    assert entries[0]["receipt"] == json.loads(receipt)["digest"] == entries[2]["receipt"]
    found = verified(capsys, 0, "ledger.jsonl", "--head", entries[2]["digest"])
    assert found["ledger"] == {"entries": 3, "head": entries[2]["digest"]}
    lines = (here / "ledger.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (here / "ledger.jsonl").write_text(lines[0] + lines[2], encoding="utf-8")
    assert failing(verified(capsys, 1, "ledger.jsonl")) == [("ledger.jsonl:2", "differs")]
    (here / "ledger.jsonl").write_text(lines[0] + lines[1], encoding="utf-8")
    assert verified(capsys, 0, "ledger.jsonl")["agrees"]
    (told,) = verified(capsys, 1, "ledger.jsonl", "--head", entries[2]["digest"])["comparisons"]
    assert told["what"] == "entry-truncated"
    (here / "ledger.jsonl").write_text(lines[0] + lines[1][:50], encoding="utf-8")
    (told,) = verified(capsys, 0, "ledger.jsonl")["comparisons"]
    assert (told["what"], told["place"]) == ("entry-torn", "ledger.jsonl:2")
    assert check("--receipt", "d.json", "--ledger", "ledger.jsonl") == 0
    assert ".torn" in capsys.readouterr().err
    assert verified(capsys, 0, "ledger.jsonl")["ledger"]["entries"] == 2


def test_a_receipt_is_found_in_its_ledger(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.json", "b.zip"):
        assert check("--receipt", name, "--ledger", "ledger.jsonl", "--by", name) == 0
    assert check("--receipt", "c.json") == 0
    for name, place in (("a.json", "ledger.jsonl:1"), ("b.zip", "ledger.jsonl:2")):
        found = verified(capsys, 0, name, "--ledger", "ledger.jsonl")
        assert [one["place"] for one in found["comparisons"] if one["what"] == "entry"] == ["ledger.jsonl", place]
    receipt = json.loads((here / "c.json").read_text(encoding="utf-8"))
    receipt["made"]["by"] = "李四"
    (here / "c.json").write_text(json.dumps(receipt), encoding="utf-8")
    assert ("ledger.jsonl", "missing") in failing(verified(capsys, 1, "c.json", "--ledger", "ledger.jsonl"))
    lines = (here / "ledger.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (here / "ledger.jsonl").write_text(lines[1], encoding="utf-8")
    assert failing(verified(capsys, 1, "b.zip", "--ledger", "ledger.jsonl")) == [("ledger.jsonl:1", "differs")]
    assert run("verify", "b.zip", "--ledger", "nowhere.jsonl") == 2


def test_a_broken_ledger_takes_no_entry(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "ledger.jsonl").write_text("something else\n", encoding="utf-8")
    assert check("--receipt", "r.json", "--ledger", "ledger.jsonl", "--lang", "en") == 2
    assert "broken-ledger" in capsys.readouterr().err
    assert (here / "ledger.jsonl").read_text(encoding="utf-8") == "something else\n"
