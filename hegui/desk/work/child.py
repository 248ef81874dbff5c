"""The server's end of a worker: starts it, speaks with it until a deadline, ends it. Nothing here waits for ever."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from hegui.desk.work.limits import Limits
from hegui.desk.work.wire import HEAD, MAX_FRAME, Data, length_of, packed, unpacked

_PIECE = 1024 * 1024
# What a worker may know of the server's surroundings: passwords and keys are not among it.
_KNOWN = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "PYTHONPATH")
_START = "import sys; sys.path[:0] = [p for p in sys.argv[1].split('\\n') if p not in sys.path]; from hegui.desk.work.worker import main; main(sys.argv[2:])"
_PACKAGES = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Setup:
    """What workers are like: the module that knows the tasks, folders to import from, limits, where temporary files go."""

    registry: str
    path: tuple[Path, ...]
    limits: Limits
    scratch: Path


class Gone(Exception):
    """The worker has died; `status` is how, negative for a signal."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Late(Exception):
    """The deadline has passed."""


class Child:
    """A worker process. It is killed when the thread that made this ends: make it in a thread that stays."""

    def __init__(self, setup: Setup) -> None:
        self.scratch = tempfile.mkdtemp(prefix="worker-", dir=setup.scratch)
        self.tasks = 0
        self.memory = 0
        self._received = bytearray()
        try:
            self.process = subprocess.Popen(  # noqa: S603  # our own program, by the interpreter that runs us
                _command(setup),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=_environment(self.scratch),
                start_new_session=True,  # Ctrl-C at the server's terminal is the server's to act upon
                bufsize=0,
            )
        except BaseException:
            shutil.rmtree(self.scratch, ignore_errors=True)
            raise
        assert self.process.stdin is not None and self.process.stdout is not None
        self._in, self._out = self.process.stdin.fileno(), self.process.stdout.fileno()
        os.set_blocking(self._in, False)
        os.set_blocking(self._out, False)

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    def send(self, message: Data, deadline: float) -> None:
        """Hand it a message; Gone or Late where it does not take it."""
        left = memoryview(packed(message))
        while left:
            self._wait(self._in, select.POLLOUT, deadline)
            try:
                left = left[os.write(self._in, left[:_PIECE]) :]
            except BlockingIOError:
                continue
            except OSError:
                raise Gone(self.end()) from None

    def receive(self, deadline: float) -> Data:
        """Its next message; Gone or Late where none comes."""
        head = self._take(HEAD, deadline)
        length = length_of(head)
        if length > MAX_FRAME:
            raise Gone(self.end())  # whatever it says is none of our messages
        return unpacked(self._take(length, deadline))

    def kill(self) -> None:
        """End it and whatever it has started, at once; `end` must still follow."""
        if self.alive:  # the number of a process that was waited for may be somebody else's by now
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def end(self) -> int:
        """Kill it if it still runs, take it out of the table of processes, tidy up; how it ended."""
        try:
            status = self.process.wait(0.5)  # a pipe is closed a moment before its process is gone
        except subprocess.TimeoutExpired:
            self.kill()
            status = self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()
        shutil.rmtree(self.scratch, ignore_errors=True)
        return status

    def _take(self, size: int, deadline: float) -> bytes:
        while len(self._received) < size:
            self._wait(self._out, select.POLLIN, deadline)
            try:
                piece = os.read(self._out, _PIECE)
            except BlockingIOError:
                continue
            if not piece:
                raise Gone(self.end())
            self._received += piece
        taken = bytes(self._received[:size])
        del self._received[:size]
        return taken

    def _wait(self, pipe: int, event: int, deadline: float) -> None:
        poll = select.poll()
        poll.register(pipe, event)
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise Late


def _command(setup: Setup) -> list[str]:
    folders = "\n".join(str(path) for path in (*setup.path, _PACKAGES))
    limits = json.dumps(asdict(setup.limits))
    return [sys.executable, "-P", "-c", _START, folders, setup.registry, limits, str(os.getpid())]


def _environment(scratch: str) -> dict[str, str]:
    known = {name: os.environ[name] for name in _KNOWN if name in os.environ}
    # glibc keeps an arena for each thread, which would be most of the address space allowed.
    return {**known, "TMPDIR": scratch, "MALLOC_ARENA_MAX": "2", "PYTHONIOENCODING": "utf-8"}
