"""The facts of a case as pages show them: by section of the rulebook, what is in conflict and what is missing before all else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hegui.desk.web.pictures import number

Data = Mapping[str, Any]
BOUNDS = ("at_least", "above", "at_most", "below")
STATES = ("conflict", "missing", "absent", "bounded", "known", "not_applicable")
ELSEWHERE = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A concept with what is known of it. `state` is a fact's status, `bounded`, or `missing`; `settles`: points it would decide."""

    concept: Data
    fact: Data | None
    state: str
    settles: str = ""

    @property
    def id(self) -> str:
        """The concept's id."""
        return str(self.concept["id"])

    @property
    def rows(self) -> Sequence[Data]:
        """The rows of a list."""
        stated = self.fact["stated"] if self.fact is not None else {}
        rows: Sequence[Data] = stated.get("rows") or ()
        return rows


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the rulebook with the facts its indicators read."""

    id: str
    title: str
    facts: tuple[Shown, ...]

    @property
    def wanting(self) -> int:
        """How many of them nothing is known of."""
        return sum(one.state in ("missing", "absent", "conflict") for one in self.facts)


def state_of(fact: Data | None) -> str:
    """In a word, what is known.

    >>> state_of(None), state_of({"status": "known", "stated": {"at_most": "680 份"}}), state_of({"status": "absent", "stated": {}})
    ('missing', 'bounded', 'absent')
    """
    if fact is None:
        return "missing"
    if fact["status"] == "known" and any(key in fact["stated"] for key in BOUNDS):
        return "bounded"
    return str(fact["status"])


def facts_of(described: Data, assessment: Data | None) -> dict[str, Shown]:
    """Every concept that is read by a rule or of which something is known, by id."""
    settles = {one["concept"]: one["settles"] for one in (assessment or {}).get("missing_facts", ())}
    return {
        one["id"]: Shown(one, one["fact"], state_of(one["fact"]), settles.get(one["id"], ""))
        for one in described["concepts"]
        if one["used_in"] or one["fact"] is not None
    }


def conflicts(facts: Mapping[str, Shown]) -> tuple[Shown, ...]:
    """What sources disagree about."""
    return tuple(one for one in facts.values() if one.state == "conflict")


def missing(facts: Mapping[str, Shown], assessment: Data | None) -> tuple[Shown, ...]:
    """What would narrow the score, the most first; then what else is read by a rule and not known."""
    order = [one["concept"] for one in (assessment or {}).get("missing_facts", ())]
    first = [facts[key] for key in order if key in facts and facts[key].state != "conflict"]
    known = {one.id for one in first}
    others = (one for one in facts.values() if one.state == "missing" and one.id not in known)
    return tuple(sorted(first, key=lambda one: -number(one.settles))) + tuple(others)


def parts(facts: Mapping[str, Shown], assessment: Data | None) -> tuple[Part, ...]:
    """Facts by section; a fact several sections read stands with the first; what no indicator reads comes last."""
    sections = (assessment or {}).get("sections", ())
    section_of = {one["id"]: one["section"] for one in (assessment or {}).get("indicators", ())}
    found: dict[str, list[Shown]] = {one["id"]: [] for one in sections}
    for one in facts.values():
        found.setdefault(_section(one, section_of), []).append(one)
    titles = {one["id"]: one["title"] for one in sections}
    ordered = [key for key in found if key != ELSEWHERE] + [ELSEWHERE]
    return tuple(Part(key, titles.get(key, ""), tuple(found[key])) for key in ordered if found.get(key))


def _section(one: Shown, section_of: Mapping[str, str]) -> str:
    used: Iterable[Data] = one.concept["used_in"]
    return next(
        (section_of[use["id"]] for use in used if use["kind"] == "indicator" and use["id"] in section_of), ELSEWHERE
    )
