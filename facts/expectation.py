"""What a case file says its assessment should give; rulebooks are tested with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, NamedTuple

from facts.problem import Problem
from facts.provenance import Position
from facts.quantity import parse_quantity
from facts.treereading import child, entries_of, text_of
from facts.units import POINTS
from facts.yamltree import Mapping, Node, Scalar, Sequence, is_null

About = Literal["result", "section", "indicator", "finding"]
_NUMBERS = ("score", "lower", "upper")


class ExpectedReason(NamedTuple):
    """A sentence some deduction must give: word for word, or somewhere in it."""

    text: str
    exact: bool = False


Expectable = Fraction | str | tuple[ExpectedReason, ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """One thing a case should give, and where its file says so.

    `what` is score, lower, upper, grade, verdict, measure, reasons or state; `id` is "" for the result as a whole.
    """

    about: About
    id: str
    what: str
    value: Expectable
    at: Position = field(default=Position(""), compare=False)
    id_at: Position = field(default=Position(""), compare=False)


@dataclass(frozen=True, slots=True)
class Expectation:
    """Everything one case should give; what is not stated is not looked at."""

    each: tuple[Expected, ...]
    at: Position = field(default=Position(""), compare=False)


def read_expectations(node: Node | None) -> tuple[Expectation | None, tuple[Problem, ...]]:
    """The `expect:` block of a case's tree; None where there is none."""
    block = child(node, "expect")
    if not isinstance(block, Mapping):
        return None, ()
    problems = list[Problem]()
    found = list(_of("result", Scalar("", True, block.at), block, problems))
    for about, key in (("section", "sections"), ("indicator", "indicators"), ("finding", "findings")):
        for name, value in entries_of(block, key):
            found.extend(_of(about, name, value, problems))  # type: ignore[arg-type]  # one of the three
    return Expectation(tuple(found), block.at), tuple(problems)


def _of(about: About, name: Scalar, node: Node, problems: list[Problem]) -> Iterator[Expected]:
    """What is expected of one thing; a bare value is its score, or for a finding its state."""
    if isinstance(node, Scalar):
        value: Expectable | None = node.text if about == "finding" else _points(node, problems)
        if value is not None:
            yield Expected(about, name.text, "state" if about == "finding" else "score", value, node.at, name.at)
        return
    for key in _NUMBERS:
        written = child(node, key)
        points = _points(written, problems)
        if points is not None and written is not None:
            yield Expected(about, name.text, key, points, written.at, name.at)
    for key in ("grade", "verdict", "measure"):
        written = child(node, key)
        if written is not None and text_of(node, key):
            yield Expected(about, name.text, key, text_of(node, key), written.at, name.at)
    reasons = child(node, "reasons")
    if isinstance(reasons, Sequence):
        yield Expected(about, name.text, "reasons", tuple(map(_reason, reasons.items)), reasons.at, name.at)


def _reason(node: Node) -> ExpectedReason:
    if isinstance(node, Scalar):
        return ExpectedReason(node.text)
    return ExpectedReason(text_of(node, "exact"), True)


def _points(node: Node | None, problems: list[Problem]) -> Fraction | None:
    if not isinstance(node, Scalar) or is_null(node):
        return None
    value, found = parse_quantity(node.text, node.at, POINTS)
    problems.extend(found)
    return value
