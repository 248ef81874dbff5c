"""What every command shares: its arguments, its exit status, and a word to the person at the terminal."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

CLEAN, FINDINGS, UNUSABLE, FAULT, INTERRUPTED = 0, 1, 2, 3, 130


class Arguments(argparse.Namespace):
    """What was asked for."""

    verb: Callable[[Arguments], int]
    facts: list[Path]
    sources: list[Path]
    rules: Path
    book: Path
    dry_run: bool
    drop_cases: bool
    folder: Path
    table: Path | None
    units: str
    items: list[tuple[str, Path]]
    year: int | None
    partition: int
    sample: int
    backend: str
    master: str
    database: str
    by_engine: bool
    claims: str
    id: str | None
    document: str | None
    report: Path
    checks: Path | None
    mapping: Path | None
    folders: list[Path]
    fail_under: str
    case: list[str]
    examples: int
    seed: int
    time: float | None
    write: bool
    old: Path
    new: Path
    population: list[Path]
    exit_code: bool
    indicator: str
    accept: tuple[str, ...]
    waivers: list[Path]
    as_of: date | None
    format: str
    lang: str
    output: Path | None
    fail_on: str
    receipt: Path | None
    no_receipt: bool
    sign: Path | None
    by: str | None
    ledger: Path | None
    file: Path
    key: Path | None
    head: str | None
    isolated: bool
    data: Path
    host: str
    port: int
    public: str | None
    rulebooks: list[Path]
    workers: int
    upload: int
    action: str
    name: str
    role: str | None
    timeout: int
    verbose: bool


def tell(message: str) -> None:
    """A line to the person at the terminal."""
    print(f"hegui: {message}", file=sys.stderr)  # noqa: T201  # stderr is where people are told


def today() -> date:
    """The day on which waivers must be in force where --as-of names none: nothing else here looks at a clock."""
    return date.today()  # noqa: DTZ011  # the day where the user sits
