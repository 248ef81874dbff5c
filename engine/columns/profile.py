"""What is known of a population before it is scored: scales, least and greatest values, what is never missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column of facts: integers of 1/`scale` of the base unit, between `low` and `high` (None: text, or no value).

    `complete`: every unit states it. `applies`: no unit states that it does not apply. `bounded`: some state a range.
    """

    scale: int = 1
    low: int | None = None
    high: int | None = None
    complete: bool = False
    applies: bool = False
    bounded: bool = False


@dataclass(frozen=True, slots=True)
class TableProfile:
    """A table of items beside the units: its columns by name, and the most rows one unit has."""

    complete: bool = False
    applies: bool = False
    columns: Mapping[str, ColumnProfile] = field(default_factory=dict)
    most_rows: int = 0


@dataclass(frozen=True, slots=True)
class Profile:
    """A population's columns by concept id; a concept that is not in it has no column and is absent in every unit."""

    concepts: Mapping[str, ColumnProfile | TableProfile] = field(default_factory=dict)

    def column(self, concept: str) -> ColumnProfile | None:
        """The column of a concept that is no table."""
        found = self.concepts.get(concept)
        return found if isinstance(found, ColumnProfile) else None

    def table(self, concept: str) -> TableProfile | None:
        """The items of a concept that is a table."""
        found = self.concepts.get(concept)
        return found if isinstance(found, TableProfile) else None
