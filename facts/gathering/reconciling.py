"""Makes one fact of several: equal values merge with all their places, unequal ones conflict unless a mapping settles them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType

from facts.gathering.chosen import reopened, upheld
from facts.gathering.mapping import MappingFile, Settlement
from facts.model import BASES, Fact
from facts.problem import Problem, Text, in_order
from facts.provenance import Position, Provenance
from facts.units import parse_unit
from facts.values import Interval, decimal_text
from facts.vocabulary import Concept, Vocabulary

MAX_PLACES = 20
CONFLICT = "conflicting-facts"
_AMOUNT = re.compile(r"[0-9](?:\.([0-9]+))?\s*([^\s0-9.,]*)$")
_NOTHING = Settlement()
# How the notes say that another value was taken than some of the places state.
_WITHIN, _CLOSE, _FIRST = "在另一处所说的范围", "在容差之内", "按对照文件的优先次序取此值"


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What one source says. `entry` is what a mapping's precedence calls it."""

    source: str
    facts: Mapping[str, Fact]
    entry: str = ""


def reconcile(
    sources: Sequence[SourceFacts],
    mapping: MappingFile,
    vocabulary: Vocabulary,
    decided: Mapping[str, Fact] = MappingProxyType({}),
) -> tuple[dict[str, Fact], tuple[Problem, ...]]:
    """One fact per concept, in the vocabulary's order, whatever order the sources come in; a warning per conflict.

    What people have `decided` holds while the sources say nothing but what it was decided between.
    """
    facts, problems = dict[str, Fact](), list[Problem]()
    for key, concept in vocabulary.concepts.items():
        told = [(source, source.facts[key]) for source in sources if key in source.facts]
        if told:
            fact, problem = _decide(concept, told, mapping.settlements.get(key, _NOTHING), decided.get(key))
            facts[key] = fact
            problems.extend([problem] if problem else [])
    return facts, in_order(problems)


def merge_equal(concept: Concept, facts: Sequence[Fact], where: Position) -> tuple[Fact, Problem | None]:
    """One fact of what one source says in several places: equal values merge, others conflict."""
    return _united(concept, facts, where)


def _decide(
    concept: Concept, told: Sequence[tuple[SourceFacts, Fact]], settlement: Settlement, decided: Fact | None
) -> tuple[Fact, Problem | None]:
    """What people have decided goes before what a mapping says."""
    if decided is None:
        return _settle(concept, told, settlement)
    held = upheld(concept, decided, [fact for _, fact in told if fact != decided])
    if held is not None:
        fact, problem = held
        return replace(fact, provenance=fact.provenance[:MAX_PLACES]), problem
    fact, problem = _settle(concept, told, settlement)
    return fact, reopened(concept, decided, problem) if problem is not None else None


def _settle(
    concept: Concept, told: Sequence[tuple[SourceFacts, Fact]], settlement: Settlement
) -> tuple[Fact, Problem | None]:
    # What one source lacks another may have.
    speaking = [one for one in told if one[1].status != "absent"] or list(told)
    facts = [fact for _, fact in speaking]
    agreed = _agreed(facts)
    if agreed is not None:
        return agreed, None
    close = _within_tolerance(facts, settlement, concept)
    if close is not None:
        return close, None
    preferred = _preferred(concept, speaking, settlement)
    if preferred is not None:
        return preferred, None
    return _united(concept, facts, Position(""))


def _alike(facts: Sequence[Fact]) -> bool:
    first = facts[0]
    return first.status != "conflict" and all((f.status, f.value) == (first.status, first.value) for f in facts)


def _agreed(facts: Sequence[Fact]) -> Fact | None:
    """One fact of those that say the same, or one value and bounds it keeps: 612 份 where another says “不超过 680 份”."""
    if _alike(facts):
        return _merged(facts)
    bounds = [fact for fact in facts if fact.status == "known" and isinstance(fact.value, Interval)]
    exact = [fact for fact in facts if fact not in bounds]
    if not bounds or not exact or not _alike(exact) or not isinstance(exact[0].value, Fraction):
        return None
    value = exact[0].value
    if not all(isinstance(fact.value, Interval) and fact.value.contains(value) for fact in bounds):
        return None
    chosen = _merged(exact)
    note = f"{_WITHIN}“{'”、“'.join(sorted({fact.shown for fact in bounds}))}”之内"
    return replace(chosen, provenance=_noted(facts, chosen, note, _NOTHING))


def _merged(facts: Sequence[Fact]) -> Fact:
    places = _places(facts)
    # The value is shown in the words of its first place.
    first = min((fact for fact in facts if fact.provenance[:1] == places[:1]), key=_order)
    basis = min((fact.basis for fact in facts), key=BASES.index)
    return replace(first, basis=basis, provenance=places)


def _order(fact: Fact) -> tuple[str, str, str]:
    return (fact.shown, fact.reason, ",".join(map(str, fact.provenance)))


def _places(facts: Iterable[Fact]) -> tuple[Provenance, ...]:
    """All places, each once; those of one source stay in their order, sources by id."""
    places = dict.fromkeys(place for fact in facts for place in fact.provenance)
    return tuple(sorted(places, key=lambda place: place.source))[:MAX_PLACES]


