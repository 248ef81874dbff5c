"""A formula or condition with one thing altered: a threshold moved, a comparison turned, an operand swapped or dropped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from typing import NamedTuple

from engine.expr import (
    NOWHERE,
    Aggregate,
    AggregateName,
    Arithmetic,
    ArithmeticOp,
    Call,
    Comparison,
    ComparisonOp,
    DateLiteral,
    Expr,
    Is,
    Logic,
    Name,
    Negative,
    Not,
    Number,
    Quantifier,
    QuantifierName,
    Rank,
    Rollup,
    Subject,
)
from engine.model import Rulebook
from engine.trials.watching import is_whole
from engine.typecheck import Labels, Scope, Type, check, concept_type
from facts.provenance import Position
from facts.units import COUNT
from facts.vocabulary import NO, YES, Column, Concept

_INCLUSIVE: dict[str, ComparisonOp] = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_TURNED: dict[str, ComparisonOp] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OTHER_SUM: dict[str, AggregateName] = {"sum": "average", "average": "sum", "max": "min", "min": "max"}
_OTHER_ROWS: dict[str, QuantifierName] = {"any": "all", "all": "any", "none": "any"}
_OTHER_OP: dict[str, ArithmeticOp] = {"+": "-", "-": "+", "*": "/", "/": "*"}
# Concepts that could be mistaken for one: this many of the same kind, the nearest in the vocabulary.
_NEIGHBOURS = 2


class Altered(NamedTuple):
    """A formula altered in one place, and what was done."""

    at: Position
    kind: str
    tree: Expr


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a formula stands: what names mean there, and the measure its conditions are about."""

    book: Rulebook
    section: str
    measure: Expr | None = None
    table: Concept | None = None
    rollups: frozenset[str] | None = None

    @property
    def scope(self) -> Scope:
        """The same for the type checker."""
        parameters = self.book.parameters_in(self.section)
        bare = Scope(self.book.vocabulary, parameters, table=self.table, rollups=self.rollups)
        if self.measure is None:
            return bare
        return replace(bare, subject=check(self.measure, bare).type)

    def whole(self, tree: Expr) -> bool:
        """Whether what a tree gives is counted."""
        if isinstance(tree, Subject):
            return self.measure is not None and self.whole(self.measure)
        if self.table is not None and isinstance(tree, Name) and (column := self.table.column(tree.name)):
            return column.whole
        return is_whole(self.book, tree, self.section)


def alterations(tree: Expr, setting: Setting) -> Iterator[Altered]:
    """Every alteration that the rule language would still accept: of the same type, with dimensions that agree."""
    scope = setting.scope
    kind = check(tree, scope).type
    seen = {tree}
    for one in _anywhere(tree, setting, None):
        if one.tree not in seen:
            seen.add(one.tree)
            found = check(one.tree, scope)
            if not found.problems and found.type == kind:
                yield one


def moved(value: Fraction, step: Fraction, base: Fraction | None = None) -> tuple[Fraction, ...]:
    """A number by the smallest unit and by a tenth, both ways; `base` is what the tenth is of where the number is 0."""
    tenth = abs(value or base or Fraction(0)) / 10
    if step == 1:
        tenth = Fraction(int(tenth))
    far = (value + tenth, value - tenth) if tenth > step else ()
    return (value + step, value - step, *far)


def _anywhere(tree: Expr, setting: Setting, beside: Expr | None) -> Iterator[Altered]:
    """Alterations of the node, then of what it is made of; `beside` is what a number is compared or added with."""
    yield from _here(tree, setting, beside)
    match tree:
        case Negative(operand) | Not(operand):
            yield from _rebuilt(tree, "operand", operand, setting, None)
        case Arithmetic(_, left, right) | Comparison(_, left, right):
            yield from _rebuilt(tree, "left", left, setting, right)
            yield from _rebuilt(tree, "right", right, setting, left)
        case Is(left):
            yield from _rebuilt(tree, "left", left, setting, None)
        case Logic(_, operands):
            for place, operand in enumerate(operands):
                for one in _anywhere(operand, setting, None):
                    yield one._replace(tree=replace(tree, operands=_with(operands, place, one.tree)))
        case Aggregate() | Quantifier():
            yield from _in_rows(tree, setting)
        case Rank(value):
            yield from _rebuilt(tree, "value", value, setting, None)
        case Call(_, arguments):
            for place, argument in enumerate(arguments):
                for one in _anywhere(argument, setting, None):
                    yield one._replace(tree=replace(tree, arguments=_with(arguments, place, one.tree)))


def _rebuilt(tree: Expr, key: str, inner: Expr, setting: Setting, beside: Expr | None) -> Iterator[Altered]:
    for one in _anywhere(inner, setting, beside):
        yield one._replace(tree=replace(tree, **{key: one.tree}))  # type: ignore[arg-type]  # key is of this node


def _in_rows(tree: Aggregate | Quantifier, setting: Setting) -> Iterator[Altered]:
    inside = replace(setting, table=setting.book.vocabulary.concepts[tree.table], measure=None)
    if tree.where is not None:
        yield from _rebuilt(tree, "where", tree.where, inside, None)
    if isinstance(tree, Aggregate) and tree.value is not None:
        yield from _rebuilt(tree, "value", tree.value, inside, None)


