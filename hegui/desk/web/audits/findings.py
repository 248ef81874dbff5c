"""An audit as its page shows it: findings that lead to the words they are about, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hegui.desk.web.marking import Mark
from hegui.desk.web.pictures import Piece, pieces

SEVERITIES = ("error", "warning", "note")
STANDINGS = ("proven", "unproven", "contradicted")


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding, its number in the whole audit, and the marks of its quotes in the report."""

    n: int
    data: Mapping[str, Any]
    marks: tuple[Mark, ...]

    @property
    def id(self) -> str:
        """What leads to it."""
        return f"finding-{self.n}"


@dataclass(frozen=True, slots=True)
class Filter:
    """What somebody wants to see: severities, and one check or all."""

    severities: tuple[str, ...]
    check: str = ""

    def takes(self, finding: Mapping[str, Any]) -> bool:
        """Whether a finding is wanted."""
        return finding["severity"] in self.severities and self.check in ("", finding["check"])


def filter_of(severities: Iterable[str], check: str) -> Filter:
    """A filter as asked for; every severity where none is named."""
    wanted = set(severities)
    return Filter(tuple(one for one in SEVERITIES if one in wanted) or SEVERITIES, check)


def findings_of(audit: Mapping[str, Any], wanted: Filter) -> list[Shown]:
    """The findings wanted, with their marks."""
    found = []
    for n, (finding, places) in enumerate(zip(audit["findings"], audit["marks"], strict=True), 1):
        if wanted.takes(finding):
            marks = (
                Mark(place, f"mark-{n}-{m}", finding["severity"], f"finding-{n}", finding["message"])
                for m, place in enumerate(places)
            )
            found.append(Shown(n, finding, tuple(marks)))
    return found


def all_marks(findings: Sequence[Shown]) -> list[Mark]:
    """Their marks, the gravest first: of two that overlap it is the one shown."""
    order = {name: n for n, name in enumerate(SEVERITIES)}
    marks = [mark for one in findings for mark in one.marks]
    return sorted(marks, key=lambda mark: order[mark.kind])


def standing(points: Mapping[str, Any]) -> tuple[Piece, ...]:
    """Claimed points by how they stand, as a bar."""
    return pieces([(name, points[name] or "0") for name in STANDINGS])


def claims_of(audit: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Claims of whose points some are not proven, those contradicted first."""
    open_ = [one for one in audit["claims"] if one["counted"] and any(_some(one[name]) for name in STANDINGS[1:])]
    return sorted(open_, key=lambda one: not _some(one["contradicted"]))


def _some(points: str | None) -> bool:
    return bool(points) and any(digit in "123456789" for digit in points or "")
