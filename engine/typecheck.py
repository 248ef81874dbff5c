"""Names and dimensions: every formula gets a type, every name is resolved to what it means.

A type is a Dimension (a quantity or a day), Labels (a choice or text) or "truth" (a condition).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from engine.expr import (
    Aggregate,
    Arithmetic,
    Call,
    Comparison,
    DateLiteral,
    Expr,
    Is,
    Label,
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
from engine.model import Parameter
from facts.problem import NO_TEXT, Problem, Text, did_you_mean
from facts.provenance import Position
from facts.units import COUNT, DATE, DAYS, NUMBER, POINTS_OF_RATE, RATE, SCORE, Dimension, multiply
from facts.vocabulary import NO, YES, Column, Concept, Vocabulary


class Labels(NamedTuple):
    """Labels a name can take; empty for free text."""

    choices: tuple[str, ...]


Type = Dimension | Labels | Literal["truth"]


@dataclass(frozen=True, slots=True)
class Scope:
    """What names mean where a formula stands.

    `subject_broken`: there is a measure, and what is wrong with it has been said. `rollups`: ids score() may name; None
    where it may not stand.
    """

    vocabulary: Vocabulary
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    subject: Type | None = None
    subject_broken: bool = False
    table: Concept | None = None
    rollups: frozenset[str] | None = None


class Checked(NamedTuple):
    """The tree with names resolved, its type (None where a Problem was found) and the Problems."""

    tree: Expr
    type: Type | None
    problems: tuple[Problem, ...]


def check(tree: Expr, scope: Scope) -> Checked:
    """Resolve and type a tree."""
    checker = _Checker(scope)
    resolved, kind = checker.visit(tree)
    return Checked(resolved, kind, tuple(checker.problems))


def type_text(kind: Type | None) -> Text:
    """A type in words."""
    if kind is None:
        return Text("未知", "unknown")
    if kind == "truth":
        return Text("条件", "a condition")
    if isinstance(kind, Labels):
        return Text("选项", "a label")
    return _DIMENSIONS.get(kind, Text(str(kind), str(kind)))


_DIMENSIONS: dict[Dimension, Text] = {
    NUMBER: Text("纯数", "a number"),
    RATE: Text("比率(%)", "a rate (%)"),
    POINTS_OF_RATE: Text("百分点", "percentage points (百分点)"),
    SCORE: Text("分", "points (分)"),
    DATE: Text("日期", "a date"),
    COUNT: Text("计数", "a count"),
    Dimension((("money", 1),)): Text("金额", "money"),
    DAYS: Text("天数", "days"),
}


def concept_type(concept: Concept | Column) -> Type | None:
    """The type of a concept or column; None for a table."""
    if concept.type == "boolean":
        return Labels((YES, NO))
    if concept.type in ("choice", "text"):
        return Labels(concept.choices)
    if concept.type == "date":
        return DATE
    if concept.type == "table":
        return None
    if concept.type == "score":
        return SCORE
    return concept.unit.dimension if concept.unit else NUMBER


Typed = tuple[Expr, Type | None]


class _Checker:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.problems: list[Problem] = []

    def _problem(self, code: str, at: Position, message: Text, hint: Text = NO_TEXT) -> None:
        self.problems.append(Problem(code, at, message, hint))

    def visit(self, tree: Expr) -> Typed:
        """Dispatch on the kind of node."""
        match tree:
            case Number():
                return tree, tree.unit.dimension
            case DateLiteral():
                return tree, DATE
            case Label():
                return tree, Labels(())
            case Name():
                return self._name(tree)
            case Subject():
                return self._subject(tree)
            case Negative() | Not():
                return self._sign(tree)
            case Arithmetic():
                return self._arithmetic(tree)
            case Comparison():
                return self._comparison(tree)
            case Is():
                return self._is(tree)
            case Logic():
                operands = tuple(self._truth(operand) for operand in tree.operands)
                return replace(tree, operands=operands), "truth"
            case Aggregate() | Quantifier() | Rank():
                return self._table(tree)
            case Call():
                return self._call(tree)
            case Rollup():
                return self._rollup(tree)

    # --- names ---

    def _name(self, tree: Name) -> Typed:
        if self.scope.table is not None and (column := self.scope.table.column(tree.name)):
            return tree, concept_type(column)
        if parameter := self.scope.parameters.get(tree.name):
            return tree, parameter.unit.dimension
        concept = self.scope.vocabulary.find(tree.name)
        if concept is None:
            self._unknown(tree)
            return tree, None
        if concept.type == "table":
            self._problem(
                "unit-mismatch",
                tree.at,
                Text(f"“{tree.name}”是明细表,不能直接参与运算", f"{tree.name} is a table"),
                Text("用 count(…)、sum(表.列)、any … where …", "use count(…), sum(table.column), any … where …"),
            )
            return tree, None
        return replace(tree, name=concept.id), concept_type(concept)

    def _unknown(self, tree: Name) -> None:
        columns = [c.name for c in self.scope.table.columns] if self.scope.table else []
        known = [*self.scope.vocabulary.names, *self.scope.parameters, *columns]
        suggested = did_you_mean(tree.name, known)
        self._problem(
            "unknown-concept",
            tree.at,
            Text(f"没有名为“{tree.name}”的数据项或参数", f"no concept or parameter named {tree.name!r}"),
            suggested
            if suggested != NO_TEXT
            else Text(
                "请写一个数,或已有的数据项、参数的名称;新的要先在 vocabulary.yaml 里定义",
                "write a number, or the name of a concept or parameter there is; a new one is defined in vocabulary.yaml first",
            ),
        )

    def _subject(self, tree: Subject) -> Typed:
        if self.scope.subject is None and not self.scope.subject_broken:
            self._problem(
                "no-measure",
                tree.at,
                Text("条件缺少主语:本项没有可用的测算值", "the condition has no subject: there is no measure here"),
                Text(
                    "补上 measure,或把数据项写在运算符前面", "add `measure`, or write the concept before the operator"
                ),
            )
        return tree, self.scope.subject

    # --- arithmetic ---

    def _quantity(self, tree: Expr) -> tuple[Expr, Dimension | None]:
        resolved, kind = self.visit(tree)
        if kind is not None and not isinstance(kind, Dimension):
            found = type_text(kind)
            self._problem(
                "unit-mismatch",
                tree.at,
                Text(f"此处应为数量,却是{found.zh}", f"expected a quantity, found {found.en}"),
                Text("选项用“X is 选项”来判断", "test labels with `X is label`"),
            )
            return resolved, None
        return resolved, kind

    def _truth(self, tree: Expr) -> Expr:
        resolved, kind = self.visit(tree)
        if kind is not None and kind != "truth":
            found = type_text(kind)
            self._problem(
                "not-a-condition",
                tree.at,
                Text(f"此处应为条件,却是{found.zh}", f"expected a condition, found {found.en}"),
                Text("写成比较,如“X is 是”或“X >= 90%”", "write a comparison, such as `X is 是` or `X >= 90%`"),
            )
        return resolved

    def _sign(self, tree: Negative | Not) -> Typed:
        if isinstance(tree, Not):
            return replace(tree, operand=self._truth(tree.operand)), "truth"
        operand, kind = self._quantity(tree.operand)
        if isinstance(operand, Number):
            return replace(operand, value=-operand.value, at=tree.at), kind
        return replace(tree, operand=operand), kind

    def _arithmetic(self, tree: Arithmetic) -> Typed:
        left, left_kind = self._quantity(tree.left)
        right, right_kind = self._quantity(tree.right)
        resolved = replace(tree, left=left, right=right)
        if left_kind is None or right_kind is None:
            return resolved, None
        if tree.op in "*/":
            if DATE in (left_kind, right_kind):
                self._mismatch(tree, left_kind, right_kind)
                return resolved, None
            return resolved, multiply(left_kind, right_kind, 1 if tree.op == "*" else -1)
        return resolved, self._additive(tree, left, left_kind, right, right_kind)

    def _additive(
        self, tree: Arithmetic, left: Expr, left_kind: Dimension, right: Expr, right_kind: Dimension
    ) -> Dimension | None:
        if left_kind == DATE:
            if right_kind == DATE and tree.op == "-":
                return DAYS
            if right_kind == DAYS:
                return DATE
            self._mismatch(tree, left_kind, right_kind)
            return None
        if left_kind == right_kind == RATE:
            return POINTS_OF_RATE if tree.op == "-" and not _is_bare(left, 1) else RATE
        if left_kind == right_kind:
            return left_kind
        for one, one_kind, other_kind in ((left, left_kind, right_kind), (right, right_kind, left_kind)):
            if _is_bare(one, 0) or (one_kind == NUMBER and _is_bare(one, 1) and other_kind == RATE):
                return other_kind
        if {left_kind, right_kind} == {RATE, POINTS_OF_RATE}:
            return RATE
        if {left_kind, right_kind} in ({NUMBER, SCORE}, {NUMBER, COUNT}) and (_bare(left) or _bare(right)):
            return right_kind if left_kind == NUMBER else left_kind
        self._mismatch(tree, left_kind, right_kind)
        return None

    def _mismatch(self, tree: Arithmetic | Comparison, left: Dimension, right: Dimension) -> None:
        one, other = type_text(left), type_text(right)
        hint = Text(
            f"请让两边是同一种量:左边是{one.zh},右边也要是{one.zh}(或改左边)",
            f"make both sides one kind of quantity: the left is {one.en}, so the right has to be (or change the left)",
        )
        if {left, right} == {RATE, NUMBER}:
            hint = Text("比率请写成百分数,如 100%", "write rates as percentages, such as 100%")
        elif {left, right} == {RATE, POINTS_OF_RATE}:
            hint = Text("百分点是两个比率之差,与 % 不是一回事", "百分点 is a difference of two rates; % is not")
        self._problem(
            "unit-mismatch",
            tree.at,
            Text(
                f"“{tree.op}”两边量纲不同:{one.zh}与{other.zh}", f"{one.en} {tree.op} {other.en}: different dimensions"
            ),
            hint,
        )

    def _comparison(self, tree: Comparison) -> Typed:
        left, left_kind = self._quantity(tree.left)
        right, right_kind = self._quantity(tree.right)
        if left_kind is not None and right_kind is not None and not _comparable(left, left_kind, right, right_kind):
            self._mismatch(tree, left_kind, right_kind)
        return replace(tree, left=left, right=right), "truth"

    def _is(self, tree: Is) -> Typed:
        left, kind = self.visit(tree.left)
        label = {"true": YES, "false": NO}.get(tree.label, tree.label)
        if kind is not None and not isinstance(kind, Labels):
            found = type_text(kind)
            self._problem(
                "unit-mismatch",
                tree.at,
                Text(f"“is”左边应为选项,却是{found.zh}", f"the left of `is` must be a label, found {found.en}"),
            )
        elif kind is not None and kind.choices and label not in kind.choices:
            self._problem(
                "unknown-choice",
                tree.at,
                Text(f"没有“{tree.label}”这个选项", f"there is no choice {tree.label!r}"),
                did_you_mean(label, kind.choices),
            )
        return replace(tree, left=left, label=label), "truth"

    # --- tables and functions ---

    def _table(self, tree: Aggregate | Quantifier | Rank) -> Typed:
        table = self.scope.vocabulary.find(tree.table)
        if table is None or table.type != "table":
            known = [c.label for c in self.scope.vocabulary.concepts.values() if c.type == "table"]
            self._problem(
                "unknown-table",
                tree.at,
                Text(f"没有名为“{tree.table}”的明细表", f"no table named {tree.table!r}"),
                did_you_mean(tree.table, known),
            )
            return tree, None
        if self.scope.table is not None:
            self._problem("nested-table", tree.at, Text("where 里不能再用明细表", "no table inside `where`"))
            return tree, None
        if isinstance(tree, Rank):
            return self._rank(tree, table)
        inner = _Checker(replace(self.scope, table=table, subject=None, subject_broken=False))
        where = None if tree.where is None else inner._truth(tree.where)
        if isinstance(tree, Quantifier):
            self.problems += inner.problems
            return replace(tree, table=table.id, where=where or tree.where), "truth"
        found, kind = self._aggregate(replace(tree, table=table.id, where=where), table, inner)
        self.problems += inner.problems
        return found, kind

    def _aggregate(self, tree: Aggregate, table: Concept, inner: _Checker) -> tuple[Aggregate, Type | None]:
        if tree.function in ("count", "share"):
            return tree, COUNT if tree.function == "count" else RATE
        if tree.value is None:
            return tree, self._column(tree, table)
        value, kind = inner._quantity(tree.value)
        if isinstance(value, Name) and table.column(value.name):
            # A formula that is only a column is that column: one tree for one meaning.
            return replace(tree, column=value.name, value=None), kind
        return replace(tree, value=value), kind

    def _column(self, tree: Aggregate | Rank, table: Concept) -> Dimension | None:
        column = table.column(tree.column)
        kind = concept_type(column) if column else None
        if isinstance(kind, Dimension):
            return kind
        self._problem(
            "unknown-column",
            tree.at,
            Text(f"表“{table.label}”没有数量列“{tree.column}”", f"no numeric column {tree.column!r} in {table.label}"),
            did_you_mean(tree.column, [c.name for c in table.columns]),
        )
        return None

    def _rank(self, tree: Rank, table: Concept) -> Typed:
        value, kind = self._quantity(tree.value)
        column = self._column(tree, table)
        if kind is not None and column is not None and kind != column:
            one, other = type_text(kind), type_text(column)
            message = Text(f"排名的值是{one.zh},列是{other.zh}", f"ranking {one.en} among {other.en}")
            self._problem("unit-mismatch", tree.at, message)
        return replace(tree, value=value, table=table.id), NUMBER

    def _call(self, tree: Call) -> Typed:
        checked = [self._quantity(argument) for argument in tree.arguments]
        resolved = replace(tree, arguments=tuple(argument for argument, _ in checked))
        kinds = [kind for _, kind in checked]
        if None in kinds:
            return resolved, None
        if tree.function == "days":
            if any(kind != DATE for kind in kinds):
                self._problem("unit-mismatch", tree.at, Text("days 需要两个日期", "days takes two dates"))
            return resolved, DAYS
        named = [kind for (argument, kind) in checked if not _is_bare(argument, 0)]
        if any(kind != named[0] for kind in named[1:]):
            self._problem("unit-mismatch", tree.at, Text("各参数量纲不同", "the arguments have different dimensions"))
            return resolved, None
        return resolved, named[0] if named else NUMBER

    def _rollup(self, tree: Rollup) -> Typed:
        if self.scope.rollups is None:
            self._problem(
                "rollup-here",
                tree.at,
                Text(
                    f"{tree.function}() 只能用在否决、门槛和勾稽里",
                    f"{tree.function}() may only stand in vetoes, gates and checks",
                ),
            )
        elif tree.ref and tree.ref not in self.scope.rollups:
            self._problem(
                "unknown-id",
                tree.at,
                Text(f"没有编号为“{tree.ref}”的指标或一级指标", f"no indicator or section {tree.ref!r}"),
                did_you_mean(tree.ref, self.scope.rollups),
            )
        return tree, SCORE


def _bare(tree: Expr) -> bool:
    return isinstance(tree, Number) and tree.unit.name == ""


def _is_bare(tree: Expr, value: int) -> bool:
    return isinstance(tree, Number) and tree.unit.name == "" and tree.value == value


def _comparable(left: Expr, left_kind: Dimension, right: Expr, right_kind: Dimension) -> bool:
    if left_kind == right_kind or _is_bare(left, 0) or _is_bare(right, 0):
        return True
    # A bare number may stand for a count or for points; never for a rate or for money.
    return {left_kind, right_kind} in ({NUMBER, COUNT}, {NUMBER, SCORE}) and (_bare(left) or _bare(right))
