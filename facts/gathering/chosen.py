"""What people decided between the values of a conflict: said in a note beside what holds, and read back from it.

A choice holds while nothing is said but what it was made between; a value nobody has weighed asks for another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from facts.gathering.conflicts import Candidate, candidates
from facts.gathering.shown import read_back
from facts.model import Fact, Value
from facts.problem import Problem, Text
from facts.provenance import Position
from facts.values import Interval
from facts.vocabulary import Concept

_NOTE = re.compile(r"另有(“.*?),经核对取此值", re.DOTALL)
MAX_NOTE = 800
_VALUE = re.compile(r"(?:^|、)“([^”]*)”")


def note_of_choice(others: Sequence[Candidate]) -> str:
    """The note that says between what somebody has decided; nothing where there was nothing else.

    What an earlier choice was between is told again: it was weighed, whatever has been said since. Long notes leave out places
    first, then values, of which nobody knows then that they were weighed.
    """
    entries, bare = list(map(str, others)), [f"“{one.shown}”" for one in others]
    told = entries if sum(map(len, entries)) < MAX_NOTE else bare
    while told and sum(map(len, told)) > MAX_NOTE:
        told = told[:-1]
    return f"另有{'、'.join(told)},经核对取此值" if told else ""


def weighed_before(found: Sequence[Candidate], chosen: Candidate | None = None) -> list[Candidate]:
    """What is decided against if `chosen` is taken: the other values of a conflict, and those of earlier choices about any of them."""
    others = [one for one in found if one is not chosen]
    notes = (match[1] for one in found for place in one.places for match in _NOTE.finditer(place.note))
    known = {one.shown for one in found}
    earlier = dict.fromkeys(word for note in notes for word in _VALUE.findall(note) if word not in known)
    return [*others, *(Candidate(word, ()) for word in earlier)]


def without_choice(note: str) -> str:
    """A note without what was decided: people's own words."""
    return ";".join(part for part in _NOTE.sub("", note).split(";") if part.strip())


def is_note_of_choice(note: str) -> bool:
    """Whether a note says that something was decided."""
    return _NOTE.search(note) is not None


def is_chosen(fact: Fact) -> bool:
    """Whether a fact is what somebody has chosen of several."""
    return fact.status != "conflict" and any(is_note_of_choice(place.note) for place in fact.provenance)


def upheld(concept: Concept, decided: Fact, others: Iterable[Fact]) -> tuple[Fact, Problem | None] | None:
    """The choice, with the places that say the same; None where something else is said than what it was made between.

    That a value was said again which was decided against is told: nobody is to miss it.
    """
    known, alike, again = _weighed(concept, decided), list[Fact](), list[str]()
    for fact in others:
        if (fact.status, fact.value) == (decided.status, decided.value):
            alike.append(fact)
        elif not _is_no_news(concept, decided, fact, known):
            return None
        elif fact.status != "absent":
            again.extend(_words(fact))
    places = dict.fromkeys((*decided.provenance, *(place for fact in alike for place in fact.provenance)))
    problem = _kept(concept, decided, again) if again else None
    return replace(decided, provenance=tuple(places)), problem


def reopened(concept: Concept, decided: Fact, conflict: Problem) -> Problem:
    """That a choice no longer holds: what it was, and what is said now."""
    was = decided.shown or decided.reason
    zh = f"“{concept.label}”此前已选定“{was}”,现在又有没有比较过的值,须重新选定。{conflict.message.zh}"
    en = f"“{concept.label}” was settled as “{was}”; there is a value now that was not weighed then: settle it again. "
    return replace(conflict, code="choice-reopened", message=Text(zh, en + conflict.message.en))


def _weighed(concept: Concept, decided: Fact) -> list[Value]:
    """The values it was decided between, as far as the note tells them whole."""
    notes = (match[1] for place in decided.provenance for match in _NOTE.finditer(place.note))
    words = (word for note in notes for word in _VALUE.findall(note))
    return [fact.value for fact in (read_back(word, concept) for word in words) if fact is not None]


def _is_no_news(concept: Concept, decided: Fact, fact: Fact, known: Sequence[Value]) -> bool:
    """Whether what is said was weighed, or does not speak against what was decided."""
    if fact.status == "absent":
        return True
    if fact.status == "conflict":
        between = candidates(fact)
        read = [read_back(one.shown, concept) if one.whole else None for one in between]
        return bool(read) and all(
            one is not None and (one.value in known or one.value == decided.value) for one in read
        )
    if fact.status != "known":
        return False
    return fact.value in known or _within(decided.value, fact.value)


def _within(value: Value, bounds: Value) -> bool:
    return isinstance(bounds, Interval) and isinstance(value, Fraction) and bounds.contains(value)


def _words(fact: Fact) -> list[str]:
    if fact.status == "conflict":
        return [f"“{one.shown}”" for one in candidates(fact)]
    where = "、".join(map(str, fact.provenance[:3]))
    return [f"“{fact.shown}”" + (f"({where})" if where else "")]


def _kept(concept: Concept, decided: Fact, again: Sequence[str]) -> Problem:
    was, told = decided.shown or decided.reason, "、".join(dict.fromkeys(again))
    message = Text(
        f"“{concept.label}”仍为已选定的“{was}”;资料又写了当时比较过的{told}",
        f"“{concept.label}” stays “{was}” as it was settled; a document says again what was weighed then: {told}",
    )
    hint = Text("要改变选择,请打开这个数据项。", "Open the fact if you want to choose otherwise.")
    return Problem("choice-stays", Position(concept.label), message, hint, "note")
