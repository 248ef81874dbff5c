"""The nouns of a run: Job, Part, Backend and what a backend compiled. A backend scores partitions; it decides nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from engine.evaluate import Evaluator
from facts.columns.intake import Intake
from facts.columns.store import Store
from facts.model import Period
from facts.problem import Problem

if TYPE_CHECKING:
    # It needs what may not be installed, which is told when a run begins.
    from engine.columns.queries import Grouped

Record = Mapping[str, Any]
DEFAULT_PARTITION = 100_000
# A partition's results lie in memory: so many cells (units times indicators) at most.
MOST_CELLS = 36_000_000
DEFAULT_SAMPLE = 200
DEFAULT_MASTER = "local[2]"
DATABASE_VARIABLE = "HEGUI_DATABASE"


@dataclass(frozen=True, slots=True)
class Job:
    """What is asked for."""

    table: Path
    rules: Path
    output: Path
    items: Mapping[str, Path] = field(default_factory=dict)
    period: Period | None = None
    # Units of a partition; 0: as many as suit the rulebook.
    partition: int = 0
    sample: int = DEFAULT_SAMPLE
    backend: str = "local"
    by_engine: bool = False
    # Where the backend is: a Spark master; the URL of a PostgreSQL, which may hold a password.
    master: str = DEFAULT_MASTER
    database: str = field(default="", repr=False)
    # The column that is read as a claim; "": one called so by name, if there is one.
    claims: str = ""


def partition_for(indicators: int) -> int:
    """How many units suit a rulebook of so many indicators.

    >>> partition_for(71), partition_for(710)
    (100000, 50000)
    """
    return max(1000, min(DEFAULT_PARTITION, MOST_CELLS // max(1, indicators) // 1000 * 1000))


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


class BackendError(Exception):
    """A backend that cannot go on; the run can be given again and goes on."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


Columns = Sequence[tuple[str, str]]


class Elsewhere(Protocol):
    """Another engine that works out the results of a partition. Raises BackendError."""

    name: str

    def prepare(self, query: str, tables: Mapping[str, Columns]) -> None:
        """Hear the query, and the names and types of the columns of the tables it reads."""

    def results(self, store: Store, tables: Mapping[str, Columns], given: Columns) -> str:
        """The results over these tables of the store, as SQL of the store for rows of the columns given, in any order."""

    def close(self) -> None:
        """Let go of the engine."""


class Rowwise(Protocol):
    """What the engine decided of one unit, as the rows of the two tables."""

    def __call__(self, decided: Any, row: int) -> tuple[Record, Sequence[Record]]:
        """The unit's row of scores and its rows of reasons.

        A number is a Fraction; its column has its name, or is two, <name>_num and <name>_den.
        """


@dataclass(frozen=True, slots=True)
class Compiled:
    """A rulebook as SQL over units and items (docs/batch.md), and the engine's own rows to hold it to.

    `elsewhere`: the results in the words of another engine, where another is to work them out, and the same here. `unsaid`: why
    every unit is left to the engine although columns were asked for.
    """

    grouped: Grouped
    rowwise: Rowwise
    elsewhere: tuple[str, str] = ("", "")
    unsaid: tuple[Problem, ...] = ()


# How a rulebook is compiled for the columns a table has; None and Problems where columns cannot express it.
Compile = Callable[[Evaluator, Intake], tuple[Compiled | None, tuple[Problem, ...]]]
