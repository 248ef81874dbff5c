"""Walking formulas: what they mention, and the same formula with the measure put in for `measure`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from engine.expr import (
    Aggregate,
    Arithmetic,
    Call,
    Comparison,
    Expr,
    Is,
    Logic,
    Name,
    Negative,
    Not,
    Number,
    Quantifier,
    Rank,
    Rollup,
    Subject,
)
from engine.model import (
    Bands,
    Choose,
    Combine,
    Form,
    Items,
    Judged,
    Parameter,
    Part,
    PerUnit,
    PointsFormula,
    Proportional,
    Threshold,
)
from facts.units import PLAIN
from facts.values import ZERO
from facts.vocabulary import Vocabulary

NOTHING = Number(ZERO, PLAIN)


def children(tree: Expr) -> tuple[Expr, ...]:
    """The direct operands of a node."""
    match tree:
        case Negative(operand) | Not(operand):
            return (operand,)
        case Arithmetic(_, left, right) | Comparison(_, left, right):
            return (left, right)
        case Is(left):
            return (left,)
        case Logic(_, operands):
            return operands
        case Aggregate(where=where, value=value):
            return tuple(one for one in (value, where) if one is not None)
        case Quantifier(where=where):
            return (where,)
        case Rank(value):
            return (value,)
        case Call(_, arguments):
            return arguments
        case _:
            return ()


def nodes(tree: Expr | None, *, rows: bool = True) -> Iterator[Expr]:
    """The tree's nodes, itself first; without `rows`, not what is asked of each row of a table."""
    if tree is not None:
        yield tree
        if not rows and isinstance(tree, Aggregate | Quantifier):
            return
        for child in children(tree):
            yield from nodes(child, rows=rows)


def rollups_in(tree: Expr | None) -> Iterator[Rollup]:
    """Every score(), points() and total()."""
    return (node for node in nodes(tree) if isinstance(node, Rollup))


def concepts_in(tree: Expr | None, vocabulary: Vocabulary, parameters: Mapping[str, Parameter]) -> tuple[str, ...]:
    """Ids of the concepts a tree reads, each once, in order; tables and what a parameter's class depends on included."""
    found: dict[str, None] = {}
    for node in nodes(tree):
        if isinstance(node, Aggregate | Quantifier | Rank):
            found[node.table] = None
        elif isinstance(node, Name) and node.name in parameters:
            if by := parameters[node.name].by:
                found[by] = None
        elif isinstance(node, Name) and node.name in vocabulary.concepts:
            found[node.name] = None
    return tuple(found)


def names_in(tree: Expr | None) -> tuple[str, ...]:
    """Every name, resolved or not."""
    return tuple(dict.fromkeys(node.name for node in nodes(tree) if isinstance(node, Name)))


def with_subject(tree: Expr, subject: Expr | None) -> Expr:
    """The tree with `subject` wherever it says `measure`."""
    if subject is None:
        return tree
    match tree:
        case Subject():
            return subject
        case Negative(operand) | Not(operand):
            return replace(tree, operand=with_subject(operand, subject))
        case Arithmetic(_, left, right) | Comparison(_, left, right):
            return replace(tree, left=with_subject(left, subject), right=with_subject(right, subject))
        case Is(left):
            return replace(tree, left=with_subject(left, subject))
        case Logic(_, operands):
            return replace(tree, operands=tuple(with_subject(operand, subject) for operand in operands))
        case Rank(value):
            return replace(tree, value=with_subject(value, subject))
        case Call(_, arguments):
            return replace(tree, arguments=tuple(with_subject(argument, subject) for argument in arguments))
        case _:
            return tree


def replaced(tree: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The tree with every node of its comparisons and logic changed, operands first."""
    match tree:
        case Comparison(_, left, right):
            return change(replace(tree, left=replaced(left, change), right=replaced(right, change)))
        case Logic(_, operands):
            return change(replace(tree, operands=tuple(replaced(operand, change) for operand in operands)))
        case Not(operand):
            return change(replace(tree, operand=replaced(operand, change)))
        case _:
            return change(tree)


def form_trees(form: Form) -> list[Expr]:
    """The formulas of the form itself, not of parts inside it."""
    match form:
        case Threshold(full, otherwise):
            return [full, *form_trees(otherwise)]
        case PerUnit(base=base):
            return [base]
        case Items(items=items):
            return [tree for item in items for tree in (item.when, item.each) if tree is not None]
        case Proportional(to=to):
            return [to]
        case Judged(ranges=ranges):
            return [one.when for one in ranges if one.when is not None]
        case PointsFormula(formula):
            return [formula]
        case Choose(options):
            return [condition for condition, _ in options if condition is not None]
        case _:
            return []


def inner_parts(part: Part) -> Iterator[Part]:
    """The part and every part inside it."""
    yield part
    for one in _direct(part.form):
        yield from inner_parts(one)


def _direct(form: Form) -> tuple[Part, ...]:
    match form:
        case Threshold(otherwise=otherwise):
            return _direct(otherwise)
        case Combine(parts=parts):
            return parts
        case Choose(options):
            return tuple(part for _, part in options)
        case _:
            return ()


def trees_in(part: Part) -> Iterator[Expr]:
    """Every formula and condition of a part and of the parts inside it; an assessor's mark counts as one."""
    for one in inner_parts(part):
        guards = (guard.when for guard in (*one.voids, *one.exempts))
        said = (one.measure, one.applies, *guards, *form_trees(one.form), *_conditions(one.form))
        yield from (tree for tree in said if tree is not None)
        if not isinstance(one.points, Fraction):
            yield one.points


def _conditions(form: Form) -> list[Expr]:
    match form:
        case Threshold(otherwise=otherwise):
            return _conditions(otherwise)
        case Bands(bands):
            return [band.when for band in bands if band.when is not None]
        case Judged(concept):
            return [Name(concept)]
        case _:
            return []


def zero_denominators(part: Part) -> list[Expr]:
    """Conditions under which the measure or the form of a part divides by zero, each once; empty tables count as such."""
    found = [zero for root in (part.measure, *form_trees(part.form)) for zero in zeros_of(root)]
    return list(dict.fromkeys(with_subject(zero, part.measure) for zero in found))


def zeros_of(root: Expr | None) -> Iterator[Expr]:
    """Conditions under which a formula divides by zero; what stands in `where` is the business of `where`."""
    for node in nodes(root, rows=False):
        if isinstance(node, Arithmetic) and node.op == "/" and not _constant(node.right):
            yield Comparison("=", node.right, NOTHING, node.at)
        elif isinstance(node, Aggregate):
            yield from _zeros_of_rows(node)


def _zeros_of_rows(node: Aggregate) -> Iterator[Expr]:
    """No rows to take a share, mean, highest or lowest of; or a row that counts and divides by zero."""
    if node.function not in ("count", "sum"):
        where = None if node.function == "share" else node.where
        yield Comparison("=", Aggregate("count", node.table, "", where), NOTHING, node.at)
    for zero in zeros_of(node.value):
        where = zero if node.where is None else Logic("and", (node.where, zero), node.at)
        yield Quantifier("any", node.table, where, node.at)


def _constant(tree: Expr) -> bool:
    return isinstance(tree, Number) and tree.value != 0
