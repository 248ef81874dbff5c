"""A receipt says what an assessment was made of and what it came to; whatever is changed afterwards is named."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from engine.session import EngineFault
from facts.structure import load_schema
from hegui.assessing import Asked, assess_files
from hegui.receipts.canonical import canonical, readable, sha256
from hegui.receipts.documents import (
    content_data,
    content_digest,
    read_receipt,
    receipt_data,
    receipt_text,
    seal_of,
)
from hegui.receipts.gathering import gather
from hegui.receipts.inputs import Scored, assess_inputs, options_of
from hegui.receipts.making import make_receipt
from hegui.receipts.model import Made, Receipt, Verification, Versions, Where
from hegui.receipts.places import is_place, source_place
from hegui.receipts.result import result_bytes
from hegui.receipts.signing import new_key, public_key, signed
from hegui.receipts.verifying import AtHand, verify_receipt
from tests.engine.example import case_files
from tests.hegui.receipts.example import (
    CASE_AT,
    FILES,
    MADE,
    OPTIONS,
    SECTION,
    SOURCE_AT,
    VOCABULARY,
    WAIVERS_AT,
    inputs,
    receipt,
    scored,
)


def failing(found: Verification) -> set[tuple[str, str]]:
    return {(one.what, one.place) for one in found.comparisons if one.fails}


EVERY = sorted({path.parent.parent for path in case_files() if "clauses" not in path.parts})


@cache
def keys() -> tuple[bytes, bytes, str]:
    return new_key()


@cache
def signed_receipt() -> Receipt:
    found, problem = signed(receipt(), keys()[0], "key.pem")
    assert found is not None and problem is None
    return found


# --- making ---


def test_a_receipt_names_every_file_and_what_it_came_to() -> None:
    content = receipt().content
    assert {file.name: file.sha256 for file in content.inputs} == {name: sha256(data) for name, data in FILES.items()}
    assert (content.result.score, content.result.grade) == ("3.00", "差")
    assert [(one.id, one.verdict, one.lower) for one in content.result.indicators] == [
        ("execution", "partly_met", "1.00"),
        ("openness", "met", "2.00"),
    ]
    assert content.result.sha256 == sha256(result_bytes(scored().assessment, scored().names))


def test_who_and_when_change_nothing_of_the_hashed_part() -> None:
    other = receipt(Made("李四", "2030-01-01T00:00:00Z"))
    assert content_data(other.content) == content_data(receipt().content)
    assert other.digest == receipt().digest
    assert other.seal != receipt().seal


def test_the_hashed_part_knows_no_machine_and_no_folder() -> None:
    again, _ = assess_inputs(inputs(), OPTIONS)
    assert again is not None
    assert set(again.names) != set(scored().names)  # another temporary folder
    assert make_receipt(inputs(), OPTIONS, again, MADE) == receipt()
    assert "/tmp" not in receipt_text(receipt())  # noqa: S108  # that it is not there is the point


def test_a_receipt_survives_its_file() -> None:
    for one in (receipt(), signed_receipt()):
        text = receipt_text(one)
        assert read_receipt(text.encode(), "r.json") == (one, ())
        assert json.loads(text)["digest"] == sha256(canonical(json.loads(text)["content"]))


@given(st.text(max_size=50))
def test_whoever_made_it_may_be_called_anything(name: str) -> None:
    one = receipt(Made(name, MADE.at))
    assert read_receipt(receipt_text(one).encode(), "r.json") == (one, ())


# --- verifying ---


def test_untouched_it_agrees_and_was_made_again() -> None:
    one = signed_receipt()
    hand = AtHand(FILES, written=receipt_text(one).encode(), key=keys()[2])
    found = verify_receipt(one, hand)
    assert found.agrees
    states = {(one.what, one.state) for one in found.comparisons}
    assert states == {(what, "agrees") for what in ("digest", "seal", "signature", "input", "result")}


@given(st.data())
def test_any_byte_changed_in_any_input_is_noticed_at_its_file(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(FILES)))
    before = FILES[name]
    at = data.draw(st.integers(0, len(before) - 1))
    flipped = bytes([before[at] ^ data.draw(st.integers(1, 255))])
    files = {**FILES, name: before[:at] + flipped + before[at + 1 :]}
    assert ("input", name) in failing(verify_receipt(receipt(), AtHand(files)))


@given(st.data())
def test_any_byte_changed_in_a_signed_receipt_is_noticed(data: st.DataObject) -> None:
    before = receipt_text(signed_receipt()).encode()
    at = data.draw(st.integers(0, len(before) - 1))
    after = before[:at] + bytes([before[at] ^ data.draw(st.integers(1, 255))]) + before[at + 1 :]
    found, problems = read_receipt(after, "r.json")
    if found is None:
        assert problems  # it is no receipt any more, and the place is told
        return
    assert failing(verify_receipt(found, AtHand(FILES, written=after, key=keys()[2])))


def test_a_changed_rule_is_told_with_what_it_does_to_the_result() -> None:
    files = {**FILES, "rulebook/one.yaml": SECTION.replace("otherwise: 1", "otherwise: 0").encode()}
    found = verify_receipt(receipt(), AtHand(files))
    assert failing(found) == {
        ("input", "rulebook/one.yaml"),
        ("rulebook", "rulebook.digest"),
        ("result", "result"),
        ("field", "score"),
        ("field", "lower"),
        ("field", "upper"),
        ("field", "indicators[execution]"),
    }
    (told,) = (one for one in found.comparisons if one.place == "indicators[execution]")
    assert (told.expected, told.found) == ("partly_met 1.00", "not_met 0.00")


def test_with_the_result_kept_every_field_that_differs_is_told() -> None:
    files = {**FILES, "rulebook/one.yaml": SECTION.replace("title: 公开", "title: 公开情况").encode()}
    kept = result_bytes(scored().assessment, scored().names)
    found = verify_receipt(receipt(), AtHand(files, result=kept))
    fields = {one.place: (one.expected, one.found) for one in found.comparisons if one.what == "field"}
    assert fields["indicators[openness].title"] == ("公开", "公开情况")
    found = verify_receipt(receipt(), AtHand(files))
    (told,) = (one for one in found.comparisons if one.what == "field")
    assert ".zip" in told.message.en


def test_missing_and_additional_files_are_named() -> None:
    files = {name: data for name, data in FILES.items() if name not in (SOURCE_AT, CASE_AT)} | {"common/x.yaml": b"x"}
    found = verify_receipt(receipt(), AtHand(files))
    states = {
        one.place: one.state for one in found.comparisons if one.what in ("input", "rerun") and one.state != "agrees"
    }
    assert states == {SOURCE_AT: "missing", CASE_AT: "missing", "common/x.yaml": "additional", "result": "unchecked"}


def test_a_rulebook_that_cannot_be_read_any_more_says_why() -> None:
    files = {**FILES, "rulebook/one.yaml": SECTION.replace("决算数 /", "决算额 /").encode()}
    told = [one for one in verify_receipt(receipt(), AtHand(files)).comparisons if one.what == "rerun"]
    assert told[0].state == "differs" and told[0].place.startswith("rulebook/one.yaml:")


def test_another_version_is_said_and_does_not_fail() -> None:
    content = replace(receipt().content, versions=Versions("0.0.9", "0" * 64, "2.0.28", "CPython 3.9"))
    other = replace(receipt(), content=content, digest=content_digest(content))
    found = [one for one in verify_receipt(other, AtHand(FILES)).comparisons if one.what == "version"]
    assert {one.place for one in found} >= {"hegui", "engine", "python"}
    assert not any(one.fails for one in found)


@pytest.mark.parametrize("waiver", [True, False])
def test_the_day_counts_only_where_it_is_part_of_what_was_asked(waiver: bool) -> None:
    options = replace(OPTIONS, as_of="2030-01-01") if waiver else OPTIONS
    content = replace(receipt().content, options=options)
    found = verify_receipt(replace(receipt(), content=content), AtHand(FILES))
    assert (("result", "result") in failing(found)) is waiver


def test_an_engine_that_gives_no_answer_does_not_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*_: object) -> None:
        raise EngineFault("no answer within 1 s")

    monkeypatch.setattr("hegui.receipts.verifying.assess_inputs", silent)
    (told,) = (one for one in verify_receipt(receipt(), AtHand(FILES)).comparisons if one.what == "rerun")
    assert told.fails and "within 1 s" in told.message.en


def test_concept_libraries_are_inputs_and_not_those_installed_here() -> None:
    library = VOCABULARY.encode()
    own = b"format: hegui/vocabulary/v1\ninclude: [shared]\nconcepts: []\n"
    files = {**FILES, "rulebook/vocabulary.yaml": own, "common/shared.yaml": library}
    found, problems = assess_inputs(inputs(files), OPTIONS)
    assert found is not None, problems
    one = make_receipt(inputs(files), OPTIONS, found, MADE)
    assert "common/shared.yaml" in {file.name for file in one.content.rulebook.files}
    assert verify_receipt(one, AtHand(files)).agrees
    changed = {**files, "common/shared.yaml": library.replace("已公开".encode(), "公开了".encode())}
    assert ("input", "common/shared.yaml") in failing(verify_receipt(one, AtHand(changed)))
    changed.pop("common/shared.yaml")
    assert ("input", "common/shared.yaml") in failing(verify_receipt(one, AtHand(changed)))


@pytest.mark.parametrize("rules", EVERY, ids=lambda rules: rules.name)
def test_a_case_of_every_rulebook_has_a_receipt_that_verifies(rules: Path) -> None:
    case = next(path for path in case_files() if path.parent.parent == rules)
    asked = Asked(rules, (case,), as_of=date(2026, 11, 27))
    assessed, _ = assess_files(asked)
    assert assessed is not None
    gathered, problems = gather(asked)
    assert problems == ()
    options = options_of(assessed.rulebook, asked.accept, asked.as_of, waivers=False)
    one = make_receipt(gathered.inputs, options, Scored(assessed.assessment, assessed.rulebook, gathered.names), MADE)
    text = receipt_text(one).encode()
    assert read_receipt(text, "r.json") == (one, ())
    Draft202012Validator(load_schema("receipt")).validate(json.loads(text))
    assert verify_receipt(one, AtHand(gathered.inputs.files, written=text)).agrees


# --- receipts somebody made up ---


def leaves(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of everything in it that holds nothing else."""
    if isinstance(data, dict | list) and data:
        pairs = data.items() if isinstance(data, dict) else enumerate(data)
        return [leaf for key, value in pairs for leaf in leaves(value, (*path, key))]
    return [path]


