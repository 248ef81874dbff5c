"""A process of its own that appends to a ledger: so many entries, or half a line before it dies without a word."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from hegui.receipts import ledgerfile
from hegui.receipts.ledger import Entry, link


def following(last: Entry | None) -> Entry:
    """The next entry."""
    return link(
        last, at="2026-11-27T08:00:00Z", by=f"进程{os.getpid()}", kind="assessment", receipt="1" * 64, payload="2" * 64
    )


def die_in_the_middle(handle: int, line: bytes, size: int) -> None:
    """What a process killed between write and fsync leaves at worst: a part of the line."""
    os.write(handle, line[: len(line) // 2])
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    path, count = Path(sys.argv[1]), int(sys.argv[2])
    if count == 0:
        ledgerfile._write = die_in_the_middle  # what is started here never gets further
    for _turn in range(max(1, count)):
        appended, problem = ledgerfile.append(path, following)
        assert problem is None, problem.show("en")
