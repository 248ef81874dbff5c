"""Formulas and conditions as columns: the column form of `engine.compute`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Protocol

from sqlglot import exp

from engine import ranges
from engine.columns import flags as fl
from engine.columns import numbers as nb
from engine.columns import ratios as rt
from engine.columns.flags import Flag, Node, column
from engine.columns.integers import NARROW, Int
from engine.columns.numbers import Algebra, Number
from engine.columns.profile import ColumnProfile
from engine.columns.ratios import Ratio
from engine.columns.spans import Span, span_of
from engine.expr import (
    Aggregate,
    Arithmetic,
    Call,
    Comparison,
    DateLiteral,
    Expr,
    Is,
    Label,
    Logic,
    Name,
    Negative,
    Not,
    Rank,
    Rollup,
    Subject,
)
from engine.expr import Number as Literal
from engine.model import Parameter
from facts.values import EVERYTHING, Interval, Rounding


class Inexpressible(Exception):
    """What columns cannot say; its argument tells why, zh and en."""


class Tables(Protocol):
    """What is made of a table's rows for each unit."""

    def aggregate(self, tree: Aggregate, scope: Formulas) -> Number:
        """A number made of the rows."""

    def rank(self, tree: Rank, scope: Formulas) -> Number:
        """A place among the rows."""


@dataclass(frozen=True, slots=True)
class Source:
    """A column of facts: what it is called, what is known of it, and every value it can have."""

    name: str
    profile: ColumnProfile | None
    possible: Interval
    whole: bool = False

    def number(self, leave: Callable[[Flag], None], status: str) -> Number:
        """As a quantity: known where it is stated, in a range where one is stated, else anything possible."""
        profile = self.profile
        if profile is None or profile.low is None or profile.high is None:
            return nb.fixed(ranges.simplest(self.possible))
        value = self._scaled(self.name, profile)
        known = fl.TRUE if profile.complete else fl.is_given(column(self.name))
        if not profile.bounded:
            return nb.partly(known, value, self.possible)
        if self.possible.is_point:
            leave(_is_bounded(status))
            return nb.partly(known, value, self.possible)
        return Number(known, value, fl.FALSE, self._stated_range(profile, status))

    def _scaled(self, name: str, profile: ColumnProfile) -> Ratio:
        low, high = profile.low or 0, profile.high or 0
        return Ratio(
            Int(column(name), low, high, max(abs(low), abs(high)) > NARROW), rt.constant(Fraction(1, profile.scale)).den
        )

    def _stated_range(self, profile: ColumnProfile, status: str) -> Span:
        """The range a unit states, or the concept's own."""
        bounded = _is_bounded(status)
        own = span_of(self.possible)
        number = self.name[1:]
        lo, hi = (self._scaled(f"{end}{number}", profile) for end in ("l", "h"))
        flags = [
            fl.cases([(bounded, fl.is_given(column(f"{end}{number}")))], other)
            for end, other in (("l", own.has_lo), ("h", own.has_hi))
        ]
        opened = [
            fl.cases([(bounded, Flag(column(f"{end}{number}")))], other)
            for end, other in (("lo", own.lo_open), ("ho", own.hi_open))
        ]
        return Span(rt.cases([(bounded, lo)], own.lo), rt.cases([(bounded, hi)], own.hi), *flags, *opened)

    def label(self) -> Node | None:
        """As text; None: stated nowhere."""
        return None if self.profile is None else column(self.name)


def _is_bounded(status: str) -> Flag:
    return Flag(exp.EQ(this=column(status), expression=exp.Literal.number(4)))


