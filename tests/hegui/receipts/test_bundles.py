"""A receipt with its inputs in one archive: the same bytes every time, and read within limits whoever made it."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hegui.receipts import bundle as module
from hegui.receipts.bundle import RECEIPT_NAME, Bundle, read_bundle, write_bundle
from hegui.receipts.documents import read_receipt, receipt_text
from hegui.receipts.result import result_bytes
from hegui.receipts.verifying import AtHand, verify_receipt
from tests.hegui.receipts.example import CASE_AT, FILES, receipt, scored

PAPERS = {"papers/r.txt": b"result"}


def archive() -> bytes:
    text = receipt_text(receipt(papers={"r.txt": b"result"})).encode()
    data, problem = write_bundle(text, result_bytes(scored().assessment, scored().names), FILES, PAPERS, "r.zip")
    assert problem is None
    return data


def failing(data: bytes) -> set[str]:
    found, problem = read_bundle(data, "r.zip")
    if found is None:
        assert problem is not None
        return {problem.code}
    one, problems = read_receipt(found.receipt, "r.zip")
    if one is None:
        return {each.code for each in problems}
    hand = AtHand(found.files, found.papers, found.result, written=found.receipt)
    told = {each.place for each in verify_receipt(one, hand).comparisons if each.fails}
    return told | set(found.strays) | ({"repacked"} if found.repacked else set())


def test_what_is_put_in_is_found_again_and_agrees() -> None:
    found, _ = read_bundle(archive(), "r.zip")
    assert isinstance(found, Bundle)
    assert (found.files, found.papers, found.strays, found.repacked) == (FILES, PAPERS, {}, False)
    assert failing(archive()) == set()
    assert archive() == archive()


@given(st.data())
def test_any_byte_changed_in_an_archive_is_noticed(data: st.DataObject) -> None:
    before = archive()
    at = data.draw(st.integers(0, len(before) - 1))
    assert failing(before[:at] + bytes([before[at] ^ data.draw(st.integers(1, 255))]) + before[at + 1 :])


@given(st.binary(max_size=200), st.integers(0, 4000))
def test_whatever_is_no_archive_is_a_problem(noise: bytes, cut: int) -> None:
    for data in (noise, b"PK\x03\x04" + noise, archive()[:cut], archive()[cut + 1 :]):
        found, problem = read_bundle(data, "r.zip")
        assert (found is None) is (problem is not None)
        assert found is None or found.repacked


def repacked(change: Callable[[zipfile.ZipFile], None], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive())) as before, zipfile.ZipFile(out, "w", packing) as after:
        for name in before.namelist():
            after.writestr(name, before.read(name))
        change(after)
    return out.getvalue()


def test_an_archive_packed_anew_agrees_and_is_said_to_be() -> None:
    assert failing(repacked(lambda archive: None)) == {"repacked"}


def test_additional_files_are_named() -> None:
    assert failing(repacked(lambda archive: archive.writestr("facts/1/sources/more.txt", b"x"))) == {
        "facts/1/sources/more.txt",
        "repacked",
    }
    assert "readme.txt" in failing(repacked(lambda archive: archive.writestr("readme.txt", b"x")))


def _link(archive: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo("facts/1/case/link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(info, b"/etc/passwd")


def _twice(archive: zipfile.ZipFile) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(CASE_AT, b"other")


HOSTILE: dict[str, Callable[[zipfile.ZipFile], None]] = {
    "leads out": lambda archive: archive.writestr("facts/../../x", b""),
    "absolute": lambda archive: archive.writestr("/etc/x", b""),
    "backslash": lambda archive: archive.writestr("facts\\..\\x", b""),
    "folder": lambda archive: archive.writestr("facts/1/case/d/", b""),
    "control": lambda archive: archive.writestr("facts/1/\x1b[2J", b""),
    "case alone": lambda archive: archive.writestr(CASE_AT.replace("case.yaml", "CASE.yaml"), b""),
    "link": _link,
    "twice": _twice,
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
def test_hostile_members_are_refused(change: Callable[[zipfile.ZipFile], None]) -> None:
    found, problem = read_bundle(repacked(change), "r.zip")
    assert found is None and problem is not None and problem.code == "bad-file-name"


def test_a_bomb_is_refused_without_being_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_TOTAL", 1024 * 1024)
    data = repacked(lambda archive: archive.writestr("facts/1/case/bomb", b"\0" * 2_000_000))
    assert len(data) < 100_000
    assert failing(data) == {"file-too-large"}


def test_a_bomb_that_lies_about_its_size_is_read_no_further_than_it_says() -> None:
    data = bytearray(repacked(lambda archive: archive.writestr("facts/1/case/bomb", b"\0" * 3_000_000)))
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = (10).to_bytes(4, "little")
    found, problem = read_bundle(bytes(data), "r.zip")
    assert found is None and problem is not None and problem.code == "damaged-file"


def test_a_list_of_millions_of_members_is_not_even_read() -> None:
    data = bytearray(archive())
    data[-12:-10] = (60_000).to_bytes(2, "little")
    assert failing(bytes(data)) == {"file-too-large"}
    data = bytearray(archive())
    data[-10:-6] = (2**31).to_bytes(4, "little")
    assert failing(bytes(data)) == {"file-too-large"}


def test_an_archive_that_nobody_would_read_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_TOTAL", 100)
    _, problem = write_bundle(b"{}", b"{}", FILES, {}, "r.zip")
    assert problem is not None and problem.code == "file-too-large"


def test_an_archive_without_a_receipt_says_so() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as empty:
        empty.writestr("facts/1/case/case.yaml", b"")
    found, problem = read_bundle(out.getvalue(), "r.zip")
    assert found is None and problem is not None and RECEIPT_NAME in problem.message.en