def forged(path: tuple[Any, ...], value: Any) -> bytes:
    """The file of a receipt in which one thing is another, with digest and seal made anew."""
    plain = receipt_data(receipt())
    place = plain
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    plain["digest"] = sha256(canonical(plain["content"]))
    plain["seal"] = sha256(canonical({key: plain[key] for key in ("digest", "made", "where")}))
    return readable(plain).encode()


@cache
def content_leaves() -> list[tuple[Any, ...]]:
    """Everything in the hashed part but the programs, which are compared and never fail."""
    paths = leaves(receipt_data(receipt())["content"])
    return [("content", *path) for path in paths if path[0] != "versions"]


ODD: list[Any] = [
    None,
    True,
    0,
    "",
    "x",
    "0" * 64,
    "../x",
    "rulebook/x",
    "甲" * 3000,
    "2018-02-30",
    "2018-06-02",
    "9" * 70,
]


@given(st.data())
def test_nothing_that_counts_can_be_changed_even_with_digest_and_seal_made_anew(drawn: st.DataObject) -> None:
    path = drawn.draw(st.sampled_from(content_leaves()))
    data = forged(path, drawn.draw(st.sampled_from([*ODD, [], {}, ["figure"]])))
    found, problems = read_receipt(data, "r.json")
    if found is None:
        assert problems
    elif found.content != receipt().content:
        assert not verify_receipt(found, AtHand(FILES, written=data)).agrees


