"""A worker: a process that does one task after another, as they come on its standard input, and answers on a pipe of its own.

    python -P -c "…" REGISTRY LIMITS PARENT

It dies with the server, however that dies: the kernel ends it (PR_SET_PDEATHSIG), and so does the end of its input. What a
library prints goes to stderr, never among the answers.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import BinaryIO

from facts.problem import Problem
from hegui.desk.work.limits import Limits, limit_process, limit_task
from hegui.desk.work.naming import Names
from hegui.desk.work.requests import forget_paths
from hegui.desk.work.wire import HEAD, MAX_FRAME, Data, length_of, packed, problem_to_wire, unpacked

Say = Callable[[int, int, str], None]
Result = tuple[Data | None, tuple[Problem, ...]]
Task = Callable[[Data, Say], Result]

_PR_SET_PDEATHSIG = 1
# Progress more often than this is seen by nobody.
_PAUSE = 0.1


def main(arguments: list[str]) -> None:
    """Serve until the input ends."""
    registry, limits, parent = arguments[0], Limits(**json.loads(arguments[1])), int(arguments[2])
    _die_with(parent)
    answers = _Answers()
    limit_process(limits)
    threading.Thread(target=_watch_input, daemon=True).start()
    module = import_module(registry)
    module.prepare()
    answers.send({"ready": True})
    while (request := _next_request(sys.stdin.buffer)) is not None:
        limit_task(limits)
        if not _do(module, request, answers):
            return


# --- living and dying -------------------------------------------------------------------------------------------------


def _die_with(parent: int) -> None:
    """Be killed when the thread that started us ends; it lives as long as the pool."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)  # it has died before we asked


def _watch_input() -> None:
    """Leave when the server's end of the pipe is closed, also in the middle of a task."""
    poll = select.poll()
    poll.register(0, 0)
    poll.poll()  # asked for nothing, it tells only of ends and errors
    # What is still unread is of nobody's interest any more.
    os._exit(0)


class _Answers:
    """The pipe of the answers: standard output as we were given it; prints go to stderr from now on."""

    def __init__(self) -> None:
        self.pipe = os.fdopen(os.dup(1), "wb", buffering=0)
        os.dup2(2, 1)
        self.lock = threading.Lock()

    def send(self, message: Data) -> None:
        """One frame."""
        self.send_frame(packed(message))

    def send_frame(self, frame: bytes) -> None:
        """A frame that is packed already."""
        with self.lock:
            left = memoryview(frame)
            while left:
                left = left[self.pipe.write(left) :]


# --- tasks ------------------------------------------------------------------------------------------------------------


def _next_request(stream: BinaryIO) -> Data | None:
    head = stream.read(HEAD)
    return unpacked(stream.read(length_of(head))) if len(head) == HEAD else None


def _do(module: ModuleType, request: Data, answers: _Answers) -> bool:
    """Do one task and answer; False where the worker had better end: nobody knows what a fault has left behind."""
    name, asked = request["task"], request["request"]
    forget_paths()
    try:
        task: Task | None = module.find(name)
        if task is None:
            answers.send({"fault": "unknown"})
            return True
        data, problems = task(asked, _progress(answers))
        frame = _answer(data, problems, asked)
    except MemoryError:
        answers.send({"fault": "memory"})
        return False
    except BaseException as error:  # noqa: BLE001  # whatever it is (SystemExit too), the server must hear of it in words
        _log(name, error)
        answers.send({"fault": "bug", "kind": type(error).__name__})
        return False
    answers.send_frame(frame)
    return True


def _answer(data: Data | None, problems: tuple[Problem, ...], asked: Data) -> bytes:
    names = Names(asked)
    message = {
        "data": names.data(data),
        "problems": [problem_to_wire(names.problem(one)) for one in problems],
        "memory": _memory(),
    }
    frame = packed(message)
    return frame if len(frame) <= MAX_FRAME else packed({"fault": "large"})


def _progress(answers: _Answers) -> Say:
    told: tuple[str, float] = ("", 0.0)

    def say(done: int, total: int, what: str) -> None:
        nonlocal told
        now = time.monotonic()
        if what != told[0] or now - told[1] >= _PAUSE or (total and done >= total):
            told = what, now
            answers.send({"say": [done, total, what]})

    return say


def _memory() -> int:
    """What this process keeps in memory, in bytes; 0 where that is not told."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123  # no file
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _log(task: str, error: BaseException) -> None:
    try:
        from hegui.logs import log_fault

        log_fault("task-fault", task=task, kind=type(error).__name__, detail=str(error)[:500], exc_info=error)
    except Exception:  # noqa: BLE001, S110  # a log that cannot be written must not swallow the answer
        pass
