"""The values a conflict is between, read back from the words it was told in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from facts.model import Fact
from facts.provenance import Provenance

# As facts.gathering.reconciling and facts.casefile tell a conflict: “值”(来源@位置、来源@位置);“值”(…)
_SHOWN = re.compile(r"“([^”]*)”")
_BETWEEN = re.compile(r"\s*;\s*")
# Longer words are cut short where conflicts are told.
_WHOLE = 60

_Known = Mapping[str, Provenance]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the values: the words it was stated in, and where. Not `whole`: the words were too long to be told."""

    shown: str
    places: tuple[Provenance, ...]
    whole: bool = True

    def __str__(self) -> str:
        """As conflicts and choices tell it."""
        return f"“{self.shown}”" + (f"({'、'.join(map(str, self.places))})" if self.places else "")


def candidates(fact: Fact) -> tuple[Candidate, ...]:
    """What somebody can choose from; nothing where the reason is in words of somebody's own."""
    if fact.status != "conflict":
        return ()
    # The longest first: 3:2 is how 3:25 begins.
    known = {str(place): place for place in sorted(fact.provenance, key=lambda one: -len(str(one)))}
    found, at = list[Candidate](), 0
    while (match := _SHOWN.match(fact.reason, at)) is not None:
        places, at = _places(fact.reason, match.end(), known)
        found.append(Candidate(match[1], places, len(match[1]) < _WHOLE))
        gap = _BETWEEN.match(fact.reason, at)
        if gap is None:
            break
        at = gap.end()
    return tuple(found) if at == len(fact.reason) else ()


def _places(reason: str, at: int, known: _Known) -> tuple[tuple[Provenance, ...], int]:
    """The places in brackets behind a value, and where they end; none where they are not those of the fact."""
    places, here = list[Provenance](), at
    while here < len(reason) and reason[here] == ("、" if places else "("):
        name = next((name for name in known if reason.startswith(name, here + 1)), None)
        if name is None:
            return (), at
        places.append(known[name])
        here += 1 + len(name)
    return (tuple(places), here + 1) if places and reason.startswith(")", here) else ((), at)
