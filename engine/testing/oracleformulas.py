"""The oracle's arithmetic: a formula over the facts of one case, read off docs/rule-language.md and nothing else.

It is slow and has no bounds: a value is known or it is not (`Open`), a division works or it does not (`ZeroDenominator`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from engine import expr as ex
from engine.model import Parameter, Rulebook
from facts.model import Case, Row
from facts.values import Interval, Rounding

Plain = Fraction | str | tuple[Row, ...]


class Open(Exception):
    """What is asked for cannot be known from this case."""


class ZeroDenominator(Open):
    """A division by zero, or a share, mean, highest or lowest of no rows."""


@dataclass(frozen=True)
class Formulas:
    """Evaluates formulas of one place: its parameters, its measure, the scores it may ask for."""

    rulebook: Rulebook
    case: Case
    parameters: Mapping[str, Parameter]
    subject: Callable[[], Plain] | None = None
    scores: Callable[[str, str], Fraction] | None = None
    row: Row | None = None

    # --- leaves ---

    def fact(self, concept: str) -> Plain:
        """The one value a fact has."""
        fact = self.case.facts.get(concept)
        if fact is None or fact.status != "known" or fact.value is None:
            raise Open(concept)
        if isinstance(fact.value, Interval):
            if fact.value.is_point and fact.value.lo is not None:
                return fact.value.lo
            raise Open(concept)
        return _plain(fact.value)

    def name(self, name: str) -> Plain:
        """A column of the row at hand, a parameter, or a concept; in this order."""
        if self.row is not None and name in self.row:
            cell = self.row[name]
            if cell is None:
                raise Open(name)
            return _plain(cell)
        if name in self.parameters:
            return self.parameter(self.parameters[name])
        return self.fact(name)

    def parameter(self, parameter: Parameter) -> Fraction:
        """A constant, or the constant of the class this subject is in."""
        if not parameter.by:
            return parameter.values[0][1]
        return dict(parameter.values)[str(self.fact(parameter.by))]

    def rows(self, table: str) -> tuple[Row, ...]:
        """The rows of a table."""
        found = self.fact(table)
        assert isinstance(found, tuple)
        return found

    def in_row(self, row: Row) -> Formulas:
        """The same place, inside `where`."""
        return Formulas(self.rulebook, self.case, self.parameters, None, None, row)

    # --- quantities ---

    def number(self, tree: ex.Expr) -> Fraction:
        """The value of a formula that gives a quantity or a day."""
        found = self.value(tree)
        assert isinstance(found, Fraction), tree
        return found

    def value(self, tree: ex.Expr) -> Plain:
        """The value of a formula: a quantity or a label."""
        match tree:
            case ex.Number(value):
                return value
            case ex.DateLiteral(value):
                return Fraction(value.toordinal())
            case ex.Label(value):
                return value
            case ex.Name(name):
                return self.name(name)
            case ex.Subject():
                assert self.subject is not None
                return self.subject()
            case ex.Negative(operand):
                return -self.number(operand)
            case ex.Arithmetic(op, left, right):
                return _arithmetic(op, self.number(left), self.number(right))
            case ex.Aggregate():
                return self.aggregate(tree)
            case ex.Rank(value, table, column, descending):
                return self.rank(self.number(value), table, column, descending)
            case ex.Call():
                return _call(tree, [self.number(argument) for argument in tree.arguments])
            case ex.Rollup(function, ref):
                assert self.scores is not None
                return self.scores(function, ref)
        raise AssertionError(f"a condition where a value is needed: {tree}")

    def aggregate(self, tree: ex.Aggregate) -> Fraction:
        """A number made of the rows that `where` picks."""
        rows = self.rows(tree.table)
        picked = [row for row in rows if tree.where is None or self.in_row(row).sure(tree.where)]
        if tree.function == "count":
            return Fraction(len(picked))
        if tree.function == "share":
            return _arithmetic("/", Fraction(len(picked)), Fraction(len(rows)))
        of_row = ex.Name(tree.column) if tree.value is None else tree.value
        cells = [self.in_row(row).number(of_row) for row in picked]
        if tree.function == "sum":
            return sum(cells, Fraction(0))
        if not cells:
            raise ZeroDenominator(tree.table)
        if tree.function == "average":
            return sum(cells, Fraction(0)) / len(cells)
        return max(cells) if tree.function == "max" else min(cells)

    def rank(self, value: Fraction, table: str, column: str, descending: bool) -> Fraction:
        """1 + how many rows are better."""
        cells = [self.in_row(row).number(ex.Name(column)) for row in self.rows(table)]
        return Fraction(1 + sum(cell > value if descending else cell < value for cell in cells))

    # --- conditions ---

    def sure(self, tree: ex.Expr) -> bool:
        """Whether a condition holds; raises Open where that is not known."""
        found = self.truth(tree)
        if found is None:
            raise Open(str(tree))
        return found

    def truth(self, tree: ex.Expr) -> bool | None:
        """Whether a condition holds; None where that is not known."""
        match tree:
            case ex.Logic("and", operands):
                return _all([self.truth(operand) for operand in operands])
            case ex.Logic("or", operands):
                return _not(_all([_not(self.truth(operand)) for operand in operands]))
            case ex.Not(operand):
                return _not(self.truth(operand))
            case ex.Quantifier(function, table, where):
                return self.quantifier(function, table, where)
            case _:
                try:
                    return self.plain_truth(tree)
                except Open:
                    return None

    def plain_truth(self, tree: ex.Expr) -> bool:
        """A comparison or a test of a label."""
        match tree:
            case ex.Comparison(op, left, right):
                return _compare(self.number(left), op, self.number(right))
            case ex.Is(left, label, negated):
                return (self.value(left) == label) != negated
        raise AssertionError(f"a value where a condition is needed: {tree}")

    def quantifier(self, function: str, table: str, where: ex.Expr) -> bool | None:
        """any, all, none."""
        try:
            rows = self.rows(table)
        except Open:
            return None
        truths = [self.in_row(row).truth(where) for row in rows]
        if function == "all":
            return _all(truths)
        none = _all([_not(truth) for truth in truths])
        return none if function == "none" else _not(none)

    def divides_by_zero(self, tree: ex.Expr) -> bool | None:
        """Whether any division in a formula, or any mean of rows, has nothing to divide by; None where that is open."""
        return _any([self._fails(node) for node in whole(tree)])

    def _fails(self, node: ex.Expr) -> bool | None:
        if isinstance(node, ex.Arithmetic) and node.op == "/":
            try:
                return self.number(node.right) == 0
            except ZeroDenominator:
                return True
            except Open:
                return None
        return self._fails_over_rows(node) if isinstance(node, ex.Aggregate) else False

    def _fails_over_rows(self, node: ex.Aggregate) -> bool | None:
        """No row to take a share, mean, highest or lowest of; or a row that counts and divides by zero."""
        needs_rows = node.function not in ("count", "sum")
        try:
            rows = [self.in_row(row) for row in self.rows(node.table)]
        except Open:
            divides = node.value is not None and any(getattr(one, "op", "") == "/" for one in whole(node.value))
            return None if needs_rows or divides else False
        every = node.where is None or node.function == "share"
        counted = [True if every or node.where is None else row.truth(node.where) for row in rows]
        found = [_not(_any(counted))] if needs_rows else []
        if node.value is not None:
            found += [
                _all([counts, row.divides_by_zero(node.value)]) for counts, row in zip(counted, rows, strict=True)
            ]
        return _any(found)


def whole(tree: ex.Expr) -> Iterator[ex.Expr]:
    """A formula and every formula in it, but for what stands in `where`."""
    yield tree
    inner: tuple[ex.Expr, ...] = ()
    match tree:
        case ex.Negative(operand) | ex.Not(operand) | ex.Is(operand) | ex.Rank(operand):
            inner = (operand,)
        case ex.Arithmetic(_, left, right) | ex.Comparison(_, left, right):
            inner = (left, right)
        case ex.Logic(_, operands) | ex.Call(_, operands):
            inner = operands
    for one in inner:
        yield from whole(one)


def concepts_read(tree: ex.Expr, rulebook: Rulebook, parameters: Mapping[str, Parameter]) -> set[str]:
    """Every concept a formula looks at, tables and the classes of its parameters too."""
    found: set[str] = set()
    for node in whole(tree):
        if isinstance(node, ex.Aggregate | ex.Quantifier | ex.Rank):
            found.add(node.table)
            columns = {column.name for column in rulebook.vocabulary.concepts[node.table].columns}
            inside = () if isinstance(node, ex.Rank) else (node.where, getattr(node, "value", None))
            for tree in (one for one in inside if one is not None):
                found |= {name for name in concepts_read(tree, rulebook, parameters) if name not in columns}
        elif isinstance(node, ex.Name):
            parameter = parameters.get(node.name)
            found.add(node.name if parameter is None else parameter.by)
    return found - {""}


# --- the small words ---


def _plain(value: object) -> Plain:
    if isinstance(value, date):
        return Fraction(value.toordinal())
    assert isinstance(value, Fraction | str | tuple), value
    return value


def _arithmetic(op: str, left: Fraction, right: Fraction) -> Fraction:
    if op == "+":
        return left + right
    if op == "-":
        return left - right
    if op == "*":
        return left * right
    if right == 0:
        raise ZeroDenominator
    return left / right


def _compare(left: Fraction, op: str, right: Fraction) -> bool:
    return {
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
        "=": left == right,
        "!=": left != right,
    }[op]


def _call(tree: ex.Call, values: list[Fraction]) -> Fraction:
    match tree.function:
        case "abs":
            return abs(values[0])
        case "round":
            return Rounding(tree.places, tree.mode)(values[0])  # type: ignore[arg-type]  # the parser admits only modes
        case "least":
            return min(values)
        case "greatest":
            return max(values)
        case "days":
            return values[1] - values[0]


def _not(truth: bool | None) -> bool | None:
    return None if truth is None else not truth


def _all(truths: list[bool | None]) -> bool | None:
    if False in truths:
        return False
    return None if None in truths else True


def _any(truths: list[bool | None]) -> bool | None:
    return _not(_all([_not(truth) for truth in truths]))
