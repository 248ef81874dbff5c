"""Conditions -> Decisions: disjoint, exhaustive cases over integer codes, in the subset the engine is sound for.

Every comparison has three outcomes (holds, does not, is not known), because every input is a range of what is possible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count
from math import lcm
from typing import NamedTuple

from engine.compute import Compiler
from engine.expr import (
    Aggregate,
    Arithmetic,
    Comparison,
    Expr,
    Is,
    Logic,
    Name,
    Not,
    Number,
    Quantifier,
    Subject,
)
from engine.plan import (
    FALSE,
    OPEN,
    THRESHOLD_LIMIT,
    TRUE,
    UNKNOWN,
    Case,
    Decision,
    InapplicableInput,
    Input,
    LabelInput,
    Measure,
    RangeInput,
    Test,
    TruthInput,
)
from engine.typecheck import Labels
from engine.walk import concepts_in, with_subject
from facts.problem import Problem, Text
from facts.provenance import Position
from facts.units import PLAIN
from facts.values import Rounding
from facts.vocabulary import Vocabulary

# Keeps each kind within the measured limit of 60 condition nodes.
MAX_SELECTION = 8
MAX_OPERANDS = 6

Guards = tuple[Test, ...]
_FLIP = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Atom(NamedTuple):
    """Guards for: holds, does not, not known; and, where one guard says it, does not hold for sure / does not fail."""

    true: Guards
    false: Guards
    unknown: Guards
    not_true: Guards | None
    not_false: Guards | None

    def negated(self) -> Atom:
        """The atom of the opposite condition."""
        return Atom(self.false, self.true, self.unknown, self.not_false, self.not_true)


@dataclass(slots=True)
class Registry:
    """Numbers the decisions of a Plan and collects them, with what cannot be lowered."""

    decisions: list[Decision] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    numbers: count[int] = field(default_factory=lambda: count(1))

    def add(self, decision: Decision) -> Decision:
        """Keep a decision."""
        self.decisions.append(decision)
        return decision


@dataclass(frozen=True, slots=True)
class Context:
    """Where conditions stand: what names mean, and the part's measure if there is one.

    `guarding` is the same place for the guards before a form, where a division by zero decides nothing.
    """

    registry: Registry
    vocabulary: Vocabulary
    compiler: Compiler
    subject: Measure | None = None
    subject_labels: Labels | None = None
    label: str = ""
    guarding: Context | None = None

    def measure(self, tree: Expr) -> Measure:
        """The measure of a tree; the part's own where the tree is `measure`."""
        if isinstance(tree, Subject):
            assert self.subject is not None
            return self.subject
        function = self.compiler.quantity(tree)
        full = with_subject(tree, self.subject.tree if self.subject else None)
        return Measure(
            tree, function, function, None, None, concepts_in(full, self.vocabulary, self.compiler.parameters)
        )

    def concepts(self, tree: Expr) -> tuple[str, ...]:
        """The concepts a condition reads, those behind `measure` included."""
        full = with_subject(tree, self.subject.tree if self.subject else None)
        return concepts_in(full, self.vocabulary, self.compiler.parameters)


def truth_decision(tree: Expr, context: Context) -> Decision:
    """A decision that says whether one condition holds."""
    tree = normal(tree, context.vocabulary)
    builder = _Builder(context)
    if isinstance(tree, Logic):
        cases = builder.logic(tree)
    else:
        atom = builder.atom(tree)
        cases = [(TRUE, atom.true), (FALSE, atom.false), (UNKNOWN, atom.unknown)]
    return builder.decision(cases, [tree], [context], selection=False)


def selection_decisions(
    conditions: Sequence[Expr], context: Context, inapplicable: tuple[str, ...] = (), guards: int = 0
) -> tuple[Decision, ...]:
    """Decisions that find the first condition that holds; long lists become a chain of them.

    With `inapplicable`, the first condition is that one of these facts is stated not to apply. The first `guards` of the
    conditions stand before the form.
    """
    before = context.guarding or context
    placed = [
        (normal(tree, context.vocabulary), before if place < guards else context)
        for place, tree in enumerate(conditions)
    ]
    chunks = [placed[place : place + MAX_SELECTION] for place in range(0, len(placed), MAX_SELECTION)] or [[]]
    return tuple(_selection(chunk, context, inapplicable if number == 0 else ()) for number, chunk in enumerate(chunks))


def _selection(placed: Sequence[tuple[Expr, Context]], context: Context, inapplicable: tuple[str, ...]) -> Decision:
    builder = _Builder(context)
    cases: list[tuple[int, Guards]] = []
    passed: Guards = ()
    offset = 0
    if inapplicable:
        name = builder.inapplicable(inapplicable)
        cases.append((0, (Test(name, "==", 2),)))
        passed, offset = (Test(name, "==", 0),), 1
    for place, (tree, here) in enumerate(placed, offset):
        builder.context = here
        atom = builder.atom(tree)
        cases.append((place, passed + atom.true))
        cases.append((OPEN + place, passed + atom.unknown))
        passed = passed + atom.false
    cases.append((len(placed) + offset, passed))
    builder.context = context
    return builder.decision(cases, [tree for tree, _ in placed], [here for _, here in placed], selection=True)


