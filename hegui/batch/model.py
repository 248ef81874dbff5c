"""The nouns of a run: Job, Part, Backend and what a backend compiled. A backend scores partitions; it decides nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from engine.evaluate import Evaluator
from facts.columns.intake import Intake
from facts.model import Period
from facts.problem import Problem

Record = Mapping[str, Any]
DEFAULT_PARTITION = 100_000
DEFAULT_SAMPLE = 200


@dataclass(frozen=True, slots=True)
class Job:
    """What is asked for."""

    table: Path
    rules: Path
    output: Path
    items: Mapping[str, Path] = field(default_factory=dict)
    period: Period | None = None
    partition: int = DEFAULT_PARTITION
    sample: int = DEFAULT_SAMPLE
    backend: str = "local"
    by_engine: bool = False
    # The column that is read as a claim; "": one called so by name, if there is one.
    claims: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A partition: the units whose row lies in low … high - 1."""

    number: int
    low: int
    high: int

    @property
    def name(self) -> str:
        """The name of its files."""
        return f"part-{self.number:05}.parquet"


@dataclass(frozen=True, slots=True)
class Counted:
    """What a partition came to: units scored, rows of reasons, and how many of the units the engine had to score."""

    units: int
    reasons: int
    by_engine: int


class Backend(Protocol):
    """Scores partitions of an intake. The same partition gives the same files, byte for byte, however often it is run."""

    name: str

    @property
    def versions(self) -> Mapping[str, str]:
        """Of what the bytes of its files depend on."""

    def run(self, part: Part, scores: Path, reasons: Path) -> Counted:
        """Score a partition into these two files, always in the same order."""

    def close(self) -> None:
        """Free what it holds."""


class Rowwise(Protocol):
    """What the engine decided of one unit, as the rows of the two tables."""

    def __call__(self, decided: Any, row: int) -> tuple[Record, Sequence[Record]]:
        """The unit's row of scores and its rows of reasons.

        A number is a Fraction; its column has its name, or is two, <name>_num and <name>_den.
        """


@dataclass(frozen=True, slots=True)
class Compiled:
    """A rulebook as SQL over units and items (docs/population.md), and the engine's own rows to hold it to."""

    results: str
    scores: str
    reasons: str
    rowwise: Rowwise


# How a rulebook is compiled for the columns a table has; None and Problems where columns cannot express it.
Compile = Callable[[Evaluator, Intake], tuple[Compiled | None, tuple[Problem, ...]]]