@dataclass(slots=True)
class Formulas:
    """Compiles trees of one place. `subject` is the part's measure; `rollups` gives scores above the indicators.

    `columns` are those of the table whose row it is; facts are looked up where a name is none of these. `cautious` is as in
    engine.compute.Compiler. `divisible`: divisors that are zero in no unit that is still looked at.
    """

    algebra: Algebra
    facts: Mapping[str, Source]
    statuses: Mapping[str, str]
    parameters: Mapping[str, Parameter]
    tables: Tables
    subject: Number | None = None
    rollups: Callable[[Rollup], Number] | None = None
    columns: Mapping[str, Source] = field(default_factory=dict)
    cautious: bool = False
    divisible: frozenset[Expr] = frozenset()
    _numbers: dict[Expr, Number] = field(default_factory=dict)
    _truths: dict[Expr, Flag] = field(default_factory=dict)

    def with_subject(self, subject: Number | None) -> Formulas:
        """The same place with another measure."""
        return replace(self, subject=subject, _numbers={}, _truths={})

    def careful(self, cautious: bool = True) -> Formulas:
        """The same place where what may be divided by zero is undefined, or is not."""
        return replace(self, cautious=cautious, _numbers={}, _truths={})

    def dividing(self, divisible: frozenset[Expr]) -> Formulas:
        """The same place where units in which one of these divisors is zero have been told apart before."""
        return self if divisible == self.divisible else replace(self, divisible=divisible, _numbers={}, _truths={})

    # --- quantities ---

    def number(self, tree: Expr) -> Number:
        """A tree whose type is a dimension."""
        if isinstance(tree, Subject):
            assert self.subject is not None
            return self.subject
        if tree not in self._numbers:
            self._numbers[tree] = self._number(tree)
        return self._numbers[tree]

    def _number(self, tree: Expr) -> Number:
        algebra = self.algebra
        match tree:
            case Literal():
                return nb.constant(tree.value)
            case DateLiteral():
                return nb.constant(Fraction(tree.value.toordinal()))
            case Name():
                return self._name(tree.name)
            case Negative():
                return algebra.negative(self.number(tree.operand))
            case Arithmetic():
                return self._arithmetic(tree)
            case Aggregate():
                return self.tables.aggregate(tree, self)
            case Rank():
                return self.tables.rank(tree, self)
            case Call():
                return self._call(tree)
            case Rollup():
                return self.rollups(tree) if self.rollups is not None else nb.fixed(EVERYTHING)
            case _:
                raise AssertionError(f"not a quantity: {tree}")

    def _name(self, name: str) -> Number:
        leave = self.algebra.leave
        if name in self.columns:
            return self.columns[name].number(leave, "")
        if name in self.parameters:
            return self._parameter(self.parameters[name])
        found = self.facts[name].number(leave, self.statuses[name])
        if found.span is None or found.fixed is not None:
            return found
        return replace(found, span=self.algebra.named(found.span, found.open))

    def _parameter(self, parameter: Parameter) -> Number:
        values = [value for _, value in parameter.values]
        if not parameter.by:
            return nb.constant(values[0])
        possible = ranges.as_interval(ranges.hull(values))
        label = self.facts[parameter.by].label()
        if label is None:
            return nb.fixed(ranges.simplest(possible))
        branches = [(_equal(label, name), rt.constant(value)) for name, value in parameter.values]
        known = self.algebra.layers.flag(fl.surely(fl.either(*(when for when, _ in branches))))
        value = self.algebra.layers.ratio(rt.cases(branches, None))
        return nb.partly(known, value, possible)

    def _arithmetic(self, tree: Arithmetic) -> Number:
        left, right = self.number(tree.left), self.number(tree.right)
        algebra = self.algebra
        match tree.op:
            case "+":
                return algebra.add(left, right)
            case "-":
                return algebra.subtract(left, right)
            case "*":
                return algebra.multiply(left, right)
            case "/":
                return algebra.divide(
                    left,
                    right,
                    whole=self._is_whole(tree.right),
                    cautious=self.cautious,
                    divisible=tree.right in self.divisible,
                )

    def _is_whole(self, tree: Expr) -> bool:
        if isinstance(tree, Name):
            source = self.columns.get(tree.name) or self.facts.get(tree.name)
            return source is not None and source.whole
        return isinstance(tree, Rank) or (isinstance(tree, Aggregate) and tree.function == "count")

    def _call(self, tree: Call) -> Number:
        algebra = self.algebra
        values = [self.number(argument) for argument in tree.arguments]
        match tree.function:
            case "abs":
                return algebra.absolute(values[0])
            case "round":
                return algebra.rounded(values[0], Rounding(tree.places, tree.mode))  # type: ignore[arg-type]  # a mode
            case "least":
                return algebra.least(values)
            case "greatest":
                return algebra.greatest(values)
            case "days":
                return algebra.subtract(values[1], values[0])

    # --- conditions ---

    def truth(self, tree: Expr) -> Flag:
        """A condition."""
        if tree not in self._truths:
            self._truths[tree] = self.algebra.layers.flag(self._truth(tree))
        return self._truths[tree]

    def _truth(self, tree: Expr) -> Flag:
        match tree:
            case Comparison():
                return self.algebra.compare(self.number(tree.left), tree.op, self.number(tree.right))
            case Is():
                return self._is(tree)
            case Logic():
                operands = [self.truth(operand) for operand in tree.operands]
                return fl.both(*operands) if tree.op == "and" else fl.either(*operands)
            case Not():
                return fl.negation(self.truth(tree.operand))
            case _:
                raise AssertionError(f"not a condition: {tree}")

    def _is(self, tree: Is) -> Flag:
        if isinstance(tree.left, Label):
            return Flag(None, (tree.left.value == tree.label) != tree.negated)
        assert isinstance(tree.left, Name)
        source = self.columns.get(tree.left.name) or self.facts[tree.left.name]
        label = source.label()
        if label is None:
            return fl.UNDECIDED
        equal = _equal(label, tree.label)
        complete = source.profile is not None and source.profile.complete
        equal = Flag(equal.node, nullable=not complete)
        return fl.negation(equal) if tree.negated else equal


def _equal(label: Node, text: str) -> Flag:
    return Flag(exp.EQ(this=label, expression=exp.Literal.string(text)), nullable=True)