def normal(tree: Expr, vocabulary: Vocabulary) -> Expr:
    """The same condition in comparisons by < <= > >=, `is`, and, or, not."""
    match tree:
        case Comparison("=", left, right):
            if _never_negative(left, vocabulary) and isinstance(right, Number) and right.value == 0:
                return Comparison("<=", left, right, tree.at)
            return Logic(
                "and", (Comparison("<=", left, right, tree.at), Comparison(">=", left, right, tree.at)), tree.at
            )
        case Comparison("!="):
            return normal(Not(Comparison("=", tree.left, tree.right, tree.at), tree.at), vocabulary)
        case Not(Comparison() as inner) if inner.op not in ("=", "!="):
            opposite = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}[inner.op]
            return Comparison(opposite, inner.left, inner.right, tree.at)  # type: ignore[arg-type]  # an operator
        case Not(Not(inner)):
            return normal(inner, vocabulary)
        case Not(Is() as inner):
            return Is(inner.left, inner.label, not inner.negated, tree.at)
        case Not(Logic() as inner):
            op = "or" if inner.op == "and" else "and"
            operands = tuple(normal(Not(operand, tree.at), vocabulary) for operand in inner.operands)
            return Logic(op, operands, tree.at)  # type: ignore[arg-type]  # one of the two
        case Not(operand):
            opened = normal(operand, vocabulary)
            return Not(opened, tree.at) if opened == operand else normal(Not(opened, tree.at), vocabulary)
        case Logic(op, operands):
            return Logic(op, tuple(normal(operand, vocabulary) for operand in operands), tree.at)
        case Quantifier():
            return _quantifier(tree)
        case _:
            return tree


def _quantifier(tree: Quantifier) -> Expr:
    zero = Number(Fraction(0), PLAIN, tree.at)
    where = Not(tree.where, tree.at) if tree.function == "all" else tree.where
    counted = Aggregate("count", tree.table, "", where, at=tree.at)
    return Comparison(">" if tree.function == "any" else "<=", counted, zero, tree.at)


def _never_negative(tree: Expr, vocabulary: Vocabulary) -> bool:
    if isinstance(tree, Aggregate):
        return tree.function in ("count", "share")
    concept = vocabulary.concepts.get(tree.name) if isinstance(tree, Name) else None
    return concept is not None and concept.minimum is not None and concept.minimum >= 0


