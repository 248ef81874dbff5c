"""The ledger as a file of lines: entries are appended under a lock, whole and on the disk, or not at all.

A process that is killed, or a machine that loses its power, between writing an entry and having it on the disk can leave the
beginning of a line at the end of the file. Such an entry was never reported to anybody. The rule for it: what follows the last
line feed is a **torn** line if it is the beginning of a line as we write it, or nothing but NULs; the next append takes it off,
keeps it in `<ledger>.torn`, and says so. A whole entry that only lacks its line feed is given one. Anything else after the last
line feed, and anything wrong before it, is for a person to look at: nothing is appended to it.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.receipts.ledger import LEDGER_FORMAT, Entry, Fault, Placed, digest_of, entry_line, entry_of
from hegui.writing import cannot_write

MAX_LINE = 16 * 1024
_BEGINNING = b'{"at":"'
_SHA256 = re.compile(r"[0-9a-f]{64}")
_FORMS = {
    "at": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII),
    "by": re.compile(r".{0,2000}"),
    "kind": re.compile(r"[a-z][a-z-]{0,40}"),
    "previous": _SHA256,
    "receipt": _SHA256,
    "payload": _SHA256,
    "digest": _SHA256,
}
_MAX_N = 2**53 - 1
_KEYS = frozenset(("format", *(field.name for field in fields(Entry))))


@dataclass(frozen=True, slots=True)
class Ledger:
    """A file of entries as read: its lines, and what follows the last line feed."""

    lines: tuple[Placed, ...]
    tail: bytes = b""

    @property
    def last(self) -> Entry | None:
        """The last entry, if it can be read."""
        return self.lines[-1].entry if self.lines else None

    def tail_faults(self) -> tuple[Fault, ...]:
        """What is to be said of the tail."""
        if not self.tail:
            return ()
        line, n = len(self.lines) + 1, (self.last.n if self.last else 0) + 1
        if is_torn(self.tail):
            message = Text(
                f"最后一行没有写完(写入时中断),第 {n} 条从未生效;下次记账时移入 .torn 文件",
                f"the last line was not finished (interrupted while writing); entry {n} never counted; the next append moves it into a .torn file",
            )
            return (Fault("torn", line, n, message),)
        message = Text("文件末尾有不是台账写出的内容", "the file ends in something the ledger did not write")
        return (Fault("unreadable", line, n, message),)


def read_entry(line: bytes) -> tuple[Entry | None, Text | None]:
    """The entry of a line without its line feed, or why it is none. Of an entry there is one line and no other."""
    if len(line) > MAX_LINE:
        return None, Text("这一行太长", "this line is too long")
    try:
        plain: Any = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        return None, Text("这一行不是 JSON,读不出来", "this line is no JSON and cannot be read")
    if not isinstance(plain, dict) or set(plain) != _KEYS or plain["format"] != LEDGER_FORMAT:
        return None, Text("这一行不是台账的一条", "this line is no entry of a ledger")
    odd = next((key for key, form in _FORMS.items() if not _has_form(plain[key], form)), None)
    n = plain["n"]
    if odd is None and (type(n) is not int or not 1 <= n <= _MAX_N):
        odd = "n"
    if odd is not None:
        return None, Text(f"这一行的 {odd} 不是应有的形式", f"{odd} of this line does not have its form")
    entry = entry_of(plain)
    if entry_line(entry).encode("utf-8") != line:
        return None, Text("这一行不是台账写出的样子", "this line is not as the ledger writes it")
    return entry, None


def _has_form(value: Any, form: re.Pattern[str]) -> bool:
    return isinstance(value, str) and form.fullmatch(value) is not None


def parse_ledger(data: bytes) -> Ledger:
    """The entries of a file's bytes; a whole entry that only lacks its line feed is one of them."""
    *lines, tail = data.split(b"\n")
    if tail and read_entry(tail)[0] is not None:
        lines, tail = [*lines, tail], b""
    return Ledger(tuple(Placed(number, *read_entry(line)) for number, line in enumerate(lines, 1)), tail)