def _united(concept: Concept, facts: Sequence[Fact], where: Position) -> tuple[Fact, Problem | None]:
    agreed = _agreed(facts)
    if agreed is not None:
        return agreed, None
    if len(facts) == 1:
        return facts[0], None  # a conflict that was told when its source was read
    told = sorted({word for fact in facts for word in _words(fact)})
    reason = ";".join(told)
    basis = min((fact.basis for fact in facts), key=BASES.index)
    fact = Fact(concept.id, None, "conflict", basis, _places(facts), "", reason[:MAX_REASON])
    return fact, _conflict(concept, told, where)


MAX_REASON = 1_500


def _words(fact: Fact) -> tuple[str, ...]:
    """What a fact says and where, in words; what a conflict says was put into words already."""
    if fact.status == "conflict":
        return tuple(fact.reason.split(";"))
    where = "、".join(map(str, fact.provenance[:3]))
    return (f"“{(fact.shown or fact.reason or fact.status)[:60]}”" + (f"({where})" if where else ""),)


def is_settled_conflict(problem: Problem, settled: Iterable[Concept]) -> bool:
    """Whether it tells of values within one document between which somebody has decided already."""
    told = problem.message.zh if problem.code == CONFLICT else ""
    return any(told.startswith(_conflict_of(concept)) for concept in settled)


def _conflict_of(concept: Concept) -> str:
    return f"“{concept.label}”的值互相矛盾:"


def _conflict(concept: Concept, told: Sequence[str], where: Position) -> Problem:
    listed = "、".join(told[:6])
    message = Text(
        f"{_conflict_of(concept)}{listed}",
        f"“{concept.label}” has values that contradict each other: {', '.join(told[:6])}",
    )
    hint = Text(
        "没有采用任何一个。请核对来源,或在对照文件的 settle 里写明容差或优先次序。",
        "None was taken. Check the sources, or state a tolerance or precedence under settle in a mapping.",
    )
    return Problem(CONFLICT, where if where.file else Position(concept.label), message, hint, "warning")


def outweighs(note: str) -> bool:
    """Whether a note says that a value was taken before what other places of the same fact say."""
    return any(words in note for words in (_WITHIN, _CLOSE, _FIRST))


# --- what a mapping settles -------------------------------------------------------------------------------------------


def _within_tolerance(facts: Sequence[Fact], settlement: Settlement, concept: Concept) -> Fact | None:
    """The most exactly stated of values that lie close enough together."""
    if settlement.absolute is None and settlement.relative is None:
        return None
    values = [fact.value for fact in facts if isinstance(fact.value, Fraction)]
    if len(values) != len(facts):
        return None
    low, high = min(values), max(values)
    apart = high - low
    if not (apart <= (settlement.absolute or 0) or apart <= (settlement.relative or 0) * max(abs(low), abs(high))):
        return None
    chosen = min(facts, key=lambda fact: (_grain(fact), _order(fact)))
    others = sorted({fact.shown for fact in facts if fact.value != chosen.value})
    difference = concept.unit.show(apart) if concept.unit else decimal_text(apart)
    note = f"与“{'”、“'.join(others)}”相差不超过 {difference},{_CLOSE}"
    return replace(
        _merged([chosen, *_with_value_of(chosen, facts)]), provenance=_noted(facts, chosen, note, settlement)
    )


def _grain(fact: Fact) -> Fraction:
    """The step in which the value is stated, in base units: 100 元 for “5,657.15 万元”."""
    match = _AMOUNT.search(fact.shown)
    unit = parse_unit(match[2]) if match else None
    places = len(match[1] or "") if match else 0
    return (unit.factor if unit else Fraction(1)) * Fraction(1, 10**places)


def _with_value_of(chosen: Fact, facts: Sequence[Fact]) -> list[Fact]:
    return [fact for fact in facts if fact.value == chosen.value]


def _noted(facts: Sequence[Fact], chosen: Fact, note: str, settlement: Settlement) -> tuple[Provenance, ...]:
    """All places, the chosen value's first, with the note on why it was chosen."""
    told = ";".join(part for part in (note, settlement.reason) if part)
    own = _places(_with_value_of(chosen, facts))
    rest = tuple(place for place in _places(facts) if place not in own)
    first = own[0] if own else Provenance("")
    noted = replace(first, note=";".join(part for part in (first.note, told) if part))
    return (noted, *own[1:], *rest)[:MAX_PLACES]


def _preferred(concept: Concept, told: Sequence[tuple[SourceFacts, Fact]], settlement: Settlement) -> Fact | None:
    """The fact of the source that goes first; None unless every source is listed and the first agrees with itself."""
    ranks = {name: rank for rank, name in enumerate(settlement.precedence)}
    ranked = [(ranks.get(source.entry, ranks.get(source.source)), fact) for source, fact in told]
    if any(rank is None for rank, _ in ranked):
        return None
    best = min(rank for rank, _ in ranked if rank is not None)
    first = [fact for rank, fact in ranked if rank == best]
    if not _alike(first):
        return None
    chosen = _merged(first)
    others = sorted(
        {
            (f.shown or f.reason or f.status)[:60]
            for _, f in ranked
            if (f.status, f.value) != (chosen.status, chosen.value)
        }
    )
    note = f"另有来源为“{'”、“'.join(others)}”,{_FIRST}"
    return replace(chosen, provenance=_noted([fact for _, fact in told], chosen, note, settlement))
