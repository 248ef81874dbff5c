"""What every command shares: its arguments, its exit status, and how a result is written."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

CLEAN, FINDINGS, UNUSABLE, FAULT, INTERRUPTED = 0, 1, 2, 3, 130


class Arguments(argparse.Namespace):
    """What was asked for."""

    verb: Callable[[Arguments], int]
    facts: list[Path]
    rules: Path
    folders: list[Path]
    indicator: str
    accept: tuple[str, ...]
    format: str
    lang: str
    output: Path | None
    fail_on: str
    isolated: bool
    timeout: int
    verbose: bool


def tell(message: str) -> None:
    """A line to the person at the terminal."""
    print(f"hegui: {message}", file=sys.stderr)  # noqa: T201  # stderr is where people are told


def deliver(text: str, output: Path | None) -> bool:
    """Write a result whole or not at all; False (after saying why) where the file cannot be written."""
    if output is None:
        sys.stdout.write(text)
        sys.stdout.flush()
        return True
    try:
        if output.is_dir():
            raise IsADirectoryError
        handle, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.", suffix=".tmp")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(name).chmod(0o644)
            Path(name).replace(output)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else "is a directory"
        tell(f"{output}: 无法写入,请换一个位置 / cannot be written, choose another place ({reason})")
        return False
    return True
