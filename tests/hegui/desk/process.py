"""`hegui serve` as people start it: a process of its own, on a port of its own, that can be killed."""

from __future__ import annotations

import os
import re
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import httpx

from tests.hegui.desk.browser import PASSWORD

ROOT = Path(__file__).resolve().parents[3]


class Process:
    """A running desk. `said` is what it has told the terminal so far."""

    def __init__(self, data: Path, port: int, largest_file: int = 0, **environment: str) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.log = data.parent / f"{data.name}.log"

        def limit() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

        with self.log.open("ab") as log:
            self.child = subprocess.Popen(
                [sys.executable, "-m", "hegui", "serve", "--data", str(data), "--port", str(port), "--workers", "1"],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                env={**os.environ, **environment},
                preexec_fn=limit if largest_file else None,
            )
        self._wait()

    @property
    def said(self) -> str:
        return self.log.read_text("utf-8")

    @property
    def setup(self) -> str:
        """The word of the first administrator."""
        return str(re.findall(r"token=(\S+)", self.said)[-1])

    def kill(self) -> None:
        """As a power cut does."""
        self.child.send_signal(signal.SIGKILL)
        self.child.wait(20)

    def stop(self) -> int:
        """As Ctrl-C does; the exit status."""
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGINT)
        return self.child.wait(30)

    def _wait(self) -> None:
        deadline = monotonic() + 60
        while monotonic() < deadline and self.child.poll() is None:
            try:
                if httpx.get(f"{self.address}/alive", timeout=5).status_code == 200:
                    return
            except httpx.TransportError:
                sleep(0.1)
        raise AssertionError(self.said)


@contextmanager
def serving(data: Path, largest_file: int = 0, **environment: str) -> Iterator[Process]:
    """A desk until the block ends."""
    process = Process(data, free_port(), largest_file, **environment)
    try:
        yield process
    finally:
        process.stop()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def user(data: Path, name: str, role: str, **environment: str) -> None:
    """Add an account as an administrator does at the terminal."""
    subprocess.run(
        [sys.executable, "-m", "hegui", "user", "add", name, "--role", role, "--data", str(data)],
        input=f"{PASSWORD}\n",
        text=True,
        check=True,
        cwd=ROOT,
        capture_output=True,
        env={**os.environ, **environment},
    )
