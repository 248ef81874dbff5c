"""Tasks that behave badly, for workers of the tests; imported by name from this folder."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.desk.work.requests import Output, read_request
from hegui.desk.work.wire import Data
from hegui.desk.work.worker import Result, Say, Task


def echo(request: Data, say: Say) -> Result:
    return {"echo": request, "pid": os.getpid()}, ()


def nap(request: Data, say: Say) -> Result:
    time.sleep(request["seconds"])
    return {"pid": os.getpid()}, ()


@dataclass(frozen=True)
class Refused:
    rules: Output
    table: Output | None = None
    note: str = ""


def refuse(request: Data, say: Say) -> Result:
    asked, problems = read_request(Refused, request)
    if asked is None:
        return None, problems
    if asked.note:
        return {"note": asked.note, "table": str(asked.table)}, ()
    at = Position(f"{request['rules']}/decision.yaml", 3, 7)
    return None, (Problem("made-up", at, Text(f"甲 {request['rules']}/x", "a"), Text("乙", "b")),)


def segfault(request: Data, say: Say) -> Result:
    ctypes.string_at(0)
    return {}, ()


def abort(request: Data, say: Say) -> Result:
    os.abort()


def leave(request: Data, say: Say) -> Result:
    os._exit(7)


def system_exit(request: Data, say: Say) -> Result:
    sys.exit(3)


def fail(request: Data, say: Say) -> Result:
    raise LookupError("nothing to be seen by users: /secret")


def recurse(request: Data, say: Say) -> Result:
    return recurse(request, say)


def hang(request: Data, say: Say) -> Result:
    """Hang without ever giving the interpreter back: not even the thread that watches the input runs."""
    (Path(tempfile.gettempdir()) / "left").write_text("left behind")
    say(1, 3, "hanging")
    libc = ctypes.PyDLL(None)
    while True:
        libc.sleep(1000)


def spin(request: Data, say: Say) -> Result:
    while True:
        pass


def flood(request: Data, say: Say) -> Result:
    kept = []
    while True:
        kept.append(bytearray(16 * 1024 * 1024))


def stubborn(request: Data, say: Say) -> Result:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    return spin(request, say)


def chat(request: Data, say: Say) -> Result:
    print("this is no answer")
    os.write(1, b"\xff\xff\xff\xff neither is this")
    for n in range(5):
        say(n, 5, f"step {n}")
    say(5, 5, "done")
    return {"said": 6}, ()


def offspring(request: Data, say: Say) -> Result:
    """Start a process that holds on to every pipe, and hang."""
    child = subprocess.Popen(["sleep", "600"], close_fds=False)
    say(child.pid, 0, "offspring")
    return spin(request, say)


def open_files(request: Data, say: Say) -> Result:
    links = [path for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
    files = [str(path.readlink()) for path in links]
    return {"files": files, "environment": dict(os.environ), "path": sys.path, "tmp": tempfile.gettempdir()}, ()


def grow(request: Data, say: Say) -> Result:
    grow.kept = bytearray(os.urandom(1024 * 1024) * 64)  # type: ignore[attr-defined]  # stays with the process
    return {"pid": os.getpid()}, ()


def large(request: Data, say: Say) -> Result:
    return {"text": "x" * request["size"]}, ()


def write(request: Data, say: Say) -> Result:
    folder = Path(request["output"])
    folder.mkdir()
    (folder / "made.txt").write_text("made")
    say(1, 1, "made")
    return {}, ()


def write_and_spin(request: Data, say: Say) -> Result:
    write(request, say)
    return spin(request, say)


def write_and_fail(request: Data, say: Say) -> Result:
    write(request, say)
    return fail(request, say)


def steps(request: Data, say: Say) -> Result:
    for n, what in enumerate("甲乙"):
        say(n, 4, what)
        time.sleep(0.3)
    return {}, ()


def find(name: str) -> Task | None:
    found: Task | None = globals().get(name)
    return found


def prepare() -> None:
    """Nothing."""
