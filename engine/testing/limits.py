"""The numbers a rulebook compares with: what a case must come close to if it is to find anything out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from engine import expr as ex
from engine import model as m
from engine.testing.oracleparts import form_trees, judged_concepts
from engine.walk import concepts_in
from facts.units import POINTS_OF_RATE, RATE, Dimension

ZERO, ONE = Fraction(0), Fraction(1)


class Quotient(NamedTuple):
    """`(above - shift x below) / below` is compared with each of the values: a rate (shift 0) or a rate of change (1)."""

    above: str
    below: str
    shift: int
    values: tuple[Fraction, ...]


@dataclass(frozen=True)
class Limits:
    """Literals by dimension, the numbers each concept itself is compared with, quotients, and concepts compared in pairs."""

    by_dimension: Mapping[Dimension, tuple[Fraction, ...]] = field(default_factory=dict)
    by_concept: Mapping[str, tuple[Fraction, ...]] = field(default_factory=dict)
    quotients: tuple[Quotient, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()

    def of(self, dimension: Dimension) -> tuple[Fraction, ...]:
        """Every literal of a dimension, in base units, ascending."""
        return self.by_dimension.get(dimension, ())


def limits_of(rulebook: m.Rulebook) -> Limits:
    """Everything a rulebook's formulas and forms compare with."""
    found = _Finder(rulebook)
    for tree in _trees(rulebook):
        for node in _deep(tree):
            if isinstance(node, ex.Number):
                found.literal(node.unit.dimension, node.value)
    for part in parts_of(rulebook):
        found.part(part)
    for top in (*(veto.when for veto in rulebook.vetoes), *(check.that for check in rulebook.checks)):
        found.conditions(top, None)
    for section in rulebook.sections:
        if section.counts_if is not None:
            found.conditions(section.counts_if, None)
    return found.limits()


def concepts_of(rulebook: m.Rulebook) -> tuple[str, ...]:
    """Ids of the concepts any rule reads, in the order of the vocabulary."""
    parameters = {p.name: p for p in rulebook.parameters}
    for section in rulebook.sections:
        parameters.update({p.name: p for p in section.parameters})
    read = {name for tree in _trees(rulebook) for name in concepts_in(tree, rulebook.vocabulary, parameters)}
    for part in parts_of(rulebook):
        read |= judged_concepts(part.form)
    # A parameter of the same name in another section may go by another concept.
    read |= {p.by for section in rulebook.sections for p in (*rulebook.parameters, *section.parameters) if p.by}
    return tuple(name for name in rulebook.vocabulary.concepts if name in read)


def parts_of(rulebook: m.Rulebook) -> Iterator[m.Part]:
    """Every part, however deep."""
    waiting = [indicator.part for indicator in rulebook.indicators]
    while waiting:
        part = waiting.pop()
        yield part
        for form in _simple_forms(part.form):
            if isinstance(form, m.Combine):
                waiting += form.parts
            elif isinstance(form, m.Choose):
                waiting += [one for _, one in form.options]


