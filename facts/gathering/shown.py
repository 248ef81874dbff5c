"""Values in the words they were stated in, read back into what they mean."""

from __future__ import annotations

from collections.abc import Iterator

from facts.factentry import Setting, read_fact
from facts.model import Fact
from facts.provenance import Position
from facts.vocabulary import Concept
from facts.yamltree import Mapping as Tree
from facts.yamltree import Scalar

_SIGNS = {"≥": "at_least", ">": "above", "≤": "at_most", "<": "below"}
_NOWHERE = Setting("stated", "", {}, {})


def shown_entry(shown: str) -> Iterator[tuple[str, str]]:
    """“≥ 5 份 < 9 份” as bounds, anything else as a value, by the keys of a case file."""
    words = shown.split(" ")
    starts = [index for index, word in enumerate(words) if word in _SIGNS]
    if not starts or starts[0] != 0:
        yield "value", shown
        return
    for start, end in zip(starts, (*starts[1:], len(words)), strict=True):
        yield _SIGNS[words[start]], " ".join(words[start + 1 : end])


def read_back(shown: str, concept: Concept) -> Fact | None:
    """What a case file would make of these words; None where it would object."""
    at = Position("")
    entries = tuple((Scalar(key, True, at), Scalar(text, False, at)) for key, text in shown_entry(shown))
    fact, problems = read_fact(Scalar(concept.label, True, at), Tree(entries, at), concept, _NOWHERE)
    return None if problems else fact
