"""Reading in a child process of its own: a file that makes its parser loop or eat memory ends the child, not the program.

For PDFs alone: their parser follows whatever a file says, and nothing inside it can be told to stop.
"""

from __future__ import annotations

import contextlib
import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from facts.documents.model import Document, Progress
from facts.problem import Problem, Text
from facts.provenance import Position, Source

Read = tuple[Document | None, tuple[Problem, ...]]
Reader = Callable[[Path, Source, Progress], Read]
# Seconds without a word of progress; the densest page takes one.
PATIENCE = 120
# Of address space; a report of 500 pages needs a tenth of it.
MAX_MEMORY = 1024 * 1024 * 1024
# Words between parent and child: progress, and the answer.
_FAR, _READ = "far", "read"


class _NoAnswer(Exception):
    """The child fell silent or died."""

    def __init__(self, silent: bool) -> None:
        super().__init__(silent)
        self.silent = silent


def read_guarded(reader: Reader, path: Path, source: Source, progress: Progress) -> Read:
    """What the reader gives, or a Problem where it takes too long or too much memory."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_serve, args=(sender, reader, path, source), daemon=True)
    child.start()
    sender.close()
    last = ""

    def heard(done: int, total: int, what: str) -> None:
        nonlocal last
        last = f"{done + 1}/{total}" if total else ""
        progress(done, total, what)

    try:
        return _answer(receiver, heard)
    except _NoAnswer as no:
        return None, (_problem(no.silent, last, Position(str(path))),)
    finally:
        receiver.close()
        if child.is_alive():
            child.kill()
        child.join()


def _answer(receiver: Connection, progress: Progress) -> Read:
    while receiver.poll(PATIENCE):
        try:
            kind, *rest = receiver.recv()
        except (EOFError, OSError):
            raise _NoAnswer(silent=False) from None
        if kind == _READ:
            found: Read = rest[0]
            return found
        progress(*rest)
    raise _NoAnswer(silent=True)


def _problem(silent: bool, page: str, at: Position) -> Problem:
    where = Text(f"(第 {page} 页)", f" (page {page})") if page else Text("", "")
    hint = Text(
        "请重新导出;若是从别处收到的,请先核实来源。", "Export it anew; if it was sent to you, verify who sent it."
    )
    if silent:
        message = Text(
            f"读了 {PATIENCE} 秒仍读不完一页{where.zh},不再读取", f"a page took more than {PATIENCE} seconds{where.en}"
        )
        return Problem("takes-too-long", at, message, hint)
    message = Text(f"读取时占用的内存过多{where.zh}", f"reading it took too much memory{where.en}")
    return Problem("file-too-large", at, message, hint)


def _serve(sender: Connection, reader: Reader, path: Path, source: Source) -> None:
    """The child."""
    _limit_memory()
    with contextlib.suppress(BrokenPipeError), contextlib.closing(sender):
        try:
            found = reader(path, source, lambda done, total, what: sender.send((_FAR, done, total, what)))
        except MemoryError:
            return
        sender.send((_READ, found))


def _limit_memory() -> None:
    """Where the system knows such a limit."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