def test_a_receipt_that_has_nothing_assessed_never_agrees() -> None:
    content = replace(receipt().content, facts=(), waivers=(), sources=())
    digest = content_digest(content)
    one = Receipt(content, MADE, Where(), digest, seal_of(digest, MADE, Where()))
    files = {name: data for name, data in FILES.items() if name.startswith("rulebook/")}
    found = verify_receipt(one, AtHand(files))
    assert not found.agrees
    assert read_receipt(receipt_text(one).encode(), "r.json")[0] is None


# --- signatures ---


def test_a_signature_is_held_against_the_key_that_is_trusted() -> None:
    one = signed_receipt()
    other = new_key()[2]
    assert ("signature", one.signature.key if one.signature else "") in failing(
        verify_receipt(one, AtHand(FILES, key=other))
    )
    assert verify_receipt(one, AtHand(FILES)).agrees
    assert not verify_receipt(receipt(), AtHand(FILES, key=keys()[2])).agrees
    assert public_key(keys()[0], "k") == public_key(keys()[1], "k") == (keys()[2], None)


def test_a_signature_covers_who_and_when() -> None:
    forged = replace(receipt(Made("李四", MADE.at)), signature=signed_receipt().signature)
    assert {what for what, _ in failing(verify_receipt(forged, AtHand(FILES, key=keys()[2])))} == {"signature"}


