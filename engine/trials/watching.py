"""The elements a case can exercise, as records; and what the decisions of a Plan compare, which are most of them.

They are elements of the rules, not of lines: how a file is laid out changes none of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, NamedTuple

from engine import ranges
from engine.bands import domain_of
from engine.compute import Compiler
from engine.expr import NOWHERE, Expr, Is, Name, Rollup, Subject
from engine.model import Parameter, Rulebook
from engine.plan import Decision, LabelInput, Measure, Plan, RangeInput, TruthInput
from engine.ranges import Ranges
from engine.showing import formula_text, quantity_text
from engine.trials.rows import rows_span
from engine.typecheck import Scope
from engine.walk import nodes, with_subject
from facts.problem import Text
from facts.provenance import Position
from facts.units import DATE, PERCENT, PLAIN, Unit
from facts.values import ONE, Interval

Kind = Literal["branch", "guard", "policy", "boundary", "item", "bound", "veto", "check", "gate", "grade", "parameter"]


class Owner(NamedTuple):
    """What an element belongs to, in the words of expectations: an indicator, section, finding or the result."""

    about: Literal["result", "section", "indicator", "finding"]
    id: str = ""


@dataclass(frozen=True, slots=True)
class Element:
    """One thing a case can exercise. `key` is made of ids and formulas, so it stays while only the layout changes."""

    key: str
    kind: Kind
    owner: Owner
    words: Text
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Watched:
    """A comparison of a measure with a constant, or a label tested, within one decision; `path` is its part's."""

    path: str
    owner: Owner
    input: RangeInput | LabelInput
    bounds: tuple[Fraction, ...] = ()
    step: Fraction = ONE


@dataclass(slots=True)
class Elements:
    """Every element of a Plan, where its parts are, and what its decisions compare."""

    plan: Plan
    listed: dict[str, Element] = field(default_factory=dict)
    paths: dict[int, str] = field(default_factory=dict)
    watched: dict[str, list[Watched]] = field(default_factory=dict)
    owners: dict[str, Owner] = field(default_factory=dict)
    parameters: list[Parameter] = field(default_factory=list)

    def add(self, key: str, kind: Kind, owner: Owner, at: Position, words: Text) -> None:
        """Note an element; the first of one key stays."""
        self.listed.setdefault(key, Element(key, kind, owner, words, at))


@dataclass(frozen=True, slots=True)
class Watching:
    """Whose decisions are watched: the part's path, its section, what it divides by, what is left to its measure."""

    path: str
    owner: Owner
    section: str = ""
    skip: tuple[Expr, ...] = ()
    allowed: Ranges | None = None


def watch(found: Elements, decision: Decision, about: Watching) -> None:
    """The comparisons and labels of a decision, and of those chained to it."""
    found.owners[decision.kind] = about.owner
    watched = found.watched.setdefault(decision.kind, [])
    if watched:
        return
    for one in decision.inputs:
        if isinstance(one, TruthInput):
            watch(found, one.decision, about)
        elif isinstance(one, RangeInput):
            bounds = bounds_of(decision, one)
            if one.measure.tree in about.skip and bounds == (Fraction(0),):
                continue
            book, measure = found.plan.rulebook, one.measure
            if isinstance(measure.tree, Subject) and decision.subject is not None:
                measure = decision.subject
            watched.append(Watched(about.path, about.owner, one, bounds, smallest_step(book, measure, about.section)))
            for bound in bounds:
                _boundary(found, decision, one.measure, bound, about)
        elif isinstance(one, LabelInput):
            watched.append(Watched(about.path, about.owner, one))
            for label in one.labels:
                _label(found, decision, one, label, about)


def _label(found: Elements, decision: Decision, one: LabelInput, label: str, about: Watching) -> None:
    at = _label_place(decision, one, label)
    names = "、".join(found.plan.rulebook.vocabulary.concepts[concept].label for concept in one.concepts)
    key = f"{about.path}/label:{label_source(one)}/{label}"
    found.add(f"{key}/is", "boundary", about.owner, at, Text(f"“{names}”是“{label}”", f"{names} is {label}"))
    found.add(f"{key}/not", "boundary", about.owner, at, Text(f"“{names}”不是“{label}”", f"{names} is not {label}"))


def _label_place(decision: Decision, one: LabelInput, label: str) -> Position:
    """The condition that tests the label, else the first that has a place."""
    for tree in decision.conditions:
        for node in nodes(tree):
            if isinstance(node, Is) and node.label == label and tree.at.line:
                left = with_subject(node.left, decision.subject.tree if decision.subject else None)
                if isinstance(left, Name) and left.name in one.concepts:
                    return tree.at
    return _first_place(decision)


