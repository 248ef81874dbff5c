"""The noun of this package: Statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from facts.provenance import Provenance

Known = Fraction | str


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing the report says that can be held against something else it says.

    `values` by concept id of the checks rulebook, numbers in base units but for pure numbers, which are in `unit`.
    `places` are the quotes a finding shows, the one that is wrong or to be looked at first. `item` is the index of the
    claim it is about.
    """

    values: Mapping[str, Known]
    places: tuple[Provenance, ...]
    unit: str = ""
    item: int | None = None


YES, NO = "是", "否"


def yes(condition: bool) -> str:
    """A truth value as the vocabulary has it."""
    return YES if condition else NO
