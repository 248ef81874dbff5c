"""Reads one rule of a mapping file: a place, what it means, and how its value is to be read."""

from __future__ import annotations

from facts.factentry import Setting, read_fact
from facts.gathering.mapping import BoundKey, Place, RowsPlace, Rule, TextPlace
from facts.gathering.placereading import PLACES, read_place
from facts.gathering.slots import slot_of
from facts.model import BASES, Basis, Fact
from facts.problem import Problem, Text
from facts.quantity import unknown_unit
from facts.treereading import child, text_of, words_of
from facts.units import Unit, parse_unit
from facts.vocabulary import Concept
from facts.yamltree import Mapping, Scalar, Sequence

# What a place may stand for, written as in a case file.
_MEANINGS = ("value", "rows", "at_most", "at_least", "above", "below", "absent", "not_applicable")
_BOUNDS: tuple[BoundKey, ...] = ("at_most", "at_least", "above", "below")
_NOWHERE = Setting("stated", "", {}, {})

Read = tuple[Rule | None, tuple[Problem, ...]]


def read_rule(concept: Concept, node: Mapping) -> Read:
    """The rule for a concept; None with Problems where it makes no sense."""
    places = [key for key in PLACES if node.get(key) is not None and not _is_literal(key, node)]
    meaning, problems = _meaning(concept, node, places)
    if len(places) > 1 or (not places and meaning is None and not problems):
        return None, (*problems, _not_one(node, places))
    place, found = read_place(places[0], node, slot_of(concept), concept) if places else (None, ())
    unit, wrong = _unit(concept, node)
    problems = (*problems, *found, *wrong)
    if not problems:
        problems = _misfits(concept, node, place, meaning)
    return (None, problems) if problems else (_rule(concept, node, place, meaning, unit), ())


def _rule(concept: Concept, node: Mapping, place: Place | None, meaning: Fact | None, unit: Unit | None) -> Rule:
    bound, basis = text_of(node, "bound"), text_of(node, "basis")
    return Rule(
        concept=concept.id,
        place=place,
        meaning=meaning,
        unit=unit,
        bound=next((key for key in _BOUNDS if key == bound), None),
        basis=next((key for key in BASES if key == basis), None),
        within=words_of(child(node, "within")),
        note=text_of(node, "note"),
        at=node.at,
    )


def basis_for(rule_basis: Basis | None, concept: Concept, read_from_place: bool) -> Basis:
    """The basis of a fact: numbers that were read are figures, the rest the department says of itself."""
    if rule_basis is not None:
        return rule_basis
    return "figure" if read_from_place and concept.type in ("quantity", "score", "table") else "stated"


def _is_literal(key: str, node: Mapping) -> bool:
    """Rows that are written out are a meaning; rows with columns are a place."""
    return key == "rows" and isinstance(node.get(key), Sequence)


def _meaning(concept: Concept, node: Mapping, places: list[str]) -> tuple[Fact | None, tuple[Problem, ...]]:
    kept = [(k, v) for k, v in node.entries if k.text in _MEANINGS and (k.text != "rows" or "rows" not in places)]
    if not kept:
        return None, ()
    unit = [(k, v) for k, v in node.entries if k.text == "unit" and all(m.text not in ("rows",) for m, _ in kept)]
    key = Scalar(concept.label, True, node.at)
    fact, problems = read_fact(key, Mapping((*kept, *unit), node.at), concept, _NOWHERE)
    return fact, problems


def _unit(concept: Concept, node: Mapping) -> tuple[Unit | None, tuple[Problem, ...]]:
    written = node.get("unit")
    if not isinstance(written, Scalar):
        return None, ()
    unit = parse_unit(written.text)
    if unit is None:
        return None, (unknown_unit(written.text, written.at),)
    if concept.type in ("quantity", "score") and unit.dimension != concept.dimension:
        message = Text(
            f"“{concept.label}”的单位应与“{concept.unit.name if concept.unit else '分'}”同类",
            f"the unit of “{concept.label}” must be of the kind of “{concept.unit.name if concept.unit else '分'}”",
        )
        return None, (Problem("unit-mismatch", written.at, message),)
    return unit, ()


def _misfits(concept: Concept, node: Mapping, place: Place | None, meaning: Fact | None) -> tuple[Problem, ...]:
    """Parts of a rule that contradict each other."""
    if isinstance(place, TextPlace) and not place.group and meaning is None:
        message = Text("没有 {value},也没有写这句话是什么意思", "neither {value} nor what the words mean")
        hint = Text("加上 {value},或写 value: 是 等。", "Add {value}, or value: 是 and the like.")
        return (Problem("one-of", node.at, message, hint),)
    if isinstance(place, TextPlace) and place.group and meaning is not None:
        message = Text("有 {value} 就不能再写值", "{value} and a stated value cannot both stand")
        return (Problem("one-of", node.at, message),)
    if (concept.type == "table") != isinstance(place, RowsPlace) and meaning is None:
        zh, en = (
            ("清单应写 rows", "a table takes rows")
            if concept.type == "table"
            else ("只有清单能写 rows", "rows is for tables")
        )
        return (Problem("wrong-type", node.at, Text(f"“{concept.label}”:{zh}", f"“{concept.label}”: {en}")),)
    if node.get("bound") is not None and concept.type not in ("quantity", "score"):
        message = Text(f"“{concept.label}”不是数量,没有 bound", f"“{concept.label}” is no quantity: no bound")
        return (Problem("wrong-type", node.key_at("bound"), message),)
    return ()


def _not_one(node: Mapping, places: list[str]) -> Problem:
    hint = Text(
        "可选:" + "、".join(PLACES) + ";或直接写 value、absent、not_applicable。",
        "One of: " + ", ".join(PLACES) + "; or state value, absent, not_applicable.",
    )
    if not places:
        return Problem("one-of", node.at, Text("没有写位置", "no place is given"), hint)
    zh, en = "、".join(places), ", ".join(places)
    message = Text(f"位置写了不止一个:{zh}", f"more than one place is given: {en}")
    return Problem("one-of", node.key_at(places[1]), message, hint)