def label_source(one: LabelInput) -> str:
    """What a label is asked of."""
    return "+".join(one.concepts)


def bounds_of(decision: Decision, one: RangeInput) -> tuple[Fraction, ...]:
    """The constants a decision compares one of its measures with."""
    tests = (test for case in decision.cases for test in case.guard if test.property[1:] == one.name)
    return tuple(sorted({Fraction(test.constant, 2 * one.scale) for test in tests if test.property[0] in "ab"}))


def _boundary(found: Elements, decision: Decision, measure: Measure, bound: Fraction, about: Watching) -> None:
    """Below, at and above a threshold, as far as the measure can be there."""
    book = found.plan.rulebook
    shown = formula_text(measure.tree, lambda node: plain_name(book, node))
    limit = quantity_text(bound, unit_of(book, measure))
    at = _comparison_at(decision, bound)
    tree = with_subject(measure.tree, decision.subject.tree if decision.subject else None)
    allowed = about.allowed if measure is decision.subject else None
    for side in _sides(book, tree, bound, about.section, allowed):
        word = _SIDES[side]
        words = Text(f"{shown} {word.zh} {limit}", f"{shown} {word.en} {limit}")
        found.add(f"{about.path}/{boundary_key(measure, bound, side)}", "boundary", about.owner, at, words)


_SIDES = {"below": Text("低于", "below"), "at": Text("恰为", "exactly"), "above": Text("高于", "above")}


def boundary_key(measure: Measure, bound: Fraction, side: str) -> str:
    """The part of an element's key that names one side of a threshold."""
    return f"bound:{formula_text(measure.tree, _raw)}/{bound}/{side}"


def _sides(book: Rulebook, tree: Expr, bound: Fraction, section: str, allowed: Ranges | None) -> tuple[str, ...]:
    """Where a measure can be, seen from a threshold; `allowed` is what is left to it here."""
    parameters = book.parameters_in(section)
    if any(isinstance(node, Rollup) for node in nodes(tree)):
        return ("below", "at", "above")
    scope = Scope(book.vocabulary, parameters)
    free = ranges.intersection(ranges.ranges(domain_of(tree, scope)), ranges.ranges(rows_span(tree, scope)))
    free = free if allowed is None else ranges.intersection(free, allowed)
    whole = Compiler(book.vocabulary, parameters).is_whole(tree)
    sides = {
        "below": Interval(None, bound, hi_open=True),
        "at": Interval(bound, bound),
        "above": Interval(bound, None, lo_open=True),
    }
    possible = [side for side, span in sides.items() if ranges.intersection(free, ranges.ranges(span))]
    return tuple(side for side in possible if side != "at" or not whole or bound.denominator == 1)


def _comparison_at(decision: Decision, bound: Fraction) -> Position:
    """The condition that names the threshold, else the first that has a place."""
    for tree in decision.conditions:
        for node in nodes(tree):
            at: Position = getattr(tree, "at", NOWHERE)
            if getattr(node, "value", None) == bound and at.line:
                return at
    return _first_place(decision)


def _first_place(decision: Decision) -> Position:
    return next((at for tree in decision.conditions if (at := getattr(tree, "at", NOWHERE)).line), NOWHERE)


def unit_of(book: Rulebook, measure: Measure) -> Unit:
    """The unit a measure is shown in."""
    if measure.unit is not None:
        return measure.unit
    tree = measure.tree
    if isinstance(tree, Name) and (concept := book.vocabulary.concepts.get(tree.name)):
        return concept.unit or PLAIN
    return PERCENT if getattr(tree, "op", "") == "/" else PLAIN


def smallest_step(book: Rulebook, measure: Measure, section: str) -> Fraction:
    """One for what is counted, a day for dates, else a hundredth of the unit shown."""
    if is_whole(book, measure.tree, section):
        return ONE
    unit = unit_of(book, measure)
    return ONE if unit.dimension == DATE else unit.factor / 100


def is_whole(book: Rulebook, tree: Expr, section: str) -> bool:
    """Whether a measure takes whole values only."""
    if isinstance(tree, Name) and (concept := book.vocabulary.concepts.get(tree.name)) is not None:
        return concept.whole or concept.type == "date"
    return Compiler(book.vocabulary, book.parameters_in(section)).is_whole(tree)


def _raw(node: Expr) -> str:
    return node.name if isinstance(node, Name) else "measure"


def plain_name(book: Rulebook, node: Expr) -> str:
    """A concept by its label; `measure` as 测算值."""
    if isinstance(node, Name):
        concept = book.vocabulary.concepts.get(node.name)
        return concept.label if concept else node.name
    return "测算值"