def is_torn(tail: bytes) -> bool:
    """Whether this can be the beginning of a line that was being written: it begins like one and does not come to its end."""
    if not tail.strip(b"\0"):
        return True
    begins = tail.startswith(_BEGINNING) or _BEGINNING.startswith(tail)
    return begins and b"}" not in tail and len(tail) <= MAX_LINE


# --- appending --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Appended:
    """The entry that was appended, and whether a torn line had to be taken off first."""

    entry: Entry
    repaired: bool


def append(path: Path, following: Callable[[Entry | None], Entry]) -> tuple[Appended | None, Problem | None]:
    """Append what follows the last entry, which nobody else changes meanwhile. On success it is on the disk."""
    try:
        with _locked(path) as handle:
            if handle is None:
                return None, Problem(
                    "not-a-file", Position(str(path)), Text("这不是普通文件", "this is no ordinary file")
                )
            size = os.fstat(handle).st_size
            end = _end(handle, size, path)
            if end.problem is not None:
                return None, end.problem
            if end.torn:
                size = _take_off(handle, size, end.torn, path)
            entry = following(end.last)
            _write(handle, end.lacks + entry_line(entry).encode("utf-8") + b"\n", size)
            if entry.n == 1:
                _sync_folder(path)
            return Appended(entry, bool(end.torn)), None
    except OSError as error:
        return None, cannot_write(str(path), error)


@contextmanager
def _locked(path: Path) -> Iterator[int | None]:
    """The file, open and ours alone; None where it is no ordinary file."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NONBLOCK, 0o644)
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                yield None
                return
            fcntl.flock(handle, fcntl.LOCK_EX)
            # While we waited another file may have been put in its place: then the lock is one of nothing.
            if not _still(path, handle):
                continue
            yield handle
            return
        finally:
            os.close(handle)


def _still(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


@dataclass(frozen=True, slots=True)
class _End:
    """How a file ends: its last entry, a torn line, the line feed it lacks; the Problem where nothing may follow."""

    last: Entry | None = None
    torn: bytes = b""
    lacks: bytes = b""
    problem: Problem | None = None


def _end(handle: int, size: int, path: Path) -> _End:
    reach = min(size, 2 * MAX_LINE + 2)
    data = os.pread(handle, reach, size - reach)
    lines, feed, tail = data.rpartition(b"\n")
    whole = bool(tail) and read_entry(tail)[0] is not None
    if tail and not whole and not is_torn(tail):
        return _End(problem=_broken(path, Text("文件末尾不是台账写出的内容", "its end is not written by the ledger")))
    if not feed and not whole:
        return _End(torn=tail)
    line = tail if whole else lines.rpartition(b"\n")[2]
    entry, why = read_entry(line)
    if entry is None or digest_of(entry) != entry.digest:
        return _End(problem=_broken(path, why or Text("最后一条被改动过", "its last entry was changed")))
    return _End(entry, lacks=b"\n") if whole else _End(entry, tail)


def _broken(path: Path, why: Text) -> Problem:
    message = Text(f"台账有问题,没有记入:{why.zh}", f"the ledger is broken and nothing was entered: {why.en}")
    hint = Text(f"请运行 hegui verify {path}", f"Run hegui verify {path}")
    return Problem("broken-ledger", Position(str(path)), message, hint)


def _take_off(handle: int, size: int, tail: bytes, path: Path) -> int:
    """Take a torn line off and keep it beside; the size that is left."""
    kept = os.open(f"{path}.torn", os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    try:
        os.write(kept, tail + b"\n")
        os.fsync(kept)
    finally:
        os.close(kept)
    os.ftruncate(handle, size - len(tail))
    os.fsync(handle)
    return size - len(tail)


def _write(handle: int, line: bytes, size: int) -> None:
    """Write a line whole and have it on the disk, or leave the file as it was."""
    try:
        written = 0
        while written < len(line):
            written += os.write(handle, line[written:])
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, size)
        raise


def _sync_folder(path: Path) -> None:
    """A file that is new is on the disk only once its folder is."""
    folder = os.open(path.resolve().parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
