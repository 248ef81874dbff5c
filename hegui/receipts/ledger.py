"""A chain of entries: each names the digest of the one before it, so that none can be changed, taken out or put in unseen.

Nothing here knows where entries are kept. A file of lines (`ledgerfile`) and a table of a database hold the same entries;
`entry_line` and `read_entry` are the form in which they are handed from one to the other.

To append: `link(last, …)` under a lock that spans reading the last entry and keeping the new one. To look through:
`check_chain` over `Placed` entries, in the order they are kept. What a chain cannot show by itself is that its end was cut off,
or that all of it was written anew: for that one must know a head (the digest of an entry) from elsewhere.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from facts.problem import Text
from hegui.receipts.canonical import canonical, one_line, sha256

LEDGER_FORMAT = "hegui/ledger/v1"
# What the first entry names as the one before it.
GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """台账的一条. `receipt` is the digest of a receipt's content, `payload` the SHA-256 of its whole file."""

    n: int
    previous: str
    at: str
    by: str
    kind: str
    receipt: str
    payload: str
    digest: str


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry and the line (or row) it was read from; None and why where nothing could be read there."""

    line: int
    entry: Entry | None
    why: Text | None = None


FaultKind = Literal["unreadable", "changed", "rewritten", "removed", "inserted", "reordered", "truncated", "torn"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a chain, and where: the line, and the number of the entry that is or should be there."""

    kind: FaultKind
    line: int
    n: int
    message: Text
    expected: str | None = None
    found: str | None = None


def link(previous: Entry | None, *, at: str, by: str, kind: str, receipt: str, payload: str) -> Entry:
    """The entry that follows another; None: the first of all."""
    n, before = (1, GENESIS) if previous is None else (previous.n + 1, previous.digest)
    return _sealed(Entry(n, before, at, by, kind, receipt, payload, ""))


def digest_of(entry: Entry) -> str:
    """The digest an entry should have."""
    return sha256(canonical({key: value for key, value in entry_data(entry).items() if key != "digest"}))


def _sealed(entry: Entry) -> Entry:
    return replace(entry, digest=digest_of(entry))


def entry_data(entry: Entry) -> dict[str, Any]:
    """An entry as plain data."""
    return {
        "format": LEDGER_FORMAT,
        "n": entry.n,
        "previous": entry.previous,
        "at": entry.at,
        "by": entry.by,
        "kind": entry.kind,
        "receipt": entry.receipt,
        "payload": entry.payload,
        "digest": entry.digest,
    }


def entry_line(entry: Entry) -> str:
    """An entry as its line, without the line feed."""
    return one_line(entry_data(entry))


# --- looking through --------------------------------------------------------------------------------------------------


def check_chain(placed: Iterable[Placed], head: str = "") -> tuple[Fault, ...]:
    """Everything wrong with a chain, in the order of its lines. `head`: the digest of an entry that must be in it."""
    lines = tuple(placed)
    faults = [*_unreadable(lines), *_altered(lines)]
    # What was changed counts no more as an entry: only the line is still where one was.
    holes = {fault.line for fault in faults}
    whole = [(one.line, one.entry) for one in lines if one.entry is not None and one.line not in holes]
    kept, misplaced = _in_order(whole)
    faults += misplaced
    faults += _broken(kept, holes)
    if head and all(one.entry is None or head not in (one.entry.digest, digest_of(one.entry)) for one in lines):
        faults.append(_cut(kept, head))
    return tuple(sorted(faults, key=lambda fault: (fault.line, fault.n)))


def _unreadable(lines: Sequence[Placed]) -> Iterator[Fault]:
    for number, one in enumerate(lines, 1):
        if one.entry is None:
            assert one.why is not None
            yield Fault("unreadable", one.line, number, one.why)


def _altered(lines: Sequence[Placed]) -> Iterator[Fault]:
    """Entries that do not have the digest they state."""
    for one in lines:
        entry = one.entry
        if entry is not None and (should := digest_of(entry)) != entry.digest:
            message = Text(
                f"第 {entry.n} 条被改动过:内容与其摘要不符", f"entry {entry.n} was changed: it does not have its digest"
            )
            yield Fault("changed", one.line, entry.n, message, entry.digest, should)


_Kept = tuple[int, Entry]


