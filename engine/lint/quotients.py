"""Conditions that nothing decides because something in them may be divided by zero: guards, gates, vetoes, rows.

Checks are left out: one that has nothing to divide by has nothing to check, and moves no points.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.expr import Aggregate, Expr, Logic, Not, Quantifier
from engine.lint.book import Book, Found, finding
from engine.lint.conditions import ANYTHING, State, where
from engine.lint.reach import Explored
from engine.lint.values import World
from engine.lint.wording import shown
from engine.walk import form_trees, nodes, with_subject, zeros_of
from facts.problem import Text
from facts.provenance import Position

_BEFORE = ("applies", "void", "exempt")


def find_quotients(book: Book) -> Iterator[Found]:
    """Every condition on points that no policy for zero denominators speaks of."""
    for one in book.explored:
        yield from _indicator(one)
    rulebook, world = book.rulebook, book.world()
    for section in rulebook.sections:
        if section.counts_if is not None:
            yield from _told(section.id, section.at, section.counts_if, ANYTHING, book.world(section.id))
    for veto in (one for one in rulebook.vetoes if not one.cite.uncertain):
        yield from _told(veto.id, veto.at, veto.when, ANYTHING, world)


def _indicator(one: Explored) -> Iterator[Found]:
    target, worlds = one.indicator.id, {id(seen.part): seen.world for seen in one.parts}
    for case in one.cases:
        if case.kind in _BEFORE and case.when is not None and not case.part.cite.uncertain:
            yield from _told(target, case.at, case.when, case.before, worlds[id(case.part)])
    for seen in (seen for seen in one.parts if not seen.part.cite.uncertain):
        trees = (seen.part.measure, *form_trees(seen.part.form))
        conditions = [
            condition for tree in trees if tree is not None for condition in _row_conditions(tree, seen.world)
        ]
        for condition, rows in conditions:
            yield from _told(target, seen.part.at, condition, ANYTHING, rows)


def _row_conditions(tree: Expr, world: World) -> Iterator[tuple[Expr, World]]:
    """Every `where` in a formula, with what names mean in it."""
    for node in nodes(tree, rows=False):
        if isinstance(node, Aggregate | Quantifier) and node.where is not None:
            yield node.where, world.rows_of(node.table)


def _told(target: str, at: Position, tree: Expr, state: State, world: World) -> Iterator[Found]:
    """One finding for a condition, naming the first denominator that can be zero where it matters."""
    zero = next(_open(with_subject(tree, world.measure), state, world), None)
    if zero is None:
        return
    divided = zero.left if hasattr(zero, "left") else zero
    text, whole = shown(divided, world), shown(tree, world)
    yield finding(
        "undecided-quotient",
        target,
        at,
        Text(
            f"条件“{whole}”里的分母“{text}”可以为 0,那时条件既不成立也不不成立,结果只有区间",
            f"in the condition {whole} the denominator {text} can be 0; then it neither holds nor fails, and there are only bounds",
        ),
        Text(
            f"把分母为 0 时算什么写进条件:“{text} > 0 且 …”(不成立)或“{text} = 0 或 …”(成立)",
            f"say in the condition what a denominator of 0 means: `{text} > 0 and …` (it fails), `{text} = 0 or …` (it holds)",
        ),
    )


def _open(tree: Expr, state: State, world: World) -> Iterator[Expr]:
    """What is zero where a condition is decided by nothing else."""
    match tree:
        case Logic(op, operands):
            for place, one in enumerate(operands):
                rest = state
                for other in (*operands[:place], *operands[place + 1 :]):
                    # What may be divided by zero itself decides nothing for sure.
                    if rest and not any(zeros_of(other)):
                        rest = where(rest, other, world, holds=op == "and")
                yield from _open(one, rest, world)
        case Not(operand):
            yield from _open(operand, state, world)
        case Quantifier(table=table, where=condition):
            yield from _open(condition, ANYTHING if state else (), world.rows_of(table))
        case _:
            yield from (zero for zero in zeros_of(tree) if where(state, zero, world))
            for condition, rows in _row_conditions(tree, world):
                yield from _open(condition, ANYTHING if state else (), rows)
