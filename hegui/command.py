"""What every command shares: its arguments, its exit status, and a word to the person at the terminal."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

CLEAN, FINDINGS, UNUSABLE, FAULT, INTERRUPTED = 0, 1, 2, 3, 130


class Arguments(argparse.Namespace):
    """What was asked for."""

    verb: Callable[[Arguments], int]
    facts: list[Path]
    sources: list[Path]
    rules: Path
    report: Path
    checks: Path | None
    mapping: Path | None
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
