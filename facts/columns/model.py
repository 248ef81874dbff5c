"""The nouns of a table read by columns: ColumnFacts, TableFacts, Intake's numbers, Reject codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from facts.vocabulary import Concept

# Values of the columns s{n}.
ABSENT, KNOWN, NOT_APPLICABLE, CONFLICT, BOUNDED = range(5)
NUMERIC = ("quantity", "score", "date")
# An integer of a column has at most so many digits: more do not fit into a database's widest integers.
MAX_DIGITS = 38
# Beyond these, in base units, an integer of a column would not fit into the widest there are.
MAX_WHOLE, MAX_PLACES, MAX_ODD = 10**17, 20, 9
INT64 = 2**63 - 1


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """What is known of a whole column. A numeric value is an integer: base units times `scale`.

    `low`, `high`: the least and the greatest of these integers, ends of stated ranges included (None: there is none).
    `complete`: every unit has a known value. `applies`: none is stated not to apply. `bounded`: some are stated as ranges.
    """

    scale: int = 1
    low: int | None = None
    high: int | None = None
    complete: bool = False
    applies: bool = True
    bounded: bool = False


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What is known of the rows of a table concept: its columns by name, and the most rows any unit has."""

    complete: bool
    columns: Mapping[str, ColumnFacts]
    most_rows: int
    applies: bool = True


@dataclass(frozen=True, slots=True)
class Wanted:
    """A column that is read: what it means, where it stands in its table, and the end of its names in SQL."""

    key: str
    concept: Concept
    index: int
    title: str

    @property
    def numeric(self) -> bool:
        """Whether its values are integers."""
        return self.concept.type in NUMERIC