@pytest.mark.parametrize("pem", [b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", b"\xff" * 99])
def test_what_is_no_key_is_a_problem(pem: bytes) -> None:
    _, problem = signed(receipt(), pem, "key.pem")
    assert problem is not None and problem.code == "bad-key"
    assert public_key(pem, "key.pem")[1] is not None


# --- receipts of others ---

BAD_RECEIPTS = {
    "no receipt": (b"{}", "not-a-receipt"),
    "half a receipt": (b"format: hegui/receipt/v1", "missing-key"),
    "another document": (b"format: hegui/case/v1", "not-a-receipt"),
    "a key": (b"-----BEGIN PRIVATE KEY-----\nsecret\n", "not-a-receipt"),
    "empty": (b"", "empty-file"),
    "a picture": (b"\x89PNG\r\n\xff", "not-utf8"),
    "a zip": (b"PK\x03\x04", "not-yaml"),
    "deep": (b"[" * 100_000, "too-deep"),
    "large": (b" " * (5 * 1024 * 1024), "file-too-large"),
}


@pytest.mark.parametrize(("data", "code"), BAD_RECEIPTS.values(), ids=BAD_RECEIPTS)
def test_what_is_no_receipt_is_a_problem(data: bytes, code: str) -> None:
    found, problems = read_receipt(data, "r.json")
    assert found is None
    assert code in {problem.code for problem in problems}
    assert not any("secret" in problem.show("en") for problem in problems)


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "facts/../../x", "facts//x", "other/x", "facts/a\\b", "facts"])
def test_a_name_that_leads_out_is_refused(name: str) -> None:
    assert not is_place(name)
    text = receipt_text(receipt()).replace(f'"{CASE_AT}"', json.dumps(name))
    found, problems = read_receipt(text.encode(), "r.json")
    assert found is None
    assert {problem.code for problem in problems} == {"bad-file-name"}


@given(st.text(max_size=30))
def test_a_source_lies_below_its_case_or_nowhere(file: str) -> None:
    place = source_place(CASE_AT, file)
    assert place is None or (is_place(place) and place.startswith("facts/1/"))


def test_a_source_lies_where_its_case_says() -> None:
    assert source_place(CASE_AT, "../sources/report.txt") == SOURCE_AT
    assert source_place(CASE_AT, "./report.txt") == "facts/1/case/report.txt"
    assert source_place(CASE_AT, "case.yaml") is None
    assert WAIVERS_AT in {file.name for file in receipt().content.inputs}
