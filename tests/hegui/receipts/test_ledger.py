"""A chain of entries shows what was changed, taken out, put in, moved or cut off, and where."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from facts.problem import Text
from hegui.receipts.ledger import GENESIS, Entry, Placed, check_chain, digest_of, link


def chain(length: int, salt: str = "") -> list[Entry]:
    entries = list[Entry]()
    for n in range(length):
        last = entries[-1] if entries else None
        entries.append(
            link(
                last,
                at="2026-11-27T08:00:00Z",
                by=f"张三{salt}",
                kind="assessment",
                receipt=f"{n:064x}",
                payload="0" * 64,
            )
        )
    return entries


def placed(entries: list[Entry]) -> list[Placed]:
    return [Placed(line, entry) for line, entry in enumerate(entries, 1)]


def faults(entries: list[Entry], head: str = "") -> list[tuple[str, int, int]]:
    return [(fault.kind, fault.line, fault.n) for fault in check_chain(placed(entries), head)]


def test_a_chain_as_it_was_written_has_no_fault() -> None:
    entries = chain(6)
    assert [entry.n for entry in entries] == [1, 2, 3, 4, 5, 6]
    assert entries[0].previous == GENESIS
    assert faults(entries, entries[-1].digest) == faults(entries, entries[2].digest) == faults([]) == []


def test_an_entry_that_was_changed_is_named() -> None:
    entries = chain(6)
    entries[2] = replace(entries[2], by="李四")
    assert faults(entries) == [("changed", 3, 3)]


def test_an_entry_whose_digest_was_made_anew_is_named_by_the_next() -> None:
    entries = chain(6)
    entries[2] = replace(entries[2], by="李四")
    entries[2] = replace(entries[2], digest=digest_of(entries[2]))
    assert faults(entries) == [("rewritten", 3, 3)]


def test_entries_that_were_taken_out_are_named() -> None:
    entries = chain(7)
    assert faults(entries[:2] + entries[4:]) == [("removed", 3, 3)]
    assert faults(entries[2:]) == [("removed", 1, 1)]


def test_an_entry_that_was_put_in_is_named() -> None:
    entries = chain(6)
    strange = link(entries[2], at=entries[0].at, by="李四", kind="assessment", receipt="1" * 64, payload="0" * 64)
    assert faults([*entries[:3], strange, *entries[3:]]) == [("inserted", 4, 4)]
    assert faults([*entries[:3], entries[1], *entries[3:]]) == [("inserted", 4, 2)]


def test_entries_that_were_moved_are_named() -> None:
    entries = chain(6)
    assert faults([*entries[:1], *entries[2:5], entries[1], *entries[5:]]) == [("reordered", 5, 2)]
    ((kind, _, n),) = faults([*entries[:1], entries[2], entries[1], *entries[3:]])
    assert kind == "reordered" and n in (2, 3)


def test_a_chain_that_was_cut_off_needs_a_head_known_from_elsewhere() -> None:
    entries = chain(6)
    assert faults(entries[:4]) == []
    assert faults(entries[:4], entries[5].digest) == [("truncated", 4, 4)]
    assert faults([], entries[5].digest) == [("truncated", 0, 0)]
    assert faults(chain(6, salt="!"), entries[5].digest) == [("truncated", 6, 6)]


def test_a_line_that_cannot_be_read_is_named_and_nothing_else() -> None:
    lines = placed(chain(5))
    lines[2] = Placed(3, None, Text("乱码", "garbage"))
    assert [(fault.kind, fault.line) for fault in check_chain(lines)] == [("unreadable", 3)]


@given(st.integers(1, 8), st.data())
def test_any_edit_is_noticed(length: int, data: st.DataObject) -> None:
    entries = chain(length)
    edited = list(entries)
    for _ in range(data.draw(st.integers(1, 4))):
        edited = data.draw(st.sampled_from((_drop, _double, _swap, _alter, _forge)))(edited, data)
    assume(edited != entries)
    assert faults(edited, entries[-1].digest)
    if edited != entries[: len(edited)]:  # an end that was cut off is all a head is needed for
        assert faults(edited) or edited[-1].digest != entries[min(len(edited), length) - 1].digest


def _drop(entries: list[Entry], data: st.DataObject) -> list[Entry]:
    at = data.draw(st.integers(0, max(0, len(entries) - 1)))
    return entries[:at] + entries[at + 1 :]


def _double(entries: list[Entry], data: st.DataObject) -> list[Entry]:
    if not entries:
        return entries
    one = entries[data.draw(st.integers(0, len(entries) - 1))]
    at = data.draw(st.integers(0, len(entries)))
    return [*entries[:at], one, *entries[at:]]


def _swap(entries: list[Entry], data: st.DataObject) -> list[Entry]:
    return data.draw(st.permutations(entries))


def _alter(entries: list[Entry], data: st.DataObject) -> list[Entry]:
    if not entries:
        return entries
    at = data.draw(st.integers(0, len(entries) - 1))
    field = data.draw(st.sampled_from(("n", "by", "receipt", "digest", "previous")))
    value: object = data.draw(st.integers(1, 9)) if field == "n" else data.draw(st.text(max_size=3))
    changed = replace(entries[at], **{field: value})  # type: ignore[arg-type]
    return [*entries[:at], changed, *entries[at + 1 :]]


def _forge(entries: list[Entry], data: st.DataObject) -> list[Entry]:
    """Altered by somebody who makes the digest anew."""
    return [replace(entry, digest=digest_of(entry)) for entry in _alter(entries, data)]


@pytest.mark.parametrize("field", ["previous", "at", "by", "kind", "receipt", "payload", "digest"])
def test_no_field_can_be_changed_unseen(field: str) -> None:
    entries = chain(3)
    entries[1] = replace(entries[1], **{field: "x"})  # type: ignore[arg-type]
    assert faults(entries) == [("changed", 2, 2)]
