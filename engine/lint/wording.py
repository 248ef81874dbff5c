"""Conditions, values and scores in the words of the rule, for the sentences of findings."""

from __future__ import annotations

from fractions import Fraction

from engine.expr import Expr, Name, Number, Subject
from engine.lint.values import World
from engine.model import Part
from engine.showing import formula_text
from engine.walk import nodes
from facts.problem import Text
from facts.units import PERCENT, PLAIN, Unit
from facts.values import decimal_text

MAX_SHOWN = 120


def shown(tree: Expr, world: World) -> str:
    """A formula with the labels people know; `measure` is left out where it begins a condition."""

    def name(one: Expr) -> str:
        if isinstance(one, Subject):
            return "测算值"
        assert isinstance(one, Name)
        concept = world.vocabulary.concepts.get(one.name)
        return concept.label if concept is not None and one.name not in world.parameters else one.name

    text = formula_text(tree, name)
    return text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "…"


def points_text(points: Fraction) -> str:
    """Points as a rule writes them."""
    return decimal_text(points) if points.denominator < 10**6 else decimal_text(points, 4)


def titled(part: Part) -> Text:
    """A part by its title, or by its id."""
    return Text(f"“{part.title.zh or part.id}”", part.title.en or part.id)


def unit_of(tree: Expr | None, fallback: Unit | None = None) -> Unit:
    """The unit a condition is written in."""
    units = [node.unit for node in nodes(tree) if isinstance(node, Number) and node.unit.name]
    if units:
        return units[0]
    return fallback or PLAIN


def rate_unit(world: World) -> Unit:
    """The unit of a part's measure, percent where none is said."""
    return world.unit or PERCENT
