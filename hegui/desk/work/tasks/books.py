"""Rulebooks kept warm: loaded once, lowered and compiled once, known again by the bytes of their files wherever these lie.

Places in a rulebook are relative to its folder: the same version lies in another folder with every run.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from engine.evaluate import Evaluator
from engine.load import Loaded, load_rulebook
from engine.model import Rulebook
from facts.problem import Problem
from hegui.command import today

KEPT = 8
# What is larger than any rulebook is not read for its digest: the loader refuses it.
_MOST = 64 * 1024 * 1024
_HERE = Path()


@dataclass(slots=True)
class Book:
    """A rulebook as loaded, its Problems, and its Evaluator once somebody has asked for it."""

    rulebook: Rulebook | None
    problems: tuple[Problem, ...]
    _evaluator: Evaluator | None = field(default=None, repr=False)

    @property
    def evaluator(self) -> Evaluator:
        """Made at the first question."""
        assert self.rulebook is not None
        if self._evaluator is None:
            self._evaluator = Evaluator(self.rulebook)
        return self._evaluator

    def close(self) -> None:
        """Free what the engine holds."""
        if self._evaluator is not None:
            self._evaluator.close()
            self._evaluator = None


class Books:
    """The last `kept` rulebooks."""

    def __init__(self, kept: int = KEPT) -> None:
        self.kept = kept
        self._books: OrderedDict[tuple[str, date], Book] = OrderedDict()

    def open(self, folder: Path, as_of: date | None = None) -> Book:
        """The rulebook of a folder; acceptances must be in force on the day, today where none is named."""
        day = as_of or today()
        key = (digest_of(folder), day)
        book = self._books.get(key)
        if book is None:
            book = Book(*load_here(folder, day))
            self._books[key] = book
            while len(self._books) > self.kept:
                self._books.popitem(last=False)[1].close()
        self._books.move_to_end(key)
        return book

    def __len__(self) -> int:
        return len(self._books)


BOOKS = Books()


def load_here(folder: Path, as_of: date | None = None) -> Loaded:
    """Load a rulebook with places relative to its folder. A worker does one task at a time: it may stand where it likes."""
    with contextlib.chdir(folder):
        return load_rulebook(_HERE, as_of)


def digest_of(folder: Path) -> str:
    """What tells one version from another: the names and bytes of the files beside rulebook.yaml."""
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.is_file():
            data = path.read_bytes() if path.stat().st_size <= _MOST else b""
            digest.update(f"{path.name}\0{len(data)}\0".encode("utf-8", "surrogateescape") + data)
    return digest.hexdigest()
