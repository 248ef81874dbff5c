"""The nouns of cleaning: Repair, Cleaned, Spam."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Repair:
    """One thing put right: `kind` is a stable kebab-case word, `at` an index into the original text."""

    kind: str
    before: str
    after: str
    at: int


@dataclass(frozen=True, slots=True)
class Spam:
    """A phrase that was injected into a text: it stands `count` times where `replacement` belongs."""

    phrase: str
    count: int
    replacement: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text put right, where each of its characters stood in the original, and what was repaired.

    `origins` has one index per character of `text`, and a last one for the end.
    """

    text: str
    origins: tuple[int, ...]
    repairs: tuple[Repair, ...] = ()

    def origin(self, index: int) -> int:
        """Where the character at this index of the cleaned text stood in the original."""
        return self.origins[index]


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A number with something doubtful in it: where, as written, and how it probably reads ("" if nobody can tell)."""

    at: int
    text: str
    reads_as: str


@dataclass(frozen=True, slots=True)
class Written:
    """A quantity as written: where, its value in base units, its unit, its kind, and how many decimals it shows."""

    start: int
    end: int
    shown: str
    value: Fraction | None
    unit: str
    kind: str
    places: int