class _Finder:
    """Collects limits part by part."""

    def __init__(self, rulebook: m.Rulebook) -> None:
        self.rulebook = rulebook
        self.parameters = {p.name: p for p in rulebook.parameters}
        self.dimensions: dict[Dimension, set[Fraction]] = {}
        self.concepts: dict[str, set[Fraction]] = {}
        self.quotients: dict[tuple[str, str, int], set[Fraction]] = {}
        self.pairs: dict[tuple[str, str], None] = {}

    def limits(self) -> Limits:
        """What was found; rates are also compared with differences of rates, and parameters stand for their values."""
        for parameter in self.rulebook.parameters:
            for _, value in parameter.values:
                self.literal(parameter.unit.dimension, value)
        self.dimensions.setdefault(RATE, set()).update(self.dimensions.get(POINTS_OF_RATE, ()))
        return Limits(
            {dimension: tuple(sorted(values)) for dimension, values in self.dimensions.items()},
            {concept: tuple(sorted(values)) for concept, values in self.concepts.items()},
            tuple(Quotient(*key, tuple(sorted(values))) for key, values in self.quotients.items()),
            tuple(self.pairs),
        )

    def literal(self, dimension: Dimension, value: Fraction) -> None:
        """A number of a dimension."""
        self.dimensions.setdefault(dimension, set()).add(value)

    def part(self, part: m.Part) -> None:
        """The conditions, bases, targets and knots of one part."""
        guards = [guard.when for guard in (*part.voids, *part.exempts)]
        for tree in (*guards, *form_trees(part.form), *([part.applies] if part.applies is not None else [])):
            self.conditions(tree, part.measure)
        if part.measure is None:
            return
        self.met(part.measure, ())
        for form in _simple_forms(part.form):
            if isinstance(form, m.Interpolate):
                for at, _ in form.knots:
                    self.literal(form.unit.dimension, at)
                self.met(part.measure, tuple(at for at, _ in form.knots))
            elif isinstance(form, m.PerUnit) and isinstance(form.base, ex.Number):
                steps = tuple(form.base.value + n * form.per for n in (-2, -1, 0, 1, 2))
                for step in steps:
                    self.literal(form.base.unit.dimension, step)
                self.met(part.measure, steps)
            elif isinstance(form, m.Proportional):
                self.met(part.measure, tuple(value * form.up_to for value in self.values(form.to)))

    def conditions(self, tree: ex.Expr, measure: ex.Expr | None) -> None:
        """Every comparison in a condition; `measure` is its subject where it has none of its own."""
        for node in _deep(tree):
            if isinstance(node, ex.Comparison):
                sides = [measure if isinstance(side, ex.Subject) else side for side in (node.left, node.right)]
                for one, other in (sides, sides[::-1]):
                    if one is not None and other is not None:
                        self.met(one, self.values(other))
                if isinstance(sides[0], ex.Name) and isinstance(sides[1], ex.Name):
                    self.pairs[sides[0].name, sides[1].name] = None

    def values(self, tree: ex.Expr) -> tuple[Fraction, ...]:
        """The constants a side of a comparison stands for."""
        if isinstance(tree, ex.Number):
            return (tree.value,)
        parameter = self.parameters.get(tree.name) if isinstance(tree, ex.Name) else None
        return () if parameter is None else tuple(value for _, value in parameter.values)

    def met(self, tree: ex.Expr, values: tuple[Fraction, ...]) -> None:
        """A formula is compared with these values."""
        match tree:
            case ex.Name(name):
                self.concepts.setdefault(name, set()).update(values)
            case ex.Call("abs", (inner,)):
                self.met(inner, (*values, *(-value for value in values)))
            case ex.Arithmetic("/", above, ex.Name(below)):
                self.concepts.setdefault(below, set()).add(ZERO)
                self._quotient(above, below, values)

    def _quotient(self, above: ex.Expr, below: str, values: tuple[Fraction, ...]) -> None:
        match above:
            case ex.Name(name):
                self.quotients.setdefault((name, below, 0), set()).update(values)
            case ex.Call("abs", (inner,)):
                self._quotient(inner, below, (*values, *(-value for value in values)))
            case ex.Arithmetic("-", ex.Name(name), ex.Name(other)) if other == below:
                self.quotients.setdefault((name, below, 1), set()).update(values)


# --- formulas ---------------------------------------------------------------------------------------------------------


def _simple_forms(form: m.Form) -> Iterator[m.Form]:
    yield form
    if isinstance(form, m.Threshold):
        yield from _simple_forms(form.otherwise)


def _trees(rulebook: m.Rulebook) -> Iterator[ex.Expr]:
    for part in parts_of(rulebook):
        yield from form_trees(part.form)
        yield from (guard.when for guard in (*part.voids, *part.exempts))
        yield from (tree for tree in (part.applies, part.measure) if tree is not None)
        if not isinstance(part.points, Fraction):
            yield part.points
    yield from (section.counts_if for section in rulebook.sections if section.counts_if is not None)
    yield from (veto.when for veto in rulebook.vetoes)
    yield from (check.that for check in rulebook.checks)


def _deep(tree: ex.Expr) -> Iterator[ex.Expr]:
    """Every formula in a formula, what is asked of each row too."""
    yield tree
    match tree:
        case ex.Negative(operand) | ex.Not(operand) | ex.Is(operand) | ex.Rank(operand):
            inner: tuple[ex.Expr | None, ...] = (operand,)
        case ex.Arithmetic(_, left, right) | ex.Comparison(_, left, right):
            inner = (left, right)
        case ex.Logic(_, operands) | ex.Call(_, operands):
            inner = operands
        case ex.Aggregate(where=where, value=value):
            inner = (where, value)
        case ex.Quantifier(where=where):
            inner = (where,)
        case _:
            inner = ()
    for one in inner:
        if one is not None:
            yield from _deep(one)
