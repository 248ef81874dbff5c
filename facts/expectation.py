"""What a case file says its assessment should give; rulebooks are tested with it."""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass, field
from fractions import Fraction

from facts.problem import Problem
from facts.provenance import Position
from facts.quantity import parse_quantity
from facts.treereading import child, entries_of, text_of
from facts.units import POINTS
from facts.yamltree import Node, Scalar


@dataclass(frozen=True, slots=True)
class ExpectedIndicator:
    """What one indicator should give; None and "" are not looked at."""

    score: Fraction | None = None
    verdict: str = ""
    lower: Fraction | None = None
    upper: Fraction | None = None
    at: Position = field(default=Position(""), compare=False)


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the whole should give, by section and by indicator id; None and "" are not looked at."""

    score: Fraction | None = None
    grade: str = ""
    lower: Fraction | None = None
    upper: Fraction | None = None
    sections: AbstractMapping[str, Fraction] = field(default_factory=dict)
    indicators: AbstractMapping[str, ExpectedIndicator] = field(default_factory=dict)
    at: Position = field(default=Position(""), compare=False)


def read_expectations(node: Node | None) -> tuple[Expectation | None, tuple[Problem, ...]]:
    """The `expect:` block of a case file's tree; None where there is none."""
    block = child(node, "expect")
    if block is None:
        return None, ()
    problems = list[Problem]()
    expectation = Expectation(
        score=_points(child(block, "score"), problems),
        grade=text_of(block, "grade"),
        lower=_points(child(block, "lower"), problems),
        upper=_points(child(block, "upper"), problems),
        sections=_sections(block, problems),
        indicators={key.text: _indicator(value, problems) for key, value in entries_of(block, "indicators")},
        at=block.at,
    )
    return expectation, tuple(problems)


def _sections(block: Node, problems: list[Problem]) -> dict[str, Fraction]:
    read = {key.text: _points(value, problems) for key, value in entries_of(block, "sections")}
    return {key: points for key, points in read.items() if points is not None}


def _indicator(node: Node, problems: list[Problem]) -> ExpectedIndicator:
    if isinstance(node, Scalar):
        return ExpectedIndicator(_points(node, problems), at=node.at)
    lower, upper = _points(child(node, "lower"), problems), _points(child(node, "upper"), problems)
    score = _points(child(node, "score"), problems)
    return ExpectedIndicator(score, text_of(node, "verdict"), lower, upper, node.at)


def _points(node: Node | None, problems: list[Problem]) -> Fraction | None:
    if not isinstance(node, Scalar):
        return None
    value, found = parse_quantity(node.text, node.at, POINTS)
    problems.extend(found)
    return value