def _with(items: tuple[Expr, ...], place: int, one: Expr) -> tuple[Expr, ...]:
    return (*items[:place], one, *items[place + 1 :])


# --- the node itself --------------------------------------------------------------------------------------------------


def _here(tree: Expr, setting: Setting, beside: Expr | None) -> Iterator[Altered]:
    at: Position = getattr(tree, "at", NOWHERE)
    for kind, one in _alternatives(tree, setting, beside):
        yield Altered(at, kind, one)


def _alternatives(tree: Expr, setting: Setting, beside: Expr | None) -> Iterator[tuple[str, Expr]]:
    match tree:
        case Number():
            yield from _numbers(tree, setting, beside)
        case DateLiteral(value):
            for days in (1, -1):
                yield "threshold", replace(tree, value=value + timedelta(days=days))
        case Name():
            yield from (("concept", replace(tree, name=name)) for name in _neighbours(tree, setting))
        case Negative(operand) | Not(operand):
            yield "negation", operand
        case Arithmetic():
            yield from _arithmetic(tree)
        case Comparison():
            yield from _comparison(tree)
        case Is():
            yield from _labels(tree, setting)
        case Logic(op, operands):
            yield "logic", replace(tree, op="or" if op == "and" else "and")
            for place in range(len(operands)):
                kept = operands[:place] + operands[place + 1 :]
                yield "dropped", kept[0] if len(kept) == 1 else replace(tree, operands=kept)
        case _:
            yield from _functions(tree, setting)


def _numbers(tree: Number, setting: Setting, beside: Expr | None) -> Iterator[tuple[str, Expr]]:
    counted = beside is not None and setting.whole(beside)
    unit = tree.unit
    step = Fraction(1) if counted or unit.dimension == COUNT else unit.factor / 100
    for value in moved(tree.value, step):
        yield "threshold", replace(tree, value=value)


def _comparison(tree: Comparison) -> Iterator[tuple[str, Expr]]:
    if tree.op in _INCLUSIVE:
        yield "inclusive", replace(tree, op=_INCLUSIVE[tree.op])
        yield "side", replace(tree, op=_TURNED[tree.op])
    else:
        yield "side", replace(tree, op="!=" if tree.op == "=" else "=")
        if tree.op == "=":
            yield "side", replace(tree, op="<=")
            yield "side", replace(tree, op=">=")


def _labels(tree: Is, setting: Setting) -> Iterator[tuple[str, Expr]]:
    yield "negation", replace(tree, negated=not tree.negated)
    kind: Type | None = check(tree.left, setting.scope).type
    choices = kind.choices if isinstance(kind, Labels) else ()
    if choices != (YES, NO):
        others = [choice for choice in choices if choice != tree.label]
        yield from (("label", replace(tree, label=choice)) for choice in others[:_NEIGHBOURS])


def _arithmetic(tree: Arithmetic) -> Iterator[tuple[str, Expr]]:
    yield "operator", replace(tree, op=_OTHER_OP[tree.op])
    if tree.op in "-/":
        yield "order", replace(tree, left=tree.right, right=tree.left)


def _functions(tree: Expr, setting: Setting) -> Iterator[tuple[str, Expr]]:
    match tree:
        case Call("abs", (argument,)):
            yield "dropped", argument
        case Call("round", (argument, *_), places):
            yield "dropped", argument
            yield "rounding", replace(tree, places=places + 1)
            if places:
                yield "rounding", replace(tree, places=places - 1)
        case Call("days", arguments):
            yield "order", replace(tree, arguments=arguments[::-1])
        case Call("least" | "greatest" as function):
            yield "function", replace(tree, function="greatest" if function == "least" else "least")
        case Aggregate(function, where=where):
            if function in _OTHER_SUM:
                yield "function", replace(tree, function=_OTHER_SUM[function])
            if where is not None:
                yield "dropped", replace(tree, where=None)
        case Quantifier(function):
            yield "function", replace(tree, function=_OTHER_ROWS[function])
        case Rank(descending=descending):
            yield "order", replace(tree, descending=not descending)
        case Rollup("score", ref) if ref:
            yield "function", replace(tree, function="points")


def _neighbours(tree: Name, setting: Setting) -> list[str]:
    """Names that could be mistaken for this one: of the same type, unit and dimension."""
    if setting.table is not None and (column := setting.table.column(tree.name)):
        return [c.name for c in setting.table.columns if c.name != column.name and _alike(c, column)][:_NEIGHBOURS]
    parameters = setting.book.parameters_in(setting.section)
    if tree.name in parameters:
        known = parameters[tree.name]
        alike = [p.name for p in parameters.values() if p.name != known.name and p.unit == known.unit]
        return alike[:_NEIGHBOURS]
    concepts = list(setting.book.vocabulary.concepts.values())
    own = setting.book.vocabulary.concepts.get(tree.name)
    if own is None:
        return []
    place = concepts.index(own)
    others = [(abs(n - place), c.id) for n, c in enumerate(concepts) if c.id != own.id and _alike(c, own)]
    return [name for _, name in sorted(others)[:_NEIGHBOURS]]


def _alike(one: Concept | Column, other: Concept | Column) -> bool:
    return one.type == other.type and one.unit == other.unit and concept_type(one) == concept_type(other)
