"""What a failed check shows beside its message: what stands there, what was expected, and the difference."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from engine.compute import Compiler, Quantity
from engine.expr import Aggregate, Arithmetic, Call, Comparison, Expr, Is, Label, Logic, Name, Negative
from engine.model import Check
from engine.sentences import Sentences
from engine.showing import quantity_text
from facts.units import PERCENT, PLAIN, RATE, Unit, parse_unit
from facts.vocabulary import NO, YES

_SIGN = {"<=": "≤ ", ">=": "≥ ", "<": "< ", ">": "> ", "!=": "≠ ", "=": ""}
_PERCENTAGE_POINTS = parse_unit("百分点") or PLAIN


class Compared(NamedTuple):
    """The texts of a finding; "" where there is none."""

    expected: str = ""
    actual: str = ""
    difference: str = ""


def compared(check: Check, sentences: Sentences) -> Compared:
    """Expected and actual of a check that does not hold; by default the two sides of its comparison."""
    tree = _broken(check.that, sentences)
    match tree:
        case Comparison(op, left, right):
            sign = "" if check.expected is not None else _SIGN[op]
            return _quantities(check.actual or left, check.expected or right, sign, sentences)
        case _ if check.actual is not None and check.expected is not None:
            return _quantities(check.actual, check.expected, "", sentences)
        case Is(left, label, negated) if isinstance(left, Name) and label not in (YES, NO):
            actual = sentences.env.facts.get(left.name)
            return Compared(("≠ " if negated else "") + label, actual if isinstance(actual, str) else "")
    return Compared()  # that yes was expected and no was found says nothing the message does not


def _broken(tree: Expr, sentences: Sentences) -> Expr:
    """Of conditions joined by and, the first that does not hold."""
    if not isinstance(tree, Logic) or tree.op != "and":
        return tree
    compiler = _compiler(sentences)
    failed = (one for one in tree.operands if compiler.truth(one)(sentences.env, None) is False)
    return _broken(next(failed, tree.operands[0]), sentences)


def _compiler(sentences: Sentences) -> Compiler:
    return Compiler(sentences.facts.rulebook.vocabulary, sentences.parameters())


def _quantities(actual: Expr, expected: Expr, sign: str, sentences: Sentences) -> Compared:
    unit = next((u for tree in (actual, expected) for u in _units(tree, sentences)), PLAIN)
    values = [_value(tree, sentences) for tree in (expected, actual)]
    texts = [value if isinstance(value, str) else quantity_text(value, unit) for value in values]
    return Compared(sign + texts[0], texts[1], _difference(values[1], values[0], unit))


def _value(tree: Expr, sentences: Sentences) -> Quantity | str:
    if isinstance(tree, Label):
        return tree.value
    if isinstance(tree, Name) and isinstance(known := sentences.env.facts.get(tree.name), str):
        return known
    return _compiler(sentences).quantity(tree)(sentences.env, None)


def _difference(actual: Quantity | str, expected: Quantity | str, unit: Unit) -> str:
    if not isinstance(actual, Fraction) or not isinstance(expected, Fraction):
        return ""
    # The difference of two rates is in 百分点, never in %.
    return quantity_text(actual - expected, _PERCENTAGE_POINTS if unit.dimension == RATE else unit)


def _units(tree: Expr, sentences: Sentences) -> Iterator[Unit]:
    """Units of the names in a formula that has the dimension of its names; a quotient is a rate."""
    match tree:
        case Name(name):
            concept = sentences.facts.rulebook.vocabulary.concepts.get(name)
            if concept is not None and concept.unit is not None:
                yield concept.unit
        case Aggregate(_, table, column):
            found = sentences.facts.rulebook.vocabulary.concepts[table].column(column)
            if found is not None and found.unit is not None:
                yield found.unit
        case Arithmetic(op, left, right) if op in "+-":
            yield from _units(left, sentences)
            yield from _units(right, sentences)
        case Arithmetic():
            yield PERCENT
        case Negative(operand) | Call(_, (operand, *_)):
            yield from _units(operand, sentences)
