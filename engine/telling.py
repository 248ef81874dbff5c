"""Conditions with a case's values put in, as prose in both languages.

`engine.sentences` writes what was executed as a rule file does; this module tells it with the words of the generated
sentences (`engine.wordings`): 为 and 不为, ≤ and ≠, 且, 或 and 并非; a value of which only a bound is known as
不超过 680 份.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from engine.casefacts import stated_bounds
from engine.expr import (
    Aggregate,
    Comparison,
    DateLiteral,
    Expr,
    Is,
    Logic,
    Name,
    Not,
    Number,
    Quantifier,
    Rollup,
    Subject,
)
from engine.plan import Measure
from engine.sentences import OPPOSITE, Sentences, default_unit_of
from engine.showing import formula_text, quantity_text
from engine.wordings import AMOUNTS, COUNTS, DAYS_OF_YEAR, Words, joined, say, spaced, with_gap
from facts.problem import Text
from facts.units import COUNT, DATE, DAYS, PLAIN, POINTS, Unit
from facts.values import Interval
from facts.vocabulary import NO, YES

_SIGNS = {"<=": "≤", ">=": "≥", "!=": "≠"}
_JOINED = {"and": Text(" 且 ", " and "), "or": Text(" 或 ", " or ")}
_NO_ROW: dict[str, Literal["any", "none"]] = {"any": "none", "none": "any"}


def folded(tree: Expr) -> Expr:
    """A condition as its author would write it: what decisions ask as `a <= b and a >= b` is `a = b`."""
    match tree:
        case Logic("and", (Comparison("<=", left, right), Comparison(">=", again, other))) if (left, right) == (
            again,
            other,
        ):
            return Comparison("=", left, right)
        case Logic(op, operands):
            return Logic(op, tuple(folded(one) for one in operands))
        case Not(operand):
            return Not(folded(operand))
        case _:
            return tree


def bounds_text(value: Interval, unit: Unit) -> Text:
    """What is known of a value that is not known exactly: 不超过 680 份, `at most 680 份`; 在 1 至 2 分之间."""
    words = DAYS_OF_YEAR if unit.dimension == DATE else COUNTS if unit.dimension in (COUNT, DAYS) else AMOUNTS
    ends = []
    for end, op in ((value.lo, ">" if value.lo_open else ">="), (value.hi, "<" if value.hi_open else "<=")):
        if end is not None:
            shown = quantity_text(end, unit)
            ends.append((Text(shown, shown), words[op]))
    if len(ends) == 2 and not (value.lo_open or value.hi_open):
        (low, _), (high, _) = ends
        return say("在 {a}至 {b}之间", "from {a} to {b}", a=spaced(low), b=spaced(high))
    texts = [
        say("{op}{end}", "{op} {end}", op=Text(op.zh, op.en.removeprefix("is ")), end=with_gap(end)) for end, op in ends
    ]
    return joined([*map(spaced, texts[:-1]), *texts[-1:]], "且", " and ") if texts else Text("?", "?")


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells conditions of one case; `measure` is what a condition without a subject of its own is about."""

    sentences: Sentences
    measure: Measure | None = None

    def told(self, tree: Expr, *, holds: bool = True) -> Text:
        """A condition that holds; or, with `holds` False, one that does not, as what was found instead."""
        if isinstance(tree, Comparison):
            known = self._bounds(tree.left)
            if known is not None and self._bounds(tree.right) is None:
                sign, right = _sign(tree.op, holds), self._side(tree.right, known[1], None)
                return say(
                    "仅知{x},故 {sign} {b}", "known to be {x}, so {sign} {b}", x=bounds_text(*known), sign=sign, b=right
                )
        return self._told(tree, holds)

    def value(self) -> Text:
        """The measure's value."""
        assert self.measure is not None
        return self._value(Subject(), None, None)

    # --- conditions ---

    def _told(self, tree: Expr, holds: bool) -> Text:
        match tree:
            case Comparison(op, left, right):
                return self._compared(_sign(op, holds), left, right)
            case Is(left, label, negated):
                return self._is(left, label, holds != negated)
            case Not(operand):
                return self._told(operand, not holds)
            case Logic(op, operands):
                # Where none of several holds, each is told as what was found; where not all do, some still may.
                if op == "or" and not holds:
                    return joined([self._inner(one, False) for one in operands], *_JOINED["and"])
                text = joined([self._inner(one, True) for one in operands], *_JOINED[op])
            case Quantifier(function, table, where) if not holds and function in _NO_ROW:
                return self._words().condition(Quantifier(_NO_ROW[function], table, where))
            case _:
                text = self._words().condition(tree)
        return text if holds else say("并非({x})", "not ({x})", x=text)

    def _inner(self, tree: Expr, holds: bool) -> Text:
        """One of several conditions, in brackets where its end could be taken for another's."""
        text = self._told(tree, holds)
        return text if isinstance(tree, Comparison | Is) else say("({x})", "({x})", x=text)

    def _compared(self, sign: str, left: Expr, right: Expr) -> Text:
        unit = next((n.unit for n in (right, left) if isinstance(n, Number) and n.unit.name), None)
        against = right.value if isinstance(right, Number) else None
        known = self._bounds(left)
        if known is not None and self._bounds(right) is None:
            return say(
                "{x}({sign} {b})", "{x} ({sign} {b})", x=bounds_text(*known), sign=sign, b=self._side(right, unit, None)
            )
        sides = [self._side(side, unit, against) for side in (left, right)]
        return say("{a} {sign} {b}", "{a} {sign} {b}", a=sides[0], sign=sign, b=sides[1])

    def _is(self, left: Expr, label: str, positive: bool) -> Text:
        found = self.sentences.value(left, self.measure, None) if isinstance(left, Name) else "?"
        concept = self.sentences.facts.rulebook.vocabulary.concepts.get(left.name) if isinstance(left, Name) else None
        words = self._words()
        name = words.concept(concept) if concept is not None else words.condition(left)
        word = Text("为", "is") if positive else Text("不为", "is not")
        if positive and found == label:
            return say("{name}为“{found}”", "{name} is “{found}”", name=name, found=found)
        if positive or found in ("?", label):
            # Inside 并非(…), or not known: what was found stands beside.
            return say(
                "{name}({found}){word}“{label}”",
                "{name} ({found}) {word} “{label}”",
                name=name,
                found=found,
                word=word,
                label=label,
            )
        if {found, label} == {YES, NO}:
            return say("{name}为“{found}”", "{name} is “{found}”", name=name, found=found)
        return say(
            "{name}为“{found}”而不为“{label}”",
            "{name} is “{found}”, not “{label}”",
            name=name,
            found=found,
            label=label,
        )

    # --- sides ---

    def _side(self, tree: Expr, unit: Unit | None, against: Fraction | None) -> Text:
        match tree:
            case Subject() | Name():
                bounds = self._bounds(tree)
                return self._value(tree, unit, against) if bounds is None else _bracketed(bounds_text(*bounds))
            case Rollup(function, ref):
                value = self.sentences.env.rollups.get((function, ref))
                shown = quantity_text(value, POINTS) if value is not None else "?"
                name = Text("总分", "the total") if ref.startswith("@") else self._words().quantity(tree)
                return say("{name}({value})", "{name} ({value})", name=name, value=shown)
            case Aggregate():
                shown = self.sentences.aggregate(tree)
                return say("{name}({value})", "{name} ({value})", name=self._words().quantity(tree), value=shown)
            case _:
                return self._words().quantity(tree)

    def _value(self, tree: Subject | Name, unit: Unit | None, against: Fraction | None) -> Text:
        bounds = self._bounds(tree)
        if bounds is not None:
            return bounds_text(*bounds)
        shown = self.sentences.value(tree, self.measure, unit, against)
        return Text(shown, shown)

    def _bounds(self, tree: Expr) -> tuple[Interval, Unit] | None:
        """The bounds of a value that is not known exactly, without an end that is only the concept's own."""
        measure = self.measure if isinstance(tree, Subject) else None
        named = measure.tree if measure is not None else tree
        env = self.sentences.env
        concept = self.sentences.facts.rulebook.vocabulary.concepts.get(named.name) if isinstance(named, Name) else None
        if measure is not None:
            value: object = measure.compute(env, None)
        else:
            value = env.facts.get(concept.id) if concept is not None else None
        if not isinstance(value, Interval) or (value.lo is None and value.hi is None):
            return None
        unit = concept.unit if concept is not None else None
        if concept is not None and concept.type == "date":
            unit = Unit("", DATE, Fraction(1))
        if measure is not None:
            unit = measure.unit or unit or default_unit_of(measure)
        return (stated_bounds(value, concept) if concept is not None else value, unit or PLAIN)

    def value_of(self, name: str) -> Text:
        """The value of a concept or a parameter inside a formula."""
        return self._side(Name(name), None, None)

    def _words(self) -> Words:
        return _Values(self)


class _Values(Words):
    """Words that say the values of a case where a formula names concepts or parameters; rows are told by their columns."""

    __slots__ = ("_teller",)

    def __init__(self, teller: Teller) -> None:
        sentences = teller.sentences
        super().__init__(sentences.facts.rulebook, sentences.section)
        self._teller = teller
        if teller.measure is not None:
            self.subject = teller._side(Subject(), None, None)

    def name(self, name: str) -> Text:
        """A value; inside a list, what a criterion would say."""
        concept = self.rulebook.vocabulary.concepts.get(name)
        if self._table is not None or (concept is not None and concept.type == "table"):
            return super().name(name)
        return self._teller.value_of(name)

    def quantity(self, tree: Expr) -> Text:
        """Constants as the values beside them are shown."""
        if isinstance(tree, Number | DateLiteral):
            shown = formula_text(tree, str)
            return Text(shown, shown)
        return super().quantity(tree)


def _sign(op: str, holds: bool) -> str:
    shown = op if holds else OPPOSITE[op]
    return _SIGNS.get(shown, shown)


def _bracketed(text: Text) -> Text:
    return say("({x})", "({x})", x=text)