class _Builder:
    """Collects the inputs of one decision, then fixes their scales and writes the cases."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.measures: dict[tuple[Expr, Rounding | None, bool], tuple[int, Measure]] = {}
        self.scales: dict[int, int] = {}
        self.labels: dict[Expr, tuple[str, list[str]]] = {}
        self.others: list[Input] = []
        # Tests on ranges hold the threshold itself until every scale is known.
        self.thresholds: dict[int, Fraction] = {}
        self.next = 0

    # --- inputs ---

    def inapplicable(self, concepts: tuple[str, ...]) -> str:
        """An input for facts stated not to apply."""
        name = self._name("n")
        self.others.append(InapplicableInput(name, concepts))
        return name

    def _name(self, letter: str) -> str:
        self.next += 1
        return f"{letter}{self.next}"

    def atom(self, tree: Expr) -> Atom:
        """The guards of one condition; anything compound is a decision of its own, chained."""
        match tree:
            case Comparison():
                return self._range(tree)
            case Is():
                return self._label(tree)
            case Not(operand):
                return self.atom(operand).negated()
            case _:
                return self._chained(tree)

    def _chained(self, tree: Expr) -> Atom:
        decision = truth_decision(tree, self.context)
        name = self._name("t")
        self.others.append(TruthInput(name, decision))
        return Atom(
            (Test(name, "==", TRUE),),
            (Test(name, "==", FALSE),),
            (Test(name, "==", UNKNOWN),),
            (Test(name, "<", TRUE),),
            (Test(name, ">", FALSE),),
        )

    def _range(self, tree: Comparison) -> Atom:
        op, left, right = tree.op, tree.left, tree.right
        if isinstance(left, Number) and not isinstance(right, Number):
            op, left, right = _FLIP[op], right, left  # type: ignore[assignment]  # _FLIP gives operators
        bound = Fraction(0)
        if isinstance(right, Number):
            bound = right.value
        else:
            left = Arithmetic("-", left, right, tree.at)
        number = self._measure(left, bound, tree.at)
        strict, flipped = op in ("<", ">="), op in (">", ">=")
        atom = self._below(number, bound, strict=strict)
        return atom.negated() if flipped else atom

    def _measure(self, tree: Expr, bound: Fraction, at: Position) -> int:
        measure = self.context.measure(tree)
        key = (measure.tree, measure.rounding, self.context.compiler.cautious)
        if key not in self.measures:
            self.next += 1
            self.measures[key] = (self.next, measure)
        number = self.measures[key][0]
        self.scales[number] = lcm(self.scales.get(number, 1), bound.denominator)
        if abs(bound) * self.scales[number] * 2 >= THRESHOLD_LIMIT:
            self.context.registry.problems.append(
                Problem(
                    "threshold-too-large",
                    at,
                    Text("阈值过大或小数位过多", "the threshold is too large or has too many decimals"),
                    Text("用更大的单位,如 万元、亿元", "use a larger unit"),
                )
            )
            self.scales[number] = 1
        return number

    def _below(self, number: int, bound: Fraction, *, strict: bool) -> Atom:
        """Guards of measure < bound (strict) or <= bound. Thresholds are kept by a key until the scale is known."""
        key = len(self.thresholds)
        self.thresholds[key] = bound
        low, high = f"a{number}", f"b{number}"
        under, not_under = ("<", ">=") if strict else ("<=", ">")
        return Atom(
            (Test(high, under, key),),
            (Test(low, not_under, key),),
            (Test(low, under, key), Test(high, not_under, key)),
            (Test(high, not_under, key),),
            (Test(low, under, key),),
        )

    def _label(self, tree: Is) -> Atom:
        context = self.context
        source = with_subject(tree.left, context.subject.tree if context.subject else None)
        if source not in self.labels:
            self.labels[source] = (self._name("c"), [])
        name, known = self.labels[source]
        if tree.label not in known:
            known.append(tree.label)
        place = known.index(tree.label)
        atom = Atom(
            (Test(name, "==", place),),
            (Test(name, ">=", 0), Test(name, "!=", place)),
            (Test(name, "<", 0),),
            (Test(name, "!=", place),),
            None,
        )
        return atom.negated() if tree.negated else atom

    # --- and, or ---

    def logic(self, tree: Logic) -> list[tuple[int, Guards]]:
        """Cases of a conjunction or disjunction, disjoint: the first operand that decides it, or that is not known."""
        operands = [self._operand(operand, tree.op) for operand in _grouped(tree).operands]
        if tree.op == "or":
            operands = [operand.negated() for operand in operands]
        held, failed = (TRUE, FALSE) if tree.op == "and" else (FALSE, TRUE)
        cases: list[tuple[int, Guards]] = []
        possible: Guards = ()
        for operand in operands:
            cases.append((failed, possible + operand.false))
            assert operand.not_false is not None
            possible = possible + operand.not_false
        proven: Guards = ()
        for operand in operands:
            cases.append((UNKNOWN, possible + proven + operand.unknown))
            proven = proven + operand.true
        cases.append((held, proven))
        return cases

    def _operand(self, tree: Expr, op: str) -> Atom:
        atom = self.atom(tree)
        needed = atom.not_false if op == "and" else atom.not_true
        return atom if needed is not None else self._chained(tree)

    # --- finish ---

    def decision(
        self,
        cases: list[tuple[int, Guards]],
        conditions: Sequence[Expr],
        places: Sequence[Context],
        *,
        selection: bool,
    ) -> Decision:
        """The decision with every threshold as an integer code; each condition stands in the context at its place."""
        context = self.context
        inputs: list[Input] = [
            RangeInput(str(number), measure, self.scales[number]) for number, measure in self.measures.values()
        ]
        for source, (name, known) in self.labels.items():
            concepts = concepts_in(source, context.vocabulary, context.compiler.parameters)
            inputs.append(LabelInput(name, context.compiler.label(source), tuple(known), concepts))
        inputs += self.others
        found: dict[str, None] = {}
        for tree in conditions:
            found.update(dict.fromkeys(context.concepts(tree)))
        return context.registry.add(
            Decision(
                kind=f"d{next(context.registry.numbers)}",
                label=context.label,
                inputs=tuple(inputs),
                cases=tuple(Case(outcome, tuple(self._coded(test) for test in guard)) for outcome, guard in cases),
                truths=tuple(here.compiler.truth(tree) for tree, here in zip(conditions, places, strict=True)),
                selection=selection,
                conditions=tuple(conditions),
                concepts=tuple(found),
                subject=context.subject,
                inapplicable=tuple(
                    c for one in self.others if isinstance(one, InapplicableInput) for c in one.concepts
                ),
            )
        )

    def _coded(self, test: Test) -> Test:
        if test.property[0] not in "ab":
            return test
        bound, scale = self.thresholds[test.constant], self.scales[int(test.property[1:])]
        scaled = bound * scale
        return Test(test.property, test.op, 2 * scaled.numerator if scaled.denominator == 1 else 0)


def _grouped(tree: Logic) -> Logic:
    """The same condition with at most MAX_OPERANDS operands at each level."""
    operands = tree.operands
    while len(operands) > MAX_OPERANDS:
        operands = tuple(
            Logic(tree.op, operands[place : place + MAX_OPERANDS], tree.at)
            if len(operands[place : place + MAX_OPERANDS]) > 1
            else operands[place]
            for place in range(0, len(operands), MAX_OPERANDS)
        )
    return Logic(tree.op, operands, tree.at)