def _in_order(whole: Sequence[_Kept]) -> tuple[list[_Kept], list[Fault]]:
    """One entry for each number, by number; and those that stand out of order or claim a number that is another's."""
    by_number: dict[int, list[_Kept]] = {}
    for one in whole:
        by_number.setdefault(one[1].n, []).append(one)
    named = {entry.previous for _, entry in whole}
    kept, faults = dict[int, _Kept](), list[Fault]()
    for n, rivals in sorted(by_number.items()):
        before = kept.get(n - 1)
        kept[n] = max(rivals, key=lambda one: (_fits(one[1], before, named), -one[0]))
        faults += (_inserted(one, kept[n]) for one in rivals if one is not kept[n])
    faults += _strays(sorted(kept.values(), key=lambda one: one[0]))
    return [kept[n] for n in sorted(kept)], faults


def _fits(entry: Entry, before: _Kept | None, named: set[str]) -> int:
    """How well an entry stands in the chain: named by the next, naming the one before."""
    return (entry.digest in named) + (entry.previous == (before[1].digest if before else GENESIS))


def _inserted(one: _Kept, other: _Kept) -> Fault:
    line, entry = one
    message = Text(
        f"这一行是插入的:第 {entry.n} 条在第 {other[0]} 行",
        f"this line was put in: entry {entry.n} is that of line {other[0]}",
    )
    return Fault("inserted", line, entry.n, message, other[1].digest, entry.digest)


def _strays(by_line: Sequence[_Kept]) -> Iterator[Fault]:
    """The fewest entries that would have to be moved for the numbers to rise from line to line."""
    staying = _rising([entry.n for _, entry in by_line])
    for place, (line, entry) in enumerate(by_line):
        if place not in staying:
            message = Text(f"第 {entry.n} 条不在其位置上", f"entry {entry.n} is not in its place")
            yield Fault("reordered", line, entry.n, message)


def _rising(numbers: Sequence[int]) -> set[int]:
    """The places of a longest rising subsequence."""
    tails, ends, before = list[int](), list[int](), list[int]()
    for place, number in enumerate(numbers):
        length = bisect_left(tails, number)
        before.append(ends[length - 1] if length else -1)
        tails[length : length + 1] = [number]
        ends[length : length + 1] = [place]
    found, place = set[int](), ends[-1] if ends else -1
    while place >= 0:
        found.add(place)
        place = before[place]
    return found


def _broken(kept: Sequence[_Kept], holes: set[int]) -> Iterator[Fault]:
    """Where an entry does not follow the one before it by number."""
    before: _Kept | None = None
    for line, entry in kept:
        since, last, named = (0, 0, GENESIS) if before is None else (before[0], before[1].n, before[1].digest)
        lacking = entry.n - last - 1
        if lacking > sum(since < hole < line for hole in holes):
            yield _removed(line, last + 1, entry.n - 1)
        elif not lacking and entry.previous != named:
            yield _rewritten(before, line, entry)
        before = (line, entry)


def _removed(line: int, first: int, last: int) -> Fault:
    which = str(first) if first == last else f"{first}–{last}"
    message = Text(f"此行之前缺少第 {which} 条", f"before this line entry {which} is missing")
    return Fault("removed", line, first, message)


def _rewritten(before: _Kept | None, line: int, entry: Entry) -> Fault:
    if before is None:
        message = Text(f"第 {entry.n} 条不是台账的第一条", f"entry {entry.n} is not the first of a ledger")
        return Fault("rewritten", line, entry.n, message, GENESIS, entry.previous)
    message = Text(
        f"第 {before[1].n} 条被重写过:第 {entry.n} 条(第 {line} 行)记的是另一个摘要",
        f"entry {before[1].n} was written anew: entry {entry.n} (line {line}) names another digest",
    )
    return Fault("rewritten", before[0], before[1].n, message, entry.previous, before[1].digest)


def _cut(kept: Sequence[_Kept], head: str) -> Fault:
    line, n = (kept[-1][0], kept[-1][1].n) if kept else (0, 0)
    message = Text(
        f"第 {n} 条之后被截断,或整份台账被重写:没有已知的那一条",
        f"cut off after entry {n}, or written anew as a whole: the entry known from elsewhere is not there",
    )
    return Fault("truncated", line, n, message, head, kept[-1][1].digest if kept else GENESIS)


def entry_of(plain: Mapping[str, Any]) -> Entry:
    """The entry of plain data that was held against the schema."""
    return Entry(**{key: plain[key] for key in Entry.__dataclass_fields__})
