"""Whether a total is a plain sum of what edited indicators bring, so that what they gain is what the total gains, open or not.

What has to hold of the rulebooks is found once; what has to hold of a unit are bounds, told as data: the engine and columns
look at the same ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from engine.model import Indicator, Rulebook, Section
from engine.walk import inner_parts
from facts.values import ZERO

End = Literal["lo", "hi"]


@dataclass(frozen=True, slots=True)
class Limit:
    """An end of the range of a section ("": of the outcome) lies on the inner side of a value, or on it where `touching`."""

    section: str
    end: End
    value: Fraction
    touching: bool = False

    def holds(self, number: Fraction) -> bool:
        """Whether this end lies there."""
        if number == self.value:
            return self.touching
        return number > self.value if self.end == "lo" else number < self.value


# All of these hold of a unit; of each, one of the alternatives, whole.
Needs = tuple[tuple[tuple[Limit, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class Adding:
    """What has to hold of a unit before and after, and the step every total is a multiple of (0: none)."""

    before: Needs
    after: Needs
    step: Fraction

    def keeps(self, change: Fraction) -> bool:
        """Whether rounding a total leaves a change as it is."""
        return not self.step or (change / self.step).denominator == 1


def adding(old: Rulebook, new: Rulebook, edited: Sequence[tuple[str, str]]) -> Adding | None:
    """What has to hold of a unit; None where edits of these indicators (ids before, after) may do more than add.

    Nothing but these indicators differs.
    """
    rounding = new.defaults.round_score
    same = (old.floor, old.cap, old.defaults.round_score) == (new.floor, new.cap, rounding)
    # Ties to even turn on the digit before, which a change may make odd.
    if not same or _asking(old) or _asking(new) or (rounding is not None and rounding.mode == "half_even"):
        return None
    step = Fraction(1, 10**rounding.places) if rounding is not None else ZERO
    before, after = ({i.id: (s, i) for s in book.sections for i in s.indicators} for book in (old, new))
    pairs = [(before[one], after[other]) for one, other in edited]
    if [_frame(one) for one in old.sections] != [_frame(one) for one in new.sections]:
        return None
    if not all(one[0].id == other[0].id and _adds(*one) and _adds(*other) for one, other in pairs):
        return None
    changed = {section.id for (section, _), _ in pairs}
    needs = [tuple(_needs(book, changed, step)) for book in (old, new)]
    return Adding(needs[0], needs[1], step)


def weigh_alike(old: Rulebook, new: Rulebook, edited: Sequence[tuple[str, str]]) -> bool:
    """Whether these indicators (ids before, after) weigh in their sections what they weighed: equal scores then come to the same."""
    before, after = (
        {i.id: (s.id, i.part.points, i.part.policies.not_applicable) for s in book.sections for i in s.indicators}
        for book in (old, new)
    )
    return all(before[one] == after[other] for one, other in edited)


def fulfilled(needs: Needs, number: Callable[[str, End], Fraction]) -> bool:
    """Whether a unit has what is needed, by the ends of its sections and of its outcome ("")."""
    return all(
        any(all(limit.holds(number(limit.section, limit.end)) for limit in one) for one in either) for either in needs
    )


def _asking(book: Rulebook) -> bool:
    """Whether anything asks for scores."""
    return bool(book.vetoes) or any(section.counts_if is not None for section in book.sections)


def _frame(section: Section) -> tuple[object, ...]:
    return section.id, section.kind, section.model, section.points, section.floor, section.cap


def _adds(section: Section, indicator: Indicator) -> bool:
    """Whether a section takes an indicator's points, or those it lost, as they are; and whether what is missing leaves it open."""
    policies = [one.part.policies.not_applicable for one in section.indicators]
    plain = section.model == "sum" and all(policy in ("full", "exclude") for policy in policies)
    return (
        section.kind == "base"
        and (plain or section.model == "declared_less_deductions")
        and all(part.policies.missing == "undetermined" for part in inner_parts(indicator.part))
    )


def _needs(book: Rulebook, changed: set[str], step: Fraction) -> Iterator[tuple[tuple[Limit, ...], ...]]:
    for section in book.sections:
        if section.id in changed:
            yield from _kept(section)
    # The sum of the sections is no less than 0 (rounding is symmetric about it) and within floor and cap. A total that keeps
    # away from an end by more than a step of rounding is one that this end did not make.
    floor, cap = book.floor, book.cap
    low: list[tuple[Limit, ...]] = []
    if floor is None or floor <= ZERO:
        low.append(tuple(Limit(section.id, "lo", ZERO, touching=True) for section in book.sections))
    if floor is not None and floor >= ZERO:
        low.append((Limit("", "lo", floor + step),))
    yield tuple(low)
    if cap is None:
        return
    high: list[tuple[Limit, ...]] = [(Limit("", "hi", cap - step),)]
    if sum((section.points for section in book.sections), ZERO) <= cap:
        high.append(tuple(Limit(section.id, "hi", section.points, touching=True) for section in book.sections))
    yield tuple(high)


def _kept(section: Section) -> Iterator[tuple[tuple[Limit, ...], ...]]:
    """A section is kept off the ends that would cut it off."""
    floors = [section.floor] if section.floor is not None else []
    if section.model == "declared_less_deductions":
        floors.append(ZERO)
    if floors:
        yield ((Limit(section.id, "lo", max(floors)),),)
    if section.cap is not None:
        yield ((Limit(section.id, "hi", section.cap),),)
