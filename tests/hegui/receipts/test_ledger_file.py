"""The ledger as a file: many processes, processes that are killed, disks that are full, and every byte of it."""

from __future__ import annotations

import errno
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.structure import load_schema
from hegui.receipts.ledger import Entry, check_chain, entry_data, entry_line, link
from hegui.receipts.ledgerfile import append, parse_ledger, read_entry
from tests.hegui.receipts.appending import following
from tests.hegui.receipts.test_ledger import chain

ROOT = Path(__file__).resolve().parents[3]


def appending(path: Path, count: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tests.hegui.receipts.appending", path, str(count)], cwd=ROOT)


def written(path: Path, count: int = 3) -> bytes:
    for _ in range(count):
        appended, problem = append(path, following)
        assert problem is None and appended is not None and not appended.repaired
    return path.read_bytes()


def faults(data: bytes) -> list[tuple[str, int]]:
    ledger = parse_ledger(data)
    return [(fault.kind, fault.line) for fault in (*check_chain(ledger.lines), *ledger.tail_faults())]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    data = written(tmp_path / "l.jsonl")
    assert faults(data) == []
    assert [one.entry.n for one in parse_ledger(data).lines if one.entry] == [1, 2, 3]


def test_entries_go_to_another_store_and_back_as_the_same_lines() -> None:
    entries = chain(5)
    text = "".join(entry_line(entry) + "\n" for entry in entries).encode()
    assert [one.entry for one in parse_ledger(text).lines] == entries


def test_an_entry_is_as_the_published_schema_says() -> None:
    from jsonschema import Draft202012Validator

    validator = Draft202012Validator(load_schema("ledger"))
    for entry in chain(3):
        validator.validate(entry_data(entry))
        assert set(load_schema("ledger")["required"]) == set(entry_data(entry))


def test_processes_that_append_at_once_make_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "l.jsonl"
    processes = [appending(path, 40) for _ in range(4)]
    assert [process.wait(timeout=120) for process in processes] == [0] * 4
    ledger = parse_ledger(path.read_bytes())
    assert faults(path.read_bytes()) == []
    assert [one.entry.n for one in ledger.lines if one.entry] == list(range(1, 161))
    assert len({one.entry.by for one in ledger.lines if one.entry}) == 4


@pytest.mark.parametrize("before", [0, 2])
def test_a_process_killed_while_writing_leaves_a_torn_line_that_the_next_takes_off(tmp_path: Path, before: int) -> None:
    path = tmp_path / "l.jsonl"
    whole = written(path, before) if before else b""
    assert appending(path, 0).wait(timeout=60) == -9
    torn = path.read_bytes().removeprefix(whole)
    assert torn and faults(path.read_bytes()) == [("torn", before + 1)]
    appended, problem = append(path, following)
    assert problem is None and appended is not None
    assert (appended.repaired, appended.entry.n) == (True, before + 1)
    assert faults(path.read_bytes()) == []
    assert path.read_bytes().startswith(whole)
    assert Path(f"{path}.torn").read_bytes() == torn + b"\n"


def test_a_whole_entry_without_its_line_feed_counts_and_is_given_one(tmp_path: Path) -> None:
    path = tmp_path / "l.jsonl"
    path.write_bytes(written(path)[:-1])
    assert faults(path.read_bytes()) == []
    appended, _ = append(path, following)
    assert appended is not None and (appended.entry.n, appended.repaired) == (4, False)
    assert faults(path.read_bytes()) == []


def test_zeros_that_a_lost_power_left_are_torn_too(tmp_path: Path) -> None:
    path = tmp_path / "l.jsonl"
    path.write_bytes(written(path) + b"\0" * 700)
    assert faults(path.read_bytes()) == [("torn", 4)]
    appended, _ = append(path, following)
    assert appended is not None and appended.repaired
    assert faults(path.read_bytes()) == []


@pytest.mark.parametrize("end", [b"x", b'{"at":"2026"}', b"\xff", b'{"at":"' + b"1" * 20_000])
def test_an_end_that_no_crash_leaves_is_never_repaired(tmp_path: Path, end: bytes) -> None:
    path = tmp_path / "l.jsonl"
    data = written(path) + end
    path.write_bytes(data)
    assert faults(data) == [("unreadable", 4)]
    appended, problem = append(path, following)
    assert appended is None and problem is not None and problem.code == "broken-ledger"
    assert path.read_bytes() == data


def test_nothing_is_appended_to_a_last_entry_that_was_changed(tmp_path: Path) -> None:
    path = tmp_path / "l.jsonl"
    data = written(path)
    path.write_bytes(data[:-300] + data[-300:].replace(b"1111", b"1112", 1))
    appended, problem = append(path, following)
    assert appended is None and problem is not None and problem.code == "broken-ledger"


@given(st.data())
def test_any_byte_changed_is_noticed_at_its_line(data: st.DataObject) -> None:
    text = "".join(entry_line(entry) + "\n" for entry in chain(4)).encode()
    at = data.draw(st.integers(0, len(text) - 1))
    after = text[:at] + bytes([text[at] ^ data.draw(st.integers(1, 255))]) + text[at + 1 :]
    line = text.count(b"\n", 0, at) + 1
    found = faults(after)
    # Of a line feed that was changed, two lines have become one.
    assert any(place in (line, line + 1) for _, place in found)


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_line_is_read_as_an_entry_but_the_one_it_is_written_as(line: bytes) -> None:
    entry, why = read_entry(line)
    assert (entry is None) is (why is not None)
    if entry is not None:
        assert entry_line(entry).encode() == line


@pytest.mark.parametrize(
    "line", [b"[" * 10_000, b'{"n":' + b"9" * 5000 + b"}", b"null", b'"x"', b"{}", b"1e999", b"NaN"]
)
def test_hostile_lines_are_told(line: bytes) -> None:
    assert read_entry(line)[0] is None


@pytest.mark.parametrize("n", [True, 0, -1, 2**60, "1", 1.0])
def test_a_number_of_another_kind_is_no_entry(n: object) -> None:
    plain = {**entry_data(chain(1)[0]), "n": n}
    line = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert read_entry(line)[0] is None


def test_a_full_disk_leaves_the_ledger_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "l.jsonl"
    before = written(path)
    write = os.write
    calls = list[int]()

    def full(handle: int, data: bytes) -> int:
        calls.append(1)
        if len(calls) > 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(handle, data[: len(data) // 3])

    monkeypatch.setattr("hegui.receipts.ledgerfile.os.write", full)
    appended, problem = append(path, following)
    monkeypatch.undo()
    assert appended is None and problem is not None and problem.code == "cannot-write"
    assert path.read_bytes() == before


def test_a_line_that_the_system_cuts_short_is_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "l.jsonl"
    before = written(path)
    limit = len(before) + 100

    def cut_short() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    process = subprocess.run(
        [sys.executable, "-m", "tests.hegui.receipts.appending", path, "1"],
        cwd=ROOT,
        preexec_fn=cut_short,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert process.returncode == 1 and b"cannot-write" in process.stderr
    assert path.read_bytes() == before
    assert len(written(path, 1).splitlines()) == 4


def test_what_is_no_file_is_no_ledger(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, tmp_path / "no" / "folder"):
        appended, problem = append(path, following)
        assert appended is None and problem is not None


def test_a_ledger_put_in_place_of_another_while_we_wait_is_the_one_that_grows(tmp_path: Path) -> None:
    import fcntl

    path = tmp_path / "l.jsonl"
    written(path, 1)
    with path.open("r+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        process = appending(path, 1)
        other = tmp_path / "other"
        written(other, 2)
        other.replace(path)
    assert process.wait(timeout=60) == 0
    assert len(parse_ledger(path.read_bytes()).lines) == 3
    assert faults(path.read_bytes()) == []


def test_whoever_is_named_stays_within_a_line() -> None:
    entry = link(None, at="2026-11-27T08:00:00Z", by="a\u2028b", kind="assessment", receipt="0" * 64, payload="0" * 64)
    assert isinstance(entry, Entry)
    assert read_entry(entry_line(entry).encode()) == (entry, None)
    broken = link(None, at="2026-11-27T08:00:00Z", by="a\nb", kind="assessment", receipt="0" * 64, payload="0" * 64)
    assert read_entry(entry_line(broken).encode())[0] is None
