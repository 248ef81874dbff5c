"""The nouns of a published self-evaluation: Claim (自评得分) and Figure (a number with the words it belongs to)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from facts.provenance import Provenance

ClaimKind = Literal["indicator", "group", "section", "total"]


@dataclass(frozen=True, slots=True)
class Claim:
    """What the report claims of one indicator, group, section or of the whole: points it may earn, the score it claims.

    None where the report does not say. `provenance` holds the places the claim was read from, the score's first.
    """

    kind: ClaimKind
    name: str
    section: str
    points: Fraction | None
    score: Fraction | None
    number: str = ""
    group: str = ""
    criterion: str = ""
    target: str = ""
    actual: str = ""
    reason: str = ""
    grade: str = ""
    provenance: tuple[Provenance, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A number the report states: the words it belongs to, its value in base units, and how it is written."""

    label: str
    value: Fraction
    unit: str
    shown: str
    provenance: Provenance
